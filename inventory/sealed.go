package inventory

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// sealed is a shelf that keeps the secret fields of its records encrypted.
type sealed[T Record] struct {
	of    secrets[T]
	shelf Shelf[T]
	keys  *SecretKeys
	mixed *mixture
}

// opened is a stored record with its secrets; without the key of these, with its identifier.
func (s *sealed[T]) opened(record T) (T, error) {
	at := s.of.sealed(&record)
	text := *at
	if text == "" {
		return record, nil
	}
	key := s.keys.find(sealedBy(text))
	if key == nil {
		*at = sealedBy(text)
		if s.of.blank != nil {
			s.of.blank(&record)
		}
		return record, nil
	}
	*at = ""
	plain, err := key.open(s.of.kind, record.Key(), text)
	if err != nil {
		return record, fmt.Errorf("%s %q: %w", s.of.kind, record.Key(), ErrTampered)
	}
	if err := s.of.read(plain, &record); err != nil {
		return record, fmt.Errorf("%s %q: read the secret fields: %w", s.of.kind, record.Key(), err)
	}
	return record, nil
}

// closed is a record as it is stored. before is the stored record that it takes the place of, nil when there is none.
func (s *sealed[T]) closed(ctx context.Context, record T, before *T) (T, error) {
	shown := *s.of.sealed(&record)
	kept := "" // what is encrypted there, and cannot be read
	if before != nil {
		if kept = *s.of.sealed(before); s.keys.find(sealedBy(kept)) != nil {
			kept = ""
		}
	}
	if shown != "" && (kept == "" || shown != sealedBy(kept)) {
		return record, s.fault(record.Key(), "is not that of the stored record: leave it out")
	}
	if kept != "" {
		return s.kept(record, *before)
	}
	if !s.of.know(&record) {
		return record, nil
	}
	if s.keys == nil {
		return record, s.mayBeOpen(ctx, record.Key())
	}
	plain, err := s.of.write(&record)
	if err != nil {
		return record, fmt.Errorf("%s %q: write the secret fields: %w", s.of.kind, record.Key(), err)
	}
	*s.of.sealed(&record) = s.keys.keys[0].seal(s.of.kind, record.Key(), plain)
	return record, nil
}

// kept is a record with the secrets of the one that it takes the place of, which cannot be read.
func (s *sealed[T]) kept(record, before T) (T, error) {
	if s.of.know(&record) {
		return record, s.refusal(record.Key())
	}
	s.of.bare(&record)
	s.of.keep(&record, &before)
	return record, nil
}

// mayBeOpen refuses secrets in the clear in a store that has encrypted ones.
func (s *sealed[T]) mayBeOpen(ctx context.Context, id ID) error {
	found, err := s.mixed.any(ctx)
	if err == nil && found {
		err = s.refusal(id)
	}
	return err
}

func (s *sealed[T]) refusal(id ID) error {
	return fmt.Errorf("write the secret fields of %s %q: %w", s.of.kind, id, ErrSealed)
}

func (s *sealed[T]) fault(id ID, reason string) error {
	return &InvalidError{Kind: s.of.kind, Key: id, Faults: []Fault{{Field: "sealed", Reason: reason}}}
}

// Get is that of [Shelf].
func (s *sealed[T]) Get(ctx context.Context, id ID) (T, error) {
	record, err := s.shelf.Get(ctx, id)
	if err != nil {
		return record, err
	}
	return s.opened(record)
}

// GetAll is that of [ManyGetter].
func (s *sealed[T]) GetAll(ctx context.Context, ids []ID) (map[ID]T, error) {
	found, err := GetAll(ctx, s.shelf, ids)
	if err != nil {
		return nil, err
	}
	for id, record := range found {
		if found[id], err = s.opened(record); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Find is that of [Shelf].
func (s *sealed[T]) Find(ctx context.Context, q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for record, err := range s.shelf.Find(ctx, q) {
			if err == nil {
				record, err = s.opened(record)
			}
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// Put is that of [Shelf].
func (s *sealed[T]) Put(ctx context.Context, records ...T) error {
	if err := ValidateAll(records); err != nil {
		return fmt.Errorf("put %s: %w", s.of.kind, err)
	}
	return s.PutValid(ctx, records...)
}

// PutValid is that of [ValidPutter]. It reads what is stored first, so that nothing encrypted is lost for want of its key.
func (s *sealed[T]) PutValid(ctx context.Context, records ...T) error {
	ids := make([]ID, len(records))
	for i, record := range records {
		ids[i] = record.Key()
	}
	there, err := GetAll(ctx, s.shelf, ids)
	if err != nil {
		return err
	}
	closed, err := s.allClosed(ctx, records, there)
	if err != nil {
		return err
	}
	return PutValid(ctx, s.shelf, closed...)
}

// allClosed are records with their secrets encrypted. there are those that are stored.
func (s *sealed[T]) allClosed(ctx context.Context, records []T, there map[ID]T) (closed []T, err error) {
	closed = make([]T, len(records))
	for i, record := range records {
		var before *T
		if one, known := there[record.Key()]; known {
			before = &one
		}
		if closed[i], err = s.closed(ctx, record, before); err != nil {
			return nil, err
		}
	}
	return closed, nil
}

// PutNew is that of [NewPutter].
func (s *sealed[T]) PutNew(ctx context.Context, records ...T) error {
	closed, err := s.allClosed(ctx, records, nil)
	if err != nil {
		return err
	}
	return PutNew(ctx, s.shelf, closed...)
}

// Settle is that of [NewPutter].
func (s *sealed[T]) Settle(ctx context.Context) error { return Settle(ctx, s.shelf) }

// Create is that of [Creator].
func (s *sealed[T]) Create(ctx context.Context, record T) error {
	if err := record.Validate(); err != nil {
		return fmt.Errorf("create %s %q: %w", s.of.kind, record.Key(), err)
	}
	closed, err := s.closed(ctx, record, nil)
	if err != nil {
		return err
	}
	return Create(ctx, s.shelf, closed)
}

// CreateAll is that of [ManyCreator].
func (s *sealed[T]) CreateAll(ctx context.Context, records ...T) (stored int, err error) {
	if err := ValidateAll(records); err != nil {
		return 0, fmt.Errorf("create %s: %w", s.of.kind, err)
	}
	closed, err := s.allClosed(ctx, records, nil)
	if err != nil {
		return 0, err
	}
	return CreateAll(ctx, s.shelf, closed...)
}

// Update is that of [Shelf].
func (s *sealed[T]) Update(ctx context.Context, id ID, edit func(*T) error) (T, error) {
	var edited T
	_, err := s.shelf.Update(ctx, id, func(record *T) error {
		before := *record
		var err error
		if edited, err = s.opened(before); err != nil {
			return err
		}
		if err := edit(&edited); err != nil {
			return err
		}
		if edited.Key() != id { // the shelf says that it may not
			*record = edited
			return nil
		}
		if err := edited.Validate(); err != nil {
			return err
		}
		*record, err = s.closed(ctx, edited, &before)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return edited, nil
}

// Delete is that of [Shelf].
func (s *sealed[T]) Delete(ctx context.Context, id ID, check func(T) error) error {
	if check == nil {
		return s.shelf.Delete(ctx, id, nil)
	}
	return s.shelf.Delete(ctx, id, func(record T) error {
		opened, err := s.opened(record)
		if err != nil {
			return err
		}
		return check(opened)
	})
}

// DeleteAll is that of [ManyDeleter].
func (s *sealed[T]) DeleteAll(ctx context.Context, ids []ID) error {
	return deleteAll(ctx, s.shelf, ids)
}

// Count is that of [Counter]: no secret can be counted by.
func (s *sealed[T]) Count(ctx context.Context, q Query) (int, error) { return Count(ctx, s.shelf, q) }

// CountBy is that of [Counter].
func (s *sealed[T]) CountBy(ctx context.Context, q Query, by ...Attr) ([]Group, error) {
	return CountBy(ctx, s.shelf, q, by...)
}

// Watch is that of [Watcher].
func (s *sealed[T]) Watch(ctx context.Context) (func() uint64, error) { return watch(ctx, s.shelf) }

// CheckSecretKeys looks at the first hundred records of each kind of a store, and returns the identifiers of keys with which fields
// are encrypted there and that are not among the keys given, in order. It is a quick look, for when a program starts: a key of
// other records alone is missed. [Reseal] looks at all of them, and its report counts as Locked those whose key is not here.
func CheckSecretKeys(ctx context.Context, store Store, keys *SecretKeys) (missing []string, err error) {
	const looked = 100
	for id, err := range sealedBys(ctx, store, looked) {
		if err != nil {
			return nil, fmt.Errorf("look at the secret fields: %w", err)
		}
		if keys.find(id) == nil && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	return missing, nil
}
