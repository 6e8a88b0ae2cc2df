package inventory

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Category tells what carries a camera.
type Category string

// The categories of camera. All but the first are mobile: they have a unit instead of a place.
const (
	Fixed     Category = "fixed"
	BodyWorn  Category = "body_worn"  // caméra individuelle, CSI L241-1 ff.
	InVehicle Category = "in_vehicle" // caméra embarquée, CSI L243-1 ff.
	Drone     Category = "drone"      // aéronef, CSI L242-1 ff.
)

// Categories are all categories of camera.
func Categories() []Category { return []Category{Fixed, BodyWorn, InVehicle, Drone} }

// Status is where a camera is in its life.
type Status string

// The states of a camera.
const (
	Planned      Status = "planned"
	Installed    Status = "installed" // in place, not yet in service
	InService    Status = "in_service"
	OutOfService Status = "out_of_service"
	Retired      Status = "retired"
)

// Statuses are all states of a camera.
func Statuses() []Status { return []Status{Planned, Installed, InService, OutOfService, Retired} }

// Camera (caméra) is one device, with one or more heads.
type Camera struct {
	ID ID `json:"id"`
	// Holder is who holds it; Deployment its legal unit, when known.
	Holder     ID `json:"holder"`
	Deployment ID `json:"deployment,omitempty"`
	// ExternalID is the holder's own reference.
	ExternalID string   `json:"externalId,omitempty"`
	Name       string   `json:"name,omitempty"`
	Address    string   `json:"address,omitempty"`
	Category   Category `json:"category"`
	Status     Status   `json:"status,omitempty"`
	// Location is the place, lon, lat; nil when unknown, and for a mobile camera.
	Location *Point `json:"location,omitempty"`
	// PositionToleranceM is how far from its place the camera may stand, metres.
	PositionToleranceM *float64 `json:"positionToleranceM,omitempty"`
	// Unit carries a mobile camera, as "Police municipale, brigade de nuit".
	Unit string `json:"unit,omitempty"`
	// Commune and Department are INSEE codes; Department is taken from Commune when empty.
	Commune    string `json:"commune,omitempty"`
	Department string `json:"department,omitempty"`
	// FilmsPublicWay tells whether it films the public way (CSI L251-2); nil when unknown.
	FilmsPublicWay *bool    `json:"filmsPublicWay,omitempty"`
	Mounting       Mounting `json:"mounting,omitzero"`
	Heads          []Head   `json:"heads,omitempty"`
	Device         Device   `json:"device,omitzero"`
	// PlanLocation is its place on the detailed plan of the file (CSI R252-3 3°), lon, lat.
	PlanLocation *Point `json:"planLocation,omitempty"`
	// Critical tells whether losing it leaves a critical place unseen.
	Critical *bool `json:"critical,omitempty"`
	// LocalRecording tells whether it records by itself when the network is lost.
	LocalRecording *bool `json:"localRecording,omitempty"`
	// UptimePct is how much of the last twelve months it worked, percent.
	UptimePct *float64 `json:"uptimePct,omitempty"`
	// InServiceSince is the day it was put into service; MaintainedOn and CleanedOn are those of the last maintenance and
	// of the last cleaning. Empty when unknown.
	InServiceSince Date `json:"inServiceSince,omitempty"`
	MaintainedOn   Date `json:"maintainedOn,omitempty"`
	CleanedOn      Date `json:"cleanedOn,omitempty"`
	// RetiredOn is the day from which it is known to be retired, as an import sets it that does not find it any more.
	RetiredOn  Date       `json:"retiredOn,omitempty"`
	Provenance Provenance `json:"provenance,omitzero"`
	// Extra keeps what the source said and no field of Vigie holds.
	Extra map[string]string `json:"extra,omitempty"`
	// Sealed holds the secret fields, encrypted (see [Seal]); of a record read without their key, that key's identifier.
	// Clients leave it as they read it.
	Sealed string `json:"sealed,omitempty"`
}

// Key is the camera's identifier.
func (c Camera) Key() ID { return c.ID }

// Shape is the place of the camera.
func (c Camera) Shape() orb.Geometry {
	if c.Location == nil {
		return nil
	}
	return orb.Point(*c.Location)
}

// Attributes are the holder, the deployment, the category, the status, the places, the import, the last change.
func (c Camera) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(c.Holder))
	a.set(AttrDeployment, string(c.Deployment))
	a.set(AttrCategory, string(c.Category))
	a.set(AttrStatus, string(c.Status))
	a.place(c.Commune, c.Department)
	a.provenance(c.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (c Camera) Validate() error {
	var f faults
	f.id("id", c.ID)
	f.id("holder", c.Holder)
	f.reference("deployment", c.Deployment)
	if c.Category == "" {
		f.add("category", "is missing")
	}
	oneOf(&f, "category", c.Category, Categories()...)
	oneOf(&f, "status", c.Status, Statuses()...)
	switch mobile := c.Category != Fixed && c.Category != ""; {
	case mobile && c.Location != nil:
		f.add("location", "a mobile camera has a unit, not a place")
	case mobile && c.Unit == "":
		f.add("unit", "is missing: a mobile camera belongs to a unit")
	case !mobile && c.Location == nil:
		f.add("location", "is missing: a fixed camera has a place")
	}
	f.point("location", c.Location)
	f.places(c.Commune, c.Department)
	f.within("positionToleranceM", c.PositionToleranceM, 0, 10_000, "m")
	f.point("planLocation", c.PlanLocation)
	f.within("uptimePct", c.UptimePct, 0, 100, "%")
	c.Mounting.check(&f)
	c.Device.check(&f)
	f.date("inServiceSince", c.InServiceSince)
	f.date("maintainedOn", c.MaintainedOn)
	f.date("cleanedOn", c.CleanedOn)
	f.date("retiredOn", c.RetiredOn)
	for i, h := range c.Heads {
		var own faults
		if h.ID == "" || slices.ContainsFunc(c.Heads[:i], func(before Head) bool { return before.ID == h.ID }) {
			own.add("id", "must be there and differ from the other heads'")
		}
		h.check(&own, "")
		for _, fault := range own {
			f = append(f, Fault{Field: fmt.Sprintf("heads[%d].%s", i, fault.Field), Reason: fault.Reason})
		}
	}
	return f.err("camera", c.ID)
}
