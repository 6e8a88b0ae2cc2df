package main

import (
	"encoding/json"
	"testing"

	"vigie/inventory"
)

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

// TestUndoAnImport takes back what an import of a file added, changed and retired, but for what was changed since.
func TestUndoAnImport(t *testing.T) {
	s := newShell(t)
	store := "sqlite:" + s.path("town.db")
	put := func(rows string, more ...string) outcome {
		t.Helper()
		file := s.file(t, "cameras.csv", "ref;nom;lon;lat\n"+rows)
		return s.must(t, append([]string{
			"import", file, "--store", store, "--holder", "ville", "--holder-name", "Ville", "--holder-kind", "local_authority",
		}, more...)...)
	}
	put("a;Gare;3.87;43.61\nb;Pont;3.88;43.61\n")
	before := s.must(t, "export", "--store", store).stdout
	report := s.path("report.json")
	put("a;La gare;3.87;43.61\nc;Mairie;3.89;43.61\n", "--on-missing", "retire", "--report", report).want(t, exitDone,
		"added              1", "renommées / relabelled      1", "retired            1")
	var told inventory.ImportReport
	if err := json.Unmarshal([]byte(readText(t, report)), &told); err != nil || told.Retired != 1 {
		t.Fatal(err, told)
	}
	id := string(told.Import)
	s.must(t, "undo", "--import", id, "--dry-run", "--store", store).want(t, exitDone, "dry run", "removed             1", "restored           2")
	s.must(t, "undo", "--import", id, "--store", store).want(t, exitDone, "removed             1", "restored           2", "conflicts          0")
	if after := s.must(t, "export", "--store", store).stdout; after != before {
		t.Errorf("the store is not as it was:\n%s\n%s", before, after)
	}
	put("a;La gare;3.87;43.61\n", "--report", report)
	if err := json.Unmarshal([]byte(readText(t, report)), &told); err != nil {
		t.Fatal(err)
	}
	put("a;La grande gare;3.87;43.61\n")
	s.run(t, "undo", "--import", string(told.Import), "--store", store).want(t, exitRejected, "it was changed since")
	s.run(t, "import", s.path("cameras.csv"), "--on-missing", "retire", "--kind", "areas", "--store", store).want(t, exitUsage, "--on-missing retire")
}
