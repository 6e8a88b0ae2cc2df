package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/project"
)

// record makes a record of the text of a feature, whose coordinates are of a system, and dates its change.
func (e edits[T]) record(c *gin.Context, text []byte, in system) (T, error) {
	var record T
	var f struct {
		Type       string                     `json:"type"`
		ID         any                        `json:"id"`
		Geometry   json.RawMessage            `json:"geometry"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Valid(text) { // what is no JSON is refused below
		if err := refuseFaults(structureFaults(text)); err != nil {
			return record, err
		}
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return record, refuseFaults([]Fault{{In: "body", Reason: jsonReason(err)}})
	}
	if faults := featureFaults(text, f.Type, f.ID); len(faults) > 0 {
		return record, refuseFaults(faults)
	}
	members := f.Properties
	if members == nil {
		members = map[string]json.RawMessage{}
	}
	if id, isText := f.ID.(string); isText {
		name, err := json.Marshal(id)
		if err != nil {
			return record, err
		}
		if other, given := members["id"]; given && !bytes.Equal(other, name) {
			const reason = "is not the identifier of the feature"
			return record, refuseFaults([]Fault{{In: "body", Field: "properties.id", Pointer: "/properties/id", Reason: reason}})
		}
		members["id"] = name
	}
	if err := e.put(members, f.Geometry, in); err != nil {
		return record, err
	}
	whole, err := json.Marshal(members)
	if err != nil {
		return record, err
	}
	if faults := unmarshal(whole, &record); len(faults) > 0 {
		return record, refuseFaults(faults)
	}
	e.of.stamp(c, &record)
	return record, nil
}

// featureFaults tells what a feature may not have: another type, an identifier that is neither text nor number (RFC 7946,
// section 3.2), and members beside those of GeoJSON (section 7.1 leaves to each what to do with them) and the links that this
// server gives its own features.
func featureFaults(text []byte, kind string, id any) []Fault {
	var faults []Fault
	if kind != "Feature" {
		faults = append(faults, Fault{In: "body", Field: "type", Pointer: "/type", Reason: `must be "Feature"`})
	}
	switch id.(type) {
	case nil, string, float64: // a number, as some programs give each of a file, is nothing that is known here
	default:
		faults = append(faults, Fault{In: "body", Field: "id", Pointer: "/id", Reason: "must be a text or a number"})
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return faults // cannot be: it was read before
	}
	known := []string{"type", "id", "geometry", "properties", "bbox", "links"}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if at := (place{}).member(name); !slices.Contains(known, name) && len(faults) < maxFaults {
			faults = append(faults, Fault{In: "body", Field: at.field, Pointer: at.pointer, Reason: "is not a member of a feature here"})
		}
	}
	return faults
}

// put gives a record the geometry of its feature, lon, lat.
func (e edits[T]) put(members map[string]json.RawMessage, text json.RawMessage, in system) error {
	if e.of.place == "" || len(text) == 0 || bytes.Equal(text, []byte("null")) {
		return nil
	}
	to := in.toLonLat()
	if to == nil {
		members[e.of.place] = text
		return nil
	}
	// The record's own type reads it first: orb takes a coordinate that is missing for zero.
	var probe T
	alone, err := json.Marshal(map[string]json.RawMessage{e.of.place: text})
	if err != nil {
		return refuseGeometry("is not a GeoJSON geometry")
	}
	if faults := unmarshal(alone, &probe); len(faults) > 0 {
		return refuseFaults(faults)
	}
	g, err := geojson.UnmarshalGeometry(text)
	if err != nil || g.Geometry() == nil {
		return refuseGeometry("is not a GeoJSON geometry")
	}
	carried, err := json.Marshal(geojson.NewGeometry(project.Geometry(g.Geometry(), orb.Projection(to))))
	if err != nil {
		return refuseGeometry("has no place on Earth in this coordinate system")
	}
	members[e.of.place] = carried
	return nil
}

func refuseGeometry(reason string) error {
	return refuseFaults([]Fault{{In: "body", Field: "geometry", Pointer: "/geometry", Reason: reason}})
}
