package geo

import (
	"math"
	"slices"
)

// vista is what is seen without a break, from one direction to another.
type vista struct {
	lo, hi           int // in the chain
	first, last      place
	fromStart, toEnd bool
}

// surface makes rings of the vistas.
func (t *skyline) surface() surface {
	t.joinEnds()
	var out surface
	for _, v := range t.vistas {
		rings, sound := t.rings(v)
		if !sound {
			rings = tidy(rings)
		}
		for _, ring := range rings {
			if !flat(ring) {
				out = append(out, ring)
			}
		}
	}
	return out
}

// flat tells whether there is nothing inside a simple ring, closed: all of it lies in one line.
func flat(ring []vertex) bool {
	for k := 2; k < len(ring)-1; k++ {
		if orient(ring[0], ring[1], ring[k]) != 0 {
			return false
		}
	}
	return true
}

// joinEnds makes one of the vistas at both ends of a full round.
func (t *skyline) joinEnds() {
	n := len(t.vistas)
	if n < 2 || !t.full || !t.vistas[0].fromStart || !t.vistas[n-1].toEnd {
		return
	}
	first, last := t.vistas[0], t.vistas[n-1]
	t.chain = append(t.chain, t.chain[first.lo:first.hi]...) // last is at the end of the chain
	last.hi, last.last, last.toEnd = len(t.chain), first.last, false
	last.last.corners += float64(t.c.steps)
	t.vistas[0] = last
	t.vistas = t.vistas[:n-1]
}

// rings are the rings of one vista, and whether they are surely simple.
func (t *skyline) rings(v vista) (rings [][]vertex, sound bool) {
	whole := t.full && v.fromStart && v.toEnd
	chain := t.chain[v.lo:v.hi]
	if !whole {
		chain = withoutSpikes(chain)
	}
	ring := t.vertices(nil, chain)
	if t.share == 0 {
		if !whole {
			ring = append(ring, t.e.outlook.eye)
		}
		return [][]vertex{closed(ring)}, true
	}
	sound = (v.last.corners-v.first.corners)*t.c.stepRads*t.c.circumM >= narrowM
	limit := t.share*t.far*t.longest + narrowM*t.e.blocks.grid.perM()
	for _, p := range chain {
		sound = sound && p.length2() >= limit*limit
	}
	if whole {
		return [][]vertex{closed(ring), closed(t.nearArc(nil, v))}, sound
	}
	return [][]vertex{closed(t.nearArc(ring, v))}, sound
}

// withoutSpikes leaves out ends of a chain in line with the eye, along which the ring would go there and back.
func withoutSpikes(chain []vec) []vec {
	for len(chain) > 1 && chain[0].cross(chain[1]) == 0 {
		chain = chain[1:]
	}
	for n := len(chain); n > 1 && chain[n-2].cross(chain[n-1]) == 0; n-- {
		chain = chain[:n-1]
	}
	return chain
}

// nearArc adds the near arc of a vista, clockwise.
func (t *skyline) nearArc(out []vertex, v vista) []vertex {
	round := func(o offset) vec {
		return vec{int64(math.RoundToEven(o.x * t.share)), int64(math.RoundToEven(o.y * t.share))}
	}
	arc := []vec{round(v.last.at)}
	for k := math.Ceil(v.last.corners) - 1; k > v.first.corners; k-- {
		arc = append(arc, round(t.corner(int(k))))
	}
	return t.vertices(out, append(arc, round(v.first.at)))
}

// vertices adds places seen from the eye, on the grid.
func (t *skyline) vertices(out []vertex, places []vec) []vertex {
	eye := t.e.outlook.eye
	out = slices.Grow(out, len(places)+2)
	for _, p := range places {
		out = append(out, vertex{int32(int64(eye.x) + p.x), int32(int64(eye.y) + p.y)})
	}
	return out
}
