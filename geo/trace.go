package geo

// outline names what a piece of a ring is part of.
type outline uint8

const (
	noOutline outline = iota
	covered           // of footprints, under no other: the border of what is covered
	uncovered         // of domains, under nothing
	recovered         // of domains, under something
)

// piece is part of an outline, from the crossing of two edges (see key) to the crossing of two others, or from or to
// the beginning of an edge.
type piece struct {
	from, to uint64
	lo, hi   int32 // strand.vertices[lo:hi]
}

// strand is the pieces that one batch of chunks finds.
type strand struct {
	pieces   [recovered + 1][]piece // by outline
	vertices []vertex
}

// tracer writes the pieces of a walk that belong to outlines.
type tracer struct {
	strand *strand // nil when none are wanted
	open   outline
	from   uint64
	lo     int32
}

// pass goes on through a vertex.
func (t *tracer) pass(at vertex) {
	if t.open != noOutline {
		t.strand.vertices = append(t.strand.vertices, at)
	}
}

// turn ends the open piece and opens another when the walk changes from one outline to another.
func (t *tracer) turn(to outline, key uint64, at vertex) {
	if to == t.open {
		return
	}
	s := t.strand
	if t.open != noOutline {
		s.vertices = append(s.vertices, at)
		s.pieces[t.open] = append(s.pieces[t.open], piece{t.from, key, t.lo, int32(len(s.vertices))})
	}
	if t.open = to; to != noOutline {
		t.from, t.lo = key, int32(len(s.vertices))
		s.vertices = append(s.vertices, at)
	}
}
