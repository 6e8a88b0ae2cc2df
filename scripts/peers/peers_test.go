package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestSceneIsTheSameAgain(t *testing.T) {
	if !reflect.DeepEqual(makeScene(1, 50), makeScene(1, 50)) {
		t.Error("two scenes of one seed differ")
	}
	if s, o := makeScene(1, 50), makeScene(1, 60); !reflect.DeepEqual(s.buildings, o.buildings) || reflect.DeepEqual(s.cameras[0], o.cameras[0]) {
		t.Error("the ground depends on the number of cameras, or the cameras do not")
	}
}

func TestCamerasStandInTheOpen(t *testing.T) {
	s := makeScene(1, 500)
	for k, b := range s.buildings {
		if b.area() <= 0 {
			t.Fatalf("building %d is wound clockwise or empty", k)
		}
		for _, c := range s.cameras {
			if b.contains(c.at) {
				t.Fatalf("a camera stands in building %d", k)
			}
		}
	}
	for _, c := range s.cameras {
		if !s.perimeter.contains(c.at) {
			t.Fatalf("a camera stands outside the perimeter: %v", c.at)
		}
	}
	if len(s.cameras) != 500 || len(s.buildings) < 800 {
		t.Errorf("%d cameras, %d buildings", len(s.cameras), len(s.buildings))
	}
}

func TestFootprintsSurviveTheFile(t *testing.T) {
	s, file := makeScene(1, 20), filepath.Join(t.TempDir(), "scene.txt")
	if err := s.write(file); err != nil {
		t.Fatal(err)
	}
	got, err := readFootprints(file)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.footprints, s.footprints) || !reflect.DeepEqual(got.perimeter, s.perimeter) {
		t.Error("what is read is not what was written")
	}
	if err := os.WriteFile(file, []byte("perimeter 1 x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readFootprints(file); err == nil {
		t.Error("a letter is read as a number")
	}
}

func TestSimpleFeaturesFindsTheGap(t *testing.T) {
	s := &scene{perimeter: ring{{0, 0}, {10, 0}, {10, 10}, {0, 10}}}
	for l := range levels { // two overlapping squares, 4 by 4, that share 4 m²
		s.footprints[l] = []ring{{{1, 1}, {5, 1}, {5, 5}, {1, 5}}, {{3, 3}, {7, 3}, {7, 7}, {3, 7}}}
	}
	e := &simpleFeatures{}
	if err := e.load(s); err != nil {
		t.Fatal(err)
	}
	if area, rings, err := e.gaps(0); err != nil || area != 100-28 || rings != 2 {
		t.Errorf("gap of %v m², %d rings, %v", area, rings, err)
	}
}

func TestAgreementSeesDifferences(t *testing.T) {
	ours := outcome{SeenM2: []float64{100, 50}, Rings: []int{1, 2}}
	for name, c := range map[string]struct {
		theirs outcome
		agree  bool
	}{
		"the same":     {outcome{SeenM2: []float64{100, 50}, Rings: []int{1, 2}}, true},
		"by rounding":  {outcome{SeenM2: []float64{100 + 1e-8, 50}, Rings: []int{1, 2}}, true},
		"by an area":   {outcome{SeenM2: []float64{100, 50.001}, Rings: []int{1, 2}}, false},
		"by a ring":    {outcome{SeenM2: []float64{100, 50}, Rings: []int{1, 3}}, false},
		"not compared": {outcome{Rings: []int{1, 2}}, false},
	} {
		if text, agree := agreement(ours, c.theirs, exact); agree != c.agree {
			t.Errorf("%s: %q, %v", name, text, agree)
		}
	}
}
