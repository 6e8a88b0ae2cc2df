package inventory_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

const benchRows = 10_000

// benchImport imports rows again and again into a store that has them, which is the whole work but the writing, and
// tells rows per second and how many times slower that is than the plainest reading of the same text in the same run.
func benchImport(b *testing.B, text string, plain func(text string) error) {
	b.Helper()
	store := openStore(b)
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville", Now: now}
	run := func() {
		report, err := inventory.Import(b.Context(), store, strings.NewReader(text), options)
		if err != nil || report.Read != benchRows || report.RejectedRows != 0 {
			b.Fatalf("%s, %v", counts(report), err)
		}
	}
	start := time.Now()
	run()
	b.ReportMetric(benchRows/time.Since(start).Seconds(), "first-rows/s")
	var plainly time.Duration
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		run()
		b.StopTimer()
		start := time.Now()
		if err := plain(text); err != nil {
			b.Fatal(err)
		}
		plainly += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(b.Elapsed().Seconds()/plainly.Seconds(), "×plain")
}

// BenchmarkImportGeoJSON against one json.Unmarshal of the whole collection.
func BenchmarkImportGeoJSON(b *testing.B) {
	features := make([]string, benchRows)
	for i := range features {
		features[i] = fmt.Sprintf(`{"type":"Feature","properties":{"ref":"C%d","nom":"Caméra %d","adresse":"%d, rue de la Loge","hauteur":6.5,"azimut":%d,"quartier":"Centre"},`+
			`"geometry":{"type":"Point","coordinates":[3.%06d,43.6]}}`, i, i, i, i%360, i)
	}
	benchImport(b, collection(features...), func(text string) error {
		var whole any
		return json.Unmarshal([]byte(text), &whole)
	})
}

// BenchmarkImportCSV against csv.ReadAll.
func BenchmarkImportCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString("ref,nom,adresse,hauteur,azimut,quartier,lon,lat\n")
	for i := range benchRows {
		fmt.Fprintf(&text, "C%d,Caméra %d,\"%d, rue de la Loge\",6.5,%d,Centre,3.%06d,43.6\n", i, i, i, i%360, i)
	}
	benchImport(b, text.String(), func(text string) error {
		_, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		return err
	})
}

// BenchmarkExport writes the same cameras in both formats: usual ones, and ones of which every field is known.
func BenchmarkExport(b *testing.B) {
	full := make([]inventory.Camera, benchCopied)
	for i := range full {
		full[i] = inventorytest.FullCamera()
		full[i].ID = inventory.DeriveID("camera", fmt.Sprint(i))
	}
	for _, many := range []struct {
		name    string
		cameras []inventory.Camera
	}{{"usual", slices.Collect(inventorytest.France(benchCopied))}, {"full", full}} {
		store := openStore(b)
		putAll(b, store, many.cameras)
		for _, format := range []inventory.Format{inventory.FormatGeoJSON, inventory.FormatCSV} {
			b.Run(many.name+" "+string(format), func(b *testing.B) {
				options := inventory.ExportOptions{Kind: inventory.KindCameras, Format: format}
				b.ReportAllocs()
				watch := startWatch(b)
				for b.Loop() {
					if err := inventory.Export(b.Context(), store, io.Discard, options); err != nil {
						b.Fatal(err)
					}
				}
				watch.report(b)
			})
		}
	}
}
