package setcover_test

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"

	"vigie/geo/setcover"
)

// town makes a small problem with everything in it: kept sets, rows that need two, exclusive sets, costs.
func town(seed uint64, candidates, rows int) setcover.Problem {
	random := rand.New(rand.NewPCG(seed, 11))
	p := setcover.Problem{Rows: make([]setcover.Row, rows), Candidates: make([]setcover.Candidate, candidates)}
	spans := func() (out []setcover.Span) {
		for at := int32(random.IntN(4)); int(at) < rows; at += int32(1 + random.IntN(12)) {
			end := min(at+1+int32(random.IntN(3)), int32(rows))
			out = append(out, setcover.Span{First: at, End: end})
			at = end
		}
		return out
	}
	for i := range p.Rows {
		p.Rows[i] = setcover.Row{Weight: int64(random.IntN(20)), Need: int32(random.IntN(8) / 6 * 2), Group: int32(i * 3 / rows)}
	}
	for j := range p.Candidates {
		p.Candidates[j] = setcover.Candidate{Cost: int64(1 + random.IntN(9)), Covers: spans()}
	}
	if seed%3 == 0 {
		p.Kept = [][]setcover.Span{spans()}
	}
	for range int(seed % 4) {
		a, b := int32(random.IntN(candidates)), int32(random.IntN(candidates))
		p.Exclusive = append(p.Exclusive, []int32{a, b, (a + b) / 2})
	}
	return p
}

// judge tells what a choice, as bits, covers by group beyond what is kept, what it costs, and whether it is allowed.
type judge struct {
	p     setcover.Problem
	cover []int32
}

func (j *judge) try(choice uint) (covered [3]int64, cost int64, allowed bool) {
	j.cover = append(j.cover[:0], make([]int32, len(j.p.Rows))...)
	count := func(spans []setcover.Span) {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				j.cover[i]++
			}
		}
	}
	weigh := func(sign int64) {
		for i, r := range j.p.Rows {
			covered[r.Group] += sign * r.Weight * int64(min(max(r.Need, 1), j.cover[i]))
		}
	}
	for _, k := range j.p.Kept {
		count(k)
	}
	weigh(-1)
	for rest := choice; rest != 0; rest &= rest - 1 {
		c := j.p.Candidates[bits.TrailingZeros(rest)]
		cost += c.Cost
		count(c.Covers)
	}
	weigh(1)
	for _, set := range j.p.Exclusive {
		chosen := uint(0)
		for _, m := range set {
			chosen |= choice & (1 << m)
		}
		if bits.OnesCount(chosen) > 1 {
			return covered, cost, false
		}
	}
	return covered, cost, true
}

func sum(covered [3]int64) int64 { return covered[0] + covered[1] + covered[2] }

// chosen is a plan as bits.
func chosen(plan setcover.Plan) (out uint) {
	for _, c := range plan.Chosen {
		out |= 1 << c.Candidate
	}
	return out
}

var quick = setcover.Effort{Seed: 3, Rounds: 2000, BoundRounds: 200}

// The plan of every small problem is the best of all choices, and the bound is not below it.
func TestMaximiseAgainstAllChoices(t *testing.T) {
	for seed := range uint64(60) {
		p := town(seed, 10, 40)
		limit := setcover.Limit{Count: int(seed % 5), Cost: int64(seed % 2 * 15)}
		oracle := judge{p: p}
		best := int64(0)
		for choice := range uint(1) << len(p.Candidates) {
			covered, cost, allowed := oracle.try(choice)
			if limit.Count > 0 && bits.OnesCount(choice) > limit.Count || limit.Cost > 0 && cost > limit.Cost || !allowed {
				continue
			}
			best = max(best, sum(covered))
		}
		plan, err := setcover.Maximise(context.Background(), p, limit, quick)
		if err != nil {
			t.Fatal(err)
		}
		covered, cost, allowed := oracle.try(chosen(plan))
		if !allowed || sum(covered) != plan.Value || cost != plan.Cost {
			t.Errorf("problem %d: the plan says value %d and cost %d, its candidates %d and %d, allowed %t", seed, plan.Value, plan.Cost, sum(covered), cost, allowed)
		}
		if plan.Value != best || plan.Bound < best {
			t.Errorf("problem %d, limit %+v: value %d of at most %d, the best of all choices is %d", seed, limit, plan.Value, plan.Bound, best)
		}
	}
}

// The same for the lowest cost, and for what is impossible.
func TestMinimiseAgainstAllChoices(t *testing.T) {
	met, refused := 0, 0
	for seed := range uint64(90) {
		p := town(seed, 10, 40)
		required := setcover.Require(p.Rows, [][]float64{{1, 0.6, 0}, {0.5, 0.5, 0.7}, {0, 0.8, 1}}[seed%3])
		oracle := judge{p: p}
		held := keptCover(p)
		best := int64(-1)
		for choice := range uint(1) << len(p.Candidates) {
			covered, cost, allowed := oracle.try(choice)
			for g := range covered {
				allowed = allowed && covered[g]+held[g] >= required[g]
			}
			if allowed && (best < 0 || cost < best) {
				best = cost
			}
		}
		plan, err := setcover.Minimise(context.Background(), p, required, quick)
		var impossible *setcover.ImpossibleError
		switch {
		case best < 0 && errors.As(err, &impossible):
			refused++
		case best < 0 || err != nil:
			t.Errorf("problem %d: the best of all choices costs %d (-1: none meets it), and the answer is %v", seed, best, err)
		case plan.Cost != best || plan.Bound > best:
			t.Errorf("problem %d: cost %d of at least %d, the best of all choices costs %d", seed, plan.Cost, plan.Bound, best)
		default:
			met++
		}
	}
	if met < 30 || refused < 5 {
		t.Errorf("%d problems met and %d refused: too few to mean anything", met, refused)
	}
}

// keptCover is what the kept sets cover, by group.
func keptCover(p setcover.Problem) (held [3]int64) {
	cover := make([]int32, len(p.Rows))
	for _, spans := range p.Kept {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				cover[i]++
			}
		}
	}
	for i, r := range p.Rows {
		held[r.Group] += r.Weight * int64(min(max(r.Need, 1), cover[i]))
	}
	return held
}

// A plan is never worse than plain greedy, and what it says of itself is so.
func TestMaximiseDescribesItself(t *testing.T) {
	for seed := range uint64(20) {
		p := town(seed, 40, 200)
		limit := setcover.Limit{Count: 3 + int(seed%5)}
		plan, err := setcover.Maximise(context.Background(), p, limit, quick)
		if err != nil {
			t.Fatal(err)
		}
		greedy, err := setcover.Maximise(context.Background(), p, limit, setcover.Effort{Rounds: -1, BoundRounds: -1})
		if err != nil {
			t.Fatal(err)
		}
		if plan.Value < greedy.Value || plan.Bound > greedy.Bound || plan.Gap() > greedy.Gap() {
			t.Errorf("problem %d: value %d, bound %d; greedy has %d and %d", seed, plan.Value, plan.Bound, greedy.Value, greedy.Bound)
		}
		describe(t, fmt.Sprintf("problem %d", seed), p, plan)
	}
}

// describe holds the choices, the losses and the curve of a plan against the rows.
func describe(t *testing.T, name string, p setcover.Problem, plan setcover.Plan) {
	t.Helper()
	oracle := judge{p: p}
	all, sofar := chosen(plan), uint(0)
	whole, _, _ := oracle.try(all)
	before := int64(0)
	for k, c := range plan.Chosen {
		sofar |= 1 << c.Candidate
		covered, _, _ := oracle.try(sofar)
		without, _, _ := oracle.try(all &^ (1 << c.Candidate))
		if sum(covered)-before != c.Gain || sum(whole)-sum(without) != c.Loss {
			t.Errorf("%s, choice %d: gain %d and loss %d, the rows say %d and %d", name, k, c.Gain, c.Loss, sum(covered)-before, sum(whole)-sum(without))
		}
		before = sum(covered)
	}
	for k := 1; k < len(plan.Curve); k++ {
		if plan.Curve[k].Count <= plan.Curve[k-1].Count || plan.Curve[k].Value <= plan.Curve[k-1].Value {
			t.Errorf("%s: the curve does not rise: %v", name, plan.Curve)
		}
	}
	if n := len(plan.Curve); n > 0 && plan.Curve[n-1].Value != plan.Value {
		t.Errorf("%s: the curve ends at %d, the plan covers %d", name, plan.Curve[n-1].Value, plan.Value)
	}
}
