package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// program finds a program that speaks to the server as its users do. Without it the test is skipped, or fails where it is
// required (VIGIE_TEST_REQUIRE has "gis").
func program(t *testing.T, name string, check ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil && len(check) > 0 {
		err = exec.CommandContext(t.Context(), path, check...).Run()
	}
	switch {
	case err == nil:
		return path
	case strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "gis"):
		t.Fatalf("%s: %v (scripts/gis installs it)", name, err)
	}
	t.Skipf("SKIPPED: no %s here, what a GIS reads is NOT tested (scripts/gis installs it): %v", name, err)
	return ""
}

// ran gives what a program writes; it must end well.
func ran(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestGDAL: GDAL reads every collection through several pages, by box and in Lambert-93; what it wrote of the cameras makes the
// same cameras again when it is sent back.
func TestGDAL(t *testing.T) { onEachStore(t, testGDAL) }

func testGDAL(t *testing.T, open opener) {
	ogr2ogr, ogrinfo := program(t, "ogr2ogr"), program(t, "ogrinfo")
	base, store := newServer(t, open)
	fillTown(t, store, 250)
	source := "OAPIF:" + base + "/ogc"
	for layer, want := range map[string]int{"cameras": 250, "areas": 1, "obstacles": 1, "deployments": 1, "candidates": len(inventorytest.Candidates())} {
		told := ran(t, ogrinfo, "-ro", "-so", source, layer)
		if !strings.Contains(told, fmt.Sprintf("Feature Count: %d\n", want)) {
			t.Errorf("%s: %s", layer, told)
		}
	}
	if told := ran(t, ogrinfo, "-ro", "-so", "-spat", "3.8", "43.6", "3.8099", "43.7", source, "cameras"); !strings.Contains(told, "Feature Count: 100\n") {
		t.Errorf("a box: %s", told)
	}
	file := filepath.Join(t.TempDir(), "cameras.geojson")
	ran(t, ogr2ogr, "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "-oo", "PAGE_SIZE=100", file, source, "cameras")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var written struct{ Features []json.RawMessage }
	if err := json.Unmarshal(text, &written); err != nil || len(written.Features) != 250 {
		t.Fatalf("%d features: %v", len(written.Features), err)
	}
	copied, other := newServer(t, open)
	for _, f := range written.Features[:50] {
		answer, body := request(t, "POST", copied+"/ogc/collections/cameras/items", map[string]string{"Content-Type": "application/geo+json"}, string(f))
		if answer.StatusCode != http.StatusCreated {
			t.Fatalf("%s\nof %s", body, f)
		}
	}
	back, err := inventory.All(t.Context(), other.Cameras(), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, camera := range back {
		was, err := store.Cameras().Get(t.Context(), camera.ID)
		if err != nil {
			t.Fatal(err)
		}
		camera.Provenance.UpdatedAt, was.Provenance.UpdatedAt = nil, nil
		if a, b := inventory.Tag(camera), inventory.Tag(was); a != b {
			t.Errorf("%s came back otherwise: %s, %s", camera.ID, a, b)
		}
	}
}

// fillTown puts cameras on a grid of 0.0001°, a hundred a column, and one of each other kind.
func fillTown(t *testing.T, store inventory.Store, cameras int) {
	t.Helper()
	list := make([]inventory.Camera, cameras)
	for i := range list {
		list[i] = inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%04d", i)), Holder: "ville", Category: inventory.Fixed, Status: inventory.InService,
			Name: fmt.Sprintf("Caméra %d, « place »", i), Location: &inventory.Point{float64(380+i/100) / 100, float64(436000+i%100) / 10000},
			Commune: "34172", Mounting: inventory.Mounting{HeightM: new(4.5)}, InServiceSince: "2024-02-29", Critical: new(i%2 == 0),
			Heads: []inventory.Head{{ID: "1", BearingDeg: new(float64(i % 360)), HFOVDeg: new(90.0)}, {ID: "2"}},
			Extra: map[string]string{"Réf.": "x"},
		}
	}
	ctx := t.Context()
	for _, err := range []error{
		store.Cameras().Put(ctx, list...), store.Areas().Put(ctx, inventorytest.FullArea()), store.Obstacles().Put(ctx, inventorytest.FullObstacle()),
		store.Deployments().Put(ctx, inventorytest.FullDeployment()), store.Candidates().Put(ctx, inventorytest.Candidates()...),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// owslib asks the server as a Python program of the field would.
const owslib = `
import json, sys
from owslib.ogcapi.features import Features
f = Features(sys.argv[1])
page = f.collection_items("cameras", bbox=[3.8, 43.6, 3.8099, 43.7], limit=30)
one = f.collection_item("cameras", "c0007")
print(json.dumps({
    "conforms": f.conformance()["conformsTo"], "collections": sorted(f.feature_collections()),
    "matched": page["numberMatched"], "returned": page["numberReturned"], "name": one["properties"]["name"],
    "height": f.collection_queryables("cameras")["properties"]["mounting.heightM"]["type"],
    "found": [x["id"] for x in f.collection_items("cameras", filter="name LIKE '%ra 24_,%'", limit=100)["features"]],
}))
`

// TestOWSLib: OWSLib finds the collections, pages, filters and queryables.
func TestOWSLib(t *testing.T) {
	t.Parallel()
	python := program(t, "/usr/bin/python3", "-c", "import owslib.ogcapi.features")
	base, store := newServer(t, openSQLite)
	fillTown(t, store, 250)
	script := filepath.Join(t.TempDir(), "ask.py")
	if err := os.WriteFile(script, []byte(owslib), 0o600); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Conforms, Collections, Found []string
		Matched, Returned            int
		Name, Height                 string
	}
	out := ran(t, python, script, base+"/ogc")
	if err := json.Unmarshal([]byte(out), &told); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	found := []string{"c0240", "c0241", "c0242", "c0243", "c0244", "c0245", "c0246", "c0247", "c0248", "c0249"}
	if told.Matched != 100 || told.Returned != 30 || told.Name != "Caméra 7, « place »" || told.Height != "number" ||
		!slices.Equal(told.Found, found) || !slices.Contains(told.Collections, "gaps") || len(told.Conforms) < 20 {
		t.Errorf("%+v", told)
	}
}
