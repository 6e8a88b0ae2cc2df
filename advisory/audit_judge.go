package advisory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"vigie/inventory"
)

// Judge gives the verdict of every rule in force on everything in the dossier. others are sessions of the same book with
// other level scales: what they say of the rules that ask for a scale is told beside. It reads and stores nothing.
func (d *Dossier) Judge(sessions ...*Session) (inventory.Audit, error) {
	s := sessions[0]
	h := &hearing{Dossier: d, notes: s.takeNotes(), unknowns: unknowns{}}
	defer s.putBack(h.notes)
	var err error
	if h.court, err = convene(sessions, d.computed.facts, h.note); err != nil {
		return inventory.Audit{}, err
	}
	defer h.adjourn()
	if err := h.hearAll(d); err != nil {
		return inventory.Audit{}, err
	}
	order := h.order()
	result := inventory.AuditResult{
		Software: d.software, Book: s.book.Edition, BookHash: s.book.Hash, InputHash: d.hash, Scale: s.scale,
		Subject: d.subject, Subjects: h.subjects, Findings: h.findings(order), Rules: h.auditedRules(),
		Unknowns: h.unknowns.list(), Assumptions: append([]inventory.Assumption{}, d.computed.assumptions...),
		Warnings: append(append([]inventory.Warning{}, d.computed.warnings...), h.strays()...),
	}
	result.Facts = h.auditedFacts(result.Unknowns)
	result.Score = h.score(result, order)
	id := inventory.DeriveID("audit", d.hash, s.book.Hash)
	return inventory.Audit{ID: id, Request: d.request, Result: result}, nil
}

// strays warns of cameras that no deployment holds: the rules on deployments say nothing of them.
func (h *hearing) strays() []inventory.Warning {
	strays := map[inventory.ID]bool{}
	for _, s := range h.subjects {
		if s.Kind == inventory.SubjectCamera && s.Deployment == "" {
			strays[s.ID] = true
		}
	}
	if len(strays) == 0 {
		return nil
	}
	var w warnings
	w.add("cameras_without_deployment", fr(len(strays), "caméra n’est rattachée", "caméras ne sont rattachées")+
		" à aucun système : leur autorisation, leur dossier et leur exploitation ne sont pas jugés.",
		en(len(strays), "camera belongs", "cameras belong")+" to no deployment: the authorisation, the file and the operation are not judged.")
	return w
}

// hearing is an audit under way.
type hearing struct {
	*Dossier
	*court
	notes *notes
	// subjects are all that was judged; keys are theirs by the rolls they were judged by, each in the order in which it was.
	subjects []inventory.AuditSubject
	keys     [rollCount][]string
	unknowns unknowns
	room     []inventory.FactValue
}

func (d *Dossier) holder(id inventory.ID) inventory.Holder {
	i, found := slices.BinarySearchFunc(d.holders, id, func(h inventory.Holder, id inventory.ID) int { return cmp.Compare(h.ID, id) })
	if !found {
		return inventory.Holder{}
	}
	return d.holders[i]
}

// note takes the findings of a subject down.
func (h *hearing) note(subject inventory.AuditSubject, verdicts [][]*Finding) {
	key := subject.Key()
	if n := len(h.subjects); n == 0 || h.notes.key != key {
		h.subjects, h.notes.key = append(h.subjects, subject), key
	}
	at, rules := len(h.keys[h.roll]), h.sessions[0].rolls[h.roll]
	h.keys[h.roll] = append(h.keys[h.roll], key)
	for i, f := range verdicts[0] {
		rule := &rules[i]
		last := &h.notes.runs[rule.number]
		if now := h.remembered(rule); last.serial != now.serial {
			if now.rank < 0 {
				now.rank = h.group(rule, f, h.others(f, i, verdicts))
			}
			if last.serial == 0 || last.rank != now.rank {
				h.notes.end(last, at)
				last.rank, last.from = now.rank, at
			}
			last.serial = now.serial
		}
		for _, name := range h.notes.groups[last.rank].toNote {
			h.noteUnknown(name, key, &h.at)
		}
	}
}

// others are the verdicts by other level scales, of a rule that asks for one.
func (h *hearing) others(f *Finding, i int, verdicts [][]*Finding) []inventory.ScaleVerdict {
	if f.Scale == "" {
		return nil
	}
	var others []inventory.ScaleVerdict
	for k, session := range h.sessions[1:] {
		other := verdicts[k+1][i]
		others = append(others, inventory.ScaleVerdict{
			Scale: session.scale, Verdict: string(other.Verdict), Severity: string(other.Severity),
		})
	}
	return others
}

// group gives the rank of the group of subjects of which the same holds as of one, which is new when there is none.
func (h *hearing) group(rule *ruling, f *Finding, others []inventory.ScaleVerdict) int {
	slots := rule.audited.asks
	if f.Verdict == VerdictNotApplicable {
		slots = rule.audited.applies
	}
	state := sha256.Sum256(h.describe(rule, f, others, slots))
	if rank, known := h.notes.ranks[state]; known {
		return rank
	}
	rank := len(h.notes.groups)
	h.notes.ranks[state] = rank
	g := noted{
		rule: rule, verdict: f.Verdict, severity: f.Severity, others: others, missing: f.Missing, fault: f.Fault,
		state: [stateBytes]byte(state[:]), evidence: h.evidence(slots), toNote: h.toNote(f.Missing),
	}
	if f.Verdict != VerdictNotApplicable {
		g.notes = f.Notes
	}
	h.notes.groups = append(h.notes.groups, g)
	return rank
}

// describe writes all that makes a finding what it is.
func (h *hearing) describe(rule *ruling, f *Finding, others []inventory.ScaleVerdict, slots []int) []byte {
	text := append(append(h.notes.text[:0], f.Rule...), '\n')
	for _, part := range [...]string{string(f.Verdict), string(f.Severity), f.Scale, f.Fault} {
		text = append(append(text, part...), '\n')
	}
	for _, name := range f.Missing {
		text = append(append(text, name...), ' ')
	}
	for _, o := range others {
		text = append(append(append(append(text, '\n'), o.Scale...), o.Verdict...), o.Severity...)
	}
	for _, slot := range slots {
		text = append(append(text, '\n'), h.heard(slot).text...)
	}
	text = append(text, rule.audited.demands[:]...)
	h.notes.text = text
	return text
}

// roomForValues is how many values a piece of memory holds.
const roomForValues = 512

// evidence are the values at some slots; nil when there are none.
func (h *hearing) evidence(slots []int) []inventory.FactValue {
	if len(slots) == 0 {
		return nil
	}
	if cap(h.room)-len(h.room) < len(slots) {
		h.room = make([]inventory.FactValue, 0, max(roomForValues, len(slots)))
	}
	start := len(h.room)
	for _, slot := range slots {
		h.room = append(h.room, h.show(slot))
	}
	return h.room[start:len(h.room):len(h.room)]
}

// order gives the ranks of the groups in the order of [inventory.AuditResult.Findings].
func (h *hearing) order() []int {
	h.notes.endAll(h.sessions[0], &h.keys)
	verdicts, severities, rules := []Verdict{VerdictFail, VerdictUnknown, VerdictPass, VerdictNotApplicable}, Severities(), h.sessions[0].count
	type ranked struct{ grave, rank int }
	order := make([]ranked, len(h.notes.groups))
	for rank := range h.notes.groups {
		g := &h.notes.groups[rank]
		grave := slices.Index(severities, g.severity)*len(verdicts) + slices.Index(verdicts, g.verdict)
		order[rank] = ranked{grave*rules + g.rule.number, rank} // rules are numbered in the order of their identifiers
	}
	slices.SortFunc(order, func(a, b ranked) int { return cmp.Or(a.grave-b.grave, a.rank-b.rank) })
	ranks := make([]int, len(order))
	for i, r := range order {
		ranks[i] = r.rank
	}
	return ranks
}

// findings are the groups in an order of their ranks.
func (h *hearing) findings(order []int) []inventory.AuditFinding {
	findings, states := make([]inventory.AuditFinding, len(order)), h.states()
	for i, rank := range order {
		g := &h.notes.groups[rank]
		findings[i] = inventory.AuditFinding{
			Rule: g.rule.ID, Severity: string(g.severity), Verdict: string(g.verdict), Scale: g.rule.finding.Scale,
			Subjects: g.subjects(h.keys[g.rule.roll()]), Others: g.others, Evidence: g.evidence, Missing: g.missing, Notes: g.notes,
			Fault: g.fault, State: states[rank*2*stateBytes:][:2*stateBytes],
		}
	}
	return findings
}

// states are those of all groups by their ranks, in hexadecimal, in one text.
func (h *hearing) states() string {
	text := make([]byte, 0, 2*stateBytes*len(h.notes.groups))
	for i := range h.notes.groups {
		text = hex.AppendEncode(text, h.notes.groups[i].state[:])
	}
	return string(text)
}
