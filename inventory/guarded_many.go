package inventory

import "context"

// DeleteAll is that of [ManyDeleter]: one line of the journal tells of all.
func (s *guardedShelf[T]) DeleteAll(ctx context.Context, ids []ID) error {
	may, err := s.reach(ctx, Write)
	if err != nil {
		return err
	}
	if !may.all {
		there, err := GetAll(ctx, s.shelf, ids)
		if err != nil {
			return err
		}
		for _, record := range there {
			if err := s.touch(ctx, may, record); err != nil {
				return err
			}
		}
	}
	line := Entry{Deed: DeedDelete, Kind: s.kind, Count: len(ids)}
	return s.told(ctx, line, s.many(ids, s.there, nil, nil), func() error { return deleteAll(ctx, s.shelf, ids) })
}

// HasJournal tells whether what is written to a store is told in its journal: one is kept as soon as there are accounts.
func HasJournal(ctx context.Context, store Store) (bool, error) {
	for _, err := range store.Journal().Find(ctx, Query{Limit: 1}) {
		return err == nil, err
	}
	for _, err := range store.Accounts().Find(ctx, Query{Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}
