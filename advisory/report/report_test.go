package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/advisory/report"
	"vigie/inventory"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// ring is a rectangle in hundred-thousandths of a degree from lon 2.35, lat 46.9.
func ring(x0, y0, x1, y1 float64) orb.Ring {
	at := func(x, y float64) orb.Point { return orb.Point{2.35 + x/1e5, 46.9 + y/1e5} }
	return orb.Ring{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)}
}

func square(x0, y0, x1, y1 float64) inventory.Surface {
	return inventory.Surface{{ring(x0, y0, x1, y1)}}
}

// holed is a rectangle with a rectangular hole.
func holed(outer, inner orb.Ring) inventory.Surface {
	inner = inner.Clone()
	inner.Reverse()
	return inventory.Surface{{outer, inner}}
}

// study is a small study of a village, made by hand.
func study() inventory.Assessment {
	return inventory.Assessment{
		ID:      "study-1",
		Request: inventory.AssessmentRequest{Commune: "99001"},
		Result: inventory.AssessmentResult{
			Software: "1.0", Book: "2026-11", BookHash: strings.Repeat("ab", 32), InputHash: strings.Repeat("cd", 32),
			Scale: "s", Perimeter: square(0, 0, 1000, 1000), PerimeterName: "Bourg-l’Essai",
			GroundM2: 845_123.4, TargetHeightM: 1.7,
			Levels: []inventory.LevelResult{
				{Code: "low", Name: inventory.Text{FR: "Détecter", EN: "Detect"}, DensityPxM: 12.5, SeenM2: 300_000, SeenPct: 35.49,
					BlindM2: 545_123.4, BlindPct: 64.51, PermanentM2: 100_000, PermanentPct: 11.83, AtLeastM2: []float64{300_000, 1234.5}},
				{Code: "high", Name: inventory.Text{FR: "Valider", EN: "Validate"}, DensityPxM: 1500, SeenM2: 0.4,
					BlindM2: 845_123, BlindPct: 100, AtLeastM2: []float64{0.4}},
			},
			Areas: []inventory.AreaResult{
				{ID: "a", Name: "École <Ferry> & Cie", Kind: "school", Geometry: square(200, 200, 300, 300), Weight: 3, GroundM2: 8450,
					Requirement: &inventory.Requirement{Level: "low", SharePct: 80, Period: inventory.Day},
					ReachedPct:  new(91.2), PermanentPct: new(85.0), Verdict: inventory.Reached, Levels: []inventory.LevelResult{}},
				{ID: "b", Name: "Gare", Geometry: square(600, 600, 700, 680), Weight: 1, GroundM2: 6760,
					Requirement: &inventory.Requirement{Level: "none", SharePct: 12.5},
					Verdict:     inventory.Undecided, Reason: &inventory.Text{FR: "Niveau inconnu.", EN: "Unknown level."},
					Levels: []inventory.LevelResult{}},
				{ID: "c", Name: "Square", Geometry: square(800, 100, 850, 150), Weight: 1, GroundM2: 2112,
					Verdict: inventory.NothingRequired, Levels: []inventory.LevelResult{}},
			},
			GapLevel: "low",
			Gaps: []inventory.Gap{
				{Rank: 1, Level: "low", AreaM2: 545_000, WeightedM2: 1_234_567, Places: []string{"Gare", "Square", "Mairie"},
					Near: "rue Haute", NearM: new(12.0), Inside: inventory.Point{2.3575, 46.9075},
					Geometry: holed(ring(0, 0, 1000, 1000), ring(100, 100, 600, 600))},
				{Rank: 2, Level: "low", AreaM2: 123.4, WeightedM2: 123.4, Inside: inventory.Point{2.3535, 46.9035},
					Geometry: square(340, 340, 360, 360)},
			},
			Cameras: []inventory.CameraResult{
				{ID: "k1", Holder: "h", Name: "Mairie", Location: inventory.Point{2.3535, 46.9035},
					Levels: []inventory.CameraLevel{{Level: "low", FootprintM2: 300_000, ExclusiveM2: 1}}},
				{ID: "k2", Holder: "h", Location: inventory.Point{2.354, 46.9045}, Assumed: true, Levels: []inventory.CameraLevel{}},
			},
			Assumptions: []inventory.Assumption{{Code: "x", Cameras: 1, Text: inventory.Text{FR: "Optique supposée.", EN: "Optics supposed."}}},
			Warnings: []inventory.Warning{{Code: "y", Text: inventory.Text{
				FR: "Une réserve assez longue pour devoir être coupée en deux lignes au moins, dans le tableau comme à côté de la carte.",
				EN: "A long warning."}}},
			Seen: []inventory.SeenShape{
				{Level: "low", Geometry: holed(ring(100, 100, 600, 600), ring(340, 340, 360, 360))},
				{Level: "high", Geometry: inventory.Surface{}},
			},
		},
	}
}

func backdrop() report.Backdrop {
	at := func(x, y float64) orb.Point { return orb.Point{2.35 + x/1e5, 46.9 + y/1e5} }
	return report.Backdrop{
		Water:     []orb.MultiPolygon{orb.MultiPolygon(square(0, 700, 1000, 760))},
		Buildings: []orb.MultiPolygon{orb.MultiPolygon(square(420, 420, 450, 440)), orb.MultiPolygon(square(1, 1, 1.1, 1.1))},
		Streets:   []orb.LineString{{at(0, 500), at(500, 500), at(1000, 520)}},
		Rails:     []orb.LineString{{at(0, 900), at(1000, 950)}},
	}
}

// outputs are everything that the package writes of a study.
func outputs() map[string]func(io.Writer, inventory.Assessment) error {
	return map[string]func(io.Writer, inventory.Assessment) error{
		"map.svg":          func(out io.Writer, a inventory.Assessment) error { return report.Map(out, a, backdrop()) },
		"table.txt":        report.Table,
		"coverage.geojson": report.CoverageGeoJSON,
		"gaps.geojson":     report.GapsGeoJSON,
	}
}

// The golden files can be looked at: testdata/map.svg in a browser, testdata/*.geojson in any GIS.
func TestGolden(t *testing.T) {
	for name, write := range outputs() {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got, study()); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s differs from %s; look, and run go test ./advisory/report -update if it is right", name, path)
			}
		})
	}
}

func TestOutputsOfAnEmptyStudy(t *testing.T) {
	empty := inventory.Assessment{Result: inventory.AssessmentResult{Perimeter: square(0, 0, 10, 10)}}
	for name, write := range outputs() {
		var out bytes.Buffer
		if err := write(&out, empty); err != nil || out.Len() == 0 {
			t.Errorf("%s: error %v, %d bytes", name, err, out.Len())
		}
	}
	if err := report.Map(io.Discard, inventory.Assessment{}, report.Backdrop{}); err == nil {
		t.Error("a map without perimeter was drawn")
	}
}

type fullDisk struct{}

var errFull = errors.New("disk full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWritingErrorsAreReturned(t *testing.T) {
	for name, write := range outputs() {
		if err := write(fullDisk{}, study()); !errors.Is(err, errFull) {
			t.Errorf("%s: error %v, want %v", name, err, errFull)
		}
	}
}

func TestLayersAreGeoJSON(t *testing.T) {
	for name, want := range map[string]int{"coverage.geojson": 2 + 3 + 2, "gaps.geojson": 2} {
		var out bytes.Buffer
		if err := outputs()[name](&out, study()); err != nil {
			t.Fatal(err)
		}
		collection, err := geojson.UnmarshalFeatureCollection(out.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(collection.Features) != want {
			t.Errorf("%s: %d features, want %d", name, len(collection.Features), want)
		}
		for _, f := range collection.Features {
			polygons, _ := f.Geometry.(orb.MultiPolygon)
			if polygon, ok := f.Geometry.(orb.Polygon); ok {
				polygons = orb.MultiPolygon{polygon}
			}
			for _, polygon := range polygons {
				for i, r := range polygon {
					if outline := i == 0; outline != (r.Orientation() == orb.CCW) {
						t.Errorf("%s: %v: ring %d is wound the wrong way", name, f.ID, i)
					}
				}
			}
		}
	}
}

func TestLayersWindAreasAndKeepTheStudy(t *testing.T) {
	a := study()
	clockwise := ring(200, 200, 300, 300)
	clockwise.Reverse()
	a.Result.Areas[0].Geometry = inventory.Surface{{clockwise}}
	before, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.CoverageGeoJSON(&out, a); err != nil {
		t.Fatal(err)
	}
	if after, err := json.Marshal(a); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the study was changed (%v)", err)
	}
	if a.Result.Areas[0].Geometry[0][0].Orientation() != orb.CW {
		t.Error("the area's own ring was turned round")
	}
}

// A name may hold anything; the drawing stays XML, and shows it.
func TestMapIsWellFormedWhateverTheNames(t *testing.T) {
	for _, name := range []string{`<script>"'&amp;]]>`, "tab\tbell\x07nul\x00", "\xff broken", "éàü漢字🏫", strings.Repeat("x", 500)} {
		a := study()
		a.Request.Name, a.Result.Areas[0].Name, a.Result.Gaps[0].Near = name, name, name
		a.Result.Software = name
		var out bytes.Buffer
		if err := report.Map(&out, a, backdrop()); err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(&out)
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", name, err)
			}
			if element, ok := token.(xml.StartElement); ok && element.Name.Local == "script" {
				t.Errorf("%q became an element", name)
			}
		}
	}
}

var (
	scaleText = regexp.MustCompile(`class="scale">([^<]+)<`)
	scaleRect = regexp.MustCompile(`width="([0-9.]+)" height="5"`)
)

// The scale bar is a round length, and as long as it says: a square of side w fills 752 px of the map.
func TestScaleBarIsRoundAndTrue(t *testing.T) {
	for _, side := range []float64{50, 333, 1000, 2400, 7000, 48_000} { // hundred-thousandths of a degree of latitude
		a := study()
		squeeze := math.Cos(46.9 * math.Pi / 180)
		a.Result.Perimeter = square(0, 0, side/squeeze, side)
		sideM := side / 1e5 * 111_190 // metres to a degree of latitude at 46.9°
		var out bytes.Buffer
		if err := report.Map(&out, a, report.Backdrop{}); err != nil {
			t.Fatal(err)
		}
		texts := scaleText.FindAllStringSubmatch(out.String(), -1)
		metres := metresOf(t, texts[len(texts)-1][1])
		quarter, err := strconv.ParseFloat(scaleRect.FindStringSubmatch(out.String())[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		if lead := metres / math.Pow(10, math.Floor(math.Log10(metres)+1e-9)); math.Abs(lead-1) > 1e-9 && math.Abs(lead-2) > 1e-9 && math.Abs(lead-5) > 1e-9 {
			t.Errorf("side %v m: %v m is not round", sideM, metres)
		}
		if want := metres * 752 / sideM / 4; math.Abs(quarter-want) > 0.01*want+0.1 {
			t.Errorf("side %v m: a quarter of %v m is drawn %v px long, want %v", sideM, metres, quarter, want)
		}
	}
}

func metresOf(t *testing.T, text string) float64 {
	t.Helper()
	figure, unit, _ := strings.Cut(text, "\u00a0")
	if rest, found := strings.CutPrefix(unit, "000\u00a0"); found {
		figure, unit = figure+"000", rest
	}
	v, err := strconv.ParseFloat(strings.Replace(figure, ",", ".", 1), 64)
	if err != nil {
		t.Fatal(err)
	}
	if unit == "km" {
		v *= 1000
	}
	return v
}

var nameText = regexp.MustCompile(`<text x="([0-9.]+)" y="([0-9.]+)" class="name"[^>]*>([^<]+)<`)

// Names never lie on one another: those without room are left out, the heaviest first to be written.
func TestNamesDoNotOverlap(t *testing.T) {
	a := study()
	a.Result.Areas = nil
	for i := range 150 {
		x, y := float64(i%15)*64+20, float64(i/15)*90+20
		a.Result.Areas = append(a.Result.Areas, inventory.AreaResult{
			ID: inventory.ID(fmt.Sprintf("a%03d", i)), Name: fmt.Sprintf("Groupe scolaire %d", i), Weight: float64(i),
			Geometry: square(x, y, x+40, y+40), Verdict: inventory.NotReached,
		})
	}
	var out bytes.Buffer
	if err := report.Map(&out, a, report.Backdrop{}); err != nil {
		t.Fatal(err)
	}
	type label struct{ x, y float64 }
	var labels []label
	for _, found := range nameText.FindAllStringSubmatch(out.String(), -1) {
		x, errX := strconv.ParseFloat(found[1], 64)
		y, errY := strconv.ParseFloat(found[2], 64)
		if err := errors.Join(errX, errY); err != nil {
			t.Fatal(err)
		}
		for _, other := range labels {
			if math.Abs(other.x-x) < 90 && math.Abs(other.y-y) < 12 {
				t.Errorf("%q lies on another name", found[3])
			}
		}
		labels = append(labels, label{x, y})
	}
	if len(labels) < 30 || len(labels) == 150 {
		t.Errorf("%d names of 150 were written", len(labels))
	}
	if !strings.Contains(out.String(), "Groupe scolaire 149") {
		t.Error("the weightiest name was left out")
	}
}

// A large town stays a small file: what is below a tenth of a pixel is not written.
func TestMapIsSmall(t *testing.T) {
	a := study()
	round := make(orb.Ring, 0, 20_001)
	for i := range 20_000 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 10_000)
		round = append(round, orb.Point{2.36 + 0.01*cos, 46.91 + 0.01*sin})
	}
	round = append(round, round[0])
	a.Result.Perimeter = inventory.Surface{{round}}
	a.Result.Seen[0].Geometry = inventory.Surface{{round}}
	var out bytes.Buffer
	if err := report.Map(&out, a, report.Backdrop{}); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 20_000 {
		t.Errorf("%d bytes for five circles", out.Len())
	}
}
