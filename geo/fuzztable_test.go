package geo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFuzzTable keeps the table of fuzz targets true: what it promises for geo exists, and nothing is left out.
func TestFuzzTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "fuzz.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## geo\n")
	section, _, _ = strings.Cut(section, "\n## ")
	promised := regexp.MustCompile("Fuzz[A-Za-z]+").FindAllString(section, -1)

	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var written []string
	declaration := regexp.MustCompile(`(?m)^func (Fuzz[A-Za-z]+)\(`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declaration.FindAllStringSubmatch(string(source), -1) {
			written = append(written, match[1])
		}
	}
	slices.Sort(promised)
	slices.Sort(written)
	if !slices.Equal(promised, written) {
		t.Errorf("docs/fuzz.md promises %v for geo, the tests have %v", promised, written)
	}
}
