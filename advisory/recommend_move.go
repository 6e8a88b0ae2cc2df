package advisory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// onWallM is how far from a wall a camera that hangs on it may be recorded, metres.
const onWallM = 2.0

// moves are the ways to move a camera along its wall, rule REC-41 of the book: half as far as it may go and the whole, to
// both sides, but into no no-camera zone. A camera on a mast or a lamp stays: moving it is another support.
func (u *undertaking) moves(v sight, i int) []trial {
	mostM := u.params.Plan.MoveM.Value
	if mostM == 0 || !slices.Contains([]string{"wall", "facade", "ceiling"}, v.camera.Mounting.Support) {
		return nil
	}
	var all []trial
	for _, at := range u.alongWall(v.heads[i].At, mostM) {
		if slices.ContainsFunc(u.forbidden, func(z inventory.Area) bool { return geo.Intersects(mapped(z.Geometry), at) }) {
			continue
		}
		t := trial{kind: inventory.MeasureMove, head: i, moveTo: &at, heads: slices.Clone(v.heads)}
		for k := range t.heads {
			t.heads[k].At = at
		}
		all = append(all, t)
	}
	return all
}

// alongWall are the places on the wall nearest to a place, lon, lat, half as far along it as may be and the whole; none where
// no wall is near.
func (u *undertaking) alongWall(at orb.Point, mostM float64) []orb.Point {
	frame, err := geo.NewFrame(at)
	if err != nil {
		return nil
	}
	nearestM, ring, edge, along := onWallM, orb.Ring(nil), 0, 0.0
	for _, o := range u.scene.Obstacles {
		if boxDistanceM(localBox(frame, o.Shape)) > onWallM {
			continue
		}
		for _, polygon := range o.Shape {
			local := make(orb.Ring, len(polygon[0]))
			for k, p := range polygon[0] {
				local[k] = frame.ToLocal(p)
			}
			for k := 1; k < len(local); k++ {
				if m, share := fromEdge(local[k-1], local[k]); m < nearestM {
					nearestM, ring, edge, along = m, local, k, share
				}
			}
		}
	}
	var places []orb.Point
	for _, m := range []float64{-mostM, -mostM / 2, mostM / 2, mostM} {
		if ring != nil {
			places = append(places, frame.ToLonLat(walk(ring, edge, along, m)))
		}
	}
	return places
}

// fromEdge is how far the origin is from an edge, and where on the edge its nearest place is, from 0 to 1.
func fromEdge(a, b orb.Point) (m, share float64) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	if square := dx*dx + dy*dy; square > 0 {
		share = math.Max(0, math.Min(1, -(a[0]*dx+a[1]*dy)/square))
	}
	return math.Hypot(a[0]+share*dx, a[1]+share*dy), share
}

// walk goes along a closed ring from a place on the edge that ends at a corner, forwards or backwards, metres.
func walk(ring orb.Ring, edge int, share, m float64) orb.Point {
	n := len(ring) - 1 // the last corner is the first
	for range 2 * n {  // no ring is walked round more than twice
		a, b := ring[edge-1], ring[edge]
		lengthM := math.Hypot(b[0]-a[0], b[1]-a[1])
		at := share*lengthM + m
		switch {
		case at < 0:
			m, share = at, 1
			edge = (edge+n-2)%n + 1
		case at > lengthM:
			m, share = at-lengthM, 0
			edge = edge%n + 1
		case lengthM == 0:
			return a
		default:
			return orb.Point{a[0] + (b[0]-a[0])*at/lengthM, a[1] + (b[1]-a[1])*at/lengthM}
		}
	}
	return ring[0]
}
