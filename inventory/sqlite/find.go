package sqlite

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// limits bound what a Find holds in memory.
type limits struct {
	// rows and bytes are the records, and the bytes of their documents, that are read ahead.
	rows, bytes int
	// keys are the candidates remembered at once, keysOfPage the same when only a few are to be given.
	keys, keysOfPage int
}

// usualLimits are some ten megabytes.
func usualLimits() limits {
	return limits{rows: 256, bytes: 4 << 20, keys: 1 << 17, keysOfPage: 1 << 14}
}

// Find gives the records that the query matches, in the order of their keys.
//
// It reads page by page and holds no connection while the loop's body runs, so that the body may use the store and
// take its time. What others change meanwhile may or may not be seen; a record that is there and matches all the time
// is given exactly once. Records added behind the last key there was at the start are not given: a loop that adds
// records ends.
func (s *shelf[T]) Find(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		f := finding[T]{shelf: s, after: string(q.After), feed: inventory.Feed[T]{Query: q, Left: q.Limit, Yield: yield}}
		if q.Limit == 0 {
			f.feed.Left = math.MaxInt
		}
		if err := f.run(ctx); err != nil {
			var none T
			yield(none, s.fail("find", "", err))
		}
	}
}

// finding is one run of Find.
type finding[T inventory.Record] struct {
	*shelf[T]
	feed  inventory.Feed[T]
	after string // the last key looked at
}

// candidate is a record that an index proposes: its key, its row, and its document when there were few.
type candidate struct {
	id  string
	row int64
	doc string
}

// run either walks along the keys, or gathers candidates from an index and sorts them. It walks when there is nothing
// to gather from, when the best index gives the records in the order of their keys, and when it would have to gather
// very many to give a few.
func (f *finding[T]) run(ctx context.Context) error {
	if err := f.feed.Query.Validate(); err != nil {
		return err
	}
	best, inOrder := inventory.Lead(f.feed.Query.Where, narrow), inventory.Lead(f.feed.Query.Where, single(f.table))
	if f.feed.Query.Area == nil && (best < 0 || best == inOrder) {
		return f.walk(ctx, inOrder)
	}
	for {
		found, more, err := f.gather(ctx)
		if err != nil {
			return err
		}
		if more && f.feed.Query.Limit > 0 {
			return f.walk(ctx, inOrder)
		}
		if err := f.fetch(ctx, found); err != nil || !more || f.feed.Left == 0 {
			return err
		}
	}
}

// walk reads the records in the order of their keys, by the index of the leading condition when there is one.
func (f *finding[T]) walk(ctx context.Context, lead int) error {
	var last string
	err := f.store.read(ctx, func(conn *sqlite.Conn) error {
		return statement{text: "SELECT max(id) FROM " + f.table.name()}.run(conn, func(row *sqlite.Stmt) bool {
			last = row.ColumnText(0)
			return false
		})
	})
	for err == nil && f.feed.Left > 0 && f.after < last {
		err = f.page(ctx, lead, last)
	}
	return err
}

// page gives the next records of a walk that ends at the key last.
func (f *finding[T]) page(ctx context.Context, lead int, last string) error {
	var records []T
	size, want := 0, f.pageRows()
	err := f.store.read(ctx, func(conn *sqlite.Conn) (err error) {
		failed := f.ahead(lead, last, want).run(conn, func(row *sqlite.Stmt) bool {
			var record T
			if record, err = f.decode(row.ColumnText(0)); err != nil {
				return false
			}
			records = append(records, record)
			size += row.ColumnLen(0)
			return size < f.store.limits.bytes
		})
		return cmp.Or(err, failed)
	})
	if err != nil {
		return err
	}
	f.after = last
	if read := len(records); read == want || size >= f.store.limits.bytes {
		f.after = string(records[read-1].Key())
	}
	return f.feed.Give(ctx, records)
}

// ahead selects the next rows of a walk.
func (f *finding[T]) ahead(lead int, last string, most int) statement {
	between := filter{text: "t.id > ? AND t.id <= ?", args: []any{f.after, last}}
	if f.feed.Query.Area != nil {
		between = both(between, f.table.meets(f.feed.Query.Area.Bound()))
	}
	next := byCondition(f.table, lead).selects("t.doc", f.feed.Query.Where, between)[0]
	next.text += " ORDER BY t.id LIMIT ?"
	next.args = append(next.args, most)
	return next
}

// gather asks the best index for the candidates with the smallest keys after the last one looked at, in order; more
// tells that there are others behind.
func (f *finding[T]) gather(ctx context.Context) (found []candidate, more bool, err error) {
	err = f.store.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			from, err := f.source(conn, f.feed.Query)
			if err != nil {
				return err
			}
			found, more, err = f.candidates(conn, from)
			return err
		})
	})
	return found, more, err
}

func (f *finding[T]) candidates(conn *sqlite.Conn, from source) ([]candidate, bool, error) {
	found := smallest{most: f.store.limits.keys, bytes: f.store.limits.bytes}
	if f.feed.Query.Limit > 0 {
		found.most, found.bytes = f.store.limits.keysOfPage, f.store.limits.bytes/8 // most will not be given
	}
	after := filter{text: "t.id > ?", args: []any{f.after}}
	for _, part := range from.selects(f.proposed(), f.feed.Query.Where, after) {
		err := part.run(conn, func(row *sqlite.Stmt) bool {
			found.add(row)
			return !found.more || f.feed.Query.Limit == 0
		})
		if err != nil {
			return nil, false, err
		}
	}
	kept := found.sorted() // tells whether there are more
	return kept, found.more, nil
}

// proposed are the columns of a candidate. The document lies where the place is; but the index of an attribute may do
// without the table.
func (f *finding[T]) proposed() string {
	columns := "t.id, t.n"
	if f.feed.Query.Area != nil {
		columns += ", t.doc"
	}
	return columns
}

// smallest keeps the candidates with the smallest keys, and their documents as long as all of them fit in a page.
type smallest struct {
	most, bytes int // how many candidates, and bytes of their documents, to keep at most
	kept        []candidate
	more        bool
	size        int // bytes of the documents kept
}

// add keeps a row of id, n and perhaps doc.
func (s *smallest) add(row *sqlite.Stmt) {
	c := candidate{id: row.ColumnText(0), row: row.ColumnInt64(1)}
	if row.ColumnCount() > 2 && s.size < s.bytes {
		c.doc = row.ColumnText(2)
		s.size += len(c.doc)
	}
	if s.kept = append(s.kept, c); len(s.kept) == 2*s.most {
		s.sorted()
	}
}

func (s *smallest) sorted() []candidate {
	slices.SortFunc(s.kept, func(a, b candidate) int { return cmp.Compare(a.id, b.id) })
	if len(s.kept) > s.most {
		s.kept, s.more = s.kept[:s.most], true
	}
	return s.kept
}

// fetch reads the documents of the candidates and gives those that match.
func (f *finding[T]) fetch(ctx context.Context, found []candidate) error {
	for len(found) > 0 && f.feed.Left > 0 {
		var records []T
		err := f.store.read(ctx, func(conn *sqlite.Conn) (err error) {
			records, found, err = f.read(conn, found)
			return err
		})
		if err != nil {
			return err
		}
		if err := f.feed.Give(ctx, records); err != nil {
			return err
		}
	}
	return nil
}

// read reads a page of candidates, and returns those that remain.
func (f *finding[T]) read(conn *sqlite.Conn, found []candidate) (records []T, rest []candidate, err error) {
	most := min(len(found), f.pageRows())
	for i, size := 0, 0; i < most; i++ {
		if size >= f.store.limits.bytes {
			return records, found[i:], nil
		}
		record, bytes, err := f.record(conn, found[i])
		f.after, size = found[i].id, size+bytes
		switch {
		case err == nil:
			records = append(records, record)
		case !errors.Is(err, inventory.ErrNotFound): // one that was deleted meanwhile is passed over
			return nil, nil, err
		}
	}
	return records, found[most:], nil
}

// record reads one candidate and tells the size of its document. It looks where the index saw it first, and by its
// key when it is no longer there.
func (f *finding[T]) record(conn *sqlite.Conn, c candidate) (record T, bytes int, err error) {
	doc := c.doc
	if doc == "" {
		direct := statement{
			text: "SELECT t.doc FROM " + f.table.name() + " t WHERE t.n = ? AND t.id = ?",
			args: []any{c.row, c.id},
		}
		err = direct.run(conn, func(row *sqlite.Stmt) bool { doc = row.ColumnText(0); return false })
		if err != nil {
			return record, 0, err
		}
	}
	if doc == "" {
		record, err = f.get(conn, inventory.ID(c.id))
		return record, 0, err
	}
	record, err = f.decode(doc)
	return record, len(doc), err
}

// pageRows is how many records to read ahead: no more than are wanted, but some for those that will not match.
func (f *finding[T]) pageRows() int { return min(f.store.limits.rows, max(f.feed.Left, 16)) }
