package advisory_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
)

// sectorM2 is the surface of a sector of the pinhole optics of [optics] at a density.
func sectorM2(apertureDeg, densityPxM float64) float64 {
	farM := 1920 / (2 * math.Tan(math.Pi/6)) / densityPxM
	return farM * farM / 2 * apertureDeg * math.Pi / 180
}

func TestOneFixedCameraSeesItsSector(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(40)))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-200, -200, 200, 200)})
	if math.Abs(r.GroundM2-160_000) > 0.01 {
		t.Errorf("ground %v m², want 160000", r.GroundM2)
	}
	for i, l := range r.Levels {
		want := sectorM2(60, l.DensityPxM)
		const grid = 1e-5 // the engine rounds to 1/64 mm, which shows on a sector of 1 m
		low := want * (1 - r.ArcLossPct/100 - grid)
		if l.SeenM2 < low || l.SeenM2 > want*(1+grid) {
			t.Errorf("%s: seen %v m², want between %v and %v", l.Code, l.SeenM2, low, want)
		}
		if l.PermanentM2 != l.SeenM2 {
			t.Errorf("%s: permanent %v m², seen %v m²", l.Code, l.PermanentM2, l.SeenM2)
		}
		own := r.Cameras[0].Levels[i]
		if relative(own.FootprintM2, l.SeenM2) > 1e-9 || relative(own.ExclusiveM2, l.SeenM2) > 1e-9 {
			t.Errorf("%s: the camera's own %+v, seen %v m²", l.Code, own, l.SeenM2)
		}
	}
	if got, want := level(t, r.Levels, "overview").SeenPct, math.Floor(sectorM2(60, 20)/160_000*1e4)/100; math.Abs(got-want) > 0.011 {
		t.Errorf("overview %v %%, want %v %%", got, want)
	}
}

func relative(a, b float64) float64 { return math.Abs(a-b) / max(math.Abs(b), 1e-300) }

func TestWithoutBearingACameraIsReachableAllRoundAndNeverPermanent(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, optics()))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-200, -200, 200, 200)})
	l := level(t, r.Levels, "discern")
	if want := sectorM2(360, 80); relative(l.SeenM2, want) > r.ArcLossPct/100+1e-6 {
		t.Errorf("seen %v m², want the circle %v m²", l.SeenM2, want)
	}
	if l.PermanentM2 != 0 || l.PermanentPct != 0 {
		t.Errorf("permanent %v m², %v %%", l.PermanentM2, l.PermanentPct)
	}
	if assumed(r, "bearing_unknown") != 1 {
		t.Errorf("assumptions %+v", r.Assumptions)
	}
}

func TestAPTZSeesItsFieldPermanentlyAndItsRangeReachably(t *testing.T) {
	w := newTown(t)
	ptz := looking(90)
	ptz.Kind, ptz.PanRangeDeg = inventory.HeadPTZ, new(120.0)
	w.putCameras(w.camera("c", 0, 0, ptz))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-200, -200, 200, 200)})
	l := level(t, r.Levels, "discern")
	tolerance := r.ArcLossPct/100 + 1e-6
	if want := sectorM2(180, 80); relative(l.SeenM2, want) > tolerance {
		t.Errorf("seen %v m², want %v", l.SeenM2, want)
	}
	if want := sectorM2(60, 80); relative(l.PermanentM2, want) > tolerance {
		t.Errorf("permanent %v m², want %v", l.PermanentM2, want)
	}
	if assumed(r, "movement_assumed") != 0 {
		t.Errorf("assumptions %+v", r.Assumptions)
	}
}

func TestCamerasOutsideCountWhenTheySeeIn(t *testing.T) {
	w := newTown(t)
	w.putCameras(
		w.camera("in", 0, 0, looking(0)),
		w.camera("looks-in", 120, 0, looking(270)),
		w.camera("looks-away", 120, 50, looking(90)),
		w.camera("far", 4000, 0, looking(270)),
	)
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	var ids []inventory.ID
	for _, c := range r.Cameras {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []inventory.ID{"in", "looks-in"}) {
		t.Errorf("cameras %q", ids)
	}
}

func TestStatuses(t *testing.T) {
	w := newTown(t)
	for i, status := range append(inventory.Statuses(), "") {
		c := w.camera(inventory.ID("c-"+string(status)), float64(i*10), 0, looking(0))
		c.Status = status
		w.putCameras(c)
	}
	mobile := inventory.Camera{ID: "mobile", Holder: "town", Category: inventory.BodyWorn, Unit: "brigade"}
	w.putCameras(mobile)
	counted := func(statuses ...inventory.Status) []string {
		r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100), Statuses: statuses})
		ids := []string{}
		for _, c := range r.Cameras {
			ids = append(ids, strings.TrimPrefix(string(c.ID), "c-"))
		}
		if got, want := warned(r, "status_unknown"), slices.Contains(ids, ""); got != want {
			t.Errorf("%q: status_unknown warned: %v, want %v", statuses, got, want)
		}
		return ids
	}
	if got := counted(); !slices.Equal(got, []string{"", "in_service", "installed"}) {
		t.Errorf("by default %q count", got)
	}
	if got := counted(inventory.Planned); !slices.Equal(got, []string{"planned"}) {
		t.Errorf("asked for planned, %q count", got)
	}
}

func TestPercentagesAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 21))
	for range 12 {
		w := newTown(t)
		for i := range 1 + random.IntN(12) {
			h := looking(random.Float64() * 359)
			h.HFOVDeg = new(5 + random.Float64()*100)
			w.putCameras(w.camera(inventory.ID(rune('a'+i)), random.Float64()*400-200, random.Float64()*400-200, h))
		}
		w.putAreas(inventory.Area{ID: "p", Category: inventory.AreaPriority, Name: "P", Geometry: w.square(-50, -90, 80, 70)})
		r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-150, -150, 150, 150)})
		sums := append(slices.Clone(r.Levels), r.Areas[0].Levels...)
		for i, l := range sums {
			ground := r.GroundM2
			if i >= len(r.Levels) {
				ground = r.Areas[0].GroundM2
			}
			if math.Abs(l.SeenPct+l.BlindPct-100) > 1e-9 {
				t.Errorf("%s: %v + %v is not 100", l.Code, l.SeenPct, l.BlindPct)
			}
			if relative(l.SeenM2+l.BlindM2, ground) > 1e-9 {
				t.Errorf("%s: %v + %v m² is not %v m²", l.Code, l.SeenM2, l.BlindM2, ground)
			}
			if share := 100 * l.SeenM2 / ground; l.SeenPct > share+1e-6 || l.SeenPct < share-0.01-1e-6 {
				t.Errorf("%s: %v %% is not %v %% rounded down", l.Code, l.SeenPct, share)
			}
		}
	}
}

func TestVerdicts(t *testing.T) {
	w := newTown(t)
	ptz := looking(0)
	ptz.Kind, ptz.PanRangeDeg = inventory.HeadPTZ, new(360.0)
	w.putCameras(w.camera("c", 0, 0, ptz))
	ahead, behind := w.square(-3, 15, 3, 20), w.square(-3, -20, 3, -15) // both nearer than 20.8 m, where discern ends
	tests := []struct {
		id       inventory.ID
		where    inventory.Surface
		required *inventory.Requirement
		want     inventory.Verdict
		reached  float64
	}{
		{"ahead", ahead, &inventory.Requirement{Level: "discern", SharePct: 100, Period: inventory.Day}, inventory.Reached, 100},
		{"behind", behind, &inventory.Requirement{Level: "discern", SharePct: 100, Period: inventory.Day}, inventory.ReachableOnly, 100},
		{"day and night", ahead, &inventory.Requirement{Level: "discern", SharePct: 100}, inventory.Undecided, 0},
		{"next door", w.square(100, -20, 140, 20), &inventory.Requirement{Level: "discern", SharePct: 1}, inventory.Undecided, -1},
		{"night", ahead, &inventory.Requirement{Level: "discern", SharePct: 50, Period: inventory.Night}, inventory.Undecided, 0},
		{"dark", ahead, &inventory.Requirement{Level: "validate", SharePct: 50, Period: inventory.Night}, inventory.NotReached, 0},
		{"finer", ahead, &inventory.Requirement{Level: "characterise", SharePct: 1}, inventory.NotReached, 0},
		{"other scale", ahead, &inventory.Requirement{Level: "recognise", SharePct: 1}, inventory.Undecided, -1},
		{"free", ahead, nil, inventory.NothingRequired, -1},
		{"outside", w.square(500, 500, 510, 510), &inventory.Requirement{Level: "discern", SharePct: 1}, inventory.Undecided, -1},
	}
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)}
	for _, test := range tests {
		id := inventory.ID(strings.ReplaceAll(string(test.id), " ", "-"))
		w.putAreas(inventory.Area{ID: id, Category: inventory.AreaPriority, Name: string(test.id), Geometry: test.where, Requirement: test.required})
		request.Areas = append(request.Areas, id)
	}
	r := w.assess(request)
	results := map[string]inventory.AreaResult{}
	for _, a := range r.Areas {
		results[a.Name] = a
	}
	for _, test := range tests {
		got := results[string(test.id)]
		if got.Verdict != test.want {
			t.Errorf("%s: %q, want %q", test.id, got.Verdict, test.want)
		}
		if (got.Reason != nil) != (test.want == inventory.Undecided) {
			t.Errorf("%s: reason %v for %q", test.id, got.Reason, got.Verdict)
		}
		switch {
		case test.reached < 0 && got.ReachedPct != nil:
			t.Errorf("%s: reached %v %%, want none", test.id, *got.ReachedPct)
		case test.reached >= 0 && (got.ReachedPct == nil || *got.ReachedPct != test.reached):
			t.Errorf("%s: reached %v, want %v %%", test.id, got.ReachedPct, test.reached)
		}
	}
	if !warned(r, "area_outside") {
		t.Errorf("warnings %+v", r.Warnings)
	}
	if warned(r, "area_cut") {
		t.Error("no area is cut by the perimeter")
	}
}

func TestUnnamedAreasAreThePriorityPlacesInside(t *testing.T) {
	w := newTown(t)
	w.putAreas(
		inventory.Area{ID: "b", Category: inventory.AreaPriority, Name: "B", Geometry: w.square(90, 0, 110, 10)},
		inventory.Area{ID: "a", Category: inventory.AreaPriority, Name: "A", Geometry: w.square(0, 0, 10, 10)},
		inventory.Area{ID: "away", Category: inventory.AreaPriority, Name: "C", Geometry: w.square(300, 0, 310, 10)},
		inventory.Area{ID: "zone", Category: inventory.AreaNoCamera, Name: "D", Geometry: w.square(0, 0, 10, 10)},
	)
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	if len(r.Areas) != 2 || r.Areas[0].ID != "a" || r.Areas[1].ID != "b" {
		t.Fatalf("areas %+v", r.Areas)
	}
	if got := r.Areas[1].GroundM2; math.Abs(got-100) > 0.01 {
		t.Errorf("half of b, %v m², want 100", got)
	}
	if !warned(r, "area_cut") || !warned(r, "no_camera") {
		t.Errorf("warnings %+v", r.Warnings)
	}
}

func TestSameRequestSameBytes(t *testing.T) {
	records := func(w town) ([]inventory.Camera, []inventory.Area) {
		random := rand.New(rand.NewPCG(3, 4))
		var cameras []inventory.Camera
		for i := range 20 {
			c := w.camera(inventory.ID(rune('a'+i)), random.Float64()*300-150, random.Float64()*300-150, looking(random.Float64()*359))
			c.Address = "rue " + string(c.ID)
			cameras = append(cameras, c)
		}
		areas := []inventory.Area{
			{ID: "x", Category: inventory.AreaCommune, Name: "X", Commune: "34172", Geometry: w.square(-120, -120, 120, 120)},
			{ID: "y", Category: inventory.AreaPriority, Name: "Y", Geometry: w.square(0, 0, 50, 50), Weight: new(4.0)},
			{ID: "z", Category: inventory.AreaStreet, Name: "Z", Geometry: w.square(-120, -3, 120, 3)},
		}
		return cameras, areas
	}
	text := func(reversed bool) (string, inventory.ID) {
		w := newTown(t)
		cameras, areas := records(w)
		if reversed {
			slices.Reverse(cameras)
			slices.Reverse(areas)
			for i := range cameras {
				at := inventory.InstantOf(time.Date(2026, 11, 21, 0, 0, i, 0, time.UTC))
				cameras[i].Provenance = inventory.Provenance{Import: "later", Row: i + 1, UpdatedAt: &at}
			}
		}
		for _, area := range areas {
			w.putAreas(area)
		}
		for _, c := range cameras {
			w.putCameras(c)
		}
		assessment, err := w.advisor().Assess(t.Context(), inventory.AssessmentRequest{Commune: "34172"})
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(assessment)
		if err != nil {
			t.Fatal(err)
		}
		return string(out), assessment.ID
	}
	one, id := text(false)
	two, _ := text(true)
	if one != two {
		t.Error("the order in which a store was filled changes the study")
	}
	if strings.Contains(one, "null") {
		t.Error("the study has a null in its JSON")
	}
	var back inventory.Assessment
	if err := json.Unmarshal([]byte(one), &back); err != nil || back.ID != id || back.Result.PerimeterName != "X" {
		t.Errorf("read back: %v, %q", err, back.Result.PerimeterName)
	}
}

func TestTheInputHashFollowsTheInputs(t *testing.T) {
	w := newTown(t)
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)}
	seen := map[string]string{}
	hash := func(what string) {
		r := w.assess(request)
		if other, twice := seen[r.InputHash]; twice {
			t.Errorf("%s has the same hash as %s", what, other)
		}
		seen[r.InputHash] = what
	}
	hash("an empty town")
	c := w.camera("c", 0, 0, looking(40))
	w.putCameras(c)
	hash("a camera")
	c.Heads[0].BearingDeg = new(41.0)
	w.putCameras(c)
	hash("a camera turned by 1°")
	if err := w.store.Obstacles().Put(t.Context(), inventory.Obstacle{ID: "o", Geometry: w.square(0, 0, 5, 5)}); err != nil {
		t.Fatal(err)
	}
	hash("an obstacle")
	request.GapLevel = "discern"
	hash("another request")
}

func TestFaultsOfARequestComeTogether(t *testing.T) {
	w := newTown(t)
	_, err := w.advisor().Assess(t.Context(), inventory.AssessmentRequest{
		Scale: "iec", Assume: "phone", GapLevel: "overview", TargetHeightM: new(-1.0),
	})
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("error %v, want an *InvalidError", err)
	}
	for _, want := range []string{"perimeter: ", "targetHeightM: ", "scale: ", "iec-62676-4-2025", "assume: ", "dome-ptz-2mp"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q: %v", want, err)
		}
	}
	_, err = w.advisor().Assess(t.Context(), inventory.AssessmentRequest{Perimeter: w.square(0, 0, 1, 1), GapLevel: "recognise"})
	if !errors.As(err, &invalid) || !strings.Contains(err.Error(), "overview, outline, discern") {
		t.Errorf("error %v, want one that lists the levels", err)
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	w := newTown(t)
	here := w.square(0, 0, 10, 10)
	for name, request := range map[string]inventory.AssessmentRequest{
		"area":             {Area: "nowhere"},
		"commune":          {Commune: "34172"},
		"area of interest": {Perimeter: here, Areas: []inventory.ID{"lost", "gone"}},
	} {
		if _, err := w.advisor().Assess(t.Context(), request); !errors.Is(err, inventory.ErrNotFound) {
			t.Errorf("%s: error %v, want ErrNotFound", name, err)
		}
	}
	_, err := w.advisor().Assess(t.Context(), inventory.AssessmentRequest{Perimeter: here, Areas: []inventory.ID{"lost", "gone"}})
	if !strings.Contains(err.Error(), "lost") || !strings.Contains(err.Error(), "gone") {
		t.Errorf("error does not name both areas: %v", err)
	}
}

func TestACommuneInSeveralParts(t *testing.T) {
	w := newTown(t)
	commune := func(id inventory.ID, where inventory.Surface) inventory.Area {
		return inventory.Area{ID: id, Category: inventory.AreaCommune, Name: "Bourg", Commune: "34172", Geometry: where}
	}
	w.putAreas(commune("1", w.square(0, 0, 100, 100)), commune("2", w.square(200, 0, 300, 50)), commune("3", w.square(0, 0, 100, 100)))
	r := w.assess(inventory.AssessmentRequest{Commune: "34172"})
	if math.Abs(r.GroundM2-15_000) > 0.01 || r.PerimeterName != "Bourg" {
		t.Errorf("%s, %v m², want Bourg, 15000 m²", r.PerimeterName, r.GroundM2)
	}
	w.putAreas(commune("4", w.square(50, 50, 150, 150)))
	_, err := w.advisor().Assess(t.Context(), inventory.AssessmentRequest{Commune: "34172"})
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || invalid.Faults[0].Field != "commune" {
		t.Errorf("error %v, want a fault of the commune", err)
	}
}

func TestAssessStopsWithItsContext(t *testing.T) {
	w := newTown(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.advisor().Assess(ctx, inventory.AssessmentRequest{Perimeter: w.square(0, 0, 10, 10)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}
