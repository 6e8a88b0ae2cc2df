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

var update = flag.Bool("update", false, "write the expected files of testdata/scenes")

// TestScenes holds every scene of testdata/scenes against what it is known to give. A scene is two GeoJSON files that
// any GIS opens: NAME.in.geojson (a polygon is the perimeter, or a zone when it has an id; points are heads) and
// NAME.out.geojson (per level, what is seen and what is blind).
func TestScenes(t *testing.T) {
	files, err := filepath.Glob("testdata/scenes/*.in.geojson")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenes: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".in.geojson"), func(t *testing.T) {
			coverage, err := geo.Cover(t.Context(), readScene(t, file), geo.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := drawCoverage(t, coverage)
			expected := strings.Replace(file, ".in.", ".out.", 1)
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
				t.Errorf("the result differs from %s: run the test with -update and look at both", expected)
			}
		})
	}
}

func readScene(t *testing.T, file string) geo.Scene {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	features, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	scene := geo.Scene{Levels: []geo.Level{{Code: "overview", DensityPxM: 20}, {Code: "perceive", DensityPxM: 125}}}
	for _, f := range features.Features {
		switch shape := f.Geometry.(type) {
		case orb.Polygon:
			if id, zone := f.Properties["id"].(string); zone {
				scene.Zones = append(scene.Zones, geo.Zone{ID: id, Shape: orb.MultiPolygon{shape}})
				continue
			}
			scene.Perimeter = append(scene.Perimeter, shape)
		case orb.Point:
			scene.Heads = append(scene.Heads, readHead(f.Properties, shape))
		default:
			t.Fatalf("%s: a scene has no %s", file, shape.GeoJSONType())
		}
	}
	return scene
}

func readHead(p geojson.Properties, at orb.Point) geo.Head {
	known := func(name string) *float64 {
		if v, ok := p[name].(float64); ok {
			return &v
		}
		return nil
	}
	px := p.MustInt("recordedWidthPx", 1920)
	return geo.Head{
		Camera: p.MustString("camera"), At: at, BearingDeg: known("bearingDeg"), PanRangeDeg: p.MustFloat64("panRangeDeg", 0),
		Sensor: geo.Sensor{
			HFOVDeg: known("hfovDeg"), VFOVDeg: known("vfovDeg"), TiltDeg: known("tiltDeg"),
			MountHeightM: known("mountHeightM"), TargetHeightM: p.MustFloat64("targetHeightM", 0), RecordedWidthPx: &px,
		},
	}
}

// drawCoverage writes figures to the square millimetre and places to 0.1 mm, so that no processor's last digit shows.
func drawCoverage(t *testing.T, c geo.Coverage) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(`{"type":"FeatureCollection","features":[`)
	for k, l := range c.Levels {
		for i, part := range []struct {
			name, colour string
			m2           float64
			shape        orb.MultiPolygon
		}{{"seen", "#2a7f62", l.SeenM2, l.Seen}, {"blind", "#b3423a", l.BlindM2, l.Blind}} {
			if k+i > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, "\n"+`{"type":"Feature","properties":{"level":%q,"part":%q,"m2":%.6f,"permanentM2":%.6f,"fill":%q},"geometry":%s}`,
				l.Level.Code, part.name, part.m2, l.PermanentM2, part.colour, roundedJSON(t, part.shape))
		}
	}
	out.WriteString("\n]}\n")
	return out.Bytes()
}

func roundedJSON(t *testing.T, shape orb.MultiPolygon) []byte {
	t.Helper()
	rounded := shape.Clone()
	for _, p := range rounded {
		for _, r := range p {
			for k := range r {
				r[k] = orb.Point{math.Round(r[k][0]*1e9) / 1e9, math.Round(r[k][1]*1e9) / 1e9}
			}
		}
	}
	text, err := json.Marshal(geojson.NewGeometry(rounded))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
