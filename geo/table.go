package geo

import (
	"context"
	"math"
)

// table is one table of figures: over some ground, of what some heads see in a layer.
type table struct {
	levels  []LevelCoverage // to be filled
	layer   layer           // of what can be seen; the next one is of what is seen unmoved
	domains []surface       // the ground lies inside all of them
	// heads are the heads that count, by camera, as ranks among its heads; nil when all do.
	heads [][]int
	// whole marks the table of the whole ground, which has shapes.
	whole bool
}

// parted tells whether the table has the parts of the cameras, and what is lost with them.
func (t *table) parted() bool { return t.whole && t.layer == reachableByDay }

// table makes room for the levels of a table.
func (s *study) table(t table) []LevelCoverage {
	t.levels = make([]LevelCoverage, len(s.levels))
	for l := range t.levels {
		t.levels[l].Level = s.levels[l]
	}
	s.tables = append(s.tables, t)
	return t.levels
}

// want is what a walk for the table must find.
func (s *study) want(t *table) want {
	w := want{workers: s.options.Workers, union: s.options.UnionOnly}
	if t.parted() && !s.figuresOnly && !w.union {
		w.exclusives, w.groups = true, s.groups
	}
	return w
}

// footprints are what the heads of each camera see in a layer; nothing where it does not meet the ground of the table.
func (s *study) footprints(ctx context.Context, t *table, layer layer, level int) ([]surface, error) {
	out := make([]surface, len(s.cameras))
	for k := range out {
		var err error
		if out[k], err = s.footprint(ctx, t, layer, level, k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *study) footprint(ctx context.Context, t *table, layer layer, level, camera int) (surface, error) {
	p := &s.cameras[camera]
	seen := p.seen[layer][level]
	if t.heads != nil && len(t.heads[camera]) == 0 || !t.whole && !seen.box().meets(t.domains[len(t.domains)-1].box()) {
		return nil, nil
	}
	if t.heads != nil && len(t.heads[camera]) < len(p.parts) {
		return p.merged(ctx, layer, level, t.heads[camera])
	}
	return seen, nil
}

// fillLevel fills a level of table number k.
func (s *study) fillLevel(ctx context.Context, k, level int) error {
	t := &s.tables[k]
	out, want := &t.levels[level], s.want(t)
	want.outlines = t.whole && !s.figuresOnly
	var d *depths
	var err error
	if s.figuresOnly {
		d, err = s.walkNear(ctx, t, t.layer, level, s.unparted())
	} else {
		d, err = s.walk(ctx, t, t.layer, level, want)
	}
	if err != nil {
		return err
	}
	out.fill(d, s.frame.grid)
	if want.exclusives {
		s.part(d, level)
	}
	if want.outlines {
		if err := s.outline(d, out); err != nil {
			return err
		}
	}
	unmoved, err := s.walkNear(ctx, t, t.layer+1, level, s.union())
	if err != nil {
		return err
	}
	out.fillPermanent(unmoved, s.frame.grid)
	return nil
}

// walkNear finds what is seen in a layer, by looking at the ground near the footprints alone: the surface of the ground
// is left unknown, without bounds.
func (s *study) walkNear(ctx context.Context, t *table, layer layer, level int, want want) (*depths, error) {
	footprints, err := s.footprints(ctx, t, layer, level)
	if err != nil {
		return nil, err
	}
	domains := append([]surface{s.plot.near(footprints)}, t.domains[1:]...)
	a := arrange(footprints, domains)
	a.reference = shared(t.domains).middle() // as over all of the ground, so that figures are the same to the last digit
	d, err := a.walk(ctx, want)
	if err != nil {
		return nil, err
	}
	d.ground = math.Inf(1)
	return d, nil
}

// unparted asks for surfaces alone.
func (s *study) unparted() want { return want{workers: s.options.Workers} }

// union asks for the surface of all together alone.
func (s *study) union() want { return want{workers: s.options.Workers, union: true} }

func (s *study) walk(ctx context.Context, t *table, layer layer, level int, want want) (*depths, error) {
	footprints, err := s.footprints(ctx, t, layer, level)
	if err != nil {
		return nil, err
	}
	return arrange(footprints, t.domains).walk(ctx, want)
}

// outline draws what is seen, and what is not.
func (s *study) outline(d *depths, out *LevelCoverage) error {
	gaps, err := d.gaps()
	if err != nil {
		return err
	}
	seen, err := d.seen()
	if err != nil {
		return err
	}
	out.Blind, out.Seen = s.frame.polygons(gaps), s.frame.polygons(seen)
	return nil
}

// part fills the parts of the cameras, and what is lost with them, at a level.
func (s *study) part(d *depths, level int) {
	squareM2 := s.frame.grid.squareM2()
	for k, c := range s.out.Cameras.All() {
		c.FootprintM2[level] = max(0, d.each[k]*squareM2)
		c.ExclusiveM2[level] = max(0, d.only[k]*squareM2)
	}
	rank := 0
	for _, members := range d.lost {
		for _, m := range members {
			s.out.Losses.At(rank).LostM2[level] = max(0, m*squareM2)
			rank++
		}
	}
}

// seenM2 is the surface under some footprint, in square metres on a grid.
func (d *depths) seenM2(g grid) float64 {
	if len(d.atLeast) == 0 {
		return 0
	}
	return min(d.atLeast[0], d.ground) * g.squareM2()
}

// fill takes the surfaces of a walk.
func (c *LevelCoverage) fill(d *depths, g grid) {
	squareM2 := g.squareM2()
	c.SeenM2 = d.seenM2(g)
	c.BlindM2 = d.ground*squareM2 - c.SeenM2
	c.AtLeastM2 = make([]float64, len(d.atLeast))
	for k, m := range d.atLeast {
		c.AtLeastM2[k] = min(m, d.ground) * squareM2
	}
}

// fillPermanent takes what is seen unmoved. It is part of what is seen: two ways to merge the same sectors may differ by
// a rounding.
func (c *LevelCoverage) fillPermanent(d *depths, g grid) { c.PermanentM2 = min(d.seenM2(g), c.SeenM2) }
