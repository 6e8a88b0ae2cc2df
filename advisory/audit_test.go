package advisory_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
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

// TestAuditDemoTown audits every deployment, every holder and the commune of the demonstration town.
func TestAuditDemoTown(t *testing.T) {
	w, made := demoTown(t)
	commune := w.audit(inventory.AuditRequest{Commune: demotown.CommuneCode, At: auditDay})
	checkAudit(t, commune)
	subjects := map[inventory.SubjectKind]int{}
	for _, s := range commune.Result.Subjects {
		subjects[s.Kind]++
	}
	if subjects[inventory.SubjectDeployment] != len(made.Deployments) || subjects[inventory.SubjectHolder] != len(made.Holders) {
		t.Errorf("the commune has the subjects %v", subjects)
	}
	if commune.Result.Subject.Name != demotown.CommuneName {
		t.Errorf("the subject is %+v", commune.Result.Subject)
	}
	for _, d := range made.Deployments {
		audit := w.audit(inventory.AuditRequest{Deployment: d.ID, At: auditDay, WithoutGeometry: true})
		checkAudit(t, audit)
		// What is judged of the deployment alone is what the commune says of it.
		for _, rule := range []string{"AUD-L01", "AUD-L10", "AUD-C01", "AUD-T18"} {
			alone := verdictOn(t, audit, rule, "deployment:"+string(d.ID))
			within := verdictOn(t, commune, rule, "deployment:"+string(d.ID))
			if alone.State != within.State {
				t.Errorf("%s of %s: %s alone, %s in the commune", rule, d.ID, alone.Verdict, within.Verdict)
			}
		}
	}
	for _, holder := range made.Holders {
		checkAudit(t, w.audit(inventory.AuditRequest{Holder: holder.ID, At: auditDay, WithoutGeometry: true}))
	}
}

// checkAudit holds an audit to what every audit must be.
func checkAudit(t *testing.T, audit inventory.Audit) {
	t.Helper()
	result, judged := audit.Result, map[[2]string]bool{}
	kinds, labels := map[string]inventory.AuditedRule{}, map[string]bool{}
	for _, r := range result.Rules {
		kinds[r.ID] = r
	}
	for _, f := range result.Facts {
		labels[f.Name] = f.Label.FR != "" && f.Label.EN != ""
	}
	for rank, subject := range result.Each() {
		f := result.Findings[rank]
		if judged[[2]string{f.Rule, subject}] {
			t.Errorf("%s judges %s twice", f.Rule, subject)
		}
		judged[[2]string{f.Rule, subject}] = true
		checkFinding(t, f, kinds[f.Rule], labels)
	}
	for _, s := range result.Subjects {
		for _, r := range result.Rules {
			headless := s.Kind == inventory.SubjectCamera && (s.Head == "") == r.PerHead
			if r.Kind == s.Kind && !headless && !judged[[2]string{r.ID, s.Key()}] {
				t.Errorf("%s does not judge %s", r.ID, s.Key())
			}
		}
	}
	checkOrder(t, result.Findings)
	checkScore(t, result)
}

func checkFinding(t *testing.T, f inventory.AuditFinding, rule inventory.AuditedRule, labels map[string]bool) {
	t.Helper()
	if rule.ID == "" || rule.Reference == "" || rule.Edition == "" || rule.Verified == "" || rule.Remedy.FR == "" || rule.Remedy.EN == "" {
		t.Errorf("the rule of %s is %+v", f.Rule, rule)
	}
	unknown := f.Verdict == string(advisory.VerdictUnknown)
	if unknown != (len(f.Missing) > 0) && f.Verdict != string(advisory.VerdictFail) {
		t.Errorf("%s is %s, and misses %q", f.Rule, f.Verdict, f.Missing)
	}
	for _, name := range f.Missing {
		if !labels[name] {
			t.Errorf("%s misses %s, which is not named", f.Rule, name)
		}
	}
	for _, value := range f.Evidence {
		if !labels[value.Name] {
			t.Errorf("%s shows %s, which is not named", f.Rule, value.Name)
		}
		if slices.Contains(f.Missing, value.Name) && value.Known() {
			t.Errorf("%s misses %s, which is known", f.Rule, value.Name)
		}
	}
	if f.Fault != "" || len(f.State) != 16 {
		t.Errorf("%s has the fault %q and the state %q", f.Rule, f.Fault, f.State)
	}
}

// checkOrder: the gravest first, then FAIL before UNKNOWN before PASS before NOT_APPLICABLE.
func checkOrder(t *testing.T, findings []inventory.AuditFinding) {
	t.Helper()
	severities := []string{"BLOCKER", "MAJOR", "MINOR", "INFO"}
	verdicts := []string{"FAIL", "UNKNOWN", "PASS", "NOT_APPLICABLE"}
	rank := func(f inventory.AuditFinding) int {
		return 4*slices.Index(severities, f.Severity) + slices.Index(verdicts, f.Verdict)
	}
	if !slices.IsSortedFunc(findings, func(a, b inventory.AuditFinding) int { return rank(a) - rank(b) }) {
		t.Error("the findings are not in order")
	}
}

// checkScore holds the score against its formula, worked out here by another way.
func checkScore(t *testing.T, result inventory.AuditResult) {
	t.Helper()
	weights := map[string]float64{"BLOCKER": 10, "MAJOR": 5, "MINOR": 2, "INFO": 1}
	counts := map[string][4]int{}
	var whole, earned, possible float64
	for _, rule := range result.Rules {
		var applies, passed, unknown float64
		for rank := range result.Each() {
			f := result.Findings[rank]
			if f.Rule != rule.ID {
				continue
			}
			c := counts[f.Severity]
			c[slices.Index([]string{"FAIL", "UNKNOWN", "PASS", "NOT_APPLICABLE"}, f.Verdict)]++
			counts[f.Severity] = c
			switch f.Verdict {
			case "PASS":
				applies, passed = applies+1, passed+1
			case "UNKNOWN":
				applies, unknown = applies+1, unknown+1
			case "FAIL":
				applies, passed = applies+1, passed+1-weights[f.Severity]/weights[rule.Severity]
			}
		}
		if applies == 0 {
			continue
		}
		w := weights[rule.Severity]
		whole, earned, possible = whole+w, earned+w*passed/applies, possible+w*(passed+unknown)/applies
	}
	score := result.Score
	if math.Abs(score.ScorePct-earned/whole*100) > 0.011 || math.Abs(score.CeilingPct-possible/whole*100) > 0.011 {
		t.Errorf("score %.4f to %.4f, not %.4f to %.4f", score.ScorePct, score.CeilingPct, earned/whole*100, possible/whole*100)
	}
	gains := 0.0
	for i, g := range score.Gains {
		gains += g.GainPct
		if i > 0 && g.GainPct > score.Gains[i-1].GainPct || g.What.FR == "" || g.What.EN == "" || len(g.Rules) == 0 {
			t.Errorf("gain %d is %+v", i, g)
		}
	}
	if rest := 100 - score.ScorePct; math.Abs(gains-rest) > 0.006*float64(len(score.Gains)+2) {
		t.Errorf("all gains make %.3f, not %.3f", gains, rest)
	}
	for _, c := range score.Counts {
		if want := counts[c.Severity]; [4]int{c.Fail, c.Unknown, c.Pass, c.NotApplicable} != want || c.Weight != weights[c.Severity] {
			t.Errorf("%s counts %+v, not %v", c.Severity, c, want)
		}
	}
	if score.Formula.FR == "" || score.Summary.EN == "" {
		t.Error("the score is not explained")
	}
}

// TestAuditAgain: the same records, brought twice from elsewhere, give the same bytes; another fact gives another audit.
func TestAuditAgain(t *testing.T) {
	request := inventory.AuditRequest{At: auditDay, AlsoScales: []string{"dori-2014"}}
	bytesOf := func(change func(*inventory.Camera)) []byte {
		w, made := demoTown(t)
		request.Deployment = made.Deployments[len(made.Deployments)-1].ID
		for i := range made.Cameras {
			change(&made.Cameras[i])
		}
		w.putCameras(made.Cameras...)
		text, err := json.Marshal(w.audit(request))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := bytesOf(func(*inventory.Camera) {})
	if again := bytesOf(func(c *inventory.Camera) { c.Provenance.Import = "another" }); !bytes.Equal(first, again) {
		t.Error("the same facts gave other bytes")
	}
	if other := bytesOf(func(c *inventory.Camera) { c.Device.IngressRating = "IP54" }); bytes.Equal(first, other) {
		t.Error("another fact gave the same bytes")
	}
	var audit inventory.Audit
	if err := json.Unmarshal(first, &audit); err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(audit); err != nil || !bytes.Equal(text, first) {
		t.Errorf("read and written, the audit is not what it was (%v)", err)
	}
}

func TestAuditRefuses(t *testing.T) {
	w := newTown(t)
	for name, request := range map[string]inventory.AuditRequest{
		"nothing":     {At: auditDay},
		"two":         {At: auditDay, Deployment: "d", Holder: "h"},
		"no day":      {Deployment: "d"},
		"a bad day":   {Deployment: "d", At: "2026-02-31"},
		"a scale":     {Deployment: "d", At: auditDay, Scale: "none"},
		"other scale": {Deployment: "d", At: auditDay, AlsoScales: []string{"dori-2014", "none"}},
		"a commune":   {Commune: "3417", At: auditDay},
	} {
		var invalid *inventory.InvalidError
		if _, err := w.advisor().Audit(t.Context(), request); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, request := range map[string]inventory.AuditRequest{
		"deployment": {At: auditDay, Deployment: "d"}, "holder": {At: auditDay, Holder: "h"},
		"area": {At: auditDay, Area: "a"}, "commune": {At: auditDay, Commune: "34172"},
	} {
		if _, err := w.advisor().Audit(t.Context(), request); !errors.Is(err, inventory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAuditOrphans: a camera of no deployment, a deployment whose holder is not in the store and a camera without heads
// are judged, and what is not known of them is unknown.
func TestAuditOrphans(t *testing.T) {
	w := newTown(t)
	w.putAreas(inventory.Area{ID: "place", Category: inventory.AreaPerimeter, Name: "Place", Geometry: w.square(-50, -50, 50, 50)})
	alone, bare := w.camera("alone", 0, 0, optics()), w.camera("bare", 10, 0)
	bare.Deployment, bare.Holder = "lost", "nobody"
	w.putCameras(alone, bare)
	w.putDeployment(inventory.Deployment{ID: "lost", Holder: "nobody", Name: "Perdu"})
	audit := w.audit(inventory.AuditRequest{Area: "place", At: auditDay})
	checkAudit(t, audit)
	for rule, subject := range map[string]string{
		"AUD-P01": "camera:alone", "AUD-Q01": "camera:alone#1", "AUD-L06": "camera:bare", "AUD-L01": "deployment:lost",
	} {
		if f := verdictOn(t, audit, rule, subject); f.Verdict != "UNKNOWN" && f.Verdict != "NOT_APPLICABLE" {
			t.Errorf("%s on %s is %s", rule, subject, f.Verdict)
		}
	}
}

// TestAuditAreas: an area is audited with the places inside it, not with those that only touch it; a deployment with the
// places of its holder, and with the public ones where its cameras stand.
func TestAuditAreas(t *testing.T) {
	w := newTown(t)
	place := func(id inventory.ID, holder inventory.ID, shape inventory.Surface) inventory.Area {
		return inventory.Area{ID: id, Holder: holder, Category: inventory.AreaPriority, Name: string(id), Geometry: shape}
	}
	w.putAreas(
		inventory.Area{ID: "quarter", Category: inventory.AreaPerimeter, Name: "Quartier", Geometry: w.square(-50, -50, 50, 50)},
		place("inside", "", w.square(-10, -10, 10, 10)), place("beside", "", w.square(50, -50, 150, 50)),
		place("own", "town", w.square(1000, 0, 1010, 10)), place("other", "someone", w.square(-5, -5, 5, 5)),
	)
	camera := w.camera("c", 0, 0, optics())
	camera.Deployment = "d"
	w.putCameras(camera)
	w.putDeployment(inventory.Deployment{ID: "d", Holder: "town", Name: "Système"})
	for want, request := range map[string]inventory.AuditRequest{
		"inside other quarter": {Area: "quarter", At: auditDay, WithoutGeometry: true},
		"inside own":           {Deployment: "d", At: auditDay, WithoutGeometry: true},
		"own":                  {Holder: "town", At: auditDay, WithoutGeometry: true},
	} {
		if request.Holder != "" {
			if err := w.store.Holders().Put(t.Context(), inventory.Holder{ID: "town", Name: "Ville", Kind: inventory.LocalAuthority}); err != nil {
				t.Fatal(err)
			}
		}
		var areas []string
		for _, s := range w.audit(request).Result.Subjects {
			if s.Kind == inventory.SubjectArea {
				areas = append(areas, string(s.ID))
			}
		}
		if got := strings.Join(areas, " "); got != want {
			t.Errorf("%+v judges the areas %s, not %s", request, got, want)
		}
	}
}

func (w town) putDeployment(deployments ...inventory.Deployment) {
	w.t.Helper()
	if err := w.store.Deployments().Put(w.t.Context(), deployments...); err != nil {
		w.t.Fatal(err)
	}
}
