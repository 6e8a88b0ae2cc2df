package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// newCameras are as many as it takes for the index of the keys to be left out.
func newCameras(name string) []inventory.Camera {
	cameras := make([]inventory.Camera, 600)
	for i := range cameras {
		cameras[i] = inventorytest.FullCamera()
		cameras[i].ID = inventory.ID(fmt.Sprintf("%s:%d", name, i))
		cameras[i].Location = &inventory.Point{3 + float64(i)/1000, 43}
	}
	return cameras
}

func putNew(t *testing.T, store inventory.Store, cameras []inventory.Camera) {
	t.Helper()
	if err := inventory.PutNew(t.Context(), store.Cameras(), cameras...); err != nil {
		t.Fatalf("PutNew: %v", err)
	}
}

// wantIndex tells whether the index of the keys must be there.
func wantIndex(t *testing.T, store *sqlite.Store, want int) {
	t.Helper()
	n, err := store.Number(t.Context(), "SELECT count(*) FROM sqlite_schema WHERE name = 'cameras_id'")
	if n != want || err != nil {
		t.Errorf("%d indexes of keys, not %d (%v)", n, want, err)
	}
}

// TestKeysLeftOut: the index of the keys is missing only while nothing but PutNew comes to a table that was empty.
func TestKeysLeftOut(t *testing.T) {
	ends := map[string]func(ctx context.Context, store *sqlite.Store, path string) error{
		"settle": func(ctx context.Context, store *sqlite.Store, _ string) error {
			return inventory.Settle(ctx, store.Cameras())
		},
		"get": func(ctx context.Context, store *sqlite.Store, _ string) error {
			_, err := store.Cameras().Get(ctx, "first:7")
			return err
		},
		"page": func(ctx context.Context, store *sqlite.Store, _ string) error {
			_, err := inventory.All(ctx, store.Cameras(), inventory.Query{Limit: 3})
			return err
		},
		"put": func(ctx context.Context, store *sqlite.Store, _ string) error {
			return store.Cameras().Put(ctx, newCameras("first")[7])
		},
		"create": func(ctx context.Context, store *sqlite.Store, _ string) error {
			err := inventory.Create(ctx, store.Cameras(), newCameras("first")[7])
			if !errors.Is(err, inventory.ErrExists) {
				return fmt.Errorf("Create of what is there: %w", err)
			}
			_, err = store.Cameras().Update(ctx, "first:7", func(*inventory.Camera) error { return nil }) // the refusal was rolled back
			return err
		},
		"another program opens": func(ctx context.Context, _ *sqlite.Store, path string) error {
			other, err := sqlite.Open(ctx, path)
			if err != nil {
				return err
			}
			return other.Close()
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "vigie.db")
			store := opened(t, path)
			wantIndex(t, store, 1)
			putNew(t, store, newCameras("first"))
			wantIndex(t, store, 0)
			putNew(t, store, newCameras("second")[:3])
			if err := store.Holders().Put(t.Context(), holder("h")); err != nil { // a journal, or another shelf
				t.Fatal(err)
			}
			putNew(t, store, newCameras("second")[3:])
			wantIndex(t, store, 0)
			if err := end(t.Context(), store, path); err != nil {
				t.Fatal(err)
			}
			wantIndex(t, store, 1)
			putNew(t, store, newCameras("third"))
			wantIndex(t, store, 1)
			judgeLedger(t, store, name)
		})
	}
}

// TestKeysKept: a few records, and those that come to a table that is not empty, do not make the index go.
func TestKeysKept(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	putNew(t, store, newCameras("few")[:10])
	wantIndex(t, store, 1)
	putNew(t, store, newCameras("many"))
	wantIndex(t, store, 1)
}

// TestKeysOfTwoPrograms: a program that had the file open reads the same without the index, and writes only with it; the one
// that left it out goes on with it, and learns what the other has stored.
func TestKeysOfTwoPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	store, other := opened(t, path), opened(t, path)
	first := newCameras("first")
	putNew(t, store, first)
	for _, id := range []inventory.ID{"first:0", "first:599"} {
		if _, err := other.Cameras().Get(t.Context(), id); err != nil {
			t.Errorf("Get without the index: %v", err)
		}
	}
	if got, err := inventory.All(t.Context(), other.Cameras(), inventory.Query{After: "first:90", Limit: 300}); len(got) != 9 || err != nil {
		t.Errorf("a page without the index has %d cameras, not 9 (%v)", len(got), err)
	}
	wantIndex(t, store, 0)
	second := newCameras("second")
	if err := other.Cameras().Put(t.Context(), first[0], second[0]); err != nil {
		t.Fatal(err)
	}
	wantIndex(t, store, 1)
	if err := inventory.PutNew(t.Context(), store.Cameras(), second...); !errors.Is(err, inventory.ErrExists) {
		t.Errorf("PutNew of what another program has stored: %v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != len(first)+1 || err != nil {
		t.Errorf("%d cameras, not %d (%v)", n, len(first)+1, err)
	}
	putNew(t, store, second[1:])
	judgeLedger(t, store, "after both")
}

// TestKeysTwice: a caller that brings a key twice all the same leaves the last record, and a store as it should be.
func TestKeysTwice(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	before, after := newCameras("c"), newCameras("c")[:50]
	for i := range after {
		after[i].Name, after[i].Status = "after", inventory.Retired
	}
	putNew(t, store, before)
	putNew(t, store, after)
	if err := inventory.Settle(t.Context(), store.Cameras()); err != nil {
		t.Fatal(err)
	}
	wantIndex(t, store, 1)
	named := 0
	for c, err := range store.Cameras().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		named += strings.Count(c.Name, "after")
	}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != len(before) || named != len(after) || err != nil {
		t.Errorf("%d cameras, %d of them the last, not %d and %d (%v)", n, named, len(before), len(after), err)
	}
	judgeLedger(t, store, "after the same keys twice")
}

// TestImportLeavesKeysOut: an import into an empty store ends with the index, also when it was cancelled.
func TestImportLeavesKeysOut(t *testing.T) {
	var file strings.Builder
	if err := inventorytest.WriteFrance(&file, 8000); err != nil {
		t.Fatal(err)
	}
	for name, after := range map[string]int{"whole": 8000, "cancelled": 5000} {
		t.Run(name, func(t *testing.T) {
			store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			left := false
			report, err := inventory.Import(ctx, store, strings.NewReader(file.String()), inventory.ImportOptions{
				Kind: inventory.KindCameras,
				Rows: func(rows int) {
					n, _ := store.Number(t.Context(), "SELECT count(*) FROM sqlite_schema WHERE name = 'cameras_id'")
					if left = left || n == 0; rows >= after && after < 8000 {
						cancel()
					}
				},
			})
			if cancelled := errors.Is(err, context.Canceled); cancelled != (name == "cancelled") || err != nil && !cancelled {
				t.Fatal(err)
			}
			if !left {
				t.Error("the index of the keys was there all the time")
			}
			wantIndex(t, store, 1)
			if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != report.Added || err != nil {
				t.Errorf("%d cameras, %d were told of (%v)", n, report.Added, err)
			}
			judgeLedger(t, store, name)
		})
	}
}
