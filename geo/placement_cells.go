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
	covers      []setcover.Span
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

// sheet numbers the cells of some ground in order. All of them are in its window: rows from top on and before bottom,
// columns from west on and before east.
type sheet struct {
	top, bottom, west, east int32
	// rank is how many cells of the ground come before each cell of the window.
	rank []int32
}

// newSheet is the ground of a surface.
func newSheet(s *sampler, ground surface) sheet {
	out := sheet{bottom: s.rows, east: s.columns}
	out.number(s.sample(ground), func(int32, int32) int32 { return 1 })
	return out
}

// within is the part of the ground that lies in a zone, too.
func (s sheet) within(zone surface, by *sampler) sheet {
	stretches := by.sample(zone)
	var out sheet
	if n := len(stretches); n > 0 {
		out = sheet{top: stretches[0].row, bottom: stretches[n-1].row + 1, west: by.columns}
	}
	for _, x := range stretches {
		out.west, out.east = min(out.west, x.first), max(out.east, x.end)
	}
	out.number(stretches, s.has)
	return out
}

// number counts the cells of some stretches, each as one or as none.
func (s *sheet) number(stretches []stretch, has func(row, column int32) int32) {
	s.rank = make([]int32, s.at(s.bottom, s.west)+1)
	for _, x := range stretches {
		for column := x.first; column < x.end; column++ {
			s.rank[s.at(x.row, column)+1] = has(x.row, column)
		}
	}
	for k := range len(s.rank) - 1 {
		s.rank[k+1] += s.rank[k]
	}
}

// at is where in the window a cell is.
func (s *sheet) at(row, column int32) int32 { return (row-s.top)*(s.east-s.west) + column - s.west }

// has is 1 for a cell of the ground and 0 for any other.
func (s *sheet) has(row, column int32) int32 {
	if row < s.top || row >= s.bottom || column < s.west || column >= s.east {
		return 0
	}
	k := s.at(row, column)
	return s.rank[k+1] - s.rank[k]
}

func (s *sheet) count() int32 { return s.rank[len(s.rank)-1] }

// spans adds the cells of the ground among stretches in order of rows, their numbers counted from an offset.
func (s *sheet) spans(out []setcover.Span, offset int32, stretches []stretch) []setcover.Span {
	if n := len(stretches); n == 0 || stretches[n-1].row < s.top || stretches[0].row >= s.bottom {
		return out
	}
	for _, x := range stretches {
		west, east := max(x.first, s.west), min(x.end, s.east)
		if x.row < s.top || x.row >= s.bottom || west >= east {
			continue
		}
		first := offset + s.rank[s.at(x.row, west)]
		end := offset + s.rank[s.at(x.row, east)]
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
