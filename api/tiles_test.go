package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

const tileType = "application/vnd.mapbox-vector-tile"

// layersOf reads a tile; its places come back in degrees when a tile is named.
func layersOf(t *testing.T, url string, headers map[string]string) map[string][]*geojson.Feature {
	t.Helper()
	answer, body := request(t, "GET", url, headers, "")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != tileType || answer.Header.Get("ETag") == "" {
		t.Fatalf("%s: %d %v %s", url, answer.StatusCode, answer.Header, body)
	}
	layers, err := mvt.Unmarshal([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	found := map[string][]*geojson.Feature{}
	for _, layer := range layers {
		if layer.Version != 2 || layer.Extent != 4096 || len(layer.Features) == 0 {
			t.Errorf("%s: layer %q has version %d, extent %d and %d features", url, layer.Name, layer.Version, layer.Extent, len(layer.Features))
		}
		found[layer.Name] = layer.Features
	}
	return found
}

func tileURL(base, collection string, at maptile.Tile) string {
	return fmt.Sprintf("%s/tiles/%s/%d/%d/%d.mvt", base, collection, at.Z, at.X, at.Y)
}

// counted is how many cameras a tile shows.
func counted(features []*geojson.Feature) (n int) {
	for _, f := range features {
		if f.Properties["cluster"] == true {
			n += int(f.Properties.MustFloat64("count"))
		} else {
			n++
		}
	}
	return n
}

// TestTiles: at every level each camera is in one tile, together with others below level 14 and alone above.
func TestTiles(t *testing.T) { onEachStore(t, testTiles) }

func testTiles(t *testing.T, open opener) {
	base, store := newServer(t, open)
	fillTown(t, store, 250)
	for _, z := range []maptile.Zoom{0, 5, 8, 12, 13, 14, 16} {
		total, low, high := 0, maptile.At(orb.Point{3.8, 43.61}, z), maptile.At(orb.Point{3.83, 43.6}, z)
		for x := low.X; x <= high.X; x++ {
			for y := low.Y; y <= high.Y; y++ {
				at := maptile.New(x, y, z)
				features := layersOf(t, tileURL(base, "cameras", at), nil)["cameras"]
				total += counted(features)
				for _, f := range features {
					place := f.Point()
					if place[0] < 0 || place[1] < 0 || place[0] >= 4096 || place[1] >= 4096 {
						t.Errorf("%v: %v is not inside", at, place)
					}
					if alone := f.Properties["id"] != nil; alone != (z >= 14) {
						t.Errorf("%v: %v", at, f.Properties)
					}
				}
			}
		}
		if total != 250 {
			t.Errorf("level %d has %d cameras", z, total)
		}
	}
	home := maptile.At(orb.Point{3.8, 43.6}, 5)
	one := layersOf(t, tileURL(base, "cameras", home), nil)["cameras"]
	if len(one) != 1 || one[0].Properties["in_service"] != 250.0 {
		t.Fatalf("%+v", one)
	}
	mvt.Layers{{Extent: 4096, Features: one}}.ProjectToWGS84(home)
	if at := one[0].Point(); math.Abs(at[0]-3.81) > 0.2 || math.Abs(at[1]-43.6) > 0.2 {
		t.Errorf("they are at %v", at)
	}
	near := maptile.At(orb.Point{3.8, 43.60001}, 18)
	alone := layersOf(t, tileURL(base, "cameras", near), nil)["cameras"]
	if p := alone[0].Properties; p["id"] != "c0000" || p["name"] != "Caméra 0, « place »" || p["bearingDeg"] != 0.0 || p["heads"] != 2.0 || p["holder"] != "ville" || p["status"] != "in_service" {
		t.Errorf("%v", p)
	}
	none := layersOf(t, tileURL(base, "cameras", home)+"?status=retired,planned&holder=ville", nil)
	if len(none) != 0 {
		t.Errorf("filtered: %v", none)
	}
}

// TestTileRequests: what is no tile is not there, what is no parameter is refused, what has not changed is not sent again.
func TestTileRequests(t *testing.T) {
	t.Parallel()
	base, store := newServer(t, openSQLite)
	fillTown(t, store, 30)
	answer, _ := request(t, "GET", base+"/tiles/cameras/5/16/11.mvt", nil, "")
	all := []scenario{
		{name: "not changed", method: "GET", url: "/tiles/cameras/5/16/11.mvt", headers: map[string]string{"If-None-Match": answer.Header.Get("ETag")}, status: 304},
		{name: "HEAD", method: "HEAD", url: "/tiles/cameras/5/16/11.mvt", status: 200},
		{name: "another media type", method: "GET", url: "/tiles/cameras/5/16/11.mvt", headers: map[string]string{"Accept": "image/png"}, status: 406},
		{name: "two faults", method: "GET", url: "/tiles/cameras/5/16/11.mvt?bbox=1,2,3,4&colour=red", status: 400, has: []string{`"bbox"`, `"colour"`}},
		{name: "no study", method: "GET", url: "/tiles/gaps/5/16/11.mvt", status: 400, has: []string{`"assessment","reason":"is missing"`}},
		{name: "unknown study", method: "GET", url: "/tiles/gaps/5/16/11.mvt?assessment=none", status: 404},
		{name: "unknown study described", method: "GET", url: "/tiles/coverage/tilejson.json?assessment=none", status: 404},
		{name: "a density of nothing", method: "GET", url: "/tiles/fields-of-view/15/16/11.mvt?density=0", status: 400, has: []string{`"density"`}},
		{name: "described", method: "GET", url: "/tiles/cameras/tilejson.json?holder=a,b", status: 200, has: []string{
			`"tilejson":"3.0.0"`, `/tiles/cameras/{z}/{x}/{y}.mvt?holder=a%2Cb"`, `"minzoom":0`, `"vector_layers":[{"id":"cameras"`, `"scheme":"xyz"`,
		}},
	}
	for _, path := range []string{
		"cameras/23/0/0.mvt", "cameras/5/32/0.mvt", "cameras/5/0/32.mvt", "cameras/5/-1/0.mvt", "cameras/05/1/1.mvt", "cameras/5/1/1", "cameras/5/1/1.png",
		"cameras/5/1/.mvt", "cameras/5/1/1.mvt.mvt", "cameras/x/1/1.mvt", "cameras/5/1e0/1.mvt", "cameras/99999999999999999999/0/0.mvt", "streets/5/1/1.mvt",
		"streets/tilejson.json", "cameras/5/1/+1.mvt", "cameras/5/1/1.mvt/", "cameras",
	} {
		all = append(all, scenario{name: path, method: "GET", url: "/tiles/" + path, status: 404, has: []string{"/problems/not-found"}})
	}
	runAll(t, base, all)
}

// TestTilesOfTheDisclosed: whoever asks finds in tiles the cameras of its lists where these have them, and as many as it can count.
func TestTilesOfTheDisclosed(t *testing.T) { onEachStore(t, testTilesOfTheDisclosed) }

func testTilesOfTheDisclosed(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	grades := map[inventory.ID]inventory.Disclosure{
		"exact": inventory.DisclosureExact, "street": inventory.DisclosureStreet, "commune": inventory.DisclosureCommune, "presence": inventory.DisclosurePresence, "north": "",
	}
	for holder, grade := range grades {
		recordsOf(t, raw, holder)
		if grade != "" {
			convention := agreed("shared:"+holder, holder, func(c *inventory.Convention) { c.Disclosure = grade })
			if err := raw.Conventions().Put(t.Context(), convention); err != nil {
				t.Fatal(err)
			}
		}
	}
	recordsOf(t, raw, "south")
	reader := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderReader, Holder: "south"})
	expert := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"north"}}}}), "X-Reason", "test")
	for name, who := range map[string]struct {
		key  map[string]string
		want map[string]bool // the holders that are seen; true exactly
	}{
		"reader": {reader, map[string]bool{"south": true, "exact": true, "street": false}}, "expert": {expert, map[string]bool{"north": true}},
	} {
		if n := counted(layersOf(t, tileURL(base, "cameras", maptile.At(orb.Point{3.9, 43.6}, 6)), who.key)["cameras"]); n != len(who.want) {
			t.Errorf("%s: %d together", name, n)
		}
		_, counts := request(t, "GET", base+"/api/v1/counts/cameras?by=category", who.key, "")
		if !strings.Contains(counts, fmt.Sprintf(`"total":%d,`, len(who.want))) {
			t.Errorf("%s: %s", name, counts)
		}
		coarse := inventory.Coarse(inventory.Point{3.9, 43.6})
		seen := map[string]bool{}
		for exact, at := range map[bool]orb.Point{true: {3.9, 43.6}, false: orb.Point(coarse)} {
			for _, f := range layersOf(t, tileURL(base, "cameras", maptile.At(at, 20)), who.key)["cameras"] {
				seen[f.Properties.MustString("holder")] = exact
				if !exact && (f.Properties["disclosure"] != "street" || f.Properties["toleranceM"] != float64(inventory.CoarseM)) {
					t.Errorf("%s: %v", name, f.Properties)
				}
			}
		}
		if fmt.Sprint(seen) != fmt.Sprint(who.want) {
			t.Errorf("%s sees %v", name, seen)
		}
	}
	delete(expert, "X-Reason")
	runAll(t, base, []scenario{
		{name: "no reason", method: "GET", url: "/tiles/cameras/6/32/23.mvt", headers: expert, status: 428},
		{name: "a study of another", method: "GET", url: "/tiles/gaps/6/32/23.mvt?assessment=study-north", headers: reader, status: 404},
		{name: "that is described", method: "GET", url: "/tiles/gaps/tilejson.json?assessment=study-north", headers: reader, status: 404},
		{name: "nobody", method: "GET", url: "/tiles/cameras/6/32/23.mvt", status: 401},
	})
	lines, err := inventory.All(t.Context(), raw.Journal(), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprint(lines)
	if !strings.Contains(said, "GET /tiles/cameras/6/32/23.mvt test") {
		t.Errorf("the journal does not tell of the tiles: %s", said)
	}
}

// studyOfSquares is a study with a hole in what is seen, a sliver, and gaps.
func studyOfSquares() inventory.Assessment {
	square := func(west, south, size float64) orb.Ring {
		return orb.Ring{{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}}
	}
	hole := square(3.905, 43.605, 0.005)
	hole.Reverse()
	study := inventorytest.FullAssessment()
	study.ID = "study-squares"
	study.Result.Seen = []inventory.SeenShape{
		{Level: "detect", Geometry: inventory.Surface{{square(3.9, 43.6, 0.02), hole}, {square(3.95, 43.6, 0.00000001)}}},
		{Level: "identify", Geometry: inventory.Surface{{square(3.9, 43.6, 0.004)}}},
	}
	study.Result.Gaps = []inventory.Gap{{Rank: 1, Level: "detect", AreaM2: 250, WeightedM2: 500, Geometry: inventory.Surface{{square(3.905, 43.605, 0.005)}}}}
	return study
}

// TestStudyTiles: surfaces are cut and wound as the specification asks, and what is too small is not drawn.
func TestStudyTiles(t *testing.T) { onEachStore(t, testStudyTiles) }

func testStudyTiles(t *testing.T, open opener) {
	base, store := newServer(t, open)
	if err := store.Assessments().Put(t.Context(), studyOfSquares()); err != nil {
		t.Fatal(err)
	}
	for z := maptile.Zoom(8); z <= 22; z++ {
		at := maptile.At(orb.Point{3.9001, 43.6001}, z)
		features := layersOf(t, tileURL(base, "coverage", at)+"?assessment=study-squares", nil)["coverage"]
		if z >= 12 && len(features) != 2 || len(features) == 0 {
			t.Errorf("level %d: %d features", z, len(features))
		}
		for _, f := range features {
			polygon, ok := f.Geometry.(orb.Polygon)
			if !ok {
				t.Fatalf("level %d: %v", z, f.Geometry)
			}
			for k, ring := range polygon {
				if (ring.Orientation() == orb.CCW) != (k == 0) { // with y downwards: the outer one clockwise
					t.Errorf("level %d: ring %d is wound %v", z, k, ring.Orientation())
				}
				if b := ring.Bound(); b.Min[0] < -64 || b.Min[1] < -64 || b.Max[0] > 4160 || b.Max[1] > 4160 {
					t.Errorf("level %d: %v", z, b)
				}
			}
		}
	}
	gap := layersOf(t, tileURL(base, "gaps", maptile.At(orb.Point{3.907, 43.607}, 14))+"?assessment=study-squares&level=detect", nil)["gaps"]
	if len(gap) != 1 || gap[0].Properties["rank"] != 1.0 || gap[0].Properties["assessment"] != "study-squares" || gap[0].Properties["areaM2"] != 250.0 {
		t.Errorf("%+v", gap)
	}
	far := layersOf(t, tileURL(base, "gaps", maptile.At(orb.Point{-3.907, 43.607}, 14))+"?assessment=study-squares", nil)
	if len(far) != 0 {
		t.Errorf("far away: %v", far)
	}
}

// TestViewTiles: the views of heads whose optics are known are drawn in every tile that they reach into.
func TestViewTiles(t *testing.T) {
	t.Parallel()
	base, store := newServer(t, openSQLite)
	camera := inventory.Camera{
		ID: "c", Holder: "ville", Category: inventory.Fixed, Location: &inventory.Point{3.9, 43.6},
		Heads: []inventory.Head{
			{ID: "1", BearingDeg: new(90.0), HFOVDeg: new(60.0), RecordedWidthPx: new(1920)}, {ID: "2", BearingDeg: new(90.0)},
		},
	}
	if err := store.Cameras().Put(t.Context(), camera); err != nil {
		t.Fatal(err)
	}
	east := orb.Point{3.9 + 50.0/80_500, 43.6} // 50 m east; it reaches 1920 / (2 tan 30°) / 25 = 66 m
	for density, want := range map[string]int{"": 1, "?density=25": 1, "?density=250": 0} {
		features := layersOf(t, tileURL(base, "fields-of-view", maptile.At(east, 20))+density, nil)["fields-of-view"]
		if len(features) != want || want == 1 && (features[0].Properties["head"] != "1" || features[0].Properties["bearingDeg"] != 90.0) {
			t.Errorf("%q: %+v", density, features)
		}
	}
	for at, z := range map[orb.Point]maptile.Zoom{{3.9 - 50.0/80_500, 43.6}: 20, {3.9, 43.6}: 13} {
		if found := layersOf(t, tileURL(base, "fields-of-view", maptile.At(at, z)), nil); len(found) != 0 {
			t.Errorf("%v at level %d: %v", at, z, found)
		}
	}
}

// TestTilesInGDAL: GDAL reads what tiles show, where it is.
func TestTilesInGDAL(t *testing.T) {
	t.Parallel()
	ogr2ogr := program(t, "ogr2ogr")
	base, store := newServer(t, openSQLite)
	fillTown(t, store, 250)
	if err := store.Assessments().Put(t.Context(), studyOfSquares()); err != nil {
		t.Fatal(err)
	}
	for collection, want := range map[string]struct {
		at       maptile.Tile
		query    string
		features int
		holds    orb.Point
	}{
		"cameras":  {maptile.At(orb.Point{3.8, 43.605}, 14), "", 0, orb.Point{3.8, 43.605}},
		"coverage": {maptile.At(orb.Point{3.905, 43.605}, 14), "?assessment=study-squares", 2, orb.Point{3.903, 43.603}},
	} {
		_, body := request(t, "GET", tileURL(base, collection, want.at)+want.query, nil, "")
		folder := t.TempDir()
		tile, read := filepath.Join(folder, "tile.mvt"), filepath.Join(folder, "read.geojson")
		if err := os.WriteFile(tile, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		ran(t, ogr2ogr, "-f", "GeoJSON", "-t_srs", "EPSG:4326", "-oo", fmt.Sprintf("X=%d", want.at.X), "-oo", fmt.Sprintf("Y=%d", want.at.Y), "-oo", fmt.Sprintf("Z=%d", want.at.Z), read, tile, collection)
		text, err := os.ReadFile(read)
		if err != nil {
			t.Fatal(err)
		}
		var found geojson.FeatureCollection
		if err := json.Unmarshal(text, &found); err != nil {
			t.Fatal(err)
		}
		bound := found.Features[0].Geometry.Bound()
		for _, f := range found.Features {
			bound = bound.Union(f.Geometry.Bound())
		}
		layers, err := mvt.Unmarshal([]byte(body))
		if err != nil || len(found.Features) != len(layers[0].Features) || want.features > 0 && len(found.Features) != want.features || !bound.Pad(1e-3).Contains(want.holds) {
			t.Errorf("%s: %d features in %v (%v)", collection, len(found.Features), bound, err)
		}
	}
}
