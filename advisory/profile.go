package advisory

import (
	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Form is how a class of equipment is built.
type Form string

// The forms.
const (
	FormFixed       Form = "fixed"        // one sensor behind a lens of one focal length
	FormVarifocal   Form = "varifocal"    // one sensor behind a lens that is set when it is mounted
	FormMultiSensor Form = "multi_sensor" // several sensors in one housing
	FormPanoramic   Form = "panoramic"    // one sensor behind a fisheye lens
	FormPTZ         Form = "ptz"          // it turns, tilts and zooms
	FormThermal     Form = "thermal"
	FormPlate       Form = "plate"      // for number plates
	FormDeployable  Form = "deployable" // on a mast of its own that can be moved
	FormBodyWorn    Form = "body_worn"
	FormInVehicle   Form = "in_vehicle"
)

// Forms are all forms.
func Forms() []Form {
	return []Form{
		FormFixed, FormVarifocal, FormMultiSensor, FormPanoramic, FormPTZ, FormThermal, FormPlate, FormDeployable, FormBodyWorn,
		FormInVehicle,
	}
}

// Span is what values there can be, from the lowest to the highest.
type Span struct{ Low, High float64 }

// Has tells whether a value is one of them.
func (s Span) Has(value float64) bool { return s.Low <= value && value <= s.High }

// Stream is a size of the recorded picture of one sensor, pixels.
type Stream struct{ WidthPx, HeightPx int }

// Profile is an equipment profile (classe de matériel): a neutral class of equipment that can be bought from several
// makers, never a model. What is nil is not told of the class.
type Profile struct {
	// ID is as "varifocal-4mp".
	ID                string
	Name, Description inventory.Text
	Form              Form
	Kind              inventory.HeadKind
	Carrier           inventory.Category
	// Heads is how many sensors a housing has; all else of the optics is of one of them.
	Heads Sourced[int]
	// Streams are the pictures that can be recorded, the widest last, FramesPerSecond how many at most.
	Streams         Sourced[[]Stream]
	FramesPerSecond Sourced[float64]
	// SensorWidthMM and SensorHeightMM are the active part of the sensor, FocalMM the focal lengths to choose from, mm. They
	// are nil for a lens that does not draw straight lines as such.
	SensorWidthMM, SensorHeightMM *Sourced[float64]
	FocalMM                       *Sourced[Span]
	// HFOVDeg are the horizontal fields to choose from, PanRangeDeg how far round it can turn, degrees.
	HFOVDeg     Sourced[Span]
	PanRangeDeg Sourced[float64]
	// FNumber is the lens's, MinLux the light that a picture in colour needs, lux; IRRangeM the reach of its own infrared,
	// metres; WDRDB the dynamic range, dB; ShutterS the shortest exposure, seconds.
	FNumber, MinLux, IRRangeM, WDRDB, ShutterS *Sourced[float64]
	// IngressRating and ImpactRating are the numbers of the IP and IK codes (IEC 60529, IEC 62262), TemperatureC the air in
	// which it works, °C.
	IngressRating, ImpactRating Sourced[int]
	TemperatureC                Sourced[Span]
	// MountHeightM is how high it is usefully fixed, metres above the ground.
	MountHeightM Sourced[Span]
	// PowerW is the largest draw, watts; PoEType the standard of IEEE 802.3 that carries it, "" for none.
	PowerW  Sourced[float64]
	PoEType Sourced[string]
	// Codecs, ONVIF and Interfaces are what it speaks, Meets the names of the specifications that it is known to keep which
	// are a yes or no, as "signedFirmware".
	Codecs, ONVIF, Interfaces, Meets Sourced[[]string]
	// TLS is the lowest version of TLS that it accepts, SupportYears for how long there are corrections, LifetimeYears after
	// how many years it is renewed.
	TLS           *Sourced[float64]
	SupportYears  Sourced[float64]
	LifetimeYears Sourced[float64]
	// Article names the article of costs.yaml that is the equipment alone, without support, link and works.
	Article string

	articleAt place
}

// PoETypes are the standards that feed a device over its network cable.
func PoETypes() []string { return []string{"af", "at", "bt3", "bt4", "none"} }

// profile reads a file of profiles/.
func (p *page) profile() Profile {
	if p.root == nil {
		return Profile{}
	}
	var f Profile
	fields := []field{
		{key: "id", read: func(n ast.Node) { f.ID = p.text(n) }},
		{key: "name", read: func(n ast.Node) { f.Name = p.bilingual(n) }},
		{key: "description", read: func(n ast.Node) { f.Description = p.bilingual(n) }},
		{key: "form", read: func(n ast.Node) { f.Form = word(p, n, Forms()...) }},
		{key: "kind", read: func(n ast.Node) { f.Kind = word(p, n, inventory.HeadKinds()...) }},
		{key: "carrier", read: func(n ast.Node) { f.Carrier = word(p, n, inventory.Categories()...) }},
		{key: "article", read: func(n ast.Node) { f.Article, f.articleAt = p.text(n), placeOf(n) }},
	}
	p.object(p.root, append(append(fields, p.opticsFields(&f)...), p.bodyFields(&f)...)...)
	p.checkProfile(p.root, f)
	return f
}

// opticsFields read what a profile sees.
func (p *page) opticsFields(f *Profile) []field {
	return []field{
		{key: "heads", read: into(p, &f.Heads, p.wholes(1, 64))},
		{key: "streams", read: into(p, &f.Streams, p.streams)},
		{key: "framesPerSecond", read: into(p, &f.FramesPerSecond, p.numbers(1, 1000))},
		{key: "sensorWidthMm", read: perhaps(p, &f.SensorWidthMM, p.numbers(0.5, 100)), optional: true},
		{key: "sensorHeightMm", read: perhaps(p, &f.SensorHeightMM, p.numbers(0.5, 100)), optional: true},
		{key: "focalMm", read: perhaps(p, &f.FocalMM, p.spans(0.5, 5000)), optional: true},
		{key: "hfovDeg", read: into(p, &f.HFOVDeg, p.spans(0.1, 360))},
		{key: "panRangeDeg", read: into(p, &f.PanRangeDeg, p.numbers(0, 360))},
		{key: "fNumber", read: perhaps(p, &f.FNumber, p.numbers(0.5, 50)), optional: true},
		{key: "minLux", read: perhaps(p, &f.MinLux, p.numbers(0, 1000)), optional: true},
		{key: "irRangeM", read: perhaps(p, &f.IRRangeM, p.numbers(0, 5000)), optional: true},
		{key: "wdrDb", read: perhaps(p, &f.WDRDB, p.numbers(0, 300)), optional: true},
		{key: "shutterS", read: perhaps(p, &f.ShutterS, p.numbers(0.000001, 1)), optional: true},
	}
}

// bodyFields read what a profile withstands, takes and speaks.
func (p *page) bodyFields(f *Profile) []field {
	flags := specificationNames(kindFlag)
	return []field{
		{key: "ingressRating", read: into(p, &f.IngressRating, p.wholes(0, 69))},
		{key: "impactRating", read: into(p, &f.ImpactRating, p.wholes(0, 11))},
		{key: "temperatureC", read: into(p, &f.TemperatureC, p.spans(-90, 120))},
		{key: "mountHeightM", read: into(p, &f.MountHeightM, p.spans(0, 500))},
		{key: "powerW", read: into(p, &f.PowerW, p.numbers(0, 5000))},
		{key: "poeType", read: into(p, &f.PoEType, func(n ast.Node) string { return word(p, n, PoETypes()...) })},
		{key: "codecs", read: into(p, &f.Codecs, p.wordLists(codecs()...))},
		{key: "onvif", read: into(p, &f.ONVIF, p.wordLists(closedListOf(inventory.ONVIFProfiles())...))},
		{key: "interfaces", read: into(p, &f.Interfaces, p.wordLists(interfaces()...))},
		{key: "meets", read: into(p, &f.Meets, p.wordLists(flags...))},
		{key: "tls", read: perhaps(p, &f.TLS, p.numbers(1, 9)), optional: true},
		{key: "supportYears", read: into(p, &f.SupportYears, p.numbers(0, 50))},
		{key: "lifetimeYears", read: into(p, &f.LifetimeYears, p.numbers(0.5, 50))},
	}
}

func codecs() []string { return []string{"H.264", "H.265", "MJPEG"} }

func interfaces() []string {
	return []string{"ethernet", "sfp", "wifi", "cellular", "relay", "audio", "sd_card", "dock"}
}

// checkProfile finds optics that contradict each other: a horizontal field that is not the one of the sensor and the
// focal lengths (HFOV = 2·atan(w/2f)), by more than wide lenses bend the picture.
func (p *page) checkProfile(n ast.Node, f Profile) {
	if (f.FocalMM == nil) != (f.SensorWidthMM == nil) || (f.SensorWidthMM == nil) != (f.SensorHeightMM == nil) {
		p.fault(placeOf(n), "focalMm, sensorWidthMm and sensorHeightMm go together")
		return
	}
	if f.FocalMM == nil || f.HFOVDeg.Value.High == 0 {
		return
	}
	width, focal := f.SensorWidthMM.Value, f.FocalMM.Value
	for _, end := range []struct{ toldDeg, focalMM float64 }{{f.HFOVDeg.Value.Low, focal.High}, {f.HFOVDeg.Value.High, focal.Low}} {
		if want := fieldOf(width, end.focalMM); end.toldDeg < want*0.9 || end.toldDeg > want*1.25 {
			p.fault(placeOf(n), "hfovDeg tells %.4g° where %.4g mm on a sensor of %.4g mm give %.4g°", end.toldDeg, end.focalMM, width, want)
		}
	}
}
