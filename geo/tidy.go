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
// they are. Of the others, segments that run both ways cancel, and the rest is chained with the inside on the left
// (arcs.go). Rings thinner than the grid are dropped. The rings that come out touch in vertices only.
func tidy(rings [][]vertex) [][]vertex {
	n := newNoder(rings)
	n.node()
	paths, arcs := n.untangle()
	paths = append(paths, newWeb(arcs).simpleRings()...)
	var out [][]vertex
	for _, k := range inOrderOfStart(paths) {
		if r := paths[k].ring; thick(r) {
			out = append(out, r)
		}
	}
	return out
}

// inOrderOfStart is the ranks of paths by where they start.
func inOrderOfStart(paths []path) []int32 {
	type rank struct {
		at vertex
		k  int32
	}
	ranks := make([]rank, len(paths))
	for k := range paths {
		ranks[k] = rank{paths[k].start, int32(k)}
	}
	slices.SortFunc(ranks, func(p, q rank) int {
		if p.at != q.at {
			return compareVertices(p.at, q.at)
		}
		return int(p.k - q.k)
	})
	order := make([]int32, len(paths))
	for k := range ranks {
		order[k] = ranks[k].k
	}
	return order
}

// thick tells whether a closed ring is thicker than the grid.
func thick(ring []vertex) bool {
	area, atMost := math.Abs(twiceArea(ring)), 0.0 // not less than the length
	for k := 1; k < len(ring); k++ {
		atMost += math.Abs(float64(ring[k].x)-float64(ring[k-1].x)) + math.Abs(float64(ring[k].y)-float64(ring[k-1].y))
	}
	return area > 2*atMost || area > 2*ringLength(ring)
}

// untangle tells the rings that nothing touches from the arcs of the others.
func (n *noder) untangle() (alone []path, arcs []arc) {
	knots := newKeyTable(len(n.knots))
	for _, v := range n.knots {
		knots.put(v.key(), 0)
	}
	var twice []segment
	for k, r := range n.rings {
		if !n.touched[k] {
			alone = append(alone, fromWest(n.vertices[r.first:r.last+1:r.last+1]))
			continue
		}
		numbers := n.parted(r)
		first := slices.IndexFunc(numbers, func(e int32) bool { return knots.has(n.segment(e).a) })
		if first < 0 {
			first = 0
		}
		numbers = slices.Concat(numbers[first:], numbers[:first])
		way := []vertex{n.segment(numbers[0]).a}
		for _, e := range numbers {
			s := n.segment(e)
			if way = append(way, s.b); !knots.has(s.b) {
				continue
			}
			if len(way) == 2 && n.marks[e]&doubled != 0 {
				twice = append(twice, s)
			} else {
				arcs = append(arcs, newArc(way))
			}
			way = []vertex{s.b}
		}
		if len(way) > 1 { // without any knot
			alone = append(alone, fromWest(way))
		}
	}
	for _, s := range cancel(twice) {
		arcs = append(arcs, newArc([]vertex{s.a, s.b}))
	}
	return alone, arcs
}

// path is a ring, and where the walk that found it began.
type path struct {
	start vertex
	ring  []vertex
}

// fromWest turns a closed ring, in its place, so that it begins at its western end.
func fromWest(ring []vertex) path {
	n, first := len(ring)-1, 0
	for k, v := range ring[:n] {
		if compareVertices(v, ring[first]) < 0 {
			first = k
		}
	}
	slices.Reverse(ring[:first])
	slices.Reverse(ring[first:n])
	slices.Reverse(ring[:n])
	ring[n] = ring[0]
	return path{ring[0], ring}
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
		share := shareAlong(s.a, s.b, t.a, t.b)
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

// cancel leaves out the segments that run both ways.
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
	return out
}

// compareVertices orders vertices from west to east, and from south to north.
func compareVertices(p, q vertex) int {
	if p.x != q.x {
		return cmp.Compare(p.x, q.x)
	}
	return cmp.Compare(p.y, q.y)
}
