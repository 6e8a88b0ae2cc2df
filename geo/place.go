package geo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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
	// facades are the heads that stand on an obstacle or in it.
	facades []Facade
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
	order := s.byPlace(heads)
	return inParallel(s.options.Workers, len(heads), func(i int) (err error) {
		k := order[i]
		if err = ctx.Err(); err == nil {
			s.cameras[k], err = s.camera(ctx, heads[k][0].Camera, heads[k])
		}
		if err != nil {
			err = fmt.Errorf("camera %q: %w", heads[k][0].Camera, err)
		}
		return err
	})
}

// byPlace orders cameras along a curve through the squares of a quad tree (Z order), so that those that look at the same
// obstacles come together.
func (s *study) byPlace(heads [][]Head) []int {
	const squareM = 64
	keys, order := make([]uint64, len(heads)), make([]int, len(heads))
	for k, h := range heads {
		p := s.frame.ToLocal(h[0].At)
		for axis, v := range p {
			square := uint64(max(0, min(1<<20, (v+s.frame.grid.maxM())/squareM)))
			for bit := range 20 {
				keys[k] |= square >> bit & 1 << (2*bit + axis)
			}
		}
		order[k] = k
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(keys[i], keys[j]) })
	return order
}

// camera draws what the heads of one camera see.
func (s *study) camera(ctx context.Context, name string, heads []Head) (placed, error) {
	p := placed{camera: name, parts: make([]views, len(heads))}
	for k, h := range heads {
		if err := s.head(ctx, h, &p, k); err != nil {
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

// head draws the views of head k, by layer and level: one look serves all of them.
func (s *study) head(ctx context.Context, h Head, p *placed, k int) error {
	for layer := range layers {
		p.parts[k][layer] = make([][]surface, len(s.levels))
	}
	looker := s.lookers.take()
	defer s.lookers.give(looker)
	g, err := s.gaze(h, looker, p)
	if err != nil || g == nil {
		return err
	}
	for _, v := range h.views() {
		for l, level := range s.levels {
			day, night, err := g.draw(ctx, v, level.DensityPxM, p)
			if err != nil {
				return err
			}
			p.parts[k].add(v.layer, l, day)
			p.parts[k].add(v.layer+reachableByNight, l, night)
		}
	}
	return nil
}

// gaze is a head that has looked round.
type gaze struct {
	*study
	head     Head
	outlook  outlook
	envelope *envelope // nil when nothing is in the way
}

// gaze looks round; what it gives is good until the looker looks again. It is nil for a head that is too far away to
// see into any perimeter, or too deep inside an obstacle to see anything.
func (s *study) gaze(h Head, looker *looker, p *placed) (*gaze, error) {
	reachM, err := s.reachM(h)
	if err != nil {
		return nil, err
	}
	at := s.frame.ToLocal(h.At)
	if max(math.Abs(at[0]), math.Abs(at[1]))+reachM > s.frame.grid.maxM() {
		return nil, nil //nolint:nilnil // see above
	}
	stance, err := s.blocks.stand(h, s.frame.grid.vertex(at), s.options.ForceFacade)
	var inside *InsideError
	if errors.As(err, &inside) {
		p.facades = append(p.facades, Facade{
			Camera: h.Camera, Refused: true, FacadeMove: FacadeMove{Obstacle: inside.Obstacle, DepthM: inside.DepthM, From: h.At, To: h.At},
		})
		return nil, nil //nolint:nilnil // see above
	}
	if err != nil {
		return nil, err
	}
	if move := s.blocks.move(s.frame, stance); move != nil {
		p.facades = append(p.facades, Facade{Camera: h.Camera, FacadeMove: *move})
	}
	g := &gaze{study: s, head: h, outlook: s.frame.outlook(h, stance.eye, reachM)}
	if len(s.blocks.rings)+len(h.Masks) > 0 {
		e := looker.envelope(g.outlook)
		g.envelope = &e
	}
	return g, nil
}

// reachM is how far a head sees at the level that reaches farthest, metres.
func (s *study) reachM(h Head) (float64, error) {
	reachM := 0.0
	for _, v := range h.views() {
		for _, level := range s.levels {
			_, farM, err := v.sensor.Reach(level.DensityPxM)
			if err != nil {
				return 0, err
			}
			reachM = max(reachM, min(farM, MaxReachM))
		}
	}
	return reachM, nil
}

// draw draws what is seen at a density, by day and by night.
func (g *gaze) draw(ctx context.Context, v headView, densityPxM float64, p *placed) (day, night surface, err error) {
	sector, err := v.sector(g.frame.grid, g.outlook, densityPxM)
	if err != nil {
		return nil, nil, err
	}
	if day, err = g.within(ctx, sector, p); err != nil || g.head.NightReachM == nil {
		return day, nil, err
	}
	litM := groundSide(*g.head.NightReachM, v.sensor.dropM())
	if litM >= sector.farM {
		return day, day, nil
	}
	sector.farM = litM
	night, err = g.within(ctx, sector, p)
	return day, night, err
}

// within draws what is seen of a sector, when it is deep enough to be drawn.
func (g *gaze) within(ctx context.Context, sector sector, p *placed) (surface, error) {
	if sector.farM-sector.nearM < minRadiusM {
		return nil, nil
	}
	c := sector.cut(g.options.arcToleranceM())
	p.insetM, p.lossShare = max(p.insetM, c.insetM), max(p.lossShare, c.lossShare)
	if g.envelope == nil {
		return sector.surface(c), nil
	}
	return g.envelope.surface(ctx, sector, c)
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
