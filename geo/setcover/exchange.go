package setcover

import "context"

// exchange replaces one of the chosen by another candidate as long as that adds weight, and keeps the result.
func (s *seeker) exchange(ctx context.Context) {
	both := make([]int64, len(s.in)) // what a candidate and each of the chosen cover that no other chosen one does
	for ctx.Err() == nil {
		in, out, better := int32(-1), int32(-1), int64(0)
		for j := range int32(len(s.in)) {
			if s.in[j] || s.score[j] <= better {
				continue
			}
			if k, d := s.swap(j, both); d > better {
				in, out, better = j, k, d
			}
		}
		if in < 0 {
			break
		}
		s.remove(out)
		s.add(in)
	}
	s.keep()
}

// swap is the chosen one that a candidate best replaces, and what that adds.
func (s *seeker) swap(j int32, both []int64) (out int32, better int64) {
	for _, i := range s.covers.of(j) {
		if s.cover[i] == s.need[i] {
			s.share(i, both, s.weight[i])
		}
	}
	out = -1
	for _, k := range s.chosen {
		if d := s.score[j] - s.score[k] + both[k]; d > better && s.mayReplace(j, k) {
			out, better = k, d
		}
		both[k] = 0
	}
	return out, better
}

// share adds to what each chosen candidate shares of a row.
func (s *seeker) share(i int32, both []int64, weight int64) {
	for _, slot := range s.by.of(i) {
		if k := s.slotOwner[slot]; s.in[k] {
			both[k] += weight
		}
	}
}

// mayReplace tells whether a candidate may be taken in when a chosen one goes.
func (s *seeker) mayReplace(j, chosen int32) bool {
	if s.limit.Cost > 0 && s.spent+s.cost[j]-s.cost[chosen] > s.limit.Cost {
		return false
	}
	blocked := s.blocked[j]
	for _, q := range s.cliques.of(j) {
		for _, k := range s.members.of(q) {
			if k == chosen {
				blocked--
			}
		}
	}
	return blocked == 0
}
