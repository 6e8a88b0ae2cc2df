package geo_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

// benchmarkBeside times ours, and reports its time per position and how many times longer simplefeatures takes for
// the same answer in the same run; theirs is nil where it would take too long to compare.
func benchmarkBeside(b *testing.B, positions int, ours, theirs func() bool) {
	b.Helper()
	if theirs != nil && ours() != theirs() {
		b.Fatal("the two answers differ")
	}
	for b.Loop() {
		ours()
	}
	own := float64(b.Elapsed()) / float64(b.N)
	b.ReportMetric(own/float64(positions), "ns/position")
	if theirs == nil {
		return
	}
	runs, begin := 0, time.Now()
	for runs == 0 || time.Since(begin) < 300*time.Millisecond {
		theirs()
		runs++
	}
	b.ReportMetric(float64(time.Since(begin))/float64(runs)/own, "simplefeatures/ours")
}

// BenchmarkValidate takes rings that are rough, long and thin, and real.
func BenchmarkValidate(b *testing.B) {
	r := rand.New(rand.NewPCG(21, 22))
	comb := combRing(16667, 0)
	for i := range comb {
		comb[i][0] /= 100 // back into degrees
	}
	shapes := []struct {
		name  string
		shape orb.Polygon
	}{
		{"star-1000", orb.Polygon{starRing(r, orb.Point{2, 48}, 0.1, 1000)}},
		{"star-50000", orb.Polygon{starRing(r, orb.Point{2, 48}, 0.1, 50000)}},
		{"comb-50000", orb.Polygon{comb}},
		{"comb-2000", orb.Polygon{combRing(666, 0)}},
		{"comb-50000-on-its-side", orb.Polygon{turnedRing(comb, 1, 0)}},
		{"comb-50000-slanted", orb.Polygon{turnedRing(comb, 0.8, 0.6)}},
	}
	for _, s := range shapes {
		b.Run(s.name, func(b *testing.B) {
			other := simpleFeatures(orb.MultiPolygon{s.shape})
			theirs := func() bool { return other.Validate() == nil }
			if len(s.shape[0]) > 10000 && strings.HasPrefix(s.name, "comb") {
				theirs = nil // half a minute
			}
			benchmarkBeside(b, countPositions(s.shape), func() bool { return geo.Validate(s.shape) == nil }, theirs)
		})
	}
	b.Run("communes", func(b *testing.B) {
		var ours []orb.Geometry
		var theirs []geom.Geometry
		positions := 0
		for _, f := range readFeatures(b, "boundaries", "communes", "communes-34-herault.geojson").Features {
			ours, theirs = append(ours, f.Geometry), append(theirs, otherLibrary(b, f.Geometry))
			positions += countPositions(f.Geometry)
		}
		benchmarkBeside(b, positions, func() bool {
			valid := true
			for _, shape := range ours {
				valid = geo.Validate(shape) == nil && valid
			}
			return valid
		}, func() bool {
			valid := true
			for _, shape := range theirs {
				valid = shape.Validate() == nil && valid
			}
			return valid
		})
	})
}

// turnedRing turns a ring by the angle of which the sine and cosine are given.
func turnedRing(ring orb.Ring, sin, cos float64) orb.Ring {
	out := ring.Clone()
	for i, p := range out {
		out[i] = orb.Point{(p[0]*cos - p[1]*sin) / 4, (p[0]*sin + p[1]*cos) / 4}
	}
	return out
}

// BenchmarkIntersects asks what an inventory asks most, and two large outlines that nearly touch.
func BenchmarkIntersects(b *testing.B) {
	r := rand.New(rand.NewPCG(23, 24))
	outline := orb.Polygon{starRing(r, orb.Point{2, 48}, 0.1, 1000)}
	beside := orb.Polygon{starRing(r, orb.Point{2.169, 48}, 0.1, 1000)}
	pairs := []struct {
		name string
		a, b orb.Geometry
	}{
		{"box-point", orb.Bound{Min: orb.Point{1, 47}, Max: orb.Point{3, 49}}, orb.Point{2, 48}},
		{"polygon1000-point-inside", outline, orb.Point{2.01, 48.01}},
		{"polygon1000-point-outside", outline, orb.Point{2.09, 48.09}},
		{"polygon1000-box-inside", outline, orb.Bound{Min: orb.Point{2, 48}, Max: orb.Point{2.001, 48.001}}},
		{"polygon1000-polygon1000-meeting", outline, orb.Polygon{starRing(r, orb.Point{2.1, 48}, 0.1, 1000)}},
		{"polygon1000-polygon1000-near", outline, beside},
	}
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) {
			ga, gb := otherLibrary(b, p.a), otherLibrary(b, p.b)
			b.ReportAllocs()
			benchmarkBeside(b, max(countAll(p.a), 1),
				func() bool { return geo.Intersects(p.a, p.b) },
				func() bool { return geom.Intersects(ga, gb) })
		})
	}
}
