package geo

import (
	"context"
	"fmt"
	"math"
)

// layer is one way to ask what a camera sees.
type layer int

const (
	reachableByDay layer = iota
	permanentByDay
	reachableByNight
	permanentByNight
	layers
)

// placed is a camera on the grid.
type placed struct {
	camera string
	// seen[layer][level] is what it sees; parts are the views of each head, kept when there are several heads.
	seen  [layers][]surface
	parts []views
	// insetM and lossShare are the worst of its arcs, see [Coverage].
	insetM, lossShare float64
}

// views are what a head sees, [layer][level], sector by sector.
type views [layers][][]surface

func (v *views) add(layer layer, level int, seen surface) {
	if len(seen) > 0 {
		v[layer][level] = append(v[layer][level], seen)
	}
}

// place puts every camera on the grid, at every level.
func (s *study) place(ctx context.Context, scene Scene) error {
	byCamera := map[string]int{}
	var heads [][]Head
	for _, h := range scene.Heads {
		rank, known := byCamera[h.Camera]
		if !known {
			rank = len(heads)
			byCamera[h.Camera] = rank
			heads = append(heads, nil)
		}
		s.ranks, s.parts = append(s.ranks, rank), append(s.parts, len(heads[rank]))
		heads[rank] = append(heads[rank], h)
	}
	s.cameras = make([]placed, len(heads))
	return inParallel(s.options.Workers, len(heads), func(k int) (err error) {
		if err = ctx.Err(); err == nil {
			s.cameras[k], err = s.camera(ctx, heads[k])
		}
		if err != nil {
			err = fmt.Errorf("camera %q: %w", heads[k][0].Camera, err)
		}
		return err
	})
}

// camera draws what the heads of one camera see.
func (s *study) camera(ctx context.Context, heads []Head) (placed, error) {
	p := placed{camera: heads[0].Camera, parts: make([]views, len(heads))}
	for k, h := range heads {
		if err := s.head(h, &p, k); err != nil {
			return p, err
		}
	}
	every := make([]int, len(heads))
	for k := range every {
		every[k] = k
	}
	for layer := range layers {
		for l := range s.levels {
			seen, err := p.merged(ctx, layer, l, every)
			if err != nil {
				return p, err
			}
			p.seen[layer] = append(p.seen[layer], seen)
		}
	}
	if len(heads) == 1 {
		p.parts = nil
	}
	return p, nil
}

// merged is what some of the heads see in a layer. What is seen unmoved can be seen, too.
func (p *placed) merged(ctx context.Context, layer layer, level int, heads []int) (surface, error) {
	var all []surface
	for _, also := range []bool{true, false} {
		for _, k := range heads {
			switch {
			case !also:
				all = append(all, p.parts[k][layer][level]...)
			case layer == reachableByDay || layer == reachableByNight:
				all = append(all, p.parts[k][layer+1][level]...)
			}
		}
	}
	return merge(ctx, all)
}

// head draws the views of head k, by layer and level.
func (s *study) head(h Head, p *placed, k int) error {
	for layer := range layers {
		p.parts[k][layer] = make([][]surface, len(s.levels))
	}
	for l, level := range s.levels {
		for _, v := range h.views() {
			day, night, err := s.view(h, v, level.DensityPxM, p)
			if err != nil {
				return err
			}
			p.parts[k].add(v.layer, l, day)
			p.parts[k].add(v.layer+reachableByNight, l, night)
		}
	}
	return nil
}

// view draws one view of a head at a density, by day and by night.
func (s *study) view(h Head, v headView, densityPxM float64, p *placed) (day, night surface, err error) {
	nearM, farM, err := v.sensor.Reach(densityPxM)
	if err != nil {
		return nil, nil, err
	}
	farM = min(farM, MaxReachM)
	if nearM < minRadiusM {
		nearM = 0
	}
	local := s.frame.ToLocal(h.At)
	if max(math.Abs(local[0]), math.Abs(local[1]))+farM > maxFrameM { // so far away it cannot see into any perimeter
		return nil, nil, nil
	}
	sector := sector{at: local, axisDeg: v.axisDeg + s.frame.Convergence(h.At), apertureDeg: v.apertureDeg, nearM: nearM, farM: farM}
	day = s.draw(sector, p)
	if h.NightReachM == nil {
		return day, nil, nil
	}
	night = day
	if litM := groundSide(*h.NightReachM, v.sensor.dropM()); litM < farM {
		sector.farM = litM
		night = s.draw(sector, p)
	}
	return day, night, nil
}

// draw draws a sector, when it is deep enough to be drawn.
func (s *study) draw(sector sector, p *placed) surface {
	if sector.farM-sector.nearM < minRadiusM {
		return nil
	}
	c := sector.cut(s.options.arcToleranceM())
	p.insetM, p.lossShare = max(p.insetM, c.insetM), max(p.lossShare, c.lossShare)
	return sector.surface(c)
}

// headView is one sector of a head.
type headView struct {
	layer                layer // by day
	axisDeg, apertureDeg float64
	sensor               Sensor
}

// views are the sectors of a head: what it sees unmoved, when it is known, and what it can be turned to see, when that
// is more.
func (h Head) views() []headView {
	field := 360.0
	if deg, _ := h.Sensor.FieldOfView(); deg != nil {
		field = min(*deg, 360)
	}
	axis := 0.0
	if h.BearingDeg != nil {
		axis = *h.BearingDeg
	}
	known := h.BearingDeg != nil || field >= fullCircleDeg
	var out []headView
	if known {
		out = append(out, headView{permanentByDay, axis, field, h.Sensor})
	}
	turned := h.Sensor
	if h.PanRangeDeg > 0 {
		turned.TiltDeg = nil // it tilts too: no dead zone at the foot of its mast, no ground above its picture
	}
	switch {
	case !known:
		out = append(out, headView{reachableByDay, axis, 360, turned})
	case h.PanRangeDeg > 0:
		out = append(out, headView{reachableByDay, axis, min(360, field+h.PanRangeDeg), turned})
	}
	return out
}

// merge is the union of surfaces.
func merge(ctx context.Context, parts []surface) (surface, error) {
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	d, err := arrange(parts, nil).walk(ctx, want{outlines: true})
	if err != nil {
		return nil, err
	}
	rings, err := d.seen()
	return tidy(rings), err
}
