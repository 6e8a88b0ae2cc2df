package geo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	sf "github.com/peterstace/simplefeatures/geom"
)

// benchScene draws n sectors of 33 vertices over a round town of km2 square kilometres.
func benchScene(km2 float64, n int) (footprints []surface, domain surface) {
	return benchFootprints(km2, n, 1)
}

// benchFootprints is benchScene with a share of its reach.
func benchFootprints(km2 float64, n int, reach float64) (footprints []surface, domain surface) {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	radius := math.Sqrt(km2 * 1e6 / math.Pi)
	town := sector{farM: radius, apertureDeg: 360}
	domain = town.surface(chord{steps: 180, farM: radius, stepRads: 2 * math.Pi / 180})
	for range n {
		r, turn := radius*math.Sqrt(random.Float64()), random.Float64()*2*math.Pi
		s := sector{
			at:      orb.Point{r * math.Sin(turn), r * math.Cos(turn)},
			axisDeg: random.Float64() * 360, apertureDeg: 30 + 80*random.Float64(), farM: 80 + 100*random.Float64(),
		}
		if random.IntN(5) == 0 {
			s.apertureDeg = 360
		}
		s.farM *= reach
		c := chord{steps: 32, farM: s.farM, first: radians(s.axisDeg + s.apertureDeg/2)}
		c.stepRads = radians(s.apertureDeg) / 32
		footprints = append(footprints, s.surface(c))
	}
	return footprints, domain
}

// BenchmarkDepths finds the surfaces of every k, the gaps and what is seen; on the scenes that it can do in seconds,
// simplefeatures' union and difference run beside it, and their ratio is printed.
func BenchmarkDepths(b *testing.B) {
	for _, c := range []struct {
		km2  float64
		n    int
		peer bool
	}{{1, 100, true}, {10, 1000, true}, {100, 10000, false}} {
		footprints, domain := benchScene(c.km2, c.n)
		b.Run(fmt.Sprintf("%gkm2/%d", c.km2, c.n), func(b *testing.B) {
			frame, err := NewFrame(orb.Point{3.88, 43.61})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				d, err := arrange(footprints, []surface{domain}).walk(context.Background(), wantAll)
				if err != nil {
					b.Fatal(err)
				}
				gaps, err := d.gaps()
				if err != nil {
					b.Fatal(err)
				}
				frame.polygons(gaps)
			}
			if c.peer {
				start := time.Now()
				overlay(b, footprints, domain)
				b.ReportMetric(float64(time.Since(start))/(float64(b.Elapsed())/float64(b.N)), "simplefeatures/ours")
			}
		})
	}
}

func overlay(b *testing.B, footprints []surface, domain surface) {
	b.Helper()
	var all []sf.Geometry
	for _, f := range footprints {
		all = append(all, planar(b, f))
	}
	union, err := sf.UnionMany(all)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := sf.Difference(planar(b, domain), union); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkFrame(b *testing.B) {
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		b.Fatal(err)
	}
	p := orb.Point{4000, -3000}
	for b.Loop() {
		p = frame.ToLocal(frame.ToLonLat(p))
	}
}
