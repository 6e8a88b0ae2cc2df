package inventory_test

import (
	"bytes"
	"io"
	"testing"

	"vigie/inventory"
)

// benchCopied is how many cameras the benchmarks of copies and archives work on, some 450 bytes each.
const benchCopied = 50_000

func reportRows(b *testing.B, rows int) {
	b.Helper()
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCopy copies from SQLite into a new store of each engine, comparison included.
func BenchmarkCopy(b *testing.B) {
	for _, engine := range engines() {
		b.Run("to "+engine.name, func(b *testing.B) {
			from := openStore(b)
			putAll(b, from, manyCameras(benchCopied))
			for b.Loop() {
				b.StopTimer()
				to := engine.open(b)
				b.StartTimer()
				copyAll(b, from, to, inventory.CopyOptions{})
			}
			reportRows(b, benchCopied)
		})
	}
}

// BenchmarkCopyAgain copies into a store that has everything: what a continued copy costs where there is nothing to do.
func BenchmarkCopyAgain(b *testing.B) {
	for _, engine := range engines() {
		b.Run("to "+engine.name, func(b *testing.B) {
			from, to := openStore(b), engine.open(b)
			putAll(b, from, manyCameras(benchCopied))
			copyAll(b, from, to, inventory.CopyOptions{})
			for b.Loop() {
				copyAll(b, from, to, inventory.CopyOptions{})
			}
			reportRows(b, benchCopied)
		})
	}
}

// BenchmarkBackup writes archives of each engine.
func BenchmarkBackup(b *testing.B) {
	for _, engine := range engines() {
		b.Run(engine.name, func(b *testing.B) {
			store := engine.open(b)
			putAll(b, store, manyCameras(benchCopied))
			size := len(archiveOf(b, store))
			for b.Loop() {
				if _, err := inventory.Backup(b.Context(), store, io.Discard, inventory.BackupOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			reportRows(b, benchCopied)
			b.ReportMetric(float64(size)/benchCopied, "B/row")
		})
	}
}

// BenchmarkRestore checks an archive and restores it into a new store of each engine, comparison included.
func BenchmarkRestore(b *testing.B) {
	first := openStore(b)
	putAll(b, first, manyCameras(benchCopied))
	text := archiveOf(b, first)
	b.Run("check only", func(b *testing.B) {
		for b.Loop() {
			archive, err := inventory.OpenArchive(b.Context(), bytes.NewReader(text), nil)
			if err != nil {
				b.Fatal(err)
			}
			archive.Close()
		}
		reportRows(b, benchCopied)
	})
	for _, engine := range engines() {
		b.Run("to "+engine.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				to := engine.open(b)
				b.StartTimer()
				if _, err := restore(b, text, to, inventory.RestoreOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			reportRows(b, benchCopied)
		})
	}
}
