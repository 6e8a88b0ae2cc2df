package api_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"vigie/inventory"
)

// archive packs a mebibyte of zeros under each name, and says that each is so many bytes long.
func archive(t *testing.T, said uint64, names ...string) string {
	t.Helper()
	var part, packed bytes.Buffer
	w, err := flate.NewWriter(&part, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Close()
	z := zip.NewWriter(&packed)
	for _, name := range names {
		raw, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(part.Len()), UncompressedSize64: said})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = raw.Write(part.Bytes())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// sentBy are the headers of an administrator who sends a type of file.
func sentBy(admin map[string]string, mediaType string) map[string]string {
	return map[string]string{"Authorization": admin["Authorization"], "Content-Type": mediaType}
}

const importOfSouth = "/api/v1/cameras/import?holder=south"

// TestAttackBombs: what is small on the wire and huge in memory is refused before it is unpacked.
func TestAttackBombs(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	admin := keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
	_ = z.Close()
	for _, coding := range []string{"gzip", "deflate", "br", "identity, gzip", "x-whatever"} {
		for _, address := range []string{importOfSouth, "/api/v1/cameras"} {
			headers := with(sentBy(admin, "application/json"), "Content-Encoding", coding)
			scenario{name: coding, method: "POST", url: address, headers: headers, body: packed.String(), status: 415, has: []string{"packed"}}.run(t, base)
		}
	}
	shapefile := []string{"c.shp", "c.dbf", "c.shx"}
	runAll(t, base, []scenario{
		{name: "shapefile", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/zip"), body: archive(t, 300<<20, shapefile...), status: 422, has: []string{"too many for the"}},
		{name: "shapefile that says less", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/zip"), body: archive(t, 200, shapefile...), status: 422},
		{name: "KMZ", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/vnd.google-earth.kmz"), body: archive(t, 300<<20, "doc.kml"), status: 422, has: []string{"too many for the"}},
		{name: "KMZ that says less", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/vnd.google-earth.kmz"), body: archive(t, 200, "doc.kml"), status: 422},
		{name: "beyond what there can be", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/zip"), body: archive(t, 1<<62, shapefile...), status: 422},
		{name: "archives in one another", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/zip"), body: archive(t, 1<<20, "a.zip", "b.zip"), status: 422},
		{name: "parts that would lie elsewhere", method: "POST", url: importOfSouth, headers: sentBy(admin, "application/zip"), body: archive(t, 1<<20, "../../../tmp/c.shp", "/etc/c.dbf"), status: 422},
		{name: "a body over the bound", method: "POST", url: "/api/v1/cameras", headers: sentBy(admin, "application/json"), body: `{"name":"` + strings.Repeat("x", 8<<20) + `"}`, status: 413},
	})
}

// TestAttackXML: a KML text can neither make itself longer, nor have anything else read.
func TestAttackXML(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	admin := keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})
	var called atomic.Int32
	outside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	t.Cleanup(outside.Close)
	laughs := `<!DOCTYPE kml [<!ENTITY a "haha">`
	for i := 'b'; i <= 'j'; i++ {
		laughs += fmt.Sprintf(`<!ENTITY %c "%s">`, i, strings.Repeat(fmt.Sprintf("&%c;", i-1), 10))
	}
	placemark := func(name string) string {
		return `<kml><Document><Placemark><name>` + name + `</name><Point><coordinates>3.9,43.6</coordinates></Point></Placemark></Document></kml>`
	}
	for name, text := range map[string]string{
		"billion laughs":     laughs + "]>" + placemark("&j;"),
		"quadratic":          `<!DOCTYPE kml [<!ENTITY a "` + strings.Repeat("x", 50_000) + `">]>` + placemark(strings.Repeat("&a;", 1000)),
		"a file":             `<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + placemark("&x;"),
		"an address":         `<!DOCTYPE kml [<!ENTITY x SYSTEM "` + outside.URL + `">]>` + placemark("&x;"),
		"a document type":    `<!DOCTYPE kml SYSTEM "` + outside.URL + `/kml.dtd">` + placemark("x"),
		"a parameter entity": `<!DOCTYPE kml [<!ENTITY % x SYSTEM "` + outside.URL + `"> %x;]>` + placemark("x"),
		"a stylesheet":       `<?xml-stylesheet href="` + outside.URL + `"?>` + placemark("x"),
		"a network link":     `<kml><NetworkLink><Link><href>` + outside.URL + `</href></Link></NetworkLink></kml>`,
		"an inclusion":       `<kml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="` + outside.URL + `"/><xi:include href="file:///etc/passwd"/></kml>`,
		"deep":               strings.Repeat("<Folder>", 100_000),
		"many attributes":    "<kml " + strings.Repeat(`a="b" `, 100_000) + "/>",
	} {
		answer, body := request(t, "POST", base+importOfSouth+"&dryRun=true", sentBy(admin, "application/vnd.google-earth.kml+xml"), text)
		if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusUnprocessableEntity || strings.Contains(body, "root:") || strings.Contains(body, "hahahaha") || len(body) > 10_000 {
			t.Errorf("%s: %d %.500s", name, answer.StatusCode, body)
		}
	}
	if called.Load() > 0 {
		t.Errorf("%d requests were made for what a file named", called.Load())
	}
}

// TestAttackCoordinates: a place is somewhere on Earth, whatever the number looks like, and a shape no longer than is read.
func TestAttackCoordinates(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	admin := sentBy(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "application/json")
	camera := func(coordinates string) string {
		return `{"holder":"x","category":"fixed","location":{"type":"Point","coordinates":[` + coordinates + `]}}`
	}
	for coordinates, status := range map[string]int{
		"1e308,0": 422, "-1e308,1e308": 422, "180.0000001,0": 422, "0,-90.0000001": 422, "1e400,0": 400, "NaN,0": 400, "Infinity,0": 400, "null,null": 400, "": 400, "0": 400,
		strings.Repeat("9", 5000) + ",0": 400, "0." + strings.Repeat("1", 100_000) + ",0": 201, "1,2,3": 400, `"1","2"`: 400, "[1,2]": 400, "0x10,1": 400, "1e-400,0": 201, "-0,-0": 201,
	} {
		scenario{name: coordinates[:min(len(coordinates), 20)], method: "POST", url: "/api/v1/cameras", headers: admin, body: camera(coordinates), status: status}.check(t, base)
	}
	ring := func(n int) string { // along the equator and back, a little higher
		var text strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&text, "[%d.%05d,%d],", i/100_000, i%100_000, i%2)
		}
		return text.String() + "[0.00000,0]"
	}
	surface := func(n int) string {
		return `{"type":"Polygon","coordinates":[[` + ring(n) + `]]}`
	}
	long := surface(inventory.MostPositions + 1)
	runAll(t, base, []scenario{
		{name: "area", method: "POST", url: "/api/v1/areas", headers: admin, body: `{"category":"priority_place","geometry":` + long + `}`, status: 422, has: []string{"200001 positions"}},
		{name: "study", method: "POST", url: "/api/v1/assessments", headers: admin, body: `{"perimeter":` + long + `}`, status: 422, has: []string{"200001 positions"}},
		{name: "whole world", method: "POST", url: "/api/v1/assessments", headers: admin, body: `{"perimeter":{"type":"Polygon","coordinates":[[[-179,-84],[179,-84],[179,84],[-179,84],[-179,-84]]]}}`, status: 422},
		{name: "draws", method: "POST", url: "/api/v1/assessments", headers: admin, body: `{"commune":"34172","draws":1000000}`, status: 422},
	})
}

// TestAttackJSON: what two readers could read differently, or not at all, is refused.
func TestAttackJSON(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	admin := sentBy(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "application/json")
	deep := func(n int) string { return strings.Repeat(`{"a":[`, n/2) + strings.Repeat("]}", n/2) }
	for name, test := range map[string]struct {
		body string
		has  string
	}{
		"as deep as is read":  {deep(32), "is not a field"},
		"deeper":              {deep(34), "nested more than 32 deep"},
		"deepest":             {strings.Repeat("[", 4<<20), "is not JSON"},
		"closed":              {deep(1 << 20), "is not JSON"},
		"a name twice":        {`{"holder":"x","name":"y","holder":"z"}`, `\"holder\" twice`},
		"written differently": {`{"holder":"x","\u0068older":"z"}`, `\"holder\" twice`},
		"further in":          {`{"location":{"type":"Point","type":"Polygon","coordinates":[1,2]}}`, `\"type\" twice`},
		"in a list":           {`{"heads":[{"id":"1"},{"id":"1","id":"2"}]}`, `\"id\" twice`},
		"in another case":     {`{"holder":"x","HOLDER":"z"}`, "is not a field"},
		"two values":          {`{"holder":"x"}{"holder":"y"}`, "is not JSON"},
		"a comment":           {`{"holder":"x"/**/}`, "is not JSON"},
		"a byte order mark":   {"\ufeff{}", "is not JSON"},
		"no UTF-8":            {"{\"holder\":\"\xff\"}", ""},
		"half a pair":         {`{"holder":"\ud800"}`, ""},
		"a number too large":  {`{"heads":[{"id":"1","recordedWidthPx":1e99}]}`, "whole number"},
		"no object":           {`[]`, "must be an object"},
		"nothing":             {``, "is not JSON"},
	} {
		answer, body := request(t, "POST", base+"/api/v1/cameras", admin, test.body)
		if answer.StatusCode != http.StatusBadRequest && answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, test.has) || len(body) > 50_000 {
			t.Errorf("%s: %d %.300s", name, answer.StatusCode, body)
		}
	}
	scenario{name: "a name in two objects", method: "POST", url: "/api/v1/cameras", headers: admin, body: `{"holder":"x","category":"fixed","location":{"type":"Point","coordinates":[1,2]},"heads":[{"id":"1"},{"id":"2"}]}`, status: 201}.run(t, base)
}
