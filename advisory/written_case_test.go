package advisory_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
)

func TestDecodeCase(t *testing.T) {
	c, err := advisory.DecodeCase([]byte(`{"subject": "deployment", "at": "2026-11-21", "facts": {
		"deployment.retentionDays": 31, "deployment.audio": null, "link.loadPct": 70.5, "authorisation.purposes": ["P01"],
		"authorisation.grantedOn": "2024-01-02", "authorisation.status": "granted", "operation.privateOperators": false,
		"holder.type": "public_authority", "deployment.filmsPublicWay": true}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := advisory.WrittenCase{Subject: inventory.SubjectDeployment, At: "2026-11-21", Facts: advisory.Facts{
		"deployment.retentionDays": 31, "link.loadPct": 70.5, "authorisation.purposes": []string{"P01"},
		"authorisation.grantedOn": inventory.Date("2024-01-02"), "authorisation.status": "granted", "operation.privateOperators": false,
		"holder.type": "public_authority", "deployment.filmsPublicWay": true,
	}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, want %+v", c, want)
	}
	f := judgeOne(t, loadBook(t), "AUD-L24", question{subject: c.Subject, facts: c.Facts, at: c.At})
	if f.Verdict != advisory.VerdictPass {
		t.Errorf("%s, missing %q", f.Verdict, f.Missing)
	}
}

// Every mistake of a case is told, with its place.
func TestMistakesInACase(t *testing.T) {
	facts := func(facts string) string { return `{"subject":"deployment","at":"2026-11-21","facts":{` + facts + `}}` }
	tests := []struct{ name, text, want string }{
		{"no JSON", `{"subject":`, "case: is no JSON"},
		{"no object", `[]`, "case: must be a JSON object"},
		{"two objects", facts("") + "{}", "nothing after it"},
		{"nothing", `{}`, `subject: is missing: one of ["holder" "deployment" "camera" "area" "need" "project"]; at: is missing`},
		{"a subject that is none", `{"subject":"town","at":"2026-11-21"}`, `subject: "town" is not one of`},
		{"a day that is none", `{"subject":"area","at":"2026-02-30"}`, `at: "2026-02-30" is not a day`},
		{"another member", `{"subjects":"area"}`, "subjects: is not a member of a case"},
		{"facts that are none", `{"subject":"area","at":"2026-11-21","facts":[]}`, "facts: must be a JSON object"},
		{"a typo in a fact", facts(`"deployment.retentionDay":3`), `facts.deployment.retentionDay: "deployment.retentionDay" is not a fact; did you mean "deployment.retentionDays"?`},
		{"a fact of another subject", facts(`"head.kind":"ptz"`), "is a fact of a camera, which a rule on a deployment does not see"},
		{"a fact twice", facts(`"deployment.audio":true,"deployment.audio":false`), "facts.deployment.audio: is given twice"},
		{"a flag as a text", facts(`"deployment.audio":"yes"`), "facts.deployment.audio: must be true or false"},
		{"a whole number with a part", facts(`"deployment.retentionDays":1.5`), "must be a whole number up to 1000000000"},
		{"a whole number too large", facts(`"deployment.retentionDays":10000000000`), "must be a whole number up to 1000000000"},
		{"a number as a text", facts(`"link.loadPct":"70"`), "must be a number up to 1e+12"},
		{"a number too large", facts(`"link.loadPct":1e300`), "must be a number up to 1e+12"},
		{"a day of a fact", facts(`"authorisation.grantedOn":"2026-13-01"`), `"2026-13-01" is not a day`},
		{"a word that is not in its list", facts(`"authorisation.status":"given"`), `facts.authorisation.status: "given" is not one of`},
		{"a word in a list", facts(`"authorisation.purposes":["P01","P99"]`), `facts.authorisation.purposes[1]: "P99" is not one of`},
		{"no list", facts(`"authorisation.purposes":"P01"`), "must be a list of at most 256 texts"},
		{"an empty text", facts(`"authorisation.number":""`), "must be a text of 1 to 4096 bytes"},
		{"too large", facts(`"authorisation.number":"` + strings.Repeat("x", 1<<20) + `"`), "case: is larger than 1048576 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := advisory.DecodeCase([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error lacks %q: %v", test.want, err)
			}
		})
	}
	_, err := advisory.DecodeCase([]byte(facts(`"a":1,"b":2,"deployment.audio":3`)))
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 3 {
		t.Errorf("%v, want three faults", err)
	}
}

// A case is read and can be judged, or its faults each have a field and a reason; it never panics.
func FuzzDecodeCase(f *testing.F) {
	f.Add(`{"subject":"deployment","at":"2026-11-21","facts":{"deployment.retentionDays":31,"authorisation.purposes":["P01"]}}`)
	f.Add(`{"subject":"camera","at":"2026-11-21","scale":"dori-2014","facts":{"head.aims":["identify"],"head.densityAtTargetPxM":300}}`)
	f.Add(`{"facts":{"facts":{"a":[[[]]]}}}`)
	f.Add("{\"at\":\"\\ud800\",\"subject\":null}")
	book := loadBook(f)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := advisory.DecodeCase([]byte(text))
		if err != nil {
			var invalid *inventory.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Faults) == 0 || invalid.Faults[0].Field == "" && invalid.Faults[0].Reason == "" {
				t.Fatalf("error %v", err)
			}
			return
		}
		session, err := book.On(c.At, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.Judge(c.Subject, c.Facts); err != nil {
			t.Fatalf("it is read, and cannot be judged: %v", err)
		}
	})
}
