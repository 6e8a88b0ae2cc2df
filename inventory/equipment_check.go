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
	for i := range e.Stated {
		all = append(all, e.checkStated(i)...)
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

// checkStated holds a stated distance against the optics: recorded pixels · f / (w · density), see [geo.Sensor.MaxDistanceM].
func (e Equipment) checkStated(i int) []contradiction {
	s := e.Stated[i]
	optics := e.opticsAt(s.FocalMM)
	if s.DensityPxM == nil || s.DistanceM == nil {
		return nil
	}
	keptM, err := optics.MaxDistanceM(*s.DensityPxM)
	if err != nil {
		return nil // too little is known of the optics to say
	}
	offM := *s.DistanceM - keptM
	offPct := 100 * offM / keptM
	if math.Abs(offM) <= roundingM || math.Abs(offPct) <= toldPct {
		return nil
	}
	densityPxM, _ := optics.DensityAt(*s.DistanceM)
	hfovDeg, _ := optics.FieldOfView()
	reason := fmt.Sprintf("%v px/m at %v m is not what the optics give: %d px over a field of %.1f° keep it up to %.1f m (%+.0f %%), and give %.1f px/m there",
		*s.DensityPxM, *s.DistanceM, *e.RecordedWidthPx, *hfovDeg, keptM, offPct, math.Floor(10*densityPxM)/10)
	return []contradiction{{Fault{fmt.Sprintf("stated[%d].distanceM", i), reason}, math.Abs(offPct) > refusedPct}}
}

// opticsAt is how a model sees at a focal length, its longest when nil.
func (e Equipment) opticsAt(focalMM *float64) geo.Sensor {
	same := func(a, b *float64) bool { return a != nil && b != nil && *a == *b }
	s := geo.Sensor{WidthMM: e.SensorWidthMM, HeightMM: e.SensorHeightMM, FocalMM: focalMM, RecordedWidthPx: e.RecordedWidthPx}
	if focalMM == nil {
		s.FocalMM = e.MaxFocalMM
	}
	switch {
	case focalMM == nil || same(focalMM, e.MaxFocalMM):
		s.HFOVDeg, s.VFOVDeg = e.TeleHFOVDeg, e.TeleVFOVDeg
		if s.HFOVDeg == nil && (same(e.MinFocalMM, e.MaxFocalMM) || s.FocalMM == nil) {
			s.HFOVDeg, s.VFOVDeg = e.WideHFOVDeg, e.WideVFOVDeg
		}
	case same(focalMM, e.MinFocalMM):
		s.HFOVDeg, s.VFOVDeg = e.WideHFOVDeg, e.WideVFOVDeg
	}
	return s
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
