package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// reversedRings winds every ring the other way.
func reversedRings(shape orb.MultiPolygon) orb.MultiPolygon {
	out := shape.Clone()
	for _, polygon := range out {
		for _, r := range polygon {
			slices.Reverse(r)
		}
	}
	return out
}

func TestTheGroundIsThePerimeterLessTheObstacles(t *testing.T) {
	w := newTown(t)
	court := orb.MultiPolygon{{w.rectangle(100, 100, 200, 200)[0][0], reversedRings(w.rectangle(120, 120, 180, 180))[0][0]}}
	obstacle := func(id string, shape orb.MultiPolygon) geo.Obstacle { return geo.Obstacle{ID: id, Shape: shape} }
	for _, c := range []struct {
		name      string
		obstacles []geo.Obstacle
		ground    orb.MultiPolygon
		want      float64
	}{
		{"nothing", nil, nil, 1e6},
		{"one", []geo.Obstacle{obstacle("a", w.rectangle(0, 0, 100, 100))}, nil, 1e6 - 1e4},
		{"wound backwards", []geo.Obstacle{obstacle("a", reversedRings(w.rectangle(0, 0, 100, 100)))}, nil, 1e6 - 1e4},
		{"twice the same", []geo.Obstacle{obstacle("a", w.rectangle(0, 0, 100, 100)), obstacle("b", w.rectangle(0, 0, 100, 100))}, nil, 1e6 - 1e4},
		{"sharing a wall", []geo.Obstacle{obstacle("a", w.rectangle(0, 0, 100, 100)), obstacle("b", w.rectangle(100, 0, 200, 50))}, nil, 1e6 - 15e3},
		{"overlapping", []geo.Obstacle{obstacle("a", w.rectangle(0, 0, 100, 100)), obstacle("b", w.rectangle(50, 50, 150, 150))}, nil, 1e6 - 17500},
		{"half outside", []geo.Obstacle{obstacle("a", w.rectangle(450, 0, 550, 100))}, nil, 1e6 - 5e3},
		{"outside", []geo.Obstacle{obstacle("a", w.rectangle(600, 0, 700, 100))}, nil, 1e6},
		{"round a court", []geo.Obstacle{obstacle("a", court)}, nil, 1e6 - 1e4 + 3600},
		{"a square", nil, w.rectangle(-100, -100, 100, 100), 4e4},
		{"a square beyond the perimeter", nil, w.rectangle(400, -100, 700, 100), 2e4},
		{"a square and a building", []geo.Obstacle{obstacle("a", w.rectangle(0, 0, 200, 200))}, w.rectangle(-100, -100, 100, 100), 3e4},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.cover(geo.Scene{
				Perimeter: w.rectangle(-500, -500, 500, 500), Obstacles: c.obstacles, Ground: c.ground, Levels: oneLevel,
			})
			within(t, "perimeter", got.PerimeterM2, 1e6, 1e-6)
			within(t, "ground", got.GroundM2, c.want, 1e-6)
			within(t, "blind polygons", checkPolygons(t, w, c.name, got.Levels[0].Blind), c.want, 1e-6)
		})
	}
}

func TestZonesLeaveTheObstaclesOut(t *testing.T) {
	w := newTown(t)
	got := w.cover(geo.Scene{
		Perimeter: w.rectangle(-500, -500, 500, 500),
		Obstacles: []geo.Obstacle{{ID: "far", Shape: w.rectangle(300, 300, 400, 400)}, {ID: "near", Shape: w.rectangle(40, 40, 60, 60)}},
		Zones:     []geo.Zone{{ID: "z", Shape: w.rectangle(0, 0, 50, 50)}},
		Levels:    oneLevel,
	})
	within(t, "zone", got.Zones[0].GroundM2, 2500-100, 1e-6)
}

func TestByNight(t *testing.T) {
	w := newTown(t)
	head := geo.Head{Camera: "a", At: w.at(0, 0), BearingDeg: number(0), PanRangeDeg: 360, Sensor: lens(90, 100)}
	circle := math.Pi * 100 * 100
	for name, c := range map[string]struct {
		reachM *float64
		want   float64
	}{
		"unknown": {nil, 0},
		"dark":    {number(0), 0},
		"half":    {number(50), circle / 4},
		"lit":     {number(math.Inf(1)), circle},
	} {
		head.NightReachM = c.reachM
		got, err := geo.Cover(t.Context(), geo.Scene{
			Perimeter: w.rectangle(-500, -500, 500, 500),
			Zones:     []geo.Zone{{ID: "east", Shape: w.rectangle(0, -500, 500, 500)}},
			Heads:     []geo.Head{head},
			Levels:    oneLevel,
		}, geo.Options{Night: true})
		if err != nil {
			t.Fatal(err)
		}
		within(t, name+", by day", got.Levels[0].SeenM2, circle, 1e-3)
		within(t, name, got.Night[0].SeenM2, c.want, 1e-3)
		within(t, name+", permanent", got.Night[0].PermanentM2, c.want/4, 1e-3)
		within(t, name+", east", got.Zones[0].Night[0].SeenM2, c.want/2, 1e-3)
		within(t, name+", polygons", checkPolygons(t, w, name, got.Night[0].Seen), got.Night[0].SeenM2, 1e-6)
		if sum := got.Night[0].SeenM2 + got.Night[0].BlindM2; math.Abs(sum-got.GroundM2) > 1e-9*sum {
			t.Errorf("%s: %v m² seen or blind, ground %v m²", name, sum, got.GroundM2)
		}
	}
}

// A subset gives what a scene of its heads alone gives.
func TestSubsets(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 5)
	every := geo.Subset{ID: "every"}
	odd := geo.Subset{ID: "odd"}
	alone := scene
	alone.Heads = nil
	for k, h := range scene.Heads {
		every.Heads = append(every.Heads, k)
		if k%2 == 1 {
			odd.Heads = append(odd.Heads, k)
			alone.Heads = append(alone.Heads, h)
		}
	}
	want := w.cover(alone)
	scene.Subsets = []geo.Subset{every, odd, {ID: "none"}}
	got := w.cover(scene)
	for l := range got.Levels {
		within(t, "every head", got.Subsets[0].Levels[l].SeenM2, got.Levels[l].SeenM2, 1e-12)
		within(t, "odd heads", got.Subsets[1].Levels[l].SeenM2, want.Levels[l].SeenM2, 1e-9)
		within(t, "odd heads, permanent", got.Subsets[1].Levels[l].PermanentM2, want.Levels[l].PermanentM2, 1e-9)
		if got.Subsets[2].Levels[l].SeenM2 != 0 {
			t.Errorf("no head sees %v m²", got.Subsets[2].Levels[l].SeenM2)
		}
	}
}
