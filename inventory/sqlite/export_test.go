package sqlite

import (
	"context"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// OpenWith opens a store whose schema has the released steps and then more, as a later version of Vigie would.
func OpenWith(ctx context.Context, path string, more ...string) (*Store, error) {
	steps := migrations()
	for _, text := range more {
		steps = append(steps, migration(text))
	}
	return open(ctx, path, steps)
}

// Explain tells how SQLite runs the statements that propose the candidates of a query of cameras or, with extents, of
// areas: the lines of EXPLAIN QUERY PLAN.
func (s *Store) Explain(ctx context.Context, kind string, q inventory.Query) ([]string, error) {
	if kind == "areas" {
		return explain(ctx, s.Areas().(*shelf[inventory.Area]), q)
	}
	return explain(ctx, s.Cameras().(*shelf[inventory.Camera]), q)
}

func explain[T inventory.Record](ctx context.Context, s *shelf[T], q inventory.Query) (lines []string, err error) {
	f := finding[T]{shelf: s, feed: inventory.Feed[T]{Query: q}}
	err = s.store.read(ctx, func(conn *sqlite.Conn) error {
		var statements []statement
		best, inOrder := inventory.Lead(q.Where, narrow), inventory.Lead(q.Where, single(s.table))
		if q.Area == nil && (best < 0 || best == inOrder) {
			statements = []statement{f.ahead(inOrder, "z", 10)}
		} else {
			from, err := s.source(conn, q)
			if err != nil {
				return err
			}
			statements = from.selects(f.proposed(), q.Where, f.behind())
		}
		lines, err = planOf(conn, statements)
		return err
	})
	return lines, err
}

func planOf(conn *sqlite.Conn, statements []statement) (lines []string, err error) {
	for _, one := range statements {
		one.text, one.passing = "EXPLAIN QUERY PLAN "+one.text, true
		if err := one.run(conn, func(row *sqlite.Stmt) bool { lines = append(lines, row.ColumnText(3)); return true }); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// ExplainCells tells how SQLite runs the statement that proposes cameras of a rare value.
func (s *Store) ExplainCells(ctx context.Context, q inventory.Query) (lines []string, err error) {
	f := finding[inventory.Camera]{shelf: s.Cameras().(*shelf[inventory.Camera]), feed: inventory.Feed[inventory.Camera]{Query: q}}
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		lines, err = planOf(conn, byCells(f.table, "z").selects(f.proposed(), q.Where, f.behind()))
		return err
	})
	return lines, err
}

// ExplainCount tells how SQLite runs the statements that count cameras by attributes.
func (s *Store) ExplainCount(ctx context.Context, q inventory.Query, by ...inventory.Attr) (lines []string, err error) {
	cameras, _ := s.cameras.(*shelf[inventory.Camera])
	c := counting[inventory.Camera]{shelf: cameras, query: q, by: by}
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		statements, err := c.statements(conn)
		if err == nil {
			lines, err = planOf(conn, statements)
		}
		return err
	})
	return lines, err
}

// OpenFirst opens a store as the first version of Vigie did.
func OpenFirst(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, migrations()[:1])
}

// Narrow makes every Find hold next to nothing in memory, as if it were to give millions of records.
func (s *Store) Narrow(rows, bytes, keys, keysOfPage, tried int) {
	s.limits = limits{rows: rows, bytes: bytes, keys: keys, keysOfPage: keysOfPage, tried: tried}
}

// Execute runs a statement of SQL in the file, past the shelves.
func (s *Store) Execute(ctx context.Context, text string) error {
	return s.write(ctx, func(conn *sqlite.Conn) error { return execute(conn, text) })
}

// Number reads a number by a query of SQL, past the shelves.
func (s *Store) Number(ctx context.Context, query string) (n int, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) (err error) { n, err = number(conn, query); return err })
	return n, err
}

// Hilbert and its friends for the tests of the curve.
var (
	Hilbert   = hilbert
	Unhilbert = unhilbert
	CellOf    = cellOf
)

// Spans are the runs of cells of a box.
func Spans(west, south, east, north float64) (runs [][2]int64) {
	for _, s := range spans(orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}) {
		runs = append(runs, [2]int64{s.first, s.last})
	}
	return runs
}

// Quotient is a whole number over a power of ten.
var Quotient = quotient

// ReadQuickly reads a document in one pass, or gives up.
func ReadQuickly[T inventory.Record](doc string) (record T, ok bool) {
	ok = new(document).quickly(doc, &record)
	return record, ok
}

// ReadAll reads documents as those of a page are.
func ReadAll[T inventory.Record](docs []string, records []T) error { return decodeAll(docs, records) }

// Reading runs do while it holds a connection that reads.
func (s *Store) Reading(ctx context.Context, do func() error) error {
	return s.read(ctx, func(*sqlite.Conn) error { return do() })
}

// ReadersUsed is how many of the connections that read were ever lent.
func (s *Store) ReadersUsed() int {
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	return len(s.readers.ready)
}
