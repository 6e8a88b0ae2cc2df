package geo_test

import (
	"errors"
	"strconv"
	"testing"

	"vigie/geo"
	"vigie/geo/setcover"
)

// Whatever the scene: no error but one of the data or a constraint that binds; nothing that is seen is lost, constraints
// are kept, and no plan passes its bound.
func FuzzPlace(f *testing.F) {
	addRaw(f, 30)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		var candidates []geo.Candidate
		for k := range 1 + d.roll(12) {
			c := geo.Candidate{ID: "new " + strconv.Itoa(k), Support: pick(d, "", "a", "b"), CostEUR: pick(d, 0.0, 100, 250.5)}
			c.Heads = []geo.Head{d.head(w, "")}
			candidates = append(candidates, c)
		}
		options := geo.Placing{
			Count: d.roll(4), BudgetEUR: pick(d, 0.0, 0, 300), SpacingM: pick(d, 0.0, 0, 15), MaxDwellingM: pick(d, nil, number(10)),
			Removal: d.roll(2) == 0, CellM: pick(d, 2.0, 0, 5), Effort: setcover.Effort{Rounds: 50, BoundRounds: 20},
		}
		options.ArcToleranceM, options.Workers = 0.1, 1
		scene := d.scene(w)
		for range d.roll(3) {
			demand := geo.Demand{Level: scene.Levels[d.roll(len(scene.Levels))].Code, Share: pick(d, 0.0, 0.05, 0.3), Times: d.roll(3), Night: d.roll(4) == 0}
			options.Demands = append(options.Demands, demand)
		}
		plan, err := geo.Place(t.Context(), scene, candidates, options)
		var binding *geo.BindingError
		if errors.As(err, &binding) || refused(t, err) {
			return
		}
		checkPlan(t, options, candidates, plan)
	})
}

func checkPlan(t *testing.T, options geo.Placing, candidates []geo.Candidate, plan geo.Placement) {
	t.Helper()
	for _, o := range plan.Demands {
		if o.AfterM2 < o.BeforeM2-1e-6 || o.AfterM2 > o.GroundM2+1e-6 {
			t.Errorf("%+v", o)
		}
	}
	costEUR, supports := 0.0, map[string]bool{}
	for _, p := range plan.Chosen {
		c := candidates[p.Candidate]
		if c.Support != "" && supports[c.Support] {
			t.Errorf("two cameras on support %q", c.Support)
		}
		supports[c.Support] = true
		costEUR += c.CostEUR
	}
	if options.Count > 0 && len(plan.Chosen) > options.Count || options.BudgetEUR > 0 && costEUR > options.BudgetEUR+0.01 {
		t.Errorf("%d cameras for %g euros, limits %d and %g", len(plan.Chosen), costEUR, options.Count, options.BudgetEUR)
	}
	for _, p := range plan.Proofs {
		past := p.Reached - p.Bound
		if p.Measure != geo.MostGround {
			past = -past
		}
		if past > 1e-6 || p.Gap < -1e-9 {
			t.Errorf("a plan passes its bound: %+v", p)
		}
	}
}
