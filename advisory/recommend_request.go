package advisory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

const recommendationRequest = "recommendation request"

// undertake checks a request, makes it whole and reads what it needs.
func (a Advisor) undertake(ctx context.Context, request inventory.RecommendationRequest) (*undertaking, error) {
	faults := append(ownFaults(request.Validate()), a.Book.unknownProfiles(request.Profiles)...)
	if len(faults) > 0 {
		return nil, &inventory.InvalidError{Kind: recommendationRequest, Faults: faults}
	}
	u := &undertaking{advisor: a, asked: request, project: request.Project}
	wanted, err := u.studyAsked(ctx)
	if err != nil {
		return nil, err
	}
	if u.study, err = a.Book.study(wanted); err != nil {
		return nil, inPart(err, "study.")
	}
	if u.in, err = a.gather(ctx, u.study); err != nil {
		return nil, err
	}
	if err := u.checkPlaces(); err != nil {
		return nil, err
	}
	return u, u.gatherOwn(ctx)
}

// unknownProfiles are the profiles that the book does not have.
func (b *Book) unknownProfiles(ids []string) []inventory.Fault {
	var faults []inventory.Fault
	for i, id := range ids {
		if _, known := b.Profile(id); !known {
			faults = append(faults, inventory.Fault{Field: fmt.Sprintf("profiles[%d]", i), Reason: fmt.Sprintf("%q is not in the book", id)})
		}
	}
	return faults
}

// invalidRequest is one fault of a request.
func invalidRequest(field, reason string, args ...any) error {
	return &inventory.InvalidError{
		Kind: recommendationRequest, Faults: []inventory.Fault{{Field: field, Reason: fmt.Sprintf(reason, args...)}},
	}
}

// inPart says of the faults of a part of a request where the part stands.
func inPart(err error, part string) error {
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	faults := slices.Clone(invalid.Faults)
	for i := range faults {
		faults[i].Field = part + faults[i].Field
	}
	return &inventory.InvalidError{Kind: recommendationRequest, Faults: faults}
}

// studyAsked is the study of the request: its own, or that of the assessment that it names.
func (u *undertaking) studyAsked(ctx context.Context) (inventory.AssessmentRequest, error) {
	wanted, err := u.studyNamed(ctx)
	wanted.Draws, wanted.Seed, wanted.Privacy = 0, 0, false
	return wanted, err
}

func (u *undertaking) studyNamed(ctx context.Context) (inventory.AssessmentRequest, error) {
	if u.asked.Study != nil {
		return *u.asked.Study, nil
	}
	made, err := u.advisor.Store.Assessments().Get(ctx, u.asked.Assessment)
	if err != nil {
		return made.Request, fmt.Errorf("assessment %q: %w", u.asked.Assessment, err)
	}
	if u.asked.Gap == 0 {
		return made.Request, nil
	}
	gaps := made.Result.Gaps
	i := slices.IndexFunc(gaps, func(g inventory.Gap) bool { return g.Rank == u.asked.Gap })
	if i < 0 {
		return made.Request, invalidRequest("gap", "the assessment lists %d gaps, and none of rank %d", len(gaps), u.asked.Gap)
	}
	u.gap = &gaps[i]
	return made.Request, nil
}

// checkPlaces checks what the request says of records that were read, and whether it says where cameras can be put.
func (u *undertaking) checkPlaces() error {
	for i, need := range u.asked.Needs {
		if !slices.ContainsFunc(u.in.areas, func(a inventory.Area) bool { return a.ID == need.Area }) {
			return invalidRequest(fmt.Sprintf("needs[%d].area", i), "%q is not an area of interest of the study", need.Area)
		}
	}
	if id := u.asked.Camera; id != "" {
		i := slices.IndexFunc(u.in.cameras, func(c inventory.Camera) bool { return c.ID == id })
		if i < 0 {
			return invalidRequest("camera", "%q does not stand in or near the perimeter", id)
		}
		u.camera = &u.in.cameras[i]
		return nil
	}
	if spots := u.asked.Spots; len(spots.Sets) == 0 && !spots.Facades && !spots.Grid {
		return invalidRequest("spots", "say where cameras can be put: sets of candidates, façades or a grid")
	}
	return nil
}

// gatherOwn reads what a recommendation needs beside what a study does.
func (u *undertaking) gatherOwn(ctx context.Context) error {
	store := u.advisor.Store
	if id := u.project.Holder; id != "" {
		holder, err := store.Holders().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("holder %q: %w", id, err)
		}
		if u.project.HolderType == "" {
			u.project.HolderType = holder.Type
		}
		if u.project.Department == "" {
			u.project.Department = holder.Attributes()[inventory.AttrDepartment]
		}
	}
	var err error
	u.forbidden, err = inventory.All(ctx, store.Areas(), inventory.Query{
		Area: u.in.perimeter, Where: only(inventory.AttrCategory, string(inventory.AreaNoCamera)),
	})
	if err != nil {
		return fmt.Errorf("read the no-camera zones: %w", err)
	}
	if err := u.gatherModels(ctx); err != nil {
		return err
	}
	return u.gatherCandidates(ctx)
}

// gatherCandidates reads the candidates of the sets asked for that meet the perimeter.
func (u *undertaking) gatherCandidates(ctx context.Context) error {
	sets := slices.Compact(slices.Sorted(slices.Values(u.asked.Spots.Sets)))
	for _, set := range sets {
		where := only(inventory.AttrCategory, string(set))
		found, err := inventory.All(ctx, u.advisor.Store.Candidates(), inventory.Query{Area: u.in.perimeter, Where: where})
		if err != nil {
			return fmt.Errorf("read the candidates %q: %w", set, err)
		}
		if len(found) == 0 {
			if err := u.emptySet(ctx, set, where); err != nil {
				return err
			}
		}
		u.candidates = append(u.candidates, found...)
	}
	return nil
}

// emptySet says why a set gave nothing: there is none, or none of it lies in the perimeter.
func (u *undertaking) emptySet(ctx context.Context, set inventory.ID, where []inventory.Condition) error {
	for _, err := range u.advisor.Store.Candidates().Find(ctx, inventory.Query{Where: where, Limit: 1}) {
		if err != nil {
			return fmt.Errorf("read the candidates %q: %w", set, err)
		}
		return &geo.BindingError{Constraint: geo.ByCandidates, Reason: fmt.Sprintf("none of the set %q lies in the perimeter", set)}
	}
	return &geo.BindingError{Constraint: geo.ByCandidates, Reason: fmt.Sprintf("there is no set %q: import it first", set)}
}

// mapped is a surface as the engine wants it.
func mapped(s inventory.Surface) orb.MultiPolygon { return orb.MultiPolygon(s) }
