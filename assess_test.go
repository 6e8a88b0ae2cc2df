package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
)

// twoCommunes are two squares of about 1.6 × 1.1 km, side by side.
const twoCommunes = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"34172","nom":"Ouest"},"geometry":{"type":"Polygon","coordinates":[[[3.86,43.605],[3.88,43.605],[3.88,43.615],[3.86,43.615],[3.86,43.605]]]}},
{"type":"Feature","properties":{"code":"34057","nom":"Est"},"geometry":{"type":"Polygon","coordinates":[[[3.88,43.605],[3.90,43.605],[3.90,43.615],[3.88,43.615],[3.88,43.605]]]}}]}`

const oneSquare = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"nom":"Place"},"geometry":{"type":"Polygon","coordinates":[[[3.868,43.609],[3.872,43.609],[3.872,43.611],[3.868,43.611],[3.868,43.609]]]}}]}`

// readAssessment reads the result of a study.
func readAssessment(t *testing.T, folder string) inventory.Assessment {
	t.Helper()
	var assessment inventory.Assessment
	if err := json.Unmarshal([]byte(readText(t, filepath.Join(folder, "assessment.json"))), &assessment); err != nil {
		t.Fatal(err)
	}
	return assessment
}

// checkStudy checks what every folder of results must hold.
func checkStudy(t *testing.T, folder string) inventory.Assessment {
	t.Helper()
	for _, name := range []string{"coverage.geojson", "gaps.geojson"} {
		if _, err := geojson.UnmarshalFeatureCollection([]byte(readText(t, filepath.Join(folder, name)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	checkXML(t, readText(t, filepath.Join(folder, "map.svg")))
	assessment := readAssessment(t, folder)
	for _, level := range assessment.Result.Levels {
		sum := level.SeenM2 + level.BlindM2
		if ground := assessment.Result.GroundM2; sum < ground*(1-1e-9) || sum > ground*(1+1e-9) {
			t.Errorf("%s: seen + blind = %.3f m², ground = %.3f m²", level.Code, sum, ground)
		}
	}
	return assessment
}

func checkXML(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("map.svg: %v", err)
			return
		}
	}
}

func TestAssessFiles(t *testing.T) {
	s := newShell(t)
	cameras, communes := s.file(t, "cameras.geojson", twoCameras), s.file(t, "communes.geojson", twoCommunes)
	square := s.file(t, "square.geojson", oneSquare)
	args := []string{"assess", "--perimeter", communes, "--commune", "34172", "--cameras", cameras, "--key", "Nom",
		"--areas", square, "--assume", "dome-ptz-2mp"}
	s.must(t, append(args, "--out", s.path("one"))...).want(t, exitDone, "Écrit / written", "map.svg")
	assessment := checkStudy(t, s.path("one"))
	if n := len(assessment.Result.Cameras); n != 1 {
		t.Errorf("%d cameras are counted, want the one near enough", n)
	}
	if n := len(assessment.Result.Areas); n != 1 {
		t.Errorf("%d areas of interest, want 1", n)
	}
	if assessment.Request.Name != "Ouest" {
		t.Errorf("the study is named %q, want the name of the outline", assessment.Request.Name)
	}

	t.Run("the same bytes again", func(t *testing.T) {
		s.must(t, append(args, "--out", s.path("two"))...)
		sameFolder(t, s.path("one"), s.path("two"))
	})
	t.Run("the store is left alone", func(t *testing.T) {
		if _, err := os.Stat(s.path(".local")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a study of files made a store: %v", err)
		}
	})
}

// sameFolder fails unless two folders hold the same files with the same bytes.
func sameFolder(t *testing.T, one, two string) {
	t.Helper()
	entries, err := os.ReadDir(one)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatalf("%s is empty", one)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		if readText(t, filepath.Join(one, entry.Name())) != readText(t, filepath.Join(two, entry.Name())) {
			t.Errorf("%s differs between two runs", entry.Name())
		}
	}
}

func TestAssessStore(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone)
	communes := s.file(t, "communes.geojson", twoCommunes)
	s.must(t, "import", communes, "--kind", "areas", "--category", "commune")
	s.must(t, "assess", "--commune", "34172", "--assume", "dome-ptz-2mp", "--gap-level", "perceive",
		"--target-height", "1.5", "--name", "Essai", "--out", s.path("store"))
	stored := checkStudy(t, s.path("store"))
	if stored.Result.TargetHeightM != 1.5 || stored.Result.GapLevel != "perceive" || stored.Request.Name != "Essai" {
		t.Errorf("the flags are not in the study: %+v", stored.Request)
	}

	t.Run("by perimeter", func(t *testing.T) {
		s.must(t, "assess", "--perimeter", communes, "--commune", "34172", "--assume", "dome-ptz-2mp", "--out", s.path("file"))
		file := checkStudy(t, s.path("file"))
		if got, want := file.Result.Levels[0].SeenM2, stored.Result.Levels[0].SeenM2; stored.Result.GroundM2 != file.Result.GroundM2 {
			t.Errorf("the same outline gives %v and %v m², seen %v and %v", file.Result.GroundM2, stored.Result.GroundM2, got, want)
		}
	})
	t.Run("without optics nothing is supposed", func(t *testing.T) {
		s.must(t, "assess", "--commune", "34172", "--out", s.path("bare"))
		bare := checkStudy(t, s.path("bare"))
		if seen := bare.Result.Levels[0].SeenM2; seen != 0 {
			t.Errorf("cameras without optics see %v m² though no profile is assumed", seen)
		}
	})
}

func TestAssessRefused(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone)
	communes := s.file(t, "communes.geojson", twoCommunes)
	crossing := s.file(t, "crossing.geojson", `{"type":"Feature","properties":{"nom":"Noeud"},"geometry":
{"type":"Polygon","coordinates":[[[3.86,43.605],[3.88,43.615],[3.88,43.605],[3.86,43.615],[3.86,43.605]]]}}`)
	lambert := s.file(t, "lambert.geojson", lambertCameras)
	tests := []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"commune that is not there", []string{"--commune", "75056"}, exitNotFound, []string{"75056"}},
		{"no INSEE code", []string{"--commune", "Montpellier"}, exitRefused, []string{"INSEE"}},
		{"area that is not there", []string{"--area", "a1"}, exitNotFound, []string{"a1"}},
		{"several outlines", []string{"--perimeter", communes}, exitRefused, []string{"2 outlines", "--commune"}},
		{"commune not in the file", []string{"--perimeter", communes, "--commune", "75056"}, exitNotFound, []string{"75056"}},
		{"no such file", []string{"--perimeter", s.path("none.geojson")}, exitNotFound, []string{"none.geojson"}},
		{"outline that crosses itself", []string{"--perimeter", crossing}, exitRefused, []string{"crosses itself"}},
		{"unknown profile", []string{"--perimeter", communes, "--commune", "34172", "--assume", "hawk"}, exitRefused, []string{"assume", "hawk"}},
		{"unknown scale", []string{"--perimeter", communes, "--commune", "34172", "--scale", "ells"}, exitRefused, []string{"scale", "ells"}},
		{"unknown level", []string{"--perimeter", communes, "--commune", "34172", "--gap-level", "x"}, exitRefused, []string{"gapLevel"}},
		{"height out of bounds", []string{"--commune", "34172", "--target-height", "-1"}, exitRefused, []string{"targetHeightM"}},
		{"cameras without a system", []string{"--perimeter", communes, "--commune", "34172", "--cameras", lambert}, exitRefused, []string{"--cameras-crs EPSG:2154"}},
		{"cameras without an outline", []string{"--cameras", lambert}, exitUsage, []string{"--cameras needs --perimeter"}},
		{"key of no file", []string{"--commune", "34172", "--key", "Nom"}, exitUsage, []string{"--key needs --cameras"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.run(t, append([]string{"assess"}, test.args...)...).want(t, test.code, test.says...)
		})
	}
}

func TestAssessTellsRejectedRows(t *testing.T) {
	s := newShell(t)
	cameras := s.file(t, "cameras.csv", "Nom,lon,lat\nC1,3.87,43.61\nC2,,\n")
	got := s.run(t, "assess", "--perimeter", s.file(t, "square.geojson", oneSquare), "--cameras", cameras,
		"--assume", "dome-ptz-2mp", "--out", s.path("out"))
	got.want(t, exitRejected, "ligne / row 3", "1 of 2 rows rejected")
	checkStudy(t, s.path("out"))
}

func TestTitleOf(t *testing.T) {
	for _, test := range []struct{ name, want string }{{"Montpellier", "Montpellier"}, {"0", "limites"}} {
		if got := titleOf(inventory.Area{Name: test.name}, "data/limites.geojson"); got != test.want {
			t.Errorf("an outline named %q titles the study %q, want %q", test.name, got, test.want)
		}
	}
}

// houses are two buildings of the square, the second without a height.
const houses = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"a","hauteur":12},"geometry":{"type":"Polygon","coordinates":[[[3.8695,43.6102],[3.8705,43.6102],[3.8705,43.6104],[3.8695,43.6104],[3.8695,43.6102]]]}},
{"type":"Feature","properties":{"id":"b"},"geometry":{"type":"Polygon","coordinates":[[[3.8685,43.6095],[3.8690,43.6095],[3.8690,43.6097],[3.8685,43.6097],[3.8685,43.6095]]]}}]}`

const oneCamera = "id;lon;lat;bearing;hfov;largeurpx;hauteur\nc1;3.8700;43.6100;0;60;3840;4\n"

func TestAssessAmongObstacleFiles(t *testing.T) {
	s := newShell(t)
	square, cameras, buildings := s.file(t, "place.geojson", oneSquare), s.file(t, "cameras.csv", oneCamera), s.file(t, "houses.geojson", houses)
	files := []string{"--perimeter", square, "--cameras", cameras}
	among := append(append([]string{}, files...), "--obstacles", buildings)
	seen := func(args ...string) inventory.AssessmentResult {
		t.Helper()
		out := s.path(strings.Join(args, ""))
		s.must(t, append(append([]string{"assess", "--out", out}, among...), args...)...)
		return checkStudy(t, out).Result
	}
	built := seen()
	open := seen("--open-ground")
	if built.Obstacles != 2 || open.Obstacles != 0 || built.Levels[0].SeenM2 >= open.Levels[0].SeenM2 {
		t.Errorf("%d obstacles: %v m²; %d: %v m²", built.Obstacles, built.Levels[0].SeenM2, open.Obstacles, open.Levels[0].SeenM2)
	}
	if built.Uncertainty != nil || seen("--draws", "20", "--seed", "4").Uncertainty == nil {
		t.Error("the certainty is told when draws are asked for, and only then")
	}
	s.must(t, append([]string{"assess", "--draws", "20", "--privacy"}, among...)...).
		want(t, exitDone, "Certitude", "Aucun bâtiment n’est dit d’habitation")
	s.run(t, append([]string{"assess", "--draws", "-1"}, among...)...).want(t, exitRefused, "draws")
	s.run(t, append([]string{"assess", "--ground", "moon"}, among...)...).want(t, exitRefused, "ground")
	s.run(t, "assess", "--area", "x", "--obstacles", buildings).want(t, exitUsage, "--obstacles needs --cameras")
	s.run(t, append([]string{"assess", "--obstacles-crs", "EPSG:2154"}, files...)...).want(t, exitUsage, "--obstacles-crs needs --obstacles")
}

func TestExplainAPlace(t *testing.T) {
	s := newShell(t)
	args := []string{
		"explain", "--perimeter", s.file(t, "place.geojson", oneSquare), "--cameras", s.file(t, "cameras.csv", oneCamera),
		"--obstacles", s.file(t, "houses.geojson", houses),
	}
	s.must(t, append(args, "--lon", "3.8700", "--lat", "43.6101")...).want(t, exitDone, "vue proche", "c1", "permanente", "Caractériser", "trop peu de pixels")
	s.must(t, append(args, "--lon", "3.8700", "--lat", "43.6105")...).want(t, exitDone, "non vu", "caché à 22,2 m par")
	var explanation inventory.Explanation
	text := s.must(t, append(args, "--lon", "3.8700", "--lat", "43.6105", "--json")...).stdout
	if err := json.Unmarshal([]byte(text), &explanation); err != nil || len(explanation.Views) != 1 || explanation.Views[0].HiddenBy == "" {
		t.Errorf("%v in %s", err, text)
	}
	s.run(t, args...).want(t, exitUsage, "--lon and --lat")
	s.run(t, append(args, "--lon", "3.87", "--lat", "143")...).want(t, exitRefused, "not lon, lat degrees")
}
