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

// study is a scene on the grid.
type study struct {
	frame   Frame
	options Options
	levels  []Level // in the order of increasing density
	// ground is what is watched: the perimeter less the obstacles, or the ground of the scene in the place of all of it.
	ground, perimeter surface
	plot              *plot // of the ground
	zones             []surface
	blocks            *blocks
	lookers           *spares[*looker]
	cameras           []placed
	// ranks[i] is the rank in cameras of the camera of head i, parts[i] the rank of the head among those of its camera.
	ranks, parts []int
	tables       []table
	// groups[i][k] is the rank among all losses of what camera k goes away with in grouping i; −1 when it stays.
	groups [][]int32
	// figuresOnly leaves the shapes and the parts of the cameras out.
	figuresOnly bool
	out         Coverage
}

func newStudy(ctx context.Context, scene Scene, options Options) (*study, error) {
	if err := scene.validate(); err != nil {
		return nil, err
	}
	frame, err := frameFor(scene.Perimeter)
	if err != nil {
		return nil, err
	}
	s := &study{frame: frame, options: options, levels: slices.Clone(scene.Levels)}
	slices.SortStableFunc(s.levels, func(a, b Level) int { return cmp.Compare(a.DensityPxM, b.DensityPxM) })
	if s.blocks, err = newBlocks(ctx, frame, scene.Obstacles); err != nil {
		return nil, err
	}
	s.lookers = newSpares(func() *looker { return newLooker(s.blocks) })
	if err := s.drawGround(ctx, scene); err != nil {
		return nil, err
	}
	for _, z := range scene.Zones {
		shape, err := frame.surface(ctx, clipped(z.Shape, scene.Perimeter.Bound()))
		if err != nil {
			return nil, fmt.Errorf("zone %q: %w", z.ID, err)
		}
		s.zones = append(s.zones, shape)
	}
	return s, s.place(ctx, scene)
}

// drawGround draws what is to be watched.
func (s *study) drawGround(ctx context.Context, scene Scene) error {
	perimeter, err := s.frame.surface(ctx, scene.Perimeter)
	if err != nil {
		return err
	}
	s.out.PerimeterM2 = s.frame.grid.areaM2(perimeter)
	s.perimeter = perimeter
	domains := []surface{perimeter}
	if scene.Ground != nil {
		given, err := s.frame.surface(ctx, clipped(scene.Ground, scene.Perimeter.Bound()))
		if err != nil {
			return fmt.Errorf("ground: %w", err)
		}
		domains = append(domains, given)
	}
	built := s.built(perimeter.box())
	s.ground = perimeter
	if len(domains)+len(built) > 1 {
		d, err := arrange(built, domains).walk(ctx, want{outlines: true})
		if err != nil {
			return err
		}
		rings, err := d.gaps()
		if err != nil {
			return err
		}
		s.ground = tidy(rings)
	}
	s.plot = newPlot(s.ground)
	s.out.GroundM2 = s.frame.grid.areaM2(s.ground)
	return nil
}

// built are the footprints of the obstacles that meet a box.
func (s *study) built(limit box) []surface {
	var built []surface
	for r, ring := range s.blocks.rings {
		if !ring.hole && boxOf(s.blocks.vertexRing(int32(r))).meets(limit) {
			built = appendSound(built, s.blocks.footprint(int32(r)))
		}
	}
	return built
}

// frameFor is the frame round the middle of a shape, with the finest grid on which it fits: nothing has to be split.
func frameFor(shape orb.MultiPolygon) (Frame, error) {
	bound := shape.Bound()
	frame, err := NewFrame(bound.Center())
	if err != nil {
		return frame, err
	}
	if bound.Min[0] == -180 && bound.Max[0] == 180 {
		return frame, &Violation{Rule: RuleTwoSides, At: bound.Max}
	}
	halfM := frame.halfM(bound)
	for ; frame.grid <= coarsest; frame.grid++ {
		if halfM <= frame.grid.maxPerimeterM() {
			return frame, nil
		}
	}
	return frame, ErrTooLarge
}

// halfM is how far to the east, west, north or south of the origin a box of lon, lat round it reaches, metres. Its
// parallels and meridians lie farthest out in their middles, at their ends, or on the equator.
func (f Frame) halfM(b orb.Bound) float64 {
	if b.Max[0]-b.Min[0] > 90 {
		return math.Inf(1)
	}
	halfM, middle := 0.0, b.Center()
	for _, lon := range []float64{b.Min[0], middle[0], b.Max[0]} {
		for _, lat := range []float64{b.Min[1], max(b.Min[1], min(b.Max[1], 0)), b.Max[1]} {
			p := f.ToLocal(orb.Point{lon, lat})
			halfM = max(halfM, math.Abs(p[0]), math.Abs(p[1]))
		}
	}
	return halfM
}

// validate lists every fault of a scene.
func (s Scene) validate() error {
	var faults []error
	check := func(what, id string, err error) {
		if err != nil && id != "" {
			what = fmt.Sprintf("%s %q", what, id)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", what, err))
		}
	}
	check("perimeter", "", Validate(s.Perimeter))
	if len(s.Ground) > 0 {
		check("ground", "", asError(ringsFault(s.Ground)))
	}
	for _, z := range s.Zones {
		check("zone", z.ID, Validate(z.Shape))
	}
	for _, o := range s.Obstacles {
		check("obstacle", o.ID, o.validate())
	}
	for _, l := range s.Levels {
		if !(l.DensityPxM > 0) || math.IsInf(l.DensityPxM, 0) {
			check("level", l.Code, errors.New("density must be above zero"))
		}
	}
	for _, h := range s.Heads {
		check("camera", h.Camera, h.validate())
	}
	for _, b := range s.Subsets {
		if slices.ContainsFunc(b.Heads, func(k int) bool { return k < 0 || k >= len(s.Heads) }) {
			check("subset", b.ID, errors.New("names a head that is not there"))
		}
	}
	return errors.Join(faults...)
}

// validate looks at the height; the shape is looked at when it is carried to the grid.
func (o Obstacle) validate() error {
	if o.HeightM != nil && !(*o.HeightM >= 0 && isFinite(*o.HeightM)) {
		return errors.New("height must be a number of metres, zero or more")
	}
	return nil
}

func (h Head) validate() error {
	if err := ValidatePoint(h.At); err != nil {
		return err
	}
	if h.BearingDeg != nil && !isFinite(*h.BearingDeg) {
		return errors.New("bearing is not a finite number")
	}
	if h.NightReachM != nil && !(*h.NightReachM >= 0) {
		return errors.New("reach by night must be zero or more")
	}
	if !isFinite(h.Sensor.TargetHeightM) {
		return errors.New("target height is not a finite number")
	}
	if math.IsNaN(h.PanRangeDeg) {
		return errors.New("pan range is not a number")
	}
	if err := h.Tolerance.validate(); err != nil {
		return err
	}
	for _, m := range h.Masks {
		if !isFinite(m.FromDeg) || !isFinite(m.ToDeg) {
			return errors.New("mask is not between two finite bearings")
		}
	}
	return nil
}

// maxShiftM is how far a place may be off, metres.
const maxShiftM = 10_000

func (t Tolerance) validate() error {
	for _, v := range [3]float64{t.BearingDeg, t.HeightM, t.PositionM} {
		if !(v >= 0 && isFinite(v)) {
			return errors.New("tolerance must be a finite number, zero or more")
		}
	}
	if t.PositionM > maxShiftM {
		return fmt.Errorf("tolerance of the position is more than %g m", float64(maxShiftM))
	}
	return nil
}
