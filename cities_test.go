package main

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/scripts/demotown"
)

// studies is where the studies of real towns are kept: go test . -run 'Vannes|Batiments' -studies DIR.
var studies = flag.String("studies", "", "folder to keep the studies of real towns in")

// keep is a folder for a study: one that is removed, unless -studies says where to keep it.
func keep(t *testing.T, name string) string {
	t.Helper()
	if *studies == "" {
		return filepath.Join(t.TempDir(), name)
	}
	return filepath.Join(*studies, name)
}

// TestVannes puts two hundred cameras on the real buildings of Vannes, most of which say their height, and studies the
// town three times: in open ground, among its buildings, and among buildings whose height nobody knows.
func TestVannes(t *testing.T) {
	s := newShell(t)
	address := "sqlite:" + s.path("vannes.db")
	s.must(t, "import", filepath.Join(realData(t), "vannes", "BUILDING.geojson"), "--kind", "obstacles", "--store", address)
	perimeter := s.file(t, "vannes.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nom":"Vannes"},"geometry":`+
		`{"type":"Polygon","coordinates":[[[-2.792,47.637],[-2.766,47.637],[-2.766,47.651],[-2.792,47.651],[-2.792,47.637]]]}}]}`)
	putOnFacades(t, address, 200)
	study := func(name string, args ...string) inventory.AssessmentResult {
		t.Helper()
		out := keep(t, name)
		s.must(t, append([]string{"assess", "--perimeter", perimeter, "--store", address, "--out", out}, args...)...)
		r := checkStudy(t, out).Result
		t.Logf("%s: ground %.0f m², %d obstacles, %d cameras, %d façades; seen by day %.2f %% at %s, %.2f %% at %s; by night %.2f %%", name,
			r.GroundM2, r.Obstacles, len(r.Cameras), len(r.Facades), r.Levels[0].SeenPct, r.Levels[0].Code, r.Levels[3].SeenPct, r.Levels[3].Code, r.Night[0].SeenPct)
		return r
	}
	open, built := study("vannes-open", "--open-ground"), study("vannes", "--draws", "5")
	forgetHeights(t, address)
	blind := study("vannes-heights-unknown")
	if open.Obstacles != 0 || built.Obstacles < 1500 || built.UnknownHeights != 0 || blind.UnknownHeights != blind.Obstacles {
		t.Errorf("%d, %d and %d obstacles, %d and %d of unknown height", open.Obstacles, built.Obstacles, blind.Obstacles,
			built.UnknownHeights, blind.UnknownHeights)
	}
	for l := range open.Levels {
		o, b, u := open.Levels[l].SeenM2, built.Levels[l].SeenM2, blind.Levels[l].SeenM2
		if b > o*(1+1e-9) || u > b*(1+1e-9) || l == 0 && !(u < b && b < 0.8*o) {
			t.Errorf("%s: %.0f m² in open ground, %.0f among buildings, %.0f when their heights are unknown", open.Levels[l].Code, o, b, u)
		}
		if night := built.Night[l].SeenM2; night > b*(1+1e-9) {
			t.Errorf("%s: %.0f m² by night, %.0f by day", built.Levels[l].Code, night, b)
		}
	}
}

// TestMontpellierBatiments studies the real cameras of Montpellier among its buildings other than dwellings.
func TestMontpellierBatiments(t *testing.T) {
	cameras, _, outline := montpellier(t)
	s := newShell(t)
	buildings := filepath.Join(realData(t), "montpellier", "VilleMTP_MTP_Batiments", "VilleMTP_MTP_Batiments.geojson")
	s.must(t, append([]string{"import", cameras, "--key", "Nom", "--crs", "EPSG:2154"}, asNewHolder...)...)
	s.must(t, "import", buildings, "--kind", "obstacles")
	study := func(name string, args ...string) inventory.AssessmentResult {
		t.Helper()
		out := keep(t, name)
		s.must(t, append([]string{"assess", "--perimeter", outline, "--assume", "dome-ptz-2mp", "--out", out}, args...)...)
		r := checkStudy(t, out).Result
		t.Logf("%s: ground %.0f of %.0f m², %d obstacles, %d façades; seen %.2f %% at %s", name, r.GroundM2, r.PerimeterM2, r.Obstacles,
			len(r.Facades), r.Levels[0].SeenPct, r.Levels[0].Code)
		return r
	}
	open, built := study("montpellier-open", "--open-ground"), study("montpellier")
	if built.Obstacles < 1000 || built.GroundM2 >= open.GroundM2 || built.Levels[0].SeenM2 >= open.Levels[0].SeenM2 {
		t.Errorf("%d obstacles: ground %.0f and %.0f m², seen %.0f and %.0f m²", built.Obstacles, built.GroundM2, open.GroundM2,
			built.Levels[0].SeenM2, open.Levels[0].SeenM2)
	}
}

// putOnFacades puts made-up cameras on the obstacles of a store.
func putOnFacades(t *testing.T, address string, n int) {
	t.Helper()
	onStore(t, address, func(store inventory.Store) error {
		obstacles, err := inventory.All(t.Context(), store.Obstacles(), inventory.Query{Area: orb.Bound{Min: orb.Point{-2.79, 47.638}, Max: orb.Point{-2.768, 47.65}}})
		if err != nil {
			return err
		}
		cameras, err := demotown.OnFacades(obstacles, "vannes", n, 1)
		if err != nil {
			return err
		}
		return store.Cameras().Put(t.Context(), cameras...)
	})
}

func forgetHeights(t *testing.T, address string) {
	t.Helper()
	onStore(t, address, func(store inventory.Store) error {
		obstacles, err := inventory.All(t.Context(), store.Obstacles(), inventory.Query{})
		for i := range obstacles {
			obstacles[i].HeightM = nil
		}
		if err != nil {
			return err
		}
		return store.Obstacles().Put(t.Context(), obstacles...)
	})
}

func onStore(t *testing.T, address string, use func(inventory.Store) error) {
	t.Helper()
	store, err := openStore(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := use(store); err != nil {
		t.Error(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}
