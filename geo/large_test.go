package geo_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"

	"vigie/geo"
)

// afar are places some way from another, metres, on both sides of it along a geodesic.
func afar(from orb.Point, bearingDeg, distanceM float64) [2]orb.Point {
	var out [2]orb.Point
	for k := range out {
		geodesic.WGS84.Direct(from.Lat(), from.Lon(), bearingDeg+float64(k)*180, distanceM, &out[k][1], &out[k][0], nil)
	}
	return out
}

// squareRound is a square of lon, lat about a place, some metres wide.
func squareRound(at orb.Point, widthM float64) orb.Polygon {
	s := newSketch(at)
	half := widthM / 2
	return orb.Polygon{s.box(-half, -half, half, half)}
}

// The oracle is geodesics on the ellipsoid: each corner of what a head sees, however far the head stands from the middle
// of the perimeter.
func TestSectorsFarFromTheMiddleAreRight(t *testing.T) {
	const slackM, reachM, roundingShare = 0.05, 2900.0, 1e-5 // pixels are whole numbers
	random := rand.New(rand.NewPCG(8, 41))
	for name, origin := range origins {
		if math.Abs(origin.Lon()) > 175 {
			continue // RFC 7946 cuts shapes at the antimeridian
		}
		for _, distanceM := range []float64{10_000, 100_000, 180_000} {
			for _, at := range afar(origin, random.Float64()*360, distanceM) {
				bearing, aperture := random.Float64()*360, 30+random.Float64()*90
				head := geo.Head{Camera: "a", At: at, BearingDeg: &bearing, Sensor: lens(aperture, reachM)}
				opposite := orb.Point{2*origin[0] - at[0], 2*origin[1] - at[1]}
				c, err := geo.Cover(t.Context(), geo.Scene{
					Perimeter: orb.MultiPolygon{squareRound(at, 8000), squareRound(opposite, 8000)}, Heads: []geo.Head{head}, Levels: oneLevel,
				}, geo.Options{})
				if err != nil {
					t.Fatalf("%s, %v m: %v", name, distanceM, err)
				}
				whole := aperture / 360 * math.Pi * reachM * reachM
				if got := c.Levels[0].SeenM2; got > whole*(1+roundingShare) || got < whole*(1-c.ArcLossShare-roundingShare) {
					t.Errorf("%s, %v m: %v m² of %v", name, distanceM, got, whole)
				}
				for _, p := range c.Levels[0].Seen[0][0] {
					var lengthM, azimuth float64
					geodesic.WGS84.Inverse(at.Lat(), at.Lon(), p.Lat(), p.Lon(), &lengthM, &azimuth, nil)
					offAxis := math.Abs(math.Remainder(azimuth-bearing, 360)) - aperture/2
					if beside := lengthM * math.Sin(offAxis*math.Pi/180); lengthM > reachM+slackM || beside > slackM {
						t.Errorf("%s, %v m: a corner lies %v m away, %v m beside", name, distanceM, lengthM, beside)
					}
				}
			}
		}
	}
}

// farTown is a town far from the middle of its perimeter, and the same town as a perimeter of its own.
func farTown(t *testing.T, seed uint64, distanceM float64) (large, alone geo.Scene) {
	t.Helper()
	alone = editScene(newTown(t), seed)
	alone.Zones = nil
	large = alone
	other := afar(alone.Perimeter.Bound().Center(), float64(seed)*61, distanceM)[0]
	large.Perimeter = append(slices.Clone(alone.Perimeter), squareRound(other, 500))
	large.Zones = []geo.Zone{{ID: "town", Shape: alone.Perimeter}}
	return large, alone
}

func TestFiguresAreTheSameInALargerPerimeter(t *testing.T) {
	for seed, distanceM := range []float64{80_000, 200_000, 400_000} {
		large, alone := farTown(t, uint64(seed), distanceM)
		want, err := geo.Cover(t.Context(), alone, geo.Options{Night: true})
		if err != nil {
			t.Fatal(err)
		}
		c, err := geo.Cover(t.Context(), large, geo.Options{Night: true})
		if err != nil {
			t.Fatal(err)
		}
		got := c.Zones[0]
		slackM2 := 2e-6 * want.GroundM2
		if math.Abs(got.PerimeterM2-want.PerimeterM2) > slackM2 || math.Abs(got.GroundM2-want.GroundM2) > slackM2 {
			t.Errorf("%v m: %v m² and %v m² of ground, want %v and %v", distanceM, got.PerimeterM2, got.GroundM2, want.PerimeterM2, want.GroundM2)
		}
		for k, levels := range [2][]geo.LevelCoverage{got.Levels, got.Night} {
			for l, want := range [2][]geo.LevelCoverage{want.Levels, want.Night}[k] {
				if len(levels[l].AtLeastM2) != len(want.AtLeastM2) {
					t.Fatalf("%v m: %d cameras over a place, want %d", distanceM, len(levels[l].AtLeastM2), len(want.AtLeastM2))
				}
				for n, m2 := range append([]float64{want.SeenM2, want.PermanentM2}, want.AtLeastM2...) {
					if got := append([]float64{levels[l].SeenM2, levels[l].PermanentM2}, levels[l].AtLeastM2...)[n]; math.Abs(got-m2) > slackM2 {
						t.Errorf("%v m, level %d: figure %d is %v m², want %v", distanceM, l, n, got, m2)
					}
				}
			}
		}
	}
}

func TestLargePerimetersDependOnNoOrder(t *testing.T) {
	scene, _ := farTown(t, 5, 200_000)
	scene.Subsets = nil
	one, err := geo.Cover(t.Context(), scene, geo.Options{Workers: 1, Editable: true})
	if err != nil {
		t.Fatal(err)
	}
	many, err := geo.Cover(t.Context(), scene, geo.Options{Workers: 5})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", []any{one.Levels, one.Zones, one.Cameras, one.Losses}) != fmt.Sprintf("%+v", []any{many.Levels, many.Zones, many.Cameras, many.Losses}) {
		t.Error("five processors find something else than one")
	}
	scene.Heads = slices.Clone(scene.Heads)
	slices.Reverse(scene.Heads)
	back, err := geo.Cover(t.Context(), scene, geo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprint(withoutShapes(back).Levels), fmt.Sprint(withoutShapes(many).Levels); a != b {
		t.Errorf("cameras the other way round: %s, want %s", a, b)
	}
	random := rand.New(rand.NewPCG(5, 43))
	for range 3 {
		camera := scene.Heads[random.IntN(len(scene.Heads))].Camera
		heads := moveCamera(newTown(t), &scene, camera, random)
		if one, err = one.Replace(t.Context(), camera, heads); err != nil {
			t.Fatal(err)
		}
		again, err := geo.Cover(t.Context(), scene, geo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprint(one.Levels), fmt.Sprint(withoutShapes(again).Levels); a != b {
			t.Errorf("Replace gives %s, a new run %s", a, b)
		}
	}
}

// Explanations far from the middle tell lengths and bearings of the ellipsoid, and agree with what is covered.
func TestExplainFarFromTheMiddle(t *testing.T) {
	const slackM = 0.1
	scene, _ := farTown(t, 2, 300_000)
	scene.Groupings, scene.Subsets = nil, nil
	random := rand.New(rand.NewPCG(2, 43))
	town := scene.Zones[0].Shape.Bound()
	for range 20 {
		at := orb.Point{
			town.Min[0] + random.Float64()*(town.Max[0]-town.Min[0]), town.Min[1] + random.Float64()*(town.Max[1]-town.Min[1]),
		}
		explanations, err := geo.Explain(t.Context(), scene, at, geo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range explanations {
			from := scene.Heads[e.Head].At
			if e.Move != nil {
				from = e.Move.To
			}
			var lengthM, azimuth float64
			geodesic.WGS84.Inverse(from.Lat(), from.Lon(), at.Lat(), at.Lon(), &lengthM, &azimuth, nil)
			beside := lengthM * math.Sin(math.Remainder(azimuth-e.BearingDeg, 360)*math.Pi/180)
			if math.Abs(lengthM-e.DistanceM) > slackM || math.Abs(beside) > slackM {
				t.Errorf("%v m at %v°, geodesics say %v m at %v°", e.DistanceM, e.BearingDeg, lengthM, azimuth)
			}
		}
	}
}

func TestLargestPerimeter(t *testing.T) {
	middle := orb.Point{3, 46}
	scene := func(acrossM float64) geo.Scene {
		ends := afar(middle, 90, acrossM/2)
		return geo.Scene{Perimeter: orb.MultiPolygon{squareRound(ends[0], 100), squareRound(ends[1], 100)}, Levels: oneLevel}
	}
	if _, err := geo.Cover(t.Context(), scene(510_000), geo.Options{}); err != nil {
		t.Errorf("510 km: %v", err)
	}
	if _, err := geo.Cover(t.Context(), scene(520_000), geo.Options{}); !errors.Is(err, geo.ErrTooLarge) {
		t.Errorf("520 km: error %v, want too large", err)
	}
}
