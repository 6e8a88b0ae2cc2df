package inventory

// AuditComparison tells what changed from one audit to another.
type AuditComparison struct {
	Before ID `json:"before"`
	After  ID `json:"after"`
	// Changes are in the order of the findings after, then of those that are no more. Unchanged counts the others, one
	// subject at a time.
	Changes   []FindingChange `json:"changes"`
	Unchanged int             `json:"unchanged"`
}

// FindingChange is a finding of one subject that is not what it was.
type FindingChange struct {
	Rule    string `json:"rule"`
	Title   Text   `json:"title"`
	Subject string `json:"subject"`
	// Before and After are nil where the audit has no such finding.
	Before *FindingState `json:"before,omitempty"`
	After  *FindingState `json:"after,omitempty"`
	// Causes are why, none when they cannot be told.
	Causes []ChangeCause `json:"causes"`
}

// FindingState is what a finding says.
type FindingState struct {
	Severity string `json:"severity"`
	Verdict  string `json:"verdict"`
	State    string `json:"state"`
}

// CauseKind is why a finding changed.
type CauseKind string

// The kinds of cause.
const (
	CauseFact     CauseKind = "fact"     // a fact of the subject
	CauseRule     CauseKind = "rule"     // a text of the rule; Name is its field
	CauseLimit    CauseKind = "limit"    // a limit of the book
	CauseBook     CauseKind = "book"     // the book, elsewhere: a level scale, a parameter
	CauseDay      CauseKind = "day"      // the day of the audit
	CauseScale    CauseKind = "scale"    // the level scale asked for
	CauseSubject  CauseKind = "subject"  // the subject is new, or no more
	CauseSoftware CauseKind = "software" // the version of Vigie
)

// ChangeCause is one reason of a change.
type ChangeCause struct {
	Kind CauseKind `json:"kind"`
	// Name is of the fact, the limit, or the field of the rule; Before and After are the values as text, empty when
	// unknown.
	Name   string `json:"name,omitempty"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Text   Text   `json:"text"`
}

// AnsweredFinding is a finding of an audit, for one subject, with what was answered to it.
type AnsweredFinding struct {
	// Finding is its rank in the findings of the audit, Subject the key of the subject.
	Finding int    `json:"finding"`
	Subject string `json:"subject"`
	// Status is what the last answer makes of it: open when there is none, and when the finding changed since.
	Status AnswerStatus `json:"status"`
	// Answers are the last first.
	Answers []FindingAnswer `json:"answers"`
	// Changed tells that the finding is not the one that was answered last, Causes why, as far as the audit that was
	// answered is still there.
	Changed bool          `json:"changed"`
	Causes  []ChangeCause `json:"causes,omitempty"`
}
