package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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

// TestWriteFileFollowsLinks: a symbolic link stays one, whether what it leads to is there or not.
func TestWriteFileFollowsLinks(t *testing.T) {
	folder := t.TempDir()
	target, link, chain := filepath.Join(folder, "target.txt"), filepath.Join(folder, "link"), filepath.Join(folder, "chain")
	for name, to := range map[string]string{link: "target.txt", chain: link} {
		if err := os.Symlink(to, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"first", "second"} {
		if err := writeFile(chain, writeText(text)); err != nil {
			t.Fatal(err)
		}
		if got := readText(t, target); got != text {
			t.Errorf("the target holds %q, want %q", got, text)
		}
		for _, name := range []string{link, chain} {
			if _, err := os.Readlink(name); err != nil {
				t.Errorf("%s is no link any more: %v", name, err)
			}
		}
	}
	loop := filepath.Join(folder, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(loop, writeText("nowhere")); err == nil {
		t.Error("a link to itself is written to")
	}
}

// TestWriteFileToAPipe: a named pipe is written to, not replaced by a file.
func TestWriteFileToAPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string, 1)
	go func() {
		text, err := os.ReadFile(name)
		read <- fmt.Sprint(string(text), err)
	}()
	if err := writeFile(name, writeText("through")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Type() != os.ModeNamedPipe {
		t.Fatalf("the pipe has become %v", info.Mode())
	}
	if got := <-read; got != "through<nil>" {
		t.Errorf("read %q at the other end", got)
	}
}

func TestWriteFileRefusesAFolder(t *testing.T) {
	folder := t.TempDir()
	if err := writeFile(folder, writeText("x")); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("writing to a folder gives %v", err)
	}
}

func writeText(text string) func(io.Writer) error {
	return func(out io.Writer) error {
		_, err := io.WriteString(out, text)
		return err
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]inventory.Format{
		"a.geojson": inventory.FormatGeoJSON, "b/A.GeoJSONL": inventory.FormatGeoJSON, "a.json": "", "a.ndjson": inventory.FormatGeoJSON,
		"a.csv": inventory.FormatCSV, "a.tsv": inventory.FormatCSV, "a.kml": inventory.FormatKML, "a.KMZ": inventory.FormatKML, "a.zip": "", "standard input": "",
	} {
		if got := formatOf(name); got != want {
			t.Errorf("formatOf(%q) = %q, want %q", name, got, want)
		}
	}
}
