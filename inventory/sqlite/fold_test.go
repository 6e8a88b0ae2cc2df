package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vigie/inventory/inventorytest"
)

// TestLogFolded: what was stored comes into the file itself while the store is open, without a log that is full.
func TestLogFolded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	store := opened(t, path)
	camera := inventorytest.FullCamera()
	camera.ID = "a-camera"
	err := store.Holders().Put(t.Context(), holder("a-holder"))
	if err == nil {
		err = store.Cameras().Put(t.Context(), camera) // while the pause after the first runs
	}
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(file, []byte("a-holder")) && bytes.Contains(file, []byte("a-camera")) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the file does not hold what was stored half a minute ago")
		}
	}
}
