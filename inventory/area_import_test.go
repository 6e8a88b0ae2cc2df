package inventory_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// street is a feature 100 m long from west to east.
func street(ref, properties string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"ref":%q%s},"geometry":{"type":"LineString",`+
		`"coordinates":[[3.88,43.61],[3.88123925,43.61]]}}`, ref, properties)
}

// groundM2 is the surface of an area.
func groundM2(t *testing.T, area inventory.Area) float64 {
	t.Helper()
	parts, err := geo.Overlaps(t.Context(), []orb.MultiPolygon{orb.MultiPolygon(area.Geometry)}, orb.MultiPolygon(area.Geometry))
	if err != nil {
		t.Fatal(err)
	}
	return parts[0]
}

// TestStreetsAreAreas: what a row says of its width goes before its lanes, those before what the caller supposes; the ends
// are half circles.
func TestStreetsAreAreas(t *testing.T) {
	text := collection(street("wide", `,"width":"12 m"`), street("lanes", `,"lanes":2`), street("plain", ""),
		street("both", `,"largeur":"9,5","lanes":4`), street("unreadable", `,"width":"narrow"`))
	store := openStore(t)
	report, err := importText(t, store, text, inventory.ImportOptions{Kind: inventory.KindAreas, Category: inventory.AreaStreet, WidthM: 6})
	if err != nil || report.Added != 5 {
		t.Fatalf("%+v, %v", report, err)
	}
	widths := map[string]float64{"wide": 12, "lanes": 7, "plain": 6, "both": 9.5, "unreadable": 6}
	for area, err := range store.Areas().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		width := widths[area.Name]
		want := 100*width + math.Pi*width*width/4
		if got := groundM2(t, area); math.Abs(got-want) > 0.01*want {
			t.Errorf("%s: %.1f m², want %.1f", area.Name, got, want)
		}
	}
	for _, note := range []string{"that of its lanes, 3.5 m each", "supposed to be 6 m wide"} {
		if !strings.Contains(noteTexts(report), note) {
			t.Errorf("the report does not tell %q:\n%s", note, noteTexts(report))
		}
	}
	again, err := importText(t, store, text, inventory.ImportOptions{Kind: inventory.KindAreas, Category: inventory.AreaStreet, WidthM: 6})
	if err != nil || again.Unchanged != 5 {
		t.Errorf("the same file again: %+v, %v", again, err)
	}
}

func TestLinesWithoutAWidth(t *testing.T) {
	store := openStore(t)
	report, err := importText(t, store, collection(street("a", ""), street("b", `,"lanes":0`)), inventory.ImportOptions{Kind: inventory.KindAreas})
	if err != nil || report.RejectedRows != 2 || !strings.Contains(report.Rejected[0].Reason, "--width") {
		t.Errorf("%+v, %v", report, err)
	}
	report, err = importText(t, store, collection(street("a", `,"lanes":2`)), inventory.ImportOptions{Kind: inventory.KindAreas, AroundM: 30})
	if err != nil || report.Added != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	areas, err := inventory.All(t.Context(), store.Areas(), inventory.Query{})
	if want := 6000 + math.Pi*900; err != nil || math.Abs(groundM2(t, areas[0])-want) > 0.01*want {
		t.Errorf("30 m around: %.0f m², want %.0f (%v)", groundM2(t, areas[0]), want, err)
	}
	for _, options := range []inventory.ImportOptions{
		{Kind: inventory.KindAreas, WidthM: -1}, {Kind: inventory.KindAreas, WidthM: 501}, {Kind: inventory.KindObstacles, WidthM: 5},
	} {
		if _, err := importText(t, store, collection(), options); err == nil || !strings.Contains(err.Error(), "widthM") {
			t.Errorf("%+v: %v", options, err)
		}
	}
}

// TestStreetsOfOpenStreetMap: a way is the ground of its width, a roundabout a ring, and what draws the surface of a
// street that surface.
func TestSurfacesOfStreetsOfOpenStreetMap(t *testing.T) {
	way := func(id int, tags string) string {
		return fmt.Sprintf(`{"type":"way","id":%d,"tags":{%s},"geometry":[{"lat":43.61,"lon":3.88},{"lat":43.61,"lon":3.8812},`+
			`{"lat":43.611,"lon":3.8812},{"lat":43.611,"lon":3.88},{"lat":43.61,"lon":3.88}]}`, id, tags)
	}
	store := openStore(t)
	report, err := importText(t, store, `{"elements":[`+strings.Join([]string{
		way(1, `"highway":"primary","lanes":"2"`), way(2, `"highway":"pedestrian","area":"yes"`), way(3, `"area:highway":"residential"`),
	}, ",")+`]}`, inventory.ImportOptions{Kind: inventory.KindAreas, Format: inventory.FormatOSM, Category: inventory.AreaStreet})
	if err != nil || report.Added != 3 {
		t.Fatalf("%+v, %v", report, err)
	}
	rings := map[string]int{}
	for area, err := range store.Areas().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		rings[area.Name] = len(area.Geometry[0])
	}
	if want := map[string]int{"way/1": 2, "way/2": 1, "way/3": 1}; fmt.Sprint(rings) != fmt.Sprint(want) {
		t.Errorf("rings %v, want %v", rings, want)
	}
}

// TestStreetsOfVannes: every road of the town becomes a valid area as wide as it says.
func TestStreetsOfVannes(t *testing.T) {
	store := openStore(t)
	report := importFile(t, store, "vannes/ROAD.geojson", inventory.ImportOptions{Kind: inventory.KindAreas, Category: inventory.AreaStreet})
	expectCounts(t, report, "read 873, added 873, updated 0, unchanged 0, rejected 0")
}
