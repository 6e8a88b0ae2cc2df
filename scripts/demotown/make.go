package demotown

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// source is what every record of the town says of its origin.
var source = inventory.Provenance{Source: "ville de démonstration (fictive)"}

// Make builds the town of a seed.
func Make(seed uint64) Town {
	// The stream's name is "vigie" in ASCII.
	p := newPlan(rand.New(rand.NewPCG(seed, 0x7669676965))) //nolint:gosec // G404: the same town again, not a secret
	p.plotUses()
	p.settle()
	p.build()
	return Town{
		Holders:     holders(),
		Deployments: p.deployments(),
		Cameras:     p.cameras(),
		Areas:       p.areas(),
		Obstacles:   p.obstacles(),
		Streets:     p.streetLines(),
		Rails:       []Street{{Name: "voie ferrée", Line: lonLat(p.within(p.rail))}},
		Water:       orb.MultiPolygon{{band(p.within(p.river), riverHalfM).lonLat()}},
		Lamps:       lonLat(p.lamps()),
	}
}

// cameras numbers the posts of each holder from 1.
func (p *plan) cameras() []inventory.Camera {
	var cameras []inventory.Camera
	numbers := map[inventory.ID]int{}
	for _, b := range p.posts() {
		numbers[b.holder]++
		cameras = append(cameras, b.record(numbers[b.holder]))
	}
	return cameras
}

func (p *plan) obstacles() []inventory.Obstacle {
	obstacles := make([]inventory.Obstacle, len(p.buildings))
	for i, b := range p.buildings {
		obstacles[i] = inventory.Obstacle{
			ID: inventory.ID(fmt.Sprintf("demo-building-%04d", i+1)), Name: b.name, Commune: CommuneCode,
			Geometry: b.ring.surface(), HeightM: b.heightM, Dwelling: known(b.dwelling()), Provenance: source,
		}
	}
	return obstacles
}

func (p *plan) streetLines() []Street {
	streets := make([]Street, len(p.streets))
	for i, s := range p.streets {
		streets[i] = Street{Name: s.name, Line: lonLat(s.line)}
	}
	return streets
}

func lonLat(line []spot) orb.LineString {
	places := make(orb.LineString, len(line))
	for i, p := range line {
		places[i] = p.lonLat()
	}
	return places
}
