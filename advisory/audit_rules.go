package advisory

import (
	"crypto/sha256"
	"slices"
	"strings"

	"vigie/inventory"
)

// audited is what an audit needs of a rule.
type audited struct {
	// asks are the slots of the facts and limits that a finding shows: what the rule shows, then all else that it asks for;
	// applies those of its condition to apply.
	asks, applies []int
	// demands is the SHA-256 of the text of all that decides, text what audits say of the rule.
	demands [sha256.Size]byte
	text    inventory.AuditedRule
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
	a.text = inventory.AuditedRule{
		ID: r.ID, Title: r.Title, Kind: r.Subject, PerHead: r.PerHead, Severity: string(r.Severity),
		Basis: string(r.Basis), Reference: r.Reference, Edition: r.Edition, Verified: string(r.Verified), Remedy: r.Remedy,
		Applies: r.Applies, Pass: r.Pass, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Territory: r.Territory,
	}
	if r.Lesser != nil {
		a.text.Lesser, a.text.LesserSeverity = r.Lesser.When, string(r.Lesser.Severity)
	}
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

// auditedRules are the texts of the rules that gave a finding.
func (h *hearing) auditedRules() []inventory.AuditedRule {
	found := make([]*ruling, h.sessions[0].count)
	count := 0
	for rank := range h.notes.groups {
		if r := h.notes.groups[rank].rule; found[r.number] == nil {
			found[r.number] = r
			count++
		}
	}
	texts := make([]inventory.AuditedRule, 0, count)
	for _, r := range found {
		if r != nil {
			texts = append(texts, r.audited.text)
		}
	}
	return texts
}

// auditedFacts say what the names in the findings mean, and the words that are shown as their values.
func (h *hearing) auditedFacts(unknowns []inventory.UnknownFact) []inventory.AuditedFact {
	of, fields := h.language(), map[string]bool{}
	named := make([]bool, len(of.names))
	name := func(names []string) {
		for _, one := range names {
			if slot, declared := of.slots[one]; declared {
				named[slot] = true
			} else if _, known := fieldLabels()[one]; known {
				fields[one] = true
			}
		}
	}
	for slot := range h.notes.values {
		named[slot] = h.notes.values[slot].shown > 0
	}
	for rank := range h.notes.groups {
		name(h.notes.groups[rank].missing)
	}
	for _, unknown := range unknowns {
		name(unknown.Needs)
	}
	facts := make([]inventory.AuditedFact, 0, len(fields)+countTrue(named))
	for _, slot := range of.byName {
		if named[slot] {
			facts = append(facts, h.auditedFact(slot))
		}
	}
	for field := range fields {
		facts = append(facts, inventory.AuditedFact{Name: field, Label: fieldLabels()[field]})
	}
	slices.SortFunc(facts, func(a, b inventory.AuditedFact) int { return strings.Compare(a.Name, b.Name) })
	return facts
}

func countTrue(flags []bool) int {
	count := 0
	for _, is := range flags {
		if is {
			count++
		}
	}
	return count
}

// auditedFact says what the fact or the limit at a slot is.
func (h *hearing) auditedFact(slot int) inventory.AuditedFact {
	book, value, name := h.sessions[0].book, &h.notes.values[slot], h.language().names[slot]
	about := inventory.AuditedFact{Name: name, Words: book.meanings(name, slices.Sorted(slices.Values(value.words)))}
	if fact := factNamed(name); fact != nil {
		about.Label, about.Unit, about.From = fact.Label, fact.Unit, fact.From
		return about
	}
	limit := book.limit(strings.TrimPrefix(name, limitRoot))
	about.Label, about.Unit, about.Source, about.Verified = limit.Label, limit.Unit, strings.Join(value.sources, " ; "), value.verified
	return about
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
