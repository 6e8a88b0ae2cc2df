package inventory

import (
	"context"
	"errors"
	"iter"
)

// veiled is a shelf that gives the secret fields of its records to those who may see them, and takes them from those who
// may change them. For the others they are not there: what they store keeps the secrets that it had.
type veiled[T Record] struct {
	of    secrets[T]
	shelf Shelf[T]
}

func veil[T Record](of secrets[T], shelf Shelf[T]) Shelf[T] { return &veiled[T]{of, shelf} }

// shown is a record as the caller may see it.
func (v *veiled[T]) shown(record T, sees reach) T {
	v.show(&record, sees)
	return record
}

// show leaves out of a record what the caller may not see.
func (v *veiled[T]) show(record *T, sees reach) {
	if sees.all {
		return
	}
	if there, ok := any(record).(Record); sees.none() || !ok || !sees.holds(there) { // by its address, to copy nothing
		v.of.hide(record)
	}
}

// Get is that of [Shelf].
func (v *veiled[T]) Get(ctx context.Context, id ID) (T, error) {
	record, err := v.shelf.Get(ctx, id)
	if err != nil {
		return record, err
	}
	return v.shown(record, secretsOf(ctx, Read, v.of.kind)), nil
}

// GetAll is that of [ManyGetter].
func (v *veiled[T]) GetAll(ctx context.Context, ids []ID) (map[ID]T, error) {
	found, err := GetAll(ctx, v.shelf, ids)
	sees := secretsOf(ctx, Read, v.of.kind)
	for id, record := range found {
		found[id] = v.shown(record, sees)
	}
	return found, err
}

// Find is that of [Shelf].
func (v *veiled[T]) Find(ctx context.Context, q Query) iter.Seq2[T, error] {
	sees := secretsOf(ctx, Read, v.of.kind)
	if sees.all {
		return v.shelf.Find(ctx, q)
	}
	return func(yield func(T, error) bool) {
		var shown T // one for all: a record that is shown by its address is a piece of memory
		for record, err := range v.shelf.Find(ctx, q) {
			if shown = record; err == nil {
				v.show(&shown, sees)
			}
			if !yield(shown, err) {
				return
			}
		}
	}
}

// Count is that of [Counter]: no secret can be counted by.
func (v *veiled[T]) Count(ctx context.Context, q Query) (int, error) { return Count(ctx, v.shelf, q) }

// CountBy is that of [Counter].
func (v *veiled[T]) CountBy(ctx context.Context, q Query, by ...Attr) ([]Group, error) {
	return CountBy(ctx, v.shelf, q, by...)
}

// Put is that of [Shelf].
func (v *veiled[T]) Put(ctx context.Context, records ...T) error {
	whole, err := v.wholes(ctx, records)
	if err != nil {
		return err
	}
	return v.shelf.Put(ctx, whole...)
}

// PutValid is that of [ValidPutter].
func (v *veiled[T]) PutValid(ctx context.Context, records ...T) error {
	whole, err := v.wholes(ctx, records)
	if err != nil {
		return err
	}
	return PutValid(ctx, v.shelf, whole...)
}

// PutNew is that of [NewPutter].
func (v *veiled[T]) PutNew(ctx context.Context, records ...T) error {
	whole, err := v.wholes(ctx, records)
	if err != nil {
		return err
	}
	return PutNew(ctx, v.shelf, whole...)
}

// Settle is that of [NewPutter].
func (v *veiled[T]) Settle(ctx context.Context) error { return Settle(ctx, v.shelf) }

// wholes are the records with the secrets of those that are stored.
func (v *veiled[T]) wholes(ctx context.Context, records []T) ([]T, error) {
	if secretsOf(ctx, Read, v.of.kind).all && secretsOf(ctx, Write, v.of.kind).all {
		return records, nil
	}
	ids := make([]ID, len(records))
	for i, record := range records {
		ids[i] = record.Key()
	}
	there, err := GetAll(ctx, v.shelf, ids)
	if err != nil {
		return nil, err
	}
	whole := make([]T, len(records))
	for i, record := range records {
		var stored *T
		if one, known := there[record.Key()]; known {
			stored = &one
		}
		if whole[i], err = v.whole(ctx, record, stored); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// whole is a record that the caller wants stored, with what it may not see of the one that is. stored is nil when there is
// none. Secrets that the caller may not change are refused, whether they are those stored or not: but for a caller who sees
// them, and gives them back as they are.
func (v *veiled[T]) whole(ctx context.Context, record T, stored *T) (T, error) {
	subject := record
	if stored != nil {
		subject = *stored
	}
	sees, changes := secretsOf(ctx, Read, v.of.kind).holds(subject), v.mayChange(ctx, record, stored)
	switch {
	case sees && changes:
		return record, nil
	case sees && stored != nil && v.of.same(record, *stored):
		return record, nil
	case !changes && v.of.know(&record):
		return record, noSecrets(v.of.kind, record.Key())
	case sees && stored != nil:
		return record, noSecrets(v.of.kind, record.Key()) // they were taken out
	}
	if stored != nil {
		v.of.keep(&record, stored)
	}
	return record, nil
}

func (v *veiled[T]) mayChange(ctx context.Context, record T, stored *T) bool {
	changes := secretsOf(ctx, Write, v.of.kind)
	return changes.holds(record) && (stored == nil || changes.holds(*stored))
}

// Create is that of [Creator].
func (v *veiled[T]) Create(ctx context.Context, record T) error {
	if !v.mayChange(ctx, record, nil) && v.of.know(&record) {
		return noSecrets(v.of.kind, record.Key())
	}
	return Create(ctx, v.shelf, record)
}

// Update is that of [Shelf]: the edit sees what its caller may see.
func (v *veiled[T]) Update(ctx context.Context, id ID, edit func(*T) error) (T, error) {
	sees := secretsOf(ctx, Read, v.of.kind)
	stored, err := v.shelf.Update(ctx, id, func(record *T) error {
		edited := v.shown(*record, sees)
		if err := edit(&edited); err != nil {
			return err
		}
		whole, err := v.whole(ctx, edited, record)
		if err == nil {
			*record = whole
		}
		return err
	})
	if err != nil {
		return stored, err
	}
	return v.shown(stored, sees), nil
}

// Delete is that of [Shelf]: the check sees what its caller may see.
func (v *veiled[T]) Delete(ctx context.Context, id ID, check func(T) error) error {
	if check == nil {
		return v.shelf.Delete(ctx, id, nil)
	}
	sees := secretsOf(ctx, Read, v.of.kind)
	return v.shelf.Delete(ctx, id, func(record T) error { return check(v.shown(record, sees)) })
}

// DeleteAll is that of [ManyDeleter].
func (v *veiled[T]) DeleteAll(ctx context.Context, ids []ID) error {
	return deleteAll(ctx, v.shelf, ids)
}

// Watch is that of [Watcher].
func (v *veiled[T]) Watch(ctx context.Context) (func() uint64, error) { return watch(ctx, v.shelf) }

// watch begins to count the writes to a shelf that can.
func watch[T Record](ctx context.Context, shelf Shelf[T]) (func() uint64, error) {
	if watched, can := shelf.(Watcher); can {
		return watched.Watch(ctx)
	}
	return nil, errors.ErrUnsupported
}
