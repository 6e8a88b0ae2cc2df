package geo

import (
	"cmp"
	"math"
	"slices"

	"vigie/geo/setcover"
)

// cells are the squares on which a search looks at the ground: one is seen when its middle is.
type cells struct {
	x0, y0, side  float64 // units of the grid
	columns, rows int32
}

const (
	defaultCellM = 4.0
	mostCells    = 6 << 20
)

// newCells lays squares over a box, of a side in metres (0: the default, or as much more as keeps them few).
func newCells(over box, g grid, sideM float64) cells {
	c := cells{x0: float64(over.x0), y0: float64(over.y0)}
	width, height := float64(over.x1)-c.x0, float64(over.y1)-c.y0
	side := max(sideM, math.Sqrt(width*height/mostCells)/g.perM())
	if sideM == 0 {
		side = max(side, defaultCellM)
	}
	c.side = side * g.perM()
	c.columns, c.rows = int32(width/c.side)+1, int32(height/c.side)+1
	return c
}

func (c cells) count() int { return int(c.columns) * int(c.rows) }

// stretch is a run of cells of one row.
type stretch struct{ row, first, end int32 }

// meeting is where an edge passes the middle of a row, in columns from the first middle.
type meeting struct {
	row int32
	x   float64
}

// sampler finds the cells of surfaces; its buffers serve again.
type sampler struct {
	cells
	meetings  []meeting
	stretches []stretch
}

// sample gives the cells whose middles lie in any of some surfaces, in order; good until the next call.
func (s *sampler) sample(surfaces ...surface) []stretch {
	s.stretches = s.stretches[:0]
	for _, one := range surfaces {
		s.meetings = s.meetings[:0]
		for _, ring := range one {
			for k, v := range ring {
				s.meet(v, ring[(k+1)%len(ring)])
			}
		}
		slices.SortFunc(s.meetings, func(a, b meeting) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.x, b.x)) })
		for k := 0; k+1 < len(s.meetings); k += 2 { // in and out again
			a, b := s.meetings[k], s.meetings[k+1]
			first, end := max(0, int32(math.Ceil(a.x))), min(s.columns, int32(math.Ceil(b.x)))
			if first < end {
				s.stretches = append(s.stretches, stretch{a.row, first, end})
			}
		}
	}
	if len(surfaces) > 1 {
		s.join()
	}
	return s.stretches
}

// meet notes the rows whose middles an edge passes.
func (s *sampler) meet(a, b vertex) {
	if a.y > b.y {
		a, b = b, a
	}
	first := max(0, math.Ceil((float64(a.y)-s.y0)/s.side-0.5))
	end := min(float64(s.rows), math.Ceil((float64(b.y)-s.y0)/s.side-0.5))
	if first >= end {
		return
	}
	slope := (float64(b.x) - float64(a.x)) / (float64(b.y) - float64(a.y))
	for row := first; row < end; row++ {
		x := float64(a.x) + ((row+0.5)*s.side+s.y0-float64(a.y))*slope
		s.meetings = append(s.meetings, meeting{int32(row), (x-s.x0)/s.side - 0.5})
	}
}

// join makes stretches that overlap one.
func (s *sampler) join() {
	slices.SortFunc(s.stretches, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.first, b.first)) })
	kept := s.stretches[:0]
	for _, x := range s.stretches {
		if n := len(kept); n > 0 && kept[n-1].row == x.row && kept[n-1].end >= x.first {
			kept[n-1].end = max(kept[n-1].end, x.end)
			continue
		}
		kept = append(kept, x)
	}
	s.stretches = kept
}

// sheet numbers the cells of some ground in order.
type sheet struct {
	// rank is how many cells of the ground come before each cell.
	rank []int32
}

// newSheet is the ground that lies in all of some surfaces.
func newSheet(s *sampler, surfaces ...surface) sheet {
	in := make([]uint8, s.count())
	for _, one := range surfaces {
		for _, x := range s.sample(one) {
			for c := x.first; c < x.end; c++ {
				in[x.row*s.columns+c]++
			}
		}
	}
	out := sheet{rank: make([]int32, len(in)+1)}
	for k, n := range in {
		out.rank[k+1] = out.rank[k]
		if int(n) == len(surfaces) {
			out.rank[k+1]++
		}
	}
	return out
}

func (s sheet) count() int32 { return s.rank[len(s.rank)-1] }

// spans adds the cells of the ground among stretches, their numbers counted from an offset.
func (s sheet) spans(out []setcover.Span, columns, offset int32, stretches []stretch) []setcover.Span {
	for _, x := range stretches {
		first, end := offset+s.rank[x.row*columns+x.first], offset+s.rank[x.row*columns+x.end]
		switch n := len(out); {
		case first == end:
		case n > 0 && out[n-1].End == first:
			out[n-1].End = end
		default:
			out = append(out, setcover.Span{First: first, End: end})
		}
	}
	return out
}
