package inventory

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// Attr names an indexed attribute.
type Attr string

// The indexed attributes. Not every kind has every one.
const (
	AttrHolder     Attr = "holder"     // identifier of the holder
	AttrDeployment Attr = "deployment" // identifier of the deployment
	AttrCommune    Attr = "commune"    // INSEE code of the commune
	AttrDepartment Attr = "department" // INSEE code of the département
	AttrStatus     Attr = "status"     // of a candidate, its form
	AttrCategory   Attr = "category"   // camera category, area category, holder kind, deployment regime, set of candidates
	AttrImport     Attr = "import"     // identifier of the import that brought the record
	AttrUpdated    Attr = "updated"    // instant of the last change, as [Instant.String] writes it
)

// Attrs are all indexed attributes.
func Attrs() []Attr {
	return []Attr{AttrHolder, AttrDeployment, AttrCommune, AttrDepartment, AttrStatus, AttrCategory, AttrImport, AttrUpdated}
}

// Attributes are the indexed values of one record; unknown ones are absent.
type Attributes map[Attr]string

// Query selects records: all conditions must hold. The zero value selects everything.
type Query struct {
	// Area keeps the records whose shape meets it, borders included: an orb.Bound, orb.Polygon or orb.MultiPolygon,
	// lon, lat; nil keeps all. A record without a shape never meets an area.
	Area orb.Geometry
	// Where are conditions on attributes.
	Where []Condition
	// After keeps the records whose key is greater: the last key of the page before.
	After ID
	// Limit is the most records to give; 0 means no limit.
	Limit int
}

// Condition holds for a record that has the attribute with one of the values In (when In is not empty), not before
// From and before Before (when those are not empty), in byte order.
type Condition struct {
	Attr   Attr
	In     []string
	From   string
	Before string
}

// Matches decides whether a record is selected by area and attributes. Indexes propose, Matches disposes: every store
// gives a record to it before it gives it to the caller. After and Limit are the store's own business.
func (q Query) Matches(record Record) bool {
	if len(q.Where) > 0 {
		attributes := record.Attributes()
		for _, c := range q.Where {
			if !c.holds(attributes) {
				return false
			}
		}
	}
	if q.Area == nil {
		return true
	}
	shape := record.Shape()
	return shape != nil && geo.Intersects(q.Area, shape)
}

func (c Condition) holds(attributes Attributes) bool {
	value, known := attributes[c.Attr]
	switch {
	case !known:
		return false
	case len(c.In) > 0 && !slices.Contains(c.In, value):
		return false
	case c.From != "" && value < c.From:
		return false
	case c.Before != "" && value >= c.Before:
		return false
	}
	return true
}

// Validate returns nil or an *InvalidError that names every fault of the query.
func (q Query) Validate() error {
	var faults faults
	if q.Limit < 0 {
		faults.add("limit", "must not be negative")
	}
	for i, c := range q.Where {
		if !slices.Contains(Attrs(), c.Attr) {
			faults.add(fmt.Sprintf("where[%d]", i), "%q is not an indexed attribute", c.Attr)
		}
	}
	if q.Area != nil {
		switch area := q.Area.(type) {
		case orb.Bound:
			if !finite(area.Min) || !finite(area.Max) || area.IsEmpty() {
				faults.add("area", "is not a box minLon,minLat,maxLon,maxLat")
			}
		case orb.Polygon, orb.MultiPolygon:
			faults.geometry("area", area)
		default:
			faults.add("area", "must be a box, a polygon or a multipolygon, not a %s", q.Area.GeoJSONType())
		}
	}
	return faults.err("query", "")
}
