package geo

import (
	"context"
	"fmt"

	"vigie/geo/setcover"
)

// Shortlist gives the ranks of at most n candidates, those first that each add the most demanded ground to what the ones
// before them, and existing cameras, see. It looks only: limits, shares and costs play no part, and nothing is exact. It is
// there to choose supports among very many, by one wide look from each, before [Place] turns cameras on them.
//
// Errors: as [Place].
func Shortlist(ctx context.Context, scene Scene, candidates []Candidate, options Placing, n int) ([]int, error) {
	options.Count, options.BudgetEUR = n, 0
	s, err := newScout(ctx, scene, candidates, options)
	if err != nil {
		return nil, fmt.Errorf("shortlist: %w", err)
	}
	plan, err := setcover.Maximise(ctx, s.problem, setcover.Limit{Count: n}, setcover.Effort{Rounds: -1, BoundRounds: -1})
	if err != nil {
		return nil, fmt.Errorf("shortlist: %w", err)
	}
	ranks := make([]int, 0, len(plan.Chosen))
	for _, one := range plan.Chosen {
		ranks = append(ranks, s.open[one.Candidate])
	}
	return ranks, nil
}
