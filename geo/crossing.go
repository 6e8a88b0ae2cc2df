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
	w.sortCrossings()
}

// sortCrossings puts the crossings in the order of the walk: quickly, then exactly where rounding may have decided.
func (w *walker) sortCrossings() {
	slices.SortFunc(w.crossings, func(p, q crossing) int {
		if p.edge != q.edge {
			return int(p.edge - q.edge)
		}
		return cmp.Compare(p.t, q.t)
	})
	for first := 0; first < len(w.crossings); {
		last := first + 1
		for last < len(w.crossings) && w.crossings[last].near(&w.crossings[last-1]) {
			last++
		}
		if last > first+1 {
			slices.SortFunc(w.crossings[first:last], func(p, q crossing) int { return cmp.Or(w.along(&p, &q), int(p.other-q.other)) })
		}
		first = last
	}
}

// near tells whether rounding may have put a crossing after another.
func (x *crossing) near(before *crossing) bool {
	return x.edge == before.edge && x.t-before.t <= sameShare
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

// along compares the places of two crossings of one edge; they are the same only where an item touches itself.
func (w *walker) along(p, q *crossing) int {
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
		if x.item != first.item || k > 0 && w.along(&first, &x) != 0 {
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

// nearCourse is a course of another item, with its box.
type nearCourse struct {
	course
	box box
}

// crossChunk finds the crossings with another chunk.
func (w *walker) crossChunk(other *chunk) {
	v, clip := w.a.vertices, w.chunk.box.clip(other.box)
	w.near = w.near[:0]
	for _, r := range w.a.courses[other.firstCourse:other.lastCourse] {
		if b := edgeBox(v[r.first], v[r.last]); b.meets(clip) {
			w.near = append(w.near, nearCourse{r, b})
		}
	}
	if len(w.near) == 0 {
		return
	}
	for _, r := range w.courses {
		b := edgeBox(v[r.first], v[r.last])
		if !b.meets(clip) {
			continue
		}
		for k := range w.near {
			if o := &w.near[k]; o.box.meets(b) {
				w.crossCourse(r, b, o.course, o.box, other.item)
			}
		}
	}
}

// crossCourse finds the crossings of a part of a course with a part of a course of another item; their boxes meet.
func (w *walker) crossCourse(own course, ownBox box, other course, otherBox box, item int32) {
	v := w.a.vertices
	n, m := own.last-own.first, other.last-other.first
	switch {
	case n == 1 && m == 1:
		p, q, a, b := v[own.first], v[own.last], v[other.first], v[other.last]
		if delta := crossingStep(p, q, a, b, w.chunk.item, item); delta != 0 {
			t, _, _ := shareAlong(p, q, a, b)
			w.crossings = append(w.crossings, crossing{t: t, edge: own.first, other: other.first, item: item, delta: delta})
		}
	case n >= m:
		middle := own.first + n/2
		if b := edgeBox(v[own.first], v[middle]); b.meets(otherBox) {
			w.crossCourse(course{own.first, middle}, b, other, otherBox, item)
		}
		if b := edgeBox(v[middle], v[own.last]); b.meets(otherBox) {
			w.crossCourse(course{middle, own.last}, b, other, otherBox, item)
		}
	default:
		middle := other.first + m/2
		if b := edgeBox(v[other.first], v[middle]); b.meets(ownBox) {
			w.crossCourse(own, ownBox, course{other.first, middle}, b, item)
		}
		if b := edgeBox(v[middle], v[other.last]); b.meets(ownBox) {
			w.crossCourse(own, ownBox, course{middle, other.last}, b, item)
		}
	}
}
