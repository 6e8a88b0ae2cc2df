package inventory

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// solitude tells whether a shelf that was empty when an import began has been written to by nobody else since. Then it has
// none of the records of the rows to come, and need not be asked for them.
type solitude struct {
	changes func() uint64 // nil when the shelf was not empty, or cannot tell
	own     atomic.Uint64 // batches of the import that were begun
}

// newSolitude looks at the shelf.
func newSolitude[T Record](ctx context.Context, shelf Shelf[T]) (*solitude, error) {
	watched, can := shelf.(Watcher)
	if !can {
		return &solitude{}, nil
	}
	changes, err := watched.Watch(ctx)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return &solitude{}, nil
	case err != nil:
		return nil, fmt.Errorf("look at the store: %w", err)
	}
	for _, err := range shelf.Find(ctx, Query{Limit: 1}) {
		return &solitude{}, err
	}
	return &solitude{changes: changes}, nil
}

// lasts tells that all changes so far are the import's own.
func (s *solitude) lasts() bool {
	if s.changes != nil && s.changes() > s.own.Load() {
		s.changes = nil // for good
	}
	return s.changes != nil
}
