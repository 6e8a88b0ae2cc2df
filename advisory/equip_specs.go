package advisory

import (
	"slices"
	"strings"

	"vigie/inventory"
)

// specifications are what all advice together asks for, see [Strictest].
type specifications []inventory.Specification

// named is the specification of a name, nil when nothing of that name is asked for.
func (s specifications) named(name string) *inventory.Specification {
	i := slices.IndexFunc(s, func(one inventory.Specification) bool { return one.Name == name })
	if i < 0 {
		return nil
	}
	return &s[i]
}

// atLeast, atMost and advised are the sides of a number; nil when it is not asked for.
func (s specifications) atLeast(name string) *float64 {
	if one := s.named(name); one != nil {
		return one.AtLeast
	}
	return nil
}

func (s specifications) atMost(name string) *float64 {
	if one := s.named(name); one != nil {
		return one.AtMost
	}
	return nil
}

func (s specifications) advised(name string) *float64 {
	if one := s.named(name); one != nil {
		return one.Advised
	}
	return nil
}

// clamp brings a value between the bounds of a number.
func (s specifications) clamp(name string, value float64) float64 {
	if least := s.atLeast(name); least != nil {
		value = max(value, *least)
	}
	if most := s.atMost(name); most != nil {
		value = min(value, *most)
	}
	return value
}

// wants tells whether a flag is asked for.
func (s specifications) wants(name string) bool {
	one := s.named(name)
	return one != nil && one.Flag != nil && *one.Flag
}

// rules are those that ask for a specification.
func (s specifications) rules(name string) []string {
	if one := s.named(name); one != nil {
		return one.Rules
	}
	return nil
}

// rulesOf names them for a reader.
func (s specifications) rulesOf(name string) string { return strings.Join(s.rules(name), ", ") }

// conflict is the first thing that is asked for in ways that cannot all be kept; nil when there is none.
func (s specifications) conflict() *inventory.Specification {
	i := slices.IndexFunc(s, func(one inventory.Specification) bool { return one.Conflict })
	if i < 0 {
		return nil
	}
	return &s[i]
}
