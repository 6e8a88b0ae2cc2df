package advisory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

// spot is a place where a camera could be put.
type spot struct {
	geo.Spot
	footing
	// heightM is how high a camera can be fixed, metres; nil when unknown.
	heightM *float64
}

// spots are all places that the request allows inside the perimeter.
func (u *undertaking) spots() ([]spot, error) {
	stepM := cmp.Or(u.asked.Spots.StepM, u.params.Plan.StepM.Value)
	var all []spot
	for _, c := range u.candidates {
		found, err := placesOf(c, stepM)
		if err != nil {
			return nil, fmt.Errorf("candidate %q: %w", c.ID, err)
		}
		for _, at := range found {
			all = append(all, spot{Spot: at, footing: footingOf(c), heightM: c.HeightM})
		}
	}
	if u.asked.Spots.Facades {
		corners, err := geo.SpotsOnCorners(u.buildingsInside(), u.params.Plan.CornerDeg.Value)
		if err != nil {
			return nil, fmt.Errorf("corners of façades: %w", err)
		}
		for _, at := range corners {
			all = append(all, spot{Spot: at, footing: footing{"wall", "mains"}})
		}
	}
	if u.asked.Spots.Grid {
		nodes, err := geo.SpotsInGrid(u.in.perimeter, stepM)
		if err != nil {
			return nil, invalidRequest("spots.stepM", "the grid would have too many places: take a longer step")
		}
		for _, at := range u.outdoors(nodes) {
			all = append(all, spot{Spot: at, footing: footing{support: newPole}})
		}
	}
	all = slices.DeleteFunc(all, func(s spot) bool { return !geo.Intersects(u.in.perimeter, s.At) })
	if len(all) == 0 {
		return nil, &geo.BindingError{Constraint: geo.ByCandidates, Reason: "there are none in the perimeter"}
	}
	return all, nil
}

// placesOf are the places of a candidate: itself, along it, or in it.
func placesOf(c inventory.Candidate, stepM float64) ([]geo.Spot, error) {
	var found []geo.Spot
	var err error
	switch shape := c.Shape().(type) {
	case orb.Point:
		return []geo.Spot{{ID: string(c.ID), At: shape}}, nil
	case orb.LineString:
		found, err = geo.SpotsAlong([]orb.LineString{shape}, stepM)
	case orb.MultiLineString:
		found, err = geo.SpotsAlong(shape, stepM)
	case orb.Polygon:
		found, err = geo.SpotsInGrid(orb.MultiPolygon{shape}, stepM)
	case orb.MultiPolygon:
		found, err = geo.SpotsInGrid(shape, stepM)
	}
	for i := range found {
		found[i].ID = string(c.ID) + "-" + found[i].ID
	}
	return found, err
}

// newPole is a support that is to be put up; one that stands there already is told by another word.
const newPole = "pole"

// footingOf tells what a candidate is from what its set and its kind are called. Along a line and in an area a pole is to
// be put up.
func footingOf(c inventory.Candidate) footing {
	words := plainWords(string(c.Set) + " " + c.Kind)
	called := func(stems ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool {
			return slices.ContainsFunc(stems, func(stem string) bool { return strings.HasPrefix(word, stem) })
		})
	}
	switch {
	case c.Form() != inventory.CandidatePoint:
		return footing{support: newPole}
	case called("light", "lamp", "lantern", "eclairage", "luminaire", "candelabre"):
		return footing{"street_lamp", "street_lighting"}
	case called("facade", "wall", "mur"):
		return footing{"wall", "mains"}
	case called("signal", "feu", "junction", "carrefour"):
		return footing{"traffic_signal", "mains"}
	case called("pole", "poteau", "mast", "mat"):
		return footing{support: "existing_pole"}
	}
	return footing{}
}

// footings are those of some places, in the order in which they come first.
func footings(spots []spot) []footing {
	var all []footing
	for _, s := range spots {
		if !slices.Contains(all, s.footing) {
			all = append(all, s.footing)
		}
	}
	return all
}

// buildingsInside are the obstacles that meet the perimeter.
func (u *undertaking) buildingsInside() []geo.Obstacle {
	var inside []geo.Obstacle
	for _, o := range u.scene.Obstacles {
		if geo.Intersects(u.in.perimeter, o.Shape) {
			inside = append(inside, o)
		}
	}
	return inside
}

// outdoors leaves out the places that stand in an obstacle.
func (u *undertaking) outdoors(spots []geo.Spot) []geo.Spot {
	bounds := make([]orb.Bound, len(u.scene.Obstacles))
	for i, o := range u.scene.Obstacles {
		bounds[i] = o.Shape.Bound()
	}
	return slices.DeleteFunc(spots, func(s geo.Spot) bool {
		for i, o := range u.scene.Obstacles {
			if bounds[i].Contains(s.At) && geo.Intersects(o.Shape, s.At) {
				return true
			}
		}
		return false
	})
}

// within keeps the spots from which something that is wanted may be seen, so far away at most, metres.
func (u *undertaking) within(spots []spot, reachM float64) []spot {
	var boxes []orb.Bound
	for _, w := range u.wants {
		if w.Zone == "" {
			return spots
		}
		for _, z := range u.scene.Zones {
			if z.ID == w.Zone {
				for _, polygon := range z.Shape {
					boxes = append(boxes, orbgeo.BoundPad(polygon.Bound(), reachM*spare))
				}
			}
		}
	}
	return slices.DeleteFunc(spots, func(s spot) bool {
		return !slices.ContainsFunc(boxes, func(b orb.Bound) bool { return b.Contains(s.At) })
	})
}
