package advisory

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// addOverlay reads overlay.yaml: the edition of a local book, and the limits that it makes stricter.
func (l *loader) addOverlay(p *page) {
	if p.file != "overlay.yaml" {
		p.fault(place{}, "is not a file of a local book: overlay.yaml, assumptions/*.yaml, profiles/*.yaml or rules/*.yaml")
		return
	}
	if p.root == nil {
		return
	}
	p.object(p.root,
		field{key: "edition", read: func(n ast.Node) { l.book.Edition += "+" + p.text(n) }},
		field{key: "limits", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { l.tighten(p, n) })
		}, optional: true},
	)
}

// layOver tells that what is read from now on is a local book.
func (l *loader) layOver() {
	l.overlay, l.own = true, slices.Clone(l.book.Limits)
	for i := range l.own {
		l.own[i].Values = slices.Clone(l.own[i].Values)
	}
}

// trial is the book by which the cases of a rule are tried: those of a rule of the book by the limits of the book.
func (l *loader) trial(local bool) *Book {
	if local || !l.overlay {
		return l.book
	}
	own := *l.book
	own.Limits = l.own
	return &own
}

// tighten makes a limit stricter from a day on, everywhere or in some départements.
func (l *loader) tighten(p *page, n ast.Node) {
	i := -1
	var territory []string
	var value ast.Node
	p.object(n,
		field{key: "name", read: func(n ast.Node) {
			name := p.text(n)
			i = slices.IndexFunc(l.book.Limits, func(limit Limit) bool { return limit.Name == name })
			if i < 0 {
				p.fault(placeOf(n), "the book has no limit %q", name)
			}
		}},
		field{key: "territory", read: func(n ast.Node) { territory = p.territory(n) }, optional: true},
		field{key: "value", read: func(n ast.Node) { value = n }},
	)
	if i < 0 || value == nil {
		return
	}
	if v := p.limitValue(value, l.book.Limits[i]); len(territory) > 0 {
		v.Territory = territory
		l.book.Limits[i].tightenLocally(p, v)
	} else {
		l.book.Limits[i].tighten(p, v)
	}
}

const weakerValue = "%v is weaker than %v, the value of the book: a local book may only make limits stricter"

// tighten replaces the last value from a day on, by one that is no weaker.
func (l *Limit) tighten(p *page, v LimitValue) {
	last := l.Values[len(l.Values)-1]
	switch {
	case v.ValidTo != "":
		p.fault(v.at, noLastDay)
	case v.ValidFrom <= last.ValidFrom && last.ValidFrom != "":
		p.fault(v.at, "the value must begin after %s, the first day of the book's last one", string(last.ValidFrom))
	case !l.Stricter.allows(last.Value, v.Value):
		p.fault(v.at, weakerValue, v.Value, last.Value)
	case v.ValidFrom == "":
		v.ValidFrom = last.ValidFrom
		l.Values[len(l.Values)-1] = v
	default:
		l.Values = append(l.Values, v)
	}
}

const noLastDay = "a local value has no last day: without it the book's own holds again"

// tightenLocally adds a value for some départements, that is no weaker than what holds everywhere from its first day on.
func (l *Limit) tightenLocally(p *page, v LimitValue) {
	if v.ValidTo != "" {
		p.fault(v.at, noLastDay)
		return
	}
	for i, everywhere := range l.Values {
		over := i+1 < len(l.Values) && l.Values[i+1].ValidFrom <= v.ValidFrom
		if !over && !l.Stricter.allows(everywhere.Value, v.Value) {
			p.fault(v.at, weakerValue, v.Value, everywhere.Value)
			return
		}
	}
	l.Local = append(l.Local, v)
}

// allows tells whether a value is as strict as another, or stricter.
func (s Stricter) allows(before, after any) bool {
	switch s {
	case StricterLower:
		return notGreater(after, before)
	case StricterHigher:
		return notGreater(before, after)
	case StricterFewer:
		own, _ := after.([]string)
		all, isList := before.([]string)
		return isList && !slices.ContainsFunc(own, func(w string) bool { return !slices.Contains(all, w) })
	case StricterNever:
	}
	return false
}

// notGreater compares two values of one type: numbers, or days.
func notGreater(a, b any) bool {
	switch a := a.(type) {
	case int:
		other, ok := b.(int)
		return ok && a <= other
	case float64:
		other, ok := b.(float64)
		return ok && a <= other
	case inventory.Date:
		other, ok := b.(inventory.Date)
		return ok && a <= other
	}
	return false
}
