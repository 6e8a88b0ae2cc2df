package setcover

// state is a choice being made, and what each candidate would add to it or take from it.
type state struct {
	*model
	// worth is the weight of each row in the scores: its own, or what a search makes of it.
	worth []int64
	// cover is how many chosen candidates cover a row.
	cover []int32
	// those are they, all in one (exclusive or): when it is one, it is that one.
	those []int32
	in    []bool
	// score, by slot: for a candidate that is out what it would add, for one that is in what would be lost without it.
	score []int64
	// blocked counts the exclusive sets of a candidate in which another one is chosen.
	blocked []int32
	// chosen are the candidates that are in, place where in it they stand.
	chosen, place []int32
	// short are the rows that need more, shortAt where in it they stand.
	short, shortAt []int32
	// covered is the weight covered, by group; spent what the chosen cost.
	covered []int64
	spent   int64
	// fresh tells the candidates round which something changed since they were last taken out.
	fresh []bool
	// track asks for it to be told of those that are out, too.
	track bool
}

func newState(m *model) *state {
	rows, n := len(m.weight), m.covers.len()
	s := &state{
		model: m, worth: m.weight, cover: make([]int32, rows), those: make([]int32, rows), in: make([]bool, n), score: make([]int64, len(m.slotOwner)),
		blocked: make([]int32, n), place: make([]int32, n), short: make([]int32, rows), shortAt: make([]int32, rows),
		covered: make([]int64, len(m.held)), fresh: make([]bool, n),
	}
	for i := range int32(rows) {
		s.short[i], s.shortAt[i] = i, i
		for _, slot := range m.by.of(i) {
			s.score[slot] += m.weight[i]
		}
	}
	for j := range s.fresh {
		s.fresh[j] = true
	}
	return s
}

// value is the weight covered, of all groups.
func (s *state) value() int64 {
	sum := int64(0)
	for _, v := range s.covered {
		sum += v
	}
	return sum
}

// add takes a candidate in.
func (s *state) add(j int32) {
	for _, i := range s.covers.of(j) {
		c, need := s.cover[i], s.need[i]
		s.cover[i] = c + 1
		if c < need {
			s.covered[s.group[i]] += s.weight[i]
		}
		switch c {
		case need - 1: // those that are out have nothing left to add
			s.drop(i)
			s.rescoreOut(i, j, -s.worth[i])
		case need: // those that are in are needed no more
			s.rescoreIn(i, j, -s.worth[i])
		}
		s.those[i] ^= j
	}
	s.in[j] = true
	s.spent += s.cost[j]
	s.place[j] = int32(len(s.chosen))
	s.chosen = append(s.chosen, j)
	s.block(j, 1)
}

// remove takes a candidate out.
func (s *state) remove(j int32) {
	for _, i := range s.covers.of(j) {
		c, need := s.cover[i], s.need[i]
		s.cover[i] = c - 1
		if c <= need {
			s.covered[s.group[i]] -= s.weight[i]
		}
		s.those[i] ^= j
		switch c {
		case need:
			s.shortAt[i] = int32(len(s.short))
			s.short = append(s.short, i)
			s.rescoreOut(i, j, s.worth[i])
		case need + 1:
			s.rescoreIn(i, j, s.worth[i])
		}
	}
	s.in[j], s.fresh[j] = false, false
	s.spent -= s.cost[j]
	last := s.chosen[len(s.chosen)-1]
	s.chosen[s.place[j]], s.place[last] = last, s.place[j]
	s.chosen = s.chosen[:len(s.chosen)-1]
	s.block(j, -1)
}

// rescoreOut changes the scores of the candidates other than j that cover a row and are out.
func (s *state) rescoreOut(i, j int32, by int64) {
	slots := s.by.of(i)
	if s.need[i] > 1 {
		s.rescore(slots, j, false, by)
		return
	}
	for _, slot := range slots { // one is needed, so that none but j is in
		s.score[slot] += by
	}
	s.score[s.slotOf(j, i)] -= by
	if s.track {
		for _, slot := range slots {
			s.fresh[s.slotOwner[slot]] = true
		}
	}
}

// rescoreIn changes the scores of the candidates other than j that cover a row and are in.
func (s *state) rescoreIn(i, j int32, by int64) {
	if s.need[i] > 1 {
		s.rescore(s.by.of(i), j, true, by)
		return
	}
	k := s.those[i] // one is needed and there were two, so that it is the other
	s.score[s.slotOf(k, i)] += by
	s.fresh[k] = true
}

// rescore changes the scores of the slots of candidates other than j that are in, or out.
func (s *state) rescore(slots []int32, j int32, in bool, by int64) {
	for _, slot := range slots {
		if k := s.slotOwner[slot]; k != j && s.in[k] == in {
			s.score[slot] += by
			s.fresh[k] = true
		}
	}
}

// slotOf is the slot of a candidate that covers a row.
func (s *state) slotOf(j, i int32) int32 {
	slot := s.slots.start[j]
	for s.slotGoal[slot] != s.group[i] {
		slot++
	}
	return slot
}

// drop takes a row off the short ones.
func (s *state) drop(i int32) {
	last := s.short[len(s.short)-1]
	s.short[s.shortAt[i]], s.shortAt[last] = last, s.shortAt[i]
	s.short = s.short[:len(s.short)-1]
}

// block counts a candidate in, or out, for those that it excludes.
func (s *state) block(j int32, by int32) {
	for _, q := range s.cliques.of(j) {
		for _, k := range s.members.of(q) {
			if k != j {
				s.blocked[k] += by
			}
		}
	}
}

// gain is what a candidate adds or would add.
func (s *state) gain(j int32) int64 {
	sum := int64(0)
	for _, v := range s.score[s.slots.start[j]:s.slots.start[j+1]] {
		sum += v
	}
	return sum
}

// become makes the choice that of a list.
func (s *state) become(list []int32) {
	wanted := make(map[int32]bool, len(list))
	for _, j := range list {
		wanted[j] = true
	}
	for k := len(s.chosen) - 1; k >= 0; k-- {
		if j := s.chosen[k]; !wanted[j] {
			s.remove(j)
		}
	}
	for _, j := range list {
		if !s.in[j] {
			s.add(j)
		}
	}
}
