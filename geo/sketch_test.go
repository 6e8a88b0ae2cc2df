package geo_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// sketch draws a scene in metres east and north of a place, as GeoJSON features. It knows the radii of the ellipsoid
// there, and nothing of the engine.
type sketch struct {
	from          orb.Point
	eastM, northM float64 // metres in a degree
	levels        []float64
	features      []*geojson.Feature
}

// facts are what a feature says besides its shape.
type facts = geojson.Properties

// with is some facts and more.
func with(f facts, name string, value any) facts {
	out := f.Clone()
	out[name] = value
	return out
}

var paris = orb.Point{2.35, 48.85}

func newSketch(from orb.Point) *sketch {
	const a, e2 = 6378137, 0.00669437999014
	sin, cos := math.Sincos(from.Lat() * math.Pi / 180)
	w2 := 1 - e2*sin*sin
	return &sketch{from: from, eastM: a / math.Sqrt(w2) * cos * math.Pi / 180, northM: a * (1 - e2) / (w2 * math.Sqrt(w2)) * math.Pi / 180}
}

// at is a place, to 0.1 mm.
func (s *sketch) at(x, y float64) orb.Point {
	return roundedPlace(orb.Point{s.from.Lon() + x/s.eastM, s.from.Lat() + y/s.northM})
}

// ring is a closed ring of x, y, x, y, …
func (s *sketch) ring(xy ...float64) orb.Ring {
	var r orb.Ring
	for k := 0; k < len(xy); k += 2 {
		r = append(r, s.at(xy[k], xy[k+1]))
	}
	return append(r, r[0])
}

func (s *sketch) box(x0, y0, x1, y1 float64) orb.Ring { return s.ring(x0, y0, x1, y0, x1, y1, x0, y1) }

// needle is a ring of three places in line, but for a millionth of a metre.
func (s *sketch) needle(xy ...float64) orb.Ring {
	r := s.ring(xy...)
	r[1][1] += 1e-11
	return r
}

// turned is a rectangle about a place, turned anticlockwise.
func (s *sketch) turned(x, y, width, depth, deg float64) orb.Ring {
	sin, cos := math.Sincos(deg * math.Pi / 180)
	var xy []float64
	for _, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		dx, dy := c[0]*width/2, c[1]*depth/2
		xy = append(xy, x+dx*cos-dy*sin, y+dx*sin+dy*cos)
	}
	return s.ring(xy...)
}

// round is a regular polygon.
func (s *sketch) round(x, y, radius float64, corners int) orb.Ring {
	var xy []float64
	for k := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(corners))
		xy = append(xy, x+radius*cos, y+radius*sin)
	}
	return s.ring(xy...)
}

func backwards(r orb.Ring) orb.Ring {
	r = r.Clone()
	slices.Reverse(r)
	return r
}

func (s *sketch) draw(shape orb.Geometry, f facts) {
	feature := geojson.NewFeature(shape)
	feature.Properties = f
	s.features = append(s.features, feature)
}

// perimeter draws a part of the perimeter; holes are wound the right way by the caller, or not.
func (s *sketch) perimeter(rings ...orb.Ring) {
	s.draw(orb.Polygon(rings), facts{"perimeter": true})
}

// field is the perimeter of scenes that are not about it.
func (s *sketch) field() { s.perimeter(s.box(-150, -120, 150, 120)) }

func (s *sketch) obstacle(id string, rings ...orb.Ring) { s.building(id, facts{}, rings...) }

func (s *sketch) building(id string, f facts, rings ...orb.Ring) {
	s.draw(orb.Polygon(rings), with(f, "obstacle", id))
}

func (s *sketch) zone(id string, rings ...orb.Ring) { s.draw(orb.Polygon(rings), facts{"zone": id}) }

func (s *sketch) ground(rings ...orb.Ring) { s.draw(orb.Polygon(rings), facts{"ground": true}) }

func (s *sketch) head(camera string, x, y float64, f facts) {
	s.draw(s.at(x, y), with(f, "camera", camera))
}

// lookTo are the facts of a head of some field, which reaches as far as its pixels do at 20 px/m.
func lookTo(bearingDeg, hfovDeg, rangeM float64) facts {
	return facts{"bearingDeg": bearingDeg, "hfovDeg": hfovDeg, "recordedWidthPx": widthFor(hfovDeg, rangeM)}
}

// allRound are the facts of a head that looks everywhere.
func allRound(rangeM float64) facts {
	return facts{"hfovDeg": 360, "recordedWidthPx": widthFor(360, rangeM)}
}

// widthFor is how many pixels make 20 px/m at a distance.
func widthFor(hfovDeg, rangeM float64) int {
	perM := 2 * math.Tan(min(hfovDeg, 120)/2*math.Pi/180)
	if hfovDeg > 120 {
		perM = max(perM, hfovDeg*math.Pi/180)
	}
	return int(math.Round(20 * rangeM * perM))
}

// json is the text of the scene, a line for each feature.
func (s *sketch) json(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(`{"type":"FeatureCollection",`)
	if s.levels != nil {
		text, err := json.Marshal(s.levels)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(`"levels":` + string(text) + `,`)
	}
	out.WriteString(`"features":[`)
	for k, f := range s.features {
		if k > 0 {
			out.WriteByte(',')
		}
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("\n" + string(text))
	}
	out.WriteString("\n]}\n")
	return out.Bytes()
}

// sketches are all scenes, by name.
func sketches() map[string]*sketch {
	all := map[string]*sketch{}
	for _, some := range []map[string]func(*sketch){headScenes, wallScenes, facadeScenes, lowScenes, groundScenes} {
		for name, draw := range some {
			all[name] = newSketch(paris)
			draw(all[name])
		}
	}
	for name, place := range placeScenes {
		all[name] = newSketch(place.from)
		place.draw(all[name])
	}
	return all
}

// drawScenes writes the scenes.
func drawScenes(t *testing.T) {
	t.Helper()
	for name, s := range sketches() {
		if err := os.WriteFile(sceneFile(name, "in"), s.json(t), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSketches finds scenes that were written or changed by hand: their sketch is what to change.
func TestSketches(t *testing.T) {
	drawn := sketches()
	for _, name := range sceneNames(t) {
		s, known := drawn[name]
		if !known {
			t.Errorf("no sketch of %s", name)
			continue
		}
		delete(drawn, name)
		got, err := os.ReadFile(sceneFile(name, "in"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, s.json(t)) {
			t.Errorf("%s is not what its sketch draws: run TestScenes with -update", name)
		}
	}
	for name := range drawn {
		t.Errorf("the sketch of %s was not written: run TestScenes with -update", name)
	}
}
