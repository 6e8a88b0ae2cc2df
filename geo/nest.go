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

	cells    lattice
	descents []descent
	byCell   buckets
}

// descent is a part of a ring, rings[ring][first:last+1], that goes down and keeps to the west or to the east. There is
// ground inside east of it.
type descent struct {
	ring, first, last int32
}

// upward is an edge of a ring from its lower to its upper end.
type upward struct{ low, high vertex }

const unknown = -2

func newParents(rings [][]vertex) *parents {
	p := &parents{
		rings: rings, hole: make([]bool, len(rings)),
		number: make([]int32, len(rings)), next: make([]int32, len(rings)),
	}
	holes := 0
	for k, r := range rings {
		p.next[k] = unknown
		if p.hole[k] = twiceArea(r) <= 0; p.hole[k] {
			holes++
		}
	}
	if holes > 0 {
		p.index()
	}
	return p
}

func (p *parents) index() {
	const least, down = unitsPerM, quadrant(8)
	over, sum := nothing, int64(0)
	for k, r := range p.rings {
		var going quadrant
		for i := int32(1); int(i) < len(r); i++ {
			heading := going.with(r[i-1], r[i])
			if heading != mixed && heading&down != 0 && going&down != 0 {
				p.descents[len(p.descents)-1].last = i
			} else if heading = quadrant(0).with(r[i-1], r[i]); heading&down != 0 {
				p.descents = append(p.descents, descent{int32(k), i - 1, i})
			}
			going = heading
		}
	}
	for k := range p.descents {
		b := p.box(&p.descents[k])
		over, sum = over.hull(b), sum+b.size()
	}
	n := max(1, int64(len(p.descents)))
	p.cells = newLattice(over, max(least, sum/n), 64+n)
	p.byCell = p.cells.sort(len(p.descents), func(k int) box { return p.box(&p.descents[k]) })
}

func (p *parents) box(d *descent) box {
	r := p.rings[d.ring]
	return edgeBox(r[d.first], r[d.last])
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
	var best upward
	met := int32(-1)
	row, c := p.cells.row(at.y), p.cells.column(at.x)
	for ; c >= 0; c-- {
		for _, k := range p.byCell.list(row*p.cells.columns + c) {
			d := &p.descents[k]
			e, reaches := p.edgeAt(d, at.y, rising)
			if reaches && own.eastOf(e) && (met < 0 || e.eastOf(best)) {
				best, met = e, d.ring
			}
		}
		if met >= 0 && p.cells.column(best.atHeight(at.y)) >= c {
			break
		}
	}
	return met
}

// edgeAt is the edge of a descent that reaches a height: from just above it, or else from just below it.
func (p *parents) edgeAt(d *descent, y int32, above bool) (e upward, reaches bool) {
	below := func(v vertex) bool { return v.y < y || above && v.y == y }
	r := p.rings[d.ring]
	lo, hi := d.first, d.last
	if below(r[lo]) || !below(r[hi]) {
		return upward{}, false
	}
	for hi-lo > 1 {
		if middle := (lo + hi) / 2; below(r[middle]) {
			hi = middle
		} else {
			lo = middle
		}
	}
	return upward{r[hi], r[lo]}, true
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
func (e upward) eastOf(f upward) bool {
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

func (e upward) atHeight(y int32) int32 {
	share := (float64(y) - float64(e.low.y)) / (float64(e.high.y) - float64(e.low.y))
	return along(e.low, e.high, share).x
}
