package setcover

import "sync"

// Rows that the same candidates cover are made one. Each candidate has a key of 128 bits that looks random, and the sum of
// the keys of those that cover a row is the mark of the row: it takes an addition where a span begins and another where
// it ends, however many rows are between. Rows are taken to be covered by the same candidates when their marks are equal;
// among n rows two sets that differ have the same sum with a probability of n²/2¹²⁹, 10⁻²⁷ for a million rows.

// none is the class of a row that needs nothing more, or that no candidate covers.
const none = -1

// mark is the sum of the keys of some candidates, in two halves.
type mark [2]uint64

// scattered gives numbers that look random (G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number
// generators, OOPSLA 2014).
func scattered(n uint64) uint64 {
	n = (n + 1) * 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// kind is what rows must have in common, besides their candidates, to be made one: the need is what the kept sets leave.
type kind struct{ group, need int32 }

// class is rows of one mark and one kind.
type class struct {
	mark   mark
	kind   kind
	weight int64
	row    int32 // of the model, plus one
}

// merger makes classes of rows, in the order of their first rows.
type merger struct {
	Problem
	marks   [2][]uint64 // of each row, less those of the row before
	classes []class
	before  []int32 // how many classes begin before each row
	slots   []int32 // a table of open addresses: a class plus one
}

// merge fills the rows of the model and what covers them.
func (m *model) merge(p Problem, required []int64) {
	c := &merger{Problem: p, before: make([]int32, len(p.Rows)+1)}
	var halves sync.WaitGroup
	for half := range c.marks {
		halves.Go(func() { c.sign(half) })
	}
	halves.Wait()
	c.makeRoom()
	m.sort(c, required)
	m.number(c)
}

// sign finds one half of the marks.
func (c *merger) sign(half int) {
	marks := make([]uint64, len(c.Rows)+1)
	for j, candidate := range c.Candidates {
		key := scattered(uint64(2*j + half))
		for _, s := range candidate.Covers {
			marks[s.First] += key
			marks[s.End] -= key
		}
	}
	c.marks[half] = marks
}

// makeRoom makes a table for as many classes as there are changes of the mark.
func (c *merger) makeRoom() {
	changes, size := 0, 4
	for _, m := range c.marks[0] {
		if m != 0 {
			changes++
		}
	}
	for size < changes+changes/4 {
		size *= 2
	}
	c.slots, c.classes = make([]int32, size), make([]class, 0, changes/2)
}

// slot is where in the table a class is, or would be.
func (c *merger) slot(m mark, k kind) *int32 {
	room := uint64(len(c.slots) - 1)
	at := (m[0] + uint64(k.need)<<7 + uint64(k.group)<<11) & room
	for ; c.slots[at] > 0; at = (at + 1) & room {
		if of := &c.classes[c.slots[at]-1]; of.mark == m && of.kind == k {
			break
		}
	}
	return &c.slots[at]
}

// kept counts by how many more of the kept sets each row is covered than the row before.
func (p Problem) kept() []int32 {
	out := make([]int32, len(p.Rows)+1)
	for _, spans := range p.Kept {
		for _, s := range spans {
			out[s.First]++
			out[s.End]--
		}
	}
	return out
}

// sort finds the class of each row, and adds up what the kept sets cover.
func (m *model) sort(c *merger, required []int64) {
	kept := c.kept()
	m.held = make([]int64, 1)
	var now, last mark
	var same kind // of the last row
	covered, of := int32(0), int32(none)
	for i := range c.Rows {
		r := &c.Rows[i]
		now[0], now[1], covered = now[0]+c.marks[0][i], now[1]+c.marks[1][i], covered+kept[i]
		k := kind{need: max(0, r.need()-covered)}
		if required != nil {
			k.group = r.Group
		}
		if missing := int(k.group) + 1 - len(m.held); missing > 0 {
			m.held = append(m.held, make([]int64, missing)...)
		}
		m.held[k.group] += r.Weight * int64(r.need()-k.need)
		if r.Weight == 0 || required != nil && (int(r.Group) >= len(required) || required[r.Group] <= 0) {
			k.need = 0
		}
		if now != last || k != same {
			last, same = now, k
			of = c.classOf(now, k)
		}
		if of != none {
			c.classes[of].weight += r.Weight
		}
		c.before[i+1] = int32(len(c.classes))
	}
}

// classOf is the class of a mark and a kind.
func (c *merger) classOf(m mark, k kind) int32 {
	if k.need == 0 || m == (mark{}) {
		return none
	}
	slot := c.slot(m, k)
	if *slot == 0 {
		c.classes = append(c.classes, class{mark: m, kind: k})
		*slot = int32(len(c.classes))
	}
	of := *slot - 1
	if 8*len(c.classes) > 7*len(c.slots) {
		c.slots = make([]int32, 2*len(c.slots))
		for i := range c.classes {
			*c.slot(c.classes[i].mark, c.classes[i].kind) = int32(i + 1)
		}
	}
	return of
}

// places is how many rows of the model all candidates cover together: at most, where a row needs nothing more.
func (c *merger) places() int {
	sum := 0
	for _, candidate := range c.Candidates {
		for _, s := range candidate.Covers {
			sum += int(c.before[s.End] - c.before[s.First])
		}
	}
	return sum
}

// number makes the classes rows of the model, in the order in which candidates cover them.
func (m *model) number(c *merger) {
	n := len(c.classes)
	m.weight, m.need, m.group = make([]int64, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	m.covers = table{make([]int32, 1, len(c.Candidates)+1), make([]int32, 0, c.places())}
	for _, candidate := range c.Candidates {
		for _, s := range candidate.Covers {
			begun := c.classes[c.before[s.First]:c.before[s.End]]
			for k := range begun {
				of := &begun[k]
				if of.row == 0 {
					m.weight, m.need, m.group = append(m.weight, of.weight), append(m.need, of.kind.need), append(m.group, of.kind.group)
					of.row = int32(len(m.weight))
				}
				m.covers.items = append(m.covers.items, of.row-1)
			}
		}
		m.covers.start = append(m.covers.start, int32(len(m.covers.items)))
	}
}
