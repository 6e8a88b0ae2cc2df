package demotown

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Make builds the town of a seed.
func Make(seed uint64) Town {
	random := rand.New(rand.NewPCG(seed, 0))
	at := func(x, y float64) orb.Point { return orb.Point{2.57 + x/76000, 46.9 + y/111100} }
	ring := orb.Ring{at(-1000, -1000), at(1000, -1000), at(1000, 1000), at(-1000, 1000), at(-1000, -1000)}
	town := Town{
		Holders: []inventory.Holder{{ID: "demo-commune", Name: "Commune de " + CommuneName, Kind: inventory.LocalAuthority, Commune: CommuneCode}},
		Areas: []inventory.Area{{ID: "demo-commune", Category: inventory.AreaCommune, Name: CommuneName, Commune: CommuneCode,
			Geometry: inventory.Surface{{ring}}}},
		Streets: []Street{{Name: "Grande Rue", Line: orb.LineString{at(0, -900), at(0, 900)}}},
		Lamps:   []orb.Point{at(5, 0)},
	}
	for i := range 60 {
		place := inventory.Point(at(random.Float64()*1800-900, random.Float64()*1800-900))
		bearing, hfov, width := float64(random.IntN(360)), 84.0, 2560
		town.Cameras = append(town.Cameras, inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("demo-camera-%02d", i+1)), Holder: "demo-commune", Category: inventory.Fixed,
			Status: inventory.InService, Location: &place, Commune: CommuneCode,
			Heads: []inventory.Head{{ID: "1", Kind: inventory.HeadFixed, BearingDeg: &bearing, HFOVDeg: &hfov, RecordedWidthPx: &width}},
		})
	}
	return town
}
