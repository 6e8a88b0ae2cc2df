package geo

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// prism is an obstacle in space, as a test sees it: metres, seen from the eye on the ground.
type prism struct {
	rings   [][]orb.Point
	heightM float64
}

// blocks tells whether the straight line from a height over the origin to a height over a place meets the prism, or
// whether the place is under it; and how surely, as a distance on the ground.
func (p prism) blocks(to orb.Point, fromM, toM float64) (blocked bool, slackM float64) {
	var cuts []float64
	slackM = math.Inf(1)
	length := math.Hypot(to[0], to[1])
	for _, ring := range p.rings {
		for k := range ring {
			a, b := ring[k], ring[(k+1)%len(ring)]
			ex, ey := b[0]-a[0], b[1]-a[1]
			den := to[0]*ey - to[1]*ex
			if den == 0 {
				continue
			}
			t, s := (a[0]*ey-a[1]*ex)/den, (a[0]*to[1]-a[1]*to[0])/den
			if t > 0 {
				slackM = min(slackM, math.Hypot(ex, ey)*min(math.Abs(s), math.Abs(1-s))) // near a corner
			}
			if s >= 0 && s <= 1 {
				cuts = append(cuts, t)
			}
		}
	}
	slices.Sort(cuts)
	for k := 1; k < len(cuts); k += 2 {
		enter, leave := max(0, cuts[k-1]), min(1, cuts[k])
		slackM = min(slackM, math.Abs(1-cuts[k])*length, math.Abs(1-cuts[k-1])*length)
		if leave <= enter {
			continue
		}
		// The line is lowest where it leaves.
		rayM := fromM + leave*(toM-fromM)
		if leave == 1 || p.heightM >= rayM { // under it, or hidden
			blocked = true
		}
		if leave < 1 && fromM != toM {
			slackM = min(slackM, math.Abs(p.heightM-rayM)/math.Abs(toM-fromM)*length)
		}
	}
	return blocked, slackM
}

// prismsOf gives every obstacle a height; unknown ones are as high as the sky.
func prismsOf(b *blocks, eye vertex) []prism {
	out := make([]prism, len(b.facts))
	for k, f := range b.facts {
		out[k].heightM = f.heightM
		if math.IsNaN(f.heightM) {
			out[k].heightM = math.Inf(1)
		}
	}
	for r, ring := range b.rings {
		var points []orb.Point
		for _, v := range b.vertexRing(int32(r))[1:] {
			o := v.seenFrom(eye)
			points = append(points, orb.Point{float64(o.x) / unitsPerM, float64(o.y) / unitsPerM})
		}
		out[ring.obstacle].rings = append(out[ring.obstacle].rings, points)
	}
	return out
}

// higherThanAllUnder tells whether an eye stands on the ground, or inside the border of a roof lower than it.
func higherThanAllUnder(b *blocks, eye vertex, heightM float64) bool {
	for r, ring := range b.rings {
		n, border := windingRound(b.vertexRing(int32(r)), eye)
		if border || n != 0 && !(b.facts[ring.obstacle].heightM < heightM) {
			return false
		}
	}
	return true
}

// TestShadowsOfPrisms looks over low obstacles and holds what is seen against straight lines in space.
func TestShadowsOfPrisms(t *testing.T) {
	judged, hidden := 0, 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 41))
		w := newTownOfBlocks(seed, 30)
		if seed%3 == 0 {
			w = newMessyTown(seed)
		}
		b := w.blocks()
		for k := range b.facts {
			b.facts[k].heightM = []float64{math.NaN(), 0.5, 1.6, 2 + 4*random.Float64(), 4.999, 5, 12}[random.IntN(7)]
		}
		b.index()
		l := newLooker(b)
		for range 4 {
			eye := toVertex(w.streetPlace(random))
			if !higherThanAllUnder(b, eye, 5) {
				continue
			}
			s := randomSector(random, eye.local())
			o := outlook{eye: eye, rangeM: s.farM, axisDeg: s.axisDeg, apertureDeg: s.apertureDeg, heightM: 5, targetM: 1.6}
			e, c := l.envelope(o), s.cut(0.05)
			got, err := e.surface(context.Background(), s, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range nest(got) {
				planar(t, part)
			}
			prisms, whole := prismsOf(b, eye), s.surface(c)
			for range 200 {
				r, angle := s.farM*math.Sqrt(random.Float64()), random.Float64()*2*math.Pi
				to := orb.Point{r * math.Cos(angle), r * math.Sin(angle)}
				want, sure := inSight(whole, eye, nil, r, angle)
				for _, p := range prisms {
					blocked, slackM := p.blocks(to, o.heightM, o.targetM)
					want, sure = want && !blocked, sure && slackM > 0.001
				}
				if !sure {
					continue
				}
				judged++
				if n, _ := windings(got, (&blocks{}).plus(eye, to)); n != map[bool]int32{true: 1}[want] {
					t.Fatalf("seed %d: %+v from %v: %v is gone round %d times; seen %v", seed, s, o, (&blocks{}).plus(eye, to).local(), n, want)
				}
				if !want {
					hidden++
				}
			}
		}
	}
	if t.Logf("%d places judged, %d hidden", judged, hidden); judged < 10_000 {
		t.Error("the test says little")
	}
}
