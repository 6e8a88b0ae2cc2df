package geo

import (
	"cmp"
	"math/bits"
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
	w.found, w.sieved = w.found[:0], false
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
	w.groupByEdge()
}

// groupByEdge puts the crossings of each edge of the chunk together.
func (w *walker) groupByEdge() {
	first, n := w.chunk.first, int(w.chunk.last-w.chunk.first)
	w.starts = slices.Grow(w.starts[:0], n+1)[:n+1]
	clear(w.starts)
	w.crossings = w.crossings[:0]
	if len(w.found) == 0 {
		return
	}
	for k := range w.found {
		w.starts[w.found[k].edge-first]++
	}
	sum := int32(0)
	for k, count := range w.starts {
		sum += count
		w.starts[k] = sum
	}
	w.crossings = slices.Grow(w.crossings, len(w.found))[:len(w.found)]
	for k := range w.found {
		edge := w.found[k].edge - first
		w.starts[edge]--
		w.crossings[w.starts[edge]] = w.found[k]
	}
}

// sortAlong puts the crossings of one edge in the order of the walk: quickly, then exactly where rounding may have
// decided.
func (w *walker) sortAlong(crossings []crossing) {
	const few = 16
	if len(crossings) > few {
		slices.SortFunc(crossings, func(p, q crossing) int { return cmp.Compare(p.t, q.t) })
	} else {
		for k := 1; k < len(crossings); k++ {
			for i := k; i > 0 && crossings[i].t < crossings[i-1].t; i-- {
				crossings[i], crossings[i-1] = crossings[i-1], crossings[i]
			}
		}
	}
	for first := 0; first < len(crossings); {
		last := first + 1
		for last < len(crossings) && crossings[last].near(&crossings[last-1]) {
			last++
		}
		if last > first+1 {
			slices.SortFunc(crossings[first:last], func(p, q crossing) int { return cmp.Or(w.along(&p, &q), int(p.other-q.other)) })
		}
		first = last
	}
}

// near tells whether rounding may have put a crossing after another.
func (x *crossing) near(before *crossing) bool {
	return x.t-before.t <= sameShare
}

// crossChunks finds the crossings with those of some chunks that were not looked at yet.
func (w *walker) crossChunks(chunks []int32) {
	w.near = slices.Grow(w.near[:0], len(chunks))[:len(chunks)]
	n := 0
	for _, k := range chunks {
		w.near[n] = k
		n += 1 + int(w.a.chunks[k].box.reach(w.chunk.box)>>63)
	}
	for _, k := range w.near[:n] {
		if other := &w.a.chunks[k]; other.item != w.chunk.item && w.stamp[k] != w.mark {
			w.stamp[k] = w.mark
			if !w.sieved {
				w.sieve.fill(w.chunk.box, w.a.vertices[w.chunk.first:w.chunk.last+1])
				w.sieved = true
			}
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

// crossChunk finds the crossings with another chunk.
func (w *walker) crossChunk(other *chunk) {
	v, clip := w.a.vertices, w.chunk.box.clip(other.box)
	reaches, courses, n := w.a.reaches[other.firstCourse:other.lastCourse], w.a.courses[other.firstCourse:other.lastCourse], 0
	for k := range reaches {
		w.nearCourses[n%chunkEdges] = int32(k)
		n += 1 + int(reaches[k].reach(clip)>>63)
	}
	for _, k := range w.nearCourses[:n] {
		c := courses[k]
		for f := c.first; f < c.last; f++ {
			b := edgeBox(v[f], v[f+1])
			if !b.meets(clip) {
				continue
			}
			for near := w.sieve.near(b); near != 0; near &= near - 1 {
				w.crossEdge(w.chunk.first+int32(bits.TrailingZeros64(near)), f, other.item)
			}
		}
	}
}

// crossEdge finds the crossing of two edges, the other one of another item, unless it is at a star.
func (w *walker) crossEdge(own, other, item int32) {
	v := w.a.vertices
	p, q, a, b := v[own], v[own+1], v[other], v[other+1]
	if !edgeBox(p, q).meets(edgeBox(a, b)) || w.a.stars != nil && (p == a || p == b || q == a || q == b) {
		return
	}
	if delta := crossingStep(p, q, a, b, w.chunk.item, item); delta != 0 {
		t, _, _ := shareAlong(p, q, a, b)
		w.found = append(w.found, crossing{t: t, edge: own, other: other, item: item, delta: delta})
	}
}

// key names the crossing of two edges, whichever is walked; the beginning of an edge by that edge twice.
func key(e, f int32) uint64 {
	if e > f {
		e, f = f, e
	}
	return uint64(e)<<32 | uint64(f)
}
