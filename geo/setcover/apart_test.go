package setcover_test

import (
	"testing"

	"vigie/geo/setcover"
)

// TestGroupsApartBound: places far apart that each lack a little each take a candidate of their own, however little it is;
// and one that lacks more than a candidate brings takes two.
func TestGroupsApartBound(t *testing.T) {
	t.Parallel()
	var p setcover.Problem
	var required []int64
	for place, lacks := range []int64{1, 2, 21} {
		for row := range int32(10) {
			p.Rows = append(p.Rows, setcover.Row{Weight: 3, Group: int32(place)})
			if row < 7 { // each candidate sees four squares of ten
				first := int32(len(p.Rows)) - 1
				p.Candidates = append(p.Candidates, setcover.Candidate{Cost: 5, Covers: []setcover.Span{{First: first, End: first + 4}}})
			}
		}
		required = append(required, lacks)
	}
	for i := range p.Candidates { // none sees beyond its own place
		c := &p.Candidates[i].Covers[0]
		c.End = min(c.End, (c.First/10+1)*10)
	}
	plan, err := setcover.Minimise(t.Context(), p, required, setcover.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Cost != 4*5 || plan.Bound != plan.Cost {
		t.Errorf("cost %d, bound %d: one, one and two candidates at 5 are the least", plan.Cost, plan.Bound)
	}
}
