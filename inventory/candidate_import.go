package inventory

import (
	"math"
	"path"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"vigie/geo"
)

func candidateKind() kindOf[Candidate] {
	return kindOf[Candidate]{
		one: "candidate", place: "geometry",
		shelf:   Store.Candidates,
		aliases: func(ImportOptions) []alias { return candidateAliases() },
		parts:   func(c *Candidate) recordParts { return recordParts{&c.ID, nil, &c.Provenance, &c.Extra} },
		setPlace: func(c *Candidate, shape orb.Geometry) (reason string) {
			if c.Geometry, reason = OutlineOf(shape); reason != "" {
				return "a candidate: " + reason
			}
			return ""
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
	return ID(strings.Trim(plain[:min(len(plain), 128)], "-."))
}

// owner is whose keys tell the records of an import apart: its holder's, or those of its set.
func (o ImportOptions) owner() string {
	if o.Kind == KindCandidates {
		return string(o.set())
	}
	return string(o.Holder)
}

// circlePositions is how many positions a circle has: its chords leave it by a two-hundredth of its radius at most.
const circlePositions = 32

// areasAround makes areas of points as well: the ground within radiusM of them, metres.
func areasAround(kind kindOf[Area], radiusM float64) kindOf[Area] {
	if radiusM == 0 {
		return kind
	}
	surface := kind.setPlace
	kind.setPlace = func(a *Area, shape orb.Geometry) string {
		if several, ok := shape.(orb.MultiPoint); ok && len(several) == 1 {
			shape = several[0]
		}
		at, ok := shape.(orb.Point)
		if !ok {
			return surface(a, shape)
		}
		circle, err := circleAround(at, radiusM)
		if err != nil {
			return err.Error()
		}
		a.Geometry = Surface{circle}
		return ""
	}
	return kind
}

// circleAround is the ground within radiusM of a place, lon, lat.
func circleAround(at orb.Point, radiusM float64) (orb.Polygon, error) {
	frame, err := geo.NewFrame(at)
	if err != nil {
		return nil, err
	}
	ring := make(orb.Ring, 0, circlePositions+1)
	for i := range circlePositions {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / circlePositions)
		ring = append(ring, frame.ToLonLat(orb.Point{radiusM * cos, radiusM * sin}))
	}
	return orb.Polygon{append(ring, ring[0])}, nil
}

// Kinds are the kinds that files bring.
func Kinds() []Kind { return []Kind{KindCameras, KindAreas, KindObstacles, KindCandidates} }

// checkKind finds what is wrong with the kind, and with what is said of it.
func (o ImportOptions) checkKind(f *faults) {
	if !slices.Contains(Kinds(), o.Kind) {
		f.add("kind", "%q is not one of cameras, areas, obstacles, candidates", string(o.Kind))
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
}
