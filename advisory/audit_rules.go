package advisory

import (
	"maps"
	"slices"
	"strings"

	"vigie/inventory"
)

// audited is what an audit needs of a rule.
type audited struct {
	// asks are the facts and limits that a finding shows: what the rule shows, then all else that it asks for; applies
	// those of its condition to apply.
	asks, applies []auditedName
	// demands is the text of all that decides.
	demands string
}

// auditedName is the name of a fact with its slot, or of a limit, whose slot is -1.
type auditedName struct {
	text string
	slot int
}

func (r *Rule) audit() audited {
	var a audited
	for _, shown := range r.shows {
		a.asks = append(a.asks, nameOfAudited(shown.Name))
	}
	for _, e := range r.expressions() {
		a.asks = addNames(a.asks, e)
	}
	if r.applies != nil {
		a.applies = addNames(nil, r.applies)
	}
	if len(r.Territory) > 0 {
		department := nameOfAudited(departmentFact(r.Subject))
		a.asks, a.applies = append(a.asks, department), append(a.applies, department)
	}
	a.demands = strings.Join([]string{
		"", string(r.Severity), r.Applies, r.Pass, r.Lesser.show(), strings.Join(r.Territory, " "),
	}, "\n")
	return a
}

func nameOfAudited(text string) auditedName {
	if slot, isFact := factIndex()[text]; isFact {
		return auditedName{text, slot}
	}
	return auditedName{text, -1}
}

// addNames adds the names that an expression asks for, each once.
func addNames(names []auditedName, e *expression) []auditedName {
	add := func(text string) {
		if name := nameOfAudited(text); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, fact := range e.facts {
		add(fact)
	}
	for _, limit := range e.limits {
		add(limitRoot + limit)
	}
	return names
}

// byID are the rules of a session by their identifiers.
func (s *Session) byID() map[string]*Rule {
	rules := make(map[string]*Rule, s.count)
	for _, on := range s.rules {
		for i := range on {
			rules[on[i].ID] = on[i].Rule
		}
	}
	return rules
}

// auditedRules are the texts of the rules that gave a finding.
func (h *hearing) auditedRules() []inventory.AuditedRule {
	found := map[string]bool{}
	for _, f := range h.findings {
		found[f.Rule] = true
	}
	texts := []inventory.AuditedRule{}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		r := h.rules[id]
		text := inventory.AuditedRule{
			ID: r.ID, Title: r.Title, Kind: r.Subject, PerHead: r.PerHead, Severity: string(r.Severity),
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

// auditedFacts say what the names in the findings mean, and the words that are shown as their values.
func (h *hearing) auditedFacts(result inventory.AuditResult) []inventory.AuditedFact {
	shown := map[string]map[string]bool{}
	note := func(names ...string) {
		for _, name := range names {
			if shown[name] == nil {
				shown[name] = map[string]bool{}
			}
		}
	}
	for _, f := range result.Findings {
		for _, value := range f.Evidence {
			note(value.Name)
			for _, word := range value.Words() {
				shown[value.Name][word] = true
			}
		}
		note(f.Missing...)
	}
	for _, unknown := range result.Unknowns {
		note(unknown.Needs...)
	}
	facts := []inventory.AuditedFact{}
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		if fact, known := h.auditedFact(name); known {
			fact.Words = h.sessions[0].book.meanings(name, slices.Sorted(maps.Keys(shown[name])))
			facts = append(facts, fact)
		}
	}
	return facts
}

// meanings are those of the words that have any.
func (b *Book) meanings(name string, words []string) []inventory.FactWord {
	var known []inventory.FactWord
	for _, word := range words {
		if meaning, closed := b.Meaning(name, word); closed {
			known = append(known, inventory.FactWord{Word: word, Meaning: meaning})
		}
	}
	return known
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
