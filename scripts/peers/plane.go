package main

import (
	"math"
	"slices"
)

// rounded is the nearest point of the millimetre grid, so that every engine reads the same numbers.
func (p point) rounded() point {
	return point{math.RoundToEven(p.x*1000) / 1000, math.RoundToEven(p.y*1000) / 1000}
}

// edges visits every edge of a ring.
func (r ring) edges(visit func(a, b point)) {
	for i, b := range r {
		visit(r[(i+len(r)-1)%len(r)], b)
	}
}

// area is positive for a ring that runs anticlockwise, in square metres.
func (r ring) area() float64 {
	sum := 0.0
	r.edges(func(a, b point) { sum += a.x*b.y - b.x*a.y })
	return sum / 2
}

func (r ring) anticlockwise() ring {
	if r.area() < 0 {
		slices.Reverse(r)
	}
	return r
}

func (r ring) contains(p point) bool {
	in := false
	r.edges(func(a, b point) {
		if (a.y > p.y) != (b.y > p.y) && p.x < a.x+(b.x-a.x)*(p.y-a.y)/(b.y-a.y) {
			in = !in
		}
	})
	return in
}

// distanceM is from a point to the nearest edge.
func (r ring) distanceM(p point) float64 {
	least := math.Inf(1)
	r.edges(func(a, b point) {
		dx, dy := b.x-a.x, b.y-a.y
		t := max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
		least = min(least, math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy))
	})
	return least
}
