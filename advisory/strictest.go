package advisory

import (
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// Strictest joins what all advice asks for: the strictest of each, the rules that ask for it, and what cannot be kept
// together marked as a conflict. They are in the order of [AllSpecifications].
func Strictest(advice []inventory.Advice) []inventory.Specification {
	all := []inventory.Specification{}
	for _, a := range advice {
		for _, s := range a.Specifications {
			all = addSpecification(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b inventory.Specification) int { return rankOf(a.Name) - rankOf(b.Name) })
	return all
}

func rankOf(name string) int {
	return slices.IndexFunc(specificationTable(), func(s SpecificationName) bool { return s.Name == name })
}

// addSpecification joins a specification with the one of its name, when there is one.
func addSpecification(all []inventory.Specification, s inventory.Specification) []inventory.Specification {
	i := slices.IndexFunc(all, func(other inventory.Specification) bool { return other.Name == s.Name })
	if i < 0 {
		return append(all, s)
	}
	all = slices.Clone(all)
	all[i] = joined(all[i], s)
	return all
}

// joined is the stricter of two specifications of one name.
func joined(a, b inventory.Specification) inventory.Specification {
	spec := specificationNamed(a.Name)
	a.Rules = addNew(slices.Clone(a.Rules), b.Rules)
	a.AtLeast = stricter(a.AtLeast, b.AtLeast, false)
	a.AtMost = stricter(a.AtMost, b.AtMost, true)
	a.Advised = stricter(a.Advised, b.Advised, spec != nil && spec.LowerIsBetter)
	a.Conflict = a.Conflict || b.Conflict
	if a.Flag != nil && b.Flag != nil && *a.Flag != *b.Flag {
		a.Conflict = true
	} else if a.Flag == nil {
		a.Flag = b.Flag
	}
	a.AllOf = addNew(slices.Clone(a.AllOf), b.AllOf)
	switch common := intersection(a.OneOf, b.OneOf); {
	case len(a.OneOf) == 0:
		a.OneOf = b.OneOf
	case len(b.OneOf) > 0 && len(common) == 0:
		a.OneOf, a.Conflict = addNew(slices.Clone(a.OneOf), b.OneOf), true
	case len(b.OneOf) > 0:
		a.OneOf = common
	}
	a.Conflict = a.Conflict || a.AtLeast != nil && a.AtMost != nil && *a.AtLeast > *a.AtMost
	return a
}

// stricter is the smaller or the greater of two numbers that may not be there.
func stricter(a, b *float64, smaller bool) *float64 {
	switch {
	case a == nil:
		return b
	case b == nil || *a == *b || (*a < *b) == smaller:
		return a
	}
	return b
}

// intersection are the words of the first list that the second has.
func intersection(a, b []string) []string {
	var common []string
	for _, w := range a {
		if slices.Contains(b, w) {
			common = append(common, w)
		}
	}
	return common
}

// blank is a specification that asks for nothing yet.
func (s *SpecificationName) blank() inventory.Specification {
	return inventory.Specification{Name: s.Name, Label: s.Label, Unit: s.Unit, Rules: []string{}}
}

// asksAnything tells whether any bound is set.
func asksAnything(s inventory.Specification) bool {
	return s.AtLeast != nil || s.AtMost != nil || s.Advised != nil || s.Flag != nil || len(s.OneOf) > 0 || len(s.AllOf) > 0
}

// setBound sets a bound to a number, a list of words or a flag.
func setBound(s *inventory.Specification, key string, value any) {
	switch v := value.(type) {
	case float64:
		switch key {
		case "atLeast":
			s.AtLeast = &v
		case "atMost":
			s.AtMost = &v
		case "advised":
			s.Advised = &v
		}
	case []string:
		switch key {
		case "oneOf":
			s.OneOf = slices.Clone(v)
		case "allOf":
			s.AllOf = slices.Clone(v)
		}
	case bool:
		s.Flag = &v
	}
}

// showSpecification is what a specification asks for, in one line.
func showSpecification(s inventory.Specification) string {
	parts := []string{s.Name}
	for _, b := range []struct {
		sign  string
		value *float64
	}{{"≥", s.AtLeast}, {"≤", s.AtMost}, {"advised", s.Advised}} {
		if b.value != nil {
			parts = append(parts, fmt.Sprintf("%s %v", b.sign, *b.value))
		}
	}
	if len(s.OneOf) > 0 {
		parts = append(parts, "one of "+strings.Join(s.OneOf, ", "))
	}
	if len(s.AllOf) > 0 {
		parts = append(parts, "all of "+strings.Join(s.AllOf, ", "))
	}
	if s.Flag != nil {
		parts = append(parts, fmt.Sprint(*s.Flag))
	}
	return strings.Join(parts, " ")
}
