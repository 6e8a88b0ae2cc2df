package advisory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Effect is what a change of a book does to those who are audited.
type Effect string

// The effects.
const (
	Weaker   Effect = "weaker"   // less is asked
	Tighter  Effect = "stricter" // more is asked
	ToExam   Effect = "examine"  // a condition, a period or a territory changed: a person must tell
	NoEffect Effect = "neutral"  // verdicts stay what they are
)

// Change is one difference between two books.
type Change struct {
	// What is as "rule AUD-L02" or "limit surroundingsM".
	What  string
	Field string
	// Before and After are empty for what was added or removed.
	Before, After string
	Effect        Effect
}

// Compare tells what changes from one book to another, in the order of what changes.
func Compare(before, after *Book) []Change {
	var changes []Change
	before.eachPair(after, func(a, b *Rule) { changes = append(changes, compareRules(a, b)...) })
	for _, l := range before.Limits {
		changes = append(changes, compareLimits(l, after.limit(l.Name))...)
	}
	for _, l := range after.Limits {
		if before.limit(l.Name).Name == "" {
			changes = append(changes, Change{What: "limit " + l.Name, Field: "added", After: l.String(), Effect: NoEffect})
		}
	}
	changes = append(changes, compareAdvice(before, after)...)
	slices.SortStableFunc(changes, func(a, b Change) int { return strings.Compare(a.What, b.What) })
	return changes
}

// eachPair gives every wording of every rule with its counterpart, nil when there is none: the wording of the same first
// day, else the only one.
func (b *Book) eachPair(other *Book, see func(before, after *Rule)) {
	taken := map[*Rule]bool{}
	for i := range b.Rules {
		match := other.counterpart(&b.Rules[i], b)
		taken[match] = true
		see(&b.Rules[i], match)
	}
	for i := range other.Rules {
		if !taken[&other.Rules[i]] {
			see(nil, &other.Rules[i])
		}
	}
}

func (b *Book) counterpart(r *Rule, of *Book) *Rule {
	own, others := of.wordings(r.ID), b.wordings(r.ID)
	if len(own) == 1 && len(others) == 1 {
		return others[0]
	}
	for _, other := range others {
		if other.ValidFrom == r.ValidFrom {
			return other
		}
	}
	return nil
}

func (b *Book) wordings(id string) []*Rule {
	var found []*Rule
	for i := range b.Rules {
		if b.Rules[i].ID == id {
			found = append(found, &b.Rules[i])
		}
	}
	return found
}

func compareRules(a, b *Rule) []Change {
	switch {
	case b == nil:
		return []Change{{What: "rule " + a.ID, Field: "removed", Before: a.Title.FR, Effect: Weaker}}
	case a == nil:
		return []Change{{What: "rule " + b.ID, Field: "added", After: b.Title.FR, Effect: Tighter}}
	}
	var changes []Change
	field := func(name, before, after string, effect Effect) {
		if before != after {
			changes = append(changes, Change{What: "rule " + a.ID, Field: name, Before: before, After: after, Effect: effect})
		}
	}
	severity := Weaker
	if slices.Index(Severities(), b.Severity) < slices.Index(Severities(), a.Severity) {
		severity = Tighter
	}
	field("severity", string(a.Severity), string(b.Severity), severity)
	field("subject", string(a.Subject), string(b.Subject), ToExam)
	field("applies", a.Applies, b.Applies, ToExam)
	field("pass", a.Pass, b.Pass, ToExam)
	field("lesser", a.Lesser.show(), b.Lesser.show(), ToExam)
	field("validFrom", string(a.ValidFrom), string(b.ValidFrom), ToExam)
	field("validTo", string(a.ValidTo), string(b.ValidTo), ToExam)
	field("territory", strings.Join(a.Territory, ", "), strings.Join(b.Territory, ", "), ToExam)
	field("basis", string(a.Basis), string(b.Basis), NoEffect)
	field("reference", a.Reference, b.Reference, NoEffect)
	field("edition", a.Edition, b.Edition, NoEffect)
	field("verified", string(a.Verified), string(b.Verified), NoEffect)
	field("title", a.Title.FR, b.Title.FR, NoEffect)
	field("remedy", a.Remedy.FR, b.Remedy.FR, NoEffect)
	return changes
}

func (l *Lesser) show() string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", l.Severity, l.When)
}

// compareLimits compares the values of a limit. Its last value tells the effect.
func compareLimits(a, b Limit) []Change {
	change := Change{What: "limit " + a.Name, Field: "values", Before: a.String(), After: b.String(), Effect: ToExam}
	switch {
	case b.Name == "":
		change.Field, change.Effect = "removed", ToExam
		return []Change{change}
	case change.Before == change.After:
		return nil
	}
	if local := a.compareLocal(b); local != NoEffect {
		change.Effect = local
		return []Change{change}
	}
	first, last := a.Values[len(a.Values)-1].Value, b.Values[len(b.Values)-1].Value
	stricter, weaker := a.Stricter.allows(first, last), a.Stricter.allows(last, first)
	if stricter != weaker {
		change.Effect = Weaker
		if stricter {
			change.Effect = Tighter
		}
	}
	return []Change{change}
}

// compareLocal tells what other values for some départements do; [NoEffect] when they are the same.
func (l Limit) compareLocal(other Limit) Effect {
	everywhere := func(l Limit) string { return Limit{Values: l.Values}.String() }
	local := func(l Limit) string { return Limit{Local: l.Local}.String() }
	switch before, after := local(l), local(other); {
	case before == after:
		return NoEffect
	case everywhere(l) != everywhere(other):
		return ToExam
	case before == "":
		return Tighter
	case after == "":
		return Weaker
	}
	return ToExam
}

// String is the values of the limit in one line, each with its départements and its days.
func (l Limit) String() string {
	values := make([]string, len(l.Values)+len(l.Local))
	for i, v := range slices.Concat(l.Values, l.Local) {
		values[i] = fmt.Sprint(v.Value)
		if len(v.Territory) > 0 {
			values[i] += " [" + strings.Join(v.Territory, ", ") + "]"
		}
		if v.ValidFrom != "" || v.ValidTo != "" {
			values[i] += fmt.Sprintf(" (%s – %s)", cmp.Or(v.ValidFrom, "…"), cmp.Or(v.ValidTo, "…"))
		}
	}
	return strings.Join(values, "; ")
}
