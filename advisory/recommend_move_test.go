package advisory_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// cornerTown is a camera on a wall, 4 m from the corner behind which lies a school.
func cornerTown(t *testing.T, school inventory.Area, support string, heads ...inventory.Head) (town, inventory.RecommendationRequest) {
	t.Helper()
	w := newTown(t)
	w.putObstacles(w.building("house", w.square(0, 0, 40, 20), new(false)))
	w.putAreas(school)
	camera := w.camera("there", 36, -0.1, heads...)
	camera.Mounting.Support = support
	w.putCameras(camera)
	study := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 150, 100)}
	return w, inventory.RecommendationRequest{Study: &study, At: "2026-11-22", Camera: "there"}
}

// roundTheCorner is what is advised of such a camera that looks towards the school.
func roundTheCorner(t *testing.T, support string) inventory.RecommendationResult {
	t.Helper()
	w, request := cornerTown(t, newTown(t).schoolAt(45, 5), support, looking(60))
	r := w.recommend(request)
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

// TestRecommendMoveMindsEveryHead: a move displaces all heads, so that none may then show a dwelling it did not.
func TestRecommendMoveMindsEveryHead(t *testing.T) {
	other := looking(0)
	other.ID = "2"
	w, request := cornerTown(t, newTown(t).schoolAt(45, 5), "wall", looking(60), other)
	w.putObstacles(w.building("home", w.square(40.5, 5, 41.5, 7), new(true)))
	r := w.recommend(request)
	i := slices.IndexFunc(r.Measures, func(m inventory.Measure) bool { return m.Kind == inventory.MeasureMove })
	if i < 0 || r.Measures[i].Taken || !strings.Contains(r.Measures[i].Why.EN, "dwellings") {
		t.Errorf("measures %+v", r.Measures)
	}
}

// TestRecommendMovesIntoNoNoCameraZone: where no camera may be, none is moved to.
func TestRecommendMovesIntoNoNoCameraZone(t *testing.T) {
	w, request := cornerTown(t, newTown(t).schoolAt(45, 5), "wall", looking(60))
	w.putAreas(inventory.Area{ID: "clinic", Category: inventory.AreaNoCamera, Name: "Clinique", Geometry: w.square(39.5, 0.2, 45, 3)})
	for _, m := range w.recommend(request).Measures {
		if m.Kind == inventory.MeasureMove {
			t.Errorf("moved into the zone: %+v", m)
		}
	}
}

// TestRecommendTakesTheNextKind: when the budget does not pay for moving a camera, which would be best, it is turned.
func TestRecommendTakesTheNextKind(t *testing.T) {
	school := newTown(t).schoolAt(45, 5)
	school.Geometry = newTown(t).square(45, -12, 105, 45)
	w, request := cornerTown(t, school, "wall", looking(60))
	request.BudgetEUR = 700
	taken := map[inventory.MeasureKind]bool{}
	for _, m := range w.recommend(request).Measures {
		taken[m.Kind] = m.Taken
	}
	if move, tried := taken[inventory.MeasureMove]; !tried || move || !taken[inventory.MeasureReaim] {
		t.Errorf("taken: %v", taken)
	}
}
