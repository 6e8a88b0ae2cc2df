package api_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// unpack reads a body by its content coding.
func unpack(t testing.TB, coding, body string) string {
	t.Helper()
	text, err := unpacked(coding, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unpacked is a body without its content coding.
func unpacked(coding string, body []byte) ([]byte, error) {
	switch coding {
	case "":
		return body, nil
	case "gzip":
		reader, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(reader)
	case "zstd":
		reader, err := zstd.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		defer reader.Close()
		return io.ReadAll(reader)
	}
	return nil, fmt.Errorf("the coding %q is none that Vigie speaks", coding)
}

// storeOfCameras opens a store with so many cameras, c0000 and on.
func storeOfCameras(tb testing.TB, open opener, n int) inventory.Store {
	tb.Helper()
	store := open(tb)
	cameras := make([]inventory.Camera, n)
	seeded := rand.New(rand.NewPCG(1, 2))
	for i := range cameras {
		cameras[i] = inventorytest.FullCamera()
		cameras[i].ID, cameras[i].Name = inventory.ID(fmt.Sprintf("c%04d", i)), fmt.Sprintf("Rue %x, %d", seeded.Uint32(), seeded.IntN(200))
		cameras[i].Location = &inventory.Point{3.85 + 0.05*seeded.Float64(), 43.6 + 0.05*seeded.Float64()}
		for h := range cameras[i].Heads {
			bearing := 360 * seeded.Float64()
			cameras[i].Heads[h].BearingDeg = &bearing
		}
	}
	if err := store.Cameras().Put(tb.Context(), cameras...); err != nil {
		tb.Fatal(err)
	}
	return store
}

// TestPackedAnswers: what is packed is smaller, says so, is the same once unpacked, and has a tag of its own, by which it is not
// sent again and may be changed. HEAD tells the same.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, storeOfCameras(t, openSQLite, 30)))
	for _, url := range []string{"/api/v1/cameras", "/api/v1/cameras/c0001", "/openapi.json", "/swagger/swagger-ui.css", "/ogc/collections/cameras/items?f=html"} {
		plain, whole := request(t, "GET", base+url, map[string]string{"Accept-Encoding": "identity"}, "")
		if plain.Header.Get("Content-Encoding") != "" || !slices.Contains(plain.Header.Values("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %v", url, plain.Header)
		}
		for _, coding := range []string{"gzip", "zstd"} {
			asked := map[string]string{"Accept-Encoding": coding}
			answer, body := request(t, "GET", base+url, asked, "")
			if answer.Header.Get("Content-Encoding") != coding || len(body) >= len(whole) || unpack(t, coding, body) != whole {
				t.Errorf("%s by %s: %d of %d bytes, %v", url, coding, len(body), len(whole), answer.Header)
			}
			head, none := request(t, "HEAD", base+url, asked, "")
			for _, name := range []string{"Content-Encoding", "ETag", "Content-Type"} {
				if head.Header.Get(name) != answer.Header.Get(name) || none != "" {
					t.Errorf("HEAD %s by %s: %s is %q, of GET %q", url, coding, name, head.Header.Get(name), answer.Header.Get(name))
				}
			}
			tag := answer.Header.Get("ETag")
			if tag == "" {
				continue // the files of the pages have none
			}
			if want := strings.TrimSuffix(plain.Header.Get("ETag"), `"`) + "+" + coding + `"`; tag != want {
				t.Errorf("%s by %s: tag %s, want %s", url, coding, tag, want)
			}
			scenario{method: "GET", url: url, headers: with(asked, "If-None-Match", tag), status: 304, replies: map[string]string{"ETag": tag, "Content-Encoding": ""}}.run(t, base)
			scenario{method: "GET", url: url, headers: with(asked, "If-None-Match", plain.Header.Get("ETag")), status: 304, replies: map[string]string{"ETag": plain.Header.Get("ETag")}}.run(t, base)
			scenario{method: "GET", url: url, headers: with(asked, "If-None-Match", `"0+`+coding+`"`), status: 200}.run(t, base)
		}
	}
	answer, body := request(t, "GET", base+"/api/v1/cameras/c0002", map[string]string{"Accept-Encoding": "gzip"}, "")
	body = strings.Replace(unpack(t, "gzip", body), `"name":"`, `"name":"X`, 1)
	change := map[string]string{"Content-Type": "application/json", "If-Match": answer.Header.Get("ETag"), "Accept-Encoding": "zstd"}
	scenario{method: "PUT", url: "/api/v1/cameras/c0002", headers: change, body: body, status: 200, replies: map[string]string{"Content-Encoding": "zstd"}}.run(t, base)
	scenario{method: "PUT", url: "/api/v1/cameras/c0002", headers: with(change, "Accept-Encoding", "identity"), body: body, status: 412}.run(t, base)
}

// TestAcceptEncoding: the coding is the one that the client likes best, whatever else it writes.
func TestAcceptEncoding(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, storeOfCameras(t, openSQLite, 5)))
	for accept, want := range map[string]string{
		"": "", "identity": "", "gzip": "gzip", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "br": "", "GZip": "gzip", "x-gzip": "gzip",
		"*": "zstd", "gzip;q=0.9, zstd;q=0.8": "gzip", "*;q=0.5, zstd;q=0": "gzip", "*;q=0": "", "gzip;q=0": "", "gzip;q=0.5, identity;q=0.9": "",
		"identity;q=0, gzip;q=0.1": "gzip", "gzip;q=1.5": "", "gzip;q=NaN": "", "gzip;q=-1": "", "gzip;q=": "", "gzip;level=9": "",
		";;;,,,": "", "gzip;q=1;q=0": "", "\"gzip\"": "", "gzip zstd": "",
		strings.Repeat("br;q=0.1, ", 5000) + "gzip": "gzip", strings.Repeat(",", 60000): "", strings.Repeat("gzip;q=0.001,", 4000): "gzip",
	} {
		answer, body := request(t, "GET", base+"/api/v1/cameras", map[string]string{"Accept-Encoding": accept}, "")
		got := answer.Header.Get("Content-Encoding")
		if answer.StatusCode != http.StatusOK || got != want || !strings.HasPrefix(unpack(t, got, body), `{"items":`) {
			t.Errorf("Accept-Encoding %.60q: %d, %q, want %q", accept, answer.StatusCode, got, want)
		}
	}
	answer, _ := request(t, "GET", base+"/api/v1/cameras", map[string]string{"Accept-Encoding": strings.Repeat("gzip,", 300_000)}, "")
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a list of a megabyte: %d", answer.StatusCode)
	}
}

// TestNotPacked: what is short, and what shows a secret, comes as it is; a refusal of a packed address as well.
func TestNotPacked(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, storeOfCameras(t, openSQLite, 1)))
	gzipped := map[string]string{"Accept-Encoding": "gzip"}
	for _, url := range []string{"/healthz", "/api/v1/deployments", "/api/v1/cameras/absent"} {
		answer, body := request(t, "GET", base+url, gzipped, "")
		if answer.Header.Get("Content-Encoding") != "" || !strings.HasPrefix(body, "{") {
			t.Errorf("%s is packed: %v", url, answer.Header)
		}
	}
}

// BenchmarkPack gives a page of 1000 cameras in each coding: the time is the server's and the client's, which only reads. The
// ratio is how many times smaller the page is.
func BenchmarkPack(b *testing.B) {
	base := serve(b, config(b, storeOfCameras(b, openSQLite, 1000)))
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	whole := 0
	for _, coding := range []string{"identity", "gzip", "zstd"} {
		b.Run(coding, func(b *testing.B) {
			read := 0
			for b.Loop() {
				asked, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+"/api/v1/cameras?limit=1000", nil)
				if err != nil {
					b.Fatal(err)
				}
				asked.Header.Set("Accept-Encoding", coding)
				answer, err := client.Do(asked)
				if err != nil {
					b.Fatal(err)
				}
				var body bytes.Buffer
				_, err = body.ReadFrom(answer.Body)
				if err = errors.Join(err, answer.Body.Close()); err != nil {
					b.Fatal(err)
				}
				read = body.Len()
			}
			if coding == "identity" {
				whole = read
			}
			b.ReportMetric(float64(read), "bytes")
			b.ReportMetric(float64(whole)/float64(read), "ratio")
		})
	}
}
