package advisory_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
)

// question is what a session is asked, and on which day and by which scale.
type question struct {
	subject inventory.SubjectKind
	facts   advisory.Facts
	at      inventory.Date
	scale   string
}

func ask(book *advisory.Book, q question) ([]advisory.Finding, error) {
	session, err := book.On(q.at, q.scale)
	if err != nil {
		return nil, err
	}
	return session.Judge(q.subject, q.facts)
}

// judgeOne gives the finding of one rule.
func judgeOne(t *testing.T, book *advisory.Book, rule string, q question) advisory.Finding {
	t.Helper()
	findings, err := ask(book, q)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(findings, func(f advisory.Finding) bool { return f.Rule == rule })
	if i < 0 {
		t.Fatalf("no finding of %s among %d", rule, len(findings))
	}
	return findings[i]
}

func TestTheBookHasEveryAuditRule(t *testing.T) {
	want := map[string]int{"AUD-L": 48, "AUD-T": 20, "AUD-Q": 17, "AUD-P": 14, "AUD-C": 18}
	got := map[string]int{}
	for _, r := range loadBook(t).Rules {
		got[r.ID[:5]]++
	}
	if !maps.Equal(got, want) {
		t.Errorf("rules %v, want %v", got, want)
	}
}

// Every case of every rule comes true, and shows its evidence and what is missing.
func TestEveryCaseOfEveryRule(t *testing.T) {
	book := loadBook(t)
	for _, r := range book.Rules {
		for i, c := range r.Cases {
			f := judgeOne(t, book, r.ID, question{subject: r.Subject, facts: c.Facts, at: c.At, scale: c.Scale})
			if f.Verdict != c.Verdict || f.Fault != "" {
				t.Errorf("%s, case %d: %s (%s), want %s", r.ID, i+1, f.Verdict, f.Fault, c.Verdict)
			}
			if named := len(f.Missing) > 0; named != (f.Verdict == advisory.VerdictUnknown) {
				t.Errorf("%s, case %d: %s with %q missing", r.ID, i+1, f.Verdict, f.Missing)
			}
			if shown := len(f.Evidence) > 0; shown != (f.Verdict != advisory.VerdictNotApplicable) {
				t.Errorf("%s, case %d: %s with %d values shown", r.ID, i+1, f.Verdict, len(f.Evidence))
			}
		}
	}
}

// Without any fact a rule is UNKNOWN; only one that applies to known facts alone may not apply.
func TestNothingKnownIsNeverAPass(t *testing.T) {
	book := loadBook(t)
	for _, subject := range []inventory.SubjectKind{
		inventory.SubjectHolder, inventory.SubjectDeployment, inventory.SubjectCamera, inventory.SubjectArea,
	} {
		findings, err := ask(book, question{subject: subject, at: "2026-11-21"})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			rule, _ := book.Rule(f.Rule, "2026-11-21")
			guarded := strings.Contains(rule.Applies, "known(") && f.Verdict == advisory.VerdictNotApplicable
			if f.Verdict != advisory.VerdictUnknown && !guarded {
				t.Errorf("%s is %s when nothing is known", f.Rule, f.Verdict)
			}
		}
	}
}

// Forgetting facts may leave a verdict open, and never turns it into another one.
func TestForgettingFactsNeverTurnsAVerdict(t *testing.T) {
	book := loadBook(t)
	dice := rand.New(rand.NewPCG(5, 117))
	for _, r := range book.Rules {
		if strings.Contains(r.Applies+r.Pass, "known(") {
			continue
		}
		for _, c := range r.Cases {
			for range 4 {
				facts := maps.Clone(c.Facts)
				maps.DeleteFunc(facts, func(string, any) bool { return dice.IntN(3) == 0 })
				f := judgeOne(t, book, r.ID, question{subject: r.Subject, facts: facts, at: c.At, scale: c.Scale})
				if f.Verdict != c.Verdict && f.Verdict != advisory.VerdictUnknown {
					t.Fatalf("%s is %s with %v and %s with %v", r.ID, c.Verdict, c.Facts, f.Verdict, facts)
				}
			}
		}
	}
}

// What is missing is what decides: with it, the verdict of an unknown case is reached.
func TestWhatIsMissingDecides(t *testing.T) {
	book := loadBook(t)
	f := judgeOne(t, book, "AUD-L02", question{subject: inventory.SubjectDeployment, at: "2026-11-21", facts: advisory.Facts{
		"authorisation.status": "granted", "authorisation.provisional": false, "authorisation.grantedOn": inventory.Date("2024-01-02"),
	}})
	if f.Verdict != advisory.VerdictUnknown || !slices.Equal(f.Missing, []string{"authorisation.expiresOn"}) {
		t.Errorf("%s, missing %q", f.Verdict, f.Missing)
	}
}

// The examples that the rules were checked with, by the facts that records give.
func TestWorkedExamples(t *testing.T) {
	book := loadBook(t)
	shop := inventory.Deployment{
		Regime: inventory.RegimeOpenPlace, CameraCount: to(7), PooledCameraCount: to(21), CentralStorage: to(true),
		Recording: inventory.Recording{Storage: "analogue"},
	}
	pavement := inventory.Camera{Heads: []inventory.Head{{
		Shot: inventory.Narrow, MovingPeople: to(true), Purposes: []inventory.Purpose{"P05"}, RecordedWidthPx: to(704),
		RecordedHeightPx: to(576), RecordedFPS: to(6.0),
	}}}
	street := inventory.Deployment{Regime: inventory.RegimePublicWay}
	plates := inventory.Deployment{PlateReading: inventory.PlateReading{Used: to(true), PaidParkingOnly: to(false)}}
	storage := func(diskTB float64) advisory.Case {
		cameras := make([]inventory.Camera, 24)
		for i := range cameras {
			cameras[i].Heads = []inventory.Head{{BitrateMbps: to(4.0)}}
		}
		return advisory.Case{Cameras: cameras, Deployment: inventory.Deployment{
			Regime: inventory.RegimePublicWay, RetentionDays: to(30), Recording: inventory.Recording{Storage: "digital", StorageNote: to(true), DiskTB: &diskTB},
		}}
	}
	old := inventory.Deployment{Authorisation: inventory.Authorisation{
		Status: inventory.AuthorisationGranted, GrantedOn: "2021-11-20", Provisional: to(false),
	}}
	face := func(groundM float64) advisory.Case {
		return advisory.Case{
			Camera: inventory.Camera{Mounting: inventory.Mounting{HeightM: to(4.0)}},
			Head:   inventory.Head{Aims: []inventory.Aim{"face"}, TargetDistanceM: &groundM},
		}
	}
	tests := []struct {
		name, rule string
		subject    inventory.SubjectKind
		c          advisory.Case
		verdict    advisory.Verdict
		severity   advisory.Severity
	}{
		{"five years after the authorisation", "AUD-L02", inventory.SubjectDeployment, advisory.Case{Deployment: old}, advisory.VerdictFail, advisory.Blocker},
		{"three shops viewed from one place count as one", "AUD-T01", inventory.SubjectDeployment, advisory.Case{Deployment: shop}, advisory.VerdictFail, advisory.Major},
		{"plates at a town's entrance", "AUD-L40", inventory.SubjectDeployment,
			advisory.Case{Holder: inventory.Holder{Type: inventory.PublicAuthority}, Deployment: plates}, advisory.VerdictFail, advisory.Blocker},
		{"six images a second on a pavement", "AUD-T04", inventory.SubjectCamera,
			advisory.Case{Deployment: street, Camera: pavement, Head: pavement.Heads[0]}, advisory.VerdictFail, advisory.Major},
		{"its definition is enough", "AUD-T02", inventory.SubjectCamera,
			advisory.Case{Deployment: street, Camera: pavement, Head: pavement.Heads[0]}, advisory.VerdictPass, advisory.Major},
		{"37.3 TB for 24 streams are just not enough", "AUD-T18", inventory.SubjectDeployment, storage(37.3), advisory.VerdictFail, advisory.Minor},
		{"37.4 TB are", "AUD-T18", inventory.SubjectDeployment, storage(37.4), advisory.VerdictPass, advisory.Minor},
		{"a face at 25.6° is a warning", "AUD-Q05", inventory.SubjectCamera, face(5), advisory.VerdictFail, advisory.Info},
		{"a face at 14.9° is right", "AUD-Q05", inventory.SubjectCamera, face(9), advisory.VerdictPass, advisory.Major},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := judgeOne(t, book, test.rule, question{subject: test.subject, facts: test.c.Facts(test.subject), at: "2026-11-21"})
			if f.Verdict != test.verdict || f.Severity != test.severity {
				t.Errorf("%s %s (missing %q), want %s %s", f.Verdict, f.Severity, f.Missing, test.verdict, test.severity)
			}
		})
	}
}

func TestBothScalesGiveTheirOwnVerdict(t *testing.T) {
	book := loadBook(t)
	facts := advisory.Facts{"head.aims": []string{"identify"}, "head.densityAtTargetPxM": 300.0}
	q := question{subject: inventory.SubjectCamera, facts: facts, at: "2026-11-21"}
	now := judgeOne(t, book, "AUD-Q02", q)
	q.scale = "dori-2014"
	then := judgeOne(t, book, "AUD-Q02", q)
	if now.Verdict != advisory.VerdictFail || now.Severity != advisory.Info || now.Scale != "iec-62676-4-2025" || len(now.Notes) != 1 {
		t.Errorf("%s %s on %s with %d notes", now.Verdict, now.Severity, now.Scale, len(now.Notes))
	}
	if then.Verdict != advisory.VerdictPass || then.Scale != "dori-2014" {
		t.Errorf("%s on %s", then.Verdict, then.Scale)
	}
	q.scale = "dori-2015"
	if _, err := ask(book, q); err == nil || !strings.Contains(err.Error(), `no scale "dori-2015"`) {
		t.Errorf("error %v", err)
	}
}

func TestTheLimitOfTheDayIsApplied(t *testing.T) {
	book := loadBook(t)
	facts := advisory.Facts{
		"analytics.used": true, "analytics.authorised": true, "analytics.events": []string{"fire"},
	}
	for day, want := range map[inventory.Date]advisory.Verdict{
		"2024-07-26": advisory.VerdictPass, "2025-04-01": advisory.VerdictFail, "2026-11-21": advisory.VerdictPass, "2028-01-01": advisory.VerdictFail,
	} {
		f := judgeOne(t, book, "AUD-L42", question{subject: inventory.SubjectDeployment, facts: facts, at: day})
		if f.Verdict != want {
			t.Errorf("on %s %s, want %s", day, f.Verdict, want)
		}
		i := slices.IndexFunc(f.Evidence, func(e advisory.Evidence) bool { return e.Name == "limit.vsaEndDate" })
		if i < 0 || f.Evidence[i].Source == "" || f.Evidence[i].Verified != advisory.VerifiedSecondary {
			t.Errorf("the limit is not shown with its source: %+v", f.Evidence)
		}
	}
	findings, err := ask(book, question{subject: inventory.SubjectDeployment, at: "2020-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Rule == "AUD-L42" {
			t.Error("AUD-L42 is applied before its first day")
		}
	}
}

func TestJudgeRefusesWhatIsNoFact(t *testing.T) {
	book := loadBook(t)
	long := make([]string, 300)
	for name, test := range map[string]struct {
		facts advisory.Facts
		at    inventory.Date
		says  string
	}{
		"no such fact": {advisory.Facts{"holder.colour": "blue"}, "2026-11-21", `"holder.colour" is not a fact`},
		"wrong type":   {advisory.Facts{"deployment.retentionDays": "thirty"}, "2026-11-21", "deployment.retentionDays: a string is no int"},
		"no day":       {advisory.Facts{"holder.dpiaOn": inventory.Date("2026-02-30")}, "2026-11-21", "is not a day"},
		"endless list": {advisory.Facts{"head.purposes": long}, "2026-11-21", "too long"},
		"no date":      {nil, "", "today"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ask(book, question{subject: inventory.SubjectDeployment, facts: test.facts, at: test.at})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q", err, test.says)
			}
		})
	}
}

func TestOneBookServesManyGoroutines(t *testing.T) {
	book := newBook(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, r := range book.Rules {
				c := r.Cases[0]
				findings, err := ask(book, question{subject: r.Subject, facts: c.Facts, at: c.At, scale: c.Scale})
				if err != nil || !slices.ContainsFunc(findings, func(f advisory.Finding) bool { return f.Rule == r.ID && f.Verdict == c.Verdict }) {
					t.Errorf("%s: %v", r.ID, err)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkLoadBook(b *testing.B) {
	for b.Loop() {
		newBook(b)
	}
}
