package geo

// insides tell for any place of a footprint how many domains it is in: the number at the middle of each cell, and the
// edges to look at between there and the place.
type insides struct {
	atMiddle []int32 // by cell
	edges    []border
	byEdge   buckets // edges by cell
}

// border is an edge of a domain.
type border struct{ edge, item int32 }

func (a *arrangement) findInsides() insides {
	var in insides
	for _, r := range a.rings {
		for e := r.first; r.item >= a.covers && e < r.last; e++ {
			in.edges = append(in.edges, border{e, r.item})
		}
	}
	in.byEdge = a.cells.sort(len(in.edges), func(k int) box {
		e := in.edges[k].edge
		return edgeBox(a.vertices[e], a.vertices[e+1])
	})
	in.atMiddle = make([]int32, a.cells.count())
	for _, b := range in.edges {
		a.windMiddles(in.atMiddle, b)
	}
	for r := range a.cells.rows {
		row := in.atMiddle[r*a.cells.columns : (r+1)*a.cells.columns]
		for c := len(row) - 2; c >= 0; c-- {
			row[c] += row[c+1]
		}
	}
	return in
}

// windMiddles adds what an edge does to the winding numbers of the middles west of it, to the last of them in each
// row. Middles belong to a footprint: to any of them, since all come before the domains.
func (a *arrangement) windMiddles(last []int32, b border) {
	p, q := a.vertices[b.edge], a.vertices[b.edge+1]
	l := a.cells
	for row := l.row(min(p.y, q.y)); row <= l.row(max(p.y, q.y)); row++ {
		y := l.middle(0, row).y
		step := func(column int32) int32 { return windingStep(p, q, vertex{l.middle(column, row).x, y}, 0, b.item) }
		if c := (vertex{y: y}); above(c, p, 0, b.item) == above(c, q, 0, b.item) {
			continue
		}
		share := (float64(y) - float64(p.y)) / (float64(q.y) - float64(p.y))
		column := l.column(along(p, q, min(1, max(0, share))).x)
		for column+1 < l.columns && step(column+1) != 0 {
			column++
		}
		for column >= 0 && step(column) == 0 {
			column--
		}
		if column >= 0 {
			last[row*l.columns+column] += step(column)
		}
	}
}

// insideAt is the number of domains round a place of an item, its own left out.
func (a *arrangement) insideAt(at vertex, item int32) int32 {
	if item >= a.covers || !a.cells.over.holds(at) {
		return a.slowInside(at, item)
	}
	cell := a.cells.cell(at)
	n := a.inside.atMiddle[cell]
	middle := a.cells.middle(cell%a.cells.columns, cell/a.cells.columns)
	for _, k := range a.inside.byEdge.list(cell) {
		b := a.inside.edges[k]
		n += crossingStep(middle, at, a.vertices[b.edge], a.vertices[b.edge+1], item, b.item)
	}
	return n
}

func (a *arrangement) slowInside(at vertex, item int32) int32 {
	if a.items-a.covers == 1 && item >= a.covers {
		return 0
	}
	var n int32
	for k := a.firstRing(a.covers); k < a.ordered; k++ {
		if r := &a.rings[k]; r.item != item && r.box.holds(at) {
			n += a.winding(r, at, item)
		}
	}
	return n
}
