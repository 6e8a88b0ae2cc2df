package sqlite_test

import (
	"path/filepath"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

func harness() inventorytest.Harness {
	return inventorytest.Harness{
		New: func(t testing.TB) string { return filepath.Join(t.TempDir(), "vigie.db") },
		Open: func(t testing.TB, location string) inventory.Store {
			t.Helper()
			store, err := sqlite.Open(t.Context(), location)
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			return store
		},
	}
}

func TestContract(t *testing.T) { inventorytest.Run(t, harness()) }

func BenchmarkStore(b *testing.B) { inventorytest.Bench(b, harness()) }
