package main

import (
	"slices"

	"vigie/advisory"
	"vigie/inventory"
)

// shownFaults is what is wrong with what the user wants to see of an audit.
func (c auditConfig) shownFaults() (faults []string) {
	for _, verdict := range c.Verdicts {
		faults = append(faults, oneOf("verdict", verdict, words(advisory.Verdicts())...)...)
	}
	for _, severity := range c.Severities {
		faults = append(faults, oneOf("severity", severity, words(advisory.Severities())...)...)
	}
	if c.All && len(c.Verdicts) > 0 {
		faults = append(faults, "--all shows every verdict: leave it out, or --verdict")
	}
	return faults
}

// keeps tells whether a finding is asked for.
func (c auditConfig) keeps(f inventory.AuditFinding) bool {
	among := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return among(c.Verdicts, f.Verdict) && among(c.Severities, f.Severity) && among(c.Rules, f.Rule)
}

// tells says whether a person is shown a finding: what passes or does not apply only when asked for.
func (c auditConfig) tells(f inventory.AuditFinding) bool {
	verdict := advisory.Verdict(f.Verdict)
	open := verdict == advisory.VerdictFail || verdict == advisory.VerdictUnknown
	return c.keeps(f) && (open || c.All || len(c.Verdicts) > 0)
}

// only is the audit with the findings asked for.
func (c auditConfig) only(audit inventory.Audit) inventory.Audit {
	findings := slices.Clone(audit.Result.Findings)
	audit.Result.Findings = slices.DeleteFunc(findings, func(f inventory.AuditFinding) bool { return !c.keeps(f) })
	return audit
}
