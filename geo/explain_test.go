package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// builtTown is a random town with houses, some of known height, and heads that pan, have masks and see by night.
func builtTown(w town, seed uint64) geo.Scene {
	random := rand.New(rand.NewPCG(seed, 43))
	scene := randomTown(w, seed)
	for k := range 120 {
		x, y := random.Float64()*1200-600, random.Float64()*1200-600
		width, depth, turn := 6+random.Float64()*30, 6+random.Float64()*15, random.Float64()*math.Pi
		if seed%2 == 1 {
			x, y, turn = math.Round(x/25)*25, math.Round(y/25)*25, 0
		}
		sin, cos := math.Sincos(turn)
		ring := make(orb.Ring, 5)
		for i, corner := range [5]orb.Point{{0, 0}, {width, 0}, {width, depth}, {0, depth}, {0, 0}} {
			ring[i] = w.at(x+corner[0]*cos-corner[1]*sin, y+corner[0]*sin+corner[1]*cos)
		}
		o := geo.Obstacle{ID: fmt.Sprint(k), Shape: orb.MultiPolygon{{ring}}, Dwelling: k%3 == 0}
		if random.IntN(2) == 0 {
			o.HeightM = number(1 + random.Float64()*9)
		}
		scene.Obstacles = append(scene.Obstacles, o)
	}
	scene.Heads[0].At, scene.Heads[0].Sensor = w.at(20, 310), lens(90, 80) // deep inside the last house
	scene.Obstacles = append(scene.Obstacles, geo.Obstacle{ID: "last", Shape: w.rectangle(0, 300, 40, 320)})
	for k := range scene.Heads {
		h := &scene.Heads[k]
		switch random.IntN(4) {
		case 0:
			h.PanRangeDeg = 90
		case 1:
			from := random.Float64() * 360
			h.Masks = []geo.Mask{{FromDeg: from, ToDeg: from + 30}}
		case 2:
			h.NightReachM = number(30 * random.Float64())
		}
	}
	return scene
}

// TestExplainAgreesWithCover asks of random places whether some head sees them.
func TestExplainAgreesWithCover(t *testing.T) {
	w := newTown(t)
	judged, unsure := 0, 0
	reasons := map[geo.Reason]int{}
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 47))
		scene := builtTown(w, seed)
		c, err := geo.Cover(t.Context(), scene, geo.Options{Night: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 400 {
			x, y := random.Float64()*1200-600, random.Float64()*1200-600
			at := w.at(x, y)
			watched := geo.Intersects(scene.Perimeter, at) && !slices.ContainsFunc(scene.Obstacles, func(o geo.Obstacle) bool { return geo.Intersects(o.Shape, at) })
			if !watched {
				continue
			}
			explanations, err := geo.Explain(t.Context(), scene, at, geo.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for l, level := range c.Levels {
				for _, period := range []struct {
					seen    orb.MultiPolygon
					reasons func(geo.LevelVerdict) []geo.Reason
				}{
					{level.Seen, func(v geo.LevelVerdict) []geo.Reason { return v.ByDay }},
					{c.Night[l].Seen, func(v geo.LevelVerdict) []geo.Reason { return v.ByNight }},
				} {
					if nearBorder(w, period.seen, x, y) {
						unsure++
						continue
					}
					judged++
					seen := false
					for _, e := range explanations {
						seen = seen || len(period.reasons(e.Levels[l])) == 0
						for _, r := range period.reasons(e.Levels[l]) {
							reasons[r]++
						}
					}
					if got := geo.Intersects(period.seen, at); got != seen {
						t.Fatalf("seed %d, %s: %v is in what is seen: %v; the explanations say %v: %+v", seed, level.Level.Code, at, got, seen, explanations)
					}
				}
			}
		}
	}
	if judged < 5_000 || unsure > judged/20 {
		t.Errorf("%d judged, %d unsure: the test says little", judged, unsure)
	}
	for _, r := range []geo.Reason{geo.OffAxis, geo.DeadZone, geo.TooFewPixels, geo.Masked, geo.Hidden, geo.Dark, geo.LightUnknown, geo.Buried} {
		if reasons[r] == 0 {
			t.Errorf("no place is %s", r)
		}
	}
}

// nearBorder tells whether a shape changes within the tolerance of arcs round a place.
func nearBorder(w town, shape orb.MultiPolygon, x, y float64) bool {
	const marginM = 0.05
	in := geo.Intersects(shape, w.at(x, y))
	for k := range 8 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 4)
		if geo.Intersects(shape, w.at(x+marginM*cos, y+marginM*sin)) != in {
			return true
		}
	}
	return false
}

// TestExplainNamesEveryReason looks at one head from all sides.
func TestExplainNamesEveryReason(t *testing.T) {
	w := newTown(t)
	sensor := lens(60, 100) // density 100 px/m at 100 m
	sensor.MountHeightM, sensor.TiltDeg, sensor.VFOVDeg, sensor.TargetHeightM = number(6), number(20), number(50), 1.6
	scene := geo.Scene{
		Perimeter: w.rectangle(-300, -300, 300, 300),
		Heads: []geo.Head{{
			Camera: "c", At: w.at(0, 0), BearingDeg: number(90), Sensor: sensor,
			Masks: []geo.Mask{{FromDeg: 100, ToDeg: 110}}, NightReachM: number(40),
		}},
		Obstacles: []geo.Obstacle{
			{ID: "high", Shape: w.rectangle(50, 10, 60, 20), HeightM: number(9)},
			{ID: "low", Shape: w.rectangle(20, -4, 22, -2), HeightM: number(3)},
		},
		Levels: []geo.Level{{Code: "b", DensityPxM: 200}, {Code: "a", DensityPxM: 100}},
	}
	for _, c := range []struct {
		name       string
		x, y       float64
		far, near  []geo.Reason
		hiddenBy   string
		hiddenAtM  float64
		distanceM  float64
		bearingDeg float64
	}{
		{name: "seen at both levels", x: 30, y: 0, distanceM: 30, bearingDeg: 90},
		{name: "at the foot of the mast", x: 0, y: 0, distanceM: 0, far: []geo.Reason{geo.DeadZone}, near: []geo.Reason{geo.DeadZone}},
		{name: "too far for the second", x: 70, y: 0, distanceM: 70, bearingDeg: 90, near: []geo.Reason{geo.TooFewPixels}},
		{name: "too far for both", x: 120, y: 0, distanceM: 120, bearingDeg: 90, far: []geo.Reason{geo.TooFewPixels}, near: []geo.Reason{geo.TooFewPixels}},
		{name: "behind", x: -30, y: 0, distanceM: 30, bearingDeg: 270, far: []geo.Reason{geo.OffAxis}, near: []geo.Reason{geo.OffAxis}},
		{
			name: "in the mask", x: 30, y: -30 * math.Tan(15*math.Pi/180), distanceM: 30 / math.Cos(15*math.Pi/180), bearingDeg: 105,
			far: []geo.Reason{geo.Masked}, near: []geo.Reason{geo.Masked},
		},
		{
			name: "behind the high house", x: 80, y: 20, distanceM: math.Hypot(80, 20), bearingDeg: 90 - math.Atan2(20, 80)*180/math.Pi,
			far: []geo.Reason{geo.Hidden}, near: []geo.Reason{geo.TooFewPixels, geo.Hidden}, hiddenBy: "high", hiddenAtM: math.Hypot(50, 12.5),
		},
		{ // seen from 6 m down to 1.6 m, the top at 3 m throws a shadow as far as 4.4/3 of its distance
			name: "in the shadow of the low one", x: 25, y: -3, distanceM: math.Hypot(25, 3), bearingDeg: 90 + math.Atan2(3, 25)*180/math.Pi,
			far: []geo.Reason{geo.Hidden}, near: []geo.Reason{geo.Hidden}, hiddenBy: "low", hiddenAtM: math.Hypot(20, 2.4),
		},
		{name: "over the low one", x: 34, y: -4, distanceM: math.Hypot(34, 4), bearingDeg: 90 + math.Atan2(4, 34)*180/math.Pi},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := geo.Explain(t.Context(), scene, w.at(c.x, c.y), geo.Options{})
			if err != nil || len(got) != 1 {
				t.Fatalf("%d explanations, %v", len(got), err)
			}
			e := got[0]
			if e.Levels[0].Level.Code != "a" || !slices.Equal(e.Levels[0].ByDay, c.far) || !slices.Equal(e.Levels[1].ByDay, c.near) {
				t.Errorf("levels %+v, want %v, %v", e.Levels, c.far, c.near)
			}
			if e.HiddenBy != c.hiddenBy || math.Abs(e.HiddenAtM-c.hiddenAtM) > 0.01 {
				t.Errorf("hidden by %q at %v m, want %q at %v m", e.HiddenBy, e.HiddenAtM, c.hiddenBy, c.hiddenAtM)
			}
			within(t, "distance", e.DistanceM, c.distanceM, 1e-4)
			if c.distanceM > 0 && math.Abs(e.BearingDeg-c.bearingDeg) > 0.01 {
				t.Errorf("bearing %v°, want %v°", e.BearingDeg, c.bearingDeg)
			}
			if dark := slices.Contains(e.Levels[0].ByNight, geo.Dark); dark != (c.distanceM > 40) {
				t.Errorf("by night %v", e.Levels[0].ByNight)
			}
			if e.View != geo.Permanent || e.Camera != "c" || e.Move != nil {
				t.Errorf("%+v", e)
			}
		})
	}
}
