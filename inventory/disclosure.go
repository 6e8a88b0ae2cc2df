package inventory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Disclosure is how exactly somebody sees cameras that are not its own.
type Disclosure string

// The grades, the most exact first.
const (
	// DisclosureExact shows the whole record.
	DisclosureExact Disclosure = "exact"
	// DisclosureStreet shows that a camera stands in a cell of a fixed grid, see [Coarse].
	DisclosureStreet Disclosure = "street"
	// DisclosureCommune tells how many there are in a commune, see [SharedCount]; no camera is shown.
	DisclosureCommune Disclosure = "commune_count"
	// DisclosurePresence tells that there are some in a commune.
	DisclosurePresence Disclosure = "presence"
)

// Disclosures are all grades, the most exact first.
func Disclosures() []Disclosure {
	return []Disclosure{DisclosureExact, DisclosureStreet, DisclosureCommune, DisclosurePresence}
}

// The cells of the grid, degrees: some 280 m from south to north, and from west to east in the middle of France.
const (
	cellLon = 0.0035
	cellLat = 0.0025
)

// CoarseM is farther than any camera stands from the place that a street grade gives, metres: half the diagonal of a cell at
// the equator is 239 m.
const CoarseM = 240

// Coarse is the middle of the cell of the fixed grid in which a place lies, lon, lat: the same for all places of the cell,
// whoever asks and however often.
func Coarse(at Point) Point {
	middle := func(degrees, step float64) float64 { return (math.Floor(degrees/step) + 0.5) * step }
	return Point{middle(at[0], cellLon), middle(at[1], cellLat)}
}

// coarseExtra is the property of a coarse camera that tells its grade.
const coarseExtra = "disclosure"

// coarseCamera is what the street grade shows of a camera: whose it is, in which commune and in which cell. It is made of
// nothing else, so that nothing else can be found out from it.
func coarseCamera(c Camera) Camera {
	shown := Camera{
		ID: c.ID, Holder: c.Holder, Category: c.Category, Commune: c.Commune, Department: c.Department,
		Extra: map[string]string{coarseExtra: string(DisclosureStreet)},
	}
	if c.Location != nil {
		at, toleranceM := Coarse(*c.Location), float64(CoarseM)
		shown.Location, shown.PositionToleranceM = &at, &toleranceM
	}
	return shown
}

// coarseAttrs are the attributes that a coarse camera has. No query on another one finds it.
func coarseAttrs() []Attr { return []Attr{AttrHolder, AttrCommune, AttrDepartment, AttrCategory} }

// coarsely is a query that finds at least the records of which the coarse ones match q; none tells that no coarse one can.
func coarsely(q Query) (wide Query, none bool) {
	for _, c := range q.Where {
		if !slices.Contains(coarseAttrs(), c.Attr) {
			return q, true
		}
	}
	if q.Area != nil {
		box := q.Area.Bound()
		q.Area = orb.Bound{
			Min: orb.Point{max(-180, box.Min[0]-cellLon), max(-90, box.Min[1]-cellLat)},
			Max: orb.Point{min(180, box.Max[0]+cellLon), min(90, box.Max[1]+cellLat)},
		}
	}
	q.Limit = 0
	return q, false
}
