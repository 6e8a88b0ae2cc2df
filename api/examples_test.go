package api_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/api"
	"vigie/inventory"
)

// exampleID stands in the description's examples for an identifier that the server gives.
const exampleID = "0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"

// TestExamplesAreValid: each example of the description is one of its schema.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	if err := description(t).Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

// TestExamplesAreAnswered sends what the description shows to a server with the records that the examples name: no operation refuses
// its own example. Readings are asked with each of the parameters that need not be there, too.
func TestExamplesAreAnswered(t *testing.T) {
	t.Parallel()
	handler, key := exampleTown(t)
	working, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.Work(working)
	}()
	t.Cleanup(func() { stop(); <-done })
	contract := contractOf(t, handler)
	tester := &tester{contract: contract, handler: handler, tags: map[string]string{}}
	given := givenIDs{}
	sent := 0
	operations := contract.operations()
	slices.SortStableFunc(operations, func(a, b described) int { return cmp.Compare(a.turn(), b.turn()) })
	for _, one := range operations {
		if reason := unanswered()[one.method+" "+one.path]; reason != "" {
			continue
		}
		for _, a := range one.examples() {
			a.header.Set("Authorization", key)
			given.fill(&a)
			if one.path == "/api/v1/assessments" && given["/api/v1/jobs"] == "" {
				a.query.Set("wait", "0") // so that it becomes a job
			}
			status, err := tester.try(a)
			if sent++; err != nil || status >= http.StatusBadRequest {
				t.Errorf("%d %v: %s\n%s", status, err, tester.last.body, a.curl())
			}
			given.learn(tester.last.header.Get("Location"))
		}
	}
	t.Logf("%d examples", sent)
}

// unanswered are the operations whose examples no server answers alone, and why.
func unanswered() map[string]string {
	return map[string]string{
		"GET /auth/login": "needs an identity provider", "GET /auth/callback": "needs an identity provider",
		"POST /auth/logout": "needs a session", "GET /first-key": "is for a store without accounts", "POST /first-key": "likewise",
		"DELETE /api/v1/jobs/{id}": "needs one that runs", "DELETE /api/v1/imports/{id}": "likewise",
	}
}

// needed are the parameters without which an operation does nothing, though not each of them must be there always.
func needed() map[string][]string {
	return map[string][]string{"POST /api/v1/imports": {"holder"}, "DELETE /api/v1/candidates": {"set"}}
}

// turn is when an operation is asked: what makes records first, what takes them away last.
func (d described) turn() int {
	inner := strings.Contains(d.path, "{id}")
	switch {
	case d.method == http.MethodPost && !inner:
		return 0
	case d.path == "/api/v1/imports/{id}/undo" && d.method == http.MethodGet:
		return 4 // once it is undone
	case d.method == http.MethodGet:
		return 1
	case d.method == http.MethodPut, d.method == http.MethodPatch:
		return 2
	case d.method == http.MethodPost:
		return 3
	}
	return 4
}

// examples are the requests that an operation shows: with what it must have and each of its bodies, then with one more parameter.
func (d described) examples() (all []attempt) {
	first := attempt{method: d.method, path: d.path, address: d.path, query: url.Values{}, header: http.Header{}}
	var more []*openapi3.Parameter
	for _, ref := range d.operation.Parameters {
		p := ref.Value
		switch {
		case p.In == openapi3.ParameterInPath:
			first.address = strings.ReplaceAll(first.address, "{"+p.Name+"}", fmt.Sprint(p.Example))
		case p.In == openapi3.ParameterInQuery && p.Required:
			first.query[p.Name] = exampleWords(p)
		case p.Name == "If-Match":
			first.header.Set(p.Name, fmt.Sprint(p.Example))
		case p.In == openapi3.ParameterInQuery && slices.Contains(needed()[d.method+" "+d.path], p.Name):
			first.query[p.Name] = exampleWords(p)
		case p.In == openapi3.ParameterInQuery && p.Example != nil && d.mayHave(p.Name):
			more = append(more, p)
		}
	}
	if d.operation.RequestBody == nil {
		all = append(all, first)
	} else {
		content := d.operation.RequestBody.Value.Content
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			if example := content[mediaType].Example; example != nil {
				all = append(all, first.withBody(mediaType, example))
			}
		}
	}
	for _, p := range more {
		if len(all) > 0 {
			one := all[0]
			one.query = maps.Clone(one.query)
			one.query[p.Name] = exampleWords(p)
			all = append(all, one)
		}
	}
	return all
}

// mayHave tells whether an operation is shown with this parameter too: cursors are of one list and one reader, and some parameters
// are for some media types and collections only.
func (d described) mayHave(parameter string) bool {
	if slices.Contains([]string{"cursor", "since", "layer", "form", "set"}, parameter) || strings.HasPrefix(d.path, "/tiles/") {
		return false
	}
	return d.method == http.MethodGet || parameter == "wait"
}

func (a attempt) withBody(mediaType string, example any) attempt {
	a.header = a.header.Clone()
	a.header.Set("Content-Type", mediaType)
	if text, ok := example.(string); ok {
		a.raw = []byte(text)
	} else {
		a.body = example
	}
	return a
}

func exampleWords(p *openapi3.Parameter) []string {
	list, ok := p.Example.([]any)
	if !ok {
		list = []any{p.Example}
	}
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = fmt.Sprint(word)
	}
	if inOneText(p) {
		return []string{strings.Join(words, ",")}
	}
	return words
}

// givenIDs are the identifiers that the server gave last, by the address of what they are in.
type givenIDs map[string]string

func (g givenIDs) learn(location string) {
	if location != "" {
		g[path.Dir(location)] = path.Base(location)
	}
}

// fill puts identifiers that there are in the place of the example.
func (g givenIDs) fill(a *attempt) {
	before, after, found := strings.Cut(a.address, exampleID)
	id := g[strings.TrimSuffix(before, "/")]
	if found && id != "" {
		a.address = before + id + after
	}
	for name, values := range a.query {
		of := map[string]string{"with": "/api/v1/audits", "assessment": "/api/v1/assessments", "import": "/api/v1/imports"}[name]
		if slices.Contains(values, exampleID) && g[of] != "" {
			a.query[name] = []string{g[of]}
		}
	}
}

// exampleTown serves the records that the examples name, with accounts and a journal, to an administrator: those that the examples
// of PUT store, the commune, and a partner.
func exampleTown(t *testing.T) (handler *api.Handler, key string) {
	t.Helper()
	raw := openSQLite(t)
	partner := inventory.Holder{ID: "agglomeration", Name: "Agglomération", Kind: inventory.LocalAuthority, Commune: "34172"}
	if err := raw.Holders().Put(t.Context(), partner); err != nil {
		t.Fatal(err)
	}
	commune := inventory.Area{ID: "montpellier", Name: "Montpellier", Category: inventory.AreaCommune, Commune: "34172"}
	commune.Geometry = inventory.Surface{{{{3.87, 43.6}, {3.89, 43.6}, {3.89, 43.62}, {3.87, 43.62}, {3.87, 43.6}}}}
	if err := raw.Areas().Put(t.Context(), commune); err != nil {
		t.Fatal(err)
	}
	handler, err := api.New(guardedConfig(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	key = keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})["Authorization"]
	contract := contractOf(t, handler)
	tester := &tester{contract: contract, handler: handler, tags: map[string]string{}}
	for _, kind := range []string{
		"api/v1/holders", "api/v1/deployments", "api/v1/areas", "api/v1/obstacles", "api/v1/candidates", "api/v1/equipment",
		"api/v1/cameras", "ogc/collections/{collection}/items", "api/v1/conventions",
	} {
		address := "/" + kind + "/{id}"
		one := described{http.MethodPut, address, contract.document.Paths.Value(address).Put}
		a := one.examples()[0]
		a.header = http.Header{"Content-Type": a.header["Content-Type"], "If-None-Match": {"*"}, "Authorization": {key}}
		if status, err := tester.try(a); err != nil || status != http.StatusCreated {
			t.Fatalf("%d %v: %s\n%s", status, err, tester.last.body, a.curl())
		}
	}
	return handler, key
}
