package advisory_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
	"vigie/scripts/demotown"
)

const auditDay inventory.Date = "2026-11-21"

// demoTown is the demonstration town in a real store.
func demoTown(tb testing.TB) (town, demotown.Town) {
	tb.Helper()
	made, w, ctx := demotown.Make(demotown.DefaultSeed), newTown(tb), tb.Context()
	err := errors.Join(
		w.store.Holders().Put(ctx, made.Holders...),
		w.store.Deployments().Put(ctx, made.Deployments...),
		w.store.Areas().Put(ctx, made.Areas...),
		w.store.Obstacles().Put(ctx, made.Obstacles...),
		w.store.Cameras().Put(ctx, made.Cameras...),
	)
	if err != nil {
		tb.Fatal(err)
	}
	return w, made
}

func (w town) audit(request inventory.AuditRequest) inventory.Audit {
	w.t.Helper()
	audit, err := w.advisor().Audit(w.t.Context(), request)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := audit.Validate(); err != nil {
		w.t.Errorf("the audit is not valid: %v", err)
	}
	return audit
}

// verdictOn is what a rule says of a subject, with its finding.
func verdictOn(tb testing.TB, audit inventory.Audit, rule, subject string) inventory.AuditFinding {
	tb.Helper()
	for _, f := range audit.Result.Findings {
		if f.Rule == rule && slices.Contains(f.Subjects, subject) {
			return f
		}
	}
	tb.Fatalf("no finding of %s on %s", rule, subject)
	return inventory.AuditFinding{}
}

func TestAuditDemoTown(t *testing.T) {
	w, made := demoTown(t)
	for _, d := range made.Deployments {
		audit := w.audit(inventory.AuditRequest{Deployment: d.ID, At: auditDay})
		text, err := json.Marshal(audit)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, %d findings, %+v %s", d.ID, len(text), len(audit.Result.Findings), audit.Result.Score.Counts, audit.Result.Score.Summary.FR)
		for _, g := range audit.Result.Score.Gains[:8] {
			t.Logf("  %s %s %.2f %d %v", g.Kind, g.Name, g.GainPct, g.Findings, g.Rules)
		}
		for _, u := range audit.Result.Unknowns {
			t.Logf("  ? %s %v %s %d", u.Fact, u.Needs, u.Reason.FR, len(u.Subjects))
		}
	}
	audit := w.audit(inventory.AuditRequest{Commune: demotown.CommuneCode, At: auditDay})
	t.Logf("%s %+v", audit.Result.Score.Summary.FR, audit.Result.Subject)
	for _, u := range audit.Result.Unknowns {
		t.Logf("  ? %s %v %s %d", u.Fact, u.Needs, u.Reason.FR, len(u.Subjects))
	}
	for _, a := range audit.Result.Assumptions {
		t.Logf("  ! %s %s %d", a.Code, a.Text.FR, a.Cameras)
	}
	_ = advisory.Blocker
}
