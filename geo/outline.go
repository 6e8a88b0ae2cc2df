package geo

import (
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"
)

// errBroken says that the pieces of an outline do not chain up: a fault of this package, or of surfaces whose rings
// cross by more than a rounding, which it should not be given.
var errBroken = errors.New("outline does not close (please report this scene)")

// gaps are the rings round what no footprint covers inside the domains; seen the rings round what some does.
func (d *depths) gaps() ([][]vertex, error) {
	return d.chain(d.links(d.links(nil, covered, true), uncovered, false))
}

func (d *depths) seen() ([][]vertex, error) {
	return d.chain(d.links(d.links(nil, covered, false), recovered, false))
}

// link is a piece of a ring.
type link struct {
	piece
	back bool // to be gone through backwards: to is then where it begins
}

// links adds the pieces of an outline.
func (d *depths) links(links []link, of outline, back bool) []link {
	n := 0
	for k := range d.strands {
		n += len(d.strands[k][of])
	}
	links = slices.Grow(links, n)
	for k := range d.strands {
		for _, p := range d.strands[k][of] {
			if back {
				p.from, p.to, p.start, p.end = p.to, p.from, p.end, p.start
			}
			links = append(links, link{p, back})
		}
	}
	return links
}

// chain joins links, each where another begins, into closed rings.
func (d *depths) chain(links []link) ([][]vertex, error) {
	next, err := joints(links)
	if err != nil {
		return nil, err
	}
	most := 0
	for k := range links {
		most += 3 + int(links[k].hi-links[k].lo)
	}
	var rings [][]vertex
	vertices, done := make([]vertex, 0, most), make([]bool, len(links)) // vertices of all rings
	for k := range links {
		if done[k] {
			continue
		}
		first := len(vertices)
		for at := int32(k); !done[at]; at = next[at] {
			done[at] = true
			vertices = d.follow(vertices, &links[at])
		}
		vertices = append(vertices, vertices[first])
		rings = append(rings, vertices[first:len(vertices):len(vertices)])
	}
	return rings, nil
}

// follow adds the vertices of a link to a ring.
func (d *depths) follow(ring []vertex, l *link) []vertex {
	ring = append(ring, l.start)
	from := len(ring)
	ring = append(ring, d.vertices[l.lo:l.hi]...)
	if l.back {
		slices.Reverse(ring[from:])
	}
	return append(ring, l.end)
}

// joints tell which link goes on after each: the one that begins where it ends.
func joints(links []link) ([]int32, error) {
	begins := newKeyTable(len(links))
	for k := range links {
		begins.put(links[k].from, int32(k))
	}
	next, taken := make([]int32, len(links)), make([]bool, len(links))
	var loose []int32
	for k := range links {
		if next[k] = begins.get(links[k].to); next[k] < 0 || taken[next[k]] {
			loose = append(loose, int32(k))
			continue
		}
		taken[next[k]] = true
	}
	if len(loose) == 0 {
		return next, nil
	}
	return next, tieUp(links, loose, next, taken)
}

// tieUp lets loose ends go on at the nearest beginning that is free. There are some where a ring crosses itself by the
// rounding of the grid: what lies between two crossings of its folds is then of two opinions.
func tieUp(links []link, loose, next []int32, taken []bool) error {
	const far = unitsPerM // not a matter of rounding
	var free []int32
	for k := range links {
		if !taken[k] {
			free = append(free, int32(k))
		}
	}
	for _, k := range loose {
		best, nearest := 0, math.Inf(1)
		for i, f := range free {
			p, q := links[k].end, links[f].start
			if d := math.Hypot(float64(p.x)-float64(q.x), float64(p.y)-float64(q.y)); d < nearest {
				best, nearest = i, d
			}
		}
		if nearest > far {
			return errBroken
		}
		next[k] = free[best]
		free = slices.Delete(free, best, best+1)
	}
	return nil
}

// keyTable finds the number that was put under a key: a hash table of open addresses.
type keyTable struct {
	keys    []uint64
	numbers []int32 // plus one; 0 where there is none
}

func newKeyTable(n int) *keyTable {
	size := 1 << bits.Len(uint(2*n))
	return &keyTable{make([]uint64, size), make([]int32, size)}
}

// slot is where a key is, or would be.
func (t *keyTable) slot(key uint64) int {
	mask := len(t.keys) - 1
	at := int(key*0x9e3779b97f4a7c15>>20) & mask
	for t.numbers[at] != 0 && t.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (t *keyTable) put(key uint64, number int32) {
	at := t.slot(key)
	t.keys[at], t.numbers[at] = key, number+1
}

func (t *keyTable) has(v vertex) bool { return t.get(v.key()) >= 0 }

// get is −1 for an unknown key.
func (t *keyTable) get(key uint64) int32 { return t.numbers[t.slot(key)] - 1 }

// polygons makes polygons, lon, lat, wound as RFC 7946 asks, from rings on the grid that may touch themselves.
func (f Frame) polygons(rings [][]vertex) orb.MultiPolygon {
	surfaces := nest(tidy(rings))
	over := nothing
	for _, s := range surfaces {
		over = over.hull(boxOf(s[0]))
	}
	if over == nothing {
		return nil
	}
	over = box{over.x0 - coarsestStep, over.y0 - coarsestStep, over.x1 + coarsestStep, over.y1 + coarsestStep}
	chart := f.chart(over)
	out := chart.polygons(surfaces)
	if Validate(out) == nil {
		return out
	}
	out = out[:0]
	for _, s := range surfaces {
		polygon := chart.polygon(s)
		if Validate(polygon) == nil {
			out = append(out, polygon)
			continue
		}
		out = append(out, chart.polygons(nest(coarser(s, coarseStep)))...)
	}
	for step := int32(coarseStep); step <= coarsestStep && Validate(out) != nil; step *= coarseStep { // slits between polygons
		out = chart.polygons(nest(coarser(slices.Concat(surfaces...), step)))
	}
	return out
}

// polygons are surfaces of one outer ring each.
func (c *chart) polygons(surfaces []surface) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(surfaces))
	for k, s := range surfaces {
		out[k] = c.polygon(s)
	}
	return out
}

// coarseStep is the side of a cell of the coarser grid, in units: 1/8 mm on the finest; coarsestStep that of the last one
// that is tried, 8 mm.
const coarseStep, coarsestStep = 8, 512

// coarser draws a surface on a coarser grid, of cells of a step: no slit is left in it so narrow that its sides may cross
// as they are carried to lon, lat, where lines stray by up to 1e-5 m and places are rounded to 1e-10°.
func coarser(s surface, step int32) [][]vertex {
	scaled := func(rings [][]vertex, scale func(int32) int32) [][]vertex {
		out := make([][]vertex, len(rings))
		for k, r := range rings {
			for _, v := range r {
				out[k] = append(out[k], vertex{scale(v.x), scale(v.y)})
			}
			out[k] = slices.Compact(out[k])
		}
		return out
	}
	down := func(v int32) int32 { return int32(math.RoundToEven(float64(v) / float64(step))) }
	return scaled(tidy(scaled(s, down)), func(v int32) int32 { return v * step })
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
		if !f.grid.holds(p) {
			return nil, ErrTooLarge
		}
		out = append(out, f.grid.vertex(p))
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
