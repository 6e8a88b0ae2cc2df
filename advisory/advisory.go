// Package advisory judges: it turns an inventory into coverage studies, and facts into findings by the rules of the
// audit; audits of a store and recommendations are to come. The [Advisor] gathers what a study needs, the only code here
// that touches the store; the [Book] is data under advisory/book: level scales, assumption profiles, parameters, rules,
// each with its source.
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

	progress Progress
}

// Assess computes a coverage study. It stores nothing, and leaves the provenance to whoever stores it. The request's
// faults are an *inventory.InvalidError; an area or a commune that is not in the store is ErrNotFound; a perimeter too
// large for one study is geo.ErrTooLarge.
func (a Advisor) Assess(ctx context.Context, request inventory.AssessmentRequest) (inventory.Assessment, error) {
	s, err := a.Book.study(request)
	if err != nil {
		return inventory.Assessment{}, err
	}
	const steps = 3
	a.begin("gather", 0, steps)
	in, err := a.gather(ctx, s)
	if err != nil {
		return inventory.Assessment{}, err
	}
	hash, err := in.hash(a.Software, a.Book.Hash, request)
	if err != nil {
		return inventory.Assessment{}, err
	}
	a.begin("compute", 1, steps)
	result, err := s.result(ctx, in)
	if err != nil {
		return inventory.Assessment{}, err
	}
	result.Software, result.Book, result.BookHash, result.InputHash = a.Software, a.Book.Edition, a.Book.Hash, hash
	a.begin("share", 2, steps)
	if result.Shared, err = a.shared(ctx, s, in, result); err != nil {
		return inventory.Assessment{}, err
	}
	id, err := identify(hash, result.Shared)
	return inventory.Assessment{ID: id, Request: request, Result: result}, err
}

// result computes the study from what was gathered.
func (s study) result(ctx context.Context, in inputs) (inventory.AssessmentResult, error) {
	sights := s.sights(in)
	purposes := s.purposes(sights)
	scene := s.scene(in, sights, purposes)
	coverage, err := geo.Cover(ctx, scene, s.options())
	if err != nil {
		return inventory.AssessmentResult{}, fmt.Errorf("compute the coverage: %w", err)
	}
	uncertainty, err := s.uncertainty(ctx, in, scene, coverage.GroundM2)
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	walls, err := s.wallsInView(ctx, scene, sights)
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	sights = counted(sights, coverage)
	areas, err := s.areas(ctx, in, coverage, unknownByNight(sights))
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	gaps, allGaps, err := s.gaps(ctx, in, coverage.Levels[s.gapRank].Blind)
	if err != nil {
		return inventory.AssessmentResult{}, err
	}
	warnings := warnings{}
	warnings.cameras(sights)
	warnings.ground(s, in)
	warnings.facades(coverage.Facades)
	warnings.dwellings(s, in)
	warnings.areas(areas.outside, areas.cut)
	warnings.scale(s.scale)
	warnings.gaps(len(gaps), allGaps)
	result := inventory.AssessmentResult{
		Scale: s.scale.ID, Perimeter: surface(in.perimeter),
		PerimeterM2: coverage.PerimeterM2, GroundM2: coverage.GroundM2,
		Obstacles: len(in.obstacles), UnknownHeights: unknownHeights(in.obstacles), TargetHeightM: s.targetHeightM,
		Levels: s.levels(coverage.GroundM2, coverage.Levels), Night: s.levels(coverage.GroundM2, coverage.Night),
		Areas: areas.results, GapLevel: s.scale.Levels[s.gapRank].Code, Gaps: gaps,
		Cameras:     cameras(sights, coverage),
		Purposes:    s.byPurpose(purposes, coverage),
		Losses:      losses(coverage),
		Facades:     facades(coverage),
		Uncertainty: uncertainty,
		WallsInView: walls,
		Assumptions: s.assumed(sights), Warnings: warnings,
		ArcInsetM: coverage.ArcInsetM, ArcLossPct: coverage.ArcLossShare * 100,
		Seen: seen(coverage.Levels),
	}
	if len(in.places) > 0 {
		result.PerimeterName = in.places[0].Name
	}
	return result, nil
}

// options are those of the engine.
func (s study) options() geo.Options {
	return geo.Options{Night: true, ForceFacade: s.request.ForceFacades}
}

// scene is what the engine looks at.
func (s study) scene(in inputs, sights []sight, purposes []purpose) geo.Scene {
	scene := geo.Scene{Perimeter: in.perimeter, Levels: s.scale.GeoLevels(), Groupings: groupings(sights)}
	if s.request.Ground != "" {
		scene.Ground = orb.MultiPolygon{}
	}
	for _, area := range in.ground {
		scene.Ground = append(scene.Ground, area.Geometry...)
	}
	for _, o := range in.obstacles {
		scene.Obstacles = append(scene.Obstacles, geo.Obstacle{
			ID: string(o.ID), Shape: orb.MultiPolygon(o.Geometry), HeightM: o.HeightM, Dwelling: o.Dwelling != nil && *o.Dwelling,
		})
	}
	for _, p := range purposes {
		scene.Subsets = append(scene.Subsets, geo.Subset{ID: string(p.code), Heads: p.heads})
	}
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
	for _, c := range coverage.Cameras.All() {
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
