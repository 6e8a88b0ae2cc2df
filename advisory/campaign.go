package advisory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inventory"
)

// CampaignRequest says which deployments to judge, and as of which day.
type CampaignRequest struct {
	Selection
	// At is the day of the judgement, Scale the level scale, empty for the book's own.
	At    inventory.Date `json:"at"`
	Scale string         `json:"scale,omitempty"`
	// Geometry asks for the facts that the coverage engine gives; without it they stay unknown.
	Geometry bool `json:"geometry,omitempty"`
}

// CampaignRecord is where a campaign stands, and what it found so far. Kept, it lets a campaign that was cut short go on to
// the same end.
type CampaignRecord struct {
	Request CampaignRequest `json:"request"`
	// Software, Book and BookHash are what judges.
	Software string `json:"software"`
	Book     string `json:"book"`
	BookHash string `json:"bookHash"`
	// After is the key of the last deployment that was looked at; Finished tells that it was the last of all.
	After    inventory.ID `json:"after,omitempty"`
	Finished bool         `json:"finished"`
	// Looked counts the deployments looked at, Deployments those of them that were judged, Cameras their cameras.
	Looked      int `json:"looked"`
	Deployments int `json:"deployments"`
	Cameras     int `json:"cameras"`
	// Rules are in the order of their identifiers.
	Rules []RuleStatistics `json:"rules"`
}

// RuleStatistics are the verdicts of one rule.
type RuleStatistics struct {
	Rule     string         `json:"rule"`
	Title    inventory.Text `json:"title"`
	Severity Severity       `json:"severity"`
	Tally
	// ByHolderType are the same by the type of the holder, in the order of the types; an unknown type is empty.
	ByHolderType []TypeStatistics `json:"byHolderType"`
}

// TypeStatistics are the verdicts on one type of holder.
type TypeStatistics struct {
	HolderType inventory.HolderType `json:"holderType"`
	Tally
}

// Tally counts verdicts on single subjects.
type Tally struct {
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	Pass          int `json:"pass"`
	NotApplicable int `json:"notApplicable"`
}

func (t *Tally) add(other Tally) {
	t.Fail += other.Fail
	t.Unknown += other.Unknown
	t.Pass += other.Pass
	t.NotApplicable += other.NotApplicable
}

func (t *Tally) count(v Verdict) {
	switch v {
	case VerdictFail:
		t.Fail++
	case VerdictUnknown:
		t.Unknown++
	case VerdictPass:
		t.Pass++
	case VerdictNotApplicable:
		t.NotApplicable++
	case VerdictApplies: // of rules that recommend, which no campaign judges
	}
}

// CampaignOutcome is what a campaign found of one deployment: of its holder, of itself, of its cameras and their heads, and of
// the areas that it is to watch.
type CampaignOutcome struct {
	Deployment inventory.ID         `json:"deployment"`
	Name       string               `json:"name"`
	Holder     inventory.ID         `json:"holder"`
	HolderType inventory.HolderType `json:"holderType,omitempty"`
	Commune    string               `json:"commune,omitempty"`
	Department string               `json:"department,omitempty"`
	Cameras    int                  `json:"cameras"`
	Areas      int                  `json:"areas,omitempty"`
	// Unmeasured is why the coverage engine refused the deployment, in English: the facts of geometry are then unknown.
	Unmeasured string `json:"unmeasured,omitempty"`
	// Breaches counts the failed verdicts by severity, the gravest first; severities without any are left out.
	Breaches []SeverityBreaches `json:"breaches"`
	Tally

	rules map[string]*Tally
}

// SeverityBreaches are the failed verdicts of one severity, and the rules that they are of.
type SeverityBreaches struct {
	Severity Severity `json:"severity"`
	Count    int      `json:"count"`
	Rules    []string `json:"rules"`
}

// CampaignOptions say what becomes of a campaign on its way. Every function may be nil; an error of one ends the campaign.
type CampaignOptions struct {
	// Each sees what was found of each deployment, in the order of their keys.
	Each func(CampaignOutcome) error
	// Keep is given the record every some hundred deployments, after Each saw them, and at the end.
	Keep func(CampaignRecord) error
	// Progress is told how many deployments of how many were looked at.
	Progress func(done, total int)
}

// ErrCampaignChanged says that a campaign cannot go on by another book or version than it began with.
var ErrCampaignChanged = errors.New("the campaign was begun by another rulebook or version of Vigie")

// keepEvery is after how many deployments the record of a campaign is kept.
const keepEvery = 512

// Campaign judges the deployments of a request by the rules in force on its day as an audit of each does: the deployment, its
// holder, its cameras and their heads, and the areas that it is to watch. It streams in the order of their keys, on all
// processors, and stores nothing. Rules on a holder and on an area count with each of the deployments.
//
// A record with another than the zero After goes on from there: with the same records in the store it comes to the same
// end. The request's faults are an *inventory.InvalidError; see [ErrCampaignChanged].
func (a Advisor) Campaign(ctx context.Context, record CampaignRecord, options CampaignOptions) (CampaignRecord, error) {
	session, err := a.campaignSession(record.Request)
	if err != nil {
		return record, err
	}
	begun := record.After != "" || record.Finished
	if begun && (record.BookHash != a.Book.Hash || record.Software != a.Software) {
		return record, ErrCampaignChanged
	}
	record.Software, record.Book, record.BookHash = a.Software, a.Book.Edition, a.Book.Hash
	if record.Finished {
		return record, nil
	}
	total, err := inventory.Count(ctx, a.Store.Deployments(), record.Request.query())
	if err != nil {
		return record, fmt.Errorf("campaign: count deployments: %w", err)
	}
	c := campaign{CampaignOptions: options, record: record, total: total, counts: countsOf(record.Rules)}
	c.counts.begin(session)
	sessions := []*Session{session}
	err = (&sweep[CampaignOutcome]{
		advisor: a, selection: record.Request.Selection, after: record.After, take: c.take, asked: record.Request.each(),
		judge: func(d *Dossier, unmeasured error) (CampaignOutcome, error) { return d.outcome(sessions, unmeasured) },
	}).run(ctx)
	if err != nil {
		return c.kept(), fmt.Errorf("campaign: %w", err)
	}
	c.record.Finished = true
	return c.kept(), c.keep()
}

// each is the audit of one of the deployments, but for its name.
func (r CampaignRequest) each() inventory.AuditRequest {
	return inventory.AuditRequest{At: r.At, Scale: r.Scale, WithoutGeometry: !r.Geometry}
}

// campaignSession opens the book for a campaign.
func (a Advisor) campaignSession(r CampaignRequest) (*Session, error) {
	faults := r.faults()
	if !r.At.Valid() {
		faults = append(faults, inventory.Fault{Field: "at", Reason: "needs a day, as 2026-11-21"})
	}
	if _, known := a.Book.Scale(r.Scale); !known && r.Scale != "" {
		reason := fmt.Sprintf("%q is not one of: %s", r.Scale, join(a.Book.Scales, func(s Scale) string { return s.ID }))
		faults = append(faults, inventory.Fault{Field: "scale", Reason: reason})
	}
	if len(faults) > 0 {
		return nil, &inventory.InvalidError{Kind: "campaign", Faults: faults}
	}
	return a.Book.On(r.At, r.Scale)
}

// campaign is a campaign under way.
type campaign struct {
	CampaignOptions
	record CampaignRecord
	total  int
	counts statistics
}

// take counts one deployment. They come one after the other.
func (c *campaign) take(one swept[CampaignOutcome]) error {
	if outcome := one.result; outcome != nil {
		if c.Each != nil {
			if err := c.Each(*outcome); err != nil {
				return err
			}
		}
		c.record.Deployments++
		c.record.Cameras += outcome.Cameras
		for rule, tally := range outcome.rules {
			c.counts.add(rule, outcome.HolderType, *tally)
		}
	}
	c.record.Looked++
	c.record.After = one.deployment
	if c.Progress != nil {
		c.Progress(c.record.Looked, c.total)
	}
	if c.record.Looked%keepEvery == 0 {
		return c.keep()
	}
	return nil
}

// kept is the record with the statistics so far.
func (c *campaign) kept() CampaignRecord {
	record := c.record
	record.Rules = c.counts.list()
	return record
}

func (c *campaign) keep() error {
	if c.Keep == nil {
		return nil
	}
	return c.Keep(c.kept())
}

// outcome judges a deployment and counts.
func (d *Dossier) outcome(sessions []*Session, unmeasured error) (CampaignOutcome, error) {
	of := d.deployments[0]
	out := CampaignOutcome{
		Deployment: of.ID, Name: of.Name, Holder: of.Holder, HolderType: d.holder(of.Holder).Type, Commune: of.Commune,
		Department: of.Attributes()[inventory.AttrDepartment], Cameras: len(d.cameras), Areas: len(d.areas), rules: map[string]*Tally{},
	}
	if unmeasured != nil {
		out.Unmeasured = unmeasured.Error()
	}
	broken := map[Severity]map[string]int{}
	err := d.judged(sessions, func(_ inventory.AuditSubject, findings [][]*Finding) {
		for _, f := range findings[0] {
			if out.rules[f.Rule] == nil {
				out.rules[f.Rule] = &Tally{}
			}
			out.rules[f.Rule].count(f.Verdict)
			out.count(f.Verdict)
			if f.Verdict != VerdictFail {
				continue
			}
			if broken[f.Severity] == nil {
				broken[f.Severity] = map[string]int{}
			}
			broken[f.Severity][f.Rule]++
		}
	})
	out.Breaches = breaches(broken)
	return out, err
}

func breaches(broken map[Severity]map[string]int) []SeverityBreaches {
	all := []SeverityBreaches{}
	for _, severity := range Severities() {
		of := SeverityBreaches{Severity: severity}
		for rule, n := range broken[severity] {
			of.Count, of.Rules = of.Count+n, append(of.Rules, rule)
		}
		if of.Count > 0 {
			slices.Sort(of.Rules)
			all = append(all, of)
		}
	}
	return all
}

// statistics are those of the rules, by their identifiers.
type statistics map[string]*RuleStatistics

// countsOf goes on from what a record counted.
func countsOf(rules []RuleStatistics) statistics {
	counts := statistics{}
	for _, r := range rules {
		r.ByHolderType = slices.Clone(r.ByHolderType)
		counts[r.Rule] = &r
	}
	return counts
}

// begin makes room for every rule of a session.
func (s statistics) begin(session *Session) {
	for _, rules := range session.rules {
		for _, r := range rules {
			if s[r.ID] == nil {
				s[r.ID] = &RuleStatistics{Rule: r.ID, Title: r.Title, Severity: r.Severity, ByHolderType: []TypeStatistics{}}
			}
		}
	}
}

func (s statistics) add(rule string, holder inventory.HolderType, tally Tally) {
	of := s[rule]
	of.add(tally)
	i, known := slices.BinarySearchFunc(of.ByHolderType, holder, func(t TypeStatistics, holder inventory.HolderType) int {
		return cmp.Compare(t.HolderType, holder)
	})
	if !known {
		of.ByHolderType = slices.Insert(of.ByHolderType, i, TypeStatistics{HolderType: holder})
	}
	of.ByHolderType[i].add(tally)
}

// list gives the statistics in the order of the rules. It shares nothing with what is counted on.
func (s statistics) list() []RuleStatistics {
	all := make([]RuleStatistics, 0, len(s))
	for _, r := range s {
		one := *r
		one.ByHolderType = slices.Clone(r.ByHolderType)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b RuleStatistics) int { return cmp.Compare(a.Rule, b.Rule) })
	return all
}
