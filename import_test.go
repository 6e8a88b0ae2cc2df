package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"vigie/inventory"
)

const twoCameras = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"Nom":"C1","hauteur":6},"geometry":{"type":"Point","coordinates":[3.87,43.61]}},
{"type":"Feature","properties":{"Nom":"C2"},"geometry":{"type":"Point","coordinates":[3.88,43.62]}}]}`

// lambertCameras are in metres of Lambert-93, and do not say so.
const lambertCameras = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"Nom":"C1"},"geometry":{"type":"Point","coordinates":[768915.2,6281719.4]}}]}`

const someHolders = `[
{"id":"ville","name":"Ville de Montpellier","kind":"local_authority","commune":"34172"},
{"id":"tram","name":"Régie des transports","kind":"private"}]`

var asNewHolder = []string{"--holder", "ville", "--holder-name", "Ville de Montpellier", "--holder-kind", "local_authority"}

// importTwo imports two cameras under their holder.
func importTwo(t *testing.T, s *shell, more ...string) outcome {
	t.Helper()
	args := append([]string{"import", s.file(t, "cameras.geojson", twoCameras), "--key", "Nom"}, asNewHolder...)
	return s.run(t, append(args, more...)...)
}

func TestImportTwiceChangesNothing(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone, "Lues / read                   2", "Ajoutées / added              2")
	before := s.must(t, "export", "--kind", "cameras").stdout
	importTwo(t, s).want(t, exitDone, "Ajoutées / added              0", "Inchangées / unchanged        2")
	if after := s.must(t, "export", "--kind", "cameras").stdout; after != before {
		t.Errorf("a second import changed the store:\n%s\n%s", before, after)
	}
	s.must(t, "export", "--kind", "holders").want(t, exitDone, `"name":"Ville de Montpellier"`)
}

func TestImportFromStandardInputWithMapping(t *testing.T) {
	s := newShell(t)
	s.stdin = twoCameras
	args := append([]string{"import", "-", "--key", "Nom", "--map", "hauteur=mounting.heightM"}, asNewHolder...)
	s.must(t, args...)
	s.must(t, "export", "--kind", "cameras", "--format", "csv").want(t, exitDone, "mounting.heightM", "6")

	t.Run("mapping file", func(t *testing.T) {
		s := newShell(t)
		s.stdin = twoCameras
		mapping := s.file(t, "mapping.json", `{"hauteur":"mounting.heightM"}`)
		s.must(t, append([]string{"import", "-", "--format", "geojson", "--key", "Nom", "--mapping", mapping}, asNewHolder...)...)
		s.must(t, "export", "--kind", "cameras", "--format", "csv").want(t, exitDone, "mounting.heightM", "6")
	})
}

func TestImportDryRunStoresNothing(t *testing.T) {
	s := newShell(t)
	importTwo(t, s, "--dry-run").want(t, exitDone, "Essai à blanc", "Ajoutées / added              2")
	s.must(t, "export", "--kind", "holders").want(t, exitDone, "[]")
	if got := s.must(t, "export", "--kind", "cameras").stdout; strings.Contains(got, "C1") {
		t.Errorf("a dry run stored a camera: %s", got)
	}
}

func TestImportRefused(t *testing.T) {
	s := newShell(t)
	lambert := s.file(t, "lambert.geojson", lambertCameras)
	broken := s.file(t, "broken.geojson", `{"type":"FeatureCollection","features":[{`)
	good := s.file(t, "good.geojson", twoCameras)
	tests := []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"no coordinate system", append([]string{lambert}, asNewHolder...), exitRefused, []string{"--crs EPSG:2154"}},
		{"unknown coordinate system", append([]string{good, "--crs", "EPSG:1"}, asNewHolder...), exitRefused, []string{"EPSG:1"}},
		{"broken file", append([]string{broken}, asNewHolder...), exitRefused, []string{"broken.geojson"}},
		{"no such file", append([]string{s.path("none.geojson")}, asNewHolder...), exitNotFound, []string{"none.geojson"}},
		{"a folder", append([]string{s.home}, asNewHolder...), exitRefused, []string{"is a folder"}},
		{"no such holder", []string{good, "--holder", "ville"}, exitNotFound, []string{`holder "ville"`, "--holder-name"}},
		{"no such deployment", append([]string{good, "--deployment", "d1"}, asNewHolder...), exitNotFound, []string{`deployment "d1"`}},
		{"holder that cannot be", []string{good, "--holder", "a b", "--holder-name", "X", "--holder-kind", "private"}, exitRefused,
			[]string{`invalid holder "a b"`, "id: needs"}},
		{"no holder", []string{good}, exitUsage, []string{"--holder is needed"}},
		{"mapping that is none", append([]string{good, "--mapping", lambert}, asNewHolder...), exitRefused, []string{"property: field"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := s.run(t, append([]string{"import"}, test.args...)...)
			got.want(t, test.code, test.says...)
			if !strings.HasPrefix(got.stderr, "vigie: ") {
				t.Errorf("stderr does not begin with the program's name: %s", got.stderr)
			}
		})
	}
	s.must(t, "export", "--kind", "holders").want(t, exitDone, "[]")
}

func TestImportReportsRejectedRows(t *testing.T) {
	s := newShell(t)
	rows := "Nom,lon,lat\nC1,3.87,43.61\n" + strings.Repeat("C2,3.87,\n", 30)
	reportFile := s.path("report.json")
	args := append([]string{"import", s.file(t, "cameras.csv", rows), "--key", "Nom", "--report", reportFile}, asNewHolder...)
	got := s.run(t, args...)
	got.want(t, exitRejected, "Ajoutées / added              1", "Refusées / rejected           30", "ligne / row 3", "et 10 de plus / and 10 more")
	got.want(t, exitRejected, "30 of 31 rows rejected")
	var report inventory.ImportReport
	if err := json.Unmarshal([]byte(readText(t, reportFile)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Read != 31 || report.Added != 1 || len(report.Rejected) != 30 {
		t.Errorf("the report file tells read %d, added %d, rejected %d", report.Read, report.Added, len(report.Rejected))
	}
}

func TestImportHolders(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "holders.json", someHolders)
	s.must(t, "import", file, "--kind", "holders", "--dry-run").want(t, exitDone, "Ajoutées / added              2")
	s.must(t, "import", file, "--kind", "holders").want(t, exitDone, "Ajoutées / added              2")
	s.must(t, "import", file, "--kind", "holders").want(t, exitDone, "Inchangées / unchanged        2")
	changed := s.file(t, "changed.json", strings.ReplaceAll(someHolders, "Régie des transports", "Régie"))
	s.must(t, "import", changed, "--kind", "holders").want(t, exitDone, "Modifiées / updated           1")

	exported := s.must(t, "export", "--kind", "holders").stdout
	again := newShell(t)
	again.must(t, "import", again.file(t, "holders.json", exported), "--kind", "holders")
	if got := again.must(t, "export", "--kind", "holders").stdout; got != exported {
		t.Errorf("holders do not come back the same:\n%s\n%s", exported, got)
	}
}

func TestImportHoldersWithFaults(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "holders.json", `[
{"id":"a","name":"A","kind":"private"},
{"id":"b","kind":"club"},
{"id":"c","name":"C","kind":"private","colour":"red"},
{"id":"a","name":"A again","kind":"private"}]`)
	got := s.run(t, "import", file, "--kind", "holders")
	got.want(t, exitRejected, "Ajoutées / added              1", "Refusées / rejected           3",
		"row 2, b, name: is missing", "row 2, b, kind:", `unknown field "colour"`, "row 4, a: has the id of row 1")
	notArray := s.file(t, "object.json", `{"id":"a"}`)
	s.run(t, "import", notArray, "--kind", "holders").want(t, exitRefused, "a JSON array of holders is needed")
}

func TestImportDeployments(t *testing.T) {
	s := newShell(t)
	s.must(t, "import", s.file(t, "holders.json", someHolders), "--kind", "holders")
	file := s.file(t, "deployments.json", `[{"id":"vp","holder":"ville","name":"Voie publique","regime":"csi_public_way"}]`)
	s.must(t, "import", file, "--kind", "deployments").want(t, exitDone, "Ajoutées / added              1")
	importTwo(t, s, "--deployment", "vp").want(t, exitDone, "Ajoutées / added              2")
}

// cancelling cancels once it has been read from.
type cancelling struct {
	io.Reader
	cancel func()
}

func (c cancelling) Read(p []byte) (int, error) {
	defer c.cancel()
	return c.Reader.Read(p)
}

func TestImportInterruptedTellsWhatWasStored(t *testing.T) {
	s := newShell(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr strings.Builder
	source := streams{cancelling{strings.NewReader(twoCameras), cancel}, &stdout, &stderr}
	code := run(ctx, append([]string{"import", "-"}, asNewHolder...), source,
		func(name string) string { return s.env[name] })
	outcome{code: code, stdout: stdout.String(), stderr: stderr.String()}.want(t, exitInterrupted, "interrupted: 0 rows were stored")
	s.must(t, "export", "--kind", "holders").want(t, exitDone, "[]")
}

func TestImportTellsNothingOnStderrInAPipe(t *testing.T) {
	if got := importTwo(t, newShell(t)); got.stderr != "" {
		t.Errorf("told on stderr though all went well: %s", got.stderr)
	}
}
