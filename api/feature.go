package api

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/recordjson"
)

// Feature is a record as GeoJSON (RFC 7946): its place is the geometry, its other fields are the properties.
type Feature struct {
	Type string       `json:"type" example:"Feature"`
	ID   inventory.ID `json:"id"`
	// Geometry is null for a record whose place is unknown.
	Geometry   featureGeometry `json:"geometry" swaggertype:"object"`
	Properties readyJSON       `json:"properties" swaggertype:"object"`
}

// featureGeometry is the geometry of a feature, which may be none.
type featureGeometry struct{ orb.Geometry }

// AppendJSON appends a GeoJSON geometry, or null.
func (g featureGeometry) AppendJSON(text []byte) ([]byte, error) {
	return recordjson.AppendGeometry(text, g.Geometry)
}

// MarshalJSON writes what AppendJSON does.
func (g featureGeometry) MarshalJSON() ([]byte, error) { return g.AppendJSON(nil) }

// readyJSON is a JSON text that is as encoding/json writes it.
type readyJSON []byte

// AppendJSON appends the text.
func (j readyJSON) AppendJSON(text []byte) ([]byte, error) { return append(text, j...), nil }

// MarshalJSON gives the text.
func (j readyJSON) MarshalJSON() ([]byte, error) { return j, nil }

// members are those of an object.
func (j readyJSON) members() (members map[string]json.RawMessage, err error) {
	err = json.Unmarshal(j, &members)
	return members, err
}

// FeatureCollection is a page of features.
type FeatureCollection struct {
	Type     string    `json:"type" example:"FeatureCollection"`
	Features []Feature `json:"features"`
	// Links has the address of the next page when there is one.
	Links []Link `json:"links,omitempty"`
}

// Link is a link to another document.
type Link struct {
	Rel  string `json:"rel" example:"next"`
	Type string `json:"type" example:"application/geo+json"`
	Href string `json:"href" example:"/api/v1/cameras?cursor=kq3v0Yx2JrgwMTkzYTVkMg"`
}

// collectionText is the JSON of a [FeatureCollection], put together from that of its features.
func collectionText(features []byte, next string) ([]byte, error) {
	text := append(append([]byte(`{"type":"FeatureCollection","features":[`), features...), ']')
	if next != "" {
		links, err := json.Marshal([]Link{{Rel: "next", Type: geoJSONType, Href: next}})
		if err != nil {
			return nil, err
		}
		text = append(append(text, `,"links":`...), links...)
	}
	return append(text, '}'), nil
}

// feature shows a record as GeoJSON.
func (r *resource[T]) feature(record T) (Feature, error) {
	properties, err := r.properties.Append(make([]byte, 0, usualProperties), &record)
	if err != nil {
		return Feature{}, fmt.Errorf("feature %s: %w", record.Key(), err)
	}
	return Feature{"Feature", record.Key(), featureGeometry{record.Shape()}, properties}, nil
}

// usualProperties is longer than the properties of most records, bytes.
const usualProperties = 768
