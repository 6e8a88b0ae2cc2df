package geo

import (
	"context"
	"fmt"

	"vigie/geo/setcover"
)

// Candidate is a camera that could be put somewhere: one place, one bearing, one optic.
type Candidate struct {
	// ID is the name of the camera in the proposed scene; no camera that is there may have it.
	ID string
	// Support is what it would stand on; of candidates on one support at most one is chosen. Empty: it has one of its own.
	Support string
	// Heads are what it carries, at one place as a rule; their Camera is not looked at.
	Heads []Head
	// CostEUR is what it costs, put up; where all are 0, cameras are counted instead.
	CostEUR float64
}

// Demand is ground that is worth seeing, or must be seen.
type Demand struct {
	// Zone is one of [Scene.Zones]; empty for all of the ground to watch.
	Zone string
	// Level is the code of one of [Scene.Levels].
	Level string
	// Night asks for it by night.
	Night bool
	// Weight is what a square metre is worth against that of other demands; 0 means 1. Where demands overlap, weights add
	// up.
	Weight float64
	// Share is the part of the ground that must be seen (0.8: four fifths), counting existing cameras; 0: as much as can be.
	Share float64
	// Times is how many cameras must see it, each counting; 0 means 1.
	Times int
}

// Phase is a part of a programme of works: the cameras that fit in it, in the order in which they are best bought.
type Phase struct {
	// Count and BudgetEUR bound it; 0 means no such bound.
	Count     int
	BudgetEUR float64
}

// Placing is what is asked of [Place].
type Placing struct {
	Options
	// Demands are what is to be seen; none means all of the ground, at the level that reaches farthest.
	Demands []Demand
	// Count is the largest number of cameras to add, BudgetEUR what they may cost; 0 means no such limit. Without either,
	// the demands' shares are met with as little as can be.
	Count     int
	BudgetEUR float64
	// Forbidden are zones in which no camera may stand.
	Forbidden []Zone
	// SpacingM is the least distance between the supports of new cameras, and from them to existing ones, metres.
	SpacingM float64
	// MaxDwellingM is how much of the walls of dwellings a new camera may have in view, at the level that reaches farthest,
	// metres; nil for no limit. See [Privacy].
	MaxDwellingM *float64
	// Removal asks which existing cameras could go.
	Removal bool
	// Phases cut the plan; what is left over comes last.
	Phases []Phase
	// CellM is the side of the squares on which the search looks at the ground, metres; 0 means 4 m, more on much ground.
	CellM float64
	// Effort bounds the search.
	Effort setcover.Effort
}

// Placement is a plan.
type Placement struct {
	// Chosen are the cameras to add, in the order in which they are best bought.
	Chosen []Proposal
	// CostEUR is what they cost.
	CostEUR float64
	// Before is the coverage without them and After with them, exactly, as [Cover] has it. The last subsets of After are
	// those of the phases.
	Before, After Coverage
	// Demands are what becomes of each demand, exactly.
	Demands []DemandOutcome
	// Proofs say how good the plan is.
	Proofs []Proof
	// Curve is how much could be had with fewer cameras, by the search.
	Curve []CurvePoint
	// Phases are in the order asked for.
	Phases []PhaseOutcome
	// Removable are existing cameras that can all go, and neither what is seen nor any demand changes, exactly.
	Removable []string
	// Excluded counts the candidates that were left out.
	Excluded Exclusions
	// CellM is the side of the squares on which the search looked at the ground, metres.
	CellM float64
}

// Proposal is one camera to add.
type Proposal struct {
	// Candidate is its rank among the candidates.
	Candidate int
	ID        string
	CostEUR   float64
	// AddsM2 is the weighted ground that it adds to those before it, by the search, in square metres.
	AddsM2 float64
	// ExclusiveM2 is the ground that no other camera sees once all are there, exactly, in the order of the levels.
	ExclusiveM2 []float64
	// Phase is the rank of its phase.
	Phase int
}

// DemandOutcome is what becomes of a demand, in square metres.
type DemandOutcome struct {
	Demand
	GroundM2, BeforeM2, AfterM2 float64
	// Met tells whether its share is seen.
	Met bool
}

// Measure is what a proof is about.
type Measure string

const (
	// LeastCameras is the number of cameras that the required shares take.
	LeastCameras Measure = "least-cameras"
	// LeastCost is what the required shares cost, euros.
	LeastCost Measure = "least-cost"
	// MostGround is the weighted ground newly seen within the limits, square metres; after required shares, what is added
	// to the cameras that meet them.
	MostGround Measure = "most-ground"
)

// Proof is how far a plan can be from the best, among these candidates and on the squares of the search.
type Proof struct {
	Measure Measure
	// Reached is what the plan has. No plan passes Bound.
	Reached, Bound float64
	// Gap is the distance between them as a share: 0.01 is within one hundredth of the best possible.
	Gap float64
}

// CurvePoint is a point of the trade-off.
type CurvePoint struct {
	Cameras int
	CostEUR float64
	// Share is the weighted ground newly seen, as a part of all that is demanded.
	Share float64
}

// PhaseOutcome is what stands at the end of a phase.
type PhaseOutcome struct {
	Cameras int // of this phase
	CostEUR float64
	// SeenM2 is the ground then seen by day, exactly, in the order of the levels.
	SeenM2 []float64
}

// Exclusions counts candidates by what rules them out, the first that does.
type Exclusions struct {
	// Forbidden stand in a no-camera zone, Spacing too close to an existing camera, Inside in an obstacle; Dwellings have
	// too much of dwellings in view, and Blind see nothing that is demanded.
	Forbidden, Spacing, Inside, Dwellings, Blind int
}

// Place chooses which cameras to add to a scene. Existing cameras stay. The search looks at squares of ground; all figures
// but those of the search itself are found again exactly.
//
// Errors: a *[BindingError] that says which constraint cannot be kept; otherwise as [Cover].
func Place(ctx context.Context, scene Scene, candidates []Candidate, options Placing) (Placement, error) {
	s, err := newScout(ctx, scene, candidates, options)
	if err != nil {
		return Placement{}, fmt.Errorf("place: %w", err)
	}
	out, err := s.plan(ctx)
	if err != nil {
		return Placement{}, fmt.Errorf("place: %w", err)
	}
	return out, nil
}

// Binding names a constraint.
type Binding string

// Constraints that can stand in the way.
const (
	ByCandidates Binding = "candidates"        // there are none, or they contradict each other
	ByDemands    Binding = "demands"           // nothing is asked for, or what is not there
	ByForbidden  Binding = "no-camera zones"   // rule out most candidates, and no other is left
	BySpacing    Binding = "spacing"           // the same
	ByObstacles  Binding = "obstacles"         // the same
	ByDwellings  Binding = "dwellings"         // the same
	BySight      Binding = "sight"             // the candidates see nothing that is demanded
	ByShare      Binding = "required share"    // more than all candidates see together
	ByExclusion  Binding = "one per support"   // a share cannot be met with candidates that exclude each other
	ByCount      Binding = "number of cameras" // too few for the required shares
	ByBudget     Binding = "budget"            // too little for the required shares
)

// BindingError says which constraint stands in the way.
type BindingError struct {
	Constraint Binding
	Reason     string
}

func (e *BindingError) Error() string { return fmt.Sprintf("%s: %s", e.Constraint, e.Reason) }

func binding(constraint Binding, format string, args ...any) error {
	return &BindingError{Constraint: constraint, Reason: fmt.Sprintf(format, args...)}
}
