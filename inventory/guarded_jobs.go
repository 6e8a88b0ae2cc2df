package inventory

import (
	"context"
	"slices"
)

// guardedJobs tells in the journal who asks for a job and who cancels one; not what Vigie itself does with it: to take it, to
// renew its lease, to end it.
type guardedJobs struct{ *guardedShelf[Job] }

// Update is that of [Shelf].
func (s *guardedJobs) Update(ctx context.Context, id ID, edit func(*Job) error) (Job, error) {
	if caller, known := CallerOf(ctx); !known || caller.Account != "" {
		return s.guardedShelf.Update(ctx, id, edit)
	}
	return s.silent().Update(ctx, id, edit)
}

// DeleteAll is that of [ManyDeleter]: what has expired goes without a word.
func (s *guardedJobs) DeleteAll(ctx context.Context, ids []ID) error {
	return s.silent().DeleteAll(ctx, ids)
}

func (s *guardedJobs) silent() *guardedShelf[Job] {
	silent := *s.guardedShelf
	silent.journal = nil
	return &silent
}

// jobs are those of the caller, of the kinds that make what it may read or write.
func (c Caller) jobs(action Action) reach {
	owner := c.For()
	if owner == "" {
		return reach{}
	}
	var kinds []string
	for _, kind := range JobKinds() {
		if slices.ContainsFunc(kind.Makes(), func(made string) bool { return c.May(action, made) }) {
			kinds = append(kinds, string(kind))
		}
	}
	if len(kinds) == 0 {
		return reach{}
	}
	return reach{clauses: []clause{{where: []Condition{
		{Attr: AttrHolder, In: []string{string(owner)}}, {Attr: AttrCategory, In: kinds},
	}}}}
}
