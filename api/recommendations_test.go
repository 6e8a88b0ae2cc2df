package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const recommendationsURL = "/api/v1/recommendations"

// planRequest asks for one camera among two masts in a square of 160 m.
const planRequest = `{"name":"Carré","at":"2026-11-22","count":1,"spots":{"sets":["masts"],"bearings":6},"study":{"areas":["place"],"perimeter":` +
	`{"type":"Polygon","coordinates":[[[3.879,43.6093],[3.881,43.6093],[3.881,43.6107],[3.879,43.6107],[3.879,43.6093]]]}}}`

func TestRecommendations(t *testing.T) { onEachStore(t, testRecommendations) }

func testRecommendations(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	masts := "ref,lon,lat\nm1,3.8797,43.61\nm2,3.8803,43.61\n"
	place := `{"id":"place","category":"priority_place","name":"Place","requirement":{"level":"overview","sharePct":20,"period":"day"},` +
		`"geometry":{"type":"Polygon","coordinates":[[[3.8798,43.6098],[3.8802,43.6098],[3.8802,43.6102],[3.8798,43.6102],[3.8798,43.6098]]]}}`
	with := func(old, other string) string { return strings.Replace(planRequest, old, other, 1) }
	runAll(t, base, []scenario{
		{name: "masts", method: "POST", url: "/api/v1/candidates/import?set=masts", headers: sendAs("text/csv"), body: masts, status: 200, has: []string{`"added":2`}},
		{name: "place", method: "POST", url: "/api/v1/areas", headers: sendJSON, body: place, status: 201},
		{name: "none", method: "GET", url: recommendationsURL, status: 200, has: []string{`{"items":[]}`}},
		{name: "plan", method: "POST", url: recommendationsURL, headers: sendJSON, body: planRequest, status: 201, has: []string{`"cameras":[{`, `"proofs":[{`, `"specification":[{`}, replies: map[string]string{"Location": "*", "ETag": "*"}},
		{name: "again", method: "POST", url: recommendationsURL, headers: sendJSON, body: planRequest, status: 200},
		{name: "list", method: "GET", url: recommendationsURL, status: 200, has: []string{`"name":"Carré"`, `"cameras":1`}, hasNot: []string{"seenBefore"}},
		{name: "no candidates", method: "POST", url: recommendationsURL, headers: sendJSON, body: with(`"sets":["masts"],`, ""), status: 422, has: []string{"spots"}},
		{name: "no budget", method: "POST", url: recommendationsURL, headers: sendJSON, body: with(`"count":1`, `"budgetEur":1,"strict":true`), status: 422, has: []string{"/problems/no-plan", `"constraint":"`}},
		{name: "unknown profile", method: "POST", url: recommendationsURL, headers: sendJSON, body: with(`"count":1`, `"count":1,"profiles":["dream"]`), status: 422, has: []string{"dream"}},
		{name: "unknown area", method: "POST", url: recommendationsURL, headers: sendJSON, body: with(`"areas":["place"]`, `"areas":["nowhere"]`), status: 422, has: []string{"/problems/unknown-place"}},
		{name: "no ground", method: "POST", url: recommendationsURL, headers: sendJSON, body: `{"at":"2026-11-22"}`, status: 422, has: []string{`"field":"study"`}},
		{name: "misspelt", method: "POST", url: recommendationsURL, headers: sendJSON, body: `{"when":"2026-11-22"}`, status: 400},
		{name: "not there", method: "GET", url: recommendationsURL + "/none/plan", status: 404},
		{name: "profiles", method: "GET", url: "/api/v1/profiles", status: 200, has: []string{`"id":"`, `"form":"varifocal"`, `"hfovDeg":{"low":`}},
		{name: "profiles have no filter", method: "GET", url: "/api/v1/profiles?form=ptz", status: 400},
	})
	id := listedPlan(t, base)
	runAll(t, base, []scenario{
		{name: "read", method: "GET", url: recommendationsURL + "/" + id, status: 200, has: []string{id}, replies: map[string]string{"ETag": "*"}},
		{name: "map", method: "GET", url: recommendationsURL + "/" + id, headers: map[string]string{"Accept": "image/svg+xml"}, status: 200, has: []string{"PRÉCONISATION", "Carré"}},
		{name: "specification", method: "GET", url: recommendationsURL + "/" + id + "/specification", status: 200, has: []string{"# Cahier des clauses techniques", "# Technical specification"}, replies: map[string]string{"Content-Type": "text/markdown; charset=utf-8"}},
		{name: "layer", method: "GET", url: recommendationsURL + "/" + id + "/plan", status: 200, has: []string{`"layer":"proposed"`, `"layer":"field"`}, replies: map[string]string{"Content-Type": "application/geo+json"}},
		{name: "bill", method: "GET", url: recommendationsURL + "/" + id + "/bill", status: 200, has: []string{"phase;lot;article", "Total"}, replies: map[string]string{"Content-Type": "text/csv; charset=utf-8"}},
		{name: "plan with parameters", method: "GET", url: recommendationsURL + "/" + id + "/plan?x=1", status: 400},
		{name: "plan as text", method: "GET", url: recommendationsURL + "/" + id + "/plan", headers: map[string]string{"Accept": "text/plain"}, status: 406},
	})
}

// listedPlan is the identifier of the only plan.
func listedPlan(t *testing.T, base string) string {
	t.Helper()
	_, text := request(t, http.MethodGet, base+recommendationsURL, nil, "")
	var list struct{ Items []struct{ ID string } }
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("%d plans, %v", len(list.Items), err)
	}
	return list.Items[0].ID
}
