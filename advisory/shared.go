package advisory

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// shared tells what the cameras see that count by convention and are not shown; nil where that is not told.
//
// Whoever could choose the ground, or put cameras of its own among them, would find out where they stand by asking often
// enough. So nothing that the caller chooses comes into it but the scale: they are looked at alone, on the ground of a whole
// commune as the public reference has it, by the book's defaults, and what comes out is rounded. How much they add to what
// the caller's cameras see is told by its bounds.
func (a Advisor) shared(ctx context.Context, s study, in inputs, own inventory.AssessmentResult) (*inventory.SharedCoverage, error) {
	if !s.ofCommune(in) {
		return nil, nil //nolint:nilnil // nothing is told
	}
	cameras, err := inventory.CountedOnly(ctx, a.Store, in.perimeter)
	if err != nil {
		return nil, fmt.Errorf("read the cameras that count: %w", err)
	}
	if len(cameras) < inventory.CountStep {
		return nil, nil //nolint:nilnil // so few would be told apart
	}
	plain, err := a.Book.study(inventory.AssessmentRequest{Commune: in.places[0].Commune, Scale: s.scale.ID})
	if err != nil {
		return nil, err
	}
	alone := inputs{perimeter: in.perimeter, places: in.places, cameras: cameras}
	alone.obstacles, err = inventory.All(ctx, a.Store.Obstacles(), inventory.Query{Area: in.perimeter.Bound()})
	if err != nil {
		return nil, fmt.Errorf("read obstacles: %w", err)
	}
	coverage, err := geo.Cover(ctx, plain.scene(alone, plain.sights(alone), nil), plain.options())
	if err != nil {
		return nil, fmt.Errorf("compute the coverage of the cameras that count: %w", err)
	}
	return &inventory.SharedCoverage{
		CamerasAtLeast: len(cameras) / inventory.CountStep * inventory.CountStep,
		Levels:         together(coverage.Levels, coverage.GroundM2, own.Levels),
		Night:          together(coverage.Night, coverage.GroundM2, own.Night),
	}, nil
}

// ofCommune tells a study of the plain ground of whole communes that are public references.
func (s study) ofCommune(in inputs) bool {
	return len(in.places) > 0 && s.request.Ground == "" && !s.request.OpenGround &&
		!slices.ContainsFunc(in.places, func(area inventory.Area) bool {
			return area.Category != inventory.AreaCommune || area.Holder != ""
		})
}

// together bounds what is seen by the caller's cameras and by those that count, level by level.
func together(shared []geo.LevelCoverage, groundM2 float64, own []inventory.LevelResult) []inventory.SharedLevel {
	levels := make([]inventory.SharedLevel, len(shared))
	for i, l := range shared {
		m2, next := twoFigures(l.SeenM2)
		levels[i] = inventory.SharedLevel{
			Code: l.Level.Code, SeenM2: m2,
			TogetherAtLeastPct: max(own[i].SeenPct, percent(m2, groundM2)),
			TogetherAtMostPct:  percentUp(own[i].SeenM2+next, groundM2),
		}
	}
	return levels
}

// twoFigures rounds a surface down to two significant figures, and tells the next one up, m².
func twoFigures(m2 float64) (down, up float64) {
	step := 1.0
	if m2 >= 100 {
		step = math.Pow(10, math.Floor(math.Log10(m2))-1)
	}
	down = math.Floor(m2/step) * step
	return down, down + step
}

// identify gives a study its identifier: the same inputs and the same shared figures give the same one.
func identify(hash string, shared *inventory.SharedCoverage) (inventory.ID, error) {
	if shared == nil {
		return inventory.DeriveID("assessment", hash), nil
	}
	text, err := json.Marshal(shared)
	if err != nil {
		return "", fmt.Errorf("identify the study: %w", err)
	}
	return inventory.DeriveID("assessment", hash, string(text)), nil
}
