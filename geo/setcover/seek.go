package setcover

import (
	"context"
	"math/rand/v2"
	"slices"
)

// seeker looks for the most weight within a limit: greedily, by exchanging one for one, then by taking out a few that
// compete with each other and filling up again.
type seeker struct {
	*state
	limit     Limit
	effort    Effort
	random    *rand.Rand
	best      []int32
	bestValue int64
	curve     []Point
	// pool are the candidates that are tried, loose those of the chosen that may go.
	pool  []int32
	loose []bool
	// perCost tells that candidates are compared by gain per cost.
	perCost bool
	undo    []int32
}

// stretch is how many rounds go by before the pool is narrowed again.
const stretch = 1000

func newSeeker(m *model, limit Limit, effort Effort) *seeker {
	s := &seeker{
		state: newState(m), limit: limit, effort: effort,
		random: rand.New(rand.NewPCG(effort.Seed, 1)), loose: make([]bool, m.covers.len()), //nolint:gosec // G404: the same search again, not a secret
	}
	for j := range s.loose {
		s.loose[j] = true
		s.pool = append(s.pool, int32(j))
	}
	return s
}

// solve leaves the best plan found in best, and gives a bound of the value of any.
func (s *seeker) solve(ctx context.Context) (int64, error) {
	s.start()
	if s.effort.rounds() > 0 {
		s.exchange(ctx)
	}
	r := newRelaxation(s.model, &ceiling{seeker: s, limit: s.limit})
	if err := r.run(ctx, s.effort.boundRounds()); err != nil {
		return 0, err
	}
	bound := min(r.exact(), s.everything())
	s.become(s.best)
	for done := 0; done < s.effort.rounds() && s.bestValue < bound; done++ {
		if done%stretch == 0 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			s.become(s.best)
			s.narrow(r)
		}
		calm := float64(done%stretch) / stretch
		s.round(s.bestValue - int64((1-calm)*(1-calm)*float64(bound-s.bestValue)))
	}
	if s.effort.rounds() > 0 && s.bestValue < bound {
		s.become(s.best)
		s.exchange(ctx)
	}
	return bound, ctx.Err()
}

// start fills up greedily: by gain, and by gain per cost where costs are limited.
func (s *seeker) start() {
	by := rule{s.key, s.fits, func() bool { return !s.affords(1, 0) }}
	s.curve = s.greedy(by)
	s.keep()
	if s.limit.Cost > 0 {
		s.become(nil)
		s.perCost = true
		s.curve = append(s.curve, s.greedy(by)...)
		s.keep()
		s.become(s.best)
	}
}

// everything is the value of all that can be covered.
func (s *seeker) everything() int64 {
	sum := int64(0)
	for i, w := range s.weight {
		sum += w * min(int64(s.need[i]), int64(len(s.by.of(int32(i)))))
	}
	return sum
}

func (s *seeker) key(j int32) float64 {
	gain := float64(s.gain(j))
	if s.perCost {
		return perCost(gain, s.cost[j])
	}
	return gain
}

// fits tells whether a candidate may be taken in.
func (s *seeker) fits(j int32) bool { return s.blocked[j] == 0 && s.affords(1, s.cost[j]) }

// affords tells whether the limit leaves room.
func (s *seeker) affords(count int, cost int64) bool {
	return (s.limit.Count == 0 || len(s.chosen)+count <= s.limit.Count) && (s.limit.Cost == 0 || s.spent+cost <= s.limit.Cost)
}

// keep notes the choice when it is the best so far.
func (s *seeker) keep() {
	if v := s.value(); s.best == nil || v > s.bestValue {
		s.best, s.bestValue = slices.Clone(s.chosen), v
	}
}

// round takes out a few and fills up again. What is worse is undone, unless it is still worth enough: in each stretch the
// search may first lose what the bound leaves to be gained, and then less and less (record-to-record travel, Dueck 1993).
func (s *seeker) round(enough int64) {
	before := s.value()
	s.perCost = s.limit.Cost > 0 && s.random.IntN(2) == 0
	s.undo = s.undo[:0]
	s.ruin()
	for j := s.pick(); j >= 0; j = s.pick() {
		s.take(j)
	}
	if now := s.value(); now < before && now < enough {
		for _, j := range slices.Backward(s.undo) {
			s.flip(j)
		}
		return
	}
	s.keep()
}

func (s *seeker) take(j int32) {
	s.flip(j)
	s.undo = append(s.undo, j)
}

// flip takes a candidate in or out.
func (s *seeker) flip(j int32) {
	if s.in[j] {
		s.remove(j)
	} else {
		s.add(j)
	}
}

// ruin takes out one of the chosen and some that cover the same rows as candidates that it competes with.
func (s *seeker) ruin() {
	if len(s.chosen) == 0 {
		return
	}
	first := s.chosen[s.random.IntN(len(s.chosen))]
	for try := 0; try < 8 && !s.loose[first]; try++ {
		first = s.chosen[s.random.IntN(len(s.chosen))]
	}
	wanted := 1 + s.random.IntN(min(6, len(s.chosen)))
	s.take(first)
	at := first
	for range 12 * wanted {
		if len(s.undo) >= wanted {
			return
		}
		if at = s.neighbour(at); at < 0 {
			return
		}
		if s.in[at] && s.loose[at] {
			s.take(at)
		}
		if s.random.IntN(4) == 0 {
			at = first
		}
	}
}

// neighbour is a candidate that covers one of the rows of another; -1 when that one covers none.
func (s *seeker) neighbour(j int32) int32 {
	rows := s.covers.of(j)
	if len(rows) == 0 {
		return -1
	}
	slots := s.by.of(rows[s.random.IntN(len(rows))])
	return s.slotOwner[slots[s.random.IntN(len(slots))]]
}

// pick is the candidate to take in next, mostly the best and sometimes the second; -1 when none adds anything.
func (s *seeker) pick() int32 {
	first, second := s.leaders()
	if second >= 0 && s.random.IntN(4) == 0 {
		return second
	}
	return first
}

// leaders are the two candidates of the pool that add most and may be taken in; -1 where there is none.
func (s *seeker) leaders() (first, second int32) {
	first, second = -1, -1
	if !s.affords(1, 0) {
		return first, second
	}
	firstKey, secondKey := 0.0, 0.0
	for _, j := range s.pool {
		if s.score[j] == 0 || s.in[j] || !s.fits(j) {
			continue
		}
		switch key := s.key(j); {
		case key > firstKey:
			first, second, firstKey, secondKey = j, first, key, firstKey
		case key > secondKey:
			second, secondKey = j, key
		}
	}
	return first, second
}

// narrow leaves out of the pool the candidates that by the relaxation cannot be in a better plan, and fixes those of the
// chosen that must be.
func (s *seeker) narrow(r *relaxation) {
	c, known := r.side.(*ceiling)
	if !known || !r.ran {
		return
	}
	margin := r.best - float64(s.bestValue)
	s.pool = s.pool[:0]
	for j := range int32(len(s.in)) {
		surplus := r.sum[j] - c.priceOf(j)
		if surplus >= -margin || s.in[j] {
			s.pool = append(s.pool, j)
		}
		s.loose[j] = surplus <= margin || s.cliques.start[j] < s.cliques.start[j+1]
	}
}
