package inventorytest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// BenchRecords is the environment variable that says how many cameras [Bench] works on; 100,000 without it.
const BenchRecords = "VIGIE_BENCH_RECORDS"

// benchFound is how many cameras the boxes of the benchmark hold, about.
const benchFound = 500

// Bench measures a store: put, find, update and count, on cameras spread over mainland France.
func Bench(b *testing.B, h Harness) {
	records := 100_000
	if text := os.Getenv(BenchRecords); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			b.Fatalf("%s=%q is not a number of records", BenchRecords, text)
		}
		records = n
	}
	shelf := fresh(b, h).Cameras()
	b.Run(fmt.Sprintf("put %d", records), func(b *testing.B) {
		for b.Loop() {
			benchPut(b, shelf, records)
		}
		b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	if n, err := inventory.Count(context.Background(), shelf, inventory.Query{}); err != nil || n == 0 {
		benchPut(b, shelf, records) // the benchmark of put was not selected
	}
	box := benchBox(b, shelf)
	for name, q := range benchQueries(box) {
		b.Run("find "+name, func(b *testing.B) { benchFind(b, shelf, q) })
	}
	b.Run("count box of 500", func(b *testing.B) { benchCount(b, shelf, inventory.Query{Area: box}) })
	b.Run("count polygon of 500", func(b *testing.B) { benchCount(b, shelf, inventory.Query{Area: box.ToPolygon()}) })
	b.Run("count all", func(b *testing.B) { benchCount(b, shelf, inventory.Query{}) })
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			get(b, shelf, benchID(i%records))
		}
	})
	b.Run("update", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, err := shelf.Update(b.Context(), benchID(i%records), func(c *inventory.Camera) error {
				c.Name = strconv.Itoa(i)
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

var france = orb.Bound{Min: orb.Point{-4.8, 42.3}, Max: orb.Point{8.2, 51.1}}

func benchID(i int) inventory.ID { return inventory.DeriveID("camera", strconv.Itoa(i)) }

// benchTown is how many cameras the towns of the benchmark have.
const benchTown = 200

// benchPut puts cameras as an import does, a thousand in a batch, one town after another.
func benchPut(b *testing.B, shelf inventory.Shelf[inventory.Camera], records int) {
	r := dice(8)
	var town orb.Point
	var batch []inventory.Camera
	for i := range records {
		if i%benchTown == 0 {
			town = randomPoint(r, france)
		}
		batch = append(batch, benchCamera(i, randomPoint(r, town.Bound().Pad(0.02))))
		if len(batch) == 1000 || i == records-1 {
			put(b, shelf, batch...)
			batch = batch[:0]
		}
	}
}

// benchCamera has what the published camera files of towns have, about 700 bytes of JSON.
func benchCamera(i int, at orb.Point) inventory.Camera {
	c := cameraAt(string(benchID(i)), at)
	town := i / benchTown
	c.Holder = inventory.ID(fmt.Sprintf("holder:%d", town/10))
	c.Deployment = inventory.ID(fmt.Sprintf("deployment:%d", town))
	c.ExternalID, c.Name, c.Address = strconv.Itoa(i), "Caméra "+strconv.Itoa(i), "1 place de la Comédie"
	c.Status, c.Commune, c.FilmsPublicWay = inventory.InService, fmt.Sprintf("%02d%03d", 1+town%95, town/95%1000), known(true)
	c.Mounting = inventory.Mounting{Support: "pole", HeightM: known(4.5), Outdoor: known(true)}
	c.Heads = []inventory.Head{{
		ID: "1", Kind: inventory.HeadFixed, BearingDeg: known(float64(i % 360)), HFOVDeg: known(90.5), RecordedWidthPx: known(1920),
	}}
	c.Provenance = fullProvenance()
	c.Provenance.Assumptions = nil
	c.Provenance.Import = inventory.ID(fmt.Sprintf("import:%d", i/1000))
	return c
}

// benchBox is a box that holds benchFound cameras or some more.
func benchBox(b *testing.B, shelf inventory.Shelf[inventory.Camera]) orb.Bound {
	b.Helper()
	box := orb.Point{2.35, 46.5}.Bound()
	for {
		n, err := inventory.Count(context.Background(), shelf, inventory.Query{Area: box})
		if err != nil {
			b.Fatal(err)
		}
		if n >= benchFound || box.Top() > 89 {
			return box
		}
		box = box.Pad(0.01)
	}
}

func benchQueries(box orb.Bound) map[string]inventory.Query {
	return map[string]inventory.Query{
		"box of 500":                {Area: box},
		"first page in France":      {Area: france, Limit: 100},
		"first page":                {Limit: 100},
		"holder of 2000":            {Where: anyOf(inventory.AttrHolder, "holder:1")},
		"box of 500, by holder":     {Area: box, Where: anyOf(inventory.AttrHolder, "holder:1")},
		"France, by one deployment": {Area: france, Where: anyOf(inventory.AttrDeployment, "deployment:1")},
	}
}

func benchFind(b *testing.B, shelf inventory.Shelf[inventory.Camera], q inventory.Query) {
	found := 0
	for b.Loop() {
		for _, err := range shelf.Find(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
			found++
		}
	}
	b.ReportMetric(float64(found)/float64(b.N), "records")
	b.ReportMetric(float64(found)/b.Elapsed().Seconds(), "rows/s")
}

func benchCount(b *testing.B, shelf inventory.Shelf[inventory.Camera], q inventory.Query) {
	counted := 0
	for b.Loop() {
		n, err := inventory.Count(b.Context(), shelf, q)
		if err != nil {
			b.Fatal(err)
		}
		counted = n
	}
	b.ReportMetric(float64(counted), "records")
}
