package inventory

import (
	"fmt"

	"github.com/paulmach/orb"
)

func equipmentKind() kindOf[Equipment] {
	return kindOf[Equipment]{
		one:        "equipment",
		shelf:      Store.Equipment,
		aliases:    func(ImportOptions) []alias { return equipmentAliases() },
		parts:      func(e *Equipment) recordParts { return recordParts{&e.ID, nil, &e.Provenance, &e.Extra} },
		setPlace:   func(*Equipment, orb.Geometry) ([]string, string) { return nil, "" },
		complete:   completeEquipment,
		properties: func(e Equipment) any { return equipmentProperties{Mark: "equipment/1", Equipment: e} },
	}
}

// equipmentProperties are the mark, then the record.
type equipmentProperties struct {
	Mark string `json:"vigie"`
	Equipment
}

// equipmentAliases are usual names in catalogues.
func equipmentAliases() []alias {
	number := func(field string, units []string, names ...string) alias {
		return alias{field, names, readQuantity(units...), false}
	}
	degrees, mm, metres := []string{"degrés", "deg", "°"}, []string{"mm"}, []string{"mètres", "m"}
	return []alias{
		{"manufacturer", []string{"manufacturer", "marque", "fabricant", "constructeur", "brand", "maker"}, readText, false},
		{"reference", []string{"reference", "ref", "model", "modele", "partnumber", "sku"}, readText, false},
		{"name", []string{"name", "nom", "libelle", "designation", "description"}, readText, false},
		{"form", []string{"form", "forme", "type", "categorie", "category"}, readWord(formWords()), true},
		{"heads", []string{"heads", "capteurs", "sensors", "nbcapteurs"}, readWhole, false},
		number("sensorWidthMm", mm, "sensorwidthmm", "sensorwidth", "largeurcapteur", "largeurcapteurmm"),
		number("sensorHeightMm", mm, "sensorheightmm", "sensorheight", "hauteurcapteur", "hauteurcapteurmm"),
		number("minFocalMm", mm, "minfocalmm", "focalmin", "focalemin", "focaleminmm", "focal", "focale", "focalmm", "focallength"),
		number("maxFocalMm", mm, "maxfocalmm", "focalmax", "focalemax", "focalemaxmm"),
		number("wideHfovDeg", degrees, "widehfovdeg", "hfovwide", "hfovmax", "champhmax", "hfov", "hfovdeg", "champhorizontal"),
		number("wideVfovDeg", degrees, "widevfovdeg", "vfovwide", "vfovmax", "champvmax", "vfov", "vfovdeg", "champvertical"),
		number("teleHfovDeg", degrees, "telehfovdeg", "hfovtele", "hfovmin", "champhmin"),
		number("teleVfovDeg", degrees, "televfovdeg", "vfovtele", "vfovmin", "champvmin"),
		{"recordedWidthPx", []string{"recordedwidthpx", "widthpx", "largeurpx", "pixelsh"}, readWhole, false},
		{"recordedHeightPx", []string{"recordedheightpx", "heightpx", "hauteurpx", "pixelsv"}, readWhole, false},
		number("maxFps", []string{"images/s", "i/s", "fps", "ips"}, "maxfps", "fps", "ips", "cadence"),
		number("bitrateMbps", []string{"Mbit/s", "Mbps", "Mb/s"}, "bitratembps", "bitrate", "debit", "debitmbps"),
		number("dori.detectM", metres, "detect", "detectm", "detection", "detectionm"),
		number("dori.observeM", metres, "observe", "observem", "observation", "observationm"),
		number("dori.recogniseM", metres, "recognise", "recognisem", "recognition", "recognitionm", "reconnaissance", "reconnaissancem"),
		number("dori.identifyM", metres, "identify", "identifym", "identification", "identificationm"),
		number("minLux", []string{"lux", "lx"}, "minlux", "lux", "sensibilite", "eclairementmin"),
		number("infraredRangeM", metres, "infraredrangem", "irrange", "irrangem", "porteeir", "porteeirm"),
		number("wdrDb", []string{"dB"}, "wdrdb", "wdr", "plagedynamique"),
		{"ingressRating", []string{"ingressrating", "ip", "indiceip"}, readText, false},
		{"impactRating", []string{"impactrating", "ik", "indiceik"}, readText, false},
		number("minTemperatureC", []string{"°C", "C"}, "mintemperaturec", "mintemperature", "temperaturemin"),
		number("maxTemperatureC", []string{"°C", "C"}, "maxtemperaturec", "maxtemperature", "temperaturemax"),
		number("powerW", []string{"W"}, "powerw", "power", "puissance", "puissancew", "consommation"),
		{"poeType", []string{"poetype", "poe", "normepoe", "typepoe"}, readText, false},
		{"codecs[0]", []string{"codec", "codecs", "compression"}, readText, false},
		{"interfaces[0]", []string{"interface", "interfaces"}, readText, false},
		number("priceEur", []string{"€", "EUR", "HT"}, "priceeur", "price", "prix", "prixht", "prixeur"),
		{"pricedOn", []string{"pricedon", "dateprix", "tarifdu"}, readDate, true},
		{"verified", []string{"verified", "verifie"}, readBool, true},
	}
}

func formWords() map[string]string {
	words := map[string]string{
		"fixe": "fixed", "bullet": "fixed", "varifocale": "varifocal", "multicapteur": "multi_sensor", "multicapteurs": "multi_sensor",
		"panoramique": "panoramic", "fisheye": "panoramic", "dome": "ptz", "domemotorise": "ptz", "thermique": "thermal",
		"plaque": "plate", "lapi": "plate", "anpr": "plate", "nomade": "deployable", "pieton": "body_worn", "embarquee": "in_vehicle",
	}
	for _, form := range EquipmentForms() {
		words[plainName(string(form))] = string(form)
	}
	return words
}

// completeEquipment completes a lens that does not zoom, and tells what is doubtful.
func completeEquipment(e *Equipment, _ ImportOptions, _ int, _ string) (assumed []string) {
	if e.TeleHFOVDeg == nil && e.MaxFocalMM == nil && e.Form == "fixed" {
		e.TeleHFOVDeg, e.TeleVFOVDeg = e.WideHFOVDeg, e.WideVFOVDeg
	}
	if e.MaxFocalMM == nil && e.Form == "fixed" {
		e.MaxFocalMM = e.MinFocalMM
	}
	for _, doubt := range e.Doubts() {
		assumed = append(assumed, fmt.Sprintf("doubtful: %s: %s", doubt.Field, doubt.Reason))
	}
	return assumed
}
