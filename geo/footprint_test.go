package geo_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// needles are valid polygons: a triangle with a needle along one of its sides, a million times longer than it is wide, so
// that it may be folded over once its corners are rounded, and two houses whose walls go along the needle.
func needles(w town, random *rand.Rand) []orb.MultiPolygon {
	x, y := 8*random.Float64(), 8*random.Float64()
	sin, cos := math.Sincos(2 * math.Pi * random.Float64())
	at := func(along, off float64) orb.Point { return orb.Point{x + along*cos - off*sin, y + along*sin + off*cos} }
	thin := func() float64 { return 1e-5 * random.Float64() }
	out := []orb.MultiPolygon{
		{{w.ring(at(0, 0), at(20, 0), at(10, thin()), at(0, 10))}},
		{{w.ring(at(0, 0), at(5, -8), at(20, thin()))}},
		{{w.ring(at(15, thin()), at(-3, thin()), at(5, -4))}},
	}
	if slices.ContainsFunc(out, func(shape orb.MultiPolygon) bool { return geo.Validate(shape) != nil }) {
		return needles(w, random)
	}
	return out
}

// A polygon that is valid may be folded over by the rounding of the grid, all along a needle: neither the shadows of low
// obstacles nor the ground between obstacles may break on that.
func TestNeedlesThatRoundingFolds(t *testing.T) {
	w, random := newTown(t), rand.New(rand.NewPCG(83, 89))
	for k := range 100 {
		var obstacles []geo.Obstacle
		for i, shape := range needles(w, random) {
			obstacles = append(obstacles, geo.Obstacle{ID: strconv.Itoa(i), Shape: shape, HeightM: number(3)})
		}
		head := geo.Head{Camera: "a", At: w.at(-30, -30), BearingDeg: number(45), Sensor: lens(90, 100)}
		head.Sensor.MountHeightM = number(6)
		sight, err := geo.Sight(t.Context(), head, obstacles, 20, geo.Options{})
		if err != nil {
			t.Fatalf("scene %d: %v", k, err)
		}
		within(t, "seen", checkPolygons(t, w, "seen", sight.Seen), sight.SeenM2, 1e-6)
		scene := geo.Scene{Perimeter: w.rectangle(-40, -40, 60, 60), Heads: []geo.Head{head}, Obstacles: obstacles, Levels: oneLevel}
		c, err := geo.Cover(t.Context(), scene, geo.Options{})
		if err != nil {
			t.Fatalf("scene %d: %v", k, err)
		}
		sound(t, w, scene, c)
	}
}

// A courtyard that rounding closes stays one: the next is not taken for a courtyard of it.
func TestCourtyardThatRoundingCloses(t *testing.T) {
	w := newTown(t)
	house := w.ring(orb.Point{10, -10}, orb.Point{40, -10}, orb.Point{40, 10}, orb.Point{10, 10})
	slit := w.ring(orb.Point{12, 0.5}, orb.Point{17, 0.5}, orb.Point{14, 0.500001})
	yard := w.ring(orb.Point{20, -5}, orb.Point{35, -5}, orb.Point{35, 5}, orb.Point{20, 5})
	head := geo.Head{Camera: "a", At: w.at(0, 0), BearingDeg: number(90), Sensor: lens(90, 100)}
	head.Sensor.MountHeightM, head.Sensor.TargetHeightM = number(20), 2.9
	seen := func(rings ...orb.Ring) float64 {
		low := geo.Obstacle{ID: "house", Shape: orb.MultiPolygon{rings}, HeightM: number(3)}
		s, err := geo.Sight(t.Context(), head, []geo.Obstacle{low}, 20, geo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s.SeenM2
	}
	within(t, "with a slit", seen(house, slit, yard), seen(house, yard), 1e-9)
	if all, solid := seen(house, yard), seen(house); all < solid+100 {
		t.Errorf("%v m² are seen with a courtyard of 150 m², %v without", all, solid)
	}
}
