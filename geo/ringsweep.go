package geo

import (
	"cmp"
	"slices"
	"sort"

	"github.com/paulmach/orb"
)

// noPolygon is the polygon number of ground that belongs to none.
const noPolygon = -1

// ringSweep looks for crossings among the rings of a surface by moving a line from west to east, stopping at each
// vertex (M. I. Shamos, D. Hoey, "Geometric intersection problems", 1976; stops where several edges meet are handled
// as in M. de Berg et al., "Computational Geometry", chapter 2). Positions of one longitude come from south to north,
// as if the line leaned a little, so that an upright edge is an ordinary one.
//
// As long as no fault is found the edges under the line keep one order, from south to north, and every comparison is
// exact: no tolerance is needed.
type ringSweep struct {
	rings    []sweptRing
	vertices []orb.Point
	edges    []sweptEdge // edge i starts at vertex i
	incoming []int       // by vertex: the edge that ends there
	status   []int       // edges under the line, from south to north
	stray    *Violation  // the first hole that starts outside its polygon

	// Of the current stop, reused from one to the next: the edges that leave it, and all that pass it.
	leaving []int
	passes  []sweptPass
}

// sweptRing tells what a ring is; met turns true when the sweep reaches it.
type sweptRing struct {
	polygon   int
	hole, met bool
}

// sweptEdge is an edge of a ring, from left to right in the order of the sweep.
type sweptEdge struct {
	left, right orb.Point
	// end is the vertex where the edge ends, in the order of its ring.
	end, ring int
	// above is the polygon that holds the ground just north of the edge.
	above int
}

// comparePositions orders positions as the sweep meets them.
func comparePositions(a, b orb.Point) int {
	if a[0] != b[0] {
		return cmp.Compare(a[0], b[0])
	}
	return cmp.Compare(a[1], b[1])
}

// newRingSweep takes the rings apart. They must be closed and have two distinct positions at least.
func newRingSweep(surface orb.MultiPolygon) *ringSweep {
	s := &ringSweep{}
	for polygon, rings := range surface {
		for i, ring := range rings {
			s.add(ring, sweptRing{polygon: polygon, hole: i > 0})
		}
	}
	return s
}

// add appends the vertices and edges of a ring, without its repeated positions.
func (s *ringSweep) add(ring orb.Ring, as sweptRing) {
	first := len(s.vertices)
	for i, p := range ring[1:] {
		if p != ring[i] {
			s.vertices = append(s.vertices, ring[i])
		}
	}
	for i := first; i < len(s.vertices); i++ {
		end, before := i+1, i-1
		if end == len(s.vertices) {
			end = first
		}
		if i == first {
			before = len(s.vertices) - 1
		}
		left, right := s.vertices[i], s.vertices[end]
		if comparePositions(left, right) > 0 {
			left, right = right, left
		}
		s.edges = append(s.edges, sweptEdge{left: left, right: right, end: end, ring: len(s.rings)})
		s.incoming = append(s.incoming, before)
	}
	s.rings = append(s.rings, as)
}

// fault gives the first fault of the surface. A hole that starts outside its polygon may cross it further on, which
// then is the fault to tell.
func (s *ringSweep) fault() *Violation {
	v := s.run()
	if s.stray != nil && (v == nil || v.Rule == RuleOverlap) {
		return s.stray
	}
	return v
}

// run stops at every position where there are vertices, until a fault is found.
func (s *ringSweep) run() *Violation {
	order := make([]int, len(s.vertices))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(comparePositions(s.vertices[a], s.vertices[b]), cmp.Compare(a, b))
	})
	for len(order) > 0 {
		here := s.vertices[order[0]]
		n := 1
		for n < len(order) && s.vertices[order[n]] == here {
			n++
		}
		if v := s.stop(here, order[:n]); v != nil {
			return v
		}
		order = order[n:]
	}
	return nil
}

// stop moves the line over one position, where the given vertices lie.
func (s *ringSweep) stop(here orb.Point, vertices []int) *Violation {
	low, high := s.through(here)
	s.leaving = s.leaving[:0]
	for _, e := range s.status[low:high] {
		if s.edges[e].right != here {
			s.leaving = append(s.leaving, e)
		}
	}
	touches := len(vertices) > 1 || len(s.leaving) > 0
	for _, v := range vertices {
		for _, e := range [...]int{s.incoming[v], v} {
			if s.edges[e].left == here {
				s.leaving = append(s.leaving, e)
			}
		}
	}
	slices.SortFunc(s.leaving, func(a, b int) int { return cmp.Or(s.compareLeaving(here, a, b), cmp.Compare(a, b)) })
	if touches {
		if v := s.crossingAt(here, s.status[low:high]); v != nil {
			return v
		}
	}
	if v := s.settle(here, low); v != nil {
		return v
	}
	s.status = slices.Replace(s.status, low, high, s.leaving...)
	if v := s.neighboursFault(low); v != nil {
		return v
	}
	if len(s.leaving) == 0 {
		return nil
	}
	return s.neighboursFault(low + len(s.leaving))
}

// through gives the range of the status whose edges pass through or end at a position. They stand together.
func (s *ringSweep) through(here orb.Point) (low, high int) {
	low = sort.Search(len(s.status), func(i int) bool { return s.orientOf(s.status[i], here) <= 0 })
	high = low
	for high < len(s.status) && s.orientOf(s.status[high], here) == 0 {
		high++
	}
	return low, high
}

// orientOf is 1 when p lies north of an edge, -1 when south, 0 on it.
func (s *ringSweep) orientOf(edge int, p orb.Point) int {
	return exactOrient(s.edges[edge].left, s.edges[edge].right, p)
}

// compareLeaving orders two edges by their direction east of a position on both, from south to north. Edges of one
// direction are equal.
func (s *ringSweep) compareLeaving(here orb.Point, a, b int) int {
	return exactOrient(here, s.edges[b].right, s.edges[a].right)
}

// settle finds which polygon holds the ground north of each leaving edge, and the faults which that shows: an edge
// walked twice by one polygon, ground that belongs to two.
func (s *ringSweep) settle(here orb.Point, low int) *Violation {
	below := noPolygon
	if low > 0 {
		below = s.edges[s.status[low-1]].above
	}
	for rest := s.leaving; len(rest) > 0; {
		n := 1
		for n < len(rest) && s.compareLeaving(here, rest[0], rest[n]) == 0 {
			n++
		}
		above, broken := s.bundleAbove(here, rest[:n], below)
		if broken != "" {
			return &Violation{Rule: broken, At: here}
		}
		for _, e := range rest[:n] {
			s.edges[e].above = above
		}
		below, rest = above, rest[n:]
	}
	return nil
}

// bundleAbove gives the polygon that holds the ground north of edges that lie on one another, from the one that holds
// the ground south of them. An edge is where its polygon begins or ends.
func (s *ringSweep) bundleAbove(here orb.Point, bundle []int, below int) (above int, broken Rule) {
	for i, e := range bundle {
		ring := s.ringOf(e)
		if ring.hole && !ring.met && below != ring.polygon && s.stray == nil {
			s.stray = &Violation{Rule: RuleHoleOutside, At: here}
		}
		ring.met = true
		for _, f := range bundle[:i] {
			if ring.polygon == s.ringOf(f).polygon {
				return 0, s.crossingRule(e, f)
			}
		}
		if ring.polygon == below { // first comes the polygon that ends here
			bundle[0], bundle[i] = bundle[i], bundle[0]
		}
	}
	above = below
	for _, e := range bundle {
		switch polygon := s.ringOf(e).polygon; above {
		case polygon:
			above = noPolygon
		case noPolygon:
			above = polygon
		default:
			return 0, RuleOverlap
		}
	}
	return above, ""
}

// crossingAt looks at a position where rings touch. A ring goes through it by two edges; when the edges of two passes
// of one polygon alternate round the position, the rings cross there. Passes that do not can be taken out one inside
// the other, like brackets.
func (s *ringSweep) crossingAt(here orb.Point, arriving []int) *Violation {
	s.passes = s.passes[:0]
	for _, e := range s.leaving {
		s.passes = append(s.passes, s.passOf(e, here))
	}
	for _, e := range slices.Backward(arriving) {
		s.passes = append(s.passes, s.passOf(e, here))
	}
	slices.SortStableFunc(s.passes, func(a, b sweptPass) int { return cmp.Compare(a.polygon, b.polygon) })
	open := s.passes[:0]
	for _, pass := range s.passes {
		if last := len(open) - 1; last >= 0 && open[last].id == pass.id {
			open = open[:last]
		} else {
			open = append(open, pass)
		}
	}
	if len(open) == 0 {
		return nil
	}
	for _, pass := range open {
		if pass.polygon == open[0].polygon && pass.ring != open[0].ring {
			return &Violation{Rule: RuleRingsCross, At: here}
		}
	}
	return &Violation{Rule: RuleSelfCrossing, At: here}
}

// sweptPass is one of the two edges by which a ring passes a position. The id is that of the pass.
type sweptPass struct{ polygon, ring, id int }

// passOf gives the pass to which an edge through a position belongs: it goes by the vertex that lies there, or by a
// negative number when the position is inside the edge.
func (s *ringSweep) passOf(edge int, here orb.Point) sweptPass {
	e := &s.edges[edge]
	id := -1 - edge
	switch here {
	case s.vertices[edge]:
		id = edge
	case s.vertices[e.end]:
		id = e.end
	}
	return sweptPass{polygon: s.rings[e.ring].polygon, ring: e.ring, id: id}
}

// neighboursFault looks for a crossing of the edges at places i-1 and i of the status.
func (s *ringSweep) neighboursFault(i int) *Violation {
	if i < 1 || i >= len(s.status) {
		return nil
	}
	e, f := s.status[i-1], s.status[i]
	a, b := &s.edges[e], &s.edges[f]
	if s.orientOf(e, b.left)*s.orientOf(e, b.right) >= 0 || s.orientOf(f, a.left)*s.orientOf(f, a.right) >= 0 {
		return nil
	}
	rule := s.crossingRule(e, f)
	if rule == RuleOverlap && s.meetAtVertex(e, f) {
		return nil
	}
	return &Violation{Rule: rule, At: crossingPoint(a.left, a.right, b.left, b.right)}
}

// meetAtVertex tells whether the edges of two polygons cross exactly where a vertex lies. Both polygons may touch
// themselves there and share no ground, which is for the stop at that vertex to find out.
func (s *ringSweep) meetAtVertex(e, f int) bool {
	return slices.ContainsFunc(s.vertices, func(p orb.Point) bool { return s.orientOf(e, p) == 0 && s.orientOf(f, p) == 0 })
}

// crossingRule names the fault of two edges that cross or lie on one another.
func (s *ringSweep) crossingRule(e, f int) Rule {
	switch {
	case s.edges[e].ring == s.edges[f].ring:
		return RuleSelfCrossing
	case s.ringOf(e).polygon == s.ringOf(f).polygon:
		return RuleRingsCross
	}
	return RuleOverlap
}

func (s *ringSweep) ringOf(edge int) *sweptRing { return &s.rings[s.edges[edge].ring] }

// crossingPoint gives the point where ab and cd cross, rounded, for a message.
func crossingPoint(a, b, c, d orb.Point) orb.Point {
	ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	t := ((c[0]-a[0])*vy - (c[1]-a[1])*vx) / (ux*vy - uy*vx)
	if !(t >= 0 && t <= 1) { // nearly parallel: any point of the short stretch will do
		return c
	}
	return orb.Point{a[0] + t*ux, a[1] + t*uy}
}
