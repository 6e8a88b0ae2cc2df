package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"vigie/inventory/sqlite"
)

// TestPool: reads one after the other share a connection; reads at once have one each, and when all are lent, the next waits.
func TestPool(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	for range 10 {
		if err := store.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if used := store.ReadersUsed(); used != 1 {
		t.Errorf("reads one after the other used %d connections", used)
	}
	all := max(4, runtime.GOMAXPROCS(0))
	atOnce(t, store, all)
	if used := store.ReadersUsed(); used != all {
		t.Errorf("%d reads at once used %d connections", all, used)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("after all were lent: %v", err)
	}
}

// atOnce reads within a read, and so on, as often as there are connections, and then once more in vain.
func atOnce(t *testing.T, store *sqlite.Store, left int) {
	t.Helper()
	if left > 0 {
		if err := store.Reading(t.Context(), func() error { atOnce(t, store, left-1); return nil }); err != nil {
			t.Error(err)
		}
		return
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := store.Reading(soon, func() error { return errors.New("one more than there are was lent") })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a read when all are lent: %v", err)
	}
}
