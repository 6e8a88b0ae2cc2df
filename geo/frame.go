package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// WGS 84 ellipsoid (NGA.STND.0036).
const (
	semiMajorM   = 6378137.0
	flattening   = 1 / 298.257223563
	eccentricity = 0.0818191908426214957 // sqrt(f·(2−f))
)

const (
	// maxFrameLat keeps origins away from the poles, degrees.
	maxFrameLat = 85.0
	// straightM is how far a straight line in lon, lat may stray from its image, metres, before it is cut in two.
	straightM = 0.001
)

// Frame carries lon, lat to metres east and north round an origin, and back.
//
// It is the oblique Lambert azimuthal equal-area projection on the ellipsoid (J. P. Snyder, Map Projections: A Working
// Manual, USGS Professional Paper 1395, 1987, p. 187–190): surfaces are exactly those of the ellipsoid, and lengths are
// good to 1e-5 within 30 km of the origin, to 4e-5 within 100 km, and to 3e-4 within 264 km, where the coarsest grid of
// [Cover] ends. What a head sees is drawn to the true lengths and bearings round it ([compass]).
type Frame struct {
	grid             grid
	origin           orb.Point
	sinBeta, cosBeta float64 // authalic latitude of the origin
	authalicM        float64 // radius of the sphere of the same surface
	stretch          float64 // Snyder's D: makes the scale at the origin true
	qPole            float64
}

// NewFrame makes the frame round an origin, lon, lat. The error is a *Violation when the origin is no position, or
// lies within 5° of a pole.
func NewFrame(origin orb.Point) (Frame, error) {
	if err := ValidatePoint(origin); err != nil {
		return Frame{}, fmt.Errorf("frame: %w", err)
	}
	if math.Abs(origin.Lat()) > maxFrameLat {
		return Frame{}, fmt.Errorf("frame: %w", &Violation{Rule: RuleNearPole, At: origin})
	}
	f := Frame{origin: origin, qPole: authalicQ(1)}
	f.authalicM = semiMajorM * math.Sqrt(f.qPole/2)
	sin, cos := math.Sincos(radians(origin.Lat()))
	f.sinBeta = authalicQ(sin) / f.qPole
	f.cosBeta = math.Sqrt(1 - f.sinBeta*f.sinBeta)
	f.stretch = semiMajorM * cos / math.Sqrt(1-eccentricity*eccentricity*sin*sin) / (f.authalicM * f.cosBeta)
	return f, nil
}

// Origin is the place, lon, lat, where both local coordinates are zero.
func (f Frame) Origin() orb.Point { return f.origin }

// ToLocal carries lon, lat to metres east and north of the origin.
func (f Frame) ToLocal(p orb.Point) orb.Point {
	sinBeta := authalicQ(math.Sin(radians(p.Lat()))) / f.qPole
	cosBeta := math.Sqrt(max(0, 1-sinBeta*sinBeta))
	sinLon, cosLon := math.Sincos(radians(math.Remainder(p.Lon()-f.origin.Lon(), 360)))
	b := f.authalicM * math.Sqrt(2/(1+f.sinBeta*sinBeta+f.cosBeta*cosBeta*cosLon))
	return orb.Point{
		b * f.stretch * cosBeta * sinLon,
		b / f.stretch * (f.cosBeta*sinBeta - f.sinBeta*cosBeta*cosLon),
	}
}

// ToLonLat carries metres east and north of the origin to lon, lat.
func (f Frame) ToLonLat(p orb.Point) orb.Point {
	x, y := p[0]/f.stretch, p[1]*f.stretch
	rho := math.Hypot(x, y)
	if rho == 0 {
		return f.origin
	}
	sinC, cosC := math.Sincos(2 * math.Asin(rho/(2*f.authalicM)))
	sinBeta := cosC*f.sinBeta + y*sinC*f.cosBeta/rho
	lon := math.Atan2(x*sinC, rho*f.cosBeta*cosC-y*f.sinBeta*sinC)
	return orb.Point{
		math.Remainder(f.origin.Lon()+degrees(lon), 360),
		degrees(geodeticLatitude(sinBeta, sinBeta*f.qPole)),
	}
}

// near keeps the longitude of a place on the origin's side of the antimeridian.
func (f Frame) near(p orb.Point) orb.Point {
	lon := f.origin.Lon() + math.Remainder(p.Lon()-f.origin.Lon(), 360)
	return orb.Point{max(-180, min(180, lon)), p.Lat()}
}

// Convergence is the angle, in degrees clockwise, from the frame's north (its y axis) to geographic north at a place,
// lon, lat: a bearing there is turned by it to become a direction of the frame.
func (f Frame) Convergence(p orb.Point) float64 {
	const stepDeg = 1e-5
	south, north := f.ToLocal(orb.Point{p[0], p[1] - stepDeg}), f.ToLocal(orb.Point{p[0], p[1] + stepDeg})
	return degrees(math.Atan2(north[0]-south[0], north[1]-south[1]))
}

// authalicQ is Snyder's q (3-12) of the sine of a geodetic latitude: the surface of the ellipsoid between it and the
// equator, in units of a².
func authalicQ(sin float64) float64 {
	const e = eccentricity
	return (1 - e*e) * (sin/(1-e*e*sin*sin) + math.Atanh(e*sin)/e)
}

// geodeticLatitude inverts authalicQ, radians: the series in the sine of the authalic latitude (Snyder 3-18) is good to
// 1e-10, and one step of Newton's method (Snyder 3-16) brings it to the last digits.
func geodeticLatitude(sinBeta, q float64) float64 {
	const (
		e  = eccentricity
		e2 = e * e
		c2 = e2/3 + 31*e2*e2/180 + 517*e2*e2*e2/5040
		c4 = 23*e2*e2/360 + 251*e2*e2*e2/3780
		c6 = 761 * e2 * e2 * e2 / 45360
	)
	sinBeta = max(-1, min(1, sinBeta))
	sin2 := 2 * sinBeta * math.Sqrt(1-sinBeta*sinBeta)
	cos2 := 1 - 2*sinBeta*sinBeta
	lat := math.Asin(sinBeta) + sin2*(c2+cos2*2*c4+(4*cos2*cos2-1)*c6)
	sin, cos := math.Sincos(lat)
	w := 1 - e2*sin*sin
	return lat + w*w/(2*cos)*(q/(1-e2)-sin/w-math.Atanh(e*sin)/e)
}

// path carries a line of lon, lat to local metres, with points added where the image of a straight line bends: RFC
// 7946 (3.1.1) makes lines straight in lon, lat. The last point is left out.
func (f Frame) path(out []orb.Point, from, to orb.Point) []orb.Point {
	return f.bend(out, from, to, f.ToLocal(from), f.ToLocal(to))
}

func (f Frame) bend(out []orb.Point, from, to, a, b orb.Point) []orb.Point {
	middle := orb.Point{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}
	m := f.ToLocal(middle)
	d := math.Hypot(b[0]-a[0], b[1]-a[1])
	off := math.Abs((b[0]-a[0])*(m[1]-a[1])-(b[1]-a[1])*(m[0]-a[0])) / max(d, 1e-9)
	if off <= straightM && d <= maxEdgeM {
		return append(out, a)
	}
	out = f.bend(out, from, middle, a, m)
	return f.bend(out, middle, to, m, b)
}

// straighten is the way back of bend: it carries the straight line from a to b, local metres, whose ends are from and
// to, lon, lat, with points added where a straight line of lon, lat would stray from it. The last point is left out.
func (f Frame) straighten(out []orb.Point, from, to, a, b orb.Point) []orb.Point {
	const harmlessM, strayM = 1, 1e-5 // less than the thinnest sliver that is kept
	m := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
	if max(math.Abs(b[0]-a[0]), math.Abs(b[1]-a[1])) <= harmlessM {
		return append(out, from)
	}
	p := f.ToLocal(orb.Point{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2})
	if math.Hypot(p[0]-m[0], p[1]-m[1]) <= strayM {
		return append(out, from)
	}
	middle := f.near(f.ToLonLat(m))
	out = f.straighten(out, from, middle, a, m)
	return f.straighten(out, middle, to, m, b)
}

func radians(deg float64) float64 { return deg * (math.Pi / 180) }
func degrees(rad float64) float64 { return rad * (180 / math.Pi) }
