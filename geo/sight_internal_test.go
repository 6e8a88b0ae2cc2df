package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// wallsOf are the walls of blocks, seen from an eye, in metres.
func wallsOf(b *blocks, eye vertex) [][4]float64 {
	var out [][4]float64
	for r := range b.rings {
		ring := b.vertexRing(int32(r))
		for k := 1; k < len(ring); k++ {
			out = append(out, [4]float64{
				(float64(ring[k-1].x) - float64(eye.x)) / unitsPerM, (float64(ring[k-1].y) - float64(eye.y)) / unitsPerM,
				(float64(ring[k].x) - float64(eye.x)) / unitsPerM, (float64(ring[k].y) - float64(eye.y)) / unitsPerM,
			})
		}
	}
	return out
}

// castRay is how far a ray goes, by trying every wall.
func castRay(walls [][4]float64, dx, dy float64) float64 {
	best := math.Inf(1)
	for _, w := range walls {
		ex, ey := w[2]-w[0], w[3]-w[1]
		den := dx*ey - dy*ex
		if den == 0 {
			continue
		}
		t := (w[0]*ey - w[1]*ex) / den
		if s := (w[0]*dy - w[1]*dx) / den; t > 0 && t < best && s >= 0 && s <= 1 {
			best = t
		}
	}
	return best
}

// sightTo is how far the envelope sees in a direction, metres.
func (e *envelope) sightTo(dx, dy float64) float64 {
	d := vec{int64(math.RoundToEven(dx * directionLength)), int64(math.RoundToEven(dy * directionLength))}
	switch wall := e.wallAt(d); wall {
	case open:
		return math.Inf(1)
	case shut:
		return 0
	default:
		w := e.sightline(wall)
		return 1 / w.nearness(offset{dx * unitsPerM, dy * unitsPerM})
	}
}

func TestEnvelopeAgreesWithRays(t *testing.T) {
	for _, n := range []int{30, 300, 1000} {
		w := newTownOfBlocks(uint64(n), n)
		b := w.blocks()
		l := newLooker(b)
		random := rand.New(rand.NewPCG(uint64(n), 1))
		worst, off := 0.0, 0
		for range 40 {
			eye := toVertex(w.streetPlace(random))
			if len(b.holders(eye)) > 0 {
				continue
			}
			const rangeM = 150.0
			e := l.envelope(outlook{eye: eye, rangeM: rangeM, apertureDeg: 360, heightM: math.NaN()})
			walls := wallsOf(b, eye)
			for range 300 {
				dy, dx := math.Sincos(random.Float64() * 2 * math.Pi)
				got, want := min(rangeM, e.sightTo(dx, dy)), min(rangeM, castRay(walls, dx, dy))
				if d := math.Abs(got - want); d > 1e-6 {
					off++
				} else {
					worst = max(worst, d)
				}
			}
		}
		t.Logf("%d houses: %d off, worst %g m", n, off, worst)
		if off > 0 {
			t.Errorf("%d rays off", off)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	w := newTownOfBlocks(1, 1000)
	l := newLooker(w.blocks())
	random := rand.New(rand.NewPCG(3, 1))
	var eyes []vertex
	for len(eyes) < 200 {
		if eye := toVertex(w.streetPlace(random)); len(l.blocks.holders(eye)) == 0 {
			eyes = append(eyes, eye)
		}
	}
	k := 0
	n := 0
	for b.Loop() {
		e := l.envelope(outlook{eye: eyes[k%200], rangeM: 160, apertureDeg: 360, heightM: math.NaN()})
		k++
		n += len(e.env)
	}
	b.ReportMetric(float64(n)/float64(b.N), "facets")
	_ = orb.Point{}
}
