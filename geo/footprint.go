package geo

// A ring that is valid in lon, lat may cross itself or its holes once it is on the grid: the end of a needle between two
// of its edges, moved by half a unit, comes to lie beyond them, all along the needle. Walls do not mind. A walk does, as
// it takes for granted that an item goes round a place once or not at all.

// footprint is a ring of blocks, with the holes that follow it.
func (b *blocks) footprint(r int32) surface {
	out := surface{b.vertexRing(r)}
	for k := r + 1; k < int32(len(b.rings)) && b.rings[k].hole; k++ {
		out = append(out, b.vertexRing(k))
	}
	return out
}

// appendSound adds a surface whose rings rounding may have made cross: as it is, or else without what is folded over, each
// outer ring on its own.
func appendSound(out []surface, s surface) []surface {
	if surelySound(s) {
		return append(out, s)
	}
	return append(out, nest(tidy(s))...)
}

// surelySound tells quickly, of rings of few edges, whether no two edges share more than the vertex between them.
func surelySound(s surface) bool {
	const few = 64
	n := 0
	for _, r := range s {
		n += len(r) - 1
	}
	if n > few {
		return false
	}
	edges := make([]segment, 0, few)
	for _, r := range s {
		first := len(edges)
		for k := 1; k < len(r); k++ {
			e := segment{r[k-1], r[k]}
			edges = append(edges, e)
			if !e.isApart(edges[:first]) || !e.fitsRing(edges[first:]) {
				return false
			}
		}
	}
	return true
}

// isApart tells whether a segment shares nothing with any of some others.
func (s segment) isApart(others []segment) bool {
	b := edgeBox(s.a, s.b)
	for _, t := range others {
		if b.meets(edgeBox(t.a, t.b)) &&
			sign(orient(s.a, s.b, t.a))*sign(orient(s.a, s.b, t.b)) <= 0 && sign(orient(t.a, t.b, s.a))*sign(orient(t.a, t.b, s.b)) <= 0 {
			return false
		}
	}
	return true
}

// fitsRing tells whether the segment, the last of a ring so far, shares no more than a vertex with the one before it, or,
// when it closes the ring, with the first, and nothing with the others.
func (s segment) fitsRing(ring []segment) bool {
	last := len(ring) - 1
	if last == 0 {
		return s.a != s.b
	}
	others := ring[:last-1]
	if first := ring[0]; last > 1 && s.b == first.a {
		if s.turnsBack(first) {
			return false
		}
		others = others[1:]
	}
	return s.a != s.b && !ring[last-1].turnsBack(s) && s.isApart(others)
}

// turnsBack tells whether the segment that goes on from s runs back along it.
func (s segment) turnsBack(next segment) bool {
	return orient(s.a, s.b, next.b) == 0 && (segment{s.b, s.a}).distance(next.b) > 0
}
