package geo

import (
	"cmp"
	"math"
	"slices"
)

// segment is a directed edge on the grid.
type segment struct{ a, b vertex }

// tidy makes simple rings from closed rings that touch or overlap themselves and each other: what the symbolic moves
// keep apart, the grid lays together again. Segments are noded on the grid (snap rounding, after J. Hobby, Practical
// segment intersection with finite precision output, Computational Geometry 13(4), 1999), those that run both ways
// cancel, and the rest is chained with the inside on the left. Rings thinner than the grid are dropped. The rings that
// come out touch in vertices only.
func tidy(rings [][]vertex) [][]vertex {
	var segments []segment
	for _, r := range rings {
		for k := 1; k < len(r); k++ {
			if r[k-1] != r[k] {
				segments = append(segments, segment{r[k-1], r[k]})
			}
		}
	}
	const rounds = 16 // a round moves edges by half a unit at most; two are the rule
	for range rounds {
		split, changed := node(segments)
		if segments = split; !changed {
			break
		}
	}
	var out [][]vertex
	for _, r := range simpleRings(cancel(segments)) {
		if length := ringLength(r); math.Abs(twiceArea(r)) > 2*length {
			out = append(out, r)
		}
	}
	return out
}

func ringLength(r []vertex) float64 {
	sum := 0.0
	for k := 1; k < len(r); k++ {
		sum += math.Hypot(float64(r[k].x)-float64(r[k-1].x), float64(r[k].y)-float64(r[k-1].y))
	}
	return sum
}

// node cuts segments where they cross, and where an end of one lies on another.
func node(segments []segment) ([]segment, bool) {
	slices.SortFunc(segments, func(s, t segment) int { return cmp.Compare(min(s.a.x, s.b.x), min(t.a.x, t.b.x)) })
	cuts := map[int][]vertex{}
	cut := func(k int, at vertex) {
		if s := segments[k]; at != s.a && at != s.b && !slices.Contains(cuts[k], at) {
			cuts[k] = append(cuts[k], at)
		}
	}
	for i, s := range segments {
		b := edgeBox(s.a, s.b)
		for j := i + 1; j < len(segments); j++ {
			t := segments[j]
			if min(t.a.x, t.b.x) > b.x1+1 {
				break
			}
			if max(t.a.y, t.b.y) < b.y0-1 || min(t.a.y, t.b.y) > b.y1+1 {
				continue
			}
			s.meet(t, func(at vertex) { cut(j, at) }, func(at vertex) { cut(i, at) })
		}
	}
	if len(cuts) == 0 {
		return segments, false
	}
	out := make([]segment, 0, len(segments)+2*len(cuts))
	for k, s := range segments {
		at := cuts[k]
		slices.SortFunc(at, func(p, q vertex) int { return cmp.Compare(s.distance(p), s.distance(q)) })
		for _, p := range at {
			out = append(out, segment{s.a, p})
			s.a = p
		}
		out = append(out, s)
	}
	return out, true
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
func simpleRings(segments []segment) [][]vertex {
	begins := make(map[vertex]int, len(segments))
	for k := len(segments) - 1; k >= 0; k-- {
		begins[segments[k].a] = k
	}
	used := make([]bool, len(segments))
	var out [][]vertex
	for k := range segments {
		if used[k] {
			continue
		}
		var path []vertex
		for at := k; at >= 0; {
			used[at] = true
			path = append(path, segments[at].a)
			at = nextSegment(segments, used, begins, at)
		}
		out = append(out, loops(path)...)
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
