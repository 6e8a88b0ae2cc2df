package demotown

import (
	"cmp"
	"math"
	"slices"
)

// cell is ground between streets. halfM[i] is half the width of the street, river or railway along the edge from
// corner i to the next, metres.
type cell struct {
	ring  ring
	halfM []float64
	zone  zone
}

// zone tells how a cell is built upon.
type zone int

const (
	oldCentre zone = iota
	inner
	suburb
)

// crossing is where a line crosses the edge of a ring.
type crossing struct {
	along float64 // whole part: segment of the line; fraction: share of it
	edge  int
	at    spot
}

func crossings(r ring, line []spot) []crossing {
	var found []crossing
	for s := range len(line) - 1 {
		for e := range r {
			if t, ok := meet(line[s], line[s+1], r[e], r.next(e)); ok {
				found = append(found, crossing{along: float64(s) + t, edge: e, at: line[s].along(line[s+1], t)})
			}
		}
	}
	slices.SortFunc(found, func(a, b crossing) int { return cmp.Compare(a.along, b.along) })
	return found
}

// division is a cell cut in two by a line.
type division struct {
	left, right cell
	// piece is the part of the line inside, from and to where it begins and ends along the line.
	piece    []spot
	from, to float64
}

// cut divides a cell by a line that goes through it once.
func (c cell) cut(line []spot, halfM float64) (division, bool) {
	found := crossings(c.ring, line)
	if len(found) != 2 || found[0].edge == found[1].edge {
		return division{}, false
	}
	in, out := found[0], found[1]
	piece := stretchOf(line, in.along, out.along)
	if !c.ring.contains(piece[0].along(piece[1], 0.5)) {
		return division{}, false
	}
	back := slices.Clone(piece)
	slices.Reverse(back)
	return division{
		left: c.side(piece, out.edge, in.edge, halfM), right: c.side(back, in.edge, out.edge, halfM),
		piece: piece, from: in.along, to: out.along,
	}, true
}

// stretchOf is the part of a line between two crossings.
func stretchOf(line []spot, from, to float64) []spot {
	at := func(along float64) spot {
		i := min(int(along), len(line)-2)
		return line[i].along(line[i+1], along-float64(i))
	}
	part := []spot{at(from)}
	for i := int(from) + 1; i <= int(to) && i < len(line)-1; i++ {
		part = append(part, line[i])
	}
	return append(part, at(to))
}

// side is the part of the cell on the left of a piece that leaves by one edge and came in by another.
func (c cell) side(piece []spot, leaves, enters int, halfM float64) cell {
	part := cell{zone: c.zone}
	for _, p := range piece[:len(piece)-1] {
		part.ring, part.halfM = append(part.ring, p), append(part.halfM, halfM)
	}
	part.ring, part.halfM = append(part.ring, piece[len(piece)-1]), append(part.halfM, c.halfM[leaves])
	for i := leaves; i != enters; {
		i = (i + 1) % len(c.ring)
		part.ring, part.halfM = append(part.ring, c.ring[i]), append(part.halfM, c.halfM[i])
	}
	return part
}

// front is one edge of a shrunk cell, and the edge of the cell that it came from.
type front struct {
	a, b spot
	edge int
}

// shrink moves each edge of the cell inwards, by half its street's width and paceM metres more. Edges that vanish are
// left out. It is nil when nothing is left, or when what is left is no simple ring.
func (c cell) shrink(paceM float64) []front {
	edges := make([]int, len(c.ring))
	for i := range edges {
		edges[i] = i
	}
	for len(edges) >= 3 {
		corners := c.corners(edges, paceM)
		worst, worstM := -1, 0.5
		for k, e := range edges {
			direction := c.ring[e].unit(c.ring.next(e))
			if m := corners[(k+1)%len(corners)].minus(corners[k]).dot(direction); m < worstM {
				worst, worstM = k, m
			}
		}
		if worst < 0 {
			return c.fronts(edges, corners)
		}
		edges = slices.Delete(edges, worst, worst+1)
	}
	return nil
}

// corners are where the moved edges meet: corner k begins edge k.
func (c cell) corners(edges []int, paceM float64) ring {
	corners := make(ring, len(edges))
	for k, e := range edges {
		before := edges[(k+len(edges)-1)%len(edges)]
		d1, d2 := c.ring[before].unit(c.ring.next(before)), c.ring[e].unit(c.ring.next(e))
		p := c.ring[before].plus(d1.left().times(c.halfM[before] + paceM))
		q := c.ring[e].plus(d2.left().times(c.halfM[e] + paceM))
		if turn := d1.cross(d2); math.Abs(turn) > 0.04 {
			corners[k] = p.plus(d1.times(q.minus(p).cross(d2) / turn))
		} else {
			corners[k] = q
		}
	}
	return corners
}

func (c cell) fronts(edges []int, corners ring) []front {
	if !corners.simple() || corners.areaM2() <= 0 {
		return nil
	}
	fronts := make([]front, len(edges))
	for k, e := range edges {
		if !c.ring.contains(corners[k]) {
			return nil
		}
		fronts[k] = front{a: corners[k], b: corners.next(k), edge: e}
	}
	return fronts
}

// outline is the ring of the fronts.
func outline(fronts []front) ring {
	r := make(ring, len(fronts))
	for i, f := range fronts {
		r[i] = f.a
	}
	return r
}

// box is the size of the smallest rectangle round a ring, and the direction of its longer side.
func (r ring) box() (longM, shortM float64, direction spot) {
	best := math.Inf(1)
	for i, a := range r {
		d := a.unit(r.next(i))
		w, h := r.extent(d), r.extent(d.left())
		if w*h >= best {
			continue
		}
		best = w * h
		longM, shortM, direction = w, h, d
		if h > w {
			longM, shortM, direction = h, w, d.left()
		}
	}
	return longM, shortM, direction
}

func (r ring) extent(direction spot) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range r {
		v := p.dot(direction)
		low, high = min(low, v), max(high, v)
	}
	return high - low
}
