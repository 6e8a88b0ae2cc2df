package advisory_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

const smallRule = `id: TST-01
title: {fr: t, en: t}
subject: deployment
applies: 'authorisation.status == "granted"'
pass: |
  deployment.retentionDays <= limit.days &&
  !deployment.audio
severity: MAJOR
lesser: {when: 'deployment.retentionDays <= 40', severity: MINOR, note: {fr: n, en: n}}
basis: LAW
reference: r
edition: e
verified: "yes"
remedy: {fr: r, en: r}
cases:
  - verdict: PASS
    facts: {authorisation.status: granted, deployment.retentionDays: 30, deployment.audio: false}
  - verdict: FAIL
    severity: MINOR
    facts: {authorisation.status: granted, deployment.retentionDays: 31}
  - verdict: UNKNOWN
    missing: [deployment.audio]
    facts: {authorisation.status: granted, deployment.retentionDays: 30}
`

const smallLimits = `limits:
  - name: days
    type: int
    label: {fr: l, en: l}
    stricter: lower
    values:
      - {value: 30, source: s, verified: practice}
`

// ruledBook is a small book with one rule.
func ruledBook() fstest.MapFS {
	files := smallBook()
	files["limits.yaml"] = &fstest.MapFile{Data: []byte(smallLimits)}
	files["rules/TST-01.yaml"] = &fstest.MapFile{Data: []byte(smallRule)}
	return files
}

// replaced changes a text of a file that is there.
func replaced(t *testing.T, files fstest.MapFS, file, before, after string) {
	t.Helper()
	text := string(files[file].Data)
	if !strings.Contains(text, before) {
		t.Fatalf("%q is not in %s", before, file)
	}
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, before, after, 1))}
}

func TestLoadReadsARule(t *testing.T) {
	book, err := advisory.Load(ruledBook())
	if err != nil {
		t.Fatal(err)
	}
	r, known := book.Rule("TST-01", "2026-11-21")
	if !known || r.Subject != inventory.SubjectDeployment || r.Lesser.Severity != advisory.Minor || r.PerHead || len(r.Cases) != 3 {
		t.Errorf("rule %+v", r)
	}
	if got := strings.Join(r.Evidence, " "); got != "authorisation.status deployment.retentionDays deployment.audio" {
		t.Errorf("without a list of evidence, %q is shown", got)
	}
}

// The mistakes that an author of rules makes, each told with its place.
func TestMistakesInARule(t *testing.T) {
	const file = "rules/TST-01.yaml"
	nested := "[0,1,2,3,4,5,6,7,8,9]"
	endless := nested + ".all(a, " + nested + ".all(b, " + nested + ".all(c, " + nested + ".all(d, " + nested +
		".all(e, a+b+c+d+e < 99)))))"
	tests := []struct{ name, before, after, want string }{
		{"a typo in a fact", "deployment.retentionDays <= limit", "deployment.retentionDay <= limit",
			`rules/TST-01.yaml:6:3: "deployment.retentionDay" is not a fact; did you mean "deployment.retentionDays"?`},
		{"a typo on the second line", "!deployment.audio\n", "!deployment.audi\n",
			`rules/TST-01.yaml:7:4: "deployment.audi" is not a fact; did you mean "deployment.audio"?`},
		{"a typo within quotes", `'authorisation.status ==`, `'authorisation.statu ==`,
			`rules/TST-01.yaml:4:11: "authorisation.statu" is not a fact; did you mean "authorisation.status"?`},
		{"a typo in a word", `== "granted"'`, `== "grantd"'`, `rules/TST-01.yaml:4:32: authorisation.status is never "grantd"`},
		{"a word of another list", `'authorisation.status == "granted"'`, `'["P05", "P12"].subset(authorisation.purposes)'`,
			`authorisation.purposes is never "P12"`},
		{"a fact of another subject", "!deployment.audio\n", "!head.interpolated\n",
			`rules/TST-01.yaml:7:4: "head.interpolated" is a fact of a camera, which a rule on a deployment does not see`},
		{"a wrong type", "!deployment.audio\n", "!deployment.retentionDays\n", "rules/TST-01.yaml:7:3: found no matching overload for '!_'"},
		{"neither yes nor no", `'authorisation.status == "granted"'`, `'authorisation.status'`, "rules/TST-01.yaml:4:11: must be true or false, not a string"},
		{"a limit that is not there", "limit.days", "limit.weeks", `rules/TST-01.yaml:6:31: "limit.weeks" is not a fact`},
		{"broken CEL", "limit.days &&", "limit.days && &&", "Syntax error"},
		{"an endless expression", "!deployment.audio\n", endless + "\n", "steps, more than 20000: make it simpler"},
		{"a text too long", "!deployment.audio\n", "!deployment.audio" + strings.Repeat(" || true", 600) + "\n", "size exceeds limit"},
		{"no case that fails", "- verdict: FAIL", "- verdict: PASS", "rules/TST-01.yaml:16:3: there is no case that gives FAIL"},
		{"a case that does not come true", "retentionDays: 31}", "retentionDays: 30, deployment.audio: false}",
			"rules/TST-01.yaml:18:5: the case gives PASS, not FAIL"},
		{"a case of another severity", "severity: MINOR\n    facts", "severity: MAJOR\n    facts", "the case gives the severity MINOR, not MAJOR"},
		{"a case with another fact missing", "missing: [deployment.audio]", "missing: [authorisation.status]", `the facts missing are ["deployment.audio"]`},
		{"a typo in a fact of a case", "deployment.audio: false}", "deployment.audo: false}",
			`rules/TST-01.yaml:17:74: "deployment.audo" is not a fact; did you mean "deployment.audio"?`},
		{"a fact of a case of another type", "retentionDays: 31", "retentionDays: many", "must be a number from"},
		{"a word of a case that is not in its list", "{authorisation.status: granted, deployment.retentionDays: 31}",
			"{authorisation.status: given}", `authorisation.status is never "given"`},
		{"a case before the rule", "remedy:", "validFrom: 2027-01-01\nremedy:", "the rule is not in force on 2026-11-21"},
		{"evidence that is no fact", "remedy:", "evidence: [deployment.colour]\nremedy:", `rules/TST-01.yaml:14:12: "deployment.colour" is not a fact`},
		{"no such severity", "severity: MAJOR", "severity: HUGE", `rules/TST-01.yaml:8:11: "HUGE" is not one of`},
		{"no such basis", "basis: LAW", "basis: LORE", `"LORE" is not one of`},
		{"no such département", "remedy:", "territory: [\"340\"]\nremedy:", `"340" is not an INSEE département code`},
		{"another name than its file", "id: TST-01", "id: TST-02", `rules/TST-01.yaml:1:1: the rule "TST-02" must be in a file of its name`},
		{"no identifier", "id: TST-01", "id: my rule", `"my rule" is not an identifier of a rule`},
		{"it ends before it begins", "remedy:", "validFrom: 2026-01-02\nvalidTo: 2026-01-01\nremedy:", "validTo is before validFrom"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := ruledBook()
			replaced(t, files, file, test.before, test.after)
			_, err := advisory.Load(files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error lacks %q:\n%v", test.want, err)
			}
		})
	}
}

func TestMistakesBetweenRules(t *testing.T) {
	tests := []struct {
		name   string
		change func(files fstest.MapFS)
		want   string
	}{
		{"one identifier twice", func(files fstest.MapFS) {
			files["rules/TST-01.b.yaml"] = files["rules/TST-01.yaml"]
		}, `rules/TST-01.yaml:1:1: the rule "TST-01" is in rules/TST-01.b.yaml too, and both are valid on a same day`},
		{"a limit that ends before the rule", func(files fstest.MapFS) {
			replaced(t, files, "limits.yaml", "verified: practice}", "verified: practice, validTo: 2027-06-30}")
		}, "rules/TST-01.yaml:1:1: limit.days has no value on 2027-07-01, while the rule is valid"},
		{"a limit that begins after the rule", func(files fstest.MapFS) {
			replaced(t, files, "limits.yaml", "verified: practice}", "verified: practice, validFrom: 2020-01-01}")
		}, "limit.days has no value on"},
		{"a limit that ends before it begins", func(files fstest.MapFS) {
			replaced(t, files, "limits.yaml", "verified: practice}", "verified: practice, validFrom: 2020-01-02, validTo: 2020-01-01}")
		}, "limits.yaml:7:9: validTo is before validFrom"},
		{"values that overlap", func(files fstest.MapFS) {
			replaced(t, files, "limits.yaml", "verified: practice}", "verified: practice, validTo: 2026-12-31}\n"+
				"      - {value: 20, source: s, verified: practice, validFrom: 2026-06-01}")
		}, "limits.yaml:8:9: the value must begin after the one before it ends"},
		{"a limit twice", func(files fstest.MapFS) {
			second := strings.TrimPrefix(smallLimits, "limits:\n")
			replaced(t, files, "limits.yaml", smallLimits, smallLimits+second)
		}, `limits.yaml:8:5: the limit "days" is there twice`},
		{"a limit of words of no list", func(files fstest.MapFS) {
			replaced(t, files, "limits.yaml", "stricter: lower", "stricter: lower\n    wordsOf: authorisation.number")
		}, `limits.yaml:6:14: "authorisation.number" is not a fact with a closed list of words`},
		{"a limit of a word that there is not", func(files fstest.MapFS) {
			words := "  - {name: who, type: list, label: {fr: l, en: l}, stricter: fewer, wordsOf: holder.type,\n" +
				"     values: [{value: [trader, drader], source: s, verified: practice}]}\n"
			replaced(t, files, "limits.yaml", smallLimits, smallLimits+words)
		}, `limits.yaml:9:32: limit.who is never "drader"`},
		{"ten thousand rules", func(files fstest.MapFS) {
			for i := range 10_000 {
				id := fmt.Sprintf("BIG-%d", i)
				files["rules/"+id+".yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallRule, "TST-01", id, 1))}
			}
		}, "rules:0:0: there are 10001 rules, more than 2000: none is read"},
		{"a file too large", func(files fstest.MapFS) {
			files["rules/TST-02.yaml"] = &fstest.MapFile{Data: []byte("# " + strings.Repeat("x", 1<<20))}
		}, "rules/TST-02.yaml:0:0: is larger than 1048576 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := ruledBook()
			test.change(files)
			_, err := advisory.Load(files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error lacks %q:\n%.2000v", test.want, err)
			}
		})
	}
}

// Two wordings of a rule follow each other in time.
func TestARuleThatChanged(t *testing.T) {
	files := ruledBook()
	old := strings.NewReplacer("deployment.retentionDays <= limit.days", "deployment.retentionDays <= 60", "<= 40", "<= 90",
		"remedy:", "validTo: 2025-12-31\nremedy:", "  - verdict", "  - at: 2025-01-01\n    verdict", "retentionDays: 31", "retentionDays: 61")
	files["rules/TST-01.2025.yaml"] = &fstest.MapFile{Data: []byte(old.Replace(smallRule))}
	replaced(t, files, "rules/TST-01.yaml", "remedy:", "validFrom: 2026-01-01\nremedy:")
	book, err := advisory.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	facts := advisory.Facts{"authorisation.status": "granted", "deployment.retentionDays": 50, "deployment.audio": false}
	for day, want := range map[string]advisory.Verdict{"2025-12-31": advisory.VerdictPass, "2026-01-01": advisory.VerdictFail} {
		f := judgeOne(t, book, "TST-01", question{subject: inventory.SubjectDeployment, facts: facts, at: dateOf(day)})
		if f.Verdict != want {
			t.Errorf("on %s %s, want %s", day, f.Verdict, want)
		}
	}
}

func TestARuleOfATerritory(t *testing.T) {
	files := ruledBook()
	replaced(t, files, "rules/TST-01.yaml", "remedy:", "territory: [\"34\", 2A]\nremedy:")
	replaced(t, files, "rules/TST-01.yaml", "facts: {auth", "facts: {deployment.department: 2A, auth")
	replaced(t, files, "rules/TST-01.yaml", "facts: {auth", "facts: {deployment.department: \"34\", auth")
	replaced(t, files, "rules/TST-01.yaml", "missing: [deployment.audio]", "missing: [deployment.department, deployment.audio]")
	book, err := advisory.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	f := judgeOne(t, book, "TST-01", question{subject: inventory.SubjectDeployment, at: "2026-11-21",
		facts: advisory.Facts{"deployment.department": "30", "authorisation.status": "granted"}})
	if f.Verdict != advisory.VerdictNotApplicable || len(f.Missing) > 0 {
		t.Errorf("in another département %s, missing %q", f.Verdict, f.Missing)
	}
}

// Days are counted as the law counts them.
func TestDaysOfExpressions(t *testing.T) {
	for expression, want := range map[string]advisory.Verdict{
		`date("2024-02-29").plusYears(1) == date("2025-02-28")`:                         advisory.VerdictPass,
		`date("2026-01-31").plusMonths(1) == date("2026-02-28")`:                        advisory.VerdictPass,
		`date("2026-03-31").plusMonths(-1) == date("2026-02-28")`:                       advisory.VerdictPass,
		`date("2021-11-20").plusYears(5) == date("2026-11-20")`:                         advisory.VerdictPass,
		`date("2026-12-31").plusDays(1) == date("2027-01-01")`:                          advisory.VerdictPass,
		`date("2026-11-21").daysUntil(date("2027-11-21")) == 365`:                       advisory.VerdictPass,
		`today == date("2026-11-21")`:                                                   advisory.VerdictPass,
		`["a"].subset([]) || [].meets(["a"])`:                                           advisory.VerdictFail,
		`known(deployment.audio) && known(authorisation.status)`:                        advisory.VerdictFail,
		`date("2026-02-30") == today`:                                                   advisory.VerdictUnknown,
		`today.plusDays(1000000) == today`:                                              advisory.VerdictUnknown,
		`deployment.retentionDays / (deployment.retentionDays - 30) == 1`:               advisory.VerdictUnknown,
		`deployment.audio && false`:                                                     advisory.VerdictFail,
		`deployment.audio || true`:                                                      advisory.VerdictPass,
		`deployment.audio ? true : deployment.automaticErasure`:                         advisory.VerdictUnknown,
		`level("s", "high") == 40.5 && scale == "s"`:                                    advisory.VerdictPass,
		`authorisation.purposes.exists(p, p == "P05")`:                                  advisory.VerdictUnknown,
		`authorisation.purposes == ["P05"] || deployment.retentionDays in [30, 60, 90]`: advisory.VerdictPass,
	} {
		t.Run(expression, func(t *testing.T) {
			files := ruledBook()
			spare := strings.Replace(smallRule, "TST-01", "TST-02", 1)
			pass := spare[strings.Index(spare, "pass: |"):strings.Index(spare, "severity:")]
			cases := `cases:
  - {verdict: PASS, facts: {authorisation.status: granted, holder.dpiaDone: true}}
  - {verdict: FAIL, facts: {authorisation.status: granted, holder.dpiaDone: false, holder.intercommunal: false}}
  - {verdict: UNKNOWN, facts: {authorisation.status: granted}}
`
			spare = strings.Replace(spare, pass, "pass: |\n  holder.dpiaDone || (holder.intercommunal && ("+expression+"))\n", 1)
			spare = spare[:strings.Index(spare, "cases:")] + cases
			spare = spare[:strings.Index(spare, "lesser:")] + spare[strings.Index(spare, "basis:"):]
			files["rules/TST-02.yaml"] = &fstest.MapFile{Data: []byte(spare)}
			book, err := advisory.Load(files)
			if err != nil {
				t.Fatal(err)
			}
			f := judgeOne(t, book, "TST-02", question{subject: inventory.SubjectDeployment, at: "2026-11-21", facts: advisory.Facts{
				"authorisation.status": "granted", "holder.dpiaDone": false, "holder.intercommunal": true, "deployment.retentionDays": 30,
			}})
			if f.Verdict != want {
				t.Errorf("%s (%s), want %s", f.Verdict, f.Fault, want)
			}
		})
	}
}

func TestALevelThatTheBookLacks(t *testing.T) {
	files := ruledBook()
	replaced(t, files, "rules/TST-01.yaml", "!deployment.audio\n", "level(\"s\", \"highest\") > 1.0\n")
	if _, err := advisory.Load(files); err == nil || !strings.Contains(err.Error(), `the book has no level "highest" of the scale "s"`) {
		t.Errorf("error %v", err)
	}
}

// A book with rules loads, or tells faults that each have a file; it never panics.
func FuzzLoad(f *testing.F) {
	f.Add(smallRule, smallLimits)
	f.Add(strings.Replace(smallRule, "pass: |", "pass: >", 1), "limits: []")
	f.Add("id: &a [*a]", "limits: {}")
	f.Add(strings.Replace(smallRule, "!deployment.audio", "deployment.audio ? [1].all(x, x > 0) : known(holder.type)", 1), smallLimits)
	f.Fuzz(func(t *testing.T, rule, limits string) {
		files := ruledBook()
		files["rules/TST-01.yaml"] = &fstest.MapFile{Data: []byte(rule)}
		files["limits.yaml"] = &fstest.MapFile{Data: []byte(limits)}
		book, err := advisory.Load(files)
		if err != nil {
			var fault *advisory.BookError
			if !errors.As(err, &fault) || fault.File == "" {
				t.Fatalf("a fault without its file: %v", err)
			}
			return
		}
		for _, r := range book.Rules {
			for _, c := range r.Cases {
				if _, err := ask(book, question{subject: r.Subject, facts: c.Facts, at: c.At, scale: c.Scale}); err != nil {
					t.Fatalf("a case of a book that loads is refused: %v", err)
				}
			}
		}
	})
}
