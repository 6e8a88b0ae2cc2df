package geo_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"vigie/geo"
	"vigie/geo/setcover"
)

// squareTown is 600 m wide, with four blocks of houses between streets, one camera, and a square to watch.
func squareTown(w town) geo.Scene {
	scene := geo.Scene{
		Perimeter: w.rectangle(-300, -300, 300, 300),
		Heads:     []geo.Head{{Camera: "old", At: w.at(-20, -20), BearingDeg: number(225), Sensor: lens(90, 80)}},
		Levels:    []geo.Level{{Code: "far", DensityPxM: 50}, {Code: "near", DensityPxM: 100}},
		Zones:     []geo.Zone{{ID: "square", Shape: w.rectangle(-40, -40, 40, 40)}, {ID: "school", Shape: w.rectangle(200, 200, 260, 260)}},
	}
	for k, corner := range [][2]float64{{-180, -180}, {60, -180}, {-180, 60}, {60, 60}} {
		x, y := corner[0], corner[1]
		scene.Obstacles = append(scene.Obstacles, geo.Obstacle{ID: fmt.Sprint("block ", k), Shape: w.rectangle(x, y, x+120, y+120), Dwelling: k == 0})
	}
	return scene
}

// supports are the candidates of the squareTown: on a grid of 60 m, in eight directions.
func supports(t *testing.T, scene geo.Scene) []geo.Candidate {
	t.Helper()
	spots, err := geo.SpotsInGrid(scene.Perimeter, 60)
	if err != nil {
		t.Fatal(err)
	}
	return equip(spots, []equipment{{code: "fixed", sensor: lens(80, 90), costEUR: 3000}, {code: "dome", sensor: lens(60, 70), panRangeDeg: 360, costEUR: 9000}}, 8)
}

var fewRounds = setcover.Effort{Rounds: 400, BoundRounds: 100}

func place(t *testing.T, scene geo.Scene, candidates []geo.Candidate, options geo.Placing) geo.Placement {
	t.Helper()
	options.Effort = fewRounds
	plan, err := geo.Place(t.Context(), scene, candidates, options)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// withChosen is a scene with the cameras of a plan.
func withChosen(scene geo.Scene, candidates []geo.Candidate, plan geo.Placement) geo.Scene {
	scene.Heads = append([]geo.Head(nil), scene.Heads...)
	for _, p := range plan.Chosen {
		for _, h := range candidates[p.Candidate].Heads {
			h.Camera = p.ID
			scene.Heads = append(scene.Heads, h)
		}
	}
	return scene
}

func TestPlaceSeesMoreWithEachCamera(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	candidates := supports(t, scene)
	seen, bound := 0.0, 0.0
	for _, n := range []int{1, 2, 4, 8} {
		plan := place(t, scene, candidates, geo.Placing{Count: n})
		if len(plan.Chosen) != n || len(plan.Proofs) != 1 || plan.Proofs[0].Measure != geo.MostGround {
			t.Fatalf("%d cameras asked for, %d chosen, proofs %+v", n, len(plan.Chosen), plan.Proofs)
		}
		exact := w.cover(withChosen(scene, candidates, plan))
		now := exact.Levels[0].SeenM2
		if now != plan.After.Levels[0].SeenM2 {
			t.Errorf("%d cameras: %g m² seen, Cover finds %g", n, plan.After.Levels[0].SeenM2, now)
		}
		proof := plan.Proofs[0]
		if now <= seen || proof.Bound < proof.Reached || proof.Bound < bound || proof.Gap > 0.1 {
			t.Errorf("%d cameras: %g m² seen after %g, proof %+v after %g", n, now, seen, proof, bound)
		}
		within(t, "ground of the search", proof.Reached, now-plan.Before.Levels[0].SeenM2, 0.03*now)
		seen, bound = now, proof.Bound
	}
}

// On a scene small enough to try every choice with the exact engine, the plan is as good as the best of them, but for
// what squares can tell.
func TestPlaceAgainstEveryChoice(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	spots := []geo.Spot{{ID: "a", At: w.at(0, 0)}, {ID: "b", At: w.at(200, 0)}, {ID: "c", At: w.at(0, 230)}, {ID: "d", At: w.at(-240, -240)}}
	candidates := equip(spots, []equipment{{code: "fixed", sensor: lens(80, 90)}}, 4)
	plan := place(t, scene, candidates, geo.Placing{Count: 2, CellM: 2})
	best := 0.0
	for i := range candidates {
		for j := range i {
			if candidates[i].Support != candidates[j].Support {
				pair := geo.Placement{Chosen: []geo.Proposal{{Candidate: i, ID: "i"}, {Candidate: j, ID: "j"}}}
				best = max(best, w.cover(withChosen(scene, candidates, pair)).Levels[0].SeenM2)
			}
		}
	}
	if got := plan.After.Levels[0].SeenM2; got < 0.995*best {
		t.Errorf("%g m² seen, the best pair sees %g", got, best)
	}
}

func TestPlaceMeetsShares(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	candidates := supports(t, scene)
	demands := []geo.Demand{{Zone: "square", Level: "near", Share: 0.9, Times: 2}, {Zone: "school", Level: "far", Share: 0.75}}
	plan := place(t, scene, candidates, geo.Placing{Demands: demands})
	for _, o := range plan.Demands {
		if !o.Met || o.AfterM2 < o.Share*o.GroundM2 {
			t.Errorf("%+v is not met", o)
		}
	}
	if p := plan.Proofs[0]; p.Measure != geo.LeastCost || p.Reached != plan.CostEUR || p.Bound > p.Reached || p.Bound <= 0 {
		t.Errorf("proof %+v of a plan of %g euros", p, plan.CostEUR)
	}
	fewest := place(t, scene, candidates, geo.Placing{Demands: demands, Count: 12})
	if p := fewest.Proofs[0]; p.Measure != geo.LeastCameras || p.Reached > float64(len(plan.Chosen)) || len(fewest.Chosen) > 12 {
		t.Errorf("proof %+v of a plan of %d cameras; without a limit there are %d", p, len(fewest.Chosen), len(plan.Chosen))
	}
}

func TestPlaceKeepsToConstraints(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	candidates := supports(t, scene)
	north := geo.Zone{ID: "park", Shape: w.rectangle(-300, 0, 300, 300)}
	least := 0.0
	plan := place(t, scene, candidates, geo.Placing{Count: 6, Forbidden: []geo.Zone{north}, SpacingM: 100, MaxDwellingM: &least})
	if x := plan.Excluded; x.Forbidden == 0 || x.Spacing == 0 || x.Dwellings == 0 || x.Inside == 0 {
		t.Errorf("excluded %+v", x)
	}
	proposed := withChosen(scene, candidates, plan)
	for i, h := range proposed.Heads {
		local := w.frame.ToLocal(h.At)
		if i > 0 && local[1] > 0.01 {
			t.Errorf("%s stands in a no-camera zone", h.Camera)
		}
		for _, other := range proposed.Heads[:i] {
			if d := planar.Distance(local, w.frame.ToLocal(other.At)); d < 99.9 {
				t.Errorf("%s and %s are %g m apart", h.Camera, other.Camera, d)
			}
		}
	}
	for _, f := range privacy(t, proposed, geo.PrivacyOptions{}) {
		if f.Camera != "old" && f.Levels[0].FacadeM > 1e-6 {
			t.Errorf("%s has %g m of dwellings in view", f.Camera, f.Levels[0].FacadeM)
		}
	}
}

func (w town) twins(scene geo.Scene) geo.Scene {
	twin := scene.Heads[0]
	twin.Camera = "twin"
	scene.Heads = append(scene.Heads, twin, geo.Head{Camera: "alone", At: w.at(-250, 250), Sensor: lens(360, 30)})
	return scene
}

func TestPlaceProposesRemovals(t *testing.T) {
	w := newTown(t)
	scene := w.twins(squareTown(w))
	candidates := supports(t, scene)
	plan := place(t, scene, candidates, geo.Placing{Count: 1, Removal: true})
	if !reflect.DeepEqual(plan.Removable, []string{"twin"}) {
		t.Errorf("removable: %q", plan.Removable)
	}
	twice := place(t, scene, candidates, geo.Placing{Count: 1, Removal: true, Demands: []geo.Demand{{Level: "far", Times: 2}}})
	if len(twice.Removable) > 0 {
		t.Errorf("removable: %q, though twice is better", twice.Removable)
	}
}

func TestPlaceInPhases(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	candidates := supports(t, scene)
	plan := place(t, scene, candidates, geo.Placing{BudgetEUR: 16_000, Phases: []geo.Phase{{Count: 1}, {BudgetEUR: 6000}}})
	if plan.CostEUR > 16_000 || len(plan.Chosen) < 4 {
		t.Errorf("%d cameras for %g euros", len(plan.Chosen), plan.CostEUR)
	}
	if len(plan.Phases) != 3 || plan.Phases[0].Cameras != 1 || plan.Phases[1].CostEUR > 6000 {
		t.Fatalf("phases %+v", plan.Phases)
	}
	seen := plan.Before.Levels[0].SeenM2
	for k, p := range plan.Phases {
		if p.SeenM2[0] <= seen {
			t.Errorf("phase %d sees %g m² after %g", k, p.SeenM2[0], seen)
		}
		seen = p.SeenM2[0]
	}
	within(t, "last phase", seen, plan.After.Levels[0].SeenM2, 1e-6)
}

func TestPlaceSaysWhatBinds(t *testing.T) {
	w := newTown(t)
	scene := squareTown(w)
	candidates := supports(t, scene)
	everywhere, none := []geo.Zone{{ID: "all", Shape: scene.Perimeter}}, 0.0
	blind := []geo.Candidate{{ID: "x", Heads: []geo.Head{{At: w.at(2000, 0), BearingDeg: number(0), Sensor: lens(80, 90)}}}}
	looks := []geo.Candidate{{ID: "x", Heads: []geo.Head{{At: w.at(-20, -120), BearingDeg: number(270), Sensor: lens(80, 90)}}}}
	cases := map[string]struct {
		candidates []geo.Candidate
		options    geo.Placing
		want       geo.Binding
	}{
		"no candidates": {nil, geo.Placing{Count: 1}, geo.ByCandidates},
		"name twice":    {append(candidates[:1:1], candidates[0]), geo.Placing{Count: 1}, geo.ByCandidates},
		"name taken":    {[]geo.Candidate{{ID: "old", Heads: blind[0].Heads}}, geo.Placing{Count: 1}, geo.ByCandidates},
		"nothing asked": {candidates, geo.Placing{}, geo.ByDemands},
		"no such zone":  {candidates, geo.Placing{Count: 1, Demands: []geo.Demand{{Zone: "moon", Level: "far"}}}, geo.ByDemands},
		"no such level": {candidates, geo.Placing{Count: 1, Demands: []geo.Demand{{Level: "sharp"}}}, geo.ByDemands},
		"more than all": {candidates, geo.Placing{Demands: []geo.Demand{{Level: "far", Share: 1.2}}}, geo.ByShare},
		"forbidden":     {candidates, geo.Placing{Count: 1, Forbidden: everywhere}, geo.ByForbidden},
		"spacing":       {candidates[:1], geo.Placing{Count: 1, SpacingM: 2000}, geo.BySpacing},
		"dwellings":     {looks, geo.Placing{Count: 1, MaxDwellingM: &none}, geo.ByDwellings},
		"blind":         {blind, geo.Placing{Count: 1}, geo.BySight},
		"out of reach":  {equip([]geo.Spot{{ID: "s", At: w.at(0, 0)}}, []equipment{{code: "f", sensor: lens(80, 90)}}, 4), geo.Placing{Demands: []geo.Demand{{Zone: "square", Level: "far", Share: 0.99}}}, geo.ByShare},
		"too few":       {candidates, geo.Placing{Count: 1, Demands: []geo.Demand{{Level: "near", Share: 0.4}}}, geo.ByCount},
		"too little":    {candidates, geo.Placing{BudgetEUR: 5000, Demands: []geo.Demand{{Level: "near", Share: 0.4}}}, geo.ByBudget},
		"one per support": {equip([]geo.Spot{{ID: "s", At: w.at(0, 0)}}, []equipment{{code: "f", sensor: lens(80, 90)}}, 4),
			geo.Placing{Demands: []geo.Demand{{Zone: "square", Level: "near", Share: 0.7}}}, geo.ByExclusion},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.options.Effort = fewRounds
			_, err := geo.Place(t.Context(), scene, c.candidates, c.options)
			var binding *geo.BindingError
			if !errors.As(err, &binding) || binding.Constraint != c.want || binding.Reason == "" {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// The same input gives the same plan, whatever the number of workers.
func TestPlaceIsTheSameAgain(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 3)
	candidates := supports(t, scene)[:400]
	options := geo.Placing{Count: 5, Demands: []geo.Demand{{Level: "far", Weight: 0.5}, {Zone: "z", Level: "near", Weight: 3}}}
	first := place(t, scene, candidates, options)
	options.Workers = 1
	again := place(t, scene, candidates, options)
	if !reflect.DeepEqual(first, again) {
		t.Errorf("%+v\nand with one worker\n%+v", first.Chosen, again.Chosen)
	}
}

func TestSpots(t *testing.T) {
	w := newTown(t)
	along, err := geo.SpotsAlong([]orb.LineString{{w.at(0, 0), w.at(100, 0), w.at(100, 30)}}, 40)
	if err != nil || len(along) != 1+3+1 {
		t.Errorf("%d spots along 100 m and 30 m: %v", len(along), err)
	}
	shape := orb.MultiPolygon{{{w.at(0, 0), w.at(40, 0), w.at(40, 20), w.at(20, 20), w.at(20, 40), w.at(0, 40), w.at(0, 0)}}}
	for _, turned := range []bool{false, true} {
		if turned {
			shape[0][0].Reverse()
		}
		corners, err := geo.SpotsOnCorners([]geo.Obstacle{{ID: "o", Shape: shape}}, 60)
		if err != nil || len(corners) != 5 {
			t.Errorf("%d corners of an angle jut out: %v", len(corners), err)
		}
	}
	grid, err := geo.SpotsInGrid(w.rectangle(-50, -50, 50, 50), 25)
	if err != nil || len(grid) < 9 || len(grid) > 25 {
		t.Errorf("%d spots in a grid: %v", len(grid), err)
	}
	for _, step := range []float64{0, -1} {
		if _, err := geo.SpotsAlong(nil, step); err == nil {
			t.Errorf("a step of %g m along a line is taken", step)
		}
		if _, err := geo.SpotsInGrid(w.rectangle(0, 0, 9, 9), step); err == nil {
			t.Errorf("a step of %g m in a grid is taken", step)
		}
	}
}
