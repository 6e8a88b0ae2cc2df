package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"vigie/inventory"
)

const (
	importURL = "/api/v1/cameras/import?holder=h1"

	degreesFile = `{"type":"FeatureCollection","features":[` +
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[3.8767,43.6108]},"properties":{"Nom":"A"}},` +
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[3.8795,43.6085]},"properties":{"Nom":"B"}},` +
		`{"type":"Feature","geometry":null,"properties":{"Nom":"C"}}]}`
	lambertFile = `{"type":"FeatureCollection","features":[` +
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[770753.1,6279455.2]},"properties":{"Nom":"A"}}]}`
	csvFile = "Nom;Longitude;Latitude\nA;3,8767;43,6108\nB;3,8795;43,6085\n"
)

func sendAs(mediaType string) map[string]string { return map[string]string{"Content-Type": mediaType} }

func TestImport(t *testing.T) { onEachStore(t, testImport) }

func testImport(t *testing.T, open opener) {
	base, store := newServer(t, open)
	send := sendAs("application/geo+json")
	count := func() int {
		n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	answer, body := request(t, http.MethodPost, base+importURL+"&key=Nom&dryRun=true", send, degreesFile)
	var report inventory.ImportReport
	if err := json.Unmarshal([]byte(body), &report); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", answer.StatusCode, err, body)
	}
	if !report.DryRun || report.Read != 3 || report.Added != 2 || len(report.Rejected) != 1 || count() != 0 {
		t.Errorf("the dry run stored %d and reports %+v", count(), report)
	}
	for _, want := range []string{`"added":2`, `"unchanged":2`} {
		scenario{method: "POST", url: importURL + "&key=Nom&source=a.geojson&status=in_service&deployment=d1", headers: send, body: degreesFile, status: 200, has: []string{want, `"source":"a.geojson"`, `"line":3`}}.run(t, base)
	}
	if count() != 2 {
		t.Errorf("%d cameras after the same file twice", count())
	}
	scenario{method: "GET", url: "/api/v1/cameras?holder=h1&deployment=d1&status=in_service", status: 200, has: []string{`"externalId":"A"`, `"externalId":"B"`}}.run(t, base)
}

func TestImportFormats(t *testing.T) { onEachStore(t, testImportFormats) }

func testImportFormats(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	metres := strings.ReplaceAll(lambertFile, "A", "L")
	runAll(t, base, []scenario{
		{name: "json", method: "POST", url: importURL + "&key=Nom", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"format":"geojson"`, `"added":2`}},
		{name: "csv", method: "POST", url: importURL + "&key=Nom", headers: sendAs("text/csv; charset=utf-8"), body: csvFile, status: 200, has: []string{`"format":"csv"`, `"read":2`}},
		{name: "metres without a system", method: "POST", url: importURL + "&key=Nom", headers: sendJSON, body: metres, status: 422, has: []string{"/problems/crs-needed", `"candidates":[`, `"code":"EPSG:2154"`}},
		{name: "metres with a system", method: "POST", url: importURL + "&key=Nom&crs=EPSG:2154", headers: sendJSON, body: metres, status: 200, has: []string{`"crs":"EPSG:2154"`, `"added":1`}},
		{name: "no such system", method: "POST", url: importURL + "&crs=EPSG:1", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"in":"query","field":"crs"`}},
		{name: "no JSON", method: "POST", url: importURL, headers: sendJSON, body: `{"type":"FeatureCollection","features":[{`, status: 422, has: []string{"/problems/unreadable-file"}},
		{name: "empty", method: "POST", url: importURL, headers: sendAs("text/csv"), body: "", status: 422},
		{name: "no holder", method: "POST", url: "/api/v1/cameras/import", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"holder"`, "is missing"}},
		{name: "every fault", method: "POST", url: "/api/v1/cameras/import?dryRun=maybe&status=lost&x=1", headers: sendJSON, body: degreesFile, status: 400, has: []string{"4 faults"}},
		{name: "type", method: "POST", url: importURL, headers: sendAs("application/zip"), body: "PK", status: 415, has: []string{"text/csv"}},
		{name: "get is a camera", method: "GET", url: "/api/v1/cameras/import", status: 404},
	})
}
