package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// packing starts a server that packs what a handler answers.
func packing(t *testing.T, h gin.HandlerFunc) string {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	s := &server{encoders: newEncoders()}
	engine.Use(s.pack)
	engine.GET("/", h)
	web := httptest.NewServer(engine)
	t.Cleanup(web.Close)
	return web.URL
}

// fetch asks as clients do that unpack gzip by themselves, as it comes.
func fetch(t *testing.T, url string) *http.Response {
	t.Helper()
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(asked)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// TestStreamsAreNotHeldBack: events reach the client one by one, as they are, and so does what is flushed before it is long; what is
// long is packed, and flushed packed.
func TestStreamsAreNotHeldBack(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long line\n", 200)
	for name, test := range map[string]struct {
		mediaType, first string
		packed           bool
	}{
		"event": {"text/event-stream; charset=utf-8", "data: 1\n\n", false}, "long event": {"text/event-stream", long, false},
		"line": {"application/x-ndjson", "{}\n", false}, "long line": {"application/x-ndjson", long, true},
	} {
		parts := make(chan string, 1)
		answer := fetch(t, packing(t, func(c *gin.Context) {
			c.Header("Content-Type", test.mediaType)
			_, _ = io.WriteString(c.Writer, test.first)
			c.Writer.Flush()
			_, _ = io.WriteString(c.Writer, <-parts) // it ends once the first part was read
		}))
		got := make([]byte, len(test.first))
		if _, err := io.ReadFull(answer.Body, got); err != nil || string(got) != test.first || answer.Uncompressed != test.packed {
			t.Errorf("%s: %.20q (%v), packed %v", name, got, err, answer.Uncompressed)
		}
		parts <- "end"
		if rest, err := io.ReadAll(answer.Body); err != nil || string(rest) != "end" {
			t.Errorf("%s: %q (%v)", name, rest, err)
		}
	}
}

// TestSecretsAreNotPacked: the length of an answer that shows a secret tells nothing of the secret.
func TestSecretsAreNotPacked(t *testing.T) {
	t.Parallel()
	answer := fetch(t, packing(t, func(c *gin.Context) {
		showsSecret(c)
		c.Data(http.StatusOK, jsonType, []byte(strings.Repeat(" ", 2000)))
	}))
	if answer.Uncompressed || answer.ContentLength != 2000 {
		t.Errorf("a secret is packed: %v", answer.Header)
	}
}

// TestDeprecatedRoutes: a route that will go says so in each answer, refusals too, beside the links of the answer itself.
func TestDeprecatedRoutes(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	old := routes{engine: engine, server: &server{}, needs: map[string]need{}}.deprecated(deprecation{
		Since: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Until: time.Date(2027, 11, 22, 0, 0, 0, 0, time.UTC), Successor: "/new",
	})
	old.get("/old", public(), func(c *gin.Context) error {
		linkNext(c, "/old?cursor=1")
		return ok(c, struct{}{})
	})
	routes{engine: engine, server: &server{}, needs: map[string]need{}}.get("/new", public(), func(c *gin.Context) error { return ok(c, struct{}{}) })
	for path, want := range map[string]http.Header{
		"/old": {
			"Deprecation": {"@1795305600"}, "Sunset": {"Mon, 22 Nov 2027 00:00:00 GMT"},
			"Link": {`</openapi.json>; rel="deprecation"; type="application/json"`, `</new>; rel="successor-version"`, `</old?cursor=1>; rel="next"`},
		},
		"/new": {},
	} {
		answer := httptest.NewRecorder()
		engine.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		for _, name := range []string{"Deprecation", "Sunset", "Link"} {
			if got := strings.Join(answer.Header().Values(name), "\n"); got != strings.Join(want[name], "\n") {
				t.Errorf("%s: %s is %s", path, name, got)
			}
		}
	}
}
