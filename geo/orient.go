package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// orientFilter bounds the relative rounding error of the determinant in [exactOrient]: (3 + 16ε)ε with ε = 2⁻⁵³,
// "ccwerrboundA" of J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
// Predicates", Discrete & Computational Geometry 18 (1997).
const orientFilter = (3 + 16*0x1p-53) * 0x1p-53

// orientUnderflow covers what Shewchuk's bound leaves out: each of the two products may lose up to 2⁻¹⁰⁷⁵ when it is
// too small for a normal float.
const orientUnderflow = 0x1p-1060

// orientExactBits is enough for the determinant of any finite float64 numbers without rounding: a difference spans at
// most 2¹⁰²⁴ to 2⁻¹⁰⁷⁴, a product twice that, and a carry.
const orientExactBits = 2*(1024+1074) + 8

// exactOrient tells on which side of the line from a to b the point c lies: 1 to the left, -1 to the right, 0 exactly
// on it (or when a coordinate is not finite). The answer is exact for the given floats.
func exactOrient(a, b, c orb.Point) int {
	acx, acy := a[0]-c[0], a[1]-c[1]
	bcx, bcy := b[0]-c[0], b[1]-c[1]
	if (acx == 0 || bcy == 0) && (acy == 0 || bcx == 0) {
		return 0 // a difference of floats is zero only when they are equal
	}
	left, right := float64(acx*bcy), float64(acy*bcx) // the conversions forbid a fused multiply-add
	det := left - right
	bound := orientFilter*(math.Abs(left)+math.Abs(right)) + orientUnderflow
	switch {
	case det > bound:
		return 1
	case det < -bound:
		return -1
	}
	return bigOrient(a, b, c)
}

// bigOrient is exactOrient without rounding, for the few cases that the filter cannot decide.
func bigOrient(a, b, c orb.Point) int {
	for _, v := range [...]float64{a[0], a[1], b[0], b[1], c[0], c[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0
		}
	}
	left := bigProduct(a[0], c[0], b[1], c[1])
	return left.Cmp(bigProduct(a[1], c[1], b[0], c[0]))
}

// bigProduct is (a-b)·(c-d), exactly.
func bigProduct(a, b, c, d float64) *big.Float {
	x, y := bigDifference(a, b), bigDifference(c, d)
	return x.Mul(x, y)
}

// bigDifference is a-b, exactly.
func bigDifference(a, b float64) *big.Float {
	exact := new(big.Float).SetPrec(orientExactBits).SetFloat64(a)
	return exact.Sub(exact, big.NewFloat(b))
}

// segmentsMeet tells whether the closed segments ab and cd share a point; a segment may be a single point. Two
// segments meet when their boxes do and neither lies strictly on one side of the other's line.
func segmentsMeet(a, b, c, d orb.Point) bool {
	return boxesMeet(a, b, c, d) &&
		exactOrient(a, b, c)*exactOrient(a, b, d) <= 0 &&
		exactOrient(c, d, a)*exactOrient(c, d, b) <= 0
}

// boxesMeet tells whether the boxes spanned by ab and by cd share a point.
func boxesMeet(a, b, c, d orb.Point) bool {
	return min(a[0], b[0]) <= max(c[0], d[0]) && min(c[0], d[0]) <= max(a[0], b[0]) &&
		min(a[1], b[1]) <= max(c[1], d[1]) && min(c[1], d[1]) <= max(a[1], b[1])
}

// ringPlace says where a point lies against a ring.
type ringPlace int

const (
	outsideRing ringPlace = iota
	onRing
	insideRing
)

// placeInRing tells where p lies against a ring, by counting the edges that a ray to the east crosses (even-odd
// rule). A ring that is not closed is closed by a straight line.
func placeInRing(p orb.Point, ring orb.Ring) ringPlace {
	if len(ring) == 0 {
		return outsideRing
	}
	place, a := outsideRing, ring[len(ring)-1]
	for _, b := range ring {
		// Most edges lie wholly beside the ray; only the others are worth a call.
		if !(a[1] < p[1] && b[1] < p[1] || a[1] > p[1] && b[1] > p[1] || a[0] < p[0] && b[0] < p[0]) {
			switch rayCrossing(p, a, b) {
			case onRing:
				return onRing
			case insideRing:
				place = insideRing - place // outside becomes inside and back
			case outsideRing:
			}
		}
		a = b
	}
	return place
}

// rayCrossing gives onRing when p lies on the segment ab, insideRing when the ray from p to the east crosses it (its
// lower end counts, its upper end does not), else outsideRing.
func rayCrossing(p, a, b orb.Point) ringPlace {
	if a[1] > b[1] {
		a, b = b, a
	}
	if !(p[1] >= a[1] && p[1] <= b[1] && p[0] <= max(a[0], b[0])) { // nor when p is not a number
		return outsideRing
	}
	if p[1] == b[1] && (p[0] == b[0] || a[1] == b[1] && p[0] >= min(a[0], b[0])) {
		return onRing
	}
	if p[1] == b[1] {
		return outsideRing
	}
	switch exactOrient(a, b, p) {
	case 0:
		return onRing
	case 1:
		return insideRing
	}
	return outsideRing
}

// polygonCovers tells whether p lies inside a polygon or on its border. Holes are out, their border is in.
func polygonCovers(polygon orb.Polygon, p orb.Point) bool {
	for i, ring := range polygon {
		place := placeInRing(p, ring)
		if place == onRing {
			return true
		}
		if (i == 0) != (place == insideRing) {
			return false
		}
	}
	return len(polygon) > 0
}
