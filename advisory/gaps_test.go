package advisory_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"vigie/inventory"
)

func TestGapsAreRankedByWeightAndNamed(t *testing.T) {
	w := newTown(t)
	large, heavy, named := w.square(0, 0, 100, 100), w.square(1000, 0, 1050, 100), w.square(2000, 0, 2010, 10)
	w.putAreas(
		inventory.Area{ID: "school", Category: inventory.AreaPriority, Name: "École", Weight: new(5.0), Geometry: w.square(1000, 0, 1050, 50)},
		inventory.Area{ID: "street", Category: inventory.AreaStreet, Name: "rue Neuve", Geometry: w.square(1000, 120, 1050, 125)},
		inventory.Area{ID: "far", Category: inventory.AreaStreet, Name: "rue Loin", Geometry: w.square(0, 600, 50, 605)},
	)
	camera := w.camera("c", 2060, 5)
	camera.Address = "1 place Haute"
	w.putCameras(camera)
	perimeter := append(append(append(inventory.Surface{}, large...), heavy...), named...)
	r := w.assess(inventory.AssessmentRequest{Perimeter: perimeter})
	if len(r.Gaps) != 3 {
		t.Fatalf("%d gaps, want 3", len(r.Gaps))
	}
	want := []struct {
		areaM2, weightedM2 float64
		near               string
		nearM              float64
		places             int
	}{
		{5000, 2500 + 5*2500, "rue Neuve", -1, 1},
		{10_000, 10_000, "", 0, 0},
		{100, 100, "1 place Haute", 55, 0},
	}
	for i, expected := range want {
		g := r.Gaps[i]
		if g.Rank != i+1 || math.Abs(g.AreaM2-expected.areaM2) > 0.01 || math.Abs(g.WeightedM2-expected.weightedM2) > 0.01 {
			t.Errorf("gap %d: %v m², weighted %v m²; want %v and %v", g.Rank, g.AreaM2, g.WeightedM2, expected.areaM2, expected.weightedM2)
		}
		if g.Near != expected.near || (g.NearM != nil) != (expected.near != "") || len(g.Places) != expected.places {
			t.Errorf("gap %d: near %q, places %q; want near %q", g.Rank, g.Near, g.Places, expected.near)
		}
		if expected.nearM > 0 && math.Abs(*g.NearM-expected.nearM) > 5 {
			t.Errorf("gap %d: %v m away, want about %v", g.Rank, *g.NearM, expected.nearM)
		}
		if !planar.MultiPolygonContains(orb.MultiPolygon(g.Geometry), orb.Point(g.Inside)) {
			t.Errorf("gap %d: its point %v is outside", g.Rank, g.Inside)
		}
	}
}

func TestGapsFillWhatIsNotSeen(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(0)), w.camera("d", 30, 30, optics()))
	for _, code := range []string{"overview", "perceive"} {
		r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100), GapLevel: code})
		sum := 0.0
		for _, g := range r.Gaps {
			sum += g.AreaM2
			if g.Level != code {
				t.Errorf("gap of level %q, want %q", g.Level, code)
			}
		}
		if blind := level(t, r.Levels, code).BlindM2; relative(sum, blind) > 1e-6 {
			t.Errorf("%s: gaps %v m², blind %v m²", code, sum, blind)
		}
	}
}

func TestAListOfGapsIsCutAndSaid(t *testing.T) {
	w := newTown(t)
	var perimeter inventory.Surface
	for i := range 5 {
		perimeter = append(perimeter, w.square(float64(i)*50, 0, float64(i)*50+10+float64(i), 10)...)
	}
	advisor := w.advisor()
	book := *advisor.Book
	book.Params.MaxGaps.Value = 2
	advisor.Book = &book
	r := w.assessBy(advisor, inventory.AssessmentRequest{Perimeter: perimeter})
	if len(r.Gaps) != 2 || !warned(r, "gaps_capped") || math.Abs(r.Gaps[0].AreaM2-140) > 0.01 {
		t.Errorf("%d gaps, warnings %+v", len(r.Gaps), r.Warnings)
	}
	book.Params.MaxGaps.Value = 5
	if r := w.assessBy(advisor, inventory.AssessmentRequest{Perimeter: perimeter}); len(r.Gaps) != 5 || warned(r, "gaps_capped") {
		t.Errorf("%d gaps, warnings %+v", len(r.Gaps), r.Warnings)
	}
}
