package geo

import (
	"cmp"
	"slices"
)

// nest gives each hole (clockwise ring) to the smallest outer ring round it. The first ring of every surface is its
// outer one. Rings are simple and touch in vertices only.
func nest(rings [][]vertex) []surface {
	var shells []shell
	var holes [][]vertex
	for _, r := range rings {
		if area := twiceArea(r); area > 0 {
			shells = append(shells, shell{box: boxOf(r), area: area, rings: surface{r}})
		} else {
			holes = append(holes, r)
		}
	}
	slices.SortStableFunc(shells, func(s, t shell) int { return cmp.Compare(s.area, t.area) })
	for _, hole := range holes {
		b := boxOf(hole)
		for k := range shells {
			if s := &shells[k]; s.box.hull(b) == s.box && s.surrounds(hole) {
				s.rings = append(s.rings, hole)
				break
			}
		}
	}
	slices.SortStableFunc(shells, func(s, t shell) int { return cmp.Compare(t.area, s.area) })
	out := make([]surface, len(shells))
	for k, s := range shells {
		out[k] = s.rings
	}
	return out
}

// shell is an outer ring and the holes found in it.
type shell struct {
	box    box
	area   float64
	rings  surface
	strips buckets // edges by height, made when first needed
}

const shellStrips = 256

func (s *shell) strip(y int32) int32 {
	return int32((int64(y) - int64(s.box.y0)) * shellStrips / (int64(s.box.y1) - int64(s.box.y0) + 1))
}

// surrounds tells whether a ring that does not cross the shell lies inside it.
func (s *shell) surrounds(ring []vertex) bool {
	for _, v := range ring[1:] {
		if in, border := s.place(v); !border {
			return in
		}
	}
	for k := 1; k < len(ring); k++ {
		if in, border := s.place(along(ring[k-1], ring[k], 0.5)); !border {
			return in
		}
	}
	return false
}

// place tells whether a vertex is inside the outer ring, or on it.
func (s *shell) place(v vertex) (in, border bool) {
	if !s.box.holds(v) {
		return false, false
	}
	outer := s.rings[0]
	if s.strips.start == nil {
		s.strips = fill(shellStrips, len(outer)-1, func(k int, visit func(int32)) {
			p, q := outer[k], outer[k+1]
			for strip := s.strip(min(p.y, q.y)); strip <= s.strip(max(p.y, q.y)); strip++ {
				visit(strip)
			}
		})
	}
	for _, k := range s.strips.list(s.strip(v.y)) {
		p, q := outer[k], outer[k+1]
		if edgeBox(p, q).holds(v) && orient(p, q, v) == 0 {
			return false, true
		}
		if (p.y > v.y) != (q.y > v.y) && (orient(p, q, v) > 0) == (q.y > p.y) {
			in = !in
		}
	}
	return in, false
}
