package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vigie/api"
	"vigie/inventory"
)

// fuzzed is the handler of a server with keys, people and one camera, and an administrator's key.
func fuzzed(f *testing.F) (http.Handler, string) {
	f.Helper()
	store := openSQLite(f)
	c := guardedConfig(f, store)
	provider := httptest.NewServer(http.NotFoundHandler())
	f.Cleanup(provider.Close)
	roles, err := api.ReadRoles([]byte(testRoles))
	if err != nil {
		f.Fatal(err)
	}
	c.People = &api.People{Issuer: provider.URL, Audience: testAudience, Roles: roles, Sessions: store.Sessions()}
	fill(f, store, 1)
	handler, err := api.New(c)
	if err != nil {
		f.Fatal(err)
	}
	return handler, keyOf(f, store, inventory.Account{Role: inventory.RoleAdmin})["Authorization"]
}

// answerOf sends a request to a handler, and wants an answer that is no fault of the server's: below 500, with a problem where it
// is a refusal.
func answerOf(t *testing.T, handler http.Handler, asked *http.Request) int {
	t.Helper()
	answer := httptest.NewRecorder()
	asked.Host = "localhost"
	handler.ServeHTTP(answer, asked)
	text := answer.Body.Bytes()
	if answer.Code >= 500 && answer.Code != http.StatusServiceUnavailable || answer.Code >= 400 && !json.Valid(text) {
		t.Errorf("%s %s: %d %.300s", asked.Method, asked.URL, answer.Code, text)
	}
	return answer.Code
}

// FuzzCredentials: whatever is sent as a key, a token or a session lets nobody in, and is refused as the client's fault; 503 says
// that the provider does not answer.
func FuzzCredentials(f *testing.F) {
	handler, _ := fuzzed(f)
	f.Add("Bearer vigie_a.b", "")
	f.Add("bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "vigie_session=a")
	f.Add("Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJhIiwic3ViIjoiYiIsImV4cCI6MWU5fQ.AAAA", "")
	f.Add("", "vigie_session=AAAA; vigie_session=BBBB")
	f.Fuzz(func(t *testing.T, authorization, cookie string) {
		asked := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/me", nil)
		if authorization != "" {
			asked.Header.Set("Authorization", authorization)
		}
		if cookie != "" {
			asked.Header.Set("Cookie", cookie)
		}
		switch status := answerOf(t, handler, asked); status {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		default:
			t.Errorf("%q and %q are answered %d", authorization, cookie, status)
		}
	})
}

// lists are addresses that take filters, pages and cursors.
func lists() []string {
	return []string{
		"/api/v1/cameras", "/api/v1/areas", "/api/v1/holders", "/api/v1/candidates", "/api/v1/journal", "/api/v1/counts/cameras", "/api/v1/audits",
		"/api/v1/assessments", "/api/v1/conventions", "/ogc/collections", "/ogc/collections/cameras/items", "/ogc/collections/areas/items",
	}
}

// FuzzQuery: whatever stands behind the question mark is answered or refused, for each list.
func FuzzQuery(f *testing.F) {
	handler, key := fuzzed(f)
	for i, query := range []string{
		"limit=1&cursor=AAAA", "bbox=1,2,3,4", "holder=a,b&status=in_service", "by=department,holderKind&bbox=0,0,1,1", "updatedFrom=2026-01-01",
		"filter=name%20LIKE%20'a%25'", "filter-lang=cql2-json&filter=%7B%22op%22%3A%22not%22%7D", "bbox=1,2,3,4&bbox-crs=EPSG:2154", "datetime=../2026-01-01T00:00:00Z", "f=html&limit=1000", "%zz&;",
	} {
		f.Add(uint8(i), query)
	}
	f.Fuzz(func(t *testing.T, list uint8, query string) {
		asked := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+lists()[int(list)%len(lists())], nil)
		asked.URL.RawQuery = query
		asked.Header.Set("Authorization", key)
		answerOf(t, handler, asked)
	})
}

// FuzzGeometryBody: whatever is sent as the geometry of an area, a feature or a place is stored, computed or refused.
func FuzzGeometryBody(f *testing.F) {
	handler, key := fuzzed(f)
	for _, text := range []string{
		`{"type":"Polygon","coordinates":[[[3,43],[3.001,43],[3.001,43.001],[3,43]]]}`, `{"type":"Point","coordinates":[3,43]}`, `{"type":"Point","coordinates":[]}`,
		`{"type":"MultiPolygon","coordinates":[[[[3,43],[3.1,43],[3,43]]]]}`, `{"type":"GeometryCollection","geometries":[]}`, `null`, `{"type":"Polygon","coordinates":[[[1e308,-1e308]]]}`,
		`{"type":"LineString","coordinates":[[3,43,1],[3,43,2]],"bbox":[]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, geometry string) {
		for path, body := range map[string]string{
			"/api/v1/areas":                    `{"id":"a1","name":"A","category":"priority_place","geometry":` + geometry + `}`,
			"/api/v1/cameras":                  `{"id":"x1","holder":"h1","category":"fixed","status":"in_service","location":` + geometry + `}`,
			"/api/v1/obstacles":                `{"id":"o1","geometry":` + geometry + `}`,
			"/ogc/collections/obstacles/items": `{"type":"Feature","id":"o2","properties":{},"geometry":` + geometry + `}`,
		} {
			asked := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
			asked.Header.Set("Authorization", key)
			asked.Header.Set("Content-Type", "application/json")
			if strings.HasPrefix(path, "/ogc") {
				asked.Header.Set("Content-Type", "application/geo+json")
			}
			answerOf(t, handler, asked)
		}
	})
}
