package geo

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

const (
	// capPositions is how many positions a full circle round the end of a line has: its chords leave the circle by a
	// two-hundredth of its radius at most.
	capPositions = 32
	// mostCorridorM is the longest straight part of a line that is drawn at once, metres: a straight line on the map and one
	// in lon, lat then stray apart by less than 0.1 m at 60° of latitude.
	mostCorridorM = 2_000.0
)

// Corridor is the ground within so many metres of lines, lon, lat: the surface of a street from its middle and half its
// width. Lines end in half circles, and where they meet or come back their ground is one.
//
// Errors: a *[Violation] for a line that is none, or for a width that is not a positive number of metres, [ErrTooLarge]
// when the lines do not fit in one frame; the context's own when it ends.
func Corridor(ctx context.Context, lines orb.MultiLineString, halfWidthM float64) (orb.MultiPolygon, error) {
	if err := Validate(lines); err != nil {
		return nil, fmt.Errorf("corridor: %w", err)
	}
	if !(halfWidthM > 0) || math.IsInf(halfWidthM, 1) {
		return nil, fmt.Errorf("corridor: %w", &Violation{Rule: RuleEmpty})
	}
	frame, err := frameFor(orb.MultiPolygon{lines.Bound().ToPolygon()})
	if err != nil {
		return nil, fmt.Errorf("corridor: %w", err)
	}
	var parts orb.MultiPolygon
	for _, line := range lines {
		for k := range line {
			parts = append(parts, frame.capsules(line[max(0, k-1)], line[k], halfWidthM)...)
		}
	}
	whole, err := frame.surface(ctx, parts)
	if err != nil {
		return nil, fmt.Errorf("corridor: %w", err)
	}
	return frame.polygons(whole), nil
}

// capsules are the ground within a radius of the straight way from a to b, lon, lat, in parts that are short enough. A way
// of no length is a circle.
func (f Frame) capsules(a, b orb.Point, radiusM float64) orb.MultiPolygon {
	from, to := f.ToLocal(a), f.ToLocal(b)
	n := max(1, int(math.Ceil(math.Hypot(to[0]-from[0], to[1]-from[1])/mostCorridorM)))
	at := func(k int) orb.Point {
		share := float64(k) / float64(n)
		return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
	}
	var out orb.MultiPolygon
	for k := range n {
		out = append(out, orb.Polygon{f.capsule(f.ToLocal(at(k)), f.ToLocal(at(k+1)), radiusM)})
	}
	return out
}

// capsule is the ring, lon, lat, at a radius round the straight way between two places, local metres.
func (f Frame) capsule(from, to orb.Point, radiusM float64) orb.Ring {
	along := math.Atan2(to[1]-from[1], to[0]-from[0])
	ring := make(orb.Ring, 0, capPositions+3)
	for end, centre := range [2]orb.Point{to, from} {
		for k := range capPositions/2 + 1 {
			sin, cos := math.Sincos(along + math.Pi*(float64(end)-0.5+2*float64(k)/capPositions))
			ring = append(ring, f.ToLonLat(orb.Point{centre[0] + radiusM*cos, centre[1] + radiusM*sin}))
		}
	}
	return append(ring, ring[0])
}
