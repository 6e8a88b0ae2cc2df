package geo

import (
	"cmp"
	"math"
	"slices"
)

// segment is a directed edge on the grid.
type segment struct{ a, b vertex }

// tidy makes simple rings from closed rings that touch or overlap themselves and each other: what the symbolic moves
// keep apart, the grid lays together again. Edges are noded on the grid (node.go); rings that nothing touches stay as
// they are. Of the others, segments that run both ways cancel, and the rest is chained with the inside on the left.
// Rings thinner than the grid are dropped. The rings that come out touch in vertices only.
func tidy(rings [][]vertex) [][]vertex {
	n := newNoder(rings)
	n.node()
	var loose []segment
	var paths []path
	for k, r := range n.rings {
		if !n.touched[k] {
			paths = append(paths, fromWest(n.vertices[r.first:r.last+1]))
			continue
		}
		for e := r.first; e < r.last; e++ {
			loose = n.whole(loose, e)
		}
	}
	paths = append(paths, simpleRings(cancel(loose))...)
	slices.SortStableFunc(paths, func(p, q path) int { return compareVertices(p.start, q.start) })
	var out [][]vertex
	for _, p := range paths {
		if math.Abs(twiceArea(p.ring)) > 2*ringLength(p.ring) {
			out = append(out, p.ring)
		}
	}
	return out
}

// path is a ring, and where the walk that found it began.
type path struct {
	start vertex
	ring  []vertex
}

// fromWest turns a ring so that it begins at its western end.
func fromWest(ring []vertex) path {
	n, first := len(ring)-1, 0
	for k, v := range ring[:n] {
		if compareVertices(v, ring[first]) < 0 {
			first = k
		}
	}
	out := append(slices.Clone(ring[first:n]), ring[:first+1]...)
	return path{out[0], out}
}

func ringLength(r []vertex) float64 {
	sum := 0.0
	for k := 1; k < len(r); k++ {
		sum += math.Hypot(float64(r[k].x)-float64(r[k-1].x), float64(r[k].y)-float64(r[k-1].y))
	}
	return sum
}

// distance orders places along the segment.
func (s segment) distance(p vertex) int64 {
	return (int64(s.b.x)-int64(s.a.x))*(int64(p.x)-int64(s.a.x)) + (int64(s.b.y)-int64(s.a.y))*(int64(p.y)-int64(s.a.y))
}

// meet tells where t must be cut, and where s must.
func (s segment) meet(t segment, cutT, cutS func(vertex)) {
	for _, p := range [2]vertex{s.a, s.b} {
		if t.passes(p) {
			cutT(p)
		}
	}
	for _, p := range [2]vertex{t.a, t.b} {
		if s.passes(p) {
			cutS(p)
		}
	}
	if sign(orient(s.a, s.b, t.a))*sign(orient(s.a, s.b, t.b)) < 0 && sign(orient(t.a, t.b, s.a))*sign(orient(t.a, t.b, s.b)) < 0 {
		share, _, _ := shareAlong(s.a, s.b, t.a, t.b)
		at := along(s.a, s.b, share)
		cutS(at)
		cutT(at)
	}
}

// passes tells whether the segment passes within half a unit of a vertex, between its ends.
func (s segment) passes(p vertex) bool {
	if p == s.a || p == s.b {
		return false
	}
	dx, dy := float64(s.b.x)-float64(s.a.x), float64(s.b.y)-float64(s.a.y)
	length2 := dx*dx + dy*dy
	if d := float64(s.distance(p)); d <= 0 || d >= length2 {
		return false
	}
	off := float64(orient(s.a, s.b, p))
	return off*off <= 0.25*length2
}

// cancel leaves out the segments that run both ways, and gives the rest in order.
func cancel(segments []segment) []segment {
	forward := func(s segment) segment {
		if compareVertices(s.a, s.b) > 0 {
			return segment{s.b, s.a}
		}
		return s
	}
	slices.SortFunc(segments, func(s, t segment) int {
		f, g := forward(s), forward(t)
		return cmp.Or(compareVertices(f.a, g.a), compareVertices(f.b, g.b))
	})
	var out []segment
	for lo := 0; lo < len(segments); {
		f, net, hi := forward(segments[lo]), 0, lo
		for ; hi < len(segments) && forward(segments[hi]) == f; hi++ {
			if segments[hi] == f {
				net++
			} else {
				net--
			}
		}
		for ; net > 0; net-- {
			out = append(out, f)
		}
		for ; net < 0; net++ {
			out = append(out, segment{f.b, f.a})
		}
		lo = hi
	}
	slices.SortFunc(out, func(s, t segment) int {
		return cmp.Or(compareVertices(s.a, t.a), compareVertices(s.b, t.b))
	})
	return out
}

func compareVertices(p, q vertex) int { return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y)) }

// simpleRings chains noded segments, in the order of their beginnings, into rings that visit no vertex twice.
func simpleRings(segments []segment) []path {
	begins := make(map[vertex]int, len(segments))
	for k := len(segments) - 1; k >= 0; k-- {
		begins[segments[k].a] = k
	}
	used := make([]bool, len(segments))
	var out []path
	for k := range segments {
		if used[k] {
			continue
		}
		var way []vertex
		for at := k; at >= 0; {
			used[at] = true
			way = append(way, segments[at].a)
			at = nextSegment(segments, used, begins, at)
		}
		for _, r := range loops(way) {
			out = append(out, path{way[0], r})
		}
	}
	return out
}

// nextSegment is the segment that goes on from the end of another, turning so that what lies between the two is
// inside; −1 when none is left.
func nextSegment(segments []segment, used []bool, begins map[vertex]int, at int) int {
	from := segments[at]
	first, ok := begins[from.b]
	if !ok {
		return -1
	}
	best := -1
	for k := first; k < len(segments) && segments[k].a == from.b; k++ {
		if !used[k] && (best < 0 || clockwiseBefore(from, segments[k], segments[best])) {
			best = k
		}
	}
	return best
}

// clockwiseBefore tells whether, turning clockwise from the way back along from, s comes before t.
func clockwiseBefore(from, s, t segment) bool {
	quarter := func(u segment) int {
		turn := orient(from.b, from.a, u.b)
		switch {
		case turn < 0:
			return 0
		case turn > 0:
			return 2
		case (segment{from.b, from.a}).distance(u.b) < 0:
			return 1
		}
		return 3
	}
	if p, q := quarter(s), quarter(t); p != q {
		return p < q
	}
	return orient(s.a, s.b, t.b) < 0
}

// loops cuts a closed path (without its last vertex) into rings that visit no vertex twice, each closed.
func loops(path []vertex) [][]vertex {
	var out [][]vertex
	var stack []vertex
	at := make(map[vertex]int, len(path))
	emit := func(from int) {
		ring := append(slices.Clone(stack[from:]), stack[from])
		if len(ring) > 3 {
			out = append(out, ring)
		}
	}
	for _, v := range path {
		if k, again := at[v]; again {
			emit(k)
			for _, gone := range stack[k:] {
				delete(at, gone)
			}
			stack = stack[:k]
		}
		at[v] = len(stack)
		stack = append(stack, v)
	}
	if len(stack) > 0 {
		emit(0)
	}
	return out
}
