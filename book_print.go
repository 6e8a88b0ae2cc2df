package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"vigie/advisory"
	"vigie/inventory"
)

// severityLabel is what an official calls a severity.
func severityLabel(s advisory.Severity) string {
	switch s {
	case advisory.Blocker:
		return "bloquant / BLOCKER"
	case advisory.Major:
		return "majeur / MAJOR"
	case advisory.Minor:
		return "mineur / MINOR"
	case advisory.Info:
		return "information / INFO"
	}
	return string(s)
}

func basisLabel(b advisory.Basis) string {
	switch b {
	case advisory.BasisLaw:
		return "loi ou règlement / LAW"
	case advisory.BasisNorm:
		return "norme technique / NORM"
	case advisory.BasisGuide:
		return "guide / GUIDE"
	case advisory.BasisPractice:
		return "pratique, réglable / PRACT"
	}
	return string(b)
}

func verifiedLabel(v advisory.Verified) string {
	switch v {
	case advisory.VerifiedYes:
		return "lu dans le texte / read in the text"
	case advisory.VerifiedSecondary:
		return "source secondaire / secondary source"
	case advisory.Unverified:
		return "non vérifié / unverified"
	case advisory.Practice:
		return "valeur de pratique / value of practice"
	}
	return string(v)
}

func subjectLabel(s inventory.SubjectKind) string {
	switch s {
	case inventory.SubjectHolder:
		return "détenteur / holder"
	case inventory.SubjectDeployment:
		return "système / deployment"
	case inventory.SubjectCamera:
		return "caméra / camera"
	case inventory.SubjectArea:
		return "zone / area"
	case advisory.SubjectNeed:
		return "besoin / need"
	case advisory.SubjectProject:
		return "projet / project"
	}
	return string(s)
}

// ruleLines are what a rule says besides its title, each with its label.
func ruleLines(r advisory.Rule) [][2]string {
	subject := subjectLabel(r.Subject)
	if r.PerHead {
		subject = "chaque voie d’une caméra / each head of a camera"
	}
	lines := [][2]string{
		{"Objet / subject", subject}, {"Gravité / severity", severityLabel(r.Severity)}, {"Base / basis", basisLabel(r.Basis)},
		{"Référence / reference", r.Reference}, {"Édition lue / edition read", r.Edition},
		{"Vérification / verified", verifiedLabel(r.Verified)},
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
	add("À faire / remedy", bothTexts(r.Remedy))
	if r.Caveat != nil {
		add("À savoir / note", bothTexts(*r.Caveat))
	}
	if r.Lesser != nil {
		add("Moindre gravité / lesser", severityLabel(r.Lesser.Severity)+" : "+bothTexts(r.Lesser.Note))
	}
	return lines
}

func bothTexts(t inventory.Text) string { return t.FR + " / " + t.EN }

// conditions are the expressions of a rule, each with its key.
func conditions(r advisory.Rule) [][2]string {
	all := [][2]string{{"applies", r.Applies}, {"pass", r.Pass}}
	if r.Applies == "" {
		all = all[1:]
	}
	if r.Lesser != nil {
		all = append(all, [2]string{"lesser", r.Lesser.When})
	}
	return all
}

// limitLines are the limits that a rule asks for, each with its values, where and since when they hold.
func limitLines(book *advisory.Book, r advisory.Rule) (lines [][2]string) {
	for _, name := range r.Limits() {
		if limit, known := book.Limit(name); known {
			lines = append(lines, [2]string{"Seuil / limit", fmt.Sprintf("limit.%s = %s %s", name, limit, limit.Unit)})
		}
	}
	return lines
}

// rule prints a rule of a book for a person at a terminal.
func (p *printer) rule(book *advisory.Book, r advisory.Rule) {
	p.linef("%s  %s", r.ID, r.Title.FR)
	p.linef("%*s  %s", len(r.ID), "", r.Title.EN)
	for _, line := range ruleLines(r) {
		p.linef("  %-27s %s", line[0], line[1])
	}
	for _, line := range slices.Concat(conditions(r), limitLines(book, r)) {
		p.linef("  %-27s %s", line[0], oneLine(line[1]))
	}
	p.linef("  Éléments montrés / evidence")
	for _, name := range r.Evidence {
		p.linef("    %s", factLine(name))
	}
	p.linef("  Cas / cases                 %d", len(r.Cases))
}

func factLine(name string) string {
	for _, fact := range advisory.AllFacts() {
		if fact.Name == name {
			return fmt.Sprintf("%-38s %s", name, bothTexts(fact.Label))
		}
	}
	return name
}

// printBook writes the whole book as a document in Markdown.
func printBook(out io.Writer, book *advisory.Book) error {
	p := printer{out: out}
	p.linef("<!-- Written by scripts/docs from advisory/book: do not edit. -->")
	p.linef("# Règles d’audit et de préconisation / audit and recommendation rules\n")
	p.linef("Édition / edition %s, %d règles d’audit / audit rules, %d règles de préconisation / recommendation rules. "+
		"Un verdict aide l’expert ; il ne remplace ni la décision du préfet ni", book.Edition, len(book.Rules), len(book.Advice))
	p.linef("l’avis de la commission départementale. / A verdict helps the expert; it replaces neither the prefect’s decision nor the")
	p.linef("opinion of the commission.\n")
	p.linef("Un fait inconnu donne UNKNOWN, jamais PASS, et le constat nomme ce qui manque. Les conditions sont en CEL, sur les faits")
	p.linef("et les seuils des tables en fin de page. / An unknown fact gives UNKNOWN, never PASS, and the finding names what is")
	p.linef("missing. Conditions are in CEL, over the facts and limits of the tables at the end.\n")
	for _, r := range book.Rules {
		p.ruleSection(r)
	}
	for _, r := range book.Advice {
		p.adviceSection(r)
	}
	p.limitTable(book)
	p.specificationTable()
	p.profileTable(book)
	p.costTables(book)
	p.factTable()
	p.wordTable(book)
	return p.err
}

func (p *printer) ruleSection(r advisory.Rule) {
	p.linef("## %s", r.ID)
	p.linef("\n**%s**  \n%s\n", r.Title.FR, r.Title.EN)
	for _, line := range ruleLines(r) {
		p.linef("- %s: %s", line[0], line[1])
	}
	p.linef("\n```")
	for _, c := range conditions(r) {
		p.linef("%s: %s", c[0], oneLine(c[1]))
	}
	p.linef("```\n")
}

func (p *printer) limitTable(book *advisory.Book) {
	p.linef("## Seuils / limits\n")
	p.linef("| seuil / limit | intitulé / label | valeur / value | dès le / from | où / where | plus strict / stricter | vérification / verified | source |")
	p.linef("|---|---|---|---|---|---|---|---|")
	for _, l := range book.Limits {
		for _, v := range slices.Concat(l.Values, l.Local) {
			p.linef("| `limit.%s` | %s | %v %s | %s | %s | %s | %s | %s |", l.Name, bothTexts(l.Label), v.Value, l.Unit,
				cmp.Or(v.ValidFrom, "…"), cmp.Or(strings.Join(v.Territory, ", "), "partout / everywhere"), l.Stricter, v.Verified, v.Source)
		}
	}
}

func (p *printer) factTable() {
	p.linef("\n## Faits / facts\n")
	p.linef("| fait / fact | type | unité / unit | objet / subject | intitulé / label | origine / from |")
	p.linef("|---|---|---|---|---|---|")
	for _, fact := range advisory.AllFacts() {
		p.linef("| `%s` | %s | %s | %s | %s | %s |", fact.Name, fact.Type, fact.Unit, fact.Subject, bothTexts(fact.Label), bothTexts(fact.From))
	}
}

// wordTable prints what the words of the closed lists mean.
func (p *printer) wordTable(book *advisory.Book) {
	p.linef("\n## Mots des faits / words of the facts\n")
	p.linef("| fait / fact | mots / words |")
	p.linef("|---|---|")
	for _, fact := range advisory.AllFacts() {
		meanings := make([]string, len(fact.Words))
		for i, word := range fact.Words {
			text, _ := book.Meaning(fact.Name, word)
			meanings[i] = fmt.Sprintf("`%s` %s", word, bothTexts(text))
		}
		if len(meanings) > 0 {
			p.linef("| `%s` | %s |", fact.Name, strings.Join(meanings, " ; "))
		}
	}
}
