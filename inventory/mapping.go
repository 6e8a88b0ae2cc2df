package inventory

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// alias is a field and the names under which files bring it, in the order in which they are preferred (see
// [plainName]). A value that a doubtful alias cannot read is kept aside; for the others it is a fault of the row.
type alias struct {
	field    string
	names    []string
	read     reading
	doubtful bool
}

func placeAliases() []alias {
	return []alias{
		{"commune", []string{"insee", "codeinsee", "inseecode", "codeinseecommune", "communeinsee", "inseecom",
			"codecommune", "codgeo", "codcom", "commune"}, readMatching(isCommune, "an INSEE code"), true},
		{"department", []string{"codedepartement", "coddep", "inseedep", "departement", "dep", "department"},
			readMatching(isDepartment, "an INSEE département code"), true},
	}
}

// cameraAliases are usual names in French and English inventories, and the OpenStreetMap tags of
// man_made=surveillance (wiki.openstreetmap.org).
func cameraAliases() []alias {
	degrees := readQuantity("degrés", "deg", "°")
	own := append(placeAliases(), []alias{
		{"externalId", []string{"externalid", "idexterne", "ref", "reference", "cameraid", "idcamera", "numcamera",
			"numerocamera", "nocamera"}, readText, false},
		{"name", []string{"name", "nom", "libelle", "libel", "label", "intitule", "designation", "featurealias"}, readText, false},
		{"address", []string{"address", "adresse", "addrfull", "adr", "emplacement", "localisation", "location",
			"cameralocation", "lieu"}, readText, false},
		{"status", []string{"status", "statut", "etat"}, readWord(statusWords()), true},
		{"unit", []string{"unit", "unite"}, readText, false},
		{"filmsPublicWay", []string{"filmspublicway", "voiepublique", "filmevoiepublique"}, readBool, true},
		{"inServiceSince", []string{"inservicesince", "datemiseenservice", "miseenservice", "dateinstallation", "datepose",
			"startdate"}, readDate, true},
		{"maintainedOn", []string{"maintainedon", "datemaintenance", "dernieremaintenance"}, readDate, true},
		{"mounting.support", []string{"support", "typesupport", "cameramount", "fixation"}, readText, false},
		{"mounting.heightM", []string{"hauteur", "height", "hauteurm", "heightm", "haut", "hauteurpose", "hauteurcamera"},
			readHeight, false},
		{"heads[0].bearingDeg", []string{"azimut", "azimuth", "bearing", "bearingdeg", "cameradirection", "heading"},
			readBearing, false},
		{"heads[0].bearingDeg", []string{"direction", "orientation", "cap"}, readBearing, true},
		{"heads[0].tiltDeg", []string{"tilt", "tiltdeg", "inclinaison"}, degrees, false},
		{"heads[0].tiltDeg", []string{"cameraangle"}, readInclination, true},
		{"heads[0].hfovDeg", []string{"hfov", "hfovdeg", "champhorizontal", "anglehorizontal"}, degrees, false},
		{"heads[0].vfovDeg", []string{"vfov", "vfovdeg", "champvertical", "anglevertical"}, degrees, false},
		{"heads[0].focalMm", []string{"focale", "focal", "focalmm", "focalemm", "focallength"}, readQuantity("mm"), false},
		{"heads[0].recordedWidthPx", []string{"recordedwidthpx", "largeurpx"}, readWhole, false},
		{"heads[0].recordedHeightPx", []string{"recordedheightpx", "hauteurpx"}, readWhole, false},
		{"heads[0].kind", []string{"cameratype", "typecamera", "typecam"}, readWord(headWords()), true},
		{"device.manufacturer", []string{"manufacturer", "marque", "fabricant", "constructeur", "brand"}, readText, false},
		{"device.model", []string{"model", "modele"}, readText, false},
		{"device.serial", []string{"serial", "serialnumber", "numeroserie", "numserie"}, readText, false},
	}...)
	return append(own, auditAliases()...)
}

func statusWords() map[string]string {
	return map[string]string{
		"planned": "planned", "prevue": "planned", "prevu": "planned", "projet": "planned", "enprojet": "planned",
		"installed": "installed", "installee": "installed", "posee": "installed",
		"inservice": "in_service", "enservice": "in_service", "active": "in_service", "actif": "in_service",
		"operationnelle": "in_service", "fonctionnelle": "in_service",
		"outofservice": "out_of_service", "horsservice": "out_of_service", "hs": "out_of_service", "enpanne": "out_of_service",
		"retired": "retired", "deposee": "retired", "retiree": "retired", "supprimee": "retired",
	}
}

// headWords translate kinds of head; on OpenStreetMap a dome turns and zooms.
func headWords() map[string]string {
	return map[string]string{
		"fixed": "fixed", "fixe": "fixed", "bullet": "fixed", "ptz": "ptz", "dome": "ptz", "panning": "ptz", "mobile": "ptz",
		"pilotable": "ptz", "motorisee": "ptz", "domeptz": "ptz", "thermal": "thermal", "thermique": "thermal",
	}
}

func areaAliases(category AreaCategory) []alias {
	aliases := append(placeAliases(), []alias{
		{"name", []string{"name", "nom", "libelle", "libel", "label", "nomcommune", "nomcom", "libgeo", "nomofficiel",
			"libquart", "libsquart", "quartier", "intitule", "designation"}, readText, false},
		{"kind", []string{"kind", "type", "nature"}, readText, false},
		{"weight", []string{"weight", "poids"}, readQuantity(), true},
		{"critical", []string{"critical", "critique"}, readBool, true},
		{"nightExtinction", []string{"nightextinction", "extinctionnocturne"}, readBool, true},
	}...)
	if category == AreaCommune {
		aliases[0].names = append(aliases[0].names, "code")
	}
	return aliases
}

func obstacleAliases() []alias {
	return append(placeAliases(), []alias{
		{"name", []string{"name", "nom", "libelle"}, readText, false},
		{"heightM", []string{"height", "hauteur", "heightm", "hauteurm", "buildingheight", "heightroof", "heightwall", "haut"},
			readHeight, false},
	}...)
}

// target is what becomes of one property of the source.
type target struct {
	name     string
	path     fieldPath
	read     reading
	doubtful bool
	// note tells how the property is read, when its name does not; aside what becomes of values that it cannot read.
	note, aside string
}

func newTarget(name string, path fieldPath, read reading, doubtful bool) target {
	t := target{name: name, path: path, read: read, doubtful: doubtful}
	if name != path.text {
		t.note = fmt.Sprintf("%.60q is read as %s", name, path.text)
	}
	t.aside = fmt.Sprintf("%.60q cannot be read as %s: kept aside", name, path.text)
	return t
}

// reader is how a text that people wrote becomes the exact text of a field of this type.
func (leaf leafKind) reader() reading {
	switch leaf {
	case leafNumber:
		return readQuantity("°", "mm", "m", "px")
	case leafWhole:
		return readWhole
	case leafBool:
		return readBool
	case leafDate:
		return readDate
	case leafText, leafInstant:
	}
	return readText
}

// targets decides for each name of a source which field it fills: what the mapping says, then a path of Vigie, then
// a usual name. One name fills one field, and one field is filled by one name.
func targets(record reflect.Type, names []string, mapping map[string]string, aliases []alias) (map[string]target, error) {
	found, taken := map[string]target{}, map[string]bool{}
	add := func(name, field string, read reading, doubtful bool) error {
		path, err := pathTo(record, field)
		if err != nil {
			return err
		}
		if read == nil {
			read = path.leaf.reader()
		}
		found[name], taken[field] = newTarget(name, path, read, doubtful), true
		return nil
	}
	var faults faults
	for _, name := range sortedKeys(mapping) {
		field := mapping[name]
		if !slices.Contains(names, name) {
			faults.add("mapping", "the file has no property %q; it has %s", name, quotedList(names))
		} else if err := add(name, field, readingOf(field, aliases), false); err != nil {
			faults.add("mapping", "%v", err)
		}
	}
	for _, name := range names {
		if _, done := found[name]; !done && strings.ContainsAny(name, ".[") && !taken[name] {
			_ = add(name, name, readingOf(name, aliases), false) // what is not a path is a name like any other
		}
	}
	for _, a := range aliases {
		for _, alias := range a.names {
			at := slices.IndexFunc(names, func(name string) bool {
				_, done := found[name]
				return !done && plainName(name) == alias
			})
			if at < 0 || taken[a.field] {
				continue
			}
			if err := add(names[at], a.field, a.read, a.doubtful); err != nil {
				return nil, fmt.Errorf("usual names: %w", err)
			}
		}
	}
	return found, faults.err("import", "")
}

// readingOf is how the usual names of a field are read, nil when it has none.
func readingOf(field string, aliases []alias) reading {
	for _, a := range aliases {
		if a.field == field {
			return a.read
		}
	}
	return nil
}

// quotedList names at most twenty things.
func quotedList(names []string) string {
	const most = 20
	quoted := make([]string, 0, most)
	for i, name := range names {
		if i == most {
			return strings.Join(quoted, ", ") + fmt.Sprintf(" and %d more", len(names)-most)
		}
		quoted = append(quoted, fmt.Sprintf("%.60q", name))
	}
	return strings.Join(quoted, ", ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
