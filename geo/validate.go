package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// ValidatePoint returns nil, or a *Violation when the point is not lon, lat in degrees.
func ValidatePoint(p orb.Point) error {
	return asError(pointFault(p))
}

// Validate returns nil, or the first *Violation of a shape in lon, lat. The order of faults is fixed, so that the same
// shape always gets the same answer.
//
// Surfaces (polygon, multipolygon, ring, bound) follow OGC 06-103r4, Simple Feature Access 1, section 6.1.11, and
// RFC 7946, section 3.1.6: closed rings of four positions or more, holes inside their polygon, no crossing. Three
// things are accepted on purpose, because cadastral and administrative files have them and none makes it doubtful
// which ground is meant:
//   - consecutive positions that repeat, and rings wound either way;
//   - a ring that touches itself, or another ring of its polygon, at single points without crossing it there: it
//     still winds once round its inside and not at all round the rest. A crossing, which would make places wind twice
//     or backwards, and an edge walked twice are refused;
//   - polygons of one multipolygon that share edges, as long as no ground belongs to two of them.
//
// Of points and lines only the coordinates are checked; nil and shapes without a position are [RuleEmpty]. The work
// grows as n log n with the number of positions, and every comparison is exact.
func Validate(shape orb.Geometry) error {
	return asError(shapeFault(shape))
}

// asError keeps a nil *Violation from becoming an error that is not nil.
func asError(v *Violation) error {
	if v == nil {
		return nil
	}
	return v
}

func pointFault(p orb.Point) *Violation {
	for _, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &Violation{Rule: RuleNotFinite, At: p}
		}
	}
	if math.Abs(p.Lon()) > 180 || math.Abs(p.Lat()) > 90 {
		return &Violation{Rule: RuleNotDegrees, At: p}
	}
	return nil
}

func shapeFault(shape orb.Geometry) *Violation {
	switch s := shape.(type) {
	case orb.Point:
		return pointFault(s)
	case orb.MultiPoint:
		return pathFault(s)
	case orb.LineString:
		return pathFault(s)
	case orb.MultiLineString:
		return firstFault(s, pathFault[orb.LineString])
	case orb.Ring:
		return surfaceFault(orb.MultiPolygon{{s}})
	case orb.Polygon:
		return surfaceFault(orb.MultiPolygon{s})
	case orb.MultiPolygon:
		return surfaceFault(s)
	case orb.Bound:
		return boundFault(s)
	case orb.Collection:
		return firstFault(s, shapeFault)
	}
	return &Violation{Rule: RuleEmpty}
}

// firstFault gives the first fault of the parts; no part at all is a fault.
func firstFault[T any](parts []T, fault func(T) *Violation) *Violation {
	if len(parts) == 0 {
		return &Violation{Rule: RuleEmpty}
	}
	for _, part := range parts {
		if v := fault(part); v != nil {
			return v
		}
	}
	return nil
}

func pathFault[P ~[]orb.Point](path P) *Violation {
	return firstFault(path, pointFault)
}

// boundFault refuses a bound with Min above Max before it looks at its surface.
func boundFault(b orb.Bound) *Violation {
	if v := firstFault([]orb.Point{b.Min, b.Max}, pointFault); v != nil {
		return v
	}
	if b.IsEmpty() {
		return &Violation{Rule: RuleEmpty, At: b.Min}
	}
	return surfaceFault(orb.MultiPolygon{b.ToPolygon()})
}

// surfaceFault looks at each ring alone, then at all of them together.
func surfaceFault(surface orb.MultiPolygon) *Violation {
	if v := ringsFault(surface); v != nil {
		return v
	}
	return newRingSweep(surface).fault()
}

// ringsFault looks at each ring alone.
func ringsFault(surface orb.MultiPolygon) *Violation {
	return firstFault(surface, func(polygon orb.Polygon) *Violation { return firstFault(polygon, ringFault) })
}

// ringFault checks what can be seen without comparing edges: finite degrees, closure, three distinct points that are
// not on one line.
func ringFault(ring orb.Ring) *Violation {
	if len(ring) == 0 {
		return &Violation{Rule: RuleTooFewPoints}
	}
	if v := pathFault(ring); v != nil {
		return v
	}
	first := ring[0]
	if first != ring[len(ring)-1] {
		return &Violation{Rule: RuleNotClosed, At: ring[len(ring)-1]}
	}
	other := slices.IndexFunc(ring, func(p orb.Point) bool { return p != first })
	if len(ring) < 4 || other < 0 {
		return &Violation{Rule: RuleTooFewPoints, At: first}
	}
	second := ring[other]
	if !slices.ContainsFunc(ring, func(p orb.Point) bool { return p != first && p != second }) {
		return &Violation{Rule: RuleTooFewPoints, At: first}
	}
	if !slices.ContainsFunc(ring, func(p orb.Point) bool { return exactOrient(first, second, p) != 0 }) {
		return &Violation{Rule: RuleZeroArea, At: first}
	}
	return nil
}
