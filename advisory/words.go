package advisory

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"vigie/inventory"
)

// meaning is a word of a closed list, in French and in English.
type meaning struct{ word, fr, en string }

// meanings are the words of the closed lists of facts, by the type of the list. Lawful purposes are not among them: the
// book names those.
var meanings = sync.OnceValue(func() map[reflect.Type][]meaning {
	return map[reflect.Type][]meaning{
		reflect.TypeFor[inventory.HolderKind](): {
			{"ministry", "État", "State"}, {"local_authority", "collectivité territoriale", "local authority"},
			{"private", "personne privée", "private person"},
		},
		reflect.TypeFor[inventory.HolderType](): {
			{"public_authority", "autorité publique", "public authority"}, {"trader", "commerçant", "trader"},
			{"legal_person", "personne morale", "legal person"},
			{"state_force", "force de l’État (police, gendarmerie)", "force of the State (police, gendarmerie)"},
			{"customs", "douane", "customs"}, {"fire", "service d’incendie et de secours", "fire and rescue service"},
			{"transport", "exploitant de transports", "transport operator"},
		},
		reflect.TypeFor[inventory.AuthorisationStatus](): {
			{"none", "non demandée", "not applied for"}, {"requested", "demandée", "applied for"}, {"granted", "accordée", "granted"},
			{"refused", "refusée", "refused"}, {"withdrawn", "retirée", "withdrawn"},
		},
		reflect.TypeFor[inventory.ProvisionalGround](): {
			{"gathering", "grand rassemblement (CSI L252-6)", "large gathering (CSI L252-6)"},
			{"terrorism", "exposition au terrorisme (CSI L223-4)", "exposed to terrorist acts (CSI L223-4)"},
		},
		reflect.TypeFor[inventory.Viewer](): {
			{"police", "police nationale", "national police"}, {"gendarmerie", "gendarmerie nationale", "gendarmerie"},
			{"customs", "douane", "customs"}, {"fire", "service d’incendie et de secours", "fire and rescue service"},
			{"municipal_police", "police municipale", "municipal police"}, {"l531", "agents de l’art. L531-1 du CSI", "agents of CSI L531-1"},
			{"l532", "agents de l’art. L532-1 du CSI", "agents of CSI L532-1"},
			{"l533", "agents de l’art. L533-1 du CSI", "agents of CSI L533-1"},
			{"approved_agents", "agents agréés (CSI L132-14-1)", "approved agents (CSI L132-14-1)"},
			{"public_agents", "agents d’une autre autorité publique", "agents of another public authority"},
			{"holder_agents", "agents du détenteur", "agents of the holder"},
			{"private_operators", "opérateurs privés (CSI L613-13)", "private operators (CSI L613-13)"},
		},
		reflect.TypeFor[inventory.Regime](): {
			{"csi_public_way", "voie publique (CSI)", "public way (CSI)"},
			{"csi_open_place", "lieu ouvert au public (CSI)", "place open to the public (CSI)"},
			{"gdpr_only", "lieu non ouvert au public (RGPD seul)", "place not open to the public (GDPR alone)"},
			{"mobile", "caméras mobiles (CSI L241-1 et s.)", "mobile cameras (CSI L241-1 ff.)"},
		},
		reflect.TypeFor[inventory.AnalyticsEvent](): {
			{"abandoned_object", "objet abandonné", "abandoned object"}, {"weapon", "arme", "weapon"},
			{"wrong_way", "sens interdit", "wrong way"}, {"forbidden_area", "zone interdite", "forbidden area"},
			{"person_on_ground", "personne au sol", "person on the ground"}, {"crowd_movement", "mouvement de foule", "crowd movement"},
			{"density", "densité de personnes", "density of people"}, {"fire", "départ de feu", "outbreak of fire"}, {"other", "autre", "other"},
		},
		reflect.TypeFor[inventory.Storage](): {{"digital", "numérique", "digital"}, {"analogue", "analogique", "analogue"}},
		reflect.TypeFor[inventory.TimeSource](): {
			{"ntp", "réseau (NTP)", "network (NTP)"}, {"ptp", "réseau (PTP)", "network (PTP)"}, {"gnss", "satellites (GNSS)", "satellites (GNSS)"},
			{"manual", "réglée à la main", "set by hand"},
		},
		reflect.TypeFor[inventory.Integrity](): {
			{"none", "aucune", "none"}, {"access_control_and_log", "contrôle d’accès et journal", "access control and log"},
			{"signature", "signature", "signature"}, {"watermark", "tatouage", "watermark"},
		},
		reflect.TypeFor[inventory.LogField](): {
			{"author", "auteur", "author"}, {"date", "date", "date"}, {"time", "heure", "time"}, {"reason", "motif", "reason"},
			{"recipient", "destinataire", "recipient"},
		},
		reflect.TypeFor[inventory.ExportLogField](): {
			{"image_time", "date et heure des images", "time of the images"}, {"duration", "durée", "duration"}, {"cameras", "caméras", "cameras"},
			{"export_time", "date et heure de l’export", "time of the export"}, {"exporter", "auteur de l’export", "who exported"},
		},
		reflect.TypeFor[inventory.PlayerFeature](): {
			{"lossless", "sans perte de qualité", "without loss of quality"}, {"speeds", "vitesses de lecture", "speeds of play"},
			{"frame_by_frame", "image par image", "frame by frame"}, {"freeze", "arrêt sur image", "freeze"},
			{"save_still", "sauvegarde d’une image", "saving of a still"}, {"save_sequence", "sauvegarde d’une séquence", "saving of a sequence"},
			{"shows_camera", "affichage de la caméra", "camera shown"}, {"shows_time", "affichage de l’heure", "time shown"},
			{"search_camera", "recherche par caméra", "search by camera"}, {"search_time", "recherche par heure", "search by time"},
		},
		reflect.TypeFor[inventory.CheckedItem](): {
			{"image", "image", "image"}, {"focus", "mise au point", "focus"}, {"clock", "horloge", "clock"},
			{"storage_depth", "profondeur d’enregistrement", "depth of the storage"}, {"masks", "masques", "masks"},
		},
		reflect.TypeFor[inventory.WirelessSegment](): {
			{"terminal", "aux extrémités", "at the ends"}, {"wire_impossible", "là où le câble ne convient pas", "where wire is unsuitable"},
			{"backbone", "sur le parcours", "along the way"},
		},
		reflect.TypeFor[inventory.Category](): {
			{"fixed", "fixe", "fixed"}, {"body_worn", "caméra individuelle", "body-worn"}, {"in_vehicle", "caméra embarquée", "in a vehicle"},
			{"drone", "aéronef", "aircraft"},
		},
		reflect.TypeFor[inventory.Status](): {
			{"planned", "prévue", "planned"}, {"installed", "posée", "installed"}, {"in_service", "en service", "in service"},
			{"out_of_service", "hors service", "out of service"}, {"retired", "déposée", "retired"},
		},
		reflect.TypeFor[inventory.Cable](): {
			{"copper", "cuivre", "copper"}, {"fibre", "fibre optique", "optical fibre"}, {"radio", "radio", "radio"},
			{"cellular", "réseau mobile", "cellular network"},
		},
		reflect.TypeFor[inventory.PowerSource](): {
			{"mains", "secteur", "mains"}, {"street_lighting", "éclairage public", "street lighting"},
			{"poe", "réseau (PoE)", "network (PoE)"}, {"solar", "solaire", "solar"},
		},
		reflect.TypeFor[inventory.ONVIFProfile](): {
			{"S", "profil S (flux)", "profile S (streaming)"}, {"T", "profil T (flux avancés)", "profile T (advanced streaming)"},
			{"G", "profil G (enregistrement)", "profile G (recording)"}, {"M", "profil M (métadonnées)", "profile M (metadata)"},
			{"Q", "profil Q (installation rapide)", "profile Q (quick installation)"},
		},
		reflect.TypeFor[inventory.HeadKind](): {{"fixed", "fixe", "fixed"}, {"ptz", "motorisée", "motorised"}, {"thermal", "thermique", "thermal"}},
		reflect.TypeFor[inventory.Shot]():     {{"narrow", "plan étroit", "narrow shot"}, {"wide", "plan large", "wide shot"}},
		reflect.TypeFor[inventory.Aim](): {
			{"detect", "détecter", "detect"}, {"perimeter", "surveiller un périmètre", "watch a perimeter"}, {"observe", "observer", "observe"},
			{"recognise", "reconnaître une personne connue", "recognise a known person"},
			{"identify", "identifier une personne inconnue", "identify an unknown person"}, {"face", "visage", "face"},
			{"plate", "plaque d’immatriculation", "number plate"}, {"count", "compter", "count"}, {"flow", "suivre un flux", "watch a flow"},
		},
		reflect.TypeFor[inventory.AreaCategory](): {
			{"commune", "commune", "commune"}, {"perimeter", "périmètre", "perimeter"}, {"priority_place", "lieu prioritaire", "priority place"},
			{"no_camera_zone", "zone sans caméra", "no-camera zone"}, {"street_place", "rue ou place", "street or square"},
			{"premises", "emprise du détenteur", "premises of the holder"},
		},
		reflect.TypeFor[inventory.SiteKind](): {
			{"street", "rue", "street"}, {"shopping_street", "rue commerçante", "shopping street"}, {"square", "place", "square"},
			{"market", "marché", "market"}, {"town_entrance", "entrée de ville", "town entrance"}, {"school", "école", "school"},
			{"station", "gare ou pôle d’échanges", "station or bus hub"}, {"public_building", "bâtiment public", "public building"},
			{"housing", "habitat social", "social housing"}, {"car_park", "parc de stationnement", "car park"},
			{"dumping_point", "point de dépôt d’ordures", "dumping point"}, {"traffic_point", "point de régulation du trafic", "traffic regulation point"},
			{"offence_point", "point de vidéoverbalisation", "point of traffic offences"},
			{"natural_risk", "lieu exposé à un risque naturel", "place of natural risk"}, {"vital_site", "site d’importance vitale", "vital site"},
			{"event_site", "lieu d’un événement", "site of an event"}, {"shop_front", "devanture de commerce", "shop front"},
			{"open_to_public", "lieu ouvert au public", "place open to the public"}, {"park", "parc ou jardin", "park"},
			{"cash_point", "distributeur de billets", "cash point"},
		},
		reflect.TypeFor[inventory.Environment](): {
			{"temperate", "tempéré", "temperate"}, {"mountain", "montagne", "mountain"}, {"overseas", "outre-mer", "overseas"},
			{"seaside", "bord de mer", "seaside"},
		},
		reflect.TypeFor[inventory.Period](): {
			{"day", "de jour", "by day"}, {"night", "de nuit", "by night"}, {"day_and_night", "de jour et de nuit", "by day and by night"},
		},
	}
})

// levelFact is the fact of which the words are the levels of the scales.
const levelFact = "requirement.level"

// Meaning is what a word that is a value of a fact, or of a limit of the book, means to a reader; known is false for a text
// of no closed list, as a name or a number.
func (b *Book) Meaning(name, word string) (text inventory.Text, known bool) {
	if limit, isLimit := strings.CutPrefix(name, limitRoot); isLimit {
		name = b.limit(limit).WordsOf
	}
	fact := factNamed(name)
	switch {
	case fact == nil:
		return inventory.Text{}, false
	case fact.list == reflect.TypeFor[inventory.Purpose]():
		return b.purposeName(inventory.Purpose(word))
	case name == levelFact:
		return b.levelName(word)
	}
	words := meanings()[fact.list]
	i := slices.IndexFunc(words, func(m meaning) bool { return m.word == word })
	if i < 0 {
		return inventory.Text{}, false
	}
	return inventory.Text{FR: words[i].fr, EN: words[i].en}, true
}

// isClosed tells whether the values of a fact, or of a limit, are words that [Book.Meaning] may know.
func (b *Book) isClosed(name string) bool {
	if limit, isLimit := strings.CutPrefix(name, limitRoot); isLimit {
		return b.limit(limit).WordsOf != ""
	}
	fact := factNamed(name)
	return fact != nil && (fact.Words != nil || name == levelFact)
}

func (b *Book) purposeName(code inventory.Purpose) (inventory.Text, bool) {
	i := slices.IndexFunc(b.Params.Purposes, func(p PurposeName) bool { return p.Code == code })
	if i < 0 {
		return inventory.Text{}, false
	}
	return b.Params.Purposes[i].Name.Value, true
}

// levelName is the name of a level of the first scale that has it.
func (b *Book) levelName(code string) (inventory.Text, bool) {
	for _, scale := range b.Scales {
		if rank, known := scale.Level(code); known {
			return scale.Levels[rank].Name, true
		}
	}
	return inventory.Text{}, false
}
