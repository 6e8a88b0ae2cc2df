package advisory_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// putCandidates puts points of a set, metres east and north.
func (w town) putCandidates(set inventory.ID, at ...orb.Point) {
	w.t.Helper()
	var all []inventory.Candidate
	for i, p := range at {
		all = append(all, inventory.Candidate{
			ID: inventory.ID(fmt.Sprintf("%s-%03d", set, i)), Set: set, Geometry: inventory.Outline{Geometry: w.frame.ToLonLat(p)},
		})
	}
	if err := w.store.Candidates().Put(w.t.Context(), all...); err != nil {
		w.t.Fatal(err)
	}
}

// recommend makes a recommendation, which is valid, with cameras that are, and never worse than nothing.
func (w town) recommend(request inventory.RecommendationRequest) inventory.RecommendationResult {
	w.t.Helper()
	made, err := w.advisor().Recommend(w.t.Context(), request)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := made.Validate(); err != nil {
		w.t.Errorf("the recommendation is not valid: %v", err)
	}
	for _, c := range made.Result.Cameras {
		if err := c.Camera.Validate(); err != nil {
			w.t.Errorf("a proposed camera is not valid: %v", err)
		}
	}
	if l := made.Result.Levels[0]; l.AfterM2 < l.BeforeM2 {
		w.t.Errorf("the plan is worse than nothing: %+v", l)
	}
	return made.Result
}

// refuses asks for what cannot be, and gives the constraint that stands in the way.
func (w town) refuses(request inventory.RecommendationRequest) geo.Binding {
	w.t.Helper()
	_, err := w.advisor().Recommend(w.t.Context(), request)
	var binding *geo.BindingError
	if !errors.As(err, &binding) {
		w.t.Fatalf("%v is no binding error", err)
	}
	return binding.Constraint
}

// schoolAt is a place of 60 × 40 m of which four fifths must be seen at 40 px/m by day.
func (w town) schoolAt(x, y float64) inventory.Area {
	return inventory.Area{
		ID: "school", Category: inventory.AreaPriority, Kind: "école", Name: "École", Geometry: w.square(x, y, x+60, y+40),
		Requirement: &inventory.Requirement{Level: "outline", SharePct: 80, Period: inventory.Day}, Weight: new(3.0),
	}
}

// poles are n × n places, 30 m apart.
func poles(x0, y0 float64, n int) []orb.Point {
	var all []orb.Point
	for i := range n * n {
		all = append(all, orb.Point{x0 + 30*float64(i%n), y0 + 30*float64(i/n)})
	}
	return all
}

// schoolTown is a square of 400 m with a school in its middle and poles round it.
func schoolTown(t *testing.T) (town, inventory.RecommendationRequest) {
	t.Helper()
	w := newTown(t)
	w.putAreas(w.schoolAt(0, 0))
	w.putCandidates("poles", poles(-60, -60, 6)...)
	study := inventory.AssessmentRequest{Perimeter: w.square(-200, -200, 200, 200)}
	return w, inventory.RecommendationRequest{
		Study: &study, At: "2026-11-22", Spots: inventory.Spots{Sets: []inventory.ID{"poles"}, Bearings: 8},
	}
}

func TestRecommendMeetsARequirement(t *testing.T) {
	w, request := schoolTown(t)
	r := w.recommend(request)
	if len(r.Areas) != 1 || r.Areas[0].Before != inventory.NotReached || r.Areas[0].After != inventory.Reached {
		t.Fatalf("areas %+v", r.Areas)
	}
	if n := r.Areas[0].Need; n.Site != "school" || n.Level != "outline" || n.Aim != "detect" || !slices.Contains(n.Purposes, "P01") {
		t.Errorf("need %+v", n)
	}
	if len(r.Cameras) == 0 || len(r.Proofs) != 1 || r.Proofs[0].Bound > r.Proofs[0].Reached || !strings.Contains(r.Proofs[0].Text.FR, "aucun plan") {
		t.Errorf("%d cameras, proofs %+v", len(r.Cameras), r.Proofs)
	}
	for _, c := range r.Cameras {
		if c.Need.Area != "school" || c.Need.TargetDistanceM == nil || *c.Need.TargetDistanceM > 150 {
			t.Errorf("%s serves %+v", c.Spot, c.Need)
		}
		if len(c.Advice) == 0 || len(c.Specifications) == 0 || len(c.Optics) == 0 || len(c.Bill) == 0 || c.CostEUR.High <= 0 || c.Phase != 1 {
			t.Errorf("%s is not specified: %+v", c.Spot, c)
		}
	}
	if len(r.Bill.Lines) == 0 || len(r.Specification) == 0 || len(r.Phases) != 1 || r.Phases[0].SeenM2[0] != r.Levels[0].AfterM2 {
		t.Errorf("bill of %d lines, %d sections, phases %+v", len(r.Bill.Lines), len(r.Specification), r.Phases)
	}
}

// TestRecommendFigures: a study of the town with the proposed cameras in service gives the figures of the plan.
func TestRecommendFigures(t *testing.T) {
	w, request := schoolTown(t)
	r := w.recommend(request)
	for _, c := range r.Cameras {
		c.Camera.Status = inventory.InService
		w.putCameras(c.Camera)
	}
	study := w.assess(*request.Study)
	for i, l := range study.Levels {
		if got := r.Levels[i]; got.AfterM2 != l.SeenM2 || got.AfterPct != l.SeenPct {
			t.Errorf("level %s: the plan says %v m², the study %v", l.Code, got.AfterM2, l.SeenM2)
		}
	}
	if study.Areas[0].Verdict != r.Areas[0].After {
		t.Errorf("the plan says %q, the study %q", r.Areas[0].After, study.Areas[0].Verdict)
	}
}

// TestRecommendTwice: the same bytes, however many processors there are.
func TestRecommendTwice(t *testing.T) {
	w, request := schoolTown(t)
	request.Count, request.Removal = 3, true
	w.putCameras(w.camera("old", 150, 150, looking(200)), w.camera("older", -150, 20, looking(90)))
	var texts []string
	for _, workers := range []int{1, 4} {
		before := runtime.GOMAXPROCS(workers)
		made, err := w.advisor().Recommend(t.Context(), request)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Error("two runs gave two recommendations")
	}
}

func TestRecommendPhasesAndLimits(t *testing.T) {
	w, request := schoolTown(t)
	request.Count, request.SpacingM = 5, 40
	request.Phases = []inventory.PhaseRequest{{Name: "2027", Count: 2}, {Name: "2028", Count: 2}}
	r := w.recommend(request)
	if len(r.Cameras) > 5 || len(r.Phases) != 3 || r.Phases[0].Name != "2027" || r.Phases[0].Cameras != 2 {
		t.Fatalf("%d cameras, phases %+v", len(r.Cameras), r.Phases)
	}
	seen := 0.0
	for i, p := range r.Phases {
		if p.SeenM2[0] < seen || p.CostEUR.High <= 0 {
			t.Errorf("phase %d: %+v", i+1, p)
		}
		seen = p.SeenM2[0]
	}
	if seen != r.Levels[0].AfterM2 {
		t.Errorf("the last phase sees %v m², the plan %v", seen, r.Levels[0].AfterM2)
	}
	for i, c := range r.Cameras {
		for _, other := range r.Cameras[:i] {
			a, b := w.frame.ToLocal(orb.Point(*c.Camera.Location)), w.frame.ToLocal(orb.Point(*other.Camera.Location))
			if math.Hypot(a[0]-b[0], a[1]-b[1]) < 39.9 {
				t.Errorf("%s and %s stand too close", c.Spot, other.Spot)
			}
		}
	}
}

// TestRecommendAsMuchAsCanBe: a number goes before the requirements, which are told to be unmet; a strict request is refused.
func TestRecommendAsMuchAsCanBe(t *testing.T) {
	w, request := schoolTown(t)
	big := w.schoolAt(0, 0)
	big.Geometry, big.Requirement.Level, big.Requirement.SharePct = w.square(-150, -150, 150, 150), "characterise", 100
	w.putAreas(big)
	request.Count = 2
	r := w.recommend(request)
	if len(r.Cameras) != 2 || r.Areas[0].After != inventory.NotReached || !slices.ContainsFunc(r.Warnings, func(w inventory.Warning) bool { return w.Code == "requirements_unmet" }) {
		t.Errorf("%d cameras, %q, warnings %+v", len(r.Cameras), r.Areas[0].After, r.Warnings)
	}
	request.Strict = true
	if got := w.refuses(request); got != geo.ByShare {
		t.Errorf("bound by %q", got)
	}
	request.Count = 0
	if got := w.refuses(request); got != geo.ByShare {
		t.Errorf("without a limit bound by %q", got)
	}
}

func TestRecommendNoCameraZones(t *testing.T) {
	w, request := schoolTown(t)
	w.putAreas(inventory.Area{ID: "clinic", Category: inventory.AreaNoCamera, Name: "Clinique", Geometry: w.square(-200, -200, 20, 200)})
	r := w.recommend(request)
	for _, c := range r.Cameras {
		if p := w.frame.ToLocal(orb.Point(*c.Camera.Location)); p[0] <= 20 {
			t.Errorf("%s stands in the zone", c.Spot)
		}
	}
	if r.Spots.Forbidden == 0 {
		t.Error("no candidate was forbidden")
	}
	w.putAreas(inventory.Area{ID: "all", Category: inventory.AreaNoCamera, Name: "Tout", Geometry: w.square(-300, -300, 300, 300)})
	if got := w.refuses(request); got != geo.ByForbidden {
		t.Errorf("bound by %q", got)
	}
}

// TestRecommendDwellings: beside a dwelling a camera comes with masks, after which none of its walls is shown close enough;
// among dwellings on all sides there is no camera.
func TestRecommendDwellings(t *testing.T) {
	w, request := schoolTown(t)
	w.putObstacles(w.building("house", w.square(70, -10, 90, 50), new(true)))
	r := w.recommend(request)
	for _, c := range r.Cameras {
		near := slices.ContainsFunc(c.Walls, func(w inventory.WallsInView) bool { return w.Level == "perceive" })
		h := c.Camera.Heads[0]
		if h.DwellingInView == nil || *h.DwellingInView != near || near && (h.PrivacyMask == nil || !*h.PrivacyMask || len(h.Masks) == 0) {
			t.Errorf("%s: walls %+v, head %+v", c.Spot, c.Walls, h)
		}
	}
	var walls []inventory.Obstacle
	for i, p := range poles(-60, -60, 6) {
		for k, at := range []inventory.Surface{
			w.square(p[0]-14, p[1]-14, p[0]+14, p[1]-12), w.square(p[0]-14, p[1]+12, p[0]+14, p[1]+14),
			w.square(p[0]-14, p[1]-12, p[0]-12, p[1]+12), w.square(p[0]+12, p[1]-12, p[0]+14, p[1]+12),
		} {
			walls = append(walls, w.building(inventory.ID(fmt.Sprintf("wall-%d-%d", i, k)), at, new(true)))
		}
	}
	w.putObstacles(walls...)
	if got := w.refuses(request); got != geo.ByDwellings {
		t.Errorf("bound by %q", got)
	}
}

// TestRecommendMeasures: a camera that looks away from the school is turned before one is bought.
func TestRecommendMeasures(t *testing.T) {
	w, request := schoolTown(t)
	away := w.camera("away", -25, 20, looking(270))
	w.putCameras(away)
	r := w.recommend(request)
	if len(r.Measures) == 0 || !r.Measures[0].Taken || r.Measures[0].Camera != "away" || r.Measures[0].Set == nil || r.Measures[0].CostEUR == nil {
		t.Fatalf("measures %+v", r.Measures)
	}
	if !slices.Contains(r.Measures[0].Rules, "REC-41") || r.Measures[0].Why.FR == "" {
		t.Errorf("measure %+v", r.Measures[0])
	}
	w2, plain := schoolTown(t)
	if without := w2.recommend(plain); len(r.Cameras) > len(without.Cameras) {
		t.Errorf("%d cameras with the measure, %d without", len(r.Cameras), len(without.Cameras))
	}
	request.Camera = "away"
	one := w.recommend(request)
	if len(one.Cameras) != 0 || len(one.Measures) == 0 || one.Measures[0].Camera != "away" {
		t.Errorf("of one camera: %d cameras, measures %+v", len(one.Cameras), one.Measures)
	}
}

// TestRecommendShared: what a camera of another holder alone sees is told, and so is the one that adds nothing.
func TestRecommendShared(t *testing.T) {
	w, request := schoolTown(t)
	if err := w.store.Holders().Put(t.Context(), inventory.Holder{
		ID: "town", Name: "Ville", Kind: inventory.LocalAuthority, Type: inventory.PublicAuthority, Department: "34",
	}); err != nil {
		t.Fatal(err)
	}
	other := w.camera("railway", -25, 20, looking(90))
	other.Holder = "railway"
	twin := w.camera("twin", 150, 150, looking(45))
	w.putCameras(other, twin, func() inventory.Camera { c := twin; c.ID = "twin-2"; return c }())
	request.Project.Holder, request.Removal, request.Count = "town", true, 1
	r := w.recommend(request)
	kinds := map[inventory.MeasureKind]inventory.ID{}
	for _, m := range r.Measures {
		kinds[m.Kind] = m.Camera
	}
	if kinds[inventory.MeasureShare] != "railway" || !strings.HasPrefix(string(kinds[inventory.MeasureRemove]), "twin") {
		t.Errorf("measures %+v", r.Measures)
	}
	if r.Subsidy == nil {
		t.Error("a commune is told of no subsidy")
	}
	if !slices.ContainsFunc(r.Marginal, func(m inventory.MarginalCamera) bool { return m.Removable }) {
		t.Errorf("marginal %+v", r.Marginal)
	}
}

// TestRecommendGap: a gap of a stored study is attended to alone.
func TestRecommendGap(t *testing.T) {
	w, request := schoolTown(t)
	study := *request.Study
	study.Ground = inventory.AreaStreet
	w.putAreas(inventory.Area{ID: "street", Category: inventory.AreaStreet, Name: "rue Foch", Geometry: w.square(-60, -70, 100, -60)})
	made, err := w.advisor().Assess(t.Context(), study)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.Assessments().Put(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	request.Study, request.Assessment, request.Gap = nil, made.ID, 1
	r := w.recommend(request)
	if len(r.Cameras) != 1 || r.Levels[0].AfterM2 <= 0 || r.Cameras[0].Near != "rue Foch" {
		t.Errorf("cameras %+v, levels %+v", r.Cameras, r.Levels[0])
	}
	request.Gap = 99
	var invalid *inventory.InvalidError
	if _, err := w.advisor().Recommend(t.Context(), request); !errors.As(err, &invalid) || invalid.Faults[0].Field != "gap" {
		t.Errorf("a gap that there is not: %v", err)
	}
}

// TestRecommendWherever: lines, surfaces, façades and a grid give places, too.
func TestRecommendWherever(t *testing.T) {
	w, request := schoolTown(t)
	line := orb.LineString{w.frame.ToLonLat(orb.Point{-50, -20}), w.frame.ToLonLat(orb.Point{110, -20})}
	if err := w.store.Candidates().Put(t.Context(),
		inventory.Candidate{ID: "street-1", Set: "streets", Geometry: inventory.Outline{Geometry: line}},
		inventory.Candidate{ID: "square-1", Set: "squares", Geometry: inventory.Outline{Geometry: w.square(-60, 50, 100, 90)[0]}},
	); err != nil {
		t.Fatal(err)
	}
	w.putObstacles(w.building("hall", w.square(-40, -60, -20, -30), new(false)))
	for name, spots := range map[string]inventory.Spots{
		"line": {Sets: []inventory.ID{"streets"}}, "area": {Sets: []inventory.ID{"squares"}}, "grid": {Grid: true, StepM: 40},
		"façades": {Facades: true},
	} {
		request.Spots, request.Count = spots, 1
		request.Spots.Bearings = 8
		if r := w.recommend(request); len(r.Cameras) != 1 || r.Spots.Spots == 0 {
			t.Errorf("%s: %d cameras, spots %+v", name, len(r.Cameras), r.Spots)
		}
	}
}

func TestRecommendNeeds(t *testing.T) {
	w, request := schoolTown(t)
	plain := w.schoolAt(0, 0)
	plain.Requirement, plain.Critical = nil, new(true)
	w.putAreas(plain)
	if got := w.refuses(request); got != geo.ByDemands {
		t.Errorf("nothing is asked for, and it is bound by %q", got)
	}
	request.Needs = []inventory.Need{{Area: "school", Aim: "observe", Period: inventory.Day}}
	request.Count = 8
	r := w.recommend(request)
	a := r.Areas[0]
	if a.Need.Level != "discern" || a.Requirement == nil || a.Requirement.SharePct != 100 || a.Times != 2 {
		t.Errorf("area %+v", a)
	}
}

func TestRecommendFaults(t *testing.T) {
	w, request := schoolTown(t)
	for field, change := range map[string]func(*inventory.RecommendationRequest){
		"profiles[0]":   func(r *inventory.RecommendationRequest) { r.Profiles = []string{"none"} },
		"study.scale":   func(r *inventory.RecommendationRequest) { s := *r.Study; s.Scale = "none"; r.Study = &s },
		"needs[0].area": func(r *inventory.RecommendationRequest) { r.Needs = []inventory.Need{{Area: "nowhere"}} },
		"need.level":    func(r *inventory.RecommendationRequest) { r.Need.Level = "none" },
		"camera":        func(r *inventory.RecommendationRequest) { r.Camera = "nobody" },
		"spots":         func(r *inventory.RecommendationRequest) { r.Spots = inventory.Spots{} },
		"at":            func(r *inventory.RecommendationRequest) { r.At = "" },
	} {
		changed := request
		change(&changed)
		_, err := w.advisor().Recommend(t.Context(), changed)
		var invalid *inventory.InvalidError
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	request.Spots.Sets = []inventory.ID{"nothing"}
	if got := w.refuses(request); got != geo.ByCandidates {
		t.Errorf("bound by %q", got)
	}
	request.Study, request.Assessment = nil, "none"
	if _, err := w.advisor().Recommend(t.Context(), request); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("an assessment that is not there: %v", err)
	}
}

// TestRecommendTakesTheLesserHarm: of two supports from which as much is seen, the one that needs the least works is taken,
// whatever their names (REC-42).
func TestRecommendTakesTheLesserHarm(t *testing.T) {
	t.Parallel()
	type taken struct {
		kind string
		cost inventory.Range
	}
	var all []taken
	for _, kinds := range [][2]string{{"lantern", "mast"}, {"mast", "lantern"}} {
		w, request := schoolTown(t)
		at := inventory.Outline{Geometry: w.frame.ToLonLat(orb.Point{0, -25})}
		if err := w.store.Candidates().Put(t.Context(),
			inventory.Candidate{ID: "first", Set: "both", Kind: kinds[0], Geometry: at},
			inventory.Candidate{ID: "second", Set: "both", Kind: kinds[1], Geometry: at},
		); err != nil {
			t.Fatal(err)
		}
		request.Spots, request.Count = inventory.Spots{Sets: []inventory.ID{"both"}, Bearings: 8}, 1
		got := w.recommend(request).Cameras
		if len(got) != 1 {
			t.Fatalf("proposed: %+v", got)
		}
		kind := kinds[0]
		if got[0].Spot == "second" {
			kind = kinds[1]
		}
		all = append(all, taken{kind, got[0].CostEUR})
	}
	if all[0] != all[1] {
		t.Errorf("the names of the supports decide: %+v", all)
	}
}
