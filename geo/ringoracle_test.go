package geo_test

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// oracleValid judges a surface with small whole coordinates by its definition, without a sweep: it looks at both
// sides of every piece of edge between two crossings, which is every face there is. Each ring must wind round every
// face 0 times, or once in one direction; holes must lie in their shell and not in one another; no face may belong to
// two polygons; no polygon may walk an edge twice.
func oracleValid(surface orb.MultiPolygon) bool {
	for _, polygon := range surface {
		if walksTwice(polygon) {
			return false
		}
	}
	turns := map[[2]int]int{}
	for _, face := range facePoints(surface) {
		owners := 0
		for i, polygon := range surface {
			inside := make([]bool, len(polygon))
			for j, ring := range polygon {
				turn := windingOf(face, ring)
				key := [2]int{i, j}
				if turn != 0 && turns[key] == 0 {
					turns[key] = turn
				}
				if turn < -1 || turn > 1 || turn != 0 && turn != turns[key] {
					return false
				}
				inside[j] = turn != 0
			}
			holes := 0
			for _, in := range inside[1:] {
				if in {
					holes++
				}
			}
			if holes > 1 || holes == 1 && !inside[0] {
				return false
			}
			if inside[0] && holes == 0 {
				owners++
			}
		}
		if owners > 1 {
			return false
		}
	}
	return true
}

type testSegment struct{ a, b orb.Point }

func segmentsOf(rings ...orb.Ring) []testSegment {
	var all []testSegment
	for _, ring := range rings {
		for i := range ring[1:] {
			if ring[i] != ring[i+1] {
				all = append(all, testSegment{ring[i], ring[i+1]})
			}
		}
	}
	return all
}

func det(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// walksTwice tells whether two edges of a polygon lie on one another over some length.
func walksTwice(polygon orb.Polygon) bool {
	all := segmentsOf(polygon...)
	for i, s := range all {
		for _, t := range all[:i] {
			if det(s.a, s.b, t.a) != 0 || det(s.a, s.b, t.b) != 0 {
				continue
			}
			u, v := s.along(t.a), s.along(t.b)
			if min(u, v) < 1 && max(u, v) > 0 {
				return true
			}
		}
	}
	return false
}

// along is the place of the foot of p on s, from 0 at a to 1 at b.
func (s testSegment) along(p orb.Point) float64 {
	dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
	return ((p[0]-s.a[0])*dx + (p[1]-s.a[1])*dy) / (dx*dx + dy*dy)
}

// facePoints gives a point very near both sides of each piece of each edge.
func facePoints(surface orb.MultiPolygon) []orb.Point {
	var rings []orb.Ring
	for _, polygon := range surface {
		rings = append(rings, polygon...)
	}
	all := segmentsOf(rings...)
	var points []orb.Point
	for _, s := range all {
		cuts := []float64{0, 1}
		for _, t := range all {
			cuts = append(cuts, s.cuts(t)...)
		}
		slices.Sort(cuts)
		dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
		scale := 1e-5 / math.Hypot(dx, dy)
		for i := range cuts[1:] {
			if cuts[i+1]-cuts[i] < 1e-9 {
				continue
			}
			mid := (cuts[i] + cuts[i+1]) / 2
			x, y := s.a[0]+mid*dx, s.a[1]+mid*dy
			points = append(points, orb.Point{x - dy*scale, y + dx*scale}, orb.Point{x + dy*scale, y - dx*scale})
		}
	}
	return points
}

// cuts gives the places on s, strictly between its ends, where t meets it.
func (s testSegment) cuts(t testSegment) []float64 {
	da, db := det(s.a, s.b, t.a), det(s.a, s.b, t.b)
	var found []float64
	if da == 0 && db == 0 {
		found = []float64{s.along(t.a), s.along(t.b)}
	} else if da*db <= 0 {
		k := da / (da - db)
		found = []float64{s.along(orb.Point{t.a[0] + k*(t.b[0]-t.a[0]), t.a[1] + k*(t.b[1]-t.a[1])})}
	}
	return slices.DeleteFunc(found, func(u float64) bool { return u <= 0 || u >= 1 })
}

// windingOf counts the turns of a ring round a point that is not on it.
func windingOf(p orb.Point, ring orb.Ring) int {
	turns := 0
	for _, s := range segmentsOf(ring) {
		if s.a[1] <= p[1] && s.b[1] > p[1] && det(s.a, s.b, p) > 0 {
			turns++
		}
		if s.b[1] <= p[1] && s.a[1] > p[1] && det(s.a, s.b, p) < 0 {
			turns--
		}
	}
	return turns
}
