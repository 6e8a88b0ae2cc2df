package advisory

import (
	"fmt"
	"slices"
	"sync"

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
	// VerdictApplies says that a recommendation rule holds of a subject; its others are VerdictUnknown and
	// VerdictNotApplicable.
	VerdictApplies Verdict = "APPLIES"
)

// Verdicts are all verdicts of audit rules.
func Verdicts() []Verdict {
	return []Verdict{VerdictPass, VerdictFail, VerdictUnknown, VerdictNotApplicable}
}

// Finding (constat) is one rule, one subject and one verdict, with what led to it. Findings may share what they point to:
// it is read only.
type Finding struct {
	*FindingRule
	Verdict Verdict `json:"verdict"`
	// Severity is of the breach, whatever the verdict; a lesser one where the rule says so.
	Severity Severity   `json:"severity"`
	Evidence []Evidence `json:"evidence,omitempty"`
	// Missing names the facts that must be known to decide.
	Missing []string `json:"missing,omitempty"`
	// Notes are what the reader must know besides.
	Notes []inventory.Text `json:"notes,omitempty"`
	// Fault is why an expression could not be worked out, in English; the verdict is then UNKNOWN.
	Fault string `json:"fault,omitempty"`
}

// FindingRule is what all findings of a rule have in common.
type FindingRule struct {
	Rule      string         `json:"rule"`
	Title     inventory.Text `json:"title"`
	Basis     Basis          `json:"basis"`
	Reference string         `json:"reference"`
	// Edition is which edition of the reference was read, Verified how far the rule was checked against it.
	Edition  string   `json:"edition"`
	Verified Verified `json:"verified"`
	// Scale is the level scale of the judgement, empty for a rule that does not ask for it.
	Scale  string         `json:"scale,omitempty"`
	Remedy inventory.Text `json:"remedy"`
}

// Evidence is a value that led to a finding: of a fact, or of a limit of the book.
type Evidence struct {
	*EvidenceName
	// Value is nil when it is unknown.
	Value any `json:"value"`
}

// EvidenceName is what a value that is shown means.
type EvidenceName struct {
	Name  string         `json:"name"`
	Label inventory.Text `json:"label"`
	Unit  string         `json:"unit,omitempty"`
	// Source and Verified are of a limit.
	Source   string   `json:"source,omitempty"`
	Verified Verified `json:"verified,omitempty"`
}

// Session is a book on one day and by one level scale: the rules and limits in force. It may be shared by goroutines.
type Session struct {
	book  *Book
	scale string
	rules map[inventory.SubjectKind][]ruling
	// rolls are the same, as they are judged together.
	rolls [rollCount][]ruling
	// count is how many rules there are; asked tells, by the slots of facts, whether they ask for one, dependents are the
	// numbers of those of which the findings depend on a fact, or on a limit that depends on the place.
	count      int
	asked      []bool
	dependents [][]int
	// slots are those of the facts asked for, by the kind of subject.
	slots map[inventory.SubjectKind][]int
	// closed tells, by the slots of facts and limits, whether the values are words that mean something to a reader.
	closed []bool
	// given is what every subject shares: limits, the day and the scale; local are the limits that depend on the place.
	given *bindings
	local []localLimit
	// idle are judgements to be used again, used are [notes].
	idle, used *sync.Pool
}

// roll is a list of rules that are judged on one subject after the other.
type roll int

const (
	holderRoll roll = iota
	deploymentRoll
	bodyRoll // the rules on a camera that are judged once for it
	headRoll // those judged for each of its heads
	areaRoll
	rollCount int = iota
)

// roll is the one that an audit rule stands on.
func (r *Rule) roll() roll {
	switch {
	case r.PerHead:
		return headRoll
	case r.Subject == inventory.SubjectCamera:
		return bodyRoll
	case r.Subject == inventory.SubjectHolder:
		return holderRoll
	case r.Subject == inventory.SubjectDeployment:
		return deploymentRoll
	}
	return areaRoll
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
	on := opening{at, scale}
	if held := b.opened.get(b, on); held != nil {
		return held, nil
	}
	s, err := b.open(at, scale)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	b.opened.put(s, on)
	return s, nil
}

// open makes the session of a day and a scale.
func (b *Book) open(at inventory.Date, scale string) (*Session, error) {
	given, err := b.language.share(b.limitsAt(at), at, scale)
	if err != nil {
		return nil, err
	}
	s := &Session{book: b, scale: scale, rules: map[inventory.SubjectKind][]ruling{}, given: given, idle: &sync.Pool{}, used: &sync.Pool{}}
	if s.local, err = b.localLimits(at, given); err != nil {
		return nil, err
	}
	for i := range b.Rules {
		if r := &b.Rules[i]; r.InForce(at) {
			ruled := s.ruling(r)
			ruled.number = s.count
			s.count++
			s.rules[r.Subject] = append(s.rules[r.Subject], ruled)
			s.rolls[r.roll()] = append(s.rolls[r.roll()], ruled)
		}
	}
	s.noteAsked()
	for _, name := range b.language.names {
		s.closed = append(s.closed, b.isClosed(name))
	}
	return s, nil
}

// noteAsked notes the facts that rules ask for, or that limits depend on.
func (s *Session) noteAsked() {
	s.asked, s.dependents = make([]bool, len(s.given.values)), make([][]int, len(s.given.values))
	for kind, rules := range s.rules {
		for _, r := range rules {
			for _, slot := range r.asks {
				s.asked[slot], s.dependents[slot] = true, append(s.dependents[slot], r.number)
			}
		}
		if place, known := factIndex()[departmentFact(kind)]; known && len(s.local) > 0 {
			s.asked[place] = true
		}
	}
	s.slots = slotsOf(func(slot int) bool { return s.asked[slot] })
}

// slotsOf are the slots of the facts that are wanted, by the kind of their subject.
func slotsOf(wanted func(slot int) bool) map[inventory.SubjectKind][]int {
	slots, table := map[inventory.SubjectKind][]int{}, factTable()
	for i := range table {
		if subject := table[i].Subject; wanted(i) {
			slots[subject] = append(slots[subject], i)
		}
	}
	return slots
}

// Judge gives the finding of every rule on the subject, in the order of the rules. It reads and stores nothing. Facts
// that are not in [AllFacts], or of another type, are an error.
func (s *Session) Judge(subject inventory.SubjectKind, facts Facts) ([]Finding, error) {
	return s.judge(s.rules[subject], facts)
}

// judge gives the findings of some rules, with their evidence.
func (s *Session) judge(rules []ruling, facts Facts) ([]Finding, error) {
	j := s.judgement()
	if err := j.learn(facts); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer s.rest(j)
	found, err := j.findings(rules, make([]*Finding, 0, len(rules)))
	findings := make([]Finding, len(found))
	for i, one := range found {
		findings[i] = *one
		if one.Verdict != VerdictNotApplicable {
			findings[i].Evidence = j.evidence(&rules[i])
		}
	}
	return findings, err
}

// ruling is a rule in a session, with what all its findings there have in common.
type ruling struct {
	*Rule
	// finding lacks the verdict, and the evidence what is known of the subject. slots are where the facts shown stand, and
	// the limits that depend on the place; -1 for another limit.
	finding  Finding
	evidence []Evidence
	slots    []int
	// asks are where all facts stand that the findings depend on, and the limits that depend on the place.
	asks []int
	// number is its place among those of the session.
	number int
}

func (s *Session) ruling(r *Rule) ruling {
	about := &FindingRule{
		Rule: r.ID, Title: r.Title, Basis: r.Basis, Reference: r.Reference, Edition: r.Edition, Verified: r.Verified, Remedy: r.Remedy,
	}
	if r.usesScale {
		about.Scale = s.scale
	}
	ruled := ruling{Rule: r, asks: r.asks(), finding: Finding{FindingRule: about, Severity: r.Severity, Notes: r.notes}}
	for _, name := range r.shows {
		slot := s.given.language.slots[name.Name]
		shown := Evidence{EvidenceName: name}
		switch limit := s.given.limits[slot]; {
		case limit == nil:
		case s.dependsOnPlace(slot):
			ruled.asks = append(ruled.asks, slot)
		default:
			shown, slot = limit.evidence(name), -1
		}
		ruled.slots, ruled.evidence = append(ruled.slots, slot), append(ruled.evidence, shown)
	}
	return ruled
}

// evidence is the value of a limit, with its source.
func (v *LimitValue) evidence(of *EvidenceName) Evidence {
	name := *of
	name.Source, name.Verified = v.Source, v.Verified
	return Evidence{EvidenceName: &name, Value: v.Value}
}

// asks gives where the facts stand that the findings of the rule depend on.
func (r *Rule) asks() []int {
	var slots []int
	add := func(name string) {
		if i, isFact := factIndex()[name]; isFact && !slices.Contains(slots, i) {
			slots = append(slots, i)
		}
	}
	for _, shown := range r.shows {
		add(shown.Name)
	}
	for _, e := range r.expressions() {
		for _, name := range e.facts {
			add(name)
		}
	}
	if len(r.Territory) > 0 {
		add(departmentFact(r.Subject))
	}
	return slots
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
		r.shows = append(r.shows, &EvidenceName{Name: name, Label: fact.Label, Unit: fact.Unit})
	}
	for _, e := range r.expressions() {
		r.usesScale = r.usesScale || e.usesScale
		for _, name := range e.limits {
			limit := b.limit(name)
			shown := &EvidenceName{Name: limitRoot + name, Label: limit.Label, Unit: limit.Unit}
			if !slices.ContainsFunc(r.shows, func(s *EvidenceName) bool { return s.Name == shown.Name }) {
				r.shows = append(r.shows, shown)
			}
		}
	}
	r.audited = r.audit(b.language)
}
