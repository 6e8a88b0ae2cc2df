package api_test

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/advisory"
	"vigie/api"
	"vigie/inventory"
)

// scenario is one request and what its answer must be.
type scenario struct {
	name        string
	method, url string
	headers     map[string]string
	body        string
	status      int
	has, hasNot []string          // in the body
	replies     map[string]string // headers of the answer, whole values; "*" for any
}

func (s scenario) run(t *testing.T, base string) {
	t.Helper()
	if !s.check(t, base) {
		t.FailNow()
	}
}

// check is run for any goroutine; it tells whether the status is right.
func (s scenario) check(t *testing.T, base string) bool {
	t.Helper()
	answer, body := request(t, s.method, base+s.url, s.headers, s.body)
	if answer.StatusCode != s.status {
		t.Errorf("%s %s: status %d, want %d\n%s", s.method, s.url, answer.StatusCode, s.status, body)
		return false
	}
	for _, text := range s.has {
		if !strings.Contains(body, text) {
			t.Errorf("%s %s: no %s in\n%s", s.method, s.url, text, body)
		}
	}
	for _, text := range s.hasNot {
		if strings.Contains(body, text) {
			t.Errorf("%s %s: %s in\n%s", s.method, s.url, text, body)
		}
	}
	for name, want := range s.replies {
		if got := answer.Header.Get(name); got != want && (want != "*" || got == "") {
			t.Errorf("%s %s: %s is %q, want %q", s.method, s.url, name, got, want)
		}
	}
	if answer.StatusCode >= 400 && s.method != http.MethodHead {
		checkProblem(t, answer, body)
	}
	return true
}

func runAll(t *testing.T, base string, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(t, base) })
	}
}

// checkProblem holds every refusal to the same form.
func checkProblem(t *testing.T, answer *http.Response, body string) {
	t.Helper()
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a refusal of type %q: %s", got, body)
	}
	for _, member := range []string{`"type":"/problems/`, `"title":`, `"status":`, `"instance":"/`, `"requestId":`} {
		if !strings.Contains(body, member) {
			t.Errorf("no %s in the problem %s", member, body)
		}
	}
	for _, leak := range []string{"panic", ".go:", "goroutine", "SQL", "sqlite", "mongo"} {
		if strings.Contains(body, leak) {
			t.Errorf("%q leaks in %s", leak, body)
		}
	}
}

func request(t testing.TB, method, url string, headers map[string]string, body string) (*http.Response, string) {
	t.Helper()
	asked, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		if name == "Host" {
			asked.Host = value
		}
		asked.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// clock is the moment of every change in these tests.
func clock() time.Time { return time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC) }

// loadBook gives the embedded book, the same to every server: it takes a tenth of a second to load.
var loadBook = sync.OnceValues(advisory.LoadBook)

func config(tb testing.TB, store inventory.Store) api.Config {
	tb.Helper()
	book, err := loadBook()
	if err != nil {
		tb.Fatal(err)
	}
	return api.Config{
		Store:    store,
		Advisor:  advisory.Advisor{Store: store, Book: book, Software: "test"},
		Profiles: book.Profiles,
		Version:  "test",
		Logger:   slog.New(slog.DiscardHandler),
		Now:      clock,
	}
}

// serve starts a server for the configuration and gives its address.
func serve(tb testing.TB, c api.Config) string {
	tb.Helper()
	return start(tb, c).URL
}

// serveFreely is serve, without holding the answers to the description: of stores and advisors that do what none does.
func serveFreely(tb testing.TB, c api.Config) string {
	tb.Helper()
	handler, err := api.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server.URL
}

// start starts a server whose answers are held to the description; closing it waits for the last line of its log.
func start(tb testing.TB, c api.Config) *httptest.Server {
	tb.Helper()
	handler, err := api.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(held(tb, handler))
	tb.Cleanup(server.Close)
	return server
}

// newServer starts a server on an empty store.
func newServer(t *testing.T, open opener) (base string, store inventory.Store) {
	t.Helper()
	store = open(t)
	return serve(t, config(t, store)), store
}

var (
	sendJSON = map[string]string{"Content-Type": "application/json"}
	geoJSON  = map[string]string{"Accept": "application/geo+json"}
)

func with(headers map[string]string, name, value string) map[string]string {
	more := map[string]string{}
	maps.Copy(more, headers)
	more[name] = value
	return more
}
