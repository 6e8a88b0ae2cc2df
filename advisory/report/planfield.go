package report

import (
	"math"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// field is what a head sees at the density that it is for, if nothing hides it: a sector of a ring.
type field struct {
	head                string
	at                  orb.Point // lon, lat
	bearingDeg, hfovDeg float64
	nearM, farM         float64
	known               bool // the bearing is known; else it is drawn all round
}

// fieldsOf are the fields of the heads of a proposed camera.
func fieldsOf(c inventory.ProposedCamera) []field {
	if c.Camera.Location == nil {
		return nil
	}
	optics := map[string]inventory.HeadOptics{}
	for _, o := range c.Optics {
		optics[o.Head] = o
	}
	var fields []field
	for i, h := range c.Camera.Heads {
		o, found := optics[h.ID]
		if !found && i < len(c.Optics) {
			o = c.Optics[i]
		}
		f := field{head: h.ID, at: orb.Point(*c.Camera.Location), hfovDeg: 360, nearM: o.NearM, farM: min(o.FarM, geo.MaxReachM)}
		if h.BearingDeg != nil && o.HFOVDeg > 0 && o.HFOVDeg < 360 {
			f.bearingDeg, f.hfovDeg, f.known = *h.BearingDeg, o.HFOVDeg, true
		}
		if f.farM > f.nearM {
			fields = append(fields, f)
		}
	}
	return fields
}

// stepDeg is how finely the arcs of a field are drawn, degrees.
const stepDeg = 5.0

// ring is the outline of a field round a place, in local metres: the far arc clockwise, then the near one back, or the place
// itself. A field all round has the far circle alone.
func (f field) ring(centre orb.Point) []orb.Point {
	var ring []orb.Point
	arc := func(radiusM, fromDeg, toDeg float64) {
		steps := max(1, int(math.Ceil(math.Abs(toDeg-fromDeg)/stepDeg)))
		for k := range steps + 1 {
			sin, cos := math.Sincos((fromDeg + (toDeg-fromDeg)*float64(k)/float64(steps)) * math.Pi / 180)
			ring = append(ring, orb.Point{centre[0] + radiusM*sin, centre[1] + radiusM*cos})
		}
	}
	if !f.known {
		arc(f.farM, 0, 360-stepDeg)
		return ring
	}
	from, to := f.bearingDeg-f.hfovDeg/2, f.bearingDeg+f.hfovDeg/2
	arc(f.farM, from, to)
	if f.nearM > 0 {
		arc(f.nearM, to, from)
		return ring
	}
	return append(ring, centre)
}

// polygon is the field in lon, lat, wound as RFC 7946 asks.
func (f field) polygon() (orb.Polygon, error) {
	frame, err := geo.NewFrame(f.at)
	if err != nil {
		return nil, err
	}
	ring := orb.Ring(f.ring(orb.Point{}))
	for i, local := range ring {
		ring[i] = frame.ToLonLat(local)
	}
	ring = append(ring, ring[0])
	if ring.Orientation() != orb.CCW {
		ring.Reverse()
	}
	return orb.Polygon{ring}, nil
}
