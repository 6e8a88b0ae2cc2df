package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// sweepFrom is the number of edge pairs above which sorting the edges costs less than trying every pair.
const sweepFrom = 1024

// Intersects tells whether two shapes share a point, borders included (a hole's border belongs to its polygon, its
// inside does not). Edges are straight lines in the plane of lon, lat, as RFC 7946 (section 3.1.1) has it, and the
// answer is exact for the given coordinates. Every type of [orb.Geometry] is accepted; nil, an empty shape and a
// bound with Min above Max share no point with anything. Shapes that [Validate] refuses get an answer, which has no
// meaning where the shape itself has none.
func Intersects(area, shape orb.Geometry) bool {
	if p, ok := shape.(orb.Point); ok {
		return coversPoint(area, p)
	}
	if p, ok := area.(orb.Point); ok {
		return coversPoint(shape, p)
	}
	parts := planarParts(nil, shape)
	for _, a := range planarParts(nil, area) {
		for _, b := range parts {
			if a.meets(b) {
				return true
			}
		}
	}
	return false
}

// coversPoint is Intersects for the commonest question, without allocating.
func coversPoint(shape orb.Geometry, p orb.Point) bool {
	switch s := shape.(type) {
	case orb.Point:
		return s == p
	case orb.Bound:
		return s.Contains(p)
	case orb.Polygon:
		return polygonCovers(s, p)
	case orb.MultiPolygon:
		return slices.ContainsFunc(s, func(part orb.Polygon) bool { return coversPoint(part, p) })
	}
	return slices.ContainsFunc(planarParts(nil, shape), func(part planarPart) bool {
		return part.meets(pathPart(orb.Ring{p}))
	})
}

// planarPart is a connected piece of a shape: a polygon, a path, or a point (a path of one position).
type planarPart struct {
	rings  orb.Polygon // of a path: the path alone
	filled bool
	bound  orb.Bound
}

func filledPart(p orb.Polygon) planarPart {
	return planarPart{rings: p, filled: true, bound: pathBound(p[0])}
}

func pathPart(path orb.Ring) planarPart {
	return planarPart{rings: orb.Polygon{path}, bound: pathBound(path)}
}

// pathBound is the bound of one position or more.
func pathBound(path orb.Ring) orb.Bound {
	low, high := path[0], path[0]
	for _, p := range path {
		low[0], high[0] = widen(low[0], high[0], p[0])
		low[1], high[1] = widen(low[1], high[1], p[1])
	}
	return orb.Bound{Min: low, Max: high}
}

func widen(low, high, v float64) (float64, float64) {
	if v < low {
		return v, high
	}
	if v > high {
		return low, v
	}
	return low, high
}

// planarParts appends the connected pieces of a shape that are not empty.
func planarParts(parts []planarPart, shape orb.Geometry) []planarPart {
	switch s := shape.(type) {
	case orb.Point:
		return append(parts, pathPart(orb.Ring{s}))
	case orb.MultiPoint:
		for _, p := range s {
			parts = planarParts(parts, p)
		}
	case orb.LineString:
		if len(s) > 0 {
			return append(parts, pathPart(orb.Ring(s)))
		}
	case orb.MultiLineString:
		for _, line := range s {
			parts = planarParts(parts, line)
		}
	case orb.Ring:
		return planarParts(parts, orb.Polygon{s})
	case orb.Polygon:
		if len(s) > 0 && len(s[0]) > 0 {
			return append(parts, filledPart(s))
		}
	case orb.MultiPolygon:
		for _, polygon := range s {
			parts = planarParts(parts, polygon)
		}
	case orb.Bound:
		if !s.IsEmpty() {
			return append(parts, filledPart(s.ToPolygon()))
		}
	case orb.Collection:
		for _, member := range s {
			parts = planarParts(parts, member)
		}
	}
	return parts
}

// meets tells whether two parts share a point. When no edges meet, one part holds the other whole or they are apart:
// one position of each decides. (The outline is enough: a part that lies inside a hole is apart from the polygon.)
func (a planarPart) meets(b planarPart) bool {
	if !a.bound.Intersects(b.bound) {
		return false
	}
	return a.filled && polygonCovers(a.rings, b.rings[0][0]) ||
		b.filled && polygonCovers(b.rings, a.rings[0][0]) ||
		edgesMeet(a.edgesNear(b.bound), b.edgesNear(a.bound))
}

// planarEdge is a segment with its extent along the axis of the sweep.
type planarEdge struct {
	from, to  orb.Point
	low, high float64
}

// edgesNear lists the edges whose boxes meet a bound. The ring of a filled part is closed if it was not; a single
// position is an edge of no length.
func (a planarPart) edgesNear(near orb.Bound) []planarEdge {
	var edges []planarEdge
	for _, ring := range a.rings {
		for i, to := range ring {
			if i == 0 && !a.filled && len(ring) > 1 {
				continue
			}
			from := ring[(i+len(ring)-1)%len(ring)]
			if boxesMeet(from, to, near.Min, near.Max) {
				edges = append(edges, planarEdge{from: from, to: to})
			}
		}
	}
	return edges
}

// edgesMeet tells whether some edge of a shares a point with some edge of b.
func edgesMeet(a, b []planarEdge) bool {
	if len(a)*len(b) <= sweepFrom {
		return slices.ContainsFunc(a, func(e planarEdge) bool { return e.meetsAny(b) })
	}
	axis := sweepAxis(a, b)
	sortAlong(a, axis)
	sortAlong(b, axis)
	for len(a) > 0 && len(b) > 0 {
		if a[0].low > b[0].low {
			a, b = b, a
		}
		if a[0].meetsAny(b) {
			return true
		}
		a = a[1:]
	}
	return false
}

// meetsAny tells whether e meets one of the edges, which are sorted by their low end (or all have none: zero).
func (e planarEdge) meetsAny(edges []planarEdge) bool {
	for _, other := range edges {
		if other.low > e.high {
			return false
		}
		if segmentsMeet(e.from, e.to, other.from, other.to) {
			return true
		}
	}
	return false
}

// sweepAxis gives the axis, 0 or 1, along which the edges overlap least: the one where the sum of their extents is the
// smaller share of the whole extent.
func sweepAxis(lists ...[]planarEdge) int {
	var sum [2]float64
	whole := orb.Bound{Min: lists[0][0].from, Max: lists[0][0].from}
	for _, edges := range lists {
		for _, e := range edges {
			whole = whole.Extend(e.from).Extend(e.to)
			sum[0] += max(e.from[0], e.to[0]) - min(e.from[0], e.to[0])
			sum[1] += max(e.from[1], e.to[1]) - min(e.from[1], e.to[1])
		}
	}
	if sum[0]*(whole.Max[1]-whole.Min[1]) <= sum[1]*(whole.Max[0]-whole.Min[0]) {
		return 0
	}
	return 1
}

// sortAlong sets the extents of edges along an axis and sorts them by their low end.
func sortAlong(edges []planarEdge, axis int) {
	for i := range edges {
		e := &edges[i]
		e.low, e.high = min(e.from[axis], e.to[axis]), max(e.from[axis], e.to[axis])
	}
	slices.SortFunc(edges, func(a, b planarEdge) int { return cmp.Compare(a.low, b.low) })
}
