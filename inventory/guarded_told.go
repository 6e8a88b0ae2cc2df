package inventory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// told does a write of which a line of the journal tells first, and its change next (see [Change]). A write that fails is told
// as undone, unless it was done after all (an answer that was lost); where even that cannot be told, [Journal.Repair] does it
// later. list gives the records that the write changes, and is asked after the line is written.
func (s *guardedShelf[T]) told(ctx context.Context, line Entry, list func(context.Context) ([]changed, error), write func() error) error {
	if s.journal == nil {
		return write()
	}
	caller, _ := CallerOf(ctx)
	line.Account, line.Role, line.What, line.Reason = caller.Account, caller.Role, caller.What, caller.Reason
	line, err := s.journal.Append(ctx, line)
	if err != nil {
		return err
	}
	changes, err := s.journal.prepared(ctx, line, list)
	begun := err == nil
	if begun {
		err = write()
	}
	ctx = context.WithoutCancel(ctx)
	if err == nil {
		s.journal.finish(ctx, line, changes)
		return nil
	}
	if begun && line.Record != "" && !isRefusal(err) {
		if tag, known := s.tag(ctx, line.Record); !known || tag == line.After {
			if known {
				s.journal.finish(ctx, line, changes)
			}
			return err
		}
	}
	return s.undone(ctx, line, begun && line.Record == "" && !isRefusal(err) && !isTransactional(s.journal.store), err)
}

// undone tells that a write came to nothing. Of many records in a store that keeps part of them when it fails, what came of it is
// left to be found out.
func (s *guardedShelf[T]) undone(ctx context.Context, line Entry, unclear bool, err error) error {
	if !unclear {
		_ = s.journal.void(ctx, line) // what is not settled is found out later
	}
	undone := Entry{Account: line.Account, Role: line.Role, Deed: DeedUndone, Undoes: line.ID, Kind: line.Kind, Record: line.Record}
	if _, untold := s.journal.Append(ctx, undone); untold != nil {
		return errors.Join(err, untold)
	}
	return err
}

func isTransactional(store Store) bool {
	t, can := store.(Transactional)
	return can && t.Transactional()
}

// created and deleted are the changes of a single record.
func (s *guardedShelf[T]) created(record T) func(context.Context) ([]changed, error) {
	return func(context.Context) ([]changed, error) {
		return []changed{{ID: record.Key(), Now: stateOf(s.kind, record)}}, nil
	}
}

func (s *guardedShelf[T]) deleted(record T) func(context.Context) ([]changed, error) {
	return func(context.Context) ([]changed, error) {
		return []changed{{ID: record.Key(), Was: []json.RawMessage{stateOf(s.kind, record)}}}, nil
	}
}

// edited is the change of a record that was edited. before is its tag before.
func (s *guardedShelf[T]) edited(change changed, before string, record *T) func(context.Context) ([]changed, error) {
	return func(context.Context) ([]changed, error) {
		change.Now = stateOf(s.kind, *record)
		if bytes.Equal(change.Was[0], change.Now) {
			if change.Secret = before != Tag(*record); !change.Secret {
				return nil, nil
			}
		}
		return []changed{change}, nil
	}
}

// keepsChanges tells whether the shelf is one whose changes are kept.
func (s *guardedShelf[T]) keepsChanges() bool {
	return s.journal != nil && !s.journal.untold && slices.Contains(ChangeKinds(), s.kind)
}

// looking finds the records that are there before a write.
type looking[T Record] func(ctx context.Context, ids []ID) (map[ID]T, error)

// there looks into the shelf.
func (s *guardedShelf[T]) there(ctx context.Context, ids []ID) (map[ID]T, error) {
	return GetAll(ctx, s.shelf, ids)
}

// many is the change of records that are stored, or removed when there are none, whatever is there. states are what they will be.
func (s *guardedShelf[T]) many(
	ids []ID, there looking[T], records []T, states []json.RawMessage,
) func(context.Context) ([]changed, error) {
	return func(ctx context.Context) ([]changed, error) {
		there, err := there(ctx, ids)
		if err != nil {
			return nil, err
		}
		list := make([]changed, 0, len(ids))
		for i, id := range ids {
			var was, now *T
			var state json.RawMessage
			if record, known := there[id]; known {
				was = &record
			}
			if records != nil {
				now, state = &records[i], states[i]
			}
			if c, differs := becomes(s.kind, was, now, state); differs {
				c.ID = id
				list = append(list, c)
			}
		}
		return list, nil
	}
}

// isRefusal tells an error after which a write was certainly not done. After others, as an answer that did not come, it may
// have been.
func isRefusal(err error) bool {
	var invalid *InvalidError
	for _, refusal := range []error{ErrExists, ErrNotFound, ErrConflict, ErrForbidden, ErrSealed, ErrTooLarge, errOverrun} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return errors.As(err, &invalid)
}

// tag is that of a stored record, empty when it is not there.
func (s *guardedShelf[T]) tag(ctx context.Context, id ID) (tag string, known bool) {
	record, err := s.shelf.Get(ctx, id)
	if err != nil {
		return "", errors.Is(err, ErrNotFound)
	}
	return openTag(record), true
}

// put is the write of records that are stored whatever was there before.
func (s *guardedShelf[T]) put(ctx context.Context, records []T, there looking[T], write func() error) error {
	if s.journal == nil {
		return write()
	}
	line, states := s.putting(records)
	return s.told(ctx, line, s.many(keysOf(records), there, records, states), write)
}

// putting is the line of records that are stored whatever was there before, and what their states will be where changes are kept.
func (s *guardedShelf[T]) putting(records []T) (line Entry, states []json.RawMessage) {
	tags := make(map[ID]string, len(records))
	keeps := s.keepsChanges()
	for _, record := range records {
		if !keeps {
			tags[record.Key()] = openTag(record)
			continue
		}
		state := stateOf(s.kind, record)
		states = append(states, state)
		if tags[record.Key()] = tagOfState(state); isOutlined(s.kind) {
			tags[record.Key()] = openTag(record)
		}
	}
	sum := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		_, _ = io.WriteString(sum, string(key)+" "+tags[key]+"\n") // a hash never fails
	}
	return Entry{Deed: DeedPut, Kind: s.kind, Count: len(records), After: hex.EncodeToString(sum.Sum(nil))}, states
}

// errOverrun says that a record changed between the line that tells of a write and the write.
var errOverrun = errors.New("changed since it was read")

// mostTries is how often a write begins again when others come between.
const mostTries = 16

// again does a write until nobody comes between its line and itself.
func (s *guardedShelf[T]) again(id ID, write func() error) error {
	for range mostTries {
		if err := write(); !errors.Is(err, errOverrun) {
			return err
		}
	}
	return fmt.Errorf("write %s %q: %w", s.kind, id, ErrConflict)
}

// updateTold is Update with a line: the record is read and edited first, and stored if it is still the same.
func (s *guardedShelf[T]) updateTold(ctx context.Context, id ID, edit func(*T) error) (T, error) {
	var stored T
	err := s.again(id, func() error {
		record, err := s.shelf.Get(ctx, id)
		if err != nil {
			return err
		}
		before, told, change := Tag(record), openTag(record), changed{ID: id}
		if s.keepsChanges() { // now: an edit may change what the record has in common with a copy
			change.Was = []json.RawMessage{stateOf(s.kind, record)}
		}
		if err := edit(&record); err != nil {
			return fmt.Errorf("update %s %q: %w", s.kind, id, err)
		}
		line := Entry{Deed: DeedUpdate, Kind: s.kind, Record: id, Before: told, After: openTag(record)}
		return s.told(ctx, line, s.edited(change, before, &record), func() error {
			stored, err = s.shelf.Update(ctx, id, func(now *T) error {
				if Tag(*now) != before {
					return errOverrun
				}
				*now = record
				return nil
			})
			return err
		})
	})
	return stored, err
}

// deleteTold is Delete with a line.
func (s *guardedShelf[T]) deleteTold(ctx context.Context, id ID, check func(T) error) error {
	return s.again(id, func() error {
		record, err := s.shelf.Get(ctx, id)
		if err != nil {
			return err
		}
		before, told := Tag(record), openTag(record)
		if err := check(record); err != nil {
			return fmt.Errorf("delete %s %q: %w", s.kind, id, err)
		}
		return s.told(ctx, Entry{Deed: DeedDelete, Kind: s.kind, Record: id, Before: told}, s.deleted(record), func() error {
			return s.shelf.Delete(ctx, id, func(now T) error {
				if Tag(now) != before {
					return errOverrun
				}
				return nil
			})
		})
	})
}
