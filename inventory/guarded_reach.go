package inventory

import (
	"context"
	"fmt"
)

// reach is what the caller of a context may do.
func (s *guardedShelf[T]) reach(ctx context.Context, action Action) (reach, error) {
	caller, may, err := s.right(ctx, action)
	if err != nil || action != Read {
		return may, err
	}
	return s.widened(ctx, caller, may)
}

// reading is what the caller of a context may read of what a query asks for. Where that is its own anyway, as it mostly is,
// nothing else is looked for: whatever conventions give, they give no more of it.
func (s *guardedShelf[T]) reading(ctx context.Context, q Query) (reach, error) {
	caller, may, err := s.right(ctx, Read)
	if err != nil {
		return may, err
	}
	if all, covered := may.covering(q); covered {
		return reach{clauses: []clause{all}}, nil
	}
	return s.widened(ctx, caller, may)
}

// right is what the caller of a context may do by itself, without conventions.
func (s *guardedShelf[T]) right(ctx context.Context, action Action) (caller Caller, may reach, err error) {
	caller, known := CallerOf(ctx)
	if !known {
		return caller, reach{}, fmt.Errorf("%s %s: nobody said who asks: %w", action, s.kind, ErrForbidden)
	}
	if may = caller.reach(action, s.kind); may.none() {
		return caller, reach{}, fmt.Errorf("%s %s: %w", action, s.kind, ErrForbidden)
	}
	return caller, may, nil
}

// widened is a reach with what conventions add to it, of the grades that the shelf shows: what is exact comes first.
func (s *guardedShelf[T]) widened(ctx context.Context, caller Caller, may reach) (reach, error) {
	if s.shared == nil || may.all {
		return may, nil
	}
	more, err := s.shared.clauses(ctx, caller)
	if err != nil {
		return reach{}, err
	}
	may.clauses = joined(append(may.clauses, more...))
	if s.coarse == nil {
		return may.graded(""), nil
	}
	return may.graded("", DisclosureStreet), nil
}

// shown is a record as the caller sees it, if it does.
func (s *guardedShelf[T]) shown(may reach, record T) (T, bool) {
	switch {
	case may.holds(record):
		return record, true
	case s.coarse != nil && may.meets(record, DisclosureStreet):
		return s.coarse(record), true
	}
	var none T
	return none, false
}
