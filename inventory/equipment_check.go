package inventory

import (
	"fmt"
	"math"

	"vigie/geo"
)

// How far the figures of a catalogue may lie from the pinhole before they are told, and before they are refused, percent.
// A lens bends straight lines, which makes the field of a wide one larger than its focal length says and never much smaller;
// makers round distances. Engineering practice, not a norm.
const (
	toldPct        = 10.0
	refusedPct     = 35.0
	refusedWidePct = 100.0 // of a field wider than the focal length says
	// roundingM is what rounding explains of a stated distance, metres.
	roundingM = 0.5
	// widestPinholeDeg is up to which horizontal field a lens may be held against the pinhole, degrees: beyond, it is made
	// to bend lines.
	widestPinholeDeg = 120.0
)

// contradiction is a figure that others of the same model speak against.
type contradiction struct {
	Fault
	refused bool
}

// Doubts are the figures that others of the model speak against, though not so much that it is refused.
func (e Equipment) Doubts() []Fault {
	var doubts []Fault
	for _, c := range e.contradictions() {
		if !c.refused {
			doubts = append(doubts, c.Fault)
		}
	}
	return doubts
}

// contradictions are all of them, in the order of the fields.
func (e Equipment) contradictions() []contradiction {
	var all []contradiction
	all = append(all, e.checkRanges()...)
	all = append(all, e.checkField("wideHfovDeg", e.WideHFOVDeg, e.SensorWidthMM, e.MinFocalMM, "sensorWidthMm", "minFocalMm")...)
	all = append(all, e.checkField("wideVfovDeg", e.WideVFOVDeg, e.SensorHeightMM, e.MinFocalMM, "sensorHeightMm", "minFocalMm")...)
	all = append(all, e.checkField("teleHfovDeg", e.TeleHFOVDeg, e.SensorWidthMM, e.MaxFocalMM, "sensorWidthMm", "maxFocalMm")...)
	all = append(all, e.checkField("teleVfovDeg", e.TeleVFOVDeg, e.SensorHeightMM, e.MaxFocalMM, "sensorHeightMm", "maxFocalMm")...)
	all = append(all, e.checkStated("dori.detectM", e.DORI.DetectM, 25)...)
	all = append(all, e.checkStated("dori.observeM", e.DORI.ObserveM, 62.5)...)
	all = append(all, e.checkStated("dori.recogniseM", e.DORI.RecogniseM, 125)...)
	all = append(all, e.checkStated("dori.identifyM", e.DORI.IdentifyM, 250)...)
	for i, s := range e.Stated {
		if s.DensityPxM != nil {
			all = append(all, e.at(s.FocalMM).checkStated(fmt.Sprintf("stated[%d].distanceM", i), s.DistanceM, *s.DensityPxM)...)
		}
	}
	return append(all, e.checkPower()...)
}

// checkRanges compares the two ends of the zoom, and of the temperatures.
func (e Equipment) checkRanges() (all []contradiction) {
	for _, ends := range []struct {
		low, high   *float64
		field, text string
	}{
		{e.MinFocalMM, e.MaxFocalMM, "maxFocalMm", "the longest focal length, %v mm, is shorter than the shortest, %v mm"},
		{e.TeleHFOVDeg, e.WideHFOVDeg, "teleHfovDeg", "the widest field, %v°, is narrower than the narrowest, %v°"},
		{e.TeleVFOVDeg, e.WideVFOVDeg, "teleVfovDeg", "the tallest field, %v°, is smaller than the smallest, %v°"},
		{e.MinTemperatureC, e.MaxTemperatureC, "maxTemperatureC", "the highest temperature, %v °C, is below the lowest, %v °C"},
	} {
		if ends.low != nil && ends.high != nil && *ends.high < *ends.low {
			all = append(all, contradiction{Fault{ends.field, fmt.Sprintf(ends.text, *ends.high, *ends.low)}, true})
		}
	}
	return all
}

// checkField holds a field of view against the sensor and the focal length: the width of the scene at a metre is w/f of the
// pinhole, and 2·tan(field/2) of the field.
func (e Equipment) checkField(field string, deg, sizeMM, focalMM *float64, size, focal string) []contradiction {
	if deg == nil || sizeMM == nil || focalMM == nil || *deg > widestPinholeDeg {
		return nil
	}
	said := 2 * math.Tan(*deg*math.Pi/360)
	offPct := 100 * (said**focalMM / *sizeMM - 1)
	if math.Abs(offPct) <= toldPct {
		return nil
	}
	pinholeDeg := 360 / math.Pi * math.Atan(*sizeMM/(2**focalMM))
	reason := fmt.Sprintf("%v° is not the field of %s %v mm and %s %v mm, which is 2·atan(w/2f) = %.1f°: the scene is %+.0f %% as wide",
		*deg, size, *sizeMM, focal, *focalMM, pinholeDeg, offPct)
	return []contradiction{{Fault{field, reason}, offPct < -refusedPct || offPct > refusedWidePct}}
}

// checkStated holds a stated distance, at the longest focal length, against the optics: recorded pixels · f / (w · density),
// see [geo.Sensor.MaxDistanceM].
func (e Equipment) checkStated(field string, statedM *float64, densityPxM float64) []contradiction {
	optics := geo.Sensor{
		HFOVDeg: e.TeleHFOVDeg, WidthMM: e.SensorWidthMM, FocalMM: e.MaxFocalMM, RecordedWidthPx: e.RecordedWidthPx,
	}
	keptM, err := optics.MaxDistanceM(densityPxM)
	if statedM == nil || err != nil { // or too little is known of the optics to say
		return nil
	}
	offPct := 100 * (*statedM/keptM - 1)
	if math.Abs(*statedM-keptM) <= roundingM || math.Abs(offPct) <= toldPct {
		return nil
	}
	there, _ := optics.DensityAt(*statedM)
	hfovDeg, _ := optics.FieldOfView()
	reason := fmt.Sprintf("%v px/m at %v m is not what the optics give: %d px over a field of %.1f° keep it up to %.1f m (%+.0f %%), and give %.1f px/m there",
		densityPxM, *statedM, *e.RecordedWidthPx, *hfovDeg, keptM, offPct, math.Floor(10*there)/10)
	return []contradiction{{Fault{field, reason}, math.Abs(offPct) > refusedPct}}
}

// at is the model with its lens set to a focal length: its longest, when nil.
func (e Equipment) at(focalMM *float64) Equipment {
	switch {
	case focalMM == nil || e.MaxFocalMM != nil && *focalMM == *e.MaxFocalMM:
		return e
	case e.MinFocalMM != nil && *focalMM == *e.MinFocalMM:
		e.TeleHFOVDeg = e.WideHFOVDeg
	default:
		e.TeleHFOVDeg = nil
	}
	e.MaxFocalMM = focalMM
	return e
}

// poeW is what a device may draw by a standard of power over Ethernet, watts (IEEE 802.3, clauses 33 and 145; not read in
// the text).
func poeW(standard string) (watts float64, known bool) {
	switch plainName(standard) {
	case "8023af", "af", "poe":
		return 12.95, true
	case "8023at", "at":
		return 25.5, true
	case "8023bttype3", "8023bt3", "bt3":
		return 51, true
	case "8023bt", "8023bttype4", "8023bt4", "bt", "bt4":
		return 71.3, true
	}
	return 0, false
}

// checkPower holds the draw against the standard that is to feed it.
func (e Equipment) checkPower() []contradiction {
	mostW, known := poeW(e.PoEType)
	if !known || e.PowerW == nil || *e.PowerW <= mostW {
		return nil
	}
	reason := fmt.Sprintf("%v W is more than %s guarantees at the device, %v W", *e.PowerW, e.PoEType, mostW)
	return []contradiction{{Fault{"powerW", reason}, true}}
}
