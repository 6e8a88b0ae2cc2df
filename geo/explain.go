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

// Reason tells why a head does not see a place.
type Reason string

// The reasons not to see a place.
const (
	// OffAxis is beside the field of view, or beyond what a moving head can be turned to.
	OffAxis Reason = "off axis"
	// DeadZone is nearer than the lower edge of the picture.
	DeadZone Reason = "dead zone"
	// OutOfRange is above the upper edge of the picture, or beyond [MaxReachM].
	OutOfRange Reason = "out of range"
	// TooFewPixels is too far for the density of the level.
	TooFewPixels Reason = "too few pixels"
	// Masked is in a direction that a privacy mask blackens.
	Masked Reason = "masked"
	// Hidden is behind an obstacle, or under one.
	Hidden Reason = "hidden"
	// Dark is too far for the light, by night.
	Dark Reason = "dark"
	// LightUnknown is not counted by night, because the head does not say how far it sees.
	LightUnknown Reason = "light unknown"
	// Buried is a head so deep inside an obstacle that it is taken to see nothing, see [InsideError].
	Buried Reason = "buried"
)

// Explanation tells what one view of a head sees of a place, and why.
type Explanation struct {
	// Camera is the device, Head the rank of the head in the scene.
	Camera string
	Head   int
	View   View
	// DistanceM is the distance on the ground, metres, from where the head looks (see Move), and BearingDeg the
	// direction of the place from there, degrees clockwise from geographic north.
	DistanceM, BearingDeg float64
	// DensityPxM is the pixel density at the place, px/m, were it in the picture.
	DensityPxM float64
	// OffAxisDeg is the angle between the place and the axis, HalfApertureDeg the angle up to which the view sees.
	OffAxisDeg, HalfApertureDeg float64
	// HiddenBy is the obstacle that hides the place, or covers it, the nearest to the head; empty when none does.
	// HiddenAtM is its distance there, metres.
	HiddenBy  string
	HiddenAtM float64
	// Move is not nil when the head was placed on or inside an obstacle, and taken to look from before its wall.
	Move *FacadeMove
	// Levels are in the order of increasing density.
	Levels []LevelVerdict
}

// LevelVerdict tells whether a view sees a place at one level.
type LevelVerdict struct {
	Level Level
	// NearM and FarM are the distances on the ground between which the view sees at this level, metres; both 0 when
	// nowhere.
	NearM, FarM float64
	// ByDay and ByNight are all reasons not to see it; a place without a reason is seen.
	ByDay, ByNight []Reason
}

// Seen tells whether the place is seen by day.
func (v LevelVerdict) Seen() bool { return len(v.ByDay) == 0 }

// SeenByNight tells whether the place is seen by night.
func (v LevelVerdict) SeenByNight() bool { return len(v.ByNight) == 0 }

// Explain tells, for each head near a place (lon, lat), what it sees of it at each level, and why it does not: heads
// from which it is no farther than twice their reach at the lowest level, and those within 100 m. A place that some
// explanation says is seen is in what [Cover] says is seen, if it is watched ground, and the other way round, up to the
// tolerance of arcs. Explanations come nearest head first.
//
// Errors: as [Cover]; obstacles far from the place are not looked at.
func Explain(ctx context.Context, scene Scene, at orb.Point, options Options) ([]Explanation, error) {
	x, err := newExplainer(ctx, scene, at, options)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	var out []Explanation
	for _, k := range x.near {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("explain: %w", context.Cause(ctx))
		}
		explanations, err := x.head(k)
		if err != nil {
			return nil, fmt.Errorf("explain: camera %q: %w", scene.Heads[k].Camera, err)
		}
		out = append(out, explanations...)
	}
	slices.SortStableFunc(out, func(a, b Explanation) int { return cmp.Compare(a.DistanceM, b.DistanceM) })
	return out, nil
}

// explainer is the part of a scene round a place.
type explainer struct {
	scene   Scene
	options Options
	levels  []Level
	frame   Frame
	at      vertex
	near    []int // ranks of heads
	looker  *looker
}

func newExplainer(ctx context.Context, scene Scene, at orb.Point, options Options) (*explainer, error) {
	if err := errors.Join(scene.validate(), ValidatePoint(at)); err != nil {
		return nil, err
	}
	frame, err := frameFor(scene.Perimeter)
	if err != nil {
		return nil, err
	}
	x := &explainer{scene: scene, options: options, frame: frame, levels: scene.byDensity()}
	local := frame.ToLocal(at)
	if !frame.grid.holds(local) {
		return nil, ErrTooLarge
	}
	x.at = frame.grid.vertex(local)
	bound := orb.Bound{Min: at, Max: at}
	for k, h := range scene.Heads {
		near, err := x.nearHead(h, local)
		if err != nil {
			return nil, fmt.Errorf("camera %q: %w", h.Camera, err)
		}
		if near {
			x.near = append(x.near, k)
			bound = bound.Extend(h.At)
		}
	}
	const marginM = 500 // walls round heads that stand inside obstacles
	around := bound.Pad(marginM / 111_000.0 / math.Cos(radians(min(maxFrameLat, math.Abs(at.Lat())+1))))
	var obstacles []Obstacle
	for _, o := range scene.Obstacles {
		if o.Shape.Bound().Intersects(around) {
			obstacles = append(obstacles, o)
		}
	}
	b, err := newBlocks(ctx, frame, obstacles)
	if err != nil {
		return nil, err
	}
	x.looker = newLooker(b)
	return x, nil
}

// nearHead tells whether a head is near enough to be of interest.
func (x *explainer) nearHead(h Head, local orb.Point) (bool, error) {
	const leastM, times = 100, 2
	p := x.frame.ToLocal(h.At)
	distanceM := math.Hypot(p[0]-local[0], p[1]-local[1])
	for _, v := range h.views() {
		if len(x.levels) == 0 {
			break
		}
		_, farM, err := v.sensor.Reach(x.levels[0].DensityPxM)
		if err != nil {
			return false, err
		}
		if distanceM <= min(MaxReachM, max(leastM, times*farM)) && x.frame.grid.holds(p) {
			return true, nil
		}
	}
	return false, nil
}

// head explains every view of a head.
func (x *explainer) head(k int) ([]Explanation, error) {
	h, b := x.scene.Heads[k], x.looker.blocks
	placed := x.frame.grid.vertex(x.frame.ToLocal(h.At))
	stance, err := b.stand(h, placed, x.options.ForceFacade)
	var inside *InsideError
	if err != nil && !errors.As(err, &inside) {
		return nil, err
	}
	if inside != nil {
		stance.eye = placed
	}
	d := x.at.seenFrom(stance.eye)
	o := x.frame.outlook(h, stance.eye, 0)
	step := o.compass.ground(offset{float64(d.x), float64(d.y)})
	base := Explanation{
		Camera: h.Camera, Head: k, Move: b.move(x.frame, stance),
		DistanceM:  math.Hypot(step.x, step.y) / x.frame.grid.perM(),
		BearingDeg: math.Mod(degrees(math.Atan2(step.x, step.y))+360, 360),
	}
	o.rangeM = base.DistanceM + 1
	common := x.commonReasons(&base, o, d)
	if inside != nil {
		base.Move, common = nil, append(common, Buried)
	}
	var out []Explanation
	for _, v := range h.views() {
		e, err := base.view(h, v, x.levels, common)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// commonReasons are those that hold for every view and level: obstacles and masks.
func (x *explainer) commonReasons(base *Explanation, o outlook, d vec) []Reason {
	var reasons []Reason
	if slices.ContainsFunc(o.masks, func(m Mask) bool { return o.compass.masks(m, d) }) {
		reasons = append(reasons, Masked)
	}
	o.apertureDeg, o.masks = 360, nil
	e := x.looker.envelope(o)
	if obstacle, share := e.hides(d); obstacle >= 0 {
		base.HiddenBy, base.HiddenAtM = x.looker.blocks.facts[obstacle].id, share*base.DistanceM
		reasons = append(reasons, Hidden)
	}
	return reasons
}

// masks tells whether a mask shuts a direction, as [looker.shut] does.
func (c compass) masks(m Mask, d vec) bool {
	first, last, turn := c.bearing(m.ToDeg).turn(), c.bearing(m.FromDeg).turn(), d.turn()
	switch {
	case m.ToDeg-m.FromDeg >= fullCircleDeg:
		return true
	case first <= last:
		return first <= turn && turn < last
	}
	return turn >= first || turn < last
}

// view completes the explanation for one view.
func (e Explanation) view(h Head, v headView, levels []Level, common []Reason) (Explanation, error) {
	e.View = Reachable
	if v.layer == permanentByDay {
		e.View = Permanent
	}
	var err error
	if e.DensityPxM, err = v.sensor.DensityAt(v.sensor.SlantM(e.DistanceM)); err != nil {
		return e, err
	}
	e.HalfApertureDeg = v.apertureDeg / 2
	if e.DistanceM > 0 {
		e.OffAxisDeg = math.Abs(math.Remainder(e.BearingDeg-v.axisDeg, 360))
	}
	if v.apertureDeg < fullCircleDeg && e.OffAxisDeg > e.HalfApertureDeg {
		common = append(slices.Clone(common), OffAxis)
	}
	for _, level := range levels {
		verdict := LevelVerdict{Level: level}
		if verdict.NearM, verdict.FarM, err = v.sensor.Reach(level.DensityPxM); err != nil {
			return e, err
		}
		verdict.FarM = min(verdict.FarM, MaxReachM)
		verdict.ByDay = append(e.distanceReasons(v.sensor, verdict), common...)
		verdict.ByNight = slices.Clone(verdict.ByDay)
		switch {
		case h.NightReachM == nil:
			verdict.ByNight = append(verdict.ByNight, LightUnknown)
		case e.DistanceM > groundSide(*h.NightReachM, v.sensor.dropM()):
			verdict.ByNight = append(verdict.ByNight, Dark)
		}
		e.Levels = append(e.Levels, verdict)
	}
	return e, nil
}

// distanceReasons are those of the distance, at one level.
func (e Explanation) distanceReasons(s Sensor, v LevelVerdict) []Reason {
	var reasons []Reason
	nearM, upperM, _ := s.verticalLimits()
	if e.DistanceM < nearM && nearM >= minRadiusM {
		reasons = append(reasons, DeadZone)
	}
	if e.DensityPxM < v.Level.DensityPxM {
		reasons = append(reasons, TooFewPixels)
	}
	if e.DistanceM > min(upperM, MaxReachM) {
		reasons = append(reasons, OutOfRange)
	}
	if outside := e.DistanceM > v.FarM || v.FarM-v.NearM < minRadiusM; outside && len(reasons) == 0 { // by a rounding
		reasons = append(reasons, OutOfRange)
	}
	return reasons
}

// hides finds the nearest obstacle that hides a place, or covers it, and the share of the way at which it does; −1
// when none does.
func (e *envelope) hides(d vec) (obstacle int32, share float64) {
	obstacle, share = -1, 1.0
	if wall := e.wallAt(d); wall >= 0 {
		w := e.sightline(wall)
		if nearness := w.nearness(offset{float64(d.x), float64(d.y)}); nearness > 1 {
			obstacle, share = e.blocks.obstacleOf(wall), 1/nearness
		}
	}
	for _, r := range e.low {
		if at, hidden := e.inShadow(r, d); hidden && at < share {
			obstacle, share = e.blocks.rings[r].obstacle, at
		}
	}
	return obstacle, share
}

// inShadow tells whether a place lies in the shadow of a low ring with its holes, or on its ground, and the share of
// the way at which it is first hidden: lines of sight are low enough from the place divided by the factor of the shadow
// on, and hidden if they are over the ring there, or meet it farther on.
func (e *envelope) inShadow(r int32, d vec) (share float64, hidden bool) {
	b := e.blocks
	low := 1 / e.outlook.shadowFactor(b.rings[r].heightM)
	share = math.Inf(1)
	windings := 0 // round the place where the line gets low enough
	for k := r; k == r || k < int32(len(b.rings)) && b.rings[k].hole; k++ {
		ring := b.vertexRing(k)
		for i := 1; i < len(ring); i++ {
			p, q := ring[i-1].seenFrom(e.outlook.eye), ring[i].seenFrom(e.outlook.eye)
			leftP, leftQ := d.cross(p) >= 0, d.cross(q) >= 0
			if leftP == leftQ {
				continue
			}
			along := q.minus(p)
			t := float64(p.cross(along)) / float64(d.cross(along))
			switch {
			case t < low:
				continue
			case leftQ:
				windings++
			default:
				windings--
			}
			share = min(share, t)
		}
	}
	if windings > 0 {
		share = low
	}
	return share, share <= 1
}
