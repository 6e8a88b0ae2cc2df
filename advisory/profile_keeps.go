package advisory

import (
	"slices"

	"vigie/inventory"
)

// Keeps tells whether equipment of the profile can keep a specification: PASS, FAIL, or UNKNOWN where the profile does not
// tell. What does not concern equipment, as the retention, is NOT_APPLICABLE.
func (p Profile) Keeps(s inventory.Specification) Verdict {
	if low, high, told, concerns := p.offer(s.Name); concerns {
		return keepsNumber(s, low, high, told)
	}
	switch s.Name {
	case "forms":
		return verdictOf(len(s.OneOf) == 0 || slices.Contains(s.OneOf, string(p.Form)))
	case "codecs":
		return keepsWords(s, p.Codecs.Value)
	case "onvif":
		return keepsWords(s, p.ONVIF.Value)
	}
	if s.Flag != nil && *s.Flag && slices.Contains(equipmentFlags(), s.Name) {
		return verdictOf(slices.Contains(p.Meets.Value, s.Name))
	}
	return VerdictNotApplicable
}

// equipmentFlags are the flags that a class of equipment has or has not.
func equipmentFlags() []string {
	return []string{
		"marineFinish", "wdr", "stabilisation", "infraredStrobed", "ieee8021x", "signedFirmware", "standardExport", "dynamicMasks",
		"masksLocked", "motionTrigger", "solarPower",
	}
}

func verdictOf(kept bool) Verdict {
	if kept {
		return VerdictPass
	}
	return VerdictFail
}

// keepsNumber tells whether some value from low to high is within the bounds.
func keepsNumber(s inventory.Specification, low, high float64, told bool) Verdict {
	switch {
	case !told:
		return VerdictUnknown
	case s.AtLeast != nil && high < *s.AtLeast, s.AtMost != nil && low > *s.AtMost:
		return VerdictFail
	}
	return VerdictPass
}

func keepsWords(s inventory.Specification, has []string) Verdict {
	lacks := func(word string) bool { return !slices.Contains(has, word) }
	return verdictOf(!slices.ContainsFunc(s.AllOf, lacks) && (len(s.OneOf) == 0 || len(intersection(s.OneOf, has)) > 0))
}

// offer are the values of a specification that the class can be had with, from the lowest to the highest. told is false
// where the profile does not say, concerns where it is no matter of equipment.
func (p Profile) offer(name string) (low, high float64, told, concerns bool) {
	one := func(v float64) (float64, float64, bool, bool) { return v, v, true, true }
	perhaps := func(v *Sourced[float64]) (float64, float64, bool, bool) {
		if v == nil {
			return 0, 0, false, true
		}
		return v.Value, v.Value, true, true
	}
	switch name {
	case "ingressRating":
		return one(float64(p.IngressRating.Value))
	case "impactRating":
		return one(float64(p.ImpactRating.Value))
	case "minTemperatureC":
		return one(p.TemperatureC.Value.Low)
	case "maxTemperatureC":
		return one(p.TemperatureC.Value.High)
	case "mountHeightM":
		return p.MountHeightM.Value.Low, p.MountHeightM.Value.High, true, true
	case "heads":
		return one(float64(p.Heads.Value))
	case "fieldDeg":
		heads := float64(p.Heads.Value)
		return p.HFOVDeg.Value.Low * heads, min(p.HFOVDeg.Value.High*heads, 360), true, true
	case "framesPerSecond":
		return 1, p.FramesPerSecond.Value, true, true
	case "recordedWidthPx":
		return p.widths()
	case "sensorWidthMm":
		return perhaps(p.SensorWidthMM)
	case "focalMm", "opticalZoom":
		return p.focals(name)
	case "fNumber":
		return perhaps(p.FNumber)
	case "irRangeM":
		return perhaps(p.IRRangeM)
	case "wdrDb":
		return perhaps(p.WDRDB)
	case "shutterS":
		return p.shutters()
	case "tls":
		return perhaps(p.TLS)
	case "supportYears":
		return one(p.SupportYears.Value)
	}
	return 0, 0, false, false
}

func (p Profile) widths() (low, high float64, told, concerns bool) {
	streams := p.Streams.Value
	if len(streams) == 0 {
		return 0, 0, false, true
	}
	return float64(streams[0].WidthPx), float64(streams[len(streams)-1].WidthPx), true, true
}

// focals are the focal lengths, mm, or the zoom ratio, which only equipment that zooms in service has.
func (p Profile) focals(name string) (low, high float64, told, concerns bool) {
	switch {
	case p.FocalMM == nil:
		return 0, 0, false, true
	case name == "focalMm":
		return p.FocalMM.Value.Low, p.FocalMM.Value.High, true, true
	case p.Kind != inventory.HeadPTZ:
		return 1, 1, true, true
	}
	return 1, p.FocalMM.Value.High / p.FocalMM.Value.Low, true, true
}

// shutters are the exposures that can be set: any as long as a frame, and as short as the class allows.
func (p Profile) shutters() (low, high float64, told, concerns bool) {
	if p.ShutterS == nil {
		return 0, 0, false, true
	}
	return p.ShutterS.Value, 1, true, true
}
