package sqlite_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	driver "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

func BenchmarkStore(b *testing.B) { inventorytest.Bench(b, harness(), rawTable(b)) }

// rawRow is a camera as the bare driver is given it.
type rawRow struct {
	cell  int64
	id    string
	place *inventory.Point
	doc   []byte
}

// rawTable is a table of documents clustered by Hilbert cell, with their ids and places, in a file of its own: what the bare
// driver reaches without attributes.
func rawTable(b *testing.B) inventorytest.Raw {
	b.Helper()
	conn, err := driver.OpenConn(filepath.Join(b.TempDir(), "raw.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	for _, text := range []string{
		"PRAGMA journal_mode = wal", "PRAGMA synchronous = full", "PRAGMA cache_size = -65536",
		"CREATE TABLE cameras (cell INTEGER, id TEXT, lon REAL, lat REAL, doc TEXT, PRIMARY KEY (cell, id)) WITHOUT ROWID",
		"CREATE UNIQUE INDEX ids ON cameras (id)",
	} {
		if err := sqlitex.ExecuteTransient(conn, text, nil); err != nil {
			b.Fatal(err)
		}
	}
	var rows []rawRow
	return inventorytest.Raw{
		Prepare: func(cameras []inventory.Camera) error {
			rows = rows[:0]
			for _, c := range cameras {
				row := rawRow{cell: -1, id: string(c.ID), place: c.Location}
				if c.Location != nil {
					row.cell = sqlite.CellOf(orb.Point(*c.Location))
				}
				var err error
				if row.doc, err = json.Marshal(c); err != nil {
					return err
				}
				rows = append(rows, row)
			}
			return nil
		},
		Insert: func(context.Context) error { return rawInsert(conn, rows) },
		Box: func(_ context.Context, box orb.Bound) (n int, err error) {
			for _, run := range sqlite.Spans(box.Left(), box.Bottom(), box.Right(), box.Top()) {
				some, err := rawRead(conn,
					"SELECT doc FROM cameras WHERE cell BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?",
					run[0], run[1], box.Left(), box.Right(), box.Bottom(), box.Top())
				if err != nil {
					return 0, err
				}
				n += some
			}
			return n, nil
		},
		Page: func(_ context.Context, after inventory.ID, limit int) (int, error) {
			return rawRead(conn, "SELECT doc FROM cameras WHERE id > ? ORDER BY id LIMIT ?", string(after), limit)
		},
	}
}

func rawInsert(conn *driver.Conn, rows []rawRow) (err error) {
	defer sqlitex.Save(conn)(&err)
	insert := conn.Prep("INSERT INTO cameras (cell, id, lon, lat, doc) VALUES (?, ?, ?, ?, ?)")
	for _, row := range rows {
		insert.BindInt64(1, row.cell)
		insert.BindText(2, row.id)
		insert.BindNull(3)
		insert.BindNull(4)
		if row.place != nil {
			insert.BindFloat(3, row.place[0])
			insert.BindFloat(4, row.place[1])
		}
		insert.BindText(5, string(row.doc))
		if _, err := insert.Step(); err != nil {
			return err
		}
		if err := insert.Reset(); err != nil {
			return err
		}
	}
	return nil
}

func rawRead(conn *driver.Conn, query string, args ...any) (n int, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *driver.Stmt) error {
		doc := make([]byte, row.ColumnLen(0))
		row.ColumnBytes(0, doc)
		n++
		return nil
	}})
	return n, err
}
