package inventory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ErrForbidden says that the caller may not do this with such records.
var ErrForbidden = errors.New("not allowed")

// guardedShelf is a shelf held to what its callers may do.
type guardedShelf[T Record] struct {
	kind  string
	shelf Shelf[T]
	// journal is nil where none is kept.
	journal *Journal
	// shared is what conventions give; nil for kinds that none gives.
	shared *sharing
	// coarse makes the record that the street grade shows; nil where only what is exact is.
	coarse func(T) T
}

func guard[T Record](kind string, shelf Shelf[T], journal *Journal) Shelf[T] {
	return &guardedShelf[T]{kind: kind, shelf: shelf, journal: journal}
}

// Get is that of [Shelf]: a record out of reach is not found.
func (s *guardedShelf[T]) Get(ctx context.Context, id ID) (T, error) {
	var none T
	may, err := s.reach(ctx, Read)
	if err != nil {
		return none, err
	}
	record, err := s.shelf.Get(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return none, s.hidden(id) // in the very words that a record out of reach is told of
	case err != nil:
		return none, err
	}
	record, seen := s.shown(may, record)
	if !seen {
		return none, s.hidden(id)
	}
	return record, nil
}

// hidden is what is said of a record out of reach: the same as of one that is not there.
func (s *guardedShelf[T]) hidden(id ID) error {
	return fmt.Errorf("get %s %q: %w", s.kind, id, ErrNotFound)
}

// GetAll is that of [ManyGetter].
func (s *guardedShelf[T]) GetAll(ctx context.Context, ids []ID) (map[ID]T, error) {
	may, err := s.reach(ctx, Read)
	if err != nil {
		return nil, err
	}
	found, err := GetAll(ctx, s.shelf, ids)
	if err != nil || may.all {
		return found, err
	}
	for id, record := range found {
		if shown, seen := s.shown(may, record); seen {
			found[id] = shown
		} else {
			delete(found, id)
		}
	}
	return found, nil
}

// Put is that of [Shelf]; see mayPut.
func (s *guardedShelf[T]) Put(ctx context.Context, records ...T) error {
	if err := s.mayPut(ctx, records); err != nil {
		return err
	}
	return s.put(ctx, records, s.there, func() error { return s.shelf.Put(ctx, records...) })
}

// PutValid is that of [ValidPutter].
func (s *guardedShelf[T]) PutValid(ctx context.Context, records ...T) error {
	if err := s.mayPut(ctx, records); err != nil {
		return err
	}
	return s.put(ctx, records, s.there, func() error { return PutValid(ctx, s.shelf, records...) })
}

// mayPut refuses records that the caller may not have, and those that would take the place of somebody else's.
func (s *guardedShelf[T]) mayPut(ctx context.Context, records []T) error {
	may, err := s.reach(ctx, Write)
	if err != nil || may.all {
		return err
	}
	ids := make([]ID, len(records))
	for i, record := range records {
		if ids[i] = record.Key(); !may.holds(record) {
			return s.unfit(record)
		}
	}
	there, err := GetAll(ctx, s.shelf, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if record, taken := there[id]; taken && !may.holds(record) {
			return s.forbidden(id)
		}
	}
	return nil
}

func (s *guardedShelf[T]) forbidden(id ID) error {
	return fmt.Errorf("write %s %q: %w", s.kind, id, ErrForbidden)
}

// unfit is why a caller may not store a record: its faults, which may be what puts it out of reach, come first.
func (s *guardedShelf[T]) unfit(record T) error {
	if err := record.Validate(); err != nil {
		return err
	}
	return s.forbidden(record.Key())
}

// Create is that of [Creator].
func (s *guardedShelf[T]) Create(ctx context.Context, record T) error {
	may, err := s.reach(ctx, Write)
	if err != nil {
		return err
	}
	if !may.holds(record) {
		return s.unfit(record)
	}
	line := Entry{Deed: DeedCreate, Kind: s.kind, Record: record.Key(), After: openTag(record)}
	return s.told(ctx, line, s.created(record), func() error { return Create(ctx, s.shelf, record) })
}

// Update is that of [Shelf]: the record must be in reach before and after.
func (s *guardedShelf[T]) Update(ctx context.Context, id ID, edit func(*T) error) (T, error) {
	var none T
	may, err := s.reach(ctx, Write)
	if err != nil {
		return none, err
	}
	allowed := func(record *T) error {
		if err := s.touch(ctx, may, *record); err != nil {
			return err
		}
		if err := edit(record); err != nil {
			return err
		}
		if !may.holds(*record) {
			return s.forbidden(id)
		}
		return nil
	}
	if s.journal == nil {
		return s.shelf.Update(ctx, id, allowed)
	}
	return s.updateTold(ctx, id, allowed)
}

// Delete is that of [Shelf].
func (s *guardedShelf[T]) Delete(ctx context.Context, id ID, check func(T) error) error {
	may, err := s.reach(ctx, Write)
	if err != nil {
		return err
	}
	allowed := func(record T) error {
		if err := s.touch(ctx, may, record); err != nil || check == nil {
			return err
		}
		return check(record)
	}
	if s.journal == nil {
		return s.shelf.Delete(ctx, id, allowed)
	}
	return s.deleteTold(ctx, id, allowed)
}

// touch refuses to change a stored record that is out of reach: to those who may not read it either it is not there.
func (s *guardedShelf[T]) touch(ctx context.Context, may reach, record T) error {
	if may.holds(record) {
		return nil
	}
	readable, err := s.reach(ctx, Read)
	if err != nil {
		return err
	}
	if _, seen := s.shown(readable, record); seen {
		return s.forbidden(record.Key())
	}
	return s.hidden(record.Key())
}

// Find is that of [Shelf]: the queries of all clauses, merged.
func (s *guardedShelf[T]) Find(ctx context.Context, q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		may, err := s.reading(ctx, q)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		left := q.Limit
		for record, err := range s.found(ctx, q, may) {
			if !yield(record, err) || err != nil {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// found gives at least the records of a query that are wanted, in the order of their keys.
func (s *guardedShelf[T]) found(ctx context.Context, q Query, may reach) iter.Seq2[T, error] {
	if may.all {
		return s.shelf.Find(ctx, q)
	}
	return s.read(ctx, q, may.clauses, may)
}

// read gives the records of a query that some clauses give, as the caller sees them, each once.
func (s *guardedShelf[T]) read(ctx context.Context, q Query, clauses []clause, may reach) iter.Seq2[T, error] {
	parts := make([]iter.Seq2[T, error], len(clauses))
	for i, c := range clauses {
		if c.grade == "" {
			parts[i] = s.part(ctx, q, c)
		} else {
			parts[i] = s.coarsePart(ctx, q, c, may)
		}
	}
	return merge(parts)
}

// coarsePart gives the coarse records of a query whose records meet one clause and are not in reach as they are. Whether
// they match the query is decided by the coarse record alone: no query tells more than it shows.
func (s *guardedShelf[T]) coarsePart(ctx context.Context, q Query, c clause, may reach) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		wide, none := coarsely(q)
		if none {
			return
		}
		for record, err := range s.part(ctx, wide, c) {
			if err == nil {
				if may.holds(record) {
					continue
				}
				if record = s.coarse(record); !q.Matches(record) {
					continue
				}
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

// part gives the records of a query that meet one clause.
func (s *guardedShelf[T]) part(ctx context.Context, q Query, c clause) iter.Seq2[T, error] {
	if c.keys != nil {
		return s.keyed(ctx, q, c)
	}
	where, possible := bothOf(q.Where, c.where)
	if !possible {
		return s.nothing(q)
	}
	q.Where = where
	if q.Area == nil {
		q.Area = c.area
	}
	if c.area == nil {
		return s.shelf.Find(ctx, q)
	}
	q.Limit = 0 // of those found, some are outside the area of the clause
	return func(yield func(T, error) bool) {
		for record, err := range s.shelf.Find(ctx, q) {
			if (err != nil || c.holds(record)) && !yield(record, err) {
				return
			}
		}
	}
}

// nothing is what is found where no record can be: but a query that is wrong is told so.
func (s *guardedShelf[T]) nothing(q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := q.Validate(); err != nil {
			var none T
			yield(none, fmt.Errorf("find %s: %w", s.kind, err))
		}
	}
}

// keyed gives the records of a query that meet a clause of keys.
func (s *guardedShelf[T]) keyed(ctx context.Context, q Query, c clause) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		there, err := GetAll(ctx, s.shelf, c.keys)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		for _, id := range slices.Sorted(slices.Values(c.keys)) {
			record, known := there[id]
			if known && id > q.After && q.Matches(record) && c.holds(record) && !yield(record, nil) {
				return
			}
		}
	}
}
