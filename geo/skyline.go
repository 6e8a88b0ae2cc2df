package geo

import (
	"context"
	"math"
	"slices"
)

// surface is the part in sight of a sector round the eye: of the polygon that [sector.surface] gives, so never more
// than the true shape. Nothing comes out when nothing is seen.
func (e *envelope) surface(ctx context.Context, s sector, c chord) (surface, error) {
	t := e.skyline
	t.start(e, s, c)
	if !t.anyInTheWay() {
		return e.lessShadows(ctx, s.surface(c))
	}
	for k := range len(t.spans) - 1 {
		t.span(k)
	}
	if t.open {
		t.vista.toEnd = true
		t.end(t.placeIfNear(len(t.spans) - 1))
	}
	return e.lessShadows(ctx, t.surface())
}

// offset is a place seen from the eye, in units of the grid, not rounded.
type offset struct{ x, y float64 }

func (o offset) scaled(f float64) offset { return offset{o.x * f, o.y * f} }

func (o offset) towards(p offset, t float64) offset {
	return offset{o.x + t*(p.x-o.x), o.y + t*(p.y-o.y)}
}

// skyline traces the part in sight of one sector. It goes round the eye anticlockwise, span by span, and cuts the far
// arc's chords and those of the near arc where walls cross them. Its buffers serve again.
type skyline struct {
	e       *envelope
	c       chord
	compass compass
	longest float64 // of the compass
	full    bool
	far     float64 // radius of the far corners on the ground, in units
	clear2  float64 // what lies within this distance, squared, is before the far chords
	share   float64 // of the near arc's radius in the far one's; 0 without a near arc
	near2   float64 // what lies beyond this distance, squared, is beyond the near arc
	zero    float64 // angle of the first corner, anticlockwise from the east
	begin   float64 // where on the chords the round begins, in corners
	spans   []facet // of the envelope; the last one is the end of the round
	known   []offset

	chain    []vec // where sight ends, anticlockwise round the eye
	open     bool
	vista    vista // the present one
	vistas   []vista
	from, to vec       // headings of the present span
	since    int       // where it begins in the chain
	wall     sightline // the one that the present span ends on
	place    place
	placeOf  int // the span that begins there
}

// place is where a direction meets the chords of the far arc.
type place struct {
	corners float64 // 2.5 is the middle of the third chord
	at      offset
}

// start lists the spans of a sector.
func (t *skyline) start(e *envelope, s sector, c chord) {
	*t = skyline{
		e: e, c: c, compass: s.compass, longest: s.compass.longest(),
		full: s.apertureDeg >= fullCircleDeg, far: c.farM * e.blocks.grid.perM(), zero: math.Pi/2 - c.first, placeOf: -1,
		spans: t.spans[:0], known: t.known[:0], chain: t.chain[:0], vistas: t.vistas[:0],
	}
	inner := t.far * math.Cos(c.stepRads/2) * s.compass.shortest()
	t.clear2 = inner * inner
	if s.nearM > 0 {
		t.share = c.circumM / c.farM
		near := t.share * t.far * t.longest
		t.near2 = near * near
	}
	corners := 3*c.steps + 2 // a round may begin anywhere, and end in the next
	t.known = slices.Grow(t.known, corners)[:corners]
	clear(t.known)
	first, last := t.compass.direction(t.zero).heading(), t.compass.direction(t.zero+float64(c.steps)*c.stepRads).heading()
	if t.full {
		first = e.env[min(1, len(e.env)-2)].heading
		last = first
		t.begin = t.corners(first.to)
	}
	switch {
	case first.turn < last.turn:
		t.list(first, last)
	case first.turn > last.turn || t.full:
		t.list(first, allRound)
		t.list(east, last)
	}
	t.spans = append(t.spans, facet{last, shut, 0})
}

// list adds the facets of the envelope from one heading to another; walls beyond the far arc are nothing in the way.
func (t *skyline) list(first, last heading) {
	farthest := t.far * t.longest
	farthest2 := farthest * farthest
	spans, env := t.spans, t.e.env
	for k := find(env, first.turn); env[k].turn < last.turn; k++ {
		x := &env[k]
		from, wall := &x.heading, x.wall
		if from.turn < first.turn {
			from = &first
		}
		if wall >= 0 && float64(x.far2) >= farthest2 && t.e.sightline(wall).nearest2() >= farthest2 {
			wall = open
		}
		if n := len(spans); n == 0 || spans[n-1].wall != wall {
			spans = append(spans, facet{*from, wall, x.far2})
		}
	}
	t.spans = spans
}

// anyInTheWay tells whether anything stands before the far arc.
func (t *skyline) anyInTheWay() bool {
	return slices.ContainsFunc(t.spans[:len(t.spans)-1], func(x facet) bool { return x.wall != open })
}

// corner is where chords k−1 and k of the far arc meet.
func (t *skyline) corner(k int) offset {
	if t.known[k] == (offset{}) {
		sin, cos := math.Sincos(t.c.first - float64(k)*t.c.stepRads)
		t.known[k] = t.compass.local(t.far*sin, t.far*cos)
	}
	return t.known[k]
}

// corners is where a direction meets the chords, counted from the start of the round.
func (t *skyline) corners(d vec) float64 {
	round := 2 * math.Pi / t.c.stepRads
	g := t.compass.ground(offset{float64(d.x), float64(d.y)})
	n := (math.Atan2(g.y, g.x)-t.zero)/t.c.stepRads - t.begin
	n -= round * math.Floor(n/round)
	if steps := float64(t.c.steps); n > steps { // by a rounding: it is the end, or else the start
		if n -= round; n+round-steps < -n {
			n = steps
		}
	}
	return t.begin + max(0, n)
}

// placeAt is where a span begins, on the chords.
func (t *skyline) placeAt(span int) place {
	if span == t.placeOf {
		return t.place
	}
	n := t.begin
	switch {
	case span == len(t.spans)-1:
		n += float64(t.c.steps)
	case span > 0:
		n = t.corners(t.spans[span].to)
	}
	k := int(min(math.Floor(n), math.Ceil(t.begin)+float64(t.c.steps)-1))
	p, q, d := t.corner(k), t.corner(k+1), t.spans[span].to
	x, y := float64(d.x), float64(d.y)
	f := (p.x*q.y - p.y*q.x) / (x*(q.y-p.y) - y*(q.x-p.x))
	t.place, t.placeOf = place{n, offset{x * f, y * f}}, span
	return t.place
}

// placeIfNear is placeAt, where it is needed.
func (t *skyline) placeIfNear(span int) place {
	if t.share == 0 {
		return place{}
	}
	return t.placeAt(span)
}

// span traces one facet of the envelope.
func (t *skyline) span(k int) {
	x := &t.spans[k]
	t.since, t.from, t.to = len(t.chain), x.to, t.spans[k+1].to
	if x.wall == shut {
		t.end(t.placeIfNear(k))
		return
	}
	if x.wall == open {
		t.openSpan(k)
		return
	}
	w := &t.wall
	w.aim(t.e.blocks, t.e.outlook.eye, x.wall)
	before := float64(x.far2) <= t.clear2 || w.farthest2() <= t.clear2
	if before && (t.share == 0 || w.line2() >= t.near2) {
		if !t.open {
			t.see(k, t.placeIfNear(k))
		}
		t.add(w.hit(t.from))
		t.add(w.hit(t.to))
		return
	}
	a, b := t.placeAt(k), t.placeAt(k+1)
	for i := math.Floor(a.corners); i < b.corners; i++ {
		from, to := place{i, t.corner(int(i))}, place{i + 1, t.corner(int(i) + 1)}
		if i <= a.corners {
			from = a
		}
		if i+1 >= b.corners {
			to = b
		}
		t.limit(k, i, a, b)
		t.chord(w, k, from, to)
	}
}

// openSpan traces a span with nothing in the way: the chords themselves.
func (t *skyline) openSpan(k int) {
	a, b := t.placeAt(k), t.placeAt(k+1)
	t.see(k, a)
	t.limit(k, math.Floor(a.corners), a, b)
	t.add(a.at)
	for i := math.Floor(a.corners) + 1; i < b.corners; i++ {
		t.limit(k, i-1, a, b)
		t.add(t.corner(int(i)))
	}
	t.limit(k, math.Ceil(b.corners)-1, a, b)
	t.add(b.at)
}

// limit tells which headings of a span to mind at a chord. A span may go round by more than half a turn; only near its
// ends can a rounding leave it.
func (t *skyline) limit(span int, chord float64, first, last place) {
	t.from, t.to = vec{}, vec{}
	if chord < first.corners+1 {
		t.from = t.spans[span].to
	}
	if chord+2 >= last.corners {
		t.to = t.spans[span+1].to
	}
}

// chord traces a span within one chord. The distance at which a wall is met is, in shares of the distance of the
// chord, one over a number that changes evenly along the chord.
func (t *skyline) chord(w *sightline, span int, from, to place) {
	g0, g1 := w.nearness(from.at), w.nearness(to.at)
	near := 1 / t.share // no wall is as near as that without a near arc
	cuts := [4]float64{0, 1, 1, 1}
	n := 1
	for _, limit := range [2]float64{1, near} {
		if s := (limit - g0) / (g1 - g0); s > 0 && s < 1 {
			cuts[n] = s
			n++
		}
	}
	if n == 3 && cuts[1] > cuts[2] {
		cuts[1], cuts[2] = cuts[2], cuts[1]
	}
	for k := range n {
		a, b := cuts[k], cuts[k+1]
		p, q := from.at.towards(to.at, a), from.at.towards(to.at, b)
		at := place{from.corners + a*(to.corners-from.corners), p}
		g := g0 + (a+b)/2*(g1-g0)
		if g >= near {
			t.end(at)
			continue
		}
		t.see(span, at)
		if g > 1 {
			p, q = p.scaled(1/(g0+a*(g1-g0))), q.scaled(1/(g0+b*(g1-g0)))
		}
		t.add(p)
		t.add(q)
	}
}

// see begins a vista, when none is open.
func (t *skyline) see(span int, at place) {
	if !t.open {
		t.open = true
		fromStart := span == 0 && (t.share == 0 || at.corners == t.begin)
		t.vista = vista{lo: len(t.chain), first: at, fromStart: fromStart}
		t.since = len(t.chain)
	}
}

// end ends the vista, when one is open.
func (t *skyline) end(at place) {
	if t.open {
		t.open = false
		t.vista.hi, t.vista.last = len(t.chain), at
		t.vistas = append(t.vistas, t.vista)
	}
}

// add rounds a place of the present span so that it stays between the span's headings, and in order. So a chain never
// turns back, and the fan of it round the eye overlaps nowhere, whatever the rounding. A place for which the grid has
// no room is left out.
func (t *skyline) add(p offset) {
	x, y := math.RoundToEven(p.x), math.RoundToEven(p.y)
	v := vec{int64(x), int64(y)}
	if t.fits(v) {
		return
	}
	w := vec{v.x + 1, v.y + 1} // on the other side
	if math.Signbit(p.x - x) {
		w.x -= 2
	}
	if math.Signbit(p.y - y) {
		w.y -= 2
	}
	_ = t.fits(vec{w.x, v.y}) || t.fits(vec{v.x, w.y}) || t.fits(w)
}

// fits adds a place to the chain, if it may be there.
func (t *skyline) fits(v vec) bool {
	if v == (vec{}) || t.from.cross(v) < 0 || v.cross(t.to) < 0 { // the eye itself is in no direction
		return false
	}
	n := len(t.chain)
	if n > t.since && t.chain[n-1].cross(v) < 0 {
		return false
	}
	if n == t.vista.lo || t.chain[n-1] != v {
		t.chain = append(t.chain, v)
	}
	return true
}
