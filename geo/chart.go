package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// chart carries many places of the grid to lon, lat: square tiles of it hold polynomials that agree with the frame to
// 1e-13°, up to 85° of latitude.
type chart struct {
	frame     Frame
	over      box
	tileUnits int     // the side of a tile
	perHalf   float64 // one over half of it
	columns   int
	tiles     []*tile
	safeM     float64 // a straight edge so long is straight in lon, lat as well
}

const (
	// finestTileUnits is the side of a tile of the finest grid, 524 m.
	finestTileUnits = 1 << 25
	// tileDegree is that of the polynomials in each coordinate: the next term is below 1e-14° at 85° of latitude.
	tileDegree = 3
)

// tile is lon, lat round the middle of a square: the sum of terms[i][j]·u^i·v^j, u and v from −1 to 1.
type tile struct {
	middle   orb.Point // lon, lat
	middleX  float64   // in units of the grid
	middleY  float64
	lon, lat [tileDegree + 1][tileDegree + 1]float64
}

func (f Frame) chart(over box) *chart {
	tileUnits := finestTileUnits >> f.grid
	columns := (int(over.x1)-int(over.x0))/tileUnits + 1
	rows := (int(over.y1)-int(over.y0))/tileUnits + 1
	return &chart{f, over, tileUnits, 2 / float64(tileUnits), columns, make([]*tile, columns*rows), f.safeM()}
}

// safeM is a length up to which a straight edge and its image stray apart by less than 1e-5 m. The image bends by less
// than 1.5·tan(latitude)/R, the convergence of the meridians along the edge, and R/20 for the rest.
func (f Frame) safeM() float64 {
	const strayM, metresPerDegree = 0.9e-5, 111_000
	marginDeg := 1.5 * f.grid.maxM() / metresPerDegree
	bend := (1.5*math.Tan(radians(math.Abs(f.origin.Lat())+marginDeg)) + 0.05) / f.authalicM
	return math.Sqrt(8 * strayM / bend)
}

// lonLat is the place of a vertex.
func (c *chart) lonLat(v vertex) orb.Point {
	k := (int(v.y)-int(c.over.y0))/c.tileUnits*c.columns + (int(v.x)-int(c.over.x0))/c.tileUnits
	if c.tiles[k] == nil {
		c.tiles[k] = c.draw(k)
	}
	t := c.tiles[k]
	u, w := (float64(v.x)-t.middleX)*c.perHalf, (float64(v.y)-t.middleY)*c.perHalf
	return orb.Point{
		max(-180, min(180, t.middle[0]+polynomial(&t.lon, u, w))),
		t.middle[1] + polynomial(&t.lat, u, w),
	}
}

func polynomial(terms *[tileDegree + 1][tileDegree + 1]float64, u, v float64) float64 {
	sum := 0.0
	for i := tileDegree; i >= 0; i-- {
		t := &terms[i]
		sum = sum*u + (((t[3]*v+t[2])*v+t[1])*v + t[0])
	}
	return sum
}

// draw makes a tile: the polynomial through the places of Chebyshev's nodes.
func (c *chart) draw(k int) *tile {
	t := &tile{
		middleX: float64(c.over.x0) + (float64(k%c.columns)+0.5)*float64(c.tileUnits),
		middleY: float64(c.over.y0) + (float64(k/c.columns)+0.5)*float64(c.tileUnits),
	}
	half, perM := float64(c.tileUnits)/2, c.frame.grid.perM()
	place := func(u, v float64) orb.Point {
		return c.frame.alike(c.frame.ToLonLat(orb.Point{
			(t.middleX + u*half) / perM, (t.middleY + v*half) / perM,
		}))
	}
	t.middle = place(0, 0)
	nodes, basis := chebyshev()
	for m, u := range nodes {
		for n, v := range nodes {
			p := place(u, v)
			for i := range nodes {
				for j := range nodes {
					share := basis[m][i] * basis[n][j]
					t.lon[i][j] += share * (p[0] - t.middle[0])
					t.lat[i][j] += share * (p[1] - t.middle[1])
				}
			}
		}
	}
	return t
}

// chebyshev are the nodes of an interpolation from −1 to 1, and for each the coefficients of the polynomial that is 1
// there and 0 at the others (N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapters 2 and 5).
func chebyshev() (nodes [tileDegree + 1]float64, basis [tileDegree + 1][tileDegree + 1]float64) {
	for k := range nodes {
		nodes[k] = math.Cos((2*float64(k) + 1) * math.Pi / (2 * (tileDegree + 1)))
	}
	for k, at := range nodes {
		basis[k][0] = 1
		for _, other := range slices.Concat(nodes[:k], nodes[k+1:]) { // times (x − other)/(at − other)
			for i := tileDegree; i >= 0; i-- {
				below := 0.0
				if i > 0 {
					below = basis[k][i-1]
				}
				basis[k][i] = (below - other*basis[k][i]) / (at - other)
			}
		}
	}
	return nodes, basis
}

// alike keeps the longitude of a place on the origin's side of the antimeridian, beyond ±180° where need be.
func (f Frame) alike(p orb.Point) orb.Point {
	return orb.Point{f.origin.Lon() + math.Remainder(p.Lon()-f.origin.Lon(), 360), p.Lat()}
}

// polygon is a surface of one outer ring.
func (c *chart) polygon(s surface) orb.Polygon {
	out := make(orb.Polygon, len(s))
	for k, r := range s {
		out[k] = c.ring(r)
	}
	return out
}

// ring is a ring of vertices, straight in lon, lat to 1e-5 m.
func (c *chart) ring(vertices []vertex) orb.Ring {
	out := make(orb.Ring, 0, len(vertices))
	at := c.lonLat(vertices[0])
	for k := 1; k < len(vertices); k++ {
		next := c.lonLat(vertices[k])
		from, to := c.frame.grid.local(vertices[k-1]), c.frame.grid.local(vertices[k])
		if math.Hypot(to[0]-from[0], to[1]-from[1]) <= c.safeM {
			out = append(out, at)
		} else {
			out = c.frame.straighten(out, at, next, from, to)
		}
		at = next
	}
	for k, p := range out {
		out[k] = orb.Point{written(p[0]), written(p[1])}
	}
	return append(out, out[0])
}

// written rounds degrees to what is written of them; never to −0.
func written(deg float64) float64 { return math.Round(deg*perDegree)/perDegree + 0 }
