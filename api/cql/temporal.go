package cql

import (
	"strings"
	"time"
)

// period is the type of intervals, which no property has.
const period Type = "interval"

func temporal(t Type) bool { return t == Date || t == Timestamp || t == period }

// span is a time from a moment to another, both included: a moment is a span of no length, a day one of 24 hours less the
// smallest step of the clock.
type span struct {
	from, to time.Time
	// last is when the last moment or the last day begins.
	last time.Time
}

// The ends of time, for intervals that are open.
func beginning() time.Time { return time.Time{} }
func end() time.Time       { return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) }

// readTime reads a day or a moment.
func readTime(text string) (span, Type, bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return span{t, t.Add(24*time.Hour - time.Nanosecond), t}, Date, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return span{t.UTC(), t.UTC(), t.UTC()}, Timestamp, true
	}
	return span{}, "", false
}

// moment is how times are told to a store.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// timed is a property or a text as a time.
type timed struct{ of operand }

func (t timed) typed(properties Queryables) (Type, error) { return t.of.typed(properties) }

func (t timed) value(record Values) any { return timeOf(t.of.value(record)) }

// timeOf is a value as a span; nil when it is none.
func timeOf(value any) any {
	switch v := value.(type) {
	case span:
		return v
	case string:
		if s, _, ok := readTime(v); ok {
			return s
		}
	}
	return nil
}

// interval is the time between two others; a nil end is open.
type interval struct{ from, to operand }

func (i interval) typed(properties Queryables) (Type, error) {
	for _, end := range []operand{i.from, i.to} {
		if end == nil {
			continue
		}
		if err := expect(properties, end, "INTERVAL", Date, Timestamp); err != nil {
			return "", err
		}
	}
	return period, nil
}

func (i interval) value(record Values) any {
	whole := span{beginning(), end(), end()}
	if i.from != nil {
		from, known := timeOf(i.from.value(record)).(span)
		if !known {
			return nil
		}
		whole.from = from.from
	}
	if i.to != nil {
		to, known := timeOf(i.to.value(record)).(span)
		if !known {
			return nil
		}
		whole.to, whole.last = to.to, to.last
	}
	return whole
}

// relation holds for two times that stand to each other as its name says (OGC 21-065r2, table 12, after Allen).
type relation struct {
	opaque
	name        string // in capital letters
	left, right operand
}

func relations() map[string]func(a, b span) bool {
	return map[string]func(a, b span) bool{
		"T_AFTER":      func(a, b span) bool { return a.from.After(b.to) },
		"T_BEFORE":     func(a, b span) bool { return a.to.Before(b.from) },
		"T_CONTAINS":   contains,
		"T_DISJOINT":   func(a, b span) bool { return !overlap(a, b) },
		"T_DURING":     func(a, b span) bool { return contains(b, a) },
		"T_EQUALS":     func(a, b span) bool { return a.from.Equal(b.from) && a.to.Equal(b.to) },
		"T_FINISHEDBY": finishedBy,
		"T_FINISHES":   func(a, b span) bool { return finishedBy(b, a) },
		"T_INTERSECTS": overlap,
		"T_MEETS":      reaches,
		"T_METBY":      func(a, b span) bool { return reaches(b, a) },
		"T_OVERLAPS":   runsInto,
		"T_OVERLAPPEDBY": func(a, b span) bool {
			return runsInto(b, a)
		},
		"T_STARTEDBY": startedBy,
		"T_STARTS":    func(a, b span) bool { return startedBy(b, a) },
	}
}

func contains(a, b span) bool   { return a.from.Before(b.from) && a.to.After(b.to) }
func overlap(a, b span) bool    { return !a.from.After(b.to) && !a.to.Before(b.from) }
func finishedBy(a, b span) bool { return a.from.Before(b.from) && a.to.Equal(b.to) }
func startedBy(a, b span) bool  { return a.from.Equal(b.from) && a.to.After(b.to) }
func runsInto(a, b span) bool {
	return a.from.Before(b.from) && a.to.After(b.from) && a.to.Before(b.to) && !reaches(a, b)
}

// reaches tells that the last moment of a, or its last day, is the first of b.
func reaches(a, b span) bool { return a.last.Equal(b.from) }

func (r relation) check(properties Queryables) error {
	for _, part := range []operand{r.left, r.right} {
		if err := expect(properties, part, r.name, Date, Timestamp, period); err != nil {
			return err
		}
	}
	return nil
}

func (r relation) holds(record Values) truth {
	left, known := timeOf(r.left.value(record)).(span)
	right, alsoKnown := timeOf(r.right.value(record)).(span)
	if !known || !alsoKnown {
		return unknown
	}
	return truthOf(relations()[r.name](left, right))
}

// isRelation tells the name of a relation of times, whatever the case of its letters.
func isRelation(name string) (string, bool) {
	name = strings.ToUpper(name)
	_, known := relations()[name]
	return name, known
}
