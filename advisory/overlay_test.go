package advisory_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// localBook is what a prefecture lays over the book: a rule of its own and a stricter limit.
func localBook() fstest.MapFS {
	rule := strings.NewReplacer("TST-01", "LOC34-01", "limit.days", "15", "<= 40", "<= 20", "retentionDays: 30", "retentionDays: 15",
		"retentionDays: 31", "retentionDays: 16", "remedy:", "territory: [\"34\"]\nremedy:",
		"facts: {", "facts: {deployment.department: \"34\", ").Replace(smallRule)
	return fstest.MapFS{
		"overlay.yaml": {Data: []byte(`edition: "34-2026-11"
limits:
  - name: surroundingsM
    value: {value: 5, source: "arrêté préfectoral", verified: "yes", validFrom: 2027-01-01}
  - name: droneHolders
    value: {value: [state_force], source: "arrêté préfectoral", verified: "yes"}
`)},
		"rules/LOC34-01.yaml": {Data: []byte(rule)},
	}
}

func TestALocalBookAddsAndTightens(t *testing.T) {
	book, err := advisory.LoadOverlay(localBook())
	if err != nil {
		t.Fatal(err)
	}
	own := loadBook(t)
	if len(book.Rules) != len(own.Rules)+1 || book.Hash == own.Hash || book.Edition != own.Edition+"+34-2026-11" {
		t.Errorf("%d rules, edition %s", len(book.Rules), book.Edition)
	}
	facts := advisory.Facts{
		"deployment.department": "34", "authorisation.status": "granted", "deployment.retentionDays": 16, "deployment.audio": false,
	}
	f := judgeOne(t, book, "LOC34-01", question{subject: inventory.SubjectDeployment, facts: facts, at: "2026-11-21"})
	if f.Verdict != advisory.VerdictFail || f.Severity != advisory.Minor {
		t.Errorf("%s %s", f.Verdict, f.Severity)
	}
	for _, l := range book.Limits {
		if l.Name != "surroundingsM" {
			continue
		}
		before, _ := l.At("2026-12-31")
		after, _ := l.At("2027-01-01")
		if before.Value != 10.0 || after.Value != 5.0 {
			t.Errorf("values %v and %v, want 10 until the end of 2026 and 5 from then on", before.Value, after.Value)
		}
	}
}

func TestALocalBookLoosensNothing(t *testing.T) {
	tests := []struct{ name, file, before, after, want string }{
		{"a weaker limit", "overlay.yaml", "value: 5,", "value: 25,", "overlay.yaml:4:12: 25 is weaker than 10, the value of the book"},
		{"a longer list", "overlay.yaml", "[state_force]", "[state_force, public_authority]", "is weaker than [state_force customs fire]"},
		{"a limit that is not there", "overlay.yaml", "name: droneHolders", "name: drones", `overlay.yaml:5:11: the book has no limit "drones"`},
		{"a weaker limit in a territory", "overlay.yaml", "    value: {value: 5,", "    territory: [\"34\"]\n    value: {value: 25,", "overlay.yaml:5:12: 25 is weaker than 10, the value of the book"},
		{"a territory that is none", "overlay.yaml", "    value: {value: 5,", "    territory: [Hérault]\n    value: {value: 5,", `overlay.yaml:4:17: "Hérault" is not an INSEE département code`},
		{"a value that ends", "overlay.yaml", "validFrom: 2027-01-01", "validFrom: 2027-01-01, validTo: 2027-12-31", "a local value has no last day"},
		{"a rule of the book", "rules/LOC34-01.yaml", "id: LOC34-01", "id: AUD-L10", `must be in a file of its name`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := localBook()
			replaced(t, files, test.file, test.before, test.after)
			if _, err := advisory.LoadOverlay(files); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error lacks %q:\n%v", test.want, err)
			}
		})
	}
	t.Run("a rule of the book in a file of its name", func(t *testing.T) {
		files := localBook()
		files["rules/AUD-L10.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallRule, "TST-01", "AUD-L10", 1))}
		_, err := advisory.LoadOverlay(files)
		if err == nil || !strings.Contains(err.Error(), "both are valid on a same day") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a rule of the book for a day only", func(t *testing.T) {
		files := localBook()
		text := strings.NewReplacer("TST-01", "AUD-L42", "remedy:", "validTo: 2020-01-01\nremedy:").Replace(smallRule)
		files["rules/AUD-L42.2020.yaml"] = &fstest.MapFile{Data: []byte(text)}
		_, err := advisory.LoadOverlay(files)
		if err == nil || !strings.Contains(err.Error(), "a local book gives its rules identifiers of their own") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a scale of the book", func(t *testing.T) {
		files := localBook()
		files["scales.yaml"] = &fstest.MapFile{Data: []byte(smallScales)}
		if _, err := advisory.LoadOverlay(files); err == nil || !strings.Contains(err.Error(), "scales.yaml:0:0: is not a file of a local book") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("an assumption profile of the book", func(t *testing.T) {
		files := localBook()
		files["assumptions/fixed-2mp.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallAssumption, "id: p", "id: fixed-2mp", 1))}
		if _, err := advisory.LoadOverlay(files); err == nil || !strings.Contains(err.Error(), `the book has a profile "fixed-2mp"`) {
			t.Errorf("error %v", err)
		}
	})
}

// tightenedIn34 is Vigie's book with a local one that makes the load of links stricter in the Hérault.
func tightenedIn34(t *testing.T) *advisory.Book {
	t.Helper()
	book, err := advisory.LoadOverlay(fstest.MapFS{"overlay.yaml": {Data: []byte(`edition: "34-2026"
limits:
  - name: linkLoadPct
    territory: ["34", "2A"]
    value: {value: 50, source: "arrêté préfectoral", verified: "yes", validFrom: 2026-01-01}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestALimitOfATerritory: a limit that a prefecture makes stricter holds in its département from its first day on; where the
// place of a subject is not known, it is what is missing.
func TestALimitOfATerritory(t *testing.T) {
	book := tightenedIn34(t)
	for _, test := range []struct {
		name, department string
		at               inventory.Date
		verdict          advisory.Verdict
		limit            any
		source           string
	}{
		{"there", "34", auditDay, advisory.VerdictFail, 50.0, "arrêté préfectoral"},
		{"in the other", "2A", auditDay, advisory.VerdictFail, 50.0, "arrêté préfectoral"},
		{"before", "34", "2025-12-31", advisory.VerdictPass, 70.0, "marge pour"},
		{"elsewhere", "75", auditDay, advisory.VerdictPass, 70.0, "marge pour"},
		{"nobody knows where", "", auditDay, advisory.VerdictUnknown, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			facts := advisory.Facts{"deployment.regime": "csi_public_way", "link.allStreamsCarried": true, "link.loadPct": 60.0}
			if test.department != "" {
				facts["deployment.department"] = test.department
			}
			f := judgeOne(t, book, "AUD-T15", question{subject: inventory.SubjectDeployment, facts: facts, at: test.at})
			if f.Verdict != test.verdict || (test.verdict == advisory.VerdictUnknown) != slices.Equal(f.Missing, []string{"deployment.department"}) {
				t.Errorf("%s, missing %q", f.Verdict, f.Missing)
			}
			i := slices.IndexFunc(f.Evidence, func(e advisory.Evidence) bool { return e.Name == "limit.linkLoadPct" })
			if e := f.Evidence[i]; e.Value != test.limit || !strings.HasPrefix(e.Source, test.source) {
				t.Errorf("the limit shown is %v (%s)", e.Value, e.Source)
			}
		})
	}
}

// TestAuditByALimitOfATerritory: one audit of two systems of one holder, each judged by the limit of its département.
func TestAuditByALimitOfATerritory(t *testing.T) {
	w := newTown(t)
	if err := w.store.Holders().Put(t.Context(), inventory.Holder{ID: "h", Name: "H", Kind: inventory.LocalAuthority}); err != nil {
		t.Fatal(err)
	}
	for id, department := range map[inventory.ID]string{"herault": "34", "paris": "75"} {
		w.putDeployment(inventory.Deployment{
			ID: id, Holder: "h", Name: string(id), Department: department, Regime: inventory.RegimePublicWay,
			Link: inventory.Link{LoadPct: new(60.0), AllStreamsCarried: new(true)},
		})
	}
	advisor := w.advisor()
	advisor.Book = tightenedIn34(t)
	audit, err := advisor.Audit(t.Context(), inventory.AuditRequest{Holder: "h", At: auditDay, WithoutGeometry: true})
	if err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[string]string{"deployment:herault": "FAIL", "deployment:paris": "PASS"} {
		if got := verdictOn(t, audit, "AUD-T15", subject); got.Verdict != want {
			t.Errorf("%s: %s", subject, got.Verdict)
		}
	}
	i := slices.IndexFunc(audit.Result.Facts, func(f inventory.AuditedFact) bool { return f.Name == "limit.linkLoadPct" })
	if source := audit.Result.Facts[i].Source; !strings.Contains(source, "arrêté préfectoral") || !strings.Contains(source, "marge pour") {
		t.Errorf("the sources of the limit are %q", source)
	}
	before, err := loadBook(t).On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	after, err := advisor.Book.On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := advisor.Simulate(t.Context(), advisory.Selection{}, before, after, func(f advisory.Flip) error {
		if f.Deployment != "herault" || f.Rule != "AUD-T15" {
			t.Errorf("%s flips in %s", f.Rule, f.Deployment)
		}
		return nil
	})
	if err != nil || sum.Flips != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestCompareTerritories: a diff of books tells where a limit is stricter.
func TestCompareTerritories(t *testing.T) {
	own, local := loadBook(t), tightenedIn34(t)
	for _, test := range []struct {
		before, after *advisory.Book
		effect        advisory.Effect
	}{{own, local, advisory.Tighter}, {local, own, advisory.Weaker}} {
		changes := advisory.Compare(test.before, test.after)
		if len(changes) != 1 || changes[0].Effect != test.effect || !strings.Contains(changes[0].Before+changes[0].After, "50 [34, 2A] (2026-01-01 – …)") {
			t.Errorf("%+v", changes)
		}
	}
	simulated, err := local.WithLimits(map[string]string{"linkLoadPct": "65"})
	if err != nil {
		t.Fatal(err)
	}
	if limit, _ := simulated.Limit("linkLoadPct"); limit.String() != "65" {
		t.Errorf("a limit that is simulated is %s", limit)
	}
}
