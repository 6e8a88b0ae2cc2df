package setcover

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// ErrNoCandidates says that there is nothing to choose from.
var ErrNoCandidates = errors.New("there are no candidates")

// InputError is a fault of a problem.
type InputError struct {
	// What is the kind of thing at fault and Index its rank, where that means something.
	What   string
	Index  int
	Reason string
}

func (e *InputError) Error() string { return fmt.Sprintf("%s %d: %s", e.What, e.Index, e.Reason) }

// ImpossibleError is a requirement that no plan meets, or none that was found.
type ImpossibleError struct {
	// Group is the requirement, Required the weight that it asks for.
	Group    int
	Required int64
	// Reachable is what all the candidates and kept sets cover together.
	Reachable int64
}

// Excluded tells that the requirement could be met, were it not for candidates that exclude each other.
func (e *ImpossibleError) Excluded() bool { return e.Reachable >= e.Required }

func (e *ImpossibleError) Error() string {
	if e.Excluded() {
		return fmt.Sprintf("group %d: no plan was found that covers %d without choosing candidates that exclude each other; all of them would cover %d",
			e.Group, e.Required, e.Reachable)
	}
	return fmt.Sprintf("group %d: %d is required, and all candidates together cover %d", e.Group, e.Required, e.Reachable)
}

// maxWeight bounds the sum of all weights, so that sums are exact in whole numbers and in floating point.
const maxWeight = 1 << 50

// check finds the first fault of a problem.
func (p Problem) check() error {
	if len(p.Candidates) == 0 {
		return ErrNoCandidates
	}
	if max(len(p.Rows), len(p.Candidates)) > math.MaxInt32/2 {
		return &InputError{What: "rows", Index: len(p.Rows), Reason: "too many"}
	}
	if err := p.checkRows(); err != nil {
		return err
	}
	var cost uint64
	for j, c := range p.Candidates {
		if cost += uint64(max(c.Cost, 0)); c.Cost < 0 || cost > maxWeight {
			return &InputError{What: "candidate", Index: j, Reason: "its cost is negative, or the sum of all costs too large"}
		}
		if err := p.checkSpans("candidate", j, c.Covers); err != nil {
			return err
		}
	}
	for k, spans := range p.Kept {
		if err := p.checkSpans("kept set", k, spans); err != nil {
			return err
		}
	}
	for q, members := range p.Exclusive {
		for _, j := range members {
			if j < 0 || int(j) >= len(p.Candidates) {
				return &InputError{What: "exclusive set", Index: q, Reason: fmt.Sprintf("there is no candidate %d", j)}
			}
		}
	}
	return nil
}

func (p Problem) checkRows() error {
	var sum uint64
	for i, r := range p.Rows {
		high, worth := bits.Mul64(uint64(max(r.Weight, 0)), uint64(r.need()))
		if sum += worth; r.Weight < 0 || high > 0 || worth > maxWeight || sum > maxWeight {
			return &InputError{What: "row", Index: i, Reason: "its weight is negative, or the sum of all weights too large"}
		}
		if r.Need < 0 || r.Group < 0 {
			return &InputError{What: "row", Index: i, Reason: "its need or its group is negative"}
		}
	}
	return nil
}

func (p Problem) checkSpans(what string, index int, spans []Span) error {
	last := int32(0)
	for _, s := range spans {
		if s.First < last || s.End <= s.First || int(s.End) > len(p.Rows) {
			return &InputError{What: what, Index: index, Reason: fmt.Sprintf("rows %d to %d overlap others, are out of order or do not exist", s.First, s.End)}
		}
		last = s.End
	}
	return nil
}

// Require is the weight of each group that a share of it comes to (1: all of it), for [Minimise]. A group whose share is
// not given is required nothing.
func Require(rows []Row, shares []float64) []int64 {
	total := make([]int64, len(shares))
	for _, r := range rows {
		if int(r.Group) < len(total) {
			total[r.Group] += r.Weight * int64(r.need())
		}
	}
	for g, share := range shares {
		total[g] = min(total[g], int64(math.Ceil(share*float64(total[g]))))
	}
	return total
}
