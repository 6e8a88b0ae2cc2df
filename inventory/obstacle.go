package inventory

import "github.com/paulmach/orb"

// Obstacle is what hides: a building's footprint.
type Obstacle struct {
	ID   ID     `json:"id"`
	Name string `json:"name,omitempty"`
	// Commune and Department are INSEE codes; Department is taken from Commune when empty.
	Commune    string `json:"commune,omitempty"`
	Department string `json:"department,omitempty"`
	// Geometry is the footprint, lon, lat.
	Geometry Surface `json:"geometry"`
	// HeightM is the height above the ground, metres; nil when unknown: it then hides everything behind it.
	HeightM *float64 `json:"heightM,omitempty"`
	// PositionToleranceM is how far the footprint may lie from the truth, metres.
	PositionToleranceM *float64 `json:"positionToleranceM,omitempty"`
	// Dwelling tells a building whose windows and doors are private (CSI L251-3); nil when unknown.
	Dwelling   *bool             `json:"dwelling,omitempty"`
	Provenance Provenance        `json:"provenance,omitzero"`
	Extra      map[string]string `json:"extra,omitempty"`
}

// Key is the obstacle's identifier.
func (o Obstacle) Key() ID { return o.ID }

// Shape is the footprint.
func (o Obstacle) Shape() orb.Geometry { return orb.MultiPolygon(o.Geometry) }

// Attributes are the places, the import, the last change.
func (o Obstacle) Attributes() Attributes {
	a := Attributes{}
	a.place(o.Commune, o.Department)
	a.provenance(o.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (o Obstacle) Validate() error {
	var f faults
	f.id("id", o.ID)
	f.places(o.Commune, o.Department)
	f.geometry("geometry", orb.MultiPolygon(o.Geometry))
	f.within("heightM", o.HeightM, 0, 1000, "m")
	f.within("positionToleranceM", o.PositionToleranceM, 0, 1000, "m")
	return f.err("obstacle", o.ID)
}
