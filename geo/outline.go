package geo

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// errBroken says that the pieces of an outline do not chain up: a fault of this package, never of the data.
var errBroken = errors.New("outline does not close (please report this scene)")

// gaps are the rings round what no footprint covers inside the domains; covered the rings round what some does.
func (d *depths) gaps() ([][]vertex, error) {
	back := make([]piece, len(d.covered))
	reversed := make([]vertex, 0, len(d.vertices))
	for k, p := range d.covered {
		lo := int32(len(reversed))
		reversed = append(reversed, d.vertices[p.lo:p.hi]...)
		slices.Reverse(reversed[lo:])
		back[k] = piece{p.to, p.from, lo, int32(len(reversed))}
	}
	return chain(back, reversed, d.uncover, d.vertices)
}

func (d *depths) seen() ([][]vertex, error) {
	return chain(d.covered, d.vertices, d.recover, d.vertices)
}

// link is a piece with its vertices.
type link struct {
	from, to uint64
	vertices []vertex
}

// chain joins the pieces of two lists, each where another begins, into closed rings.
func chain(p []piece, pv []vertex, q []piece, qv []vertex) ([][]vertex, error) {
	var rings [][]vertex
	links := make([]link, 0, len(p)+len(q))
	for _, list := range []struct {
		pieces   []piece
		vertices []vertex
	}{{p, pv}, {q, qv}} {
		for _, x := range list.pieces {
			if v := list.vertices[x.lo:x.hi]; x.from == 0 && x.to == 0 {
				rings = append(rings, v)
			} else {
				links = append(links, link{x.from, x.to, v})
			}
		}
	}
	begins := make(map[uint64]int, len(links))
	for k, l := range links {
		begins[l.from] = k
	}
	done := make([]bool, len(links))
	for k := range links {
		if done[k] {
			continue
		}
		var ring []vertex
		for at := k; !done[at]; {
			done[at] = true
			ring = append(ring, links[at].vertices...)
			next, ok := begins[links[at].to]
			if !ok || done[next] && next != k {
				return nil, errBroken
			}
			at = next
		}
		rings = append(rings, append(ring, ring[0]))
	}
	return rings, nil
}

// polygons makes polygons, lon, lat, wound as RFC 7946 asks, from rings on the grid that may touch themselves.
func (f Frame) polygons(rings [][]vertex) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, p := range nest(tidy(rings)) {
		polygon := make(orb.Polygon, len(p))
		for k, r := range p {
			polygon[k] = f.lonLatRing(r)
		}
		out = append(out, polygon)
	}
	return out
}

func (f Frame) lonLatRing(vertices []vertex) orb.Ring {
	out := make(orb.Ring, 0, len(vertices))
	at := f.near(f.ToLonLat(vertices[0].local()))
	for k := 1; k < len(vertices); k++ {
		next := f.near(f.ToLonLat(vertices[k].local()))
		out = f.straighten(out, at, next, vertices[k-1].local(), vertices[k].local())
		at = next
	}
	for k, p := range out {
		out[k] = orb.Point{math.Round(p[0]*perDegree) / perDegree, math.Round(p[1]*perDegree) / perDegree}
	}
	return append(out, out[0])
}

// perDegree is how finely places are written: 1e-10° is less than a unit of the grid.
const perDegree = 1e10

// surface carries a multipolygon, lon, lat, to the grid, wound with its inside on the left. The error is ErrTooLarge
// when it does not fit.
func (f Frame) surface(ctx context.Context, shape orb.MultiPolygon) (surface, error) {
	var parts []surface
	for _, polygon := range shape {
		var part surface
		for k, r := range polygon {
			vertices, err := f.gridRing(r)
			if err != nil {
				return nil, err
			}
			if (twiceArea(vertices) < 0) != (k > 0) {
				slices.Reverse(vertices)
			}
			part = append(part, vertices)
		}
		parts = append(parts, tidy(part))
	}
	return merge(ctx, parts) // parts that share an edge overlap or gape by a millimetre once they are on the grid
}

func (f Frame) gridRing(r orb.Ring) ([]vertex, error) {
	var local []orb.Point
	for k := 1; k < len(r); k++ {
		local = f.path(local, r[k-1], r[k])
	}
	out := make([]vertex, 0, len(local)+1)
	for _, p := range local {
		if max(p[0], -p[0], p[1], -p[1]) > maxFrameM {
			return nil, ErrTooLarge
		}
		out = append(out, toVertex(p))
	}
	return append(out, out[0]), nil
}

// twiceArea is twice the surface inside a closed ring, positive when it runs anticlockwise, in square units.
func twiceArea(ring []vertex) float64 {
	sum := 0.0
	for k := 1; k < len(ring); k++ {
		p, q := ring[k-1], ring[k]
		px, py := int64(p.x)-int64(ring[0].x), int64(p.y)-int64(ring[0].y)
		sum += float64(px*(int64(q.y)-int64(p.y)) - py*(int64(q.x)-int64(p.x)))
	}
	return sum
}
