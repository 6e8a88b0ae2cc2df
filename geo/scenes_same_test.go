package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// sameCoverage holds a drawn coverage against another: the same figures and the same borders, whatever the corners that
// draw them on a straight line.
func sameCoverage(t *testing.T, got, want []byte) {
	t.Helper()
	const slackM2 = 0.002
	mine, theirs := readCoverage(t, got), readCoverage(t, want)
	if len(mine) != len(theirs) {
		t.Fatalf("%d shapes, want %d", len(mine), len(theirs))
	}
	for k, f := range mine {
		g := theirs[k]
		for _, name := range []string{"period", "level", "part"} {
			if f.Properties[name] != g.Properties[name] {
				t.Fatalf("%v, want %v", f.Properties, g.Properties)
			}
		}
		for _, name := range []string{"m2", "permanentM2"} {
			if a, b := f.Properties.MustFloat64(name), g.Properties.MustFloat64(name); math.Abs(a-b) > slackM2 {
				t.Errorf("%v: %s is %v, want %v", f.Properties, name, a, b)
			}
		}
		a, b := f.Properties["atLeastM2"].([]any), g.Properties["atLeastM2"].([]any)
		if len(a) != len(b) {
			t.Errorf("%v: as many as %d cameras see a place, want %d", f.Properties, len(a), len(b))
			continue
		}
		for i := range a {
			if math.Abs(a[i].(float64)-b[i].(float64)) > slackM2 {
				t.Errorf("%v: %d cameras and more see %v m², want %v", f.Properties, i+1, a[i], b[i])
			}
		}
		sameBorders(t, f, g)
	}
}

func readCoverage(t *testing.T, text []byte) []*geojson.Feature {
	t.Helper()
	features, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	return features.Features
}

// sameBorders fails when a corner of one shape does not lie on the border of the other, give or take 2 mm.
func sameBorders(t *testing.T, got, want *geojson.Feature) {
	t.Helper()
	const slackM = 0.002
	s := newSketch(want.Geometry.Bound().Center())
	mine, theirs := ringsOf(s, got), ringsOf(s, want)
	if len(mine) != len(theirs) {
		t.Errorf("%v: %d rings, want %d", got.Properties, len(mine), len(theirs))
	}
	for _, pair := range [2][2][]orb.Ring{{mine, theirs}, {theirs, mine}} {
		for _, r := range pair[0] {
			for _, p := range r {
				nearest := math.Inf(1)
				for _, other := range pair[1] {
					if nearest > slackM && other.Bound().Pad(slackM).Contains(p) {
						nearest = min(nearest, planar.DistanceFrom(orb.LineString(other), p))
					}
				}
				if nearest > slackM {
					t.Fatalf("%v: a corner lies %v m away from the border", got.Properties, nearest)
				}
			}
		}
	}
}

// ringsOf are the rings of a feature, in metres.
func ringsOf(s *sketch, f *geojson.Feature) (rings []orb.Ring) {
	for _, polygon := range f.Geometry.(orb.MultiPolygon) {
		for _, r := range polygon {
			out := make(orb.Ring, len(r))
			for k, p := range r {
				out[k] = orb.Point{(p[0] - s.from[0]) * s.eastM, (p[1] - s.from[1]) * s.northM}
			}
			rings = append(rings, out)
		}
	}
	return rings
}
