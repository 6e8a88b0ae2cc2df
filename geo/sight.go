package geo

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// How sight is found. Round the place where a head stands, each direction has a first wall that ends sight; all of them
// together are the angular envelope, and the ground before it is the visibility polygon (T. Asano, An efficient
// algorithm for finding the visibility polygon for a polygonal region with holes, Transactions of the IECE of Japan
// E68(9), 1985; B. Joe and R. B. Simpson, Corrections to Lee's visibility polygon algorithm, BIT 27, 1987). Those sweep
// a ray round all walls of a scene. A looker (looker.go) goes outwards instead, from cell to cell of an index of the
// obstacles (blocks.go), and lays each wall that faces the eye over the envelope found so far, where it is nearer; what
// lies in cells and boxes that nearer walls hide is never looked at, so that the cost is that of what is seen, not of the
// town. Which of two walls is nearer in a direction is computed in integers on the grid, and is never wrong. Directions
// that are not looked at, by the aperture or by privacy masks, are shut in the same envelope. One look serves all levels
// and views of a head: each cuts its own sector out of it (skyline.go). Obstacles lower than the head end no sight, but
// throw shadows (shadow.go), which the engine of [Cover] takes away. A head placed on a wall or a little inside it looks
// from before that wall (facade.go).

// Sighted is what one head sees.
type Sighted struct {
	// Seen is what the head sees or can be turned to see, and Permanent the part that it sees without being moved, lon,
	// lat, wound as RFC 7946 asks.
	Seen, Permanent orb.MultiPolygon
	// SeenM2 and PermanentM2 are their surfaces, in square metres on the WGS 84 ellipsoid.
	SeenM2, PermanentM2 float64
	// Move is not nil when the head was placed on or inside an obstacle, and taken to look from before its wall.
	Move *FacadeMove
	// UnknownHeights counts the obstacles in sight that were taken to hide all that is behind them because their height
	// is unknown, or that of the head.
	UnknownHeights int
	// ArcInsetM is the largest distance by which a circle was cut short to make it a polygon, in metres.
	ArcInsetM float64
}

// Sight computes what a head sees among obstacles with a density (px/m) or better, by day, on flat ground.
//
// Errors: a *[Violation] for a bad geometry, an *[UnknownError] for a head without optics, an *[InsideError] for a head
// deep inside an obstacle; the context's own when it ends.
func Sight(ctx context.Context, head Head, obstacles []Obstacle, densityPxM float64, options Options) (Sighted, error) {
	var out Sighted
	if err := head.validate(); err != nil {
		return out, fmt.Errorf("sight: %w", err)
	}
	for _, o := range obstacles {
		if err := o.validate(); err != nil {
			return out, fmt.Errorf("sight: obstacle %q: %w", o.ID, err)
		}
	}
	frame, err := NewFrame(head.At)
	if err != nil {
		return out, fmt.Errorf("sight: %w", err)
	}
	b, err := newBlocks(ctx, frame, obstacles)
	if err != nil {
		return out, fmt.Errorf("sight: %w", err)
	}
	stance, err := b.stand(head, vertex{}, options.ForceFacade)
	if err != nil {
		return out, fmt.Errorf("sight: %w", err)
	}
	out.Move = b.move(frame, stance)
	var sides [2][]surface
	e := newLooker(b).envelope(frame.outlook(head, stance.eye, MaxReachM))
	for _, v := range head.views() {
		sector, err := v.sector(frame.grid, e.outlook, densityPxM)
		if err != nil {
			return out, fmt.Errorf("sight: %w", err)
		}
		if sector.farM-sector.nearM < minRadiusM {
			continue
		}
		c := sector.cut(options.arcToleranceM())
		out.ArcInsetM = max(out.ArcInsetM, c.insetM)
		out.UnknownHeights = max(out.UnknownHeights, e.unknownHeights(sector.farM))
		seen, err := e.surface(ctx, sector, c)
		if err != nil {
			return out, fmt.Errorf("sight: %w", err)
		}
		sides[0] = append(sides[0], seen)
		if v.layer == permanentByDay {
			sides[1] = append(sides[1], seen)
		}
	}
	for k, polygons := range [2]*orb.MultiPolygon{&out.Seen, &out.Permanent} {
		whole, err := merge(ctx, sides[k])
		if err != nil {
			return out, fmt.Errorf("sight: %w", err)
		}
		*polygons = frame.polygons(whole)
		*[2]*float64{&out.SeenM2, &out.PermanentM2}[k] = frame.grid.areaM2(whole)
	}
	return out, nil
}

// outlook is how a head looks from an eye, in all of its views.
func (f Frame) outlook(h Head, eye vertex, rangeM float64) outlook {
	o := outlook{
		eye: eye, rangeM: rangeM, compass: f.compass(h.At), masks: slices.Clip(h.Masks),
		heightM: math.NaN(), targetM: h.Sensor.TargetHeightM,
	}
	if h.Sensor.heightKnown() {
		o.heightM = *h.Sensor.MountHeightM
	}
	for _, v := range h.views() { // round the same axis
		o.axisDeg, o.apertureDeg = v.axisDeg, max(o.apertureDeg, v.apertureDeg)
	}
	return o
}

// sector is the ground within reach of a view at a density, as far as any head is taken to see.
func (v headView) sector(g grid, o outlook, densityPxM float64) (sector, error) {
	nearM, farM, err := v.sensor.Reach(densityPxM)
	if nearM < minRadiusM {
		nearM = 0
	}
	return sector{
		grid: g, compass: o.compass, at: g.local(o.eye),
		axisDeg: v.axisDeg, apertureDeg: v.apertureDeg, nearM: nearM, farM: min(farM, MaxReachM),
	}, err
}

// unknownHeights counts the obstacles that end sight within a distance only because a height is not known.
func (e *envelope) unknownHeights(withinM float64) int {
	seen := map[int32]bool{}
	for _, x := range e.env {
		if x.wall < 0 {
			continue
		}
		obstacle := e.blocks.obstacleOf(x.wall)
		unknown := math.IsNaN(e.outlook.heightM) || math.IsNaN(e.blocks.facts[obstacle].heightM)
		if unknown && math.Sqrt(e.sightline(x.wall).nearest2()) <= withinM*e.blocks.grid.perM() {
			seen[obstacle] = true
		}
	}
	return len(seen)
}
