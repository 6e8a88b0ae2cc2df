package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// FindingGroups are the findings of an audit, the gravest first.
type FindingGroups struct {
	Audit  inventory.ID   `json:"audit"`
	Groups []FindingGroup `json:"groups"`
	// Facts say what the names of facts and limits in the findings mean.
	Facts []inventory.AuditedFact `json:"facts"`
}

// FindingGroup is the findings of one severity.
type FindingGroup struct {
	Severity string    `json:"severity" example:"BLOCKER"`
	Findings []Finding `json:"findings"`
}

// Finding is a finding of an audit with the text of its rule and what was answered to it.
type Finding struct {
	inventory.AuditFinding
	// Text is the rule as it was judged by: its reference, how far that was verified, its remedy.
	Text inventory.AuditedRule `json:"text"`
	// Answers are those of the subjects that have any; the finding is open for the others.
	Answers []inventory.AnsweredFinding `json:"answers"`
}

// asked is which findings to show. An empty list does not filter.
type asked struct{ severities, verdicts, rules, subjects, statuses []string }

func readAsked(c *gin.Context) (asked, error) {
	p := readParams(c)
	a := asked{
		severities: p.wordsAmong("severity", "BLOCKER", "MAJOR", "MINOR", "INFO"),
		verdicts:   p.wordsAmong("verdict", "PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"),
		rules:      p.words("rule"),
		subjects:   p.words("subject"),
		statuses:   p.wordsAmong("status", answerStatuses()...),
	}
	return a, p.done()
}

func answerStatuses() []string {
	var names []string
	for _, s := range inventory.AnswerStatuses() {
		names = append(names, string(s))
	}
	return names
}

// keeps tells whether a finding is asked for, as far as it says itself.
func (a asked) keeps(f inventory.AuditFinding) bool {
	return among(a.severities, f.Severity) && among(a.verdicts, f.Verdict) && among(a.rules, f.Rule)
}

func among(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

// findings gives the findings of an audit with what was answered.
//
//	@Summary		Read the findings of an audit
//	@Description	Grouped by severity, each with its evidence, the facts that are missing, the text of its rule and the
//	@Description	answers given to it, in this audit or in another. Filters together keep what fits all; a comma means any of.
//	@Tags			audits
//	@Produce		json
//	@Param			id			path		string	true	"Identifier of the audit"
//	@Param			severity	query		string	false	"BLOCKER, MAJOR, MINOR, INFO"					example(BLOCKER,MAJOR)
//	@Param			verdict		query		string	false	"PASS, FAIL, UNKNOWN, NOT_APPLICABLE"			example(FAIL,UNKNOWN)
//	@Param			rule		query		string	false	"Identifiers of rules"							example(AUD-L02)
//	@Param			subject		query		string	false	"Keys of subjects"								example(deployment:voie-publique)
//	@Param			status		query		string	false	"What the last answer makes of it: open, justified, fixed, contested"	example(open)
//	@Success		200			{object}	FindingGroups
//	@Failure		400,404,406,503	{object}	Problem
//	@Router			/api/v1/audits/{id}/findings [get]
func (a *audits) findings(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	want, err := readAsked(c)
	if err != nil {
		return err
	}
	audit, err := a.stored(c)
	if err != nil {
		return err
	}
	answered, err := a.records.server.config.Advisor.Answers(c.Request.Context(), audit)
	if err != nil {
		return err
	}
	return ok(c, want.groups(audit, answered))
}

// groups are the findings asked for, with the subjects asked for.
func (a asked) groups(audit inventory.Audit, answered []inventory.AnsweredFinding) FindingGroups {
	found := FindingGroups{Audit: audit.ID, Groups: []FindingGroup{}, Facts: audit.Result.Facts}
	texts := map[string]inventory.AuditedRule{}
	for _, rule := range audit.Result.Rules {
		texts[rule.ID] = rule
	}
	answers := answersByFinding(answered)
	for rank, f := range audit.Result.Findings {
		if !a.keeps(f) {
			continue
		}
		one := Finding{AuditFinding: f, Text: texts[f.Rule], Answers: []inventory.AnsweredFinding{}}
		if one.Subjects = a.subjectsOf(f, answers[rank]); len(one.Subjects) == 0 {
			continue
		}
		for _, subject := range one.Subjects {
			if answer, there := answers[rank][subject]; there {
				one.Answers = append(one.Answers, answer)
			}
		}
		found.add(one)
	}
	return found
}

// add puts a finding into the group of its severity, which is the last one: findings are in their order.
func (g *FindingGroups) add(f Finding) {
	if n := len(g.Groups); n == 0 || g.Groups[n-1].Severity != f.Severity {
		g.Groups = append(g.Groups, FindingGroup{Severity: f.Severity})
	}
	last := &g.Groups[len(g.Groups)-1]
	last.Findings = append(last.Findings, f)
}

func (a asked) subjectsOf(f inventory.AuditFinding, answers map[string]inventory.AnsweredFinding) []string {
	var kept []string
	for _, subject := range f.Subjects {
		status := inventory.AnswerOpen
		if answer, there := answers[subject]; there {
			status = answer.Status
		}
		if among(a.subjects, subject) && among(a.statuses, string(status)) {
			kept = append(kept, subject)
		}
	}
	return kept
}

// answersByFinding are answers by the rank of their finding and the key of their subject.
func answersByFinding(answered []inventory.AnsweredFinding) map[int]map[string]inventory.AnsweredFinding {
	by := map[int]map[string]inventory.AnsweredFinding{}
	for _, answer := range answered {
		if by[answer.Finding] == nil {
			by[answer.Finding] = map[string]inventory.AnsweredFinding{}
		}
		by[answer.Finding][answer.Subject] = answer
	}
	return by
}

// AnswerRequest answers a finding of an audit.
type AnswerRequest struct {
	Rule string `json:"rule" example:"AUD-L02"`
	// Subject is the key of one of the finding's subjects.
	Subject string                 `json:"subject" example:"deployment:voie-publique"`
	Status  inventory.AnswerStatus `json:"status" enums:"open,justified,fixed,contested"`
	// Author is who answers, by function rather than by name.
	Author string `json:"author" example:"Directeur de la police municipale"`
	// On is the day of the answer; today, UTC, when it is absent.
	On   inventory.Date `json:"on,omitempty" example:"2026-11-21"`
	Text string         `json:"text" example:"Renouvellement déposé le 3 novembre 2026"`
	// Reference names a document that proves it, as a number, a file name or an address.
	Reference string `json:"reference,omitempty" example:"Récépissé 2026-0412"`
}

// answer stores an answer to a finding.
//
//	@Summary		Answer a finding
//	@Description	Answers are added and never changed: the last one counts, in this audit and in every later one in which the
//	@Description	finding is still the same. An answer changes no verdict.
//	@Tags			audits
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string			true	"Identifier of the audit"
//	@Param			request	body		AnswerRequest	true	"The answer"
//	@Success		201		{object}	inventory.FindingAnswer
//	@Failure		400,404,413,415,503	{object}	Problem
//	@Failure		422		{object}	Problem	"The answer is not valid, or the audit has no such finding"
//	@Router			/api/v1/audits/{id}/answers [post]
func (a *audits) answer(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	var request AnswerRequest
	if err := a.records.server.decode(c, &request); err != nil {
		return err
	}
	audit, err := a.stored(c)
	if err != nil {
		return err
	}
	answer, known := audit.AnswerTo(request.Rule, request.Subject)
	if !known {
		return &refusal{
			kind:   kindUnknownSubject,
			detail: fmt.Sprintf("the audit has no finding of rule %q on %q", request.Rule, request.Subject),
		}
	}
	a.fill(&answer, request)
	if err := a.answers.Put(c.Request.Context(), answer); err != nil {
		return err
	}
	return reply(c, http.StatusCreated, jsonType, answer)
}

// fill completes an answer with what the request says.
func (a *audits) fill(answer *inventory.FindingAnswer, request AnswerRequest) {
	config := a.records.server.config
	now := inventory.InstantOf(config.Now())
	answer.ID = config.NewID()
	answer.Status, answer.Author, answer.On = request.Status, request.Author, request.On
	answer.Text, answer.Reference = request.Text, request.Reference
	if answer.On == "" {
		answer.On = inventory.Date(now.String()[:len("2006-01-02")])
	}
	answer.Provenance.UpdatedAt = &now
}
