package advisory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// plan is what was chosen.
type plan struct {
	geo.Placement
	chosen []proposal
	// places is how many there were, refused how many cameras masks would have taken from what they were for.
	places, cameras, refused int
	// scene is that with the plan, after what it sees.
	scene geo.Scene
	after geo.Coverage
}

// place chooses the cameras to add.
func (u *undertaking) place(ctx context.Context) error {
	spots, err := u.spots()
	if err != nil {
		return err
	}
	offers, err := u.offers(footings(spots))
	if err != nil {
		return err
	}
	places := len(spots)
	all, err := u.proposals(ctx, spots, offers)
	if err != nil {
		return err
	}
	cameras := len(all)
	all, refused, err := u.mask(ctx, all)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return u.noCandidate(cameras, refused)
	}
	slices.SortStableFunc(all, leastHarm)
	err = u.afford(ctx, all, plan{places: places, cameras: cameras, refused: refused})
	var binding *geo.BindingError
	if errors.As(err, &binding) && binding.Constraint == geo.BySight && refused > 0 {
		return u.noCandidate(cameras, refused) // those that are left see nothing for the masks
	}
	return err
}

// leastHarm orders cameras that could be put somewhere: of those that see as much the search takes the first, which has the
// fewest dwellings in view, by the directions that must be masked, then the cheapest works: a shorter trench, a mast that is
// there (REC-42).
func leastHarm(a, b proposal) int {
	return cmp.Or(cmp.Compare(a.maskedDeg(), b.maskedDeg()), cmp.Compare(a.offer.eur(), b.offer.eur()))
}

// noCandidate says why no camera is left to choose.
func (u *undertaking) noCandidate(cameras, refused int) error {
	if cameras == 0 {
		return &geo.BindingError{Constraint: geo.BySight, Reason: "no place lies within reach of what is to be seen"}
	}
	return &geo.BindingError{
		Constraint: geo.ByDwellings,
		Reason: fmt.Sprintf("%d of %d possible cameras would show dwellings, and the masks that hide them take what they are for (CSI L251-3)",
			refused, cameras),
	}
}

// choose places cameras for what the search may spend so that every requirement is met; where a number or a budget bounds
// them, and the request is not strict, so that most is seen, and says which constraint kept the requirements from being met.
func (u *undertaking) choose(ctx context.Context, all []proposal, may purchase) (geo.Placement, error) {
	options, candidates := u.placing(may), u.candidatesOf(all)
	limited := options.Count > 0 || options.BudgetEUR > 0
	if u.unmet == nil {
		placement, err := geo.Place(ctx, u.scene, candidates, options)
		var binding *geo.BindingError
		if !errors.As(err, &binding) || u.asked.Strict || !limited || !yields(binding.Constraint) {
			return placement, u.ofBudget(err, may)
		}
		u.unmet = binding
	}
	for i := range options.Demands {
		options.Demands[i].Share = 0
	}
	var told *geo.BindingError
	errors.As(u.ofBudget(u.unmet, may), &told)
	u.warnings.add("requirements_unmet",
		"Toutes les exigences ne peuvent être tenues dans les limites données ; le plan couvre le plus possible. Contrainte : "+
			bindingName(told.Constraint)+".",
		"Not every requirement can be met within the limits given; the plan covers as much as can be. Constraint: "+told.Error()+".")
	return geo.Place(ctx, u.scene, candidates, options)
}

// yields tells a constraint that a plan without required shares does not have.
func yields(c geo.Binding) bool {
	return slices.Contains([]geo.Binding{geo.ByShare, geo.ByExclusion, geo.ByCount, geo.ByBudget}, c)
}

// bindingName is a constraint in French.
func bindingName(c geo.Binding) string {
	names := map[geo.Binding]string{
		geo.ByShare: "part exigée", geo.ByExclusion: "une caméra par support", geo.ByCount: "nombre de caméras", geo.ByBudget: "budget",
	}
	return cmp.Or(names[c], string(c))
}

// stand puts the chosen cameras in the scene as they would be, turning ones with all that they can be turned to see, and
// computes exactly what is then seen.
func (u *undertaking) stand(ctx context.Context) error {
	p := u.plan
	p.scene = u.scene
	p.scene.Heads = slices.Clone(u.scene.Heads)
	turning := false
	for _, c := range p.chosen {
		for _, h := range u.engineHeads(c, true) {
			turning = turning || h.PanRangeDeg > 0
			p.scene.Heads = append(p.scene.Heads, h)
		}
	}
	if !turning {
		p.after = p.After
		return nil
	}
	var err error
	if p.after, err = geo.Cover(ctx, p.scene, u.options()); err != nil {
		return fmt.Errorf("compute the coverage of the plan: %w", err)
	}
	return nil
}

// after is what is seen in the end.
func (u *undertaking) after() geo.Coverage {
	if u.plan != nil {
		return u.plan.after
	}
	return u.now
}

// serves is the need that a camera serves: that of the area whose ground it sees most of what is wanted of, by looking from
// it at squares of each; else that of the ground.
func (u *undertaking) serves(p proposal) inventory.Need {
	best, need := 0.0, u.ground
	for _, w := range u.wants {
		if w.area < 0 {
			continue
		}
		if m2 := u.inField(p, w); m2*w.Weight > best {
			best, need = m2*w.Weight, w.need
		}
	}
	return need
}
