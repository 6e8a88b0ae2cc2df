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

// sampler finds the cells of surfaces; its buffers serve again.
type sampler struct {
	cells
	// byRow are the places where edges pass the middle of each row, in columns from the first middle; first and last are the rows
	// that have any, and the one after.
	byRow       [][]float64
	first, last int32
	stretches   []stretch
}

func newSampler(c cells) *sampler { return &sampler{cells: c, byRow: make([][]float64, c.rows)} }

// sample gives the cells whose middles lie in any of some surfaces, in order; good until the next call.
func (s *sampler) sample(surfaces ...surface) []stretch {
	s.stretches = s.stretches[:0]
	for _, one := range surfaces {
		s.first, s.last = s.rows, 0
		for _, ring := range one {
			before := ring[len(ring)-1]
			for _, v := range ring {
				s.meet(before, v)
				before = v
			}
		}
		for row := s.first; row < s.last; row++ {
			s.fill(row)
		}
	}
	if len(surfaces) > 1 {
		s.join()
	}
	return s.stretches
}

// fill adds the cells of a row between places where it is entered and left.
func (s *sampler) fill(row int32) {
	at := s.byRow[row]
	if len(at) > 2 || len(at) == 2 && at[0] > at[1] {
		slices.Sort(at)
	}
	for k := 0; k+1 < len(at); k += 2 {
		first, end := max(0, int32(math.Ceil(at[k]))), min(s.columns, int32(math.Ceil(at[k+1])))
		if first < end {
			s.stretches = append(s.stretches, stretch{row, first, end})
		}
	}
	s.byRow[row] = at[:0]
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
	x := (float64(a.x)+((first+0.5)*s.side+s.y0-float64(a.y))*slope-s.x0)/s.side - 0.5
	for row := int32(first); row < int32(end); row++ {
		s.byRow[row] = append(s.byRow[row], x)
		x += slope
	}
	s.first, s.last = min(s.first, int32(first)), max(s.last, int32(end))
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
