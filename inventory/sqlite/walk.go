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
		if few, err := f.tryFew(ctx, last); few || err != nil {
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

// tryFew walks over the first rows only. When that is not enough, and the table counts few rows that fulfil the conditions, it gives
// the rest of these from the index of the cells, which has all that is asked of them: the walk would read the whole table, in an
// order in which it does not lie.
func (f *finding[T]) tryFew(ctx context.Context, last string) (few bool, err error) {
	end := last
	err = f.readKeys(ctx, func(conn *sqlite.Conn) error {
		next := statement{
			text: "SELECT id FROM " + f.table.name() + " WHERE id > ? AND id <= ? ORDER BY id LIMIT 1 OFFSET +?",
			args: []any{f.after, last, f.store.limits.tried},
		}
		return next.run(conn, func(row *sqlite.Stmt) bool { end = row.ColumnText(0); return false })
	})
	if err == nil {
		err = f.pages(ctx, -1, end)
	}
	if err != nil || f.feed.Left == 0 || end == last {
		return true, err
	}
	var found []candidate
	err = f.store.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			n, err := f.counted(conn, f.store.limits.keysOfPage)
			few = err == nil && n <= f.store.limits.keysOfPage
			if few && n > 0 {
				var more bool
				found, more, err = f.candidates(conn, byCells(f.table, last))
				few = !more
			}
			return err
		})
	})
	if few && err == nil {
		err = f.fetch(ctx, found)
	}
	return few, err
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
