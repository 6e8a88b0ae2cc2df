package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const localRule = `id: LOC34-01
title: {fr: "Quinze jours au plus", en: "Fifteen days at most"}
subject: deployment
territory: ["34"]
pass: 'deployment.retentionDays <= 15'
severity: MAJOR
basis: LAW
reference: "arrêté préfectoral"
edition: "2026"
verified: "yes"
remedy: {fr: "Réduire la conservation.", en: "Reduce retention."}
cases:
  - {verdict: PASS, facts: {deployment.department: "34", deployment.retentionDays: 15}}
  - {verdict: FAIL, facts: {deployment.department: "34", deployment.retentionDays: 16}}
  - {verdict: UNKNOWN, facts: {deployment.department: "34"}}
`

// localBook writes a local book into the shell's home folder.
func localBook(t *testing.T, s *shell, rule string) string {
	t.Helper()
	if err := os.MkdirAll(s.path("local/rules"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.file(t, "local/overlay.yaml", "edition: 34-2026\nlimits:\n  - name: surroundingsM\n    value: {value: 5, source: s, verified: practice}\n")
	s.file(t, "local/rules/LOC34-01.yaml", rule)
	return s.path("local")
}

func TestBookListAndShow(t *testing.T) {
	s := newShell(t)
	s.must(t, "book", "list", "--subject", "holder", "--at", "2026-11-21").want(t, exitDone, "AUD-L39", "convention de coordination")
	if got := s.must(t, "book", "list", "--subject", "holder"); strings.Contains(got.stdout, "AUD-L02") {
		t.Errorf("a rule on a deployment is listed:\n%s", got.stdout)
	}
	s.must(t, "book", "show", "aud-l24").want(t, exitDone,
		"Aucun opérateur privé", "CSI, art. R253-3", "3 avril 2026", "juriste", "operation.privateOperators", "bloquant / BLOCKER")
	s.must(t, "book", "list", "--subject", "need").want(t, exitDone, "REC-04", "conseil/ADVICE", "Identifier une personne inconnue")
	s.must(t, "book", "show", "rec-25").want(t, exitDone, "besoin / need", "irRangeM ≥ need.targetDistanceM * 1.3", "arrêté du 3 août 2007")
	s.run(t, "book", "show", "AUD-X99").want(t, exitNotFound, "no rule AUD-X99")
	s.run(t, "book", "show").want(t, exitUsage, "the identifier of a rule is needed")
	s.run(t, "book", "list", "--subject", "town", "--at", "tomorrow").want(t, exitUsage, `--subject "town"`, "--at needs a day")
}

func TestBookCheckAndDiff(t *testing.T) {
	s := newShell(t)
	s.must(t, "book", "check").want(t, exitDone, "Règles / rules          117", "Préconisations / advice 44")
	local := localBook(t, s, localRule)
	s.must(t, "book", "check", local).want(t, exitDone, "2026-11+34-2026", "Règles / rules          118")
	s.must(t, "book", "show", "LOC34-01", "--book", local).want(t, exitDone, "Quinze jours au plus", "Territoire / territory")
	s.must(t, "book", "diff", "-", local).want(t, exitDone, "Plus strict / stricter",
		"rule LOC34-01 added", "limit surroundingsM values: 10 → 5")
	s.must(t, "book", "diff", local, "-").want(t, exitDone, "Moins strict / weaker", "rule LOC34-01 removed")
	s.must(t, "book", "diff", "-", "-").want(t, exitDone, "Aucune différence")
	s.run(t, "book", "diff", "-").want(t, exitUsage, "two books are needed")
	s.run(t, "book", "check", s.path("nowhere")).want(t, exitNotFound, "nowhere")
}

func TestBookCheckTellsEveryFault(t *testing.T) {
	s := newShell(t)
	local := localBook(t, s, strings.NewReplacer("retentionDays <=", "retentionDay <=", "MAJOR", "HUGE").Replace(localRule))
	s.run(t, "book", "check", local).want(t, exitRefused,
		`rules/LOC34-01.yaml:5:8: "deployment.retentionDay" is not a fact; did you mean "deployment.retentionDays"?`,
		`rules/LOC34-01.yaml:6:11: "HUGE" is not one of`)
}

// A limit that a local book makes stricter in a territory is shown with it, and is a stricter one to diff.
func TestBookTellsTerritories(t *testing.T) {
	s := newShell(t)
	local := localBook(t, s, localRule)
	s.file(t, "local/overlay.yaml", `edition: "34-2026"
limits:
  - {name: linkLoadPct, territory: ["34"], value: {value: 50, source: "arrêté", verified: "yes", validFrom: 2026-01-01}}
`)
	const shown = "70; 50 [34] (2026-01-01 – …)"
	s.must(t, "book", "show", "AUD-T15", "--book", local).want(t, exitDone, "limit.linkLoadPct = "+shown+" %")
	s.must(t, "book", "diff", "-", local).want(t, exitDone, "Plus strict / stricter", "limit linkLoadPct values: 70 → "+shown)
	s.must(t, "book", "list", "--markdown", "--book", local).want(t, exitDone, "| 50 % | 2026-01-01 | 34 | lower | yes | arrêté |")
}

// A whole book that lacks a rule, or asks less, is told as such.
func TestBookCheckTellsWhatIsWeaker(t *testing.T) {
	s := newShell(t)
	whole := s.path("whole")
	if err := os.CopyFS(whole, os.DirFS(filepath.Join("advisory", "book"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(whole, "rules", "AUD-L10.yaml")); err != nil {
		t.Fatal(err)
	}
	changes := map[string]*strings.Replacer{
		"rules/AUD-L14.yaml": strings.NewReplacer("severity: BLOCKER", "severity: MINOR"),
		"rules/AUD-L21.yaml": strings.NewReplacer("<= 36", "<= 60", "Months: 60", "Months: 72"),
		"limits.yaml":        strings.NewReplacer("value: 95,", "value: 90,"),
	}
	for name, change := range changes {
		file := filepath.Join("whole", name)
		s.file(t, file, change.Replace(readText(t, s.path(file))))
	}
	s.must(t, "book", "check", whole).want(t, exitDone, "Moins strict que le livre de Vigie", "rule AUD-L10 removed",
		"rule AUD-L14 severity: BLOCKER → MINOR", "limit surroundingsPct values: 95 → 90",
		"À examiner", "rule AUD-L21 pass: recording.logRetentionMonths <= 36 → recording.logRetentionMonths <= 60")
}

// docs/rules.md is what the book says.
func TestRulesDocument(t *testing.T) {
	got := newShell(t).must(t, "book", "list", "--markdown")
	if got.stdout != readText(t, filepath.Join("docs", "rules.md")) {
		t.Error("docs/rules.md is not what the book says: run scripts/docs")
	}
}

func TestBookJudge(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "case.json", `{"subject":"deployment","at":"2026-11-21","facts":{"deployment.department":"34","deployment.retentionDays":16}}`)
	s.must(t, "book", "judge", file).want(t, exitDone, "AUD-L02  inconnu / UNKNOWN", "Manque / missing  authorisation.status")
	local := localBook(t, s, localRule)
	s.must(t, "book", "judge", file, "--book", local, "--rule", "LOC34-01").want(t, exitDone, "LOC34-01  écart / FAIL")
	s.must(t, "book", "judge", file, "--format", "json").want(t, exitDone, `"verdict":"UNKNOWN"`)
	need := s.file(t, "need.json", `{"subject":"need","at":"2026-11-21","facts":{"need.outdoor":true,"need.mountHeightM":2.8,"need.period":"night","need.colourAtNight":false}}`)
	s.must(t, "book", "judge", need).want(t, exitDone, "REC-01  s’applique / APPLIES", "Indice de protection IP / IP rating : ≥ 66",
		"Manque / missing  need.environment", "REC-04  inconnu / UNKNOWN")
	s.must(t, "book", "judge", need, "--rule", "REC-25", "--format", "json").want(t, exitDone, `"rule":"REC-25","verdict":"APPLIES"`, `"missing":["need.targetDistanceM"]`)
	s.stdin = `{"subject":"deployment","at":"2026-11-21","scale":"ells","facts":{}}`
	s.run(t, "book", "judge", "-").want(t, exitRefused, `no scale "ells"`)
	s.stdin = `{"subject":"deployment","at":"2026-11-21","facts":{"deployment.retentionDay":16,"deployment.audio":1}}`
	s.run(t, "book", "judge", "-").want(t, exitRefused, `did you mean "deployment.retentionDays"?`, "must be true or false")
	s.run(t, "book", "judge", file, "--rule", "AUD-X99").want(t, exitNotFound, "no rule AUD-X99")
	s.run(t, "book", "judge").want(t, exitUsage, "the file of a case is needed")
	s.run(t, "book", "judge", s.path("none.json")).want(t, exitNotFound, "none.json")
}

// Every command that judges takes a book, and tells all its faults before it does anything.
func TestBookOfACommand(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone)
	s.must(t, "import", s.file(t, "communes.geojson", twoCommunes), "--kind", "areas", "--category", "commune")
	local := localBook(t, s, localRule)
	s.file(t, "local/profiles-note", "")
	s.run(t, "assess", "--commune", "34172", "--book", local).want(t, exitRefused, "profiles-note:0:0: is not a file of a local book")
	if err := os.Remove(s.path("local/profiles-note")); err != nil {
		t.Fatal(err)
	}
	s.must(t, "assess", "--commune", "34172", "--book", local, "--out", s.path("out"))
	if got := readAssessment(t, s.path("out")).Result.Book; got != "2026-11+34-2026" {
		t.Errorf("the study is judged by %q", got)
	}
	s.env["VIGIE_BOOK"] = local
	s.must(t, "book", "show", "LOC34-01")
	localBook(t, s, strings.NewReplacer("retentionDays <=", "retentionDay <=", "MAJOR", "HUGE").Replace(localRule))
	for _, command := range [][]string{
		{"assess", "--commune", "34172"}, {"explain", "--commune", "34172", "--lon", "3.87", "--lat", "43.61"},
		{"serve", "--addr", "127.0.0.1:0"}, {"demo", "--out", s.path("demo"), "--store", "sqlite:" + s.path("demo.db")},
	} {
		s.run(t, command...).want(t, exitRefused, `is not a fact; did you mean "deployment.retentionDays"?`, `"HUGE" is not one of`)
	}
	s.run(t, "serve", "--book", s.path("nowhere")).want(t, exitNotFound, "nowhere")
}
