package inventorytest

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

const (
	// BenchRecords is the environment variable that says how many cameras [Bench] works on; 20,000 without it.
	BenchRecords = "VIGIE_BENCH_RECORDS"
	// BenchFile is the environment variable that names a file for those cameras as GeoJSON, which is written when it is
	// not there and kept.
	BenchFile = "VIGIE_BENCH_FILE"

	// benchFound is how many cameras the box of the benchmark holds, benchPage those of a page.
	benchFound, benchPage = 500, 1000
	// benchBatch is how many cameras the bare driver is given at once, as many as an import stores.
	benchBatch = 2000
	// The two sides of a comparison take turns: benchWarming times before anything is measured, then at least leastRounds
	// times, and further until benchTime is over or they did mostRounds.
	benchWarming, leastRounds, mostRounds = 5, 15, 300
	benchTime                             = 2 * time.Second
)

// Raw does by the bare driver what a store does, in a place of its own with the same documents: what there is to
// compare a store with.
type Raw struct {
	// Prepare makes documents of cameras, which is not measured; Insert stores those made last.
	Prepare func(cameras []inventory.Camera) error
	Insert  func(ctx context.Context) error
	// Box reads the documents in a box, and Page those after a key, as bytes, and tells how many there are.
	Box  func(ctx context.Context, box orb.Bound) (int, error)
	Page func(ctx context.Context, after inventory.ID, limit int) (int, error)
}

// Bench measures a store on the cameras of [France], in turns with the bare driver.
func Bench(b *testing.B, h Harness, raw Raw) {
	records := 20_000
	if text := os.Getenv(BenchRecords); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			b.Fatalf("%s=%q is not a number of records", BenchRecords, text)
		}
		records = n
	}
	x := &bench{store: fresh(b, h), raw: raw, records: records}
	put(b, x.store.Holders(), FranceHolders(records)...)
	b.Run("import of CSV", func(b *testing.B) { importCSV(b, fresh(b, h), records) })
	b.Run("import", x.importFile)
	x.fillRaw(b)
	box := FranceBox(France(records), min(benchFound, records/40))
	b.Run("box of 500", func(b *testing.B) {
		x.beside(b, inventory.Query{Area: box}, func() (int, error) { return raw.Box(b.Context(), box) })
	})
	first, far := inventory.ID(""), x.nineTenths()
	for name, after := range map[string]inventory.ID{"first": first, "far": far} {
		b.Run(name+" page of 1000", func(b *testing.B) {
			q := inventory.Query{After: after, Limit: benchPage}
			x.beside(b, q, func() (int, error) { return raw.Page(b.Context(), after, benchPage) })
		})
	}
	b.Run("far page beside first", func(b *testing.B) {
		x.compare(b, x.find(inventory.Query{After: far, Limit: benchPage}), x.find(inventory.Query{Limit: benchPage}))
	})
	country := orb.Bound{Min: orb.Point{-4.8, 42.3}, Max: orb.Point{8.2, 51.1}}
	b.Run("100 of the country by area", func(b *testing.B) { x.alone(b, x.find(inventory.Query{Area: country, Limit: 100})) })
	b.Run("count by department and holder kind", func(b *testing.B) {
		x.alone(b, func() (int, error) {
			groups, err := inventory.CountCameras(b.Context(), x.store, inventory.Query{},
				inventory.AttrDepartment, inventory.AttrHolderKind)
			return len(groups), err
		})
	})
	b.Run("count in a box", func(b *testing.B) {
		x.alone(b, func() (int, error) {
			return inventory.Count(b.Context(), x.store.Cameras(), inventory.Query{Area: box})
		})
	})
	b.Run("get", func(b *testing.B) {
		x.alone(b, func() (int, error) { _, err := x.store.Cameras().Get(b.Context(), far); return 1, err })
	})
}

// bench is a store full of cameras, and the bare driver's place.
type bench struct {
	store    inventory.Store
	raw      Raw
	records  int
	imported time.Duration
}

// processorTime is what this process used so far, in all its threads; a server's is not in it.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// importFile imports the cameras by the whole path.
func (x *bench) importFile(b *testing.B) {
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Format: inventory.FormatGeoJSON}
	report, took := imported(b, x.store, x.file(b), options)
	if x.imported = took; report.Read != x.records {
		b.Fatalf("%d of %d cameras were read", report.Read, x.records)
	}
}

// importCSV imports the cameras that have a place, as a spreadsheet lists them, into a store of its own.
func importCSV(b *testing.B, store inventory.Store, records int) {
	path := filepath.Join(b.TempDir(), "france.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if err := WriteFranceCSV(file, records); err != nil {
		b.Fatal(err)
	}
	imported(b, store, file, inventory.ImportOptions{
		Kind: inventory.KindCameras, Format: inventory.FormatCSV, Mapping: map[string]string{"detenteur": "holder"},
	})
}

// imported imports a file of which no row is wrong, and tells how quickly.
func imported(
	b *testing.B, store inventory.Store, file *os.File, options inventory.ImportOptions,
) (report inventory.ImportReport, took time.Duration) {
	b.Helper()
	start, before := time.Now(), processorTime(b)
	report, err := inventory.Import(b.Context(), store, file, options)
	if err != nil || report.Read == 0 || report.RejectedRows > 0 {
		b.Fatalf("read %d, rejected %d: %v", report.Read, report.RejectedRows, err)
	}
	took = time.Since(start)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(report.Read)/took.Seconds(), "rows/s")
	b.ReportMetric(float64(report.Read)/(processorTime(b)-before).Seconds(), "rows/cpu-s")
	return report, took
}

// file is the GeoJSON of the cameras.
func (x *bench) file(b *testing.B) *os.File {
	b.Helper()
	path := os.Getenv(BenchFile)
	if path == "" {
		path = filepath.Join(b.TempDir(), "france.geojson")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		file, err = os.Open(path)
	case err == nil:
		err = WriteFrance(file, x.records)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = file.Close() })
	return file
}

// fillRaw stores the same cameras by the bare driver, and tells its speed and what part of it the import reached.
func (x *bench) fillRaw(b *testing.B) {
	b.Run("put", func(b *testing.B) {
		var bare, used time.Duration
		for cameras := range batches(France(x.records), benchBatch) {
			if err := x.raw.Prepare(cameras); err != nil {
				b.Fatal(err)
			}
			start, before := time.Now(), processorTime(b)
			if err := x.raw.Insert(b.Context()); err != nil {
				b.Fatal(err)
			}
			bare, used = bare+time.Since(start), used+processorTime(b)-before
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(x.records)/bare.Seconds(), "driver-rows/s")
		b.ReportMetric(bare.Seconds()/x.imported.Seconds(), "import/driver")
		b.ReportMetric(float64(x.records)/used.Seconds(), "driver-rows/cpu-s")
	})
}

func batches(cameras iter.Seq[inventory.Camera], size int) iter.Seq[[]inventory.Camera] {
	return func(yield func([]inventory.Camera) bool) {
		var batch []inventory.Camera
		for c := range cameras {
			if batch = append(batch, c); len(batch) == size {
				if !yield(batch) {
					return
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

// nineTenths is the key of a camera that nine tenths of the others come before: derived identifiers are hexadecimal.
func (x *bench) nineTenths() inventory.ID {
	far := inventory.ID("~")
	for c := range France(x.records) {
		if c.ID > "e6" && c.ID < far {
			far = c.ID
		}
	}
	return far
}

// find reads every record of a query and tells how many there are.
func (x *bench) find(q inventory.Query) func() (int, error) {
	return func() (int, error) { return inventory.CountFound(x.store.Cameras().Find(context.Background(), q)) }
}

func (x *bench) beside(b *testing.B, q inventory.Query, raw func() (int, error)) {
	b.Helper()
	x.compare(b, x.find(q), raw)
}

func (x *bench) alone(b *testing.B, work func() (int, error)) {
	b.Helper()
	x.compare(b, work, nil)
}

// compare tells the median time of a piece of work, and how many times that of another it is.
func (*bench) compare(b *testing.B, work, other func() (int, error)) {
	b.Helper()
	var ours, theirs []time.Duration
	found, there := 0, 0
	turn := func() {
		took, n := timed(b, work)
		ours, found = append(ours, took), n
		if other != nil {
			took, n := timed(b, other)
			theirs, there = append(theirs, took), n
		}
	}
	for b.Loop() {
		for range benchWarming {
			turn()
		}
		runtime.GC() // of what was done before
		ours, theirs = ours[:0], theirs[:0]
		for start := time.Now(); len(ours) < leastRounds || len(ours) < mostRounds && time.Since(start) < benchTime; {
			turn()
		}
	}
	if other != nil && there == 0 {
		b.Fatal("there is nothing to compare with: put fills the bare driver's place, and must run before")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours).Seconds()*1000, "ms")
	b.ReportMetric(float64(found), "results")
	if other != nil {
		b.ReportMetric(float64(there), "other-results")
		b.ReportMetric(median(ours).Seconds()/median(theirs).Seconds(), "×other")
	}
}

func timed(b *testing.B, work func() (int, error)) (time.Duration, int) {
	b.Helper()
	start := time.Now()
	n, err := work()
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start), n
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
