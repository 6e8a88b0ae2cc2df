package geo

import (
	"cmp"
	"slices"
)

// arc is a way along rings between two knots: vertices where rings touch. No knot lies between its ends.
type arc struct {
	vertices []vertex // with both ends
	west     int      // the westernmost of them but the last
	used     bool
}

func newArc(vertices []vertex) arc {
	a := arc{vertices: vertices}
	for k, v := range vertices[:len(vertices)-1] {
		if compareVertices(v, vertices[a.west]) < 0 {
			a.west = k
		}
	}
	return a
}

// web is arcs in the order of their first vertices.
type web struct {
	arcs   []arc
	begins *keyTable // the first arc that begins at a knot
}

func newWeb(arcs []arc) *web {
	slices.SortFunc(arcs, func(p, q arc) int {
		return cmp.Or(compareVertices(p.vertices[0], q.vertices[0]), compareVertices(p.vertices[1], q.vertices[1]))
	})
	w := &web{arcs, newKeyTable(len(arcs))}
	for k := len(arcs) - 1; k >= 0; k-- {
		w.begins.put(arcs[k].vertices[0].key(), int32(k))
	}
	return w
}

// key is a number of its own for each vertex.
func (v vertex) key() uint64 { return uint64(uint32(v.x))<<32 | uint64(uint32(v.y)) }

// simpleRings chains the arcs into rings that visit no vertex twice, beginning at the western ends.
func (w *web) simpleRings() []path {
	order := make([]int, len(w.arcs))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(i, j int) int {
		p, q := &w.arcs[i], &w.arcs[j]
		return cmp.Or(compareVertices(p.vertices[p.west], q.vertices[q.west]), compareVertices(p.vertices[p.west+1], q.vertices[q.west+1]))
	})
	var out []path
	for _, k := range order {
		if w.arcs[k].used {
			continue
		}
		start := w.arcs[k].vertices[w.arcs[k].west]
		for _, r := range loops(w.way(k)) {
			out = append(out, path{start, r})
		}
	}
	return out
}

// way goes from the western end of an arc along arcs not yet used, turning so that what lies between each and the next
// is inside, as far as it can. Each part begins at a knot, but for the first.
func (w *web) way(k int) [][]vertex {
	first := &w.arcs[k]
	parts := [][]vertex{first.vertices[first.west:]}
	if first.west > 0 {
		first.vertices, first.west = first.vertices[:first.west+1], 0 // what is left of it leads back here
	} else {
		first.used = true
	}
	for {
		last := parts[len(parts)-1]
		next := w.next(segment{last[len(last)-2], last[len(last)-1]})
		if next < 0 {
			return parts
		}
		w.arcs[next].used = true
		parts = append(parts, w.arcs[next].vertices)
	}
}

// next is the arc that goes on after a segment; −1 when none is left.
func (w *web) next(from segment) int {
	best := -1
	for k := int(w.begins.get(from.b.key())); k >= 0 && k < len(w.arcs) && w.arcs[k].vertices[0] == from.b; k++ {
		if !w.arcs[k].used && (best < 0 || clockwiseBefore(from, w.arcs[k].segment(), w.arcs[best].segment())) {
			best = k
		}
	}
	return best
}

func (a *arc) segment() segment { return segment{a.vertices[0], a.vertices[1]} }

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

// loops cuts a closed way into rings that visit no vertex twice, each closed. Only its parts' ends may come twice.
func loops(parts [][]vertex) [][]vertex {
	var out [][]vertex
	var stack []vertex
	knots := map[vertex]int{} // of the stack
	var order []vertex
	emit := func(from int) {
		if ring := append(slices.Clone(stack[from:]), stack[from]); len(ring) > 3 {
			out = append(out, ring)
		}
	}
	for _, part := range parts {
		v := part[0]
		if from, again := knots[v]; again {
			emit(from)
			stack = stack[:from]
			for last := len(order) - 1; last >= 0 && knots[order[last]] >= from; last-- {
				delete(knots, order[last])
				order = order[:last]
			}
		}
		knots[v], order = len(stack), append(order, v)
		stack = append(stack, part[:len(part)-1]...)
	}
	if len(stack) > 0 {
		emit(0)
	}
	return out
}
