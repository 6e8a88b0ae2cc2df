package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vigie/api"
)

// TestProblemsInFrench: whoever asks for French is told in French what the API has to say; what the rules of records say stays
// English, and the answer says so.
func TestProblemsInFrench(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, openSQLite(t)))
	in := func(accept string) map[string]string {
		return map[string]string{"Accept-Language": accept, "Content-Type": "application/json"}
	}
	runAll(t, base, []scenario{
		{name: "english", method: "GET", url: "/api/v1/cameras/absent", status: 404, has: []string{"There is nothing at this address", "no record"}, replies: map[string]string{"Content-Language": "en"}},
		{name: "french", method: "GET", url: "/api/v1/cameras/absent", headers: in("fr"), status: 404, has: []string{`"type":"/problems/not-found"`, "Il n’y a rien à cette adresse", "aucune fiche"}, replies: map[string]string{"Content-Language": "fr"}},
		{name: "parameters", method: "GET", url: "/api/v1/cameras?nosuch=1&limit=0", headers: in("fr-FR,fr;q=0.9,en;q=0.8"), status: 400, has: []string{"2 fautes", "est inconnu : les paramètres sont ici", "n’est pas un nombre entier entre 1 et 1000"}, replies: map[string]string{"Content-Language": "fr"}},
		{name: "body", method: "POST", url: "/api/v1/holders", headers: in("fr"), body: `{"nosuch":1}`, status: 400, has: []string{"1 faute", "n’est pas un champ qui existe ici"}, replies: map[string]string{"Content-Language": "fr"}},
		{name: "records", method: "POST", url: "/api/v1/holders", headers: in("fr"), body: `{"name":"x","kind":"odd"}`, status: 422, has: []string{"Le contenu n’est pas valide", "is not one of"}, replies: map[string]string{"Content-Language": "fr, en"}},
		{name: "method", method: "PATCH", url: "/api/v1/cameras", headers: in("fr"), status: 405, has: []string{"les méthodes admises ici sont"}, replies: map[string]string{"Content-Language": "fr"}},
	})
	for accept, want := range map[string]string{
		"": "en", "fr": "fr", "FR-fr": "fr", "en": "en", "en, fr": "en", "fr, en;q=0.9": "fr", "fr;q=0.5, en;q=0.6": "en", "*": "en", "*, en;q=0": "fr",
		"de": "en", "de, fr;q=0.1": "fr", "fr;q=2": "en", "fr;q=NaN": "en", "fr;q=-1": "en", "fr;q=": "en", "fr;x=1": "en", ";;,,;q=": "en", "français": "en",
		"fr;q=0": "en", strings.Repeat("de-DE;q=0.9,", 4000) + "fr": "fr", strings.Repeat("f", 50000): "en",
	} {
		scenario{method: "GET", url: "/api/v1/cameras/absent", headers: map[string]string{"Accept-Language": accept}, status: 404, replies: map[string]string{"Content-Language": want}}.run(t, base)
	}
}

// TestFrenchPhrases: each detail that the core of the API gives has its French, with the same values in the same order.
func TestFrenchPhrases(t *testing.T) {
	t.Parallel()
	for english, french := range api.FrenchPhrases() {
		if verbs(english) != verbs(french) {
			t.Errorf("%q and %q have other values", english, french)
		}
	}
	for _, file := range []string{"access.go", "body.go", "idempotency.go", "media.go", "middleware.go", "params.go", "problem.go", "rate.go", "session.go", "signin.go"} {
		for _, text := range detailsOf(t, file) {
			if _, known := api.FrenchPhrases()[text]; !known && strings.Trim(text, "%vs") != "" {
				t.Errorf("%s: %q has no French", file, text)
			}
		}
	}
}

// verbs are the places of values in a format.
func verbs(format string) string {
	var found []string
	for _, part := range strings.Split(strings.ReplaceAll(format, "%%", ""), "%")[1:] {
		found = append(found, strings.TrimLeft(part, ".0123456789")[:1])
	}
	return strings.Join(found, "")
}

// detailsOf are the texts that a file of the API gives as details of refusals, where they stand in the code whole.
func detailsOf(t *testing.T, file string) (texts []string) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), filepath.Clean(file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
	}
	ast.Inspect(source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "detail" {
				add(n.Value)
			}
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if len(n.Args) > 1 && (name == "refuse" || name == "newProblem" || name == "exhausted" || name == "fault" && file == "params.go") {
				add(n.Args[1])
			}
		}
		return true
	})
	if _, err := os.Stat(file); err != nil || len(texts) == 0 {
		t.Errorf("%s gives no details (%v)", file, err)
	}
	return texts
}
