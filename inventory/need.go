package inventory

// SiteKind is what kind of place is to be watched: what a recommendation depends on.
type SiteKind string

// SiteKinds are all kinds of place.
func SiteKinds() []SiteKind {
	return []SiteKind{
		"street", "shopping_street", "square", "market", "town_entrance", "school", "station", "public_building", "housing",
		"car_park", "dumping_point", "traffic_point", "offence_point", "natural_risk", "vital_site", "event_site", "shop_front",
		"open_to_public", "park", "cash_point",
	}
}

// Environment is what the weather of a place asks of equipment.
type Environment string

// Environments are all environments.
func Environments() []Environment {
	return []Environment{"temperate", "mountain", "overseas", "seaside"}
}

// Need (besoin opérationnel) is what the images of one place are to allow, and in what conditions: the second level of an
// operational requirement (HOSDB 28/09; IEC 62676-4). What is nil or empty is unknown.
type Need struct {
	// Area is the area of interest that it is of; empty for the rest of the ground.
	Area ID       `json:"area,omitempty"`
	Site SiteKind `json:"site,omitempty"`
	// Purposes are the lawful purposes, Aim what the images are to allow.
	Purposes []Purpose `json:"purposes,omitempty"`
	Aim      Aim       `json:"aim,omitempty"`
	// Level is the code of a level of the scale, DensityPxM its pixel density, px/m.
	Level      string   `json:"level,omitempty"`
	DensityPxM *float64 `json:"densityPxM,omitempty"`
	// TargetDistanceM is how far the target is from the lens, TargetWidthM how wide the scene must be there, metres.
	TargetDistanceM *float64 `json:"targetDistanceM,omitempty"`
	TargetWidthM    *float64 `json:"targetWidthM,omitempty"`
	// TargetSpeedKMH is how fast the target passes, km/h.
	TargetSpeedKMH *float64 `json:"targetSpeedKmh,omitempty"`
	// MountHeightM is how high the lens can be fixed above the ground, metres.
	MountHeightM *float64 `json:"mountHeightM,omitempty"`
	// StreetLengthM is how long a street without openings is, metres.
	StreetLengthM *float64 `json:"streetLengthM,omitempty"`
	Period        Period   `json:"period,omitempty"`
	// SceneLuxNight is the light on the scene at night, lux; ColourAtNight tells whether colours must be told then;
	// Backlight whether the head looks against the light.
	SceneLuxNight *float64 `json:"sceneLuxNight,omitempty"`
	ColourAtNight *bool    `json:"colourAtNight,omitempty"`
	Backlight     *bool    `json:"backlight,omitempty"`
	// Outdoor, Reachable (by a person, without a ladder) and Environment are those of the support.
	Outdoor     *bool       `json:"outdoor,omitempty"`
	Reachable   *bool       `json:"reachable,omitempty"`
	Environment Environment `json:"environment,omitempty"`
	// FilmsPublicWay tells whether the public way is in view, DwellingInView whether walls of dwellings are.
	FilmsPublicWay *bool `json:"filmsPublicWay,omitempty"`
	DwellingInView *bool `json:"dwellingInView,omitempty"`
	// Critical tells whether losing the view leaves a critical place unseen.
	Critical *bool `json:"critical,omitempty"`
	// Temporary tells a need of a few months; EventEndsOn is its last day.
	Temporary   *bool `json:"temporary,omitempty"`
	EventEndsOn Date  `json:"eventEndsOn,omitempty"`
	// PowerSource is what feeds the support, PermanentPower whether by day and night; Support as [Mounting.Support].
	PowerSource    PowerSource `json:"powerSource,omitempty"`
	PermanentPower *bool       `json:"permanentPower,omitempty"`
	Support        string      `json:"support,omitempty"`
	// TrenchM is the length of the trench to the next node, metres; PavedTrench whether it is under a paved surface.
	TrenchM       *float64 `json:"trenchM,omitempty"`
	PavedTrench   *bool    `json:"pavedTrench,omitempty"`
	ProtectedSite *bool    `json:"protectedSite,omitempty"`
	// PlateReading tells whether plates are to be read by software.
	PlateReading *bool `json:"plateReading,omitempty"`
	// Carrier is what would carry the camera; EdgeRecording tells whether it is to record by itself.
	Carrier       Category `json:"carrier,omitempty"`
	EdgeRecording *bool    `json:"edgeRecording,omitempty"`
	// Door tells a door or an entrance, FlowRegulated whether a barrier or a lock lets people or vehicles by one at a time.
	Door          *bool `json:"door,omitempty"`
	FlowRegulated *bool `json:"flowRegulated,omitempty"`
}

// Project (projet) is what is known of the undertaking that equipment is advised for. What is nil or empty is unknown.
type Project struct {
	// Holder is who would hold the equipment; its type and départment are looked up.
	Holder ID `json:"holder,omitempty"`
	// HolderType and Department are used where no holder is named.
	HolderType HolderType `json:"holderType,omitempty"`
	Department string     `json:"department,omitempty"`
	// RetentionDays is how long images are to be kept: that of the authorisation, days.
	RetentionDays *int `json:"retentionDays,omitempty"`
	// Watched tells whether images are watched live round the clock.
	Watched *bool `json:"watched,omitempty"`
	// Cameras is how many there are already, beside those that are proposed; those of the inventory are counted when nil.
	Cameras *int `json:"cameras,omitempty"`
	// NeighboursInterested tells whether neighbouring communes would share an urban supervision centre.
	NeighboursInterested *bool `json:"neighboursInterested,omitempty"`
	// DiagnosisOn is the day of the safety diagnosis by the police or the gendarmerie (référent sûreté).
	// Diagnosed tells whether there is one, where its day is not known.
	DiagnosisOn Date  `json:"diagnosisOn,omitempty"`
	Diagnosed   *bool `json:"diagnosed,omitempty"`
	// AlgorithmicAlerts tells whether automatic detection of events is asked for.
	AlgorithmicAlerts *bool `json:"algorithmicAlerts,omitempty"`
	// SubsidyRatePct and OtherAidPct are rates that the prefecture has told, percent of the eligible cost without tax; those
	// of the book are used when nil.
	SubsidyRatePct *float64 `json:"subsidyRatePct,omitempty"`
	OtherAidPct    *float64 `json:"otherAidPct,omitempty"`
	// CamerasPerNode is how many cameras share a street cabinet.
	CamerasPerNode *int `json:"camerasPerNode,omitempty"`
	// CriticalHeadEnd tells whether the head-end must outlast a long power cut.
	CriticalHeadEnd *bool `json:"criticalHeadEnd,omitempty"`
}

func (n Need) check(f *faults, at string) {
	f.reference(at+"area", n.Area)
	oneOf(f, at+"site", n.Site, SiteKinds()...)
	oneOf(f, at+"environment", n.Environment, Environments()...)
	oneOf(f, at+"period", n.Period, Day, Night, DayAndNight)
	oneOf(f, at+"powerSource", n.PowerSource, PowerSources()...)
	oneOf(f, at+"aim", n.Aim, Aims()...)
	oneOf(f, at+"carrier", n.Carrier, Categories()...)
	eachOf(f, at+"purposes", n.Purposes, Purposes())
	f.within(at+"densityPxM", n.DensityPxM, 1, 100_000, "px/m")
	f.within(at+"targetDistanceM", n.TargetDistanceM, 0.1, 3_000, "m")
	f.within(at+"targetWidthM", n.TargetWidthM, 0.1, 3_000, "m")
	f.within(at+"targetSpeedKmh", n.TargetSpeedKMH, 0, 500, "km/h")
	f.within(at+"mountHeightM", n.MountHeightM, 0, 500, "m")
	f.within(at+"streetLengthM", n.StreetLengthM, 0, 100_000, "m")
	f.within(at+"sceneLuxNight", n.SceneLuxNight, 0, 200_000, "lx")
	f.within(at+"trenchM", n.TrenchM, 0, 100_000, "m")
	f.date(at+"eventEndsOn", n.EventEndsOn)
}

func (p Project) check(f *faults, at string) {
	f.reference(at+"holder", p.Holder)
	oneOf(f, at+"holderType", p.HolderType, HolderTypes()...)
	f.places("", p.Department)
	f.date(at+"diagnosisOn", p.DiagnosisOn)
	f.within(at+"subsidyRatePct", p.SubsidyRatePct, 0, 100, "%")
	f.within(at+"otherAidPct", p.OtherAidPct, 0, 100, "%")
	f.days(at+"retentionDays", p.RetentionDays)
	f.count(at+"cameras", p.Cameras)
	f.count(at+"camerasPerNode", p.CamerasPerNode)
}
