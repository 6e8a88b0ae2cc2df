package main

import (
	"cmp"
	"fmt"
	"strings"

	"vigie/advisory"
	"vigie/inventory"
)

// adviceLines are what a recommendation rule says besides its title, each with its label.
func adviceLines(r advisory.AdviceRule) [][2]string {
	lines := [][2]string{
		{"Objet / subject", subjectLabel(r.Subject)}, {"Base / basis", basisLabel(r.Basis)}, {"Référence / reference", r.Reference},
		{"Édition lue / edition read", r.Edition}, {"Vérification / verified", verifiedLabel(r.Verified)},
	}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, [2]string{label, text})
		}
	}
	if r.ValidFrom != "" || r.ValidTo != "" {
		add("Validité / valid", string(cmp.Or(r.ValidFrom, "…")+" – "+cmp.Or(r.ValidTo, "…")))
	}
	add("Territoire / territory", strings.Join(r.Territory, ", "))
	add("Conseil / advice", bothTexts(r.Advice))
	if r.Caveat != nil {
		add("À savoir / note", bothTexts(*r.Caveat))
	}
	return lines
}

// advice prints a recommendation rule for a person at a terminal.
func (p *printer) advice(r advisory.AdviceRule) {
	p.linef("%s  %s", r.ID, r.Title.FR)
	p.linef("%*s  %s", len(r.ID), "", r.Title.EN)
	for _, line := range adviceLines(r) {
		p.linef("  %-27s %s", line[0], line[1])
	}
	p.linef("  %-27s %s", "applies", oneLine(r.Applies))
	p.linef("  Spécifications / specifications")
	for _, d := range r.Demands {
		p.linef("    %s", d)
	}
	p.linef("  Cas / cases                 %d", len(r.Cases))
}

// givenAdvice prints what a recommendation rule says of a case.
func (p *printer) givenAdvice(a inventory.Advice) {
	label := "s’applique / APPLIES"
	if a.Verdict == string(advisory.VerdictUnknown) {
		label = verdictLabel(advisory.VerdictUnknown)
	}
	p.linef("%s  %-28s %-20s %s", a.Rule, label, "conseil / ADVICE", a.Title.FR)
	for _, s := range a.Specifications {
		p.linef("    %s : %s", bothTexts(s.Label), boundsOf(s))
	}
	for _, name := range a.Missing {
		p.linef("    Manque / missing  %s", factLine(name))
	}
}

// boundsOf is what a specification asks for.
func boundsOf(s inventory.Specification) string {
	var parts []string
	number := func(sign string, v *float64) {
		if v != nil {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %v %s", sign, *v, s.Unit)))
		}
	}
	number("≥", s.AtLeast)
	number("≤", s.AtMost)
	number("conseillé / advised", s.Advised)
	if len(s.OneOf) > 0 {
		parts = append(parts, "l’un de / one of "+strings.Join(s.OneOf, ", "))
	}
	if len(s.AllOf) > 0 {
		parts = append(parts, "tous / all of "+strings.Join(s.AllOf, ", "))
	}
	if s.Flag != nil {
		parts = append(parts, map[bool]string{true: "oui / yes", false: "non / no"}[*s.Flag])
	}
	return strings.Join(parts, ", ")
}

func (p *printer) adviceSection(r advisory.AdviceRule) {
	p.linef("## %s", r.ID)
	p.linef("\n**%s**  \n%s\n", r.Title.FR, r.Title.EN)
	for _, line := range adviceLines(r) {
		p.linef("- %s: %s", line[0], line[1])
	}
	p.linef("\n```")
	p.linef("applies: %s", oneLine(r.Applies))
	for _, d := range r.Demands {
		p.linef("specify: %s", d)
	}
	p.linef("```\n")
}

// specificationTable prints what recommendation rules can ask for.
func (p *printer) specificationTable() {
	p.linef("\n## Spécifications / specifications\n")
	p.linef("| spécification / specification | nature / kind | unité / unit | intitulé / label | mots / words |")
	p.linef("|---|---|---|---|---|")
	for _, s := range advisory.AllSpecifications() {
		p.linef("| `%s` | %s | %s | %s | %s |", s.Name, s.Kind, s.Unit, bothTexts(s.Label), strings.Join(s.Words, ", "))
	}
}

// profileTable prints the equipment profiles.
func (p *printer) profileTable(book *advisory.Book) {
	p.linef("\n## Classes de matériel / equipment profiles\n")
	p.linef("Chaque valeur porte sa source et son degré de vérification dans `advisory/book/profiles`. / Every value has its source and")
	p.linef("how far it was checked in `advisory/book/profiles`.\n")
	p.linef("| classe / profile | intitulé / name | capteurs / heads | images (px) | champ / field (°) | focale / focal length (mm) | IP, IK | W | article |")
	p.linef("|---|---|---|---|---|---|---|---|---|")
	for _, f := range book.Profiles {
		var streams []string
		for _, s := range f.Streams.Value {
			streams = append(streams, fmt.Sprintf("%d × %d", s.WidthPx, s.HeightPx))
		}
		focal := "–"
		if f.FocalMM != nil {
			focal = spanText(f.FocalMM.Value)
		}
		p.linef("| `%s` | %s | %d | %s | %s | %s | IP%d, IK%02d | %v | `%s` |", f.ID, bothTexts(f.Name), f.Heads.Value,
			strings.Join(streams, ", "), spanText(f.HFOVDeg.Value), focal, f.IngressRating.Value, f.ImpactRating.Value, f.PowerW.Value, f.Article)
	}
}

func spanText(s advisory.Span) string {
	if s.Low == s.High {
		return fmt.Sprint(s.Low)
	}
	return fmt.Sprintf("%v–%v", s.Low, s.High)
}

// costTables print the prices and the public aid.
func (p *printer) costTables(book *advisory.Book) {
	p.linef("\n## Prix hors taxes / prices without tax\n")
	p.linef("| article | lot | intitulé / name | € | unité / unit | année / year | vérification / verified | source |")
	p.linef("|---|---|---|---|---|---|---|---|")
	for _, a := range book.Costs.Articles {
		p.linef("| `%s` | %s | %s | %s | %s | %d | %s | %s |", a.ID, a.Lot, bothTexts(a.Name), spanText(advisory.Span(a.EUR)), a.Unit,
			a.PriceYear, a.Verified, a.Source)
	}
	p.linef("\n## Aides publiques / public aid\n")
	p.linef("| fonds / fund | intitulé / name | département | validité / valid | taux / rate (%%) | plafond par caméra / ceiling a camera (€) | " +
		"vérification / verified | source |")
	p.linef("|---|---|---|---|---|---|---|---|")
	for _, s := range book.Costs.Subsidies {
		ceiling := "–"
		if s.CeilingEUR != nil {
			ceiling = fmt.Sprint(*s.CeilingEUR)
		}
		p.linef("| `%s` | %s | %s | %s – %s | %s | %s | %s | %s |", s.Fund, bothTexts(s.Name), cmp.Or(s.Department, "tous / all"),
			cmp.Or(s.ValidFrom, "…"), cmp.Or(s.ValidTo, "…"), spanText(s.RatePct), ceiling, s.Verified, s.Source)
	}
}
