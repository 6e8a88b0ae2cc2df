package setcover

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// saver looks for the lowest cost that meets a requirement: greedily, then by looking for a plan that costs less than the
// best so far: it takes one out, takes others in for a row that is short, and makes the rows that stay short weigh more
// (row weighting, as Gao, Weise and Li 2015 for covers of the fewest sets).
type saver struct {
	*state
	effort   Effort
	random   *rand.Rand
	best     []int32
	bestCost int64
	curve    []Point
	// pull is what covering a unit of each group counts.
	pull []float64
	// since is the round in which a candidate was last taken in or out.
	since []int
	now   int
	last  int32 // taken in last
	// uneven tells that candidates do not all cost the same: one that costs more may then have to stand in for two.
	uneven bool
	// pool tells the candidates that are tried.
	pool []bool
}

func newSaver(m *model, effort Effort) *saver {
	s := &saver{
		state: newState(m), effort: effort,
		random: rand.New(rand.NewPCG(effort.Seed, 2)), bestCost: math.MaxInt64, //nolint:gosec // G404: the same search again
		pull: make([]float64, len(m.goals)), since: make([]int, m.covers.len()), last: -1, pool: make([]bool, m.covers.len()),
	}
	s.track = true
	for g, goal := range m.goals {
		if goal > 0 {
			s.pull[g] = 1 / float64(goal)
		}
	}
	for j := range s.pool {
		s.pool[j] = true
		s.uneven = s.uneven || m.cost[j] != m.cost[0]
	}
	return s
}

// solve leaves the best plan found in best, and gives a bound of the cost of any.
func (s *saver) solve(ctx context.Context) (int64, error) {
	s.curve = s.greedy(rule{
		key:  func(j int32) float64 { return perCost(s.use(j), s.cost[j]) },
		may:  func(j int32) bool { return s.blocked[j] == 0 },
		full: func() bool { return false },
	})
	s.prune()
	s.equalise()
	f := newFloor(s)
	r := newRelaxation(s.model, f)
	if err := s.search(ctx, s.effort.rounds()/10, 0); err != nil {
		return 0, err
	}
	if s.bestCost == math.MaxInt64 { // exclusive candidates: what costs more is better than nothing
		if err := s.search(ctx, s.effort.rounds(), 0); err != nil {
			return 0, err
		}
	}
	if s.bestCost == math.MaxInt64 {
		return 0, s.impossible()
	}
	if err := r.run(ctx, s.effort.boundRounds()); err != nil {
		return 0, err
	}
	bound := max(r.exact(), s.apart())
	s.narrow(r)
	return bound, s.search(ctx, s.effort.rounds(), bound)
}

// equalise makes the rows of groups that must be covered wholly count the same.
func (s *saver) equalise() {
	chosen := slices.Clone(s.chosen)
	s.become(nil)
	s.worth = slices.Clone(s.weight)
	count := make([]float64, len(s.goals))
	for i, g := range s.group {
		if s.wholly[g] {
			s.rescore(s.by.of(int32(i)), none, false, 1-s.worth[i])
			s.worth[i] = 1
			count[g] += float64(s.need[i])
			s.pull[g] = 1 / count[g]
		}
	}
	s.become(chosen)
}

// search goes some rounds for a plan that costs less than the best, down to a bound.
func (s *saver) search(ctx context.Context, rounds int, bound int64) error {
	for k := range rounds {
		if k%stretch == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if s.bestCost <= bound {
			return nil
		}
		s.now++
		s.round()
	}
	return nil
}

func (s *saver) round() {
	if s.met() {
		s.prune()
		s.out(s.worst(true))
	}
	s.out(s.worst(false))
	if s.uneven && s.random.IntN(2) == 0 {
		s.out(s.worst(false))
	}
	for !s.met() {
		j := s.pick()
		if j < 0 {
			return
		}
		ejected := s.eject(j)
		s.add(j)
		s.since[j], s.last = s.now, j
		s.harden()
		if ejected {
			return // or two that exclude each other could change places for ever
		}
	}
}

// met tells whether every group is covered as required.
func (s *saver) met() bool {
	for g, goal := range s.goals {
		if s.covered[g] < goal {
			return false
		}
	}
	return true
}

// prune takes out what is not needed, the dearest first, and keeps the plan when it is the best so far.
func (s *saver) prune() {
	if !s.met() {
		return
	}
	for {
		dearest := int32(-1)
		for _, j := range s.chosen {
			if s.loss(j) == 0 && (dearest < 0 || s.cost[j] > s.cost[dearest] || s.cost[j] == s.cost[dearest] && s.since[j] < s.since[dearest]) {
				dearest = j
			}
		}
		if dearest < 0 {
			break
		}
		s.out(dearest)
	}
	if s.spent < s.bestCost {
		s.best, s.bestCost = slices.Clone(s.chosen), s.spent
	}
}

// use is what a candidate adds to what is still required, by group; loss what is then missing without it.
func (s *saver) use(j int32) float64 {
	sum := 0.0
	for slot := s.slots.start[j]; slot < s.slots.start[j+1]; slot++ {
		g := s.slotGoal[slot]
		missing := s.goals[g] - s.covered[g]
		switch {
		case missing <= 0:
		case s.wholly[g]:
			sum += s.pull[g] * float64(s.score[slot])
		default:
			sum += s.pull[g] * float64(min(s.score[slot], missing))
		}
	}
	return sum
}

func (s *saver) loss(j int32) float64 {
	sum := 0.0
	for slot := s.slots.start[j]; slot < s.slots.start[j+1]; slot++ {
		g := s.slotGoal[slot]
		spare := max(0, s.covered[g]-s.goals[g])
		switch {
		case s.goals[g] == 0:
		case s.wholly[g]:
			sum += s.pull[g] * float64(s.score[slot])
		default:
			sum += s.pull[g] * float64(max(0, s.score[slot]-spare))
		}
	}
	return sum
}

// worst is the chosen candidate whose loss for its cost is least, and of equals the one that has stayed longest; the one
// that came last only where it may. It is -1 when none may.
func (s *saver) worst(evenLast bool) int32 {
	worst, least := int32(-1), math.Inf(1)
	for _, j := range s.chosen {
		if j == s.last && !evenLast {
			continue
		}
		loss := perCost(s.loss(j), s.cost[j])
		if worst < 0 || loss < least || loss == least && s.since[j] < s.since[worst] {
			worst, least = j, loss
		}
	}
	return worst
}

func (s *saver) out(j int32) {
	if j >= 0 {
		s.remove(j)
		s.since[j] = s.now
	}
}

// pick is the candidate that adds most for its cost among those that cover a row that is short, taken at random; -1 when
// none costs little enough.
func (s *saver) pick() int32 {
	best, most := int32(-1), 0.0
	tries := 4
	for range 64 {
		i := s.short[s.random.IntN(len(s.short))]
		g := s.group[i]
		if s.covered[g] >= s.goals[g] {
			continue
		}
		for _, slot := range s.by.of(i) {
			j := s.slotOwner[slot]
			if s.in[j] || !s.pool[j] || !s.fresh[j] {
				continue
			}
			use := perCost(s.use(j), s.cost[j])
			if s.blocked[j] > 0 {
				use = s.ejected(j, use)
			} else if s.bestCost-s.spent <= s.cost[j] {
				continue
			}
			if use > most || use == most && best >= 0 && s.since[j] < s.since[best] {
				best, most = j, use
			}
		}
		if tries--; tries == 0 || s.wholly[g] && best >= 0 {
			break
		}
	}
	return best
}

// ejected is what a candidate adds when those that it excludes go; nothing when it then costs too much.
func (s *saver) ejected(j int32, use float64) float64 {
	lost, freed := 0.0, int64(0)
	for _, k := range s.rivals(j) {
		lost += perCost(s.loss(k), s.cost[k])
		freed += s.cost[k]
	}
	if s.bestCost-(s.spent-freed) <= s.cost[j] {
		return 0
	}
	return max(use-lost, use*1e-3) // it may be the only way
}

// rivals are the chosen candidates that one excludes.
func (s *saver) rivals(j int32) []int32 {
	var rivals []int32
	for _, q := range s.cliques.of(j) {
		for _, k := range s.members.of(q) {
			if k != j && s.in[k] && !slices.Contains(rivals, k) {
				rivals = append(rivals, k)
			}
		}
	}
	return rivals
}

// eject takes out what a candidate excludes; it tells whether there was anything.
func (s *saver) eject(j int32) bool {
	if s.blocked[j] == 0 {
		return false
	}
	for _, k := range s.rivals(j) {
		s.out(k)
	}
	return true
}

// harden makes the rows that are still short, of groups that must be covered wholly, count more.
func (s *saver) harden() {
	for _, i := range s.short {
		if g := s.group[i]; s.wholly[g] {
			s.worth[i]++
			for _, slot := range s.by.of(i) {
				s.score[slot]++
			}
		}
	}
}

// narrow leaves out the candidates that by the relaxation cannot be in a cheaper plan.
func (s *saver) narrow(r *relaxation) {
	if !r.ran {
		return
	}
	for j := range s.pool {
		s.pool[j] = float64(s.cost[j])-r.sum[j] <= float64(s.bestCost)-r.best
	}
}

// impossible is the requirement that is furthest from being met.
func (s *saver) impossible() error {
	worst, missing := 0, int64(0)
	for g, goal := range s.goals {
		if d := goal - s.covered[g]; d > missing {
			worst, missing = g, d
		}
	}
	reach := s.held[worst]
	for i, w := range s.weight {
		if int(s.group[i]) == worst {
			reach += w * min(int64(s.need[i]), int64(len(s.by.of(int32(i)))))
		}
	}
	return &ImpossibleError{Group: worst, Required: s.held[worst] + s.goals[worst], Reachable: reach}
}
