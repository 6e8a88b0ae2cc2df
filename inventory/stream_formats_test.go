package inventory_test

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/inventory"
)

// TestMemoryOfEveryFormat imports files of 20 MB in every format that is read part by part, dry, and looks at the heap on
// the way.
func TestMemoryOfEveryFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: files of 20 MB take a while")
	}
	const rows, mostMB = 60_000, 16
	filler := strings.Repeat("x", 250)
	for format, source := range map[inventory.Format]io.Reader{
		inventory.FormatShapefile: longShapefile(t, rows),
		inventory.FormatKML: piped(rows, `<kml><Document>`, func(i int) string {
			return fmt.Sprintf(`<Placemark id="p%d"><name>%s</name><Point><coordinates>2.%06d,48.5</coordinates></Point></Placemark>`, i, filler, i)
		}, `</Document></kml>`),
		inventory.FormatOSM: piped(rows, `{"elements":[{"type":"node","id":1}`, func(i int) string {
			return fmt.Sprintf(`,{"type":"node","id":%d,"lat":48.5,"lon":2.%06d,"tags":{"man_made":"surveillance","note":%q}}`, i, i, filler)
		}, `]}`),
	} {
		store := openStore(t)
		mark := uint64(heapAbove(0))
		highest, total, calls, last, backwards := int64(0), int64(0), 0, int64(0), false
		report, err := inventory.Import(t.Context(), store, source, inventory.ImportOptions{
			Kind: inventory.KindCameras, Holder: "ville", DryRun: true, Format: format,
			Progress: func(bytes int64) {
				if calls++; calls%20 == 0 {
					highest = max(highest, heapAbove(mark))
				}
				backwards, last, total = backwards || bytes < last, bytes, max(total, bytes)
			},
		})
		if err != nil || report.Added != rows {
			t.Fatalf("%s: %s, %v", format, counts(report), err)
		}
		highest = max(highest, heapAbove(mark))
		t.Logf("%s: %d MB of file, heap never more than %.1f MB above its start", format, total>>20, float64(highest)/(1<<20))
		if highest > mostMB<<20 || backwards {
			t.Errorf("%s: heap up by %d MB, backwards %v", format, highest>>20, backwards)
		}
	}
}

// piped is a text that is made while it is read.
func piped(rows int, head string, row func(i int) string, tail string) io.Reader {
	source, sink := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(sink, 64<<10)
		_, _ = out.WriteString(head)
		for i := range rows {
			_, _ = out.WriteString(row(i))
		}
		_, _ = out.WriteString(tail)
		_ = sink.CloseWithError(out.Flush())
	}()
	return source
}

// longShapefile is an archive of points with a table of 300 bytes a row.
func longShapefile(t *testing.T, rows int) io.Reader {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "long.zip"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	archive := zip.NewWriter(file)
	one := layer{kind: 1, columns: []string{"ref/C/8", "nom/C/250"}, shapes: [][]byte{shpPoint(2, 48)}, rows: [][]string{{"x", "y"}}}
	head := one.shp()[:100]
	binary.BigEndian.PutUint32(head[24:], uint32(100+28*rows)/2)
	shapes, err := archive.Create("long.shp")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = shapes.Write(head)
	for i := range rows {
		_ = binary.Write(shapes, binary.BigEndian, []uint32{uint32(i + 1), 10})
		_, _ = shapes.Write(append(littleEndian(uint32(1)), shpPoint(2+float64(i)/1e6, 48)...))
	}
	table, err := archive.Create("long.dbf")
	if err != nil {
		t.Fatal(err)
	}
	start := one.dbf()
	start = start[:len(start)-1-(1+8+250)]
	binary.LittleEndian.PutUint32(start[4:], uint32(rows))
	_, _ = table.Write(start)
	random, text := rand.New(rand.NewPCG(1, 2)), make([]byte, 250)
	for i := range rows {
		for k := range text {
			text[k] = byte('a' + random.IntN(26))
		}
		_, _ = fmt.Fprintf(table, " %-8d%s", i, text)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}
