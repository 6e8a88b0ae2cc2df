package geo_test

import (
	"math"
	"testing"

	"vigie/geo"
)

// A camera looks east at a wall from 10 to 20 m away, as wide as its field: what it sees ends at the wall, or begins
// again where the wall's shadow ends.
func TestCoverBehindAWall(t *testing.T) {
	w := newTown(t)
	const fieldDeg, rangeM = 60.0, 100.0
	slope := math.Tan(fieldDeg / 2 * math.Pi / 180)
	before := func(m float64) float64 { return m * m * slope } // the triangle before a wall at a distance
	sector := rangeM * rangeM * math.Pi / 180 * fieldDeg / 2
	for _, c := range []struct {
		name                     string
		eyeM, obstacleM, targetM *float64
		want                     float64
	}{
		{"height unknown", number(6), nil, nil, before(10)},
		{"eye unknown", nil, number(3), nil, before(10)},
		{"higher than the eye", number(6), number(10), nil, before(10)},
		{"as high as the eye", number(6), number(6), nil, before(10)},
		{"half as high, to the ground", number(6), number(3), number(0), before(10) + sector - before(40)},
		{"a third as high, to a face", number(6), number(2), number(1), before(10) + sector - before(25)},
		{"lower than the target", number(6), number(1), number(1.5), before(10) + sector - before(20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			sensor := lens(fieldDeg, rangeM)
			sensor.MountHeightM = c.eyeM
			if c.targetM != nil {
				sensor.TargetHeightM = *c.targetM
			}
			if c.eyeM != nil { // what reaches rangeM on the ground
				px := int(math.Round(float64(*sensor.RecordedWidthPx) * sensor.SlantM(rangeM) / rangeM))
				sensor.RecordedWidthPx = &px
			}
			got := w.cover(geo.Scene{
				Perimeter: w.rectangle(-500, -500, 500, 500),
				Heads:     []geo.Head{{Camera: "a", At: w.at(0, 0), BearingDeg: number(90), Sensor: sensor}},
				Obstacles: []geo.Obstacle{{ID: "wall", Shape: w.rectangle(10, -200, 20, 200), HeightM: c.obstacleM}},
				Levels:    oneLevel,
			})
			within(t, "seen", got.Levels[0].SeenM2, c.want, 2e-3)
			within(t, "polygons", checkPolygons(t, w, c.name, got.Levels[0].Seen), got.Levels[0].SeenM2, 1e-6)
			within(t, "seen and blind", got.Levels[0].SeenM2+got.Levels[0].BlindM2, 1e6-10*400, 1e-6)
		})
	}
}

// Masked directions are not seen, whatever is in the way.
func TestCoverBehindAMask(t *testing.T) {
	w := newTown(t)
	head := geo.Head{
		Camera: "a", At: w.at(0, 0), BearingDeg: number(10), Sensor: lens(60, 100),
		Masks: []geo.Mask{{FromDeg: 350, ToDeg: 10}, {FromDeg: 200, ToDeg: 210}},
	}
	for _, obstacles := range [][]geo.Obstacle{nil, {{ID: "behind", Shape: w.rectangle(-20, -20, 20, -10)}}} {
		got := w.cover(geo.Scene{
			Perimeter: w.rectangle(-500, -500, 500, 500), Heads: []geo.Head{head}, Obstacles: obstacles, Levels: oneLevel,
		})
		within(t, "seen", got.Levels[0].SeenM2, 100*100*math.Pi/180*40/2, 1e-3)
	}
}
