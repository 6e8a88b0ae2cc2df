package demotown

import (
	"fmt"

	"vigie/inventory"
)

// areas are the commune, the places and the streets.
func (p *plan) areas() []inventory.Area {
	areas := []inventory.Area{{
		ID: "demo-vaubrenne", Category: inventory.AreaCommune, Name: CommuneName, Commune: CommuneCode,
		Geometry: p.border.surface(), Provenance: source,
	}}
	for _, id := range p.order {
		areas = append(areas, p.places[id].area())
	}
	for i, s := range p.streets {
		areas = append(areas, inventory.Area{
			ID: inventory.ID(fmt.Sprintf("demo-street-%03d", i+1)), Category: inventory.AreaStreet, Kind: "street",
			Name: s.name, Commune: CommuneCode, Geometry: band(s.line, s.halfM).surface(), Provenance: source,
		})
	}
	return areas
}

func (at place) area() inventory.Area {
	area := inventory.Area{
		ID: inventory.ID(at.id), Category: at.category, Kind: at.kind, Name: at.name, Commune: CommuneCode,
		Geometry: at.ring.surface(), Provenance: source,
	}
	if at.category != inventory.AreaStreet {
		area.Holder = holderCommune
	}
	if at.level != "" {
		period := inventory.Day
		if at.kind == "station" { // the last trains come after dark
			period = inventory.DayAndNight
		}
		area.Requirement = &inventory.Requirement{Level: at.level, SharePct: at.sharePct, Period: period}
		area.Weight = &at.weight
	}
	return area
}
