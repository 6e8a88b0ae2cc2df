package advisory

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// The subjects that only recommendation rules have: what is to be seen, and the undertaking as a whole.
const (
	SubjectNeed    inventory.SubjectKind = "need"
	SubjectProject inventory.SubjectKind = "project"
)

// AdviceSubjects are the kinds of subject of recommendation rules.
func AdviceSubjects() []inventory.SubjectKind {
	return []inventory.SubjectKind{SubjectNeed, SubjectProject, inventory.SubjectCamera}
}

// AdviceRule is one recommendation rule: when it holds of a subject, and what it then asks of equipment.
type AdviceRule struct {
	// ID is as "REC-04".
	ID            string
	Title, Advice inventory.Text
	Subject       inventory.SubjectKind
	// Applies is CEL over [AllFacts], the limits of the book, today and scale.
	Applies string
	Demands []Demand
	Basis   Basis
	// Reference, Edition, Verified and Caveat are as those of a [Rule].
	Reference string
	Edition   string
	Verified  Verified
	Caveat    *inventory.Text
	// ValidFrom and ValidTo are the first and the last day of the rule; empty when unknown or open.
	ValidFrom, ValidTo inventory.Date
	// Territory are the INSEE codes of the départements in which it holds; empty for all of France.
	Territory []string
	Cases     []AdviceCase

	file    string
	applies *expression
	// shows are the facts and limits that it asks for.
	facts, limits []string
}

// Demand is one specification that a rule asks for.
type Demand struct {
	// Name is that of a [SpecificationName].
	Name string
	// When is CEL; the specification is asked for where it is true, always when it is empty.
	When string
	// Bounds are what is asked: an expression or a fixed value for each key, as atLeast.
	Bounds []Bound

	at   place
	when *expression
	cond condition
}

// Bound is one side of a demand.
type Bound struct {
	// Key is atLeast, atMost, advised, oneOf, allOf or flag.
	Key string
	// Text is the expression in CEL, or the fixed value as it is written.
	Text string

	at    place
	fixed any // float64, []string or bool
	cond  condition
	value *expression
}

// AdviceCase is an example of a recommendation rule, which must come true when the book is loaded.
type AdviceCase struct {
	Facts Facts
	// At is the day of the advice.
	At      inventory.Date
	Verdict Verdict
	// Missing is checked when it is given, Specifications of a rule that applies always are.
	Missing        []string
	Specifications []inventory.Specification

	at place
}

// InForce tells whether the rule is valid on a day.
func (r *AdviceRule) InForce(at inventory.Date) bool { return within(at, r.ValidFrom, r.ValidTo) }

// advicePage is a recommendation rule as it was read, with what cannot be checked before the whole book is there.
type advicePage struct {
	page
	rule    *AdviceRule
	at      place
	applies condition
	// local tells a rule of a local book.
	local bool
}

// isAdvice tells a recommendation rule from an audit rule.
func isAdvice(root ast.Node) bool {
	entries, ok := root.(ast.MapNode)
	if !ok {
		return false
	}
	for i := entries.MapRange(); i.Next(); {
		if key := i.Key().String(); key == "specify" || key == "advice" {
			return true
		}
	}
	return false
}

// readAdvice reads a recommendation rule of rules/. Its expressions are compiled later.
func (p *page) readAdvice(root ast.Node) *advicePage {
	r := &advicePage{page: page{file: p.file}, rule: &AdviceRule{file: p.file}, at: placeOf(root)}
	rule := r.rule
	r.object(root,
		field{key: "id", read: func(n ast.Node) { rule.ID = r.ruleID(n) }},
		field{key: "title", read: func(n ast.Node) { rule.Title = r.bilingual(n) }},
		field{key: "subject", read: func(n ast.Node) { rule.Subject = word(&r.page, n, AdviceSubjects()...) }},
		field{key: "applies", read: func(n ast.Node) { r.applies = r.condition(n) }},
		field{key: "specify", read: func(n ast.Node) {
			r.list(n, func(n ast.Node) { rule.Demands = append(rule.Demands, r.readDemand(n)) })
		}},
		field{key: "advice", read: func(n ast.Node) { rule.Advice = r.bilingual(n) }},
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
		field{key: "cases", read: r.readCases},
	)
	if rule.ValidTo != "" && rule.ValidTo < rule.ValidFrom {
		r.fault(r.at, "validTo is before validFrom")
	}
	return r
}

// readDemand reads one specification that a rule asks for.
func (r *advicePage) readDemand(n ast.Node) Demand {
	d := Demand{at: placeOf(n)}
	bound := func(key string) field {
		return field{key: key, optional: true, read: func(n ast.Node) { d.Bounds = append(d.Bounds, r.readBound(key, n)) }}
	}
	r.object(n,
		field{key: "name", read: func(n ast.Node) { d.Name = r.specificationName(n) }},
		field{key: "when", optional: true, read: func(n ast.Node) { d.cond = r.condition(n); d.When = d.cond.text }},
		bound("atLeast"), bound("atMost"), bound("advised"), bound("oneOf"), bound("allOf"), bound("flag"),
	)
	spec := specificationNamed(d.Name)
	if spec == nil {
		return d
	}
	if len(d.Bounds) == 0 {
		r.fault(d.at, "%q asks for nothing: one of %s is missing", d.Name, strings.Join(spec.keys(), ", "))
	}
	for i := range d.Bounds {
		r.checkBound(spec, &d.Bounds[i])
	}
	return d
}

func (p *page) specificationName(n ast.Node) string {
	name := p.text(n)
	if name != "" && specificationNamed(name) == nil {
		p.fault(placeOf(n), "%q is not a specification%s", name, meantOf(name, specificationNames("")))
	}
	return name
}

// keys are those of the bounds that a specification of its kind can have.
func (s *SpecificationName) keys() []string {
	switch s.Kind {
	case kindNumber:
		return []string{"atLeast", "atMost", "advised"}
	case kindWords:
		return []string{"oneOf", "allOf"}
	case kindFlag:
	}
	return []string{"flag"}
}

// readBound reads a fixed value, or keeps the text of an expression: a text in place of a number, a list or a flag.
func (r *advicePage) readBound(key string, n ast.Node) Bound {
	b := Bound{Key: key, at: placeOf(n)}
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		number := r.number(n, -1e12, 1e12)
		b.fixed, b.Text = number, strconv.FormatFloat(number, 'f', -1, 64)
	case *ast.BoolNode:
		b.fixed, b.Text = n.Value, strconv.FormatBool(n.Value)
	case *ast.SequenceNode:
		words := []string{}
		for _, item := range n.Values {
			words = append(words, r.text(item))
		}
		b.fixed, b.Text = words, "["+strings.Join(words, ", ")+"]"
	default:
		b.cond = r.condition(n)
		b.Text = b.cond.text
	}
	return b
}

// checkBound holds a bound against the kind of its specification.
func (r *advicePage) checkBound(spec *SpecificationName, b *Bound) {
	if !slices.Contains(spec.keys(), b.Key) {
		r.fault(b.at, "%q is asked for by %s, not by %q", spec.Name, strings.Join(spec.keys(), ", "), b.Key)
		return
	}
	if b.fixed == nil {
		return
	}
	switch value := b.fixed.(type) {
	case float64:
		if spec.Kind == kindNumber {
			return
		}
	case bool:
		if spec.Kind == kindFlag {
			return
		}
	case []string:
		if spec.Kind == kindWords {
			if reason := spec.wrongWord(value); reason != "" {
				r.fault(b.at, "%s", reason)
			}
			return
		}
	}
	r.fault(b.at, "%q is a %s, which %s is not", spec.Name, spec.Kind, b.Text)
}

// wrongWord tells of a word that is not one of the specification's, "" when all are.
func (s *SpecificationName) wrongWord(words []string) string {
	if len(words) == 0 {
		return s.Name + " must have one word at least"
	}
	for _, w := range words {
		if !slices.Contains(s.Words, w) {
			return s.Name + " is never " + strconv.Quote(w) + ": one of " + strings.Join(s.Words, ", ")
		}
	}
	return ""
}
