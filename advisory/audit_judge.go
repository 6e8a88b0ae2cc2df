package advisory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"vigie/inventory"
)

// Judge gives the verdict of every rule in force on everything in the dossier. others are sessions of the same book with
// other level scales: what they say of the rules that ask for a scale is told beside. It reads and stores nothing.
func (d *Dossier) Judge(sessions ...*Session) (inventory.Audit, error) {
	rules := sessions[0].count
	h := &hearing{
		Dossier: d, rules: sessions[0].byID(), last: make([]lastGroup, rules), unknowns: unknowns{},
		ranks: make(map[[sha256.Size]byte]int, usualGroups*rules), values: make([]heardValue, len(sessions[0].given.values)),
		closed: sessions[0].closed,
	}
	var err error
	if h.court, err = convene(sessions, d.computed.facts, h.note); err != nil {
		return inventory.Audit{}, err
	}
	defer h.adjourn()
	if err := h.hearAll(); err != nil {
		return inventory.Audit{}, err
	}
	s := sessions[0]
	result := inventory.AuditResult{
		Software: d.software, Book: s.book.Edition, BookHash: s.book.Hash, InputHash: d.hash, Scale: s.scale,
		Subject: d.subject, Subjects: h.subjects, Findings: h.sorted(), Rules: h.auditedRules(),
		Unknowns: h.unknowns.list(), Assumptions: d.computed.assumptions, Warnings: append(slices.Clip(d.computed.warnings), h.strays()...),
	}
	result.Facts = h.auditedFacts(result.Unknowns)
	result.Score = h.score(result)
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
	rules map[string]*Rule
	// subjects are all that was judged, keys their keys.
	subjects []inventory.AuditSubject
	keys     []string
	// findings are the groups of subjects of which the same holds, members the ranks of these subjects in keys, ranks the
	// places of the groups by what holds.
	findings []*inventory.AuditFinding
	members  [][]int32
	ranks    map[[sha256.Size]byte]int
	// last are the last groups of the rules, by their numbers.
	last     []lastGroup
	unknowns unknowns
	// values are those of facts and limits, by their slots.
	values []heardValue
	closed []bool // the values are words that mean something
	text   []byte // room for what makes a finding
	room   []inventory.FactValue
}

// lastGroup is the group of the last subject that a rule judged, and the turn of its finding, see [court.turn].
type lastGroup struct{ turn, rank int }

// usualGroups is how many groups a rule makes, about.
const usualGroups = 2

// hearAll judges everything: holders, deployments, cameras and their heads, areas.
func (h *hearing) hearAll() error {
	for _, holder := range h.holders {
		if err := h.hearHolder(holder); err != nil {
			return err
		}
	}
	byDeployment := map[inventory.ID][]*inventory.Camera{}
	for i := range h.cameras {
		of := h.cameras[i].Deployment
		byDeployment[of] = append(byDeployment[of], &h.cameras[i])
	}
	for _, deployment := range h.deployments {
		if err := h.hearSystem(deployment, byDeployment[deployment.ID]); err != nil {
			return err
		}
		delete(byDeployment, deployment.ID)
	}
	for _, of := range slices.Sorted(maps.Keys(byDeployment)) {
		for _, camera := range byDeployment[of] {
			if err := h.hearAlone(camera); err != nil {
				return err
			}
		}
	}
	for _, area := range h.areas {
		if err := h.hearArea(area); err != nil {
			return err
		}
	}
	return nil
}

// hearSystem judges a deployment, then its cameras.
func (h *hearing) hearSystem(deployment inventory.Deployment, cameras []*inventory.Camera) error {
	if err := h.hearDeployment(h.holder(deployment.Holder), deployment, h.of[deployment.ID]); err != nil {
		return err
	}
	for _, camera := range cameras {
		if err := h.hearCamera(camera); err != nil {
			return err
		}
	}
	return nil
}

// hearAlone judges a camera of which no deployment is known.
func (h *hearing) hearAlone(camera *inventory.Camera) error {
	if err := h.enter(h.holder(camera.Holder)); err != nil {
		return err
	}
	return h.hearCamera(camera)
}

func (d *Dossier) holder(id inventory.ID) inventory.Holder {
	i, found := slices.BinarySearchFunc(d.holders, id, func(h inventory.Holder, id inventory.ID) int { return cmp.Compare(h.ID, id) })
	if !found {
		return inventory.Holder{}
	}
	return d.holders[i]
}

// note takes the findings of a subject down.
func (h *hearing) note(subject inventory.AuditSubject, verdicts [][]Finding) {
	key := subject.Key()
	if n := len(h.keys); n == 0 || h.keys[n-1] != key {
		h.subjects, h.keys = append(h.subjects, subject), append(h.keys, key)
	}
	self := int32(len(h.keys) - 1) //nolint:gosec // an audit has fewer subjects than a store has records
	for i := range verdicts[0] {
		f, rule := &verdicts[0][i], &h.rulings[i]
		for _, name := range f.Missing {
			h.noteUnknown(name, key, &h.at)
		}
		last := &h.last[rule.number]
		if turn := h.turn(rule); last.turn != turn {
			last.turn, last.rank = turn, h.group(rule, f, h.others(f, i, verdicts))
		}
		h.members[last.rank] = append(h.members[last.rank], self)
	}
}

// others are the verdicts by other level scales, of a rule that asks for one.
func (h *hearing) others(f *Finding, i int, verdicts [][]Finding) []inventory.ScaleVerdict {
	if f.Scale == "" {
		return nil
	}
	var others []inventory.ScaleVerdict
	for k, session := range h.sessions[1:] {
		other := &verdicts[k+1][i]
		others = append(others, inventory.ScaleVerdict{
			Scale: session.scale, Verdict: string(other.Verdict), Severity: string(other.Severity),
		})
	}
	return others
}

// group gives the place of the findings of which the same holds as of one, which are none yet when it is new.
func (h *hearing) group(rule *ruling, f *Finding, others []inventory.ScaleVerdict) int {
	slots := rule.audited.asks
	if f.Verdict == VerdictNotApplicable {
		slots = rule.audited.applies
	}
	state := sha256.Sum256(h.describe(rule, f, others, slots))
	if rank, known := h.ranks[state]; known {
		return rank
	}
	rank := len(h.findings)
	h.ranks[state] = rank
	finding := &inventory.AuditFinding{
		Rule: f.Rule, Severity: string(f.Severity), Verdict: string(f.Verdict),
		Scale: f.Scale, Others: others, Missing: f.Missing, Fault: f.Fault, State: hex.EncodeToString(state[:8]),
	}
	if f.Verdict != VerdictNotApplicable {
		finding.Notes = f.Notes
	}
	finding.Evidence = h.evidence(slots)
	h.findings, h.members = append(h.findings, finding), append(h.members, nil)
	return rank
}

// describe writes all that makes a finding what it is.
func (h *hearing) describe(rule *ruling, f *Finding, others []inventory.ScaleVerdict, slots []int) []byte {
	text := append(append(h.text[:0], f.Rule...), '\n')
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
	h.text = text
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

// sorted are the findings in the order of [inventory.AuditResult.Findings].
func (h *hearing) sorted() []inventory.AuditFinding {
	verdicts := []Verdict{VerdictFail, VerdictUnknown, VerdictPass, VerdictNotApplicable}
	type ranked struct{ grave, finding int }
	order := make([]ranked, len(h.findings))
	for i, f := range h.findings {
		order[i] = ranked{slices.Index(Severities(), Severity(f.Severity))*len(verdicts) + slices.Index(verdicts, Verdict(f.Verdict)), i}
	}
	slices.SortStableFunc(order, func(a, b ranked) int {
		return cmp.Or(a.grave-b.grave, strings.Compare(h.findings[a.finding].Rule, h.findings[b.finding].Rule))
	})
	findings := make([]inventory.AuditFinding, len(order))
	for i, r := range order {
		findings[i] = *h.findings[r.finding]
		findings[i].Subjects = make([]string, len(h.members[r.finding]))
		for k, member := range h.members[r.finding] {
			findings[i].Subjects[k] = h.keys[member]
		}
	}
	return findings
}
