package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

func holder(id string) inventory.Holder {
	return inventory.Holder{ID: inventory.ID(id), Name: "Ville", Kind: inventory.Private}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestFileTakenAway: nothing is written to a file that nobody would find again, or read from another. Once the file is back the
// same store goes on.
func TestFileTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	store := opened(t, path)
	put := func(id string) error { return store.Holders().Put(t.Context(), holder(id)) }
	if err := put("before"); err != nil {
		t.Fatal(err)
	}
	away := path + ".away"
	rename(t, path, away)
	for _, name := range []string{"gone", "replaced"} {
		if name == "replaced" {
			rename(t, other(t), path)
		}
		_, read := store.Holders().Get(t.Context(), "before")
		for what, err := range map[string]error{"Put": put("lost"), "Ping": store.Ping(t.Context()), "Get": read} {
			if !errors.Is(err, inventory.ErrUnavailable) {
				t.Errorf("%s while the file is %s: %v", what, name, err)
			}
		}
	}
	rename(t, away, path)
	if err := errors.Join(store.Ping(t.Context()), put("after")); err != nil {
		t.Errorf("the file is back: %v", err)
	}
	if _, err := store.Holders().Get(t.Context(), "lost"); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("what was refused: %v", err)
	}
}

// other is a file that is not the one a store opened.
func other(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	closed(t, path)
	return path
}

// TestFull: a store without room says so, keeps what it acknowledged and nothing of what it refused, and goes on when there is
// room again.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	store := opened(t, path)
	pages, err := store.Number(t.Context(), "SELECT page_count FROM pragma_page_count")
	if err == nil {
		err = store.Execute(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+20))
	}
	if err != nil {
		t.Fatal(err)
	}
	batch := func(n int) (cameras []inventory.Camera) {
		for i := range 10 {
			c := inventorytest.FullCamera()
			c.ID = inventory.ID(fmt.Sprintf("c%d-%d", n, i))
			cameras = append(cameras, c)
		}
		return cameras
	}
	stored := 0
	for ; err == nil && stored < 1000; stored++ {
		err = store.Cameras().Put(t.Context(), batch(stored)...)
	}
	stored--
	if !errors.Is(err, inventory.ErrFull) || stored == 0 {
		t.Fatalf("after %d batches: %v", stored, err)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping of a full store: %v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != 10*stored || err != nil {
		t.Errorf("%d cameras are there, %d were acknowledged (%v)", n, 10*stored, err)
	}
	if err := store.Execute(t.Context(), "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := store.Cameras().Put(t.Context(), batch(stored)...); err != nil {
		t.Errorf("Put when there is room again: %v", err)
	}
	if faults, err := store.Number(t.Context(), "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"); faults != 0 || err != nil {
		t.Errorf("%d faults in the file (%v)", faults, err)
	}
}

// TestFullJournal: of lines of the journal that come together none is acknowledged when there is no room for them, and each that
// was is there. The chain goes on when there is room again.
func TestFullJournal(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	journal, err := inventory.OpenJournal(t.Context(), store, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := store.Number(t.Context(), "SELECT page_count FROM pragma_page_count")
	if err == nil {
		err = store.Execute(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+20))
	}
	if err != nil {
		t.Fatal(err)
	}
	line := inventory.Entry{Deed: inventory.DeedRead, Reason: strings.Repeat("long ", 100)}
	const tellers = 16
	var told atomic.Int64
	var group sync.WaitGroup
	for range tellers {
		group.Go(func() {
			for {
				if _, err := journal.Append(t.Context(), line); err != nil {
					if !errors.Is(err, inventory.ErrFull) {
						t.Errorf("a line without room: %v", err)
					}
					return
				}
				told.Add(1)
			}
		})
	}
	group.Wait()
	if err := store.Execute(t.Context(), "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Append(t.Context(), line); err != nil {
		t.Errorf("a line when there is room again: %v", err)
	}
	report, err := inventory.VerifyJournal(t.Context(), store, "")
	if err != nil || len(report.Faults) > 0 || report.Lines != int(told.Load())+1 || told.Load() < tellers {
		t.Errorf("%d lines were acknowledged: %+v (%v)", told.Load(), report, err)
	}
}

// TestHeldByAnother: while another program writes for longer than a store waits, the store says that it cannot now, and reads.
func TestHeldByAnother(t *testing.T) {
	t.Parallel() // it waits for ten seconds, and uses no processor meanwhile
	path := filepath.Join(t.TempDir(), "vigie.db")
	store := opened(t, path)
	conn, err := zombiezen.OpenConn(path, zombiezen.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := sqlitex.ExecuteTransient(conn, "BEGIN IMMEDIATE", nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Holders().Put(t.Context(), holder("h1")); !errors.Is(err, inventory.ErrUnavailable) {
		t.Errorf("Put while another program writes: %v", err)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping while another program writes: %v", err)
	}
	if err := sqlitex.ExecuteTransient(conn, "ROLLBACK", nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Holders().Put(t.Context(), holder("h1")); err != nil {
		t.Errorf("Put when the other program is done: %v", err)
	}
}
