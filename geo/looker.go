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
	chain     []facet // of walls to lay over it
	low       []int32 // rings too low to hide all that is behind them, in sight
	seen      []int32 // by ring, the look that met it last
	look      int32
	turns     []float64
	places    []vec
	least     int          // the corner of the least turn
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
		l.insert(l.chain, 0, 0)
	}
}

// lookAtCells goes through the cells square by square round the eye's, until the rest is hidden.
func (l *looker) lookAtCells() {
	b := l.blocks
	for _, r := range b.wide {
		l.lookAtRing(r)
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
	rings := l.blocks.byCell.list(row*cells.columns + column)
	if len(rings) == 0 {
		return
	}
	x, y := int64(cells.over.x0)+int64(column)*cells.size, int64(cells.over.y0)+int64(row)*cells.size
	if l.passesOver(x, y, x+cells.size, y+cells.size) {
		return
	}
	for _, r := range rings {
		l.lookAtRing(r)
	}
}

// passesOver tells whether a box is out of reach, or sight ends before it, as far as is easily told.
func (l *looker) passesOver(x0, y0, x1, y1 int64) bool {
	ex, ey := int64(l.outlook.eye.x), int64(l.outlook.eye.y)
	x0, y0, x1, y1 = x0-ex, y0-ey, x1-ex, y1-ey
	near2 := vec{max(0, x0, -x1), max(0, y0, -y1)}.length2()
	switch {
	case near2 > l.range2:
		return true
	case x1 > 0 && y0 <= 0 && y1 >= 0 || near2 == 0: // round the east, or round the eye
		return false
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
	hidden, _ := l.hides(right.turn(), left.turn(), near2)
	return hidden
}

func pick(first bool, a, b int64) int64 {
	if first {
		return a
	}
	return b
}

// lookAtRing lays the walls of a ring that face the eye over the envelope. Most rings are passed over by their box, and
// their vertices not read.
func (l *looker) lookAtRing(r int32) {
	if l.seen[r] == l.look {
		return
	}
	l.seen[r] = l.look
	b := l.blocks
	over := b.boxes[r]
	if l.passesOver(int64(over.x0), int64(over.y0), int64(over.x1), int64(over.y1)) {
		return
	}
	near2, at := l.nearest2(over), 0
	low, high := l.turnsOf(b.vertexRing(r))
	if round := high-low > 2; !round {
		var hidden bool
		if hidden, at = l.hides(low, high, near2); hidden {
			return
		}
	}
	if !l.outlook.hidesAll(b.rings[r].heightM) {
		if !b.rings[r].hole {
			l.low = append(l.low, r)
		}
		return
	}
	l.layWalls(b.rings[r].first, near2, at)
}

// layWalls lays the walls that face the eye, of the ring whose places are noted, over the envelope: clockwise round the ring,
// so that turns grow, from the corner of the least, and those that share a corner as one chain. No wall is nearer than a
// distance, squared; the first in turn begins in a facet, or not far after it.
func (l *looker) layWalls(first int32, near2 float64, at int) {
	b, chain := l.blocks, l.chain[:0]
	var end heading
	lay := func() {
		if len(chain) > 0 {
			chain = append(chain, facet{heading: end})
			at, l.chain = l.insert(chain, near2, at), chain
			chain = chain[:0]
		}
	}
	for k, left := l.least, len(l.places); left > 1; k, left = k-1, left-1 {
		if k == 0 {
			k = len(l.places) - 1
		}
		p, q := l.places[k-1], l.places[k]
		from, to := heading{l.turns[k], q}, heading{l.turns[k-1], p}
		wall := first + int32(k) - 1
		if p.cross(q) >= 0 || from.turn == to.turn || !edgeBox(b.vertices[wall], b.vertices[wall+1]).meets(l.reach) {
			lay()
			continue
		}
		if from.turn > to.turn { // across the east
			if from.turn < allRound.turn {
				chain, end = append(chain, facet{heading: from, wall: wall}), allRound
			}
			lay()
			from = east
		}
		if from.turn < to.turn {
			chain, end = append(chain, facet{heading: from, wall: wall}), to
		}
	}
	lay()
}

// turnsOf notes where the vertices of a closed ring lie, and gives the least of their turns, of which the corner is noted, and
// the greatest.
func (l *looker) turnsOf(ring []vertex) (low, high float64) {
	last := len(ring) - 1
	l.places, l.turns = slices.Grow(l.places[:0], last+1)[:last+1], slices.Grow(l.turns[:0], last+1)[:last+1]
	places, turns := l.places, l.turns
	low, high = 4, 0
	for k, v := range ring[:last] {
		place := v.seenFrom(l.outlook.eye)
		turn := place.turn()
		if turn < low {
			low, l.least = turn, k
		}
		if turn > high {
			high = turn
		}
		places[k], turns[k] = place, turn
	}
	places[last], turns[last] = places[0], turns[0]
	return low, high
}

// nearest2 is the squared distance of a box.
func (l *looker) nearest2(b box) float64 {
	p, q := vertex{b.x0, b.y0}.seenFrom(l.outlook.eye), vertex{b.x1, b.y1}.seenFrom(l.outlook.eye)
	return vec{max(0, p.x, -q.x), max(0, p.y, -q.y)}.length2()
}
