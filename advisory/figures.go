package advisory

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// geometryShare is the relative precision of geo's surfaces: a share is not lowered for less.
const geometryShare = 1e-9

// share is a part of a whole, between 0 and 1.
func share(partM2, wholeM2 float64) float64 {
	if wholeM2 <= 0 {
		return 0
	}
	return min(1, partM2/wholeM2+geometryShare)
}

// hundredths is a share in hundredths of a percent, rounded down.
func hundredths(partM2, wholeM2 float64) int {
	return int(math.Floor(share(partM2, wholeM2) * 10_000))
}

// percent is a share in percent, rounded down to 0.01.
func percent(partM2, wholeM2 float64) float64 { return float64(hundredths(partM2, wholeM2)) / 100 }

// levels gives the figures of every level. What is seen is rounded down, what is blind is the rest: both come from one
// whole number, so that they add up to 100.
func (s study) levels(groundM2 float64, covered []geo.LevelCoverage) []inventory.LevelResult {
	levels := make([]inventory.LevelResult, len(covered))
	for i, c := range covered {
		seen := hundredths(c.SeenM2, groundM2)
		levels[i] = inventory.LevelResult{
			Code: c.Level.Code, DensityPxM: c.Level.DensityPxM,
			SeenM2: c.SeenM2, SeenPct: float64(seen) / 100,
			BlindM2: c.BlindM2, BlindPct: float64(10_000-seen) / 100,
			PermanentM2: c.PermanentM2, PermanentPct: percent(c.PermanentM2, groundM2),
			AtLeastM2: append([]float64{}, c.AtLeastM2...),
		}
		if rank, known := s.scale.Level(c.Level.Code); known {
			levels[i].Name = s.scale.Levels[rank].Name
		}
	}
	return levels
}

// areaFigures is what a study says of its areas of interest.
type areaFigures struct {
	results []inventory.AreaResult
	// outside and cut name the areas wholly and partly outside the perimeter.
	outside, cut []string
}

// cutShare is the part of an area that must lie outside the perimeter before the reader is told, so that two drawings
// of one border do not matter.
const cutShare = 0.001

// touches tells whether so little of a surface is shared that only a border is: two drawings of one border lie within
// a millimetre of each other.
func touches(sharedM2, wholeM2 float64) bool {
	return sharedM2 <= max(1, 1e-6*wholeM2) && sharedM2 < wholeM2/2
}

// areas gives the figures and verdicts of the areas of interest. Areas that the request did not name and that only
// touch the perimeter are left out.
func (s study) areas(ctx context.Context, in inputs, coverage geo.Coverage, unknownByNight int) (areaFigures, error) {
	figures := areaFigures{results: []inventory.AreaResult{}}
	named := len(s.request.Areas) > 0
	for i, area := range in.areas {
		zone := coverage.Zones[i]
		wholeM2, err := surfaceM2(ctx, orb.MultiPolygon(area.Geometry))
		if errors.Is(err, geo.ErrTooLarge) { // larger than any perimeter: cut, whatever it measures
			wholeM2, err = 2*zone.PerimeterM2+1, nil
		}
		if err != nil {
			return areaFigures{}, fmt.Errorf("area %q: %w", area.ID, err)
		}
		outside := touches(zone.PerimeterM2, wholeM2)
		if outside {
			if !named {
				continue
			}
			zone = nothingOf(zone)
		}
		switch {
		case outside:
			figures.outside = append(figures.outside, area.Name)
		case zone.PerimeterM2 < wholeM2*(1-cutShare):
			figures.cut = append(figures.cut, area.Name)
		}
		figures.results = append(figures.results, s.area(area, zone, unknownByNight))
	}
	return figures, nil
}

// surfaceM2 is the surface of a shape, in square metres.
func surfaceM2(ctx context.Context, shape orb.MultiPolygon) (float64, error) {
	parts, err := geo.Overlaps(ctx, []orb.MultiPolygon{shape}, shape)
	if err != nil {
		return 0, err
	}
	return parts[0], nil
}

// nothingOf is a zone of which nothing is in the perimeter.
func nothingOf(zone geo.ZoneCoverage) geo.ZoneCoverage {
	none := geo.ZoneCoverage{ID: zone.ID}
	for _, l := range zone.Levels {
		none.Levels = append(none.Levels, geo.LevelCoverage{Level: l.Level})
		none.Night = append(none.Night, geo.LevelCoverage{Level: l.Level})
	}
	return none
}

func (s study) area(area inventory.Area, zone geo.ZoneCoverage, unknownByNight int) inventory.AreaResult {
	result := inventory.AreaResult{
		ID: area.ID, Name: area.Name, Kind: area.Kind,
		Geometry:    area.Geometry,
		Weight:      weight(area),
		GroundM2:    zone.GroundM2,
		Requirement: area.Requirement,
		Levels:      s.levels(zone.GroundM2, zone.Levels),
		Night:       s.levels(zone.GroundM2, zone.Night),
	}
	s.judge(&result, zone, unknownByNight)
	return result
}

func weight(area inventory.Area) float64 {
	if area.Weight == nil {
		return 1
	}
	return *area.Weight
}

// judge compares what is seen of an area with what it requires, in the worse of the periods that it requires it in.
func (s study) judge(result *inventory.AreaResult, zone geo.ZoneCoverage, unknownByNight int) {
	required := result.Requirement
	if required == nil {
		result.Verdict = inventory.NothingRequired
		return
	}
	rank, known := s.scale.Level(required.Level)
	switch {
	case !known:
		undecided(result, inventory.Text{
			FR: fmt.Sprintf("Le niveau exigé « %s » n’existe pas dans l’échelle %s.", required.Level, s.scale.Name.FR),
			EN: fmt.Sprintf("The required level %q is not in the scale %s.", required.Level, s.scale.Name.EN),
		})
		return
	case zone.GroundM2 <= 0:
		undecided(result, inventory.Text{FR: "Le lieu n’a pas de sol à surveiller dans le périmètre.", EN: "The area has no ground to watch in the perimeter."})
		return
	}
	day, night := zone.Levels[rank], zone.Night[rank]
	at := night // which is never better than the day
	if required.Period == inventory.Day {
		at = day
	}
	seen, permanent := percent(at.SeenM2, zone.GroundM2), percent(at.PermanentM2, zone.GroundM2)
	result.ReachedPct, result.PermanentPct = &seen, &permanent
	enough := func(partM2 float64) bool { return share(partM2, zone.GroundM2)*100 >= required.SharePct }
	switch {
	case !enough(at.SeenM2) && enough(day.SeenM2) && unknownByNight > 0:
		undecided(result, inventory.Text{
			FR: "Atteint de jour, mais non de nuit par les seules caméras dont la portée de nuit est connue ; elle est inconnue pour " +
				fr(unknownByNight, "caméra", "caméras") + ".",
			EN: "Reached by day, but not by night by the cameras alone whose reach by night is known; it is unknown for " +
				en(unknownByNight, "camera", "cameras") + ".",
		})
	case !enough(at.SeenM2):
		result.Verdict = inventory.NotReached
	case enough(at.PermanentM2):
		result.Verdict = inventory.Reached
	default:
		result.Verdict = inventory.ReachableOnly
	}
}

func undecided(result *inventory.AreaResult, reason inventory.Text) {
	result.Verdict, result.Reason = inventory.Undecided, &reason
}

// facades are the cameras that stand on an obstacle or in it.
func facades(coverage geo.Coverage) []inventory.Facade {
	results := []inventory.Facade{}
	for _, f := range coverage.Facades {
		results = append(results, inventory.Facade{
			Camera: inventory.ID(f.Camera), Obstacle: inventory.ID(f.Obstacle),
			From: inventory.Point(f.From), To: inventory.Point(f.To), DepthM: f.DepthM, Refused: f.Refused,
		})
	}
	return results
}

// seen are the shapes of the ground seen, level by level.
func seen(covered []geo.LevelCoverage) []inventory.SeenShape {
	shapes := make([]inventory.SeenShape, len(covered))
	for i, c := range covered {
		shapes[i] = inventory.SeenShape{Level: c.Level.Code, Geometry: surface(c.Seen)}
	}
	return shapes
}

// surface is a shape that is never null in JSON.
func surface(shape orb.MultiPolygon) inventory.Surface {
	if shape == nil {
		return inventory.Surface{}
	}
	return inventory.Surface(shape)
}

// cameras gives the part of every camera that was computed.
func cameras(sights []sight, coverage geo.Coverage) []inventory.CameraResult {
	covered := map[string]geo.CameraCoverage{}
	for _, c := range coverage.Cameras.All() {
		covered[c.Camera] = c
	}
	results := []inventory.CameraResult{}
	for _, v := range sights {
		part, computed := covered[string(v.camera.ID)]
		if !computed {
			continue
		}
		result := inventory.CameraResult{
			ID: v.camera.ID, Holder: v.camera.Holder, ExternalID: v.camera.ExternalID, Name: v.camera.Name,
			Location: *v.camera.Location,
			Assumed:  v.supposes(opticsAssumed),
			Levels:   make([]inventory.CameraLevel, len(coverage.Levels)),
		}
		for i, l := range coverage.Levels {
			result.Levels[i] = inventory.CameraLevel{
				Level: l.Level.Code, FootprintM2: part.FootprintM2[i], ExclusiveM2: part.ExclusiveM2[i],
			}
		}
		results = append(results, result)
	}
	return results
}
