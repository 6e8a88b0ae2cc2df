package demotown

import "math"

// spot is a place in local metres: X to the east, Y to the north of the town's middle.
type spot struct{ X, Y float64 }

func (a spot) plus(b spot) spot             { return spot{a.X + b.X, a.Y + b.Y} }
func (a spot) minus(b spot) spot            { return spot{a.X - b.X, a.Y - b.Y} }
func (a spot) times(k float64) spot         { return spot{a.X * k, a.Y * k} }
func (a spot) dot(b spot) float64           { return a.X*b.X + a.Y*b.Y }
func (a spot) cross(b spot) float64         { return a.X*b.Y - a.Y*b.X }
func (a spot) length() float64              { return math.Hypot(a.X, a.Y) }
func (a spot) to(b spot) float64            { return b.minus(a).length() }
func (a spot) along(b spot, t float64) spot { return a.plus(b.minus(a).times(t)) }

// unit is the direction from a to b, of length one metre.
func (a spot) unit(b spot) spot {
	d := b.minus(a)
	return d.times(1 / max(d.length(), 1e-9))
}

// left is the vector turned a quarter anticlockwise.
func (a spot) left() spot { return spot{-a.Y, a.X} }

// bearingDeg is the direction from a to b, whole degrees clockwise from north.
func (a spot) bearingDeg(b spot) float64 {
	d := b.minus(a)
	return math.Mod(math.Round(math.Atan2(d.X, d.Y)*180/math.Pi)+360, 360)
}

// ring is a simple polygon, anticlockwise, its last corner joined to the first.
type ring []spot

func (r ring) next(i int) spot { return r[(i+1)%len(r)] }

// areaM2 is positive for an anticlockwise ring.
func (r ring) areaM2() float64 {
	sum := 0.0
	for i, a := range r {
		sum += a.cross(r.next(i))
	}
	return sum / 2
}

// centre is the centroid of the surface.
func (r ring) centre() spot {
	var sum spot
	for i, a := range r {
		b := r.next(i)
		sum = sum.plus(a.plus(b).times(a.cross(b)))
	}
	return sum.times(1 / (6 * r.areaM2()))
}

// contains counts the edges crossed by a ray towards the east.
func (r ring) contains(p spot) bool {
	inside := false
	for i, a := range r {
		b := r.next(i)
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}

// distance is how far the border is from a place, metres.
func (r ring) distance(p spot) float64 {
	nearest := math.Inf(1)
	for i, a := range r {
		nearest = min(nearest, p.toSegment(a, r.next(i)))
	}
	return nearest
}

// simple tells whether no two edges cross.
func (r ring) simple() bool {
	for i := range r {
		for j := i + 2; j < len(r); j++ {
			if i == 0 && j == len(r)-1 {
				continue
			}
			if _, crosses := meet(r[i], r.next(i), r[j], r.next(j)); crosses {
				return false
			}
		}
	}
	return true
}

func (a spot) toSegment(p, q spot) float64 {
	d := q.minus(p)
	t := a.minus(p).dot(d) / max(d.dot(d), 1e-9)
	return a.to(p.plus(d.times(min(1, max(0, t)))))
}

// meet tells whether the segments a–b and c–d cross, and at which share of a–b.
func meet(a, b, c, d spot) (share float64, ok bool) {
	ab, cd := b.minus(a), d.minus(c)
	turn := ab.cross(cd)
	if turn == 0 {
		return 0, false
	}
	share = c.minus(a).cross(cd) / turn
	other := c.minus(a).cross(ab) / turn
	return share, share >= 0 && share < 1 && other >= 0 && other < 1
}

// curve is a Catmull–Rom spline through the points, sampled about every stepM metres.
func curve(stepM float64, through ...spot) []spot {
	line := []spot{through[0]}
	for i := range len(through) - 1 {
		p0, p1, p2, p3 := through[max(i-1, 0)], through[i], through[i+1], through[min(i+2, len(through)-1)]
		steps := max(1, int(p1.to(p2)/stepM))
		for s := 1; s <= steps; s++ {
			t := float64(s) / float64(steps)
			line = append(line, p1.times(2).
				plus(p2.minus(p0).times(t)).
				plus(p0.times(2).minus(p1.times(5)).plus(p2.times(4)).minus(p3).times(t*t)).
				plus(p1.times(3).minus(p0).minus(p2.times(3)).plus(p3).times(t*t*t)).times(0.5))
		}
	}
	return line
}

// shift moves a line sideways, to its left by offsetM metres (to its right when negative).
func shift(line []spot, offsetM float64) []spot {
	moved := make([]spot, len(line))
	for i, p := range line {
		before, after := line[max(i-1, 0)], line[min(i+1, len(line)-1)]
		if i == 0 {
			before = p.minus(after.minus(p))
		}
		if i == len(line)-1 {
			after = p.plus(p.minus(before))
		}
		in, out := before.unit(p).left(), p.unit(after).left()
		middle := in.plus(out)
		moved[i] = p.plus(middle.times(2 * offsetM / max(middle.dot(middle), 1)))
	}
	return moved
}

// band is the surface within halfM metres of a line, its ends cut square.
func band(line []spot, halfM float64) ring {
	r := ring(shift(line, -halfM))
	left := shift(line, halfM)
	for i := len(left) - 1; i >= 0; i-- {
		r = append(r, left[i])
	}
	return r
}

// lengthM is the length of a line.
func lengthM(line []spot) float64 {
	sum := 0.0
	for i := range len(line) - 1 {
		sum += line[i].to(line[i+1])
	}
	return sum
}

// pointAt is the place atM metres along a line and the direction of the line there.
func pointAt(line []spot, atM float64) (place, direction spot) {
	for i := range len(line) - 1 {
		step := line[i].to(line[i+1])
		direction = line[i].unit(line[i+1])
		if atM <= step || i == len(line)-2 {
			return line[i].plus(direction.times(atM)), direction
		}
		atM -= step
	}
	return line[0], direction
}
