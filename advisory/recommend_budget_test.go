package advisory_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"vigie/geo"
	"vigie/inventory"
)

// budgetTown is a school with poles, which are to be put up and joined by trenches, and lamps that are there, which are
// cheaper; a camera there looks away from the school, and turning it costs money, too.
func budgetTown(t *testing.T) (town, inventory.RecommendationRequest) {
	t.Helper()
	w, request := schoolTown(t)
	request.Need = inventory.Need{TrenchM: new(35.0)}
	request.Spots.Sets, request.Spots.Bearings = []inventory.ID{"poles", "lamps"}, 4
	w.putCandidates("lamps", poles(-75, -45, 5)...)
	w.putCameras(w.camera("there", -25, 20, looking(270)))
	return w, request
}

// TestRecommendKeepsTheBudget: whatever the budget, the whole bill is within it by the middle of its prices, and the bill
// is whole: what each camera takes, what they share, and the measures that are counted on.
func TestRecommendKeepsTheBudget(t *testing.T) {
	w, request := budgetTown(t)
	bought := map[int]bool{}
	for _, budget := range []float64{1, 4_000, 31_000, 45_000, 60_001, 83_333.33} {
		request.BudgetEUR = budget
		made, err := w.advisor().Recommend(t.Context(), request)
		var binding *geo.BindingError
		if errors.As(err, &binding) && binding.Constraint == geo.ByBudget && budget < 25_000 {
			continue
		}
		if err != nil {
			t.Fatalf("budget of %v €: %v", budget, err)
		}
		r := made.Result
		bought[len(r.Cameras)] = true
		wholeBill(t, r)
		total := r.Bill.TotalEUR
		if middle := (total.Low + total.High) / 2; middle > budget {
			t.Errorf("budget of %v €: %d cameras, the bill is %v €", budget, len(r.Cameras), middle)
		}
		if high := slices.ContainsFunc(r.Warnings, func(w inventory.Warning) bool { return w.Code == "budget_high" }); high != (total.High > budget) {
			t.Errorf("budget of %v €, at most %v: told %v", budget, total.High, high)
		}
		for _, p := range r.Proofs {
			if p.Measure == string(geo.MostGround) && p.Bound < p.Reached-1e-6 {
				t.Errorf("budget of %v €: %v m² beyond the bound %v", budget, p.Reached, p.Bound)
			}
		}
	}
	if len(bought) < 4 {
		t.Errorf("budgets buy %v cameras", bought)
	}
}

// wholeBill holds a bill against all that the plan counts on.
func wholeBill(t *testing.T, r inventory.RecommendationResult) {
	t.Helper()
	var sum inventory.Range
	quantity := map[string]float64{}
	for _, l := range r.Bill.Lines {
		sum.Low, sum.High = sum.Low+l.CostEUR.Low, sum.High+l.CostEUR.High
		quantity[l.Article] += l.Quantity
		if low := math.Round(l.UnitEUR.Low * l.Quantity); l.CostEUR.Low != low {
			t.Errorf("%s: %v × %v € are not %v €", l.Article, l.Quantity, l.UnitEUR.Low, l.CostEUR.Low)
		}
	}
	if sum != r.Bill.TotalEUR {
		t.Errorf("lines of %v €, total %v €", sum, r.Bill.TotalEUR)
	}
	need := map[string]float64{}
	for _, c := range r.Cameras {
		var own inventory.Range
		for _, l := range c.Bill {
			need[l.Article] += l.Quantity
			own.Low, own.High = own.Low+l.CostEUR.Low, own.High+l.CostEUR.High
		}
		if own != c.CostEUR {
			t.Errorf("%s: lines of %v €, cost %v €", c.Spot, own, c.CostEUR)
		}
	}
	if n := float64(len(r.Cameras)); n > 0 {
		need["training"], need["authorisation_file"], need["storage_tb"] = 1, 1, r.Network.StorageTB
		need["node_cabinet"], need["sign"] = math.Ceil(n/4), n
	}
	article := map[inventory.MeasureKind]string{inventory.MeasureReaim: "reaim", inventory.MeasureLens: "lens_change"}
	for _, m := range r.Measures {
		if m.Taken && article[m.Kind] != "" {
			need[article[m.Kind]]++
		}
	}
	for name, n := range need {
		if quantity[name] < n-1e-9 {
			t.Errorf("the bill has %v of %s, the plan takes %v", quantity[name], name, n)
		}
	}
}

// TestRecommendKeepsThePhases: a phase costs no more than it may, unless it says by how much.
func TestRecommendKeepsThePhases(t *testing.T) {
	w, request := budgetTown(t)
	request.Count = 4
	for _, first := range []float64{1_000, 35_000, 60_000} {
		request.Phases = []inventory.PhaseRequest{{Name: "Un", BudgetEUR: first}, {Name: "Deux", BudgetEUR: 20_000}}
		r := w.recommend(request)
		wholeBill(t, r)
		var sum inventory.Range
		for k, phase := range r.Phases {
			sum.Low, sum.High = sum.Low+phase.CostEUR.Low, sum.High+phase.CostEUR.High
			middle, budget := (phase.CostEUR.Low+phase.CostEUR.High)/2, math.Inf(1)
			if k < len(request.Phases) {
				budget = request.Phases[k].BudgetEUR
			}
			told := slices.ContainsFunc(r.Warnings, func(w inventory.Warning) bool {
				return w.Code == []string{"phase_1_beyond", "phase_2_beyond", ""}[min(k, 2)]
			})
			if told != (middle > budget) || k > 0 && middle > budget {
				t.Errorf("first phase of %v €: phase %d costs %v € of %v, told %v", first, k+1, middle, budget, told)
			}
			if k > 0 && phase.SeenM2[0] < r.Phases[k-1].SeenM2[0] {
				t.Errorf("less is seen after phase %d: %v m², then %v", k+1, r.Phases[k-1].SeenM2[0], phase.SeenM2[0])
			}
		}
		if sum != r.Bill.TotalEUR || r.Phases[len(r.Phases)-1].SeenM2[0] != r.Levels[0].AfterM2 {
			t.Errorf("phases of %v €, bill of %v €; %v m² in the end, %v m² by the plan", sum, r.Bill.TotalEUR,
				r.Phases[len(r.Phases)-1].SeenM2[0], r.Levels[0].AfterM2)
		}
	}
}

// TestRecommendNamesTheBudget: where the budget pays for fewer cameras than may be added, it is what stands in the way.
func TestRecommendNamesTheBudget(t *testing.T) {
	w, request := budgetTown(t)
	request.Count, request.Strict, request.BudgetEUR = 20, true, 35_000 // for one camera
	if by := w.refuses(request); by != geo.ByBudget {
		t.Errorf("refused for the %s", by)
	}
}
