package api

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
)

// Feature is a record as GeoJSON (RFC 7946): its place is the geometry, its other fields are the properties.
type Feature struct {
	Type string       `json:"type" example:"Feature"`
	ID   inventory.ID `json:"id"`
	// Geometry is null for a record whose place is unknown.
	Geometry   *geojson.Geometry          `json:"geometry" swaggertype:"object"`
	Properties map[string]json.RawMessage `json:"properties" swaggertype:"object"`
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

func newFeatureCollection(features []Feature, next string) FeatureCollection {
	collection := FeatureCollection{Type: "FeatureCollection", Features: features}
	if next != "" {
		collection.Links = []Link{{Rel: "next", Type: geoJSONType, Href: next}}
	}
	return collection
}

// feature shows a record as GeoJSON. place is the field of its JSON that the geometry stands for.
func feature[T inventory.Record](record T, place string) (Feature, error) {
	f := Feature{Type: "Feature", ID: record.Key()}
	text, err := json.Marshal(record)
	if err != nil {
		return f, fmt.Errorf("feature %s: %w", f.ID, err)
	}
	if err := json.Unmarshal(text, &f.Properties); err != nil {
		return f, fmt.Errorf("feature %s: %w", f.ID, err)
	}
	delete(f.Properties, "id")
	delete(f.Properties, place)
	if shape := record.Shape(); shape != nil {
		f.Geometry = geojson.NewGeometry(shape)
	}
	return f, nil
}
