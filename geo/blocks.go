package geo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
)

// blocks are the obstacles of a scene on the grid, indexed by place. They are never changed once made, so that any
// number of lookers use them at the same time.
type blocks struct {
	grid     grid
	facts    []blockFacts // of the obstacles, in the order of the scene
	vertices []vertex     // of all rings, each closed by its first vertex, with the solid on the left
	rings    []blockRing
	cells    lattice
	begin    []int32       // by cell, and at the end: where its rings begin in near
	near     []ringOutside // by cell, the rings whose box meets it, but for the wide ones
	wide     []ringOutside // rings over so many cells that they are looked at always
}

// blockFacts is what an obstacle is, beside its shape.
type blockFacts struct {
	id       string
	heightM  float64 // NaN when unknown
	dwelling bool
}

// blockRing is vertices[first:last+1] of blocks. Wall w goes from vertex w to vertex w+1, first ≤ w < last. Holes follow
// the ring that they lie in.
type blockRing struct {
	first, last, obstacle int32
	hole                  bool
	heightM               float64 // of the obstacle: asked for too often to be looked up
}

// ringOutside is what has to be known of a ring to pass it over, or to find its walls. Those of a cell lie side by side, so that
// a looker need not fetch them from all over the memory.
type ringOutside struct {
	box
	first, last int32 // as in its blockRing
	ring        int32
}

const (
	blockCellM = 64
	wideCells  = 4096
)

// newBlocks carries obstacles to the grid. What lies beyond the frame is left out: nobody sees that far. The error is a
// *Violation that names the obstacle.
func newBlocks(ctx context.Context, frame Frame, obstacles []Obstacle) (*blocks, error) {
	const batch = 1024 // obstacles that one job carries to the grid
	b := &blocks{grid: frame.grid, facts: make([]blockFacts, len(obstacles))}
	for k, o := range obstacles {
		b.facts[k] = blockFacts{o.ID, math.NaN(), o.Dwelling}
		if o.HeightM != nil {
			b.facts[k].heightM = *o.HeightM
		}
	}
	batches := make([]blocks, (len(obstacles)+batch-1)/batch)
	err := inParallel(0, len(batches), func(k int) error {
		for i := k * batch; i < min(len(obstacles), (k+1)*batch); i++ {
			if err := batches[k].place(frame, obstacles[i].Shape, int32(i)); err != nil {
				return fmt.Errorf("obstacle %q: %w", obstacles[i].ID, err)
			}
		}
		return context.Cause(ctx)
	})
	if err != nil {
		return nil, err
	}
	b.join(batches)
	b.index()
	return b, nil
}

// place adds the rings of one obstacle.
func (b *blocks) place(frame Frame, shape orb.MultiPolygon, obstacle int32) error {
	if err := asError(ringsFault(shape)); err != nil {
		return err
	}
	if !surelySimple(shape) {
		if err := Validate(shape); err != nil {
			return err
		}
	}
	for _, polygon := range shape {
		err := b.polygon(frame, polygon, obstacle)
		if errors.Is(err, ErrTooLarge) {
			err = b.polygon(frame, clip.Polygon(frame.bound(), polygon.Clone()), obstacle)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// surelySimple tells quickly, of a shape of one short ring, whether no two of its edges share more than the vertex
// between them, so that there is nothing left to validate.
func surelySimple(shape orb.MultiPolygon) bool {
	const short = 16
	if len(shape) != 1 || len(shape[0]) != 1 || len(shape[0][0]) > short {
		return false
	}
	r := shape[0][0]
	n := len(r) - 1
	for i := range n {
		next := r[(i+2)%n]
		if exactOrient(r[i], r[i+1], next) == 0 { // in line, back on itself, or the same place
			return false
		}
		for j := i + 2; j < n && (i > 0 || j < n-1); j++ {
			if segmentsMeet(r[i], r[i+1], r[j], r[j+1]) {
				return false
			}
		}
	}
	return true
}

// polygon adds the rings of a polygon, or none of them.
func (b *blocks) polygon(frame Frame, polygon orb.Polygon, obstacle int32) error {
	vertices, rings := len(b.vertices), len(b.rings)
	for k, r := range polygon {
		if err := b.ring(frame, r, k > 0, obstacle); err != nil {
			b.vertices, b.rings = b.vertices[:vertices], b.rings[:rings]
			return err
		}
	}
	return nil
}

// ring carries a closed ring to the grid. The images of edges bend where lines of lon, lat do, the longer ones only.
func (b *blocks) ring(frame Frame, r orb.Ring, hole bool, obstacle int32) error {
	const straightToM = 50 // at 85° a parallel strays half a millimetre from a straight line of this length
	var bent []orb.Point
	first := len(b.vertices)
	from := frame.ToLocal(r[0])
	for k := 1; k < len(r); k++ {
		to := frame.ToLocal(r[k])
		if !frame.grid.holds(from) || !frame.grid.holds(to) {
			return ErrTooLarge
		}
		bent = append(bent[:0], from)
		if math.Hypot(to[0]-from[0], to[1]-from[1]) > straightToM {
			bent = frame.bend(bent[:0], r[k-1], r[k], from, to)
		}
		for _, p := range bent {
			if !frame.grid.holds(p) {
				return ErrTooLarge
			}
			b.vertices = append(b.vertices, frame.grid.vertex(p))
		}
		from = to
	}
	b.vertices = append(b.vertices, b.vertices[first])
	vertices := b.vertices[first:]
	if (twiceArea(vertices) < 0) != hole {
		slices.Reverse(vertices)
	}
	b.close(first, obstacle, hole)
	return nil
}

// bound is a box of lon, lat that fits into the frame, and in which lies all that is seen from any perimeter.
func (f Frame) bound() orb.Bound {
	const marginM, metresPerDegree = 1_000, 111_000
	latDeg := (f.grid.maxM() - marginM) / metresPerDegree
	lonDeg := latDeg / math.Cos(radians(max(0, math.Abs(f.origin.Lat())-latDeg)))
	return orb.Bound{Min: f.origin, Max: f.origin}.Extend(orb.Point{f.origin[0] - lonDeg, f.origin[1] - latDeg}).
		Extend(orb.Point{f.origin[0] + lonDeg, f.origin[1] + latDeg})
}

// add adds a closed ring, with the solid on its left.
func (b *blocks) add(vertices []vertex, obstacle int32) {
	first := len(b.vertices)
	b.vertices = append(b.vertices, vertices...)
	b.close(first, obstacle, twiceArea(vertices) < 0)
}

// close makes a ring of the last vertices.
func (b *blocks) close(first int, obstacle int32, hole bool) {
	b.rings = append(b.rings, blockRing{int32(first), int32(len(b.vertices)) - 1, obstacle, hole, 0})
}

// join takes the rings of all batches.
func (b *blocks) join(batches []blocks) {
	vertices, rings := 0, 0
	for _, part := range batches {
		vertices, rings = vertices+len(part.vertices), rings+len(part.rings)
	}
	b.vertices, b.rings = make([]vertex, 0, vertices), make([]blockRing, 0, rings)
	for _, part := range batches {
		shift := int32(len(b.vertices))
		b.vertices = append(b.vertices, part.vertices...)
		for _, r := range part.rings {
			b.rings = append(b.rings, blockRing{r.first + shift, r.last + shift, r.obstacle, r.hole, r.heightM})
		}
	}
}

// index fills the cells, and tells rings their heights.
func (b *blocks) index() {
	const mostCells = 1 << 22
	over, boxes := nothing, make([]box, len(b.rings))
	for r := range b.rings {
		b.rings[r].heightM = b.facts[b.rings[r].obstacle].heightM
		boxes[r] = boxOf(b.vertexRing(int32(r)))
		over = over.hull(boxes[r])
	}
	if over == nothing {
		over = box{}
	}
	b.cells = newLattice(over, int64(blockCellM*b.grid.perM()), mostCells)
	outside := func(r int32) ringOutside { return ringOutside{boxes[r], b.rings[r].first, b.rings[r].last, r} }
	isWide := func(r int) bool {
		p := b.cells.patch(boxes[r])
		return (int64(p.c1)-int64(p.c0)+1)*(int64(p.r1)-int64(p.r0)+1) > wideCells
	}
	b.wide = b.wide[:0]
	for r := range b.rings {
		if isWide(r) {
			b.wide = append(b.wide, outside(int32(r)))
		}
	}
	byCell := b.cells.sort(len(b.rings), func(r int) box {
		if isWide(r) {
			return nothing
		}
		return boxes[r]
	})
	b.begin, b.near = byCell.start, make([]ringOutside, len(byCell.items))
	for k, r := range byCell.items {
		b.near[k] = outside(r)
	}
}

// inCell are the rings whose box meets a cell, but for the wide ones, in order.
func (b *blocks) inCell(cell int32) []ringOutside { return b.near[b.begin[cell]:b.begin[cell+1]] }

// ringsIn are the rings whose box meets another, in order.
func (b *blocks) ringsIn(near box) []int32 {
	var out []int32
	add := func(rings []ringOutside) {
		for k := range rings {
			if rings[k].meets(near) {
				out = append(out, rings[k].ring)
			}
		}
	}
	add(b.wide)
	if over := near.clip(b.cells.over); !over.empty() {
		p := b.cells.patch(over)
		for row := p.r0; row <= p.r1; row++ {
			for column := p.c0; column <= p.c1; column++ {
				add(b.inCell(row*b.cells.columns + column))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// vertexRing is a ring, closed.
func (b *blocks) vertexRing(r int32) []vertex {
	return b.vertices[b.rings[r].first : b.rings[r].last+1]
}

// obstacleOf is the obstacle that has a wall.
func (b *blocks) obstacleOf(wall int32) int32 {
	k, found := slices.BinarySearchFunc(b.rings, wall, func(r blockRing, wall int32) int { return int(r.first - wall) })
	if !found {
		k--
	}
	return b.rings[k].obstacle
}

// holders are the obstacles that hold a vertex, on their walls or inside, in order.
func (b *blocks) holders(v vertex) []int32 {
	if !b.cells.over.holds(v) {
		return nil
	}
	var out []int32
	windings := map[int32]int32{}
	for _, rings := range [2][]ringOutside{b.inCell(b.cells.cell(v)), b.wide} {
		for _, x := range rings {
			if !x.holds(v) {
				continue
			}
			n, border := windingRound(b.vertexRing(x.ring), v)
			obstacle := b.rings[x.ring].obstacle
			windings[obstacle] += n
			if border {
				out = append(out, obstacle)
			}
		}
	}
	for obstacle, n := range windings {
		if n > 0 {
			out = append(out, obstacle)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// windingRound is how often a closed ring goes round a vertex, and whether it passes through it.
func windingRound(ring []vertex, v vertex) (n int32, border bool) {
	for k := 1; k < len(ring); k++ {
		p, q := ring[k-1], ring[k]
		if edgeBox(p, q).holds(v) && orient(p, q, v) == 0 {
			return 0, true
		}
		switch {
		case p.y <= v.y && q.y > v.y && orient(p, q, v) > 0:
			n++
		case q.y <= v.y && p.y > v.y && orient(p, q, v) < 0:
			n--
		}
	}
	return n, false
}
