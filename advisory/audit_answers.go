package advisory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vigie/inventory"
)

// Answers gives the findings of an audit that were answered, in whatever audit, each with all answers to it. An answer
// goes on to hold in every later audit as long as the finding stays what it was; a finding that changed since is open
// again, and tells why as far as the audit that was answered is still in the store.
//
// A finding that is not given was never answered: it is open.
func (a Advisor) Answers(ctx context.Context, audit inventory.Audit) ([]inventory.AnsweredFinding, error) {
	byFinding, err := a.answersOn(ctx, audit)
	if err != nil {
		return nil, err
	}
	past := history{Advisor: a, audits: map[inventory.ID]*indexed{}}
	now := newIndexed(audit)
	answered := []inventory.AnsweredFinding{}
	for rank, subject := range audit.Result.Each() {
		f := &audit.Result.Findings[rank]
		answers := byFinding[inventory.FindingID(f.Rule, subject)]
		if len(answers) == 0 {
			continue
		}
		one := inventory.AnsweredFinding{Finding: rank, Subject: subject, Status: answers[0].Status, Answers: answers}
		if answers[0].State != f.State {
			one.Status, one.Changed = inventory.AnswerOpen, true
			if one.Causes, err = past.causes(ctx, now, f, answers[0]); err != nil {
				return nil, err
			}
		}
		answered = append(answered, one)
	}
	return answered, nil
}

// answersOn reads the answers to findings on the subjects of an audit, by finding, the last first.
func (a Advisor) answersOn(ctx context.Context, audit inventory.Audit) (map[inventory.ID][]inventory.FindingAnswer, error) {
	holders, areas := map[string]bool{}, false
	for _, s := range audit.Result.Subjects {
		if s.Holder != "" {
			holders[string(s.Holder)] = true
		}
		areas = areas || s.Kind == inventory.SubjectArea
	}
	var wanted []inventory.Condition
	if len(holders) > 0 {
		wanted = append(wanted, inventory.Condition{Attr: inventory.AttrHolder, In: slices.Sorted(maps.Keys(holders))})
	}
	if areas {
		wanted = append(wanted, only(inventory.AttrCategory, string(inventory.SubjectArea))...)
	}
	found := map[inventory.ID]map[inventory.ID]inventory.FindingAnswer{}
	for _, condition := range wanted {
		for answer, err := range a.Store.Answers().Find(ctx, inventory.Query{Where: []inventory.Condition{condition}}) {
			if err != nil {
				return nil, fmt.Errorf("audit: read answers: %w", err)
			}
			finding := answer.Finding()
			if found[finding] == nil {
				found[finding] = map[inventory.ID]inventory.FindingAnswer{}
			}
			found[finding][answer.ID] = answer
		}
	}
	sorted := map[inventory.ID][]inventory.FindingAnswer{}
	for finding, answers := range found {
		sorted[finding] = slices.SortedFunc(maps.Values(answers), func(x, y inventory.FindingAnswer) int { return cmp.Compare(y.ID, x.ID) })
	}
	return sorted, nil
}

// history reads audits that were answered, each once.
type history struct {
	Advisor
	audits map[inventory.ID]*indexed
}

// causes are why a finding is not the one that was answered; none when that audit is no more.
func (h history) causes(
	ctx context.Context, now *indexed, f *inventory.AuditFinding, answer inventory.FindingAnswer,
) ([]inventory.ChangeCause, error) {
	before, known := h.audits[answer.Audit]
	if !known {
		audit, err := h.Store.Audits().Get(ctx, answer.Audit)
		if err != nil && !errors.Is(err, inventory.ErrNotFound) {
			return nil, fmt.Errorf("audit: read audit %q: %w", answer.Audit, err)
		}
		if err == nil {
			before = newIndexed(audit)
		}
		h.audits[answer.Audit] = before
	}
	if before == nil {
		return nil, nil
	}
	subject := answer.Subject.Key()
	return comparison{before, now}.causes(f.Rule, subject, before.finding(f.Rule, subject), f), nil
}
