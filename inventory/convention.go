package inventory

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Convention (convention) is an agreement by which a holder lets somebody see some of its cameras, or have them count in
// coverage. What it gives is given from its first day to its last, and until it is withdrawn: see [Guard].
type Convention struct {
	ID   ID             `json:"id"`
	Kind ConventionKind `json:"kind"`
	// Holder shares, With gets.
	Holder ID    `json:"holder"`
	With   Party `json:"with"`
	// Purpose is what for, in the words of the agreement.
	Purpose string `json:"purpose"`
	// Exactly one of All, Deployments, Cameras and Area says which of the holder's cameras: the cameras of others are never
	// given. Area is a surface, lon, lat; cameras without a place are not in it.
	All         bool    `json:"all,omitempty"`
	Deployments []ID    `json:"deployments,omitempty"`
	Cameras     []ID    `json:"cameras,omitempty"`
	Area        Surface `json:"area,omitempty"`
	// Disclosure is how exactly the cameras are seen, empty for not at all.
	Disclosure Disclosure `json:"disclosure,omitempty"`
	// Counted tells that they count in the coverage studies of a commune that With makes, see [SharedCoverage], even where
	// they are not seen.
	Counted bool `json:"counted,omitempty"`
	// From and To are the first and the last day; none of the signatures is later than From.
	From Date `json:"from"`
	To   Date `json:"to"`
	// Reference is the number of the act, or where it was published, as "RAA 34-2026-11, n° 412".
	Reference string `json:"reference,omitempty"`
	// Signatures are those that its kind asks for, and others.
	Signatures []Signature `json:"signatures"`
	// WithdrawnAt is when it was taken back; nil while it stands.
	WithdrawnAt *Instant   `json:"withdrawnAt,omitempty"`
	Provenance  Provenance `json:"provenance,omitzero"`
}

// Party is whom a convention is with: exactly one of the three.
type Party struct {
	Holder  ID `json:"holder,omitempty"`
	Account ID `json:"account,omitempty"`
	// Department is the INSEE code of the département of a prefecture.
	Department string `json:"department,omitempty"`
}

// The words that stand before a party in the attributes of a convention.
const (
	partyHolder     = "holder:"
	partyAccount    = "account:"
	partyDepartment = "department:"
)

// String is the party as the filter with takes it: "holder:south", "account:…" or "department:34".
func (p Party) String() string {
	switch {
	case p.Holder != "":
		return partyHolder + string(p.Holder)
	case p.Account != "":
		return partyAccount + string(p.Account)
	case p.Department != "":
		return partyDepartment + p.Department
	}
	return ""
}

// Capacity is in what capacity somebody signs.
type Capacity string

// Capacities are all capacities.
func Capacities() []Capacity {
	return []Capacity{"mayor", "president", "prefect", "prosecutor", "minister", "manager", "director"}
}

// Signature is one of those of a convention.
type Signature struct {
	Capacity Capacity `json:"capacity"`
	// By names the office, as "Maire de Vaubrenne"; On is the day.
	By string `json:"by"`
	On Date   `json:"on"`
}

// Key is the convention's identifier.
func (c Convention) Key() ID { return c.ID }

// Shape is nil: a convention has no place.
func (c Convention) Shape() orb.Geometry { return nil }

// Attributes are the holder who shares, the kind as category, whom it is with as deployment (see [Party.String]), whether it
// is withdrawn as status, and the last change.
func (c Convention) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(c.Holder))
	attributes.set(AttrCategory, string(c.Kind))
	attributes.set(AttrDeployment, c.With.String())
	attributes.set(AttrStatus, conventionSigned)
	if c.WithdrawnAt != nil {
		attributes.set(AttrStatus, "withdrawn")
	}
	attributes.provenance(c.Provenance)
	return attributes
}

// conventionSigned is the status of a convention that is not withdrawn.
const conventionSigned = "signed"

// InForce tells whether it gives anything on a day.
func (c Convention) InForce(day Date) bool {
	return c.WithdrawnAt == nil && c.From <= day && day <= c.To
}

// mostShared bounds the lists of a convention: longer ones are a deployment or a surface. mostCorners bounds the positions of the
// surface, which every request of the other side reads.
const mostShared, mostCorners = 1000, 2000

// Validate returns nil or an *InvalidError with every fault.
func (c Convention) Validate() error {
	var f faults
	f.id("id", c.ID)
	f.id("holder", c.Holder)
	c.With.check(&f)
	if c.With.Holder == c.Holder && c.Holder != "" {
		f.add("with.holder", "is the holder who shares")
	}
	if c.Purpose == "" {
		f.add("purpose", "is missing")
	}
	c.checkScope(&f)
	oneOf(&f, "disclosure", c.Disclosure, Disclosures()...)
	if c.Disclosure == "" && !c.Counted {
		f.add("disclosure", "is missing: without it, and without counted, nothing is shared")
	}
	c.checkDays(&f)
	c.checkSignatures(&f)
	return f.err("convention", c.ID)
}

func (p Party) check(f *faults) {
	given := 0
	for _, one := range []string{string(p.Holder), string(p.Account), p.Department} {
		if one != "" {
			given++
		}
	}
	if given != 1 {
		f.add("with", "exactly one of holder, account and department must be given, not %d", given)
	}
	f.reference("with.holder", p.Holder)
	f.reference("with.account", p.Account)
	if p.Department != "" && !isDepartment(p.Department) {
		f.add("with.department", "%q is not an INSEE département code", p.Department)
	}
}

func (c Convention) checkScope(f *faults) {
	given := 0
	for _, one := range []bool{c.All, len(c.Deployments) > 0, len(c.Cameras) > 0, len(c.Area) > 0} {
		if one {
			given++
		}
	}
	if given != 1 {
		f.add("all", "exactly one of all, deployments, cameras and area must be given, not %d", given)
	}
	f.identifiers("deployments", c.Deployments)
	f.identifiers("cameras", c.Cameras)
	if len(c.Area) > 0 {
		f.geometry("area", orb.MultiPolygon(c.Area))
		if corners(c.Area) > mostCorners {
			f.add("area", "has more than %d positions", mostCorners)
		}
	}
}

// corners counts the positions of a surface.
func corners(surface Surface) (n int) {
	for _, polygon := range surface {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}

func (f *faults) identifiers(field string, ids []ID) {
	if len(ids) > mostShared {
		f.add(field, "has more than %d identifiers", mostShared)
	}
	for i, id := range ids {
		f.id(fmt.Sprintf("%s[%d]", field, i), id)
	}
}

func (c Convention) checkDays(f *faults) {
	f.day("from", c.From)
	f.day("to", c.To)
	switch most := c.Kind.model().MostYears; {
	case c.To < c.From:
		f.add("to", "is before from")
	case most > 0 && c.From.Valid() && c.To >= c.From.plusYears(most):
		f.add("to", "is more than %d years after from, the longest such a convention lasts", most)
	}
}

// day checks a day that must be there.
func (f *faults) day(field string, day Date) {
	if day == "" {
		f.add(field, "is missing")
	}
	f.date(field, day)
}

func (c Convention) checkSignatures(f *faults) {
	oneOf(f, "kind", c.Kind, ConventionKinds()...)
	if c.Kind == "" {
		f.add("kind", "is missing")
	}
	for i, s := range c.Signatures {
		at := fmt.Sprintf("signatures[%d].", i)
		oneOf(f, at+"capacity", s.Capacity, Capacities()...)
		if s.Capacity == "" || s.By == "" || s.On == "" {
			f.add(at+"by", "capacity, by and on are needed")
		}
		f.date(at+"on", s.On)
		if s.On > c.From {
			f.add(at+"on", "is after from: nothing is shared before it is signed")
		}
	}
	model := c.Kind.model()
	for _, needed := range model.Signers {
		if !slices.ContainsFunc(c.Signatures, func(s Signature) bool { return s.Capacity == needed }) {
			f.add("signatures", "lacks that of the %s", needed)
		}
	}
	if len(c.Signatures) < model.LeastSignatures {
		f.add("signatures", "are %d, and %d are needed", len(c.Signatures), model.LeastSignatures)
	}
}
