package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func TestChartAgreesWithItsFrame(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 29))
	for _, origin := range []orb.Point{{3.88, 43.61}, {-61.5, 16.2}, {179.95, -17}, {0, 0}, {25, 84.9}, {-68, -85}} {
		frame, err := NewFrame(origin)
		if err != nil {
			t.Fatal(err)
		}
		over := box{-2_100_000_000, -2_100_000_000, 2_100_000_000, 2_100_000_000}
		chart := frame.chart(over)
		for range 20000 {
			v := vertex{random.Int32N(math.MaxInt32), random.Int32N(math.MaxInt32)}
			v = vertex{v.x % over.x1 * (1 - 2*(v.x&1)) / 1, v.y % over.y1 * (1 - 2*(v.y&1))}
			got, want := chart.lonLat(v), frame.near(frame.ToLonLat(v.local()))
			if d := max(math.Abs(got[0]-want[0]), math.Abs(got[1]-want[1])); d > 1e-12 {
				t.Fatalf("origin %v: %v lies at %v, want %v (%g° off)", origin, v, got, want, d)
			}
		}
	}
}

func TestSafeEdgesNeedNoVertex(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 29))
	for _, lat := range []float64{0, 16, 43.6, 48.8, 70, 85} {
		frame, err := NewFrame(orb.Point{2, lat})
		if err != nil {
			t.Fatal(err)
		}
		length := frame.safeM()
		for range 2000 {
			sin, cos := math.Sincos(random.Float64() * 2 * math.Pi)
			a := orb.Point{random.Float64()*60000 - 30000, random.Float64()*60000 - 30000}
			b := orb.Point{a[0] + length*cos, a[1] + length*sin}
			if got := frame.straighten(nil, frame.ToLonLat(a), frame.ToLonLat(b), a, b); len(got) != 1 {
				t.Fatalf("latitude %v: an edge of %v m from %v is cut into %d", lat, length, a, len(got))
			}
		}
	}
}
