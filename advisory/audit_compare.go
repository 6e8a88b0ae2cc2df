package advisory

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// CompareAudits tells which findings changed from one audit to another, and why: a fact of the subject, a text of the
// rule, a limit of the book, the day. Both are read as they are stored; no book is needed. Findings of which only the
// evidence changed are told after those of which the verdict or the severity did.
func CompareAudits(before, after inventory.Audit) inventory.AuditComparison {
	c := comparison{before: newIndexed(before), after: newIndexed(after)}
	out := inventory.AuditComparison{Before: before.ID, After: after.ID, Changes: []inventory.FindingChange{}}
	for rank, subject := range after.Result.Each() {
		f := &after.Result.Findings[rank]
		old := c.before.finding(f.Rule, subject)
		if old != nil && old.State == f.State {
			out.Unchanged++
			continue
		}
		out.Changes = append(out.Changes, c.change(f.Rule, subject, old, f))
	}
	for rank, subject := range before.Result.Each() {
		f := &before.Result.Findings[rank]
		if c.after.finding(f.Rule, subject) == nil {
			out.Changes = append(out.Changes, c.change(f.Rule, subject, f, nil))
		}
	}
	slices.SortStableFunc(out.Changes, func(a, b inventory.FindingChange) int {
		return cmp.Compare(evidenceOnly(a), evidenceOnly(b))
	})
	return out
}

// evidenceOnly is 1 for a change that leaves verdict and severity what they were.
func evidenceOnly(c inventory.FindingChange) int {
	if c.Before != nil && c.After != nil && c.Before.Verdict == c.After.Verdict && c.Before.Severity == c.After.Severity {
		return 1
	}
	return 0
}

// indexed is an audit whose findings are found by rule and subject.
type indexed struct {
	audit    inventory.Audit
	findings map[[2]string]int
	rules    map[string]*inventory.AuditedRule
	subjects map[string]bool
	facts    map[string]inventory.AuditedFact
}

func newIndexed(audit inventory.Audit) *indexed {
	x := &indexed{
		audit: audit, findings: map[[2]string]int{}, rules: map[string]*inventory.AuditedRule{}, subjects: map[string]bool{},
		facts: map[string]inventory.AuditedFact{},
	}
	for rank, subject := range audit.Result.Each() {
		x.findings[[2]string{audit.Result.Findings[rank].Rule, subject}] = rank
	}
	for i := range audit.Result.Rules {
		x.rules[audit.Result.Rules[i].ID] = &audit.Result.Rules[i]
	}
	for _, s := range audit.Result.Subjects {
		x.subjects[s.Key()] = true
	}
	for _, f := range audit.Result.Facts {
		x.facts[f.Name] = f
	}
	return x
}

func (x *indexed) finding(rule, subject string) *inventory.AuditFinding {
	rank, there := x.findings[[2]string{rule, subject}]
	if !there {
		return nil
	}
	return &x.audit.Result.Findings[rank]
}

// comparison is of two audits.
type comparison struct{ before, after *indexed }

func (c comparison) change(rule, subject string, before, after *inventory.AuditFinding) inventory.FindingChange {
	change := inventory.FindingChange{
		Rule: rule, Subject: subject, Before: stateOf(before), After: stateOf(after), Causes: c.causes(rule, subject, before, after),
	}
	if r := cmp.Or(c.after.rules[rule], c.before.rules[rule]); r != nil {
		change.Title = r.Title
	}
	return change
}

func stateOf(f *inventory.AuditFinding) *inventory.FindingState {
	if f == nil {
		return nil
	}
	return &inventory.FindingState{Severity: f.Severity, Verdict: f.Verdict, State: f.State}
}

// causes are why a finding is not what it was.
func (c comparison) causes(rule, subject string, before, after *inventory.AuditFinding) []inventory.ChangeCause {
	if before == nil || after == nil {
		return c.causesOfOne(rule, subject)
	}
	old, current := c.before.rules[rule], c.after.rules[rule]
	causes := append(ruleCauses(old, current), c.valueCauses(before.Evidence, after.Evidence)...)
	was, is := c.before.audit, c.after.audit
	if before.Scale != after.Scale {
		causes = append(causes, cause(inventory.CauseScale, "", before.Scale, after.Scale))
	}
	if was.Request.At != is.Request.At && (asksDay(current) || len(causes) == 0) {
		causes = append(causes, cause(inventory.CauseDay, todayName, string(was.Request.At), string(is.Request.At)))
	}
	if len(causes) == 0 && was.Result.BookHash != is.Result.BookHash {
		causes = append(causes, cause(inventory.CauseBook, "", was.Result.Book, is.Result.Book))
	}
	if len(causes) == 0 && was.Result.Software != is.Result.Software {
		causes = append(causes, cause(inventory.CauseSoftware, "", was.Result.Software, is.Result.Software))
	}
	return causes
}

// causesOfOne are why there is a finding in one of the audits alone: a rule or a subject that the other does not have.
func (c comparison) causesOfOne(rule, subject string) []inventory.ChangeCause {
	causes := []inventory.ChangeCause{}
	present := func(there bool) string {
		if there {
			return "present"
		}
		return ""
	}
	ruleBefore, ruleAfter := c.before.rules[rule] != nil, c.after.rules[rule] != nil
	if ruleBefore != ruleAfter {
		causes = append(causes, cause(inventory.CauseRule, "", present(ruleBefore), present(ruleAfter)))
		if day, other := c.before.audit.Request.At, c.after.audit.Request.At; day != other {
			causes = append(causes, cause(inventory.CauseDay, todayName, string(day), string(other)))
		}
	}
	if was, is := c.before.subjects[subject], c.after.subjects[subject]; was != is {
		causes = append(causes, cause(inventory.CauseSubject, subject, present(was), present(is)))
	}
	return causes
}

// asksDay tells whether a rule depends on the day of the audit.
func asksDay(r *inventory.AuditedRule) bool {
	return r != nil && strings.Contains(r.Applies+" "+r.Pass+" "+r.Lesser, todayName)
}

// ruleCauses are the fields of the rule that decide and that differ.
func ruleCauses(before, after *inventory.AuditedRule) []inventory.ChangeCause {
	causes := []inventory.ChangeCause{}
	if before == nil || after == nil {
		return causes
	}
	for _, field := range []struct{ name, before, after string }{
		{"applies", before.Applies, after.Applies},
		{"pass", before.Pass, after.Pass},
		{"lesser", before.Lesser, after.Lesser},
		{"lesserSeverity", before.LesserSeverity, after.LesserSeverity},
		{"severity", before.Severity, after.Severity},
		{"territory", strings.Join(before.Territory, ", "), strings.Join(after.Territory, ", ")},
	} {
		if field.before != field.after {
			causes = append(causes, cause(inventory.CauseRule, field.name, field.before, field.after))
		}
	}
	return causes
}

// valueCauses are the facts and limits of which the values differ. What one of the findings does not show is not
// compared.
func (c comparison) valueCauses(before, after []inventory.FactValue) []inventory.ChangeCause {
	var causes []inventory.ChangeCause
	for _, value := range after {
		i := slices.IndexFunc(before, func(v inventory.FactValue) bool { return v.Name == value.Name })
		if i < 0 {
			continue
		}
		if was, is := valueText(before[i]), valueText(value); was != is {
			kind := inventory.CauseFact
			if strings.HasPrefix(value.Name, limitRoot) {
				kind = inventory.CauseLimit
			}
			causes = append(causes, inventory.ChangeCause{
				Kind: kind, Name: value.Name, Before: was, After: is,
				Text: causeText(kind, value.Name, c.before.say(before[i]), c.after.say(value)),
			})
		}
	}
	return causes
}

// valueText is a value in short; empty when it is unknown.
func valueText(v inventory.FactValue) string {
	switch {
	case v.Flag != nil:
		return strconv.FormatBool(*v.Flag)
	case v.Number != nil:
		return strconv.FormatFloat(*v.Number, 'g', -1, 64)
	case v.Text != nil:
		return *v.Text
	}
	return strings.Join(v.List, ", ")
}

// cause is a reason with its sentence.
func cause(kind inventory.CauseKind, name, before, after string) inventory.ChangeCause {
	text := causeText(kind, name, plain(before), plain(after))
	return inventory.ChangeCause{Kind: kind, Name: name, Before: before, After: after, Text: text}
}

func causeText(kind inventory.CauseKind, name string, was, is inventory.Text) inventory.Text {
	label := inventory.Text{FR: name, EN: name}
	if fact := factNamed(name); fact != nil {
		label = fact.Label
	}
	words := map[inventory.CauseKind]inventory.Text{
		inventory.CauseFact:     {FR: "Fait « " + label.FR + " »", EN: "Fact “" + label.EN + "”"},
		inventory.CauseRule:     {FR: "Texte de la règle, " + name, EN: "Text of the rule, " + name},
		inventory.CauseLimit:    {FR: "Seuil du livre " + name, EN: "Limit of the book " + name},
		inventory.CauseBook:     {FR: "Livre de règles", EN: "Rulebook"},
		inventory.CauseDay:      {FR: "Date de l’audit", EN: "Day of the audit"},
		inventory.CauseScale:    {FR: "Échelle de niveaux", EN: "Level scale"},
		inventory.CauseSubject:  {FR: "Objet audité", EN: "Subject"},
		inventory.CauseSoftware: {FR: "Version du logiciel", EN: "Version of the software"},
	}[kind]
	if kind == inventory.CauseRule && name == "" {
		words = inventory.Text{FR: "Règle en vigueur", EN: "Rule in force"}
	}
	return inventory.Text{
		FR: fmt.Sprintf("%s : %s → %s", words.FR, was.FR, is.FR),
		EN: fmt.Sprintf("%s: %s → %s", words.EN, was.EN, is.EN),
	}
}

// plain is a text as a sentence says it.
func plain(text string) inventory.Text {
	if text == "" {
		return inventory.Text{FR: "inconnu ou absent", EN: "unknown or absent"}
	}
	return inventory.Text{FR: text, EN: text}
}

// say is a value of the audit as a sentence says it, words by what they mean.
func (x *indexed) say(v inventory.FactValue) inventory.Text {
	switch words := v.Words(); {
	case v.Flag != nil && *v.Flag:
		return inventory.Text{FR: "oui", EN: "yes"}
	case v.Flag != nil:
		return inventory.Text{FR: "non", EN: "no"}
	case len(words) > 0:
		fr, en := make([]string, len(words)), make([]string, len(words))
		for i, word := range words {
			meaning := x.facts[v.Name].Meaning(word)
			fr[i], en[i] = meaning.FR, meaning.EN
		}
		return inventory.Text{FR: strings.Join(fr, ", "), EN: strings.Join(en, ", ")}
	}
	return plain(valueText(v))
}
