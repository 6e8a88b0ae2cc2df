package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/api"
	"vigie/inventory"
	"vigie/inventory/sqlite"
)

func TestService(t *testing.T) { onEachStore(t, testService) }

func testService(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	runAll(t, base, []scenario{
		{name: "landing", method: "GET", url: "/", status: 200, has: []string{`"version":"test"`, `"/swagger/index.html"`, `"/api/v1/cameras"`}},
		{name: "alive", method: "GET", url: "/healthz", status: 200, has: []string{`"status":"ok"`}, replies: map[string]string{"X-Content-Type-Options": "nosniff", "X-Request-Id": "*", "Content-Security-Policy": "*"}},
		{name: "alive, head", method: "HEAD", url: "/healthz", status: 200},
		{name: "ready", method: "GET", url: "/readyz", status: 200, has: []string{`"status":"ok"`}},
		{name: "metrics", method: "GET", url: "/metrics", status: 200, has: []string{`vigie_http_requests_total{method="GET",route="/healthz",status="200"} 1`, "vigie_http_request_duration_seconds_bucket", "go_goroutines"}},
		{name: "nowhere", method: "GET", url: "/api/v2/cameras", status: 404, has: []string{"/problems/not-found", `"instance":"/api/v2/cameras"`}},
		{name: "post nowhere", method: "POST", url: "/nowhere", status: 404},
		{name: "no such method", method: "POST", url: "/healthz", status: 405, has: []string{"/problems/method-not-allowed"}, replies: map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
		{name: "options", method: "OPTIONS", url: "/api/v1/cameras", status: 204, replies: map[string]string{"Allow": "GET, HEAD, POST, OPTIONS"}},
		{name: "options nowhere", method: "OPTIONS", url: "/nowhere", status: 404},
		{name: "request id kept", method: "GET", url: "/healthz", headers: map[string]string{"X-Request-Id": "abc-1"}, status: 200, replies: map[string]string{"X-Request-Id": "abc-1"}},
		{name: "request id of a problem", method: "GET", url: "/nowhere", headers: map[string]string{"X-Request-Id": "abc-2"}, status: 404, has: []string{`"requestId":"abc-2"`}},
		{name: "swagger", method: "GET", url: "/swagger/index.html", status: 200, has: []string{"./swagger-ui-bundle.js"}, hasNot: []string{"https://", "http://unpkg"}},
		{name: "swagger bundle", method: "GET", url: "/swagger/swagger-ui-bundle.js", status: 200},
		{name: "swagger start", method: "GET", url: "/swagger/swagger-initializer.js", status: 200, has: []string{`"doc.json"`, "validatorUrl: null"}},
		{name: "swagger root", method: "GET", url: "/swagger/", status: 302, replies: map[string]string{"Location": "/swagger/index.html"}},
		{name: "swagger document", method: "GET", url: "/swagger/doc.json", status: 200, has: []string{`"swagger": "2.0"`, `"version": "test"`}},
		{name: "swagger, head", method: "HEAD", url: "/swagger/index.html", status: 200, replies: map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{name: "swagger document, head", method: "HEAD", url: "/swagger/doc.json", status: 200},
		{name: "no such swagger file, head", method: "HEAD", url: "/swagger/nothing.js", status: 404},
		{name: "no such swagger file", method: "GET", url: "/swagger/nothing.js", status: 404},
		{name: "openapi", method: "GET", url: "/openapi.json", status: 200, has: []string{`"openapi":"3.0.3"`, `"version":"test"`}},
		{name: "another host", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Host": "cameras.example"}, status: 421, has: []string{"/problems/misdirected"}},
		{name: "slash at the end", method: "GET", url: "/api/v1/cameras/", status: 404, has: []string{"/problems/not-found"}, replies: map[string]string{"Location": "", "X-Request-Id": "*", "X-Content-Type-Options": "nosniff"}},
		{name: "slash at the end, post", method: "POST", url: "/api/v1/holders/", headers: sendJSON, body: holderBody, status: 404, replies: map[string]string{"Location": ""}},
		{name: "slash at the end, another host", method: "GET", url: "/api/v1/cameras/", headers: map[string]string{"Host": "cameras.example"}, status: 421, replies: map[string]string{"Location": "", "X-Request-Id": "*"}},
		{name: "no slash at the end", method: "GET", url: "/swagger", status: 404, replies: map[string]string{"Location": ""}},
		{name: "capitals", method: "GET", url: "/API/v1/cameras", status: 404, replies: map[string]string{"Location": ""}},
		{name: "localhost", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Host": "LOCALHOST:8080"}, status: 200},
		{name: "IPv6", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Host": "[::1]:8080"}, status: 200},
		{name: "another site", method: "POST", url: "/api/v1/holders", headers: with(sendJSON, "Sec-Fetch-Site", "cross-site"), body: holderBody, status: 403, has: []string{"/problems/cross-origin"}},
		{name: "another site looks", method: "GET", url: "/api/v1/holders", headers: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 200, replies: map[string]string{"Access-Control-Allow-Origin": ""}},
	})
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	_, err := api.New(api.Config{})
	if err == nil || !strings.Contains(err.Error(), "no store") || !strings.Contains(err.Error(), "no advisor") {
		t.Errorf("an empty configuration gives %v", err)
	}
}

// TestLostStore: when the store is gone the process is alive, not ready, and says nothing of the cause but to the log.
func TestLostStore(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(context.WithoutCancel(t.Context()), filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := config(t, store)
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	server := start(t, c)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	runAll(t, server.URL, []scenario{
		{name: "alive", method: "GET", url: "/healthz", status: 200},
		{name: "ready", method: "GET", url: "/readyz", status: 503, has: []string{"/problems/not-ready", "the store does not answer"}},
		{name: "get", method: "GET", url: "/api/v1/cameras/c1", headers: map[string]string{"X-Request-Id": "find-me"}, status: 500, has: []string{"/problems/internal", `"requestId":"find-me"`}},
		{name: "list", method: "GET", url: "/api/v1/cameras", status: 500},
		{name: "list as geojson", method: "GET", url: "/api/v1/cameras", headers: geoJSON, status: 500},
		{name: "create", method: "POST", url: "/api/v1/holders", headers: sendJSON, body: holderBody, status: 500},
		{name: "studies", method: "GET", url: "/api/v1/assessments", status: 500},
	})
	server.Close()
	if text := log.String(); !strings.Contains(text, `msg="request failed" requestId=find-me`) {
		t.Errorf("the log does not tell the cause:\n%s", text)
	}
}

// troubled is an advisor in trouble.
type troubled struct {
	api.Advisor
	trouble func() error
}

func (a troubled) Assess(context.Context, inventory.AssessmentRequest) (inventory.Assessment, error) {
	return inventory.Assessment{}, a.trouble()
}

func (a troubled) Explain(context.Context, inventory.Assessment, inventory.Point) (inventory.Explanation, error) {
	return inventory.Explanation{}, a.trouble()
}

// TestTroubleStaysInside: a panic or an unknown error is an internal error whose cause only the log has.
func TestTroubleStaysInside(t *testing.T) {
	t.Parallel()
	for _, trouble := range []func() error{
		func() error { panic("sqlite went mad") },
		func() error { return errors.New("sqlite went mad") },
	} {
		var log bytes.Buffer
		c := config(t, openSQLite(t))
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		c.Advisor = troubled{trouble: trouble}
		server := start(t, c)
		scenario{method: "POST", url: "/api/v1/assessments", headers: sendJSON, body: `{"commune":"34172"}`, status: 500, has: []string{"/problems/internal"}, hasNot: []string{"mad"}}.run(t, server.URL)
		server.Close()
		if !strings.Contains(log.String(), "sqlite went mad") {
			t.Errorf("the log does not tell the cause:\n%s", log.String())
		}
	}
}

// TestAccessLog: each request leaves one line, which does not tell what was searched for.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := config(t, openSQLite(t))
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	server := start(t, c)
	scenario{method: "GET", url: "/api/v1/cameras?holder=confidential", headers: map[string]string{"X-Request-Id": "r1"}, status: 200}.run(t, server.URL)
	scenario{method: "GET", url: "/nowhere", status: 404}.run(t, server.URL)
	server.Close()
	text := log.String()
	for _, want := range []string{"msg=request requestId=r1 method=GET path=/api/v1/cameras status=200 bytes=12 ", "path=/nowhere status=404"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "confidential") || strings.Count(text, "\n") != 2 {
		t.Errorf("the log has another number of lines than two, or tells the query:\n%s", text)
	}
}

func description(t *testing.T) *openapi3.T {
	t.Helper()
	base, _ := newServer(t, openSQLite)
	_, text := request(t, http.MethodGet, base+"/openapi.json", nil, "")
	document, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return document
}

// TestDescriptionAndRoutesAgree: every route is described and every description has a route. HEAD follows GET and is
// described nowhere; nor is the user interface, which is no part of the API.
func TestDescriptionAndRoutesAgree(t *testing.T) {
	t.Parallel()
	routes, err := api.Routes(config(t, openSQLite(t)))
	if err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	var served, described []string
	for _, route := range routes {
		if route.Method != http.MethodHead && !strings.HasPrefix(route.Path, "/swagger/") {
			served = append(served, route.Method+" "+parameter.ReplaceAllString(route.Path, "{$1}"))
		}
	}
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served\n%s\ndescribed\n%s", strings.Join(served, "\n"), strings.Join(described, "\n"))
	}
}

// TestDescribedParametersAreRead: an operation knows each query parameter of its description, and refuses any other.
func TestDescribedParametersAreRead(t *testing.T) {
	t.Parallel()
	base, _ := newServer(t, openSQLite)
	for path, item := range description(t).Paths.Map() {
		if slices.Contains([]string{"/auth/callback", "/api/v1/imports", "/api/v1/exports"}, path) || strings.HasPrefix(path, "/tiles/") {
			continue // providers add parameters of their own; of the others, each kind has its own
		}
		for method, operation := range item.Operations() {
			query := "?unheard-of=1"
			for _, p := range operation.Parameters {
				if p.Value.In == openapi3.ParameterInQuery {
					query += "&" + p.Value.Name + "=%00"
				}
			}
			url := base + strings.NewReplacer("{id}", "x", "{collection}", "cameras").Replace(path) + query
			answer, body := request(t, method, url, anyHeaders(path), "{}")
			if answer.StatusCode != http.StatusBadRequest || strings.Count(body, "is unknown") != 1 {
				t.Errorf("%s %s: %d %s", method, url, answer.StatusCode, body)
			}
		}
	}
}

// anyHeaders lets a request through to the reading of its query.
func anyHeaders(path string) map[string]string {
	headers := map[string]string{"Content-Type": "application/json", "If-Match": "*"}
	if strings.HasPrefix(path, "/api/v1/assessments/") {
		headers["Accept"] = "application/geo+json"
	}
	return headers
}

// TestDescriptionShowsPlaces: a place is described as the GeoJSON that is sent, and problems as problems.
func TestDescriptionShowsPlaces(t *testing.T) {
	t.Parallel()
	document := description(t)
	schemas := document.Components.Schemas
	for name, want := range map[string][]any{"api.PointGeometry": {"Point"}, "api.SurfaceGeometry": {"Polygon", "MultiPolygon"}} {
		if schema := schemas[name]; schema == nil || !slices.Equal(schema.Value.Properties["type"].Value.Enum, want) {
			t.Errorf("%s is not described as GeoJSON: %v", name, schema)
		}
	}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				types := slices.Collect(maps.Keys(response.Value.Content))
				if status >= "400" && !slices.Equal(types, []string{"application/problem+json"}) {
					t.Errorf("%s %s: %s is of type %v", method, path, status, types)
				}
			}
		}
	}
}

// TestSwaggerDocument: the document that the user interface shows is JSON and Swagger 2.0.
func TestSwaggerDocument(t *testing.T) {
	t.Parallel()
	base, _ := newServer(t, openSQLite)
	_, text := request(t, http.MethodGet, base+"/swagger/doc.json", nil, "")
	var document struct {
		Swagger string         `json:"swagger"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil || document.Swagger != "2.0" || len(document.Paths) == 0 {
		t.Errorf("%v in %.200s", err, text)
	}
}

// BenchmarkNew is the cost of a start.
func BenchmarkNew(b *testing.B) {
	c := config(b, openSQLite(b))
	for b.Loop() {
		if _, err := api.New(c); err != nil {
			b.Fatal(err)
		}
	}
}
