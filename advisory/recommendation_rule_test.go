package advisory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

const smallAdvice = `id: ADV-01
title: {fr: t, en: t}
subject: need
applies: 'need.outdoor'
specify:
  - {name: ingressRating, atLeast: 66}
  - {name: irRangeM, when: '!need.colourAtNight', atLeast: 'need.targetDistanceM * 1.3'}
  - {name: forms, oneOf: [fixed, ptz]}
  - {name: wdr, flag: 'need.backlight'}
advice: {fr: a, en: a}
basis: PRACT
reference: r
edition: e
verified: practice
cases:
  - verdict: APPLIES
    facts: {need.outdoor: true, need.colourAtNight: false, need.targetDistanceM: 20.0, need.backlight: true}
    specify:
      ingressRating: {atLeast: 66}
      irRangeM: {atLeast: 26}
      forms: {oneOf: [fixed, ptz]}
      wdr: {flag: true}
  - {verdict: NOT_APPLICABLE, facts: {need.outdoor: false}}
  - {verdict: UNKNOWN, missing: [need.outdoor], facts: {need.backlight: true}}
`

// advisedBook is a small book with one recommendation rule.
func advisedBook() fstest.MapFS {
	files := ruledBook()
	files["rules/ADV-01.yaml"] = &fstest.MapFile{Data: []byte(smallAdvice)}
	return files
}

// All recommendation rules are there, each with a case that applies, one that does not and one that lacks a fact.
func TestTheBookHasEveryRecommendationRule(t *testing.T) {
	book := loadBook(t)
	found := map[string]*advisory.AdviceRule{}
	for i := range book.Advice {
		found[book.Advice[i].ID] = &book.Advice[i]
	}
	for n := 1; n <= 44; n++ {
		id := fmt.Sprintf("REC-%02d", n)
		r := found[id]
		if r == nil {
			t.Errorf("%s is not in the book", id)
			continue
		}
		for _, verdict := range []advisory.Verdict{advisory.VerdictApplies, advisory.VerdictNotApplicable, advisory.VerdictUnknown} {
			if !slices.ContainsFunc(r.Cases, func(c advisory.AdviceCase) bool { return c.Verdict == verdict }) {
				t.Errorf("%s has no case that gives %s", id, verdict)
			}
		}
		if r.Reference == "" || r.Edition == "" || r.Verified == "" || r.Advice.FR == "" || r.Advice.EN == "" || len(r.Demands) == 0 {
			t.Errorf("%s lacks something: %+v", id, r)
		}
	}
	if len(found) != 44 {
		t.Errorf("%d recommendation rules", len(found))
	}
}

// What only has the force of habit does not claim to have been read in a text.
func TestRulesOfPracticeDoNotClaimATextOfLaw(t *testing.T) {
	for _, r := range loadBook(t).Advice {
		if r.Basis == advisory.BasisPractice && r.Verified == advisory.VerifiedYes {
			t.Errorf("%s is practice, and is marked as read", r.ID)
		}
	}
}

// Every specification is asked for by a rule: none is left over.
func TestEverySpecificationIsAskedFor(t *testing.T) {
	asked := map[string]bool{}
	for _, r := range loadBook(t).Advice {
		for _, d := range r.Demands {
			asked[d.Name] = true
		}
	}
	seen := map[string]bool{}
	for _, s := range advisory.AllSpecifications() {
		if s.Label.FR == "" || s.Label.EN == "" || seen[s.Name] {
			t.Errorf("%s is there twice, or has no label", s.Name)
		}
		seen[s.Name] = true
		if !asked[s.Name] {
			t.Errorf("no rule asks for %s", s.Name)
		}
	}
}

// The mistakes that an author of recommendation rules makes, each told with its place.
func TestMistakesInARecommendationRule(t *testing.T) {
	const file = "rules/ADV-01.yaml"
	tests := []struct{ name, before, after, want string }{
		{"a typo in a fact", "need.outdoor'", "need.outdor'", `rules/ADV-01.yaml:4:11: "need.outdor" is not a fact; did you mean "need.outdoor"?`},
		{"a typo in a fact of a value", "need.targetDistanceM * 1.3", "need.targetDistance * 1.3",
			`rules/ADV-01.yaml:7:61: "need.targetDistance" is not a fact; did you mean "need.targetDistanceM"?`},
		{"a typo in a fact of a condition", "!need.colourAtNight", "!need.colorAtNight", `"need.colorAtNight" is not a fact; did you mean "need.colourAtNight"?`},
		{"a typo in a specification", "name: ingressRating", "name: ingresRating",
			`rules/ADV-01.yaml:6:12: "ingresRating" is not a specification; did you mean "ingressRating"?`},
		{"a typo in a word", "oneOf: [fixed, ptz]}\n  - {name: wdr", "oneOf: [fixd, ptz]}\n  - {name: wdr", `forms is never "fixd"`},
		{"a word for a number", "atLeast: 66}\n  - {name: ir", "atLeast: [fixed]}\n  - {name: ir", `"ingressRating" is a number, which [fixed] is not`},
		{"a number for words", "oneOf: [fixed, ptz]}\n  - {name: wdr", "oneOf: 3}\n  - {name: wdr", `"forms" is a words, which 3 is not`},
		{"an expression of another type", "'need.targetDistanceM * 1.3'", "'need.outdoor'", "rules/ADV-01.yaml:7:61: must be a number, not a bool"},
		{"a number for a flag", "'need.backlight'", "'need.targetDistanceM'", "must be true or false, not a double"},
		{"a bound of another kind", "name: wdr, flag:", "name: wdr, atLeast:", `"wdr" is asked for by flag, not by "atLeast"`},
		{"nothing asked", "name: ingressRating, atLeast: 66", "name: ingressRating", `"ingressRating" asks for nothing: one of atLeast, atMost, advised is missing`},
		{"an unknown key", "atLeast: 66}\n  - {name: ir", "least: 66}\n  - {name: ir", `"least" is not a known key`},
		{"a fact of another subject", "'need.outdoor'", "'mounting.outdoor'", `"mounting.outdoor" is a fact of a camera, which a rule on a need does not see`},
		{"no subject of a recommendation", "subject: need", "subject: holder", `"holder" is not one of`},
		{"no case that applies", "verdict: APPLIES", "verdict: UNKNOWN", "there is no case that gives APPLIES"},
		{"no case that does not apply", "verdict: NOT_APPLICABLE, facts: {need.outdoor: false}", "verdict: UNKNOWN", "there is no case that gives NOT_APPLICABLE"},
		{"no case without a fact", "verdict: UNKNOWN, missing: [need.outdoor], facts: {need.backlight: true}", "verdict: NOT_APPLICABLE, facts: {need.outdoor: false}",
			"there is no case that gives UNKNOWN"},
		{"a case of another value", "irRangeM: {atLeast: 26}", "irRangeM: {atLeast: 27}", "rules/ADV-01.yaml:16:5: the case asks for irRangeM ≥ 26, not irRangeM ≥ 27"},
		{"a case that expects too much", "wdr: {flag: true}\n", "wdr: {flag: true}\n      wdrDb: {atLeast: 120}\n", "the case does not ask for wdrDb ≥ 120"},
		{"a case that expects too little", "      wdr: {flag: true}\n", "", "the case asks for wdr true too"},
		{"a case without what it expects", "    specify:\n      ingressRating: {atLeast: 66}\n      irRangeM: {atLeast: 26}\n      forms: {oneOf: [fixed, ptz]}\n      wdr: {flag: true}\n", "",
			`the case tells no specification that is expected`},
		{"a case with something open", "need.colourAtNight: false, ", "", "the case leaves something open; missing: need.colourAtNight"},
		{"a case with another fact missing", "missing: [need.outdoor]", "missing: [need.site]", `the facts missing are ["need.outdoor"], not ["need.site"]`},
		{"a case of another verdict", "{need.outdoor: false}", "{need.outdoor: true, need.colourAtNight: true, need.backlight: true}", "the case gives APPLIES, not NOT_APPLICABLE"},
		{"a case before the rule", "advice:", "validFrom: 2027-01-01\nadvice:", "the rule is not in force on 2026-11-21"},
		{"it ends before it begins", "advice:", "validFrom: 2026-01-02\nvalidTo: 2026-01-01\nadvice:", "validTo is before validFrom"},
		{"another name than its file", "id: ADV-01", "id: ADV-02", `the rule "ADV-02" must be in a file of its name`},
		{"a limit that is not there", "need.targetDistanceM * 1.3", "limit.reach", `"limit.reach" is not a fact`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := advisedBook()
			replaced(t, files, file, test.before, test.after)
			_, err := advisory.Load(files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error lacks %q:\n%v", test.want, err)
			}
		})
	}
}

func TestMistakesBetweenRecommendationRules(t *testing.T) {
	files := advisedBook()
	files["rules/ADV-01.b.yaml"] = files["rules/ADV-01.yaml"]
	files["rules/TST-01.b.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallAdvice, "ADV-01", "TST-01", 1))}
	_, err := advisory.Load(files)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`the rule "ADV-01" is in rules/ADV-01.b.yaml too, and both are valid on a same day`,
		`rules/TST-01.b.yaml:1:1: "TST-01" is an audit rule: a recommendation rule has another identifier`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
}

// A recommendation rule of a territory holds nowhere else, and is open where the département is not known.
func TestARecommendationRuleOfATerritory(t *testing.T) {
	files := advisedBook()
	const file = "rules/ADV-01.yaml"
	replaced(t, files, file, "advice:", "territory: [\"34\"]\nadvice:")
	replaced(t, files, file, "facts: {need.outdoor: true,", "facts: {project.department: \"34\", need.outdoor: true,")
	replaced(t, files, file, "facts: {need.outdoor: false}", "facts: {project.department: \"30\"}")
	replaced(t, files, file, "missing: [need.outdoor]", "missing: [project.department]")
	if _, err := advisory.Load(files); err != nil {
		t.Error(err)
	}
}

// An audit judges by audit rules alone.
func TestAuditsDoNotJudgeRecommendationRules(t *testing.T) {
	session, err := loadBook(t).On("2026-11-21", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range append(inventory.SubjectKinds(), advisory.AdviceSubjects()...) {
		findings, err := session.Judge(subject, nil)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(findings, func(f advisory.Finding) bool { return strings.HasPrefix(f.Rule, "REC-") }) {
			t.Errorf("an audit of a %s judges a recommendation rule", subject)
		}
	}
}

// A prefecture may add recommendation rules and tighten the limits that those of the book name, without touching a wording
// of the book.
func TestALocalBookAdvises(t *testing.T) {
	local := fstest.MapFS{
		"overlay.yaml": {Data: []byte("edition: x\nlimits:\n  - {name: surroundingsM, value: {value: 5, source: s, verified: practice}}\n" +
			"  - {name: linkLoadPct, value: {value: 50, source: s, verified: practice}}\n")},
		"rules/LOC34-A1.yaml": {Data: []byte(strings.Replace(smallAdvice, "ADV-01", "LOC34-A1", 1))},
	}
	book, err := advisory.LoadOverlay(local)
	if err != nil {
		t.Fatal(err)
	}
	advice, err := book.Advise(advisory.SubjectNeed, advisory.Facts{
		"project.holderType": "trader", "need.filmsPublicWay": true, "need.outdoor": true, "need.colourAtNight": true, "need.backlight": false,
	}, "2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	if s := asked(advice, "fieldM"); s == nil || *s.AtMost != 5 {
		t.Errorf("the extent of the surroundings %+v, want that of the local book", s)
	}
	if !slices.ContainsFunc(advice, func(a inventory.Advice) bool { return a.Rule == "LOC34-A1" && a.Verdict == "APPLIES" }) {
		t.Error("the local rule does not advise")
	}
	local["rules/REC-26.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallAdvice, "ADV-01", "REC-26", 1))}
	if _, err := advisory.LoadOverlay(local); err == nil || !strings.Contains(err.Error(), `"REC-26" is a rule of the book`) {
		t.Errorf("error %v", err)
	}
}

// asked is the strictest specification of a name, nil when none is asked for.
func asked(advice []inventory.Advice, name string) *inventory.Specification {
	for _, s := range advisory.Strictest(advice) {
		if s.Name == name {
			return &s
		}
	}
	return nil
}

// A book with recommendation rules loads, or tells faults that each have a file; it never panics.
func FuzzLoadAdvice(f *testing.F) {
	f.Add(smallAdvice)
	f.Add(strings.Replace(smallAdvice, "oneOf: [fixed, ptz]}\n  - {name: wdr", "oneOf: 'need.outdoor ? [\"fixed\"] : []'}\n  - {name: wdr", 1))
	f.Add("specify: &a [*a]")
	f.Add(strings.Replace(smallAdvice, "atLeast: 66", "atLeast: .nan", 1))
	f.Fuzz(func(t *testing.T, rule string) {
		files := advisedBook()
		files["rules/ADV-01.yaml"] = &fstest.MapFile{Data: []byte(rule)}
		book, err := advisory.Load(files)
		if err != nil {
			var fault *advisory.BookError
			if !errors.As(err, &fault) || fault.File == "" {
				t.Fatalf("a fault without its file: %v", err)
			}
			return
		}
		for _, r := range book.Advice {
			for _, c := range r.Cases {
				if _, err := book.Advise(r.Subject, c.Facts, c.At); err != nil {
					t.Fatalf("a case of a book that loads is refused: %v", err)
				}
			}
		}
	})
}
