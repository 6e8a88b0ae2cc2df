package inventory

import "context"

// PutNew is that of [NewPutter]. Who may write every record need not be asked whose each one is.
func (s *guardedShelf[T]) PutNew(ctx context.Context, records ...T) error {
	if err := s.mayPut(ctx, records); err != nil {
		return err
	}
	return s.put(ctx, records, noneThere[T], func() error { return PutNew(ctx, s.shelf, records...) })
}

// noneThere finds nothing: where it is wrong, nothing is written.
func noneThere[T Record](context.Context, []ID) (map[ID]T, error) { return map[ID]T{}, nil }

// Settle is that of [NewPutter].
func (s *guardedShelf[T]) Settle(ctx context.Context) error { return Settle(ctx, s.shelf) }
