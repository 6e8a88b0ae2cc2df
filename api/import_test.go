package api_test

import (
	"archive/zip"
	"bytes"
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
	kmlFile      = `<kml><Document><Placemark id="K"><name>Place</name><Point><coordinates>3.8767,43.6108</coordinates></Point></Placemark></Document></kml>`
	overpassFile = `{"osm3s":{},"elements":[{"type":"node","id":7,"lat":43.6108,"lon":3.8767,"tags":{"man_made":"surveillance","camera:direction":"90;270"}}]}`

	csvFile = "Nom;Longitude;Latitude\nA;3,8767;43,6108\nB;3,8795;43,6085\n"
)

// archiveOf is a zip archive of files: name, content, name, content …
func archiveOf(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		file, err := archive.Create(files[i])
		if err == nil {
			_, err = file.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

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
		{name: "kml", method: "POST", url: importURL, headers: sendAs("application/vnd.google-earth.kml+xml"), body: kmlFile, status: 200, has: []string{`"format":"kml"`, `"added":1`}},
		{name: "kmz", method: "POST", url: importURL, headers: sendAs("application/vnd.google-earth.kmz"), body: archiveOf(t, "doc.kml", kmlFile), status: 200, has: []string{`"format":"kml"`, `"unchanged":1`}},
		{name: "kmz in a zip", method: "POST", url: importURL, headers: sendAs("application/zip"), body: archiveOf(t, "doc.kml", kmlFile), status: 200, has: []string{`"unchanged":1`}},
		{name: "openstreetmap", method: "POST", url: importURL, headers: sendJSON, body: overpassFile, status: 200, has: []string{`"format":"osm"`, `"added":1`, `"key":"id of the feature"`}},
		{name: "shapefile without its table", method: "POST", url: importURL, headers: sendAs("application/zip"), body: archiveOf(t, "a.shp", "x"), status: 422, has: []string{"the archive lacks a.dbf, a.shx, a.prj"}},
		{name: "two layers", method: "POST", url: importURL + "&layer=c", headers: sendAs("application/zip"), body: archiveOf(t, "a.shp", "x", "b.shp", "x"), status: 422, has: []string{`it has \"a\", \"b\"`}},
		{name: "no archive", method: "POST", url: importURL, headers: sendAs("application/zip"), body: "x", status: 422, has: []string{"not a zip archive"}},
		{name: "type", method: "POST", url: importURL, headers: sendAs("application/pdf"), body: "PK", status: 415, has: []string{"text/csv", "application/zip"}},
		{name: "get is a camera", method: "GET", url: "/api/v1/cameras/import", status: 404},
	})
}

func TestCandidates(t *testing.T) { onEachStore(t, testCandidates) }

func testCandidates(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	const url, sets = "/api/v1/candidates/import", "/api/v1/candidate-sets"
	streets := strings.ReplaceAll(overpassFile, `"type":"node","id":7,"lat":43.6108,"lon":3.8767,`,
		`"type":"way","id":8,"geometry":[{"lat":43.61,"lon":3.87},{"lat":43.62,"lon":3.88}],`)
	runAll(t, base, []scenario{
		{name: "none", method: "GET", url: sets, status: 200, has: []string{`{"items":[]}`}},
		{name: "no set", method: "POST", url: url, headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"set"`}},
		{name: "bad set", method: "POST", url: url + "?set=a%20b", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"set"`}},
		{name: "dry", method: "POST", url: url + "?set=lights&key=Nom&dryRun=true", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"added":2`, `"rejectedRows":1`}},
		{name: "points", method: "POST", url: url + "?set=lights&key=Nom", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"kind":"candidates"`, `"added":2`}},
		{name: "again", method: "POST", url: url + "?set=lights&key=Nom", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"unchanged":2`}},
		{name: "another set", method: "POST", url: url + "?set=masts&key=Nom", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"added":2`}},
		{name: "lines", method: "POST", url: url + "?set=streets", headers: sendJSON, body: streets, status: 200, has: []string{`"added":1`}},
		{name: "sets", method: "GET", url: sets, status: 200, has: []string{`{"items":[{"set":"lights","points":2,"lines":0,"areas":0},{"set":"masts","points":2,"lines":0,"areas":0},{"set":"streets","points":0,"lines":1,"areas":0}]}`}},
		{name: "of a set", method: "GET", url: "/api/v1/candidates?set=streets", status: 200, has: []string{`"type":"LineString"`}, hasNot: []string{`"lights"`}},
		{name: "of a form", method: "GET", url: "/api/v1/candidates?form=point&bbox=3.87,43.6,3.88,43.62", status: 200, has: []string{`"lights"`, `"masts"`}, hasNot: []string{`"streets"`}},
		{name: "as features", method: "GET", url: "/api/v1/candidates?set=streets", headers: geoJSON, status: 200, has: []string{`"geometry":{"type":"LineString"`}},
		{name: "category is not its name", method: "GET", url: "/api/v1/candidates?category=lights", status: 400},
		{name: "forget nothing named", method: "DELETE", url: "/api/v1/candidates", status: 400, has: []string{`"field":"set"`}},
		{name: "forget, to see", method: "DELETE", url: "/api/v1/candidates?set=masts&dryRun=true", status: 200, has: []string{`{"removed":2,"dryRun":true}`}},
		{name: "forget", method: "DELETE", url: "/api/v1/candidates?set=masts", status: 200, has: []string{`{"removed":2,"dryRun":false}`}},
		{name: "forget again", method: "DELETE", url: "/api/v1/candidates?set=masts", status: 200, has: []string{`{"removed":0,"dryRun":false}`}},
		{name: "forget an import", method: "DELETE", url: "/api/v1/candidates?import=none", status: 200, has: []string{`{"removed":0,"dryRun":false}`}},
		{name: "the others stay", method: "GET", url: sets, status: 200, has: []string{`{"items":[{"set":"lights","points":2`, `"set":"streets"`}, hasNot: []string{"masts"}},
		{name: "sets have no filter", method: "GET", url: sets + "?set=a", status: 400},
	})
}

func TestImportOfAreasAndObstacles(t *testing.T) {
	base, _ := newServer(t, openSQLite)
	const areas, obstacles = "/api/v1/areas/import", "/api/v1/obstacles/import"
	building := `{"elements":[{"type":"way","id":9,"tags":{"building":"yes","height":"12"},"geometry":[{"lat":43.61,"lon":3.87},` +
		`{"lat":43.61,"lon":3.871},{"lat":43.611,"lon":3.871},{"lat":43.61,"lon":3.87}]}]}`
	runAll(t, base, []scenario{
		{name: "around points", method: "POST", url: areas + "?around=50&key=Nom&category=no_camera_zone&holder=h1", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"kind":"areas"`, `"added":2`, `"rejectedRows":1`}},
		{name: "there", method: "GET", url: "/api/v1/areas?category=no_camera_zone&holder=h1", status: 200, has: []string{`"type":"Polygon"`, `"name":"A"`}},
		{name: "points", method: "POST", url: areas + "?key=Nom", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"rejectedRows":3`, "not a Point"}},
		{name: "too far around", method: "POST", url: areas + "?around=1e9", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"aroundM"`}},
		{name: "no number", method: "POST", url: areas + "?around=x", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"around"`}},
		{name: "required of some", method: "POST", url: areas + "?around=50&key=Nom&category=street_place&require=overview=50&only=Nom=A&only=Nom=Z", headers: sendJSON, body: degreesFile, status: 200, has: []string{`"added":1`, "left out, as asked: Nom is none of"}},
		{name: "as required", method: "GET", url: "/api/v1/areas?category=street_place", status: 200, has: []string{`"requirement":{"level":"overview","sharePct":50,"period":"day"}`, `"name":"A"`}, hasNot: []string{`"name":"B"`}},
		{name: "no requirement", method: "POST", url: areas + "?around=50&require=overview", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"require"`}},
		{name: "no property", method: "POST", url: areas + "?around=50&only=A", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"only"`}},
		{name: "none of obstacles", method: "POST", url: obstacles + "?require=overview=50", headers: sendJSON, body: building, status: 400, has: []string{`"field":"require"`}},
		{name: "none of the buildings", method: "POST", url: obstacles + "?only=building=no", headers: sendJSON, body: building, status: 200, has: []string{`"added":0`}},
		{name: "building", method: "POST", url: obstacles, headers: sendJSON, body: building, status: 200, has: []string{`"kind":"obstacles"`, `"format":"osm"`, `"added":1`}},
		{name: "there", method: "GET", url: "/api/v1/obstacles", status: 200, has: []string{`"heightM":12`}},
		{name: "no set of obstacles", method: "POST", url: obstacles + "?set=a", headers: sendJSON, body: building, status: 400, has: []string{`"field":"set"`}},
	})
}

func TestImportOfEquipment(t *testing.T) { onEachStore(t, testImportOfEquipment) }

func testImportOfEquipment(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	const url = "/api/v1/equipment/import"
	rows := `[{"reference":"V4","manufacturer":"Acme","form":"varifocal","sensorWidthMm":5.37,"minFocalMm":3,"maxFocalMm":10,"recordedWidthPx":2560,"dori":{"identifyM":19}},` +
		`{"reference":"V5","manufacturer":"Acme","sensorWidthMm":5.37,"maxFocalMm":10,"recordedWidthPx":2560,"dori":{"identifyM":60}}]`
	runAll(t, base, []scenario{
		{name: "dry", method: "POST", url: url + "?dryRun=true", headers: sendJSON, body: rows, status: 200, has: []string{`"added":1`, `"rejectedRows":1`}},
		{name: "rows", method: "POST", url: url, headers: sendJSON, body: rows, status: 200, has: []string{`"added":1`, `"field":"dori.identifyM"`, "250 px/m at 60 m is not what the optics give"}},
		{name: "sheet", method: "POST", url: url, headers: sendAs("text/csv"), body: "reference,marque,forme\nP1,Acme,dome\n", status: 200, has: []string{`"added":1`}},
		{name: "of a form", method: "GET", url: "/api/v1/equipment?form=ptz&status=unverified", status: 200, has: []string{`"reference":"P1"`}, hasNot: []string{"V4"}},
		{name: "no place", method: "GET", url: "/api/v1/equipment?bbox=3,43,4,44", status: 400},
		{name: "contradiction", method: "POST", url: "/api/v1/equipment", headers: sendJSON, body: `{"manufacturer":"Acme","reference":"X","powerW":30,"poeType":"802.3af"}`, status: 422, has: []string{`"field":"powerW"`, "12.95 W"}},
	})
}
