package geo

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// maxRounded bounds the coordinates that Rounded takes.
const maxRounded = 1 << 24

// Rounded makes polygons whose coordinates are whole numbers of polygons in a plane: their union, in which no ring crosses or
// touches itself or another but in corners, outer rings anticlockwise where y points up. What is thinner than a few units is
// left out. The rings that come may be cut at a box, and so run back along it, and may cross by what simplifying or rounding
// moves them.
//
// Errors: [ErrTooLarge] for coordinates that are not finite or beyond 2²⁴; the context's own when it ends.
func Rounded(ctx context.Context, shape orb.MultiPolygon) (orb.MultiPolygon, error) {
	var parts []surface
	for _, polygon := range shape {
		var part surface
		for k, r := range polygon {
			vertices, err := roundedRing(r)
			if err != nil {
				return nil, fmt.Errorf("round: %w", err)
			}
			if (twiceArea(vertices) < 0) != (k > 0) {
				slices.Reverse(vertices)
			}
			part = append(part, vertices)
		}
		if part = tidy(part); len(part) > 0 {
			parts = append(parts, part)
		}
	}
	whole, err := merge(ctx, parts)
	if err != nil {
		return nil, fmt.Errorf("round: %w", err)
	}
	var out orb.MultiPolygon
	for _, s := range nest(whole) {
		polygon := make(orb.Polygon, len(s))
		for k, r := range s {
			for _, v := range r {
				polygon[k] = append(polygon[k], orb.Point{float64(v.x), float64(v.y)})
			}
		}
		out = append(out, polygon)
	}
	return out, nil
}

// roundedRing is a closed ring on whole numbers.
func roundedRing(r orb.Ring) ([]vertex, error) {
	vertices := make([]vertex, 0, len(r))
	for _, p := range r {
		if !(max(math.Abs(p[0]), math.Abs(p[1])) <= maxRounded) {
			return nil, ErrTooLarge
		}
		vertices = append(vertices, vertex{int32(math.RoundToEven(p[0])), int32(math.RoundToEven(p[1]))})
	}
	if len(vertices) == 0 {
		return []vertex{{}}, nil
	}
	return closed(vertices), nil
}
