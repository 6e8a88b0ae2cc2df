package geo

import "slices"

// vec is a place seen from the eye, or a direction, in units of the grid. Lookers keep to walls at most 10 km long that
// begin within reach, and directions no longer than that, so that products of two stay inside int64.
type vec struct{ x, y int64 }

func (v vec) cross(o vec) int64 { return v.x*o.y - v.y*o.x }
func (v vec) minus(o vec) vec   { return vec{v.x - o.x, v.y - o.y} }

// length2 is the square of the length, to the last digits of a float.
func (v vec) length2() float64 { return float64(v.x)*float64(v.x) + float64(v.y)*float64(v.y) }

// seenFrom is where a vertex lies, seen from another.
func (v vertex) seenFrom(eye vertex) vec {
	return vec{int64(v.x) - int64(eye.x), int64(v.y) - int64(eye.y)}
}

// turn grows with the angle of a direction, anticlockwise from the east: 0 to 4, one for each quarter. It takes one
// division, and no trigonometry. Two directions that differ by more than 1e-15 radians differ in it, and in order.
func (v vec) turn() float64 {
	x, y := float64(v.x), float64(v.y)
	switch {
	case y >= 0 && x > 0:
		return y / (x + y)
	case y > 0:
		return 1 - x/(y-x)
	case x < 0:
		return 2 + y/(x+y)
	case y < 0:
		return 3 + x/(x-y)
	}
	return 0
}

// directionLength is how long a direction is made that is not one of a vertex: 1 µm at the end of the longest reach.
const directionLength = 1 << 30

// heading is a direction with its turn.
type heading struct {
	turn float64
	to   vec
}

func (v vec) heading() heading { return heading{v.turn(), v} }

var (
	east     = heading{0, vec{directionLength, 0}}
	allRound = heading{4, vec{directionLength, 0}}
)

// What a piece of an envelope ends on, when it is no wall.
const (
	open int32 = -1 // nothing in the way
	shut int32 = -2 // a direction that is not looked at
	none int32 = -3 // of a ring, what is not to be laid over an envelope
)

// facet is a piece of an envelope: from its heading to that of the next, sight ends on one wall. It is 32 bytes long, which
// is as much as the compiler keeps in registers.
type facet struct {
	heading
	wall int32
	far2 float32 // sight ends within this distance, squared, in square units
}

// envelope is all that one look finds: in each direction, the first wall that ends sight. It is good until its looker
// looks again.
type envelope struct {
	blocks  *blocks
	outlook outlook
	env     []facet
	low     []int32
	skyline *skyline
}

// wallAt is what ends sight in a direction: a wall, open, or shut.
func (e *envelope) wallAt(d vec) int32 { return e.env[find(e.env, d.turn())].wall }

// sightline is a wall seen from the eye.
func (e *envelope) sightline(wall int32) sightline { return e.blocks.sightline(e.outlook.eye, wall) }

// hides tells whether, from one turn to another, sight ends within a distance, squared.
func (l *looker) hides(first, last, near2 float64) bool {
	return l.hidesFrom(l.find(first), last, near2)
}

// hidesFrom is hides from a turn that lies in a facet.
func (l *looker) hidesFrom(k int, last, near2 float64) bool {
	for ; k < len(l.env)-1 && l.env[k].turn <= last; k++ {
		if float64(l.env[k].far2) > near2 {
			return false
		}
	}
	return true
}

// find is the facet of an envelope that holds a turn.
func find(env []facet, turn float64) int {
	low, high := 0, len(env)-1
	for high-low > 1 {
		middle := int(uint(low+high) >> 1)
		if env[middle].turn <= turn {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// find is the facet that holds a turn. What is looked at lies side by side, more often than not, so that the search begins
// where the last one ended.
func (l *looker) find(turn float64) int {
	env := l.env
	k := min(l.lastFound, len(env)-2)
	for k > 0 && env[k].turn > turn {
		k--
	}
	for k < len(env)-2 && env[k+1].turn <= turn {
		k++
	}
	l.lastFound = k
	return k
}

// insert lays a chain of walls, each from its heading to that of the next, over the envelope, where nothing nearer is, or
// shuts it; the last of the chain ends the one before. No wall is nearer than a distance, squared.
func (l *looker) insert(chain []facet, near2 float64) {
	env, last := l.env, len(chain)-1
	first := l.find(chain[0].turn)
	if l.hidesFrom(first, chain[last].turn, near2) {
		return
	}
	out, k := slices.Grow(l.spare[:0], 2*(len(env)+len(chain))), first // a wall and a facet make two at most
	if env[k].turn < chain[0].turn {
		out = append(out, env[k])
	}
	for c := range last {
		w, end, aimed := &chain[c], &chain[c+1].heading, false
		for env[k].turn < end.turn {
			old, next := &env[k], &env[k+1].heading
			from, to := &old.heading, next
			if w.turn > from.turn {
				from = &w.heading
			}
			if end.turn < to.turn {
				to = end
			}
			switch {
			case float64(old.far2) <= near2 || old.wall == shut:
				out = put(out, from, old)
			case old.wall == open || w.wall == shut:
				out = put(out, from, w)
			default:
				if !aimed {
					l.walls[0].aim(l.blocks, l.outlook.eye, w.wall)
					aimed = true
				}
				out = l.nearer(out, w, old, from, to)
			}
			if to == end {
				break
			}
			k++
		}
	}
	if old := &env[k]; old.turn < chain[last].turn {
		out = put(out, &chain[last].heading, old)
		k++
	}
	l.spare = out
	if !sameFacets(out, env[first:k]) {
		l.env = slices.Replace(env, first, k, out...)
	}
}

// sameFacets tells whether facets have the same walls between the same turns.
func sameFacets(a, b []facet) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if a[k].turn != b[k].turn || a[k].wall != b[k].wall {
			return false
		}
	}
	return true
}

// put adds a facet that begins at a heading to those that have room for it; one on the wall of the last makes that longer,
// and one that begins where the last does takes its place.
func put(out []facet, from *heading, x *facet) []facet {
	n := len(out)
	if n > 0 {
		if out[n-1].wall == x.wall {
			return out
		}
		if out[n-1].turn == from.turn {
			n--
		}
	}
	out = out[:n+1]
	out[n].heading, out[n].wall, out[n].far2 = *from, x.wall, x.far2
	return out
}

// nearer adds what is the nearer of a wall, the one aimed at, and of an old facet between two headings.
func (l *looker) nearer(out []facet, x, old *facet, from, to *heading) []facet {
	w, o := &l.walls[0], &l.walls[1]
	o.aim(l.blocks, l.outlook.eye, old.wall)
	atFrom, atTo := w.compare(o, from.to), w.compare(o, to.to)
	switch {
	case atFrom >= 0 && atTo >= 0:
		return put(out, from, old)
	case atFrom <= 0 && atTo <= 0:
		return put(out, from, x)
	}
	near, far := x, old
	if atFrom > 0 {
		near, far = far, near
		w, o = o, w
	}
	middle := w.meets(o)
	if middle.turn > from.turn {
		out = put(out, from, near)
		from = &middle
	}
	if from.turn < to.turn {
		out = put(out, from, far)
	}
	return out
}
