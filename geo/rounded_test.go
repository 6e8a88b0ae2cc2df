package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

// TestRounded: polygons cut at a box, which may run back along it and stray by rounding, become valid polygons of whole
// numbers, nearly as large.
func TestRounded(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 2026))
	box := orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{4160, 4160}}
	drawn := 0
	for range 400 {
		var shape orb.MultiPolygon
		for range 1 + r.IntN(3) {
			centre := orb.Point{4096 * r.Float64(), 4096 * r.Float64()}
			outer := jagged(r, centre, 3000*r.Float64()+1, 3+r.IntN(60))
			polygon := orb.Polygon{outer}
			if r.IntN(2) == 0 {
				hole := jagged(r, centre, 1, 9)
				hole.Reverse()
				polygon = append(polygon, hole)
			}
			shape = append(shape, polygon)
		}
		cut := clip.MultiPolygon(box, shape.Clone())
		out, err := geo.Rounded(t.Context(), cut)
		if err != nil {
			t.Fatal(err)
		}
		drawn += len(out)
		judgeRounded(t, out)
		if len(shape) == 1 {
			want, lengths := planar.Area(cut), planar.Length(cut)
			if got := planar.Area(out); math.Abs(got-want) > 4*lengths+16 {
				t.Errorf("%v became %v", want, got)
			}
		}
	}
	if drawn < 400 {
		t.Errorf("only %d polygons were drawn", drawn)
	}
}

// judgeRounded holds polygons against what a reader may expect of them.
func judgeRounded(t *testing.T, out orb.MultiPolygon) {
	t.Helper()
	var polygons []geom.Polygon
	for _, polygon := range out {
		var rings []geom.LineString
		for k, ring := range polygon {
			if (ring.Orientation() == orb.CCW) != (k == 0) {
				t.Errorf("ring %d is wound %v", k, ring.Orientation())
			}
			var flat []float64
			for _, p := range ring {
				if p[0] != math.Trunc(p[0]) || p[1] != math.Trunc(p[1]) {
					t.Fatalf("%v is not whole", p)
				}
				flat = append(flat, p[0], p[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		polygons = append(polygons, geom.NewPolygon(rings))
	}
	if err := geom.NewMultiPolygon(polygons).Validate(); err != nil {
		t.Errorf("%v: %v", err, out)
	}
}

// jagged is a ring round a centre, wound anticlockwise, which may be pointed.
func jagged(r *rand.Rand, centre orb.Point, radius float64, corners int) orb.Ring {
	var ring orb.Ring
	for k := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(corners))
		far := radius * (0.05 + r.Float64())
		ring = append(ring, orb.Point{centre[0] + far*cos, centre[1] + far*sin})
	}
	return append(ring, ring[0])
}

// TestRoundedRefuses: what is no number, or too far, is refused; nothing stays nothing.
func TestRoundedRefuses(t *testing.T) {
	for _, far := range []float64{math.NaN(), math.Inf(1), 1 << 25} {
		if out, err := geo.Rounded(t.Context(), orb.MultiPolygon{{{{0, 0}, {9, 0}, {far, 9}, {0, 0}}}}); !errors.Is(err, geo.ErrTooLarge) {
			t.Errorf("%v: %v, %v", far, out, err)
		}
	}
	for _, shape := range []orb.MultiPolygon{nil, {{}}, {{{}}}, {{{{1, 1}, {1, 1}, {1, 1}}}}, {{{{0, 0}, {900, 0}, {0, 0}}}}} {
		if out, err := geo.Rounded(t.Context(), shape); err != nil || len(out) != 0 {
			t.Errorf("%v: %v, %v", shape, out, err)
		}
	}
}
