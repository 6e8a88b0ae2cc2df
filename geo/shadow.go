package geo

import (
	"context"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
)

// An obstacle lower than the eye hides the ground behind it only as far as its shadow reaches. By similar triangles a
// line of sight from the eye's height Hc down to a target's height z at a distance r passes at the distance x at the
// height Hc − (Hc−z)·x/r, which is that of an obstacle's top h or less when r ≤ x·(Hc−z)/(Hc−h). So the shadow is all
// places x of the footprint scaled about the eye by every factor from 1 to (Hc−z)/(Hc−h): the footprint, and behind
// each wall where a line of sight leaves it the trapezoid between the wall and the wall scaled by the longest factor.

// hidesAll tells whether all is hidden that lies behind an obstacle: it is as high as the eye, or one of the two
// heights is not known.
func (o *outlook) hidesAll(heightM float64) bool { return !(heightM < o.heightM) }

// shadowFactor is how many times farther than the obstacle its shadow reaches.
func (o *outlook) shadowFactor(heightM float64) float64 {
	return max(1, (o.heightM-o.targetM)/(o.heightM-heightM))
}

// lessShadows takes from a surface in sight the shadows of low obstacles, and the ground under them.
func (e *envelope) lessShadows(ctx context.Context, s surface) (surface, error) {
	if len(e.low) == 0 || len(s) == 0 {
		return s, nil
	}
	var shadows []surface
	for _, r := range e.low {
		shadows = e.shadows(shadows, r)
	}
	d, err := arrange(shadows, []surface{s}).walk(ctx, want{outlines: true})
	if err != nil {
		return nil, err
	}
	rings, err := d.gaps()
	return tidy(rings), err
}

// shadows adds the footprint of a low ring, with the holes that follow it, and what it hides.
func (e *envelope) shadows(out []surface, r int32) []surface {
	b := e.blocks
	factor := e.outlook.shadowFactor(b.rings[r].heightM)
	footprint := b.footprint(r)
	out = appendSound(out, footprint)
	if factor == 1 {
		return out
	}
	at, farM := b.grid.local(e.outlook.eye), e.outlook.rangeM*e.outlook.compass.longest()+1
	bound := orb.Bound{Min: orb.Point{at[0] - farM, at[1] - farM}, Max: orb.Point{at[0] + farM, at[1] + farM}}
	scaled := func(p orb.Point) orb.Point {
		return orb.Point{at[0] + factor*(p[0]-at[0]), at[1] + factor*(p[1]-at[1])}
	}
	for _, ring := range footprint {
		for k := 1; k < len(ring); k++ {
			p, q := ring[k-1], ring[k]
			if p.seenFrom(e.outlook.eye).cross(q.seenFrom(e.outlook.eye)) > 0 {
				a, c := b.grid.local(p), b.grid.local(q)
				out = b.grid.appendConvex(out, clip.Ring(bound, orb.Ring{a, scaled(a), scaled(c), c, a}))
			}
		}
	}
	return out
}

// appendConvex adds a convex ring, anticlockwise, in local metres, if anything of it is left on the grid.
func (g grid) appendConvex(out []surface, ring orb.Ring) []surface {
	const thin = 64 // units
	vertices := make([]vertex, len(ring))
	for k, p := range ring {
		vertices[k] = g.vertex(p)
	}
	if len(vertices) < 4 {
		return out
	}
	s := surface{closed(vertices)}
	if twiceArea(s[0]) < thin*ringLength(s[0]) {
		s = tidy(s)
	}
	if len(s) == 0 || len(s[0]) < 4 {
		return out
	}
	return append(out, s)
}
