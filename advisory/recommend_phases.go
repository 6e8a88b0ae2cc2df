package advisory

import (
	"context"
	"fmt"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// cut puts the cameras, in the order in which they are best bought, into the phases that were asked for. What all share and
// the measures are paid in the first phase, whose budget they take first. What is left over comes last.
func (u *undertaking) cut(ctx context.Context) error {
	if len(u.asked.Phases) == 0 {
		return nil
	}
	commonEUR := middle(u.billed.bill.TotalEUR)
	for _, c := range u.proposed {
		commonEUR -= middle(c.CostEUR)
	}
	limits := append(slices.Clone(u.asked.Phases), inventory.PhaseRequest{})
	at, n, spentEUR := 0, 0, commonEUR
	for k, c := range u.proposed {
		for full(limits[at], n, spentEUR+middle(c.CostEUR)) {
			at, n, spentEUR = at+1, 0, 0
		}
		n, spentEUR = n+1, spentEUR+middle(c.CostEUR)
		u.proposed[k].Phase, u.plan.Chosen[k].Phase = at+1, at
	}
	var err error
	if u.billed, err = u.advisor.Book.bill(u.order(), u.asked.At); err != nil {
		return err
	}
	u.plan.Phases = make([]geo.PhaseOutcome, at+1)
	return u.seenByPhase(ctx)
}

// full tells that a phase has no room for a camera: it would be one too many, or the phase cost more than it may.
func full(limit inventory.PhaseRequest, cameras int, costEUR float64) bool {
	return limit.Count > 0 && cameras >= limit.Count || limit.BudgetEUR > 0 && costEUR > limit.BudgetEUR
}

// seenByPhase finds what is seen at the end of each phase, exactly.
func (u *undertaking) seenByPhase(ctx context.Context) error {
	scene := u.plan.scene
	scene.Subsets = u.phaseSubsets()
	found, err := geo.Cover(ctx, scene, u.options())
	if err != nil {
		return fmt.Errorf("compute the coverage of the phases: %w", err)
	}
	for k, subset := range found.Subsets {
		for _, level := range subset.Levels {
			u.plan.Phases[k].SeenM2 = append(u.plan.Phases[k].SeenM2, level.SeenM2)
		}
	}
	return nil
}

// phaseSubsets are the heads that stand at the end of each phase.
func (u *undertaking) phaseSubsets() []geo.Subset {
	var subsets []geo.Subset
	for k := range u.plan.Phases {
		subset := geo.Subset{ID: fmt.Sprintf("phase-%d", k+1)}
		for rank := range u.scene.Heads {
			subset.Heads = append(subset.Heads, rank)
		}
		next := len(u.scene.Heads)
		for i, c := range u.plan.chosen {
			for range c.offer.heads {
				if u.plan.Chosen[i].Phase <= k {
					subset.Heads = append(subset.Heads, next)
				}
				next++
			}
		}
		subsets = append(subsets, subset)
	}
	return subsets
}

// phases are the parts of the works, what each costs by the bill. One whose budget is passed is told of.
func (u *undertaking) phases() []inventory.Phase {
	n := len(u.plan.Phases)
	if n == 0 {
		n = 1
	}
	out := make([]inventory.Phase, n)
	for k := range out {
		phase := &out[k]
		for _, c := range u.proposed {
			if c.Phase == k+1 {
				phase.Cameras++
			}
		}
		for _, lot := range u.billed.bill.Lots {
			if lot.Phase == k+1 {
				phase.CostEUR = plus(phase.CostEUR, lot.CostEUR)
			}
		}
		phase.SeenM2 = u.seenAfter(k)
		if k < len(u.asked.Phases) {
			phase.Name = u.asked.Phases[k].Name
			u.sayPhase(k, *phase)
		}
	}
	return out
}

// sayPhase tells of a phase that costs more than it may: what all share is paid in it.
func (u *undertaking) sayPhase(k int, phase inventory.Phase) {
	budget, cost := u.asked.Phases[k].BudgetEUR, middle(phase.CostEUR)
	if budget == 0 || cost <= budget {
		return
	}
	u.warnings.add(fmt.Sprintf("phase_%d_beyond", k+1),
		fmt.Sprintf("Phase %d : %s € au milieu des fourchettes, %s € de plus que son budget ; ce que toutes les caméras partagent y est payé.",
			k+1, grouped(whole(cost), "\u00a0"), grouped(whole(cost-budget), "\u00a0")),
		fmt.Sprintf("Phase %d: €%s by the middle of the prices, €%s more than its budget; what all cameras share is paid in it.",
			k+1, grouped(whole(cost), ","), grouped(whole(cost-budget), ",")))
}

// seenAfter is what is seen at the end of a phase, in the order of the levels.
func (u *undertaking) seenAfter(phase int) []float64 {
	if phase < len(u.plan.Phases) {
		return slices.Clone(u.plan.Phases[phase].SeenM2)
	}
	var m2 []float64
	for _, l := range u.plan.after.Levels {
		m2 = append(m2, l.SeenM2)
	}
	return m2
}
