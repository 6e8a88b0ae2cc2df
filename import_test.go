package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
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
	s.must(t, "import", s.file(t, "none.json", "[]"), "--kind", "holders") // so that there is a store
	importTwo(t, s, "--dry-run").want(t, exitDone, "Essai à blanc", "Ajoutées / added              2")
	s.must(t, "export", "--kind", "holders").want(t, exitDone, "[]")
	if got := s.must(t, "export", "--kind", "cameras").stdout; strings.Contains(got, "C1") {
		t.Errorf("a dry run stored a camera: %s", got)
	}
}

func TestImportDryRunMakesNoStore(t *testing.T) {
	s := newShell(t)
	importTwo(t, s, "--dry-run").want(t, exitDone, "Ajoutées / added              2")
	if _, err := os.Stat(s.path(".local")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dry run made the folder of the store: %v", err)
	}
}

// TestImportStoresTheHolderFirst: whenever a camera is in the store its holder is, and a file of which nothing is stored
// leaves no holder.
func TestImportStoresTheHolderFirst(t *testing.T) {
	store := openTestStore(t)
	owned := &ownedStore{Store: store, owner: inventory.Holder{ID: "ville", Name: "Ville", Kind: inventory.LocalAuthority}}
	place := inventory.Point{3.87, 43.61}
	bad := inventory.Camera{ID: "bad"}
	good := inventory.Camera{ID: "good", Holder: "ville", Category: inventory.Fixed, Location: &place}
	if _, err := store.Holders().Get(t.Context(), "ville"); !errors.Is(err, inventory.ErrNotFound) {
		t.Fatalf("the holder is there before anything is stored: %v", err)
	}
	if err := owned.Cameras().Put(t.Context(), bad); err == nil {
		t.Fatal("a camera without a holder is stored")
	}
	if _, err := store.Holders().Get(t.Context(), "ville"); err != nil {
		t.Errorf("the holder is not stored before its cameras: %v", err)
	}
	if err := owned.Cameras().Put(t.Context(), good); err != nil {
		t.Fatal(err)
	}
}

func openTestStore(t *testing.T) inventory.Store {
	t.Helper()
	store, err := openStore(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
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
	stored, back := parseRecords[inventory.Holder](t, exported), parseRecords[inventory.Holder](t, again.must(t, "export", "--kind", "holders").stdout)
	for i := range stored {
		if stored[i].Provenance.Source != back[i].Provenance.Source || stored[i].Provenance.Import == back[i].Provenance.Import {
			t.Errorf("a holder of %+v comes back as of %+v", stored[i].Provenance, back[i].Provenance)
		}
		stored[i].Provenance, back[i].Provenance = inventory.Provenance{}, inventory.Provenance{}
	}
	if !reflect.DeepEqual(stored, back) {
		t.Errorf("holders do not come back the same:\n%v\n%v", stored, back)
	}
}

func parseRecords[T any](t *testing.T, text string) (records []T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &records); err != nil {
		t.Fatal(err)
	}
	return records
}

// TestImportHoldersTellsWhereTheyComeFrom: a record that is added or changed has the import, the file and the moment; one
// that is not changed keeps its own.
func TestImportHoldersTellsWhereTheyComeFrom(t *testing.T) {
	s := newShell(t)
	holders := func() (ville, tram inventory.Holder) {
		records := parseRecords[inventory.Holder](t, s.must(t, "export", "--kind", "holders").stdout)
		if len(records) != 2 {
			t.Fatalf("%d holders are stored, want 2", len(records))
		}
		return records[1], records[0] // in the order of their identifiers: tram, ville
	}
	s.must(t, "import", s.file(t, "holders.json", someHolders), "--kind", "holders", "--licence", "etalab-2.0")
	ville, tram := holders()
	first := ville.Provenance
	if first.Source != "holders.json" || first.Licence != "etalab-2.0" || first.Import == "" || first.Row != 1 || first.UpdatedAt == nil {
		t.Errorf("the holder comes from %+v", first)
	}
	if tram.Provenance.Row != 2 || tram.Provenance.Import != first.Import {
		t.Errorf("the second holder comes from %+v", tram.Provenance)
	}
	changed := s.file(t, "changed.json", strings.ReplaceAll(someHolders, "Régie des transports", "Régie"))
	s.must(t, "import", changed, "--kind", "holders", "--source", "préfecture")
	ville, tram = holders()
	if !reflect.DeepEqual(ville.Provenance, first) {
		t.Errorf("a holder that did not change comes from %+v, not %+v", ville.Provenance, first)
	}
	if origin := tram.Provenance; origin.Source != "préfecture" || origin.Import == first.Import || origin.Licence != "" {
		t.Errorf("a holder that changed comes from %+v", origin)
	}
}

func TestImportRecordsWhole(t *testing.T) {
	const needed = "a JSON array of holders is needed"
	for _, test := range []struct {
		name, text string
		code       int
		says       string
	}{
		{"byte order mark", "\ufeff" + someHolders, exitDone, "Ajoutées / added              2"},
		{"empty array", " [] \n", exitDone, "Lues / read                   0"},
		{"a second array", someHolders + someHolders, exitRefused, needed},
		{"more text", someHolders + "x", exitRefused, needed},
		{"null", "null", exitRefused, needed},
		{"nothing", "", exitRefused, needed},
		{"null in the array", `[null]`, exitRejected, "row 1: null is not an object"},
		{"capitals", `[{"ID":"a","Name":"A","kind":"private"}]`, exitRejected, "row 1, a, ID: is not a field that exists here"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newShell(t)
			s.run(t, "import", s.file(t, "holders.json", test.text), "--kind", "holders").want(t, test.code, test.says)
		})
	}
}

func TestImportRecordsRefusesIdleSettings(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "holders.json", someHolders)
	got := s.run(t, "import", file, "--kind", "holders", "--crs", "EPSG:2154", "--key", "Nom", "--format", "csv", "--map", "a=b",
		"--holder", "ville", "--holder-name", "Ville", "--holder-kind", "private", "--deployment", "d", "--category", "school",
		"--status", "planned", "--mapping", "m.json")
	got.want(t, exitUsage, "--crs has no effect on holders", "--key", "--format", "--map ", "--holder ", "--holder-name",
		"--holder-kind", "--deployment", "--category has no effect", "--status has no effect", "--mapping")
	s.env["VIGIE_CRS"] = "EPSG:2154"
	s.run(t, "import", file, "--kind", "deployments").want(t, exitUsage, "--crs has no effect on deployments")
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
		"row 2, b, name: is missing", "row 2, b, kind:", "row 3, c, colour: is not a field that exists here", "row 4, a: has the id of row 1")
	notArray := s.file(t, "object.json", `{"id":"a"}`)
	s.run(t, "import", notArray, "--kind", "holders").want(t, exitRefused, "a JSON array of holders is needed")
}

func TestImportDeployments(t *testing.T) {
	s := newShell(t)
	s.must(t, "import", s.file(t, "holders.json", someHolders), "--kind", "holders")
	file := s.file(t, "deployments.json", `[{"id":"vp","holder":"ville","name":"Voie publique","regime":"csi_public_way"}]`)
	s.must(t, "import", file, "--kind", "deployments").want(t, exitDone, "Ajoutées / added              1")
	importTwo(t, s, "--deployment", "vp").want(t, exitDone, "Ajoutées / added              2")

	orphan := s.file(t, "orphan.json", `[{"id":"x","holder":"nobody","name":"X","regime":"csi_public_way"}]`)
	s.run(t, "import", orphan, "--kind", "deployments").want(t, exitRejected, `row 1, x, holder: "nobody" is no holder in the store`)
	s.run(t, "import", s.file(t, "two.geojson", twoCameras), "--holder", "tram", "--deployment", "vp").
		want(t, exitRefused, `deployment "vp" belongs to holder "ville", not "tram"`)
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

const overpassAnswer = `{"version":0.6,"osm3s":{},"elements":[
{"type":"node","id":1,"lat":43.61,"lon":3.87,"tags":{"man_made":"surveillance","camera:direction":"90;160;270","camera:type":"fixed"}},
{"type":"node","id":2,"lat":43.62,"lon":3.88,"tags":{"man_made":"surveillance","surveillance:type":"guard"}}]}`

func TestImportOfOpenStreetMap(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "cameras.json", overpassAnswer)
	s.run(t, append([]string{"import", file}, asNewHolder...)...).want(t, exitRejected,
		"Ajoutées / added              1", "surveillance:type=guard is a person, not a camera", "1 of 2 rows rejected")
	s.must(t, "export", "--kind", "cameras").want(t, exitDone, `"bearingDeg":90`, `"bearingDeg":160`, `"bearingDeg":270`, `"licence":"ODbL 1.0"`)
}

func TestImportOfCandidates(t *testing.T) {
	s := newShell(t)
	supports := s.file(t, "lamp posts.json", overpassAnswer)
	s.must(t, "import", supports, "--kind", "candidates").want(t, exitDone, "Ajoutées / added              2")
	s.must(t, "import", supports, "--kind", "candidates", "--set", "others").want(t, exitDone, "Ajoutées / added              2")
	file := s.must(t, "export", "--kind", "candidates")
	file.want(t, exitDone, `"vigie":"candidate/1"`, `"set":"lamp-posts"`, `"set":"others"`)
	s.must(t, "import", s.file(t, "again.geojson", file.stdout), "--kind", "candidates").want(t, exitDone, "Inchangées / unchanged        4")
	s.must(t, "import", supports, "--kind", "areas", "--around", "50").want(t, exitDone, "Ajoutées / added              2")
	s.must(t, "export", "--kind", "areas").want(t, exitDone, `"type":"Polygon"`, `"category":"priority_place"`)
	s.run(t, "import", supports, "--kind", "candidates", "--set", "a b").want(t, exitRefused, "set: needs 1 to 128 letters")
	s.run(t, "import", supports, "--kind", "holders", "--set", "a", "--around", "3").want(t, exitUsage, "--set has no effect", "--around has no effect")
}
