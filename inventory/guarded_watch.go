package inventory

import (
	"context"
	"errors"
)

// Watch is that of [Watcher], for a caller who may read and write every record of the shelf: to others what they do not see
// must not show, not even that it changes.
func (s *guardedShelf[T]) Watch(ctx context.Context) (changes func() uint64, err error) {
	for _, action := range []Action{Read, Write} {
		may, err := s.reach(ctx, action)
		if err != nil {
			return nil, err
		}
		if !may.all {
			return nil, errors.ErrUnsupported
		}
	}
	return watch(ctx, s.shelf)
}
