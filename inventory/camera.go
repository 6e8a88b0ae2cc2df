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

// HeadKind tells how a head moves and what it senses.
type HeadKind string

// The kinds of head.
const (
	HeadFixed   HeadKind = "fixed"
	HeadPTZ     HeadKind = "ptz" // turns, tilts and zooms; a dome
	HeadThermal HeadKind = "thermal"
)

// Shot is narrow when people or objects are analysed, whatever the lens (arrêté of 3 August 2007, annex 1 §3).
type Shot string

// The two shots.
const (
	Narrow Shot = "narrow"
	Wide   Shot = "wide"
)

// Head (capteur, voie) is one optical axis of a camera. A nil number is unknown, never zero.
type Head struct {
	// ID tells the heads of one camera apart, as "1".
	ID   string   `json:"id"`
	Kind HeadKind `json:"kind,omitempty"`
	// BearingDeg is the direction of the axis (of the home position for a PTZ), degrees clockwise from geographic
	// north, 0 ≤ bearing < 360.
	BearingDeg *float64 `json:"bearingDeg,omitempty"`
	// TiltDeg is the angle of the axis below the horizon, degrees, −90 to 90.
	TiltDeg *float64 `json:"tiltDeg,omitempty"`
	// HFOVDeg and VFOVDeg are the horizontal and vertical fields of view of the datasheet, degrees. They go before
	// the sensor and focal length below.
	HFOVDeg *float64 `json:"hfovDeg,omitempty"`
	VFOVDeg *float64 `json:"vfovDeg,omitempty"`
	// PanRangeDeg is how far round a PTZ can look, degrees; a PTZ without one can look everywhere.
	PanRangeDeg *float64 `json:"panRangeDeg,omitempty"`
	// SensorWidthMM and SensorHeightMM are the active surface of the sensor, millimetres.
	SensorWidthMM  *float64 `json:"sensorWidthMm,omitempty"`
	SensorHeightMM *float64 `json:"sensorHeightMm,omitempty"`
	// FocalMM is the focal length, millimetres.
	FocalMM *float64 `json:"focalMm,omitempty"`
	// RecordedWidthPx and RecordedHeightPx are the recorded stream's, not the sensor's (arrêté of 3 August 2007).
	RecordedWidthPx  *int `json:"recordedWidthPx,omitempty"`
	RecordedHeightPx *int `json:"recordedHeightPx,omitempty"`
	// RecordedFPS is the recorded rate, images per second.
	RecordedFPS *float64 `json:"recordedFps,omitempty"`
	// Codec is how the recorded stream is compressed, as "H.265".
	Codec string `json:"codec,omitempty"`
	// BitrateMbps is the rate of the recorded stream, Mbit/s.
	BitrateMbps *float64 `json:"bitrateMbps,omitempty"`
	// Shot is how tight the view is, empty when unknown.
	Shot Shot `json:"shot,omitempty"`
	// Purposes are codes of lawful purposes, see [Purpose].
	Purposes []Purpose `json:"purposes,omitempty"`
	// Objective is the stated aim of the head, in the holder's words (arrêté of 3 August 2007, annex 1 §1.1).
	Objective string `json:"objective,omitempty"`
	// TargetDistanceM is the distance to the intended target, metres.
	TargetDistanceM *float64 `json:"targetDistanceM,omitempty"`
	// RequiredDensityPxM is the pixel density asked for at the target, px/m.
	RequiredDensityPxM *float64 `json:"requiredDensityPxM,omitempty"`
	// SceneLuxNight is the light on the scene at night, lux; MinLux what the head needs, lux.
	SceneLuxNight *float64 `json:"sceneLuxNight,omitempty"`
	MinLux        *float64 `json:"minLux,omitempty"`
	// InfraredRangeM is how far the head's own infrared lights, metres.
	InfraredRangeM *float64 `json:"infraredRangeM,omitempty"`
	// WDRDB is the wide dynamic range, dB.
	WDRDB *float64 `json:"wdrDb,omitempty"`
	// ShutterS is the exposure time, seconds.
	ShutterS *float64 `json:"shutterS,omitempty"`
	// VehicleSpeedKMH is the speed of the vehicles to be read, km/h.
	VehicleSpeedKMH *float64 `json:"vehicleSpeedKmh,omitempty"`
	// DwellingInView and PrivacyMask answer CSI L251-3.
	DwellingInView *bool `json:"dwellingInView,omitempty"`
	PrivacyMask    *bool `json:"privacyMask,omitempty"`
}

// Device is the hardware of a camera.
type Device struct {
	Manufacturer string `json:"manufacturer,omitempty"`
	Model        string `json:"model,omitempty"`
	Serial       string `json:"serial,omitempty"`
	// IngressRating and ImpactRating are codes of IEC 60529 and IEC 62262, as "IP66" and "IK10".
	IngressRating string `json:"ingressRating,omitempty"`
	ImpactRating  string `json:"impactRating,omitempty"`
	// MinTemperatureC and MaxTemperatureC bound its operation, °C.
	MinTemperatureC *float64 `json:"minTemperatureC,omitempty"`
	MaxTemperatureC *float64 `json:"maxTemperatureC,omitempty"`
	// PowerW is the largest draw, watts; PoEType the standard that feeds it, as "802.3at".
	PowerW  *float64 `json:"powerW,omitempty"`
	PoEType string   `json:"poeType,omitempty"`
	// FirmwareOn is the date of the firmware; EndOfLifeOn the day its maker stops supporting it.
	FirmwareOn  Date `json:"firmwareOn,omitempty"`
	EndOfLifeOn Date `json:"endOfLifeOn,omitempty"`
}

// Mounting is how a camera is fixed.
type Mounting struct {
	// Support is what carries it, as "pole", "wall", "street_lamp", "ceiling".
	Support string `json:"support,omitempty"`
	// HeightM is the height of the lens above the ground, metres.
	HeightM *float64 `json:"heightM,omitempty"`
	Outdoor *bool    `json:"outdoor,omitempty"`
	// Reachable tells whether a passer-by can touch it.
	Reachable *bool `json:"reachable,omitempty"`
	// DistanceToOwnBuildingM is for traders and legal persons who film their surroundings (CSI L251-2, L223-1).
	DistanceToOwnBuildingM *float64 `json:"distanceToOwnBuildingM,omitempty"`
}

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
	// InServiceSince is the day it was put into service; MaintainedOn and CleanedOn are those of the last maintenance and
	// of the last cleaning. Empty when unknown.
	InServiceSince Date       `json:"inServiceSince,omitempty"`
	MaintainedOn   Date       `json:"maintainedOn,omitempty"`
	CleanedOn      Date       `json:"cleanedOn,omitempty"`
	Provenance     Provenance `json:"provenance,omitzero"`
	// Extra keeps what the source said and no field of Vigie holds.
	Extra map[string]string `json:"extra,omitempty"`
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
	oneOf(&f, "category", c.Category, Fixed, BodyWorn, InVehicle, Drone)
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
	f.within("mounting.heightM", c.Mounting.HeightM, 0, 500, "m")
	f.within("mounting.distanceToOwnBuildingM", c.Mounting.DistanceToOwnBuildingM, 0, 10_000, "m")
	c.Device.check(&f)
	f.date("inServiceSince", c.InServiceSince)
	f.date("maintainedOn", c.MaintainedOn)
	f.date("cleanedOn", c.CleanedOn)
	seen := map[string]bool{}
	for i, h := range c.Heads {
		field := fmt.Sprintf("heads[%d]", i)
		if h.ID == "" || seen[h.ID] {
			f.add(field+".id", "must be there and differ from the other heads'")
		}
		seen[h.ID] = true
		h.check(&f, field+".")
	}
	return f.err("camera", c.ID)
}

func (d Device) check(f *faults) {
	f.within("device.minTemperatureC", d.MinTemperatureC, -100, 100, "°C")
	f.within("device.maxTemperatureC", d.MaxTemperatureC, -100, 200, "°C")
	f.within("device.powerW", d.PowerW, 0, 10_000, "W")
	f.date("device.firmwareOn", d.FirmwareOn)
	f.date("device.endOfLifeOn", d.EndOfLifeOn)
}

func (h Head) check(f *faults, at string) {
	oneOf(f, at+"kind", h.Kind, HeadFixed, HeadPTZ, HeadThermal)
	oneOf(f, at+"shot", h.Shot, Narrow, Wide)
	f.within(at+"bearingDeg", h.BearingDeg, 0, 360, "°")
	if h.BearingDeg != nil && *h.BearingDeg == 360 {
		f.add(at+"bearingDeg", "360 is written 0")
	}
	f.within(at+"tiltDeg", h.TiltDeg, -90, 90, "°")
	f.within(at+"hfovDeg", h.HFOVDeg, 0.1, 360, "°")
	f.within(at+"vfovDeg", h.VFOVDeg, 0.1, 180, "°")
	f.within(at+"panRangeDeg", h.PanRangeDeg, 0, 360, "°")
	f.within(at+"sensorWidthMm", h.SensorWidthMM, 0.1, 100, "mm")
	f.within(at+"sensorHeightMm", h.SensorHeightMM, 0.1, 100, "mm")
	f.within(at+"focalMm", h.FocalMM, 0.1, 10_000, "mm")
	f.pixels(at+"recordedWidthPx", h.RecordedWidthPx)
	f.pixels(at+"recordedHeightPx", h.RecordedHeightPx)
	f.within(at+"recordedFps", h.RecordedFPS, 0, 1000, "images/s")
	f.within(at+"bitrateMbps", h.BitrateMbps, 0, 10_000, "Mbit/s")
	f.within(at+"targetDistanceM", h.TargetDistanceM, 0, 100_000, "m")
	f.within(at+"requiredDensityPxM", h.RequiredDensityPxM, 0, 100_000, "px/m")
	f.within(at+"sceneLuxNight", h.SceneLuxNight, 0, 200_000, "lx")
	f.within(at+"minLux", h.MinLux, 0, 200_000, "lx")
	f.within(at+"infraredRangeM", h.InfraredRangeM, 0, 10_000, "m")
	f.within(at+"wdrDb", h.WDRDB, 0, 300, "dB")
	f.within(at+"shutterS", h.ShutterS, 0, 100, "s")
	f.within(at+"vehicleSpeedKmh", h.VehicleSpeedKMH, 0, 500, "km/h")
	for i, p := range h.Purposes {
		if !slices.Contains(purposes(), p) {
			f.add(fmt.Sprintf("%spurposes[%d]", at, i), "%q is not a purpose code (P01–P11, E01, T01, A01, A02)", p)
		}
	}
}
