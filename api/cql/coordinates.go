package cql

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"
)

// carried carries a geometry to lon, lat.
func carried(g orb.Geometry, to Coordinates) orb.Geometry {
	if to == nil {
		return g
	}
	return project.Geometry(g, orb.Projection(to))
}

// edgeSteps is how many parts each edge of a box in another system than lon, lat is carried in: at 100 km a straight line
// of Lambert-93 leaves the chord of its ends by some 300 m, and those of its parts by 0.3 m.
const edgeSteps = 32

// boxOf is a box, given by its smallest and its largest coordinates. Heights are not looked at.
func boxOf(numbers []float64, to Coordinates) (operand, error) {
	if len(numbers) == 6 {
		numbers = []float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	}
	if len(numbers) != 4 {
		return nil, wrong("a box has four numbers, not %d", len(numbers))
	}
	for _, n := range numbers {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, wrong("a box has numbers that are finite")
		}
	}
	box := orb.Bound{Min: orb.Point{numbers[0], numbers[1]}, Max: orb.Point{numbers[2], numbers[3]}}
	if box.Min[1] > box.Max[1] || box.Min[0] > box.Max[0] && to != nil {
		return nil, wrong("the corners of a box are the smallest coordinates, then the largest")
	}
	return place(Box(box, to))
}

// Box carries a box of another system to lon, lat. A box of lon, lat whose west is beyond its east lies across the line where
// the date changes, and is two.
func Box(box orb.Bound, to Coordinates) orb.Geometry {
	switch {
	case to != nil:
		return carried(outlined(box), to)
	case box.Min[0] > box.Max[0]:
		west := orb.Bound{Min: box.Min, Max: orb.Point{180, box.Max[1]}}
		east := orb.Bound{Min: orb.Point{-180, box.Min[1]}, Max: box.Max}
		return orb.MultiPolygon{west.ToPolygon(), east.ToPolygon()}
	}
	return box
}

// onEarth tells that a geometry has coordinates that a place on Earth can have, lon, lat.
func onEarth(g orb.Geometry) bool {
	b := g.Bound()
	return b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90
}

// outlined is a box as a polygon whose edges have points between their ends.
func outlined(box orb.Bound) orb.Polygon {
	corners := box.ToRing()
	var ring orb.Ring
	for i, from := range corners[:4] {
		to := corners[i+1]
		for step := range edgeSteps {
			part := float64(step) / edgeSteps
			ring = append(ring, orb.Point{from[0] + part*(to[0]-from[0]), from[1] + part*(to[1]-from[1])})
		}
	}
	return orb.Polygon{append(ring, ring[0])}
}
