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
	h := newHearing(d, sessions)
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
	sessions []*Session
	rules    map[string]*audited
	subjects []inventory.AuditSubject
	// findings are the groups of subjects of which the same holds, ranks their places by what holds.
	findings []inventory.AuditFinding
	ranks    map[string]int
	unknowns unknowns
	// at is what is being judged, within the sessions that know the shared facts already.
	at     Case
	within []*Session
	shared Facts
	text   []byte // room for the keys of ranks
}

func newHearing(d *Dossier, sessions []*Session) *hearing {
	return &hearing{
		Dossier: d, sessions: sessions, rules: auditedBy(sessions[0].book, d.request.At), ranks: map[string]int{},
		unknowns: unknowns{}, within: sessions,
	}
}

// hearAll judges everything: holders, deployments, cameras and their heads, areas.
func (h *hearing) hearAll() error {
	for _, holder := range h.holders {
		h.at = Case{Holder: holder}
		if err := h.hear(holderSubject(holder), h.at.OwnFacts(SubjectHolder), rulesOn(SubjectHolder)); err != nil {
			return err
		}
	}
	byDeployment := map[inventory.ID][]*inventory.Camera{}
	for i := range h.cameras {
		of := h.cameras[i].Deployment
		byDeployment[of] = append(byDeployment[of], &h.cameras[i])
	}
	for _, deployment := range h.deployments {
		if err := h.hearDeployment(deployment, byDeployment[deployment.ID]); err != nil {
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
		h.at = Case{Area: area}
		if err := h.hear(areaSubject(area), h.at.OwnFacts(SubjectArea), rulesOn(SubjectArea)); err != nil {
			return err
		}
	}
	return nil
}

// hearDeployment judges a deployment, then its cameras, which share its facts.
func (h *hearing) hearDeployment(deployment inventory.Deployment, cameras []*inventory.Camera) error {
	h.at = Case{Holder: h.holder(deployment.Holder), Deployment: deployment, Cameras: h.of[deployment.ID]}
	facts := h.at.Facts(SubjectDeployment)
	if err := h.hear(deploymentSubject(deployment), facts, rulesOn(SubjectDeployment)); err != nil {
		return err
	}
	return h.knowing(facts, func() error {
		for _, camera := range cameras {
			if err := h.hearCamera(camera); err != nil {
				return err
			}
		}
		return nil
	})
}

// hearAlone judges a camera of which no deployment is known.
func (h *hearing) hearAlone(camera *inventory.Camera) error {
	h.at = Case{Holder: h.holder(camera.Holder)}
	return h.knowing(h.at.OwnFacts(SubjectHolder), func() error { return h.hearCamera(camera) })
}

// knowing judges within sessions that know facts already.
func (h *hearing) knowing(facts Facts, judge func() error) error {
	h.shared, h.within = facts, nil
	for _, session := range h.sessions {
		within, err := session.Within(facts)
		if err != nil {
			return err
		}
		h.within = append(h.within, within)
	}
	err := judge()
	h.shared, h.within = nil, h.sessions
	return err
}

// hearCamera judges a camera, then each of its heads. A camera without heads is judged by the rules on heads as well:
// they tell what is not known.
func (h *hearing) hearCamera(camera *inventory.Camera) error {
	heads := camera.Heads
	if len(heads) == 0 {
		heads = []inventory.Head{{}}
	}
	h.at.Camera = *camera
	for i, head := range heads {
		h.at.Head = head
		facts := h.at.OwnFacts(SubjectCamera)
		if i == 0 {
			if err := h.hear(cameraSubject(camera, ""), facts, rulesOnBodies); err != nil {
				return err
			}
		}
		if err := h.hear(cameraSubject(camera, head.ID), facts, rulesOnHeads); err != nil {
			return err
		}
	}
	return nil
}

// rulesOn are the rules of a session on a kind of subject.
func rulesOn(kind Subject) func(*Session) []ruling {
	return func(s *Session) []ruling { return s.rules[kind] }
}

func rulesOnBodies(s *Session) []ruling { return s.bodies }
func rulesOnHeads(s *Session) []ruling  { return s.heads }

func (d *Dossier) holder(id inventory.ID) inventory.Holder {
	i, found := slices.BinarySearchFunc(d.holders, id, func(h inventory.Holder, id inventory.ID) int { return cmp.Compare(h.ID, id) })
	if !found {
		return inventory.Holder{}
	}
	return d.holders[i]
}

// hear judges one subject by some rules.
func (h *hearing) hear(subject inventory.AuditSubject, facts Facts, rules func(*Session) []ruling) error {
	key := subject.Key()
	maps.Copy(facts, h.computed.facts[key])
	if n := len(h.subjects); n == 0 || h.subjects[n-1].Key() != key {
		h.subjects = append(h.subjects, subject)
	}
	verdicts := make([][]Finding, len(h.within))
	for i, session := range h.within {
		var err error
		if verdicts[i], err = session.judge(rules(session), facts); err != nil {
			return err
		}
	}
	for i, f := range verdicts[0] {
		var others []inventory.ScaleVerdict
		if f.Scale != "" {
			for k, session := range h.within[1:] {
				other := verdicts[k+1][i]
				others = append(others, inventory.ScaleVerdict{
					Scale: session.scale, Verdict: string(other.Verdict), Severity: string(other.Severity),
				})
			}
		}
		h.add(key, f, others, facts)
	}
	return nil
}

// add puts the finding of one subject with those of which the same holds.
func (h *hearing) add(subject string, f Finding, others []inventory.ScaleVerdict, facts Facts) {
	rule := h.rules[f.Rule]
	names := rule.asks
	if f.Verdict == VerdictNotApplicable {
		names = rule.applies
	}
	h.text = append(h.text[:0], f.Rule...)
	for _, part := range []string{string(f.Verdict), string(f.Severity), f.Scale, f.Fault, strings.Join(f.Missing, " ")} {
		h.text = append(append(h.text, '\n'), part...)
	}
	for _, o := range others {
		h.text = append(append(h.text, '\n'), o.Scale+o.Verdict+o.Severity...)
	}
	for _, name := range names {
		h.text = appendValue(append(h.text, '\n'), h.valueOf(name, facts))
	}
	for _, name := range f.Missing {
		h.noteUnknown(name, subject, &h.at)
	}
	if rank, known := h.ranks[string(h.text)]; known {
		h.findings[rank].Subjects = append(h.findings[rank].Subjects, subject)
		return
	}
	h.ranks[string(h.text)] = len(h.findings)
	finding := inventory.AuditFinding{
		Rule: f.Rule, Severity: string(f.Severity), Verdict: string(f.Verdict), Subjects: []string{subject},
		Scale: f.Scale, Others: others, Missing: f.Missing, Fault: f.Fault,
	}
	if f.Verdict != VerdictNotApplicable {
		finding.Notes = f.Notes
	}
	for _, name := range names {
		finding.Evidence = append(finding.Evidence, factValue(name, h.valueOf(name, facts)))
	}
	sum := sha256.Sum256(append(h.text, rule.demands...))
	finding.State = hex.EncodeToString(sum[:8])
	h.findings = append(h.findings, finding)
}

// valueOf is the value of a fact of the subject, or of a limit of the book; nil when it is unknown.
func (h *hearing) valueOf(name string, facts Facts) any {
	if limit, isLimit := strings.CutPrefix(name, limitRoot); isLimit {
		return h.sessions[0].limits[limit].Value
	}
	if value, known := facts[name]; known {
		return value
	}
	return h.shared[name]
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
		findings[i] = h.findings[r.finding]
	}
	return findings
}
