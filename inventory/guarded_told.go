package inventory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

// told does a write of which a line of the journal tells first. A write that fails is told as undone, unless it was done
// after all (an answer that was lost); where even that cannot be told, [Journal.Repair] does it later.
func (s *guardedShelf[T]) told(ctx context.Context, line Entry, write func() error) error {
	if s.journal == nil {
		return write()
	}
	caller, _ := CallerOf(ctx)
	line.Account, line.Role, line.What, line.Reason = caller.Account, caller.Role, caller.What, caller.Reason
	line, err := s.journal.Append(ctx, line)
	if err != nil {
		return err
	}
	if err = write(); err == nil {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	if line.Record != "" && !isRefusal(err) {
		if tag, known := s.tag(ctx, line.Record); !known || tag == line.After {
			return err
		}
	}
	undone := Entry{Account: caller.Account, Role: caller.Role, Deed: DeedUndone, Undoes: line.ID, Kind: line.Kind, Record: line.Record}
	if _, untold := s.journal.Append(ctx, undone); untold != nil {
		return errors.Join(err, untold)
	}
	return err
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

// putting is the line of records that are stored whatever was there before.
func (s *guardedShelf[T]) putting(records []T) Entry {
	ordered := slices.Clone(records)
	slices.SortStableFunc(ordered, func(a, b T) int { return cmp.Compare(a.Key(), b.Key()) })
	sum := sha256.New()
	for _, record := range ordered {
		_, _ = io.WriteString(sum, string(record.Key())+" "+openTag(record)+"\n") // a hash never fails
	}
	return Entry{Deed: DeedPut, Kind: s.kind, Count: len(records), After: hex.EncodeToString(sum.Sum(nil))}
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
		before, told := Tag(record), openTag(record)
		if err := edit(&record); err != nil {
			return fmt.Errorf("update %s %q: %w", s.kind, id, err)
		}
		line := Entry{Deed: DeedUpdate, Kind: s.kind, Record: id, Before: told, After: openTag(record)}
		return s.told(ctx, line, func() error {
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
		return s.told(ctx, Entry{Deed: DeedDelete, Kind: s.kind, Record: id, Before: told}, func() error {
			return s.shelf.Delete(ctx, id, func(now T) error {
				if Tag(now) != before {
					return errOverrun
				}
				return nil
			})
		})
	})
}
