package geo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Cameras on the public way may see neither the inside of dwellings nor, in particular, their entrances (code de la
// sécurité intérieure, L251-3). Whether a window is in the picture is not known; how many metres of the walls of
// dwellings are is, and which directions to mask so that none is.

const (
	// entranceWidthM is the width of a door that a mask covers, and entranceOffM how far from its wall a door may be
	// given, metres.
	entranceWidthM, entranceOffM = 1.0, 0.3
	// maskMarginDeg is added on both sides of a mask, so that no rounding leaves anything in view, degrees.
	maskMarginDeg = 1e-5
)

// Entrance is the door of a dwelling.
type Entrance struct {
	ID string
	At orb.Point // lon, lat
}

// PrivacyOptions tunes [Privacy].
type PrivacyOptions struct {
	Options
	// Entrances are doors to look for.
	Entrances []Entrance
	// MinMaskDeg is the narrowest mask that can be set, degrees.
	MinMaskDeg float64
	// Unpriced leaves the prices of the masks out, which take most of the time.
	Unpriced bool
}

// PrivacyFinding is what one head has of dwellings in view: what it sees, or can be turned to see, past its masks.
type PrivacyFinding struct {
	// Camera is the device, Head the rank of the head in the scene.
	Camera string
	Head   int
	// Levels are in the order of increasing density.
	Levels []PrivacyLevel
}

// PrivacyLevel is what is in view at one level.
type PrivacyLevel struct {
	Level Level
	// FacadeM is the length of the walls of dwellings in view, seen from above, metres; Dwellings has its parts.
	FacadeM   float64
	Dwellings []DwellingInView
	// Entrances are the identifiers of the doors in view.
	Entrances []string
	// Masks are the smallest that leave none of this in view, clockwise from north.
	Masks []MaskProposal
}

// DwellingInView is the part of one dwelling.
type DwellingInView struct {
	Obstacle string
	FacadeM  float64
}

// MaskProposal is a mask and its price.
type MaskProposal struct {
	Mask
	// CostM2 is the watched ground that the head sees in these directions, in square metres, in the order of the levels.
	CostM2 []float64
}

// Privacy finds the dwellings that heads have in view, level by level, and the masks that would hide them. Heads
// without any are left out. Obstacles lower than a head hide no wall behind them, since they do not hide its top.
//
// Errors: as [Cover].
func Privacy(ctx context.Context, scene Scene, options PrivacyOptions) ([]PrivacyFinding, error) {
	p, err := newPrivacyStudy(ctx, scene, options)
	if err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	findings := make([]PrivacyFinding, len(scene.Heads))
	err = inParallel(options.Workers, len(scene.Heads), func(k int) (err error) {
		if err = ctx.Err(); err == nil {
			findings[k], err = p.head(ctx, k)
		}
		if err != nil {
			err = fmt.Errorf("camera %q: %w", scene.Heads[k].Camera, err)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	return slices.DeleteFunc(findings, func(f PrivacyFinding) bool { return len(f.Levels) == 0 }), nil
}

// privacyStudy is a scene on the grid.
type privacyStudy struct {
	*study
	scene     Scene
	options   PrivacyOptions
	entrances []vertex
}

func newPrivacyStudy(ctx context.Context, scene Scene, options PrivacyOptions) (*privacyStudy, error) {
	if err := scene.validate(); err != nil {
		return nil, err
	}
	frame, err := frameFor(scene.Perimeter)
	if err != nil {
		return nil, err
	}
	p := &privacyStudy{study: &study{frame: frame, options: options.Options, levels: scene.byDensity()}, scene: scene, options: options}
	if p.blocks, err = newBlocks(ctx, frame, scene.Obstacles); err != nil {
		return nil, err
	}
	p.lookers = newSpares(func() *looker { return newLooker(p.blocks) })
	for _, e := range options.Entrances {
		if err := ValidatePoint(e.At); err != nil {
			return nil, fmt.Errorf("entrance %q: %w", e.ID, err)
		}
		p.entrances = append(p.entrances, frame.grid.vertex(frame.ToLocal(e.At)))
	}
	return p, p.drawGround(ctx, scene)
}

// byDensity gives the levels in the order of increasing density.
func (s Scene) byDensity() []Level {
	levels := slices.Clone(s.Levels)
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(a.DensityPxM, b.DensityPxM) })
	return levels
}

// head finds what one head has in view.
func (p *privacyStudy) head(ctx context.Context, k int) (PrivacyFinding, error) {
	h := p.scene.Heads[k]
	out := PrivacyFinding{Camera: h.Camera, Head: k}
	reachM, err := p.reachM(h)
	local := p.frame.ToLocal(h.At)
	if err != nil || max(math.Abs(local[0]), math.Abs(local[1]))+reachM > p.frame.grid.maxM() {
		return out, err
	}
	stance, err := p.blocks.stand(h, p.frame.grid.vertex(local), p.options.ForceFacade)
	var inside *InsideError
	if errors.As(err, &inside) {
		return out, nil
	} else if err != nil {
		return out, err
	}
	looker := p.lookers.take()
	defer p.lookers.give(looker)
	o := p.frame.outlook(h, stance.eye, reachM)
	e := looker.envelope(o)
	walls := e.dwellings()
	views := h.views()
	widest := views[len(views)-1] // a moving head sees all that it sees unmoved
	found := false
	for _, level := range p.levels {
		sector, err := widest.sector(p.frame.grid, o, level.DensityPxM)
		if err != nil {
			return out, err
		}
		inView, fans := p.level(&e, walls, sector)
		inView.Level = level
		for _, a := range joinFans(fans, p.options.MinMaskDeg) {
			inView.Masks = append(inView.Masks, MaskProposal{Mask: a.mask()})
		}
		out.Levels, found = append(out.Levels, inView), found || len(fans) > 0
	}
	if !found {
		return PrivacyFinding{}, nil
	}
	if p.options.Unpriced {
		return out, nil
	}
	return out, p.price(ctx, looker, o, widest, out.Levels)
}

// level finds what is in view in a sector, and in which directions.
func (p *privacyStudy) level(e *envelope, walls []wallInSight, s sector) (PrivacyLevel, []fan) {
	var out PrivacyLevel
	var fans []fan
	byObstacle := map[int32]float64{}
	for _, w := range walls {
		for _, part := range w.between(s.nearM, s.farM) {
			length := math.Hypot(part[1].x-part[0].x, part[1].y-part[0].y)
			if length == 0 {
				continue
			}
			byObstacle[w.obstacle] += length
			out.FacadeM += length
			fans = append(fans, fanBetween(part[0], part[1]))
		}
	}
	for obstacle, m := range byObstacle {
		out.Dwellings = append(out.Dwellings, DwellingInView{p.blocks.facts[obstacle].id, m})
	}
	slices.SortFunc(out.Dwellings, func(a, b DwellingInView) int {
		return cmp.Or(cmp.Compare(b.FacadeM, a.FacadeM), cmp.Compare(a.Obstacle, b.Obstacle))
	})
	for k, at := range p.entrances {
		d := at.seenFrom(e.outlook.eye)
		step := e.outlook.compass.ground(offset{float64(d.x), float64(d.y)})
		distanceM := math.Hypot(step.x, step.y) / p.frame.grid.perM()
		if distanceM < s.nearM || distanceM > s.farM || !e.showsWall(d) {
			continue
		}
		out.Entrances = append(out.Entrances, p.options.Entrances[k].ID)
		half := degrees(math.Atan2(entranceWidthM/2, distanceM))
		fans = append(fans, fan{bearingOf(step) - half, 2 * half})
	}
	return out, fans
}

// price finds the watched ground that each mask costs: what is seen when all other directions are shut.
func (p *privacyStudy) price(ctx context.Context, l *looker, o outlook, v headView, levels []PrivacyLevel) error {
	for k := range levels {
		for i := range levels[k].Masks {
			m := &levels[k].Masks[i]
			others := o
			if m.ToDeg-m.FromDeg < fullCircleDeg {
				others.masks = append(others.masks, Mask{m.ToDeg, m.FromDeg + 360})
			}
			e := l.envelope(others)
			for _, level := range levels {
				costM2, err := p.costM2(ctx, &e, v, level.Level)
				if err != nil {
					return err
				}
				m.CostM2 = append(m.CostM2, costM2)
			}
		}
	}
	return nil
}

// costM2 is the watched ground that an envelope sees at a level.
func (p *privacyStudy) costM2(ctx context.Context, e *envelope, v headView, level Level) (float64, error) {
	sector, err := v.sector(p.frame.grid, e.outlook, level.DensityPxM)
	if err != nil || sector.farM-sector.nearM < minRadiusM {
		return 0, err
	}
	seen, err := e.surface(ctx, sector, sector.cut(p.options.arcToleranceM()))
	if err != nil || len(seen) == 0 {
		return 0, err
	}
	d, err := arrangeNear([]surface{seen}, []surface{p.plot.near([]surface{seen})}).walk(ctx, want{workers: 1})
	if err != nil {
		return 0, err
	}
	d.ground = math.Inf(1) // not known
	return d.seenM2(p.frame.grid), nil
}
