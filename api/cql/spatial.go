package cql

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

// position holds for two geometries that lie to each other as its name says (OGC 21-065r2, table 9, after DE-9IM).
type position struct {
	name        string // in capital letters
	left, right operand
}

func positions() map[string]func(a, b geom.Geometry) (bool, error) {
	return map[string]func(a, b geom.Geometry) (bool, error){
		"S_INTERSECTS": intersects,
		"S_CONTAINS":   geom.Contains,
		"S_CROSSES":    geom.Crosses,
		"S_DISJOINT":   geom.Disjoint,
		"S_EQUALS":     geom.Equals,
		"S_OVERLAPS":   geom.Overlaps,
		"S_TOUCHES":    geom.Touches,
		"S_WITHIN":     geom.Within,
	}
}

func intersects(a, b geom.Geometry) (bool, error) {
	apart, err := geom.Disjoint(a, b)
	return !apart, err
}

// isPosition tells the name of a spatial predicate, whatever the case of its letters.
func isPosition(name string) (string, bool) {
	name = strings.ToUpper(name)
	_, known := positions()[name]
	return name, known
}

func (p position) check(properties Queryables) error {
	for _, part := range []operand{p.left, p.right} {
		if err := expect(properties, part, p.name, Geometry); err != nil {
			return err
		}
	}
	return nil
}

func (p position) holds(record Values) truth {
	left, known := p.left.value(record).(orb.Geometry)
	right, alsoKnown := p.right.value(record).(orb.Geometry)
	if !known || !alsoKnown {
		return unknown
	}
	apart := !left.Bound().Intersects(right.Bound())
	switch {
	case apart && p.name == "S_DISJOINT":
		return yes
	case apart:
		return no
	case p.name == "S_INTERSECTS" && isSurface(right):
		return truthOf(geo.Intersects(right, left))
	}
	return p.related(left, right)
}

// related asks the library, which says nothing of geometries that are not valid.
func (p position) related(left, right orb.Geometry) truth {
	a, err := foreign(left)
	if err != nil {
		return unknown
	}
	b, err := foreign(right)
	if err != nil {
		return unknown
	}
	holds, err := positions()[p.name](a, b)
	if err != nil {
		return unknown
	}
	return truthOf(holds)
}

// terms: what must meet a surface, or be part of it, is found by it.
func (p position) terms() ([]Term, bool) {
	name, isProperty := p.left.(property)
	given, isLiteral := p.right.(literal)
	if !isProperty || !isLiteral {
		return nil, false
	}
	area, _ := given.given.(orb.Geometry)
	switch {
	case p.name == "S_DISJOINT":
		return nil, false
	case !isSurface(area):
		return []Term{{Property: string(name), Meets: area.Bound()}}, false
	}
	return []Term{{Property: string(name), Meets: area}}, p.name == "S_INTERSECTS"
}

func isSurface(g orb.Geometry) bool {
	switch g.(type) {
	case orb.Polygon, orb.MultiPolygon, orb.Bound:
		return true
	}
	return false
}

// foreign is a geometry in the types of the library that knows how two of them lie.
func foreign(g orb.Geometry) (geom.Geometry, error) {
	if bound, is := g.(orb.Bound); is {
		g = bound.ToPolygon()
	}
	raw, err := wkb.Marshal(g)
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("geometry: %w", err)
	}
	return geom.UnmarshalWKB(raw)
}

// mostVertices bounds a geometry of a filter.
const mostVertices = 10_000

// place makes a literal of a geometry, lon, lat, which must be valid.
func place(g orb.Geometry) (operand, error) {
	if n := vertices(g); n > mostVertices {
		return nil, wrong("a geometry of %d points is more than the %d that a filter may have", n, mostVertices)
	}
	if _, isBox := g.(orb.Bound); !isBox {
		if _, err := foreign(g); err != nil {
			return nil, wrong("the geometry is not valid: %v", err)
		}
	}
	if !onEarth(g) {
		return nil, wrong("the geometry is not within -180, 180 and -90, 90 degrees")
	}
	return literal{Geometry, g}, nil
}

func vertices(g orb.Geometry) int {
	n := 0
	switch g := g.(type) {
	case orb.Point, orb.Bound:
		return 1
	case orb.MultiPoint:
		return len(g)
	case orb.LineString:
		return len(g)
	case orb.MultiLineString:
		for _, line := range g {
			n += len(line)
		}
	case orb.Polygon:
		for _, ring := range g {
			n += len(ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			n += vertices(polygon)
		}
	case orb.Collection:
		for _, one := range g {
			n += vertices(one)
		}
	}
	return n
}
