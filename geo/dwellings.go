package geo

import (
	"cmp"
	"math"
	"slices"
)

// wallInSight is the part of a wall in sight, from its left end to its right one, metres east and north of the eye.
type wallInSight struct {
	obstacle    int32
	left, right offset
}

// dwellings lists the parts of the walls of dwellings in sight.
func (e *envelope) dwellings() []wallInSight {
	var out []wallInSight
	for k := range len(e.env) - 1 {
		if wall := e.env[k].wall; wall >= 0 {
			if obstacle := e.blocks.obstacleOf(wall); e.blocks.facts[obstacle].dwelling {
				out = append(out, e.part(e.sightline(wall), obstacle, e.env[k].to, e.env[k+1].to))
			}
		}
	}
	for _, r := range e.low {
		if !e.blocks.facts[e.blocks.rings[r].obstacle].dwelling {
			continue
		}
		for k := r; k == r || k < int32(len(e.blocks.rings)) && e.blocks.rings[k].hole; k++ {
			for wall := e.blocks.rings[k].first; wall < e.blocks.rings[k].last; wall++ {
				out = e.inFront(out, wall, e.blocks.rings[r].obstacle)
			}
		}
	}
	return out
}

// part is the part of a wall between two directions, anticlockwise.
func (e *envelope) part(w sightline, obstacle int32, from, to vec) wallInSight {
	metres := func(p offset) offset { return e.outlook.compass.ground(p).scaled(1 / e.blocks.grid.perM()) }
	return wallInSight{obstacle, metres(w.hit(to)), metres(w.hit(from))}
}

// inFront adds the parts of a low wall that no wall of the envelope hides.
func (e *envelope) inFront(out []wallInSight, wall, obstacle int32) []wallInSight {
	w := e.sightline(wall)
	if w.cross >= 0 || !edgeBox(e.blocks.vertices[wall], e.blocks.vertices[wall+1]).meets(e.outlook.reach(e.blocks.grid)) {
		return out
	}
	first, last := w.q.heading(), w.p.heading()
	if first.turn > last.turn {
		out = e.inFrontBetween(out, w, obstacle, first, allRound)
		first = east
	}
	return e.inFrontBetween(out, w, obstacle, first, last)
}

func (e *envelope) inFrontBetween(out []wallInSight, w sightline, obstacle int32, first, last heading) []wallInSight {
	for k := find(e.env, first.turn); k < len(e.env)-1 && e.env[k].turn < last.turn; k++ {
		from, to := e.env[k].heading, e.env[k+1].heading
		if from.turn < first.turn {
			from = first
		}
		if to.turn > last.turn {
			to = last
		}
		switch wall := e.env[k].wall; wall {
		case shut:
			continue
		case open:
		default:
			o := e.sightline(wall)
			atFrom, atTo := w.compare(&o, from.to), w.compare(&o, to.to)
			switch {
			case atFrom >= 0 && atTo >= 0:
				continue
			case atFrom > 0:
				from = w.meets(&o)
			case atTo > 0:
				to = w.meets(&o)
			}
		}
		out = append(out, e.part(w, obstacle, from.to, to.to))
	}
	return out
}

// between cuts out what lies between two distances from the eye.
func (w wallInSight) between(nearM, farM float64) [][2]offset {
	dx, dy := w.right.x-w.left.x, w.right.y-w.left.y
	a, b := dx*dx+dy*dy, w.left.x*dx+w.left.y*dy
	// within gives the shares of the way between which the wall is nearer than a distance.
	within := func(m float64) (from, to float64) {
		d := b*b - a*(w.left.x*w.left.x+w.left.y*w.left.y-m*m)
		if a == 0 || d <= 0 {
			return 0, 0
		}
		return max(0, min(1, (-b-math.Sqrt(d))/a)), max(0, min(1, (-b+math.Sqrt(d))/a))
	}
	from, to := within(farM)
	nearFrom, nearTo := within(nearM)
	if nearTo <= nearFrom {
		nearFrom, nearTo = to, to
	}
	var out [][2]offset
	for _, t := range [2][2]float64{{from, min(to, nearFrom)}, {max(from, nearTo), to}} {
		if t[1] > t[0] {
			out = append(out, [2]offset{w.left.towards(w.right, t[0]), w.left.towards(w.right, t[1])})
		}
	}
	return out
}

// showsWall tells whether a place on a wall, or just off it, is in sight.
func (e *envelope) showsWall(d vec) bool {
	if e.wallAt(d) == shut {
		return false
	}
	_, share := e.hides(d)
	return (1-share)*math.Sqrt(d.length2()) <= entranceOffM*e.blocks.grid.perM()
}

// fan is directions clockwise from a bearing on, degrees from geographic north.
type fan struct{ fromDeg, widthDeg float64 }

// mask is the same, between two bearings.
func (a fan) mask() Mask {
	from := math.Mod(a.fromDeg+720, 360)
	return Mask{from, from + a.widthDeg}
}

// bearingOf is the direction of a place some metres east and north, degrees clockwise from north.
func bearingOf(o offset) float64 { return degrees(math.Atan2(o.x, o.y)) }

// fanBetween is the directions from one place clockwise to another, less than half a turn away.
func fanBetween(left, right offset) fan {
	from := bearingOf(left)
	return fan{from, max(0, math.Remainder(bearingOf(right)-from, 360))}
}

// joinFans widens fans to the least width and gives their union, in order.
func joinFans(fans []fan, leastDeg float64) []fan {
	wide := make([]fan, len(fans))
	for k, a := range fans {
		width := max(a.widthDeg, leastDeg) + 2*maskMarginDeg
		from := math.Mod(a.fromDeg+(a.widthDeg-width)/2+720, 360)
		wide[k] = fan{from, width}
	}
	slices.SortFunc(wide, func(a, b fan) int {
		return cmp.Or(cmp.Compare(a.fromDeg, b.fromDeg), cmp.Compare(a.widthDeg, b.widthDeg))
	})
	var out []fan
	for _, a := range wide {
		if n := len(out); n > 0 && a.fromDeg <= out[n-1].fromDeg+out[n-1].widthDeg {
			out[n-1].widthDeg = max(out[n-1].widthDeg, a.fromDeg+a.widthDeg-out[n-1].fromDeg)
			continue
		}
		out = append(out, a)
	}
	for len(out) > 1 { // what goes past north meets the first ones
		last := &out[len(out)-1]
		beyond := last.fromDeg + last.widthDeg - 360
		if beyond < out[0].fromDeg {
			break
		}
		last.widthDeg = max(last.widthDeg, out[0].fromDeg+out[0].widthDeg+360-last.fromDeg)
		out = out[1:]
	}
	if len(out) == 1 && out[0].widthDeg >= 360 {
		out[0] = fan{0, 360}
	}
	return out
}
