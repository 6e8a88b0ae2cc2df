package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// usedTime is the processor time of this process so far.
func usedTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkAccess reads 200 cameras in turns: as an administrator with no line in the journal, and as others with one, from
// the API and as features of the OGC's. It reports how many times the time of the first the second takes, by the clock and of
// the processor: the ratio of the medians of all turns.
func BenchmarkAccess(b *testing.B) {
	for _, store := range []struct {
		name string
		open opener
	}{{"sqlite", openSQLite}, {"mongodb", openMongoDB}} {
		for _, address := range []struct{ name, path string }{
			{"cameras", "/api/v1/cameras?holder=h1&limit=200"},
			{"features", "/ogc/collections/cameras/items?holder=h1&limit=200"},
		} {
			b.Run(store.name+"/"+address.name, func(b *testing.B) { benchmarkAccess(b, store.open, address.path) })
		}
	}
}

// reading is one of those who read in turns, and how long each turn took, milliseconds.
type reading struct {
	handler           http.Handler
	headers           map[string]string
	clocks, processor []float64
}

func benchmarkAccess(b *testing.B, open opener, path string) {
	b.Helper()
	expert := inventory.Account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"h1"}}}}
	readings := []*reading{
		readable(b, open, inventory.Account{Role: inventory.RoleAdmin}, true),
		readable(b, open, inventory.Account{Role: inventory.RoleHolderReader, Holder: "h1"}, false),
		readable(b, open, expert, false),
	}
	readings[2].headers["X-Reason"] = "control 2026-7"
	for b.Loop() {
		for _, r := range readings {
			start, used := time.Now(), usedTime(b)
			r.read(b, path)
			r.clocks = append(r.clocks, time.Since(start).Seconds()*1000)
			r.processor = append(r.processor, (usedTime(b)-used).Seconds()*1000)
		}
	}
	for i, name := range []string{"admin", "reader", "expert"} {
		b.ReportMetric(median(readings[i].clocks), name+"-ms")
		if i > 0 {
			b.ReportMetric(median(readings[i].clocks)/median(readings[0].clocks), name+"-clock-ratio")
			b.ReportMetric(median(readings[i].processor)/median(readings[0].processor), name+"-processor-ratio")
		}
	}
}

// readable reads from a store of its own as an account does, since a line in the journal empties the caches of whoever reads
// next. silent writes none.
func readable(b *testing.B, open opener, account inventory.Account, silent bool) *reading {
	b.Helper()
	raw := open(b)
	fillTowns(b, raw)
	c := guardedConfig(b, raw)
	c.Rates = api.Rates{PerSecond: 1e6, Burst: 1e6, PerDay: 1e9}
	c.SilentReads = silent
	handler, err := api.New(c)
	if err != nil {
		b.Fatal(err)
	}
	return &reading{handler: handler, headers: keyOf(b, raw, account)}
}

// fillTowns puts 25 municipalities of 200 cameras each, every one in a town of its own.
func fillTowns(b *testing.B, store inventory.Store) {
	b.Helper()
	cameras := make([]inventory.Camera, 0, 5000)
	for town := range 25 {
		for i := range 200 {
			cameras = append(cameras, inventory.Camera{
				ID: inventory.DeriveID("camera", strconv.Itoa(town), strconv.Itoa(i)), Holder: inventory.ID(fmt.Sprintf("h%d", town)),
				Category: inventory.Fixed, Status: inventory.InService, Commune: "34172", Name: fmt.Sprintf("Caméra %d", i),
				Location: &inventory.Point{2 + 0.1*float64(town) + float64(i%20)/2000, 44 + float64(i/20)/2000},
				Heads:    []inventory.Head{{ID: "1", BearingDeg: new(float64(i)), HFOVDeg: new(60.0)}},
			})
		}
	}
	if err := store.Cameras().Put(b.Context(), cameras...); err != nil {
		b.Fatal(err)
	}
}

// read reads the 200 cameras of one municipality.
func (r *reading) read(b *testing.B, path string) {
	b.Helper()
	answer := httptest.NewRecorder()
	asked := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	asked.Host = "localhost"
	for name, value := range r.headers {
		asked.Header.Set(name, value)
	}
	r.handler.ServeHTTP(answer, asked)
	if n := strings.Count(answer.Body.String(), `"Caméra `); answer.Code != http.StatusOK || n != 200 {
		b.Fatalf("%d with %d cameras: %.300s", answer.Code, n, answer.Body)
	}
}

func median(values []float64) float64 {
	ordered := slices.Sorted(slices.Values(values))
	return ordered[len(ordered)/2]
}
