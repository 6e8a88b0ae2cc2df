package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
	"vigie/inventory/recordjson"
)

// shelf keeps the records of one kind in one table.
type shelf[T inventory.Record] struct {
	store *Store
	kind  string
	table table
	text  recordjson.Writer[T]
	// begun and ended count the writes of this program.
	begun, ended atomic.Uint64
	// spare are chunks of documents that were read, whose memory serves again.
	spare sync.Pool
}

func newShelf[T inventory.Record](s *Store, kind string, t table) *shelf[T] {
	return &shelf[T]{store: s, kind: kind, table: t, text: recordjson.Of[T]()}
}

var (
	_ inventory.Shelf[inventory.Camera] = (*shelf[inventory.Camera])(nil)
	_ inventory.Counter                 = (*shelf[inventory.Camera])(nil)

	_ inventory.ManyGetter[inventory.Camera]  = (*shelf[inventory.Camera])(nil)
	_ inventory.Creator[inventory.Camera]     = (*shelf[inventory.Camera])(nil)
	_ inventory.ManyCreator[inventory.Camera] = (*shelf[inventory.Camera])(nil)
	_ inventory.ValidPutter[inventory.Camera] = (*shelf[inventory.Camera])(nil)
	_ inventory.Watcher                       = (*shelf[inventory.Camera])(nil)

	_ inventory.BriefFinder[inventory.Assessment] = (*shelf[inventory.Assessment])(nil)
)

// Put stores all records, or none.
func (s *shelf[T]) Put(ctx context.Context, records ...T) error {
	if err := inventory.ValidateAll(records); err != nil {
		return s.fail("put", "", err)
	}
	return s.PutValid(ctx, records...)
}

// PutValid stores all records, or none, without validating them once more.
func (s *shelf[T]) PutValid(ctx context.Context, records ...T) error {
	return s.fail("put", "", s.noticed(func() error {
		entries, err := s.entriesOf(records)
		if err != nil {
			return err
		}
		return s.write(ctx, func(conn *sqlite.Conn) error { return s.table.put(conn, entries...) })
	}))
}

// Create stores one record whose key is free.
func (s *shelf[T]) Create(ctx context.Context, record T) error {
	if err := record.Validate(); err != nil {
		return s.fail("create", record.Key(), err)
	}
	entries, err := s.entriesOf([]T{record})
	if err != nil {
		return s.fail("create", record.Key(), err)
	}
	return s.fail("create", record.Key(), s.change(ctx, func(conn *sqlite.Conn) error { return s.table.create(conn, entries...) }))
}

// CreateAll stores records whose keys are free, all or none, in one transaction.
func (s *shelf[T]) CreateAll(ctx context.Context, records ...T) (stored int, err error) {
	if err := inventory.ValidateAll(records); err != nil {
		return 0, s.fail("create", "", err)
	}
	entries, err := s.entriesOf(records)
	if err != nil {
		return 0, s.fail("create", "", err)
	}
	var at inventory.ID
	err = s.change(ctx, func(conn *sqlite.Conn) error {
		for _, e := range entries {
			at = inventory.ID(e.id)
			if err := s.table.create(conn, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, s.fail("create", at, err)
	}
	return len(records), nil
}

// usualDocument is longer than most documents, bytes.
const usualDocument = 1024

// documentOf is the JSON of a record, which is made in room.
func documentOf[T inventory.Record](write recordjson.Writer[T], record *T, room *[]byte) (string, error) {
	text, err := write.Append((*room)[:0], record)
	if err != nil {
		return "", err
	}
	*room = text
	return string(text), nil
}

func (s *shelf[T]) entriesOf(records []T) (entries []entry, err error) {
	entries = make([]entry, len(records))
	room := make([]byte, 0, usualDocument)
	for i := range records {
		if entries[i], err = s.entryOf(&records[i], &room); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// entryOf is the record as a table holds it. room is memory for its documents, which serves again.
func (s *shelf[T]) entryOf(record *T, room *[]byte) (entry, error) {
	one, _ := any(record).(inventory.Record) // of a pointer: as a value, it would be copied
	doc, err := documentOf(s.text, record, room)
	if err != nil {
		return entry{}, fmt.Errorf("write %q as JSON: %w", one.Key(), err)
	}
	e := entry{id: string(one.Key()), shape: one.Shape(), doc: doc}
	if long, briefed := any(record).(inventory.Briefed[T]); briefed {
		brief := long.Brief()
		if e.brief, err = documentOf(s.text, &brief, room); err != nil {
			return entry{}, fmt.Errorf("write %q in brief: %w", one.Key(), err)
		}
	}
	attributes := one.Attributes()
	for i, attr := range inventory.Attrs() {
		e.attributes[i] = stored(attributes[attr])
	}
	return e, nil
}

// Get returns one record.
func (s *shelf[T]) Get(ctx context.Context, id inventory.ID) (T, error) {
	var record T
	err := s.readKeys(ctx, func(conn *sqlite.Conn) (err error) {
		record, err = s.get(conn, id)
		return err
	})
	return record, s.fail("get", id, err)
}

// GetAll returns the records that are there.
func (s *shelf[T]) GetAll(ctx context.Context, ids []inventory.ID) (map[inventory.ID]T, error) {
	found := map[inventory.ID]T{}
	err := s.readKeys(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			for _, id := range ids {
				record, err := s.get(conn, id)
				if err == nil {
					found[id] = record
				} else if !errors.Is(err, inventory.ErrNotFound) {
					return err
				}
			}
			return nil
		})
	})
	return found, s.fail("get", "", err)
}

func (s *shelf[T]) get(conn *sqlite.Conn, id inventory.ID) (record T, err error) {
	doc, err := s.document(conn, id)
	if err != nil {
		return record, err
	}
	err = decode(doc, &record)
	return record, err
}

// document is that of a key, or ErrNotFound.
func (s *shelf[T]) document(conn *sqlite.Conn, id inventory.ID) (doc string, err error) {
	query := "SELECT t.doc FROM " + s.table.name() + " t WHERE t.id = ?"
	err = run(conn, query, func(key *values) { key.text(string(id)) }, func(row *sqlite.Stmt) bool {
		doc = row.ColumnText(0)
		return false
	})
	if err == nil && doc == "" {
		err = inventory.ErrNotFound
	}
	return doc, err
}

// Update edits one record in a transaction of its own. The edit must not write to the store: it holds the only writer.
func (s *shelf[T]) Update(ctx context.Context, id inventory.ID, edit func(*T) error) (T, error) {
	var record T
	err := s.change(ctx, func(conn *sqlite.Conn) (err error) {
		if record, err = s.get(conn, id); err != nil {
			return err
		}
		if err := edit(&record); err != nil {
			return err
		}
		if record.Key() != id {
			fault := inventory.Fault{Field: "id", Reason: "may not change"}
			return &inventory.InvalidError{Kind: s.kind, Key: id, Faults: []inventory.Fault{fault}}
		}
		if err := record.Validate(); err != nil {
			return err
		}
		changed, err := s.entriesOf([]T{record})
		if err != nil {
			return err
		}
		return s.table.put(conn, changed...)
	})
	if err != nil {
		var none T
		return none, s.fail("update", id, err)
	}
	return record, nil
}

// Delete removes one record that check, when there is one, lets go.
func (s *shelf[T]) Delete(ctx context.Context, id inventory.ID, check func(T) error) error {
	return s.fail("delete", id, s.change(ctx, func(conn *sqlite.Conn) error {
		record, err := s.get(conn, id)
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(record); err != nil {
				return err
			}
		}
		return s.table.remove(conn, string(id))
	}))
}

// DeleteAll removes all of the records, or none when it fails.
func (s *shelf[T]) DeleteAll(ctx context.Context, ids []inventory.ID) error {
	return s.fail("delete", "", s.change(ctx, func(conn *sqlite.Conn) error {
		for _, id := range ids {
			if _, err := s.get(conn, id); errors.Is(err, inventory.ErrNotFound) {
				continue
			} else if err != nil {
				return err
			}
			if err := s.table.remove(conn, string(id)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Watch counts the writes to the shelf from now on.
func (s *shelf[T]) Watch(ctx context.Context) (changes func() uint64, err error) {
	if err := s.store.with(ctx, s.store.writer, s.store.notice); err != nil {
		return nil, s.fail("watch", "", err)
	}
	before := s.ended.Load() + s.store.others.Load()
	return func() uint64 { return s.begun.Load() + s.store.others.Load() - before }, nil
}

// change runs do in a transaction, which the watchers of the shelf notice.
func (s *shelf[T]) change(ctx context.Context, do func(*sqlite.Conn) error) error {
	return s.noticed(func() error { return s.write(ctx, do) })
}

// noticed counts a write from its beginning to its end.
func (s *shelf[T]) noticed(write func() error) error {
	s.begun.Add(1)
	defer s.ended.Add(1)
	return write()
}

// fail says what was being done to which record.
func (s *shelf[T]) fail(verb string, id inventory.ID, err error) error {
	switch {
	case err == nil:
		return nil
	case id == "":
		return fmt.Errorf("%s %s: %w", verb, s.kind, err)
	}
	return fmt.Errorf("%s %s %q: %w", verb, s.kind, id, err)
}
