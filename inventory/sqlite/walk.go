package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"
)

// walk reads the records in the order of their keys, by the index of the leading condition when there is one.
func (f *finding[T]) walk(ctx context.Context, lead int) error {
	var last string
	err := f.readKeys(ctx, func(conn *sqlite.Conn) error {
		return statement{text: "SELECT max(id) FROM " + f.table.name()}.run(conn, func(row *sqlite.Stmt) bool {
			last = row.ColumnText(0)
			return false
		})
	})
	if err != nil {
		return err
	}
	where := f.feed.Query.Where
	if lead < 0 && f.feed.Query.Area == nil && len(where) > 0 && countsGroups(f.table, where) {
		if done, err := f.shorter(ctx, last); done || err != nil {
			return err
		}
	}
	return f.pages(ctx, lead, last)
}

// pages gives the records of a walk that ends at the key last.
func (f *finding[T]) pages(ctx context.Context, lead int, last string) error {
	for f.feed.Left > 0 && f.after < last {
		if err := f.page(ctx, lead, last); err != nil {
			return err
		}
	}
	return nil
}

// rowsOfSeek is how many rows of an index are read in the time that one row of the table takes which is sought, about, as
// measured by BenchmarkRareValues.
const rowsOfSeek = 64

// shorter walks over the first rows only. When that is not enough, and the table counts few rows that fulfil the conditions, it gives
// the rest of these from the index of the cells: the walk would read the whole table, in an order in which it does not lie. To
// fill a page of which a walk of the same cost is likely to find all, it walks that far first. It tells whether all is given.
func (f *finding[T]) shorter(ctx context.Context, last string) (done bool, err error) {
	if done, err = f.stroll(ctx, f.store.limits.tried, last); done || err != nil {
		return done, err
	}
	few, all, most := 0, 0, f.store.limits.keysOfPage
	err = f.store.read(ctx, func(conn *sqlite.Conn) error {
		if few, err = f.counted(conn, most); err != nil {
			return err
		}
		rows := statement{text: "SELECT max(n) FROM " + f.table.name()} // or some more
		return rows.run(conn, func(row *sqlite.Stmt) bool { all = row.ColumnInt(0); return false })
	})
	if err != nil || few == 0 || few > most {
		return few == 0, err
	}
	if same := few + all/rowsOfSeek; f.feed.Left < same && f.feed.Left*all/few < same {
		if done, err = f.stroll(ctx, same, last); done || err != nil {
			return done, err
		}
	}
	return f.sift(ctx, last)
}

// stroll walks over so many rows. It tells whether all is given.
func (f *finding[T]) stroll(ctx context.Context, rows int, last string) (done bool, err error) {
	end := last
	err = f.readKeys(ctx, func(conn *sqlite.Conn) error {
		next := statement{
			text: "SELECT id FROM " + f.table.name() + " WHERE id > ? AND id <= ? ORDER BY id LIMIT 1 OFFSET +?",
			args: []any{f.after, last, rows},
		}
		return next.run(conn, func(row *sqlite.Stmt) bool { end = row.ColumnText(0); return false })
	})
	if err == nil {
		err = f.pages(ctx, -1, end)
	}
	return f.feed.Left == 0 || end == last, err
}

// sift gives what is behind from the index of the cells, unless that has become more than is held.
func (f *finding[T]) sift(ctx context.Context, last string) (done bool, err error) {
	var found []candidate
	var more bool
	err = f.store.read(ctx, func(conn *sqlite.Conn) error {
		found, more, err = f.candidates(conn, byCells(f.table, last))
		return err
	})
	if err != nil || more {
		return false, err
	}
	return true, f.fetch(ctx, found)
}

// page gives the next records of a walk that ends at the key last.
func (f *finding[T]) page(ctx context.Context, lead int, last string) error {
	var docs []string
	size, want, end := 0, f.pageRows(), ""
	err := f.store.read(ctx, func(conn *sqlite.Conn) error {
		return f.ahead(lead, last, want).run(conn, func(row *sqlite.Stmt) bool {
			docs, end = append(docs, row.ColumnText(1)), row.ColumnText(0)
			size += len(docs[len(docs)-1])
			return size < f.store.limits.bytes
		})
	})
	if err != nil {
		return err
	}
	if f.after = last; len(docs) == want || size >= f.store.limits.bytes {
		f.after = end
	}
	return f.give(ctx, docs)
}

// ahead selects the next rows of a walk.
func (f *finding[T]) ahead(lead int, last string, most int) statement {
	between := both(f.behind(), filter{text: "t.id <= ?", args: []any{last}})
	next := byCondition(f.table, lead).selects("t.id, "+f.column(), f.feed.Query.Where, between)[0]
	next.text += " ORDER BY t.id LIMIT +?"
	next.args = append(next.args, most)
	return next
}
