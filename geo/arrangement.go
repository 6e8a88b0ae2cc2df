package geo

import (
	"math"
	"slices"
)

// arrangement is a set of surfaces on the integer grid, indexed so that each ring finds the edges near it. Nothing is
// inserted in a topology: every ring is walked on its own (see walk.go).
//
// Items 0 … covers−1 are footprints, whose number over a place is its depth; the items after them are domains: only
// ground inside all of them counts. Every item has a winding number of 1 inside and 0 outside.
type arrangement struct {
	vertices []vertex // of all rings, each closed by its first vertex
	rings    []ring
	boxes    []box // of the rings
	chunks   []chunk
	covers   int32
	items    int32

	extent  box
	cell    int32
	columns int32
	rows    int32
	byChunk buckets // chunks by cell
	byRing  buckets // rings of footprints by cell of their box
	borders []border
	strips  buckets // borders by row of cells
}

// ring is vertices[first:last+1] of an arrangement; edge e goes from vertex e to vertex e+1, first ≤ e < last.
type ring struct{ first, last, item int32 }

// border is an edge of a domain.
type border struct{ edge, item int32 }

// chunk is a run of edges of one ring, short enough to be near in space.
type chunk struct {
	box         box
	ring        int32
	first, last int32 // edges first … last−1
}

const chunkEdges = 32

// box is a rectangle, borders included.
type box struct{ x0, y0, x1, y1 int32 }

var nothing = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

func (b box) with(v vertex) box {
	return box{min(b.x0, v.x), min(b.y0, v.y), max(b.x1, v.x), max(b.y1, v.y)}
}

func (b box) meets(o box) bool {
	return b.x0 <= o.x1 && o.x0 <= b.x1 && b.y0 <= o.y1 && o.y0 <= b.y1
}

func (b box) clip(o box) box {
	return box{max(b.x0, o.x0), max(b.y0, o.y0), min(b.x1, o.x1), min(b.y1, o.y1)}
}

func (b box) holds(v vertex) bool {
	return v.x >= b.x0 && v.x <= b.x1 && v.y >= b.y0 && v.y <= b.y1
}

func edgeBox(a, b vertex) box {
	return box{min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y)}
}

func boxOf(vertices []vertex) box {
	b := nothing
	for _, v := range vertices {
		b = b.with(v)
	}
	return b
}

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

// hull is the smallest box round both.
func (b box) hull(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

// arrange indexes footprints and domains.
func arrange(footprints, domains []surface) *arrangement {
	a := &arrangement{covers: int32(len(footprints)), items: int32(len(footprints) + len(domains)), extent: nothing}
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

func (a *arrangement) add(s surface, item int32) {
	for _, vertices := range s {
		first := int32(len(a.vertices))
		a.vertices = append(a.vertices, vertices...)
		b := boxOf(vertices)
		a.rings = append(a.rings, ring{first, int32(len(a.vertices)) - 1, item})
		a.boxes = append(a.boxes, b)
		a.extent = a.extent.hull(b)
	}
}

func (a *arrangement) vertexRing(r int32) []vertex {
	return a.vertices[a.rings[r].first : a.rings[r].last+1]
}

// index chooses the cells, cuts rings into chunks no larger than a cell or so, and fills the buckets.
func (a *arrangement) index() {
	a.chooseCells()
	for r := range a.rings {
		a.cut(int32(r))
	}
	cells := int(a.columns) * int(a.rows)
	a.byChunk = fill(cells, len(a.chunks), func(k int, visit func(int32)) { a.cells(a.chunks[k].box, visit) })
	a.byRing = fill(cells, len(a.rings), func(k int, visit func(int32)) {
		if a.rings[k].item < a.covers {
			a.cells(a.boxes[k], visit)
		}
	})
	for _, r := range a.rings {
		for e := r.first; r.item >= a.covers && e < r.last; e++ {
			a.borders = append(a.borders, border{e, r.item})
		}
	}
	a.strips = fill(int(a.rows), len(a.borders), func(k int, visit func(int32)) {
		p, q := a.vertices[a.borders[k].edge], a.vertices[a.borders[k].edge+1]
		for row := a.row(min(p.y, q.y)); row <= a.row(max(p.y, q.y)); row++ {
			visit(row)
		}
	})
}

// chooseCells takes cells of half a mean footprint, and not many more cells than rings.
func (a *arrangement) chooseCells() {
	const least, most = 16 * unitsPerM, 512 * unitsPerM
	var sum, n int64
	for r, b := range a.boxes {
		if a.rings[r].item < a.covers {
			sum += int64(b.x1) - int64(b.x0) + int64(b.y1) - int64(b.y0)
			n += 2
		}
	}
	size := int64(most)
	if n > 0 {
		size = min(most, max(least, sum/n/2))
	}
	width, height := int64(a.extent.x1)-int64(a.extent.x0)+1, int64(a.extent.y1)-int64(a.extent.y0)+1
	for width/size*(height/size) > 1<<20 {
		size *= 2
	}
	a.cell = int32(size)
	a.columns, a.rows = int32((width-1)/size)+1, int32((height-1)/size)+1
}

func (a *arrangement) row(y int32) int32 {
	return int32((int64(y) - int64(a.extent.y0)) / int64(a.cell))
}
func (a *arrangement) column(x int32) int32 {
	return int32((int64(x) - int64(a.extent.x0)) / int64(a.cell))
}

func (a *arrangement) cells(b box, visit func(int32)) {
	c0, c1, r1 := a.column(b.x0), a.column(b.x1), a.row(b.y1)
	for r := a.row(b.y0); r <= r1; r++ {
		for c := c0; c <= c1; c++ {
			visit(r*a.columns + c)
		}
	}
}

// cut makes the chunks of a ring.
func (a *arrangement) cut(r int32) {
	open := chunk{box: nothing, ring: r, first: a.rings[r].first, last: a.rings[r].first}
	limit := 2 * int64(a.cell)
	for e := a.rings[r].first; e < a.rings[r].last; e++ {
		b := open.box.hull(edgeBox(a.vertices[e], a.vertices[e+1]))
		large := int64(b.x1)-int64(b.x0) > limit || int64(b.y1)-int64(b.y0) > limit
		if e > open.first && (e-open.first == chunkEdges || large) {
			a.chunks = append(a.chunks, open)
			open = chunk{ring: r, first: e}
			b = edgeBox(a.vertices[e], a.vertices[e+1])
		}
		open.box, open.last = b, e+1
	}
	a.chunks = append(a.chunks, open)
}

// buckets are lists of numbers, all in one slice: list k is items[start[k]:start[k+1]].
type buckets struct{ start, items []int32 }

// fill makes n lists from the numbers 0 … count−1, each in the lists that visitLists names.
func fill(n, count int, visitLists func(k int, visit func(list int32))) buckets {
	b := buckets{start: make([]int32, n+1)}
	for k := range count {
		visitLists(k, func(list int32) { b.start[list+1]++ })
	}
	for k := range n {
		b.start[k+1] += b.start[k]
	}
	b.items = make([]int32, b.start[n])
	next := slices.Clone(b.start)
	for k := range count {
		visitLists(k, func(list int32) {
			b.items[next[list]] = int32(k)
			next[list]++
		})
	}
	return b
}

func (b buckets) list(k int32) []int32 { return b.items[b.start[k]:b.start[k+1]] }
