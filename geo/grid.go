package geo

import (
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

// The engine computes on integers: on the finest grid a local metre is unitsPerM units, so that int32 spans ±33.5 km and
// every orientation of three points is exact in int64. The engine need not know how long a unit is.
const (
	unitsPerM = 64_000 // 1/64 mm
	// maxUnits is how far from the origin a grid is used: 33 km on the finest.
	maxUnits = 33_000 * unitsPerM
	// maxEdgeM bounds the length of an edge, so that products of differences stay inside int64, metres.
	maxEdgeM = 10_000.0
	// squareMM is a square millimetre of the finest grid in square units.
	squareMM = 64.0 * 64.0
	// coarsest is the last grid: its unit is 1/8 mm, and it ends at 264 km.
	coarsest grid = 3
)

// grid tells how often the unit of the finest grid is doubled, for perimeters that do not fit on it.
type grid uint8

// perM is how many units a metre has.
func (g grid) perM() float64 { return unitsPerM / float64(int(1)<<g) }

// maxM is how far from the origin the grid is used, metres.
func (g grid) maxM() float64 { return maxUnits / g.perM() }

// maxPerimeterM is how far from the origin a perimeter may reach, metres, so that heads that see into it, and all that
// they see, fit as well.
func (g grid) maxPerimeterM() float64 { return g.maxM() - 2*MaxReachM }

// squareM2 is the surface of one square unit, square metres.
func (g grid) squareM2() float64 { return 1 / (g.perM() * g.perM()) }

// areaM2 is the surface inside a surface, square metres.
func (g grid) areaM2(s surface) float64 {
	sum, squareM2 := 0.0, g.squareM2()
	for _, r := range s {
		sum += twiceArea(r) / 2 * squareM2
	}
	return sum
}

// holds tells whether local metres fit the grid; what is no number does not.
func (g grid) holds(p orb.Point) bool { return max(math.Abs(p[0]), math.Abs(p[1])) <= g.maxM() }

// vertex is the point of the grid nearest to local metres.
func (g grid) vertex(p orb.Point) vertex {
	perM := g.perM()
	return vertex{int32(math.RoundToEven(p[0] * perM)), int32(math.RoundToEven(p[1] * perM))}
}

// local is where a vertex lies, local metres.
func (g grid) local(v vertex) orb.Point {
	perM := g.perM()
	return orb.Point{float64(v.x) / perM, float64(v.y) / perM}
}

// vertex is a point of the integer grid.
type vertex struct{ x, y int32 }

// along is the vertex nearest to the share t of the way from a to b.
func along(a, b vertex, t float64) vertex {
	return vertex{
		int32(math.RoundToEven(float64(a.x) + t*(float64(b.x)-float64(a.x)))),
		int32(math.RoundToEven(float64(a.y) + t*(float64(b.y)-float64(a.y)))),
	}
}

// orient is positive when a, b, c turn left, negative when they turn right, zero when they are in line: twice the
// surface of the triangle, in square units.
func orient(a, b, c vertex) int64 {
	return (int64(b.x)-int64(a.x))*(int64(c.y)-int64(a.y)) - (int64(b.y)-int64(a.y))*(int64(c.x)-int64(a.x))
}

// Ties are broken as if item i were moved by (ε_i, ε_i²), with ε_0 ≫ ε_0² ≫ ε_1 ≫ …: no three points of different
// items are then ever in line, and shared walls, copied cameras and corners on edges need no case of their own
// (simulation of simplicity, H. Edelsbrunner and E. Mücke, ACM Transactions on Graphics 9(1), 1990).

// left tells whether c, of item j, lies left of the line a to b, of item i ≠ j.
func left(a, b, c vertex, i, j int32) bool {
	v := orient(a, b, c)
	if v != 0 {
		return v > 0
	}
	// Moving c by (ε, ε²) adds dx·ε² − dy·ε.
	positive := a.x < b.x
	if a.y != b.y {
		positive = b.y < a.y
	}
	if i < j { // the line moves more than c does
		return !positive
	}
	return positive
}

// above tells whether c, of item i, lies above a, of item j ≠ i.
func above(c, a vertex, i, j int32) bool {
	return c.y > a.y || c.y == a.y && i < j
}

// windingStep is what the edge a to b, of item j, adds to the winding number of its ring round c, of item i ≠ j.
func windingStep(a, b, c vertex, i, j int32) int32 {
	overA, overB := above(c, a, i, j), above(c, b, i, j)
	switch {
	case overA == overB:
		return 0
	case overA && left(a, b, c, j, i):
		return 1
	case overB && !left(a, b, c, j, i):
		return -1
	}
	return 0
}

// crossingStep is +1 when the way from a to b, of item i, goes into what lies left of the edge c to d, of item j ≠ i,
// by crossing that edge; −1 when it comes out; 0 when it does not cross it.
func crossingStep(a, b, c, d vertex, i, j int32) int32 {
	into := left(c, d, b, j, i)
	if left(c, d, a, j, i) == into || left(a, b, c, i, j) == left(a, b, d, i, j) {
		return 0
	}
	if into {
		return 1
	}
	return -1
}

// shareAlong is where, between 0 and 1, the line a to b meets the line c to d.
func shareAlong(a, b, c, d vertex) float64 {
	num, den := fractionAlong(a, b, c, d)
	return min(1, max(0, float64(num)/float64(den)))
}

// fractionAlong is where the line a to b meets the line c to d, exactly.
func fractionAlong(a, b, c, d vertex) (num, den int64) {
	dx, dy := int64(b.x)-int64(a.x), int64(b.y)-int64(a.y)
	gx, gy := int64(d.x)-int64(c.x), int64(d.y)-int64(c.y)
	wx, wy := int64(c.x)-int64(a.x), int64(c.y)-int64(a.y)
	num, den = wx*gy-wy*gx, dx*gy-dy*gx
	if den < 0 {
		num, den = -num, -den
	}
	return num, den
}

// sameShare is the largest difference of two shares that rounding can explain (each is within 3 units in the last
// place of 1); below it [line.order] compares exactly.
const sameShare = 1e-15

// line is an edge with its item.
type line struct {
	a, b vertex
	item int32
}

// order compares the places where two edges of other items cross l: exactly, then by the symbolic moves. It is
// negative when f's crossing comes first.
func (l line) order(f, g line) int {
	n1, d1 := fractionAlong(l.a, l.b, f.a, f.b)
	n2, d2 := fractionAlong(l.a, l.b, g.a, g.b)
	if c := compareProducts(n1, d2, n2, d1); c != 0 {
		return c
	}
	x1, y1 := l.facing(f)
	x2, y2 := l.facing(g)
	// Moving f by (ε, ε²) moves its crossing by (ε·y1 − ε²·x1)/d1; moving l moves both by the opposite.
	own := func() int {
		if c := -compareProducts(y1, d2, y2, d1); c != 0 {
			return c
		}
		return compareProducts(x1, d2, x2, d1)
	}
	if f.item == g.item {
		if l.item < f.item {
			return own()
		}
		return -own()
	}
	if l.item < min(f.item, g.item) {
		if c := own(); c != 0 {
			return c
		}
	}
	moved := func(x, y int64) int {
		if y != 0 {
			return sign(y)
		}
		return -sign(x)
	}
	if f.item < g.item {
		return moved(x1, y1)
	}
	return -moved(x2, y2)
}

// facing is the direction of f, turned so that it crosses l from right to left.
func (l line) facing(f line) (x, y int64) {
	dx, dy := int64(l.b.x)-int64(l.a.x), int64(l.b.y)-int64(l.a.y)
	x, y = int64(f.b.x)-int64(f.a.x), int64(f.b.y)-int64(f.a.y)
	if dx*y-dy*x < 0 {
		return -x, -y
	}
	return x, y
}

func sign(v int64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// compareProducts compares a·b with c·d, exactly.
func compareProducts(a, b, c, d int64) int {
	h1, l1 := product(a, b)
	h2, l2 := product(c, d)
	switch {
	case h1 < h2 || h1 == h2 && l1 < l2:
		return -1
	case h1 > h2 || l1 > l2:
		return 1
	}
	return 0
}

// product is a·b in 128 bits, two's complement.
func product(a, b int64) (high int64, low uint64) {
	h, l := bits.Mul64(uint64(a), uint64(b))
	high = int64(h)
	if a < 0 {
		high -= b
	}
	if b < 0 {
		high -= a
	}
	return high, l
}
