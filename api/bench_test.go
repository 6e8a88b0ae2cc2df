package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"vigie/api"
	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
	"vigie/scripts/demotown"
)

// france is an API over cameras that are made up for all of France, and how an administrator asks it, without a line in the
// journal.
type france struct {
	handler http.Handler
	headers map[string]string
	store   inventory.Store
	// box has some 250 cameras, of which first is one.
	box   orb.Bound
	first inventory.ID
}

// newFrance makes 20,000 cameras in a store of SQLite, or VIGIE_BENCH_RECORDS; VIGIE_BENCH_STORE names a store that has that many
// already, as scripts/bench-load keeps one. It gets a key more.
func newFrance(b *testing.B) france {
	b.Helper()
	records := 20_000
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_RECORDS")); err == nil {
		records = n
	}
	f := france{box: inventorytest.FranceBox(inventorytest.France(records), 250)}
	if path := os.Getenv("VIGIE_BENCH_STORE"); path != "" {
		store, err := sqlite.Open(context.WithoutCancel(b.Context()), path)
		if err != nil {
			b.Fatal(err)
		}
		f.store = closedAtEnd(b, store)
	} else {
		f.store = openSQLite(b)
		all := slices.Collect(inventorytest.France(records))
		for batch := range slices.Chunk(all, 1500) {
			if err := f.store.Cameras().Put(b.Context(), batch...); err != nil {
				b.Fatal(err)
			}
		}
	}
	found, err := inventory.All(b.Context(), f.store.Cameras(), inventory.Query{Area: f.box, Limit: 1})
	if err != nil || len(found) != 1 {
		b.Fatal(found, err)
	}
	f.first = found[0].ID
	c := guardedConfig(b, f.store)
	c.SilentReads, c.Rates = true, api.Rates{PerSecond: 1e6, Burst: 1e6, PerDay: 1e9}
	if f.handler, err = api.New(c); err != nil {
		b.Fatal(err)
	}
	f.headers = keyOf(b, f.store, inventory.Account{Role: inventory.RoleAdmin})
	return f
}

// read asks again and again, and reports the processor time of one answer.
func (f france) read(b *testing.B, path string) {
	b.Helper()
	b.ReportAllocs()
	bytes, used := 0, usedTime(b)
	for b.Loop() {
		answer := httptest.NewRecorder()
		asked := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
		asked.Host = "localhost"
		for name, value := range f.headers {
			asked.Header.Set(name, value)
		}
		f.handler.ServeHTTP(answer, asked)
		if bytes = answer.Body.Len(); answer.Code != http.StatusOK {
			b.Fatal(answer.Code, answer.Body)
		}
	}
	b.ReportMetric((usedTime(b)-used).Seconds()*1000/float64(b.N), "processor-ms/op")
	b.ReportMetric(float64(bytes), "bytes")
}

// BenchmarkRead is what scripts/bench-load asks for, by one who asks one thing after another.
func BenchmarkRead(b *testing.B) {
	f := newFrance(b)
	box := fmt.Sprintf("bbox=%.7f,%.7f,%.7f,%.7f", f.box.Min[0], f.box.Min[1], f.box.Max[0], f.box.Max[1])
	for _, one := range []struct{ name, path string }{
		{"items_200", "/ogc/collections/cameras/items?limit=200&" + box},
		{"item", "/ogc/collections/cameras/items/" + string(f.first)},
		{"camera", "/api/v1/cameras/" + string(f.first)},
		{"page_100", "/api/v1/cameras?limit=100"},
		{"box_100", "/api/v1/cameras?limit=100&" + box},
		{"count_box", "/api/v1/counts/cameras?by=category,status&" + box},
	} {
		b.Run(one.name, func(b *testing.B) { f.read(b, one.path) })
	}
}

// BenchmarkTiles is one tile of each kind of level and collection: of cameras about one place, of a study of the demonstration
// town about its middle.
func BenchmarkTiles(b *testing.B) {
	f := newFrance(b)
	study := f.study(b)
	for _, one := range []struct {
		collection, query string
		about             orb.Point
	}{
		{"cameras", "", f.box.Center()},
		{"coverage", "?assessment=" + string(study.ID), study.Shape().Bound().Center()},
		{"gaps", "?assessment=" + string(study.ID), study.Shape().Bound().Center()},
	} {
		for _, z := range []maptile.Zoom{5, 8, 12, 16} {
			at := maptile.At(one.about, z)
			b.Run(fmt.Sprintf("%s_z%d", one.collection, z), func(b *testing.B) {
				f.read(b, fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt%s", one.collection, at.Z, at.X, at.Y, one.query))
			})
		}
	}
}

// study stores a coverage study of the demonstration town.
func (f france) study(b *testing.B) inventory.Assessment {
	b.Helper()
	town, store := demotown.Make(demotown.DefaultSeed), openSQLite(b)
	for _, err := range []error{
		store.Areas().Put(b.Context(), town.Areas...), store.Obstacles().Put(b.Context(), town.Obstacles...),
		store.Cameras().Put(b.Context(), town.Cameras...),
	} {
		if err != nil {
			b.Fatal(err)
		}
	}
	request := inventory.AssessmentRequest{Commune: demotown.CommuneCode, Assume: "dome-ptz-2mp"}
	study, err := config(b, store).Advisor.Assess(b.Context(), request)
	if err != nil {
		b.Fatal(err)
	}
	study.ID = inventory.NewID()
	if err := f.store.Assessments().Put(b.Context(), study); err != nil {
		b.Fatal(err)
	}
	return study
}
