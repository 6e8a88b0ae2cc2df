package geo

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	sf "github.com/peterstace/simplefeatures/geom"
)

// quad is a polygon in metres, made of its corners.
func quad(t testing.TB, corners ...orb.Point) sf.Geometry {
	t.Helper()
	var xy []float64
	for _, p := range append(corners, corners[0]) {
		xy = append(xy, p[0], p[1])
	}
	return sf.NewPolygon([]sf.LineString{sf.NewLineString(sf.NewSequence(xy, sf.DimXY))}).AsGeometry()
}

// inSightByOverlay is the surface of a sector less the shadows of walls, by a general overlay, in square metres.
func inSightByOverlay(t testing.TB, b *blocks, s surface, eye vertex, farM float64) float64 {
	t.Helper()
	at := eye.local()
	shadows := []sf.Geometry{}
	for _, w := range wallsOf(b, eye) {
		if w[0]*w[3]-w[1]*w[2] == 0 || math.Hypot(w[0], w[1]) > 3*farM {
			continue
		}
		scale := func(x, y float64) orb.Point {
			f := 50 * farM / math.Hypot(x, y)
			return orb.Point{at[0] + x*f, at[1] + y*f}
		}
		p, q := orb.Point{at[0] + w[0], at[1] + w[1]}, orb.Point{at[0] + w[2], at[1] + w[3]}
		// Halfway round, so that the far side lies beyond the sector.
		a, c := scale(w[0], w[1]), scale(w[2], w[3])
		half := scale((w[0]/math.Hypot(w[0], w[1]))+(w[2]/math.Hypot(w[2], w[3])), (w[1]/math.Hypot(w[0], w[1]))+(w[3]/math.Hypot(w[2], w[3])))
		shadows = append(shadows, quad(t, p, a, half, c, q))
	}
	union, err := sf.UnionMany(shadows)
	if err != nil {
		t.Skipf("the overlay gave up: %v", err)
	}
	rest, err := sf.Difference(planar(t, s), union)
	if err != nil {
		t.Skipf("the overlay gave up: %v", err)
	}
	return rest.Area()
}

func areaM2(s surface) float64 {
	sum := 0.0
	for _, r := range s {
		sum += twiceArea(r) / 2 * squareM2
	}
	return sum
}

func randomSector(random *rand.Rand, at orb.Point) sector {
	s := sector{at: at, axisDeg: random.Float64() * 360, apertureDeg: 20 + random.Float64()*100, farM: 20 + 60*random.Float64()}
	switch random.IntN(6) {
	case 0:
		s.apertureDeg = 360
	case 1:
		s.apertureDeg = 180 + random.Float64()*179
	case 2:
		s.apertureDeg = 180
	}
	if random.IntN(2) == 0 {
		s.nearM = s.farM * random.Float64() * 0.8
	}
	return s
}

func TestSkylineAgreesWithAnOverlay(t *testing.T) {
	for seed := range uint64(40) {
		w := newTownOfBlocks(seed, 30)
		b := w.blocks()
		l := newLooker(b)
		random := rand.New(rand.NewPCG(seed, 5))
		for range 5 {
			eye := toVertex(w.streetPlace(random))
			if len(b.holders(eye)) > 0 {
				continue
			}
			s := randomSector(random, eye.local())
			e := l.envelope(outlook{eye: eye, rangeM: s.farM, axisDeg: s.axisDeg, apertureDeg: s.apertureDeg, heightM: math.NaN()})
			c := s.cut(0.05)
			got, err := e.surface(context.Background(), s, c)
			if err != nil {
				t.Fatal(err)
			}
			want := inSightByOverlay(t, b, s.surface(c), eye, s.farM)
			if math.Abs(areaM2(got)-want) > 0.002 {
				t.Errorf("seed %d: %+v: %v m², want %v (%d rings)", seed, s, areaM2(got), want, len(got))
			}
			for _, n := range nest(got) {
				planar(t, n)
			}
		}
	}
}
