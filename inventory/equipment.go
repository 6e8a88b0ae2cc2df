package inventory

import (
	"fmt"

	"github.com/paulmach/orb"
)

// EquipmentForm is how a model is built, in the words of the equipment profiles of the rulebook.
type EquipmentForm string

// EquipmentForms are all forms.
func EquipmentForms() []EquipmentForm {
	return []EquipmentForm{
		"fixed", "varifocal", "multi_sensor", "panoramic", "ptz", "thermal", "plate", "deployable", "body_worn", "in_vehicle",
	}
}

// Whether the figures of a model were checked, as the status of its record.
const (
	EquipmentVerified   = "verified"
	EquipmentUnverified = "unverified"
)

// Equipment (matériel) is a model of a maker's catalogue, of which nothing that is said is known to be true until somebody
// has checked it. A nil number is unknown, never zero.
type Equipment struct {
	ID ID `json:"id"`
	// Manufacturer and Reference are whose it is and what it is called there.
	Manufacturer string        `json:"manufacturer"`
	Reference    string        `json:"reference"`
	Name         string        `json:"name,omitempty"`
	Form         EquipmentForm `json:"form,omitempty"`
	// Heads is how many sensors are in the housing; the optics are those of one.
	Heads *int `json:"heads,omitempty"`
	// SensorWidthMM and SensorHeightMM are the active surface of the sensor, MinFocalMM and MaxFocalMM the shortest and the
	// longest focal length, millimetres.
	SensorWidthMM  *float64 `json:"sensorWidthMm,omitempty"`
	SensorHeightMM *float64 `json:"sensorHeightMm,omitempty"`
	MinFocalMM     *float64 `json:"minFocalMm,omitempty"`
	MaxFocalMM     *float64 `json:"maxFocalMm,omitempty"`
	// WideHFOVDeg and WideVFOVDeg are the fields of view at the shortest focal length, TeleHFOVDeg and TeleVFOVDeg at the
	// longest, degrees.
	WideHFOVDeg *float64 `json:"wideHfovDeg,omitempty"`
	WideVFOVDeg *float64 `json:"wideVfovDeg,omitempty"`
	TeleHFOVDeg *float64 `json:"teleHfovDeg,omitempty"`
	TeleVFOVDeg *float64 `json:"teleVfovDeg,omitempty"`
	// RecordedWidthPx and RecordedHeightPx are the widest stream that can be recorded, MaxFPS its rate, images per second,
	// BitrateMbps what it takes, Mbit/s.
	RecordedWidthPx  *int     `json:"recordedWidthPx,omitempty"`
	RecordedHeightPx *int     `json:"recordedHeightPx,omitempty"`
	MaxFPS           *float64 `json:"maxFps,omitempty"`
	BitrateMbps      *float64 `json:"bitrateMbps,omitempty"`
	// DORI are the four distances of a datasheet, Stated others that the maker states.
	DORI   DORIDistances    `json:"dori,omitzero"`
	Stated []StatedDistance `json:"stated,omitempty"`
	// MinLux is the light that a picture in colour needs, lux, InfraredRangeM how far its own infrared lights, metres, WDRDB
	// its dynamic range, dB.
	MinLux         *float64 `json:"minLux,omitempty"`
	InfraredRangeM *float64 `json:"infraredRangeM,omitempty"`
	WDRDB          *float64 `json:"wdrDb,omitempty"`
	// IngressRating and ImpactRating are codes of IEC 60529 and IEC 62262, as "IP66" and "IK10".
	IngressRating string `json:"ingressRating,omitempty"`
	ImpactRating  string `json:"impactRating,omitempty"`
	// MinTemperatureC and MaxTemperatureC bound its operation, °C.
	MinTemperatureC *float64 `json:"minTemperatureC,omitempty"`
	MaxTemperatureC *float64 `json:"maxTemperatureC,omitempty"`
	// PowerW is the largest draw, watts; PoEType the standard that feeds it, as "802.3at".
	PowerW  *float64 `json:"powerW,omitempty"`
	PoEType string   `json:"poeType,omitempty"`
	// Codecs, ONVIFProfiles and Interfaces are what it speaks, as "H.265", "T" and "rtsp".
	Codecs        []string       `json:"codecs,omitempty"`
	ONVIFProfiles []ONVIFProfile `json:"onvifProfiles,omitempty"`
	Interfaces    []string       `json:"interfaces,omitempty"`
	// PriceEUR is without tax, euros, as it was on PricedOn.
	PriceEUR *float64 `json:"priceEur,omitempty"`
	PricedOn Date     `json:"pricedOn,omitempty"`
	// Verified tells whether somebody has checked the figures against the maker's own document.
	Verified   bool              `json:"verified,omitempty"`
	Provenance Provenance        `json:"provenance,omitzero"`
	Extra      map[string]string `json:"extra,omitempty"`
}

// DORIDistances are up to where a maker says that 25, 62.5, 125 and 250 px/m are kept at the longest focal length, metres:
// detect, observe, recognise and identify of IEC 62676-4:2014.
type DORIDistances struct {
	DetectM    *float64 `json:"detectM,omitempty"`
	ObserveM   *float64 `json:"observeM,omitempty"`
	RecogniseM *float64 `json:"recogniseM,omitempty"`
	IdentifyM  *float64 `json:"identifyM,omitempty"`
}

// StatedDistance is up to where a maker says that a pixel density is kept.
type StatedDistance struct {
	// DensityPxM is the density, px/m; DistanceM the distance, metres.
	DensityPxM *float64 `json:"densityPxM,omitempty"`
	DistanceM  *float64 `json:"distanceM,omitempty"`
	// FocalMM is the focal length for which it is stated, millimetres; the longest when nil.
	FocalMM *float64 `json:"focalMm,omitempty"`
}

// Key is the model's identifier.
func (e Equipment) Key() ID { return e.ID }

// Shape is nil: a model has no place.
func (e Equipment) Shape() orb.Geometry { return nil }

// Attributes are the form as category, whether it is verified as status, the import, the last change.
func (e Equipment) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrCategory, string(e.Form))
	status := EquipmentUnverified
	if e.Verified {
		status = EquipmentVerified
	}
	a.set(AttrStatus, status)
	a.provenance(e.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault, what contradicts itself among them.
func (e Equipment) Validate() error {
	var f faults
	f.id("id", e.ID)
	if e.Manufacturer == "" {
		f.add("manufacturer", "is missing")
	}
	if e.Reference == "" {
		f.add("reference", "is missing")
	}
	oneOf(&f, "form", e.Form, EquipmentForms()...)
	e.checkOptics(&f)
	e.checkHousing(&f)
	if len(f) == 0 {
		for _, c := range e.contradictions() {
			if c.refused {
				f = append(f, c.Fault)
			}
		}
	}
	return f.err("equipment", e.ID)
}

func (e Equipment) checkOptics(f *faults) {
	if e.Heads != nil && (*e.Heads < 1 || *e.Heads > 64) {
		f.add("heads", "%d is not between 1 and 64", *e.Heads)
	}
	for _, length := range []struct {
		field string
		value *float64
		most  float64
	}{
		{"sensorWidthMm", e.SensorWidthMM, 100}, {"sensorHeightMm", e.SensorHeightMM, 100},
		{"minFocalMm", e.MinFocalMM, 5000}, {"maxFocalMm", e.MaxFocalMM, 5000},
	} {
		f.within(length.field, length.value, 0.1, length.most, "mm")
	}
	f.within("wideHfovDeg", e.WideHFOVDeg, 0.1, 360, "°")
	f.within("wideVfovDeg", e.WideVFOVDeg, 0.1, 360, "°")
	f.within("teleHfovDeg", e.TeleHFOVDeg, 0.1, 360, "°")
	f.within("teleVfovDeg", e.TeleVFOVDeg, 0.1, 360, "°")
	f.pixels("recordedWidthPx", e.RecordedWidthPx)
	f.pixels("recordedHeightPx", e.RecordedHeightPx)
	f.within("maxFps", e.MaxFPS, 0, 1000, "images/s")
	f.within("bitrateMbps", e.BitrateMbps, 0, 10_000, "Mbit/s")
	f.within("dori.detectM", e.DORI.DetectM, 0.1, 100_000, "m")
	f.within("dori.observeM", e.DORI.ObserveM, 0.1, 100_000, "m")
	f.within("dori.recogniseM", e.DORI.RecogniseM, 0.1, 100_000, "m")
	f.within("dori.identifyM", e.DORI.IdentifyM, 0.1, 100_000, "m")
	for i, s := range e.Stated {
		at := fmt.Sprintf("stated[%d].", i)
		if s.DensityPxM == nil || s.DistanceM == nil {
			f.add(at+"densityPxM", "a distance goes with a density")
		}
		f.within(at+"densityPxM", s.DensityPxM, 1, 100_000, "px/m")
		f.within(at+"distanceM", s.DistanceM, 0.1, 100_000, "m")
		f.within(at+"focalMm", s.FocalMM, 0.1, 5000, "mm")
	}
}

func (e Equipment) checkHousing(f *faults) {
	f.within("minLux", e.MinLux, 0, 1000, "lx")
	f.within("infraredRangeM", e.InfraredRangeM, 0, 10_000, "m")
	f.within("wdrDb", e.WDRDB, 0, 300, "dB")
	f.within("minTemperatureC", e.MinTemperatureC, -100, 100, "°C")
	f.within("maxTemperatureC", e.MaxTemperatureC, -100, 200, "°C")
	f.within("powerW", e.PowerW, 0, 10_000, "W")
	f.within("priceEur", e.PriceEUR, 0, 1e9, "€")
	f.date("pricedOn", e.PricedOn)
	eachOf(f, "onvifProfiles", e.ONVIFProfiles, ONVIFProfiles())
}
