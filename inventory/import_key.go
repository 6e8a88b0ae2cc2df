package inventory

import (
	"fmt"
	"slices"
)

// keyNames are the usual names of an identifier, in order of preference (see [plainName]). The numbers that GIS
// software gives to rows (FID, OBJECTID) are not identifiers.
func keyNames() []string { return slices.Concat(strongKeyNames(), communeKeyNames(), weakKeyNames()) }

// strongKeyNames mean an identifier and nothing else: the holder's reference, OpenStreetMap, BD TOPO, schools.
func strongKeyNames() []string {
	return []string{"externalid", "idexterne", "ref", "reference", "cameraid", "idcamera", "numcamera", "numerocamera",
		"nocamera", "osmid", "cleabs", "uai"}
}

// communeKeyNames identify communes, and nothing that stands in one.
func communeKeyNames() []string { return []string{"codeinsee", "insee", "inseecom", "codgeo"} }

// weakKeyNames often identify, and as often not: what is drawn in parts has one "id_source" for all of them.
func weakKeyNames() []string {
	return []string{"code", "idsource", "num", "numero", "id", "nom", "name", "libelle", "featurealias"}
}

// key says which property identifies a record.
type key struct {
	name string
	byID bool // the identifier of the feature, beside its properties
}

// content tells that nothing identifies a record but all that it says.
func (k key) content() bool { return k.name == "" && !k.byID }

func (k key) String() string {
	switch {
	case k.byID:
		return "id of the feature"
	case k.content():
		return ""
	}
	return k.name
}

// chooseKey takes the property that the caller names, or the first usual name that identifies nearly every row; a row
// that lacks the key, or repeats it, is then a fault. Weak names are not enough for obstacles, which no holder tells
// apart.
func (s *survey) chooseKey(options ImportOptions) (key, error) {
	if options.Key != "" {
		return s.forcedKey(options.Key)
	}
	if options.Format == FormatOSM {
		return key{byID: true}, nil
	}
	strong := strongKeyNames()
	if options.Kind == KindAreas && options.Category == AreaCommune {
		strong = append(strong, communeKeyNames()...)
	}
	if k, ok := s.usualKey(strong, fewStrong(s.sampled)); ok {
		return k, nil
	}
	if s.ids.identifies(s.sampled, fewStrong(s.sampled)) && s.rank.other {
		return key{byID: true}, nil
	}
	if k, ok := s.usualKey(weakKeyNames(), fewWeak(s.sampled)); ok && options.Kind != KindObstacles {
		return k, nil
	}
	return key{}, nil
}

// usualKey is the first of the usual names that identifies all rows but a few.
func (s *survey) usualKey(usual []string, few int) (key, bool) {
	for _, plain := range usual {
		for _, name := range s.names {
			if k := s.keys[name]; k != nil && plainName(name) == plain && k.identifies(s.sampled, few) {
				return key{name: name}, true
			}
		}
	}
	return key{}, false
}

func (s *survey) forcedKey(wanted string) (key, error) {
	names := s.allNames()
	for _, same := range []func(string) bool{
		func(name string) bool { return name == wanted },
		func(name string) bool { return plainName(name) == plainName(wanted) },
	} {
		if at := slices.IndexFunc(names, same); at >= 0 {
			return key{name: names[at]}, nil
		}
	}
	if wanted == "id" && len(s.ids.values) > 0 {
		return key{byID: true}, nil
	}
	return key{}, &InvalidError{Kind: "import", Faults: []Fault{{"key", fmt.Sprintf(
		"the file has no property %q; it has %s", wanted, quotedList(names))}}}
}

// allNames are the names of the properties, and of the columns that no row fills.
func (s *survey) allNames() []string {
	names := slices.Clone(s.names)
	for _, name := range s.header {
		if !s.known[name] {
			names = append(names, name)
		}
	}
	return names
}
