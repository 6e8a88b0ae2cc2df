package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/advisory"
	"vigie/inventory"
)

// verdictLabel is what an official calls a verdict.
func verdictLabel(v advisory.Verdict) string {
	switch v {
	case advisory.VerdictFail:
		return "écart / FAIL"
	case advisory.VerdictUnknown:
		return "inconnu / UNKNOWN"
	case advisory.VerdictPass:
		return "conforme / PASS"
	case advisory.VerdictNotApplicable:
		return "sans objet / NOT_APPLICABLE"
	case advisory.VerdictApplies:
		return "s’applique / APPLIES"
	}
	return string(v)
}

func answerLabel(s inventory.AnswerStatus) string {
	switch s {
	case inventory.AnswerOpen:
		return "ouvert / open"
	case inventory.AnswerJustified:
		return "justifié / justified"
	case inventory.AnswerFixed:
		return "corrigé / fixed"
	case inventory.AnswerContested:
		return "contesté / contested"
	}
	return string(s)
}

// auditPrinter tells an audit to a person, French first.
type auditPrinter struct {
	printer
	audit    inventory.Audit
	rules    map[string]inventory.AuditedRule
	facts    map[string]inventory.AuditedFact
	subjects map[string]inventory.AuditSubject
	// answered are the last answers, by the rank of the finding and the key of the subject.
	answered map[string]inventory.AnsweredFinding
}

// printAudit prints the findings that tells picks, the gravest first.
func printAudit(
	out io.Writer, audit inventory.Audit, answered []inventory.AnsweredFinding, tells func(inventory.AuditFinding) bool,
) error {
	p := auditPrinter{
		printer: printer{out: out}, audit: audit, rules: map[string]inventory.AuditedRule{},
		facts: map[string]inventory.AuditedFact{}, subjects: map[string]inventory.AuditSubject{},
		answered: map[string]inventory.AnsweredFinding{},
	}
	for _, r := range audit.Result.Rules {
		p.rules[r.ID] = r
	}
	for _, f := range audit.Result.Facts {
		p.facts[f.Name] = f
	}
	for _, s := range audit.Result.Subjects {
		p.subjects[s.Key()] = s
	}
	for _, one := range answered {
		p.answered[strconv.Itoa(one.Finding)+one.Subject] = one
	}
	p.head()
	p.counts()
	var before inventory.AuditFinding
	for i, f := range audit.Result.Findings {
		if !tells(f) {
			continue
		}
		if f.Rule != before.Rule || f.Verdict != before.Verdict || f.Severity != before.Severity {
			p.rule(f)
		}
		p.finding(i, f)
		before = f
	}
	p.gains()
	for _, note := range slices.Concat(textsOfWarnings(audit), textsOfAssumptions(audit)) {
		p.linef("À savoir / note  %s", bothTexts(note))
	}
	return p.err
}

func textsOfWarnings(audit inventory.Audit) (texts []inventory.Text) {
	for _, w := range audit.Result.Warnings {
		texts = append(texts, w.Text)
	}
	return texts
}

func textsOfAssumptions(audit inventory.Audit) (texts []inventory.Text) {
	for _, a := range audit.Result.Assumptions {
		texts = append(texts, a.Text)
	}
	return texts
}

func (p *auditPrinter) head() {
	r := p.audit.Result
	title := p.audit.Request.Name
	if title == "" {
		title = r.Subject.Name
	}
	p.linef("Audit : %s (%s) au / on %s", title, r.Subject.Key(), string(p.audit.Request.At))
	p.linef("Identifiant / identifier  %s", p.audit.ID)
	p.linef("Livre / book              %s (sha256 %.12s…), échelle / scale %s", r.Book, r.BookHash, r.Scale)
	p.linef("%s", r.Score.Summary.FR)
	p.linef("%s", r.Score.Summary.EN)
}

func (p *auditPrinter) counts() {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	t := printer{out: table, err: p.err}
	t.linef("Gravité / severity\tÉcarts / fail\tInconnus / unknown\tConformes / pass\tSans objet / n. a.")
	for _, c := range p.audit.Result.Score.Counts {
		t.linef("%s\t%d\t%d\t%d\t%d", severityLabel(advisory.Severity(c.Severity)), c.Fail, c.Unknown, c.Pass, c.NotApplicable)
	}
	if p.err = t.err; p.err == nil {
		p.err = table.Flush()
	}
}

// subjectsShown is how many subjects of one finding are named on the terminal; JSON has them all.
const subjectsShown = 6

// rule prints what findings of one verdict of a rule have in common.
func (p *auditPrinter) rule(f inventory.AuditFinding) {
	r := p.rules[f.Rule]
	p.linef("\n%s  %s · %s", f.Rule, verdictLabel(advisory.Verdict(f.Verdict)), severityLabel(advisory.Severity(f.Severity)))
	p.linef("  %s", bothTexts(r.Title))
	p.linef("  Référence / reference   %s ; %s (%s)", r.Reference, r.Edition, verifiedLabel(advisory.Verified(r.Verified)))
	if f.Verdict == string(advisory.VerdictFail) {
		p.linef("  À faire / remedy        %s", bothTexts(r.Remedy))
	}
}

// finding prints the subjects of which the same holds, and what led to it.
func (p *auditPrinter) finding(rank int, f inventory.AuditFinding) {
	p.linef("  Objet / subject         %s", p.named(f.Subjects))
	p.otherScales(f)
	for _, value := range f.Evidence {
		if value.Known() {
			p.linef("    Constaté / found      %s", p.value(value))
		}
	}
	for _, name := range f.Missing {
		p.linef("    Manque / missing      %s (%s)", bothTexts(p.label(name)), name)
	}
	for _, note := range f.Notes {
		p.linef("    À savoir / note       %s", bothTexts(note))
	}
	if f.Fault != "" {
		p.linef("    Faute / fault         %s", f.Fault)
	}
	for _, subject := range f.Subjects {
		p.answer(p.answered[strconv.Itoa(rank)+subject])
	}
}

func (p *auditPrinter) otherScales(f inventory.AuditFinding) {
	if len(f.Others) > 0 {
		p.linef("    Échelle / scale       %s : %s", f.Scale, verdictLabel(advisory.Verdict(f.Verdict)))
	}
	for _, other := range f.Others {
		p.linef("    Échelle / scale       %s : %s", other.Scale, verdictLabel(advisory.Verdict(other.Verdict)))
	}
}

func (p *auditPrinter) answer(one inventory.AnsweredFinding) {
	if len(one.Answers) == 0 {
		return
	}
	last := one.Answers[0]
	p.linef("    Réponse / answer      %s, %s, %s (%s) : %s", answerLabel(one.Status), last.Author, string(last.On), one.Subject, last.Text)
	if last.Reference != "" {
		p.linef("                          %s", last.Reference)
	}
	if one.Changed {
		p.linef("                          rouvert : le constat a changé / open again: the finding changed")
	}
}

// named are the first subjects of a list.
func (p *auditPrinter) named(keys []string) string {
	var names []string
	for i, key := range keys {
		if i == subjectsShown {
			names = append(names, fmt.Sprintf("… (%d)", len(keys)))
			break
		}
		if s := p.subjects[key]; s.Name != "" && s.Name != string(s.ID) {
			key += " « " + s.Name + " »"
		}
		names = append(names, key)
	}
	return strings.Join(names, ", ")
}

func (p *auditPrinter) label(name string) inventory.Text {
	if fact, known := p.facts[name]; known && fact.Label.FR != "" {
		return fact.Label
	}
	return inventory.Text{FR: name, EN: name}
}

// value is a fact or a limit that is known, with its label and its unit.
func (p *auditPrinter) value(v inventory.FactValue) string {
	fact := p.facts[v.Name]
	var text string
	switch {
	case v.Flag != nil && *v.Flag:
		text = "oui / yes"
	case v.Flag != nil:
		text = "non / no"
	case v.Number != nil:
		text = strings.TrimSpace(strings.Replace(strconv.FormatFloat(*v.Number, 'f', -1, 64), ".", ",", 1) + " " + unitFR(fact.Unit))
	default:
		text = wordsShown(fact, v.Words())
	}
	if fact.Source != "" {
		text += " (" + fact.Source + ")"
	}
	return p.label(v.Name).FR + " (" + v.Name + ") : " + text
}

// wordsShown are words in both languages, or texts as they are.
func wordsShown(fact inventory.AuditedFact, words []string) string {
	shown := make([]string, len(words))
	for i, word := range words {
		meaning := fact.Meaning(word)
		if shown[i] = meaning.FR; meaning.EN != meaning.FR {
			shown[i] = bothTexts(meaning)
		}
	}
	return strings.Join(shown, ", ")
}

// unitFR is a unit as French writes it.
func unitFR(unit string) string {
	switch unit {
	case "d":
		return "j"
	case "mo":
		return "mois"
	case "TB":
		return "To"
	}
	return unit
}

// gainsShown is how many gains are told.
const gainsShown = 5

func (p *auditPrinter) gains() {
	for i, g := range p.audit.Result.Score.Gains {
		if i == 0 {
			p.linef("\nCe qui relèverait le plus la note / what would raise the score most")
		}
		if i == gainsShown || g.GainPct == 0 {
			break
		}
		gain := strings.Replace(strconv.FormatFloat(g.GainPct, 'f', 2, 64), ".", ",", 1)
		p.linef("  +%s pt  %s (%s)", gain, bothTexts(g.What), g.Name)
	}
}

// auditGeoJSON writes the cameras that were judged at their places, with the rules that they break and those of which it
// is not known.
func auditGeoJSON(ctx context.Context, out io.Writer, store inventory.Store, audit inventory.Audit) error {
	broken, unknown := map[inventory.ID][]string{}, map[inventory.ID][]string{}
	for _, f := range audit.Result.Findings {
		into := map[string]map[inventory.ID][]string{
			string(advisory.VerdictFail): broken, string(advisory.VerdictUnknown): unknown,
		}[f.Verdict]
		for _, key := range f.Subjects {
			id, isCamera := strings.CutPrefix(key, string(inventory.SubjectCamera)+":")
			id, _, _ = strings.Cut(id, "#")
			if camera := inventory.ID(id); isCamera && into != nil && !slices.Contains(into[camera], f.Rule) {
				into[camera] = append(into[camera], f.Rule)
			}
		}
	}
	features := geojson.NewFeatureCollection()
	seen := map[inventory.ID]bool{}
	for _, subject := range audit.Result.Subjects {
		if subject.Kind != inventory.SubjectCamera || seen[subject.ID] {
			continue
		}
		seen[subject.ID] = true
		camera, err := store.Cameras().Get(ctx, subject.ID)
		if err != nil {
			return fmt.Errorf("camera %q: %w", subject.ID, err)
		}
		if camera.Location == nil {
			continue
		}
		feature := geojson.NewFeature(orb.Point(*camera.Location))
		feature.Properties = geojson.Properties{
			"id": subject.ID, "name": subject.Name, "deployment": subject.Deployment,
			"fail": append([]string{}, broken[subject.ID]...), "unknown": append([]string{}, unknown[subject.ID]...),
		}
		features.Append(feature)
	}
	return json.NewEncoder(out).Encode(features)
}
