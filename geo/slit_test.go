package geo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// A façade camera looks along its own wall, up to the corner: what is blind ends at the wall, with no slit between the
// wall and what is seen.
func TestNoSlitBesideAWall(t *testing.T) {
	w := newTown(t)
	c := w.cover(geo.Scene{
		Perimeter: w.rectangle(-80, -80, 80, 80), Levels: oneLevel,
		Heads:     []geo.Head{{Camera: "a", At: w.at(-60, -45), BearingDeg: number(45), Sensor: lens(180, 100)}},
		Obstacles: []geo.Obstacle{{ID: "house", Shape: orb.MultiPolygon{{w.ring(orb.Point{-80, 10}, orb.Point{-50, -70}, orb.Point{-80, -80})}}}},
	})
	checkPolygons(t, w, "blind", c.Levels[0].Blind)
}
