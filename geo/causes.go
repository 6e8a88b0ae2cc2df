package geo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// causes finds what each fact in doubt costs, and gives the greatest.
func (s *study) causes(ctx context.Context, heads []Head, most int) ([]Cause, error) {
	byCamera := make([][]Head, len(s.cameras))
	for i, h := range heads {
		byCamera[s.ranks[i]] = append(byCamera[s.ranks[i]], h)
	}
	boxes := s.permanentBoxes()
	found := make([][]Cause, len(heads))
	err := inParallel(s.options.Workers, len(heads), func(i int) (err error) {
		t := trial{study: s, boxes: boxes, rank: s.ranks[i], heads: byCamera[s.ranks[i]], part: s.parts[i]}
		if found[i], err = t.causes(ctx); err != nil {
			err = fmt.Errorf("camera %q: %w", heads[i].Camera, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(found...)
	slices.SortStableFunc(all, func(a, b Cause) int { return cmp.Compare(slices.Max(b.SpanM2), slices.Max(a.SpanM2)) })
	return all[:min(most, len(all))], nil
}

// permanentBoxes are the boxes of what every camera sees unmoved, [level][camera].
func (s *study) permanentBoxes() [][]box {
	boxes := make([][]box, len(s.levels))
	for l := range boxes {
		for _, p := range s.cameras {
			boxes[l] = append(boxes[l], p.seen[permanentByDay][l].box())
		}
	}
	return boxes
}

// trial changes the facts of one head while all others stay.
type trial struct {
	*study
	boxes      [][]box
	rank, part int // of the camera, and of the head among its heads
	heads      []Head
}

// causes tries each fact of the head that is in doubt.
func (t trial) causes(ctx context.Context) ([]Cause, error) {
	var causes []Cause
	for _, doubt := range t.heads[t.part].doubts() {
		low, high := make([]float64, len(t.levels)), make([]float64, len(t.levels))
		for k, variant := range doubt.variants {
			alone, err := t.alone(ctx, variant)
			if err != nil {
				return nil, err
			}
			for l, m2 := range alone {
				if k == 0 {
					low[l], high[l] = m2, m2
				}
				low[l], high[l] = min(low[l], m2), max(high[l], m2)
			}
		}
		cause := Cause{Camera: t.heads[t.part].Camera, Fact: doubt.fact}
		for l := range low {
			cause.SpanM2 = append(cause.SpanM2, high[l]-low[l])
		}
		if len(low) > 0 && slices.Max(cause.SpanM2) > 0 {
			causes = append(causes, cause)
		}
	}
	return causes, nil
}

// doubt is a fact and what the head would be for several of its values.
type doubt struct {
	fact     Fact
	variants []Head
}

// doubts are the facts of a head that are not known exactly, each with the ends of its tolerance.
func (h Head) doubts() []doubt {
	var doubts []doubt
	add := func(fact Fact, n int, change func(variant *Head, k int)) {
		d := doubt{fact: fact, variants: slices.Repeat([]Head{h}, n)}
		for k := range d.variants {
			change(&d.variants[k], k)
		}
		doubts = append(doubts, d)
	}
	side := func(k int) float64 { return float64(2*k - 1) }
	switch toleranceDeg := h.Tolerance.BearingDeg; {
	case h.BearingDeg == nil:
		add(FactBearing, bearingsTried, func(v *Head, k int) { v.BearingDeg = some(float64(k) * 360 / bearingsTried) })
	case toleranceDeg > 0:
		add(FactBearing, 2, func(v *Head, k int) { v.BearingDeg = some(*h.BearingDeg + side(k)*toleranceDeg) })
	}
	if heightM, toleranceM := h.Sensor.MountHeightM, h.Tolerance.HeightM; heightM != nil && toleranceM > 0 {
		add(FactHeight, 2, func(v *Head, k int) { v.Sensor.MountHeightM = some(max(0, *heightM+side(k)*toleranceM)) })
	}
	if toleranceM := h.Tolerance.PositionM; toleranceM > 0 {
		add(FactPosition, 4, func(v *Head, k int) {
			sin, cos := math.Sincos(float64(k) * math.Pi / 2)
			v.At = moved(h.At, orb.Point{toleranceM * sin, toleranceM * cos})
		})
	}
	return doubts
}

// alone is the ground, level by level, that only the camera sees unmoved, with a variant of its head: what all see
// changes as much as that does. Square metres.
func (t trial) alone(ctx context.Context, variant Head) ([]float64, error) {
	heads := slices.Clone(t.heads)
	heads[t.part] = variant
	p, err := t.camera(ctx, variant.Camera, heads)
	if err != nil {
		return nil, err
	}
	alone := make([]float64, len(t.levels))
	for l, own := range p.seen[permanentByDay] {
		limit := own.box()
		near := []surface{own}
		for k, b := range t.boxes[l] {
			if k != t.rank && b.meets(limit) {
				near = append(near, t.cameras[k].seen[permanentByDay][l])
			}
		}
		d, err := arrangeNear(near, []surface{t.plot.near(near[:1])}).walk(ctx, want{exclusives: true})
		if err != nil {
			return nil, err
		}
		alone[l] = max(0, d.only[0]*t.frame.grid.squareM2())
	}
	return alone, nil
}
