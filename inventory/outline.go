package inventory

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Outline is a point, a line or a surface, lon, lat in degrees (WGS 84). Its JSON is a GeoJSON Point, LineString,
// MultiLineString, Polygon or MultiPolygon.
type Outline struct{ orb.Geometry }

// MarshalJSON writes a GeoJSON geometry, a Polygon when there is one polygon.
func (o Outline) MarshalJSON() ([]byte, error) {
	if o.Geometry == nil {
		return []byte("null"), nil
	}
	return json.Marshal(geojson.NewGeometry(singled(o.Geometry)))
}

// UnmarshalJSON reads a GeoJSON geometry.
func (o *Outline) UnmarshalJSON(text []byte) error {
	o.Geometry = nil
	if string(text) == "null" {
		return nil
	}
	shape, err := unmarshalGeometry(text)
	if err != nil {
		return fmt.Errorf("outline: %w", err)
	}
	outline, reason := OutlineOf(shape)
	if reason != "" {
		return fmt.Errorf("outline: %s", reason)
	}
	*o = outline
	return nil
}

// OutlineOf is the outline of a shape, or the reason why it has none. One of several parts that has only one is that
// part.
func OutlineOf(shape orb.Geometry) (outline Outline, reason string) {
	switch s := shape.(type) {
	case orb.Point, orb.LineString, orb.Polygon:
		return Outline{s}, ""
	case orb.MultiPoint:
		if len(s) == 1 {
			return Outline{s[0]}, ""
		}
	case orb.MultiLineString:
		if len(s) == 1 {
			return Outline{s[0]}, ""
		}
		return Outline{s}, ""
	case orb.MultiPolygon:
		return Outline{singled(s)}, ""
	case nil:
		return Outline{}, "there is no geometry"
	}
	return Outline{}, fmt.Sprintf("a point, a line or a surface is needed, not a %s", shape.GeoJSONType())
}
