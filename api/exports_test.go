package api_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"vigie/inventory"
)

const exportsURL = "/api/v1/exports"

// TestExport: what is exported has the filters of the lists, and imported again it changes nothing.
func TestExport(t *testing.T) { onEachStore(t, testExport) }

func testExport(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	scenario{method: "POST", url: importURL + "&key=Nom&status=in_service", headers: sendJSON, body: degreesFile, status: 200}.run(t, base)
	scenario{method: "POST", url: "/api/v1/candidates/import?set=lights&key=Nom", headers: sendJSON, body: degreesFile, status: 200}.run(t, base)
	scenario{method: "POST", url: "/api/v1/holders", headers: sendJSON, body: `{"id":"h1","name":"Mairie","kind":"local_authority"}`, status: 201}.run(t, base)
	for query, want := range map[string]struct{ media, name, text string }{
		"":                            {"application/geo+json", `attachment; filename="vigie-cameras-2026-11-21.geojson"`, `"externalId":"A"`},
		"?format=csv":                 {"text/csv; charset=utf-8", `attachment; filename="vigie-cameras-2026-11-21.csv"`, "camera/1,"},
		"?crs=EPSG:2154":              {"application/geo+json", `.geojson"`, "EPSG::2154"},
		"?format=csv&crs=EPSG:2154":   {"text/csv; charset=utf-8", `.csv"`, ",EPSG:2154\n"},
		"?kind=candidates&set=lights": {"application/geo+json", "vigie-candidates-", `"set":"lights"`},
		"?kind=holders":               {"application/json", "vigie-holders-", `[` + "\n" + `{"id":"h1"`},
		"?kind=deployments":           {"application/json", "vigie-deployments-", "[]\n"},
	} {
		answer, text := request(t, http.MethodGet, base+exportsURL+query, nil, "")
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != want.media ||
			!strings.Contains(answer.Header.Get("Content-Disposition"), want.name) || !strings.Contains(text, want.text) {
			t.Errorf("%q: %d %v\n%.500s", query, answer.StatusCode, answer.Header, text)
		}
		kind := "cameras"
		if strings.Contains(query, "candidates") {
			kind = "candidates"
		}
		if strings.Contains(query, "holders") || strings.Contains(query, "deployments") {
			continue
		}
		back := "/api/v1/cameras/import?holder=h1"
		if kind == "candidates" {
			back = "/api/v1/candidates/import?set=lights"
		}
		same := []string{`"added":0`, `"updated":0`, `"unchanged":2`}
		if strings.Contains(query, "crs") { // the places are rounded, to a hundredth of a millimetre
			same = []string{`"added":0`, `"moved":0`, `"rejectedRows":0`}
		}
		scenario{
			name: "again " + query, method: "POST", url: back, headers: sendAs(strings.Split(want.media, ";")[0]), body: text, status: 200,
			has: same,
		}.run(t, base)
	}
	runAll(t, base, []scenario{
		{name: "filtered", method: "GET", url: exportsURL + "?status=retired", status: 200, has: []string{`"features":[`}, hasNot: []string{`"Feature",`}},
		{name: "in a box", method: "GET", url: exportsURL + "?bbox=3.876,43.6,3.877,43.7", status: 200, has: []string{`"externalId":"A"`}, hasNot: []string{`"externalId":"B"`}},
		{name: "every fault", method: "GET", url: exportsURL + "?format=xml&crs=EPSG:1&bbox=1&x=1", status: 400, has: []string{"4 faults"}},
		{name: "no such kind", method: "GET", url: exportsURL + "?kind=accounts", status: 400, has: []string{`"field":"kind"`}},
		{name: "filters of its own", method: "GET", url: exportsURL + "?kind=equipment&bbox=1,1,2,2", status: 400, has: []string{`"field":"bbox"`, "is unknown"}},
		{name: "no system of records", method: "GET", url: exportsURL + "?kind=holders&crs=EPSG:2154&format=csv", status: 400, has: []string{"2 faults"}},
		{name: "a name that breaks headers", method: "GET", url: exportsURL + "?kind=%22%0d%0aX-Evil:1", status: 400, hasNot: []string{"X-Evil: 1\r\n"}},
	})
}

// TestExportIsHeldToItsReader: an export gives no more than a list does, and the journal tells of it.
func TestExportIsHeldToItsReader(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	for _, id := range []string{"north", "south"} {
		camera := inventory.Camera{
			ID: inventory.ID("c-" + id), Holder: inventory.ID(id), Name: "of " + id, Category: inventory.Fixed, Location: &inventory.Point{3.87, 43.61},
			Device: inventory.Device{Serial: "S-" + id},
		}
		if err := raw.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
	}
	south := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderReader, Holder: "south"})
	runAll(t, base, []scenario{
		{name: "its own", method: "GET", url: exportsURL, headers: south, status: 200, has: []string{"of south"}, hasNot: []string{"of north"}},
		{name: "as a table", method: "GET", url: exportsURL + "?format=csv", headers: south, status: 200, has: []string{"of south"}, hasNot: []string{"north"}},
		{name: "nobody", method: "GET", url: exportsURL, status: 401},
		{name: "no reason", method: "GET", url: exportsURL, headers: keyOf(t, raw, accountsOfAllRoles()[inventory.RoleExpert]), status: 428},
	})
	lines, err := inventory.All(t.Context(), raw.Journal(), inventory.Query{})
	if err != nil || len(lines) != 2 || lines[1].Kind != "cameras" || lines[1].Deed != inventory.DeedRead || lines[1].What != "GET "+exportsURL+"?format=csv" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// TestExportHoldsNoPage: a hundred thousand cameras are exported in the memory of a few.
func TestExportHoldsNoPage(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it stores a hundred thousand cameras")
	}
	base, store := newServer(t, openSQLite)
	const cameras, atOnce = 100_000, 5000
	batch := make([]inventory.Camera, atOnce)
	for from := 0; from < cameras; from += atOnce {
		for i := range batch {
			batch[i] = inventory.Camera{
				ID: inventory.ID(fmt.Sprintf("c%06d", from+i)), Holder: "h", Category: inventory.Fixed, Location: &inventory.Point{3.87, 43.61},
				Extra: map[string]string{"note": strings.Repeat("x", 200)},
			}
		}
		if err := store.Cameras().Put(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
	}
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+exportsURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	read, most, buffer := 0, uint64(0), make([]byte, 1<<20)
	for step := 0; ; step++ {
		n, err := io.ReadFull(answer.Body, buffer)
		if read += n; step%8 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		if err != nil {
			break
		}
	}
	if grown := int64(most) - int64(before.HeapAlloc); read < 30<<20 || grown > 16<<20 {
		t.Errorf("%d bytes are read, and the heap grew by %d", read, grown)
	}
}
