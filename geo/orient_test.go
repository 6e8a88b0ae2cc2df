package geo

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// ratOrient is the determinant in rational numbers.
func ratOrient(a, b, c orb.Point) int {
	difference := func(u, v float64) *big.Rat {
		x, y := new(big.Rat).SetFloat64(u), new(big.Rat).SetFloat64(v)
		return x.Sub(x, y)
	}
	left := difference(a[0], c[0])
	left.Mul(left, difference(b[1], c[1]))
	right := difference(a[1], c[1])
	right.Mul(right, difference(b[0], c[0]))
	return left.Cmp(right)
}

func TestExactOrient(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	nudge := func(v float64) float64 {
		for range r.IntN(3) {
			v = math.Nextafter(v, float64(r.IntN(3)-1)*200)
		}
		return v
	}
	coordinate := map[string]func() float64{
		"degrees":    func() float64 { return nudge(2 + 0.001*float64(r.IntN(20))) },
		"any size":   func() float64 { return math.Ldexp(r.Float64()-0.5, r.IntN(2000)-1050) },
		"tiny":       func() float64 { return float64(r.IntN(9)-4) * math.SmallestNonzeroFloat64 },
		"underflow":  func() float64 { return math.Ldexp(float64(r.IntN(9)-4), -530-r.IntN(12)) },
		"huge":       func() float64 { return (r.Float64() - 0.5) * math.MaxFloat64 },
		"huge, tiny": func() float64 { return []float64{1e300, -1e300, 5e-324, 0, 1, -1e-300}[r.IntN(6)] },
	}
	for name, next := range coordinate {
		t.Run(name, func(t *testing.T) {
			counts := map[int]int{}
			for range 4000 {
				a, b := orb.Point{next(), next()}, orb.Point{next(), next()}
				c := orb.Point{next(), next()}
				if r.IntN(2) == 0 { // near the line
					k := float64(r.IntN(7)) / 3
					c = orb.Point{nudge(a[0] + k*(b[0]-a[0])), nudge(a[1] + k*(b[1]-a[1]))}
				}
				if math.IsInf(c[0], 0) || math.IsInf(c[1], 0) {
					continue
				}
				want := ratOrient(a, b, c)
				if got := exactOrient(a, b, c); got != want {
					t.Fatalf("%v %v %v: got %d, want %d", a, b, c, got, want)
				}
				counts[want]++
			}
			t.Log(counts)
		})
	}
}

func TestExactOrientNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := exactOrient(orb.Point{0, 0}, orb.Point{1, v}, orb.Point{v, 2}); got != 0 {
			t.Errorf("%v: got %d, want 0", v, got)
		}
	}
}
