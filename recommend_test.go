package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"vigie/inventory"
)

// square is a ring, lon, lat, of so many thousandths of a degree round a place near Nantes.
func square(halfM float64) string {
	const lon, lat = -1.5, 47.2
	dx, dy := halfM/75_900, halfM/111_200
	ring := [][2]float64{{lon - dx, lat - dy}, {lon + dx, lat - dy}, {lon + dx, lat + dy}, {lon - dx, lat + dy}, {lon - dx, lat - dy}}
	text, err := json.Marshal(ring)
	if err != nil {
		return ""
	}
	return string(text)
}

// squareTown is a shell with the files of a small square: its outline, one camera, six masts, and a place to cover.
func squareTown(t *testing.T) (s *shell, plan []string) {
	t.Helper()
	s = newShell(t)
	outline := s.file(t, "outline.geojson", `{"type":"Feature","properties":{"name":"Carré"},"geometry":{"type":"Polygon","coordinates":[`+square(80)+`]}}`)
	place := s.file(t, "places.geojson", `{"type":"Feature","properties":{"name":"Place","requirement.level":"overview","requirement.sharePct":30,`+
		`"requirement.period":"day"},"geometry":{"type":"Polygon","coordinates":[`+square(20)+`]}}`)
	cameras := s.file(t, "cameras.csv", "ref;lon;lat;azimut;hfov;recordedwidthpx;hauteur\nA;-1.5008;47.2006;0;60;1920;4\n")
	masts := s.file(t, "masts.csv", "ref;lon;lat\nm1;-1.5003;47.2\nm2;-1.4997;47.2\nm3;-1.5;47.2003\nm4;-1.5;47.1997\nm5;-1.4996;47.2004\nm6;-1.5004;47.1996\n")
	return s, []string{
		"recommend", "--perimeter", outline, "--cameras", cameras, "--areas", place, "--candidates", masts, "--bearings", "6", "--at", "2026-11-22",
	}
}

// TestRecommend: a plan is printed, written, and the same bytes when it is made again.
func TestRecommend(t *testing.T) {
	s, plan := squareTown(t)
	plan = append(plan, "--count", "2", "--phase", "Centre=1")
	got := s.must(t, append(plan, "--out", s.path("one"))...)
	got.want(t, exitDone, "Préconisation : Carré", "Vu avant", "Place", "non atteint", "Caméras proposées", "Ce que vaut ce plan",
		"Devis estimatif", "À savoir avant de citer", "specification.md")
	s.must(t, append(plan, "--out", s.path("two"))...)
	sameFolder(t, s.path("one"), s.path("two"))
	var made inventory.Recommendation
	if err := json.Unmarshal([]byte(readText(t, s.path("one/recommendation.json"))), &made); err != nil {
		t.Fatal(err)
	}
	r := made.Result
	if n := len(r.Cameras); n < 1 || n > 2 || len(r.Bill.Lines) == 0 || len(r.Proofs) == 0 || len(r.Specification) == 0 {
		t.Errorf("%d cameras, %d lines of bill, %d proofs, %d sections", n, len(r.Bill.Lines), len(r.Proofs), len(r.Specification))
	}
	if l := r.Levels[0]; l.AfterM2 <= l.BeforeM2 {
		t.Errorf("no more is seen after than before: %+v", l)
	}
	if len(r.Drawing.Existing) != 1 || len(r.Drawing.Areas) != 1 || len(r.Drawing.SeenAfter) == 0 {
		t.Errorf("the drawing: %+v", r.Drawing)
	}
	for _, name := range []string{"plan.geojson", "bill.csv", "map.svg", "curve.svg", "specification.md"} {
		if info, err := os.Stat(s.path("one/" + name)); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asJSON := s.must(t, append(plan, "--format", "json")...); !strings.Contains(asJSON.stdout, string(made.ID)) {
		t.Error("--format json gives another plan")
	}
}

// TestRecommendRefuses: bad input gives a clear error that says which constraint binds.
func TestRecommendRefuses(t *testing.T) {
	s, plan := squareTown(t)
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		texts []string
	}{
		{"no candidates", []string{"--candidates", "", "--count", "1"}, exitRefused, []string{"spots"}},
		{"an unknown profile", []string{"--count", "1", "--profile", "dream-camera"}, exitRefused, []string{"profiles", "dream-camera"}},
		{"too few cameras", []string{"--count", "1", "--strict", "--need", s.file(t, "much.json", `{"need":{"level":"scrutinise"}}`)}, exitRefused, []string{"contrainte : "}},
		{"no budget", []string{"--budget", "1", "--strict"}, exitRefused, []string{"no plan: ", "contrainte : "}},
		{"an impossible need", []string{"--count", "1", "--need", s.file(t, "need.json", `{"need":{"densityPxM":1500,"targetDistanceM":2900}}`)}, exitRefused, nil},
		{"a misspelt need", []string{"--need", s.file(t, "bad.json", `{"neeed":{}}`)}, exitRefused, []string{"neeed"}},
		{"a need that cannot be", []string{"--need", s.file(t, "wild.json", `{"need":{"targetSpeedKmh":-4,"site":"moon"}}`)}, exitRefused, []string{"need.site", "need.targetSpeedKmh"}},
		{"a gap without its study", []string{"--gap", "2"}, exitUsage, []string{"--assessment"}},
		{"a day that is none", []string{"--at", "tomorrow"}, exitUsage, []string{"--at"}},
		{"a phase that is none", []string{"--phase", "soon"}, exitUsage, []string{"--phase"}},
		{"sets beside files", []string{"--set", "lamps"}, exitUsage, []string{"--candidates"}},
		{"kept without a store", []string{"--keep"}, exitUsage, []string{"--keep"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.run(t, append(append([]string{}, plan...), c.args...)...).want(t, c.code, c.texts...)
		})
	}
}
