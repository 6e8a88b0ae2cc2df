package geo

import (
	"cmp"
	"slices"
)

// nest gives each hole (clockwise ring) to the outer ring round it. The first ring of every surface is its outer one;
// larger surfaces come first. Rings are simple and touch in vertices only.
func nest(rings [][]vertex) []surface {
	type shell struct {
		area  float64
		rings surface
	}
	var shells []shell
	parents := newParents(rings)
	for k, r := range rings {
		if !parents.hole[k] {
			parents.number[k] = int32(len(shells))
			shells = append(shells, shell{twiceArea(r), surface{r}})
		}
	}
	for k, r := range rings {
		if outer := parents.outer(int32(k)); parents.hole[k] && outer >= 0 {
			s := &shells[parents.number[outer]]
			s.rings = append(s.rings, r)
		}
	}
	slices.SortStableFunc(shells, func(s, t shell) int { return cmp.Compare(t.area, s.area) })
	out := make([]surface, len(shells))
	for k, s := range shells {
		out[k] = s.rings
	}
	return out
}

// parents finds what lies west of each hole: going west from its western end, over ground inside, the first edge is
// one of the outer ring round it, or of another hole with the same outer ring.
type parents struct {
	rings  [][]vertex
	hole   []bool
	number []int32 // of outer rings, for the caller
	next   []int32 // of holes: the ring met, −1: none, unknown: not looked for yet

	cells  lattice
	edges  []upward // with ground inside east of them
	byCell buckets
}

// upward is an edge of a ring from its lower to its upper end.
type upward struct {
	low, high vertex
	ring      int32
}

const unknown = -2

func newParents(rings [][]vertex) *parents {
	p := &parents{
		rings: rings, hole: make([]bool, len(rings)),
		number: make([]int32, len(rings)), next: make([]int32, len(rings)),
	}
	holes, over := 0, nothing
	for k, r := range rings {
		p.next[k] = unknown
		over = over.hull(boxOf(r))
		if p.hole[k] = twiceArea(r) <= 0; p.hole[k] {
			holes++
		}
	}
	if holes > 0 {
		p.index(over)
	}
	return p
}

func (p *parents) index(over box) {
	for k, r := range p.rings {
		for i := 1; i < len(r); i++ {
			if r[i].y < r[i-1].y {
				p.edges = append(p.edges, upward{r[i], r[i-1], int32(k)})
			}
		}
	}
	const least = unitsPerM
	p.cells = newLattice(over, least, 64+int64(len(p.edges)))
	p.byCell = p.cells.sort(len(p.edges), func(k int) box { return edgeBox(p.edges[k].low, p.edges[k].high) })
}

// outer is the outer ring round a hole; −1 when there is none.
func (p *parents) outer(k int32) int32 {
	at := k
	for range p.rings {
		if at < 0 || !p.hole[at] {
			break
		}
		if p.next[at] == unknown {
			p.next[at] = p.west(at)
		}
		at = p.next[at]
	}
	if p.hole[k] {
		p.next[k] = at
	}
	return at
}

// west is the ring first met when going west from a hole.
func (p *parents) west(hole int32) int32 {
	own, rising, ok := westernEdge(p.rings[hole])
	if !ok {
		return -1
	}
	at := own.low
	if !rising {
		at = own.high
	}
	var best *upward
	row, c := p.cells.row(at.y), p.cells.column(at.x)
	for ; c >= 0; c-- {
		for _, k := range p.byCell.list(row*p.cells.columns + c) {
			e := &p.edges[k]
			reaches := e.low.y < at.y && e.high.y >= at.y
			if rising {
				reaches = e.low.y <= at.y && e.high.y > at.y
			}
			if reaches && own.eastOf(e) && (best == nil || e.eastOf(best)) {
				best = e
			}
		}
		if best != nil && p.cells.column(best.atHeight(at.y)) >= c {
			return best.ring
		}
	}
	if best != nil {
		return best.ring
	}
	return -1
}

// westernEdge is the edge at the western end of a clockwise ring that has ground inside west of it. It is rising from
// that end, or else comes up to it.
func westernEdge(ring []vertex) (edge upward, rising, ok bool) {
	n := len(ring) - 1
	k := 0
	for i, v := range ring[:n] {
		if compareVertices(v, ring[k]) < 0 {
			k = i
		}
	}
	before, at, after := ring[(k+n-1)%n], ring[k], ring[k+1]
	if after.y > at.y {
		return upward{low: at, high: after}, true, true
	}
	return upward{low: before, high: at}, false, before.y < at.y
}

// eastOf tells which of two edges, both of which reach a height, lies east there. They touch in ends only.
func (e *upward) eastOf(f *upward) bool {
	var side int64
	if e.low.y >= f.low.y {
		side = -orient(f.low, f.high, e.low)
	} else {
		side = orient(e.low, e.high, f.low)
	}
	switch {
	case side != 0:
		return side > 0
	case e.high.y <= f.high.y:
		return orient(f.low, f.high, e.high) < 0
	}
	return orient(e.low, e.high, f.high) > 0
}

func (e *upward) atHeight(y int32) int32 {
	share := (float64(y) - float64(e.low.y)) / (float64(e.high.y) - float64(e.low.y))
	return along(e.low, e.high, share).x
}
