package demotown_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"

	"vigie/inventory"
	"vigie/scripts/demotown"
)

var seeds = []uint64{demotown.DefaultSeed, 2, 7, 1789, 1 << 60}

// made keeps one town per seed for all tests, which only read them.
var made = func() map[uint64]demotown.Town {
	towns := map[uint64]demotown.Town{}
	for _, seed := range seeds {
		towns[seed] = demotown.Make(seed)
	}
	return towns
}()

func TestMakeIsDeterministic(t *testing.T) {
	text := func(town demotown.Town) string {
		out, err := json.Marshal(town)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	for _, seed := range seeds {
		if text(made[seed]) != text(demotown.Make(seed)) {
			t.Errorf("seed %d made two towns", seed)
		}
	}
	if text(made[seeds[0]]) == text(made[seeds[1]]) {
		t.Error("two seeds made one town")
	}
}

func TestEveryRecordIsValid(t *testing.T) {
	for _, seed := range seeds {
		town := made[seed]
		check(t, seed, town.Holders)
		check(t, seed, town.Deployments)
		check(t, seed, town.Cameras)
		check(t, seed, town.Areas)
		check(t, seed, town.Obstacles)
	}
}

func check[T inventory.Record](t *testing.T, seed uint64, records []T) {
	t.Helper()
	keys := map[inventory.ID]bool{}
	for _, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if keys[r.Key()] {
			t.Errorf("seed %d: key %s twice", seed, r.Key())
		}
		keys[r.Key()] = true
	}
}

func TestTownIsWhatItSays(t *testing.T) {
	for _, seed := range seeds {
		town := made[seed]
		border := commune(t, town)
		if km2 := geo.Area(border) / 1e6; km2 < 3.9 || km2 > 4.2 {
			t.Errorf("seed %d: the commune has %.2f km²", seed, km2)
		}
		atLeast(t, seed, "buildings", len(town.Obstacles), 2500)
		atLeast(t, seed, "streets", len(town.Streets), 250)
		atLeast(t, seed, "lamps", len(town.Lamps), 1500)
		if len(town.Cameras) != 60 || len(town.Holders) != 3 {
			t.Errorf("seed %d: %d cameras of %d holders", seed, len(town.Cameras), len(town.Holders))
		}
		for _, c := range town.Cameras {
			if !planar.MultiPolygonContains(border, orb.Point(*c.Location)) {
				t.Errorf("seed %d: camera %q is out of town", seed, c.Name)
			}
		}
		for _, s := range town.Streets {
			for _, at := range s.Line[1 : len(s.Line)-1] {
				if !planar.MultiPolygonContains(border, at) {
					t.Errorf("seed %d: %s leaves the town at %v", seed, s.Name, at)
				}
			}
		}
		for _, lamp := range town.Lamps {
			if !planar.MultiPolygonContains(border, lamp) {
				t.Errorf("seed %d: the lamp at %v is out of town", seed, lamp)
			}
		}
	}
}

func atLeast(t *testing.T, seed uint64, what string, got, want int) {
	t.Helper()
	if got < want {
		t.Errorf("seed %d: %d %s, fewer than %d", seed, got, what, want)
	}
}

func commune(t *testing.T, town demotown.Town) orb.MultiPolygon {
	t.Helper()
	for _, a := range town.Areas {
		if a.Category == inventory.AreaCommune {
			return orb.MultiPolygon(a.Geometry)
		}
	}
	t.Fatal("no commune")
	return nil
}

// A camera inside a building would see nothing.
func TestCamerasStandOutside(t *testing.T) {
	for _, seed := range seeds {
		town := made[seed]
		for _, c := range town.Cameras {
			for _, o := range town.Obstacles {
				if planar.MultiPolygonContains(orb.MultiPolygon(o.Geometry), orb.Point(*c.Location)) {
					t.Errorf("seed %d: camera %q stands in building %s %q", seed, c.Name, o.ID, o.Name)
				}
			}
		}
	}
}

// What the demonstration must show: every required kind of place, every status, and what is unknown.
func TestTownShowsEverything(t *testing.T) {
	town := made[demotown.DefaultSeed]
	seen := map[string]int{}
	for _, a := range town.Areas {
		seen[string(a.Category)]++
		seen[a.Kind]++
		if a.Requirement != nil {
			seen["required "+a.Requirement.Level]++
		}
	}
	for _, c := range town.Cameras {
		seen[string(c.Status)]++
		seen[string(c.Holder)]++
		h := c.Heads[0]
		seen[string(h.Kind)]++
		if h.BearingDeg == nil {
			seen["no bearing"]++
		}
		if h.HFOVDeg == nil && h.FocalMM == nil {
			seen["no optics"]++
		}
		if len(c.Heads) > 1 {
			seen["several heads"]++
		}
	}
	for _, want := range []string{
		"commune", "priority_place", "no_camera_zone", "street_place", "school", "station", "town_hall", "stadium",
		"shopping_street", "planned", "installed", "in_service", "out_of_service", "retired", "fixed", "ptz", "thermal",
		"no bearing", "no optics", "several heads", "required overview", "required outline", "required discern",
	} {
		if seen[want] == 0 {
			t.Errorf("the town has no %q", want)
		}
	}
	if seen["school"] < 4 {
		t.Errorf("%d schools", seen["school"])
	}
}

func TestReferencesHold(t *testing.T) {
	town := made[demotown.DefaultSeed]
	holders, owner := map[inventory.ID]bool{}, map[inventory.ID]inventory.ID{}
	for _, h := range town.Holders {
		holders[h.ID] = true
	}
	for _, d := range town.Deployments {
		owner[d.ID] = d.Holder
		if !holders[d.Holder] {
			t.Errorf("deployment %s: no holder %s", d.ID, d.Holder)
		}
	}
	for _, c := range town.Cameras {
		if owner[c.Deployment] != c.Holder {
			t.Errorf("camera %s of %s in the deployment of %s", c.ID, c.Holder, owner[c.Deployment])
		}
	}
	names := map[string]int{}
	for _, s := range town.Streets {
		names[s.Name]++
		if s.Name == "" || len(s.Line) < 2 {
			t.Errorf("street %q has %d points", s.Name, len(s.Line))
		}
		if names[s.Name] > 1 {
			t.Errorf("street name %q twice", s.Name)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	for b.Loop() {
		demotown.Make(demotown.DefaultSeed)
	}
}

func TestOnFacades(t *testing.T) {
	town := demotown.Make(demotown.DefaultSeed)
	cameras, err := demotown.OnFacades(town.Obstacles, "town", 60, 3)
	if err != nil {
		t.Fatal(err)
	}
	again, err := demotown.OnFacades(town.Obstacles, "town", 60, 3)
	if err != nil || !reflect.DeepEqual(cameras, again) {
		t.Errorf("the same seed gives other cameras (%v)", err)
	}
	walls := 0
	for _, c := range cameras {
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
		if c.Mounting.Support == "wall" {
			walls++
		}
	}
	if len(cameras) != 60 || walls < 20 || walls > 50 {
		t.Errorf("%d cameras, %d of them on walls", len(cameras), walls)
	}
	if _, err := demotown.OnFacades(nil, "town", 1, 3); err == nil {
		t.Error("there is no façade to put a camera on")
	}
}
