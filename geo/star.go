package geo

import (
	"math/bits"
	"slices"
)

// stars are the places where vertices of several items coincide: many heads look past the same corner of a house. Two
// edges that end there cross, if at all, by the symbolic moves of their items alone (see left), and there are as many
// such pairs as the square of the heads that look past it. So they are not searched for like other crossings: a ring
// that passes the star finds them in one turn round it.
type stars struct {
	of       []int32 // by vertex: its star; −1 for none
	start    []int32
	passages []passage // of star k: start[k] … start[k+1]−1, in the order of their items
}

// passage is where a ring comes from and goes to at a star, seen from there, and by which edges.
type passage struct {
	from, to vertex
	in, out  int32
	item     int32
}

// usefulStars are the stars of an arrangement; nil when few rings pass each, or most edges are under a roof.
func (a *arrangement) usefulStars(covered *roof) *stars {
	const deep = 4 // mean depth of boxes
	ground, boxes := a.limit.units(), 0.0
	for k := range a.firstRing(a.covers) {
		boxes += a.rings[k].box.clip(a.limit).units()
	}
	if covered != nil || boxes < deep*ground {
		return nil
	}
	return a.findStars()
}

// findStars finds the stars of an arrangement, some of them of one vertex or of one item alone.
func (a *arrangement) findStars() *stars {
	s := &stars{of: make([]int32, len(a.vertices))}
	shared, count := a.sharedPlaces()
	numbers := newKeyTable(count)
	for _, r := range a.rings {
		for v := r.first; v < r.last; v++ {
			s.of[v] = -1
			if place := a.vertices[v].key(); shared.has(place) {
				s.of[v] = s.number(numbers, place)
			}
		}
		s.of[r.last] = s.of[r.first]
	}
	sum := int32(0)
	for k, n := range s.start {
		s.start[k] = sum
		sum += n
	}
	s.start = append(s.start, sum)
	s.fill(a)
	return s
}

// number is that of the star at a place, of which start counts the passages.
func (s *stars) number(numbers *keyTable, place uint64) int32 {
	number := numbers.get(place)
	if number < 0 {
		number = int32(len(s.start))
		numbers.put(place, number)
		s.start = append(s.start, 0)
	}
	s.start[number]++
	return number
}

// fill fills in the passages, whose number is known.
func (s *stars) fill(a *arrangement) {
	s.passages = make([]passage, s.start[len(s.start)-1])
	filled := slices.Clone(s.start)
	for _, r := range a.rings {
		in := r.last - 1
		for v := r.first; v < r.last; v++ {
			if k := s.of[v]; k >= 0 {
				at := a.vertices[v]
				s.passages[filled[k]] = passage{a.vertices[in].from(at), a.vertices[v+1].from(at), in, v, r.item}
				filled[k]++
			}
			in = v
		}
	}
}

// from is where a vertex lies, seen from another at the other end of an edge.
func (v vertex) from(at vertex) vertex { return vertex{v.x - at.x, v.y - at.y} }

// upper tells whether a way leads into the upper half of the plane, of which the western axis is part.
func (v vertex) upper() bool { return v.y > 0 || v.y == 0 && v.x < 0 }

// at are the passages of a vertex's star, but for none.
func (s *stars) at(v int32) []passage {
	k := s.of[v]
	if k < 0 {
		return nil
	}
	return s.passages[s.start[k]:s.start[k+1]]
}

// crossStar adds the crossings of an edge with the other edges of a star at one of its ends, where t is 0 or 1. Seen
// from there, the edge leads along a way.
func (w *walker) crossStar(crossings []crossing, way vertex, t float64, star []passage) []crossing {
	upper, back := way.upper(), int32(1)
	if t > 0 {
		back = -1
	}
	for k := range star {
		p := &star[k]
		if p.item == w.own.item {
			continue
		}
		side := int32(-1) // of the way, on which the other edge must be to cross it
		if upper == (p.item < w.own.item) {
			side = 1
		}
		if way.crosses(p.from, upper, side) {
			crossings = append(crossings, crossing{t: t, other: p.in, item: p.item, delta: back * side})
		}
		if way.crosses(p.to, upper, side) {
			crossings = append(crossings, crossing{t: t, other: p.out, item: p.item, delta: -back * side})
		}
	}
	return crossings
}

// crosses tells whether another way from a star lies on a side of this one, in the same half of the plane.
func (v vertex) crosses(o vertex, upper bool, side int32) bool {
	turn := int64(v.x)*int64(o.y) - int64(v.y)*int64(o.x)
	return o.upper() == upper && turn != 0 && (turn > 0) == (side > 0)
}

// sharedPlaces are the places where vertices lie that are not alone there, and a few others; count is no less than how
// many places there are.
func (a *arrangement) sharedPlaces() (places bitTable, count int) {
	met := newBitTable(8 * len(a.vertices))
	places = newBitTable(8 * len(a.vertices))
	for _, r := range a.rings {
		for _, v := range a.vertices[r.first:r.last] {
			if met.put(v.key()) {
				places.put(v.key())
				count++
			}
		}
	}
	return places, 2 * count // two places may have one bit
}

// bitTable remembers keys in a bit each; it may take others for one of them.
type bitTable struct {
	words []uint64
	shift uint
}

// newBitTable makes room for n bits or more.
func newBitTable(n int) bitTable {
	n = max(64, n)
	return bitTable{make([]uint64, 1<<bits.Len(uint(n))/64), 64 - uint(bits.Len(uint(n)))}
}

func (t bitTable) slot(key uint64) (word *uint64, bit uint64) {
	k := key * 0x9e3779b97f4a7c15 >> t.shift
	return &t.words[k/64], 1 << (k % 64)
}

// put remembers a key, and tells whether it was known.
func (t bitTable) put(key uint64) bool {
	word, bit := t.slot(key)
	known := *word&bit != 0
	*word |= bit
	return known
}

func (t bitTable) has(key uint64) bool {
	word, bit := t.slot(key)
	return *word&bit != 0
}
