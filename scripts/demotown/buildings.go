package demotown

import (
	"math"
)

// building is a footprint in local metres. heightM is nil when nobody measured it.
type building struct {
	name    string
	ring    ring
	heightM *float64
}

// dwelling tells that people live there: buildings with a name are public, and large ones shops and workshops.
func (b building) dwelling() bool {
	const shopM2 = 400
	return b.name == "" && b.ring.areaM2() < shopM2
}

// pavementM keeps buildings off the edge of the street.
const pavementM = 1.8

// use tells what a block is for.
type use int

const (
	terraces use = iota // houses wall to wall round a yard
	houses              // houses in their gardens
	slabs               // blocks of flats
	sheds               // workshops and warehouses
	green               // fields, gardens, water's edge
	taken               // a public place, built by places.go
)

// build gives each block its buildings.
func (p *plan) build() {
	for i, c := range p.blocks {
		switch p.uses[i] {
		case terraces:
			p.buildTerraces(c)
		case houses:
			p.buildHouses(c)
		case slabs:
			p.buildRows(c, lot{widthM: 46, depthM: 13, gapM: 16, setbackM: 8, lowM: 15, highM: 27})
		case sheds:
			p.buildRows(c, lot{widthM: 42, depthM: 30, gapM: 14, setbackM: 9, lowM: 6, highM: 11})
		case green, taken:
		}
	}
}

// plotUses decides what each block is for, by its zone and its place.
func (p *plan) plotUses() {
	p.uses = make([]use, len(p.blocks))
	for i, c := range p.blocks {
		at, chance := c.ring.centre(), p.random.Float64()
		fringe := p.border.distance(at)
		switch {
		case c.zone == oldCentre:
			p.uses[i] = terraces
		case c.zone == inner && chance < 0.42:
			p.uses[i] = terraces
		case c.zone == inner && chance < 0.55:
			p.uses[i] = slabs
		case c.zone == inner:
			p.uses[i] = houses
		case at.Y > 640 && at.X > 40 && chance < 0.8:
			p.uses[i] = sheds
		case fringe < 130 && chance < 0.6, chance < 0.05:
			p.uses[i] = green
		case chance > 0.9:
			p.uses[i] = slabs
		default:
			p.uses[i] = houses
		}
	}
}

func (p *plan) add(name string, r ring, heightM float64) {
	b := building{name: name, ring: r}
	if p.random.Float64() > 0.14 {
		h := math.Round(heightM*2) / 2
		b.heightM = &h
	}
	p.buildings = append(p.buildings, b)
}

// buildTerraces lines every street of a block with houses that share their walls, round an inner yard.
func (p *plan) buildTerraces(c cell) {
	outer := c.shrink(pavementM)
	if outer == nil {
		return
	}
	lowM, highM, widthM := 6.5, 11.0, 13.0
	if c.zone == oldCentre {
		lowM, highM, widthM = 8.5, 15.0, 10.5
	}
	yard := c.shrink(pavementM + 9 + 3*p.random.Float64())
	if !sameEdges(outer, yard) {
		p.buildClosed(c, outer, p.between(lowM, highM))
		return
	}
	for k, f := range outer {
		back := yard[k]
		plots := max(1, int(math.Round(f.a.to(f.b)/widthM)))
		for i := range plots {
			if c.zone != oldCentre && p.random.Float64() < 0.12 || p.random.Float64() < 0.03 {
				continue
			}
			t0, t1 := float64(i)/float64(plots), float64(i+1)/float64(plots)
			depth := p.between(0.72, 1)
			a, b := f.a.along(f.b, t0), f.a.along(f.b, t1)
			r := ring{a, b, b.along(back.a.along(back.b, t1), depth), a.along(back.a.along(back.b, t0), depth)}
			p.add("", r, p.between(lowM, highM))
		}
	}
}

func sameEdges(outer, yard []front) bool {
	if len(outer) != len(yard) {
		return false
	}
	for i := range outer {
		if outer[i].edge != yard[i].edge {
			return false
		}
	}
	return true
}

// buildClosed fills a block too small for a yard, and lines a crooked one with houses.
func (p *plan) buildClosed(c cell, outer []front, heightM float64) {
	if r := outline(outer); r.areaM2() < 900 {
		p.add("", r, heightM)
		return
	}
	p.buildRows(c, lot{widthM: 9.5, depthM: 9.5, gapM: 0.4, setbackM: 0, lowM: heightM - 2, highM: heightM + 2})
}

// lot is how buildings that stand apart follow a street.
type lot struct {
	widthM, depthM, gapM, setbackM float64
	lowM, highM                    float64
}

// buildHouses lines a block with houses in their gardens.
func (p *plan) buildHouses(c cell) {
	p.buildRows(c, lot{widthM: 11, depthM: 9.5, gapM: 7.5, setbackM: p.between(3, 6), lowM: 4, highM: 8})
}

// buildRows puts buildings one after the other along each street of a block, wherever they have room.
func (p *plan) buildRows(c cell, l lot) {
	plot := c.shrink(pavementM + l.setbackM)
	if plot == nil {
		return
	}
	edge := outline(plot)
	var stand []ring
	for _, f := range plot {
		direction := f.a.unit(f.b)
		for at := l.gapM * p.random.Float64() * 0.5; ; {
			widthM, depthM := l.widthM*p.between(0.8, 1.25), l.depthM*p.between(0.85, 1.2)
			if at+widthM > f.a.to(f.b) {
				break
			}
			corner := f.a.plus(direction.times(at)).plus(direction.left().times(0.05 + l.gapM*0.25*p.random.Float64()))
			r := block(corner, direction, widthM, depthM)
			at += widthM + l.gapM*p.between(0.6, 1.6)
			if !fits(r, edge, stand, l.gapM*0.5) {
				continue
			}
			stand = append(stand, r)
			p.add("", p.wing(r, direction, widthM, depthM, l), p.between(l.lowM, l.highM))
		}
	}
}

// wing makes an L of one house in four: the back corner is cut out.
func (p *plan) wing(r ring, direction spot, widthM, depthM float64, l lot) ring {
	if l.gapM < 5 || p.random.Float64() > 0.28 {
		return r
	}
	x, y := direction.times(widthM*p.between(0.4, 0.6)), direction.left().times(depthM*p.between(0.45, 0.6))
	return ring{r[0], r[1], r[1].plus(y), r[0].plus(x).plus(y), r[0].plus(x).plus(direction.left().times(depthM)), r[3]}
}

// block is a rectangle: its first corner, the direction of its front, its front and its depth to the left of it.
func block(corner, direction spot, widthM, depthM float64) ring {
	w, d := direction.times(widthM), direction.left().times(depthM)
	return ring{corner, corner.plus(w), corner.plus(w).plus(d), corner.plus(d)}
}

// fits tells whether a rectangle lies inside the plot and apart from what stands already.
func fits(r, edge ring, stand []ring, gapM float64) bool {
	for i, p := range r {
		if !edge.contains(p.along(r.centre(), 1e-3)) || !edge.contains(p.along(r.next(i), 0.5).along(r.centre(), 1e-3)) {
			return false
		}
	}
	for _, s := range stand {
		if !apart(r, s, gapM) && !apart(s, r, gapM) {
			return false
		}
	}
	return true
}

// apart tells whether an edge of the rectangle r keeps s at a distance.
func apart(r, s ring, gapM float64) bool {
	for i, a := range r {
		outward := a.unit(r.next(i)).left().times(-1)
		away := true
		for _, p := range s {
			away = away && p.minus(a).dot(outward) >= gapM
		}
		if away {
			return true
		}
	}
	return false
}

func (p *plan) between(low, high float64) float64 { return low + (high-low)*p.random.Float64() }
