package inventory

import (
	"context"
	"slices"

	"github.com/paulmach/orb"
)

// CandidateForm tells how a candidate is used.
type CandidateForm string

// The forms of candidate.
const (
	CandidatePoint CandidateForm = "point" // a camera can stand there: a support, a junction
	CandidateLine  CandidateForm = "line"  // cameras can stand along it: a street
	CandidateArea  CandidateForm = "area"  // cameras can stand in it, or along its edge: a square, a façade
)

// Candidate (emplacement possible) is where a camera could be put: one element of a set, as "street-lights", that was
// imported whole.
type Candidate struct {
	ID ID `json:"id"`
	// Set is the layer that it belongs to.
	Set ID `json:"set"`
	// Kind is a finer word, as "lantern"; Name what it is called.
	Kind string `json:"kind,omitempty"`
	Name string `json:"name,omitempty"`
	// Commune and Department are INSEE codes; Department is taken from Commune when empty.
	Commune    string `json:"commune,omitempty"`
	Department string `json:"department,omitempty"`
	// Geometry is a point, a line or a surface, lon, lat.
	Geometry Outline `json:"geometry"`
	// HeightM is how high above the ground a camera can be fixed, metres; nil when unknown.
	HeightM    *float64          `json:"heightM,omitempty"`
	Provenance Provenance        `json:"provenance,omitzero"`
	Extra      map[string]string `json:"extra,omitempty"`
}

// Key is the candidate's identifier.
func (c Candidate) Key() ID { return c.ID }

// Shape is its point, line or surface: an orb.Point, orb.LineString, orb.MultiLineString, orb.Polygon or
// orb.MultiPolygon.
func (c Candidate) Shape() orb.Geometry { return c.Geometry.Geometry }

// Form tells how it is used; empty without a geometry.
func (c Candidate) Form() CandidateForm {
	switch c.Geometry.Geometry.(type) {
	case orb.Point:
		return CandidatePoint
	case orb.LineString, orb.MultiLineString:
		return CandidateLine
	case orb.Polygon, orb.MultiPolygon:
		return CandidateArea
	}
	return ""
}

// Attributes are the set as category, the form as status, the places, the import, the last change.
func (c Candidate) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrCategory, string(c.Set))
	a.set(AttrStatus, string(c.Form()))
	a.place(c.Commune, c.Department)
	a.provenance(c.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (c Candidate) Validate() error {
	var f faults
	f.id("id", c.ID)
	f.id("set", c.Set)
	f.places(c.Commune, c.Department)
	if c.Form() == "" {
		f.add("geometry", "needs a Point, a LineString, a Polygon, or a MultiLineString or MultiPolygon")
	} else {
		f.geometry("geometry", c.Geometry.Geometry)
	}
	if shortLine(c.Geometry.Geometry) {
		f.add("geometry", "a line has two positions or more")
	}
	f.within("heightM", c.HeightM, 0, 1000, "m")
	return f.err("candidate", c.ID)
}

// shortLine tells a line that leads nowhere.
func shortLine(shape orb.Geometry) bool {
	switch s := shape.(type) {
	case orb.LineString:
		return len(s) < 2
	case orb.MultiLineString:
		return slices.ContainsFunc(s, func(line orb.LineString) bool { return len(line) < 2 })
	}
	return false
}

// CandidateSet is what is known of a set as a whole.
type CandidateSet struct {
	Set ID `json:"set" example:"street-lights"`
	// Points, Lines and Areas count its candidates by their form.
	Points int `json:"points"`
	Lines  int `json:"lines"`
	Areas  int `json:"areas"`
}

// CandidateSets are the sets of candidates in a store, in the order of their names.
func CandidateSets(ctx context.Context, store Store) ([]CandidateSet, error) {
	groups, err := CountBy(ctx, store.Candidates(), Query{}, AttrCategory, AttrStatus)
	if err != nil {
		return nil, err
	}
	var sets []CandidateSet
	for _, group := range groups {
		name := ID(group.Values[0])
		if len(sets) == 0 || sets[len(sets)-1].Set != name {
			sets = append(sets, CandidateSet{Set: name})
		}
		set := &sets[len(sets)-1]
		switch CandidateForm(group.Values[1]) {
		case CandidatePoint:
			set.Points += group.Count
		case CandidateLine:
			set.Lines += group.Count
		case CandidateArea:
			set.Areas += group.Count
		}
	}
	return sets, nil
}
