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
	boxes    []box // of the rings
	cells    lattice
	byCell   buckets // rings by cell of their box, but for the wide ones
	wide     []int32 // rings over so many cells that they are looked at always
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
			b.vertices, b.rings, b.boxes = b.vertices[:vertices], b.rings[:rings], b.boxes[:rings]
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
	b.boxes = append(b.boxes, boxOf(b.vertices[first:]))
}

// join takes the rings of all batches.
func (b *blocks) join(batches []blocks) {
	vertices, rings := 0, 0
	for _, part := range batches {
		vertices, rings = vertices+len(part.vertices), rings+len(part.rings)
	}
	b.vertices, b.rings, b.boxes = make([]vertex, 0, vertices), make([]blockRing, 0, rings), make([]box, 0, rings)
	for _, part := range batches {
		shift := int32(len(b.vertices))
		b.vertices, b.boxes = append(b.vertices, part.vertices...), append(b.boxes, part.boxes...)
		for _, r := range part.rings {
			b.rings = append(b.rings, blockRing{r.first + shift, r.last + shift, r.obstacle, r.hole, r.heightM})
		}
	}
}

// index fills the cells, and tells rings their heights.
func (b *blocks) index() {
	const mostCells = 1 << 22
	over := nothing
	for r := range b.rings {
		b.rings[r].heightM = b.facts[b.rings[r].obstacle].heightM
		over = over.hull(b.boxes[r])
	}
	if over == nothing {
		over = box{}
	}
	b.cells = newLattice(over, int64(blockCellM*b.grid.perM()), mostCells)
	b.wide = b.wide[:0]
	for r := range b.rings {
		if b.isWide(r) {
			b.wide = append(b.wide, int32(r))
		}
	}
	b.byCell = b.cells.sort(len(b.rings), func(r int) box {
		if b.isWide(r) {
			return nothing
		}
		return b.boxes[r]
	})
}

func (b *blocks) isWide(r int) bool {
	p := b.cells.patch(b.boxes[r])
	return (int64(p.c1)-int64(p.c0)+1)*(int64(p.r1)-int64(p.r0)+1) > wideCells
}

// ringsIn are the rings whose box meets another, in order.
func (b *blocks) ringsIn(near box) []int32 {
	out := slices.Clone(b.wide)
	if over := near.clip(b.cells.over); !over.empty() {
		p := b.cells.patch(over)
		for row := p.r0; row <= p.r1; row++ {
			for column := p.c0; column <= p.c1; column++ {
				out = append(out, b.byCell.list(row*b.cells.columns+column)...)
			}
		}
	}
	out = slices.DeleteFunc(out, func(r int32) bool { return !b.boxes[r].meets(near) })
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
	for _, rings := range [2][]int32{b.byCell.list(b.cells.cell(v)), b.wide} {
		for _, r := range rings {
			if !b.boxes[r].holds(v) {
				continue
			}
			n, border := windingRound(b.vertexRing(r), v)
			windings[b.rings[r].obstacle] += n
			if border {
				out = append(out, b.rings[r].obstacle)
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
