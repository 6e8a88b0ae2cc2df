package geo

import (
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
)

// wallsOf are the walls of blocks within a distance of an eye, seen from there, in metres.
func wallsOf(b *blocks, eye vertex, withinM float64) [][4]float64 {
	var out [][4]float64
	near := grid(0).around(eye, withinM)
	for r := range b.rings {
		ring := b.vertexRing(int32(r))
		for k := 1; k < len(ring); k++ {
			if !edgeBox(ring[k-1], ring[k]).meets(near) {
				continue
			}
			out = append(out, [4]float64{
				(float64(ring[k-1].x) - float64(eye.x)) / unitsPerM, (float64(ring[k-1].y) - float64(eye.y)) / unitsPerM,
				(float64(ring[k].x) - float64(eye.x)) / unitsPerM, (float64(ring[k].y) - float64(eye.y)) / unitsPerM,
			})
		}
	}
	return out
}

// castRay is how far a ray goes, in lengths of its direction, by trying every wall.
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

// sightTo is how far an envelope sees, in lengths of the direction.
func (e *envelope) sightTo(d vec) float64 {
	switch wall := e.wallAt(d); wall {
	case open:
		return math.Inf(1)
	case shut:
		return 0
	default:
		w := e.sightline(wall)
		return 1 / w.nearness(offset{float64(d.x), float64(d.y)})
	}
}

// allRoundFrom looks from an eye to which all obstacles are too high to look over.
func allRoundFrom(eye vertex, rangeM float64) outlook {
	return outlook{eye: eye, rangeM: rangeM, apertureDeg: 360, heightM: math.NaN()}
}

// raysToCast is how many rays a test casts: 200,000, or VIGIE_TEST_RAYS.
func raysToCast(t *testing.T) int {
	t.Helper()
	text := os.Getenv("VIGIE_TEST_RAYS")
	if text == "" {
		return 200_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSightAgreesWithRays holds envelopes against rays that try every wall, one by one, in plain floats. Where a ray
// just passes a corner, or runs along a wall, the rays beside it may see either side of it; nothing in between.
func TestSightAgreesWithRays(t *testing.T) {
	const rangeM, perEye = 150.0, 400
	worst, beside, cast := 0.0, 0, 0
	for seed, most := uint64(0), raysToCast(t); cast < most; seed++ {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newTownOfBlocks(seed, []int{30, 200, 1000}[seed%3])
		if seed%2 == 1 {
			w = newMessyTown(seed)
		}
		b := w.blocks()
		l := newLooker(b)
		for range 20 {
			eye := toVertex(w.streetPlace(random))
			if len(b.holders(eye)) > 0 {
				continue
			}
			walls := wallsOf(b, eye, rangeM)
			e := l.envelope(allRoundFrom(eye, rangeM))
			for range perEye {
				angle := w.direction(random, eye)
				d := compass{}.direction(angle)
				x, y := float64(d.x)/directionLength, float64(d.y)/directionLength
				near := func(turn float64) float64 { return min(rangeM, castRay(walls, x-turn*y, y+turn*x)) }
				got := min(rangeM, e.sightTo(d)*directionLength/unitsPerM)
				off := math.Abs(got - near(0))
				if off > 1e-6 {
					beside++
					for _, turn := range []float64{1e-13, 1e-14, 1e-16} {
						off = min(off, math.Abs(got-near(turn)), math.Abs(got-near(-turn)))
					}
				}
				if off > 1e-6 {
					t.Fatalf("seed %d: from %v towards %v %v m are seen; rays see %v", seed, eye.local(), d, got, near(0))
				}
				worst = max(worst, off)
				cast++
			}
		}
	}
	t.Logf("%d rays, none off by more than %.2g m; %d just past a corner", cast, worst, beside)
}

// newMessyTown lays shapes on a coarse grid, where all that can coincide does: copies, shared walls, corners on walls,
// overlaps, rings wound either way, courtyards one in the other, slivers.
func newMessyTown(seed uint64) town {
	random := rand.New(rand.NewPCG(seed, 23))
	w := town{sizeM: 200, stepM: 5}
	at := func() float64 { return float64(random.IntN(41)-20) * w.stepM }
	for range 30 + random.IntN(40) {
		x, y := at(), at()
		dx, dy := float64(1+random.IntN(4))*w.stepM, float64(1+random.IntN(4))*w.stepM
		ring := []orb.Point{{x, y}, {x + dx, y}, {x + dx, y + dy}, {x, y + dy}}
		switch random.IntN(6) {
		case 0:
			ring = ring[:3]
		case 1:
			ring = append(ring[:2], orb.Point{x + dx, y + 1e-4}) // a sliver
		case 2: // walls that are almost in line with the grid
			ring[1][1] += 2e-5
			ring[2][0] -= 2e-5
		case 3:
			w.rings = append(w.rings, ring)
		}
		w.rings = append(w.rings, ring)
	}
	for k := range 3 { // courtyards
		d := float64(4-k) * 10
		outer := []orb.Point{{100 - d, -d}, {100 + d, -d}, {100 + d, d}, {100 - d, d}}
		d -= w.stepM
		w.courts = append(w.courts, [2][]orb.Point{outer, {{100 - d, -d}, {100 - d, d}, {100 + d, d}, {100 + d, -d}}})
	}
	return w
}

// direction is any, or one along the grid, at a corner, or just beside.
func (w town) direction(random *rand.Rand, eye vertex) float64 {
	at := eye.local()
	switch {
	case w.stepM == 0 || random.IntN(2) == 0:
		return random.Float64() * 2 * math.Pi
	case random.IntN(2) == 0:
		ring := w.rings[random.IntN(len(w.rings))]
		corner := ring[random.IntN(len(ring))]
		return math.Atan2(corner[1]-at[1], corner[0]-at[0]) + []float64{0, 1e-11, -1e-11, 1e-8}[random.IntN(4)]
	}
	return float64(random.IntN(8))*math.Pi/4 + []float64{0, 1e-11, -1e-11, 1e-8}[random.IntN(4)]
}
