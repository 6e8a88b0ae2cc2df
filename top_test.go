package main_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// topLevel is all that lies at the root of the repository, beside the Go files of the command.
func topLevel() []string {
	return []string{
		".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md",
		"Dockerfile", "LICENSE", "Makefile", "README.md", "SECURITY.md", "advisory", "api", "docs", "geo", "go.mod", "go.sum",
		"inventory", "scripts",
	}
}

// unkept is what a checkout may hold beside what git keeps.
func unkept() []string { return []string{".git", ".cache", "bin", "out", "vigie"} }

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	for _, fault := range topFaults(names) {
		t.Error(fault)
	}
}

func topFaults(names []string) []string {
	var faults []string
	for _, name := range names {
		goFile := path.Ext(name) == ".go"
		leftOver := strings.HasSuffix(name, ".test") || strings.HasSuffix(name, ".prof")
		if !goFile && !leftOver && !slices.Contains(topLevel(), name) && !slices.Contains(unkept(), name) {
			faults = append(faults, name+" has no place at the top level")
		}
	}
	for _, name := range topLevel() {
		if !slices.Contains(names, name) {
			faults = append(faults, name+" is missing from the top level")
		}
	}
	return faults
}

func TestTopLevelSeesViolations(t *testing.T) {
	sound := append(topLevel(), "main.go", "serve_test.go", ".git", "out")
	if faults := topFaults(sound); len(faults) > 0 {
		t.Errorf("faults %q in a sound tree", faults)
	}
	faults := topFaults(append(slices.DeleteFunc(sound, func(name string) bool { return name == "LICENSE" }), "utils"))
	want := []string{"utils has no place at the top level", "LICENSE is missing from the top level"}
	if !slices.Equal(faults, want) {
		t.Errorf("faults %q, want %q", faults, want)
	}
}
