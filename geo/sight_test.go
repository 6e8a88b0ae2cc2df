package geo_test

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

func sight(t *testing.T, head geo.Head, obstacles []geo.Obstacle, densityPxM float64) geo.Sighted {
	t.Helper()
	s, err := geo.Sight(t.Context(), head, obstacles, densityPxM, geo.Options{ArcToleranceM: 1e-4})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSightOfOneHead(t *testing.T) {
	w := newTown(t)
	head := geo.Head{Camera: "c", At: w.at(0, 0), BearingDeg: number(0), Sensor: lens(90, 100)}
	quarter := math.Pi * 100 * 100 / 4
	// A wall 40 m before the head, 20 m wide: its shadow is a sector less a triangle.
	wall := geo.Obstacle{ID: "wall", Shape: w.rectangle(-10, 40, 10, 41)}
	behind := math.Atan2(10, 40)*100*100 - 10*40
	low := wall
	low.HeightM = number(3)
	moving, unknown := head, head
	moving.PanRangeDeg = 90
	unknown.BearingDeg = nil
	for _, c := range []struct {
		name            string
		head            geo.Head
		obstacles       []geo.Obstacle
		seen, permanent float64
		unknown         int
	}{
		{"nothing in the way", head, nil, quarter, quarter, 0},
		{"a wall of unknown height", head, []geo.Obstacle{wall}, quarter - behind, quarter - behind, 1},
		{"a wall of known height, a head of unknown height", head, []geo.Obstacle{low}, quarter - behind, quarter - behind, 1},
		{"a head that pans", moving, nil, 2 * quarter, quarter, 0},
		{"a head without a bearing", unknown, []geo.Obstacle{wall}, 4*quarter - behind, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sight(t, c.head, c.obstacles, 100)
			within(t, "seen", s.SeenM2, c.seen, 1e-4)
			if c.permanent > 0 {
				within(t, "permanent", s.PermanentM2, c.permanent, 1e-4)
			}
			within(t, "the polygons", checkPolygons(t, w, "seen", s.Seen), s.SeenM2, 1e-4)
			if (c.permanent == 0) != (len(s.Permanent) == 0) || s.Move != nil || s.UnknownHeights != c.unknown {
				t.Errorf("%d permanent parts, moved %v, %d unknown heights", len(s.Permanent), s.Move, s.UnknownHeights)
			}
		})
	}
}

func TestSightOverALowWall(t *testing.T) {
	w := newTown(t)
	head := geo.Head{Camera: "c", At: w.at(0, 0), BearingDeg: number(0), Sensor: lens(90, 100)}
	head.Sensor.MountHeightM, head.Sensor.TargetHeightM = number(6), 2
	// Seen from 6 m down to 2 m, a top at 4 m hides twice its distance: the trapezoid behind its back, from 41 m to 82 m,
	// and the ones behind its two sides.
	wall := geo.Obstacle{ID: "wall", Shape: w.rectangle(-10, 40, 10, 41), HeightM: number(4)}
	open := sight(t, head, nil, 100)
	s := sight(t, head, []geo.Obstacle{wall}, 100)
	footprint, shadow := 20.0, (2*2-1)*(41*20+10+10)/2.0
	within(t, "hidden", open.SeenM2-s.SeenM2, footprint+shadow, 1e-3)
	if s.UnknownHeights != 0 {
		t.Errorf("%d unknown heights", s.UnknownHeights)
	}
	if !geo.Intersects(s.Seen, w.at(0, 83)) || geo.Intersects(s.Seen, w.at(0, 81)) {
		t.Error("the shadow does not end at 82 m")
	}
}

func TestSightFromAFacade(t *testing.T) {
	w := newTown(t)
	head := geo.Head{Camera: "c", At: w.at(0, 0.5), BearingDeg: number(180), Sensor: lens(90, 100)}
	house := geo.Obstacle{ID: "house", Shape: w.rectangle(-10, 0, 10, 12)}
	s := sight(t, head, []geo.Obstacle{house}, 100)
	if s.Move == nil || s.Move.Obstacle != "house" || math.Abs(s.Move.DepthM-0.5) > 1e-3 || gap(s.Move.To, w.at(0, -0.05))*111_000 > 1e-3 || s.Move.From != head.At {
		t.Fatalf("moved %+v", s.Move)
	}
	within(t, "seen", s.SeenM2, math.Pi*100*100/4, 1e-4)

	head.At = w.at(0, 6)
	_, err := geo.Sight(t.Context(), head, []geo.Obstacle{house}, 100, geo.Options{})
	var inside *geo.InsideError
	if !errors.As(err, &inside) || inside.Obstacle != "house" || math.Abs(inside.DepthM-6) > 1e-3 {
		t.Errorf("6 m inside: %v", err)
	}
	if forced, err := geo.Sight(t.Context(), head, []geo.Obstacle{house}, 100, geo.Options{ForceFacade: true}); err != nil || forced.Move == nil {
		t.Errorf("forced: %+v, %v", forced.Move, err)
	}
}

func TestSightRefusesBadGeometry(t *testing.T) {
	w := newTown(t)
	head := geo.Head{Camera: "c", At: w.at(0, 0), BearingDeg: number(0), Sensor: lens(90, 100)}
	bow := geo.Obstacle{ID: "bow", Shape: orb.MultiPolygon{{{w.at(0, 0), w.at(10, 10), w.at(10, 0), w.at(0, 10), w.at(0, 0)}}}}
	var violation *geo.Violation
	if _, err := geo.Sight(t.Context(), head, []geo.Obstacle{bow}, 100, geo.Options{}); !errors.As(err, &violation) || violation.Rule != geo.RuleSelfCrossing {
		t.Errorf("an obstacle that crosses itself: %v", err)
	}
	head.At = orb.Point{0, 91}
	if _, err := geo.Sight(t.Context(), head, nil, 100, geo.Options{}); !errors.As(err, &violation) || violation.Rule != geo.RuleNotDegrees {
		t.Errorf("a head at 91°: %v", err)
	}
	var missing *geo.UnknownError
	if _, err := geo.Sight(t.Context(), geo.Head{At: w.at(0, 0)}, nil, 100, geo.Options{}); !errors.As(err, &missing) {
		t.Errorf("a head without optics: %v", err)
	}
}

// FuzzSight sees among two obstacles of any shape: what is seen is valid, no more than what is seen without them, and
// explained as it is seen.
func FuzzSight(f *testing.F) {
	f.Add(10.0, 5.0, 20.0, -3.0, 4.0, 60.0, 8.0, 30.0)
	f.Add(0.0, 0.0, 20.0, 20.0, 0.0, 360.0, 0.0, 0.0)
	f.Add(-1.0, -1.0, 2.0, 2.0, 3.0, 180.0, 90.0, 90.0)
	f.Add(1e-9, 1e-9, 5.0, 1e-9, 5.0, 359.9999, 45.0, 1e-7)
	f.Fuzz(func(t *testing.T, x, y, dx, dy, heightM, hfovDeg, bearingDeg, maskDeg float64) {
		for _, v := range []float64{x, y, dx, dy} {
			if !(math.Abs(v) < 500) {
				t.Skip("too far away to be of interest")
			}
		}
		w := newTown(t)
		head := geo.Head{Camera: "c", At: w.at(0, 0), BearingDeg: &bearingDeg, Sensor: lens(hfovDeg, 60), Masks: []geo.Mask{{FromDeg: bearingDeg, ToDeg: maskDeg}}}
		head.Sensor.MountHeightM, head.Sensor.TargetHeightM = number(5), 1.6
		shape := func(x, y, dx, dy float64) orb.MultiPolygon {
			return orb.MultiPolygon{{{w.at(x, y), w.at(x+dx, y+dy/7), w.at(x+dx, y+dy), w.at(x, y+dy), w.at(x, y)}}}
		}
		obstacles := []geo.Obstacle{{ID: "a", Shape: shape(x, y, dx, dy), HeightM: &heightM}, {ID: "b", Shape: shape(x+dx, y, dy, dx)}}
		open, err := geo.Sight(t.Context(), head, nil, 100, geo.Options{})
		if err != nil {
			return
		}
		s, err := geo.Sight(t.Context(), head, obstacles, 100, geo.Options{})
		if err != nil {
			return
		}
		if len(s.Seen) > 0 {
			if err := geo.Validate(s.Seen); err != nil {
				t.Errorf("what is seen is not valid: %v", err)
			}
		}
		if s.SeenM2 < 0 || s.Move == nil && s.SeenM2 > open.SeenM2+1e-3 {
			t.Errorf("%v m² are seen among obstacles, %v m² without", s.SeenM2, open.SeenM2)
		}
		scene := geo.Scene{Perimeter: w.rectangle(-700, -700, 700, 700), Heads: []geo.Head{head}, Obstacles: obstacles, Levels: []geo.Level{{Code: "a", DensityPxM: 100}}}
		explanations, err := geo.Explain(t.Context(), scene, w.at(y, x), geo.Options{})
		if err != nil || len(explanations) > 1 {
			t.Errorf("%d explanations, %v", len(explanations), err)
		}
		if _, err := geo.Privacy(t.Context(), scene, geo.PrivacyOptions{MinMaskDeg: math.Mod(math.Abs(dx), 30)}); err != nil {
			t.Error(err)
		}
	})
}
