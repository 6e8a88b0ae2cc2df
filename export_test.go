package main

import (
	"strings"
	"testing"
)

func TestExportComesBackTheSame(t *testing.T) {
	for _, name := range []string{"cameras.geojson", "cameras.csv"} {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			importTwo(t, s).want(t, exitDone)
			s.must(t, "export", "--kind", "cameras", "--out", s.path(name))
			s.must(t, "import", s.path(name), "--holder", "ville").want(t, exitDone, "Inchangées / unchanged        2")
		})
	}
}

func TestExportInAnotherSystem(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone)
	s.must(t, "export", "--crs", "EPSG:2154").want(t, exitDone, "EPSG::2154")
}

func TestExportInsideABox(t *testing.T) {
	s := newShell(t)
	importTwo(t, s).want(t, exitDone)
	got := s.must(t, "export", "--bbox", "3.869,43.609,3.871,43.611").stdout
	if !strings.Contains(got, "C1") || strings.Contains(got, "C2") {
		t.Errorf("only C1 is in the box: %s", got)
	}
}

func TestExportWithoutAStore(t *testing.T) {
	s := newShell(t)
	s.run(t, "export", "--store", "sqlite:"+s.path("none.db")).want(t, exitNotFound, "no store at")
}

func TestForeignFileIsNoStore(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "letter.txt", strings.Repeat("Monsieur le délégué, ", 100))
	s.run(t, "export", "--store", "sqlite:"+file).want(t, exitRefused, "not a Vigie database")
}
