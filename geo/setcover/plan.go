package setcover

import (
	"cmp"
	"slices"
)

// newPlan describes a choice. The state has nothing chosen, and rows count in it what they weigh.
func newPlan(p Problem, s *state, chosen []int32, byCost bool) Plan {
	picked := make([]bool, len(s.in))
	for _, j := range chosen {
		picked[j] = true
	}
	key := func(j int32) float64 {
		gain := float64(s.gain(j)) + 1e-9 // what adds nothing by itself is in the plan, too
		switch {
		case !picked[j]:
			return 0
		case byCost:
			return perCost(gain, s.cost[j])
		}
		return gain
	}
	plan := Plan{Chosen: make([]Choice, 0, len(chosen))}
	plan.Curve = s.greedy(rule{key: key, may: func(int32) bool { return true }, full: func() bool { return len(s.chosen) == len(chosen) }})
	before := int64(0)
	for k, j := range s.chosen {
		value := plan.Curve[k].Value
		plan.Chosen = append(plan.Chosen, Choice{Candidate: int(j), Cost: s.cost[j], Gain: value - before, Loss: s.gain(j)})
		before = value
	}
	plan.Value, plan.Cost = before, s.spent
	plan.review(p)
	return plan
}

// review finds what the kept sets are still good for, the plan being carried out.
func (p *Plan) review(problem Problem) {
	cover := make([]int32, len(problem.Rows))
	count := func(spans []Span, by int32) {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				cover[i] += by
			}
		}
	}
	for _, c := range p.Chosen {
		count(problem.Candidates[c.Candidate].Covers, 1)
	}
	for _, spans := range problem.Kept {
		count(spans, 1)
	}
	for _, spans := range problem.Kept {
		p.KeptLoss = append(p.KeptLoss, problem.loss(spans, cover))
	}
	for k, spans := range slices.Backward(problem.Kept) {
		if problem.loss(spans, cover) == 0 {
			p.Redundant = append(p.Redundant, k)
			count(spans, -1)
		}
	}
	slices.Reverse(p.Redundant)
}

// loss is the weight that is lost without a set of rows.
func (p Problem) loss(spans []Span, cover []int32) int64 {
	sum := int64(0)
	for _, s := range spans {
		for i := s.First; i < s.End; i++ {
			if r := p.Rows[i]; cover[i] <= r.need() {
				sum += r.Weight
			}
		}
	}
	return sum
}

// improveCurve makes the trade-off of the plan and of what else was met: for each number of candidates the most value.
func (p *Plan) improveCurve(met []Point) {
	points := append(slices.Clone(p.Curve), met...)
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Count, b.Count), cmp.Compare(b.Value, a.Value), cmp.Compare(a.Cost, b.Cost))
	})
	p.Curve = nil
	for _, at := range points {
		if n := len(p.Curve); n == 0 || p.Curve[n-1].Count < at.Count && p.Curve[n-1].Value < at.Value {
			p.Curve = append(p.Curve, at)
		}
	}
}
