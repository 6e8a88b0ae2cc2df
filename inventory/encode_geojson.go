package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// exportedFeature is a feature of an export: the place as geometry, everything else as properties.
type exportedFeature struct {
	Type       string            `json:"type"`
	ID         ID                `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties any               `json:"properties"`
}

// encodeGeoJSON writes a feature collection (RFC 7946), one feature a line. When the coordinates are not lon, lat, the
// "crs" member of the 2008 specification says so, first.
func encodeGeoJSON[T Record](ctx context.Context, shelf Shelf[T], kind kindOf[T], to exportTo) error {
	head := `{"type":"FeatureCollection",`
	if !to.crs.Geographic() {
		urn := "urn:ogc:def:crs:EPSG::" + strings.TrimPrefix(to.crs.Code, "EPSG:")
		head += fmt.Sprintf(`"crs":{"type":"name","properties":{"name":%q}},`, urn)
	}
	separator := head + `"features":[` + "\n"
	for record, err := range shelf.Find(ctx, to.options.Query) {
		if err != nil {
			return err
		}
		feature := exportedFeature{Type: "Feature", ID: record.Key(), Properties: kind.properties(record)}
		if shape := to.shape(record.Shape()); shape != nil {
			feature.Geometry = geojson.NewGeometry(singled(shape))
		}
		line, err := json.Marshal(feature)
		if err != nil {
			return fmt.Errorf("%s %s: %w", kind.one, record.Key(), err)
		}
		if _, err := to.out.WriteString(separator + string(line)); err != nil {
			return err
		}
		separator = ",\n"
	}
	if strings.HasPrefix(separator, head) {
		if _, err := to.out.WriteString(separator); err != nil {
			return err
		}
	}
	_, err := to.out.WriteString("\n]}\n")
	return err
}

// singled is the polygon of a surface that has only one.
func singled(shape orb.Geometry) orb.Geometry {
	if several, ok := shape.(orb.MultiPolygon); ok && len(several) == 1 {
		return several[0]
	}
	return shape
}

// The properties of each kind: the mark, then the record without its place, which the shallower field hides.
type (
	cameraProperties struct {
		Mark string `json:"vigie"`
		Camera
		Location any `json:"location,omitempty"`
	}
	areaProperties struct {
		Mark string `json:"vigie"`
		Area
		Geometry any `json:"geometry,omitempty"`
	}
	obstacleProperties struct {
		Mark string `json:"vigie"`
		Obstacle
		Geometry any `json:"geometry,omitempty"`
	}
)
