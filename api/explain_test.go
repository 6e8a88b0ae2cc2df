package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"vigie/inventory"
)

// TestExplain: what the one camera of the square sees of a place next to it, and of one far away.
func TestExplain(t *testing.T) { onEachStore(t, testExplain) }

func testExplain(t *testing.T, open opener) {
	base, location, _ := studied(t, open)
	explain := func(body string, status int, has ...string) scenario {
		return scenario{name: body, method: "POST", url: location + "/explain", headers: sendJSON, body: body, status: status, has: has}
	}
	runAll(t, base, []scenario{
		explain(`{"at":{"type":"Point","coordinates":[3.8797,43.60855]}}`, 200, `"camera":"c1"`, `"unchanged":true`, `"scale":"iec-62676-4-2025"`),
		explain(`{"at":{"type":"Point","coordinates":[3.8797,43.6096]}}`, 200, `"code":"too_few_pixels"`),
		explain(`{}`, 422, `"field":"at"`, "is missing"),
		explain(`{"at":{"type":"Point","coordinates":[3.88,143.6]}}`, 422, `"field":"at"`, "not lon, lat degrees"),
		explain(`{"at":[3.88,43.6]}`, 400),
		explain(`{"place":{"type":"Point","coordinates":[3.88,43.6]}}`, 400, `"field":"place"`),
		{name: "parameter", method: "POST", url: location + "/explain?lon=3", headers: sendJSON, body: `{"at":{"type":"Point","coordinates":[3.88,43.6]}}`, status: 400},
		{name: "no study", method: "POST", url: studiesURL + "/none/explain", headers: sendJSON, body: `{"at":{"type":"Point","coordinates":[3.88,43.6]}}`, status: 404},
		{name: "to be posted", method: "GET", url: location + "/explain", status: 405},
	})
	answer, body := request(t, http.MethodPost, base+location+"/explain", sendJSON, `{"at":{"type":"Point","coordinates":[3.8797,43.60855]}}`)
	var explanation inventory.Explanation
	if err := json.Unmarshal([]byte(body), &explanation); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %v %s", answer.StatusCode, err, body)
	}
	if len(explanation.Views) == 0 || len(explanation.Views[0].Levels) < 2 || explanation.Views[0].DistanceM > 100 {
		t.Errorf("views %+v", explanation.Views)
	}
}
