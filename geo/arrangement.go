package geo

import (
	"cmp"
	"slices"
)

// arrangement is a set of surfaces on the integer grid, indexed so that each ring finds the edges near it. Nothing is
// inserted in a topology: every piece of a ring is walked on its own (see walk.go).
//
// Items 0 … covers−1 are footprints, whose number over a place is its depth; the items after them are domains: only
// ground inside all of them counts. Every item has a winding number of 1 inside and 0 outside.
type arrangement struct {
	vertices []vertex // of all rings, each closed by its first vertex
	rings    []loop
	chunks   []chunk
	courses  []course
	reaches  []box // of the courses
	covers   int32
	items    int32

	limit     box    // what the boxes of all domains share: nothing counts outside
	reference vertex // Green's fixed place
	cells     lattice
	byChunk   buckets // chunks by cell
	byRing    buckets // rings of footprints by cell of their box
	inside    insides
	ordered   int   // the rings before are in the order of their items
	order     []leg // of the walk: neighbours come together

	lateChunks, lateRings *latecomers // by cell: those of footprints that were inserted since
}

// ring is vertices[first:last+1] of an arrangement; edge e goes from vertex e to vertex e+1, first ≤ e < last.
type ring struct{ first, last, item int32 }

// loop is a ring with its box and its chunks, firstChunk … lastChunk−1.
type loop struct {
	ring
	box                   box
	firstChunk, lastChunk int32
}

// chunk is edges first … last−1 of one ring, short enough to be near in space.
type chunk struct {
	box                     box
	ring, item              int32
	first, last             int32
	firstCourse, lastCourse int32 // courses firstCourse … lastCourse−1
}

// course is edges first … last−1 of one chunk that keep to one quadrant of directions: the ends of any part of it span
// the box of that part.
type course struct{ first, last int32 }

const chunkEdges = 64

// surface is rings, closed, wound so that the winding number is 1 inside and 0 outside: outer rings anticlockwise,
// holes clockwise.
type surface [][]vertex

func (s surface) box() box {
	b := nothing
	for _, r := range s {
		b = b.hull(boxOf(r))
	}
	return b
}

// arrange indexes footprints and domains. Rings that lie wholly outside some domain are left out.
func arrange(footprints, domains []surface) *arrangement {
	return arrangeWithin(everything, footprints, domains)
}

// arrangeNear is arrange for what the footprints cover alone: how much ground there is in all is not found.
func arrangeNear(footprints, domains []surface) *arrangement {
	near := nothing
	for _, s := range footprints {
		near = near.hull(s.box())
	}
	return arrangeWithin(near, footprints, domains)
}

// arrangeWithin leaves out, as well, rings that lie wholly outside a box.
func arrangeWithin(near box, footprints, domains []surface) *arrangement {
	a := &arrangement{covers: int32(len(footprints)), items: int32(len(footprints) + len(domains)), limit: shared(domains).clip(near)}
	if a.limit.empty() {
		a.limit = nothing
	}
	a.reserve(footprints, domains)
	for i, s := range footprints {
		a.add(s, int32(i))
	}
	for i, s := range domains {
		a.add(s, a.covers+int32(i))
	}
	if len(a.rings) > 0 {
		a.index()
	}
	return a
}

// shared is what the boxes of all domains have in common; everything, when there are none.
func shared(domains []surface) box {
	limit := everything
	for _, s := range domains {
		limit = limit.clip(s.box())
	}
	if limit.empty() {
		return nothing
	}
	return limit
}

// firstRing is the number of the first ring of an item, or of the next that has one.
func (a *arrangement) firstRing(item int32) int {
	first, _ := slices.BinarySearchFunc(a.rings[:a.ordered], item, func(r loop, item int32) int { return cmp.Compare(r.item, item) })
	return first
}

// reserve makes room for all rings at once.
func (a *arrangement) reserve(footprints, domains []surface) {
	rings, vertices := 0, 0
	for _, list := range [2][]surface{footprints, domains} {
		for _, s := range list {
			rings += len(s)
			for _, r := range s {
				vertices += len(r)
			}
		}
	}
	a.rings, a.vertices = make([]loop, 0, rings), make([]vertex, 0, vertices)
}

// add adds the rings of an item, and tells how many there are now.
func (a *arrangement) add(s surface, item int32) int {
	for _, vertices := range s {
		b := boxOf(vertices)
		if !b.meets(a.limit) {
			continue
		}
		first := int32(len(a.vertices))
		a.vertices = append(a.vertices, vertices...)
		a.rings = append(a.rings, loop{ring: ring{first, int32(len(a.vertices)) - 1, item}, box: b})
	}
	return len(a.rings)
}

// index chooses the cells, cuts rings into chunks no larger than two cells or so, and fills the buckets.
func (a *arrangement) index() {
	a.ordered = len(a.rings)
	a.chooseCells()
	a.chunks = make([]chunk, 0, len(a.rings)+len(a.vertices)/chunkEdges)
	a.courses, a.reaches = make([]course, 0, len(a.rings)*4), make([]box, 0, len(a.rings)*4)
	for r := range a.rings {
		a.cut(int32(r))
	}
	a.byChunk = a.cells.sort(len(a.chunks), func(k int) box { return a.chunks[k].box })
	a.byRing = a.cells.sort(len(a.rings), func(k int) box {
		if a.rings[k].item >= a.covers {
			return nothing
		}
		return a.rings[k].box
	})
	a.inside = a.findInsides()
	a.order = a.inOrder()
}

// leg is chunks first … last−1 of one ring, walked in one go.
type leg struct{ first, last int32 }

// inOrder is the legs by the first cell of their first chunk.
func (a *arrangement) inOrder() []leg {
	const chunks = 8 // of a leg
	order := make([]leg, 0, len(a.rings)+len(a.chunks)/chunks)
	for cell := range int32(a.cells.count()) {
		for _, k := range a.byChunk.list(cell) {
			c := &a.chunks[k]
			r := &a.rings[c.ring]
			if (k-r.firstChunk)%chunks == 0 && a.cells.cell(vertex{c.box.x0, c.box.y0}) == cell {
				order = append(order, leg{k, min(k+chunks, r.lastChunk)})
			}
		}
	}
	return order
}

// chooseCells takes cells of half a mean footprint, and not many more cells than rings.
func (a *arrangement) chooseCells() {
	const least, most = 16 * unitsPerM, 512 * unitsPerM
	extent := nothing
	var sum, n int64
	for _, r := range a.rings {
		extent = extent.hull(r.box)
		if r.item < a.covers {
			sum += int64(r.box.x1) - int64(r.box.x0) + int64(r.box.y1) - int64(r.box.y0)
			n += 2
		}
	}
	if a.limit == everything {
		a.limit = extent
	}
	a.reference = a.limit.middle()
	a.limit = a.limit.clip(extent)
	size := int64(most)
	if n > 0 {
		size = min(most, max(least, sum/n/2))
	}
	a.cells = newLattice(a.limit, size, 1<<12+8*int64(len(a.rings)))
}

// cut makes the chunks and courses of a ring.
func (a *arrangement) cut(r int32) {
	ring := &a.rings[r]
	ring.firstChunk = int32(len(a.chunks))
	limit := 2 * a.cells.size
	var open chunk
	var going quadrant
	for e := ring.first; e < ring.last; e++ {
		p, q := a.vertices[e], a.vertices[e+1]
		edge := edgeBox(p, q)
		b := open.box.hull(edge)
		heading := going.with(p, q)
		switch {
		case e == ring.first || e-open.first == chunkEdges || b.size() > limit:
			a.close(open)
			b = edge
			open = chunk{ring: r, item: ring.item, first: e, firstCourse: int32(len(a.courses))}
			fallthrough
		case heading == mixed:
			heading = quadrant(0).with(p, q)
			a.courses = append(a.courses, course{first: e})
		}
		a.courses[len(a.courses)-1].last = e + 1
		open.box, open.last, going = b, e+1, heading
	}
	a.close(open)
	ring.lastChunk = int32(len(a.chunks))
}

// close ends a chunk that has edges.
func (a *arrangement) close(c chunk) {
	if c.last > c.first {
		c.lastCourse = int32(len(a.courses))
		for _, s := range a.courses[c.firstCourse:] {
			a.reaches = append(a.reaches, edgeBox(a.vertices[s.first], a.vertices[s.last]))
		}
		a.chunks = append(a.chunks, c)
	}
}

// quadrant is the set of directions that a course has taken: bits for east, west, north, south.
type quadrant uint8

const mixed quadrant = 0xff

// with adds the direction from p to q; mixed when the course then no longer keeps to one quadrant.
func (d quadrant) with(p, q vertex) quadrant {
	switch {
	case q.x > p.x:
		d |= 1
	case q.x < p.x:
		d |= 2
	}
	switch {
	case q.y > p.y:
		d |= 4
	case q.y < p.y:
		d |= 8
	}
	if d&3 == 3 || d&12 == 12 {
		return mixed
	}
	return d
}

// visitChunks names the chunks in the cells of a box, some of them several times.
func (a *arrangement) visitChunks(b box, visit func(k int32)) {
	p := a.cells.patch(b)
	for r := p.r0; r <= p.r1; r++ {
		for c := p.c0; c <= p.c1; c++ {
			cell := r*a.cells.columns + c
			for _, k := range a.byChunk.list(cell) {
				visit(k)
			}
			for _, k := range a.lateChunks.list(cell) {
				visit(k)
			}
		}
	}
}

// insert adds the rings of a footprint to an arrangement that is indexed, and tells their numbers.
func (a *arrangement) insert(s surface, item int32) []int32 {
	var numbers []int32
	for k, n := len(a.rings), a.add(s, item); k < n; k++ {
		numbers = append(numbers, int32(k))
		a.cut(int32(k))
		r := &a.rings[k]
		a.lateRings.add(a.cells, r.box, int32(k))
		for c := r.firstChunk; c < r.lastChunk; c++ {
			a.lateChunks.add(a.cells, a.chunks[c].box, c)
		}
	}
	return numbers
}

// remove takes a ring away: it meets nothing any more.
func (a *arrangement) remove(k int32) {
	r := &a.rings[k]
	for c := r.firstChunk; c < r.lastChunk; c++ {
		a.chunks[c].box = nothing
	}
	r.box, r.firstChunk, r.lastChunk = nothing, 0, 0
}

// winding is how often a ring goes round c, of item i, not the ring's own.
func (a *arrangement) winding(r *loop, c vertex, i int32) int32 {
	var n int32
	for k := r.firstChunk; k < r.lastChunk; k++ {
		own := &a.chunks[k]
		if c.y < own.box.y0 || c.y > own.box.y1 || c.x > own.box.x1 {
			continue // a ring goes round c where it crosses the line from c to the east
		}
		for s := own.firstCourse; s < own.lastCourse; s++ {
			if b := &a.reaches[s]; c.y >= b.y0 && c.y <= b.y1 && c.x <= b.x1 {
				n += a.courseStep(a.courses[s], c, i, r.item)
			}
		}
	}
	return n
}

// courseStep is what a course, of item j, adds to the winding number of its ring round c, of item i ≠ j.
func (a *arrangement) courseStep(s course, c vertex, i, j int32) int32 {
	lo, hi := s.first, s.last
	over := above(c, a.vertices[lo], i, j)
	if over == above(c, a.vertices[hi], i, j) {
		return 0
	}
	for hi-lo > 1 { // the one edge that passes the height of c
		if middle := (lo + hi) / 2; above(c, a.vertices[middle], i, j) == over {
			lo = middle
		} else {
			hi = middle
		}
	}
	return windingStep(a.vertices[lo], a.vertices[hi], c, i, j)
}
