package inventory

import (
	"cmp"
	"fmt"

	"github.com/paulmach/orb"
)

// RecommendationRequest asks what to buy and where to put it. Exactly one of Study and Assessment says for which ground;
// Gap or Camera narrow it.
type RecommendationRequest struct {
	// Name is the title.
	Name string `json:"name,omitempty"`
	// Study says what ground is to be seen, which cameras and buildings there are, and by which scale. Its Draws and
	// Privacy are not looked at. Areas of interest with a requirement are what must be met.
	Study *AssessmentRequest `json:"study,omitempty"`
	// Assessment is a stored study whose request is taken for Study.
	Assessment ID `json:"assessment,omitempty"`
	// Gap is the rank of one gap of Assessment, to attend to it alone.
	Gap int `json:"gap,omitempty"`
	// Camera is one existing camera, to advise on it alone: keep, re-aim, another lens, replace.
	Camera ID `json:"camera,omitempty"`
	// At is the day of the advice: rules, parameters and costs are those in force then.
	At Date `json:"at"`
	// Need is what holds of every place unless Needs says otherwise of an area; what it leaves open is taken from the areas
	// and from the rulebook, and said.
	Need    Need    `json:"need,omitzero"`
	Needs   []Need  `json:"needs,omitempty"`
	Project Project `json:"project,omitzero"`
	// Spots say where cameras can be put.
	Spots Spots `json:"spots,omitzero"`
	// Profiles are the equipment profiles that may be proposed; when empty, those that the rules choose.
	Profiles []string `json:"profiles,omitempty"`
	// Count is the largest number of cameras to propose, BudgetEUR what the whole bill may come to without tax, by the middle
	// of its prices: works, network, storage, services and the measures that are taken count. 0 means no such limit. Without
	// either, the requirements are met with as little as can be.
	Count     int     `json:"count,omitempty"`
	BudgetEUR float64 `json:"budgetEur,omitempty"`
	// Strict refuses a plan that leaves a requirement unmet, and says which constraint binds; otherwise Count and BudgetEUR
	// go before the requirements, and those that are left unmet are told.
	Strict bool `json:"strict,omitempty"`
	// SpacingM is the least distance between supports, metres.
	SpacingM float64 `json:"spacingM,omitempty"`
	// MaxDwellingM is how many metres of walls of dwellings a proposed camera may have in view before masks; nil for no
	// such limit: masks are then proposed.
	MaxDwellingM *float64 `json:"maxDwellingM,omitempty"`
	// Times is by how many cameras critical areas are to be seen; 0 means 2.
	Times int `json:"times,omitempty"`
	// Removal asks which existing cameras could go.
	Removal bool `json:"removal,omitempty"`
	// Phases cut the works; what is left over comes last.
	Phases []PhaseRequest `json:"phases,omitempty"`
}

// Spots are the places where cameras can be put: those of imported candidates, and generated ones.
type Spots struct {
	// Sets are sets of candidates: points as they are, lines at every StepM metres, surfaces as a grid of StepM.
	Sets []ID `json:"sets,omitempty"`
	// Facades takes the corners of buildings, Grid a grid of StepM over the ground, away from buildings.
	Facades bool `json:"facades,omitempty"`
	Grid    bool `json:"grid,omitempty"`
	// StepM is 25 m when 0.
	StepM float64 `json:"stepM,omitempty"`
	// Bearings is in how many directions each camera could look; 0 means 12.
	Bearings int `json:"bearings,omitempty"`
}

// PhaseRequest is a part of the works: so many cameras at most, or what it may come to by the middle of its prices, euros
// without tax. What all cameras share is paid in the first one; where it takes more than that, a warning says so.
type PhaseRequest struct {
	Name      string  `json:"name,omitempty"`
	Count     int     `json:"count,omitempty"`
	BudgetEUR float64 `json:"budgetEur,omitempty"`
}

// Recommendation (préconisation) is advice on equipment: a request, and the plan that answers it.
type Recommendation struct {
	ID      ID                    `json:"id"`
	Request RecommendationRequest `json:"request"`
	Result  RecommendationResult  `json:"result"`
	// Owner is the holder or the account that it was made for; empty for the person at the machine itself.
	Owner      ID         `json:"owner,omitempty"`
	Provenance Provenance `json:"provenance,omitzero"`
}

// Key is the recommendation's identifier.
func (r Recommendation) Key() ID { return r.ID }

// Shape is the perimeter.
func (r Recommendation) Shape() orb.Geometry {
	if len(r.Result.Perimeter) == 0 {
		return nil
	}
	return orb.MultiPolygon(r.Result.Perimeter)
}

// Attributes are whose it is (else the holder of the project), the commune, the last change.
func (r Recommendation) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(cmp.Or(r.Owner, r.Request.Project.Holder)))
	if r.Request.Study != nil {
		a.place(r.Request.Study.Commune, r.Request.Project.Department)
	}
	a.provenance(r.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (r Recommendation) Validate() error {
	var f faults
	f.id("id", r.ID)
	r.Request.check(&f, "request.")
	return f.err("recommendation", r.ID)
}

// Validate returns nil or an *InvalidError with every fault.
func (r RecommendationRequest) Validate() error {
	var f faults
	r.check(&f, "")
	return f.err("recommendation request", "")
}

// mostBearings and mostTimes bound a request; a step of less than leastStepM gives more places than a town has.
const (
	mostBearings, mostTimes = 72, 100
	leastStepM              = 1.0
)

func (r RecommendationRequest) check(f *faults, at string) {
	switch {
	case (r.Study == nil) == (r.Assessment == ""):
		f.add(at+"study", "exactly one of study and assessment must be given")
	case r.Study != nil:
		r.Study.check(f, at+"study.")
	}
	f.reference(at+"assessment", r.Assessment)
	f.reference(at+"camera", r.Camera)
	if r.Gap < 0 || r.Gap > 0 && r.Assessment == "" {
		f.add(at+"gap", "is the rank, from 1, of a gap of the assessment that is named")
	}
	if r.Gap > 0 && r.Camera != "" {
		f.add(at+"camera", "goes without gap: one or the other is attended to")
	}
	if r.At == "" {
		f.add(at+"at", "is missing: the day of the advice, as 2026-11-21")
	}
	f.date(at+"at", r.At)
	r.Need.check(f, at+"need.")
	for i, need := range r.Needs {
		if need.Area == "" {
			f.add(fmt.Sprintf("%sneeds[%d].area", at, i), "is missing: which area has this need?")
		}
		need.check(f, fmt.Sprintf("%sneeds[%d].", at, i))
	}
	r.Project.check(f, at+"project.")
	r.checkPlan(f, at)
}

// checkPlan checks what bounds the plan.
func (r RecommendationRequest) checkPlan(f *faults, at string) {
	for i, id := range r.Spots.Sets {
		f.id(fmt.Sprintf("%sspots.sets[%d]", at, i), id)
	}
	if r.Spots.StepM != 0 {
		f.within(at+"spots.stepM", &r.Spots.StepM, leastStepM, 10_000, "m")
	}
	if r.Spots.Bearings < 0 || r.Spots.Bearings > mostBearings {
		f.add(at+"spots.bearings", "must be between 0 and %d", mostBearings)
	}
	if r.Count < 0 {
		f.add(at+"count", "must not be negative")
	}
	if r.Times < 0 || r.Times > mostTimes {
		f.add(at+"times", "must be between 0 and %d", mostTimes)
	}
	f.within(at+"budgetEur", &r.BudgetEUR, 0, 1e12, "€")
	f.within(at+"spacingM", &r.SpacingM, 0, 10_000, "m")
	f.within(at+"maxDwellingM", r.MaxDwellingM, 0, 1e6, "m")
	for i, phase := range r.Phases {
		if phase.Count < 0 {
			f.add(fmt.Sprintf("%sphases[%d].count", at, i), "must not be negative")
		}
		f.within(fmt.Sprintf("%sphases[%d].budgetEur", at, i), &phase.BudgetEUR, 0, 1e12, "€")
	}
}
