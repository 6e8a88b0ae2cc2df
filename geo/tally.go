package geo

import "sync"

// tally counts surfaces. They are whole numbers of 2 square units (1/2048 mm²), so that every sum is exact, whatever
// its order: sums may pass the end of int64 on the way, their results never do (the whole frame is below it).
type tally struct {
	footprints, domains []int64 // of pieces inside, by depth
	each                []int64
	lost                [][]int64 // [grouping][group+1], the first item by item; [0] belongs to no group
}

const tallyUnits = 2 // square units that a tally counts as one

// sweptBy is the surface of the triangle from a place to an edge, in tally units.
func sweptBy(from, p, q vertex) float64 {
	px, py := int64(p.x)-int64(from.x), int64(p.y)-int64(from.y)
	return float64(px*(int64(q.y)-int64(p.y))-py*(int64(q.x)-int64(p.x))) / (2 * tallyUnits)
}

func (a *arrangement) newTally(want want) *tally {
	t := &tally{footprints: make([]int64, 1, 16), domains: make([]int64, 1, 16)}
	if want.exclusives {
		t.each = make([]int64, a.covers)
	}
	if want.exclusives || len(want.groups) > 0 {
		t.lost = append(t.lost, make([]int64, a.covers+1))
	}
	for _, groups := range want.groups {
		last := int32(-1)
		for _, g := range groups {
			last = max(last, g)
		}
		t.lost = append(t.lost, make([]int64, last+2))
	}
	return t
}

// count books a surface at a depth.
func (t *tally) count(domain bool, depth int32, m int64) {
	sums := &t.footprints
	if domain {
		sums = &t.domains
	}
	for int(depth) >= len(*sums) {
		*sums = append(*sums, 0)
	}
	(*sums)[depth] += m
}

// add adds another tally of the same walk.
func (t *tally) add(o *tally) {
	for k, m := range o.footprints {
		t.count(false, int32(k), m)
	}
	for k, m := range o.domains {
		t.count(true, int32(k), m)
	}
	addAll(t.each, o.each)
	for k := range t.lost {
		addAll(t.lost[k], o.lost[k])
	}
}

// take adds another tally of the same walk, which is then empty.
func (t *tally) take(o *tally) {
	t.add(o)
	clear(o.footprints)
	clear(o.domains)
	clear(o.each)
	for k := range o.lost {
		clear(o.lost[k])
	}
}

func addAll(to, from []int64) {
	for k, m := range from {
		to[k] += m
	}
}

// forgetDepths keeps what lies under no footprint apart from what lies under any.
func (t *tally) forgetDepths() {
	t.footprints = t.footprints[:1]
	for len(t.domains) > 2 {
		last := len(t.domains) - 1
		t.domains[1] += t.domains[last]
		t.domains = t.domains[:last]
	}
}

// depths turns counts into surfaces.
func (t *tally) depths() *depths {
	n := max(len(t.footprints), len(t.domains))
	d := &depths{atLeast: make([]float64, n), each: inSquareUnits(t.each)}
	under := int64(0) // domain pieces with depth ≥ k
	for k := n; k >= 1; k-- {
		if k < len(t.domains) {
			under += t.domains[k]
		}
		sum := under
		if k-1 < len(t.footprints) {
			sum += t.footprints[k-1]
		}
		d.atLeast[k-1] = float64(sum) * tallyUnits
	}
	d.ground = float64(under+t.domains[0]) * tallyUnits
	for n > 0 && d.atLeast[n-1] < max(squareMM, 1e-12*d.ground) { // nothing but rounding
		n--
	}
	d.atLeast = d.atLeast[:n]
	for k, sums := range t.lost {
		if lost := inSquareUnits(sums[1:]); k == 0 {
			d.only = lost
		} else {
			d.lost = append(d.lost, lost)
		}
	}
	return d
}

func inSquareUnits(counts []int64) []float64 {
	out := make([]float64, len(counts))
	for k, m := range counts {
		out[k] = float64(m) * tallyUnits
	}
	return out
}

// grouping is one way to put footprints together, and which groups are over the place.
type grouping struct {
	of    []int32 // the group of each footprint, −1: none; nil when each is its own
	count []int32 // [group+1]: how often the place is inside footprints of it
	over  int32   // groups over the place, footprints of no group being one
	sum   int64   // of group+1 over the place: names the group when there is one
	lost  []int64 // [group+1]: surface under that group alone, in tally units
}

func (g *grouping) slot(item int32) int32 {
	if g.of == nil {
		return item + 1
	}
	return g.of[item] + 1
}

// enter goes into a footprint n times (−1: out of it). It tells whether the place is now in its group (+1), or no more
// (−1).
func (g *grouping) enter(item, n int32) int32 {
	slot := g.slot(item)
	before := g.count[slot]
	g.count[slot] += n
	turned := int32(1)
	switch {
	case (before > 0) == (before+n > 0):
		return 0
	case before > 0:
		turned = -1
	}
	g.over += turned
	g.sum += int64(turned) * int64(slot)
	return turned
}

// leave forgets a footprint, and tells whether the place was in its group.
func (g *grouping) leave(item int32) bool {
	slot := g.slot(item)
	was := g.count[slot] > 0
	g.count[slot], g.over, g.sum = 0, 0, 0
	return was
}

// book counts a piece of an item's ring. When one group alone is on a side of it, that group gains the surface (inside
// the ring) or loses it (outside).
func (g *grouping) book(item int32, domain bool, m int64) {
	switch {
	case g.over > 1 || g.over == 0 && domain:
	case g.over == 0:
		g.lost[g.slot(item)] += m
	case domain:
		g.lost[g.sum] += m
	case g.sum != int64(g.slot(item)):
		g.lost[g.sum] -= m
	}
}

// spares keeps things that several goroutines use in turn.
type spares[T any] struct {
	fresh func() T
	mutex sync.Mutex
	free  []T
	all   []T
}

func newSpares[T any](fresh func() T) *spares[T] { return &spares[T]{fresh: fresh} }

func (s *spares[T]) take() T {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if n := len(s.free); n > 0 {
		t := s.free[n-1]
		s.free = s.free[:n-1]
		return t
	}
	t := s.fresh()
	s.all = append(s.all, t)
	return t
}

func (s *spares[T]) give(t T) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.free = append(s.free, t)
}
