package geo

import "math"

// projection carries lon, lat in degrees to easting, northing in metres, and back.
//
// The formulae are Vigie's own. Measured on the library that was meant to do it (github.com/wroge/wgs84 v1.1.7): its
// conics are right, and the tests compare with them; its transverse Mercator comes back up to 1.1e-4° (12 m) away
// inside a zone.
type projection interface {
	forward(lonDeg, latDeg float64) (eastM, northM float64)
	inverse(eastM, northM float64) (lonDeg, latDeg float64)
}

// ellipsoid is a surface of revolution: its semi-major axis, in metres, and its inverse flattening.
type ellipsoid struct{ aM, inverseF float64 }

// The two ellipsoids in use (EPSG:7019 and EPSG:7030); their polar axes differ by 0.1 mm.
func grs80() ellipsoid          { return ellipsoid{6378137, 298.257222101} }
func wgs84Ellipsoid() ellipsoid { return ellipsoid{6378137, 298.257223563} }

func (e ellipsoid) eccentricity() float64 {
	f := 1 / e.inverseF
	return math.Sqrt(f * (2 - f))
}

// radPerDeg is one degree, in radians.
const radPerDeg = math.Pi / 180

// conformalTangent is the tangent of the conformal latitude, from the tangent of the geographic one, on an ellipsoid
// of eccentricity e (Karney, "Transverse Mercator with an accuracy of a few nanometers", Journal of Geodesy 85, 2011,
// equations 7 to 9).
func conformalTangent(tau, e float64) float64 {
	sec := math.Hypot(1, tau)
	sigma := math.Sinh(e * math.Atanh(e*tau/sec))
	return tau*math.Hypot(1, sigma) - sigma*sec
}

// geographicTangent is the inverse of conformalTangent, by Newton's method (same source, equations 19 to 21): two
// steps give all the digits of a float64, a few more cost nothing.
func geographicTangent(conformal, e float64) float64 {
	complement := 1 - e*e
	tau := conformal / complement
	for range 6 {
		guess := conformalTangent(tau, e)
		step := (conformal - guess) / math.Hypot(1, guess) *
			(1 + complement*tau*tau) / (complement * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) <= 1e-15*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

// lambertConic is the Lambert Conic Conformal projection with two standard parallels (EPSG method 9802; IOGP
// publication 373-7-2, "Lambert Conic Conformal (2SP)"), written with the isometric latitude.
type lambertConic struct {
	e, lonRad     float64
	cone          float64 // sine of the cone: n
	apexM, radM   float64 // radius at the origin, and at isometric latitude 0: rF and aF
	eastM, northM float64 // false origin
}

// lambertParameters are the parameters that the EPSG registry gives, in degrees and metres.
type lambertParameters struct{ lat, lon, lat1, lat2, eastM, northM float64 }

func newLambertConic(on ellipsoid, p lambertParameters) *lambertConic {
	e := on.eccentricity()
	width := func(latDeg float64) float64 { // m: radius of the parallel, in semi-major axes
		sin, cos := math.Sincos(latDeg * radPerDeg)
		return cos / math.Sqrt(1-e*e*sin*sin)
	}
	psi1, psi2 := isometric(p.lat1, e), isometric(p.lat2, e)
	cone := (math.Log(width(p.lat1)) - math.Log(width(p.lat2))) / (psi2 - psi1)
	rad := on.aM * width(p.lat1) / cone * math.Exp(cone*psi1)
	return &lambertConic{
		e: e, lonRad: p.lon * radPerDeg, cone: cone, radM: rad, apexM: rad * math.Exp(-cone*isometric(p.lat, e)),
		eastM: p.eastM, northM: p.northM,
	}
}

// isometric is the isometric latitude of a geographic latitude in degrees.
func isometric(latDeg, e float64) float64 {
	return math.Asinh(conformalTangent(math.Tan(latDeg*radPerDeg), e))
}

func (l *lambertConic) forward(lonDeg, latDeg float64) (eastM, northM float64) {
	radius := l.radM * math.Exp(-l.cone*isometric(latDeg, l.e))
	sin, cos := math.Sincos(l.cone * (lonDeg*radPerDeg - l.lonRad))
	return l.eastM + radius*sin, l.northM + l.apexM - radius*cos
}

func (l *lambertConic) inverse(eastM, northM float64) (lonDeg, latDeg float64) {
	x, y := eastM-l.eastM, l.apexM-(northM-l.northM)
	psi := -math.Log(math.Hypot(x, y)/l.radM) / l.cone
	lat := math.Atan(geographicTangent(math.Sinh(psi), l.e))
	return (math.Atan2(x, y)/l.cone + l.lonRad) / radPerDeg, lat / radPerDeg
}

// transverseMercator is the Transverse Mercator projection (EPSG method 9807; IOGP publication 373-7-2, "Transverse
// Mercator", the series of Krüger to the fourth order in the third flattening). The first term left out is below
// 1e-7 m everywhere in a UTM zone and around it.
type transverseMercator struct {
	e, lonRad     float64
	radiusM       float64    // scaled rectifying radius: k0 B
	h, back       [4]float64 // coefficients of the series, forward and inverse
	eastM, northM float64
}

// newUTM makes a zone of the Universal Transverse Mercator, 1 to 60.
func newUTM(on ellipsoid, zone int, south bool) *transverseMercator {
	f := 1 / on.inverseF
	n := f / (2 - f)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	t := &transverseMercator{
		e: on.eccentricity(), lonRad: float64(6*zone-183) * radPerDeg, eastM: 500_000,
		radiusM: 0.9996 * on.aM / (1 + n) * (1 + n2/4 + n4/64),
		h: [4]float64{
			n/2 - n2*2/3 + n3*5/16 + n4*41/180, n2*13/48 - n3*3/5 + n4*557/1440,
			n3*61/240 - n4*103/140, n4 * 49561 / 161280,
		},
		back: [4]float64{
			n/2 - n2*2/3 + n3*37/96 - n4/360, n2/48 + n3/15 - n4*437/1440,
			n3*17/480 - n4*37/840, n4 * 4397 / 161280,
		},
	}
	if south {
		t.northM = 10_000_000
	}
	return t
}

func (t *transverseMercator) forward(lonDeg, latDeg float64) (eastM, northM float64) {
	tau := conformalTangent(math.Tan(latDeg*radPerDeg), t.e)
	sin, cos := math.Sincos(lonDeg*radPerDeg - t.lonRad)
	xi0, eta0 := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	xi, eta := xi0, eta0
	for i, h := range t.h {
		k := float64(2 * (i + 1))
		xi += h * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += h * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	return t.eastM + t.radiusM*eta, t.northM + t.radiusM*xi
}

func (t *transverseMercator) inverse(eastM, northM float64) (lonDeg, latDeg float64) {
	xi, eta := (northM-t.northM)/t.radiusM, (eastM-t.eastM)/t.radiusM
	xi0, eta0 := xi, eta
	for i, h := range t.back {
		k := float64(2 * (i + 1))
		xi0 -= h * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= h * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	sin, cos := math.Sincos(xi0)
	sinh := math.Sinh(eta0)
	lat := math.Atan(geographicTangent(sin/math.Hypot(sinh, cos), t.e))
	return (math.Atan2(sinh, cos) + t.lonRad) / radPerDeg, lat / radPerDeg
}

// webMercator is the Popular Visualisation Pseudo Mercator (EPSG method 1024): spherical formulae on ellipsoidal
// latitudes, on the semi-major axis of WGS 84.
type webMercator struct{}

func (webMercator) forward(lonDeg, latDeg float64) (eastM, northM float64) {
	a := wgs84Ellipsoid().aM
	return a * lonDeg * radPerDeg, a * math.Asinh(math.Tan(latDeg*radPerDeg))
}

func (webMercator) inverse(eastM, northM float64) (lonDeg, latDeg float64) {
	a := wgs84Ellipsoid().aM
	return eastM / a / radPerDeg, math.Atan(math.Sinh(northM/a)) / radPerDeg
}
