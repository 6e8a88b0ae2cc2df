// Command licences lists the modules that Vigie is built and tested with, and fails when one of them does not come
// under a permissive licence. It reads the licence files in the module cache; it asks no network.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	modules, err := linked(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, m := range modules {
		name, err := m.licence()
		if err != nil {
			faults = append(faults, err)
		}
		fmt.Fprintf(out, "%-18s %s %s\n", name, m.Path, m.Version)
	}
	if len(modules) == 0 {
		return errors.New("no module found: run it inside the repository")
	}
	fmt.Fprintf(out, "%d modules, %d refused\n", len(modules), len(faults))
	return errors.Join(faults...)
}

// dependency is a module in the module cache.
type dependency struct {
	Path, Version, Dir string
	Main               bool
}

// linked are the modules whose packages get into the program or its tests.
func linked(ctx context.Context) ([]dependency, error) {
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-test", "-json=Module", "./...")
	list.Stderr = os.Stderr
	text, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return dependencies(bytes.NewReader(text))
}

// dependencies reads what go list prints, each module once, in the order of their paths.
func dependencies(list io.Reader) ([]dependency, error) {
	found := map[string]dependency{}
	for decoder := json.NewDecoder(list); ; {
		var listed struct{ Module *dependency }
		err := decoder.Decode(&listed)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if m := listed.Module; m != nil && !m.Main {
			found[m.Path] = *m
		}
	}
	modules := make([]dependency, 0, len(found))
	for _, m := range found {
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b dependency) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// drawing is the licence of a module's logo, which no program contains.
const drawing = "LICENSE-LOGO"

var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying|^copyright$`)

// licence names the licences of a module. The error tells why it is refused.
func (m dependency) licence() (string, error) {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return "unknown", fmt.Errorf("%s: %w", m.Path, err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() || entry.Name() == drawing || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, entry.Name()))
		if err != nil {
			return "unknown", fmt.Errorf("%s: %w", m.Path, err)
		}
		name, ok := classify(string(text))
		if !ok {
			return name, fmt.Errorf("%s: %s comes under a licence that is refused: %s", m.Path, entry.Name(), name)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "none", fmt.Errorf("%s: no licence file", m.Path)
	}
	return strings.Join(names, ", "), nil
}
