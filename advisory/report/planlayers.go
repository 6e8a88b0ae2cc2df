package report

import (
	"fmt"
	"io"

	"vigie/inventory"
)

// proposedProperties are those of a proposed camera.
type proposedProperties struct {
	Layer    string    `json:"layer"` // "proposed"
	Rank     int       `json:"rank"`
	Name     string    `json:"name,omitempty"`
	Spot     string    `json:"spot"`
	Near     string    `json:"near,omitempty"`
	Profile  string    `json:"profile"`
	Bearings []float64 `json:"bearingsDeg"`
	HeightM  *float64  `json:"heightM,omitempty"`
	Phase    int       `json:"phase"`
	LowEUR   float64   `json:"lowEur"`
	HighEUR  float64   `json:"highEur"`
	AddsM2   float64   `json:"addsM2"`
	WallsM   float64   `json:"dwellingWallsM"`
	Masks    int       `json:"masks"`
}

// fieldProperties are those of what a head can see if nothing hides it.
type fieldProperties struct {
	Layer      string   `json:"layer"` // "field"
	Rank       int      `json:"rank"`
	Head       string   `json:"head"`
	BearingDeg *float64 `json:"bearingDeg,omitempty"`
	HFOVDeg    float64  `json:"hfovDeg"`
	NearM      float64  `json:"nearM"`
	FarM       float64  `json:"farM"`
}

// planAreaProperties are those of an area of interest.
type planAreaProperties struct {
	Layer     string            `json:"layer"` // "area"
	Name      string            `json:"name"`
	BeforePct *float64          `json:"beforePct,omitempty"`
	AfterPct  *float64          `json:"afterPct,omitempty"`
	Before    inventory.Verdict `json:"before"`
	After     inventory.Verdict `json:"after"`
}

// existingProperties are those of an existing camera, seenProperties those of the ground seen before or after.
type existingProperties struct {
	Layer   string `json:"layer"` // "existing"
	Name    string `json:"name,omitempty"`
	Assumed bool   `json:"assumed"`
}

type seenProperties struct {
	Layer string `json:"layer"` // "seen_before" or "seen_after"
	Level string `json:"level"`
}

// PlanGeoJSON writes a plan: the proposed cameras as points with their bearings, their fields as sectors, the existing
// cameras, the areas with their verdicts, and the ground seen before and after at the level that is drawn. Lon, lat.
func PlanGeoJSON(out io.Writer, r inventory.Recommendation) error {
	features, err := proposedFeatures(r.Result)
	if err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	drawing := r.Result.Drawing
	for _, c := range drawing.Existing {
		features = append(features, feature{
			ID: "existing:" + string(c.Camera), Geometry: c.Location,
			Properties: existingProperties{Layer: "existing", Name: c.Name, Assumed: c.Assumed},
		})
	}
	shapes := map[inventory.ID]inventory.Surface{}
	for _, a := range drawing.Areas {
		shapes[a.ID] = a.Geometry
	}
	for _, a := range r.Result.Areas {
		features = append(features, feature{
			ID: "area:" + string(a.ID), Geometry: located(shapes[a.ID]),
			Properties: planAreaProperties{
				Layer: "area", Name: a.Name, BeforePct: a.BeforePct, AfterPct: a.AfterPct, Before: a.Before, After: a.After,
			},
		})
	}
	features = append(features,
		feature{ID: "seen:before", Geometry: located(drawing.SeenBefore), Properties: seenProperties{"seen_before", drawing.Level}},
		feature{ID: "seen:after", Geometry: located(drawing.SeenAfter), Properties: seenProperties{"seen_after", drawing.Level}})
	made := inventory.Assessment{ID: r.ID, Result: inventory.AssessmentResult{
		Software: r.Result.Software, Book: r.Result.Book, BookHash: r.Result.BookHash, InputHash: r.Result.InputHash,
	}}
	return writeCollection(out, made, features)
}

// proposedFeatures are the proposed cameras and their fields.
func proposedFeatures(r inventory.RecommendationResult) ([]feature, error) {
	var features []feature
	for i, c := range r.Cameras {
		p := proposedProperties{
			Layer: "proposed", Rank: i + 1, Name: c.Camera.Name, Spot: c.Spot, Near: c.Near, Profile: c.Profile, Bearings: []float64{},
			HeightM: c.Camera.Mounting.HeightM, Phase: c.Phase, LowEUR: c.CostEUR.Low, HighEUR: c.CostEUR.High, AddsM2: c.AddsM2,
			WallsM: dwellingsM(c), Masks: masks(c),
		}
		for _, h := range c.Camera.Heads {
			if h.BearingDeg != nil {
				p.Bearings = append(p.Bearings, *h.BearingDeg)
			}
		}
		features = append(features, feature{ID: fmt.Sprintf("proposed:%d", i+1), Geometry: c.Camera.Location, Properties: p})
		for _, f := range fieldsOf(c) {
			shape, err := f.polygon()
			if err != nil {
				return nil, err
			}
			p := fieldProperties{Layer: "field", Rank: i + 1, Head: f.head, HFOVDeg: f.hfovDeg, NearM: f.nearM, FarM: f.farM}
			if f.known {
				p.BearingDeg = &f.bearingDeg
			}
			features = append(features, feature{
				ID: fmt.Sprintf("field:%d:%s", i+1, f.head), Geometry: inventory.Surface{shape}, Properties: p,
			})
		}
	}
	return features, nil
}
