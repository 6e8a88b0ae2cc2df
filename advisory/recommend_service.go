package advisory

import (
	"math"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// sampleM is the side of the squares on which it is looked which area a camera serves, metres.
const sampleM = 4.0

// viewField is what a head sees at a level if nothing hides it: a sector of a ring.
type viewField struct {
	frame               geo.Frame
	nearM, farM         float64
	bearingDeg, halfDeg float64
	masks               []inventory.Mask
}

// fieldsAt are the fields of a proposal's heads at a level.
func (u *undertaking) fieldsAt(p proposal, level string) []viewField {
	rank, known := u.scale.Level(level)
	frame, err := geo.NewFrame(p.spot.At)
	if !known || err != nil {
		return nil
	}
	var fields []viewField
	mountM := p.mountM()
	for _, h := range p.heads() {
		sensor := u.sensor(h, &mountM)
		nearM, farM, err := sensor.Reach(u.scale.Levels[rank].Density.Value)
		hDeg, _ := sensor.FieldOfView()
		if err != nil || hDeg == nil || farM <= nearM || h.BearingDeg == nil {
			continue
		}
		fields = append(fields, viewField{frame, nearM, math.Min(farM, geo.MaxReachM), *h.BearingDeg, *hDeg / 2, h.Masks})
	}
	return fields
}

// sees tells whether a place, lon, lat, lies in the field, and how far away, metres.
func (f viewField) sees(at orb.Point) (m float64, in bool) {
	local := f.frame.ToLocal(at)
	m = math.Hypot(local[0], local[1])
	bearing := math.Atan2(local[0], local[1]) * 180 / math.Pi
	off := math.Abs(math.Remainder(bearing-f.bearingDeg, 360))
	return m, m >= f.nearM && m <= f.farM && off <= f.halfDeg && !inMasks(f.masks, bearing)
}

// inField is how much of a wanted area lies in the field of a proposal, m², on squares, whatever hides it.
func (u *undertaking) inField(p proposal, w want) float64 {
	seen := 0.0
	u.eachSeen(p, w, func(float64) { seen += sampleM * sampleM })
	return seen
}

// farthest is how far away the ground is that a proposal sees of what it serves, metres; 0 when it sees none of it.
func (u *undertaking) farthest(p proposal, need inventory.Need) float64 {
	far := 0.0
	for _, w := range u.wants {
		if w.need.Area == need.Area && w.area >= 0 {
			u.eachSeen(p, w, func(m float64) { far = math.Max(far, m) })
		}
	}
	if far > 0 {
		return far
	}
	for _, f := range u.fieldsAt(p, need.Level) {
		far = math.Max(far, f.farM)
	}
	return far
}

// eachSeen visits the squares of a wanted area that lie in the field of a proposal.
func (u *undertaking) eachSeen(p proposal, w want, visit func(m float64)) {
	shape := u.zoneShape(w.Zone)
	for _, f := range u.fieldsAt(p, w.Level) {
		box := localBox(f.frame, shape)
		for x := math.Max(box.Min[0], -f.farM); x <= math.Min(box.Max[0], f.farM); x += sampleM {
			for y := math.Max(box.Min[1], -f.farM); y <= math.Min(box.Max[1], f.farM); y += sampleM {
				at := f.frame.ToLonLat(orb.Point{x, y})
				if m, in := f.sees(at); in && geo.Intersects(shape, at) {
					visit(m)
				}
			}
		}
	}
}

func (u *undertaking) zoneShape(id string) orb.MultiPolygon {
	for _, z := range u.scene.Zones {
		if z.ID == id {
			return z.Shape
		}
	}
	return nil
}

// localBox is the box of a shape in local metres.
func localBox(frame geo.Frame, shape orb.MultiPolygon) orb.Bound {
	b := shape.Bound()
	box := orb.Bound{Min: frame.ToLocal(b.Min), Max: frame.ToLocal(b.Min)}
	for _, p := range []orb.Point{b.Max, {b.Min[0], b.Max[1]}, {b.Max[0], b.Min[1]}} {
		box = box.Extend(frame.ToLocal(p))
	}
	return box
}
