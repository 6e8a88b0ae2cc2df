package geo

import (
	"cmp"
	"slices"
)

// crossing is where an edge of one item meets an edge of another.
type crossing struct {
	t     float64 // share of the way along the own edge
	edge  int32   // the own edge
	other int32   // the edge that is met
	item  int32   // its item
	delta int32   // +1: goes into that item; −1: comes out of it
}

// cross finds where the edges of the chunk cross other items, in the order of the walk.
func (w *walker) cross() {
	a, own := w.a, w.chunk
	w.crossings = w.crossings[:0]
	w.mark++
	p := a.cells.patch(own.box)
	for r := p.r0; r <= p.r1; r++ {
		for c := p.c0; c <= p.c1; c++ {
			cell := r*a.cells.columns + c
			w.crossChunks(a.byChunk.list(cell))
			if a.lateChunks != nil {
				w.crossChunks(a.lateChunks[cell])
			}
		}
	}
	if len(w.crossings) > 1 {
		slices.SortFunc(w.crossings, w.before)
	}
}

// crossChunks finds the crossings with those of some chunks that were not looked at yet.
func (w *walker) crossChunks(chunks []int32) {
	for _, k := range chunks {
		other := &w.a.chunks[k]
		if other.item != w.chunk.item && w.chunk.box.meets(other.box) && w.stamp[k] != w.mark {
			w.stamp[k] = w.mark
			w.crossChunk(other)
		}
	}
}

func (w *walker) before(p, q crossing) int {
	if p.edge != q.edge {
		return int(p.edge - q.edge)
	}
	return cmp.Or(w.along(p, q), int(p.other-q.other))
}

// along compares the places of two crossings of one edge; they are the same only where an item touches itself.
func (w *walker) along(p, q crossing) int {
	if d := p.t - q.t; d < -sameShare {
		return -1
	} else if d > sameShare {
		return 1
	}
	v := w.a.vertices
	l := line{v[p.edge], v[p.edge+1], w.chunk.item}
	return l.order(line{v[p.other], v[p.other+1], p.item}, line{v[q.other], v[q.other+1], q.item})
}

// unfold brings forward, of the first crossings when they are at one place, one that fits: an item that touches itself
// there is entered from outside it, and left from inside it, first.
func (w *walker) unfold(crossings []crossing) {
	first := crossings[0]
	for k, x := range crossings {
		if x.item != first.item || k > 0 && w.along(first, x) != 0 {
			return
		}
		if (x.delta > 0) == w.outside(x.item) {
			crossings[0], crossings[k] = x, first
			return
		}
	}
}

// outside tells whether the place is outside an item; of several domains, outside any.
func (w *walker) outside(item int32) bool {
	if item >= w.a.covers {
		return w.inside < w.needed
	}
	return w.windings[item] <= 0
}

// crossChunk finds the crossings with another chunk.
func (w *walker) crossChunk(other *chunk) {
	a, own := w.a, w.chunk
	clip := own.box.clip(other.box)
	w.near = w.near[:0]
	for _, r := range a.courses[other.firstCourse:other.lastCourse] {
		if edgeBox(a.vertices[r.first], a.vertices[r.last]).meets(clip) {
			w.near = append(w.near, r)
		}
	}
	if len(w.near) == 0 {
		return
	}
	for _, r := range w.courses {
		b := edgeBox(a.vertices[r.first], a.vertices[r.last])
		if !b.meets(clip) {
			continue
		}
		for _, o := range w.near {
			w.crossCourse(r, o, other.item)
		}
	}
}

// crossCourse finds the crossings of a part of a course with a part of a course of another item.
func (w *walker) crossCourse(own, other course, item int32) {
	v := w.a.vertices
	p, q, a, b := v[own.first], v[own.last], v[other.first], v[other.last]
	if !edgeBox(p, q).meets(edgeBox(a, b)) {
		return
	}
	n, m := own.last-own.first, other.last-other.first
	switch {
	case n == 1 && m == 1:
		if delta := crossingStep(p, q, a, b, w.chunk.item, item); delta != 0 {
			t, _, _ := shareAlong(p, q, a, b)
			w.crossings = append(w.crossings, crossing{t: t, edge: own.first, other: other.first, item: item, delta: delta})
		}
	case n >= m:
		middle := own.first + n/2
		w.crossCourse(course{own.first, middle}, other, item)
		w.crossCourse(course{middle, own.last}, other, item)
	default:
		middle := other.first + m/2
		w.crossCourse(own, course{other.first, middle}, item)
		w.crossCourse(own, course{middle, other.last}, item)
	}
}
