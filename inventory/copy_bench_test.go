package inventory_test

import (
	"bytes"
	"io"
	"syscall"
	"testing"
	"time"

	"vigie/inventory"
)

// benchCopied is how many cameras the benchmarks of copies and archives work on, some 450 bytes each.
const benchCopied = 20_000

// stopwatch tells rows per second, and rows per second of processor time: what remains the same on a busy machine.
type stopwatch struct{ before time.Duration }

func startWatch(b *testing.B) stopwatch {
	b.Helper()
	return stopwatch{processorTime(b)}
}

func (w stopwatch) report(b *testing.B) {
	b.Helper()
	rows := float64(benchCopied * b.N)
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(rows/(processorTime(b)-w.before).Seconds(), "rows/cpu-s")
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

// BenchmarkCopy copies from SQLite into a new store of each engine, comparison included.
func BenchmarkCopy(b *testing.B) {
	for _, engine := range engines() {
		b.Run("to "+engine.name, func(b *testing.B) {
			from := openStore(b)
			putAll(b, from, manyCameras(benchCopied))
			watch := startWatch(b)
			for b.Loop() {
				b.StopTimer()
				to := engine.open(b)
				b.StartTimer()
				copyAll(b, from, to, inventory.CopyOptions{})
			}
			watch.report(b)
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
			watch := startWatch(b)
			for b.Loop() {
				copyAll(b, from, to, inventory.CopyOptions{})
			}
			watch.report(b)
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
			watch := startWatch(b)
			for b.Loop() {
				if _, err := inventory.Backup(b.Context(), store, io.Discard, inventory.BackupOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			watch.report(b)
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
		watch := startWatch(b)
		for b.Loop() {
			archive, err := inventory.OpenArchive(b.Context(), bytes.NewReader(text), nil)
			if err != nil {
				b.Fatal(err)
			}
			archive.Close()
		}
		watch.report(b)
	})
	for _, engine := range engines() {
		b.Run("to "+engine.name, func(b *testing.B) {
			watch := startWatch(b)
			for b.Loop() {
				b.StopTimer()
				to := engine.open(b)
				b.StartTimer()
				if _, err := restore(b, text, to, inventory.RestoreOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			watch.report(b)
		})
	}
}
