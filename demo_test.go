package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"vigie/inventory"
	"vigie/scripts/demotown"
)

func TestDemoTwiceGivesTheSame(t *testing.T) {
	s := newShell(t)
	one := s.must(t, "demo", "--out", s.path("one"))
	one.want(t, exitDone, demotown.CommuneName)
	assessment := checkStudy(t, s.path("one"))
	watching := watchingCameras()
	for _, camera := range assessment.Result.Cameras {
		if !watching[camera.ID] {
			t.Errorf("camera %s is counted though it does not watch", camera.ID)
		}
	}
	if n := len(assessment.Result.Cameras); n < 50 { // a few have no known optics
		t.Errorf("%d cameras are counted of the town's %d that watch", n, len(watching))
	}
	if assessment.Result.Levels[0].SeenM2 == 0 {
		t.Error("the town's cameras see nothing")
	}
	store := "sqlite:" + s.path(".local/share/vigie/demo.db")
	before := exportAll(t, s, store)
	s.must(t, "demo", "--out", s.path("two"))
	sameFolder(t, s.path("one"), s.path("two"))
	sameFolder(t, s.path("one/town"), s.path("two/town"))
	if exportAll(t, s, store) != before {
		t.Error("a second run changed the store")
	}
}

// watchingCameras are the town's fixed cameras that are there: neither planned, nor out of service, nor retired.
func watchingCameras() map[inventory.ID]bool {
	watching := map[inventory.ID]bool{}
	for _, camera := range demotown.Make(demotown.DefaultSeed).Cameras {
		there := []inventory.Status{"", inventory.Installed, inventory.InService}
		if camera.Category == inventory.Fixed && slices.Contains(there, camera.Status) {
			watching[camera.ID] = true
		}
	}
	return watching
}

// exportAll is everything that a store exports.
func exportAll(t *testing.T, s *shell, store string) (text string) {
	t.Helper()
	for _, kind := range []string{"holders", "deployments", "cameras", "areas", "obstacles"} {
		text += s.must(t, "export", "--store", store, "--kind", kind).stdout
	}
	return text
}

// The town's files must be good for what the help says: trying import and assess on them.
func TestDemoFilesComeBack(t *testing.T) {
	s := newShell(t)
	s.must(t, "demo", "--out", s.path("out"))
	town := s.path("out/town")
	for _, name := range []string{"streets.geojson", "lamps.geojson"} {
		if info, err := os.Stat(filepath.Join(town, name)); err != nil || info.Size() < 100 {
			t.Errorf("%s is missing or empty: %v", name, err)
		}
	}
	copied := "sqlite:" + s.path("copy.db")
	for _, file := range []struct{ name, kind string }{
		{"holders.json", "holders"}, {"deployments.json", "deployments"}, {"areas.geojson", "areas"},
		{"obstacles.geojson", "obstacles"},
	} {
		s.must(t, "import", filepath.Join(town, file.name), "--kind", file.kind, "--store", copied)
	}
	s.must(t, "import", filepath.Join(town, "cameras.geojson"), "--store", copied, "--map", "holder=holder")
	s.must(t, "assess", "--store", copied, "--commune", demotown.CommuneCode, "--out", s.path("copy"))
	outline := s.file(t, "outline.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":`+
		`{"type":"Polygon","coordinates":[[[3.87,43.6],[3.88,43.6],[3.88,43.61],[3.87,43.61],[3.87,43.6]]]}}]}`)
	s.must(t, "assess", "--perimeter", outline, "--cameras", filepath.Join(town, "cameras.geojson"))
	original, again := readAssessment(t, s.path("out")), readAssessment(t, s.path("copy"))
	if original.Result.Levels[0].SeenM2 != again.Result.Levels[0].SeenM2 {
		t.Errorf("the town's files give %v m² seen, the town itself %v",
			again.Result.Levels[0].SeenM2, original.Result.Levels[0].SeenM2)
	}
}
