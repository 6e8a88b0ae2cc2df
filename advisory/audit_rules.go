package advisory

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"vigie/inventory"
)

// audited is what an audit needs of a rule.
type audited struct {
	// asks are the slots of the facts and limits that a finding shows: what the rule shows, then all else that it asks for;
	// applies those of its condition to apply.
	asks, applies []int
	// demands is the SHA-256 of the text of all that decides.
	demands [sha256.Size]byte
}

func (r *Rule) audit(l *language) audited {
	var a audited
	for _, shown := range r.shows {
		a.asks = append(a.asks, l.slots[shown.Name])
	}
	for _, e := range r.expressions() {
		a.asks = addSlots(a.asks, e)
	}
	if r.applies != nil {
		a.applies = addSlots(nil, r.applies)
	}
	if len(r.Territory) > 0 {
		department := l.slots[departmentFact(r.Subject)]
		a.asks, a.applies = append(a.asks, department), append(a.applies, department)
	}
	a.demands = sha256.Sum256([]byte(strings.Join([]string{
		string(r.Severity), r.Applies, r.Pass, r.Lesser.show(), strings.Join(r.Territory, " "),
	}, "\n")))
	return a
}

// addSlots adds those of what an expression asks for, each once.
func addSlots(slots []int, e *expression) []int {
	add := func(name string) {
		if slot := e.language.slots[name]; !slices.Contains(slots, slot) {
			slots = append(slots, slot)
		}
	}
	for _, fact := range e.facts {
		add(fact)
	}
	for _, limit := range e.limits {
		add(limitRoot + limit)
	}
	return slots
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
	texts := make([]inventory.AuditedRule, 0, len(found))
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
func (h *hearing) auditedFacts(unknowns []inventory.UnknownFact) []inventory.AuditedFact {
	names := map[string]bool{}
	for slot := range h.values {
		if h.values[slot].shown {
			names[h.language().names[slot]] = true
		}
	}
	for _, f := range h.findings {
		for _, name := range f.Missing {
			names[name] = true
		}
	}
	for _, unknown := range unknowns {
		for _, name := range unknown.Needs {
			names[name] = true
		}
	}
	facts := make([]inventory.AuditedFact, 0, len(names))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if fact, known := h.auditedFact(name); known {
			facts = append(facts, fact)
		}
	}
	return facts
}

func (h *hearing) auditedFact(name string) (inventory.AuditedFact, bool) {
	slot, declared := h.language().slots[name]
	if !declared {
		label, known := fieldLabels()[name]
		return inventory.AuditedFact{Name: name, Label: label}, known
	}
	book, value := h.sessions[0].book, h.values[slot]
	about := inventory.AuditedFact{Name: name, Words: book.meanings(name, slices.Sorted(slices.Values(value.words)))}
	if fact := factNamed(name); fact != nil {
		about.Label, about.Unit, about.From = fact.Label, fact.Unit, fact.From
		return about, true
	}
	limit := book.limit(strings.TrimPrefix(name, limitRoot))
	about.Label, about.Unit, about.Source, about.Verified = limit.Label, limit.Unit, strings.Join(value.sources, " ; "), value.verified
	return about, true
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
