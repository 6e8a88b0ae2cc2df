package advisory

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// study is a request made whole: defaults filled in, words of the book looked up.
type study struct {
	request inventory.AssessmentRequest
	scale   Scale
	// gapRank is the rank in the scale of the level whose blind places are ranked.
	gapRank int
	// assume is the assumption profile, nil when the request names none.
	assume        *Assumption
	statuses      []inventory.Status
	targetHeightM float64
	params        Params
}

// study checks a request against the book. The error is an *inventory.InvalidError with every fault.
func (b *Book) study(request inventory.AssessmentRequest) (study, error) {
	s := study{
		request:       request,
		statuses:      request.Statuses,
		targetHeightM: b.Params.TargetHeightM.Value,
		params:        b.Params,
	}
	if len(s.statuses) == 0 {
		s.statuses = b.Params.Statuses.Value
	}
	if request.TargetHeightM != nil {
		s.targetHeightM = *request.TargetHeightM
	}
	faults := append(ownFaults(request.Validate()), b.lookUp(&s)...)
	if len(faults) > 0 {
		return study{}, &inventory.InvalidError{Kind: "assessment request", Faults: faults}
	}
	return s, nil
}

// ownFaults are what a request itself tells is wrong: the faults of what its Validate returned.
func ownFaults(err error) []inventory.Fault {
	var invalid *inventory.InvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid):
		return slices.Clone(invalid.Faults)
	}
	return []inventory.Fault{{Field: "", Reason: err.Error()}}
}

// lookUp finds the scale, the gap level and the assumption profile that the request names.
func (b *Book) lookUp(s *study) []inventory.Fault {
	var faults []inventory.Fault
	unknown := func(field, value, known string) {
		faults = append(faults, inventory.Fault{Field: field, Reason: fmt.Sprintf("%q is not one of: %s", value, known)})
	}
	id := s.request.Scale
	if id == "" {
		id = b.Params.DefaultScale.Value
	}
	scale, known := b.Scale(id)
	switch {
	case !known:
		unknown("scale", id, join(b.Scales, func(s Scale) string { return s.ID }))
	case s.request.GapLevel != "":
		if s.gapRank, known = scale.Level(s.request.GapLevel); !known {
			unknown("gapLevel", s.request.GapLevel, scale.codes())
		}
	}
	s.scale = scale
	if id := s.request.Assume; id != "" {
		assume, known := b.Assumption(id)
		if !known {
			unknown("assume", id, join(b.Assumptions, func(p Assumption) string { return p.ID }))
		}
		s.assume = &assume
	}
	return faults
}

func join[T any](items []T, name func(T) string) string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = name(item)
	}
	return strings.Join(names, ", ")
}
