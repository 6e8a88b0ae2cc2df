package geo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"vigie/geo/setcover"
)

// choice is what the search found.
type choice struct {
	// order are candidates, as ranks among the open ones, and adds the weight that each adds to those before it.
	order []int
	adds  []int64
	cost  int64 // hundredths of euros
	value int64
	// proofs are those of the search, curve what it met on its way.
	proofs []Proof
	curve  []setcover.Point
}

// attempts is how often the required shares are raised when what squares showed as met is not, exactly.
const attempts = 4

// plan chooses, looks at the choice exactly, and chooses again while a required share is missed by a hair.
func (s *scout) plan(ctx context.Context) (Placement, error) {
	before, err := Cover(ctx, s.scene, s.options.Options)
	if err != nil {
		return Placement{}, err
	}
	shares := make([]float64, len(s.targets))
	for k, t := range s.targets {
		shares[k] = t.Share
	}
	var out Placement
	var proofs []Proof
	for k := range attempts {
		c, err := s.choose(ctx, shares)
		var impossible *BindingError
		if k > 0 && errors.As(err, &impossible) {
			break // what the squares can give was given
		}
		if err != nil {
			return out, err
		}
		if k == 0 {
			proofs = c.proofs
		}
		if out, err = s.describe(ctx, c, before); err != nil {
			return out, err
		}
		out.Proofs = settle(proofs, c.proofs)
		if !s.raise(shares, out.Demands) {
			break
		}
	}
	if s.options.Removal {
		out.Removable, err = s.removable(ctx, out)
	}
	return out, err
}

// settle gives the proofs of the shares that were asked for, with what was reached in the end.
func settle(first, last []Proof) []Proof {
	out := slices.Clone(last)
	for k, p := range first {
		if p.Measure != MostGround && k < len(out) {
			out[k].Bound = p.Bound
			out[k].Gap = (out[k].Reached - p.Bound) / max(out[k].Reached, p.Bound, 1e-9)
		}
	}
	return out
}

// raise asks for a little more of what was missed; it tells whether there is any.
func (s *scout) raise(shares []float64, outcomes []DemandOutcome) bool {
	missed := false
	for k, o := range outcomes {
		if !o.Met && shares[k] < 1 {
			missed = true
			shares[k] = min(1, shares[k]+1.2*(o.Share-o.AfterM2/o.GroundM2)+1e-3)
		}
	}
	return missed
}

// choose meets the required shares with as little as can be, then adds as much ground as the limits leave room for.
func (s *scout) choose(ctx context.Context, shares []float64) (choice, error) {
	var c choice
	problem := s.problem
	if slices.Max(shares) > 0 {
		if err := s.meet(ctx, shares, &c); err != nil {
			return c, err
		}
		problem = s.without(c.order)
	}
	limit := setcover.Limit{Count: s.options.Count - len(c.order), Cost: s.budget() - c.cost}
	spent := s.options.Count > 0 && limit.Count == 0 || s.budget() > 0 && limit.Cost == 0
	if s.options.Count == 0 && s.budget() == 0 || spent {
		return c, nil
	}
	limit.Count, limit.Cost = max(0, limit.Count), max(0, limit.Cost)
	plan, err := setcover.Maximise(ctx, problem, limit, s.options.Effort)
	if err != nil {
		return c, err
	}
	c.add(plan, s.problem)
	perM2 := s.cells.side / s.frame.grid.perM()
	perM2 *= perM2 / weightUnits
	c.proofs = append(c.proofs, Proof{Measure: MostGround, Reached: float64(plan.Value) * perM2, Bound: float64(plan.Bound) * perM2, Gap: plan.Gap()})
	return c, nil
}

// budget is in hundredths of euros, rounded down; 0 where there is none.
func (s *scout) budget() int64 {
	if s.options.BudgetEUR == 0 {
		return 0
	}
	return max(1, int64(math.Floor(s.options.BudgetEUR*100+1e-6)))
}

// meet finds the least that meets the required shares: of cameras, when they are limited or cost nothing, or else of money.
func (s *scout) meet(ctx context.Context, shares []float64, c *choice) error {
	problem := s.problem
	measure, unit := LeastCost, 100.0
	if s.countsCameras() {
		measure, unit = LeastCameras, 1
		problem.Candidates = slices.Clone(problem.Candidates)
		for j := range problem.Candidates {
			problem.Candidates[j].Cost = 1
		}
	}
	plan, err := setcover.Minimise(ctx, problem, setcover.Require(problem.Rows, shares), s.options.Effort)
	if err != nil {
		return s.impossible(err)
	}
	c.add(plan, s.problem)
	c.proofs = append(c.proofs, Proof{Measure: measure, Reached: float64(plan.Cost) / unit, Bound: float64(plan.Bound) / unit, Gap: plan.Gap()})
	return s.affords(*c, plan.Bound)
}

// countsCameras tells whether cameras are to be few, rather than cheap.
func (s *scout) countsCameras() bool {
	free := !slices.ContainsFunc(s.problem.Candidates, func(c setcover.Candidate) bool { return c.Cost > 0 })
	return free || s.options.Count > 0 && s.options.BudgetEUR == 0
}

// affords tells what is wrong when the required shares take more than there is.
func (s *scout) affords(c choice, bound int64) error {
	few, dear := s.options.Count > 0 && len(c.order) > s.options.Count, s.budget() > 0 && c.cost > s.budget()
	switch {
	case few && s.countsCameras() && bound > int64(s.options.Count):
		return binding(ByCount, "the required shares take %d cameras at least, and %d may be added", bound, s.options.Count)
	case few:
		return binding(ByCount, "the required shares take %d cameras by the best plan found, and %d may be added", len(c.order), s.options.Count)
	case dear && !s.countsCameras() && bound > s.budget():
		return binding(ByBudget, "the required shares cost %.2f euros at least, and %.2f may be spent", float64(bound)/100, s.options.BudgetEUR)
	case dear:
		return binding(ByBudget, "the required shares cost %.2f euros by the best plan found, and %.2f may be spent", float64(c.cost)/100, s.options.BudgetEUR)
	}
	return nil
}

// add takes a plan over.
func (c *choice) add(plan setcover.Plan, problem setcover.Problem) {
	for _, p := range plan.Curve {
		p.Count, p.Cost, p.Value = p.Count+len(c.order), p.Cost+c.cost, p.Value+c.value
		c.curve = append(c.curve, p)
	}
	for _, one := range plan.Chosen {
		c.order, c.adds = append(c.order, one.Candidate), append(c.adds, one.Gain)
		c.cost += problem.Candidates[one.Candidate].Cost
	}
	c.value += plan.Value
}

// without is the problem once some candidates stand: what they exclude can no longer add anything.
func (s *scout) without(standing []int) setcover.Problem {
	p := s.problem
	p.Kept, p.Candidates = slices.Clone(p.Kept), slices.Clone(p.Candidates)
	for _, j := range standing {
		p.Kept = append(p.Kept, p.Candidates[j].Covers)
	}
	for _, set := range s.problem.Exclusive {
		if slices.ContainsFunc(set, func(j int32) bool { return slices.Contains(standing, int(j)) }) {
			for _, j := range set {
				p.Candidates[j].Covers = nil
			}
		}
	}
	for _, j := range standing {
		p.Candidates[j].Covers = nil
	}
	return p
}

// describe finds the exact figures of a choice.
func (s *scout) describe(ctx context.Context, c choice, before Coverage) (Placement, error) {
	out := Placement{Before: before, CostEUR: float64(c.cost) / 100, Excluded: s.excluded, CellM: s.cells.side / s.frame.grid.perM()}
	for k, j := range c.order {
		one := s.all[s.open[j]]
		m2 := float64(c.adds[k]) / weightUnits * out.CellM * out.CellM
		out.Chosen = append(out.Chosen, Proposal{Candidate: s.open[j], ID: one.ID, CostEUR: one.CostEUR, AddsM2: m2})
	}
	s.phase(&out)
	var err error
	if out.After, err = Cover(ctx, s.proposed(out), s.options.Options); err != nil {
		return out, err
	}
	byName := map[string]CameraCoverage{}
	for _, camera := range out.After.Cameras.All() {
		byName[camera.Camera] = camera
	}
	for k := range out.Chosen {
		out.Chosen[k].ExclusiveM2 = byName[out.Chosen[k].ID].ExclusiveM2
	}
	subsets := out.After.Subsets[len(s.scene.Subsets):]
	for k := range out.Phases {
		for _, l := range subsets[k].Levels {
			out.Phases[k].SeenM2 = append(out.Phases[k].SeenM2, l.SeenM2)
		}
	}
	for _, d := range s.options.Demands {
		out.Demands = append(out.Demands, d.outcome(before, out.After))
	}
	out.Curve = s.curve(c)
	return out, nil
}

// curve is the trade-off as shares of all that is demanded.
func (s *scout) curve(c choice) []CurvePoint {
	whole := 0.0
	for _, r := range s.problem.Rows {
		whole += float64(r.Weight) * float64(r.Need)
	}
	out := make([]CurvePoint, 0, len(c.curve))
	for _, p := range c.curve {
		out = append(out, CurvePoint{Cameras: p.Count, CostEUR: float64(p.Cost) / 100, Share: float64(p.Value) / whole})
	}
	return out
}

// phase cuts the chosen into phases.
func (s *scout) phase(out *Placement) {
	limits := slices.Clone(s.options.Phases)
	if len(limits) == 0 {
		return
	}
	limits = append(limits, Phase{}) // for what is left over
	at := 0
	out.Phases = make([]PhaseOutcome, 1, len(limits))
	for k := range out.Chosen {
		one := &out.Chosen[k]
		for !limits[at].takes(out.Phases[at], one.CostEUR) {
			at++
			out.Phases = append(out.Phases, PhaseOutcome{})
		}
		one.Phase = at
		out.Phases[at].Cameras++
		out.Phases[at].CostEUR += one.CostEUR
	}
}

// takes tells whether one more camera fits in a phase.
func (p Phase) takes(so PhaseOutcome, costEUR float64) bool {
	return (p.Count == 0 || so.Cameras < p.Count) && (p.BudgetEUR == 0 || so.CostEUR+costEUR <= p.BudgetEUR)
}

// proposed is the scene with the chosen cameras, and a subset for the end of each phase.
func (s *scout) proposed(out Placement) Scene {
	scene := s.scene
	scene.Heads, scene.Subsets = slices.Clone(scene.Heads), slices.Clone(scene.Subsets)
	upTo := make([]int, len(out.Phases))
	for k := range upTo {
		upTo[k] = len(scene.Heads)
	}
	for _, p := range out.Chosen {
		for _, h := range s.all[p.Candidate].Heads {
			h.Camera = p.ID
			scene.Heads = append(scene.Heads, h)
		}
		for k := p.Phase; k < len(upTo); k++ {
			upTo[k] = len(scene.Heads)
		}
	}
	for k, n := range upTo {
		heads := make([]int, n)
		for i := range heads {
			heads[i] = i
		}
		scene.Subsets = append(scene.Subsets, Subset{ID: fmt.Sprintf("phase-%d", k+1), Heads: heads})
	}
	return scene
}

// outcome is what becomes of a demand.
func (d Demand) outcome(before, after Coverage) DemandOutcome {
	o := DemandOutcome{Demand: d}
	o.GroundM2, o.BeforeM2 = d.seen(before)
	_, o.AfterM2 = d.seen(after)
	o.Met = o.AfterM2 >= d.Share*o.GroundM2
	return o
}

// seen is the ground of a demand, and what is seen of it often enough, in square metres.
func (d Demand) seen(c Coverage) (groundM2, seenM2 float64) {
	groundM2, levels, night := c.GroundM2, c.Levels, c.Night
	if d.Zone != "" {
		z := c.Zones[slices.IndexFunc(c.Zones, func(z ZoneCoverage) bool { return z.ID == d.Zone })]
		groundM2, levels, night = z.GroundM2, z.Levels, z.Night
	}
	if d.Night {
		levels = night
	}
	for _, l := range levels {
		if l.Level.Code == d.Level && d.times() <= len(l.AtLeastM2) {
			seenM2 = l.AtLeastM2[d.times()-1]
		}
	}
	return groundM2, seenM2
}

// removable goes through the existing cameras and takes away, one after another, those without which nothing changes.
func (s *scout) removable(ctx context.Context, out Placement) ([]string, error) {
	scene, options := s.proposed(out), s.options.Options
	scene.Subsets, options.Editable = nil, true
	now, err := Cover(ctx, scene, options)
	if err != nil {
		return nil, err
	}
	var gone []string
	for k := len(s.cameras) - 1; k >= 0; k-- {
		name := s.cameras[k].camera
		part := now.Cameras.At(k)
		if slices.Max(part.ExclusiveM2) > sameM2 {
			continue
		}
		without, err := now.Replace(ctx, name, nil)
		if err != nil {
			return nil, err
		}
		if s.same(out, without) {
			now, gone = without, append(gone, name)
			continue
		}
		if now, err = now.Replace(ctx, name, s.headsNamed(name)); err != nil {
			return nil, err
		}
	}
	slices.Reverse(gone)
	return gone, nil
}

// headsNamed are the heads of an existing camera.
func (s *scout) headsNamed(camera string) []Head {
	return slices.DeleteFunc(slices.Clone(s.scene.Heads), func(h Head) bool { return h.Camera != camera })
}

// sameM2 is what two figures of one surface may differ by when they were added up another way, square metres.
const sameM2 = 1e-6

// same tells whether everything is seen as it is with the plan: in all, unmoved, by night, and as often as demanded.
func (s *scout) same(out Placement, now Coverage) bool {
	for k, l := range out.After.Levels {
		if differ(now.Levels[k].SeenM2, l.SeenM2) || differ(now.Levels[k].PermanentM2, l.PermanentM2) {
			return false
		}
	}
	for k, l := range out.After.Night {
		if differ(now.Night[k].SeenM2, l.SeenM2) || differ(now.Night[k].PermanentM2, l.PermanentM2) {
			return false
		}
	}
	for _, o := range out.Demands {
		if _, seenM2 := o.seen(now); differ(seenM2, o.AfterM2) {
			return false
		}
	}
	return true
}

func differ(a, b float64) bool { return math.Abs(a-b) > sameM2 }
