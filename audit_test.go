package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"vigie/advisory"
	"vigie/inventory"
	"vigie/scripts/demotown"
)

// townAddress is the address of a store with the demonstration town.
func townAddress(t *testing.T, s *shell) string {
	t.Helper()
	address := "sqlite:" + s.path("town.db")
	store, err := openStore(t.Context(), address)
	if err == nil {
		err = useStore(store, nil, func(store inventory.Store) error {
			return storeTown(t.Context(), store, demotown.Make(demotown.DefaultSeed))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func readAudit(t *testing.T, text string) (audit inventory.Audit) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &audit); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return audit
}

var identifierPattern = regexp.MustCompile(`Identifiant / identifier  (\S+)`)

func auditIdentifier(t *testing.T, got outcome) string {
	t.Helper()
	found := identifierPattern.FindStringSubmatch(got.stdout)
	if found == nil {
		t.Fatalf("no identifier in\n%s", got.stdout)
	}
	return found[1]
}

const oneDeployment = "demo-centre-ville"

func TestAuditDeployment(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	args := []string{"audit", "--deployment", oneDeployment, "--at", "2026-11-21", "--no-geometry"}
	got := s.must(t, args...)
	got.want(t, exitDone, "deployment:"+oneDeployment, "au / on 2026-11-21", "Note de", "bloquant / BLOCKER", "Référence / reference",
		"Manque / missing", "Ce qui relèverait le plus la note")
	if strings.Contains(got.stdout, "conforme / PASS ·") {
		t.Error("what passes is shown without --all")
	}
	s.must(t, append(args, "--all")...).want(t, exitDone, "conforme / PASS ·", "sans objet / NOT_APPLICABLE ·")
	if again := s.must(t, args...); again.stdout != got.stdout {
		t.Error("the same audit again prints something else")
	}
	audit := readAudit(t, s.must(t, append(args, "--format", "json", "--scale", "both")...).stdout)
	if len(audit.Request.AlsoScales) != 1 || len(audit.Result.Findings) == 0 || !audit.Request.WithoutGeometry {
		t.Errorf("request %+v, %d findings", audit.Request, len(audit.Result.Findings))
	}
	shown := s.must(t, append(args, "--verdict", "PASS,FAIL", "--severity", "MAJOR")...)
	if shown.want(t, exitDone, "conforme / PASS · majeur", "écart / FAIL · majeur"); strings.Contains(shown.stdout, "UNKNOWN · ") ||
		strings.Contains(shown.stdout, "· bloquant") {
		t.Error("--verdict and --severity let others through")
	}
	some := readAudit(t, s.must(t, append(args, "--format", "json", "--rule", "AUD-L34,AUD-L02", "--verdict", "FAIL")...).stdout)
	if f := some.Result.Findings; len(f) != 1 || f[0].Rule != "AUD-L34" || len(some.Result.Rules) != len(audit.Result.Rules) {
		t.Errorf("of two rules that one fails: %+v", f)
	}
	features, err := geojson.UnmarshalFeatureCollection([]byte(s.must(t, append(args, "--format", "geojson")...).stdout))
	if err != nil || len(features.Features) == 0 {
		t.Errorf("%v in the GeoJSON", err)
	}
	local := localBook(t, s, strings.ReplaceAll(localRule, `"34"`, `"`+demotown.CommuneCode[:2]+`"`))
	s.must(t, append(args, "--all", "--book", local)...).want(t, exitDone, "LOC34-01", "2026-11+34-2026")
	s.must(t, "audit", "--commune", demotown.CommuneCode, "--at", "2026-11-21", "--no-geometry").want(t, exitDone, demotown.CommuneName)
}

// Cameras that no deployment holds are judged, and what is not judged for want of one is told.
func TestAuditTellsStrayCameras(t *testing.T) {
	s := newShell(t)
	s.must(t, append([]string{"import", s.file(t, "cameras.geojson", twoCameras)}, asNewHolder...)...)
	s.must(t, "audit", "--holder", "ville", "--at", "2026-11-21").want(t, exitDone,
		"2 caméras ne sont rattachées à aucun système", "2 cameras belong to no deployment")
	s.must(t, "import", s.file(t, "systems.json", `[{"id":"system","holder":"ville","name":"Système","regime":"csi_public_way"}]`), "--kind", "deployments")
	s.must(t, "import", s.path("cameras.geojson"), "--holder", "ville", "--deployment", "system")
	if got := s.must(t, "audit", "--holder", "ville", "--at", "2026-11-21"); strings.Contains(got.stdout, "à aucun système") {
		t.Error("cameras of a deployment are told to have none")
	}
}

func TestAuditRefused(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"nothing", nil, exitUsage, "exactly one of --deployment"},
		{"two things", []string{"--deployment", "a", "--holder", "b"}, exitUsage, "exactly one of --deployment"},
		{"no such deployment", []string{"--deployment", "none"}, exitNotFound, "none"},
		{"no INSEE code", []string{"--commune", "Nowhere"}, exitRefused, "INSEE"},
		{"no day", []string{"--deployment", oneDeployment, "--at", "soon"}, exitUsage, "--at needs a day"},
		{"no scale", []string{"--deployment", oneDeployment, "--scale", "ells"}, exitRefused, "ells"},
		{"no format", []string{"--deployment", oneDeployment, "--format", "pdf"}, exitUsage, "--format"},
		{"no verdict", []string{"--deployment", "a", "--verdict", "FAIL,GUILTY"}, exitUsage, `--verdict "GUILTY" is none of PASS, FAIL`},
		{"no severity", []string{"--deployment", "a", "--severity", "WORST"}, exitUsage, `--severity "WORST"`},
		{"all and some", []string{"--deployment", "a", "--all", "--verdict", "FAIL"}, exitUsage, "--all shows every verdict"},
		{"a file of nothing", []string{"--deployment", oneDeployment, "--cameras", "x"}, exitUsage, "--cameras needs --deployments"},
		{"files to keep", []string{"--deployment", "a", "--deployments", "x", "--holders", "y", "--keep"}, exitUsage, "--keep needs a store"},
		{"files of nobody", []string{"--deployment", "a", "--deployments", "x"}, exitUsage, "--deployments needs --holders"},
		{"a store that is not there", []string{"--deployment", "a", "--store", "sqlite:" + s.path("none.db")}, exitNotFound, "none.db"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.run(t, append([]string{"audit"}, test.args...)...).want(t, test.code, test.says)
		})
	}
}

// An audit of the files that an export wrote says what an audit of the store says.
func TestAuditFiles(t *testing.T) {
	s := newShell(t)
	store := townAddress(t, s)
	files := map[string]string{
		"holders": "holders.json", "deployments": "deployments.json", "cameras": "cameras.geojson", "areas": "areas.geojson",
	}
	args := []string{"audit", "--deployment", oneDeployment, "--at", "2026-11-21", "--no-geometry", "--format", "json"}
	fromFiles := append([]string{}, args...)
	for kind, name := range files {
		s.must(t, "export", "--store", store, "--kind", kind, "--out", s.path(name))
		fromFiles = append(fromFiles, "--"+kind, s.path(name))
	}
	want := readAudit(t, s.must(t, append(args, "--store", store)...).stdout)
	got := readAudit(t, s.must(t, fromFiles...).stdout)
	if got.Result.Score.Summary != want.Result.Score.Summary || len(got.Result.Subjects) == 0 {
		t.Errorf("%d findings, %s; of the store %d, %s", len(got.Result.Findings), got.Result.Score.Summary.EN,
			len(want.Result.Findings), want.Result.Score.Summary.EN)
	}
	s.file(t, "broken.json", `[{"id":"x"}]`)
	s.run(t, append(fromFiles, "--deployments", s.path("broken.json"))...).want(t, exitNotFound, oneDeployment)
}

func TestAuditAnswerAndCompare(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	args := []string{"audit", "--deployment", oneDeployment, "--no-geometry", "--keep", "--at"}
	before := auditIdentifier(t, s.must(t, append(args, "2026-11-21")...))
	answer := []string{
		"audit", "answer", before, "--rule", "AUD-L02", "--status", "justified", "--author", "Directeur", "--text", "Vu avec la préfecture.",
	}
	s.must(t, answer...).want(t, exitDone, "Réponse enregistrée", "justifié / justified", "deployment:"+oneDeployment)
	s.must(t, append(args, "2026-11-21")...).want(t, exitDone, "justifié / justified, Directeur", "Vu avec la préfecture.")
	after := auditIdentifier(t, s.must(t, append(args, "2035-01-01")...))
	s.must(t, "audit", "compare", before, after).want(t, exitDone, "Avant / before", "2035-01-01", "Changés / changed", "→")
	s.must(t, "audit", "compare", before, before).want(t, exitDone, "Changés / changed 0")
	s.must(t, "audit", "compare", before, after, "--format", "json").want(t, exitDone, `"changes":[`)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"of no audit":     {[]string{"audit", "answer", "none", "--rule", "R", "--status", "fixed", "--author", "a", "--text", "t"}, exitNotFound, "none"},
		"of no finding":   {append(append([]string{}, answer...), "--rule", "AUD-X99"), exitNotFound, "no finding of AUD-X99"},
		"of many":         {append(append([]string{}, answer...), "--rule", "AUD-P01"), exitRefused, "name one with --subject"},
		"of no state":     {append(append([]string{}, answer...), "--status", "done"), exitUsage, "--status"},
		"without words":   {[]string{"audit", "answer", before, "--status", "fixed"}, exitUsage, "--author is needed"},
		"compare one":     {[]string{"audit", "compare", before}, exitUsage, "two audits"},
		"compare nothing": {[]string{"audit", "compare", before, "none"}, exitNotFound, "none"},
	} {
		t.Run(name, func(t *testing.T) { s.run(t, test.args...).want(t, test.code, test.says) })
	}
}

func TestCampaign(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	s.must(t, "campaign", "--at", "2026-11-21").want(t, exitDone, "Campagne au", "Systèmes / deployments", "AUD-L02")
	whole := []string{"campaign", "--at", "2026-11-21", "--out", s.path("all.jsonl"), "--record", s.path("all.json"), "--format", "json"}
	want := s.must(t, whole...)
	lines := readText(t, s.path("all.jsonl"))
	deployments := demotown.Make(demotown.DefaultSeed).Deployments
	if n := strings.Count(lines, "\n"); n != len(deployments) || !strings.Contains(lines, `"deployment":"`+oneDeployment+`"`) {
		t.Errorf("%d lines, want %d:\n%s", n, len(deployments), lines)
	}
	if again := s.must(t, whole...); again.stdout != want.stdout || readText(t, s.path("all.jsonl")) != lines {
		t.Error("a campaign that is finished is begun again")
	}
	s.run(t, "campaign", "--at", "2026-11-20", "--record", s.path("all.json")).want(t, exitRefused, "another campaign")
	s.run(t, "campaign", "--holder-type", "duke", "--at", "soon").want(t, exitUsage, "--holder-type", "--at needs a day")
	s.run(t, "campaign", "--department", "Hérault").want(t, exitRefused, "INSEE")
	s.run(t, "campaign", "--record", s.file(t, "no.json", "[]")).want(t, exitRefused, "not the record of a campaign")
}

// A campaign whose program died goes on from its record, and leaves the same files.
func TestCampaignGoesOnAfterADeath(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	run := func(name string) outcome {
		return s.must(t, "campaign", "--at", "2026-11-21", "--out", s.path(name+".jsonl"), "--record", s.path(name+".json"), "--format", "json")
	}
	want := run("whole")
	log, err := openCampaign(s.path("whole.json"), "", advisory.CampaignRequest{At: "2026-11-21"})
	if err != nil {
		t.Fatal(err)
	}
	lines := readText(t, s.path("whole.jsonl"))
	first := lines[:strings.Index(lines, "\n")+1]
	log.name, log.Record.Finished, log.LineBytes = s.path("cut.json"), false, int64(len(first))
	cut := log.Record
	cut.After, cut.Looked, cut.Deployments, cut.Cameras, cut.Rules = firstKey(t, first), 0, 0, 0, nil
	if err := log.keep(cut); err != nil {
		t.Fatal(err)
	}
	s.file(t, "cut.jsonl", first+`{"deployment":"half a li`)
	got := run("cut")
	if readText(t, s.path("cut.jsonl")) != lines {
		t.Errorf("other lines:\n%s", readText(t, s.path("cut.jsonl")))
	}
	if got.stdout == want.stdout { // the record that was cut had counted nothing before
		t.Error("the campaign began from the start")
	}
	s.file(t, "cut.jsonl", "")
	s.run(t, "campaign", "--at", "2026-11-21", "--out", s.path("cut.jsonl"), "--record", s.path("cut.json")).want(t, exitRefused, "shorter than the record")
}

// firstKey is the key of the deployment of a line.
func firstKey(t *testing.T, line string) inventory.ID {
	t.Helper()
	var outcome advisory.CampaignOutcome
	if err := json.Unmarshal([]byte(line), &outcome); err != nil {
		t.Fatal(err)
	}
	return outcome.Deployment
}

func TestSimulate(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = townAddress(t, s)
	s.must(t, "simulate", "--at", "2026-11-21", "--with-at", "2000-01-01").want(t, exitDone, "→ –", "Verdicts changés", "AUD-P12")
	local := localBook(t, s, strings.ReplaceAll(localRule, `"34"`, `"`+demotown.CommuneCode[:2]+`"`))
	s.must(t, "simulate", "--at", "2026-11-21", "--with", local).want(t, exitDone, "LOC34-01  – → ")
	s.must(t, "simulate", "--at", "2026-11-21", "--limit", "linkLoadPct=1", "--format", "json").want(t, exitDone, `{"simulation":{"deployments":`)
	s.run(t, "simulate", "--limit", "nothing=1").want(t, exitRefused, "limit.nothing: is not a limit of the book")
	s.run(t, "simulate", "--limit", "linkLoadPct").want(t, exitUsage, "is not name=value")
	s.run(t, "simulate").want(t, exitUsage, "must say what to change")
	s.run(t, "simulate", "--with-scale", "ells").want(t, exitRefused, `no scale "ells"`)
	s.run(t, "simulate", "--with", filepath.Join(s.home, "none")).want(t, exitNotFound, "none")
}
