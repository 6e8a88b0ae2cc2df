package demotown

import (
	"math"
	"math/rand/v2"
)

// street is a street in local metres.
type street struct {
	name  string
	halfM float64
	line  []spot
	// main is for what a map draws wider and lights better.
	main bool
}

// plan is the ground as streets divide it.
type plan struct {
	terrain
	random *rand.Rand
	names  *names
	cells  []cell
	// blocks are the cells that no street divides any more.
	blocks    []cell
	uses      []use // of each block
	buildings []building
	// places are the places with a name and a use, order their identifiers in the order of making.
	places  map[string]place
	order   []string
	streets []street
}

// way is one of the great lines that the town grew along.
type way struct {
	halfM float64
	line  []spot
	// names are given from the place nearest to from on, in the order of the line.
	names []stretch
}

type stretch struct {
	from spot
	name string
}

func newPlan(random *rand.Rand) *plan {
	p := &plan{terrain: newTerrain(random), random: random, names: newNames(random)}
	ground := cell{ring: p.border, halfM: make([]float64, len(p.border)), zone: suburb}
	p.cells = []cell{ground}
	p.cutAll(p.river, riverHalfM+bankM)
	p.cutAll(p.rail, railHalfM)
	boulevards, northBelt, southBelt := p.boulevards(), p.northBelt(), p.southBelt()
	for _, w := range append([]way{p.southNorth(), p.westEast(), boulevards, northBelt, southBelt}, p.radials()...) {
		w.line = p.cutAll(w.line, w.halfM)
		p.record(w)
	}
	p.quays()
	p.zones(boulevards.line, northBelt.line, southBelt.line)
	for _, c := range p.cells {
		p.split(c)
	}
	return p
}

// cutAll divides every cell that a line goes through, and gives the part of the line that did.
func (p *plan) cutAll(line []spot, halfM float64) []spot {
	var cells []cell
	from, to := math.Inf(1), math.Inf(-1)
	for _, c := range p.cells {
		d, ok := c.cut(line, halfM)
		if !ok {
			cells = append(cells, c)
			continue
		}
		cells = append(cells, d.left, d.right)
		from, to = min(from, d.from), max(to, d.to)
	}
	p.cells = cells
	if from > to {
		return nil
	}
	return stretchOf(line, from, to)
}

// record keeps the streets of a way, from name to name.
func (p *plan) record(w way) {
	if w.line == nil {
		return
	}
	line := p.dry(w.line)
	starts := make([]int, len(w.names), len(w.names)+1)
	for k := 1; k < len(w.names); k++ {
		for i := range line {
			if line[i].to(w.names[k].from) < line[starts[k]].to(w.names[k].from) {
				starts[k] = i
			}
		}
	}
	starts = append(starts, len(line)-1)
	for k, n := range w.names {
		if part := line[starts[k] : starts[k+1]+1]; len(part) > 1 {
			p.streets = append(p.streets, street{name: n.name, halfM: w.halfM, line: part, main: true})
		}
	}
}

func (p *plan) southNorth() way {
	line := []spot{
		{-230, -1700}, {-170, -1050}, {-110, -700}, {-45, -420}, {-34, -250},
		{-12, 10}, {18, 150}, {34, 290}, {55, 520}, {62, 590}, {110, 1000}, {150, 1700},
	}
	return way{halfM: 6, line: curve(45, shake(p.random, 4, line...)...), names: []stretch{
		{line[0], "route de Saint-Orlan"}, {line[2], "rue du Pont-Vieux"}, {line[4], "Grande Rue"},
		{line[7], "avenue de la Gare"}, {line[9], "rue du Dépôt"},
	}}
}

func (p *plan) westEast() way {
	line := []spot{{-1700, 60}, {-1100, 120}, {-700, 110}, {-340, 70}, {-12, 10}, {250, -30}, {470, -72}, {620, -95}, {1000, -180}, {1700, -260}}
	return way{halfM: 5.5, line: curve(45, shake(p.random, 4, line...)...), names: []stretch{
		{line[0], "route des Moulins"}, {line[3], "rue de l’Abbaye"}, {line[4], "rue du Pont-Neuf"}, {line[7], "avenue de l’Orlie"},
	}}
}

func (p *plan) boulevards() way {
	line := []spot{{-470, -460}, {-420, -250}, {-390, -80}, {-340, 70}, {-210, 225}, {34, 290}, {230, 235}, {390, 135}, {620, 0}}
	return way{halfM: 9, line: curve(45, shake(p.random, 6, line...)...), names: []stretch{
		{line[0], "boulevard des Remparts"}, {line[5], "boulevard de la Porte-Neuve"},
	}}
}

func (p *plan) northBelt() way {
	line := []spot{{-830, -560}, {-800, -150}, {-690, 190}, {-470, 420}, {-200, 490}, {55, 505}, {350, 520}, {600, 450}, {790, 330}, {880, 120}}
	return way{halfM: 7, line: curve(60, shake(p.random, 8, line...)...), names: []stretch{
		{line[0], "boulevard du Couchant"}, {line[4], "boulevard de la Gare"}, {line[6], "boulevard du Levant"},
	}}
}

func (p *plan) southBelt() way {
	line := []spot{{-720, -310}, {-650, -570}, {-430, -760}, {-120, -840}, {260, -800}, {560, -640}, {730, -380}, {780, -60}, {750, 270}}
	return way{halfM: 7, line: curve(60, shake(p.random, 8, line...)...), names: []stretch{
		{line[0], "boulevard des Prés"}, {line[3], "boulevard du Midi"}, {line[6], "boulevard des Îles"},
	}}
}

func (p *plan) radials() []way {
	radial := func(name string, line ...spot) way {
		return way{halfM: 5.5, line: curve(60, line...), names: []stretch{{line[0], name}}}
	}
	return []way{
		radial("rue du Faubourg-Saint-Gilles", spot{-200, 212}, spot{-480, 520}, spot{-740, 830}, spot{-1200, 1500}),
		radial("avenue du Levant", spot{222, 222}, spot{520, 430}, spot{820, 600}, spot{1700, 930}),
		radial("rue des Carrières", spot{-38, -440}, spot{-300, -690}, spot{-560, -960}, spot{-1100, -1700}),
		radial("chemin de Bellevue", spot{-60, -450}, spot{300, -570}, spot{700, -880}, spot{1500, -1500}),
		radial("rue de l’Industrie", spot{60, 750}, spot{500, 900}, spot{900, 1200}, spot{1300, 1700}),
		radial("rue des Cheminots", spot{100, 740}, spot{-300, 760}, spot{-900, 840}, spot{-1700, 900}),
	}
}

// quays are the streets on the two banks, in the middle of the town.
func (p *plan) quays() {
	for _, q := range []struct {
		name  string
		sideM float64
	}{{"quai des Lavandières", 1}, {"quai des Mariniers", -1}} {
		var line []spot
		for _, at := range shift(p.river, q.sideM*(riverHalfM+bankM/2)) {
			if at.X > -430 && at.X < 520 && at.Y < 20 {
				line = append(line, at)
			}
		}
		p.streets = append(p.streets, street{name: q.name, halfM: 3.5, line: line, main: true})
	}
}

// zones tells the old centre from the first ring and the suburbs.
func (p *plan) zones(boulevards, northBelt, southBelt []spot) {
	centre := append(ring{{120, -420}, {-200, -400}}, boulevards...)
	first := append(ring{}, northBelt...)
	for i := len(southBelt) - 1; i >= 0; i-- {
		first = append(first, southBelt[i])
	}
	for i, c := range p.cells {
		switch at := c.ring.centre(); {
		case centre.contains(at) && c.ring.areaM2() < 3e5:
			p.cells[i].zone = oldCentre
		case first.contains(at):
			p.cells[i].zone = inner
		}
	}
}

// grain is how the streets of a zone divide it.
type grain struct {
	blockM2  float64 // a block above this is divided again
	halfM    float64 // half the width of a new street
	crookDeg float64 // how far a new street may stray from the square
	bendM    float64 // how far its middle may stray from the straight line
	thinnest float64 // the least length of a block's short side, metres
}

func grainOf(z zone) grain {
	switch z {
	case oldCentre:
		return grain{blockM2: 4200, halfM: 3, crookDeg: 16, bendM: 4, thinnest: 26}
	case inner:
		return grain{blockM2: 10500, halfM: 4.5, crookDeg: 8, bendM: 4, thinnest: 50}
	case suburb:
	}
	return grain{blockM2: 17000, halfM: 5, crookDeg: 9, bendM: 9, thinnest: 62}
}
