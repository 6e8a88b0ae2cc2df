package inventory

import (
	"slices"

	"github.com/paulmach/orb"
)

// AreaCategory says what an area is for.
type AreaCategory string

// The categories of area.
const (
	AreaCommune   AreaCategory = "commune"
	AreaPerimeter AreaCategory = "perimeter"
	AreaPriority  AreaCategory = "priority_place" // a place that coverage is required of
	AreaNoCamera  AreaCategory = "no_camera_zone"
	AreaStreet    AreaCategory = "street_place" // a street or square, to say where a gap is
	AreaPremises  AreaCategory = "premises"     // the ground and the buildings of a holder, of which the surroundings are judged
)

// AreaCategories are all categories of area.
func AreaCategories() []AreaCategory {
	return []AreaCategory{AreaCommune, AreaPerimeter, AreaPriority, AreaNoCamera, AreaStreet, AreaPremises}
}

// Period says when a requirement holds.
type Period string

// The periods.
const (
	Day         Period = "day"
	Night       Period = "night"
	DayAndNight Period = "day_and_night"
)

// Requirement is what coverage an area needs.
type Requirement struct {
	// Level is the code of a level, as "perceive".
	Level string `json:"level"`
	// SharePct is the part of the area to be seen at that level or better, percent.
	SharePct float64 `json:"sharePct"`
	// Period is day_and_night when empty.
	Period Period `json:"period,omitempty"`
}

// Area (zone) is a named surface.
type Area struct {
	ID ID `json:"id"`
	// Holder is who declared it; empty for public references as communes.
	Holder   ID           `json:"holder,omitempty"`
	Category AreaCategory `json:"category"`
	// Kind is a finer word, as "school" or "station".
	Kind string `json:"kind,omitempty"`
	Name string `json:"name"`
	// Commune and Department are INSEE codes; Department is taken from Commune when empty.
	Commune    string  `json:"commune,omitempty"`
	Department string  `json:"department,omitempty"`
	Geometry   Surface `json:"geometry"`
	// Requirement is nil when nothing is required.
	Requirement *Requirement `json:"requirement,omitempty"`
	// Weight says how much a square metre of the area counts when gaps are ranked, beside 1 elsewhere; nil means 1.
	Weight *float64 `json:"weight,omitempty"`
	// Critical tells whether one camera must not be all that sees the place.
	Critical *bool `json:"critical,omitempty"`
	// NightExtinction tells whether its public lighting is switched off at night.
	NightExtinction *bool             `json:"nightExtinction,omitempty"`
	Provenance      Provenance        `json:"provenance,omitzero"`
	Extra           map[string]string `json:"extra,omitempty"`
}

// Key is the area's identifier.
func (a Area) Key() ID { return a.ID }

// Shape is the surface.
func (a Area) Shape() orb.Geometry { return orb.MultiPolygon(a.Geometry) }

// Attributes are the holder, the category, the places, the import, the last change.
func (a Area) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(a.Holder))
	attributes.set(AttrCategory, string(a.Category))
	attributes.place(a.Commune, a.Department)
	attributes.provenance(a.Provenance)
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (a Area) Validate() error {
	var f faults
	f.id("id", a.ID)
	f.reference("holder", a.Holder)
	if a.Name == "" {
		f.add("name", "is missing")
	}
	if !slices.Contains(AreaCategories(), a.Category) {
		f.add("category", "%q is not one of %q", a.Category, AreaCategories())
	}
	f.places(a.Commune, a.Department)
	f.geometry("geometry", orb.MultiPolygon(a.Geometry))
	f.within("weight", a.Weight, 0, 1000, "")
	if r := a.Requirement; r != nil {
		if r.Level == "" {
			f.add("requirement.level", "is missing")
		}
		f.within("requirement.sharePct", &r.SharePct, 0, 100, "%")
		oneOf(&f, "requirement.period", r.Period, Day, Night, DayAndNight)
	}
	return f.err("area", a.ID)
}
