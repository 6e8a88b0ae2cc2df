package demotown

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// errNoWall says that there is nothing to put cameras on.
var errNoWall = errors.New("cameras on façades: no obstacle has a wall of 4 m or more")

// OnFacades puts cameras on the buildings of a town, real or not: three of five on the middle of a wall, looking away
// from it, the others on a mast two metres off a corner. All belong to one holder. The same obstacles and the same seed
// give the same cameras. It fails when there is no wall long enough.
func OnFacades(obstacles []inventory.Obstacle, holder inventory.ID, n int, seed uint64) ([]inventory.Camera, error) {
	walls, frame, err := wallsOf(obstacles)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, 77)) //nolint:gosec // G404: the same town again, not a secret
	cameras := make([]inventory.Camera, n)
	for k := range cameras {
		w := walls[random.IntN(len(walls))]
		outward := w[0].unit(w[1]).left().times(-1)
		at, support, l := w[0].along(w[1], 0.5).plus(outward.times(0.2)), "wall", pick(random, wide2MP, wide4MP, wide8MP, narrow4MP)
		if random.IntN(5) < 2 {
			at, support, l = w[1].plus(outward.times(2)), "pole", pick(random, dome2MP, dome4MP, narrow2MP, narrow8MP)
		}
		turn := outward.bearingDeg(spot{}) + 180 + 60*(random.Float64()-0.5)
		c := inventory.Camera{
			ID:     inventory.DeriveID("camera", string(holder), fmt.Sprint("F-", k+1)),
			Holder: holder, ExternalID: fmt.Sprintf("F-%03d", k+1), Category: inventory.Fixed, Status: inventory.InService,
			Location:   pointOf(frame, at),
			Mounting:   inventory.Mounting{Support: support, HeightM: known(math.Round(40+30*random.Float64()) / 10), Outdoor: known(true)},
			Device:     inventory.Device{Model: l.model},
			Heads:      []inventory.Head{l.head("1", math.Mod(math.Floor(turn)+720, 360), math.Floor(12+10*random.Float64()))},
			Provenance: source,
		}
		c.Heads[0].SceneLuxNight = known(5.0) // what street lighting gives (EN 13201-2, class P3 and better)
		cameras[k] = c
	}
	return cameras, nil
}

func pick(random *rand.Rand, classes ...lens) lens { return classes[random.IntN(len(classes))] }

func pointOf(frame geo.Frame, at spot) *inventory.Point {
	p := frame.ToLonLat(orb.Point{at.X, at.Y})
	return &inventory.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

// wallsOf are the outer walls of 4 m and more, anticlockwise, in metres round the middle of the town.
func wallsOf(obstacles []inventory.Obstacle) ([][2]spot, geo.Frame, error) {
	const leastM = 4
	var whole orb.MultiPolygon
	for _, o := range obstacles {
		whole = append(whole, o.Geometry...)
	}
	if len(whole) == 0 {
		return nil, geo.Frame{}, errNoWall
	}
	frame, err := geo.NewFrame(whole.Bound().Center())
	if err != nil {
		return nil, frame, fmt.Errorf("cameras on façades: %w", err)
	}
	var walls [][2]spot
	for _, polygon := range whole {
		outer := polygon[0].Clone()
		if outer.Orientation() == orb.CW {
			outer.Reverse()
		}
		for k := 1; k < len(outer); k++ {
			a, b := frame.ToLocal(outer[k-1]), frame.ToLocal(outer[k])
			w := [2]spot{{a[0], a[1]}, {b[0], b[1]}}
			if w[0].to(w[1]) >= leastM {
				walls = append(walls, w)
			}
		}
	}
	if len(walls) == 0 {
		return nil, frame, errNoWall
	}
	return walls, frame, nil
}
