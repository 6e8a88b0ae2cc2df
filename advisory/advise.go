package advisory

import (
	"fmt"
	"slices"

	"vigie/inventory"
)

// Advise says which recommendation rules hold of a subject on a day, and what they ask for, in the order of the rules;
// those that do not apply are left out. It reads and stores nothing. Facts that are not in [AllFacts], or of another
// type, are an error.
func (b *Book) Advise(subject inventory.SubjectKind, facts Facts, at inventory.Date) ([]inventory.Advice, error) {
	about, err := b.share(at)
	if err != nil {
		return nil, fmt.Errorf("advise: %w", err)
	}
	local, err := b.localLimits(at, about)
	if err != nil {
		return nil, fmt.Errorf("advise: %w", err)
	}
	if err := about.learn(facts); err != nil {
		return nil, fmt.Errorf("advise: %w", err)
	}
	about.settle(local, subject, nil)
	all := []inventory.Advice{}
	for i := range b.Advice {
		r := &b.Advice[i]
		if r.Subject != subject || !r.InForce(at) {
			continue
		}
		advice, err := r.advise(about)
		if err != nil {
			return nil, fmt.Errorf("advise: %s: %w", r.ID, err)
		}
		if advice.Verdict != string(VerdictNotApplicable) {
			all = append(all, advice)
		}
	}
	return all, nil
}

// share is what all subjects have in common on a day.
func (b *Book) share(at inventory.Date) (*bindings, error) {
	return b.language.share(b.limitsAt(at), at, b.Params.DefaultScale.Value)
}

// advising is one rule at work on one subject.
type advising struct {
	*AdviceRule
	about  *bindings
	at     evaluator
	advice inventory.Advice
}

// advise gives the advice of a rule. The error is an expression that cannot be worked out.
func (r *AdviceRule) advise(about *bindings) (inventory.Advice, error) {
	at, err := about.evaluator()
	if err != nil {
		return inventory.Advice{}, err
	}
	defer at.close()
	a := &advising{AdviceRule: r, about: about, at: at, advice: inventory.Advice{
		Rule: r.ID, Title: r.Title, Text: r.Advice, Basis: string(r.Basis), Reference: r.Reference, Edition: r.Edition,
		Verified: string(r.Verified), Caveat: r.Caveat, Specifications: []inventory.Specification{}, Missing: []string{},
		Evidence: []inventory.FactValue{},
	}}
	if err := a.decide(); err != nil {
		return inventory.Advice{}, err
	}
	return a.advice, nil
}

// decide gives the verdict, and what the rule asks for where it applies.
func (a *advising) decide() error {
	applies := a.inTerritory()
	if applies == answerYes {
		var err error
		if applies, err = a.ask(a.applies); err != nil {
			return err
		}
	}
	switch applies {
	case answerNo:
		a.advice.Verdict, a.advice.Missing = string(VerdictNotApplicable), []string{}
		return nil
	case answerUnknown:
		a.advice.Verdict = string(VerdictUnknown)
		a.show()
		return nil
	case answerYes:
	}
	a.advice.Verdict = string(VerdictApplies)
	for _, d := range a.Demands {
		if err := a.demand(d); err != nil {
			return err
		}
	}
	a.show()
	return nil
}

// demand adds what one demand asks for. What is missing to work it out is named, and the demand left out.
func (a *advising) demand(d Demand) error {
	if d.when != nil {
		if asked, err := a.ask(d.when); err != nil || asked != answerYes {
			return err
		}
	}
	spec := specificationNamed(d.Name)
	found := spec.blank()
	found.Rules = []string{a.ID}
	for _, b := range d.Bounds {
		value := b.fixed
		if value == nil {
			var err error
			if value, err = a.work(b.value); err != nil {
				return err
			}
			if value == nil {
				continue
			}
		}
		setBound(&found, b.Key, value)
	}
	if asksAnything(found) {
		a.advice.Specifications = addSpecification(a.advice.Specifications, found)
	}
	return nil
}

func (a *advising) ask(e *expression) (answer, error) {
	if e == nil {
		return answerYes, nil
	}
	decided, missing, err := e.decide(a.at)
	a.advice.Missing = addNew(a.advice.Missing, missing)
	return decided, err
}

// work works an expression out, as [Bound] has fixed values; it is nil when something is missing, which is noted.
func (a *advising) work(e *expression) (any, error) {
	value, missing, err := e.plain(a.at)
	a.advice.Missing = addNew(a.advice.Missing, missing)
	return value, err
}

// show gives the values of the facts that the rule asks for, as far as they are known.
func (a *advising) show() {
	for _, name := range a.facts {
		if value := a.about.facts[factIndex()[name]]; value != nil {
			a.advice.Evidence = append(a.advice.Evidence, factValue(name, value))
		}
	}
}

// inTerritory tells whether the rule holds where the subject is.
func (a *advising) inTerritory() answer {
	if len(a.Territory) == 0 {
		return answerYes
	}
	name := departmentFact(a.Subject)
	switch department, known := a.about.facts[factIndex()[name]].(string); {
	case !known:
		a.advice.Missing = append(a.advice.Missing, name)
		return answerUnknown
	case slices.Contains(a.Territory, department):
		return answerYes
	}
	return answerNo
}
