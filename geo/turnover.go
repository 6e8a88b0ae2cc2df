package geo

// turnover is the change of one footprint into another, while the rings of both are in an arrangement.
type turnover struct {
	item  int32
	fresh int32 // the first edge of what it becomes
	done  bool  // what it was is absent now; before, what it becomes
}

// absent tells whether an edge of an item is not there; nil when nothing changes.
func (c *turnover) absent(item, edge int32) bool {
	return c != nil && item == c.item && c.done != (edge >= c.fresh)
}

// present are, of the crossings of an edge, those with edges that are there. The others come behind.
func (c *turnover) present(crossings []crossing) []crossing {
	if c == nil {
		return crossings
	}
	n := 0
	for k, x := range crossings {
		if !c.absent(x.item, x.other) {
			crossings[n], crossings[k] = x, crossings[n]
			n++
		}
	}
	return crossings[:n]
}

// walkTurnover takes away what the sections of the batch gave before a footprint changed, adds what they give after, and
// empties the batch: the crossings are found once.
func (w *walker) walkTurnover(c turnover) {
	w.cross()
	w.turnover = &c
	w.sign = -1
	w.walkSections()
	w.sign, c.done = 1, true
	w.walkSections()
	w.turnover, w.batch = nil, w.batch[:0]
}
