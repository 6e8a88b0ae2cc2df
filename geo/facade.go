package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

const (
	// facadeClearM is how far before its wall a façade camera is taken to look from, metres: the length of a short arm.
	facadeClearM = 0.05
	// maxFacadeDepthM is how far inside a footprint a façade camera may be placed, metres: roof overhangs, positions by
	// hand and the accuracy of the cadastre explain that much. Farther in, the place is doubtful.
	maxFacadeDepthM = 2.0
	// roomM is the least free length of wall that a camera is put before, metres.
	roomM = 0.01
)

// FacadeMove tells that a head placed on an obstacle, or inside it, was taken to look from before its nearest wall to
// the outside.
type FacadeMove struct {
	// Obstacle is the one that has the wall.
	Obstacle string
	// DepthM is how far behind the wall the head was placed, metres.
	DepthM float64
	// From is where the head was placed and To where it is taken to look from, lon, lat.
	From, To orb.Point
}

// InsideError says that a head is placed so far inside an obstacle that no wall can be taken for its own.
type InsideError struct {
	// Obstacle is the one that has the nearest wall to the outside; empty when there is none.
	Obstacle string
	// DepthM is how far away that wall is, metres.
	DepthM float64
}

// Error names the obstacle and the depth.
func (e *InsideError) Error() string {
	if e.Obstacle == "" {
		return "head stands inside obstacles without an outside wall"
	}
	return fmt.Sprintf("head stands %.1f m inside obstacle %q (at most %g m is taken for its façade)", e.DepthM, e.Obstacle, maxFacadeDepthM)
}

// stance is where a head looks from.
type stance struct {
	eye, placed vertex
	facade      bool // eye is before a wall
	wall        int32
	depthM      float64
}

// move reports a stance, if the head was moved.
func (b *blocks) move(f Frame, s stance) *FacadeMove {
	if !s.facade {
		return nil
	}
	return &FacadeMove{
		Obstacle: b.facts[b.obstacleOf(s.wall)].id, DepthM: s.depthM,
		From: f.near(f.ToLonLat(f.grid.local(s.placed))), To: f.near(f.ToLonLat(f.grid.local(s.eye))),
	}
}

// stand finds where a head looks from: its place, or, when an obstacle holds that, before the nearest wall to the
// outside. A head deeper inside than façade cameras are is an *[InsideError], but for two: one that is forced, and one
// higher than all that holds it, which stands on the roof and looks over the edge.
func (b *blocks) stand(h Head, at vertex, force bool) (stance, error) {
	holders := b.holders(at)
	if len(holders) == 0 {
		return stance{eye: at, placed: at}, nil
	}
	s := b.outside(at)
	switch {
	case s.facade && (force || s.depthM <= maxFacadeDepthM):
		return s, nil
	case h.Sensor.heightKnown() && !slices.ContainsFunc(holders, func(k int32) bool { return !(b.facts[k].heightM < *h.Sensor.MountHeightM) }):
		return stance{eye: at, placed: at}, nil
	case !s.facade:
		return s, &InsideError{}
	}
	return s, &InsideError{b.facts[b.obstacleOf(s.wall)].id, s.depthM}
}

// outside finds the nearest place before a wall, among walls ever farther away.
func (b *blocks) outside(at vertex) stance {
	for radiusM := 2 * maxFacadeDepthM; radiusM < b.grid.maxM(); radiusM *= 4 {
		near := b.grid.around(at, radiusM+facadeClearM)
		walls := b.walls(near)
		slices.SortFunc(walls, func(v, w int32) int {
			return cmp.Or(cmp.Compare(b.wallFrom(v, at).distanceM(), b.wallFrom(w, at).distanceM()), int(v-w))
		})
		best := stance{placed: at, depthM: radiusM}
		for _, w := range walls {
			if b.wallFrom(w, at).distanceM() > best.depthM {
				break
			}
			b.before(w, walls, &best)
		}
		if best.facade {
			return best
		}
	}
	return stance{eye: at, placed: at}
}

// walls are the walls that meet a box, in order.
func (b *blocks) walls(near box) []int32 {
	var out []int32
	for _, r := range b.ringsIn(near) {
		for w := b.rings[r].first; w < b.rings[r].last; w++ {
			if edgeBox(b.vertices[w], b.vertices[w+1]).meets(near) {
				out = append(out, w)
			}
		}
	}
	return out
}

// wallLine is a wall in metres round a place, with the solid on its left.
type wallLine struct{ p, q orb.Point }

func (b *blocks) wallFrom(wall int32, at vertex) wallLine {
	perM := b.grid.perM()
	metres := func(v vertex) orb.Point {
		o := v.seenFrom(at)
		return orb.Point{float64(o.x) / perM, float64(o.y) / perM}
	}
	return wallLine{metres(b.vertices[wall]), metres(b.vertices[wall+1])}
}

func (w wallLine) at(t float64) orb.Point {
	return orb.Point{w.p[0] + t*(w.q[0]-w.p[0]), w.p[1] + t*(w.q[1]-w.p[1])}
}

func (w wallLine) lengthM() float64 { return math.Hypot(w.q[0]-w.p[0], w.q[1]-w.p[1]) }

// nearest is the share of the way at which the wall is nearest to the place.
func (w wallLine) nearest() float64 {
	dx, dy := w.q[0]-w.p[0], w.q[1]-w.p[1]
	if dx == 0 && dy == 0 {
		return 0
	}
	return max(0, min(1, -(w.p[0]*dx+w.p[1]*dy)/(dx*dx+dy*dy)))
}

func (w wallLine) distanceM() float64 {
	p := w.at(w.nearest())
	return math.Hypot(p[0], p[1])
}

// outward is the wall moved out of its solid.
func (w wallLine) outward(byM float64) wallLine {
	length := w.lengthM()
	x, y := byM*(w.q[1]-w.p[1])/length, -byM*(w.q[0]-w.p[0])/length
	return wallLine{orb.Point{w.p[0] + x, w.p[1] + y}, orb.Point{w.q[0] + x, w.q[1] + y}}
}

// before betters a stance by the nearest place before a wall that no obstacle holds. The line before the wall is cut
// where it crosses other walls; so shared walls, those that a neighbour buries and those on a gap too narrow for a
// camera are none to the outside.
func (b *blocks) before(wall int32, walls []int32, best *stance) {
	own := b.wallFrom(wall, best.placed)
	line, length := own.outward(facadeClearM), own.lengthM()
	if length < roomM {
		return
	}
	cuts := []float64{0, 1}
	for _, other := range walls {
		if t, crosses := line.crossing(b.wallFrom(other, best.placed)); crosses {
			cuts = append(cuts, t)
		}
	}
	slices.Sort(cuts)
	for k := 1; k < len(cuts); k++ {
		from, to := cuts[k-1], cuts[k]
		if (to-from)*length < roomM || b.held(best.placed, line.at((from+to)/2)) {
			continue
		}
		margin := min(facadeClearM/length, (to-from)/2) // from the walls and corners at both ends
		t := max(from+margin, min(to-margin, own.nearest()))
		foot, at := own.at(t), line.at(t)
		depthM := math.Hypot(foot[0], foot[1])
		if depthM < best.depthM && !b.held(best.placed, at) {
			*best = stance{eye: b.plus(best.placed, at), placed: best.placed, facade: true, wall: wall, depthM: depthM}
		}
	}
}

// held tells whether an obstacle holds a place, metres from another.
func (b *blocks) held(from vertex, byM orb.Point) bool { return len(b.holders(b.plus(from, byM))) > 0 }

// plus is the vertex nearest to a place some metres away.
func (b *blocks) plus(v vertex, byM orb.Point) vertex {
	d := b.grid.vertex(byM)
	return vertex{v.x + d.x, v.y + d.y}
}

// crossing is the share of the way at which another wall crosses the line.
func (w wallLine) crossing(o wallLine) (t float64, crosses bool) {
	dx, dy, ex, ey := w.q[0]-w.p[0], w.q[1]-w.p[1], o.q[0]-o.p[0], o.q[1]-o.p[1]
	den := dx*ey - dy*ex
	if den == 0 {
		return 0, false
	}
	x, y := o.p[0]-w.p[0], o.p[1]-w.p[1]
	t = (x*ey - y*ex) / den
	s := (x*dy - y*dx) / den
	return t, t > 0 && t < 1 && s >= 0 && s <= 1
}
