package sqlite

import (
	"context"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// keyIndex is what is known of the index of the keys of cameras, as long as the schema has the version.
//
// Keys are random, so that each batch of a large import changes pages all over their index: of a million cameras that took as
// long as all other writing. Sorting the keys once they are all there takes a tenth of it. So the transaction that stores the
// first records of an empty table by PutNew drops the index, and later ones go on without it. Whether it is there is said by
// the schema, which belongs to the transaction: a crash leaves a file that is right, without its index.
//
// Meanwhile keys come once because only the program that dropped the index writes cameras, and none twice. Any other write of
// cameras, by this program or another, builds the index first, in its own transaction; so does whoever opens the file, or looks
// for a key in this program. A program that had the file open before reads the same as ever, and slowly.
type keyIndex struct {
	schema  int // https://www.sqlite.org/pragma.html#pragma_schema_version
	leftOut bool
}

const (
	// leastLeftOut is how many records must come at once to an empty table for its index to be left out.
	leastLeftOut = 500
	// mostLeftOut is how many rows have no index at most: building it holds up other writers, some three seconds a million.
	mostLeftOut = 2_000_000
)

// writeCameras runs do in a transaction, once arrange has built or dropped the index of the keys and told whether it is left out.
func (s *Store) writeCameras(
	ctx context.Context, arrange func(conn *sqlite.Conn, known *keyIndex) (leftOut bool, err error), do func(*sqlite.Conn) error,
) error {
	return s.with(ctx, s.writer, func(conn *sqlite.Conn) error {
		var after keyIndex
		err := s.transact(conn, func(conn *sqlite.Conn) (err error) {
			known, err := s.knownKeys(conn)
			if err != nil {
				return err
			}
			if after.leftOut, err = arrange(conn, known); err != nil {
				return err
			}
			if after.schema, err = pragma(conn, "schema_version"); err != nil {
				return err
			}
			return do(conn)
		})
		if err != nil {
			s.keys.Store(nil)
			return err
		}
		s.keys.Store(&after)
		return nil
	})
}

// knownKeys is what is known of the index; nil when it may have changed.
func (s *Store) knownKeys(conn *sqlite.Conn) (*keyIndex, error) {
	known := s.keys.Load()
	if known == nil {
		return nil, nil //nolint:nilnil // nothing is known
	}
	schema, err := pragma(conn, "schema_version")
	if err != nil || schema != known.schema {
		return nil, err
	}
	return known, nil
}

// withKeys builds the index of the keys unless it is known to be there.
func withKeys(conn *sqlite.Conn, known *keyIndex) (leftOut bool, err error) {
	if known != nil && !known.leftOut {
		return false, nil
	}
	return false, indexKeys(conn)
}

// withoutKeys drops the index of the keys when that is better for storing n new records.
func withoutKeys(n int) func(*sqlite.Conn, *keyIndex) (bool, error) {
	return func(conn *sqlite.Conn, known *keyIndex) (leftOut bool, err error) {
		last, err := number(conn, "SELECT coalesce(max(n), 0) FROM cameras")
		switch {
		case err != nil:
			return false, err
		case known != nil && known.leftOut && last < mostLeftOut:
			return true, nil
		case last == 0 && n >= leastLeftOut:
			return true, execute(conn, "DROP INDEX IF EXISTS cameras_id")
		}
		return withKeys(conn, known)
	}
}

// settle builds the index of the keys if this program has left it out.
func (s *Store) settle(ctx context.Context) error {
	if known := s.keys.Load(); known != nil && !known.leftOut {
		return nil
	}
	return s.writeCameras(ctx, withKeys, func(*sqlite.Conn) error { return nil })
}

// indexKeys builds the index of the keys where it was left out. Should a key be there twice, its last row stays.
func indexKeys(conn *sqlite.Conn) error {
	const build = "CREATE UNIQUE INDEX IF NOT EXISTS cameras_id ON cameras (id)"
	err := execute(conn, build)
	if sqlite.ErrCode(err) != sqlite.ResultConstraintUnique {
		return err
	}
	if err := newPlaces("cameras").dropRepeated(conn); err != nil {
		return fmt.Errorf("keys that come back: %w", err)
	}
	return execute(conn, build)
}

// dropRepeated removes every row whose key has a later one.
func (p places) dropRepeated(conn *sqlite.Conn) error {
	changes, repeated := newLedger(p.table), []int64{}
	columns := "n, cell, " + strings.Join(attrColumns(), ", ")
	query := statement{text: fmt.Sprintf(`SELECT %s FROM (SELECT %s, row_number() OVER (PARTITION BY id ORDER BY n DESC) AS rank FROM %s)
WHERE rank > 1`, columns, columns, p.table)}
	err := query.run(conn, func(row *sqlite.Stmt) bool {
		n, cell, attributes := describedRow(row)
		changes.remove(n, cell, &attributes)
		repeated = append(repeated, n)
		return true
	})
	for _, n := range repeated {
		if err == nil {
			err = p.removeRow(conn, n)
		}
	}
	if err != nil {
		return err
	}
	return changes.close(conn)
}

// PutNew stores records of which the shelf has none, or nothing.
func (s *shelf[T]) PutNew(ctx context.Context, records ...T) error {
	return s.fail("put", "", s.noticed(func() error {
		entries, err := s.entriesOf(records)
		if err != nil {
			return err
		}
		create := func(conn *sqlite.Conn) error { return s.table.create(conn, entries...) }
		if s.fillable() {
			return s.store.writeCameras(ctx, withoutKeys(len(entries)), create)
		}
		return s.store.write(ctx, create)
	}))
}

// Settle builds the index of the keys when PutNew has left it out.
func (s *shelf[T]) Settle(ctx context.Context) error {
	if !s.fillable() {
		return nil
	}
	return s.fail("settle", "", s.store.settle(ctx))
}

// fillable tells that the table may be without the index of its keys.
func (s *shelf[T]) fillable() bool { _, can := s.table.(places); return can }

// write is [Store.write], with the index of the keys.
func (s *shelf[T]) write(ctx context.Context, do func(*sqlite.Conn) error) error {
	if s.fillable() {
		return s.store.writeCameras(ctx, withKeys, do)
	}
	return s.store.write(ctx, do)
}

// readKeys is [Store.read] for what looks for keys.
func (s *shelf[T]) readKeys(ctx context.Context, do func(*sqlite.Conn) error) error {
	if known := s.store.keys.Load(); s.fillable() && known != nil && known.leftOut {
		if err := s.store.settle(ctx); err != nil {
			return err
		}
	}
	return s.store.read(ctx, do)
}

var _ inventory.NewPutter[inventory.Camera] = (*shelf[inventory.Camera])(nil)
