// Package cql reads filters in CQL2 (OGC 21-065r2), as text and as JSON, and decides which records meet them.
//
// A filter is read by [ParseText] or [ParseJSON], held against the properties there are by [Filter.Check], and asked by
// [Filter.Holds]. As in SQL, what is compared with an unknown value is neither true nor false. A store with indexes is told
// by [Filter.Terms] what must hold for certain, so that it need not look at every record.
//
// The conformance classes are those of [Classes].
package cql

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Classes are the addresses of the conformance classes of OGC 21-065r2 that the package meets.
func Classes() []string {
	const base = "http://www.opengis.net/spec/cql2/1.0/conf/"
	return []string{
		base + "cql2-text", base + "cql2-json", base + "basic-cql2", base + "advanced-comparison-operators",
		base + "case-insensitive-comparison", base + "basic-spatial-functions", base + "basic-spatial-functions-plus",
		base + "spatial-functions", base + "temporal-functions",
	}
}

// Error says what is wrong with a filter.
type Error struct {
	// At is where in the filter: "at byte 12", or a path as "args[1]"; empty for the whole.
	At     string
	Reason string
}

// Error tells the place and the reason.
func (e *Error) Error() string { return strings.TrimPrefix(e.At+": "+e.Reason, ": ") }

func wrong(reason string, args ...any) error { return &Error{Reason: fmt.Sprintf(reason, args...)} }

// Type is what the values of a property are.
type Type string

// The types of properties. Values of a record are given as string, float64, bool, text of a day (2026-11-21), text of a
// moment (RFC 3339), and orb.Geometry (lon, lat).
const (
	String    Type = "string"
	Number    Type = "number"
	Boolean   Type = "boolean"
	Date      Type = "date"
	Timestamp Type = "timestamp"
	Geometry  Type = "geometry"
)

// Queryables are the types of the properties that a filter may name.
type Queryables map[string]Type

// Values gives a property of a record: nil when it is unknown.
type Values func(property string) any

// Filter is a condition on records. The zero value holds for all.
type Filter struct{ root predicate }

// Check holds the filter against the properties there are. An error is an *[Error].
func (f Filter) Check(properties Queryables) error {
	if f.root == nil {
		return nil
	}
	return f.root.check(properties)
}

// Holds tells whether a record meets the filter, which must have been checked.
func (f Filter) Holds(record Values) bool { return f.root == nil || f.root.holds(record) == yes }

// Term is something that must hold of each record that meets a filter.
type Term struct {
	Property string
	// In are the values of which the property has one.
	In []string
	// From and Before bound a moment: not before From, and before Before; empty is open.
	From, Before string
	// Meets is a surface, lon, lat, that the geometry meets.
	Meets orb.Geometry
}

// Terms are what a store may look up in its indexes; whole tells that they say all that the filter says.
func (f Filter) Terms() (terms []Term, whole bool) {
	if f.root == nil {
		return nil, true
	}
	return f.root.terms()
}

// truth is what a condition is of a record, with the third value of SQL.
type truth int8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// predicate is a condition.
type predicate interface {
	check(properties Queryables) error
	holds(record Values) truth
	terms() (terms []Term, whole bool)
}

// operand is what has a value.
type operand interface {
	// typed is the type of the values, or why there is none.
	typed(properties Queryables) (Type, error)
	// value is nil when it is unknown.
	value(record Values) any
}

// opaque is a predicate of which no index knows anything.
type opaque struct{}

func (opaque) terms() ([]Term, bool) { return nil, false }

// property is the value of a record under a name.
type property string

func (p property) typed(properties Queryables) (Type, error) {
	if t, known := properties[string(p)]; known {
		return t, nil
	}
	names := slices.Sorted(maps.Keys(properties))
	return "", wrong("there is no property %q here: they are %s", string(p), strings.Join(names, ", "))
}

func (p property) value(record Values) any { return record(string(p)) }

// literal is a value that the filter says itself.
type literal struct {
	kind  Type
	given any
}

func (l literal) typed(Queryables) (Type, error) { return l.kind, nil }
func (l literal) value(Values) any               { return l.given }

// folded is a text without regard to the case of its letters.
type folded struct{ of operand }

func (f folded) typed(properties Queryables) (Type, error) {
	return String, expect(properties, f.of, "CASEI", String)
}

func (f folded) value(record Values) any {
	if text, known := f.of.value(record).(string); known {
		return strings.ToLower(text)
	}
	return nil
}

// expect checks that an operand has one of some types.
func expect(properties Queryables, of operand, what string, types ...Type) error {
	t, err := of.typed(properties)
	if err == nil && !slices.Contains(types, t) {
		return wrong("%s takes a %s, not a %s", what, join(types), t)
	}
	return err
}

func join(types []Type) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return strings.Join(words, " or ")
}

// All is a filter that holds when each of some filters does.
func All(filters ...Filter) Filter {
	var parts all
	for _, f := range filters {
		if f.root != nil {
			parts = append(parts, f.root)
		}
	}
	if len(parts) == 1 {
		return Filter{parts[0]}
	}
	return Filter{parts}
}

// Equals is a filter that holds when a property of a type has the value that a text writes. An error is an *[Error].
func Equals(name string, kind Type, text string) (Filter, error) {
	value := literal{kind: kind, given: text}
	switch kind {
	case Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return Filter{}, wrong("%q is not a number", text)
		}
		value.given = n
	case Boolean:
		if text != "true" && text != "false" {
			return Filter{}, wrong("%q is neither true nor false", text)
		}
		value.given = text == "true"
	case Date, Timestamp:
		at, _, ok := readTime(text)
		if !ok {
			return Filter{}, wrong("%q is neither a day nor a moment", text)
		}
		value.given = at
	case Geometry:
		return Filter{}, wrong("a geometry is asked for by bbox or filter")
	case String, period:
	}
	return Filter{compared("=", property(name), value)}, nil
}
