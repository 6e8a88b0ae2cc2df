package api

import (
	"context"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
)

// drawnSurface is a surface of a study, and what is told of it.
type drawnSurface struct {
	level      string
	shape      inventory.Surface
	properties geojson.Properties
}

// studyTiles are surfaces of one study, which whoever asks may read.
func (s *server) studyTiles(id, title, description string, of func(inventory.Assessment) []drawnSurface) tileSet {
	fields := map[string]string{"assessment": "String, identifier of the study", "level": "String, code of the level"}
	if id == layerGaps {
		fields["rank"], fields["areaM2"], fields["weightedM2"], fields["near"] = "Number", "Number", "Number", "String"
	} else {
		fields["densityPxM"], fields["seenPct"] = "Number", "Number"
	}
	return tileSet{
		id: id, title: title, description: description, kind: "assessments", fields: fields,
		ask: func(p *params) tileQuestion {
			return tileQuestion{assessment: inventory.ID(p.required("assessment")), levels: p.words("level")}
		},
		draw: func(ctx context.Context, at tile, asked tileQuestion) (drawing, error) {
			study, err := s.config.Store.Assessments().Get(ctx, asked.assessment)
			if err != nil {
				return drawing{}, err
			}
			surfaces := of(study)
			if len(asked.levels) > 0 {
				surfaces = slices.DeleteFunc(surfaces, func(one drawnSurface) bool { return !slices.Contains(asked.levels, one.level) })
			}
			return at.surfaces(ctx, asked.assessment, surfaces)
		},
	}
}

// seenSurfaces is the ground seen at each level.
func seenSurfaces(study inventory.Assessment) []drawnSurface {
	var all []drawnSurface
	for i, seen := range study.Result.Seen {
		one := drawnSurface{seen.Level, seen.Geometry, geojson.Properties{}}
		if i < len(study.Result.Levels) {
			one.properties["densityPxM"], one.properties["seenPct"] = study.Result.Levels[i].DensityPxM, study.Result.Levels[i].SeenPct
		}
		all = append(all, one)
	}
	return all
}

// gapSurfaces is the blind ground.
func gapSurfaces(study inventory.Assessment) []drawnSurface {
	var all []drawnSurface
	for _, gap := range study.Result.Gaps {
		one := drawnSurface{gap.Level, gap.Geometry, geojson.Properties{"rank": gap.Rank, "areaM2": gap.AreaM2, "weightedM2": gap.WeightedM2}}
		if gap.Near != "" {
			one.properties["near"] = gap.Near
		}
		all = append(all, one)
	}
	return all
}

// coarsest is how coarsely surfaces are drawn at most, units: four pixels of a map whose tiles have 512 of them a side.
const coarsest = 32

// surfaces draws surfaces, the more coarsely the larger the tile would be.
func (t tile) surfaces(ctx context.Context, study inventory.ID, all []drawnSurface) (drawn drawing, err error) {
	for tolerance := 1.0; tolerance <= coarsest; tolerance *= 2 {
		if drawn, err = t.drawn(ctx, study, all, tolerance); err != nil || drawn.corners() <= mostTileBytes/cornerBytes {
			return drawn, err
		}
	}
	return drawn, nil
}

// cornerBytes is about what a corner of a surface takes in a tile.
const cornerBytes = 4

// corners counts those of the surfaces.
func (d drawing) corners() (n int) {
	for _, one := range d.features {
		switch shape := one.Geometry.(type) {
		case orb.Polygon:
			n += cornersOf(shape)
		case orb.MultiPolygon:
			for _, polygon := range shape {
				n += cornersOf(polygon)
			}
		}
	}
	return n
}

func cornersOf(polygon orb.Polygon) (n int) {
	for _, ring := range polygon {
		n += len(ring)
	}
	return n
}

func (t tile) drawn(ctx context.Context, study inventory.ID, all []drawnSurface, tolerance float64) (drawn drawing, err error) {
	near := t.around(0).Pad(t.bound().Right() - t.bound().Left()) // more than the buffer
	for _, one := range all {
		if !orb.MultiPolygon(one.shape).Bound().Intersects(near) {
			continue
		}
		shape, err := t.surface(ctx, orb.MultiPolygon(one.shape), tolerance)
		if err != nil {
			return drawn, err
		}
		if shape == nil {
			continue
		}
		one.properties["assessment"], one.properties["level"] = string(study), one.level
		drawn.add(0, shape, one.properties)
	}
	return drawn, nil
}
