package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// feature is a GeoJSON feature (RFC 7946, section 3.2). A nil geometry is unlocated.
type feature struct {
	Type       string `json:"type"`
	ID         string `json:"id"`
	Geometry   any    `json:"geometry"`
	Properties any    `json:"properties"`
}

// levelProperties are those of the ground seen at one level.
type levelProperties struct {
	Layer        string  `json:"layer"` // "seen"
	Level        string  `json:"level"`
	NameFR       string  `json:"nameFr"`
	NameEN       string  `json:"nameEn"`
	DensityPxM   float64 `json:"densityPxM"`
	SeenM2       float64 `json:"seenM2"`
	SeenPct      float64 `json:"seenPct"`
	BlindM2      float64 `json:"blindM2"`
	BlindPct     float64 `json:"blindPct"`
	PermanentM2  float64 `json:"permanentM2"`
	PermanentPct float64 `json:"permanentPct"`
	NightM2      float64 `json:"nightM2"`
	NightPct     float64 `json:"nightPct"`
}

// areaProperties are those of an area of interest.
type areaProperties struct {
	Layer         string            `json:"layer"` // "area"
	Name          string            `json:"name"`
	Kind          string            `json:"kind,omitempty"`
	Weight        float64           `json:"weight"`
	GroundM2      float64           `json:"groundM2"`
	RequiredLevel string            `json:"requiredLevel,omitempty"`
	RequiredPct   *float64          `json:"requiredPct,omitempty"`
	ReachedPct    *float64          `json:"reachedPct,omitempty"`
	PermanentPct  *float64          `json:"permanentPct,omitempty"`
	Verdict       inventory.Verdict `json:"verdict"`
	VerdictFR     string            `json:"verdictFr"`
}

// cameraProperties are those of a camera.
type cameraProperties struct {
	Layer      string                  `json:"layer"` // "camera"
	ExternalID string                  `json:"externalId,omitempty"`
	Name       string                  `json:"name,omitempty"`
	Holder     inventory.ID            `json:"holder"`
	Assumed    bool                    `json:"assumed"`
	Levels     []inventory.CameraLevel `json:"levels"`
}

// facadeProperties are those of a camera that looks from before a wall.
type facadeProperties struct {
	Layer    string       `json:"layer"` // "facade"
	Camera   inventory.ID `json:"camera"`
	Obstacle inventory.ID `json:"obstacle"`
	DepthM   float64      `json:"depthM"`
	Refused  bool         `json:"refused"`
}

// gapProperties are those of a gap.
type gapProperties struct {
	Layer      string   `json:"layer"` // "gap"
	Rank       int      `json:"rank"`
	Level      string   `json:"level"`
	AreaM2     float64  `json:"areaM2"`
	WeightedM2 float64  `json:"weightedM2"`
	Places     []string `json:"places,omitempty"`
	Near       string   `json:"near,omitempty"`
	NearM      *float64 `json:"nearM,omitempty"`
	InsideLon  float64  `json:"insideLon"`
	InsideLat  float64  `json:"insideLat"`
}

// CoverageGeoJSON writes one feature per level with the seen ground, one per area and one per camera, lon, lat.
func CoverageGeoJSON(out io.Writer, a inventory.Assessment) error {
	r := a.Result
	var features []feature
	for i, s := range r.Seen {
		p := levelProperties{Layer: "seen", Level: s.Level}
		if i < len(r.Levels) {
			l := r.Levels[i]
			p.NameFR, p.NameEN, p.DensityPxM = l.Name.FR, l.Name.EN, l.DensityPxM
			p.SeenM2, p.SeenPct, p.BlindM2, p.BlindPct = l.SeenM2, l.SeenPct, l.BlindM2, l.BlindPct
			p.PermanentM2, p.PermanentPct = l.PermanentM2, l.PermanentPct
		}
		if i < len(r.Night) {
			p.NightM2, p.NightPct = r.Night[i].SeenM2, r.Night[i].SeenPct
		}
		features = append(features, feature{ID: "seen:" + s.Level, Geometry: located(s.Geometry), Properties: p})
	}
	for _, area := range r.Areas {
		p := areaProperties{
			Layer: "area", Name: area.Name, Kind: area.Kind, Weight: area.Weight, GroundM2: area.GroundM2,
			ReachedPct: area.ReachedPct, PermanentPct: area.PermanentPct,
			Verdict: area.Verdict, VerdictFR: verdict(area.Verdict),
		}
		if required := area.Requirement; required != nil {
			p.RequiredLevel, p.RequiredPct = required.Level, &required.SharePct
		}
		features = append(features, feature{ID: "area:" + string(area.ID), Geometry: located(area.Geometry), Properties: p})
	}
	for _, c := range r.Cameras {
		features = append(features, feature{ID: "camera:" + string(c.ID), Geometry: c.Location, Properties: cameraProperties{
			Layer: "camera", ExternalID: c.ExternalID, Name: c.Name, Holder: c.Holder, Assumed: c.Assumed, Levels: c.Levels,
		}})
	}
	for _, f := range r.Facades {
		p := facadeProperties{Layer: "facade", Camera: f.Camera, Obstacle: f.Obstacle, DepthM: f.DepthM, Refused: f.Refused}
		features = append(features, feature{ID: "facade:" + string(f.Camera), Geometry: f.To, Properties: p})
	}
	return writeCollection(out, a, features)
}

// GapsGeoJSON writes one feature per ranked gap, lon, lat.
func GapsGeoJSON(out io.Writer, a inventory.Assessment) error {
	var features []feature
	for _, g := range a.Result.Gaps {
		features = append(features, feature{
			ID: fmt.Sprintf("gap:%d", g.Rank), Geometry: located(g.Geometry),
			Properties: gapProperties{
				Layer: "gap", Rank: g.Rank, Level: g.Level, AreaM2: g.AreaM2, WeightedM2: g.WeightedM2,
				Places: g.Places, Near: g.Near, NearM: g.NearM, InsideLon: g.Inside[0], InsideLat: g.Inside[1],
			},
		})
	}
	return writeCollection(out, a, features)
}

// located is a surface wound as RFC 7946 (section 3.1.6) asks: outlines anticlockwise, holes clockwise. It is nil when
// there is no ground.
func located(s inventory.Surface) any {
	if len(s) == 0 {
		return nil
	}
	wound := orb.MultiPolygon(s).Clone()
	for _, polygon := range wound {
		for i, ring := range polygon {
			want := orb.CW
			if i == 0 {
				want = orb.CCW
			}
			if ring.Orientation() != want {
				ring.Reverse()
			}
		}
	}
	return inventory.Surface(wound)
}

// writeCollection writes a feature collection, one feature a line. What made it are foreign members (RFC 7946, 6.1).
func writeCollection(out io.Writer, a inventory.Assessment, features []feature) error {
	var text bytes.Buffer
	head, err := json.Marshal(struct {
		Assessment inventory.ID `json:"assessment"`
		Software   string       `json:"software"`
		Book       string       `json:"book"`
		BookHash   string       `json:"bookHash"`
		InputHash  string       `json:"inputHash"`
	}{a.ID, a.Result.Software, a.Result.Book, a.Result.BookHash, a.Result.InputHash})
	if err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	fmt.Fprintf(&text, `{"type":"FeatureCollection","study":%s,"features":[`, head)
	for i, f := range features {
		f.Type = "Feature"
		line, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("write layer: feature %s: %w", f.ID, err)
		}
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('\n')
		text.Write(line)
	}
	text.WriteString("\n]}\n")
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	return nil
}
