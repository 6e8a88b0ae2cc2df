package demotown

import (
	"math"
	"slices"

	"vigie/inventory"
)

// place is somewhere that has a name and a use: a school, a square, a station.
type place struct {
	id, name, kind string
	category       inventory.AreaCategory
	// level and sharePct are what is required of its coverage (codes of IEC 62676-4:2025); weight ranks its gaps.
	level            string
	sharePct, weight float64
	ring             ring
	// corners are on its pavements, where poles stand.
	corners ring
	// building is the name of its main building, wall the wall that looks at the place: outside lies to the right of
	// a→b.
	building string
	wall     front
}

// seat says which block a place takes: the one of the zone nearest to a target, of a fitting size.
type seat struct {
	place
	near          spot
	zone          zone
	lowM2, highM2 float64
	raise         func(p *plan, at *place, c cell)
}

func seats() []seat {
	priority := func(id, name, kind, level string, sharePct, weight float64) place {
		return place{id: id, name: name, kind: kind, category: inventory.AreaPriority, level: level, sharePct: sharePct, weight: weight}
	}
	school := func(id, building, of string, near spot, z zone) seat {
		at := priority(id, "Abords "+of+building, "school", "outline", 50, 4)
		at.building = building
		return seat{place: at, near: near, zone: z, lowM2: 7000, highM2: 16000, raise: raiseSchool}
	}
	hall := priority("demo-place-mairie", "Place de l’Hôtel-de-Ville", "town_hall", "outline", 95, 5)
	market := priority("demo-place-marche", "Place du Marché", "market", "outline", 80, 4)
	station := priority("demo-gare", "Gare de Vaubrenne", "station", "overview", 95, 4)
	stadium := priority("demo-stade", "Stade des Prés", "stadium", "overview", 60, 2)
	shop := priority("demo-centre-commercial", "Centre commercial du Levant", "shopping_centre", "overview", 70, 2)
	garden := place{id: "demo-jardin", name: "Jardin public", kind: "park", category: inventory.AreaStreet}
	clinic := place{id: "demo-clinique", name: "Clinique des Tilleuls", building: "Clinique des Tilleuls", kind: "hospital", category: inventory.AreaNoCamera}
	return []seat{
		{place: hall, near: spot{-50, 60}, zone: oldCentre, lowM2: 2600, highM2: 4900, raise: raiseHall},
		{place: market, near: spot{150, -120}, zone: oldCentre, lowM2: 2600, highM2: 4900, raise: raiseMarket},
		{place: station, near: spot{90, 545}, zone: suburb, lowM2: 3500, highM2: 19000, raise: raiseStation},
		school("demo-ecole-tilleuls", "école des Tilleuls", "de l’", spot{-520, 250}, inner),
		school("demo-college-saules", "collège des Saules", "du ", spot{330, -520}, inner),
		school("demo-ecole-bellevue", "école Bellevue", "de l’", spot{560, -860}, suburb),
		school("demo-lycee-orlie", "lycée de l’Orlie", "du ", spot{900, 20}, suburb),
		{place: stadium, near: spot{-760, -560}, zone: suburb, lowM2: 9000, highM2: 40000, raise: raiseStand},
		{place: shop, near: spot{860, 430}, zone: suburb, lowM2: 9000, highM2: 40000, raise: raiseShop},
		{place: garden, near: spot{-560, -60}, zone: inner, lowM2: 6000, highM2: 16000, raise: func(*plan, *place, cell) {}},
		{place: clinic, near: spot{480, 300}, zone: inner, lowM2: 6000, highM2: 16000, raise: raiseSchool},
	}
}

// settle gives the places their blocks and their buildings. Blocks must have their uses already.
func (p *plan) settle() {
	p.places = map[string]place{}
	for _, s := range seats() {
		i := p.nearest(s)
		c := p.blocks[i]
		p.uses[i] = taken
		at := s.place
		at.ring, at.corners = c.ring, outline(c.shrink(0.8))
		s.raise(p, &at, c)
		if at.kind == "school" {
			a, b := at.side()
			at.ring = band([]spot{a, b}, 11) // the street before the gate, not the yard
		}
		p.places[at.id] = at
		p.order = append(p.order, at.id)
	}
	main := priorityBand("demo-grande-rue", "Grande Rue", "shopping_street", p.street("Grande Rue").line, 8)
	main.level, main.sharePct, main.weight = "overview", 80, 3
	bridge := priorityBand("demo-pont-vieux", "Pont-Vieux", "bridge", p.bridge(), 9)
	bridge.level, bridge.sharePct, bridge.weight = "discern", 90, 3
	for _, at := range []place{main, bridge} {
		p.places[at.id] = at
		p.order = append(p.order, at.id)
	}
}

func priorityBand(id, name, kind string, line []spot, halfM float64) place {
	return place{id: id, name: name, kind: kind, category: inventory.AreaPriority, ring: band(line, halfM)}
}

// nearest is the free block that suits a seat best: out of the zone or the size, it counts as much farther.
func (p *plan) nearest(s seat) int {
	best, bestM := 0, math.Inf(1)
	for i, c := range p.blocks {
		m := c.ring.centre().to(s.near)
		if area := c.ring.areaM2(); c.zone != s.zone || area < s.lowM2 || area > s.highM2 {
			m += 1000
		}
		if m < bestM && (p.uses[i] == taken || p.onBorder(c) || c.shrink(pavementM+6) == nil) {
			m += 10000
		}
		if m < bestM {
			best, bestM = i, m
		}
	}
	return best
}

// onBorder tells whether a block ends where the commune does.
func (p *plan) onBorder(c cell) bool {
	return slices.ContainsFunc(c.ring, func(at spot) bool { return p.border.distance(at) < 25 })
}

func (p *plan) street(name string) street {
	for _, s := range p.streets {
		if s.name == name {
			return s
		}
	}
	return street{}
}

// bridge is where the old road crosses the river.
func (p *plan) bridge() []spot {
	var line []spot
	for _, name := range []string{"rue du Pont-Vieux", "Grande Rue"} {
		s := p.street(name).line
		for at := 0.0; at < lengthM(s); at += 6 {
			if on, _ := pointAt(s, at); lineDistance(p.river, on) < riverHalfM+bankM+6 {
				line = append(line, on)
			}
		}
	}
	return line
}

// longest is the longest front of a shrunk block.
func longest(fronts []front) front {
	best := fronts[0]
	for _, f := range fronts {
		if f.a.to(f.b) > best.a.to(best.b) {
			best = f
		}
	}
	return best
}

// raise puts a building on the middle of a front, its back to the street, and gives the wall that looks at the place.
func (p *plan) raise(name string, f front, size spot, heightM float64) front {
	direction := f.a.unit(f.b)
	widthM := min(size.X, f.a.to(f.b)*0.8)
	corner := f.a.along(f.b, 0.5).minus(direction.times(widthM / 2))
	r := block(corner, direction, widthM, size.Y)
	p.add(name, r, heightM)
	return front{a: r[2], b: r[3]}
}

func raiseHall(p *plan, at *place, c cell) {
	at.wall = p.raise("Hôtel de ville", longest(c.shrink(pavementM)), spot{34, 13}, 15)
}

func raiseMarket(p *plan, at *place, c cell) {
	at.wall = p.raise("Halle du marché", longest(c.shrink(pavementM+9)), spot{26, 12}, 9)
}

func raiseStation(p *plan, at *place, c cell) {
	best := longest(c.shrink(pavementM))
	for _, f := range c.shrink(pavementM + 6) {
		if lineDistance(p.rail, f.a.along(f.b, 0.5)) < railHalfM+pavementM+8 && f.a.to(f.b) > 30 {
			best = f
		}
	}
	at.wall = p.raise(at.name, best, spot{58, 12}, 9)
}

// raiseSchool builds two wings on two streets, the yard between them.
func raiseSchool(p *plan, at *place, c cell) {
	fronts := c.shrink(pavementM + 6)
	first := longest(fronts)
	at.wall = p.raise(at.building, first, spot{first.a.to(first.b) * 0.7, 12}, 10)
	last := p.buildings[len(p.buildings)-1].ring
	for _, f := range fronts {
		direction := f.a.unit(f.b)
		r := block(f.a.along(f.b, 0.5).minus(direction.times(15)), direction, 30, 11)
		if f.edge != first.edge && f.a.to(f.b) > 38 && fits(r, outline(fronts), []ring{last}, 4) {
			p.add(at.building+", aile", r, 8)
			return
		}
	}
}

func raiseStand(p *plan, at *place, c cell) {
	at.wall = p.raise("Tribune du stade", longest(c.shrink(pavementM+4)), spot{52, 10}, 8)
}

func raiseShop(p *plan, at *place, c cell) {
	_, shortM, _ := c.ring.box()
	first := longest(c.shrink(pavementM + 8))
	at.wall = p.raise("Hypermarché du Levant", first, spot{72, min(40, 0.4*shortM)}, 9)
}
