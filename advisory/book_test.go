package advisory_test

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// loadBook gives the embedded book, the same to every test: it takes a tenth of a second to load.
func loadBook(tb testing.TB) *advisory.Book {
	tb.Helper()
	return given(tb, sharedBook)
}

var sharedBook = sync.OnceValues(advisory.LoadBook)

// newBook loads the embedded book: for tests of what a book keeps, or of what several do with one that was just loaded.
func newBook(tb testing.TB) *advisory.Book {
	tb.Helper()
	return given(tb, advisory.LoadBook)
}

func given(tb testing.TB, load func() (*advisory.Book, error)) *advisory.Book {
	tb.Helper()
	book, err := load()
	if err != nil {
		tb.Fatal(err)
	}
	return book
}

// The densities as published: IEC 62676-4:2025 (seven levels), and IEC 62676-4:2014 (DORI, with monitor and inspect).
func TestScalesAgainstPublishedDensities(t *testing.T) {
	published := map[string]map[string]float64{
		"iec-62676-4-2025": {
			"overview": 20, "outline": 40, "discern": 80, "perceive": 125, "characterise": 250, "validate": 500,
			"scrutinise": 1500,
		},
		"dori-2014": {"monitor": 12.5, "detect": 25, "observe": 62.5, "recognise": 125, "identify": 250, "inspect": 1000},
	}
	book := loadBook(t)
	for id, want := range published {
		scale, known := book.Scale(id)
		if !known {
			t.Errorf("scale %s is not in the book", id)
			continue
		}
		got := map[string]float64{}
		for _, l := range scale.GeoLevels() {
			got[l.Code] = l.DensityPxM
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	if len(book.Scales) != len(published) {
		t.Errorf("the book has %d scales, %d were checked", len(book.Scales), len(published))
	}
}

func TestDefaultsOfTheBook(t *testing.T) {
	book := loadBook(t)
	if got := book.Params.DefaultScale.Value; got != "iec-62676-4-2025" {
		t.Errorf("default scale %q", got)
	}
	want := []inventory.Status{inventory.Installed, inventory.InService, ""}
	if got := book.Params.Statuses.Value; !slices.Equal(got, want) {
		t.Errorf("default statuses %q, want %q", got, want)
	}
	for _, id := range []string{"dome-ptz-2mp", "fixed-2mp"} {
		if _, known := book.Assumption(id); !known {
			t.Errorf("assumption profile %s is not in the book", id)
		}
	}
	if len(book.Hash) != 64 || book.Edition == "" {
		t.Errorf("hash %q, edition %q", book.Hash, book.Edition)
	}
}

// The text of the standards is sold and was not read: no density may claim more.
func TestDensitiesDoNotClaimToBeVerified(t *testing.T) {
	for _, scale := range loadBook(t).Scales {
		for _, l := range scale.Levels {
			if m := l.Density.Verified; m != advisory.VerifiedSecondary && m != advisory.Unverified {
				t.Errorf("%s/%s is marked %q", scale.ID, l.Code, m)
			}
		}
	}
}

const smallScales = `scales:
  - id: s
    name: {fr: É, en: S}
    standard: none
    levels:
      - {code: low, name: {fr: b, en: l}, use: {fr: b, en: l}, densityPxM: 20, source: x, verified: "yes"}
      - {code: high, name: {fr: h, en: h}, use: {fr: h, en: h}, densityPxM: 40.5, source: x, verified: practice}
`

const smallParams = `edition: e
params:
  defaultScale: {value: s, source: x, verified: practice}
  targetHeightM: {value: 1.7, source: x, verified: practice, validFrom: 2026-01-31}
  statuses: {value: [planned, unknown], source: x, verified: practice}
  streetSearchM: {value: 100, source: x, verified: practice}
  maxGaps: {value: 3, source: x, verified: practice}
  severityWeights: {value: [10, 5, 2, 1], source: x, verified: practice}
  targetDepthPct: {value: 10, source: x, verified: practice}
  plan:
    interiorPxM: {value: 125, source: x, verified: practice}
    refusedMaskPct: {value: 50, source: x, verified: practice}
    farthestM: {value: 150, source: x, verified: practice}
    targetDistancesM: {value: [15, 30, 60], source: x, verified: practice}
    prioritySharePct: {value: 80, source: x, verified: practice}
    criticalSharePct: {value: 100, source: x, verified: practice}
    criticalTimes: {value: 2, source: x, verified: practice}
    moveM: {value: 5, source: x, verified: practice}
    leastGainPct: {value: 1, source: x, verified: practice}
    lensFieldsDeg: {value: [20, 90], source: x, verified: practice}
    stepM: {value: 25, source: x, verified: practice}
    bearings: {value: 12, source: x, verified: practice}
    cornerDeg: {value: 60, source: x, verified: practice}
  bearingToleranceDeg: {value: 10, source: x, verified: practice}
  heightToleranceM: {value: 0.5, source: x, verified: practice}
  positionToleranceM: {value: 4, source: x, verified: practice}
  mapToleranceM: {value: 1, source: x, verified: practice}
purposes:
  - {code: P05, name: {fr: p, en: p}, source: x, verified: practice}
`

const smallAssumption = `id: p
name: {fr: p, en: p}
description: {fr: p, en: p}
kind: fixed
hfovDeg: {value: 90, source: x, verified: practice}
panRangeDeg: {value: 0, source: x, verified: practice}
recordedWidthPx: {value: 1920, source: x, verified: practice}
mountHeightM: {value: 4, source: x, verified: practice}
`

func smallBook() fstest.MapFS {
	return fstest.MapFS{
		"scales.yaml":        {Data: []byte(smallScales)},
		"params.yaml":        {Data: []byte(smallParams)},
		"assumptions/p.yaml": {Data: []byte(smallAssumption)},
	}
}

func TestLoadReadsEveryField(t *testing.T) {
	book, err := advisory.Load(smallBook())
	if err != nil {
		t.Fatal(err)
	}
	scale, _ := book.Scale("s")
	high := scale.Levels[1]
	if high.Density.Value != 40.5 || high.Density.Verified != advisory.Practice || scale.Name.FR != "É" {
		t.Errorf("scale %+v", scale)
	}
	if h := book.Params.TargetHeightM; h.Value != 1.7 || h.ValidFrom != "2026-01-31" {
		t.Errorf("target height %+v", h)
	}
	if got := book.Params.Statuses.Value; !slices.Equal(got, []inventory.Status{inventory.Planned, ""}) {
		t.Errorf("statuses %q", got)
	}
	p, _ := book.Assumption("p")
	if p.RecordedWidthPx.Value != 1920 || p.TiltDeg != nil || p.MountHeightM.Value != 4 {
		t.Errorf("profile %+v", p)
	}
}

func TestHashChangesWithEveryFileAndName(t *testing.T) {
	seen := map[string]string{}
	hash := func(what string, change func(fstest.MapFS)) {
		files := smallBook()
		change(files)
		book, err := advisory.Load(files)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if other, twice := seen[book.Hash]; twice {
			t.Errorf("%s has the hash of %s", what, other)
		}
		seen[book.Hash] = what
	}
	hash("the book", func(fstest.MapFS) {})
	for name := range smallBook() {
		hash("a comment in "+name, func(files fstest.MapFS) {
			files[name] = &fstest.MapFile{Data: append([]byte("# other\n"), files[name].Data...)}
		})
	}
}

func TestLoadListsEveryFaultWithItsPlace(t *testing.T) {
	tests := []struct {
		name, file, old, new string
		want                 []string
	}{
		{"unknown key", "scales.yaml", "standard: none", "standart: none",
			[]string{`scales.yaml:4:5: "standart" is not a known key`, `scales.yaml:2:5: "standard" is missing`}},
		{"key twice", "scales.yaml", "standard: none", "standard: none\n    standard: none",
			[]string{`scales.yaml:5:5: "standard" is given twice`}},
		{"text for a number", "scales.yaml", "densityPxM: 20", "densityPxM: twenty",
			[]string{"scales.yaml:6:76: must be a number from 0.1 to 100000, not twenty"}},
		{"level twice and not increasing", "scales.yaml", "code: high, name: {fr: h, en: h}, use: {fr: h, en: h}, densityPxM: 40.5",
			"code: low, name: {fr: h, en: h}, use: {fr: h, en: h}, densityPxM: 20",
			[]string{`scales.yaml:7:9: the level "low" is there twice`, "scales.yaml:7:9: the density of"}},
		{"unknown mark", "scales.yaml", "verified: practice", "verified: surely",
			[]string{`scales.yaml:7:104: "surely" is not one of`}},
		{"missing English", "scales.yaml", "name: {fr: É, en: S}", "name: {fr: É}",
			[]string{`scales.yaml:3:11: "en" is missing`}},
		{"unknown default scale", "params.yaml", "value: s,", "value: t,",
			[]string{`params.yaml:3:25: "t" is not a scale of scales.yaml`}},
		{"no such day", "params.yaml", "2026-01-31", "2026-02-31",
			[]string{`params.yaml:4:73: "2026-02-31" is not a day`}},
		{"no such status", "params.yaml", "planned,", "plannned,",
			[]string{`params.yaml:5:22: "plannned" is not one of`}},
		{"half a gap", "params.yaml", "value: 3,", "value: 3.5,",
			[]string{"params.yaml:7:20: must be a whole number, not 3.5"}},
		{"not a mapping", "params.yaml", "{value: 100, source: x, verified: practice}", "100",
			[]string{"params.yaml:6:18: must be a mapping"}},
		{"field of view too wide", "assumptions/p.yaml", "value: 90", "value: 361",
			[]string{"assumptions/p.yaml:5:18: must be a number from 0.1 to 360, not 361"}},
		{"another name", "assumptions/p.yaml", "id: p", "id: q",
			[]string{`assumptions/p.yaml:1:1: the profile "q" must be in a file of its name`}},
		{"broken YAML", "assumptions/p.yaml", "name: {fr: p, en: p}", "name: {fr: p, en: p",
			[]string{"assumptions/p.yaml:"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := smallBook()
			text := string(files[test.file].Data)
			if !strings.Contains(text, test.old) {
				t.Fatalf("%q is not in %s", test.old, test.file)
			}
			files[test.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, test.old, test.new, 1))}
			_, err := advisory.Load(files)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestLoadJoinsTheFaultsOfAllFiles(t *testing.T) {
	files := smallBook()
	delete(files, "params.yaml")
	files["scales.yaml"] = &fstest.MapFile{Data: []byte("scales: []\n")}
	files["notes.txt"] = &fstest.MapFile{Data: []byte("?")}
	files["assumptions/p.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallAssumption, "kind: fixed", "kind: flying", 1))}
	_, err := advisory.Load(files)
	var fault *advisory.BookError
	if !errors.As(err, &fault) {
		t.Fatalf("no *BookError in %v", err)
	}
	for _, want := range []string{
		"notes.txt:0:0: is not a file of the book",
		`assumptions/p.yaml:4:7: "flying" is not one of`,
		"scales.yaml:1:9: must be a list with at least one item",
		"params.yaml:0:0: the file is missing",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
}

func TestLoadOfAFolderThatCannotBeRead(t *testing.T) {
	if _, err := advisory.Load(brokenFS{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error %v, want fs.ErrPermission", err)
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }
