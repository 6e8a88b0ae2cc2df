package advisory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// Judge gives the verdict of every rule in force on everything in the dossier. others are sessions of the same book with
// other level scales: what they say of the rules that ask for a scale is told beside. It reads and stores nothing.
func (d *Dossier) Judge(sessions ...*Session) (inventory.Audit, error) {
	rules := sessions[0].count
	h := &hearing{
		Dossier: d, rules: sessions[0].byID(), last: make([]lastGroup, rules), unknowns: unknowns{},
		ranks: make(map[string]int, usualGroups*rules),
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
	result.Facts = h.auditedFacts(result)
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
	rules    map[string]*Rule
	subjects []inventory.AuditSubject
	// findings are the groups of subjects of which the same holds, ranks their places by what holds.
	findings []*inventory.AuditFinding
	ranks    map[string]int
	// last are the last groups of the rules, by their numbers.
	last     []lastGroup
	unknowns unknowns
	text     []byte // room for the keys of ranks
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
	if n := len(h.subjects); n == 0 || h.subjects[n-1].Key() != key {
		h.subjects = append(h.subjects, subject)
	}
	for i := range verdicts[0] {
		f, rule := &verdicts[0][i], &h.rulings[i]
		for _, name := range f.Missing {
			h.noteUnknown(name, key, &h.at)
		}
		last := &h.last[rule.number]
		if turn := h.turn(rule); last.turn != turn {
			last.turn, last.rank = turn, h.group(rule, f, h.others(f, i, verdicts))
		}
		of := h.findings[last.rank]
		of.Subjects = append(of.Subjects, key)
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
	names := rule.audited.asks
	if f.Verdict == VerdictNotApplicable {
		names = rule.audited.applies
	}
	h.text = append(h.text[:0], f.Rule...)
	for _, part := range []string{string(f.Verdict), string(f.Severity), f.Scale, f.Fault, strings.Join(f.Missing, " ")} {
		h.text = append(append(h.text, '\n'), part...)
	}
	for _, o := range others {
		h.text = append(append(h.text, '\n'), o.Scale+o.Verdict+o.Severity...)
	}
	for _, name := range names {
		h.text = appendValue(append(h.text, '\n'), h.valueOf(name))
	}
	if rank, known := h.ranks[string(h.text)]; known {
		return rank
	}
	rank := len(h.findings)
	h.ranks[string(h.text)] = rank
	finding := &inventory.AuditFinding{
		Rule: f.Rule, Severity: string(f.Severity), Verdict: string(f.Verdict),
		Scale: f.Scale, Others: others, Missing: f.Missing, Fault: f.Fault,
	}
	if f.Verdict != VerdictNotApplicable {
		finding.Notes = f.Notes
	}
	if len(names) > 0 {
		finding.Evidence = make([]inventory.FactValue, len(names))
	}
	for i, name := range names {
		finding.Evidence[i] = factValue(name.text, h.valueOf(name))
	}
	sum := sha256.Sum256(append(h.text, rule.audited.demands...))
	finding.State = hex.EncodeToString(sum[:8])
	h.findings = append(h.findings, finding)
	return rank
}

// valueOf is the value of a fact of the subject, or of a limit of the book; nil when it is unknown.
func (h *hearing) valueOf(name auditedName) any {
	if name.slot < 0 {
		return h.sessions[0].limits[strings.TrimPrefix(name.text, limitRoot)].Value
	}
	return h.value(name.slot)
}

// appendValue writes a value so that two values are the same when their texts are.
func appendValue(text []byte, value any) []byte {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(text, v)
	case int:
		return strconv.AppendInt(text, int64(v), 10)
	case float64:
		return strconv.AppendFloat(text, v, 'g', -1, 64)
	case string:
		return strconv.AppendQuote(text, v)
	case inventory.Date:
		return append(text, v...)
	case []string:
		for _, one := range v {
			text = append(strconv.AppendQuote(text, one), ',')
		}
	}
	return text
}

// factValue is a value as it is stored.
func factValue(name string, value any) inventory.FactValue {
	out := inventory.FactValue{Name: name}
	switch v := value.(type) {
	case bool:
		out.Flag = &v
	case int:
		out.Number = new(float64(v))
	case float64:
		out.Number = &v
	case string:
		out.Text = &v
	case inventory.Date:
		out.Text = new(string(v))
	case []string:
		out.List = v
	}
	return out
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
	}
	return findings
}
