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
// the beginning of an edge. Between start and end it passes the vertices lo … hi−1 of the arrangement.
type piece struct {
	from, to   uint64
	start, end vertex
	lo, hi     int32
}

// strand is the pieces that one batch of chunks finds, by outline.
type strand [recovered + 1][]piece

// tracer writes the pieces of a walk that belong to outlines.
type tracer struct {
	strand *strand // nil when none are wanted
	open   outline
	piece  piece // the open one
}

// turn ends the open piece and opens another when the walk changes from one outline to another: at a place named by a
// key, before the vertex of a number.
func (t *tracer) turn(to outline, key uint64, at vertex, next int32) {
	if to == t.open {
		return
	}
	if p := &t.piece; t.open != noOutline {
		p.to, p.end, p.hi = key, at, next
		t.strand[t.open] = append(t.strand[t.open], *p)
	}
	t.open, t.piece = to, piece{from: key, start: at, lo: next}
}
