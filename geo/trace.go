package geo

// tracer writes the pieces of one ring that belong to an outline.
type tracer struct {
	out    *depths
	pieces *[]piece
	open   bool
	from   uint64
	lo     int32
	first  piece // the piece that was open when the ring began; it ends the last one
	began  bool
}

func (t *tracer) start(out *depths, pieces *[]piece, open bool, at vertex) {
	*t = tracer{out: out, pieces: pieces, open: open, began: open, lo: int32(len(out.vertices))}
	if open {
		out.vertices = append(out.vertices, at)
	}
}

func (t *tracer) pass(at vertex) {
	if t.open {
		t.out.vertices = append(t.out.vertices, at)
	}
}

// turn opens or ends a piece when the state changes.
func (t *tracer) turn(open bool, key uint64, at vertex) {
	if open == t.open {
		return
	}
	t.open = open
	if open {
		t.from, t.lo = key, int32(len(t.out.vertices))
	}
	t.out.vertices = append(t.out.vertices, at)
	if open {
		return
	}
	p := piece{t.from, key, t.lo, int32(len(t.out.vertices))}
	if t.began {
		t.first, t.began = p, false
		return
	}
	*t.pieces = append(*t.pieces, p)
}

// close ends the ring: the piece it ends with goes on in the piece it began with.
func (t *tracer) close() {
	if t.pieces == nil {
		return
	}
	v := t.out.vertices
	switch {
	case t.open && t.began: // the whole ring
		*t.pieces = append(*t.pieces, piece{0, 0, t.lo, int32(len(v))})
	case t.open:
		v = append(v, v[t.first.lo+1:t.first.hi]...)
		*t.pieces = append(*t.pieces, piece{t.from, t.first.to, t.lo, int32(len(v))})
	}
	t.out.vertices = v
	*t = tracer{}
}
