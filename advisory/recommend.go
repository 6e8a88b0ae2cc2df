package advisory

import (
	"context"
	"fmt"

	"vigie/geo"
	"vigie/inventory"
)

// Recommend advises what to buy and where to put it: first what can be had without a new camera, then the fewest or the
// most useful new ones among the places that the request allows. Every figure of the answer is computed by the exact
// engine; it stores nothing, and leaves the provenance to whoever stores it.
//
// Errors: an *inventory.InvalidError with the faults of the request; ErrNotFound for a record that it names and that is not
// there; a *geo.BindingError that says which constraint stands in the way; otherwise those of [Advisor.Assess].
func (a Advisor) Recommend(ctx context.Context, request inventory.RecommendationRequest) (inventory.Recommendation, error) {
	const steps = 3
	a.begin("gather", 0, steps)
	u, err := a.undertake(ctx, request)
	if err != nil {
		return inventory.Recommendation{}, err
	}
	hash, err := u.hash(a.Software)
	if err != nil {
		return inventory.Recommendation{}, err
	}
	a.begin("place", 1, steps)
	if err := u.advise(ctx); err != nil {
		return inventory.Recommendation{}, err
	}
	a.begin("describe", 2, steps)
	result, err := u.result(ctx)
	if err != nil {
		return inventory.Recommendation{}, err
	}
	result.Software, result.Book, result.BookHash, result.InputHash = a.Software, a.Book.Edition, a.Book.Hash, hash
	result.Specification = a.Book.specification(result)
	return inventory.Recommendation{ID: inventory.DeriveID("recommendation", hash), Request: request, Result: result}, nil
}

// undertaking (projet) is a request for a recommendation made whole, and what becomes of it on the way to the answer.
type undertaking struct {
	study
	advisor Advisor
	asked   inventory.RecommendationRequest
	project inventory.Project
	in      inputs
	// gap is the gap that is attended to, camera the camera; nil for none.
	gap    *inventory.Gap
	camera *inventory.Camera
	// candidates are those of the sets asked for, forbidden the no-camera zones.
	candidates []inventory.Candidate
	forbidden  []inventory.Area

	// models are those of the catalogue.
	models []inventory.Equipment

	// needs are those of the areas of interest, in their order; ground is that of all else.
	needs  []inventory.Need
	ground inventory.Need
	// wants are what is to be seen.
	wants []want
	// sights are the existing cameras, changed by the measures that are taken; scene is what they stand in.
	sights []sight
	scene  geo.Scene
	// before is what was seen at first, now what is seen once the measures are taken.
	before, now geo.Coverage
	measures    []inventory.Measure
	// plan is what was chosen; nil when nothing had to be.
	plan *plan
	// unmet is why the required shares are not asked for any more; nil while they are.
	unmet *geo.BindingError
	// proposed are the cameras of the plan as records, billed what they and the measures cost.
	proposed []inventory.ProposedCamera
	billed   billing

	assumptions []inventory.Assumption
	warnings    warnings
}

// advise works the answer out.
func (u *undertaking) advise(ctx context.Context) error {
	if err := u.survey(ctx); err != nil {
		return err
	}
	if err := u.measure(ctx); err != nil {
		return err
	}
	switch {
	case u.camera != nil:
		return nil
	case u.met() && u.asked.Count == 0 && u.asked.BudgetEUR == 0:
		u.warnings.add("nothing_needed", "Toutes les exigences sont tenues : aucune caméra de plus n’est nécessaire.",
			"Every requirement is met: no further camera is needed.")
		return nil
	}
	return u.place(ctx)
}

// survey finds what is seen now.
func (u *undertaking) survey(ctx context.Context) error {
	u.sights = u.study.sights(u.in)
	u.scene = u.study.scene(u.in, u.sights, nil)
	u.scene.Groupings = nil
	if u.gap != nil {
		u.scene.Zones = append(u.scene.Zones, geo.Zone{ID: gapZone, Shape: mapped(u.gap.Geometry)})
	}
	options := u.options()
	options.Editable = true
	var err error
	if u.before, err = geo.Cover(ctx, u.scene, options); err != nil {
		return fmt.Errorf("compute the coverage: %w", err)
	}
	u.now = u.before
	return u.want()
}

// met tells whether every required share is seen.
func (u *undertaking) met() bool {
	required := false
	for _, w := range u.wants {
		if w.Share > 0 {
			required = true
			if groundM2, seenM2 := w.seen(u.now); seenM2 < w.Share*groundM2*(1-geometryShare) {
				return false
			}
		}
	}
	return required
}
