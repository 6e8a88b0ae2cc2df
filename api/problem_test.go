package api_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"vigie/geo"
	"vigie/inventory"
)

// declaredKinds are the kinds of problem that problem.go declares.
func declaredKinds(t *testing.T) (kinds []string) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), "problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "kind") {
			return true
		}
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, kind)
		return true
	})
	return kinds
}

// TestProblemsAreDocumented: docs/api.md lists each kind of problem that problem.go declares, and no other.
func TestProblemsAreDocumented(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	kinds := declaredKinds(t)
	for _, kind := range kinds {
		if !strings.Contains(string(guide), "| [`/problems/"+kind+"`](problems/"+kind+".md) |") {
			t.Errorf("docs/api.md does not list %s", kind)
		}
	}
	if listed := strings.Count(string(guide), "\n| [`/problems/"); len(kinds) == 0 || listed != len(kinds) {
		t.Errorf("docs/api.md lists %d kinds of problem, problem.go declares %d", listed, len(kinds))
	}
}

// TestErrorsBecomeProblems: each kind of error has its status and type, however it is wrapped, and only a store that may
// come back asks to come back.
func TestErrorsBecomeProblems(t *testing.T) {
	t.Parallel()
	const secret = "mongodb://vigie:secret@host/"
	for name, test := range map[string]struct {
		err    error
		status int
		kind   string
	}{
		"unavailable":       {inventory.ErrUnavailable, 503, "not-ready"},
		"unavailable, why":  {errors.Join(errors.New(secret), inventory.ErrUnavailable), 503, "not-ready"},
		"no room":           {inventory.ErrFull, 507, "no-room"},
		"too late":          {context.DeadlineExceeded, 503, "not-ready"},
		"client gone":       {context.Canceled, 499, "cancelled"},
		"conflict":          {inventory.ErrConflict, 412, "stale"},
		"unknown place":     {inventory.ErrNotFound, 422, "unknown-place"},
		"too large a place": {geo.ErrTooLarge, 422, "invalid-content"},
		"crossed":           {&geo.Violation{Rule: geo.RuleEmpty}, 422, "invalid-content"},
		"faults":            {&inventory.InvalidError{Faults: []inventory.Fault{{Field: "commune", Reason: "is odd"}}}, 422, "invalid-content"},
		"broken file":       {&inventory.FileError{Line: 3, Err: errors.New("cut")}, 422, "unreadable-file"},
		"body":              {&http.MaxBytesError{Limit: 10}, 413, "too-large"},
		"too large to keep": {inventory.ErrTooLarge, 413, "too-large"},
		"unknown":           {errors.New(secret), 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t, openSQLite(t))
			c.Advisor = troubled{trouble: func() error { return fmt.Errorf("study of %s: %w", secret, test.err) }}
			retry := map[bool]string{true: "5"}[test.status > http.StatusInternalServerError]
			scenario{method: "POST", url: studiesURL, headers: sendJSON, body: `{"commune":"34172"}`, status: test.status,
				has: []string{`"type":"/problems/` + test.kind + `"`}, hasNot: []string{"secret"}, replies: map[string]string{"Retry-After": retry}}.run(t, serveFreely(t, c))
		})
	}
}
