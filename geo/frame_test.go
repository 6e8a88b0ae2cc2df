package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"

	"vigie/geo"
)

// origins are places in every French territory.
var origins = map[string]orb.Point{
	"Montpellier": {3.8767, 43.6108}, "Dunkerque": {2.3768, 51.0344}, "Pointe-à-Pitre": {-61.5333, 16.2411},
	"Saint-Denis de La Réunion": {55.4504, -20.8823}, "Cayenne": {-52.3135, 4.9372}, "Mata-Utu": {-176.1736, -13.2825},
	"equator, antimeridian": {180, 0},
}

// The oracle is geodesics (C. Karney, Algorithms for geodesics, Journal of Geodesy 87, 2013).
func TestFrameKeepsLengthsBearingsAndSurfaces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, origin := range origins {
		frame, err := geo.NewFrame(origin)
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			sin, cos := math.Sincos(random.Float64() * 2 * math.Pi)
			at := frame.ToLonLat(orb.Point{30_000 * random.Float64() * sin, 30_000 * random.Float64() * cos})
			bearing, length := random.Float64()*360, 1+random.Float64()*500
			var lat, lon float64
			geodesic.WGS84.Direct(at.Lat(), at.Lon(), bearing, length, &lat, &lon, nil)
			a, b := frame.ToLocal(at), frame.ToLocal(orb.Point{lon, lat})
			dx, dy := b[0]-a[0], b[1]-a[1]
			if got := math.Hypot(dx, dy); math.Abs(got/length-1) > 1e-5 {
				t.Errorf("%s: %v m became %v", name, length, got)
			}
			direction := math.Atan2(dx, dy)*180/math.Pi - frame.Convergence(at)
			if off := math.Remainder(direction-bearing, 360); math.Abs(off) > 0.003 {
				t.Errorf("%s: bearing %v° became %v°", name, bearing, direction)
			}
		}
	}
}

func TestFrameGoesThereAndBack(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, origin := range origins {
		frame, err := geo.NewFrame(origin)
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			p := orb.Point{random.Float64()*60_000 - 30_000, random.Float64()*60_000 - 30_000}
			q := frame.ToLocal(frame.ToLonLat(p))
			if d := math.Hypot(p[0]-q[0], p[1]-q[1]); d > 1e-6 {
				t.Errorf("%s: %v came back %v m away", name, p, d)
			}
		}
	}
}

func TestFrameRefusesPolesAndNonsense(t *testing.T) {
	for _, p := range []orb.Point{{0, 89}, {0, -86}, {math.NaN(), 3}, {0, 95}, {181, 0}} {
		var fault *geo.Violation
		if _, err := geo.NewFrame(p); !errors.As(err, &fault) {
			t.Errorf("%v: error %v, want a violation", p, err)
		}
	}
}

// A square of geodesics 10 km wide has the same surface on the ellipsoid and in the coverage.
func TestGroundIsTheSurfaceOfTheEllipsoid(t *testing.T) {
	for name, origin := range origins {
		if name == "equator, antimeridian" {
			continue // RFC 7946 cuts shapes there
		}
		var ring orb.Ring
		for _, bearing := range []float64{45, 135, 225, 315, 45} {
			var lat, lon float64
			geodesic.WGS84.Direct(origin.Lat(), origin.Lon(), bearing, 7000, &lat, &lon, nil)
			ring = append(ring, orb.Point{lon, lat})
		}
		polygon := geodesic.WGS84.PolygonInit(false)
		const parts = 200 // follow the straight lines of lon, lat, as RFC 7946 means them
		for k := 1; k < len(ring); k++ {
			for i := range parts {
				f := float64(i) / parts
				polygon.AddPoint(ring[k-1][1]+f*(ring[k][1]-ring[k-1][1]), ring[k-1][0]+f*(ring[k][0]-ring[k-1][0]))
			}
		}
		var area float64
		polygon.Compute(false, true, &area, nil)
		c, err := geo.Cover(t.Context(), geo.Scene{Perimeter: orb.MultiPolygon{{ring}}}, geo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(c.GroundM2/math.Abs(area)-1) > 1e-6 {
			t.Errorf("%s: %v m², the ellipsoid has %v", name, c.GroundM2, math.Abs(area))
		}
	}
}
