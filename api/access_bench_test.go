package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
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

// BenchmarkAccess reads 200 cameras in turns: as an administrator with no line in the journal, and as others with one. It
// reports how many times the time of the first the second takes, by the clock and of the processor, each a median.
func BenchmarkAccess(b *testing.B) {
	for name, open := range map[string]opener{"sqlite": openSQLite, "mongodb": openMongoDB} {
		for role, account := range map[string]inventory.Account{
			"reader": {Role: inventory.RoleHolderReader, Holder: "h1"},
			"expert": {Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"h1"}}}},
		} {
			b.Run(name+"/"+role, func(b *testing.B) { benchmarkAccess(b, open, account) })
		}
	}
}

func benchmarkAccess(b *testing.B, open opener, account inventory.Account) {
	b.Helper()
	silent, admin := readable(b, open, inventory.Account{Role: inventory.RoleAdmin}, true)
	told, other := readable(b, open, account, false)
	clocks, processors := [2][]float64{}, [2][]float64{}
	for b.Loop() {
		for i, turn := range []func(){
			func() { readCameras(b, silent, admin) },
			func() { readCameras(b, told, with(other, "X-Reason", "control 2026-7")) },
		} {
			start, used := time.Now(), usedTime(b)
			turn()
			clocks[i] = append(clocks[i], time.Since(start).Seconds()*1000)
			processors[i] = append(processors[i], (usedTime(b)-used).Seconds()*1000)
		}
	}
	b.ReportMetric(median(clocks[0]), "silent-ms")
	b.ReportMetric(median(clocks[1]), "told-ms")
	b.ReportMetric(median(clocks[1])/median(clocks[0]), "clock-ratio")
	b.ReportMetric(median(processors[1])/median(processors[0]), "processor-ratio")
}

// readable is the handler of a store of its own, since a line in the journal empties the caches of whoever reads next, and the
// headers of an account.
func readable(b *testing.B, open opener, account inventory.Account, silent bool) (http.Handler, map[string]string) {
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
	return handler, keyOf(b, raw, account)
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

// readCameras reads the 200 cameras of one municipality.
func readCameras(b *testing.B, handler http.Handler, headers map[string]string) {
	b.Helper()
	answer := httptest.NewRecorder()
	asked := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/v1/cameras?holder=h1&limit=200", nil)
	asked.Host = "localhost"
	for name, value := range headers {
		asked.Header.Set(name, value)
	}
	handler.ServeHTTP(answer, asked)
	if answer.Code != http.StatusOK {
		b.Fatal(fmt.Sprint(answer.Code, answer.Body))
	}
}

func median(values []float64) float64 {
	ordered := slices.Sorted(slices.Values(values))
	return ordered[len(ordered)/2]
}
