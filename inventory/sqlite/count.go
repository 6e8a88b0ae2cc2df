package sqlite

import (
	"context"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"

	"vigie/geo"
	"vigie/inventory"
)

// Count counts the records that the query matches. It reads documents only when neither the columns nor the index can
// decide: for extents in an area, and for very long lists of values.
func (s *shelf[T]) Count(ctx context.Context, q inventory.Query) (int, error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return 0, s.fail("count", "", err)
	}
	_, exact := conditions(q.Where, -1)
	_, points := s.table.(places)
	if !exact || q.Area != nil && !points {
		return s.countOneByOne(ctx, q)
	}
	n := 0
	err := s.store.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() (err error) {
			n, err = s.countRows(conn, q)
			return err
		})
	})
	return n, s.fail("count", "", err)
}

func (s *shelf[T]) countOneByOne(ctx context.Context, q inventory.Query) (int, error) {
	n := 0
	for _, err := range s.Find(ctx, q) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// countRows counts without documents: the columns lon and lat are the shape of a place.
func (s *shelf[T]) countRows(conn *sqlite.Conn, q inventory.Query) (n int, err error) {
	from := byCondition(s.table, lead(q.Where, countable))
	columns, extra := "count(*)", filter{}
	see := func(row *sqlite.Stmt) bool { n += row.ColumnInt(0); return true }
	if q.Area != nil {
		if from, err = s.source(conn, q); err != nil {
			return 0, err
		}
		extra = s.table.meets(q.Area.Bound())
	}
	if _, box := q.Area.(orb.Bound); q.Area != nil && !box {
		columns = "t.lon, t.lat"
		see = func(row *sqlite.Stmt) bool {
			if geo.Intersects(q.Area, orb.Point{row.ColumnFloat(0), row.ColumnFloat(1)}) {
				n++
			}
			return true
		}
	}
	for _, part := range from.selects(columns, q.Where, extra) {
		if err := part.run(conn, see); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// countable tells a condition whose index counts quicker than reading everything: all of them, since an index is
// smaller than its table.
func countable(inventory.Condition) bool { return true }

// fewRows is how many records a condition may keep to be looked up before the area.
const fewRows = 256

// source decides which index proposes: a condition that keeps few records goes before the area.
func (s *shelf[T]) source(conn *sqlite.Conn, q inventory.Query) (source, error) {
	best := lead(q.Where, narrow)
	if q.Area == nil {
		return byCondition(s.table, best), nil
	}
	area := byArea(s.table, q.Area.Bound())
	if best < 0 {
		return area, nil
	}
	probe := byCondition(s.table, 0).selects("1", q.Where[best:best+1], filter{})[0]
	probe.text += " LIMIT ?"
	probe.args = append(probe.args, fewRows)
	n := 0
	err := probe.run(conn, func(*sqlite.Stmt) bool { n++; return true })
	if err != nil || n == fewRows {
		return area, err
	}
	return byCondition(s.table, best), nil
}
