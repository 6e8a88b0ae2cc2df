package geo

import (
	"context"
	"math"
	"slices"
)

// surface is the part in sight of a sector round the eye: of the polygon that [sector.surface] gives, so never more
// than the true shape. Nothing comes out when nothing is seen.
func (e *envelope) surface(ctx context.Context, s sector, c chord) (surface, error) {
	t := newSkyline(e, s, c)
	if !t.anyInTheWay() {
		return e.lessShadows(ctx, s.surface(c))
	}
	for k := range len(t.spans) - 1 {
		t.span(k)
	}
	if t.open {
		t.vista.toEnd = true
		t.end(t.place(len(t.spans) - 1))
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
// arc's chords and those of the near arc where walls cross them.
type skyline struct {
	e        *envelope
	s        sector
	c        chord
	farUnits float64
	share    float64 // of the near arc's radius in the far one's
	zero     float64 // angle of the first corner, anticlockwise from the east
	full     bool
	start    float64 // where on the chords the round begins, in corners
	spans    []facet // facets of the envelope; the last one is the end of the round

	open   bool
	vista  vista
	vistas []vista
	// span is the first vertex of the present span in the chain of the vista, and its headings.
	since    int
	from, to vec
}

// vista is what is seen without a break, from one direction to another.
type vista struct {
	chain            []vec // where sight ends, anticlockwise round the eye
	first, last      place
	fromStart, toEnd bool
}

// place is where a direction meets the chords of the far arc.
type place struct {
	corners float64 // 2.5 is the middle of the third chord
	at      offset
}

func newSkyline(e *envelope, s sector, c chord) *skyline {
	t := &skyline{e: e, s: s, c: c, farUnits: c.farM * unitsPerM, zero: math.Pi/2 - c.first, full: s.apertureDeg >= fullCircleDeg}
	if s.nearM > 0 {
		t.share = c.circumM / c.farM
	}
	first, last := towards(t.zero).heading(), towards(t.zero+float64(c.steps)*c.stepRads).heading()
	if t.full {
		first = e.env[min(1, len(e.env)-2)].heading
		last = first
		t.start = t.corners(first.to)
	}
	switch {
	case first.turn < last.turn:
		t.list(first, last)
	case first.turn > last.turn || t.full:
		t.list(first, allRound)
		t.list(east, last)
	}
	t.spans = append(t.spans, facet{last, shut, 0})
	return t
}

// list adds the facets of the envelope from one heading to another.
func (t *skyline) list(first, last heading) {
	for k := find(t.e.env, first.turn); t.e.env[k].turn < last.turn; k++ {
		x := t.e.env[k]
		if x.turn < first.turn {
			x.heading = first
		}
		if n := len(t.spans); n == 0 || t.spans[n-1].wall != x.wall {
			t.spans = append(t.spans, x)
		}
	}
}

// anyInTheWay tells whether anything stands before the far arc.
func (t *skyline) anyInTheWay() bool {
	return slices.ContainsFunc(t.spans[:len(t.spans)-1], func(x facet) bool {
		return x.wall == shut || x.wall >= 0 && t.e.sightline(x.wall).line2() < t.farUnits*t.farUnits
	})
}

// corner is where chords k−1 and k of the far arc meet.
func (t *skyline) corner(k int) offset {
	sin, cos := math.Sincos(t.c.first - float64(k)*t.c.stepRads)
	return offset{t.farUnits * sin, t.farUnits * cos}
}

// corners is where a direction meets the chords, counted from the start of the round.
func (t *skyline) corners(d vec) float64 {
	round := 2 * math.Pi / t.c.stepRads
	n := math.Mod((math.Atan2(float64(d.y), float64(d.x))-t.zero)/t.c.stepRads-t.start, round)
	if n < 0 {
		n += round
	}
	if steps := float64(t.c.steps); n > steps { // by a rounding: it is the end, or else the start
		if n -= round; n+round-steps < -n {
			n = steps
		}
	}
	return t.start + max(0, n)
}

// place is where a span begins, on the chords.
func (t *skyline) place(span int) place {
	n := t.start
	switch {
	case span == len(t.spans)-1:
		n += float64(t.c.steps)
	case span > 0:
		n = t.corners(t.spans[span].to)
	}
	k := min(math.Floor(n), math.Ceil(t.start)+float64(t.c.steps)-1)
	p, q, d := t.corner(int(k)), t.corner(int(k)+1), t.spans[span].to
	x, y := float64(d.x), float64(d.y)
	f := (p.x*q.y - p.y*q.x) / (x*(q.y-p.y) - y*(q.x-p.x))
	return place{n, offset{x * f, y * f}}
}

// span traces one facet of the envelope.
func (t *skyline) span(k int) {
	x := t.spans[k]
	t.since, t.from, t.to = len(t.vista.chain), x.to, t.spans[k+1].to
	if x.wall == shut {
		if t.open {
			t.end(t.placeIfNear(k))
		}
		return
	}
	var w sightline
	if x.wall >= 0 {
		w = t.e.sightline(x.wall)
		inner := t.farUnits * math.Cos(t.c.stepRads/2)
		if w.far2 <= inner*inner && w.line2() >= t.share*t.share*t.farUnits*t.farUnits {
			t.begin(t.placeIfNear(k), k == 0)
			t.add(w.hit(t.from))
			t.add(w.hit(t.to))
			return
		}
	}
	a, b := t.place(k), t.place(k+1)
	for i := math.Floor(a.corners); i < b.corners; i++ {
		from, to := place{i, t.corner(int(i))}, place{i + 1, t.corner(int(i) + 1)}
		if i <= a.corners {
			from = a
		}
		if i+1 >= b.corners {
			to = b
		}
		// A span may go round by more than half a turn; only near its ends can a rounding leave it.
		t.from, t.to = vec{}, vec{}
		if i < a.corners+1 {
			t.from = x.to
		}
		if i+2 >= b.corners {
			t.to = t.spans[k+1].to
		}
		t.chord(w, from, to, k == 0)
	}
}

// placeIfNear is place, where it is needed.
func (t *skyline) placeIfNear(span int) place {
	if t.share == 0 {
		return place{}
	}
	return t.place(span)
}

// chord traces a facet within one chord. The distance at which a wall is met is, in shares of the distance of the
// chord, one over a number that changes evenly along the chord.
func (t *skyline) chord(w sightline, from, to place, first bool) {
	g0, g1 := w.nearness(from.at), w.nearness(to.at)
	far := 1 / t.share // no wall is as near as that when there is no near arc
	cuts := [4]float64{0, 1, 1, 1}
	n := 1
	for _, limit := range [2]float64{1, far} {
		if s := (limit - g0) / (g1 - g0); s > 0 && s < 1 {
			cuts[n] = s
			n++
		}
	}
	slices.Sort(cuts[:n])
	for k := range n {
		a, b := cuts[k], cuts[k+1]
		at := func(s float64) place {
			return place{from.corners + s*(to.corners-from.corners), from.at.towards(to.at, s)}
		}
		p, q := at(a), at(b)
		switch g := g0 + (a+b)/2*(g1-g0); {
		case g <= 1:
			t.begin(p, first)
			t.add(p.at)
			t.add(q.at)
		case g < far:
			t.begin(p, first)
			t.add(p.at.scaled(1 / (g0 + a*(g1-g0))))
			t.add(q.at.scaled(1 / (g0 + b*(g1-g0))))
		case t.open:
			t.end(p)
		}
	}
}

func (t *skyline) begin(p place, fromStart bool) {
	if !t.open {
		t.open = true
		t.vista = vista{first: p, fromStart: fromStart && len(t.vistas) == 0}
		t.since = 0
	}
}

func (t *skyline) end(p place) {
	t.open = false
	t.vista.last = p
	t.vistas = append(t.vistas, t.vista)
	t.vista = vista{}
}

// add rounds a place of the present span so that it stays between the span's headings, and in order. So the chain of a
// vista never turns back, and a fan of it round the eye overlaps nowhere, whatever the rounding. A place for which the
// grid has no room is left out.
func (t *skyline) add(p offset) {
	x, y := math.RoundToEven(p.x), math.RoundToEven(p.y)
	dx, dy := math.Copysign(1, p.x-x), math.Copysign(1, p.y-y)
	for _, v := range [4]vec{{int64(x), int64(y)}, {int64(x + dx), int64(y)}, {int64(x), int64(y + dy)}, {int64(x + dx), int64(y + dy)}} {
		if t.from.cross(v) < 0 || v.cross(t.to) < 0 {
			continue
		}
		n := len(t.vista.chain)
		if n > t.since && t.vista.chain[n-1].cross(v) < 0 {
			continue
		}
		if n == 0 || t.vista.chain[n-1] != v {
			t.vista.chain = append(t.vista.chain, v)
		}
		return
	}
}

// surface makes rings of the vistas.
func (t *skyline) surface() surface {
	if n := len(t.vistas); n > 1 && t.full && t.vistas[0].fromStart && t.vistas[n-1].toEnd {
		last := t.vistas[n-1]
		t.vistas[0].chain = append(last.chain, t.vistas[0].chain...)
		t.vistas[0].first = last.first
		t.vistas[0].last.corners += float64(t.c.steps)
		t.vistas = t.vistas[:n-1]
	}
	var out surface
	for _, r := range t.vistas {
		rings, sound := t.rings(r)
		if !sound {
			rings = tidy(rings)
		}
		for _, ring := range rings {
			if len(ring) > 3 && twiceArea(ring) != 0 {
				out = append(out, ring)
			}
		}
	}
	return out
}

// rings are the rings of one vista, and whether they are surely simple.
func (t *skyline) rings(r vista) (rings [][]vertex, sound bool) {
	whole := t.full && r.fromStart && r.toEnd
	ring := t.vertices(r.chain)
	if t.share == 0 {
		if !whole {
			ring = append(ring, t.e.outlook.eye)
		}
		return [][]vertex{closed(ring)}, true
	}
	inner := t.nearArc(r)
	sound = (r.last.corners-r.first.corners)*t.c.stepRads*t.c.circumM >= narrowM
	limit := t.share*t.farUnits + narrowM*unitsPerM
	for _, v := range r.chain {
		sound = sound && v.length2() >= limit*limit
	}
	if whole {
		return [][]vertex{closed(ring), closed(inner)}, sound
	}
	return [][]vertex{closed(append(ring, inner...))}, sound
}

// nearArc is the near arc of a vista, clockwise.
func (t *skyline) nearArc(r vista) []vertex {
	round := func(o offset) vec {
		o = o.scaled(t.share)
		return vec{int64(math.RoundToEven(o.x)), int64(math.RoundToEven(o.y))}
	}
	out := []vec{round(r.last.at)}
	for k := math.Ceil(r.last.corners) - 1; k > r.first.corners; k-- {
		out = append(out, round(t.corner(int(k))))
	}
	return t.vertices(append(out, round(r.first.at)))
}

// vertices carries places seen from the eye to the grid.
func (t *skyline) vertices(chain []vec) []vertex {
	eye := t.e.outlook.eye
	out := make([]vertex, len(chain), len(chain)+2)
	for k, v := range chain {
		out[k] = vertex{int32(int64(eye.x) + v.x), int32(int64(eye.y) + v.y)}
	}
	return out
}
