package setcover

import (
	"cmp"
	"slices"
)

// apart bounds what any plan costs by groups that share no candidate: what meets one of them meets none of the others, so
// that what each takes alone adds up. The relaxation spreads one candidate over several groups that each lack a little;
// this does not.
func (m *model) apart() int64 {
	needs := m.alone()
	order := make([]int32, 0, len(needs))
	for g, need := range needs {
		if need.cost > 0 {
			order = append(order, int32(g))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(needs[b].cost, needs[a].cost) })
	used := make([]bool, m.covers.len())
	total := int64(0)
	for _, g := range order {
		serving := needs[g].serving
		if slices.ContainsFunc(serving, func(j int32) bool { return used[j] }) {
			continue
		}
		for _, j := range serving {
			used[j] = true
		}
		total += needs[g].cost
	}
	return total
}

// solo is what one group takes alone: at least cost, by the candidates that serve it.
type solo struct {
	cost    int64
	serving []int32
}

// alone finds, for each group, how many candidates it takes at least, none bringing less than those that bring most, of
// those that exclude each other the one; and what so many of the cheapest cost.
func (m *model) alone() []solo {
	gain := make([]int64, len(m.slotOwner))
	for i := range m.weight {
		for _, slot := range m.by.of(int32(i)) {
			gain[slot] += m.weight[i]
		}
	}
	part := m.parts.turned(m.covers.len(), m.parts.owners())
	needs, most := make([]solo, len(m.goals)), make([]map[int32]int64, len(m.goals))
	cheapest := make([]int64, len(m.goals))
	for slot, j := range m.slotOwner {
		g := m.slotGoal[slot]
		if gain[slot] == 0 || m.goals[g] <= 0 {
			continue
		}
		if most[g] == nil {
			most[g], cheapest[g] = map[int32]int64{}, m.cost[j]
		}
		q := part.of(j)[0]
		most[g][q] = max(most[g][q], gain[slot])
		cheapest[g] = min(cheapest[g], m.cost[j])
		needs[g].serving = append(needs[g].serving, j)
	}
	for g := range needs {
		needs[g].cost = cheapest[g] * fewest(most[g], m.goals[g])
	}
	return needs
}

// fewest is how many of some gains reach a goal at least; all of them when they do not.
func fewest(gains map[int32]int64, goal int64) int64 {
	sorted := make([]int64, 0, len(gains))
	for _, gain := range gains {
		sorted = append(sorted, gain)
	}
	slices.Sort(sorted)
	n := int64(0)
	for i := len(sorted) - 1; i >= 0 && goal > 0; i-- {
		goal -= sorted[i]
		n++
	}
	return n
}
