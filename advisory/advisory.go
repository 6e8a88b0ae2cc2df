// Package advisory judges: it turns an inventory into coverage studies; findings and recommendations are
// to come. The [Advisor] gathers what a judgement needs, the only code here that touches the store; the [Book]
// is data under advisory/book: level scales, assumption profiles, parameters, each with its source.
//
// advisory computes no geometry of its own (geo does) and stores nothing but assessments (inventory does).
package advisory

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// Advisor makes studies from a store by a book.
type Advisor struct {
	Store inventory.Store
	Book  *Book
	// Software is the version written into every result.
	Software string
}

// Assess computes a coverage study. It stores nothing, and leaves the provenance to whoever stores it. The request's
// faults are an *inventory.InvalidError; an area or a commune that is not in the store is ErrNotFound; a perimeter too
// large for one study is geo.ErrTooLarge.
func (a Advisor) Assess(ctx context.Context, request inventory.AssessmentRequest) (inventory.Assessment, error) {
	s, err := a.Book.study(request)
	if err != nil {
		return inventory.Assessment{}, err
	}
	in, err := a.gather(ctx, s)
	if err != nil {
		return inventory.Assessment{}, err
	}
	hash, err := in.hash(a.Software, a.Book.Hash, request)
	if err != nil {
		return inventory.Assessment{}, err
	}
	result, err := s.result(ctx, in)
	if err != nil {
		return inventory.Assessment{}, err
	}
	result.Software, result.Book, result.BookHash, result.InputHash = a.Software, a.Book.Edition, a.Book.Hash, hash
	return inventory.Assessment{ID: inventory.DeriveID("assessment", hash), Request: request, Result: result}, nil
}

// result computes the study from what was gathered.
func (s study) result(ctx context.Context, in inputs) (inventory.AssessmentResult, error) {
	sights := s.sights(in)
	coverage, err := geo.Cover(ctx, s.scene(in, sights), geo.Options{})
	if err != nil {
		return inventory.AssessmentResult{}, fmt.Errorf("compute the coverage: %w", err)
	}
	sights = counted(sights, coverage)
	areas, err := s.areas(ctx, in, coverage)
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	gaps, allGaps, err := s.gaps(ctx, in, coverage.Levels[s.gapRank].Blind)
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	warnings := warnings{}
	warnings.cameras(sights)
	warnings.ground(in)
	warnings.areas(areas.outside, areas.cut, areas.night)
	warnings.scale(s.scale)
	warnings.gaps(len(gaps), allGaps)
	result := inventory.AssessmentResult{
		Scale: s.scale.ID, Perimeter: surface(in.perimeter),
		GroundM2: coverage.GroundM2, TargetHeightM: s.targetHeightM,
		Levels: s.levels(coverage.GroundM2, coverage.Levels), Areas: areas.results,
		GapLevel: s.scale.Levels[s.gapRank].Code, Gaps: gaps,
		Cameras:     cameras(sights, coverage),
		Assumptions: s.assumed(sights), Warnings: warnings,
		ArcInsetM: coverage.ArcInsetM, ArcLossPct: coverage.ArcLossShare * 100,
		Seen: seen(coverage.Levels),
	}
	if len(in.places) > 0 {
		result.PerimeterName = in.places[0].Name
	}
	return result, nil
}

// scene is what the engine looks at.
func (s study) scene(in inputs, sights []sight) geo.Scene {
	scene := geo.Scene{Perimeter: in.perimeter, Levels: s.scale.GeoLevels()}
	for _, v := range sights {
		scene.Heads = append(scene.Heads, v.heads...)
	}
	for _, area := range in.areas {
		scene.Zones = append(scene.Zones, geo.Zone{ID: string(area.ID), Shape: orb.MultiPolygon(area.Geometry)})
	}
	return scene
}

// counted leaves out the cameras that stand outside the perimeter and see nothing of it.
func counted(sights []sight, coverage geo.Coverage) []sight {
	sees := map[string]bool{}
	for _, c := range coverage.Cameras {
		for _, m2 := range c.FootprintM2 {
			sees[c.Camera] = sees[c.Camera] || m2 > 0
		}
	}
	var kept []sight
	for _, v := range sights {
		if v.inside || sees[string(v.camera.ID)] {
			kept = append(kept, v)
		}
	}
	return kept
}
