package geo_test

import (
	"math/rand/v2"
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

// Two polygons may lie so near each other that their sides cross once they are carried to lon, lat.
func TestPolygonsOfOneShapeDoNotCross(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 53))
	for k := range 200 {
		x, y := int32(random.IntN(60_000_000)+30_000_000), int32(random.IntN(60_000_000)-30_000_000)
		shape, err := geo.SlitPolygons(comedie, x, y, 1+random.IntN(12))
		if err != nil {
			t.Fatal(err)
		}
		if err := geo.Validate(shape); err != nil {
			t.Errorf("slit %d, to %d, %d: %v", k, x, y, err)
		}
	}
}
