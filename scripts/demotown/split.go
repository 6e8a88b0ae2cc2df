package demotown

import "math"

// split divides a cell by new streets until its blocks are as small as its zone has them.
func (p *plan) split(c cell) {
	g := grainOf(c.zone)
	limitM2 := g.blockM2 * (0.75 + 0.6*p.random.Float64())
	if c.ring.areaM2() <= limitM2 {
		p.blocks = append(p.blocks, c)
		return
	}
	for range 6 {
		d, ok := c.cut(p.newStreet(c, g), g.halfM)
		if !ok || !fair(d.left.ring, d.right.ring, g) {
			continue
		}
		p.name(c, d.piece, g.halfM)
		p.split(d.left)
		p.split(d.right)
		return
	}
	p.blocks = append(p.blocks, c)
}

// newStreet goes across the longer side of a cell, near its middle, a little crooked and a little bent.
func (p *plan) newStreet(c cell, g grain) []spot {
	longM, shortM, direction := c.ring.box()
	centre := c.ring.centre().plus(direction.times((p.random.Float64() - 0.5) * 0.24 * longM))
	crook := (p.random.Float64()*2 - 1) * g.crookDeg * math.Pi / 180
	sin, cos := math.Sincos(crook)
	across := direction.left()
	across = spot{across.X*cos - across.Y*sin, across.X*sin + across.Y*cos}
	bend := centre.plus(across.left().times((p.random.Float64()*2 - 1) * g.bendM))
	reach := across.times(longM + shortM)
	return []spot{centre.minus(reach), bend, centre.plus(reach)}
}

// fair tells whether both parts of a cell are worth a block.
func fair(left, right ring, g grain) bool {
	a, b := left.areaM2(), right.areaM2()
	if min(a, b) < 0.28*(a+b) || !left.simple() || !right.simple() {
		return false
	}
	_, leftM, _ := left.box()
	_, rightM, _ := right.box()
	return min(leftM, rightM) >= g.thinnest
}

// dry ends a street at the bank when it meets the river, and at the fence when it meets the railway. Nothing is left
// of a street too short for that.
func (p *plan) dry(line []spot) []spot {
	fromM, toM := p.setbackM(line[0]), lengthM(line)-p.setbackM(line[len(line)-1])
	if toM-fromM < 5 {
		return nil
	}
	first, _ := pointAt(line, fromM)
	last, _ := pointAt(line, toM)
	part, doneM := []spot{first}, 0.0
	for i := 1; i < len(line)-1; i++ {
		doneM += line[i-1].to(line[i])
		if doneM > fromM+1 && doneM < toM-1 {
			part = append(part, line[i])
		}
	}
	return append(part, last)
}

func (p *plan) setbackM(end spot) float64 {
	switch {
	case lineDistance(p.river, end) < 1:
		return riverHalfM + bankM/2
	case lineDistance(p.rail, end) < 1:
		return railHalfM
	}
	return 0
}

// name keeps a street under a new name.
func (p *plan) name(c cell, line []spot, halfM float64) {
	if line = p.dry(line); line != nil {
		p.streets = append(p.streets, street{name: p.names.next(c.zone, lengthM(line)), halfM: halfM, line: line})
	}
}
