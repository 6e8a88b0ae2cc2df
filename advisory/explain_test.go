package advisory_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

func TestExplainSaysWhy(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(0)))
	w.putObstacles(inventory.Obstacle{ID: "wall", Geometry: w.square(-50, 10, 50, 12)})
	made, err := w.advisor().Assess(t.Context(), inventory.AssessmentRequest{Perimeter: w.square(-200, -200, 200, 200)})
	if err != nil {
		t.Fatal(err)
	}
	explain := func(x, y float64) inventory.Explanation {
		t.Helper()
		e, err := w.advisor().Explain(t.Context(), made, inventory.Point(w.frame.ToLonLat(orb.Point{x, y})))
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Views) != 1 || e.Views[0].Camera != "c" || e.Views[0].Head != "1" || e.Scale != made.Result.Scale {
			t.Fatalf("explanation %+v", e)
		}
		return e
	}
	for _, test := range []struct {
		x, y   float64
		level  string
		code   string
		french string
	}{
		{0, 5, "overview", "", ""},
		{0, 15, "overview", "hidden", "caché à 10,0 m par wall"},
		{8, 1, "overview", "off_axis", "à 82,9° de l’axe, qui voit jusqu’à 30,0°"},
		{0, 5, "scrutinise", "too_few_pixels", "px/m pour 1500,0 px/m exigés"},
	} {
		e := explain(test.x, test.y)
		for _, l := range e.Views[0].Levels {
			if l.Level != test.level {
				continue
			}
			switch {
			case test.code == "" && (!l.SeenByDay || len(l.ByDay) > 0):
				t.Errorf("%v, %v: %+v", test.x, test.y, l)
			case test.code != "" && (l.SeenByDay || !says(l.ByDay, test.code, test.french)):
				t.Errorf("%v, %v: %+v does not say %q", test.x, test.y, l.ByDay, test.french)
			}
			if l.SeenByNight || !says(l.ByNight, "light_unknown", "portée de nuit inconnue") {
				t.Errorf("%v, %v by night: %+v", test.x, test.y, l)
			}
		}
		if d := math.Hypot(test.x, test.y); math.Abs(e.Views[0].DistanceM-d) > 0.01 {
			t.Errorf("%v m away, want %v m", e.Views[0].DistanceM, d)
		}
		if !e.Unchanged {
			t.Error("nothing has changed since the study")
		}
	}
	w.putCameras(w.camera("c", 0, 0, looking(40)))
	if explain(0, 5).Unchanged {
		t.Error("the camera was turned after the study")
	}
}

func says(reasons []inventory.Reason, code, french string) bool {
	for _, r := range reasons {
		if r.Code == code && strings.Contains(r.Text.FR, french) && r.Text.EN != "" {
			return true
		}
	}
	return false
}

func TestExplainRefusesWhatIsNoPlace(t *testing.T) {
	w := newTown(t)
	var invalid *inventory.InvalidError
	made := inventory.Assessment{Request: inventory.AssessmentRequest{Perimeter: w.square(0, 0, 10, 10)}}
	if _, err := w.advisor().Explain(t.Context(), made, inventory.Point{3, 400}); !errors.As(err, &invalid) {
		t.Errorf("error %v, want an InvalidError", err)
	}
	if _, err := w.advisor().Explain(t.Context(), inventory.Assessment{}, inventory.Point{3, 40}); !errors.As(err, &invalid) {
		t.Errorf("error %v, want an InvalidError", err)
	}
}
