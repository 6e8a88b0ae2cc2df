package inventorytest

import "vigie/inventory"

// FullAudit is a valid audit in which every field is known, but the ways to say what was audited that exclude the one it
// uses.
func FullAudit() inventory.Audit {
	say := inventory.Text{FR: "constat " + text, EN: "finding"}
	return inventory.Audit{
		ID: "audit:1",
		Request: inventory.AuditRequest{
			Name: text, Deployment: "deployment:1", At: "2026-11-21", Scale: "iec-62676-4-2025",
			AlsoScales: []string{"dori-2014"}, WithoutGeometry: true,
		},
		Result: inventory.AuditResult{
			Software: "1.0", Book: "2026-11", BookHash: "00ff", InputHash: "ff00", Scale: "iec-62676-4-2025",
			Subject: inventory.AuditSubject{
				Kind: inventory.SubjectDeployment, ID: "deployment:1", Name: text, Holder: "holder:1", Deployment: "deployment:1",
				Commune: "2A004", Department: "2A",
			},
			Subjects: []inventory.AuditSubject{fullSubject()},
			Score:    fullScore(),
			Findings: []inventory.AuditFinding{
				{
					Rule: "AUD-Q02", Severity: "MAJOR", Verdict: "FAIL", Subjects: []string{"camera:camera:1#1", "camera:camera:1#2"},
					Scale: "iec-62676-4-2025", Others: []inventory.ScaleVerdict{{Scale: "dori-2014", Verdict: "PASS", Severity: "MAJOR"}},
					Evidence: []inventory.FactValue{
						{Name: "head.nightUse", Flag: known(false)}, {Name: "head.densityAtTargetPxM", Number: known(249.26)},
						{Name: "authorisation.grantedOn", Text: known("2021-11-20")}, {Name: "head.aims", List: []string{"identify"}},
						{Name: "head.faceAngleDeg"},
					},
					Missing: []string{"head.faceAngleDeg"}, Notes: []inventory.Text{say}, Fault: "too long", State: "0f1e",
				},
				{Rule: "AUD-L01", Severity: "BLOCKER", Verdict: "PASS", Subjects: []string{"deployment:deployment:1"}, State: "00"},
			},
			Rules: []inventory.AuditedRule{{
				ID: "AUD-Q02", Title: say, Kind: inventory.SubjectCamera, PerHead: true, Severity: "MAJOR", Basis: "NORM",
				Reference: "IEC 62676-4:2025", Edition: "2025", Verified: "secondary", Remedy: say, Applies: `"identify" in head.aims`,
				Pass: "true", Lesser: "false", LesserSeverity: "INFO", ValidFrom: "2025-10-09", ValidTo: "2035-10-09",
				Territory: []string{"2A"},
			}},
			Facts: []inventory.AuditedFact{{
				Name: "limit.surroundingsM", Label: say, Unit: "m", From: say, Source: "CSI L251-2", Verified: "practice",
				Words: []inventory.FactWord{{Word: "granted", Meaning: say}},
			}},
			Unknowns: []inventory.UnknownFact{{
				Fact: "head.faceAngleDeg", Needs: []string{"mounting.heightM"}, Reason: say, Subjects: []string{"camera:camera:1#1"},
			}},
			Assumptions: []inventory.Assumption{{Code: "A1", Text: say, Cameras: 3}},
			Warnings:    []inventory.Warning{{Code: "W1", Text: say}},
		},
		Owner:      "holder:1",
		Provenance: fullProvenance(),
	}
}

func fullSubject() inventory.AuditSubject {
	return inventory.AuditSubject{
		Kind: inventory.SubjectCamera, ID: "camera:1", Head: "1", Name: text, Holder: "holder:1", Deployment: "deployment:1",
		Commune: "34172", Department: "34",
	}
}

func fullScore() inventory.AuditScore {
	say := inventory.Text{FR: "Note " + text, EN: "score"}
	return inventory.AuditScore{
		ScorePct: 41.66, CeilingPct: 83.33, UnknownPct: 41.67, LostPct: 16.67,
		Counts: []inventory.SeverityCount{{Severity: "MAJOR", Weight: 5, Fail: 1, Unknown: 2, Pass: 3, NotApplicable: 4}},
		Gains: []inventory.ScoreGain{{
			Kind: inventory.GainByFact, Name: "mounting.heightM", What: say, GainPct: 8.3, Findings: 2, Rules: []string{"AUD-Q05"},
		}},
		Formula: say, Summary: say,
	}
}

// FullAnswer is a valid answer to a finding in which every field is known.
func FullAnswer() inventory.FindingAnswer {
	return inventory.FindingAnswer{
		ID: "answer:1", Rule: "AUD-Q02", Subject: fullSubject(), Status: inventory.AnswerContested,
		Author: "référent sûreté " + text, On: "2026-11-22", Text: text, Reference: "PV 2026-17.pdf", Audit: "audit:1", State: "0f1e",
		Provenance: fullProvenance(),
	}
}
