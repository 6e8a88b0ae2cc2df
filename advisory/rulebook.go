package advisory

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"vigie/inventory"
)

// concludeRules checks the rules against each other and against the limits, compiles their expressions and tries their
// cases.
func (l *loader) concludeRules() {
	types := map[string]FactType{}
	for _, limit := range l.book.Limits {
		types[limit.Name] = limit.Type
	}
	var err error
	if l.book.language, err = newLanguage(l.book.Scales, types); err != nil {
		l.faults = append(l.faults, err)
		return
	}
	slices.SortStableFunc(l.rules, func(a, b *rulePage) int {
		return cmp.Or(strings.Compare(a.rule.ID, b.rule.ID), cmp.Compare(a.rule.ValidFrom, b.rule.ValidFrom))
	})
	for i, r := range l.rules {
		r.checkName()
		if i > 0 {
			r.checkTwice(l.rules[i-1])
			r.checkLocal(l.rules[i-1])
			l.rules[i-1].checkLocal(r)
		}
	}
	concurrently(l.rules, func(r *rulePage) { r.compile(l.book.language) })
	for _, r := range l.rules {
		r.checkLimits(l.book)
		r.rule.prepare(l.book)
		l.faults = append(l.faults, r.faults...)
		l.book.Rules = append(l.book.Rules, *r.rule)
	}
	l.tryCases()
}

// concurrently works at all of a list, on all processors: its items do not depend on each other.
func concurrently[T any](all []T, work func(T)) {
	var workers sync.WaitGroup
	next := make(chan T)
	for range 4 {
		workers.Go(func() {
			for one := range next {
				work(one)
			}
		})
	}
	for _, one := range all {
		next <- one
	}
	close(next)
	workers.Wait()
}

// checkName holds the name of the file against the rule: AUD-L02.yaml, or AUD-L02.2019.yaml for an earlier wording.
func (r *rulePage) checkName() {
	if name, _, _ := strings.Cut(path.Base(r.file), "."); r.rule.ID != "" && name != r.rule.ID {
		r.fault(r.at, "the rule %q must be in a file of its name", r.rule.ID)
	}
}

// checkTwice refuses two rules of one identifier on the same day.
func (r *rulePage) checkTwice(before *rulePage) {
	if r.rule.ID != "" && r.rule.ID == before.rule.ID && r.rule.overlap(before.rule) {
		r.fault(r.at, "the rule %q is in %s too, and both are valid on a same day", r.rule.ID, before.file)
	}
}

// checkLocal refuses a wording of a rule of the book in a local one.
func (r *rulePage) checkLocal(other *rulePage) {
	if r.local && !other.local && r.rule.ID == other.rule.ID && r.rule.ID != "" {
		r.fault(r.at, "%q is a rule of the book: a local book gives its rules identifiers of their own", r.rule.ID)
	}
}

func (r *rulePage) compile(l *language) {
	rule := r.rule
	rule.Applies, rule.Pass = r.applies.text, r.pass.text
	rule.applies, rule.pass = r.compileOne(l, r.applies), r.compileOne(l, r.pass)
	if rule.Lesser != nil {
		rule.Lesser.When, rule.Lesser.when = r.lesser.text, r.compileOne(l, r.lesser)
	}
	for i, name := range rule.Evidence {
		if fact := factNamed(name); fact == nil {
			r.fault(r.evidence[i], "%q is not a fact%s", name, meant(name))
		} else if !sees(rule.Subject, fact.Subject) {
			r.fault(r.evidence[i], wrongSubject, name, fact.Subject, rule.Subject)
		}
	}
	for _, e := range rule.expressions() {
		for _, name := range e.facts {
			rule.PerHead = rule.PerHead || strings.HasPrefix(name, "head.")
			if len(r.evidence) == 0 && !slices.Contains(rule.Evidence, name) {
				rule.Evidence = append(rule.Evidence, name)
			}
		}
	}
}

// compileOne compiles a condition; it is nil when there is none, and after a fault.
func (r *rulePage) compileOne(l *language, c condition) *expression {
	if c.text == "" {
		return nil
	}
	e, faults := l.compile(c.text, r.rule.Subject, yesOrNo())
	for _, f := range faults {
		r.fault(c.here(f), "%s", f.reason)
	}
	return e
}

// checkLimits makes sure that each limit has a value on every day of the rule.
func (r *rulePage) checkLimits(b *Book) {
	for _, e := range r.rule.expressions() {
		for _, name := range e.limits {
			if day := b.limit(name).gap(r.rule.ValidFrom, r.rule.ValidTo); day != "" {
				r.fault(r.at, "%s%s has no value on %s, while the rule is valid", limitRoot, name, string(day))
			}
		}
	}
}

// tryCases judges every case of every rule, once there is no other fault.
func (l *loader) tryCases() {
	if len(l.faults) > 0 {
		return
	}
	type day struct {
		at    inventory.Date
		scale string
		local bool
	}
	sessions := map[day]*Session{}
	for _, r := range l.rules {
		r.faults = nil
		for _, c := range r.rule.Cases {
			of := day{c.At, c.Scale, r.local}
			if sessions[of] == nil {
				session, err := l.trial(r.local).On(c.At, c.Scale)
				if err != nil {
					r.fault(c.at, "%v", err)
					continue
				}
				sessions[of] = session
			}
			if reason := sessions[of].try(r.rule, c); reason != "" {
				r.fault(c.at, "%s", reason)
			}
		}
		l.faults = append(l.faults, r.faults...)
	}
}

// try tells why a case does not come true, "" when it does.
func (s *Session) try(r *Rule, c RuleCase) string {
	rules := s.rules[r.Subject]
	i := slices.IndexFunc(rules, func(ruled ruling) bool { return ruled.file == r.file })
	if i < 0 {
		return fmt.Sprintf("the rule is not in force on %s", string(c.At))
	}
	findings, err := s.judge(rules[i:i+1], c.Facts)
	if err != nil {
		return err.Error()
	}
	switch f := findings[0]; {
	case f.Fault != "":
		return f.Fault
	case f.Verdict != c.Verdict:
		return fmt.Sprintf("the case gives %s, not %s%s", f.Verdict, c.Verdict, missingList(f.Missing))
	case c.Severity != "" && f.Severity != c.Severity:
		return fmt.Sprintf("the case gives the severity %s, not %s", f.Severity, c.Severity)
	case c.Missing != nil && !slices.Equal(slices.Sorted(slices.Values(f.Missing)), slices.Sorted(slices.Values(c.Missing))):
		return fmt.Sprintf("the facts missing are %q, not %q", f.Missing, c.Missing)
	}
	return ""
}

func missingList(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	return "; missing: " + strings.Join(missing, ", ")
}
