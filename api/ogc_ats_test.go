package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// conformance is a conformance class of a standard with the tests of its abstract test suite.
type conformance struct {
	// standard is the document whose annex A has the suite.
	standard string
	uri      string
	tests    []abstractTest
}

// abstractTest is one test of an abstract test suite.
type abstractTest struct {
	// name is the identifier of the test in its suite, requirement that of what it holds the server to.
	name, requirement string
	run               func(s *suite)
}

// suite is a server that abstract tests ask.
type suite struct {
	*testing.T

	base string
	// collections are those of /ogc/collections, each as it was read there.
	collections []map[string]any
	// document gives the OpenAPI document, read once.
	document func() *openapi3.T
}

// conformances are the classes whose suites are ported here, in the order of the parts.
func conformances() []conformance {
	return slices.Concat(commonClasses(), featuresClasses(), systemsClasses(), filteringClasses(), editingClasses(), cqlClasses())
}

// TestOGCConformance: each class that is declared has its abstract tests here, and no class has tests that is not declared.
func TestOGCConformance(t *testing.T) {
	t.Parallel()
	base, _ := newServer(t, openSQLite)
	_, declared := got(t, base+"/ogc/conformance", nil)
	var told []string
	for _, class := range declared["conformsTo"].([]any) {
		told = append(told, class.(string))
	}
	var tested []string
	for _, class := range conformances() {
		if tested = append(tested, class.uri); len(class.tests) == 0 {
			t.Errorf("%s has no test", class.uri)
		}
	}
	slices.Sort(told)
	slices.Sort(tested)
	if !slices.Equal(told, tested) {
		t.Errorf("declared are\n%s\ntested are\n%s", strings.Join(told, "\n"), strings.Join(tested, "\n"))
	}
}

// runSuites runs the tests of classes on each store.
func runSuites(t *testing.T, classes []conformance) {
	t.Helper()
	onEachStore(t, func(t *testing.T, open opener) {
		s := newSuite(t, open)
		for _, class := range classes {
			for _, test := range class.tests {
				t.Run(class.standard+" "+test.name, func(t *testing.T) {
					one := *s
					one.T = t
					test.run(&one)
				})
			}
		}
	})
}

func newSuite(t *testing.T, open opener) *suite {
	t.Helper()
	base, store := newServer(t, open)
	fillSurvey(t, base, store)
	s := &suite{T: t, base: base, document: sync.OnceValue(func() *openapi3.T { return describedAt(t, base) })}
	_, list := s.get("/ogc/collections")
	for _, c := range list["collections"].([]any) {
		s.collections = append(s.collections, c.(map[string]any))
	}
	return s
}

// get reads a JSON page, which must be there.
func (s *suite) get(path string) (*http.Response, map[string]any) {
	s.Helper()
	answer, value := got(s.T, s.address(path), nil)
	if answer.StatusCode != http.StatusOK {
		s.Errorf("%s: status %d: %v", path, answer.StatusCode, value)
	}
	return answer, value
}

// address is that of a path, or of a link, which has the server in it.
func (s *suite) address(path string) string { return s.base + strings.TrimPrefix(path, s.base) }

// refused asks for what must be answered with a status, and a problem.
func (s *suite) refused(status int, path string) {
	s.Helper()
	answer, body := request(s.T, "GET", s.address(path), nil, "")
	if answer.StatusCode != status {
		s.Errorf("%s: status %d, want %d: %.300s", path, answer.StatusCode, status, body)
		return
	}
	checkProblem(s.T, answer, body)
}

// each does something with each collection.
func (s *suite) each(do func(id string, about map[string]any)) {
	for _, about := range s.collections {
		do(about["id"].(string), about)
	}
}

// items reads a page of a collection; a query is name, value, name, value.
func (s *suite) items(collection string, query ...string) map[string]any {
	s.Helper()
	_, page := s.get(itemsOf(collection) + "?" + encoded(query))
	return page
}

// found are the identifiers of all features of a collection that a query keeps, on every page.
func (s *suite) found(collection string, query ...string) (ids []string) {
	s.Helper()
	for path := itemsOf(collection) + "?limit=1000&" + encoded(query); path != ""; {
		_, page := s.get(path)
		ids = append(ids, idsOf(page)...)
		path = linkOf(page, "next", "application/geo+json")
	}
	slices.Sort(ids)
	return ids
}

func itemsOf(collection string) string { return "/ogc/collections/" + collection + "/items" }

func encoded(query []string) string {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	return values.Encode()
}

// same holds two lists of features against each other.
func (s *suite) same(what string, has, want []string) {
	s.Helper()
	if !slices.Equal(has, want) {
		s.Errorf("%s: %q, want %q", what, has, want)
	}
}

// apart checks that two lists have no feature in common.
func (s *suite) apart(what string, a, b []string) {
	s.Helper()
	for _, id := range a {
		if slices.Contains(b, id) {
			s.Errorf("%s: %s is in both", what, id)
		}
	}
}

// linksTo checks that a page has a link of a relation in each of some media types, and that every link names its relation and
// its type.
func (s *suite) linksTo(what string, page map[string]any, relation string, types ...string) {
	s.Helper()
	for _, mediaType := range types {
		if linkOf(page, relation, mediaType) == "" {
			s.Errorf("%s: no link %q of type %s", what, relation, mediaType)
		}
	}
	links, _ := page["links"].([]any)
	for _, link := range links {
		if one := link.(map[string]any); one["rel"] == nil || one["type"] == nil || one["href"] == nil {
			s.Errorf("%s: link %v", what, one)
		}
	}
}

// describedAt reads the OpenAPI document that the landing page leads to, which must be valid.
func describedAt(t *testing.T, base string) *openapi3.T {
	t.Helper()
	_, landing := got(t, base+"/ogc", nil)
	_, text := request(t, "GET", linkOf(landing, "service-desc", "application/vnd.oai.openapi+json;version=3.0"), nil, "")
	document, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err == nil {
		err = document.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// parameter is one of the operation that reads the features of a collection.
func (s *suite) parameter(name string) *openapi3.Parameter {
	s.Helper()
	found := s.document().Paths.Value(itemsOf("{collection}")).Get.Parameters.GetByInAndName("query", name)
	if found == nil {
		s.Fatalf("no parameter %q is described", name)
	}
	return found
}

// member is a member of a JSON value under a name as "mounting.heightM"; nil when it is not there.
func member(value map[string]any, name string) any {
	first, rest, deeper := strings.Cut(name, ".")
	if !deeper {
		return value[first]
	}
	inner, _ := value[first].(map[string]any)
	return member(inner, rest)
}

// declared checks that /ogc/conformance has a class.
func declared(uri string) func(s *suite) {
	return func(s *suite) {
		answer, page := s.get("/ogc/conformance")
		classes, _ := page["conformsTo"].([]any)
		if !slices.Contains(classes, any(uri)) || answer.Header.Get("Content-Type") != "application/json" {
			s.Errorf("%s is not among %v", uri, classes)
		}
	}
}

// text is any value as text.
func text(value any) string { return fmt.Sprint(value) }
