package geo_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/geo"
)

var update = flag.Bool("update", false, "write the files of testdata/scenes again")

// TestScenes holds every scene of testdata/scenes against what it is known to give. A scene is two GeoJSON files that
// any GIS opens: NAME.in.geojson, see [readScene], which [sketches] draws; and NAME.out.geojson, per level what is seen
// and what is blind, by day and, when some head says how far it sees, by night.
func TestScenes(t *testing.T) {
	if *update {
		drawScenes(t)
	}
	for _, name := range sceneNames(t) {
		t.Run(name, func(t *testing.T) {
			scene := readScene(t, name)
			coverage, err := geo.Cover(t.Context(), scene, sceneOptions(scene))
			if err != nil {
				t.Fatal(err)
			}
			got := drawCoverage(t, coverage)
			expected := sceneFile(name, "out")
			if *update {
				if err := os.WriteFile(expected, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(expected)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				sameCoverage(t, got, want)
			}
			if t.Failed() {
				t.Errorf("%s is different: run the test with -update and look at both", expected)
			}
		})
	}
}

func sceneFile(name, side string) string {
	return filepath.Join("testdata", "scenes", name+"."+side+".geojson")
}

func sceneNames(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(sceneFile("*", "in"))
	if err != nil || len(files) < 60 {
		t.Fatalf("%d scenes: %v", len(files), err)
	}
	for k, file := range files {
		files[k] = strings.TrimSuffix(filepath.Base(file), ".in.geojson")
	}
	return files
}

// sceneOptions asks for the night when there is something to say of it.
func sceneOptions(scene geo.Scene) geo.Options {
	var options geo.Options
	for _, h := range scene.Heads {
		options.Night = options.Night || h.NightReachM != nil
	}
	return options
}

// readScene reads a scene. Points with "camera" are heads; polygons are obstacles when they have "obstacle", zones when
// they have "zone", the ground to watch when they have "ground", and else the perimeter. The levels stand beside the
// features.
func readScene(t testing.TB, name string) geo.Scene {
	t.Helper()
	text, err := os.ReadFile(sceneFile(name, "in"))
	if err != nil {
		t.Fatal(err)
	}
	features, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	scene := geo.Scene{Levels: []geo.Level{{Code: "overview", DensityPxM: 20}, {Code: "perceive", DensityPxM: 125}}}
	if levels, given := features.ExtraMembers["levels"]; given {
		scene.Levels = nil
		for _, density := range levels.([]any) {
			scene.Levels = append(scene.Levels, geo.Level{Code: fmt.Sprint(len(scene.Levels)), DensityPxM: density.(float64)})
		}
	}
	for _, f := range features.Features {
		switch shape := f.Geometry.(type) {
		case orb.Point:
			scene.Heads = append(scene.Heads, readHead(f.Properties, shape))
		case orb.Polygon:
			readShape(&scene, f.Properties, orb.MultiPolygon{shape})
		case orb.MultiPolygon:
			readShape(&scene, f.Properties, shape)
		default:
			t.Fatalf("%s: a scene has no %s", name, shape.GeoJSONType())
		}
	}
	return scene
}

func readShape(scene *geo.Scene, p geojson.Properties, shape orb.MultiPolygon) {
	switch {
	case p["obstacle"] != nil:
		o := geo.Obstacle{ID: p.MustString("obstacle"), Shape: shape, HeightM: known(p, "heightM"), Dwelling: p.MustBool("dwelling", false)}
		scene.Obstacles = append(scene.Obstacles, o)
	case p["zone"] != nil:
		scene.Zones = append(scene.Zones, geo.Zone{ID: p.MustString("zone"), Shape: shape})
	case p["ground"] != nil:
		scene.Ground = append(scene.Ground, shape...)
	default:
		scene.Perimeter = append(scene.Perimeter, shape...)
	}
}

// known is a number that may be left out; "unlimited" is one as well.
func known(p geojson.Properties, name string) *float64 {
	switch v := p[name].(type) {
	case float64:
		return &v
	case string:
		return number(math.Inf(1))
	}
	return nil
}

func readHead(p geojson.Properties, at orb.Point) geo.Head {
	px := p.MustInt("recordedWidthPx", 1920)
	h := geo.Head{
		Camera: p.MustString("camera"), At: at, BearingDeg: known(p, "bearingDeg"), PanRangeDeg: p.MustFloat64("panRangeDeg", 0),
		Sensor: geo.Sensor{
			HFOVDeg: known(p, "hfovDeg"), VFOVDeg: known(p, "vfovDeg"), TiltDeg: known(p, "tiltDeg"),
			MountHeightM: known(p, "mountHeightM"), TargetHeightM: p.MustFloat64("targetHeightM", 0), RecordedWidthPx: &px,
		},
		NightReachM: known(p, "nightReachM"),
	}
	masks, _ := p["masksDeg"].([]any)
	for _, m := range masks {
		h.Masks = append(h.Masks, geo.Mask{FromDeg: m.([]any)[0].(float64), ToDeg: m.([]any)[1].(float64)})
	}
	return h
}

// drawCoverage writes figures to the square millimetre and places to 0.1 mm, so that no processor's last digit shows.
func drawCoverage(t *testing.T, c geo.Coverage) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(`{"type":"FeatureCollection","features":[`)
	comma := ""
	for k, levels := range [][]geo.LevelCoverage{c.Levels, c.Night} {
		for _, l := range levels {
			for _, part := range []struct {
				name, colour string
				m2           float64
				shape        orb.MultiPolygon
			}{{"seen", "#2a7f62", l.SeenM2, l.Seen}, {"blind", "#b3423a", l.BlindM2, l.Blind}} {
				fmt.Fprintf(&out, "%s\n"+`{"type":"Feature","properties":{"period":%q,"level":%q,"part":%q,"m2":%.6f,"permanentM2":%.6f,"atLeastM2":%s,"fill":%q},"geometry":%s}`,
					comma, [2]string{"day", "night"}[k], l.Level.Code, part.name, part.m2, l.PermanentM2, roundedFigures(l.AtLeastM2), part.colour, roundedJSON(t, part.shape))
				comma = ","
			}
		}
	}
	out.WriteString("\n]}\n")
	return out.Bytes()
}

func roundedFigures(m2 []float64) string {
	texts := make([]string, len(m2))
	for k, v := range m2 {
		texts[k] = fmt.Sprintf("%.6f", v)
	}
	return "[" + strings.Join(texts, ",") + "]"
}

func roundedJSON(t *testing.T, shape orb.MultiPolygon) []byte {
	t.Helper()
	rounded := shape.Clone()
	for _, p := range rounded {
		for _, r := range p {
			for k := range r {
				r[k] = roundedPlace(r[k])
			}
		}
	}
	if rounded == nil {
		rounded = orb.MultiPolygon{} // nothing, rather than null
	}
	text, err := json.Marshal(geojson.NewGeometry(rounded))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func roundedPlace(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e9) / 1e9, math.Round(p[1]*1e9) / 1e9}
}
