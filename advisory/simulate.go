package advisory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vigie/inventory"
)

// Flip is a verdict on one subject that is not the same in two sessions.
type Flip struct {
	Deployment inventory.ID           `json:"deployment"`
	Subject    inventory.AuditSubject `json:"subject"`
	Rule       string                 `json:"rule"`
	Title      inventory.Text         `json:"title"`
	// Before and After are nil where the rule is not judged.
	Before *FlipVerdict `json:"before,omitempty"`
	After  *FlipVerdict `json:"after,omitempty"`
}

// FlipVerdict is a verdict and how grave the breach is.
type FlipVerdict struct {
	Verdict  Verdict  `json:"verdict"`
	Severity Severity `json:"severity"`
}

// Simulation is what came of a comparison over a whole store.
type Simulation struct {
	// Deployments counts those that were judged, Cameras their cameras, Verdicts the verdicts that were compared.
	Deployments int `json:"deployments"`
	Cameras     int `json:"cameras"`
	Verdicts    int `json:"verdicts"`
	// Flipped counts the deployments of which some verdict changes, Flips the verdicts that do.
	Flipped int `json:"flipped"`
	Flips   int `json:"flips"`
	// Rules count them by rule and by what becomes of what, in that order.
	Rules []FlipCount `json:"rules"`
}

// FlipCount counts the verdicts of a rule that change from one to another; one that is not judged is empty.
type FlipCount struct {
	Rule   string  `json:"rule"`
	Before Verdict `json:"before"`
	After  Verdict `json:"after"`
	Count  int     `json:"count"`
}

// Simulate tells which verdicts on the deployments of a selection change from one session to another: of another book, of one
// with other limits (see [Book.WithLimits]), of another day or scale. It judges as [Advisor.Campaign] does without geometry, stores nothing,
// and gives the flips in the order of the keys of the deployments, then of their subjects and rules; each may be nil. The
// selection's faults are an *inventory.InvalidError.
func (a Advisor) Simulate(ctx context.Context, of Selection, before, after *Session, each func(Flip) error) (Simulation, error) {
	if faults := of.faults(); len(faults) > 0 {
		return Simulation{}, &inventory.InvalidError{Kind: "simulation", Faults: faults}
	}
	sum := Simulation{}
	counts := map[FlipCount]int{}
	sessions := []*Session{before, after}
	err := (&sweep[flips]{
		advisor: a, selection: of, asked: inventory.AuditRequest{WithoutGeometry: true},
		judge: func(d *Dossier, _ error) (flips, error) { return d.flips(sessions) },
		take: func(one swept[flips]) error {
			if one.result == nil {
				return nil
			}
			sum.count(*one.result)
			for _, flip := range one.result.found {
				counts[FlipCount{Rule: flip.Rule, Before: flip.Before.verdict(), After: flip.After.verdict()}]++
				if each == nil {
					continue
				}
				if err := each(flip); err != nil {
					return err
				}
			}
			return nil
		},
	}).run(ctx)
	if err != nil {
		return sum, fmt.Errorf("simulation: %w", err)
	}
	sum.Rules = listFlips(counts)
	return sum, nil
}

// flips are what two sessions say differently of a deployment.
type flips struct {
	cameras, verdicts int
	found             []Flip
}

func (sum *Simulation) count(f flips) {
	sum.Deployments++
	sum.Cameras += f.cameras
	sum.Verdicts += f.verdicts
	sum.Flips += len(f.found)
	if len(f.found) > 0 {
		sum.Flipped++
	}
}

func (d *Dossier) flips(sessions []*Session) (flips, error) {
	all := flips{cameras: len(d.cameras)}
	err := d.judged(sessions, func(subject inventory.AuditSubject, findings [][]*Finding) {
		pairs(findings[0], findings[1], func(before, after *Finding) {
			all.verdicts++
			flip := Flip{Deployment: d.request.Deployment, Subject: subject, Before: before.flipped(), After: after.flipped()}
			if flip.Before.same(flip.After) {
				return
			}
			flip.Rule, flip.Title = nameOf(before, after)
			all.found = append(all.found, flip)
		})
	})
	return all, err
}

func nameOf(before, after *Finding) (rule string, title inventory.Text) {
	if after == nil {
		return before.Rule, before.Title
	}
	return after.Rule, after.Title
}

// pairs gives the findings of each rule, nil where there is none. Both lists are in the order of the rules.
func pairs(before, after []*Finding, see func(before, after *Finding)) {
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].Rule < after[0].Rule:
			see(before[0], nil)
			before = before[1:]
		case len(before) == 0 || after[0].Rule < before[0].Rule:
			see(nil, after[0])
			after = after[1:]
		default:
			see(before[0], after[0])
			before, after = before[1:], after[1:]
		}
	}
}

// flipped is the verdict of a finding, nil without one.
func (f *Finding) flipped() *FlipVerdict {
	if f == nil {
		return nil
	}
	return &FlipVerdict{Verdict: f.Verdict, Severity: f.Severity}
}

func (v *FlipVerdict) verdict() Verdict {
	if v == nil {
		return ""
	}
	return v.Verdict
}

// same tells whether two verdicts come to the same: a rule that does not apply says no more than one that is not there, and
// only a breach has a severity.
func (v *FlipVerdict) same(other *FlipVerdict) bool {
	silent := func(v *FlipVerdict) bool { return v == nil || v.Verdict == VerdictNotApplicable }
	switch {
	case silent(v) || silent(other):
		return silent(v) && silent(other)
	case v.Verdict == VerdictFail && other.Verdict == VerdictFail:
		return v.Severity == other.Severity
	}
	return v.Verdict == other.Verdict
}

func listFlips(counts map[FlipCount]int) []FlipCount {
	all := make([]FlipCount, 0, len(counts))
	for of, n := range counts {
		of.Count = n
		all = append(all, of)
	}
	slices.SortFunc(all, func(a, b FlipCount) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return all
}
