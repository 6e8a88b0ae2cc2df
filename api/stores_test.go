package api_test

import (
	"context"
	"path/filepath"
	"testing"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
	"vigie/inventory/sqlite"
)

// opener opens an empty store, which is closed and removed when the test ends.
type opener func(tb testing.TB) inventory.Store

// onEachStore runs a test on each kind of store. Without a MongoDB server its half is skipped, or fails where one is
// required.
func onEachStore(t *testing.T, test func(t *testing.T, open opener)) {
	t.Helper()
	t.Parallel()
	for name, open := range map[string]opener{"sqlite": openSQLite, "mongodb": openMongoDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func openSQLite(tb testing.TB) inventory.Store {
	tb.Helper()
	store, err := sqlite.Open(context.WithoutCancel(tb.Context()), filepath.Join(tb.TempDir(), "vigie.db"))
	if err != nil {
		tb.Fatal(err)
	}
	return closedAtEnd(tb, store)
}

func openMongoDB(tb testing.TB) inventory.Store {
	tb.Helper()
	store, err := mongodb.Open(tb.Context(), mongodbtest.NewDatabase(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return closedAtEnd(tb, store)
}

func closedAtEnd(tb testing.TB, store inventory.Store) inventory.Store {
	tb.Helper()
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	return store
}
