package sqlite

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"sync"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// limits bound what a Find holds in memory.
type limits struct {
	// rows and bytes are the records, and the bytes of their documents, that are read ahead.
	rows, bytes int
	// keys are the candidates remembered at once, keysOfPage the same when only a few are to be given.
	keys, keysOfPage int
	// tried are the rows that a walk looks at before it asks whether there is a shorter way.
	tried int
}

// usualLimits are some ten megabytes.
func usualLimits() limits {
	return limits{rows: 256, bytes: 4 << 20, keys: 1 << 17, keysOfPage: 1 << 14, tried: 1 << 10}
}

// Find gives the records that the query matches, in the order of their keys.
//
// It reads page by page and holds no connection while the loop's body runs, so that the body may use the store and
// take its time. What others change meanwhile may or may not be seen; a record that is there and matches all the time
// is given exactly once. Records added behind the last key there was at the start are not given: a loop that adds
// records ends.
func (s *shelf[T]) Find(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { s.find(ctx, &finding[T]{shelf: s}, q, yield) }
}

// FindBrief gives what Find gives, in brief. The brief forms are kept beside the records: of a long record only that is read,
// unless an earlier version of Vigie wrote it.
func (s *shelf[T]) FindBrief(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	_, brief := any(*new(T)).(inventory.Briefed[T])
	return func(yield func(T, error) bool) {
		s.find(ctx, &finding[T]{shelf: s, brief: brief}, q, func(record T, err error) bool {
			return yield(inventory.BriefOf(record), err)
		})
	}
}

func (s *shelf[T]) find(ctx context.Context, f *finding[T], q inventory.Query, yield func(T, error) bool) {
	f.after, f.feed = string(q.After), inventory.Feed[T]{Query: q, Left: q.Limit, Yield: yield}
	if q.Limit == 0 {
		f.feed.Left = math.MaxInt
	}
	if err := f.run(ctx); err != nil {
		var none T
		yield(none, s.fail("find", "", err))
	}
}

// finding is one run of Find.
type finding[T inventory.Record] struct {
	*shelf[T]
	feed  inventory.Feed[T]
	brief bool   // brief forms are asked for, and kept
	after string // the last key looked at
	rest  []T    // what another goroutine reads ahead
	early early[T]
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
		if !more && f.early.complete(found) {
			return f.early.give(ctx, &f.feed, found)
		}
		if err := f.fetch(ctx, found); err != nil || !more || f.feed.Left == 0 {
			return err
		}
	}
}

// manyDocuments are so many that two goroutines read them sooner than one.
const manyDocuments = 64

// give reads the documents and hands the records over that match. Of many, another goroutine reads the second half
// while the first is handed over.
func (f *finding[T]) give(ctx context.Context, docs []string) error {
	if len(docs) < manyDocuments {
		return f.giveEach(ctx, docs)
	}
	half := len(docs) / 2
	f.rest = append(f.rest[:0], make([]T, len(docs)-half)...)
	var failed error
	var reading sync.WaitGroup
	reading.Go(func() { failed = decodeAll(docs[half:], f.rest) })
	err := f.giveEach(ctx, docs[:half])
	reading.Wait()
	if err == nil && f.feed.Left == 0 {
		return nil // whatever is wrong with a document that nobody asked for
	}
	if err := cmp.Or(err, failed); err != nil {
		return err
	}
	return f.feed.Give(ctx, f.rest)
}

// giveEach reads one document at a time.
func (f *finding[T]) giveEach(ctx context.Context, docs []string) error {
	one := make([]T, 1)
	for _, doc := range docs {
		one[0] = *new(T)
		if err := decode(doc, &one[0]); err != nil {
			return err
		}
		if err := f.feed.Give(ctx, one); err != nil || f.feed.Left == 0 {
			return err
		}
	}
	return nil
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
			if from.near == nil {
				more, err = f.tooMany(conn)
			} else {
				from, more, err = f.look(conn, from)
			}
			if err == nil && !more {
				found, more, err = f.candidates(conn, from)
			}
			return err
		})
	})
	return found, more, err
}

const (
	// mostTogether is how many rows of an area are sought by the spatial index alone before they are read, when there is no limit.
	mostTogether = 2048
	// mostApart is how many rows further on the next one of a run is at most, leastOfRun how many rows a run has on average:
	// otherwise it is quicker to seek each one.
	mostApart, leastOfRun = 8, 8
)

// look asks the spatial index alone for the rows that it proposes. It tells that a query with a limit would gather too many of
// them; where a condition may keep few, only gathering tells. Rows that lie together are then read in runs: an import stores
// neighbours one after the other.
func (f *finding[T]) look(conn *sqlite.Conn, from source) (_ source, tooMany bool, err error) {
	most, bounded := mostTogether, f.feed.Query.Limit > 0 && inventory.Lead(f.feed.Query.Where, narrow) < 0
	if bounded {
		most = f.store.limits.keysOfPage
	}
	numbers := make([]int64, 0, manyDocuments)
	for _, probe := range from.selects("t.n", nil, filter{}) {
		probe.text += " LIMIT +?"
		probe.args = append(probe.args, most+1-len(numbers))
		err := probe.run(conn, func(row *sqlite.Stmt) bool { numbers = append(numbers, row.ColumnInt64(0)); return true })
		if err != nil || len(numbers) > most {
			return from, bounded && len(numbers) > most, err
		}
	}
	if runs := together(numbers); len(runs) > 0 && len(runs)*leastOfRun <= len(numbers) {
		from.near = from.near[:0]
		for _, run := range runs {
			between := filter{text: "t.n BETWEEN ? AND ?", args: []any{run.first, run.last}}
			from.near = append(from.near, rows{from: f.table.name() + " t", filter: between})
		}
	}
	return from, false, nil
}

// together are runs of rows of which none is far from the next; it sorts their numbers.
func together(numbers []int64) (runs []span) {
	slices.Sort(numbers)
	for _, n := range numbers {
		if last := len(runs) - 1; last >= 0 && n-runs[last].last <= mostApart {
			runs[last].last = n
		} else {
			runs = append(runs, span{n, n})
		}
	}
	return runs
}

// tooMany tells that more rows fulfil the conditions than a query with a limit gathers, where the table keeps their numbers.
func (f *finding[T]) tooMany(conn *sqlite.Conn) (bool, error) {
	if f.feed.Query.Limit == 0 || !countedByDepartment(f.table, f.feed.Query.Where) {
		return false, nil
	}
	n, err := f.counted(conn, f.store.limits.keysOfPage)
	return n > f.store.limits.keysOfPage, err
}

// counted is how many rows fulfil the conditions, as the table counts them, or a number beyond most.
func (f *finding[T]) counted(conn *sqlite.Conn, most int) (n int, err error) {
	err = groupRows(f.table, f.feed.Query.Where, "t.rows").run(conn, func(row *sqlite.Stmt) bool { n += row.ColumnInt(0); return n <= most })
	return n, err
}

func (f *finding[T]) candidates(conn *sqlite.Conn, from source) ([]candidate, bool, error) {
	found := smallest{most: f.store.limits.keys, bytes: f.store.limits.bytes, see: f.early.add}
	if f.feed.Query.Limit > 0 {
		found.most, found.bytes = f.store.limits.keysOfPage, f.store.limits.bytes/8 // most will not be given
	}
	f.early = early[T]{most: min(mostEarly, f.feed.Left), spare: &f.spare}
	defer f.early.wait()
	for _, part := range from.selects(f.proposed(), f.feed.Query.Where, f.behind()) {
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

// behind keeps the rows after the last key looked at, whose bounding boxes meet the area's.
func (f *finding[T]) behind() filter {
	after := filter{text: "t.id > ?", args: []any{f.after}}
	switch {
	case f.feed.Query.Area == nil:
		return after
	case f.after == "": // as every key is, none of which is read for it then
		return f.table.meets(f.feed.Query.Area.Bound())
	}
	return both(f.table.meets(f.feed.Query.Area.Bound()), after)
}

// proposed are the columns of a candidate. The document lies where the place is; but the index of an attribute may do
// without the table.
func (f *finding[T]) proposed() string {
	columns := "t.id, t.n"
	if f.feed.Query.Area != nil {
		columns += ", " + f.column()
	}
	return columns
}

// column is the document to read.
func (f *finding[T]) column() string {
	if !f.brief {
		return "t.doc"
	}
	return "coalesce((SELECT b.doc FROM " + f.table.name() + "_brief b WHERE b.n = t.n), t.doc)"
}

// fetch reads the documents of the candidates and gives the records that match.
func (f *finding[T]) fetch(ctx context.Context, found []candidate) error {
	for len(found) > 0 && f.feed.Left > 0 {
		var docs []string
		err := f.store.read(ctx, func(conn *sqlite.Conn) (err error) {
			docs, found, err = f.read(conn, found)
			return err
		})
		if err != nil {
			return err
		}
		if err := f.give(ctx, docs); err != nil {
			return err
		}
	}
	return nil
}

// read reads the documents of a page of candidates, and returns the candidates that remain. One that was deleted
// meanwhile is passed over.
func (f *finding[T]) read(conn *sqlite.Conn, found []candidate) (docs []string, rest []candidate, err error) {
	size := 0
	for range min(len(found), f.pageRows()) {
		doc, err := f.documentOf(conn, found[0])
		switch {
		case err == nil:
			docs = append(docs, doc)
		case !errors.Is(err, inventory.ErrNotFound):
			return nil, nil, err
		}
		f.after, found, size = found[0].id, found[1:], size+len(doc)
		if size >= f.store.limits.bytes {
			break
		}
	}
	return docs, found, nil
}

// documentOf reads the document of one candidate. It looks where the index saw it first, and by its key when it is no
// longer there.
func (f *finding[T]) documentOf(conn *sqlite.Conn, c candidate) (doc string, err error) {
	if c.doc != "" {
		return c.doc, nil
	}
	direct := statement{
		text: "SELECT " + f.column() + " FROM " + f.table.name() + " t WHERE t.n = ? AND t.id = ?",
		args: []any{c.row, c.id},
	}
	err = direct.run(conn, func(row *sqlite.Stmt) bool { doc = row.ColumnText(0); return false })
	if err != nil || doc != "" {
		return doc, err
	}
	return f.document(conn, inventory.ID(c.id))
}

// pageRows is how many records to read ahead: no more than are wanted, but some for those that will not match.
func (f *finding[T]) pageRows() int { return min(f.store.limits.rows, max(f.feed.Left, 16)) }
