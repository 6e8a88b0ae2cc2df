package geo

// plot is the ground to watch, with its rings by place.
type plot struct {
	rings  surface
	cells  lattice
	byCell buckets
}

func newPlot(ground surface) *plot {
	const cellUnits, mostCells = 64 * unitsPerM, 1 << 20
	p := &plot{rings: ground}
	if over := ground.box(); !over.empty() {
		p.cells = newLattice(over, cellUnits, mostCells)
		p.byCell = p.cells.sort(len(ground), func(k int) box { return boxOf(ground[k]) })
	}
	return p
}

// near keeps the rings that a footprint may meet. What footprints see of it is what they see of the ground; its own
// surface is another, since it has fewer holes.
func (p *plot) near(footprints []surface) surface {
	if len(p.rings) == 0 {
		return nil
	}
	kept, near := make([]bool, len(p.rings)), surface(nil)
	for _, f := range footprints {
		b := f.box().clip(p.cells.over)
		if b.empty() {
			continue
		}
		cells := p.cells.patch(b)
		for r := cells.r0; r <= cells.r1; r++ {
			for c := cells.c0; c <= cells.c1; c++ {
				for _, k := range p.byCell.list(r*p.cells.columns + c) {
					if !kept[k] {
						kept[k], near = true, append(near, p.rings[k])
					}
				}
			}
		}
	}
	return near
}
