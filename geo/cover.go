package geo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"
)

// MaxReachM is the farthest that a head is taken to see, metres: beyond it haze and heat decide, not optics.
const MaxReachM = 3_000.0

// Cover computes what the heads of a scene see of its perimeter and of its zones, level by level, exactly (on polygons
// inscribed in the true sectors), by the method of boundary depth.
//
// Errors: a *[Violation] for a bad geometry, an *[UnknownError] for a head without optics, [ErrTooLarge] for a
// perimeter more than 54 km across; the context's own when it ends.
func Cover(ctx context.Context, scene Scene, options Options) (Coverage, error) {
	s, err := newStudy(ctx, scene, options)
	if err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	jobs := s.jobs()
	if err := inParallel(options.Workers, len(jobs), func(k int) error { return jobs[k](ctx) }); err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	for l := range s.out.Levels {
		// What is seen unmoved is part of what is seen; two ways to merge the same sectors may differ by a rounding.
		out := &s.out.Levels[l]
		out.PermanentM2 = min(out.PermanentM2, out.SeenM2)
	}
	return s.out, nil
}

// study is a scene on the grid.
type study struct {
	frame     Frame
	levels    []Level
	perimeter surface
	zones     []surface
	// reachable[level][camera] is what a camera can see, permanent what it sees unmoved.
	reachable, permanent [][]surface
	out                  Coverage
}

func newStudy(ctx context.Context, scene Scene, options Options) (*study, error) {
	if err := scene.validate(); err != nil {
		return nil, err
	}
	frame, err := frameFor(scene.Perimeter)
	if err != nil {
		return nil, err
	}
	s := &study{frame: frame, levels: slices.Clone(scene.Levels)}
	slices.SortStableFunc(s.levels, func(a, b Level) int { return cmp.Compare(a.DensityPxM, b.DensityPxM) })
	if s.perimeter, err = frame.surface(ctx, scene.Perimeter); err != nil {
		return nil, err
	}
	if b := s.perimeter.box(); max(-int64(b.x0), -int64(b.y0), int64(b.x1), int64(b.y1)) > maxPerimeterM*unitsPerM {
		return nil, ErrTooLarge
	}
	for _, r := range s.perimeter {
		s.out.GroundM2 += twiceArea(r) / 2 * squareM2
	}
	for _, z := range scene.Zones {
		shape, err := frame.surface(ctx, clipped(z.Shape, scene.Perimeter.Bound()))
		if err != nil {
			return nil, fmt.Errorf("zone %q: %w", z.ID, err)
		}
		s.zones = append(s.zones, shape)
		s.out.Zones = append(s.out.Zones, ZoneCoverage{ID: z.ID, Levels: make([]LevelCoverage, len(s.levels))})
	}
	s.out.Levels = make([]LevelCoverage, len(s.levels))
	return s, s.place(ctx, scene.Heads, options)
}

// frameFor is the frame round the middle of a shape.
func frameFor(shape orb.MultiPolygon) (Frame, error) {
	bound := shape.Bound()
	frame, err := NewFrame(bound.Center())
	if err != nil {
		return frame, err
	}
	if bound.Min[0] == -180 && bound.Max[0] == 180 {
		return frame, &Violation{Rule: RuleTwoSides, At: bound.Max}
	}
	for _, corner := range []orb.Point{bound.Min, bound.Max, {bound.Min[0], bound.Max[1]}, {bound.Max[0], bound.Min[1]}} {
		if p := frame.ToLocal(corner); bound.Max[0]-bound.Min[0] > 90 || math.Hypot(p[0], p[1]) > 1.5*maxFrameM {
			return frame, ErrTooLarge
		}
	}
	return frame, nil
}

func (s Scene) validate() error {
	var faults []error
	if err := Validate(s.Perimeter); err != nil {
		faults = append(faults, fmt.Errorf("perimeter: %w", err))
	}
	for _, z := range s.Zones {
		if err := Validate(z.Shape); err != nil {
			faults = append(faults, fmt.Errorf("zone %q: %w", z.ID, err))
		}
	}
	for _, l := range s.Levels {
		if !(l.DensityPxM > 0) || math.IsInf(l.DensityPxM, 0) {
			faults = append(faults, fmt.Errorf("level %q: density must be above zero", l.Code))
		}
	}
	for _, h := range s.Heads {
		if err := ValidatePoint(h.At); err != nil {
			faults = append(faults, fmt.Errorf("camera %q: %w", h.Camera, err))
		}
		if h.BearingDeg != nil && (math.IsNaN(*h.BearingDeg) || math.IsInf(*h.BearingDeg, 0)) {
			faults = append(faults, fmt.Errorf("camera %q: bearing is not a finite number", h.Camera))
		}
	}
	return errors.Join(faults...)
}

// place puts every head on the grid, at every level.
func (s *study) place(ctx context.Context, heads []Head, options Options) error {
	tolerance := options.ArcToleranceM
	if !(tolerance > 0) {
		tolerance = defaultArcToleranceM
	}
	var cameras []string
	byCamera := map[string][]Head{}
	for _, h := range heads {
		if _, known := byCamera[h.Camera]; !known {
			cameras = append(cameras, h.Camera)
		}
		byCamera[h.Camera] = append(byCamera[h.Camera], h)
	}
	none := make([]float64, len(s.levels))
	for _, c := range cameras {
		s.out.Cameras = append(s.out.Cameras,
			CameraCoverage{Camera: c, FootprintM2: slices.Clone(none), ExclusiveM2: slices.Clone(none)})
	}
	for _, l := range s.levels {
		reachable, permanent := make([]surface, len(cameras)), make([]surface, len(cameras))
		for k, c := range cameras {
			var sides [2][]surface
			for _, h := range byCamera[c] {
				if err := s.look(h, l.DensityPxM, tolerance, &sides); err != nil {
					return fmt.Errorf("camera %q: %w", c, err)
				}
			}
			var err [2]error
			permanent[k], err[0] = merge(ctx, sides[0])
			reachable[k], err[1] = merge(ctx, slices.Concat(sides[0], sides[1]))
			if err := errors.Join(err[:]...); err != nil {
				return fmt.Errorf("camera %q: %w", c, err)
			}
		}
		s.reachable, s.permanent = append(s.reachable, reachable), append(s.permanent, permanent)
	}
	return nil
}

// look adds the sectors of a head at one density: sides[0] what it sees unmoved, sides[1] what it can be turned to see.
func (s *study) look(h Head, densityPxM, toleranceM float64, sides *[2][]surface) error {
	local := s.frame.ToLocal(h.At)
	for _, v := range h.views() {
		nearM, farM, err := v.sensor.Reach(densityPxM)
		if err != nil {
			return err
		}
		farM = min(farM, MaxReachM)
		if nearM < minRadiusM {
			nearM = 0
		}
		far := max(math.Abs(local[0]), math.Abs(local[1])) + farM
		if farM-nearM < minRadiusM || far > maxFrameM { // beyond the frame it cannot see into any perimeter
			continue
		}
		sector := sector{at: local, axisDeg: v.axisDeg + s.frame.Convergence(h.At), apertureDeg: v.apertureDeg, nearM: nearM, farM: farM}
		c := sector.cut(toleranceM)
		s.out.ArcInsetM = max(s.out.ArcInsetM, c.insetM)
		s.out.ArcLossShare = max(s.out.ArcLossShare, c.lossShare)
		side := 0
		if v.view == Reachable {
			side = 1
		}
		sides[side] = append(sides[side], sector.surface(c))
	}
	return nil
}

// headView is one sector of a head.
type headView struct {
	view                 View
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
		out = append(out, headView{Permanent, axis, field, h.Sensor})
	}
	turned := h.Sensor
	if h.PanRangeDeg > 0 {
		turned.TiltDeg = nil // it tilts too: no dead zone at the foot of its mast, no ground above its picture
	}
	switch {
	case !known:
		out = append(out, headView{Reachable, axis, 360, turned})
	case h.PanRangeDeg > 0:
		out = append(out, headView{Reachable, axis, min(360, field+h.PanRangeDeg), turned})
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

// jobs are the walks of a study; each writes its own part of the result.
func (s *study) jobs() []func(context.Context) error {
	var jobs []func(context.Context) error
	for l := range s.levels {
		out := &s.out.Levels[l]
		out.Level = s.levels[l]
		jobs = append(jobs,
			func(ctx context.Context) error { return s.level(ctx, l) },
			func(ctx context.Context) error {
				return areas(ctx, s.permanent[l], []surface{s.perimeter}, func(d *depths) { out.PermanentM2 = d.seenM2() })
			})
		for z, zone := range s.zones {
			part := &s.out.Zones[z].Levels[l]
			part.Level = s.levels[l]
			inside := []surface{s.perimeter, zone}
			jobs = append(jobs,
				func(ctx context.Context) error { return areas(ctx, s.reachable[l], inside, part.fill) },
				func(ctx context.Context) error {
					return areas(ctx, s.permanent[l], inside, func(d *depths) { part.PermanentM2 = d.seenM2() })
				})
		}
	}
	for z, zone := range s.zones {
		jobs = append(jobs, func(ctx context.Context) error {
			return areas(ctx, nil, []surface{s.perimeter, zone}, func(d *depths) { s.out.Zones[z].GroundM2 = d.ground * squareM2 })
		})
	}
	return jobs
}

// level computes one level over the whole perimeter, with shapes and cameras.
func (s *study) level(ctx context.Context, l int) error {
	d, err := arrange(s.reachable[l], []surface{s.perimeter}).walk(ctx, want{outlines: true, exclusives: true})
	if err != nil {
		return err
	}
	out := &s.out.Levels[l]
	out.fill(d)
	for k := range s.out.Cameras {
		s.out.Cameras[k].FootprintM2[l] = max(0, d.each[k]*squareM2)
		s.out.Cameras[k].ExclusiveM2[l] = max(0, d.only[k]*squareM2)
	}
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

// areas walks the footprints that meet the last domain.
func areas(ctx context.Context, footprints, domains []surface, use func(*depths)) error {
	limit := domains[len(domains)-1].box()
	var near []surface
	for _, f := range footprints {
		if f.box().meets(limit) {
			near = append(near, f)
		}
	}
	d, err := arrange(near, domains).walk(ctx, want{})
	if err != nil {
		return err
	}
	use(d)
	return nil
}

func (d *depths) seenM2() float64 {
	if len(d.atLeast) == 0 {
		return 0
	}
	return min(d.atLeast[0], d.ground) * squareM2
}

// fill takes the surfaces of a walk.
func (c *LevelCoverage) fill(d *depths) {
	c.SeenM2 = d.seenM2()
	c.BlindM2 = d.ground*squareM2 - c.SeenM2
	c.AtLeastM2 = make([]float64, len(d.atLeast))
	for k, m := range d.atLeast {
		c.AtLeastM2[k] = min(m, d.ground) * squareM2
	}
}

// inParallel runs n jobs on some workers (0: one per processor) and returns the error of the first job in order that
// failed.
func inParallel(workers, n int, job func(k int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	failed := make([]error, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(workers, n) {
		group.Go(func() {
			for k := next.Add(1) - 1; k < int64(n); k = next.Add(1) - 1 {
				failed[k] = job(int(k))
			}
		})
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
