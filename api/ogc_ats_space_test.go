package api_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// Every geometry here is a point, a line along an axis or a rectangle along both: a product of two intervals, of which each may
// be one value. How two of them lie to each other is decided on the intervals (DE-9IM, as OGC 06-103r4 defines it).

// dimension is that of a geometry: 0, 1 or 2.
func dimension(b orb.Bound) (n int) {
	for axis := range 2 {
		if b.Min[axis] < b.Max[axis] {
			n++
		}
	}
	return n
}

func meets(a, b orb.Bound) bool {
	return a.Min[0] <= b.Max[0] && b.Min[0] <= a.Max[0] && a.Min[1] <= b.Max[1] && b.Min[1] <= a.Max[1]
}

// inside tells that no point of a is outside b.
func inside(a, b orb.Bound) bool {
	return b.Min[0] <= a.Min[0] && a.Max[0] <= b.Max[0] && b.Min[1] <= a.Min[1] && a.Max[1] <= b.Max[1]
}

// interiors tells whether the interiors meet: that of a line is what is between its ends, that of a point is the point.
func interiors(a, b orb.Bound) bool {
	for axis := range 2 {
		a0, a1, b0, b1 := a.Min[axis], a.Max[axis], b.Min[axis], b.Max[axis]
		if a0 == a1 && b0 == b1 && a0 != b0 || (a0 < a1 || b0 < b1) && (a0 >= b1 || b0 >= a1) {
			return false
		}
	}
	return true
}

// shared is the dimension of what two geometries that meet have in common.
func shared(a, b orb.Bound) int {
	return dimension(orb.Bound{
		Min: orb.Point{max(a.Min[0], b.Min[0]), max(a.Min[1], b.Min[1])}, Max: orb.Point{min(a.Max[0], b.Max[0]), min(a.Max[1], b.Max[1])},
	})
}

func relates(function string, a, b orb.Bound) bool {
	switch function {
	case "S_INTERSECTS":
		return meets(a, b)
	case "S_DISJOINT":
		return !meets(a, b)
	case "S_EQUALS":
		return a == b
	case "S_TOUCHES":
		return meets(a, b) && !interiors(a, b)
	case "S_WITHIN":
		return inside(a, b) && interiors(a, b)
	case "S_CONTAINS":
		return inside(b, a) && interiors(a, b)
	case "S_OVERLAPS":
		return dimension(a) == dimension(b) && interiors(a, b) && shared(a, b) == dimension(a) && !inside(a, b) && !inside(b, a)
	}
	return crosses(a, b)
}

func crosses(a, b orb.Bound) bool {
	switch from, to := dimension(a), dimension(b); {
	case from < to:
		return interiors(a, b) && !inside(a, b)
	case from > to:
		return interiors(a, b) && !inside(b, a)
	default:
		return from == 1 && interiors(a, b) && shared(a, b) == 0
	}
}

// geometries are what the places of the records are held against.
func geometries() []orb.Bound {
	var list []orb.Bound
	for _, r := range rectangles()[1:10] {
		list = append(list, r.bound())
	}
	between := func(west, south, east, north int) { list = append(list, rectangle{west, south, east, north}.bound()) }
	between(380, 4355, 380, 4355) // points: a corner, on a side, within, and one apart
	between(382, 4355, 382, 4355)
	between(385, 4361, 385, 4361)
	between(395, 4380, 395, 4380)
	between(380, 4355, 384, 4355) // lines: a side, across, into, within
	between(379, 4357, 395, 4357)
	between(382, 4350, 382, 4358)
	between(381, 4357, 383, 4357)
	return list
}

// wellKnown is a geometry as well-known text, and as GeoJSON.
func wellKnown(b orb.Bound) (text string, tree any) {
	x0, y0, x1, y1 := b.Min[0], b.Min[1], b.Max[0], b.Max[1]
	switch dimension(b) {
	case 0:
		return fmt.Sprintf("POINT(%v %v)", x0, y0), map[string]any{"type": "Point", "coordinates": b.Min}
	case 1:
		return fmt.Sprintf("LINESTRING(%v %v,%v %v)", x0, y0, x1, y1), map[string]any{"type": "LineString", "coordinates": []orb.Point{b.Min, b.Max}}
	}
	return fmt.Sprintf("POLYGON((%[1]v %[2]v,%[3]v %[2]v,%[3]v %[4]v,%[1]v %[4]v,%[1]v %[2]v))", x0, y0, x1, y1),
		map[string]any{"type": "Polygon", "coordinates": b.ToPolygon()}
}

func boxed(b orb.Bound) (text string, tree any) {
	return fmt.Sprintf("BBOX(%v,%v,%v,%v)", b.Min[0], b.Min[1], b.Max[0], b.Max[1]), map[string]any{"bbox": []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}}
}

// placedBy is a predicate on where the records of a collection lie.
func placedBy(collection, function, text string, tree any, holds func(at orb.Bound) bool) predicate {
	return predicate{collection, function + "(geometry," + text + ")", said(strings.ToLower(function), named("geometry"), tree), func(r surveyRecord) truth {
		if r.at == nil {
			return unknown
		}
		return truthOf(holds(*r.at))
	}}
}

// intersections are those of boxes and points.
func intersections(*suite) (list []predicate) {
	for _, collection := range []string{"cameras", "areas"} {
		for _, one := range geometries() {
			text, tree := boxed(one)
			if dimension(one) == 0 {
				text, tree = wellKnown(one)
			}
			if dimension(one) != 1 {
				list = append(list, placedBy(collection, "S_INTERSECTS", text, tree, func(at orb.Bound) bool { return meets(at, one) }))
			}
		}
	}
	return list
}

// positions are all relations to all geometries.
func positions(*suite) (list []predicate) {
	for _, collection := range []string{"cameras", "areas"} {
		for i, one := range geometries() {
			for j, function := range []string{"S_INTERSECTS", "S_DISJOINT", "S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_WITHIN", "S_CONTAINS", "S_OVERLAPS"} {
				text, tree := wellKnown(one)
				if dimension(one) == 2 && (i+j)%2 == 0 {
					text, tree = boxed(one)
				}
				list = append(list, placedBy(collection, function, text, tree, func(at orb.Bound) bool { return relates(function, at, one) }))
			}
		}
	}
	return list
}

// manifold are intersections with lines, polygons and with several geometries at once.
func manifold(*suite) (list []predicate) {
	for _, collection := range []string{"cameras", "areas"} {
		for _, one := range geometries() {
			text, tree := wellKnown(one)
			list = append(list, placedBy(collection, "S_INTERSECTS", text, tree, func(at orb.Bound) bool { return meets(at, one) }))
		}
		for kind, n := range map[string]int{"MULTIPOINT Point": 0, "MULTILINESTRING LineString": 1, "MULTIPOLYGON Polygon": 2, "GEOMETRYCOLLECTION ": -1} {
			text, tree, parts := several(kind, n)
			list = append(list, placedBy(collection, "S_INTERSECTS", text, tree, func(at orb.Bound) bool {
				return slices.ContainsFunc(parts, func(part orb.Bound) bool { return meets(at, part) })
			}))
		}
	}
	return list
}

// several are two geometries of a dimension in one; of three dimensions for n less than 0.
func several(kind string, n int) (text string, tree map[string]any, parts []orb.Bound) {
	name, single, _ := strings.Cut(kind, " ")
	var texts []string
	var trees, coordinates []any
	for _, one := range slices.Backward(geometries()) {
		apart := !slices.ContainsFunc(parts, func(part orb.Bound) bool { return meets(one, part) })
		if !apart || len(parts) == 2 && n >= 0 || n >= 0 && dimension(one) != n {
			continue
		}
		text, tree := wellKnown(one)
		if n >= 0 {
			text = text[strings.Index(text, "("):]
		}
		texts, trees, parts = append(texts, text), append(trees, tree), append(parts, one)
		coordinates = append(coordinates, tree.(map[string]any)["coordinates"])
	}
	text = name + "(" + strings.Join(texts, ",") + ")"
	if n < 0 {
		return text, map[string]any{"type": "GeometryCollection", "geometries": trees}, parts
	}
	return text, map[string]any{"type": "Multi" + single, "coordinates": coordinates}, parts
}

// extent is a time as the two ends of an interval, which are one for a moment or a day, and how a filter writes it.
type extent struct {
	text string
	tree any
	// ends gives them; known is false when one is not.
	ends func(r surveyRecord) (from, to time.Time, known bool)
}

// at is the time of a property, or of a constant.
func at(text string, tree any, value func(r surveyRecord) any) extent {
	return extent{text, tree, func(r surveyRecord) (from, to time.Time, known bool) {
		t, known := instantOf(value(r)).(time.Time)
		return t, t, known
	}}
}

func atProperty(name string) extent {
	return at(name, named(name), func(r surveyRecord) any { return r.value(name) })
}

// during is an interval between two texts, each a time, a property after a sign, or two dots.
func during(from, to string) extent {
	var texts []string
	var trees []any
	for _, end := range []string{from, to} {
		if name, is := strings.CutPrefix(end, "$"); is {
			texts, trees = append(texts, name), append(trees, named(name))
		} else {
			texts, trees = append(texts, "'"+end+"'"), append(trees, end)
		}
	}
	return extent{"INTERVAL(" + strings.Join(texts, ",") + ")", map[string]any{"interval": trees}, func(r surveyRecord) (first, last time.Time, known bool) {
		first, knownFirst := endOf(r, from, time.Time{})
		last, knownLast := endOf(r, to, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
		return first, last, knownFirst && knownLast
	}}
}

func endOf(r surveyRecord, end string, open time.Time) (time.Time, bool) {
	if end == ".." {
		return open, true
	}
	value := any(end)
	if name, is := strings.CutPrefix(end, "$"); is {
		value = r.value(name)
	}
	t, known := instantOf(value).(time.Time)
	return t, known
}

// follows decides of two intervals by the relations of Allen.
func follows(function string, a0, a1, b0, b1 time.Time) bool {
	before, same, after := func(a, b time.Time) bool { return a.Before(b) }, func(a, b time.Time) bool { return a.Equal(b) }, func(a, b time.Time) bool { return a.After(b) }
	return map[string]bool{
		"T_AFTER": after(a0, b1), "T_BEFORE": before(a1, b0), "T_DISJOINT": before(a1, b0) || after(a0, b1), "T_EQUALS": same(a0, b0) && same(a1, b1),
		"T_INTERSECTS": !before(a1, b0) && !after(a0, b1), "T_CONTAINS": before(a0, b0) && after(a1, b1), "T_DURING": after(a0, b0) && before(a1, b1),
		"T_FINISHEDBY": before(a0, b0) && same(a1, b1), "T_FINISHES": after(a0, b0) && same(a1, b1), "T_MEETS": same(a1, b0), "T_METBY": same(a0, b1),
		"T_OVERLAPPEDBY": after(a0, b0) && before(a0, b1) && after(a1, b1), "T_OVERLAPS": before(a0, b0) && after(a1, b0) && before(a1, b1),
		"T_STARTEDBY": same(a0, b0) && after(a1, b1), "T_STARTS": same(a0, b0) && before(a1, b1),
	}[function]
}

// times are the relations of days, moments and intervals. Intervals that end before they begin are no intervals: they are not
// asked for.
func times(*suite) (list []predicate) {
	lasting := during("$inServiceSince", "..")
	for _, pair := range [][2]extent{
		{atProperty("inServiceSince"), constantTime(day("2022-04-14"))}, {atProperty("inServiceSince"), during("2021-01-01", "2021-12-31")},
		{atProperty("inServiceSince"), during("2022-04-14", "2022-04-14")}, {atProperty("updated"), constantTime(moment("2022-04-14T14:48:46Z"))},
		{atProperty("updated"), during("2022-04-14T14:48:45Z", "2022-04-14T14:48:47Z")}, {atProperty("updated"), during("..", "2022-04-14T14:48:45Z")},
		{lasting, during("2021-01-01", "2021-12-31")}, {lasting, during("2021-12-31", "..")}, {during("..", "$inServiceSince"), during("2021-12-31", "2022-04-14")},
		{during("2021-01-01", "$inServiceSince"), during("..", "2021-01-01")}, {during("2020-01-01", "$inServiceSince"), during("2021-01-01", "2022-04-14")},
		{during("2020-01-01T00:00:00Z", "$updated"), during("2022-04-14T14:48:46Z", "2023-01-01T00:00:00Z")}, {during("$updated", "$provenance.updatedAt"), during("2022-04-14T14:48:46Z", "..")},
	} {
		a, b := pair[0], pair[1]
		for _, function := range temporalFunctions() {
			holds := func(r surveyRecord) truth {
				a0, a1, knownA := a.ends(r)
				b0, b1, knownB := b.ends(r)
				if !knownA || !knownB {
					return unknown
				}
				return truthOf(follows(function, a0, a1, b0, b1))
			}
			list = append(list, predicate{"cameras", function + "(" + a.text + "," + b.text + ")", said(strings.ToLower(function), a.tree, b.tree), holds})
		}
	}
	return list
}

func constantTime(c constant) extent {
	t := c.value.(time.Time)
	return extent{c.text, c.tree, func(surveyRecord) (from, to time.Time, known bool) { return t, t, true }}
}
