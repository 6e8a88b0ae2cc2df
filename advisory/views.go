package advisory

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// View is the ground in the view of a head.
type View struct {
	// Head is the identifier of the head within its camera.
	Head string
	// BearingDeg is the direction of its axis, degrees clockwise from geographic north; nil when unknown, and for one that sees
	// all round: the view is then drawn all round.
	BearingDeg *float64
	// Seen is the ground that the head sees or can be turned to see, lon, lat.
	Seen orb.MultiPolygon
}

// viewArcM is how exactly the arcs of views are drawn, metres.
const viewArcM = 0.2

// Views gives the ground in the view of the heads of a camera, to a pixel density (px/m), on flat ground and as if there were no
// walls. Nothing is supposed: a head whose optics are not known has no view, nor has a camera without a place.
func Views(ctx context.Context, camera inventory.Camera, densityPxM float64) ([]View, error) {
	if camera.Location == nil || len(camera.Heads) == 0 {
		return nil, nil
	}
	s := study{scale: Scale{Levels: []ScaleLevel{{Density: Sourced[float64]{Value: densityPxM}}}}}
	known := s.sight(camera)
	var views []View
	for i, head := range known.heads {
		seen, err := geo.Sight(ctx, head, nil, densityPxM, geo.Options{ArcToleranceM: viewArcM})
		if err != nil {
			return nil, fmt.Errorf("view of head %q of camera %s: %w", known.ids[i], camera.ID, err)
		}
		if len(seen.Seen) == 0 {
			continue
		}
		view := View{Head: known.ids[i], BearingDeg: head.BearingDeg, Seen: seen.Seen}
		if field, _ := head.Sensor.FieldOfView(); field != nil && *field+head.PanRangeDeg >= 360 {
			view.BearingDeg = nil
		}
		views = append(views, view)
	}
	return views, nil
}
