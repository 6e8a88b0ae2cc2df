package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"vigie/inventory"
)

func TestWriteFileWholeOrNotAtAll(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	name := filepath.Join(folder, "result.txt")
	write := func(text string, failure error) error {
		return writeFile(name, func(out io.Writer) error {
			if _, err := io.WriteString(out, text); err != nil {
				return err
			}
			return failure
		})
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := write("second, cut short", broken); !errors.Is(err, broken) {
		t.Fatalf("error %v, want the writer's own", err)
	}
	if got := readText(t, name); got != "first" {
		t.Errorf("the file holds %q after a failed write, want what it held before", got)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("%d files in the folder, want 1: a temporary file was left", len(entries))
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, want its owner's only", info.Mode().Perm())
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]inventory.Format{
		"a.geojson": inventory.FormatGeoJSON, "b/A.JSON": inventory.FormatGeoJSON, "a.ndjson": inventory.FormatGeoJSON,
		"a.csv": inventory.FormatCSV, "a.tsv": inventory.FormatCSV, "a.shp": "", "standard input": "",
	} {
		if got := formatOf(name); got != want {
			t.Errorf("formatOf(%q) = %q, want %q", name, got, want)
		}
	}
}
