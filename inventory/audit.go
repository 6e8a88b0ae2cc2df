package inventory

import (
	"fmt"

	"github.com/paulmach/orb"
)

// AuditRequest says what to audit, and as of which day.
type AuditRequest struct {
	// Name is the title.
	Name string `json:"name,omitempty"`
	// Exactly one of Deployment, Holder, Area and Commune says what to audit. Commune is an INSEE code and stands for the
	// one area of category commune that bears it.
	Deployment ID     `json:"deployment,omitempty"`
	Holder     ID     `json:"holder,omitempty"`
	Area       ID     `json:"area,omitempty"`
	Commune    string `json:"commune,omitempty"`
	// At is the day of the audit: rules and limits are those in force then, and "today" is this day. The records are those
	// of the inventory as it is when the audit is made.
	At Date `json:"at"`
	// Scale is the level scale that densities are judged by, empty for the book's own. AlsoScales are others by which the
	// rules that ask for a scale are judged as well.
	Scale      string   `json:"scale,omitempty"`
	AlsoScales []string `json:"alsoScales,omitempty"`
	// WithoutGeometry leaves out what takes the coverage engine; facts that it would give are then unknown.
	WithoutGeometry bool `json:"withoutGeometry,omitempty"`
}

// Validate returns nil or an *InvalidError with every fault.
func (r AuditRequest) Validate() error {
	var f faults
	r.check(&f, "")
	return f.err("audit request", "")
}

func (r AuditRequest) check(f *faults, at string) {
	subjects := 0
	for _, given := range []string{string(r.Deployment), string(r.Holder), string(r.Area), r.Commune} {
		if given != "" {
			subjects++
		}
	}
	if subjects != 1 {
		f.add(at+"deployment", "exactly one of deployment, holder, area and commune must be given, not %d", subjects)
	}
	f.reference(at+"deployment", r.Deployment)
	f.reference(at+"holder", r.Holder)
	f.reference(at+"area", r.Area)
	if r.Commune != "" && !isCommune(r.Commune) {
		f.add(at+"commune", "is not an INSEE code (five digits, or 2A/2B and three digits)")
	}
	if r.At == "" {
		f.add(at+"at", "is missing: the day of the audit, as 2026-11-21")
	}
	f.date(at+"at", r.At)
}

// SubjectKind is what kind of record a rule judges.
type SubjectKind string

// The kinds of subject.
const (
	SubjectHolder     SubjectKind = "holder"
	SubjectDeployment SubjectKind = "deployment"
	SubjectCamera     SubjectKind = "camera" // judged for each of its heads by rules that ask for facts of a head
	SubjectArea       SubjectKind = "area"
)

// SubjectKinds are all kinds of subject.
func SubjectKinds() []SubjectKind {
	return []SubjectKind{SubjectHolder, SubjectDeployment, SubjectCamera, SubjectArea}
}

// AuditSubject is a record that is judged, or one head of a camera.
type AuditSubject struct {
	Kind SubjectKind `json:"kind"`
	ID   ID          `json:"id"`
	// Head is the identifier of a head in its camera, for rules that judge heads.
	Head string `json:"head,omitempty"`
	// Name is its name, or the holder's own reference.
	Name       string `json:"name,omitempty"`
	Holder     ID     `json:"holder,omitempty"`
	Deployment ID     `json:"deployment,omitempty"`
	Commune    string `json:"commune,omitempty"`
	Department string `json:"department,omitempty"`
}

// Key tells the subject from all others, as "deployment:17" or "camera:4#1".
func (s AuditSubject) Key() string {
	key := string(s.Kind) + ":" + string(s.ID)
	if s.Head != "" {
		key += "#" + s.Head
	}
	return key
}

func (s AuditSubject) attributes() Attributes {
	a := Attributes{}
	a.set(AttrCategory, string(s.Kind))
	a.set(AttrHolder, string(s.Holder))
	a.set(AttrDeployment, string(s.Deployment))
	a.place(s.Commune, s.Department)
	return a
}

func (s AuditSubject) check(f *faults, at string) {
	if s.Kind == "" {
		f.add(at+"kind", "is missing")
	}
	oneOf(f, at+"kind", s.Kind, SubjectKinds()...)
	f.id(at+"id", s.ID)
	f.reference(at+"holder", s.Holder)
	f.reference(at+"deployment", s.Deployment)
	f.places(s.Commune, s.Department)
}

// FindingID identifies a finding in every audit: one rule and one subject, by its key.
func FindingID(rule, subject string) ID { return DeriveID("finding", rule, subject) }

// Audit is a request and its result, kept so that it can be read, compared and made again.
type Audit struct {
	// ID is derived from the request and from all that was read: the same audit made twice is one record.
	ID      ID           `json:"id"`
	Request AuditRequest `json:"request"`
	Result  AuditResult  `json:"result"`
	// Owner is the holder or the account that it was made for; empty for the person at the machine itself.
	Owner ID `json:"owner,omitempty"`
	// Provenance says when it was made.
	Provenance Provenance `json:"provenance,omitzero"`
	// Sealed holds the findings and the score of an audit of secret fields, encrypted (see [Seal]); of one read without their
	// key, that key's identifier.
	Sealed string `json:"sealed,omitempty"`
}

// Key is the audit's identifier.
func (a Audit) Key() ID { return a.ID }

// Shape is nil: an audit is found by what it is about.
func (a Audit) Shape() orb.Geometry { return nil }

// Attributes are what the audit is about (its kind as category, holder, deployment, commune, département) and when it
// was made.
func (a Audit) Attributes() Attributes {
	attributes := a.Result.Subject.attributes()
	if _, known := attributes[AttrHolder]; !known {
		attributes.set(AttrHolder, string(a.Owner))
	}
	attributes.provenance(a.Provenance)
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (a Audit) Validate() error {
	var f faults
	f.id("id", a.ID)
	a.Request.check(&f, "request.")
	a.Result.Subject.check(&f, "result.subject.")
	for i, finding := range a.Result.Findings {
		if finding.Rule == "" || len(finding.Subjects) == 0 {
			f.add(fmt.Sprintf("result.findings[%d]", i), "must have a rule and a subject")
		}
	}
	return f.err("audit", a.ID)
}
