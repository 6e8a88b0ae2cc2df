package advisory

import (
	"fmt"
	"math"
	"slices"

	"cel.dev/cel-go/interpreter"

	"vigie/inventory"
)

// judgement is the judgement of one subject, then of another.
type judgement struct {
	*bindings
	local []localLimit
	// own are the slots of the facts that were learnt of the subject.
	own   []int
	frame *interpreter.ExecutionFrame
	// room is where the next evidence goes: few pieces of memory serve all findings.
	room []Evidence
	// turn counts the times that findings were given, from 1; changed has the turn at which each fact changed last, and
	// each limit that depends on the place.
	turn    int
	changed []int
	// before are the last findings, by the numbers of their rules.
	before []precedent
}

// precedent is the last finding of a rule, and its turn, 0 without one. It holds as long as no fact of the rule changes.
type precedent struct {
	turn    int
	finding Finding
}

// roomSize is how many values a piece of memory holds: about what the findings of a camera show.
const roomSize = 64

// judgement gives one that knows what every subject shares. Of the last subject it may know the facts yet, see
// [judgement.learn].
func (s *Session) judgement() *judgement {
	j, used := s.idle.Get().(*judgement)
	if !used {
		j = &judgement{
			bindings: s.given.clone(), local: s.local, turn: 1,
			before: make([]precedent, s.count), changed: make([]int, len(s.given.values)),
		}
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

// forget leaves no fact known.
func (j *judgement) forget() {
	j.own = j.own[:0]
	for slot := range j.facts {
		j.unlearn(slot)
	}
}

// unlearn makes a fact unknown.
func (j *judgement) unlearn(slot int) {
	if j.facts[slot] != nil {
		j.values[slot], j.facts[slot], j.changed[slot] = j.language.unknown[slot], nil, j.turn
	}
}

// set makes the value of a fact known, or unknown when it is nil. Its errors are those of [bindings.set].
func (j *judgement) set(slot int, value any) error {
	if sameFact(j.facts[slot], value) {
		return nil
	}
	j.changed[slot] = j.turn
	return j.bindings.set(slot, value)
}

// findings adds the findings of some rules, all on one kind of subject, to a list, without their evidence. What is learnt
// afterwards is of another turn.
func (j *judgement) findings(rules []ruling, to []Finding) ([]Finding, error) {
	frame, err := interpreter.NewExecutionFrame(j.bindings)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer frame.Close()
	j.frame = frame
	if len(rules) > 0 {
		j.settle(j.local, rules[0].Subject, func(slot int) { j.changed[slot] = j.turn })
	}
	for i := range rules {
		to = append(to, j.finding(&rules[i]))
	}
	j.turn++
	return to, nil
}

// finding gives the finding of a rule, without its evidence; it may share what it points to with that of another subject.
func (j *judgement) finding(r *ruling) Finding {
	last := &j.before[r.number]
	if last.turn > 0 && j.holds(r, last.turn) {
		return last.finding
	}
	f := r.finding
	j.decide(r.Rule, &f)
	last.turn, last.finding = j.turn, f
	return f
}

// holds tells whether no fact of a rule has changed since a turn.
func (j *judgement) holds(r *ruling, turn int) bool {
	for _, slot := range r.asks {
		if j.changed[slot] > turn {
			return false
		}
	}
	return true
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
	a, missing, err := e.decide(j.frame)
	if f.Missing == nil {
		f.Missing = missing
	}
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
	switch department, known := j.facts[factIndex()[name]].(string); {
	case !known:
		f.Missing = append(f.Missing, name)
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
