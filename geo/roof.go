package geo

import (
	"math"
	"math/bits"
	"sync/atomic"
)

// roof tells which small cells lie wholly inside one footprint: what is in them is under that footprint, without a look
// at its edges.
type roof struct {
	tiles
	words int             // of a row
	under []atomic.Uint64 // a bit a cell, row by row
}

// usefulRoof is the roof of an arrangement; nil when too little would be under it.
func (a *arrangement) usefulRoof(workers int) *roof {
	const deep = 1
	t := a.tilesOfRoof()
	if !(a.roofDepth(t) >= deep) {
		return nil
	}
	return a.newRoof(workers, t)
}

// roofDepth is the mean number, about, of roofs of footprints over a place, when they are made of cells: an edge touches
// as many of these as it goes to the east or west and to the north or south, in sides of a cell.
func (a *arrangement) roofDepth(t tiles) float64 {
	side, under := float64(int64(1)<<t.shift), 0.0
	for k := range a.firstRing(a.covers) {
		if r := &a.rings[k]; r.box.meets(a.limit) {
			ring := a.vertices[r.first : r.last+1]
			under += max(0, twiceArea(ring)/2-side*stepLength(ring))
		}
	}
	return under / a.limit.units()
}

// stepLength is the length of a ring, gone in steps to the east, west, north and south.
func stepLength(ring []vertex) float64 {
	sum := int64(0)
	for k := 1; k < len(ring); k++ {
		dx, dy := int64(ring[k].x)-int64(ring[k-1].x), int64(ring[k].y)-int64(ring[k-1].y)
		sum += max(dx, -dx) + max(dy, -dy)
	}
	return float64(sum)
}

// units is the surface, in square units.
func (b box) units() float64 {
	return max(0, float64(b.x1)-float64(b.x0)) * max(0, float64(b.y1)-float64(b.y0))
}

// newRoof covers the ground of an arrangement with the roofs of its footprints, on some workers.
func (a *arrangement) newRoof(workers int, over tiles) *roof {
	const batch = 256 // footprints that one job draws
	t := &roof{tiles: over, words: int(over.columns+63) / 64}
	t.under = make([]atomic.Uint64, t.words*int(t.rows))
	shades := newSpares(func() *shade { return &shade{tiles: over} })
	last := a.firstRing(a.covers)
	_ = inParallel(workers, (last+batch-1)/batch, func(k int) error {
		s := shades.take()
		defer shades.give(s)
		for first := k * batch; first < min(last, (k+1)*batch); first++ {
			if first == 0 || a.rings[first-1].item != a.rings[first].item {
				s.cover(t, a, first)
			}
		}
		return nil
	})
	return t
}

// cover adds a footprint whose first ring has a number.
func (s *shade) cover(t *roof, a *arrangement, first int) {
	last, b := first, nothing
	for ; last < a.ordered && a.rings[last].item == a.rings[first].item; last++ {
		b = b.hull(a.rings[last].box)
	}
	if b = b.clip(a.limit); b.size()>>t.shift < 2 || t.covers(t.patch(b)) {
		return
	}
	s.start(t.patch(b))
	for _, r := range a.rings[first:last] {
		for e := r.first; e < r.last; e++ {
			s.draw(a.vertices[e], a.vertices[e+1])
		}
	}
	s.cast(t)
}

// coversBox tells whether a box lies in cells that lie wholly inside one footprint each, as far as is easily told.
func (t *roof) coversBox(b box) bool { return t.holds(b) && t.covers(t.patch(b)) }

func (t *roof) covers(p patch) bool {
	for row := p.r0; row <= p.r1; row++ {
		if !t.coversRow(row, p.c0, p.c1) {
			return false
		}
	}
	return true
}

func (t *roof) coversRow(row, from, to int32) bool {
	first, last := int(row)*t.words+int(from)/64, int(row)*t.words+int(to)/64
	for k := first; k <= last; k++ {
		if all := run(k-first, last-k, from, to); t.under[k].Load()&all != all {
			return false
		}
	}
	return true
}

// run is the bits of a word for columns from … to, when so many words of them are before and after it.
func run(before, after int, from, to int32) uint64 {
	bits := ^uint64(0)
	if before == 0 {
		bits <<= uint(from) % 64
	}
	if after == 0 {
		bits &= ^uint64(0) >> (63 - uint(to)%64)
	}
	return bits
}

// coversEdge tells whether an edge stays in cells that lie wholly inside one footprint, which is then never its own.
func (t *roof) coversEdge(p, q vertex) bool {
	b := edgeBox(p, q)
	if !t.holds(b) {
		return false
	}
	covered := true
	t.trace(p, q, func(row, from, to int32) bool {
		covered = t.coversRow(row, from, to)
		return covered
	})
	return covered
}

// tiles are square cells over a box, whose sides are powers of two.
type tiles struct {
	over          box
	shift         uint
	columns, rows int32
}

// tilesOfRoof are the cells of a roof.
func (a *arrangement) tilesOfRoof() tiles {
	const share, leastM, mostCells = 16, 1, 1 << 26
	side := max(leastM*unitsPerM, a.cells.size*2/share)
	t := tiles{over: a.limit, shift: uint(bits.Len64(uint64(side))) - 1}
	for ; ; t.shift++ {
		t.columns, t.rows = t.column(t.over.x1)+1, t.row(t.over.y1)+1
		if int64(t.columns)*int64(t.rows) <= mostCells {
			return t
		}
	}
}

// column and row are those of a place inside the box.
func (t tiles) column(x int32) int32 { return int32(uint32(x-t.over.x0) >> t.shift) }
func (t tiles) row(y int32) int32    { return int32(uint32(y-t.over.y0) >> t.shift) }

func (t tiles) holds(b box) bool {
	return b.x0 >= t.over.x0 && b.y0 >= t.over.y0 && b.x1 <= t.over.x1 && b.y1 <= t.over.y1
}

// patch is the cells of a box that meets that of the cells.
func (t tiles) patch(b box) patch {
	b = b.clip(t.over)
	return patch{t.column(b.x0), t.row(b.y0), t.column(b.x1), t.row(b.y1)}
}

// trace names the cells that an edge touches or passes within a unit of, and perhaps some more: columns from … to of
// each row, until visit says no.
func (t tiles) trace(p, q vertex, visit func(row, from, to int32) bool) {
	const margin = 2
	if p.y > q.y {
		p, q = q, p
	}
	low, high := min(p.x, q.x), max(p.x, q.x)
	round := box{saturate(int64(low) - margin), saturate(int64(p.y) - margin), saturate(int64(high) + margin), saturate(int64(q.y) + margin)}
	if !round.meets(t.over) {
		return
	}
	whole := t.patch(round)
	if whole.r1-whole.r0 <= 1 && whole.c1-whole.c0 <= 1 || p.y == q.y {
		for row := whole.r0; row <= whole.r1; row++ {
			if !visit(row, whole.c0, whole.c1) {
				return
			}
		}
		return
	}
	slope := (float64(q.x) - float64(p.x)) / (float64(q.y) - float64(p.y)) // of x
	side := float64(int64(1) << t.shift)
	for row := whole.r0; row <= whole.r1; row++ {
		south := float64(t.over.y0) + float64(row)*side - margin
		x0 := float64(p.x) + (max(south, float64(p.y))-float64(p.y))*slope
		x1 := float64(p.x) + (min(south+side+2*margin, float64(q.y))-float64(p.y))*slope
		from, to := max(float64(low), min(x0, x1))-margin, min(float64(high), max(x0, x1))+margin
		if !visit(row, t.columnNear(from), t.columnNear(to)) {
			return
		}
	}
}

func saturate(v int64) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, v))) }

// columnNear is the column of a place, or the next one when there is none.
func (t tiles) columnNear(x float64) int32 {
	return t.column(int32(max(float64(t.over.x0), min(float64(t.over.x1), math.Floor(x)))))
}

// shade is one footprint on the cells of a patch.
type shade struct {
	tiles
	patch    patch
	words    int
	turns    []uint64 // cells from which on, eastwards, the inside begins or ends; if not before their eastern border
	touching []uint64 // cells that an edge touches
}

func (s *shade) start(p patch) {
	s.patch = p
	s.words = int(p.c1)/64 - int(p.c0)/64 + 1
	n := s.words * int(p.r1-p.r0+1)
	if cap(s.turns) < n {
		s.turns, s.touching = make([]uint64, n), make([]uint64, n)
	}
	s.turns, s.touching = s.turns[:n], s.touching[:n]
	clear(s.turns)
	clear(s.touching)
}

// word is where the bit of a cell is.
func (s *shade) word(row, column int32) int {
	return int(row-s.patch.r0)*s.words + int(column)/64 - int(s.patch.c0)/64
}

func (s *shade) draw(p, q vertex) {
	s.trace(p, q, s.touch)
	if p.y > q.y {
		p, q = q, p
	}
	// The rows whose middles the edge passes.
	half := int64(1) << s.shift / 2
	first := max(int64(s.patch.r0), (int64(p.y)-int64(s.over.y0)+half-1)>>s.shift)
	last := min(int64(s.patch.r1), (int64(q.y)-int64(s.over.y0)-half-1)>>s.shift)
	for row := first; row <= last; row++ {
		y := int64(s.over.y0) + row<<s.shift + half
		x := float64(p.x) + (float64(y)-float64(p.y))/(float64(q.y)-float64(p.y))*(float64(q.x)-float64(p.x))
		if c := max(s.columnNear(x), s.patch.c0); c <= s.patch.c1 && x <= float64(s.over.x1) {
			s.turns[s.word(int32(row), c)] ^= 1 << (uint(c) % 64)
		}
	}
}

// touch notes that an edge touches cells of a row.
func (s *shade) touch(row, from, to int32) bool {
	from, to = max(from, s.patch.c0), min(to, s.patch.c1)
	if row < s.patch.r0 || row > s.patch.r1 || from > to {
		return true
	}
	first, last := s.word(row, from), s.word(row, to)
	for k := first; k <= last; k++ {
		s.touching[k] |= run(k-first, last-k, from, to)
	}
	return true
}

// cast adds the cells wholly inside to a roof.
func (s *shade) cast(t *roof) {
	for row := s.patch.r0; row <= s.patch.r1; row++ {
		inside := uint64(0)
		for w := range s.words {
			k := int(row-s.patch.r0)*s.words + w
			bits := s.turns[k]
			for shift := 1; shift < 64; shift *= 2 { // each bit becomes the parity of those up to it
				bits ^= bits << shift
			}
			bits ^= inside
			inside = -(bits >> 63)
			if w == s.words-1 {
				bits &= 1<<(s.patch.c1%64)<<1 - 1 // nothing was drawn east of the patch
			}
			if bits &^= s.touching[k]; bits != 0 {
				t.under[int(row)*t.words+int(s.patch.c0)/64+w].Or(bits)
			}
		}
	}
}
