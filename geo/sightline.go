package geo

import "math"

// sightline is a wall seen from the eye, from q on the right to p on the left.
type sightline struct {
	wall  int32
	p, q  vec
	along vec   // from p to q
	cross int64 // p × q, below zero
}

// sightline is a wall, seen from an eye; none for what is no wall.
func (b *blocks) sightline(eye vertex, wall int32) (w sightline) {
	w.aim(b, eye, wall)
	return w
}

// aim makes a sightline that of a wall, in its place: to copy one costs more than to compute it.
func (w *sightline) aim(b *blocks, eye vertex, wall int32) {
	if wall < 0 {
		*w = sightline{wall: wall}
		return
	}
	p, q := b.vertices[wall].seenFrom(eye), b.vertices[wall+1].seenFrom(eye)
	w.wall, w.p, w.q, w.along, w.cross = wall, p, q, q.minus(p), p.cross(q)
}

// farthest2 is the squared distance of the farther end of a wall.
func (w *sightline) farthest2() float64 { return farther2(w.p, w.q) }

// farther2 is the squared distance of the farther of two places.
func farther2(p, q vec) float64 {
	p2, q2 := p.length2(), q.length2()
	if p2 > q2 {
		return p2
	}
	return q2
}

// far2 is farther2 and a little more, in fewer digits.
func far2(p, q vec) float32 {
	const little = 1 + 0x1p-22 // more than what is lost with the last digits
	return float32(farther2(p, q) * little)
}

// compare is negative when a wall is nearer than another in a direction that meets both, exactly: by similar
// triangles it is hit at (p × q) / (direction × along) times the direction.
func (w *sightline) compare(o *sightline, direction vec) int {
	return compareProducts(w.cross, direction.cross(o.along), o.cross, direction.cross(w.along))
}

// meets is the direction in which two walls cross.
func (w *sightline) meets(o *sightline) heading {
	num, den := float64(o.p.minus(w.p).cross(o.along)), float64(w.along.cross(o.along))
	t := num / den
	x, y := float64(w.p.x)+t*float64(w.along.x), float64(w.p.y)+t*float64(w.along.y)
	scale := directionLength / max(math.Abs(x), math.Abs(y))
	return vec{int64(math.RoundToEven(x * scale)), int64(math.RoundToEven(y * scale))}.heading()
}

// line2 is the squared distance of the line of a wall.
func (w sightline) line2() float64 {
	return float64(w.cross) / w.along.length2() * float64(w.cross)
}

// hit is where a direction meets the line of a wall.
func (w *sightline) hit(d vec) offset {
	f := float64(w.cross) / float64(d.cross(w.along))
	return offset{float64(d.x) * f, float64(d.y) * f}
}

// nearness is how many times farther than its wall a place lies; 0 when no wall is there.
func (w *sightline) nearness(p offset) float64 {
	if w.cross == 0 {
		return 0
	}
	return (p.x*float64(w.along.y) - p.y*float64(w.along.x)) / float64(w.cross)
}

// nearest2 is the squared distance of a wall.
func (w sightline) nearest2() float64 {
	x, y := float64(w.along.x), float64(w.along.y)
	toP, toQ := -(float64(w.p.x)*x + float64(w.p.y)*y), float64(w.q.x)*x+float64(w.q.y)*y
	switch {
	case toP <= 0:
		return w.p.length2()
	case toQ <= 0:
		return w.q.length2()
	}
	return w.line2()
}
