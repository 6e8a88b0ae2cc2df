package advisory

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"vigie/inventory"
)

// Severity is how grave it is when a rule is not met.
type Severity string

// The severities, the gravest first.
const (
	Blocker Severity = "BLOCKER" // a breach of the law: stop
	Major   Severity = "MAJOR"
	Minor   Severity = "MINOR"
	Info    Severity = "INFO"
)

// Severities are all severities, the gravest first.
func Severities() []Severity { return []Severity{Blocker, Major, Minor, Info} }

// Basis is what a rule rests on.
type Basis string

// The bases of rules.
const (
	BasisLaw      Basis = "LAW"   // statute or regulation
	BasisNorm     Basis = "NORM"  // technical order or standard
	BasisGuide    Basis = "GUIDE" // ANSSI, CNIL, a maker
	BasisPractice Basis = "PRACT" // an engineering habit, which the book's owner may set otherwise
)

// Rule is one audit rule: what must hold of a subject, why, and what to do when it does not.
type Rule struct {
	// ID is as "AUD-L02".
	ID            string
	Title, Remedy inventory.Text
	Subject       inventory.SubjectKind
	// Applies and Pass are CEL over [AllFacts], the limits of the book, today and scale. A rule does not apply where
	// Applies is false; an empty one is always true.
	Applies, Pass string
	Severity      Severity
	// Lesser is nil when a breach always has Severity.
	Lesser    *Lesser
	Basis     Basis
	Reference string
	// Edition says which edition of the reference was read.
	Edition  string
	Verified Verified
	// Caveat is what the reader must know besides; nil when there is nothing.
	Caveat *inventory.Text
	// ValidFrom and ValidTo are the first and the last day of the rule; empty when unknown or open.
	ValidFrom, ValidTo inventory.Date
	// Territory are the INSEE codes of the départements in which it holds; empty for all of France.
	Territory []string
	// Evidence are the facts to show with a finding.
	Evidence []string
	// PerHead tells a rule on a camera that asks for facts of a head: it is judged for each.
	PerHead bool
	Cases   []RuleCase

	file          string
	applies, pass *expression
	usesScale     bool
	// notes and shows are what every finding has of notes and of values shown.
	notes []inventory.Text
	shows []*EvidenceName
	// audited is what audits need of it.
	audited audited
}

// Lesser is when a breach is less grave.
type Lesser struct {
	// When is CEL, as Pass.
	When     string
	Severity Severity
	// Note says in what the requirement is met.
	Note inventory.Text

	when *expression
}

// RuleCase is an example of a rule, which must come true when the book is loaded.
type RuleCase struct {
	Facts Facts
	// At is the day of the judgement.
	At inventory.Date
	// Scale is the level scale of the judgement, empty for the book's own.
	Scale   string
	Verdict Verdict
	// Severity and Missing are checked when they are given.
	Severity Severity
	Missing  []string

	at place
}

// InForce tells whether the rule is valid on a day.
func (r *Rule) InForce(at inventory.Date) bool { return within(at, r.ValidFrom, r.ValidTo) }

// within tells whether a day is between two, both included; an empty one is open.
func within(day, from, to inventory.Date) bool { return day >= from && (to == "" || day <= to) }

// overlap tells whether two rules are valid on a same day.
func (r *Rule) overlap(other *Rule) bool {
	return (other.ValidTo == "" || r.ValidFrom <= other.ValidTo) && (r.ValidTo == "" || other.ValidFrom <= r.ValidTo)
}

// expressions are the conditions of the rule that were compiled.
func (r *Rule) expressions() []*expression {
	all := []*expression{r.applies, r.pass}
	if r.Lesser != nil {
		all = append(all, r.Lesser.when)
	}
	return slices.DeleteFunc(all, func(e *expression) bool { return e == nil })
}

// Limits are the names of the limits that the rule asks for, in the order in which it does.
func (r *Rule) Limits() []string {
	var names []string
	for _, e := range r.expressions() {
		names = addNew(names, e.limits)
	}
	return names
}

// rulePage is a rule as it was read, with what cannot be checked before the whole book is there.
type rulePage struct {
	page
	rule     *Rule
	at       place
	applies  condition
	pass     condition
	lesser   condition
	evidence []place
	// local tells a rule of a local book.
	local bool
}

// condition is the text of an expression and the place of its first letter.
type condition struct {
	text string
	at   place
	// indent is how far the further lines of the text stand from the margin of the file.
	indent int
}

// defaultCaseDay is the day on which the cases of a rule are judged that name none: that of the first edition.
const defaultCaseDay inventory.Date = "2026-11-21"

var ruleIDPattern = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)

// readRule reads an audit rule of rules/. Its expressions are compiled later.
func (p *page) readRule(root ast.Node) *rulePage {
	r := &rulePage{page: page{file: p.file}, rule: &Rule{file: p.file}, at: placeOf(root)}
	rule := r.rule
	r.object(root,
		field{key: "id", read: func(n ast.Node) { rule.ID = r.ruleID(n) }},
		field{key: "title", read: func(n ast.Node) { rule.Title = r.bilingual(n) }},
		field{key: "subject", read: func(n ast.Node) { rule.Subject = word(&r.page, n, inventory.SubjectKinds()...) }},
		field{key: "applies", read: func(n ast.Node) { r.applies = r.condition(n) }, optional: true},
		field{key: "pass", read: func(n ast.Node) { r.pass = r.condition(n) }},
		field{key: "severity", read: func(n ast.Node) { rule.Severity = word(&r.page, n, Severities()...) }},
		field{key: "lesser", read: r.readLesser, optional: true},
		field{key: "basis", read: func(n ast.Node) {
			rule.Basis = word(&r.page, n, BasisLaw, BasisNorm, BasisGuide, BasisPractice)
		}},
		field{key: "reference", read: func(n ast.Node) { rule.Reference = r.text(n) }},
		field{key: "edition", read: func(n ast.Node) { rule.Edition = r.text(n) }},
		field{key: "verified", read: func(n ast.Node) { rule.Verified = r.verified(n) }},
		field{key: "caveat", read: func(n ast.Node) { caveat := r.bilingual(n); rule.Caveat = &caveat }, optional: true},
		field{key: "validFrom", read: func(n ast.Node) { rule.ValidFrom = r.date(n) }, optional: true},
		field{key: "validTo", read: func(n ast.Node) { rule.ValidTo = r.date(n) }, optional: true},
		field{key: "territory", read: func(n ast.Node) { rule.Territory = r.territory(n) }, optional: true},
		field{key: "evidence", read: r.readEvidence, optional: true},
		field{key: "remedy", read: func(n ast.Node) { rule.Remedy = r.bilingual(n) }},
		field{key: "cases", read: r.readCases},
	)
	if rule.ValidTo != "" && rule.ValidTo < rule.ValidFrom {
		r.fault(r.at, "validTo is before validFrom")
	}
	return r
}

func (p *page) ruleID(n ast.Node) string {
	id := p.text(n)
	if id != "" && !ruleIDPattern.MatchString(id) {
		p.fault(placeOf(n), "%q is not an identifier of a rule, as AUD-L02", id)
	}
	return id
}

func (r *rulePage) readLesser(n ast.Node) {
	lesser := &Lesser{}
	r.object(n,
		field{key: "when", read: func(n ast.Node) { r.lesser = r.condition(n) }},
		field{key: "severity", read: func(n ast.Node) { lesser.Severity = word(&r.page, n, Major, Minor, Info) }},
		field{key: "note", read: func(n ast.Node) { lesser.Note = r.bilingual(n) }},
	)
	r.rule.Lesser = lesser
}

var departmentPattern = regexp.MustCompile(`^(\d{2}|2[AB]|9[78]\d)$`)

func (p *page) territory(n ast.Node) []string {
	var codes []string
	p.list(n, func(n ast.Node) { codes = append(codes, p.department(n)) })
	return codes
}

func (p *page) department(n ast.Node) string {
	code := p.text(n)
	if code != "" && !departmentPattern.MatchString(code) {
		p.fault(placeOf(n), "%q is not an INSEE département code", code)
	}
	return code
}

func (r *rulePage) readEvidence(n ast.Node) {
	r.list(n, func(n ast.Node) {
		r.rule.Evidence = append(r.rule.Evidence, r.text(n))
		r.evidence = append(r.evidence, placeOf(n))
	})
}

// condition reads an expression, written on the line of its key or as a literal block.
func (p *page) condition(n ast.Node) condition {
	if block, isBlock := n.(*ast.LiteralNode); isBlock {
		origin := strings.TrimLeft(block.Value.GetToken().Origin, "\n")
		indent := len(origin) - len(strings.TrimLeft(origin, " "))
		start := block.Start.Position
		return condition{text: strings.TrimRight(block.Value.Value, "\n"), at: place{start.Line + 1, indent + 1}, indent: indent}
	}
	c := condition{text: p.text(n), at: placeOf(n)}
	if kind := n.GetToken().Type; kind == token.SingleQuoteType || kind == token.DoubleQuoteType {
		c.at.column++
	}
	return c
}

// here is the place in the file of a fault in the text of the condition.
func (c condition) here(f exprFault) place {
	if f.line <= 1 {
		return place{c.at.line, c.at.column + f.column}
	}
	return place{c.at.line + f.line - 1, c.indent + f.column + 1}
}

func (r *rulePage) readCases(n ast.Node) {
	r.list(n, func(n ast.Node) { r.rule.Cases = append(r.rule.Cases, r.readCase(n)) })
	for _, needed := range []Verdict{VerdictPass, VerdictFail, VerdictUnknown} {
		if !slices.ContainsFunc(r.rule.Cases, func(c RuleCase) bool { return c.Verdict == needed }) {
			r.fault(placeOf(n), "there is no case that gives %s", needed)
		}
	}
}

func (r *rulePage) readCase(n ast.Node) RuleCase {
	c := RuleCase{At: defaultCaseDay, at: placeOf(n)}
	r.object(n,
		field{key: "verdict", read: func(n ast.Node) { c.Verdict = word(&r.page, n, Verdicts()...) }},
		field{key: "at", read: func(n ast.Node) { c.At = r.date(n) }, optional: true},
		field{key: "scale", read: func(n ast.Node) { c.Scale = r.text(n) }, optional: true},
		field{key: "severity", read: func(n ast.Node) { c.Severity = word(&r.page, n, Severities()...) }, optional: true},
		field{key: "missing", read: func(n ast.Node) {
			r.list(n, func(n ast.Node) { c.Missing = append(c.Missing, r.text(n)) })
		}, optional: true},
		field{key: "facts", read: func(n ast.Node) { c.Facts = r.facts(n) }, optional: true},
	)
	return c
}

// facts reads facts by their names, each as its type has it.
func (p *page) facts(n ast.Node) Facts {
	entries, ok := n.(ast.MapNode)
	if !ok {
		p.fault(placeOf(n), "must be a mapping of facts")
		return nil
	}
	facts := Facts{}
	for i := entries.MapRange(); i.Next(); {
		name := i.Key().String()
		fact := factNamed(name)
		_, twice := facts[name]
		switch {
		case fact == nil:
			p.fault(placeOf(i.Key()), "%q is not a fact%s", name, meant(name))
		case twice:
			p.fault(placeOf(i.Key()), "%q is given twice", name)
		default:
			facts[name] = p.factValue(i.Value(), *fact)
		}
	}
	return facts
}

func (p *page) factValue(n ast.Node, fact Fact) any {
	switch fact.Type {
	case Flag:
		return p.flag(n)
	case Whole:
		return p.whole(n, -1_000_000_000, 1_000_000_000)
	case Number:
		return p.number(n, -1e12, 1e12)
	case Day:
		return p.date(n)
	case List:
		return p.words(n, fact)
	case Text:
	}
	return p.wordOf(n, fact)
}

func (p *page) flag(n ast.Node) bool {
	value, ok := n.(*ast.BoolNode)
	if !ok {
		p.fault(placeOf(n), "must be true or false")
		return false
	}
	return value.Value
}

func (p *page) words(n ast.Node, fact Fact) []string {
	items, ok := n.(*ast.SequenceNode)
	if !ok {
		p.fault(placeOf(n), "must be a list")
		return nil
	}
	words := []string{}
	for _, item := range items.Values {
		words = append(words, p.wordOf(item, fact))
	}
	return words
}

func (p *page) wordOf(n ast.Node, fact Fact) string {
	text := p.text(n)
	if fact.Words != nil && text != "" && !slices.Contains(fact.Words, text) {
		p.fault(placeOf(n), "%s is never %q: one of %q", fact.Name, text, fact.Words)
	}
	return text
}
