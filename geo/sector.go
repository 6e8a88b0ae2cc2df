package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

const (
	defaultArcToleranceM = 0.02
	// maxArcStepDeg bounds the angle of one chord, so that small circles stay round.
	maxArcStepDeg = 3.0
	// minRadiusM is the least depth of a sector worth drawing, metres.
	minRadiusM = 0.01
	// fullCircleDeg is the aperture from which a sector is a whole circle.
	fullCircleDeg = 360 - 1e-6
	// narrowM is the width of a sector, or of the wedge it leaves out, below which its two sides may fall together on
	// the grid, metres.
	narrowM = 0.1
)

// sector is the ground between two distances, round an axis.
type sector struct {
	grid        grid
	compass     compass
	at          orb.Point // local metres
	axisDeg     float64   // clockwise from geographic north
	apertureDeg float64
	nearM, farM float64
}

// chord is how a sector's arcs are cut into chords.
type chord struct {
	steps           int
	insetM          float64 // largest distance from the far arc to its chords
	lossShare       float64 // share of the sector's surface lost to the chords
	farM, circumM   float64 // radii of the vertices: on the far arc, outside the near one
	first, stepRads float64
}

// cut chooses the chords. The far arc's vertices lie on it and the near arc's chords outside it, so that the polygon
// is inside the sector: what is reported is never too large.
func (s sector) cut(toleranceM float64) chord {
	aperture := radians(min(s.apertureDeg, 360))
	tolerance := min(toleranceM, (s.farM-s.nearM)/8)
	half := math.Acos(max(0, 1-tolerance/s.farM)) // half the angle of a chord whose middle is that far inside
	step := min(2*half, radians(maxArcStepDeg))
	c := chord{steps: max(1, int(math.Ceil(aperture/step))), farM: s.farM}
	c.stepRads = aperture / float64(c.steps)
	c.first = radians(s.axisDeg) + aperture/2
	c.insetM = s.farM * (1 - math.Cos(c.stepRads/2))
	c.circumM = s.nearM / math.Cos(c.stepRads/2)
	whole := c.stepRads * (s.farM*s.farM - s.nearM*s.nearM)
	kept := math.Sin(c.stepRads) * (s.farM*s.farM - c.circumM*c.circumM)
	if whole > 0 { // an aperture may be so small that there is no surface to lose
		c.lossShare = 1 - kept/whole
	}
	return c
}

// surface is the polygon of a sector, on the grid.
func (s sector) surface(c chord) surface {
	if s.apertureDeg >= fullCircleDeg {
		out := surface{closed(s.arc(c, c.farM, c.steps))}
		if s.nearM > 0 {
			hole := closed(s.arc(c, c.circumM, c.steps))
			slices.Reverse(hole)
			out = append(out, hole)
		}
		return out
	}
	ring := s.arc(c, c.farM, c.steps+1)
	if s.nearM > 0 {
		inner := s.arc(c, c.circumM, c.steps+1)
		slices.Reverse(inner)
		ring = append(ring, inner...)
	} else {
		ring = append(ring, s.grid.vertex(s.at))
	}
	if radians(min(s.apertureDeg, 360-s.apertureDeg))*s.farM < narrowM {
		return tidy(surface{closed(ring)})
	}
	return surface{closed(ring)}
}

// arc is n vertices at a radius, anticlockwise.
func (s sector) arc(c chord, radiusM float64, n int) []vertex {
	out := make([]vertex, n)
	for k := range out {
		sin, cos := math.Sincos(c.first - float64(k)*c.stepRads)
		p := s.compass.local(radiusM*sin, radiusM*cos)
		out[k] = s.grid.vertex(orb.Point{s.at[0] + p.x, s.at[1] + p.y})
	}
	return out
}

// closed leaves out repeated vertices and closes the ring.
func closed(vertices []vertex) []vertex {
	vertices = slices.Compact(vertices)
	for len(vertices) > 1 && vertices[0] == vertices[len(vertices)-1] {
		vertices = vertices[:len(vertices)-1]
	}
	return append(vertices, vertices[0])
}
