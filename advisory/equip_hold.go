package advisory

import (
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// holds compares a class of equipment with what is asked for: why it does not do, and how many advised values it has.
func (b *Book) holds(p Profile, asked specifications) (refusals []refusal, reached int) {
	for _, s := range asked {
		if slices.Contains(keptBeside(p), s.Name) || s.Name == "heads" && s.AtLeast != nil && *s.AtLeast <= mostHeads(p) {
			continue
		}
		switch p.Keeps(s) {
		case VerdictFail, VerdictUnknown:
			refusals = append(refusals, b.lacks(p, s))
		default:
			if advised, told := advisedAlone(s); told && p.Keeps(advised) == VerdictPass {
				reached++
			}
		}
	}
	return refusals, reached
}

// keptBeside are what a class need not keep by itself: the height is of the support, a lamp lights farther, a panel feeds
// it, the port of the cabinet knows it. A thermal head does without what only light takes.
func keptBeside(p Profile) []string {
	beside := []string{"mountHeightM", "irRangeM", "solarPower", "ieee8021x"}
	if p.Kind == inventory.HeadThermal {
		beside = append(beside, "shutterS", "wdrDb", "wdr", "sensorWidthMm", "fNumber")
	}
	return beside
}

// advisedAlone asks for what is advised.
func advisedAlone(s inventory.Specification) (alone inventory.Specification, told bool) {
	if s.Advised == nil {
		return s, false
	}
	alone = inventory.Specification{Name: s.Name, AtLeast: s.Advised}
	if spec := specificationNamed(s.Name); spec != nil && spec.LowerIsBetter {
		alone.AtLeast, alone.AtMost = nil, s.Advised
	}
	return alone, true
}

// lacks says what a class lacks of what is asked for.
func (b *Book) lacks(p Profile, s inventory.Specification) refusal {
	low, high, told, concerns := p.offer(s.Name)
	switch {
	case concerns && told && s.AtLeast != nil && high < *s.AtLeast:
		return lacksNumber(s, &high, *s.AtLeast, false)
	case concerns && told && s.AtMost != nil:
		return lacksNumber(s, &low, *s.AtMost, true)
	case concerns && s.AtLeast != nil:
		return lacksNumber(s, nil, *s.AtLeast, false)
	case concerns && s.AtMost != nil:
		return lacksNumber(s, nil, *s.AtMost, true)
	case s.Name == "forms":
		return b.lacksWords(s, []string{string(p.Form)})
	case s.Name == "codecs":
		return b.lacksWords(s, p.Codecs.Value)
	case s.Name == "onvif":
		return b.lacksWords(s, p.ONVIF.Value)
	}
	return refusal{
		constraint: bySpecified, rules: s.Rules,
		why: inventory.Text{FR: s.Label.FR + " : non assuré par cette classe", EN: s.Label.EN + ": not assured by this class"},
	}
}

// mostHeads is how many heads there can be at one place: those of one housing, or of fixed housings back to back.
func mostHeads(p Profile) float64 {
	if p.Form == FormFixed || p.Form == FormVarifocal {
		return float64(mostHousings * p.Heads.Value)
	}
	return float64(p.Heads.Value)
}

// mostHousings is how many fixed cameras one support carries.
const mostHousings = 4

// housings is how many of a class stand at one place for the heads that are asked for.
func (p Profile) housings(asked specifications) int {
	least := asked.atLeast("heads")
	if least == nil || p.Form != FormFixed && p.Form != FormVarifocal {
		return 1
	}
	return max(1, int(math.Ceil(*least/float64(p.Heads.Value))))
}

func valueOf(s *Sourced[float64]) *float64 {
	if s == nil {
		return nil
	}
	return &s.Value
}

// lacksNumber says which value is missed.
func lacksNumber(spec inventory.Specification, has *float64, want float64, lower bool) refusal {
	frBound, enBound := "au moins", "at least"
	if lower {
		frBound, enBound = "au plus", "at most"
	}
	frHas, enHas := "non précisée pour cette classe", "not told of this class"
	if has != nil {
		frHas, enHas = frMeasured(spec, *has), enMeasured(spec, *has)
	}
	return refusal{
		constraint: bySpecified, rules: spec.Rules,
		why: inventory.Text{
			FR: fmt.Sprintf("%s : %s, là où il faut %s %s", spec.Label.FR, frHas, frMeasured(spec, want), frBound),
			EN: fmt.Sprintf("%s: %s, where %s %s is asked for", spec.Label.EN, enHas, enMeasured(spec, want), enBound),
		},
	}
}

// lacksWords says what it has instead.
func (b *Book) lacksWords(spec inventory.Specification, has []string) refusal {
	asked := inventory.Specification{OneOf: spec.OneOf, AllOf: spec.AllOf}
	frAsked, enAsked := b.sayBounds(asked)
	frHas, enHas := b.words(has, ", ", ", ")
	return refusal{
		constraint: bySpecified, rules: spec.Rules,
		why: inventory.Text{
			FR: fmt.Sprintf("%s : %s, là où il faut %s", spec.Label.FR, frHas, frAsked),
			EN: fmt.Sprintf("%s: %s, where %s is asked for", spec.Label.EN, enHas, enAsked),
		},
	}
}

// quantity puts a unit after a number.
func quantity(number, unit string) string {
	switch unit {
	case "":
		return number
	case "°":
		return number + unit
	}
	return number + " " + unit
}

// short cuts the digits that computing leaves: six that count are enough for a reader.
func short(v float64) float64 { return signif(v, 6) }
