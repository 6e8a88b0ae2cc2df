package advisory

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

func (r *advicePage) readCases(n ast.Node) {
	r.list(n, func(n ast.Node) { r.rule.Cases = append(r.rule.Cases, r.readCase(n)) })
	for _, needed := range []Verdict{VerdictApplies, VerdictNotApplicable, VerdictUnknown} {
		if !slices.ContainsFunc(r.rule.Cases, func(c AdviceCase) bool { return c.Verdict == needed }) {
			r.fault(placeOf(n), "there is no case that gives %s", needed)
		}
	}
}

func (r *advicePage) readCase(n ast.Node) AdviceCase {
	c := AdviceCase{At: defaultCaseDay, at: placeOf(n)}
	r.object(n,
		field{key: "verdict", read: func(n ast.Node) {
			c.Verdict = word(&r.page, n, VerdictApplies, VerdictNotApplicable, VerdictUnknown)
		}},
		field{key: "at", read: func(n ast.Node) { c.At = r.date(n) }, optional: true},
		field{key: "missing", read: func(n ast.Node) {
			r.list(n, func(n ast.Node) { c.Missing = append(c.Missing, r.text(n)) })
		}, optional: true},
		field{key: "facts", read: func(n ast.Node) { c.Facts = r.facts(n) }, optional: true},
		field{key: "specify", read: func(n ast.Node) { c.Specifications = r.expected(n) }, optional: true},
	)
	if c.Verdict == VerdictApplies && c.Specifications == nil {
		r.fault(c.at, "the case tells no specification that is expected: \"specify\" is missing")
	}
	return c
}

// expected reads the specifications that a case is to give, each by its name.
func (r *advicePage) expected(n ast.Node) []inventory.Specification {
	all := []inventory.Specification{}
	entries, ok := n.(ast.MapNode)
	if !ok {
		r.fault(placeOf(n), "must be a mapping of specifications")
		return all
	}
	for i := entries.MapRange(); i.Next(); {
		spec := specificationNamed(r.specificationName(i.Key()))
		if spec == nil {
			continue
		}
		found := spec.blank()
		bound := func(key string) field {
			return field{key: key, optional: true, read: func(n ast.Node) {
				b := r.readBound(key, n)
				if b.fixed == nil {
					r.fault(b.at, "must be a fixed value")
				}
				if r.checkBound(spec, &b); b.fixed != nil {
					setBound(&found, key, b.fixed)
				}
			}}
		}
		r.object(i.Value(), bound("atLeast"), bound("atMost"), bound("advised"), bound("oneOf"), bound("allOf"), bound("flag"))
		all = append(all, found)
	}
	return all
}

// concludeAdvice checks the recommendation rules against each other and the rest of the book, compiles their expressions
// and tries their cases.
func (l *loader) concludeAdvice() {
	if l.book.language == nil {
		return
	}
	slices.SortStableFunc(l.advice, func(a, b *advicePage) int {
		return cmp.Or(strings.Compare(a.rule.ID, b.rule.ID), cmp.Compare(a.rule.ValidFrom, b.rule.ValidFrom))
	})
	for i, r := range l.advice {
		r.checkName(l)
		if i > 0 {
			r.checkBefore(l.advice[i-1])
		}
	}
	concurrently(l.advice, func(r *advicePage) { r.compile(l.book.language) })
	for _, r := range l.advice {
		r.checkLimits(l.book)
		l.faults = append(l.faults, r.faults...)
		l.book.Advice = append(l.book.Advice, *r.rule)
	}
	l.tryAdvice()
}

// checkName holds the name of the file against the rule, and the rule against the audit rules.
func (r *advicePage) checkName(l *loader) {
	if name, _, _ := strings.Cut(path.Base(r.file), "."); r.rule.ID != "" && name != r.rule.ID {
		r.fault(r.at, "the rule %q must be in a file of its name", r.rule.ID)
	}
	if slices.ContainsFunc(l.rules, func(audit *rulePage) bool { return audit.rule.ID == r.rule.ID && r.rule.ID != "" }) {
		r.fault(r.at, "%q is an audit rule: a recommendation rule has another identifier", r.rule.ID)
	}
}

// checkBefore refuses two rules of one identifier on the same day, and a local wording of a rule of the book.
func (r *advicePage) checkBefore(before *advicePage) {
	a, b := before.rule, r.rule
	switch {
	case a.ID != b.ID || a.ID == "":
	case r.local != before.local:
		r.fault(r.at, "%q is a rule of the book: a local book gives its rules identifiers of their own", b.ID)
	case (a.ValidTo == "" || b.ValidFrom <= a.ValidTo) && (b.ValidTo == "" || a.ValidFrom <= b.ValidTo):
		r.fault(r.at, "the rule %q is in %s too, and both are valid on a same day", b.ID, before.file)
	}
}

func (r *advicePage) compile(l *language) {
	rule := r.rule
	rule.Applies, rule.applies = r.applies.text, r.compileOne(l, r.applies, yesOrNo())
	for i := range rule.Demands {
		d := &rule.Demands[i]
		d.when = r.compileOne(l, d.cond, yesOrNo())
		for k := range d.Bounds {
			if spec := specificationNamed(d.Name); spec != nil {
				b := &d.Bounds[k]
				b.value = r.compileOne(l, b.cond, spec.Kind.outcome())
			}
		}
	}
	for _, e := range rule.expressions() {
		rule.facts, rule.limits = addNew(rule.facts, e.facts), addNew(rule.limits, e.limits)
	}
}

// outcome is what an expression must give for a specification of the kind.
func (k SpecificationKind) outcome() outcome {
	switch k {
	case kindNumber:
		return aNumber()
	case kindWords:
		return wordList()
	case kindFlag:
	}
	return yesOrNo()
}

// addNew adds what is not there yet.
func addNew(all, more []string) []string {
	for _, name := range more {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// compileOne compiles a condition; it is nil when there is none, and after a fault.
func (r *advicePage) compileOne(l *language, c condition, wanted outcome) *expression {
	if c.text == "" {
		return nil
	}
	e, faults := l.compile(c.text, r.rule.Subject, wanted)
	for _, f := range faults {
		r.fault(c.here(f), "%s", f.reason)
	}
	return e
}

// expressions are those of the rule that were compiled.
func (r *AdviceRule) expressions() []*expression {
	all := []*expression{r.applies}
	for _, d := range r.Demands {
		all = append(all, d.when)
		for _, b := range d.Bounds {
			all = append(all, b.value)
		}
	}
	return slices.DeleteFunc(all, func(e *expression) bool { return e == nil })
}

// checkLimits makes sure that each limit has a value on every day of the rule.
func (r *advicePage) checkLimits(b *Book) {
	for _, name := range r.rule.limits {
		if day := b.limit(name).gap(r.rule.ValidFrom, r.rule.ValidTo); day != "" {
			r.fault(r.at, "%s%s has no value on %s, while the rule is valid", limitRoot, name, string(day))
		}
	}
}

// tryAdvice tries every case of every recommendation rule, once there is no other fault.
func (l *loader) tryAdvice() {
	if len(l.faults) > 0 {
		return
	}
	type day struct {
		at    inventory.Date
		local bool
	}
	given := map[day]*bindings{}
	for i, r := range l.advice {
		r.faults = nil
		for _, c := range r.rule.Cases {
			of := day{c.At, r.local}
			if given[of] == nil {
				shared, err := l.trial(r.local).share(c.At)
				if err != nil {
					r.fault(c.at, "%v", err)
					continue
				}
				given[of] = shared
			}
			if reason := l.book.Advice[i].try(c, given[of]); reason != "" {
				r.fault(c.at, "%s", reason)
			}
		}
		l.faults = append(l.faults, r.faults...)
	}
}

// try tells why a case does not come true, "" when it does.
func (r *AdviceRule) try(c AdviceCase, given *bindings) string {
	if !r.InForce(c.At) {
		return fmt.Sprintf("the rule is not in force on %s", string(c.At))
	}
	about := given.clone()
	if err := about.learn(c.Facts); err != nil {
		return err.Error()
	}
	advice, err := r.advise(about)
	switch {
	case err != nil:
		return err.Error()
	case advice.Verdict != string(c.Verdict):
		return fmt.Sprintf("the case gives %s, not %s%s", advice.Verdict, c.Verdict, missingList(advice.Missing))
	case c.Missing != nil && !slices.Equal(slices.Sorted(slices.Values(advice.Missing)), slices.Sorted(slices.Values(c.Missing))):
		return fmt.Sprintf("the facts missing are %q, not %q", advice.Missing, c.Missing)
	case c.Missing == nil && c.Verdict == VerdictApplies && len(advice.Missing) > 0:
		return "the case leaves something open" + missingList(advice.Missing)
	}
	return differ(advice.Specifications, c.Specifications)
}

// differ tells which specification is not the one that was expected, "" when all are.
func differ(got, want []inventory.Specification) string {
	for _, w := range want {
		i := slices.IndexFunc(got, func(s inventory.Specification) bool { return s.Name == w.Name })
		if i < 0 {
			return fmt.Sprintf("the case does not ask for %s", showSpecification(w))
		}
		if !sameSpecification(got[i], w) {
			return fmt.Sprintf("the case asks for %s, not %s", showSpecification(got[i]), showSpecification(w))
		}
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(s inventory.Specification) bool { return s.Name == g.Name }) {
			return fmt.Sprintf("the case asks for %s too", showSpecification(g))
		}
	}
	return ""
}

func sameSpecification(a, b inventory.Specification) bool {
	return sameNumber(a.AtLeast, b.AtLeast) && sameNumber(a.AtMost, b.AtMost) && sameNumber(a.Advised, b.Advised) &&
		slices.Equal(a.OneOf, b.OneOf) && slices.Equal(a.AllOf, b.AllOf) &&
		(a.Flag == nil) == (b.Flag == nil) && (a.Flag == nil || *a.Flag == *b.Flag)
}

// sameNumber compares what was worked out with what was written down, to nine digits.
func sameNumber(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return math.Abs(*a-*b) <= 1e-9*max(math.Abs(*a), math.Abs(*b))
}
