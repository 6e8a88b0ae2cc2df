package inventory

// ONVIFProfile is a profile of ONVIF (www.onvif.org/profiles).
type ONVIFProfile string

// ONVIFProfiles are all profiles of video.
func ONVIFProfiles() []ONVIFProfile { return []ONVIFProfile{"S", "T", "G", "M", "Q"} }

// Cable is what carries a camera's images away.
type Cable string

// Cables are all of them.
func Cables() []Cable { return []Cable{"copper", "fibre", "radio", "cellular"} }

// PowerSource is what feeds a camera.
type PowerSource string

// PowerSources are all of them.
func PowerSources() []PowerSource { return []PowerSource{"mains", "street_lighting", "poe", "solar"} }

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
	FirmwareOn Date `json:"firmwareOn,omitempty"`
	// FirmwareLatest tells whether the maker offers none that is newer; CriticalFlawOpen whether a critical flaw has been
	// known for more than 30 days without a correction in place.
	FirmwareLatest   *bool `json:"firmwareLatest,omitempty"`
	CriticalFlawOpen *bool `json:"criticalFlawOpen,omitempty"`
	// EndOfLifeAnnounced tells whether the maker has announced a day; true when EndOfLifeOn is given.
	EndOfLifeAnnounced *bool `json:"endOfLifeAnnounced,omitempty"`
	EndOfLifeOn        Date  `json:"endOfLifeOn,omitempty"`
	// ONVIFProfiles are the profiles it conforms to.
	ONVIFProfiles []ONVIFProfile `json:"onvifProfiles,omitempty"`
	// WipeCertificate tells whether a certificate says that its memory was wiped before it was disposed of.
	WipeCertificate *bool `json:"wipeCertificate,omitempty"`
}

// Mounting is how a camera is fixed.
type Mounting struct {
	// Support is what carries it, as "pole", "wall", "street_lamp", "ceiling".
	Support string `json:"support,omitempty"`
	// HeightM is the height of the lens above the ground, metres.
	HeightM *float64 `json:"heightM,omitempty"`
	// HeightToleranceM is how far the height may be from the truth, metres either way.
	HeightToleranceM *float64 `json:"heightToleranceM,omitempty"`
	// Mast names the pole or the wall that several cameras share; without one, cameras at one place share it.
	Mast    string `json:"mast,omitempty"`
	Outdoor *bool  `json:"outdoor,omitempty"`
	// Reachable tells whether a passer-by can touch it.
	Reachable *bool `json:"reachable,omitempty"`
	// HeightJustified tells whether the file gives the reason of an unusual height.
	HeightJustified *bool `json:"heightJustified,omitempty"`
	// Exposed tells whether the place is exposed to vandalism.
	Exposed *bool `json:"exposed,omitempty"`
	// InSun tells whether the sun shines on the housing; SiteMinTemperatureC and SiteMaxTemperatureC are the coldest and
	// hottest air of the place, °C.
	InSun               *bool    `json:"inSun,omitempty"`
	SiteMinTemperatureC *float64 `json:"siteMinTemperatureC,omitempty"`
	SiteMaxTemperatureC *float64 `json:"siteMaxTemperatureC,omitempty"`
	// Cable and PowerSource are what carries its images and what feeds it; empty when unknown.
	Cable       Cable       `json:"cable,omitempty"`
	PowerSource PowerSource `json:"powerSource,omitempty"`
	// SurgeProtected tells whether copper that leaves the building is protected at both ends (EN 62305).
	SurgeProtected *bool `json:"surgeProtected,omitempty"`
	// PoweredByDay tells whether a camera fed from street lighting works while the lamps are off.
	PoweredByDay *bool `json:"poweredByDay,omitempty"`
	// DistanceToOwnBuildingM is for traders and legal persons who film their surroundings (CSI L251-2, L223-1).
	DistanceToOwnBuildingM *float64 `json:"distanceToOwnBuildingM,omitempty"`
}

func (d Device) check(f *faults) {
	f.within("device.minTemperatureC", d.MinTemperatureC, -100, 100, "°C")
	f.within("device.maxTemperatureC", d.MaxTemperatureC, -100, 200, "°C")
	f.within("device.powerW", d.PowerW, 0, 10_000, "W")
	f.date("device.firmwareOn", d.FirmwareOn)
	f.date("device.endOfLifeOn", d.EndOfLifeOn)
	eachOf(f, "device.onvifProfiles", d.ONVIFProfiles, ONVIFProfiles())
}

func (m Mounting) check(f *faults) {
	f.within("mounting.heightM", m.HeightM, 0, 500, "m")
	f.within("mounting.heightToleranceM", m.HeightToleranceM, 0, 100, "m")
	f.within("mounting.distanceToOwnBuildingM", m.DistanceToOwnBuildingM, 0, 10_000, "m")
	f.within("mounting.siteMinTemperatureC", m.SiteMinTemperatureC, -100, 100, "°C")
	f.within("mounting.siteMaxTemperatureC", m.SiteMaxTemperatureC, -100, 100, "°C")
	oneOf(f, "mounting.cable", m.Cable, Cables()...)
	oneOf(f, "mounting.powerSource", m.PowerSource, PowerSources()...)
}
