package geo

import (
	"context"
	"fmt"
	"math"
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
//
// Rings are walked in legs of some chunks, each beginning afresh, by as many goroutines as wanted. A goroutine takes a
// batch of neighbouring legs at a time, and finds the crossings of two of them once for both. Surfaces are whole numbers
// (tally.go), so sums do not depend on the order.

// want says what a walk is for.
type want struct {
	outlines   bool // the shapes of what is covered and of the gaps
	exclusives bool // surfaces item by item
	// groups are several ways to put the footprints together: the group of each, or −1 when it belongs to none.
	groups [][]int32
	// union asks only what is covered, not how often, nor by which: atLeast then has one figure. In dense scenes, where
	// footprints meet dozens of others, it is many times faster.
	union bool
	// workers bounds the goroutines; 0 means one per processor. It never changes the result.
	workers int
}

// depths is what a walk finds. Surfaces are in square units.
type depths struct {
	ground  float64     // inside every domain
	atLeast []float64   // [k−1]: of that, under k footprints or more
	each    []float64   // of that, under footprint i
	only    []float64   // of that, under footprint i alone
	lost    [][]float64 // [grouping][group]: of that, under footprints of that group alone

	strands  []strand // the outlines
	vertices []vertex // of the arrangement
}

// walker is the state of a walk along a batch of sections.
type walker struct {
	a   *arrangement
	sum *tally
	tracer

	sign      float64 // 1; −1 takes away
	union     bool    // as of want
	stamp     []int32 // by chunk: the mark of the last look at it
	mark      int32
	whole     []int32    // by chunk: where in the batch its edges begin, when it is there as a whole, or else −1
	groupings []grouping // by item first, when each item's surface is wanted
	windings  []int32    // by footprint: how often its rings go round the place
	entered   []int32    // the items that this walk goes into or out of

	roof     *roof     // when what lies under it is to be left out
	turnover *turnover // of a footprint that changes, or nil
	batch    []section // to be walked
	own      *section  // the present one

	sieve       sieve             // of its edges
	sieved      bool              // once it is filled
	near        []int32           // chunks that may be
	nearCourses [chunkEdges]int32 // of one of them
	found       []crossing        // of the batch, in any order
	crossings   []crossing        // edge by edge: those of edge k of the batch begin at starts[k]
	starts      []int32
	edge        int32 // the present one

	depth  int32
	inside int32 // domains round the place
	needed int32
	swept  int64   // surface of the piece that the walk is on, so far
	passed int64   // of this walk's pieces inside before it
	ahead  float64 // surface of the edge that the walk is on
	behind int64   // of it, up to the last crossing
}

// walk finds the depths of an arrangement.
func (a *arrangement) walk(ctx context.Context, want want) (*depths, error) {
	sum, strands, err := a.tally(ctx, want)
	if err != nil {
		return nil, err
	}
	if want.union {
		sum.forgetDepths()
	}
	out := sum.depths()
	if want.outlines {
		out.strands, out.vertices = strands, a.vertices
	}
	return out, nil
}

// tally walks all legs.
func (a *arrangement) tally(ctx context.Context, want want) (*tally, []strand, error) {
	batch := max(leastBatch, min(mostBatch, len(a.order)/leastBatches))
	n := (len(a.order) + batch - 1) / batch
	var strands []strand
	if want.outlines {
		strands = make([]strand, n)
	}
	var covered *roof
	if want.union {
		want.exclusives, want.groups = false, nil
		covered = a.usefulRoof(want.workers)
	}
	walkers := newSpares(func() *walker {
		w := a.newWalker(want)
		w.roof = covered
		return w
	})
	err := inParallel(want.workers, n, func(k int) error {
		if ctx.Err() != nil {
			return fmt.Errorf("coverage: %w", context.Cause(ctx))
		}
		w := walkers.take()
		defer walkers.give(w)
		if want.outlines {
			w.strand = &strands[k]
		}
		for _, l := range a.order[k*batch : min((k+1)*batch, len(a.order))] {
			w.enlist(l)
		}
		w.walk()
		return nil
	})
	sum := a.newTally(want)
	for _, w := range walkers.all {
		sum.add(w.sum)
	}
	return sum, strands, err
}

func (a *arrangement) newWalker(want want) *walker {
	w := &walker{a: a, union: want.union, sign: 1, windings: make([]int32, a.covers)}
	w.growTo(len(a.chunks))
	w.use(a.newTally(want))
	for k := range w.groupings {
		w.groupings[k].count = make([]int32, len(w.sum.lost[k]))
		if k > 0 {
			w.groupings[k].of = want.groups[k-1]
		}
	}
	return w
}

// use books into a tally from now on.
func (w *walker) use(sum *tally) {
	w.sum = sum
	w.groupings = slices.Grow(w.groupings, len(sum.lost))[:len(sum.lost)]
	for k := range w.groupings {
		w.groupings[k].lost = sum.lost[k]
	}
}

// walk goes along the sections of the batch, and empties it.
func (w *walker) walk() {
	w.cross()
	w.walkSections()
	w.batch = w.batch[:0]
}

// walkSections goes along the sections of the batch that are there.
func (w *walker) walkSections() {
	going := false
	for k := range w.batch {
		s := &w.batch[k]
		if w.turnover.absent(s.item, s.first) {
			continue
		}
		if !s.goesOn {
			if going {
				w.finish()
			}
			w.own, going = s, true
			w.start()
		}
		w.own = s
		w.walkEdges()
	}
	if going {
		w.finish()
	}
}

// walkEdges goes along the edges of the present section.
func (w *walker) walkEdges() {
	for k := range w.own.last - w.own.first {
		from, to := w.starts[w.own.edge+k], w.starts[w.own.edge+k+1]
		w.walkEdge(w.own.first+k, w.turnover.present(w.crossings[from:to]))
	}
}

func (w *walker) overDomain() bool { return w.own.item >= w.a.covers }

// start begins a walk: it finds the depth at the first vertex of the section.
func (w *walker) start() {
	a, item := w.a, w.own.item
	w.passed, w.depth, w.needed = 0, 0, a.items-a.covers
	if w.overDomain() {
		w.needed--
	}
	at := a.vertices[w.own.first]
	w.inside = a.insideAt(at, item)
	cell := a.cells.cell(at)
	w.enterRings(a.byRing.list(cell), at)
	if a.lateRings != nil {
		w.enterRings(a.lateRings.list(cell), at)
	}
	if w.strand != nil {
		e := w.own.first
		w.turn(w.outline(), key(e, e), at, e+1)
	}
}

// enterRings goes into the other items among some rings that lie round the first vertex of the section.
func (w *walker) enterRings(rings []int32, at vertex) {
	for _, k := range rings {
		r := &w.a.rings[k]
		if r.item == w.own.item || !r.box.holds(at) || w.turnover.absent(r.item, r.first) {
			continue
		}
		if n := w.a.winding(r, at, w.own.item); n != 0 {
			w.enter(r.item, n)
		}
	}
}

// enter goes into another item n times (−1: comes out of it).
func (w *walker) enter(item, n int32) {
	if item >= w.a.covers {
		w.inside += n
		return
	}
	w.windings[item] += n
	w.entered = append(w.entered, item)
	w.depth += n
	for k := range w.groupings {
		if turned := w.groupings[k].enter(item, n); k == 0 && w.sum.each != nil && w.overDomain() {
			w.sum.each[item] -= int64(turned) * w.passed
		}
	}
}

// walkEdge goes along one edge and its crossings.
func (w *walker) walkEdge(e int32, crossings []crossing) {
	p, q := w.a.vertices[e], w.a.vertices[e+1]
	w.edge = e
	w.ahead, w.behind = w.sign*sweptBy(w.a.reference, p, q), 0
	w.meet(crossings)
	w.swept += int64(math.RoundToEven(w.ahead)) - w.behind
}

// meet goes through the crossings of an edge.
func (w *walker) meet(crossings []crossing) {
	if len(crossings) == 0 {
		return
	}
	if w.buried(crossings) {
		w.enterAll(crossings)
		return
	}
	sortByShare(crossings)
	for len(crossings) > 0 {
		n := 1
		for n < len(crossings) && crossings[n].near(&crossings[n-1]) {
			n++
		}
		w.meetNear(crossings[:n])
		crossings = crossings[n:]
	}
}

// meetNear goes through crossings of which rounding may have decided which comes first.
func (w *walker) meetNear(crossings []crossing) {
	if w.buried(crossings) {
		w.enterAll(crossings)
		return
	}
	w.sortAlong(crossings)
	v := w.a.vertices
	for k := range crossings {
		if k+1 < len(crossings) && crossings[k+1].item == crossings[k].item {
			w.unfold(crossings[k:])
		}
		x := &crossings[k]
		to := int64(math.RoundToEven(w.ahead * x.t))
		w.book(w.swept + to - w.behind)
		w.swept, w.behind = 0, to
		w.enter(x.item, x.delta)
		if w.strand != nil {
			w.turn(w.outline(), key(w.edge, x.other), along(v[w.edge], v[w.edge+1], x.t), w.edge+1)
		}
	}
}

func (w *walker) enterAll(crossings []crossing) {
	for k := range crossings {
		w.enter(crossings[k].item, crossings[k].delta)
	}
}

// buried tells whether the edge, of a footprint, lies under others all along these crossings, whatever their order: for
// the union nothing counts there, and they need not be sorted.
func (w *walker) buried(crossings []crossing) bool {
	if !w.union || w.overDomain() {
		return false
	}
	depth := w.depth
	for k := range crossings {
		if x := &crossings[k]; x.delta < 0 && x.item < w.a.covers {
			depth += x.delta
		}
	}
	return depth > 0
}

// book counts the surface of a piece.
func (w *walker) book(m int64) {
	if w.inside != w.needed {
		return
	}
	w.passed += m
	depth, domain := max(w.depth, 0), w.overDomain()
	w.sum.count(domain, depth, m)
	for k := range w.groupings {
		w.groupings[k].book(w.own.item, domain, m)
	}
}

// outline is the one that a piece here belongs to.
func (w *walker) outline() outline {
	switch {
	case w.inside != w.needed:
		return noOutline
	case w.overDomain() && w.depth <= 0:
		return uncovered
	case w.overDomain():
		return recovered
	case w.depth <= 0:
		return covered
	}
	return noOutline
}

// finish ends a walk at the last vertex of the section.
func (w *walker) finish() {
	w.book(w.swept)
	w.swept = 0
	if w.strand != nil {
		last := w.own.last
		if r := &w.a.rings[w.own.ring]; last == r.last {
			last = r.first
		}
		w.turn(noOutline, key(last, last), w.a.vertices[last], w.own.last)
	}
	if w.sum.each != nil && !w.overDomain() {
		w.sum.each[w.own.item] += w.passed
	}
	for _, item := range w.entered {
		w.windings[item] = 0
		for k := range w.groupings {
			if over := w.groupings[k].leave(item); k == 0 && over && w.sum.each != nil && w.overDomain() {
				w.sum.each[item] += w.passed
			}
		}
	}
	w.entered = w.entered[:0]
}
