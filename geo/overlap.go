package geo

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
)

// Overlaps gives, for each part, the square metres of it inside a zone, on the WGS 84 ellipsoid. Parts may overlap, and
// their rings touch or stray across each other by less than a millimetre, as rounded ones do.
//
// Errors: a *[Violation] for a bad geometry, [ErrTooLarge] when the parts together do not fit in one frame; the
// context's own when it ends.
func Overlaps(ctx context.Context, parts []orb.MultiPolygon, zone orb.MultiPolygon) ([]float64, error) {
	var whole orb.MultiPolygon
	if err := Validate(zone); err != nil {
		return nil, fmt.Errorf("overlaps: zone: %w", err)
	}
	for k, part := range parts {
		if err := asError(ringsFault(part)); err != nil {
			return nil, fmt.Errorf("overlaps: part %d: %w", k, err)
		}
		whole = append(whole, part...)
	}
	if len(whole) == 0 {
		return make([]float64, len(parts)), nil
	}
	zone = clipped(zone, whole.Bound())
	frame, err := frameFor(whole)
	if err != nil {
		return nil, fmt.Errorf("overlaps: %w", err)
	}
	domain, err := frame.surface(ctx, zone)
	if err != nil {
		return nil, fmt.Errorf("overlaps: %w", err)
	}
	footprints := make([]surface, len(parts))
	for k, shape := range parts {
		if footprints[k], err = frame.surface(ctx, shape); err != nil {
			return nil, fmt.Errorf("overlaps: %w", err)
		}
	}
	d, err := arrange(footprints, []surface{domain}).walk(ctx, want{exclusives: true})
	if err != nil {
		return nil, fmt.Errorf("overlaps: %w", err)
	}
	for k := range d.each {
		d.each[k] = max(0, d.each[k]*frame.grid.squareM2())
	}
	return d.each, nil
}

// clipped is the part of a shape, lon, lat, in a box and a little round it.
func clipped(shape orb.MultiPolygon, to orb.Bound) orb.MultiPolygon {
	const marginDeg = 1e-3
	if b := shape.Bound(); to.Contains(b.Min) && to.Contains(b.Max) {
		return shape
	}
	return clip.MultiPolygon(to.Pad(marginDeg), shape.Clone())
}

// InsidePoint is a place, lon, lat, well inside a polygon: the middle of the longest of several lines across it.
func InsidePoint(polygon orb.Polygon) orb.Point {
	const lines = 15
	bound := polygon.Bound()
	best, longest := bound.Center(), 0.0
	for k := 1; k <= lines; k++ {
		lat := bound.Min[1] + (bound.Max[1]-bound.Min[1])*(float64(k)-1/math.Phi)/lines
		lons := crossingsAt(polygon, lat)
		for i := 1; i < len(lons); i += 2 {
			if d := lons[i] - lons[i-1]; d > longest {
				longest, best = d, orb.Point{(lons[i] + lons[i-1]) / 2, lat}
			}
		}
	}
	return best
}

// crossingsAt are the longitudes at which the rings of a polygon cross a parallel, in order.
func crossingsAt(polygon orb.Polygon, lat float64) []float64 {
	var lons []float64
	for _, r := range polygon {
		for k := 1; k < len(r); k++ {
			p, q := r[k-1], r[k]
			if (p[1] > lat) != (q[1] > lat) {
				lons = append(lons, p[0]+(lat-p[1])/(q[1]-p[1])*(q[0]-p[0]))
			}
		}
	}
	slices.Sort(lons)
	return lons
}
