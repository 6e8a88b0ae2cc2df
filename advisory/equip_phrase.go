package advisory

import (
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// phrase says what is asked for of one thing, in both languages, with the rules and their references.
func (b *Book) phrase(s inventory.Specification, sources references) inventory.Text {
	fr, en := b.sayBounds(s)
	return inventory.Text{
		FR: s.Label.FR + " : " + fr + sources.cite(s.Rules),
		EN: s.Label.EN + ": " + en + sources.cite(s.Rules),
	}
}

// sayBounds is what is asked for, without its name.
func (b *Book) sayBounds(s inventory.Specification) (fr, en string) {
	var frParts, enParts []string
	add := func(f, e string) { frParts, enParts = append(frParts, f), append(enParts, e) }
	number := func(v float64, wordFR, wordEN string) {
		add(frMeasured(s, v)+wordFR, enMeasured(s, v)+wordEN)
	}
	if s.AtLeast != nil {
		number(*s.AtLeast, " au moins", " at least")
	}
	if s.AtMost != nil {
		number(*s.AtMost, " au plus", " at most")
	}
	if s.Advised != nil {
		add("conseillé : "+frMeasured(s, *s.Advised), enMeasured(s, *s.Advised)+" advised")
	}
	if len(s.OneOf) > 0 && len(intersection(s.OneOf, s.AllOf)) == 0 {
		add(b.words(s.OneOf, " ou ", " or "))
	}
	if len(s.AllOf) > 0 {
		add(b.words(s.AllOf, " et ", " and "))
	}
	if s.Flag != nil {
		if *s.Flag {
			add("exigé", "required")
		} else {
			add("exclu", "excluded")
		}
	}
	return strings.Join(frParts, ", "), strings.Join(enParts, ", ")
}

func frMeasured(s inventory.Specification, v float64) string {
	return measured(s, v, frNumber(short(v)), frUnit(s.Unit))
}

func enMeasured(s inventory.Specification, v float64) string {
	return measured(s, v, enNumber(short(v)), enUnit(s.Unit))
}

// measured writes a value as a reader knows it: codes as IP66 and IK10, exposures as 1/200 s.
func measured(s inventory.Specification, v float64, number, unit string) string {
	switch {
	case s.Name == "ingressRating":
		return "IP" + number
	case s.Name == "impactRating":
		return fmt.Sprintf("IK%02.0f", v)
	case s.Unit == "s" && v > 0 && v < 0.1:
		return fmt.Sprintf("1/%.0f s", 1/v)
	}
	return quantity(number, unit)
}

// enUnit is how English writes a unit.
func enUnit(unit string) string {
	switch unit {
	case "d":
		return "days"
	case "1/s":
		return "images/s"
	case "a":
		return "years"
	}
	return unit
}

// frUnit is how French writes a unit.
func frUnit(unit string) string {
	switch unit {
	case "d":
		return "j"
	case "TB":
		return "To"
	case "1/s":
		return "images/s"
	case "a":
		return "ans"
	}
	return unit
}

// words joins words of a specification as a reader calls them.
func (b *Book) words(all []string, frAnd, enAnd string) (fr, en string) {
	french, english := make([]string, len(all)), make([]string, len(all))
	for i, w := range all {
		name := b.wordName(w)
		french[i], english[i] = name.FR, name.EN
	}
	return strings.Join(french, frAnd), strings.Join(english, enAnd)
}

// wordName is what a reader calls a word of a specification; the word itself when it is a code, as a codec.
func (b *Book) wordName(word string) inventory.Text {
	if name, known := wordNames()[word]; known {
		return name
	}
	if name, known := b.purposeName(inventory.Purpose(word)); known {
		return inventory.Text{FR: word + " (" + name.FR + ")", EN: word + " (" + name.EN + ")"}
	}
	return inventory.Text{FR: word, EN: word}
}

func wordNames() map[string]inventory.Text {
	return map[string]inventory.Text{
		string(FormFixed):       {FR: "caméra fixe", EN: "fixed camera"},
		string(FormVarifocal):   {FR: "caméra à focale réglable", EN: "varifocal camera"},
		string(FormMultiSensor): {FR: "caméra à plusieurs capteurs", EN: "multi-sensor camera"},
		string(FormPanoramic):   {FR: "caméra panoramique", EN: "panoramic camera"},
		string(FormPTZ):         {FR: "caméra motorisée", EN: "PTZ camera"},
		string(FormThermal):     {FR: "caméra thermique", EN: "thermal camera"},
		string(FormPlate):       {FR: "caméra de prise de vue des plaques", EN: "plate capture camera"},
		string(FormDeployable):  {FR: "mât déplaçable", EN: "deployable mast"},
		string(FormBodyWorn):    {FR: "caméra individuelle", EN: "body-worn camera"},
		string(FormInVehicle):   {FR: "caméra embarquée", EN: "in-vehicle camera"},
		"global":                {FR: "obturateur global", EN: "global shutter"},
		"fast_rolling":          {FR: "obturateur déroulant rapide", EN: "fast rolling shutter"},
		"vbr_with_ceiling":      {FR: "débit variable plafonné", EN: "variable rate with a ceiling"},
		"fibre":                 {FR: "fibre optique", EN: "optical fibre"},
		"copper":                {FR: "câble de cuivre", EN: "copper cable"},
		"licensed_radio":        {FR: "radio sous licence", EN: "licensed radio"},
		"radio_5ghz_point_to_point": {
			FR: "radio 5 GHz point à point chiffrée", EN: "encrypted 5 GHz point-to-point radio",
		},
		"cellular_tunnel": {FR: "réseau mobile en tunnel chiffré", EN: "mobile network in an encrypted tunnel"},
		"raid5":           {FR: "RAID 5", EN: "RAID 5"}, "raid6": {FR: "RAID 6", EN: "RAID 6"},
		"af": {FR: "802.3af", EN: "802.3af"}, "at": {FR: "802.3at", EN: "802.3at"},
		"bt3": {FR: "802.3bt type 3", EN: "802.3bt type 3"}, "bt4": {FR: "802.3bt type 4", EN: "802.3bt type 4"},
		"none":    {FR: "sans PoE", EN: "without PoE"},
		"replace": {FR: "remplacer", EN: "replace"}, "reaim": {FR: "réorienter", EN: "re-aim"},
		"lens": {FR: "changer l’objectif", EN: "change the lens"}, "move": {FR: "déplacer", EN: "move"},
		"fewer_dwellings": {FR: "moins de logements en vue", EN: "fewer dwellings in view"},
		"shorter_trench":  {FR: "tranchée plus courte", EN: "a shorter trench"},
		"existing_mast":   {FR: "mât déjà en place", EN: "an existing mast"},
	}
}

// references are the references of rules, by identifier.
type references map[string]string

// referencesOf gathers them from all advice of a result.
func referencesOf(r inventory.RecommendationResult) references {
	all := references{}
	add := func(advice []inventory.Advice) {
		for _, a := range advice {
			all[a.Rule] = published(a.Reference)
		}
	}
	add(r.Advice)
	for _, c := range r.Cameras {
		add(c.Advice)
	}
	return all
}

// published keeps what of a reference is law, a standard or a public recommendation. What a maker or a site says is left to
// the rulebook: a tender names no brand.
func published(reference string) string {
	var kept []string
	for part := range strings.SplitSeq(reference, ";") {
		part = strings.TrimSpace(part)
		if slices.ContainsFunc(publishers(), func(start string) bool { return strings.HasPrefix(part, start) }) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}

// publishers are how references of law, standards and recommendations begin.
func publishers() []string {
	return []string{"CSI", "code ", "loi ", "décret ", "arrêté ", "règlement ", "CNIL", "ANSSI", "IEC", "IEEE", "EN ", "NF "}
}

// cite names rules with their references: (REC-01, IEC 60529).
func (r references) cite(rules []string) string {
	if len(rules) == 0 {
		return ""
	}
	parts := make([]string, len(rules))
	for i, id := range rules {
		if parts[i] = id; r[id] != "" {
			parts[i] += ", " + r[id]
		}
	}
	return " (" + strings.Join(parts, " ; ") + ")"
}
