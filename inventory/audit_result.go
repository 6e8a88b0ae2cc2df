package inventory

import "iter"

// AuditResult is what the rules say. The same request on the same inventory, rulebook and software gives the same
// bytes.
type AuditResult struct {
	// Software is the version of Vigie; Book and BookHash the edition and the SHA-256 of the rulebook; InputHash the
	// SHA-256 of everything the audit read.
	Software  string `json:"software"`
	Book      string `json:"book"`
	BookHash  string `json:"bookHash"`
	InputHash string `json:"inputHash"`
	// Scale is the level scale that densities are judged by.
	Scale string `json:"scale"`
	// Subject is what was audited, Subjects all that was judged for it.
	Subject  AuditSubject   `json:"subject"`
	Subjects []AuditSubject `json:"subjects"`
	Score    AuditScore     `json:"score"`
	// Findings are the gravest first, then FAIL, UNKNOWN, PASS and NOT_APPLICABLE, then in the order of the rules.
	Findings []AuditFinding `json:"findings"`
	// Rules are the texts of the rules in force that were judged, Facts what the names in the findings mean: of facts, and
	// of limits of the book (limit.…). Both in the order of their names.
	Rules []AuditedRule `json:"rules"`
	Facts []AuditedFact `json:"facts"`
	// Unknowns say why facts that are worked out could not be, and which fields would give them.
	Unknowns    []UnknownFact `json:"unknowns"`
	Assumptions []Assumption  `json:"assumptions"`
	Warnings    []Warning     `json:"warnings"`
}

// AuditFinding (constat) is one rule, one verdict and what led to it, for every subject of which the same holds. Its
// identity for one subject is FindingID of the rule and the key of the subject.
type AuditFinding struct {
	// Rule is the identifier of one of [AuditResult.Rules].
	Rule string `json:"rule"`
	// Severity is BLOCKER, MAJOR, MINOR or INFO: that of the breach, whatever the verdict; a lesser one than the rule's
	// where the rule says so. Verdict is PASS, FAIL, UNKNOWN or NOT_APPLICABLE.
	Severity string `json:"severity"`
	Verdict  string `json:"verdict"`
	// Subjects are keys of [AuditResult.Subjects].
	Subjects []string `json:"subjects"`
	// Scale is the level scale of the verdict, empty for a rule that does not ask for one; Others are the verdicts by the
	// other scales that were asked for.
	Scale  string         `json:"scale,omitempty"`
	Others []ScaleVerdict `json:"others,omitempty"`
	// Evidence are the facts and limits that decide, with their values: all that the rule asks for; where it does not
	// apply, what its condition to apply asks for.
	Evidence []FactValue `json:"evidence,omitempty"`
	// Missing names the facts that must be known to decide.
	Missing []string `json:"missing,omitempty"`
	// Notes are what the reader must know besides.
	Notes []Text `json:"notes,omitempty"`
	// Fault is why the rule could not be worked out, in English; the verdict is then UNKNOWN.
	Fault string `json:"fault,omitempty"`
	// State changes with the verdict, the evidence, what is missing, and what the rule demands: an answer to a finding
	// holds as long as it stays.
	State string `json:"state"`
	// Withheld tells that the verdict rests on secret fields that the reader may not see: it reads as UNKNOWN, without its
	// evidence and its state.
	Withheld bool `json:"withheld,omitempty"`
}

// ScaleVerdict is the verdict of a rule by another level scale.
type ScaleVerdict struct {
	Scale    string `json:"scale"`
	Verdict  string `json:"verdict"`
	Severity string `json:"severity"`
}

// FactValue is a fact of a subject, or a limit of the book, and its value: one of Flag, Number, Text and List; none when
// it is unknown.
type FactValue struct {
	Name   string   `json:"name"`
	Flag   *bool    `json:"flag,omitempty"`
	Number *float64 `json:"number,omitempty"`
	// Text is a word, a text or a day.
	Text *string  `json:"text,omitempty"`
	List []string `json:"list,omitempty"`
}

// Known tells whether the value is known.
func (v FactValue) Known() bool {
	return v.Flag != nil || v.Number != nil || v.Text != nil || v.List != nil
}

// Words are the text, or the texts of the list; none for another value.
func (v FactValue) Words() []string {
	if v.Text != nil {
		return []string{*v.Text}
	}
	return v.List
}

// AuditedFact says what a name in the findings means.
type AuditedFact struct {
	Name  string `json:"name"`
	Label Text   `json:"label"`
	Unit  string `json:"unit,omitempty"`
	// From says where the value of a fact comes from.
	From Text `json:"from,omitzero"`
	// Source and Verified are of a limit: where its value is from, and how far that was checked.
	Source   string `json:"source,omitempty"`
	Verified string `json:"verified,omitempty"`
	// Words say what the words that the findings show of it mean, in the order of the words.
	Words []FactWord `json:"words,omitempty"`
}

// FactWord is a word that stands for a value, and what it means.
type FactWord struct {
	Word    string `json:"word"`
	Meaning Text   `json:"meaning"`
}

// Meaning is what a value means to a reader: that of a word, else the text itself.
func (f AuditedFact) Meaning(text string) Text {
	for _, w := range f.Words {
		if w.Word == text {
			return w.Meaning
		}
	}
	return Text{FR: text, EN: text}
}

// AuditedRule is a rule as it was judged by.
type AuditedRule struct {
	ID    string      `json:"id"`
	Title Text        `json:"title"`
	Kind  SubjectKind `json:"kind"`
	// PerHead tells that it is judged for each head of a camera.
	PerHead  bool   `json:"perHead,omitempty"`
	Severity string `json:"severity"`
	// Basis is LAW, NORM, GUIDE or PRACT; Edition says which edition of Reference was read, Verified how far the rule was
	// checked against it.
	Basis     string `json:"basis"`
	Reference string `json:"reference"`
	Edition   string `json:"edition"`
	Verified  string `json:"verified"`
	Remedy    Text   `json:"remedy"`
	// Applies, Pass and Lesser are its conditions in CEL; LesserSeverity is that of a breach where Lesser holds.
	Applies        string `json:"applies,omitempty"`
	Pass           string `json:"pass"`
	Lesser         string `json:"lesser,omitempty"`
	LesserSeverity string `json:"lesserSeverity,omitempty"`
	// ValidFrom and ValidTo are its first and last day, Territory the départements in which it holds; empty when open.
	ValidFrom Date     `json:"validFrom,omitempty"`
	ValidTo   Date     `json:"validTo,omitempty"`
	Territory []string `json:"territory,omitempty"`
}

// UnknownFact is why a fact that is worked out could not be.
type UnknownFact struct {
	Fact string `json:"fact"`
	// Needs are the facts or fields that would give it.
	Needs    []string `json:"needs,omitempty"`
	Reason   Text     `json:"reason"`
	Subjects []string `json:"subjects"`
}

// AuditScore is a figure and all that explains it. A rule counts once, with the weight of its severity, for the part of
// its subjects that pass it; what is unknown earns nothing.
type AuditScore struct {
	// ScorePct is what was earned of the weight of all rules that apply, percent, rounded down to 0.01; CeilingPct what it
	// would be were every unknown verdict a PASS; UnknownPct the difference; LostPct what is lost to breaches.
	ScorePct   float64 `json:"scorePct"`
	CeilingPct float64 `json:"ceilingPct"`
	UnknownPct float64 `json:"unknownPct"`
	LostPct    float64 `json:"lostPct"`
	// Counts are of verdicts on single subjects, the gravest severity first, with its weight.
	Counts []SeverityCount `json:"counts"`
	// Gains are what would raise the score most, the greatest first: a breach to remedy, a fact to make known.
	Gains []ScoreGain `json:"gains"`
	// Formula says how the score is made, Summary what it says here.
	Formula Text `json:"formula"`
	Summary Text `json:"summary"`
	// Withheld tells that the figures are not for the reader, who may not see the secret fields that they rest on: they are
	// 0, there are no gains, and the counts are of what may be read.
	Withheld bool `json:"withheld,omitempty"`
}

// SeverityCount counts the verdicts of one severity.
type SeverityCount struct {
	Severity      string  `json:"severity"`
	Weight        float64 `json:"weight"`
	Fail          int     `json:"fail"`
	Unknown       int     `json:"unknown"`
	Pass          int     `json:"pass"`
	NotApplicable int     `json:"notApplicable"`
}

// GainKind is what raises a score.
type GainKind string

// The kinds of gain.
const (
	GainByRemedy GainKind = "remedy" // a breach is remedied
	GainByFact   GainKind = "fact"   // a fact becomes known, and proves to be as it should
)

// ScoreGain is something that would raise the score.
type ScoreGain struct {
	Kind GainKind `json:"kind"`
	// Name is a rule or a fact.
	Name string `json:"name"`
	// What says what to do, or which fact to give.
	What Text `json:"what"`
	// GainPct is how much the score would rise, percentage points, at most for a fact. A verdict that lacks several facts
	// is shared between them, so that all gains together make a full score.
	GainPct float64 `json:"gainPct"`
	// Findings counts the verdicts on single subjects, Rules names the rules.
	Findings int      `json:"findings"`
	Rules    []string `json:"rules"`
}

// Each gives the findings one subject at a time: the rank in Findings and the key of the subject.
func (r AuditResult) Each() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, f := range r.Findings {
			for _, subject := range f.Subjects {
				if !yield(i, subject) {
					return
				}
			}
		}
	}
}
