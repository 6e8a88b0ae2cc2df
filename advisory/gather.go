package advisory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

// spare widens a box of degrees, so that the sphere it is computed on never makes it smaller than it should be on the
// ellipsoid (the radius of the earth changes by less than 1 %).
const spare = 1.01

// inputs is everything that a study reads from the store, each kind in the order of its keys.
type inputs struct {
	perimeter orb.MultiPolygon
	// places are the areas taken as perimeter; none when the request draws it.
	places []inventory.Area
	// areas are the areas of interest.
	areas []inventory.Area
	// cameras are the fixed cameras in and round the perimeter, whatever their state.
	cameras []inventory.Camera
	// streets are the named streets and squares in and round the perimeter.
	streets []inventory.Area
	// ground are the areas that make the ground to watch, when the request names a category.
	ground []inventory.Area
	// obstacles are those that may stand between a camera that counts and the perimeter.
	obstacles []inventory.Obstacle
}

// gather reads what a study needs.
func (a Advisor) gather(ctx context.Context, s study) (inputs, error) {
	var in inputs
	var err error
	if in.places, err = a.places(ctx, s.request); err != nil {
		return inputs{}, err
	}
	if in.perimeter, err = perimeter(s.request, in.places); err != nil {
		return inputs{}, err
	}
	if in.areas, err = a.areasOfInterest(ctx, s.request, in.perimeter); err != nil {
		return inputs{}, err
	}
	around := func(m float64) orb.Bound { return orbgeo.BoundPad(in.perimeter.Bound(), m*spare) }
	in.cameras, err = inventory.All(ctx, a.Store.Cameras(), inventory.Query{
		Area:  around(geo.MaxReachM),
		Where: only(inventory.AttrCategory, string(inventory.Fixed)),
	})
	if err != nil {
		return inputs{}, fmt.Errorf("read cameras: %w", err)
	}
	in.streets, err = inventory.All(ctx, a.Store.Areas(), inventory.Query{
		Area:  around(s.params.StreetSearchM.Value),
		Where: only(inventory.AttrCategory, string(inventory.AreaStreet)),
	})
	if err != nil {
		return inputs{}, fmt.Errorf("read streets: %w", err)
	}
	if s.request.Ground != "" {
		in.ground, err = inventory.All(ctx, a.Store.Areas(), inventory.Query{
			Area: in.perimeter, Where: only(inventory.AttrCategory, string(s.request.Ground)),
		})
		if err != nil {
			return inputs{}, fmt.Errorf("read the ground: %w", err)
		}
	}
	if !s.request.OpenGround {
		in.obstacles, err = inventory.All(ctx, a.Store.Obstacles(), inventory.Query{Area: in.between(s)})
		if err != nil {
			return inputs{}, fmt.Errorf("read obstacles: %w", err)
		}
	}
	return in, nil
}

// between is a box round the perimeter and the cameras that may see into it: it holds every line of sight from one to
// the other.
func (in inputs) between(s study) orb.Bound {
	box := in.perimeter.Bound()
	for _, v := range s.sights(in) {
		box = box.Extend(orb.Point(*v.camera.Location))
	}
	return box
}

func only(attr inventory.Attr, value string) []inventory.Condition {
	return []inventory.Condition{{Attr: attr, In: []string{value}}}
}

// places reads the areas that the request takes as perimeter.
func (a Advisor) places(ctx context.Context, request inventory.AssessmentRequest) ([]inventory.Area, error) {
	switch {
	case request.Area != "":
		area, err := a.Store.Areas().Get(ctx, request.Area)
		if err != nil {
			return nil, fmt.Errorf("perimeter: area %q: %w", request.Area, err)
		}
		return []inventory.Area{area}, nil
	case request.Commune != "":
		where := append(only(inventory.AttrCategory, string(inventory.AreaCommune)),
			only(inventory.AttrCommune, request.Commune)...)
		parts, err := inventory.All(ctx, a.Store.Areas(), inventory.Query{Where: where})
		if err != nil {
			return nil, fmt.Errorf("perimeter: commune %s: %w", request.Commune, err)
		}
		if len(parts) == 0 {
			return nil, fmt.Errorf("perimeter: commune %s is not in the inventory: import its boundary as an area of "+
				"category %q with this INSEE code, then ask again: %w", request.Commune, inventory.AreaCommune, inventory.ErrNotFound)
		}
		return parts, nil
	}
	return nil, nil
}

// perimeter is the ground to watch: the surface drawn in the request, or that of the places, each polygon once.
func perimeter(request inventory.AssessmentRequest, places []inventory.Area) (orb.MultiPolygon, error) {
	if len(places) == 0 {
		return orb.MultiPolygon(request.Perimeter), nil
	}
	var ground orb.MultiPolygon
	for _, place := range places {
		for _, polygon := range place.Geometry {
			if !slices.ContainsFunc(ground, polygon.Equal) {
				ground = append(ground, polygon)
			}
		}
	}
	if err := geo.Validate(ground); err != nil {
		fault := inventory.Fault{Field: "area", Reason: fmt.Sprintf("is no perimeter: %v", err)}
		if request.Commune != "" {
			fault = inventory.Fault{
				Field:  "commune",
				Reason: fmt.Sprintf("%d areas bear this code and do not fit together (%v): name one of them by its id", len(places), err),
			}
		}
		return nil, &inventory.InvalidError{Kind: "assessment request", Faults: []inventory.Fault{fault}}
	}
	return ground, nil
}

// areasOfInterest reads the areas that the request names, each once, or every priority place that meets the perimeter.
func (a Advisor) areasOfInterest(
	ctx context.Context, request inventory.AssessmentRequest, perimeter orb.MultiPolygon,
) ([]inventory.Area, error) {
	if len(request.Areas) == 0 {
		areas, err := inventory.All(ctx, a.Store.Areas(), inventory.Query{
			Area:  perimeter,
			Where: only(inventory.AttrCategory, string(inventory.AreaPriority)),
		})
		if err != nil {
			return nil, fmt.Errorf("read areas of interest: %w", err)
		}
		return areas, nil
	}
	var areas []inventory.Area
	var missing []error
	ids := slices.Sorted(slices.Values(request.Areas))
	for _, id := range slices.Compact(ids) {
		area, err := a.Store.Areas().Get(ctx, id)
		if err != nil {
			missing = append(missing, fmt.Errorf("area of interest %q: %w", id, err))
			continue
		}
		areas = append(areas, area)
	}
	return areas, errors.Join(missing...)
}
