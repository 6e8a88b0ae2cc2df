package setcover

// none is the class of a row that needs nothing more.
const none = -1

// kind is what rows must have in common, besides their candidates, to be made one.
type kind struct{ group, need int32 }

// merger makes one of the rows that the same candidates cover: it starts from one class of rows for each kind, and lets
// each candidate split the classes that it covers in part.
type merger struct {
	class []int32 // of each row
	// By class: what it is, how many rows it has, the candidate that split it last (plus one), and the class that took
	// what that one covers.
	kind                []kind
	size, splitBy, into []int32
	// free are classes without rows.
	free []int32
}

// merge fills the rows of the model and what covers them.
func (m *model) merge(p Problem, required []int64) {
	c := &merger{class: make([]int32, len(p.Rows))}
	m.open(p, required, c)
	for j, candidate := range p.Candidates {
		c.split(int32(j)+1, candidate.Covers)
	}
	m.number(p, c)
}

// open gives every row that is still short its first class, and counts what the kept sets cover.
func (m *model) open(p Problem, required []int64, c *merger) {
	covered := make([]int32, len(p.Rows))
	for _, spans := range p.Kept {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				covered[i]++
			}
		}
	}
	classes := map[kind]int32{}
	m.held = make([]int64, 1)
	for i, r := range p.Rows {
		k := kind{need: max(0, r.need()-covered[i])}
		if required != nil {
			k.group = r.Group
		}
		if missing := int(k.group) + 1 - len(m.held); missing > 0 {
			m.held = append(m.held, make([]int64, missing)...)
		}
		m.held[k.group] += r.Weight * int64(r.need()-k.need)
		if k.need == 0 || r.Weight == 0 || required != nil && (int(r.Group) >= len(required) || required[r.Group] <= 0) {
			c.class[i] = none
			continue
		}
		class, known := classes[k]
		if !known {
			class = c.add(k)
			classes[k] = class
		}
		c.class[i] = class
		c.size[class]++
	}
}

// add makes a class without rows.
func (c *merger) add(k kind) int32 {
	if n := len(c.free); n > 0 {
		class := c.free[n-1]
		c.free = c.free[:n-1]
		c.kind[class] = k
		return class
	}
	c.kind = append(c.kind, k)
	c.size, c.splitBy, c.into = append(c.size, 0), append(c.splitBy, 0), append(c.into, 0)
	return int32(len(c.size) - 1)
}

// split parts what a candidate covers from the rest of each class.
func (c *merger) split(by int32, covers []Span) {
	var empty []int32
	for _, s := range covers {
		rows := c.class[s.First:s.End]
		for i, old := range rows {
			if old == none {
				continue
			}
			if c.splitBy[old] != by {
				class := c.add(c.kind[old])
				c.splitBy[old], c.into[old] = by, class
			}
			rows[i] = c.into[old]
			c.size[rows[i]]++
			if c.size[old]--; c.size[old] == 0 {
				empty = append(empty, old)
			}
		}
	}
	c.free = append(c.free, empty...)
}

// number makes the rows of the model of the classes that some candidate covers, in the order in which they are met.
func (m *model) number(p Problem, c *merger) {
	row, first := make([]int32, len(c.size)), make([]int32, len(c.size))
	for k := range row {
		row[k] = none
	}
	m.covers.start = append(make([]int32, 0, len(p.Candidates)+1), 0)
	for _, candidate := range p.Candidates {
		for _, s := range candidate.Covers {
			for i, k := range c.class[s.First:s.End] {
				switch i := s.First + int32(i); {
				case k == none:
					continue
				case row[k] == none:
					row[k], first[k] = int32(len(m.weight)), i
					m.weight = append(m.weight, 0)
					m.need, m.group = append(m.need, c.kind[k].need), append(m.group, c.kind[k].group)
					m.covers.items = append(m.covers.items, row[k])
				case first[k] == i:
					m.covers.items = append(m.covers.items, row[k])
				}
			}
		}
		m.covers.start = append(m.covers.start, int32(len(m.covers.items)))
	}
	for i, k := range c.class {
		if k != none && row[k] != none {
			m.weight[row[k]] += p.Rows[i].Weight
		}
	}
}
