package advisory

import (
	"maps"
	"slices"
	"strings"

	"vigie/inventory"
)

// audited is a rule in an audit.
type audited struct {
	rule *Rule
	// asks are the facts and limits that a finding shows: what the rule shows, then all else that it asks for; applies
	// those of its condition to apply.
	asks, applies []string
	// demands is the text of all that decides.
	demands string
}

// auditedBy are the rules in force on a day, by their identifiers.
func auditedBy(b *Book, at inventory.Date) map[string]*audited {
	rules := map[string]*audited{}
	for i := range b.Rules {
		r := &b.Rules[i]
		if !r.InForce(at) {
			continue
		}
		a := &audited{rule: r}
		for _, shown := range r.shows {
			a.asks = append(a.asks, shown.Name)
		}
		for _, e := range r.expressions() {
			a.asks = addNames(a.asks, e)
		}
		if r.applies != nil {
			a.applies = addNames(nil, r.applies)
		}
		if len(r.Territory) > 0 {
			department := departmentFact(r.Subject)
			a.asks, a.applies = append(a.asks, department), append(a.applies, department)
		}
		a.demands = strings.Join([]string{
			"", string(r.Severity), r.Applies, r.Pass, r.Lesser.show(), strings.Join(r.Territory, " "),
		}, "\n")
		rules[r.ID] = a
	}
	return rules
}

// addNames adds the names that an expression asks for, each once.
func addNames(names []string, e *expression) []string {
	for _, name := range e.facts {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, limit := range e.limits {
		if name := limitRoot + limit; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// auditedRules are the texts of the rules that gave a finding.
func (h *hearing) auditedRules() []inventory.AuditedRule {
	found := map[string]bool{}
	for _, f := range h.findings {
		found[f.Rule] = true
	}
	texts := []inventory.AuditedRule{}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		r := h.rules[id].rule
		text := inventory.AuditedRule{
			ID: r.ID, Title: r.Title, Kind: inventory.SubjectKind(r.Subject), PerHead: r.PerHead, Severity: string(r.Severity),
			Basis: string(r.Basis), Reference: r.Reference, Edition: r.Edition, Verified: string(r.Verified), Remedy: r.Remedy,
			Applies: r.Applies, Pass: r.Pass, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Territory: r.Territory,
		}
		if r.Lesser != nil {
			text.Lesser, text.LesserSeverity = r.Lesser.When, string(r.Lesser.Severity)
		}
		texts = append(texts, text)
	}
	return texts
}

// auditedFacts say what the names in the findings mean.
func (h *hearing) auditedFacts(result inventory.AuditResult) []inventory.AuditedFact {
	names := map[string]bool{}
	for _, f := range result.Findings {
		for _, value := range f.Evidence {
			names[value.Name] = true
		}
		for _, name := range f.Missing {
			names[name] = true
		}
	}
	for _, unknown := range result.Unknowns {
		for _, name := range unknown.Needs {
			names[name] = true
		}
	}
	facts := []inventory.AuditedFact{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if fact, known := h.auditedFact(name); known {
			facts = append(facts, fact)
		}
	}
	return facts
}

func (h *hearing) auditedFact(name string) (inventory.AuditedFact, bool) {
	if limit, isLimit := strings.CutPrefix(name, limitRoot); isLimit {
		l, value := h.sessions[0].book.limit(limit), h.sessions[0].limits[limit]
		return inventory.AuditedFact{
			Name: name, Label: l.Label, Unit: l.Unit, Source: value.Source, Verified: string(value.Verified),
		}, true
	}
	if fact := factNamed(name); fact != nil {
		return inventory.AuditedFact{Name: name, Label: fact.Label, Unit: fact.Unit, From: fact.From}, true
	}
	label, known := fieldLabels()[name]
	return inventory.AuditedFact{Name: name, Label: label}, known
}
