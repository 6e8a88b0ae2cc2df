package sqlite

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"

	"vigie/geo"
	"vigie/inventory"
)

// Count counts the records that the query matches. It reads documents only when neither the columns nor the index can
// decide: for extents in an area, and for very long lists of values.
func (s *shelf[T]) Count(ctx context.Context, q inventory.Query) (n int, err error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return 0, s.fail("count", "", err)
	}
	if !s.countable(q) {
		return inventory.CountFound(s.Find(ctx, q))
	}
	groups, err := s.groups(ctx, q, nil)
	for _, group := range groups {
		n += group.Count
	}
	return n, s.fail("count", "", err)
}

// CountBy counts the records that the query matches by their values of some attributes; see [shelf.Count].
func (s *shelf[T]) CountBy(ctx context.Context, q inventory.Query, by ...inventory.Attr) ([]inventory.Group, error) {
	q.After, q.Limit = "", 0
	if err := errors.Join(q.Validate(), inventory.CheckGroups(by)); err != nil {
		return nil, s.fail("count", "", err)
	}
	if !s.countable(q) {
		return inventory.GroupFound(s.Find(ctx, q), by)
	}
	groups, err := s.groups(ctx, q, by)
	return groups, s.fail("count", "", err)
}

// countable tells a query that the columns decide: those of places hold their whole shape.
func (s *shelf[T]) countable(q inventory.Query) bool {
	_, exact := conditions(q.Where, -1)
	_, points := s.table.(places)
	return exact && (q.Area == nil || points)
}

func (s *shelf[T]) groups(ctx context.Context, q inventory.Query, by []inventory.Attr) ([]inventory.Group, error) {
	c := counting[T]{shelf: s, query: q, by: by}
	err := s.store.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error { return c.run(conn) })
	})
	return c.tally.Groups(), err
}

// counting is one run of Count or CountBy, without documents.
type counting[T inventory.Record] struct {
	*shelf[T]
	query inventory.Query
	by    []inventory.Attr
	tally inventory.Tally
}

func (c *counting[T]) run(conn *sqlite.Conn) error {
	statements, err := c.statements(conn)
	if err != nil {
		return err
	}
	for _, one := range statements {
		if err := one.run(conn, c.see); err != nil {
			return err
		}
	}
	return nil
}

// statements select a number of records, and the values of the attributes that they share. For an area that is no box
// they select single records, and their places besides.
func (c *counting[T]) statements(conn *sqlite.Conn) ([]statement, error) {
	if c.byGroups() {
		return []statement{c.groupStatement()}, nil
	}
	from, extra := byCondition(c.table, c.lead()), filter{}
	if c.query.Area != nil {
		var err error
		if from, err = c.source(conn, c.query); err != nil {
			return nil, err
		}
		extra = c.table.meets(c.query.Area.Bound())
	}
	by := c.columns()
	if c.inShape() {
		return from.selects(strings.Join(append([]string{"1, t.lon, t.lat"}, by...), ", "), c.query.Where, extra), nil
	}
	statements := from.selects(strings.Join(append([]string{"count(*)"}, by...), ", "), c.query.Where, extra)
	for i := range statements {
		if len(by) > 0 {
			statements[i].text += " GROUP BY " + strings.Join(by, ", ")
		}
	}
	return statements, nil
}

// inShape tells that each place is to be held against the area.
func (c *counting[T]) inShape() bool {
	_, box := c.query.Area.(orb.Bound)
	return c.query.Area != nil && !box
}

// byGroups tells that the groups which the table counts say everything, and are sooner added up than the rows: one holder has
// some thousand rows, and there are more groups than that, which an index finds by the département alone.
func (c *counting[T]) byGroups() bool {
	where := c.query.Where
	ofHolder := slices.ContainsFunc(where, func(w inventory.Condition) bool { return w.Attr == inventory.AttrHolder && w.Narrow(fewIn) })
	return c.query.Area == nil && countsGroups(c.table, where) && (!ofHolder || slices.ContainsFunc(where, ofDepartment)) &&
		!slices.ContainsFunc(c.by, func(attr inventory.Attr) bool { return !slices.Contains(grouped(), attr) })
}

// countsGroups tells that a table counts its rows by all attributes of some conditions.
func countsGroups(t table, where []inventory.Condition) bool {
	_, points := t.(places)
	return points && !slices.ContainsFunc(where, func(w inventory.Condition) bool { return !slices.Contains(grouped(), w.Attr) })
}

// countedByDepartment tells that groups which an index finds, by the département, say how many rows fulfil the conditions.
func countedByDepartment(t table, where []inventory.Condition) bool {
	return countsGroups(t, where) && slices.ContainsFunc(where, ofDepartment)
}

func ofDepartment(c inventory.Condition) bool {
	return c.Attr == inventory.AttrDepartment && c.Narrow(mostIn)
}

// groupRows selects columns of the groups that fulfil the conditions, by the index of the département if that is one of them.
func groupRows(t table, where []inventory.Condition, columns ...string) statement {
	met, _ := conditions(where, slices.IndexFunc(where, ofDepartment))
	met = both(met)
	return statement{
		text:    "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name() + "_groups t WHERE " + met.text,
		args:    met.args,
		passing: passing(where),
	}
}

// groupStatement adds the groups up.
func (c *counting[T]) groupStatement() statement {
	s := groupRows(c.table, c.query.Where, append([]string{"sum(t.rows)"}, c.columns()...)...)
	if len(c.by) > 0 {
		s.text += " GROUP BY " + strings.Join(c.columns(), ", ")
	}
	return s
}

// columns are those of the attributes by which is counted.
func (c *counting[T]) columns() (columns []string) {
	for _, attr := range c.by {
		columns = append(columns, "t."+string(attr))
	}
	return columns
}

// lead is the condition whose index is used without an area: one that keeps few records, or the only one when the
// records are not grouped, for then its index says everything.
func (c *counting[T]) lead() int {
	where := c.query.Where
	if best := inventory.Lead(where, narrow); best >= 0 || len(where) != 1 || len(c.by) > 0 {
		return best
	}
	return 0
}

// see adds a row to the tally.
func (c *counting[T]) see(row *sqlite.Stmt) bool {
	first := 1
	if c.inShape() {
		first = 3
		if !geo.Intersects(c.query.Area, orb.Point{row.ColumnFloat(1), row.ColumnFloat(2)}) {
			return true
		}
	}
	values := make([]string, len(c.by))
	for i := range c.by {
		values[i] = row.ColumnText(first + i)
	}
	c.tally.Add(row.ColumnInt(0), values...)
	return true
}

// fewRows is how many records a condition may keep to be looked up before the area.
const fewRows = 256

// source decides which index proposes: a condition that keeps few records goes before the area.
func (s *shelf[T]) source(conn *sqlite.Conn, q inventory.Query) (source, error) {
	best := inventory.Lead(q.Where, narrow)
	if q.Area == nil {
		return byCondition(s.table, best), nil
	}
	area := byArea(s.table, q.Area.Bound())
	if best < 0 {
		return area, nil
	}
	probe := byCondition(s.table, 0).selects("1", q.Where[best:best+1], filter{})[0]
	probe.text += " LIMIT +?"
	probe.args = append(probe.args, fewRows)
	n := 0
	err := probe.run(conn, func(*sqlite.Stmt) bool { n++; return true })
	if err != nil || n == fewRows {
		return area, err
	}
	return byCondition(s.table, best), nil
}
