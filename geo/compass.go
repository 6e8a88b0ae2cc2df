package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// compass is how a step on the ground at a place lies in a frame: one metre to the east becomes (1+xEast, yEast), one to
// the north (xNorth, 1+yNorth). Far from the origin of the frame they are turned, and one becomes longer as the other
// becomes shorter. The zero value is the compass of the origin.
//
// Round a head it is good to 1 mm a kilometre of its reach within 30 km of the origin, and 3 km from a head that stands
// 258 km from the origin to 3 cm.
type compass struct{ xEast, xNorth, yEast, yNorth float64 }

// compass is that of a place, lon, lat.
func (f Frame) compass(at orb.Point) compass {
	const stepM = 30.0
	meridianM, parallelM := radiiM(at.Lat())
	lonDeg, latDeg := degrees(stepM/parallelM), degrees(stepM/meridianM)
	west, east := f.ToLocal(orb.Point{at[0] - lonDeg, at[1]}), f.ToLocal(orb.Point{at[0] + lonDeg, at[1]})
	south, north := f.ToLocal(orb.Point{at[0], at[1] - latDeg}), f.ToLocal(orb.Point{at[0], at[1] + latDeg})
	return compass{
		(east[0]-west[0])/(2*stepM) - 1, (north[0] - south[0]) / (2 * stepM),
		(east[1] - west[1]) / (2 * stepM), (north[1]-south[1])/(2*stepM) - 1,
	}
}

// radiiM are the radius of curvature of the meridian and the radius of the parallel at a latitude, metres (Snyder, Map
// Projections, 1987, 4-18 and 4-20); the parallel's is never quite zero.
func radiiM(latDeg float64) (meridianM, parallelM float64) {
	const e2 = eccentricity * eccentricity
	sin, cos := math.Sincos(radians(latDeg))
	w2 := 1 - e2*sin*sin
	return semiMajorM * (1 - e2) / (w2 * math.Sqrt(w2)), semiMajorM / math.Sqrt(w2) * max(cos, 1e-3)
}

// local is where a step to the east and the north leads in the frame, in the unit of the step.
func (c compass) local(east, north float64) offset {
	return offset{east + (c.xEast*east + c.xNorth*north), north + (c.yEast*east + c.yNorth*north)}
}

// ground is the step that leads somewhere in the frame, x to the east and y to the north, in the same unit.
func (c compass) ground(p offset) offset {
	// The determinant is 1, since the frame keeps surfaces.
	return offset{p.x + (c.yNorth*p.x - c.xNorth*p.y), p.y + (c.xEast*p.y - c.yEast*p.x)}
}

// direction is that of an angle on the ground, radians anticlockwise from the east.
func (c compass) direction(angle float64) vec {
	sin, cos := math.Sincos(angle)
	p := c.local(cos*directionLength, sin*directionLength)
	return vec{int64(math.RoundToEven(p.x)), int64(math.RoundToEven(p.y))}
}

// bearing is the direction of a bearing, degrees clockwise from geographic north.
func (c compass) bearing(deg float64) vec { return c.direction(math.Pi/2 - radians(deg)) }

// longest and shortest are the lengths in the frame of a step of 1 in the directions where they are.
func (c compass) longest() float64  { return c.turned() + c.bent() }
func (c compass) shortest() float64 { return c.turned() - c.bent() }

// turned and bent are the parts of a compass that turn all steps alike, and that change their lengths.
func (c compass) turned() float64 { return math.Hypot(2+c.xEast+c.yNorth, c.yEast-c.xNorth) / 2 }
func (c compass) bent() float64   { return math.Hypot(c.xEast-c.yNorth, c.yEast+c.xNorth) / 2 }
