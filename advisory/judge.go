package advisory

import (
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// Verdict is what a rule says of a subject.
type Verdict string

// The verdicts.
const (
	VerdictPass          Verdict = "PASS"
	VerdictFail          Verdict = "FAIL"
	VerdictUnknown       Verdict = "UNKNOWN" // a fact is missing
	VerdictNotApplicable Verdict = "NOT_APPLICABLE"
)

// Verdicts are all verdicts.
func Verdicts() []Verdict {
	return []Verdict{VerdictPass, VerdictFail, VerdictUnknown, VerdictNotApplicable}
}

// Finding (constat) is one rule, one subject and one verdict, with what led to it.
type Finding struct {
	Rule    string         `json:"rule"`
	Title   inventory.Text `json:"title"`
	Verdict Verdict        `json:"verdict"`
	// Severity is of the breach, whatever the verdict; a lesser one where the rule says so.
	Severity  Severity `json:"severity"`
	Basis     Basis    `json:"basis"`
	Reference string   `json:"reference"`
	// Edition is which edition of the reference was read, Verified how far the rule was checked against it.
	Edition  string   `json:"edition"`
	Verified Verified `json:"verified"`
	// Scale is the level scale of the judgement, empty for a rule that does not ask for it.
	Scale    string     `json:"scale,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	// Missing names the facts that must be known to decide.
	Missing []string `json:"missing,omitempty"`
	// Notes are what the reader must know besides.
	Notes  []inventory.Text `json:"notes,omitempty"`
	Remedy inventory.Text   `json:"remedy"`
	// Fault is why an expression could not be worked out, in English; the verdict is then UNKNOWN.
	Fault string `json:"fault,omitempty"`
}

// Evidence is a value that led to a finding: of a fact, or of a limit of the book.
type Evidence struct {
	Name  string         `json:"name"`
	Label inventory.Text `json:"label"`
	Unit  string         `json:"unit,omitempty"`
	// Value is nil when it is unknown.
	Value any `json:"value"`
	// Source and Verified are of a limit.
	Source   string   `json:"source,omitempty"`
	Verified Verified `json:"verified,omitempty"`
}

// Session is a book on one day and by one level scale: the rules and limits in force. It may be shared by goroutines.
type Session struct {
	book   *Book
	scale  string
	limits map[string]LimitValue
	shared values
	rules  map[Subject][]*Rule
}

// On opens the book on a day. scale is the level scale that densities are judged by, empty for the book's own: two
// sessions give both verdicts. A day or a scale that there is not is an error.
func (b *Book) On(at inventory.Date, scale string) (*Session, error) {
	if scale == "" {
		scale = b.Params.DefaultScale.Value
	}
	if _, known := b.Scale(scale); !known {
		return nil, fmt.Errorf("audit: the book has no scale %q", scale)
	}
	s := &Session{book: b, scale: scale, limits: b.limitsAt(at), rules: map[Subject][]*Rule{}}
	var err error
	if s.shared, err = b.language.share(s.limits, at, scale); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for i := range b.Rules {
		if r := &b.Rules[i]; r.InForce(at) {
			s.rules[r.Subject] = append(s.rules[r.Subject], r)
		}
	}
	return s, nil
}

// Judge gives the finding of every rule on the subject, in the order of the rules. It reads and stores nothing. Facts
// that are not in [AllFacts], or of another type, are an error.
func (s *Session) Judge(subject Subject, facts Facts) ([]Finding, error) {
	bound, err := s.book.language.bind(facts, s.shared)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	j := judgement{Session: s, facts: facts, bound: bound}
	findings := make([]Finding, len(s.rules[subject]))
	for i, r := range s.rules[subject] {
		findings[i] = j.finding(r)
	}
	return findings, nil
}

// judgement is the judgement of one subject.
type judgement struct {
	*Session
	facts Facts
	bound *bindings
}

func (j *judgement) finding(r *Rule) Finding {
	f := Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity, Basis: r.Basis, Reference: r.Reference, Edition: r.Edition,
		Verified: r.Verified, Remedy: r.Remedy, Notes: r.notes,
	}
	if r.usesScale {
		f.Scale = j.scale
	}
	j.decide(r, &f)
	if f.Verdict != VerdictNotApplicable {
		f.Evidence = j.evidence(r)
	}
	return f
}

// decide gives the verdict. A rule whose application is not decided is UNKNOWN, even when its requirement is met.
func (j *judgement) decide(r *Rule, f *Finding) {
	applies := j.inTerritory(r, f)
	if applies == answerYes && r.applies != nil {
		applies = j.ask(r.applies, f)
	}
	switch applies {
	case answerNo:
		f.Verdict, f.Missing = VerdictNotApplicable, nil
		return
	case answerUnknown:
		f.Verdict = VerdictUnknown
		j.ask(r.pass, f)
		return
	case answerYes:
	}
	switch j.ask(r.pass, f) {
	case answerYes:
		f.Verdict = VerdictPass
	case answerNo:
		f.Verdict = VerdictFail
		j.lessen(r, f)
	case answerUnknown:
		f.Verdict = VerdictUnknown
	}
}

// lessen gives a breach its lesser severity. When it cannot be told whether the breach is less grave it keeps the full
// one, and what would tell is named: it is for the holder to show.
func (j *judgement) lessen(r *Rule, f *Finding) {
	if r.Lesser != nil && j.ask(r.Lesser.when, f) == answerYes {
		f.Severity, f.Notes = r.Lesser.Severity, append(slices.Clip(f.Notes), r.Lesser.Note)
	}
}

// ask evaluates one condition, and notes what is missing.
func (j *judgement) ask(e *expression, f *Finding) answer {
	a, missing, err := e.decide(j.bound)
	for _, name := range missing {
		if !slices.Contains(f.Missing, name) {
			f.Missing = append(f.Missing, name)
		}
	}
	if err != nil {
		f.Fault = err.Error()
	}
	return a
}

// inTerritory tells whether the rule holds where the subject is.
func (j *judgement) inTerritory(r *Rule, f *Finding) answer {
	if len(r.Territory) == 0 {
		return answerYes
	}
	name := departmentFact(r.Subject)
	switch department, known := j.facts[name].(string); {
	case !known:
		f.Missing = append(f.Missing, name)
		return answerUnknown
	case slices.Contains(r.Territory, department):
		return answerYes
	}
	return answerNo
}

// departmentFact is the fact that tells where a subject is.
func departmentFact(s Subject) string {
	if s == SubjectCamera {
		return "deployment.department"
	}
	return string(s) + ".department"
}

// evidence are the values that the rule shows.
func (j *judgement) evidence(r *Rule) []Evidence {
	shown := slices.Clone(r.shows)
	for i := range shown {
		limit, isLimit := strings.CutPrefix(shown[i].Name, limitRoot)
		if !isLimit {
			shown[i].Value = j.facts[shown[i].Name]
			continue
		}
		value := j.limits[limit]
		shown[i].Value, shown[i].Source, shown[i].Verified = value.Value, value.Source, value.Verified
	}
	return shown
}

// prepare works out what is the same in every finding of the rule: its notes, and which values it shows.
func (r *Rule) prepare(b *Book) {
	if r.Caveat != nil {
		r.notes = []inventory.Text{*r.Caveat}
	}
	for _, name := range r.Evidence {
		fact := factNamed(name)
		if fact == nil {
			continue // a fault of the rule, told where it was read
		}
		r.shows = append(r.shows, Evidence{Name: name, Label: fact.Label, Unit: fact.Unit})
	}
	for _, e := range r.expressions() {
		r.usesScale = r.usesScale || e.usesScale
		for _, name := range e.limits {
			limit := b.limit(name)
			shown := Evidence{Name: limitRoot + name, Label: limit.Label, Unit: limit.Unit}
			if !slices.ContainsFunc(r.shows, func(s Evidence) bool { return s.Name == shown.Name }) {
				r.shows = append(r.shows, shown)
			}
		}
	}
}
