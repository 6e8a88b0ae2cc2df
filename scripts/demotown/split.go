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
		p.streets = append(p.streets, street{name: p.names.next(c.zone, lengthM(d.piece)), halfM: g.halfM, line: p.dry(d.piece)})
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

// dry ends a street at the bank when it meets the river, and at the fence when it meets the railway.
func (p *plan) dry(piece []spot) []spot {
	line := append([]spot{}, piece...)
	last := len(line) - 1
	for _, end := range []struct{ at, from int }{{0, 1}, {last, last - 1}} {
		switch at := line[end.at]; {
		case lineDistance(p.river, at) < 1:
			line[end.at] = at.plus(at.unit(line[end.from]).times(riverHalfM + bankM/2))
		case lineDistance(p.rail, at) < 1:
			line[end.at] = at.plus(at.unit(line[end.from]).times(railHalfM))
		}
	}
	return line
}
