package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// uncertainty tells how sure the figures are, when draws are asked for.
func (s study) uncertainty(ctx context.Context, in inputs, scene geo.Scene, groundM2 float64) (*inventory.Uncertainty, error) {
	if s.request.Draws == 0 {
		return nil, nil //nolint:nilnil // nothing was asked for
	}
	u, err := geo.Uncertainty(ctx, scene, geo.Draws{
		Count: s.request.Draws, MapToleranceM: s.mapToleranceM(in),
		Seed: uint64(s.request.Seed), //nolint:gosec // no request has a negative one
	}, s.options())
	if err != nil {
		return nil, fmt.Errorf("compute the uncertainty: %w", err)
	}
	result := &inventory.Uncertainty{Draws: s.request.Draws, Seed: s.request.Seed, Doubts: []inventory.Doubt{}}
	spread := func(m2 geo.Spread) inventory.Spread {
		return inventory.Spread{P10Pct: nearest(m2.P10, groundM2), P50Pct: nearest(m2.P50, groundM2), P90Pct: nearest(m2.P90, groundM2)}
	}
	for _, l := range u.Levels {
		result.Levels = append(result.Levels, inventory.LevelSpread{
			Level: l.Level.Code, Seen: spread(l.SeenM2), Permanent: spread(l.PermanentM2), Twice: spread(l.TwiceM2),
		})
	}
	for _, c := range u.Causes {
		result.Doubts = append(result.Doubts, inventory.Doubt{
			Camera: inventory.ID(c.Camera), Fact: string(c.Fact), SpanPct: nearest(c.SpanM2[s.gapRank], groundM2),
		})
	}
	slices.SortStableFunc(result.Doubts, func(a, b inventory.Doubt) int { return cmp.Compare(b.SpanPct, a.SpanPct) })
	return result, nil
}

// mapToleranceM is how far the map may lie off the cameras: the greatest tolerance of an obstacle, else what the book
// supposes.
func (s study) mapToleranceM(in inputs) float64 {
	toleranceM, known := 0.0, false
	for _, o := range in.obstacles {
		if o.PositionToleranceM != nil {
			toleranceM, known = max(toleranceM, *o.PositionToleranceM), true
		}
	}
	if !known {
		return s.params.MapToleranceM.Value
	}
	return toleranceM
}

// nearest is a share in percent to the nearest 0.01: what is drawn at random is neither a floor nor a ceiling.
func nearest(partM2, wholeM2 float64) float64 {
	if wholeM2 <= 0 {
		return 0
	}
	return math.Round(partM2/wholeM2*10_000) / 100
}
