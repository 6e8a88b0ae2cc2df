package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestProblemsAreDocumented: docs/api.md lists each kind of problem that problem.go declares, and no other.
func TestProblemsAreDocumented(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := parser.ParseFile(token.NewFileSet(), "problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "kind") {
			return true
		}
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		declared++
		if !strings.Contains(string(guide), "| `/problems/"+kind+"` |") {
			t.Errorf("docs/api.md does not list %s", kind)
		}
		return true
	})
	if listed := strings.Count(string(guide), "\n| `/problems/"); declared == 0 || listed != declared {
		t.Errorf("docs/api.md lists %d kinds of problem, problem.go declares %d", listed, declared)
	}
}
