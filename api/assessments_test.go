package api_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
)

const (
	studiesURL = "/api/v1/assessments"
	// squareRequest asks for a square of about 800 m round the camera of cameraBody.
	squareRequest = `{"name":"Carré","assume":"dome-ptz-2mp","perimeter":{"type":"Polygon","coordinates":[[[3.875,43.605],[3.885,43.605],[3.885,43.612],[3.875,43.612],[3.875,43.605]]]}}`
)

// studied is a server with one camera and one study of the square round it.
func studied(t *testing.T, open opener) (base, location, body string) {
	t.Helper()
	base, _ = newServer(t, open)
	scenario{method: "POST", url: "/api/v1/cameras", headers: sendJSON, body: cameraBody, status: 201}.run(t, base)
	answer, body := request(t, http.MethodPost, base+studiesURL, sendJSON, squareRequest)
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	return base, answer.Header.Get("Location"), body
}

// TestStudyIsMadeOnce: a study is stored under an identifier of its request and inputs; asking again gives it back as it
// is, and a change of the inventory gives another.
func TestStudyIsMadeOnce(t *testing.T) { onEachStore(t, testStudyIsMadeOnce) }

func testStudyIsMadeOnce(t *testing.T, open opener) {
	base, location, made := studied(t, open)
	var study inventory.Assessment
	if err := json.Unmarshal([]byte(made), &study); err != nil {
		t.Fatal(err)
	}
	if location != studiesURL+"/"+string(study.ID) || study.Provenance.UpdatedAt == nil {
		t.Errorf("made at %s: %s, %v", location, study.ID, study.Provenance)
	}
	if level := study.Result.Levels[0]; len(study.Result.Cameras) != 1 || !(level.SeenM2 > 100) {
		t.Errorf("one camera sees %v m²: %v", level.SeenM2, study.Result.Cameras)
	}
	answer, again := request(t, http.MethodPost, base+studiesURL, sendJSON, squareRequest)
	if answer.StatusCode != http.StatusOK || again != made || answer.Header.Get("Location") != location {
		t.Errorf("asked again: %d at %s\n%s\nfirst\n%s", answer.StatusCode, answer.Header.Get("Location"), again, made)
	}
	tag := answer.Header.Get("ETag")
	scenario{method: "GET", url: location, status: 200, has: []string{made}, replies: map[string]string{"ETag": tag}}.run(t, base)
	scenario{method: "GET", url: location, headers: map[string]string{"If-None-Match": tag}, status: 304}.run(t, base)
	moved := with(sendJSON, "If-Match", "*")
	scenario{method: "PUT", url: "/api/v1/cameras/c1", headers: moved, body: strings.Replace(cameraBody, "43.6085", "43.6086", 1), status: 200}.run(t, base)
	answer, _ = request(t, http.MethodPost, base+studiesURL, sendJSON, squareRequest)
	if answer.StatusCode != http.StatusCreated || answer.Header.Get("Location") == location {
		t.Errorf("after the camera moved: %d at %s", answer.StatusCode, answer.Header.Get("Location"))
	}
	runAll(t, base, []scenario{
		{name: "list", method: "GET", url: studiesURL, status: 200, has: []string{`"name":"Carré"`, `"groundM2":`, `"cameras":1`}, hasNot: []string{`"geometry"`, `"next"`}},
		{name: "page", method: "GET", url: studiesURL + "?limit=1", status: 200, has: []string{`"next"`}, replies: map[string]string{"Link": "*"}},
		{name: "elsewhere", method: "GET", url: studiesURL + "?bbox=2,48,3,49", status: 200, has: []string{`{"items":[]}`}},
		{name: "here", method: "GET", url: studiesURL + "?bbox=3.88,43.61,4,44&updatedFrom=2026-11-21", status: 200, has: []string{"Carré"}},
	})
}

func TestStudyAsLayers(t *testing.T) { onEachStore(t, testStudyAsLayers) }

func testStudyAsLayers(t *testing.T, open opener) {
	base, location, _ := studied(t, open)
	for _, layer := range []string{"", "?layer=coverage", "?layer=gaps"} {
		answer, body := request(t, http.MethodGet, base+location+layer, geoJSON, "")
		collection, err := geojson.UnmarshalFeatureCollection([]byte(body))
		if err != nil || len(collection.Features) == 0 || answer.Header.Get("Content-Type") != "application/geo+json" {
			t.Errorf("%s: %v in %.200s", layer, err, body)
		}
	}
	answer, body := request(t, http.MethodGet, base+location, map[string]string{"Accept": "image/svg+xml"}, "")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(body, "<svg") {
		t.Errorf("%d %.200s", answer.StatusCode, body)
	}
	decoder := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the map is not XML: %v", err)
		}
	}
}

func TestStudiesThatAreRefused(t *testing.T) { onEachStore(t, testStudiesThatAreRefused) }

func testStudiesThatAreRefused(t *testing.T, open opener) {
	base, location, _ := studied(t, open)
	refused := func(name, body string, status int, has ...string) scenario {
		return scenario{name: name, method: "POST", url: studiesURL, headers: sendJSON, body: body, status: status, has: has}
	}
	const huge = `{"perimeter":{"type":"Polygon","coordinates":[[[0,43],[9,43],[9,49],[0,49],[0,43]]]}}`
	const crossed = `{"perimeter":{"type":"Polygon","coordinates":[[[3,43],[3.01,43.01],[3.01,43],[3,43.01],[3,43]]]}}`
	runAll(t, base, []scenario{
		refused("nowhere", `{}`, 422, "/problems/invalid-content", `"field":"perimeter"`),
		refused("every fault", `{"commune":"Paris","statuses":["lost"],"targetHeightM":-1}`, 422, "3 faults", `"pointer":"/statuses/0"`),
		refused("unknown commune", `{"commune":"75056"}`, 422, "/problems/unknown-place"),
		refused("unknown area", `{"area":"nowhere"}`, 422, "/problems/unknown-place"),
		refused("unknown profile", strings.Replace(squareRequest, "dome-ptz-2mp", "owl", 1), 422, `"field":"assume"`),
		refused("unknown scale", `{"commune":"34172","scale":"mine"}`, 422, `"field":"scale"`),
		refused("too large", huge, 422, "too large"),
		refused("crossed", crossed, 422, `"field":"perimeter"`, "crosses itself"),
		refused("unknown field", `{"commun":"34172"}`, 400, `"field":"commun"`),
		{name: "parameter", method: "POST", url: studiesURL + "?dryRun=true", headers: sendJSON, body: squareRequest, status: 400},
		{name: "type", method: "POST", url: studiesURL, body: squareRequest, status: 415},
		{name: "none", method: "GET", url: studiesURL + "/none", status: 404},
		{name: "no map of none", method: "GET", url: studiesURL + "/none", headers: map[string]string{"Accept": "image/svg+xml"}, status: 404},
		{name: "format", method: "GET", url: location, headers: map[string]string{"Accept": "application/pdf"}, status: 406, has: []string{"image/svg+xml"}},
		{name: "layer", method: "GET", url: location + "?layer=roads", headers: geoJSON, status: 400, has: []string{"coverage, gaps"}},
		{name: "layer of JSON", method: "GET", url: location + "?layer=gaps", status: 400, has: []string{"Accept: application/geo+json"}},
		{name: "list parameter", method: "GET", url: studiesURL + "?holder=h1", status: 400},
		{name: "list format", method: "GET", url: studiesURL, headers: geoJSON, status: 406},
		{name: "change", method: "PUT", url: location, headers: sendJSON, body: "{}", status: 405, replies: map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
		{name: "delete", method: "DELETE", url: location, status: 405},
	})
}

// TestStudyIsStoredOnce: the same request from many clients at once is stored once.
func TestStudyIsStoredOnce(t *testing.T) { onEachStore(t, testStudyIsStoredOnce) }

func testStudyIsStoredOnce(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	statuses := together(t, func(int) *http.Response {
		answer, _ := request(t, http.MethodPost, base+studiesURL, sendJSON, squareRequest)
		return answer
	})
	wantStatuses(t, statuses, http.StatusCreated, http.StatusOK)
}
