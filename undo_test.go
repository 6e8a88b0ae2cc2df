package main

import "testing"

func TestUndo(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "masts.csv", "ref;lon;lat\na;3.87;43.61\nb;3.88;43.61\n")
	store := "sqlite:" + s.path("town.db")
	s.must(t, "import", file, "--kind", "candidates", "--set", "masts", "--store", store)
	s.must(t, "import", file, "--kind", "candidates", "--set", "others", "--store", store)
	s.must(t, "undo", "--set", "masts", "--dry-run", "--store", store).want(t, exitDone, "dry run", "removed             2")
	s.must(t, "undo", "--set", "masts", "--store", store).want(t, exitDone, "removed             2")
	s.must(t, "undo", "--set", "masts", "--store", store).want(t, exitDone, "removed             0")
	s.must(t, "undo", "--set", "others", "--import", "none", "--store", store).want(t, exitDone, "removed             0")
	s.run(t, "undo", "--store", store).want(t, exitUsage, "--set or --import is needed")
	s.run(t, "undo", "--set", "a b", "--store", store).want(t, exitRefused, "set")
	s.run(t, "undo", "--set", "a", "--store", "sqlite:"+s.path("none.db")).want(t, exitNotFound)
}
