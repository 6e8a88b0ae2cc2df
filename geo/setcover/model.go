package setcover

import (
	"math"
	"slices"
)

// table is a list of short lists.
type table struct{ start, items []int32 }

func (t table) of(i int32) []int32 { return t.items[t.start[i]:t.start[i+1]] }
func (t table) len() int           { return len(t.start) - 1 }

// owners are, for each place in a table, the list that it belongs to.
func (t table) owners() []int32 {
	out := make([]int32, len(t.items))
	for i := range int32(t.len()) {
		for k := t.start[i]; k < t.start[i+1]; k++ {
			out[k] = i
		}
	}
	return out
}

// turned is the table that gives, for each of n items, the owners of its places in order: the lists themselves when owners is
// nil.
func (t table) turned(n int, owners []int32) table {
	out := table{make([]int32, n+1), make([]int32, len(t.items))}
	next := make([]int32, n+1)
	for _, k := range t.items {
		next[k+1]++
	}
	for k := range n {
		next[k+1] += next[k]
	}
	copy(out.start, next)
	for list := range int32(t.len()) {
		for i := t.start[list]; i < t.start[list+1]; i++ {
			k, owner := t.items[i], list
			if owners != nil {
				owner = owners[i]
			}
			out.items[next[k]] = owner
			next[k]++
		}
	}
	return out
}

// model is a problem made small: the rows that the kept sets leave open, those that the same candidates cover made one.
type model struct {
	// weight, need and group of each row.
	weight []int64
	need   []int32
	group  []int32
	// covers are the rows of a candidate.
	covers table
	// cost is what each candidate costs.
	cost []int64
	// A slot is a candidate's part in one group: slots are those of a candidate, by are the slots that cover a row.
	slots               table
	by                  table
	slotOwner, slotGoal []int32
	// cliques are the exclusive sets of a candidate, members the candidates of such a set.
	cliques, members table
	// parts are disjoint sets of candidates of which at most one may be chosen: what the bound keeps of the exclusive sets.
	parts table
	// goals, by group, are the weights that remain to be covered; wholly tells that this is every row of the group.
	goals  []int64
	wholly []bool
	// held is the weight that the kept sets cover, by group.
	held []int64
}

// newModel checks a problem and makes it small. Of rows with groups only those stay of which something is required; when
// required is nil, all rows are of one group.
func newModel(p Problem, required []int64) (*model, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	m := &model{}
	m.merge(p, required)
	for _, c := range p.Candidates {
		m.cost = append(m.cost, c.Cost)
	}
	m.slot()
	m.exclude(p)
	return m, nil
}

// slot finds the slots of the candidates.
func (m *model) slot() {
	n := m.covers.len()
	m.slots.start = make([]int32, n+1)
	if len(m.held) == 1 { // with one group a candidate is its own slot: no table of slots is needed to find them
		for j := range int32(n) {
			m.slotOwner, m.slotGoal, m.slots.items, m.slots.start[j+1] = append(m.slotOwner, j), append(m.slotGoal, 0), append(m.slots.items, j), j+1
		}
		m.by = m.covers.turned(len(m.weight), nil)
		return
	}
	of := make([]int32, len(m.covers.items)) // the slot of each row of each candidate
	mine := make([]int32, len(m.held))
	for g := range mine {
		mine[g] = -1
	}
	for j := range int32(n) {
		first := int32(len(m.slotOwner))
		for k := m.covers.start[j]; k < m.covers.start[j+1]; k++ {
			g := m.group[m.covers.items[k]]
			if mine[g] < first {
				mine[g] = int32(len(m.slotOwner))
				m.slotOwner, m.slotGoal = append(m.slotOwner, j), append(m.slotGoal, g)
			}
			of[k] = mine[g]
		}
		if first == int32(len(m.slotOwner)) { // it covers nothing: each candidate has a slot, so that with one group they are the same
			m.slotOwner, m.slotGoal = append(m.slotOwner, j), append(m.slotGoal, 0)
		}
		m.slots.start[j+1] = int32(len(m.slotOwner))
	}
	m.slots.items = make([]int32, len(m.slotOwner))
	for s := range m.slotOwner {
		m.slots.items[s] = int32(s)
	}
	m.by = m.covers.turned(len(m.weight), of)
}

// exclude tells each candidate its exclusive sets, and picks those that share no candidate.
func (m *model) exclude(p Problem) {
	n := m.covers.len()
	m.members.start, m.parts.start = []int32{0}, []int32{0}
	taken := make([]bool, n)
	for _, set := range p.Exclusive {
		set = slices.Compact(slices.Sorted(slices.Values(set)))
		m.members.items = append(m.members.items, set...)
		m.members.start = append(m.members.start, int32(len(m.members.items)))
		m.part(set, taken)
	}
	m.cliques = m.members.turned(n, m.members.owners())
	for j := range int32(n) {
		m.part([]int32{j}, taken)
	}
}

// part adds what is not taken of an exclusive set to the parts.
func (m *model) part(set []int32, taken []bool) {
	before := len(m.parts.items)
	for _, j := range set {
		if !taken[j] {
			taken[j] = true
			m.parts.items = append(m.parts.items, j)
		}
	}
	if len(m.parts.items) > before {
		m.parts.start = append(m.parts.start, int32(len(m.parts.items)))
	}
}

// demand sets what is to be covered of each group.
func (m *model) demand(required []int64) error {
	groups := len(m.held)
	if len(required) > groups {
		groups = len(required)
		m.held = append(m.held, make([]int64, groups-len(m.held))...)
	}
	reach, whole := make([]int64, groups), make([]int64, groups)
	for i, w := range m.weight {
		g := m.group[i]
		reach[g] += w * min(int64(m.need[i]), int64(len(m.by.of(int32(i)))))
		whole[g] += w * int64(m.need[i])
	}
	m.goals, m.wholly = make([]int64, groups), make([]bool, groups)
	for g, asked := range required {
		m.goals[g] = max(0, asked-m.held[g])
		if m.goals[g] > reach[g] {
			return &ImpossibleError{Group: g, Required: asked, Reachable: m.held[g] + reach[g]}
		}
		m.wholly[g] = m.goals[g] > 0 && m.goals[g] == whole[g]
	}
	return nil
}

// largest is the largest sum that the bound can meet, in weights or costs.
func (m *model) largest() float64 {
	sum := 1.0
	for i, w := range m.weight {
		sum += float64(w) * (float64(m.need[i]) + float64(len(m.by.of(int32(i)))))
	}
	for _, c := range m.cost {
		sum += float64(c)
	}
	return sum
}

// scale is how many binary places whole numbers have room for.
func (m *model) scale() uint {
	return uint(max(0, min(30, 60-int(math.Ceil(math.Log2(m.largest()))))))
}
