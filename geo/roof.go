package geo

import (
	"math"
	"sync/atomic"
)

// roof tells which small cells lie wholly inside one footprint: what is in them is under that footprint, without a look
// at its edges.
type roof struct {
	cells lattice
	words int             // of a row
	under []atomic.Uint64 // a bit a cell, row by row
}

// usefulRoof is the roof of an arrangement; nil when few edges are under it.
func (a *arrangement) usefulRoof(workers int) *roof {
	const deep, sample, share = 2, 64, 4 // mean depth of boxes; of the edges, one in so many is looked at
	ground, boxes := a.limit.units(), 0.0
	for k := range a.firstRing(a.covers) {
		boxes += a.rings[k].box.clip(a.limit).units()
	}
	if boxes < deep*ground {
		return nil
	}
	t := a.newRoof(workers)
	seen, under := 0, 0
	for e := sample / 2; e < len(a.vertices)-1; e += sample {
		seen++
		if t.covers(a.vertices[e], a.vertices[e+1]) {
			under++
		}
	}
	if share*under < seen {
		return nil
	}
	return t
}

// units is the surface, in square units.
func (b box) units() float64 {
	return max(0, float64(b.x1)-float64(b.x0)) * max(0, float64(b.y1)-float64(b.y0))
}

// newRoof covers the ground of an arrangement with the roofs of its footprints, on some workers.
func (a *arrangement) newRoof(workers int) *roof {
	const share, leastM, mostCells, batch = 16, 1, 1 << 26, 256 // footprints that one job draws
	size := max(leastM*unitsPerM, a.cells.size*2/share)
	t := &roof{cells: newLattice(a.limit, size, mostCells)}
	t.words = int(t.cells.columns+63) / 64
	t.under = make([]atomic.Uint64, t.words*int(t.cells.rows))
	shades := newSpares(func() *shade { return &shade{cells: t.cells} })
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
	if b = b.clip(a.limit); b.size() < 2*t.cells.size {
		return
	}
	s.start(t.cells.patch(b))
	for _, r := range a.rings[first:last] {
		for e := r.first; e < r.last; e++ {
			s.draw(a.vertices[e], a.vertices[e+1])
		}
	}
	s.cast(t)
}

// covers tells whether an edge stays in cells that lie wholly inside one footprint, which is then never its own.
func (t *roof) covers(p, q vertex) bool {
	b := edgeBox(p, q)
	if !t.cells.over.holds(vertex{b.x0, b.y0}) || !t.cells.over.holds(vertex{b.x1, b.y1}) {
		return false
	}
	covered := true
	t.cells.trace(p, q, func(row, from, to int32) bool {
		for c := from; c <= to && covered; c++ {
			covered = t.under[int(row)*t.words+int(c)/64].Load()>>(uint(c)%64)&1 != 0
		}
		return covered
	})
	return covered
}

// trace names the cells that an edge touches or passes within a unit of, and perhaps some more: columns from … to of
// each row, until visit says no.
func (l lattice) trace(p, q vertex, visit func(row, from, to int32) bool) {
	const margin = 2
	if p.y > q.y {
		p, q = q, p
	}
	low, high := float64(min(p.x, q.x)), float64(max(p.x, q.x))
	first, last := l.rowNear(float64(p.y)-margin), l.rowNear(float64(q.y)+margin)
	west, east := l.columnNear(low-margin), l.columnNear(high+margin)
	for row := first; row <= last; row++ {
		if last-first <= 1 && east-west <= 1 {
			if !visit(row, west, east) {
				return
			}
			continue
		}
		slope := 0.0 // of x
		if q.y > p.y {
			slope = (float64(q.x) - float64(p.x)) / (float64(q.y) - float64(p.y))
		}
		south := float64(l.over.y0) + float64(row)*float64(l.size) - margin
		x0 := float64(p.x) + (max(south, float64(p.y))-float64(p.y))*slope
		x1 := float64(p.x) + (min(south+float64(l.size)+2*margin, float64(q.y))-float64(p.y))*slope
		if slope == 0 {
			x0, x1 = low, high
		}
		from, to := max(low, min(x0, x1))-margin, min(high, max(x0, x1))+margin
		if !visit(row, l.columnNear(from), l.columnNear(to)) {
			return
		}
	}
}

func (l lattice) rowNear(y float64) int32 {
	return min(l.rows-1, max(0, int32(math.Floor((y-float64(l.over.y0))/float64(l.size)))))
}

func (l lattice) columnNear(x float64) int32 {
	return min(l.columns-1, max(0, int32(math.Floor((x-float64(l.over.x0))/float64(l.size)))))
}

// shade is one footprint on the cells of a patch.
type shade struct {
	cells    lattice
	patch    patch
	words    int
	turns    []uint64 // cells from whose middle on, eastwards, the inside begins or ends
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
	s.cells.trace(p, q, func(row, from, to int32) bool {
		if row < s.patch.r0 || row > s.patch.r1 {
			return true
		}
		for c := max(from, s.patch.c0); c <= min(to, s.patch.c1); c++ {
			s.touching[s.word(row, c)] |= 1 << (uint(c) % 64)
		}
		return true
	})
	if p.y > q.y {
		p, q = q, p
	}
	for row := max(s.patch.r0, s.cells.rowNear(float64(p.y))); row <= min(s.patch.r1, s.cells.rowNear(float64(q.y))); row++ {
		y := s.cells.middle(0, row).y
		if y < p.y || y >= q.y {
			continue
		}
		x := along(p, q, (float64(y)-float64(p.y))/(float64(q.y)-float64(p.y))).x
		c := s.cells.columnNear(float64(x))
		if s.cells.middle(c, row).x < x {
			c++
		}
		if c = max(c, s.patch.c0); c <= s.patch.c1 {
			s.turns[s.word(row, c)] ^= 1 << (uint(c) % 64)
		}
	}
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
