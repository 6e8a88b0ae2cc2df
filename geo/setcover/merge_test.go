package setcover_test

import (
	"math/rand/v2"
	"testing"

	"vigie/geo/setcover"
)

// The value of a plan is what its candidates cover, counted row by row: many rows that few candidates cover, so
// that most are made one, and fewer where needs differ.
func TestMaximiseCountsEveryRow(t *testing.T) {
	const rows, candidates = 3000, 12
	for _, needs := range []int{1, 2, 7} {
		random := rand.New(rand.NewPCG(uint64(needs), 5))
		p := setcover.Problem{Rows: make([]setcover.Row, rows), Candidates: make([]setcover.Candidate, candidates)}
		for i := range p.Rows {
			p.Rows[i] = setcover.Row{Weight: int64(random.IntN(4)), Need: int32(1 + i%needs)}
		}
		for j := range p.Candidates {
			p.Candidates[j].Cost = 1
			for first := int32(random.IntN(200)); first < rows; first += int32(50 + random.IntN(400)) {
				p.Candidates[j].Covers = append(p.Candidates[j].Covers, setcover.Span{First: first, End: min(rows, first+40)})
			}
		}
		p.Kept = [][]setcover.Span{{{First: 500, End: 900}}}
		plan, err := setcover.Maximise(t.Context(), p, setcover.Limit{Count: 5}, setcover.Effort{Rounds: 100, BoundRounds: 50})
		if err != nil {
			t.Fatal(err)
		}
		if want := counted(p, plan.Chosen); plan.Value != want || len(plan.Chosen) != 5 {
			t.Errorf("%d needs: %d candidates cover %d, counted row by row %d", needs, len(plan.Chosen), plan.Value, want)
		}
	}
}

// counted is the weight that a choice covers beyond what the kept sets do.
func counted(p setcover.Problem, chosen []setcover.Choice) (sum int64) {
	cover := make([]int64, len(p.Rows))
	worth := func(spans []setcover.Span, counts bool) {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				if cover[i]++; counts && cover[i] <= int64(max(1, p.Rows[i].Need)) {
					sum += p.Rows[i].Weight
				}
			}
		}
	}
	for _, spans := range p.Kept {
		worth(spans, false)
	}
	for _, c := range chosen {
		worth(p.Candidates[c.Candidate].Covers, true)
	}
	return sum
}
