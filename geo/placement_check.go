package geo

import (
	"fmt"
	"slices"
)

// demands are those that are asked for, or all of the ground at the level that reaches farthest.
func (p Placing) demands(scene Scene) []Demand {
	if len(p.Demands) > 0 || len(scene.Levels) == 0 {
		return p.Demands
	}
	return []Demand{{Level: scene.byDensity()[0].Code}}
}

// check finds what contradicts itself.
func (p Placing) check(scene Scene, candidates []Candidate) error {
	if len(candidates) == 0 {
		return binding(ByCandidates, "there are none")
	}
	named := map[string]bool{}
	for _, h := range scene.Heads {
		named[h.Camera] = true
	}
	for _, c := range candidates {
		switch {
		case named[c.ID]:
			return binding(ByCandidates, "%q names two cameras", c.ID)
		case len(c.Heads) == 0 || !(c.CostEUR >= 0) || c.CostEUR > 1e9:
			return binding(ByCandidates, "%q has no head, or a cost that cannot be", c.ID)
		}
		named[c.ID] = true
		for _, h := range c.Heads {
			if err := h.validate(); err != nil {
				return fmt.Errorf("candidate %q: %w", c.ID, err)
			}
		}
	}
	if p.Count < 0 || !(p.BudgetEUR >= 0) || !(p.SpacingM >= 0) || !(p.CellM >= 0) || p.MaxDwellingM != nil && !(*p.MaxDwellingM >= 0) {
		return binding(ByDemands, "a limit is negative or no number")
	}
	return p.checkDemands(scene)
}

func (p Placing) checkDemands(scene Scene) error {
	asked := p.Count > 0 || p.BudgetEUR > 0
	for _, d := range p.Demands {
		asked = asked || d.Share > 0
		switch {
		case d.Zone != "" && !slices.ContainsFunc(scene.Zones, func(z Zone) bool { return z.ID == d.Zone }):
			return binding(ByDemands, "there is no zone %q", d.Zone)
		case !slices.ContainsFunc(scene.Levels, func(l Level) bool { return l.Code == d.Level }):
			return binding(ByDemands, "there is no level %q", d.Level)
		case !(d.Share >= 0 && d.Share <= 1):
			return binding(ByShare, "%g of the ground of %s is not between 0 and 1", d.Share, d.name())
		case !(d.Weight >= 0 && d.Weight <= 1e6) || d.Times < 0 || d.Times > 1000:
			return binding(ByDemands, "%s has a weight or a number of cameras that cannot be", d.name())
		}
	}
	if !asked {
		return binding(ByDemands, "neither a number of cameras, nor a budget, nor a required share is given")
	}
	return nil
}

// name is how a demand is called in an error.
func (d Demand) name() string {
	name := "the perimeter"
	if d.Zone != "" {
		name = fmt.Sprintf("zone %q", d.Zone)
	}
	name += fmt.Sprintf(" at level %q", d.Level)
	if d.Night {
		name += " by night"
	}
	return name
}

func (d Demand) times() int { return max(1, d.Times) }
