package inventory_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"vigie/inventory"
)

// failingSource gives features without end, and calls stop on the way.
type failingSource struct {
	n    int
	stop func()
}

func (s *failingSource) Read(p []byte) (int, error) {
	if s.n++; s.n == 3000 {
		s.stop()
	}
	return copy(p, point(fmt.Sprint(s.n), 2, 48)+"\n"), nil
}

func TestCancelledImports(t *testing.T) {
	t.Run("while reading", func(t *testing.T) {
		store := openStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		report, err := inventory.Import(ctx, store, &failingSource{stop: cancel},
			inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville"})
		if !errors.Is(err, context.Canceled) || report.Added != 0 || len(allCameras(t, store)) != 0 {
			t.Errorf("%s, %v", counts(report), err)
		}
	})
	t.Run("while storing", func(t *testing.T) {
		store := openStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		var text strings.Builder
		for i := range 20_000 {
			text.WriteString(point(fmt.Sprint(i), 2, 48) + "\n")
		}
		options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville", Now: now}
		options.Progress = func(bytes int64) {
			if bytes > int64(text.Len())*3/4 { // half of the second reading
				cancel()
			}
		}
		report, err := inventory.Import(ctx, store, strings.NewReader(text.String()), options)
		stored := len(allCameras(t, store))
		if !errors.Is(err, context.Canceled) || report.Added != stored || stored == 0 || stored == 20_000 {
			t.Errorf("%s, %d stored, %v", counts(report), stored, err)
		}
	})
}

// TestImportBesideAnotherWriter: a record that somebody else stores while a file is imported into an empty store is changed
// by its row as it would be in a store that had it before, not replaced.
func TestImportBesideAnotherWriter(t *testing.T) {
	store := openStore(t)
	const rows = 20_000
	var text strings.Builder
	for i := range rows {
		text.WriteString(point(fmt.Sprint(i), 2, 48) + "\n")
	}
	last := inventory.Camera{
		ID: inventory.DeriveID("cameras", "ville", fmt.Sprint(rows-1)), Holder: "ville", Category: inventory.Fixed,
		Location: &inventory.Point{2, 48}, Unit: "brigade",
	}
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville", Now: now}
	options.Progress = func(bytes int64) {
		if bytes > int64(text.Len())/2 && last.Name == "" { // the second reading
			last.Name = "stored by somebody else"
			if err := store.Cameras().Put(t.Context(), last); err != nil {
				t.Error(err)
			}
		}
	}
	report, err := inventory.Import(t.Context(), store, strings.NewReader(text.String()), options)
	if err != nil || report.Added != rows-1 || report.Updated != 1 {
		t.Errorf("%s, %v", counts(report), err)
	}
	if c, err := store.Cameras().Get(t.Context(), last.ID); err != nil || c.Unit != "brigade" || c.ExternalID != fmt.Sprint(rows-1) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestProgressEndsAtTheSize(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		text.WriteString(point(fmt.Sprint(i), 2, 48) + "\n")
	}
	last, backwards := int64(0), false
	_, err := inventory.Import(t.Context(), openStore(t), strings.NewReader(text.String()), inventory.ImportOptions{
		Kind: inventory.KindCameras, Holder: "ville",
		Progress: func(bytes int64) { backwards, last = backwards || bytes < last, bytes },
	})
	if err != nil || backwards || last != int64(text.Len()) {
		t.Errorf("ended at %d of %d, backwards %v, %v", last, text.Len(), backwards, err)
	}
}

// heapAbove is how much memory is in use above a mark, in bytes, after a collection.
func heapAbove(mark uint64) int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) - int64(mark)
}

// TestMemoryDoesNotGrowWithTheFile imports 100 MB that come through a pipe, dry, and looks at the heap on the way.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a file of 100 MB takes a while")
	}
	const features = 300_000
	filler := strings.Repeat("x", 240)
	source, sink := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(sink, 64<<10)
		_, _ = out.WriteString(`{"type":"FeatureCollection","features":[`)
		for i := range features {
			separator := ","
			if i == 0 {
				separator = ""
			}
			_, _ = fmt.Fprintf(out, `%s{"type":"Feature","properties":{"ref":"R%d","nom":%q},"geometry":{"type":"Point","coordinates":[2.%06d,48.5]}}`,
				separator, i, filler, i)
		}
		_, _ = out.WriteString("]}")
		_ = sink.CloseWithError(out.Flush())
	}()
	store := openStore(t)
	mark := uint64(heapAbove(0))
	highest, total, calls := int64(0), int64(0), 0
	report, err := inventory.Import(t.Context(), store, source, inventory.ImportOptions{
		Kind: inventory.KindCameras, Holder: "ville", DryRun: true,
		Progress: func(bytes int64) {
			if calls++; calls%200 == 0 {
				highest = max(highest, heapAbove(mark))
			}
			total = bytes
		},
	})
	if err != nil || report.Added != features {
		t.Fatalf("%s, %v", counts(report), err)
	}
	highest = max(highest, heapAbove(mark))
	t.Logf("%d MB read, heap never more than %.1f MB above its start", total>>20, float64(highest)/(1<<20))
	if total < 100<<20 || highest > 32<<20 {
		t.Errorf("%d MB read, heap up by %d MB", total>>20, highest>>20)
	}
}
