package inventory

import (
	"slices"

	"github.com/paulmach/orb"
)

// AnswerStatus is what an answer makes of a finding.
type AnswerStatus string

// The states of a finding that is answered. Without an answer it is open.
const (
	AnswerOpen      AnswerStatus = "open"      // opened again
	AnswerJustified AnswerStatus = "justified" // the breach is there, and has a reason
	AnswerFixed     AnswerStatus = "fixed"     // said to be remedied: the next audit tells
	AnswerContested AnswerStatus = "contested" // the finding is said to be wrong
)

// AnswerStatuses are all of them.
func AnswerStatuses() []AnswerStatus {
	return []AnswerStatus{AnswerOpen, AnswerJustified, AnswerFixed, AnswerContested}
}

// FindingAnswer is what somebody answered to a finding: a rule and a subject, in whatever audit. Answers are added and
// never changed, the last one counts: two people who answer at once, or an audit made again, lose nothing. An answer
// changes no verdict.
type FindingAnswer struct {
	// ID sorts by time, see [NewID].
	ID      ID           `json:"id"`
	Rule    string       `json:"rule"`
	Subject AuditSubject `json:"subject"`
	Status  AnswerStatus `json:"status"`
	// Author names who answers, by function rather than by name.
	Author string `json:"author"`
	On     Date   `json:"on"`
	Text   string `json:"text"`
	// Reference names a document that proves it, as a number, a file name or an address.
	Reference string `json:"reference,omitempty"`
	// Audit is the audit in which the finding was read, State that of the finding there: the answer holds as long as it is
	// the same.
	Audit      ID         `json:"audit"`
	State      string     `json:"state"`
	Provenance Provenance `json:"provenance,omitzero"`
}

// Key is the answer's identifier.
func (a FindingAnswer) Key() ID { return a.ID }

// Finding is the identifier of the finding answered.
func (a FindingAnswer) Finding() ID { return FindingID(a.Rule, a.Subject.Key()) }

// Shape is nil: an answer is found by its subject.
func (a FindingAnswer) Shape() orb.Geometry { return nil }

// Attributes are those of the subject (its kind as category, holder, deployment, commune, département), the status, and
// the last change.
func (a FindingAnswer) Attributes() Attributes {
	attributes := a.Subject.attributes()
	attributes.set(AttrStatus, string(a.Status))
	attributes.provenance(a.Provenance)
	return attributes
}

// maxAnswerBytes bounds what an answer says.
const maxAnswerBytes = 20_000

// Validate returns nil or an *InvalidError with every fault.
func (a FindingAnswer) Validate() error {
	var f faults
	f.id("id", a.ID)
	a.Subject.check(&f, "subject.")
	oneOf(&f, "status", a.Status, AnswerStatuses()...)
	f.date("on", a.On)
	f.id("audit", a.Audit)
	for _, text := range []struct{ field, value string }{
		{"rule", a.Rule}, {"status", string(a.Status)}, {"author", a.Author}, {"on", string(a.On)},
		{"text", a.Text}, {"state", a.State},
	} {
		if text.value == "" {
			f.add(text.field, "is missing")
		}
	}
	if len(a.Text) > maxAnswerBytes || len(a.Author)+len(a.Reference) > maxAnswerBytes {
		f.add("text", "is longer than %d bytes", maxAnswerBytes)
	}
	return f.err("answer", a.ID)
}

// AnswerTo begins an answer to the finding of a rule on a subject, by its key: who answers what, and when, is for the
// caller to fill in. known is false when the audit has no such finding.
func (a Audit) AnswerTo(rule, subject string) (answer FindingAnswer, known bool) {
	for rank, key := range a.Result.Each() {
		if f := a.Result.Findings[rank]; f.Rule == rule && key == subject {
			i := slices.IndexFunc(a.Result.Subjects, func(s AuditSubject) bool { return s.Key() == subject })
			if i < 0 {
				return FindingAnswer{}, false
			}
			return FindingAnswer{ID: NewID(), Rule: rule, Subject: a.Result.Subjects[i], Audit: a.ID, State: f.State}, true
		}
	}
	return FindingAnswer{}, false
}
