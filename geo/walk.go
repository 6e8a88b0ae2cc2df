package geo

import (
	"context"
	"fmt"
	"slices"
)

// The method of boundary depth. Walk every ring; cut its edges where they cross other items; along each piece keep the
// depth (how many other footprints lie over it) and whether it is inside every domain. By Green's theorem, with w the
// surface swept by a piece seen from a fixed place,
//
//	A(k or more) = Σ w of footprint pieces inside with depth k−1  +  Σ w of domain pieces with depth ≥ k.
//
// One walk gives all k. Pieces of depth 0 are the outline of what is covered; with the uncovered pieces of the domain
// they chain up to the gaps (outline.go). No two rings share any state, so nothing can become inconsistent.

// want says what a walk is for.
type want struct {
	outlines   bool // the shapes of what is covered and of the gaps
	exclusives bool // surfaces item by item
}

// depths is what a walk finds. Surfaces are in square units.
type depths struct {
	ground   float64   // inside every domain
	atLeast  []float64 // [k−1]: of that, under k footprints or more
	each     []float64 // of that, under footprint i
	only     []float64 // of that, under footprint i alone
	covered  []piece   // outline pieces: of footprints
	uncover  []piece   // of domains, under nothing
	recover  []piece   // of domains, under something
	vertices []vertex  // of the pieces
}

// piece is part of an outline, vertices[lo:hi], from the crossing of two edges to the crossing of two others; whole
// rings go from 0 to 0.
type piece struct {
	from, to uint64
	lo, hi   int32
}

// walker is the state of a walk along one ring.
type walker struct {
	a    *arrangement
	want want
	out  *depths

	reference vertex // Green's fixed place
	stamp     []int32
	near      []line2
	crossings []crossing

	ring    ring
	depth   int32
	over    map[int32]int32 // footprints over a domain's edge, by winding number
	sum     int64           // of item+1 over the footprints: names the only one when depth is 1
	inside  int32           // domains round the place
	needed  int32
	byDepth []float64 // surfaces of this ring's pieces inside

	covered, uncover, recover tracer
}

// line2 is an edge of another item and its box.
type line2 struct {
	box  box
	a, b vertex
	edge int32
}

// walk finds the depths of an arrangement.
func (a *arrangement) walk(ctx context.Context, want want) (*depths, error) {
	out := &depths{each: make([]float64, a.covers), only: make([]float64, a.covers)}
	w := &walker{a: a, want: want, out: out, stamp: make([]int32, len(a.chunks))}
	w.reference = vertex{a.extent.x0/2 + a.extent.x1/2, a.extent.y0/2 + a.extent.y1/2}
	footprints, domains := make([]float64, 1), make([]float64, 1)
	chunk := 0
	for r := range a.rings {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("coverage: %w", context.Cause(ctx))
		}
		last := chunk
		for last < len(a.chunks) && a.chunks[last].ring == int32(r) {
			last++
		}
		w.walkRing(int32(r), int32(chunk), int32(last))
		chunk = last
		sums := &footprints
		if w.ring.item >= a.covers {
			sums = &domains
		}
		for len(*sums) < len(w.byDepth) {
			*sums = append(*sums, 0)
		}
		for k, m := range w.byDepth {
			(*sums)[k] += m
		}
	}
	out.total(footprints, domains)
	return out, nil
}

// total adds up what the rings gave.
func (d *depths) total(footprints, domains []float64) {
	n := max(len(footprints), len(domains))
	d.atLeast = make([]float64, n)
	under := 0.0 // domain pieces with depth ≥ k
	for k := n; k >= 1; k-- {
		if k < len(domains) {
			under += domains[k]
		}
		d.atLeast[k-1] = under
		if k-1 < len(footprints) {
			d.atLeast[k-1] += footprints[k-1]
		}
	}
	d.ground = under + domains[0]
	for n > 0 && d.atLeast[n-1] < max(squareMM, 1e-12*d.ground) { // nothing but rounding
		n--
	}
	d.atLeast = d.atLeast[:n]
}

func (w *walker) walkRing(r, firstChunk, lastChunk int32) {
	w.start(r)
	for c := firstChunk; c < lastChunk; c++ {
		w.cross(c)
		chunk, x := &w.a.chunks[c], 0
		for e := chunk.first; e < chunk.last; e++ {
			end := x
			for end < len(w.crossings) && w.crossings[end].edge == e {
				end++
			}
			w.walkEdge(e, w.crossings[x:end])
			x = end
		}
	}
	w.close()
}

// start finds the depth at the first vertex of a ring.
func (w *walker) start(r int32) {
	a := w.a
	w.ring = a.rings[r]
	w.byDepth = w.byDepth[:0]
	w.depth, w.sum, w.inside, w.needed = 0, 0, 0, a.items-a.covers
	domain := w.ring.item >= a.covers
	if domain {
		w.needed--
		w.over = map[int32]int32{}
	}
	at := a.vertices[w.ring.first]
	for _, k := range a.byRing.list(a.row(at.y)*a.columns + a.column(at.x)) {
		other := a.rings[k]
		if other.item == w.ring.item || !a.boxes[k].holds(at) {
			continue
		}
		if n := winding(a.vertexRing(k), at, w.ring.item, other.item); n != 0 {
			w.enter(other.item, n)
		}
	}
	for _, k := range a.strips.list(a.row(at.y)) {
		b := a.borders[k]
		if b.item != w.ring.item {
			w.inside += windingStep(a.vertices[b.edge], a.vertices[b.edge+1], at, w.ring.item, b.item)
		}
	}
	w.trace(at)
}

// trace opens the tracers for a ring that begins at a vertex.
func (w *walker) trace(at vertex) {
	if !w.want.outlines {
		return
	}
	in := w.inside == w.needed
	if w.ring.item < w.a.covers {
		w.covered.start(w.out, &w.out.covered, in && w.depth <= 0, at)
		return
	}
	w.uncover.start(w.out, &w.out.uncover, in && w.depth <= 0, at)
	w.recover.start(w.out, &w.out.recover, in && w.depth > 0, at)
}

// enter goes into another item n times (−1: comes out of it).
func (w *walker) enter(item, n int32) {
	if item >= w.a.covers {
		w.inside += n
		return
	}
	w.depth += n
	w.sum += int64(n) * int64(item+1)
	if w.ring.item >= w.a.covers {
		w.over[item] += n
	}
}

// cross finds where the edges of one chunk cross other items, in the order of the walk.
func (w *walker) cross(c int32) {
	a := w.a
	own := &a.chunks[c]
	item := w.ring.item
	w.crossings = w.crossings[:0]
	a.cells(own.box, func(cell int32) {
		for _, k := range a.byChunk.list(cell) {
			if w.stamp[k] == c+1 {
				continue
			}
			w.stamp[k] = c + 1
			other := &a.chunks[k]
			if a.rings[other.ring].item != item && own.box.meets(other.box) {
				w.pair(own, other)
			}
		}
	})
	if len(w.crossings) > 1 {
		slices.SortFunc(w.crossings, w.before)
	}
}

func (w *walker) before(p, q crossing) int {
	if p.edge != q.edge {
		return int(p.edge - q.edge)
	}
	if d := p.t - q.t; d < -sameShare {
		return -1
	} else if d > sameShare {
		return 1
	}
	v := w.a.vertices
	l := line{v[p.edge], v[p.edge+1], w.ring.item}
	return l.order(line{v[p.other], v[p.other+1], p.item}, line{v[q.other], v[q.other+1], q.item})
}

// pair finds the crossings of the edges of two chunks.
func (w *walker) pair(own, other *chunk) {
	a := w.a
	i, j := w.ring.item, a.rings[other.ring].item
	clip := own.box.clip(other.box)
	w.near = w.near[:0]
	for e := other.first; e < other.last; e++ {
		p, q := a.vertices[e], a.vertices[e+1]
		if b := edgeBox(p, q); b.meets(clip) {
			w.near = append(w.near, line2{b, p, q, e})
		}
	}
	if len(w.near) == 0 {
		return
	}
	for e := own.first; e < own.last; e++ {
		p, q := a.vertices[e], a.vertices[e+1]
		b := edgeBox(p, q)
		if !b.meets(clip) {
			continue
		}
		for k := range w.near {
			o := &w.near[k]
			if !o.box.meets(b) {
				continue
			}
			ends := left(o.a, o.b, q, j, i)
			if left(o.a, o.b, p, j, i) == ends || left(p, q, o.a, i, j) == left(p, q, o.b, i, j) {
				continue
			}
			t, _, _ := shareAlong(p, q, o.a, o.b)
			delta := int32(-1)
			if ends {
				delta = 1
			}
			w.crossings = append(w.crossings, crossing{t: t, edge: e, other: o.edge, item: j, delta: delta})
		}
	}
}

// walkEdge goes along one edge and its crossings.
func (w *walker) walkEdge(e int32, crossings []crossing) {
	p, q := w.a.vertices[e], w.a.vertices[e+1]
	px, py := int64(p.x)-int64(w.reference.x), int64(p.y)-int64(w.reference.y)
	swept := float64(px*(int64(q.y)-int64(p.y))-py*(int64(q.x)-int64(p.x))) / 2
	t := 0.0
	for k := range crossings {
		x := &crossings[k]
		w.sweep(swept * (x.t - t))
		t = x.t
		w.enter(x.item, x.delta)
		if w.want.outlines {
			w.turn(key(e, x.other), along(p, q, t))
		}
	}
	w.sweep(swept * (1 - t))
	if w.want.outlines {
		w.covered.pass(q)
		w.uncover.pass(q)
		w.recover.pass(q)
	}
}

// sweep books the surface of a piece.
func (w *walker) sweep(m float64) {
	if w.inside != w.needed {
		return
	}
	depth := max(w.depth, 0)
	for int(depth) >= len(w.byDepth) {
		w.byDepth = append(w.byDepth, 0)
	}
	w.byDepth[depth] += m
	if !w.want.exclusives {
		return
	}
	if w.ring.item < w.a.covers {
		w.out.each[w.ring.item] += m
		switch depth {
		case 0:
			w.out.only[w.ring.item] += m
		case 1:
			w.alone(-m)
		}
		return
	}
	for item, n := range w.over {
		if n > 0 {
			w.out.each[item] += m
		}
	}
	if depth == 1 {
		w.alone(m)
	}
}

// alone books a surface for the only footprint over the place.
func (w *walker) alone(m float64) {
	if item := w.sum - 1; item >= 0 && item < int64(w.a.covers) {
		w.out.only[item] += m
	}
}

// turn tells the tracers of a crossing.
func (w *walker) turn(key uint64, at vertex) {
	in := w.inside == w.needed
	if w.ring.item < w.a.covers {
		w.covered.turn(in && w.depth <= 0, key, at)
		return
	}
	// The one that ends writes its last vertex before the other begins.
	first, second := &w.uncover, &w.recover
	firstIn, secondIn := in && w.depth <= 0, in && w.depth > 0
	if w.recover.open {
		first, second, firstIn, secondIn = second, first, secondIn, firstIn
	}
	first.turn(firstIn, key, at)
	second.turn(secondIn, key, at)
}

// close ends the tracing of a ring.
func (w *walker) close() {
	if w.want.outlines {
		w.covered.close()
		w.uncover.close()
		w.recover.close()
	}
}

// key names the crossing of two edges, whichever is walked.
func key(e, f int32) uint64 {
	if e > f {
		e, f = f, e
	}
	return uint64(e)<<32 | uint64(f)
}
