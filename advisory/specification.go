package advisory

import (
	"slices"
	"sync"

	"vigie/inventory"
)

// SpecificationKind is what values a specification has.
type SpecificationKind string

// The kinds of specification.
const (
	kindNumber SpecificationKind = "number" // between bounds
	kindWords  SpecificationKind = "words"  // one of some words, all of some words, or both
	kindFlag   SpecificationKind = "flag"   // a yes or a no
)

// SpecificationName is something that recommendation rules ask of equipment. They name it, and nothing else.
type SpecificationName struct {
	// Name is as "ingressRating".
	Name  string
	Kind  SpecificationKind
	Unit  string
	Label inventory.Text
	// Words are all words that it can be asked for, nil for a number or a flag.
	Words []string
	// LowerIsBetter tells that of two advised numbers the smaller one asks more.
	LowerIsBetter bool
}

// specificationTable is every specification there is, in the order in which a reader wants them.
var specificationTable = sync.OnceValue(func() []SpecificationName {
	return slices.Concat(imageSpecifications(), bodySpecifications(), networkSpecifications(), projectSpecifications(),
		wordSpecifications(), flagSpecifications())
})

// AllSpecifications are the specifications that rules may name.
func AllSpecifications() []SpecificationName { return slices.Clone(specificationTable()) }

// specificationNamed is the specification of a name, nil when there is none.
func specificationNamed(name string) *SpecificationName {
	table := specificationTable()
	if i := slices.IndexFunc(table, func(s SpecificationName) bool { return s.Name == name }); i >= 0 {
		return &table[i]
	}
	return nil
}

// specificationNames are the names of one kind, of all kinds when it is empty.
func specificationNames(kind SpecificationKind) []string {
	var names []string
	for _, s := range specificationTable() {
		if kind == "" || s.Kind == kind {
			names = append(names, s.Name)
		}
	}
	return names
}

// specificationRows makes specifications of one kind. An entry is the name, the unit, the French and the English label.
func specificationRows(kind SpecificationKind, entries [][4]string) []SpecificationName {
	all := make([]SpecificationName, len(entries))
	for i, e := range entries {
		all[i] = SpecificationName{Name: e[0], Kind: kind, Unit: e[1], Label: inventory.Text{FR: e[2], EN: e[3]}}
	}
	return all
}

// lowerIsBetter marks those of which the smaller number asks more.
func lowerIsBetter(all []SpecificationName, names ...string) []SpecificationName {
	for i := range all {
		all[i].LowerIsBetter = slices.Contains(names, all[i].Name)
	}
	return all
}

func imageSpecifications() []SpecificationName {
	return lowerIsBetter(specificationRows(kindNumber, [][4]string{
		{"densityPxM", "px/m", "Densité de pixels sur la cible", "Pixel density at the target"},
		{"detailDensityPxM", "px/m", "Densité de pixels au point de détail", "Pixel density at the point of detail"},
		{"detailPoints", "", "Points de détail par îlot", "Points of detail a block"},
		{"sceneWidthM", "m", "Largeur de la scène à la cible", "Width of the scene at the target"},
		{"fieldDeg", "°", "Champ horizontal de tous les capteurs", "Horizontal field of all sensors"},
		{"fieldM", "m", "Étendue du champ", "Extent of the field"},
		{"heads", "", "Nombre de capteurs", "Number of sensors"},
		{"recordedWidthPx", "px", "Largeur du flux enregistré", "Width of the recorded stream"},
		{"framesPerSecond", "1/s", "Cadence enregistrée", "Recorded rate"},
		{"shutterS", "s", "Temps de pose", "Exposure time"},
		{"wdrDb", "dB", "Plage dynamique étendue (WDR)", "Wide dynamic range"},
		{"sensorWidthMm", "mm", "Largeur du capteur", "Width of the sensor"},
		{"focalMm", "mm", "Focale", "Focal length"},
		{"opticalZoom", "", "Rapport de zoom optique", "Optical zoom ratio"},
		{"fNumber", "", "Ouverture (nombre f)", "Aperture (f-number)"},
		{"irRangeM", "m", "Portée infrarouge", "Infrared range"},
		{"infraredNm", "nm", "Longueur d’onde infrarouge", "Infrared wavelength"},
		{"sceneLux", "lx", "Éclairement de la scène", "Light on the scene"},
		{"sunOffsetDeg", "°", "Écart entre l’axe et le lever ou le coucher du soleil", "Angle between the axis and sunrise or sunset"},
		{"faceAngleDeg", "°", "Angle vertical sur le visage", "Vertical angle to a face"},
		{"plateAngleDeg", "°", "Angle sur la plaque", "Angle to the plate"},
		{"plateWidthPx", "px", "Largeur de la plaque dans l’image", "Width of the plate in the image"},
		{"lanesPerCamera", "", "Voies de circulation par caméra", "Lanes a camera"},
		{"bitrateMbps", "Mbit/s", "Débit du flux", "Rate of the stream"},
	}), "sceneWidthM", "fieldM", "shutterS", "fNumber", "faceAngleDeg", "plateAngleDeg", "lanesPerCamera", "bitrateMbps")
}

func bodySpecifications() []SpecificationName {
	return lowerIsBetter(specificationRows(kindNumber, [][4]string{
		{"ingressRating", "", "Indice de protection IP", "IP rating"},
		{"impactRating", "", "Indice de résistance aux chocs IK", "IK rating"},
		{"minTemperatureC", "°C", "Température minimale de fonctionnement", "Lowest temperature of operation"},
		{"maxTemperatureC", "°C", "Température maximale de fonctionnement", "Highest temperature of operation"},
		{"mountHeightM", "m", "Hauteur de pose", "Height of the lens"},
		{"spacingM", "m", "Écart entre les points de prise de vue", "Distance between camera points"},
		{"maskZones", "", "Zones de masquage", "Zones of privacy masks"},
		{"supportYears", "a", "Durée des correctifs et des pièces", "Years of corrections and parts"},
	}), "minTemperatureC", "spacingM")
}

func networkSpecifications() []SpecificationName {
	return lowerIsBetter(specificationRows(kindNumber, [][4]string{
		{"tls", "", "Version minimale de TLS", "Lowest version of TLS"},
		{"linkMbps", "Mbit/s", "Débit de la liaison du nœud", "Rate of the node’s link"},
		{"linkLoadPct", "%", "Charge de pointe de la liaison", "Peak load of the link"},
		{"poeBudgetW", "W", "Budget PoE des commutateurs", "PoE budget of the switches"},
		{"upsMinutes", "min", "Autonomie de l’alimentation secourue", "Time without mains"},
		{"batteryH", "h", "Autonomie sur batterie", "Time on battery"},
		{"storageTb", "TB", "Capacité utile de stockage", "Usable storage"},
		{"rawStorageTb", "TB", "Capacité brute de stockage", "Raw storage"},
		{"retentionDays", "d", "Durée de conservation", "Retention"},
		{"clockDriftS", "s", "Dérive d’horloge", "Clock drift"},
	}), "linkLoadPct", "retentionDays", "clockDriftS")
}

func projectSpecifications() []SpecificationName {
	return lowerIsBetter(specificationRows(kindNumber, [][4]string{
		{"fte", "", "Agents en équivalent temps plein", "Full-time agents"},
		{"streamsPerOperator", "", "Flux par poste d’opérateur", "Streams an operator position"},
		{"subsidyBaseEur", "€", "Base éligible à la subvention", "Base that can be subsidised"},
		{"subsidyEur", "€", "Subvention attendue au plus", "Subsidy expected at most"},
		{"aidPct", "%", "Total des aides de l’État", "Total State aid"},
		{"removalDays", "d", "Jours jusqu’à la dépose", "Days until removal"},
		{"moveM", "m", "Déplacement de la caméra", "Move of the camera"},
		{"events", "", "Événements détectables", "Events that may be detected"},
	}), "streamsPerOperator", "subsidyBaseEur", "aidPct", "removalDays", "moveM", "events")
}

func wordSpecifications() []SpecificationName {
	words := func(name, fr, en string, of ...string) SpecificationName {
		return SpecificationName{Name: name, Kind: kindWords, Label: inventory.Text{FR: fr, EN: en}, Words: of}
	}
	return []SpecificationName{
		words("forms", "Classes de matériel", "Classes of equipment", closedListOf(Forms())...),
		words("companions", "Matériel complémentaire au même endroit", "Equipment to go with it", closedListOf(Forms())...),
		words("shutterKind", "Type d’obturateur", "Kind of shutter", "global", "fast_rolling"),
		words("onvif", "Profils ONVIF", "ONVIF profiles", closedListOf(inventory.ONVIFProfiles())...),
		words("codecs", "Codage vidéo", "Video coding", codecs()...),
		words("bitrateControl", "Régulation du débit", "Control of the rate", "vbr_with_ceiling"),
		words("poeType", "Norme d’alimentation PoE", "PoE standard", PoETypes()...),
		words("cameraLink", "Liaison de la caméra", "Link of the camera", links()...),
		words("nodeLink", "Liaison du nœud", "Link of the node", links()...),
		words("raid", "Redondance des disques", "Redundancy of disks", "raid5", "raid6"),
		words("purposes", "Finalités à viser au dossier", "Purposes for the file", closedListOf(inventory.Purposes())...),
		words("measure", "Mesure à examiner d’abord", "Measure to look at first", "replace", "reaim", "lens", "move"),
		words("preference", "À égalité, préférer", "Of equals, prefer", "fewer_dwellings", "shorter_trench", "existing_mast"),
	}
}

func links() []string {
	return []string{"fibre", "copper", "licensed_radio", "radio_5ghz_point_to_point", "cellular_tunnel"}
}
