package advisory_test

import (
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
