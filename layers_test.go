package main_test

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// edges are the packages of Vigie that a package may import.
type edges struct {
	code []string
	// tests are what its tests may import besides.
	tests []string
}

// layers is the whole house: a package that is not named here fails TestLayers, and so does a name without a package.
func layers() map[string]edges {
	return map[string]edges{
		"geo":          {code: []string{"geo/setcover"}},
		"geo/setcover": {},
		"inventory": {
			code:  []string{"geo", "inventory/recordjson"},
			tests: []string{"inventory/sqlite", "inventory/mongodb", "inventory/mongodb/mongodbtest", "inventory/inventorytest"},
		},
		"inventory/recordjson": {tests: []string{"inventory", "inventory/inventorytest"}},
		"inventory/sqlite": {
			code:  []string{"inventory", "inventory/recordjson", "geo"},
			tests: []string{"inventory/inventorytest"},
		},
		"inventory/mongodb": {
			code:  []string{"inventory", "geo"},
			tests: []string{"inventory/inventorytest", "inventory/mongodb/mongodbtest"},
		},
		"inventory/mongodb/mongodbtest": {},
		"inventory/inventorytest":       {code: []string{"inventory", "geo"}},
		"advisory": {
			code:  []string{"inventory", "geo"},
			tests: []string{"inventory/inventorytest", "inventory/sqlite", "scripts/demotown"},
		},
		"advisory/report": {
			code:  []string{"advisory", "inventory", "geo"},
			tests: []string{"inventory/sqlite", "scripts/demotown"},
		},
		"api": {
			code: []string{"api/cql", "advisory", "advisory/report", "inventory", "inventory/recordjson", "geo", "docs"},
			tests: []string{
				"inventory/sqlite", "inventory/mongodb", "inventory/mongodb/mongodbtest", "inventory/inventorytest", "scripts/demotown",
			},
		},
		"api/cql":           {code: []string{"geo"}},
		"docs":              {},
		"scripts/demotown":  {code: []string{"inventory", "geo"}},
		"scripts/benchload": {code: []string{"inventory", "inventory/inventorytest"}},
		"scripts/licences":  {},
		".": {
			code: []string{
				"api", "advisory", "advisory/report", "inventory", "inventory/mongodb", "inventory/sqlite", "geo", "scripts/demotown",
			},
			tests: []string{"inventory/mongodb/mongodbtest"},
		},
	}
}

// owners are the packages that may import a module which is not Vigie's and not Go's.
type owners struct {
	code []string
	// tests own it in their tests only.
	tests []string
	// files are those of the code that alone may import it, as a pattern of [path.Match]; empty for all.
	files string
}

// everywhere is the owner of the common vocabulary.
const everywhere = "*"

// modules is every module that Vigie names in an import. One that is not named here fails TestLayers, and so does a
// name that nothing imports.
func modules() map[string]owners {
	return map[string]owners{
		"github.com/paulmach/orb":              {code: []string{everywhere}},
		"github.com/peterstace/simplefeatures": {code: []string{"api/cql"}, tests: []string{"geo"}},
		"github.com/tidwall/geodesic":          {tests: []string{"geo", "inventory/mongodb"}},
		"github.com/wroge/wgs84":               {tests: []string{"geo"}},
		"github.com/google/uuid":               {code: []string{"inventory"}},
		"golang.org/x/text":                    {code: []string{"inventory"}},
		"zombiezen.com/go/sqlite":              {code: []string{"inventory/sqlite"}},
		"go.mongodb.org/mongo-driver/v2":       {code: []string{"inventory/mongodb", "inventory/mongodb/mongodbtest"}},
		"cel.dev/cel-go":                       {code: []string{"advisory"}, files: "advisory/expression*.go"},
		"github.com/goccy/go-yaml":             {code: []string{"advisory", "api"}, tests: []string{"."}},
		"github.com/gin-gonic/gin":             {code: []string{"api"}},
		"github.com/coreos/go-oidc/v3":         {code: []string{"api"}},
		"github.com/go-jose/go-jose/v4":        {code: []string{"api"}},
		"golang.org/x/oauth2":                  {code: []string{"api"}},
		"github.com/swaggo/files/v2":           {code: []string{"api"}},
		"github.com/swaggo/swag":               {code: []string{"docs"}},
		"github.com/getkin/kin-openapi":        {code: []string{"api"}},
		"github.com/prometheus/client_golang":  {code: []string{"api"}},
		"github.com/klauspost/compress":        {code: []string{"api"}, files: "api/compress*.go"},
		"github.com/spf13/cobra":               {code: []string{"."}},
		"github.com/spf13/pflag":               {code: []string{"."}},
		"github.com/schollz/progressbar/v3":    {code: []string{"."}},
		"golang.org/x/term":                    {code: []string{"."}},
	}
}

const module = "vigie"

func TestLayers(t *testing.T) {
	for _, fault := range layerFaults(os.DirFS("."), layers(), modules()) {
		t.Error(fault)
	}
}

// layerFaults lists what breaks the two tables in a tree of Go files.
func layerFaults(tree fs.FS, layers map[string]edges, modules map[string]owners) []string {
	imports, faults := readImports(tree)
	packages, used := map[string]bool{}, map[string]bool{}
	for _, i := range imports {
		packages[i.from] = true
		if _, known := layers[i.from]; !known {
			faults = append(faults, fmt.Sprintf("%s: package %s is in no layer", i.file, i.from))
			continue
		}
		if inside, ok := i.inside(); ok {
			faults = append(faults, layers[i.from].refuse(i, inside)...)
			continue
		}
		name, owned := ownerOf(modules, i.path)
		if !owned {
			faults = append(faults, fmt.Sprintf("%s: %s is of a module that nobody owns", i.file, i.path))
			continue
		}
		used[name] = true
		faults = append(faults, modules[name].refuse(i, name)...)
	}
	faults = append(faults, unused("layer", "package", layers, packages)...)
	return append(faults, unused("module", "import", modules, used)...)
}

func (e edges) refuse(i imported, inside string) []string {
	allowed := inside == i.from || slices.Contains(e.code, inside) || i.test && slices.Contains(e.tests, inside)
	if allowed {
		return nil
	}
	return []string{fmt.Sprintf("%s: package %s must not import %s", i.file, i.from, inside)}
}

func (o owners) refuse(i imported, name string) []string {
	owned := slices.Contains(o.code, everywhere) || slices.Contains(o.code, i.from) || i.test && slices.Contains(o.tests, i.from)
	if !owned {
		return []string{fmt.Sprintf("%s: package %s does not own %s", i.file, i.from, name)}
	}
	if here, err := path.Match(o.files, i.file); o.files != "" && (err != nil || !here) {
		return []string{fmt.Sprintf("%s: only %s may import %s", i.file, o.files, name)}
	}
	return nil
}

func unused[V any](what, missing string, table map[string]V, used map[string]bool) []string {
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if !used[name] {
			faults = append(faults, fmt.Sprintf("%s %s of the table has no %s: strike it out", what, name, missing))
		}
	}
	return faults
}

// ownerOf is the longest module of the table that a path lies in.
func ownerOf(modules map[string]owners, importPath string) (string, bool) {
	best := ""
	for name := range modules {
		if (importPath == name || strings.HasPrefix(importPath, name+"/")) && len(name) > len(best) {
			best = name
		}
	}
	return best, best != ""
}

// imported is one import that is not of Go's own library.
type imported struct {
	file, from, path string
	// test tells an import of a test file.
	test bool
}

// inside is the package of Vigie that is imported, "." for the root.
func (i imported) inside() (string, bool) {
	if i.path == module {
		return ".", true
	}
	return strings.CutPrefix(i.path, module+"/")
}

// readImports gathers the imports of a tree, and one empty import for each package so that none is overlooked.
func readImports(tree fs.FS) (imports []imported, faults []string) {
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (skipped(entry.Name()) || otherModule(tree, name)):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		found, err := fileImports(tree, name)
		imports = append(imports, found...)
		return err
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	slices.SortStableFunc(imports, func(a, b imported) int { return cmp.Compare(a.file, b.file) })
	return imports, faults
}

// skipped are the folders that Go does not build, and those that git does not keep.
func skipped(folder string) bool {
	hidden := folder != "." && (strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_"))
	return hidden || folder == "testdata" || folder == "out" || folder == "bin"
}

// otherModule tells a folder that has its own go.mod: nothing of it is built into Vigie.
func otherModule(tree fs.FS, folder string) bool {
	_, err := fs.Stat(tree, path.Join(folder, "go.mod"))
	return folder != "." && err == nil
}

func fileImports(tree fs.FS, name string) ([]imported, error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	from, test := path.Dir(name), strings.HasSuffix(name, "_test.go")
	// Every package imports itself here, so that one without imports is counted too.
	imports := []imported{{file: name, from: from, path: path.Join(module, from), test: test}}
	for _, spec := range file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		first, _, _ := strings.Cut(target, "/")
		if first == module || strings.Contains(first, ".") {
			imports = append(imports, imported{file: name, from: from, path: target, test: test})
		}
	}
	return imports, nil
}

// The checker must see each kind of breach that a change could bring.
func TestLayersSeesViolations(t *testing.T) {
	layers := map[string]edges{"geo": {}, "inventory": {code: []string{"geo"}}, "api": {code: []string{"inventory"}, tests: []string{"geo"}}}
	modules := map[string]owners{
		"example.org/common": {code: []string{everywhere}},
		"example.org/driver": {code: []string{"inventory"}, files: "inventory/inventory*.go"},
		"example.org/oracle": {tests: []string{"geo"}},
	}
	sound := map[string]string{
		"geo/geo.go":             `package geo; import _ "example.org/common/shapes"`,
		"geo/geo_test.go":        `package geo_test; import (_ "vigie/geo"; _ "example.org/oracle"; _ "testing")`,
		"inventory/inventory.go": `package inventory; import (_ "vigie/geo"; _ "example.org/driver/v2")`,
		"api/api.go":             `package api; import (_ "vigie/inventory"; _ "net/http")`,
		"api/api_test.go":        `package api_test; import _ "vigie/geo"`,
		"geo/testdata/broken.go": `not Go at all`,
		".cache/tool/tool.go":    `package tool; import _ "example.org/unknown"`,
		"scripts/other/go.mod":   `module other`,
		"scripts/other/other.go": `package main; import _ "example.org/unknown"`,
	}
	cases := map[string]struct{ file, text, want string }{
		"sound":              {},
		"upward import":      {"geo/up.go", `package geo; import _ "vigie/inventory"`, "geo/up.go: package geo must not import inventory"},
		"skipping a layer":   {"api/down.go", `package api; import _ "vigie/geo"`, "api/down.go: package api must not import geo"},
		"root imported":      {"api/root.go", `package api; import _ "vigie"`, "api/root.go: package api must not import ."},
		"new package":        {"utils/utils.go", `package utils`, "utils/utils.go: package utils is in no layer"},
		"new module":         {"geo/new.go", `package geo; import _ "example.org/unknown"`, "geo/new.go: example.org/unknown is of a module that nobody owns"},
		"similar module":     {"geo/new.go", `package geo; import _ "example.org/commons"`, "geo/new.go: example.org/commons is of a module that nobody owns"},
		"module of another":  {"api/db.go", `package api; import _ "example.org/driver"`, "api/db.go: package api does not own example.org/driver"},
		"module elsewhere":   {"inventory/db.go", `package inventory; import _ "example.org/driver"`, "inventory/db.go: only inventory/inventory*.go may import example.org/driver"},
		"test module in use": {"geo/cheat.go", `package geo; import _ "example.org/oracle/deep"`, "geo/cheat.go: package geo does not own example.org/oracle"},
		"not Go":             {"geo/bad.go", `package`, "geo/bad.go:1:9: expected 'IDENT', found 'EOF'"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for file, text := range sound {
				tree[file] = &fstest.MapFile{Data: []byte(text)}
			}
			if c.file != "" {
				tree[c.file] = &fstest.MapFile{Data: []byte(c.text + "\n")}
			}
			faults := layerFaults(tree, layers, modules)
			if c.want == "" && len(faults) > 0 || c.want != "" && !slices.Contains(faults, c.want) {
				t.Errorf("faults %q, want %q", faults, c.want)
			}
		})
	}
}

func TestLayersSeesWhatIsGone(t *testing.T) {
	tree := fstest.MapFS{"geo/geo.go": {Data: []byte("package geo\n")}}
	got := layerFaults(tree, map[string]edges{"geo": {}, "gone": {}}, map[string]owners{"example.org/gone": {}})
	want := []string{
		"layer gone of the table has no package: strike it out",
		"module example.org/gone of the table has no import: strike it out",
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults %q, want %q", got, want)
	}
}
