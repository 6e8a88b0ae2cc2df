// Package setcover chooses among candidates that each cover some rows, as camera positions cover ground: the most
// covered weight for a limit, or the cheapest cover that a requirement asks for; and it proves how far from the best
// possible the answer can be.
//
// It knows neither places nor cameras: rows, candidates and whole numbers. It measures nothing by the clock: equal inputs
// give equal answers. Its answers are good, not always the best: see [Plan.Gap].
package setcover

import (
	"context"
	"fmt"
)

// Span is a run of rows: from First on, before End.
type Span struct{ First, End int32 }

// Row is a thing to cover.
type Row struct {
	// Weight is what covering it is worth. A row of no weight counts for nothing.
	Weight int64
	// Need is how many sets must cover it; each of the first Need counts Weight. Zero means one.
	Need int32
	// Group is the requirement that it counts for, in [Minimise].
	Group int32
}

// need is Need, and one where nothing is said.
func (r Row) need() int32 { return max(1, r.Need) }

// Candidate is a set of rows that may be chosen.
type Candidate struct {
	// Cost is what choosing it takes from a budget, or adds to the cost to be kept low. One each counts candidates.
	Cost int64
	// Covers are its rows, in order and without overlap.
	Covers []Span
}

// Problem is what there is to choose from.
type Problem struct {
	Rows       []Row
	Candidates []Candidate
	// Kept are sets that stay whatever is chosen, as existing cameras.
	Kept [][]Span
	// Exclusive are sets of candidates of which at most one may be chosen: the orientations of one support, or all those
	// of two supports that stand too close to each other.
	Exclusive [][]int32
}

// Limit bounds what [Maximise] may choose.
type Limit struct {
	// Count is the largest number of candidates, Cost the largest sum of their costs; 0 means no such limit.
	Count int
	Cost  int64
}

// Effort is how much work is done. The zero value is the default.
type Effort struct {
	// Seed starts the random choices of the search.
	Seed uint64
	// Rounds bounds the search, BoundRounds the proof; 0 means the default, a negative number none at all.
	Rounds, BoundRounds int
}

const (
	defaultRounds      = 20_000
	defaultBoundRounds = 600
)

func (e Effort) rounds() int      { return orElse(e.Rounds, defaultRounds) }
func (e Effort) boundRounds() int { return orElse(e.BoundRounds, defaultBoundRounds) }

func orElse(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return max(n, 0)
}

// Plan is an answer.
type Plan struct {
	// Chosen are in the order in which they are best bought: each adds the most (for its cost) to those before it.
	Chosen []Choice
	// Value is the weight that they cover beyond what the kept sets do (of groups that something is required of, in
	// [Minimise]); Cost is what they cost.
	Value, Cost int64
	// Bound is proven: no plan of [Maximise] has a greater value, no plan of [Minimise] a lower cost.
	Bound int64
	// Curve is the value of the best plan met of each number of candidates.
	Curve []Point
	// KeptLoss is what would be lost without each kept set alone, the plan being carried out.
	KeptLoss []int64
	// Redundant are ranks of kept sets that can all go together, and nothing is lost.
	Redundant []int

	maximised bool
}

// Choice is a chosen candidate.
type Choice struct {
	// Candidate is its rank in [Problem.Candidates].
	Candidate int
	Cost      int64
	// Gain is the weight that it adds to those before it, Loss what would be lost without it alone.
	Gain, Loss int64
}

// Point is one point of a trade-off.
type Point struct {
	Count       int
	Cost, Value int64
}

// Gap is how far the plan can be from the best possible, as a share of the bound (of the cost, when that is minimised):
// 0 is the best possible, 0.01 is within one hundredth.
func (p Plan) Gap() float64 {
	whole, missing := p.Cost, p.Cost-p.Bound
	if p.maximised {
		whole, missing = p.Bound, p.Bound-p.Value
	}
	if missing == 0 {
		return 0
	}
	return float64(missing) / float64(whole)
}

// Maximise chooses candidates within a limit so that the weight newly covered is as large as can be found.
//
// Errors: [ErrNoCandidates], an *[InputError]; the context's own when it ends.
func Maximise(ctx context.Context, p Problem, limit Limit, effort Effort) (Plan, error) {
	m, err := newModel(p, nil)
	if err == nil && (limit.Count < 0 || limit.Cost < 0) {
		err = &InputError{What: "limit", Reason: "it is negative"}
	}
	if err != nil {
		return Plan{}, fmt.Errorf("most weight within a limit: %w", err)
	}
	s := newSeeker(m, limit, effort)
	bound, err := s.solve(ctx)
	if err != nil {
		return Plan{}, fmt.Errorf("most weight within a limit: %w", err)
	}
	s.become(nil)
	plan := newPlan(p, s.state, s.best, limit.Cost > 0)
	plan.Bound, plan.maximised = bound, true
	plan.improveCurve(s.curve)
	return plan, nil
}

// Minimise chooses candidates of the lowest cost that can be found so that, with the kept sets, each group is covered to
// the weight required of it. See [Require].
//
// Errors: [ErrNoCandidates], an *[InputError], an *[ImpossibleError]; the context's own when it ends.
func Minimise(ctx context.Context, p Problem, required []int64, effort Effort) (Plan, error) {
	m, err := newModel(p, append([]int64{}, required...))
	if err == nil {
		err = m.demand(required)
	}
	if err != nil {
		return Plan{}, fmt.Errorf("lowest cost for a requirement: %w", err)
	}
	s := newSaver(m, effort)
	bound, err := s.solve(ctx)
	if err != nil {
		return Plan{}, fmt.Errorf("lowest cost for a requirement: %w", err)
	}
	plan := newPlan(p, newState(m), s.best, true)
	plan.Bound = bound
	plan.improveCurve(s.curve)
	return plan, nil
}
