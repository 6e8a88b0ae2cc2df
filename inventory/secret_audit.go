package inventory

import "slices"

// An audit of secret fields tells them in its evidence, and as much in its verdicts and its score.

func auditSecrets() secrets[Audit] {
	const why = "tells the secret fields that a verdict rests on"
	return secrets[Audit]{
		kind: kindAudits,
		fields: []secretField[Audit]{
			{"result.findings", why, func(a *Audit) any { return &a.Result.Findings }},
			{"result.score", why, func(a *Audit) any { return &a.Result.Score }},
			{"result.unknowns", why, func(a *Audit) any { return &a.Result.Unknowns }},
		},
		sealed:  func(a *Audit) *string { return &a.Sealed },
		reveals: func(a *Audit) bool { return slices.ContainsFunc(a.Result.Findings, AuditFinding.reveals) },
		blank:   withholdFindings,
	}
}

// reveals tells whether a finding has a secret fact that is known.
func (f AuditFinding) reveals() bool {
	return slices.ContainsFunc(f.Evidence, func(v FactValue) bool { return v.Known() && isSecretFact(v.Name) })
}

// verdictUnknown is that of a finding that cannot be decided.
const verdictUnknown = "UNKNOWN"

// withholdFindings makes an audit what it would be for somebody to whom the secret fields are unknown. What they would
// change besides is left out as well: how findings are ordered, which subjects share one, what the breach weighs.
func withholdFindings(a *Audit) {
	r := &a.Result
	if r.Findings == nil { // encrypted, and read without the key
		r.Findings, r.Unknowns, r.Score, r.InputHash = []AuditFinding{}, []UnknownFact{}, r.Score.withheld(nil), ""
		return
	}
	if !slices.ContainsFunc(r.Findings, AuditFinding.reveals) {
		return
	}
	r.Findings = r.withheldFindings()
	r.Score, r.InputHash = r.Score.withheld(r.Findings), ""
}

// withheldFindings are the findings in their order, those that rest on secrets without what they say.
func (r AuditResult) withheldFindings() []AuditFinding {
	var findings []AuditFinding
	at := map[[2]string]int{} // of a rule and a scale, those withheld are one
	for _, f := range r.Findings {
		if !f.reveals() {
			findings = append(findings, f)
			continue
		}
		key := [2]string{f.Rule, f.Scale}
		first, known := at[key]
		if !known {
			at[key] = len(findings)
			findings = append(findings, r.withheld(f))
			continue
		}
		findings[first].Subjects = append(findings[first].Subjects, f.Subjects...)
	}
	for _, first := range at {
		slices.Sort(findings[first].Subjects)
	}
	slices.SortStableFunc(findings, func(x, y AuditFinding) int { return slices.Compare(r.place(x), r.place(y)) })
	return findings
}

// withheld is a finding without what rests on secrets.
func (r AuditResult) withheld(f AuditFinding) AuditFinding {
	open := AuditFinding{
		Rule: f.Rule, Severity: f.Severity, Verdict: verdictUnknown, Subjects: slices.Clone(f.Subjects), Scale: f.Scale, Withheld: true,
	}
	if rule := r.ruleAt(f.Rule); rule >= 0 {
		open.Severity = r.Rules[rule].Severity
	}
	for _, v := range f.Evidence {
		if isSecretFact(v.Name) {
			v = FactValue{Name: v.Name}
			open.Missing = append(open.Missing, v.Name)
			open.Evidence = append(open.Evidence, v)
		}
	}
	return open
}

func (r AuditResult) ruleAt(id string) int {
	return slices.IndexFunc(r.Rules, func(rule AuditedRule) bool { return rule.ID == id })
}

// place is where a finding stands among the others: by its severity, its verdict and its rule.
func (r AuditResult) place(f AuditFinding) []int {
	return []int{
		slices.IndexFunc(r.Score.Counts, func(c SeverityCount) bool { return c.Severity == f.Severity }),
		slices.Index([]string{"FAIL", verdictUnknown, "PASS", "NOT_APPLICABLE"}, f.Verdict),
		r.ruleAt(f.Rule),
	}
}

// withheld is the score without its figures, and with the counts of the findings that may be read.
func (s AuditScore) withheld(findings []AuditFinding) AuditScore {
	open := AuditScore{
		Counts: []SeverityCount{}, Gains: []ScoreGain{}, Formula: s.Formula, Withheld: true,
		Summary: Text{
			FR: "Note réservée : elle repose sur des champs que le lecteur ne peut pas voir.",
			EN: "Score withheld: it rests on fields that the reader may not see.",
		},
	}
	for _, c := range s.Counts {
		open.Counts = append(open.Counts, countOf(c, findings))
	}
	return open
}

// countOf counts the verdicts of one severity again.
func countOf(c SeverityCount, findings []AuditFinding) SeverityCount {
	c.Fail, c.Unknown, c.Pass, c.NotApplicable = 0, 0, 0, 0
	for _, f := range findings {
		if f.Severity != c.Severity {
			continue
		}
		switch n := len(f.Subjects); f.Verdict {
		case "FAIL":
			c.Fail += n
		case verdictUnknown:
			c.Unknown += n
		case "PASS":
			c.Pass += n
		case "NOT_APPLICABLE":
			c.NotApplicable += n
		}
	}
	return c
}
