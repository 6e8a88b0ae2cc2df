package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	driver "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

func BenchmarkStore(b *testing.B) { inventorytest.Bench(b, harness(), rawTable(b)) }

// BenchmarkRareValues: lists of cameras of a status that so few have, page by page from the first, beside a walk over all of them.
func BenchmarkRareValues(b *testing.B) {
	const cameras, pages = 200_000, 10
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "vigie.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	drawn := rand.New(rand.NewPCG(11, 12))
	all := slices.Collect(inventorytest.France(cameras))
	for i := range all {
		switch share := drawn.Float64(); {
		case share < 0.001:
			all[i].Status = inventory.Retired
		case share < 0.011:
			all[i].Status = inventory.OutOfService
		case share < 0.051:
			all[i].Status = inventory.Installed
		default:
			all[i].Status = inventory.InService
		}
	}
	for some := range slices.Chunk(all, 2000) {
		if err := store.Cameras().Put(b.Context(), some...); err != nil {
			b.Fatal(err)
		}
	}
	read := func(b *testing.B, q inventory.Query) time.Duration {
		b.Helper()
		start := time.Now()
		q.After = ""
		for range pages {
			found, err := inventory.All(b.Context(), store.Cameras(), q)
			if err != nil {
				b.Fatal(err)
			}
			if len(found) < q.Limit {
				break
			}
			q.After = found[len(found)-1].ID
		}
		return time.Since(start)
	}
	for _, status := range []inventory.Status{inventory.Retired, inventory.OutOfService, inventory.Installed} {
		for _, limit := range []int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s by %d", status, limit), func(b *testing.B) {
				q := inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrStatus, In: []string{string(status)}}}, Limit: limit}
				var took, walked time.Duration
				for range b.N {
					store.Narrow(256, 4<<20, 1<<17, 1<<14, 1<<10)
					took += read(b, q)
					store.Narrow(256, 4<<20, 1<<17, -1, 1<<10) // no number is few
					walked += read(b, q)
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "ms")
				b.ReportMetric(took.Seconds()/walked.Seconds(), "of-walk")
			})
		}
	}
}

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
