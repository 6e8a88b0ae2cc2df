package geo_test

import (
	"fmt"

	"vigie/geo"
)

// equipment is a kind of camera that could be put there.
type equipment struct {
	// code names it in the identifiers of candidates.
	code   string
	sensor geo.Sensor
	// panRangeDeg is that of [geo.Head].
	panRangeDeg float64
	costEUR     float64
}

// equip gives the candidates of some spots: each kind of equipment in so many directions, the first of them north; one that
// sees or turns all round is given once, in no direction.
func equip(spots []geo.Spot, kinds []equipment, bearings int) []geo.Candidate {
	var out []geo.Candidate
	for _, spot := range spots {
		for _, e := range kinds {
			for _, bearing := range e.bearings(bearings) {
				c := geo.Candidate{ID: spot.ID + "/" + e.code, Support: spot.ID, CostEUR: e.costEUR}
				h := geo.Head{At: spot.At, BearingDeg: bearing, PanRangeDeg: e.panRangeDeg, Sensor: e.sensor}
				if bearing != nil {
					c.ID += fmt.Sprintf("/%g", *bearing)
				}
				c.Heads = []geo.Head{h}
				out = append(out, c)
			}
		}
	}
	return out
}

func (e equipment) bearings(n int) []*float64 {
	hDeg, _ := e.sensor.FieldOfView()
	if e.panRangeDeg >= 360 || hDeg != nil && *hDeg >= 360 {
		return []*float64{nil}
	}
	var out []*float64
	for k := range n {
		deg := 360 * float64(k) / float64(n)
		out = append(out, &deg)
	}
	return out
}
