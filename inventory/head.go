package inventory

import "fmt"

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

// Aim is what the images of a head are to allow, whatever its lens: the operational requirement of IEC 62676-4.
type Aim string

// Aims are all aims. "recognise" is of a known person, "identify" of an unknown one; "flow" is of people or vehicles
// that are watched, not told apart.
func Aims() []Aim {
	return []Aim{"detect", "perimeter", "observe", "recognise", "identify", "face", "plate", "count", "flow"}
}

// HeadKinds are all kinds of head.
func HeadKinds() []HeadKind { return []HeadKind{HeadFixed, HeadPTZ, HeadThermal} }

// Shots are both shots.
func Shots() []Shot { return []Shot{Narrow, Wide} }

// Head (capteur, voie) is one optical axis of a camera. A nil number is unknown, never zero.
type Head struct {
	// ID tells the heads of one camera apart, as "1".
	ID   string   `json:"id"`
	Kind HeadKind `json:"kind,omitempty"`
	// BearingDeg is the direction of the axis (of the home position for a PTZ), degrees clockwise from geographic
	// north, 0 ≤ bearing < 360.
	BearingDeg *float64 `json:"bearingDeg,omitempty"`
	// BearingToleranceDeg is how far the bearing may be from the truth, degrees either way.
	BearingToleranceDeg *float64 `json:"bearingToleranceDeg,omitempty"`
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
	// ObjectiveStated tells whether the file states the main objective of the head; true when Objective is given.
	ObjectiveStated *bool `json:"objectiveStated,omitempty"`
	// Aims are what its images are to allow, see [Aim].
	Aims []Aim `json:"aims,omitempty"`
	// MovingPeople tells whether it mostly films people who walk through without an obstacle (arrêté of 3 August 2007,
	// annex 1 §3).
	MovingPeople *bool `json:"movingPeople,omitempty"`
	// Interpolated tells whether the recorded rate is made up from a lower one (annex 1 §3).
	Interpolated *bool `json:"interpolated,omitempty"`
	// FaceWidthPx and FaceHeightPx are the size of the face thumbnails that can be taken from the recorded stream, pixels
	// (annex 3).
	FaceWidthPx  *int `json:"faceWidthPx,omitempty"`
	FaceHeightPx *int `json:"faceHeightPx,omitempty"`
	// TargetDistanceM is the distance to the intended target, metres.
	TargetDistanceM *float64 `json:"targetDistanceM,omitempty"`
	// RequiredDensityPxM is the pixel density asked for at the target, px/m.
	RequiredDensityPxM *float64 `json:"requiredDensityPxM,omitempty"`
	// NightUse tells whether it is to serve at night.
	NightUse *bool `json:"nightUse,omitempty"`
	// SceneLuxNight is the light on the scene at night, lux, VerticalLuxNight that on an upright plane at the target;
	// MinLux what the head needs, lux.
	SceneLuxNight    *float64 `json:"sceneLuxNight,omitempty"`
	VerticalLuxNight *float64 `json:"verticalLuxNight,omitempty"`
	MinLux           *float64 `json:"minLux,omitempty"`
	// InfraredRangeM is how far the head's own infrared lights, metres.
	InfraredRangeM *float64 `json:"infraredRangeM,omitempty"`
	// NearReflection tells whether something within 0.5 m throws the head's own infrared back; WebFound whether a
	// spider's web was before it at the last visit.
	NearReflection *bool `json:"nearReflection,omitempty"`
	WebFound       *bool `json:"webFound,omitempty"`
	// Backlight tells whether it looks against the light: an entrance, the mouth of a tunnel, a low sun.
	Backlight *bool `json:"backlight,omitempty"`
	// WDRDB is the wide dynamic range, dB.
	WDRDB *float64 `json:"wdrDb,omitempty"`
	// ShutterS is the exposure time, seconds.
	ShutterS *float64 `json:"shutterS,omitempty"`
	// VehicleSpeedKMH is the speed of the vehicles to be read, km/h.
	VehicleSpeedKMH *float64 `json:"vehicleSpeedKmh,omitempty"`
	// CaptureZoneM is the length of the way on which a plate can be read, metres.
	CaptureZoneM *float64 `json:"captureZoneM,omitempty"`
	// PlateWidthPx is the width of a plate in the recorded image, pixels; PlateVerticalDeg and PlateHorizontalDeg are the
	// angles of the axis to the plate, degrees.
	PlateWidthPx       *int     `json:"plateWidthPx,omitempty"`
	PlateVerticalDeg   *float64 `json:"plateVerticalDeg,omitempty"`
	PlateHorizontalDeg *float64 `json:"plateHorizontalDeg,omitempty"`
	// PlanBearingDeg is the bearing on the detailed plan of the file (CSI R252-3 3°), degrees like BearingDeg.
	PlanBearingDeg *float64 `json:"planBearingDeg,omitempty"`
	// DwellingInView, DwellingEntranceTargeted, PrivacyMask and MaskFollows answer CSI L251-3: whether the inside of a
	// dwelling is in view, for a PTZ anywhere it can turn to; whether the entrance of one is specially filmed; whether
	// masks hide them; whether these masks follow the head when it turns and zooms.
	DwellingInView           *bool `json:"dwellingInView,omitempty"`
	DwellingEntranceTargeted *bool `json:"dwellingEntranceTargeted,omitempty"`
	PrivacyMask              *bool `json:"privacyMask,omitempty"`
	MaskFollows              *bool `json:"maskFollows,omitempty"`
	// Masks are the directions that the head blackens.
	Masks []Mask `json:"masks,omitempty"`
}

// Mask is a range of directions, clockwise from one bearing to the other, degrees from geographic north, 0 to 360.
type Mask struct {
	FromDeg float64 `json:"fromDeg"`
	ToDeg   float64 `json:"toDeg"`
}

func (h Head) check(f *faults, at string) {
	oneOf(f, at+"kind", h.Kind, HeadKinds()...)
	oneOf(f, at+"shot", h.Shot, Shots()...)
	f.bearing(at+"bearingDeg", h.BearingDeg)
	f.bearing(at+"planBearingDeg", h.PlanBearingDeg)
	f.within(at+"bearingToleranceDeg", h.BearingToleranceDeg, 0, 180, "°")
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
	for i, m := range h.Masks {
		field := fmt.Sprintf("%smasks[%d]", at, i)
		f.within(field+".fromDeg", &m.FromDeg, 0, 360, "°")
		f.within(field+".toDeg", &m.ToDeg, 0, 360, "°")
	}
	f.within(at+"verticalLuxNight", h.VerticalLuxNight, 0, 200_000, "lx")
	f.within(at+"captureZoneM", h.CaptureZoneM, 0, 1000, "m")
	f.within(at+"plateVerticalDeg", h.PlateVerticalDeg, 0, 90, "°")
	f.within(at+"plateHorizontalDeg", h.PlateHorizontalDeg, 0, 90, "°")
	f.pixels(at+"faceWidthPx", h.FaceWidthPx)
	f.pixels(at+"faceHeightPx", h.FaceHeightPx)
	f.pixels(at+"plateWidthPx", h.PlateWidthPx)
	eachOf(f, at+"purposes", h.Purposes, Purposes())
	eachOf(f, at+"aims", h.Aims, Aims())
}

// bearing checks a bearing that may be unknown: 0 ≤ bearing < 360.
func (f *faults) bearing(field string, value *float64) {
	f.within(field, value, 0, 360, "°")
	if value != nil && *value == 360 {
		f.add(field, "360 is written 0")
	}
}
