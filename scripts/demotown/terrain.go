package demotown

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// The middle of the town. It lies in the middle of France so that distances are those of a French commune; what really
// stands there has nothing to do with the town.
const (
	middleLon = 2.5700
	middleLat = 46.9000
)

// WGS 84 ellipsoid (EPSG:7030).
const (
	semiMajorM      = 6378137.0
	inverseFlatting = 298.257223563
)

// lonLat carries local metres to lon, lat, rounded to 1e-7° (about one centimetre). One degree is worth what the two
// radii of curvature at the middle make it: the error over the town is below 1e-4.
func (a spot) lonLat() orb.Point {
	const flattening = 1 / inverseFlatting
	const e2 = flattening * (2 - flattening)
	sin, cos := math.Sincos(middleLat * math.Pi / 180)
	w := 1 - e2*sin*sin
	northM := semiMajorM * (1 - e2) / (w * math.Sqrt(w)) * math.Pi / 180
	eastM := semiMajorM / math.Sqrt(w) * cos * math.Pi / 180
	return orb.Point{round7(middleLon + a.X/eastM), round7(middleLat + a.Y/northM)}
}

func round7(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

// lonLat closes the ring, as GeoJSON wants it.
func (r ring) lonLat() orb.Ring {
	closed := make(orb.Ring, 0, len(r)+1)
	for _, p := range r {
		if at := p.lonLat(); len(closed) == 0 || closed[len(closed)-1] != at {
			closed = append(closed, at)
		}
	}
	if closed[0] != closed[len(closed)-1] {
		closed = append(closed, closed[0])
	}
	return closed
}

func (r ring) surface() inventory.Surface { return inventory.Surface{orb.Polygon{r.lonLat()}} }

const (
	communeM2  = 4.06e6
	riverHalfM = 13.0
	railHalfM  = 11.0
	bankM      = 10.0 // the walk along each side of the river
)

// terrain is what was there before the streets.
type terrain struct {
	border      ring
	river, rail []spot
}

// shake moves a control point by some metres, so that no two seeds give the same town.
func shake(random *rand.Rand, byM float64, points ...spot) []spot {
	moved := make([]spot, len(points))
	for i, p := range points {
		moved[i] = p.plus(spot{random.Float64()*2 - 1, random.Float64()*2 - 1}.times(byM))
	}
	return moved
}

func newTerrain(random *rand.Rand) terrain {
	river := shake(random, 12, spot{-1700, -560}, spot{-1050, -470}, spot{-560, -340}, spot{-200, -330}, spot{120, -350},
		spot{360, -250}, spot{500, -40}, spot{640, 150}, spot{900, 240}, spot{1250, 220}, spot{1700, 330})
	rail := shake(random, 10, spot{-1700, 620}, spot{-900, 615}, spot{-200, 580}, spot{62, 590}, spot{400, 660},
		spot{800, 860}, spot{1300, 1300}, spot{1700, 1700})
	return terrain{border: newBorder(random), river: curve(40, river...), rail: curve(60, rail...)}
}

// newBorder is a star of bumps round the middle, brought to the surface of the commune.
func newBorder(random *rand.Rand) ring {
	const corners = 72
	bumps := []struct{ size, times, phase float64 }{
		{0.07, 2, random.Float64() * 2 * math.Pi},
		{0.06, 3, random.Float64() * 2 * math.Pi},
		{0.03, 5, random.Float64() * 2 * math.Pi},
		{0.02, 9, random.Float64() * 2 * math.Pi},
	}
	border := make(ring, corners)
	for i := range border {
		angle := 2 * math.Pi * float64(i) / corners
		radius := 1 + 0.012*(random.Float64()*2-1)
		for _, b := range bumps {
			radius += b.size * math.Sin(b.times*angle+b.phase)
		}
		sin, cos := math.Sincos(angle)
		border[i] = spot{cos, sin}.times(radius)
	}
	scale := math.Sqrt(communeM2 / border.areaM2())
	for i := range border {
		border[i] = border[i].times(scale).plus(spot{20, 10})
	}
	return border
}

// within is the longest part of a line inside the border.
func (t terrain) within(line []spot) []spot {
	var best, part []spot
	keep := func() {
		if lengthM(part) > lengthM(best) {
			best = part
		}
		part = nil
	}
	for i := range len(line) - 1 {
		points := []spot{line[i]}
		for _, c := range crossings(t.border, line[i:i+2]) {
			points = append(points, c.at)
		}
		points = append(points, line[i+1])
		for k := range len(points) - 1 {
			if !t.border.contains(points[k].along(points[k+1], 0.5)) {
				keep()
				continue
			}
			if len(part) == 0 {
				part = append(part, points[k])
			}
			part = append(part, points[k+1])
		}
	}
	keep()
	return best
}
