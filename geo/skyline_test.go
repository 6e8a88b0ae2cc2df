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
	for _, w := range wallsOf(b, eye, 3*farM) {
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
		t.Fatalf("the overlay gives up: %v", err)
	}
	rest, err := sf.Difference(planar(t, s), union)
	if err != nil {
		t.Fatalf("the overlay gives up: %v", err)
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

// messySector is a sector whose limits fall on walls and corners as often as not.
func messySector(random *rand.Rand, at orb.Point) sector {
	s := randomSector(random, at)
	s.axisDeg = []float64{float64(random.IntN(16)) * 22.5, s.axisDeg, 45 + 1e-9}[random.IntN(3)]
	s.apertureDeg = []float64{45, 90, 180, 270, 360, s.apertureDeg, 359.999, 1}[random.IntN(8)]
	s.farM = float64(5 * (2 + random.IntN(15)))
	s.nearM = []float64{0, 0, s.farM / 2, 5, 4.999999, s.farM * 0.9}[random.IntN(6)]
	if s.nearM >= s.farM {
		s.nearM = 0
	}
	return s
}

// masked tells whether an angle is in a mask, or too near its limits to tell.
func masked(masks []Mask, bearingDeg float64) (in, unsure bool) {
	const slackDeg = 0.01
	for _, m := range masks {
		width := math.Mod(m.ToDeg-m.FromDeg, 360)
		from := math.Mod(bearingDeg-m.FromDeg+720, 360)
		if from > width+slackDeg && from < 360-slackDeg {
			continue
		}
		in, unsure = true, unsure || from < slackDeg || from > width-slackDeg
	}
	return in, unsure
}

// windings counts how often rings go round a place.
func windings(s surface, v vertex) (n int32, border bool) {
	for _, r := range s {
		once, on := windingRound(r, v)
		n, border = n+once, border || on
	}
	return n, border
}

// TestSkylineHoldsWhatIsSeen asks rays, place by place, what of a sector is in sight, and holds the rings against them;
// the rings are valid polygons, whatever coincides.
func TestSkylineHoldsWhatIsSeen(t *testing.T) {
	judged, lost := 0, 0
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 31))
		w := newMessyTown(seed)
		b := w.blocks()
		l := newLooker(b)
		for range 8 {
			eye := toVertex(w.streetPlace(random))
			if len(b.holders(eye)) > 0 {
				continue
			}
			s := messySector(random, eye.local())
			o := outlook{eye: eye, rangeM: s.farM, axisDeg: s.axisDeg, apertureDeg: s.apertureDeg, heightM: math.NaN()}
			if random.IntN(3) == 0 {
				from := random.Float64() * 360
				o.masks = []Mask{{from, from + 40*random.Float64()}, {0, 10}}
			}
			e, c := l.envelope(o), s.cut(0.05)
			got, err := e.surface(context.Background(), s, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range nest(got) {
				planar(t, part)
			}
			whole, walls := s.surface(c), wallsOf(b, eye, s.farM)
			for range 60 {
				r, angle := s.farM*math.Sqrt(random.Float64()), random.Float64()*2*math.Pi
				seen, sure := inSight(whole, eye, walls, r, angle)
				in, unsure := masked(o.masks, degrees(math.Pi/2-angle))
				if !sure || unsure {
					lost++
					continue
				}
				judged++
				v := (&blocks{}).plus(eye, orb.Point{r * math.Cos(angle), r * math.Sin(angle)})
				if n, _ := windings(got, v); n != map[bool]int32{true: 1}[seen && !in] {
					t.Fatalf("seed %d: %+v from %v: %v is gone round %d times; seen %v, masked %v", seed, s, o, v.local(), n, seen, in)
				}
			}
		}
	}
	if t.Logf("%d places judged, %d too near a border", judged, lost); judged < 20_000 {
		t.Error("the test says little")
	}
}

// inSight tells whether a place is in a whole sector with no wall before it, and whether its surroundings agree.
func inSight(whole surface, eye vertex, walls [][4]float64, r, angle float64) (seen, sure bool) {
	const slackM = 0.002
	for k, off := range [][2]float64{{0, 0}, {slackM, 0}, {-slackM, 0}, {0, slackM / r}, {0, -slackM / r}} {
		sin, cos := math.Sincos(angle + off[1])
		n, border := windings(whole, (&blocks{}).plus(eye, orb.Point{(r + off[0]) * cos, (r + off[0]) * sin}))
		here := n == 1 && castRay(walls, cos, sin) > r+off[0]
		if border || k > 0 && here != seen {
			return false, false
		}
		seen = here
	}
	return seen, true
}
