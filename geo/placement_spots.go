package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Spot is a place where a camera could be put.
type Spot struct {
	ID string
	At orb.Point // lon, lat
}

// mostSteps bounds the places between two points of a line.
const mostSteps = 1e6

// SpotsAlong gives places along lines (lon, lat), as streets: their corners, and between them at equal steps of at most so
// many metres. It fails with [ErrTooLarge] for a step of less than a decimetre, and for a line that is not on the globe.
func SpotsAlong(lines []orb.LineString, stepM float64) ([]Spot, error) {
	var out []Spot
	if !(stepM >= 0.1) {
		return nil, ErrTooLarge
	}
	for k, line := range lines {
		for i := 1; i < len(line); i++ {
			frame, err := NewFrame(line[i-1])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", k, err)
			}
			end := frame.ToLocal(line[i])
			steps := max(1, math.Ceil(math.Hypot(end[0], end[1])/stepM))
			if !(steps <= mostSteps) {
				return nil, ErrTooLarge
			}
			from := 1.0
			if i == 1 {
				from = 0
			}
			for n := from; n <= steps; n++ {
				at := frame.ToLonLat(orb.Point{end[0] * n / steps, end[1] * n / steps})
				out = append(out, Spot{ID: fmt.Sprintf("line-%d-%d-%g", k+1, i, n), At: at})
			}
		}
	}
	return out, nil
}

// SpotsOnCorners gives the corners of façades that jut out by so many degrees or more (90: square corners), from which two
// walls can be seen along.
func SpotsOnCorners(obstacles []Obstacle, leastDeg float64) ([]Spot, error) {
	var out []Spot
	for _, o := range obstacles {
		for p, polygon := range o.Shape {
			if len(polygon) == 0 || len(polygon[0]) < 4 {
				continue
			}
			frame, err := NewFrame(polygon[0][0])
			if err != nil {
				return nil, fmt.Errorf("obstacle %q: %w", o.ID, err)
			}
			for k, turn := range turnsDeg(frame, polygon[0]) {
				if turn >= leastDeg {
					out = append(out, Spot{ID: fmt.Sprintf("%s-corner-%d-%d", o.ID, p+1, k+1), At: polygon[0][k]})
				}
			}
		}
	}
	return out, nil
}

// turnsDeg is by how much an outline turns outwards at each corner, whichever way it is wound.
func turnsDeg(frame Frame, ring orb.Ring) []float64 {
	n := len(ring) - 1
	local := make([]orb.Point, n)
	for k := range n {
		local[k] = frame.ToLocal(ring[k])
	}
	turns, sum := make([]float64, n), 0.0
	for k := range n {
		a, b, c := local[(k+n-1)%n], local[k], local[(k+1)%n]
		turns[k] = degrees(math.Remainder(math.Atan2(c[1]-b[1], c[0]-b[0])-math.Atan2(b[1]-a[1], b[0]-a[0]), 2*math.Pi))
		sum += turns[k]
	}
	if sum < 0 {
		for k := range turns {
			turns[k] = -turns[k]
		}
	}
	return turns
}

// SpotsInGrid gives places at equal steps, metres, east and north over an area. It fails with [ErrTooLarge] for more than
// some millions of them.
func SpotsInGrid(area orb.MultiPolygon, stepM float64) ([]Spot, error) {
	bound := area.Bound()
	frame, err := NewFrame(bound.Center())
	if err != nil {
		return nil, err
	}
	halfM := frame.halfM(bound)
	steps := math.Ceil(halfM / stepM)
	if !(stepM > 0 && steps <= 2000) { // not even a number, for steps of next to nothing
		return nil, ErrTooLarge
	}
	n := int(steps)
	var out []Spot
	for y := -n; y <= n; y++ {
		for x := -n; x <= n; x++ {
			at := frame.ToLonLat(orb.Point{float64(x) * stepM, float64(y) * stepM})
			if Intersects(area, at) {
				out = append(out, Spot{ID: fmt.Sprintf("grid-%d-%d", x, y), At: at})
			}
		}
	}
	return out, nil
}
