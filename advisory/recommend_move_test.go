package advisory_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// roundTheCorner is a camera on a wall, 4 m from the corner behind which lies what is to be seen.
func roundTheCorner(t *testing.T, support string) inventory.RecommendationResult {
	t.Helper()
	w := newTown(t)
	w.putObstacles(w.building("house", w.square(0, 0, 40, 20), new(false)))
	area := w.schoolAt(45, 5)
	w.putAreas(area)
	camera := w.camera("there", 36, -0.1, looking(60))
	camera.Mounting.Support = support
	w.putCameras(camera)
	study := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 150, 100)}
	r := w.recommend(inventory.RecommendationRequest{Study: &study, At: "2026-11-22", Camera: "there"})
	for _, m := range r.Measures {
		if m.MoveTo == nil {
			continue
		}
		to := w.frame.ToLocal(orb.Point(*m.MoveTo))
		if d := math.Hypot(to[0]-36, to[1]+0.1); d > 5.2 || to[0] < 39.9 && math.Abs(to[1]) > 0.1 {
			t.Errorf("moved to %v, %.1f m away", to, d)
		}
	}
	return r
}

// TestRecommendMovesACameraAlongItsWall: what is hidden by a corner is seen by going round it; the bill pays for it.
func TestRecommendMovesACameraAlongItsWall(t *testing.T) {
	r := roundTheCorner(t, "wall")
	i := slices.IndexFunc(r.Measures, func(m inventory.Measure) bool { return m.Kind == inventory.MeasureMove })
	if i < 0 || !r.Measures[i].Taken || r.Measures[i].GainM2[0] < 300 || r.Measures[i].MoveTo == nil || r.Measures[i].Set != nil {
		t.Fatalf("measures %+v", r.Measures)
	}
	m := r.Measures[i]
	if gain := r.Levels[0].AfterM2 - r.Levels[0].BeforeM2; math.Abs(gain-m.GainM2[0]) > 1e-3 {
		t.Errorf("the measure gives %v m², the plan %v m²", m.GainM2[0], gain)
	}
	if n := len(r.Bill.Lines); n != 1 || r.Bill.Lines[0].Article != "move_camera" || r.Bill.TotalEUR != *m.CostEUR {
		t.Errorf("bill %+v", r.Bill.Lines)
	}
}

// TestRecommendLeavesMasts: a camera on a mast is not moved.
func TestRecommendLeavesMasts(t *testing.T) {
	for _, m := range roundTheCorner(t, "pole").Measures {
		if m.Kind == inventory.MeasureMove {
			t.Errorf("a mast is moved: %+v", m)
		}
	}
}
