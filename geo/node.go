package geo

import (
	"cmp"
	"slices"
)

// noder cuts the edges of rings where they cross, and where an end of one lies on another, on the grid (snap rounding,
// after J. Hobby, Practical segment intersection with finite precision output, Computational Geometry 13(4), 1999).
type noder struct {
	vertices []vertex // of all rings, each closed
	rings    []nodedRing
	segments []segment // number e begins at vertices[e]; then the parts of those that were cut
	owner    []int32   // ring of the parts, from number len(vertices) on
	parts    map[int32]span
	marks    []mark   // by number
	touched  []bool   // rings that were cut, or have a vertex in common with another or twice
	knots    []vertex // such vertices, some of them several times

	index edgeIndex // of the rings' edges
	cuts  []cutting
}

// mark says what was found about a segment.
type mark uint8

const (
	divided mark = 1 << iota // it was cut into parts
	doubled                  // another one runs along it, either way
)

// nodedRing is vertices[first:last+1].
type nodedRing struct{ first, last int32 }

// span is the numbers lo … hi−1.
type span struct{ lo, hi int32 }

// cutting is a place where a segment is to be cut.
type cutting struct {
	segment int32
	at      vertex
}

// tract is a course of a ring, or a part of it, with its reach: its box and half a unit or more round it.
type tract struct {
	course
	ring  int32
	reach box
}

// edgeIndex is tracts by cell.
type edgeIndex struct {
	tracts []tract
	cells  lattice
	byCell buckets
}

func newNoder(rings [][]vertex) *noder {
	n := &noder{parts: map[int32]span{}}
	total := 0
	for _, r := range rings {
		total += len(r)
	}
	n.vertices = make([]vertex, 0, total)
	for _, r := range rings {
		first := len(n.vertices)
		n.vertices = append(n.vertices, r[0])
		for _, v := range r[1:] {
			if v != n.vertices[len(n.vertices)-1] {
				n.vertices = append(n.vertices, v)
			}
		}
		if len(n.vertices)-first < 4 {
			n.vertices = n.vertices[:first]
			continue
		}
		n.rings = append(n.rings, nodedRing{int32(first), int32(len(n.vertices)) - 1})
	}
	n.marks, n.touched = make([]mark, len(n.vertices)), make([]bool, len(n.rings))
	return n
}

func (n *noder) node() {
	const rounds = 16 // a round moves edges by half a unit at most; two are the rule
	n.index = newEdgeIndex(n.tracts())
	n.meetAll(&n.index, 0)
	for range rounds {
		if len(n.cuts) == 0 {
			return
		}
		fresh := int32(len(n.marks))
		n.split()
		parts := newEdgeIndex(n.partTracts())
		first, _ := slices.BinarySearchFunc(parts.tracts, fresh, func(t tract, k int32) int { return cmp.Compare(t.first, k) })
		n.meetAll(&parts, int32(first))
		n.meetOthers(parts.tracts[first:])
	}
}

// segment is the one of a number.
func (n *noder) segment(k int32) segment {
	if int(k) < len(n.vertices) {
		return segment{n.vertices[k], n.vertices[k+1]}
	}
	return n.segments[int(k)-len(n.vertices)]
}

// tract is a course of a ring.
func (n *noder) tract(c course, ring int32) tract {
	if int(c.first) < len(n.vertices) {
		return tract{c, ring, n.reach(c.first, c.last)}
	}
	s := n.segment(c.first)
	return tract{c, ring, reachOf(s.a, s.b)}
}

// reach is that of a part of a course of uncut edges.
func (n *noder) reach(first, last int32) box { return reachOf(n.vertices[first], n.vertices[last]) }

func reachOf(a, b vertex) box {
	return box{min(a.x, b.x) - 1, min(a.y, b.y) - 1, max(a.x, b.x), max(a.y, b.y)}
}

// tracts are the courses of all rings.
func (n *noder) tracts() []tract {
	tracts := make([]tract, 0, len(n.vertices)/4)
	for k, r := range n.rings {
		open := course{r.first, r.first}
		var going quadrant
		for e := r.first; e < r.last; e++ {
			heading := going.with(n.vertices[e], n.vertices[e+1])
			if heading == mixed {
				tracts = append(tracts, n.tract(open, int32(k)))
				open.first, heading = e, quadrant(0).with(n.vertices[e], n.vertices[e+1])
			}
			open.last, going = e+1, heading
		}
		tracts = append(tracts, n.tract(open, int32(k)))
	}
	return tracts
}

// partTracts are the parts of segments that were cut, as far as they were not cut again.
func (n *noder) partTracts() []tract {
	var tracts []tract
	for k := range n.segments {
		if number := int32(len(n.vertices) + k); n.marks[number]&divided == 0 {
			tracts = append(tracts, n.tract(course{number, number + 1}, n.owner[k]))
		}
	}
	return tracts
}

func newEdgeIndex(tracts []tract) edgeIndex {
	over, sum := nothing, int64(0)
	for k := range tracts {
		over = over.hull(tracts[k].reach)
		sum += tracts[k].reach.size()
	}
	x := edgeIndex{tracts: tracts}
	if len(tracts) > 0 {
		x.cells = newLattice(over, max(1, sum/int64(len(tracts))), 64+int64(len(tracts)))
		x.byCell = x.cells.sort(len(tracts), func(k int) box { return tracts[k].reach })
	}
	return x
}

// meetAll lets the tracts of an index, from a number on, meet all of it, each two in the first cell that they share.
func (n *noder) meetAll(x *edgeIndex, first int32) {
	for cell := range int32(x.cells.count()) {
		for i, list := 0, x.byCell.list(cell); i < len(list); i++ {
			if list[i] < first {
				continue
			}
			t := &x.tracts[list[i]]
			for _, k := range list[:i] {
				s := &x.tracts[k]
				if both := s.reach.clip(t.reach); !both.empty() && x.cells.cell(vertex{both.x0, both.y0}) == cell {
					n.meetTract(s, t)
				}
			}
		}
	}
}

// meetOthers lets parts of cut segments meet the edges that were not cut.
func (n *noder) meetOthers(parts []tract) {
	x := &n.index
	for k := range parts {
		t := &parts[k]
		p := x.cells.patch(t.reach)
		for r := p.r0; r <= p.r1; r++ {
			for c := p.c0; c <= p.c1; c++ {
				cell := r*x.cells.columns + c
				for _, k := range x.byCell.list(cell) {
					s := &x.tracts[k]
					if both := s.reach.clip(t.reach); !both.empty() && x.cells.cell(vertex{both.x0, both.y0}) == cell {
						n.meetTract(s, t)
					}
				}
			}
		}
	}
}

// meetTract lets the edges of two tracts whose reaches meet do so.
func (n *noder) meetTract(s, t *tract) {
	n.meetCourse(s.course, s.reach, t.course, t.reach, s.ring, t.ring)
}

// meetCourse lets the edges of parts of courses of rings i and j, whose reaches meet, do so.
func (n *noder) meetCourse(s course, ofS box, t course, ofT box, i, j int32) {
	length, other := s.last-s.first, t.last-t.first
	switch {
	case length == 1 && other == 1:
		n.meet(s.first, t.first, i, j)
	case length >= other:
		middle := s.first + length/2
		if b := n.reach(s.first, middle); b.meets(ofT) {
			n.meetCourse(course{s.first, middle}, b, t, ofT, i, j)
		}
		if b := n.reach(middle, s.last); b.meets(ofT) {
			n.meetCourse(course{middle, s.last}, b, t, ofT, i, j)
		}
	default:
		middle := t.first + other/2
		if b := n.reach(t.first, middle); b.meets(ofS) {
			n.meetCourse(s, ofS, course{t.first, middle}, b, i, j)
		}
		if b := n.reach(middle, t.last); b.meets(ofS) {
			n.meetCourse(s, ofS, course{middle, t.last}, b, i, j)
		}
	}
}

// meet finds where two segments, of rings i and j, must be cut, and whether the rings touch there.
func (n *noder) meet(e, f, i, j int32) {
	if (n.marks[e]|n.marks[f])&divided != 0 {
		return
	}
	s, t := n.segment(e), n.segment(f)
	if n.follows(e, f, i, j) || n.follows(f, e, i, j) {
		if s.b != t.a {
			s, t, e, f = t, s, f, e
		}
		if (segment{s.b, s.a}).distance(t.b) <= 0 {
			return // they go on forwards
		}
		if s.a == t.b {
			n.touched[i] = true
			n.tie(e, f)
		}
	} else if s.a == t.a || s.a == t.b || s.b == t.a || s.b == t.b {
		n.touched[i], n.touched[j] = true, true
		n.tie(e, f)
	}
	before := len(n.cuts)
	s.meet(t, func(at vertex) { n.cut(f, t, at) }, func(at vertex) { n.cut(e, s, at) })
	if len(n.cuts) > before {
		n.touched[i], n.touched[j] = true, true
	}
}

// tie notes what two segments have in common.
func (n *noder) tie(e, f int32) {
	s, t := n.segment(e), n.segment(f)
	if s == t || s.a == t.b && s.b == t.a {
		n.marks[e] |= doubled
		n.marks[f] |= doubled
	}
	for _, v := range [2]vertex{s.a, s.b} {
		if v == t.a || v == t.b {
			n.knots = append(n.knots, v)
		}
	}
}

// follows tells whether edge f is the next one of the ring after e.
func (n *noder) follows(e, f, i, j int32) bool {
	return i == j && (f == e+1 || e == n.rings[i].last-1 && f == n.rings[i].first)
}

func (n *noder) cut(k int32, s segment, at vertex) {
	if at != s.a && at != s.b {
		n.cuts = append(n.cuts, cutting{k, at})
	}
}

// split makes the parts of the segments that are to be cut.
func (n *noder) split() {
	slices.SortStableFunc(n.cuts, func(p, q cutting) int {
		if p.segment != q.segment {
			return cmp.Compare(p.segment, q.segment)
		}
		s := n.segment(p.segment)
		return cmp.Compare(s.distance(p.at), s.distance(q.at))
	})
	n.cuts = slices.Compact(n.cuts)
	for lo := 0; lo < len(n.cuts); {
		k := n.cuts[lo].segment
		s, ring := n.segment(k), n.ringOf(k)
		parts := span{lo: int32(len(n.vertices) + len(n.segments))}
		add := func(part segment) {
			n.segments, n.owner, n.marks = append(n.segments, part), append(n.owner, ring), append(n.marks, 0)
		}
		for ; lo < len(n.cuts) && n.cuts[lo].segment == k; lo++ {
			add(segment{s.a, n.cuts[lo].at})
			s.a = n.cuts[lo].at
		}
		add(s)
		parts.hi = int32(len(n.vertices) + len(n.segments))
		n.parts[k] = parts
		n.marks[k] |= divided
	}
	n.cuts = n.cuts[:0]
}

func (n *noder) ringOf(k int32) int32 {
	if int(k) >= len(n.vertices) {
		return n.owner[int(k)-len(n.vertices)]
	}
	at, found := slices.BinarySearchFunc(n.rings, k, func(r nodedRing, k int32) int { return cmp.Compare(r.first, k) })
	if !found {
		at--
	}
	return int32(at)
}

// parted is the numbers of the segments of a ring, or of the parts of those that were cut.
func (n *noder) parted(r nodedRing) []int32 {
	out := make([]int32, 0, r.last-r.first)
	for e := r.first; e < r.last; e++ {
		out = n.addParts(out, e)
	}
	return out
}

func (n *noder) addParts(out []int32, k int32) []int32 {
	if n.marks[k]&divided == 0 {
		return append(out, k)
	}
	parts := n.parts[k]
	for part := parts.lo; part < parts.hi; part++ {
		out = n.addParts(out, part)
	}
	return out
}
