package advisory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"vigie/inventory"
)

// compareAdvice tells what changes of all that advice rests on: recommendation rules, equipment profiles, prices and
// public aid.
func compareAdvice(before, after *Book) []Change {
	var changes []Change
	add := func(more []Change) { changes = append(changes, more...) }
	wording := func(r *AdviceRule) string { return r.ID + "\n" + string(r.ValidFrom) }
	eachOf(before.Advice, after.Advice, wording, func(a, b *AdviceRule) { add(compareAdviceRules(a, b)) })
	eachOf(before.Profiles, after.Profiles, func(p *Profile) string { return p.ID }, func(a, b *Profile) {
		add(compareFields("profile ", a, b, func(p *Profile) string { return p.ID }))
	})
	eachOf(before.Costs.Articles, after.Costs.Articles, func(a *Article) string { return a.ID + "\n" + string(a.ValidFrom) },
		func(a, b *Article) { add(compareFields("article ", a, b, func(a *Article) string { return a.ID })) })
	fund := func(s *Subsidy) string { return strings.TrimSpace(s.Fund + " " + s.Department) }
	eachOf(before.Costs.Subsidies, after.Costs.Subsidies, func(s *Subsidy) string { return fund(s) + "\n" + string(s.ValidFrom) },
		func(a, b *Subsidy) { add(compareFields("subsidy ", a, b, fund)) })
	return changes
}

// eachOf gives everything of two lists with its counterpart of the same key, nil when there is none.
func eachOf[T any](before, after []T, key func(*T) string, see func(a, b *T)) {
	others := map[string]*T{}
	for i := range after {
		others[key(&after[i])] = &after[i]
	}
	for i := range before {
		see(&before[i], others[key(&before[i])])
		delete(others, key(&before[i]))
	}
	for i := range after {
		if others[key(&after[i])] != nil {
			see(nil, &after[i])
		}
	}
}

func compareAdviceRules(a, b *AdviceRule) []Change {
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
	field("subject", string(a.Subject), string(b.Subject), ToExam)
	field("applies", a.Applies, b.Applies, ToExam)
	field("specify", showDemands(a), showDemands(b), ToExam)
	field("validTo", string(a.ValidTo), string(b.ValidTo), ToExam)
	field("territory", strings.Join(a.Territory, ", "), strings.Join(b.Territory, ", "), ToExam)
	field("basis", string(a.Basis), string(b.Basis), NoEffect)
	field("reference", a.Reference, b.Reference, NoEffect)
	field("edition", a.Edition, b.Edition, NoEffect)
	field("verified", string(a.Verified), string(b.Verified), NoEffect)
	field("title", a.Title.FR, b.Title.FR, NoEffect)
	field("advice", a.Advice.FR, b.Advice.FR, NoEffect)
	return changes
}

func showDemands(r *AdviceRule) string {
	lines := make([]string, len(r.Demands))
	for i, d := range r.Demands {
		lines[i] = d.String()
	}
	return strings.Join(lines, "; ")
}

// String is what the demand asks for, in one line, as "irRangeM ≥ need.targetDistanceM * 1.3".
func (d Demand) String() string {
	signs := map[string]string{
		"atLeast": "≥", "atMost": "≤", "advised": "advised", "oneOf": "one of", "allOf": "all of", "flag": "=",
	}
	text := d.Name
	for i, b := range d.Bounds {
		if i > 0 {
			text += ","
		}
		text += " " + signs[b.Key] + " " + strings.Join(strings.Fields(b.Text), " ")
	}
	if d.When != "" {
		text += " when " + strings.Join(strings.Fields(d.When), " ")
	}
	return text
}

// compareFields compares two things of the book field by field. A person must tell what a change does.
func compareFields[T any](kind string, a, b *T, name func(*T) string) []Change {
	what := kind + name(cmp.Or(a, b))
	switch {
	case b == nil:
		return []Change{{What: what, Field: "removed", Before: name(a), Effect: ToExam}}
	case a == nil:
		return []Change{{What: what, Field: "added", After: name(b), Effect: ToExam}}
	}
	var changes []Change
	before, after := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range before.NumField() {
		field := before.Type().Field(i)
		if !field.IsExported() || reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			continue
		}
		changes = append(changes, Change{
			What: what, Field: field.Name, Before: showField(before.Field(i)), After: showField(after.Field(i)), Effect: ToExam,
		})
	}
	return changes
}

// showField is a value of the book in one line: without its origin when it has one, a range as its ends.
func showField(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct && v.FieldByName("Value").IsValid() && v.FieldByName("Source").IsValid() {
		return showField(v.FieldByName("Value")) + " (" + v.FieldByName("Source").String() + ")"
	}
	switch value := v.Interface().(type) {
	case Span:
		return fmt.Sprintf("%v–%v", value.Low, value.High)
	case inventory.Range:
		return fmt.Sprintf("%v–%v", value.Low, value.High)
	case inventory.Text:
		return value.FR
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Sprint(v.Interface())
	}
	return string(text)
}
