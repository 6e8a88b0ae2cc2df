package geo

import (
	"cmp"
	"math/bits"
	"slices"
)

// crossing is where an edge of one item meets an edge of another.
type crossing struct {
	t     float64 // share of the way along the own edge
	edge  int32   // the own edge, counted in the batch
	other int32   // the edge that is met, counted in the arrangement
	item  int32   // its item
	delta int32   // +1: goes into that item; −1: comes out of it
}

// cross finds where the edges of the batch cross other items.
func (w *walker) cross() {
	w.found = w.found[:0]
	for k := range w.batch {
		w.own = &w.batch[k]
		w.crossOwn()
	}
	w.groupByEdge()
	for k := range w.batch {
		if number := w.batch[k].number; number >= 0 {
			w.whole[number] = -1
		}
	}
}

// crossOwn finds where the edges of the present section cross other items.
func (w *walker) crossOwn() {
	a := w.a
	w.sieved = false
	w.mark++
	p := a.cells.patch(w.own.box)
	for r := p.r0; r <= p.r1; r++ {
		for c := p.c0; c <= p.c1; c++ {
			cell := r*a.cells.columns + c
			w.crossChunks(a.byChunk.list(cell))
			if a.lateChunks != nil {
				w.crossChunks(a.lateChunks.list(cell))
			}
		}
	}
}

// groupByEdge puts the crossings of each edge of the batch together.
func (w *walker) groupByEdge() {
	n := 1
	if last := len(w.batch) - 1; last >= 0 {
		n += int(w.batch[last].edge + w.batch[last].last - w.batch[last].first)
	}
	w.starts = slices.Grow(w.starts[:0], n)[:n]
	clear(w.starts)
	for k := range w.found {
		w.starts[w.found[k].edge]++
	}
	sum := int32(0)
	for k, count := range w.starts {
		sum += count
		w.starts[k] = sum
	}
	w.crossings = slices.Grow(w.crossings[:0], len(w.found))[:len(w.found)]
	for k := range w.found {
		edge := w.found[k].edge
		w.starts[edge]--
		w.crossings[w.starts[edge]] = w.found[k]
	}
}

// sortByShare puts the crossings of one edge in the order of the walk, as far as rounding lets it.
func sortByShare(crossings []crossing) {
	const few = 16
	if len(crossings) > few {
		slices.SortFunc(crossings, func(p, q crossing) int { return cmp.Compare(p.t, q.t) })
		return
	}
	for k := 1; k < len(crossings); k++ {
		for i := k; i > 0 && crossings[i].t < crossings[i-1].t; i-- {
			crossings[i], crossings[i-1] = crossings[i-1], crossings[i]
		}
	}
}

// sortAlong puts crossings of one edge in the order of the walk, exactly.
func (w *walker) sortAlong(crossings []crossing) {
	if len(crossings) > 1 {
		slices.SortFunc(crossings, func(p, q crossing) int { return cmp.Or(w.along(&p, &q), int(p.other-q.other)) })
	}
}

// near tells whether rounding may have put a crossing after another.
func (x *crossing) near(before *crossing) bool {
	return x.t-before.t <= sameShare
}

// crossChunks finds the crossings with those of some chunks that were not looked at yet. Of two that are both in the batch
// as a whole, the first finds those of both.
func (w *walker) crossChunks(chunks []int32) {
	w.near = slices.Grow(w.near[:0], len(chunks))[:len(chunks)]
	n := 0
	for _, k := range chunks {
		w.near[n] = k
		n += 1 + int(w.a.chunks[k].box.reach(w.own.box)>>63)
	}
	for _, k := range w.near[:n] {
		other, whole := &w.a.chunks[k], w.whole[k]
		if w.own.number < 0 {
			whole = -1
		}
		if other.item == w.own.item || w.stamp[k] == w.mark || whole >= 0 && k < w.own.number {
			continue
		}
		w.stamp[k] = w.mark
		if !w.sieved {
			w.sieve.fill(w.own.box, w.a.vertices[w.own.first:w.own.last+1])
			w.sieved = true
		}
		w.crossChunk(other, whole)
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
	l := line{v[w.edge], v[w.edge+1], w.own.item}
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

// crossChunk finds the crossings with another chunk; for both, when the edges of the other are in the batch as well, where
// they begin with a number: −1 when they are not.
func (w *walker) crossChunk(other *chunk, whole int32) {
	v, clip := w.a.vertices, w.own.box.clip(other.box)
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
				w.crossEdge(w.own.first+int32(bits.TrailingZeros64(near)), f, other, whole)
			}
		}
	}
}

// crossEdge finds the crossing of an own edge with one of another chunk; for both, as [walker.crossChunk] does.
func (w *walker) crossEdge(own, other int32, of *chunk, whole int32) {
	v := w.a.vertices
	p, q, a, b := v[own], v[own+1], v[other], v[other+1]
	if !edgeBox(p, q).meets(edgeBox(a, b)) {
		return
	}
	delta := crossingStep(p, q, a, b, w.own.item, of.item)
	if delta == 0 {
		return
	}
	w.found = append(w.found, crossing{shareAlong(p, q, a, b), w.own.edge + own - w.own.first, other, of.item, delta})
	if whole >= 0 {
		w.found = append(w.found, crossing{shareAlong(a, b, p, q), whole + other - of.first, own, w.own.item, -delta})
	}
}

// key names the crossing of two edges, whichever is walked; the beginning of an edge by that edge twice.
func key(e, f int32) uint64 {
	if e > f {
		e, f = f, e
	}
	return uint64(e)<<32 | uint64(f)
}
