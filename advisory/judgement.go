package advisory

import (
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// judgement is the judgement of one subject, then of another.
type judgement struct {
	*bindings
	session *Session
	// own are the slots of the facts that were learnt of the subject.
	own []int
	// room is where the next evidence goes: few pieces of memory serve all findings.
	room []Evidence
	// turn counts the times that findings were given, from 1; changed has the turn at which each fact changed last, and
	// each limit that depends on the place.
	turn    int
	changed []int
	memory  memory
	// before are the last findings, by the numbers of their rules.
	before []precedent
}

// precedent is where the memory has the last finding of a rule. It holds as long as no fact of the rule changes.
type precedent struct {
	entry int
	holds bool
}

// roomSize is how many values a piece of memory holds: about what the findings of a camera show.
const roomSize = 64

// judgement gives one that knows what every subject shares. Of the last subject it may know the facts yet, see
// [judgement.learn].
func (s *Session) judgement() *judgement {
	j, used := s.idle.Get().(*judgement)
	if !used {
		j = &judgement{
			bindings: s.given.clone(), session: s, turn: 1,
			before: make([]precedent, s.count), changed: make([]int, len(s.given.values)), memory: newMemory(len(s.given.values)),
		}
		j.memory.forget(j.facts, j.limits)
	}
	return j
}

// rest keeps a judgement for the next subject.
func (s *Session) rest(j *judgement) {
	j.room = nil
	s.idle.Put(j)
}

// learn makes the facts of a subject known, and forgets those of the last one. Its errors are those of [bindings.learn].
func (j *judgement) learn(facts Facts) error {
	for _, slot := range j.own {
		if _, again := facts[j.language.names[slot]]; !again {
			j.unlearn(slot)
		}
	}
	j.own = j.own[:0]
	index := factIndex()
	for name, value := range facts {
		slot, isFact := index[name]
		if !isFact {
			return fmt.Errorf("%q is not a fact", name)
		}
		if err := j.set(slot, value); err != nil {
			return err
		}
		j.own = append(j.own, slot)
	}
	return nil
}

// forget leaves no fact known, and no finding remembered.
func (j *judgement) forget() {
	j.own = j.own[:0]
	for slot := range j.facts {
		j.unlearn(slot)
	}
	j.forgetFindings()
}

func (j *judgement) forgetFindings() {
	j.memory.forget(j.facts, j.limits)
	for i := range j.before {
		j.before[i].holds = false
	}
}

// unlearn makes a fact unknown.
func (j *judgement) unlearn(slot int) {
	if j.facts[slot] != nil {
		j.bindings.unlearn(slot)
		j.change(slot, 0)
	}
}

// set makes the value of a fact known, or unknown when it is nil. Its errors are those of [bindings.set].
func (j *judgement) set(slot int, value any) error {
	if sameFact(j.facts[slot], value) {
		return nil
	}
	j.change(slot, j.memory.number(value))
	return j.bindings.set(slot, value)
}

// change notes that a fact or a limit is not what it was, and its number: what depends on it is judged anew.
func (j *judgement) change(slot int, number int32) {
	j.changed[slot], j.memory.now[slot] = j.turn, number
	for _, number := range j.session.dependents[slot] {
		j.before[number].holds = false
	}
}

// findings adds the findings of some rules, all on one kind of subject, to a list, without their evidence. They are read
// only, and hold until facts are learnt, which is of another turn.
func (j *judgement) findings(rules []ruling, to []*Finding) ([]*Finding, error) {
	at, err := j.evaluator()
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer at.close()
	if j.memory.full() {
		j.forgetFindings()
	}
	if len(rules) > 0 {
		j.settle(j.session.local, rules[0].Subject, func(slot int) { j.change(slot, j.memory.limit(j.limits[slot])) })
	}
	for i := range rules {
		to = append(to, j.finding(&rules[i], at))
	}
	j.turn++
	return to, nil
}

// finding gives the finding of a rule, without its evidence; it may share what it points to with that of another subject.
func (j *judgement) finding(r *ruling, at evaluator) *Finding {
	last := &j.before[r.number]
	if !last.holds {
		var found bool
		if last.entry, found = j.memory.find(r); !found {
			f := &j.memory.entries[last.entry].finding
			*f = r.finding
			deciding{j, at, f}.decide(r.Rule)
		}
		last.holds = true
	}
	return &j.memory.entries[last.entry].finding
}

// remembered is the last finding of a rule in the memory.
func (j *judgement) remembered(r *ruling) *remembered {
	return &j.memory.entries[j.before[r.number].entry]
}

// sameFact tells whether two values of a fact are the same, and are written the same: 0 and −0 are not.
func sameFact(a, b any) bool {
	switch v := a.(type) {
	case float64:
		other, isNumber := b.(float64)
		return isNumber && math.Float64bits(v) == math.Float64bits(other)
	case []string:
		others, isList := b.([]string)
		return isList && slices.Equal(v, others)
	}
	if _, isList := b.([]string); isList {
		return false
	}
	return a == b
}

// evidence are the values that the rule shows.
func (j *judgement) evidence(r *ruling) []Evidence {
	if cap(j.room)-len(j.room) < len(r.evidence) {
		j.room = make([]Evidence, 0, max(roomSize, len(r.evidence)))
	}
	start := len(j.room)
	j.room = append(j.room, r.evidence...)
	shown := j.room[start:len(j.room):len(j.room)]
	for i, slot := range r.slots {
		switch {
		case slot < 0:
		case slot < len(j.facts):
			shown[i].Value = j.facts[slot]
		case j.limits[slot] != nil:
			shown[i] = j.limits[slot].evidence(shown[i].EvidenceName)
		}
	}
	return shown
}

// deciding is a rule at work on a subject.
type deciding struct {
	*judgement
	at      evaluator
	finding *Finding
}

// decide gives the verdict. A rule whose application is not decided is UNKNOWN, even when its requirement is met.
func (d deciding) decide(r *Rule) {
	applies := d.inTerritory(r)
	if applies == answerYes && r.applies != nil {
		applies = d.ask(r.applies)
	}
	switch applies {
	case answerNo:
		d.finding.Verdict, d.finding.Missing = VerdictNotApplicable, nil
		return
	case answerUnknown:
		d.finding.Verdict = VerdictUnknown
		d.ask(r.pass)
		return
	case answerYes:
	}
	switch d.ask(r.pass) {
	case answerYes:
		d.finding.Verdict = VerdictPass
	case answerNo:
		d.finding.Verdict = VerdictFail
		d.lessen(r)
	case answerUnknown:
		d.finding.Verdict = VerdictUnknown
	}
}

// lessen gives a breach its lesser severity. When it cannot be told whether the breach is less grave it keeps the full
// one, and what would tell is named: it is for the holder to show.
func (d deciding) lessen(r *Rule) {
	if r.Lesser != nil && d.ask(r.Lesser.when) == answerYes {
		d.finding.Severity, d.finding.Notes = r.Lesser.Severity, append(slices.Clip(d.finding.Notes), r.Lesser.Note)
	}
}

// ask evaluates one condition, and notes what is missing.
func (d deciding) ask(e *expression) answer {
	a, missing, err := e.decide(d.at)
	if d.finding.Missing == nil {
		d.finding.Missing = missing
	}
	for _, name := range missing {
		if !slices.Contains(d.finding.Missing, name) {
			d.finding.Missing = append(d.finding.Missing, name)
		}
	}
	if err != nil {
		d.finding.Fault = err.Error()
	}
	return a
}

// inTerritory tells whether the rule holds where the subject is.
func (d deciding) inTerritory(r *Rule) answer {
	if len(r.Territory) == 0 {
		return answerYes
	}
	name := departmentFact(r.Subject)
	switch department, known := d.facts[factIndex()[name]].(string); {
	case !known:
		d.finding.Missing = append(d.finding.Missing, name)
		return answerUnknown
	case slices.Contains(r.Territory, department):
		return answerYes
	}
	return answerNo
}

// departmentFact is the fact that tells where a subject is.
func departmentFact(s inventory.SubjectKind) string {
	switch s {
	case inventory.SubjectCamera:
		return "deployment.department"
	case SubjectNeed:
		return "project.department"
	case inventory.SubjectHolder, inventory.SubjectDeployment, inventory.SubjectArea, SubjectProject:
	}
	return string(s) + ".department"
}
