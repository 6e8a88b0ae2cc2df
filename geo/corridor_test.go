package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// metresAround carries local metres round a place to lon, lat.
func metresAround(t *testing.T, at orb.Point) func(x, y float64) orb.Point {
	t.Helper()
	frame, err := geo.NewFrame(at)
	if err != nil {
		t.Fatal(err)
	}
	return func(x, y float64) orb.Point { return frame.ToLonLat(orb.Point{x, y}) }
}

// surfaceM2 is the ground inside a shape.
func surfaceM2(t *testing.T, shape orb.MultiPolygon) float64 {
	t.Helper()
	if err := geo.Validate(shape); err != nil {
		t.Fatalf("the shape is not valid: %v", err)
	}
	parts, err := geo.Overlaps(t.Context(), []orb.MultiPolygon{shape}, shape)
	if err != nil {
		t.Fatal(err)
	}
	return parts[0]
}

func TestCorridorOfKnownLines(t *testing.T) {
	at := metresAround(t, orb.Point{3.88, 43.61})
	const half = 4.0
	circle := 16 * half * half * math.Sin(math.Pi/16) // of the chords
	for _, c := range []struct {
		name   string
		lines  orb.MultiLineString
		wantM2 float64
		shells int
		holes  int
	}{
		{"a point", orb.MultiLineString{{at(0, 0), at(0, 0)}}, circle, 1, 0},
		{"straight", orb.MultiLineString{{at(0, 0), at(100, 0)}}, 100*2*half + circle, 1, 0},
		{"there and back", orb.MultiLineString{{at(0, 0), at(100, 0), at(0, 0)}}, 100*2*half + circle, 1, 0},
		{"crossing", orb.MultiLineString{{at(-50, 0), at(50, 0)}, {at(0, -50), at(0, 50)}}, 2*(100*2*half+circle) - 4*half*half, 1, 0},
		{"apart", orb.MultiLineString{{at(0, 0), at(100, 0)}, {at(0, 50), at(100, 50)}}, 2 * (100*2*half + circle), 2, 0},
		{"round a square", orb.MultiLineString{{at(0, 0), at(100, 0), at(100, 100), at(0, 100), at(0, 0)}},
			400*2*half - 4*half*half + circle, 1, 1},
		{"in parts", orb.MultiLineString{{at(-3000, 0), at(3000, 0)}}, 6000*2*half + circle, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := geo.Corridor(t.Context(), c.lines, half)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != c.shells || len(got[0]) != 1+c.holes {
				t.Errorf("%d polygons, the first of %d rings; want %d and %d holes", len(got), len(got[0]), c.shells, c.holes)
			}
			if m2 := surfaceM2(t, got); math.Abs(m2-c.wantM2) > 1e-3*c.wantM2 {
				t.Errorf("%.2f m², want %.2f", m2, c.wantM2)
			}
		})
	}
}

// TestCorridorHoldsWhatIsNear: of random lines that cross themselves, places within the width are inside, others are not.
func TestCorridorHoldsWhatIsNear(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	at := metresAround(t, orb.Point{-1.5, 47.2})
	for range 30 {
		half := 1 + 9*random.Float64()
		line, local := orb.LineString{}, orb.LineString{}
		for range 2 + random.IntN(8) {
			p := orb.Point{300 * random.Float64(), 300 * random.Float64()}
			local, line = append(local, p), append(line, at(p[0], p[1]))
		}
		shape, err := geo.Corridor(t.Context(), orb.MultiLineString{line}, half)
		if err != nil {
			t.Fatal(err)
		}
		if err := geo.Validate(shape); err != nil {
			t.Fatalf("corridor of %v at %.2f m: %v", local, half, err)
		}
		for range 200 {
			p := orb.Point{320*random.Float64() - 10, 320*random.Float64() - 10}
			far := math.Inf(1)
			for k := 1; k < len(local); k++ {
				far = min(far, fromSegment(p, local[k-1], local[k]))
			}
			inside := geo.Intersects(shape, at(p[0], p[1]))
			if inside != (far < half) && math.Abs(far-half) > half/100+0.01 {
				t.Errorf("%v is %.2f m from %v, inside at %.2f m: %t", p, far, local, half, inside)
			}
		}
	}
}

func fromSegment(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	share := max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/(dx*dx+dy*dy)))
	return math.Hypot(p[0]-a[0]-share*dx, p[1]-a[1]-share*dy)
}

func TestCorridorRefuses(t *testing.T) {
	sound := orb.MultiLineString{{{3.88, 43.61}, {3.89, 43.61}}}
	for name, c := range map[string]struct {
		lines orb.MultiLineString
		half  float64
	}{
		"no line":       {nil, 1},
		"no degrees":    {orb.MultiLineString{{{768915, 6281719}, {768916, 6281719}}}, 1},
		"no width":      {sound, 0},
		"width unknown": {sound, math.NaN()},
		"endless width": {sound, math.Inf(1)},
	} {
		var violation *geo.Violation
		if _, err := geo.Corridor(t.Context(), c.lines, c.half); !errors.As(err, &violation) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := geo.Corridor(t.Context(), orb.MultiLineString{{{-4, 48}, {7, 43}}}, 5); !errors.Is(err, geo.ErrTooLarge) {
		t.Errorf("a line across the country: %v", err)
	}
}

func FuzzCorridor(f *testing.F) {
	f.Add(3.88, 43.61, 3.881, 43.612, 3.879, 43.611, 4.0)
	f.Add(3.88, 43.61, 3.88, 43.61, 3.88, 43.61, 0.001)
	f.Add(0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 300.0)
	f.Fuzz(func(t *testing.T, x1, y1, x2, y2, x3, y3, half float64) {
		if math.Abs(half) > 1000 {
			return // wider than any street
		}
		shape, err := geo.Corridor(t.Context(), orb.MultiLineString{{{x1, y1}, {x2, y2}, {x3, y3}}}, half)
		var violation *geo.Violation
		switch {
		case errors.As(err, &violation), errors.Is(err, geo.ErrTooLarge):
		case err != nil:
			t.Fatal(err)
		case len(shape) > 0 && geo.Validate(shape) != nil:
			t.Fatalf("not valid: %v", geo.Validate(shape))
		}
	})
}
