package advisory

import (
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// capability is what a class of equipment has of a number that rules ask for; nil when it is not told of the class.
type capability struct {
	name string
	// lower tells that the smaller value asks more.
	lower bool
	// light tells what a thermal head does without: it needs no light.
	light bool
	of    func(Profile) *float64
}

// capabilities are the numbers that a class of equipment is held against. The others are of the optics, which are set for
// the need, or of the works.
func capabilities() []capability {
	return []capability{
		{name: "heads", of: func(p Profile) *float64 { return new(float64(p.Heads.Value)) }},
		{name: "recordedWidthPx", of: func(p Profile) *float64 { return new(float64(p.widest().WidthPx)) }},
		{name: "framesPerSecond", of: func(p Profile) *float64 { return &p.FramesPerSecond.Value }},
		{name: "shutterS", lower: true, light: true, of: func(p Profile) *float64 { return valueOf(p.ShutterS) }},
		{name: "wdrDb", light: true, of: func(p Profile) *float64 { return valueOf(p.WDRDB) }},
		{name: "sensorWidthMm", light: true, of: func(p Profile) *float64 { return valueOf(p.SensorWidthMM) }},
		{name: "fNumber", lower: true, light: true, of: func(p Profile) *float64 { return valueOf(p.FNumber) }},
		{name: "focalMm", of: longestFocal},
		{name: "opticalZoom", of: zoom},
		{name: "fieldDeg", of: func(p Profile) *float64 { return new(min(360, p.HFOVDeg.Value.High*float64(p.Heads.Value))) }},
		{name: "ingressRating", of: func(p Profile) *float64 { return new(float64(p.IngressRating.Value)) }},
		{name: "impactRating", of: func(p Profile) *float64 { return new(float64(p.ImpactRating.Value)) }},
		{name: "minTemperatureC", lower: true, of: func(p Profile) *float64 { return &p.TemperatureC.Value.Low }},
		{name: "maxTemperatureC", of: func(p Profile) *float64 { return &p.TemperatureC.Value.High }},
		{name: "supportYears", of: func(p Profile) *float64 { return &p.SupportYears.Value }},
		{name: "tls", of: func(p Profile) *float64 { return valueOf(p.TLS) }},
	}
}

// widest is the widest picture that a class records.
func (p Profile) widest() Stream { return p.Streams.Value[len(p.Streams.Value)-1] }

func valueOf(s *Sourced[float64]) *float64 {
	if s == nil {
		return nil
	}
	return &s.Value
}

func longestFocal(p Profile) *float64 {
	if p.FocalMM == nil {
		return nil
	}
	return &p.FocalMM.Value.High
}

// zoom is the ratio of the longest to the shortest focal length of a head that zooms.
func zoom(p Profile) *float64 {
	if p.FocalMM == nil || p.Kind != inventory.HeadPTZ {
		return nil
	}
	return new(p.FocalMM.Value.High / p.FocalMM.Value.Low)
}

// holds holds a class of equipment against what is asked for: why it does not do, and how many advised values it reaches.
func (p Profile) holds(asked specifications) (refusals []refusal, reached int) {
	for _, c := range capabilities() {
		spec := asked.named(c.name)
		if spec == nil || c.light && p.Kind == inventory.HeadThermal {
			continue
		}
		has := c.of(p)
		want := spec.AtLeast
		if c.lower {
			want = spec.AtMost
		}
		if want != nil && !asGood(has, *want, c.lower) {
			refusals = append(refusals, lacksNumber(*spec, has, *want, c.lower))
		}
		if spec.Advised != nil && asGood(has, *spec.Advised, c.lower) {
			reached++
		}
	}
	return append(refusals, p.holdsWords(asked)...), reached
}

func asGood(has *float64, want float64, lower bool) bool {
	switch {
	case has == nil:
		return false
	case lower:
		return *has <= want
	}
	return *has >= want
}

// holdsWords holds a class against what is asked for in words, and against what is a yes or a no.
func (p Profile) holdsWords(asked specifications) []refusal {
	var refusals []refusal
	words := []struct {
		name string
		has  []string
	}{
		{"forms", []string{string(p.Form)}}, {"onvif", p.ONVIF.Value}, {"codecs", p.Codecs.Value}, {"poeType", []string{p.PoEType.Value}},
	}
	for _, w := range words {
		spec := asked.named(w.name)
		if spec == nil {
			continue
		}
		one := len(spec.OneOf) == 0 || slices.ContainsFunc(spec.OneOf, func(word string) bool { return slices.Contains(w.has, word) })
		missing := slices.DeleteFunc(slices.Clone(spec.AllOf), func(word string) bool { return slices.Contains(w.has, word) })
		if !one || len(missing) > 0 {
			refusals = append(refusals, lacksWords(*spec, w.has))
		}
	}
	for _, name := range deviceFlags() {
		spec := asked.named(name)
		if spec == nil || spec.Flag == nil || !*spec.Flag || slices.Contains(p.Meets.Value, name) || name == "wdr" && p.Kind == inventory.HeadThermal {
			continue
		}
		refusals = append(refusals, refusal{
			constraint: bySpecified, rules: spec.Rules,
			why: inventory.Text{FR: spec.Label.FR + " : non assuré par cette classe", EN: spec.Label.EN + ": not assured by this class"},
		})
	}
	return refusals
}

// deviceFlags are the yeses and noes that are of the device itself; the others are of its settings and of the works.
func deviceFlags() []string {
	return []string{"marineFinish", "wdr", "stabilisation", "infraredStrobed", "ieee8021x", "signedFirmware", "dynamicMasks"}
}

// lacksNumber says which value is missed.
func lacksNumber(spec inventory.Specification, has *float64, want float64, lower bool) refusal {
	frBound, enBound := "au moins", "at least"
	if lower {
		frBound, enBound = "au plus", "at most"
	}
	frHas, enHas := "non précisée pour cette classe", "not told of this class"
	if has != nil {
		frHas, enHas = quantity(frNumber(short(*has)), spec.Unit), quantity(fmt.Sprint(short(*has)), spec.Unit)
	}
	return refusal{
		constraint: bySpecified, rules: spec.Rules,
		why: inventory.Text{
			FR: fmt.Sprintf("%s : %s, là où il faut %s %s", spec.Label.FR, frHas, quantity(frNumber(short(want)), spec.Unit), frBound),
			EN: fmt.Sprintf("%s: %s, where %s %s is asked for", spec.Label.EN, enHas, quantity(fmt.Sprint(short(want)), spec.Unit), enBound),
		},
	}
}

// lacksWords says what it has instead.
func lacksWords(spec inventory.Specification, has []string) refusal {
	fr, en := []string{}, []string{}
	if len(spec.OneOf) > 0 {
		fr, en = append(fr, "l’un de "+strings.Join(spec.OneOf, ", ")), append(en, "one of "+strings.Join(spec.OneOf, ", "))
	}
	if len(spec.AllOf) > 0 {
		fr, en = append(fr, strings.Join(spec.AllOf, ", ")), append(en, strings.Join(spec.AllOf, ", "))
	}
	return refusal{
		constraint: bySpecified, rules: spec.Rules,
		why: inventory.Text{
			FR: fmt.Sprintf("%s : %s, là où il faut %s", spec.Label.FR, strings.Join(has, ", "), strings.Join(fr, " et ")),
			EN: fmt.Sprintf("%s: %s, where %s is asked for", spec.Label.EN, strings.Join(has, ", "), strings.Join(en, " and ")),
		},
	}
}

// quantity puts a unit after a number.
func quantity(number, unit string) string {
	if unit == "" {
		return number
	}
	return number + " " + unit
}

// short cuts the digits that computing leaves: six that count are enough for a reader.
func short(v float64) float64 { return signif(v, 6) }
