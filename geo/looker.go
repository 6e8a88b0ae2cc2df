package geo

import (
	"math"
	"slices"
)

// outlook is from where a looker looks, how far, and which way.
type outlook struct {
	eye                  vertex
	rangeM               float64
	compass              compass
	axisDeg, apertureDeg float64 // clockwise from geographic north
	masks                []Mask
	heightM, targetM     float64 // of the eye and of what it looks at; the eye's is NaN when unknown
}

// looker finds envelopes. It belongs to one goroutine.
type looker struct {
	blocks    *blocks
	outlook   outlook
	reach     box
	range2    float64 // squared, in square units: what is farther is not seen
	env       []facet // the last one, allRound, ends the one before
	spare     []facet
	chain     []facet // of directions to shut
	low       []int32 // rings too low to hide all that is behind them, in sight
	seen      []int32 // by ring, the look that met it last
	look      int32
	corners   []facet      // of a ring
	lastFound int          // the facet in which a turn was found last
	walls     [2]sightline // the new and the old one that are compared: to copy them would cost more than that
	skyline   skyline
}

func newLooker(b *blocks) *looker { return &looker{blocks: b, seen: make([]int32, len(b.rings))} }

// envelope looks round.
func (l *looker) envelope(o outlook) envelope {
	l.look++
	l.outlook, l.low = o, l.low[:0]
	l.env = append(l.env[:0], facet{east, open, float32(math.Inf(1))}, facet{allRound, shut, 0})
	if o.apertureDeg < fullCircleDeg {
		l.shut(o.axisDeg+o.apertureDeg/2, o.axisDeg-o.apertureDeg/2)
	}
	for _, m := range o.masks {
		l.shut(m.FromDeg, m.ToDeg)
	}
	l.reach, l.range2 = o.reach(l.blocks.grid), o.range2(l.blocks.grid)
	l.lookAtCells()
	return envelope{l.blocks, o, l.env, l.low, &l.skyline}
}

// reach is the square round the eye that holds all that may be seen.
func (o outlook) reach(g grid) box { return g.around(o.eye, o.rangeM*o.compass.longest()) }

// range2 is the squared distance of the farthest that may be seen, in square units.
func (o outlook) range2(g grid) float64 {
	units := o.rangeM * o.compass.longest() * g.perM()
	return units * units
}

// around is the square round a vertex, as far as the grid goes.
func (g grid) around(v vertex, halfM float64) box {
	half := int64(math.Ceil(halfM * g.perM()))
	clamp := func(n int64) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, n))) }
	return box{clamp(int64(v.x) - half), clamp(int64(v.y) - half), clamp(int64(v.x) + half), clamp(int64(v.y) + half)}
}

// shut closes the directions clockwise from one bearing to another.
func (l *looker) shut(fromDeg, toDeg float64) {
	first, last := l.outlook.compass.bearing(toDeg).heading(), l.outlook.compass.bearing(fromDeg).heading()
	switch {
	case toDeg-fromDeg >= fullCircleDeg:
		l.shutOne(east, allRound)
	case first.turn <= last.turn:
		l.shutOne(first, last)
	default:
		l.shutOne(first, allRound)
		l.shutOne(east, last)
	}
}

// shutOne closes the directions from one heading to another, which is not before it.
func (l *looker) shutOne(first, last heading) {
	if first.turn < last.turn {
		l.chain = append(l.chain[:0], facet{first, shut, 0}, facet{last, shut, 0})
		l.insert(l.chain, 0)
	}
}

// lookAtCells goes through the cells square by square round the eye's, until the rest is hidden.
func (l *looker) lookAtCells() {
	b := l.blocks
	for k := range b.wide {
		l.lookAtRing(&b.wide[k])
	}
	over := l.reach.clip(b.cells.over)
	if over.empty() {
		return
	}
	limit := b.cells.patch(over)
	column, x := cellOf(l.outlook.eye.x, b.cells.over.x0, b.cells.size)
	row, y := cellOf(l.outlook.eye.y, b.cells.over.y0, b.cells.size)
	margin := min(x, b.cells.size-x, y, b.cells.size-y) // of the eye, to the border of its cell
	last := max(column-limit.c0, limit.c1-column, row-limit.r0, limit.r1-row)
	for k := int32(0); k <= last; k++ {
		if k > 1 && l.hiddenBeyond(float64(margin+int64(k-1)*b.cells.size)) {
			return
		}
		l.lookAtSquare(column, row, k, limit)
	}
}

// lookAtSquare looks at the cells of a patch that are k columns or rows away from a cell and no more, from the middle of each
// side to the corners: those that are near may hide those that are far.
func (l *looker) lookAtSquare(column, row, k int32, limit patch) {
	look := func(i, j int32) {
		if i >= limit.c0 && i <= limit.c1 && j >= limit.r0 && j <= limit.r1 {
			l.lookAtCell(i, j)
		}
	}
	for n := int32(0); n <= 2*k; n++ {
		d := (n + 1) / 2 * (1 - n%2*2) // 0, −1, 1, −2, 2, …
		look(column+d, row-k)
		if k > 0 {
			look(column+d, row+k)
		}
		if -k < d && d < k {
			look(column-k, row+d)
			look(column+k, row+d)
		}
	}
}

// cellOf is the column or row of a coordinate, below zero before the first, and how far in it the coordinate lies.
func cellOf(v, origin int32, size int64) (cell int32, within int64) {
	d := int64(v) - int64(origin)
	within = d % size
	if within < 0 {
		within += size
	}
	return int32((d - within) / size), within
}

// hiddenBeyond tells whether sight ends within a distance, whatever the direction.
func (l *looker) hiddenBeyond(distance float64) bool {
	for k := range l.env {
		if float64(l.env[k].far2) > distance*distance {
			return false
		}
	}
	return true
}

func (l *looker) lookAtCell(column, row int32) {
	cells := &l.blocks.cells
	rings := l.blocks.inCell(row*cells.columns + column)
	if len(rings) == 0 {
		return
	}
	x, y := int64(cells.over.x0)+int64(column)*cells.size, int64(cells.over.y0)+int64(row)*cells.size
	if _, inSight := l.glimpse(x, y, x+cells.size, y+cells.size); !inSight {
		return
	}
	for k := range rings {
		l.lookAtRing(&rings[k])
	}
}

// glimpse tells how far away a box is, squared, and whether it may be in sight: it is not when it is out of reach, or when
// sight ends before it, as far as is easily told.
func (l *looker) glimpse(x0, y0, x1, y1 int64) (near2 float64, inSight bool) {
	ex, ey := int64(l.outlook.eye.x), int64(l.outlook.eye.y)
	x0, y0, x1, y1 = x0-ex, y0-ey, x1-ex, y1-ey
	near2 = vec{max(0, x0, -x1), max(0, y0, -y1)}.length2()
	switch {
	case near2 > l.range2:
		return near2, false
	case x1 > 0 && y0 <= 0 && y1 >= 0 || near2 == 0: // round the east, or round the eye
		return near2, true
	}
	var right, left vec // the corners where it begins and ends, anticlockwise
	switch {
	case y0 > 0:
		right, left = vec{x1, pick(x1 > 0, y0, y1)}, vec{x0, pick(x0 < 0, y0, y1)}
	case y1 < 0:
		right, left = vec{x0, pick(x0 < 0, y1, y0)}, vec{x1, pick(x1 > 0, y1, y0)}
	default:
		right, left = vec{x1, y1}, vec{x1, y0}
	}
	return near2, !l.hides(right.turn(), left.turn(), near2)
}

func pick(first bool, a, b int64) int64 {
	if first {
		return a
	}
	return b
}

// lookAtRing lays the walls of a ring that face the eye over the envelope. Most rings are passed over by their box, and
// their vertices not read.
func (l *looker) lookAtRing(r *ringOutside) {
	if l.seen[r.ring] == l.look {
		return
	}
	l.seen[r.ring] = l.look
	near2, inSight := l.glimpse(int64(r.x0), int64(r.y0), int64(r.x1), int64(r.y1))
	if !inSight {
		return
	}
	b := l.blocks
	if math.IsNaN(l.outlook.heightM) || l.outlook.hidesAll(b.rings[r.ring].heightM) {
		l.layWalls(r, near2)
		return
	}
	low, high := l.turnsOf(b.vertexRing(r.ring))
	if !b.rings[r.ring].hole && (high-low > 2 || !l.hides(low, high, near2)) {
		l.low = append(l.low, r.ring)
	}
}

// turnsOf are the least and the greatest turn of the vertices of a ring.
func (l *looker) turnsOf(ring []vertex) (low, high float64) {
	low, high = allRound.turn, 0
	for _, v := range ring[1:] {
		turn := v.seenFrom(l.outlook.eye).turn()
		low, high = min(low, turn), max(high, turn)
	}
	return low, high
}

// layWalls lays the walls of a ring that face the eye over the envelope, those that share a corner as one chain. No wall is
// nearer than a distance, squared.
func (l *looker) layWalls(r *ringOutside, near2 float64) {
	corners := l.cornersOf(r)
	for first := range corners {
		if corners[first].wall == none || first > 0 && corners[first-1].wall != none {
			continue
		}
		last := first + 1
		for corners[last].wall != none {
			last++
		}
		l.insert(corners[first:last+1], near2)
	}
}

// cornersOf are the corners of a ring, clockwise, so that turns grow along the walls that face the eye, each with the wall
// that begins there if it does and is in reach. A wall across the east is two. The last corner is the first one again, and no
// chain of walls goes through it.
func (l *looker) cornersOf(r *ringOutside) []facet {
	eye, ring := l.outlook.eye, l.blocks.vertices[r.first:r.last+1]
	within := l.reach.hull(r.box) == l.reach
	corners := slices.Grow(l.corners[:0], 4*len(ring))
	from := ring[0].seenFrom(eye).heading()
	for k := len(ring) - 2; k >= 0; k-- {
		to := ring[k].seenFrom(eye).heading()
		n := len(corners)
		corners = corners[:n+1]
		x := &corners[n]
		x.heading, x.wall = from, none
		if from.to.cross(to.to) > 0 && from.turn != to.turn && (within || edgeBox(ring[k], ring[k+1]).meets(l.reach)) {
			x.wall, x.far2 = r.first+int32(k), far2(from.to, to.to)
			if from.turn > to.turn {
				corners = append(corners, facet{heading: allRound, wall: none})
				if to.turn > 0 {
					corners = append(corners, facet{east, x.wall, x.far2})
				}
			}
		}
		from = to
	}
	n, cut := len(corners), 0
	if corners[n-1].wall != none {
		for cut < n && corners[cut].wall != none {
			cut++
		}
	}
	corners = append(corners, corners[:cut+1]...)
	corners[n+cut].wall = none
	l.corners = corners
	return corners[cut:]
}
