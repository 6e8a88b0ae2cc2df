package inventory

import (
	"path"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

func candidateKind() kindOf[Candidate] {
	return kindOf[Candidate]{
		one: "candidate", place: "geometry",
		shelf:   Store.Candidates,
		aliases: func(ImportOptions) []alias { return candidateAliases() },
		parts:   func(c *Candidate) recordParts { return recordParts{&c.ID, nil, &c.Provenance, &c.Extra} },
		setPlace: func(c *Candidate, shape orb.Geometry) (_ []string, reason string) {
			if c.Geometry, reason = OutlineOf(shape); reason != "" {
				return nil, "a candidate: " + reason
			}
			return nil, ""
		},
		complete: func(c *Candidate, options ImportOptions, _ int, _ string) []string {
			c.Set = options.set()
			return nil
		},
		properties: func(c Candidate) any { return candidateProperties{Mark: "candidate/1", Candidate: c} },
	}
}

// candidateProperties are the mark, then the record without its place, which the shallower field hides.
type candidateProperties struct {
	Mark string `json:"vigie"`
	Candidate
	Geometry any `json:"geometry,omitempty"`
}

func candidateAliases() []alias {
	return append(placeAliases(), []alias{
		{"name", []string{"name", "nom", "libelle", "libel", "liboff", "carlieu"}, readText, false},
		{"kind", []string{"kind", "type", "nature", "typelante", "highway"}, readText, false},
		{"heightM", []string{"height", "hauteur", "heightm", "hauteurm", "haut", "hauteurfeu", "hauteurmat"}, readHeight, true},
	}...)
}

// set is the set of the imported candidates: the one that is named, or else the file.
func (o ImportOptions) set() ID {
	if o.Set != "" {
		return o.Set
	}
	name := strings.TrimSuffix(path.Base(o.Source), path.Ext(o.Source))
	plain := strings.Map(func(r rune) rune {
		if ID(r).wellFormed() {
			return r
		}
		return '-'
	}, name)
	return ID(strings.Trim(plain[:min(len(plain), MaxIDLength)], "-."))
}

// owner is whose keys tell the records of an import apart: its holder's, or those of its set.
func (o ImportOptions) owner() string {
	if o.Kind == KindCandidates {
		return string(o.set())
	}
	return string(o.Holder)
}

// Kinds are the kinds that files bring.
func Kinds() []Kind {
	return []Kind{KindCameras, KindAreas, KindObstacles, KindCandidates, KindEquipment}
}

// checkKind finds what is wrong with the kind, and with what is said of it.
func (o ImportOptions) checkKind(f *faults) {
	if !slices.Contains(Kinds(), o.Kind) {
		f.add("kind", "%q is not one of cameras, areas, obstacles, candidates, equipment", string(o.Kind))
	}
	f.reference("set", o.Set)
	switch {
	case o.Kind == KindCandidates && o.set() == "":
		f.add("set", "is missing: what are the candidates called together?")
	case o.Kind != KindCandidates && o.Set != "":
		f.add("set", "is of candidates only")
	}
	f.within("aroundM", &o.AroundM, 0, 10_000, "m")
	if o.AroundM != 0 && o.Kind != KindAreas {
		f.add("aroundM", "is of areas only")
	}
	f.within("widthM", &o.WidthM, 0, mostStreetM, "m")
	if o.WidthM != 0 && o.Kind != KindAreas {
		f.add("widthM", "is of areas only")
	}
	if o.Requirement != nil && o.Kind != KindAreas {
		f.add("requirement", "is of areas only")
	}
}
