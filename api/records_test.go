package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"vigie/inventory"
)

const (
	cameraBody     = `{"id":"c1","holder":"h1","category":"fixed","status":"in_service","name":"Place de la Comédie","commune":"34172","location":{"type":"Point","coordinates":[3.8795,43.6085]},"heads":[{"id":"1","bearingDeg":-0}]}`
	deploymentBody = `{"id":"d1","holder":"h1","name":"Centre","authorisation":{"status":"granted","perimeter":{"type":"Polygon","coordinates":[[[3.87,43.6],[3.89,43.6],[3.89,43.62],[3.87,43.62],[3.87,43.6]]]}}}`
	holderBody     = `{"id":"h1","name":"Ville","kind":"local_authority","commune":"34172"}`
	areaBody       = `{"id":"a1","category":"priority_place","name":"École","geometry":{"type":"Polygon","coordinates":[[[3.87,43.6],[3.89,43.6],[3.89,43.62],[3.87,43.62],[3.87,43.6]]]},"requirement":{"level":"perceive","sharePct":50}}`
	candidateBody  = `{"id":"k1","set":"streets","geometry":{"type":"LineString","coordinates":[[3.87,43.6],[3.8701,43.6]]}}`
	equipmentBody  = `{"id":"e1","manufacturer":"Acme","reference":"V4","form":"varifocal","minFocalMm":3,"maxFocalMm":10}`
	obstacleBody   = `{"id":"o1","commune":"34172","geometry":{"type":"Polygon","coordinates":[[[3.87,43.6],[3.8701,43.6],[3.8701,43.6001],[3.87,43.6]]]}}`
)

// kinds are the kinds of record that are created, read, replaced and deleted, with a body and a change that breaks it.
func kinds() []struct{ name, id, body, broken, field string } {
	return []struct{ name, id, body, broken, field string }{
		{"cameras", "c1", cameraBody, strings.Replace(cameraBody, `"fixed"`, `"tripod"`, 1), "category"},
		{"deployments", "d1", deploymentBody, strings.Replace(deploymentBody, `"Centre"`, `""`, 1), "name"},
		{"holders", "h1", holderBody, strings.Replace(holderBody, `"34172"`, `"Montpellier"`, 1), "commune"},
		{"areas", "a1", areaBody, strings.Replace(areaBody, `50`, `150`, 1), "requirement.sharePct"},
		{"obstacles", "o1", obstacleBody, strings.Replace(obstacleBody, `"34172"`, `"1"`, 1), "commune"},
		{"candidates", "k1", candidateBody, strings.Replace(candidateBody, `"streets"`, `"a b"`, 1), "set"},
		{"equipment", "e1", equipmentBody, strings.Replace(equipmentBody, `10`, `2`, 1), "maxFocalMm"},
	}
}

func TestEveryKindLivesAndDies(t *testing.T) { onEachStore(t, testEveryKindLivesAndDies) }

func testEveryKindLivesAndDies(t *testing.T, open opener) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			base, _ := newServer(t, open)
			list := "/api/v1/" + k.name
			one := list + "/" + k.id
			location := map[string]string{"Location": one, "ETag": "*", "Content-Type": "application/json"}
			runAll(t, base, []scenario{
				{name: "empty list", method: "GET", url: list, status: 200, has: []string{`{"items":[]}`}},
				{name: "not there", method: "GET", url: one, status: 404, has: []string{"/problems/not-found"}},
				{name: "create", method: "POST", url: list, headers: sendJSON, body: k.body, status: 201, has: []string{`"id":"` + k.id + `"`, `"updatedAt":"2026-11-21T08:30:00.000Z"`}, replies: location},
				{name: "create twice", method: "POST", url: list, headers: sendJSON, body: k.body, status: 409, has: []string{"/problems/already-exists"}},
				{name: "create without id", method: "POST", url: list, headers: sendJSON, body: strings.Replace(k.body, `"id":"`+k.id+`",`, "", 1), status: 201, replies: map[string]string{"Location": "*"}},
				{name: "broken", method: "POST", url: list, headers: sendJSON, body: strings.Replace(k.broken, k.id, "other", 1), status: 422, has: []string{"/problems/invalid-content", `"field":"` + k.field + `"`, `"pointer":"/` + strings.ReplaceAll(k.field, ".", "/") + `"`}},
				{name: "list", method: "GET", url: list, status: 200, has: []string{k.id}, hasNot: []string{`"next"`}},
				{name: "head", method: "HEAD", url: one, status: 200, replies: map[string]string{"ETag": "*", "Content-Length": "*"}},
				{name: "unconditional put", method: "PUT", url: one, headers: sendJSON, body: k.body, status: 428, has: []string{"/problems/precondition-required"}},
				{name: "stale put", method: "PUT", url: one, headers: with(sendJSON, "If-Match", `"00"`), body: k.body, status: 412, has: []string{"/problems/stale"}},
				{name: "broken put", method: "PUT", url: one, headers: with(sendJSON, "If-Match", "*"), body: k.broken, status: 422, has: []string{k.field}},
				{name: "put elsewhere", method: "PUT", url: list + "/other", headers: with(sendJSON, "If-Match", "*"), body: k.body, status: 422, has: []string{`"field":"id"`}},
				{name: "put nothing there", method: "PUT", url: list + "/none", headers: with(sendJSON, "If-Match", "*"), body: strings.Replace(k.body, k.id, "none", 1), status: 404},
				{name: "put new over old", method: "PUT", url: one, headers: with(sendJSON, "If-None-Match", "*"), body: k.body, status: 412},
				{name: "put new", method: "PUT", url: list + "/new", headers: with(sendJSON, "If-None-Match", "*"), body: strings.Replace(k.body, k.id, "new", 1), status: 201, replies: map[string]string{"Location": list + "/new", "ETag": "*"}},
				{name: "unconditional delete", method: "DELETE", url: one, status: 428},
				{name: "stale delete", method: "DELETE", url: one, headers: map[string]string{"If-Match": `"00"`}, status: 412},
				{name: "delete nothing", method: "DELETE", url: list + "/none", headers: map[string]string{"If-Match": `"00"`}, status: 404},
				{name: "delete", method: "DELETE", url: list + "/new", headers: map[string]string{"If-Match": "*"}, status: 204},
				{name: "deleted", method: "GET", url: list + "/new", status: 404},
				{name: "patch", method: "PATCH", url: one, status: 405, replies: map[string]string{"Allow": "*"}},
				{name: "options", method: "OPTIONS", url: one, status: 204, replies: map[string]string{"Allow": "*", "Access-Control-Allow-Origin": ""}},
			})
		})
	}
}

func tagOf(t *testing.T, url string) string {
	t.Helper()
	answer, _ := request(t, http.MethodGet, url, nil, "")
	return answer.Header.Get("ETag")
}

// TestTagsFollowTheRecord: the tag given is the inventory's, it answers 304 while nothing changed, and it lets exactly
// the next change through.
func TestTagsFollowTheRecord(t *testing.T) { onEachStore(t, testTagsFollowTheRecord) }

func testTagsFollowTheRecord(t *testing.T, open opener) {
	base, store := newServer(t, open)
	url := base + "/api/v1/cameras/c1"
	answer, _ := request(t, http.MethodPost, base+"/api/v1/cameras", sendJSON, cameraBody)
	first := answer.Header.Get("ETag")
	stored, err := store.Cameras().Get(t.Context(), "c1")
	if err != nil {
		t.Fatal(err)
	}
	if want := `"` + inventory.Tag(stored) + `"`; first != want || tagOf(t, url) != want {
		t.Fatalf("tags %s and %s, want %s", first, tagOf(t, url), want)
	}
	for _, held := range []string{first, "W/" + first, `"x", ` + first, "*"} {
		answer, body := request(t, http.MethodGet, url, map[string]string{"If-None-Match": held}, "")
		if answer.StatusCode != http.StatusNotModified || body != "" || answer.Header.Get("ETag") != first {
			t.Errorf("If-None-Match: %s gives %d %q", held, answer.StatusCode, body)
		}
	}
	renamed := strings.Replace(cameraBody, "Place", "Grande place", 1)
	answer, body := request(t, http.MethodPut, url, with(sendJSON, "If-Match", `"x", `+first), renamed)
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, "Grande place") {
		t.Fatalf("put: %d %s", answer.StatusCode, body)
	}
	if second := answer.Header.Get("ETag"); second == first || second != tagOf(t, url) {
		t.Errorf("after the change the tag is %s, it was %s", second, first)
	}
	scenario{method: "PUT", url: "", headers: with(sendJSON, "If-Match", first), body: cameraBody, status: 412}.run(t, url)
	scenario{method: "PUT", url: "", headers: with(sendJSON, "If-Match", "W/"+tagOf(t, url)), body: cameraBody, status: 412}.run(t, url)
	scenario{method: "DELETE", url: "", headers: map[string]string{"If-Match": first}, status: 412}.run(t, url)
	scenario{method: "DELETE", url: "", headers: map[string]string{"If-Match": tagOf(t, url)}, status: 204}.run(t, url)
}

// TestRecordsComeBackWhole: what is sent is what is read, but for the date that the server sets.
func TestRecordsComeBackWhole(t *testing.T) { onEachStore(t, testRecordsComeBackWhole) }

func testRecordsComeBackWhole(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	for _, k := range kinds() {
		_, created := request(t, http.MethodPost, base+"/api/v1/"+k.name, sendJSON, k.body)
		_, read := request(t, http.MethodGet, base+"/api/v1/"+k.name+"/"+k.id, nil, "")
		if read != created {
			t.Errorf("%s: created\n%s\nread\n%s", k.name, created, read)
		}
		var sent, got map[string]any
		if err := json.Unmarshal([]byte(k.body), &sent); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(read), &got); err != nil {
			t.Fatal(err)
		}
		delete(got, "provenance")
		if a, b := canonical(t, sent), canonical(t, got); a != b {
			t.Errorf("%s: sent\n%s\nread\n%s", k.name, a, b)
		}
	}
}

func canonical(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBodiesThatDoNotFit(t *testing.T) { onEachStore(t, testBodiesThatDoNotFit) }

func testBodiesThatDoNotFit(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	const url = "/api/v1/cameras"
	bad := func(name, body string, has ...string) scenario {
		return scenario{name: name, method: "POST", url: url, headers: sendJSON, body: body, status: 400, has: append(has, "/problems/invalid-request")}
	}
	runAll(t, base, []scenario{
		bad("empty", "", "is not JSON"),
		bad("cut", cameraBody[:40], "is not JSON", "at byte 40"),
		bad("two", cameraBody+cameraBody, "is not JSON"),
		bad("null", "null", "null is not an object"),
		bad("a list", "["+cameraBody+"]", "must be an object, not a list"),
		bad("unknown fields, all of them", `{"id":"c2","colour":"red","heads":[{"id":"1","zoom":3}],"mounting":{"a/b":1}}`,
			"3 faults", `"pointer":"/colour"`, `"field":"heads[0].zoom"`, `"pointer":"/heads/0/zoom"`, `"pointer":"/mounting/a~1b"`),
		bad("another case", `{"ID":"c2"}`, `"field":"ID"`),
		bad("other types, all of them", `{"id":7,"heads":{},"filmsPublicWay":"yes","mounting":[],"extra":{"a":1},"provenance":{"row":1.5}}`,
			"6 faults", "must be a text, not the number 7", "must be a list, not an object", "must be true or false, not a text",
			"must be an object, not a list", `"field":"extra.a"`, "must be a whole number, not the number 1.5"),
		bad("a number too large", `{"mounting":{"heightM":1e400}}`, "is not JSON that can be held"),
		bad("a line for a place", `{"location":{"type":"LineString","coordinates":[[1,2],[3,4]]}}`, `"field":"location"`, "a GeoJSON Point is needed"),
		bad("half a position", `{"location":{"type":"Point","coordinates":[3.87]}}`, `"field":"location"`),
		bad("no position", `{"location":{"type":"Point","coordinates":[]}}`, `"field":"location"`),
		bad("no coordinates", `{"location":{"type":"Point"}}`, `"field":"location"`),
		bad("an odd moment", `{"provenance":{"updatedAt":"yesterday"}}`, `"field":"provenance.updatedAt"`),
		{name: "no type", method: "POST", url: url, body: cameraBody, status: 415, has: []string{"application/json"}},
		{name: "a form", method: "POST", url: url, headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body: "a=1", status: 415, has: []string{"/problems/unsupported-media-type"}},
		{name: "a charset", method: "POST", url: url, headers: map[string]string{"Content-Type": "application/json; charset=utf-8"}, body: cameraBody, status: 201},
		{name: "every fault of a record", method: "POST", url: url, headers: sendJSON, body: `{"category":"drone","location":{"type":"Point","coordinates":[3,43]},"heads":[{"id":"1","hfovDeg":400}]}`,
			status: 422, has: []string{"3 faults", `"field":"holder"`, `"field":"location"`, `"pointer":"/heads/0/hfovDeg"`}},
		{name: "degrees that cannot be", method: "POST", url: url, headers: sendJSON, body: strings.NewReplacer("c1", "c2", "3.8795,43.6085", "770000,6279000").Replace(cameraBody), status: 422, has: []string{`"field":"location"`}},
	})
}

func TestBodiesAreBounded(t *testing.T) { onEachStore(t, testBodiesAreBounded) }

func testBodiesAreBounded(t *testing.T, open opener) {
	c := config(t, open(t))
	c.MaxBodyBytes, c.MaxImportBytes = 300, 400
	base := serve(t, c)
	long := strings.Replace(holderBody, "Ville", strings.Repeat("V", 400), 1)
	runAll(t, base, []scenario{
		{name: "small enough", method: "POST", url: "/api/v1/holders", headers: sendJSON, body: holderBody, status: 201},
		{name: "record", method: "POST", url: "/api/v1/holders", headers: sendJSON, body: long, status: 413, has: []string{"/problems/too-large", "300 bytes"}},
		{name: "import", method: "POST", url: "/api/v1/cameras/import?holder=h1", headers: sendJSON, body: strings.Repeat(" ", 500), status: 413, has: []string{"400 bytes"}},
	})
}
