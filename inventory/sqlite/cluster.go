package sqlite

import (
	"context"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

var _ inventory.CellCounter = (*shelf[inventory.Camera])(nil)

// CountCells counts places by cells of the map. It reads what is counted by squares when that says everything, else the index
// of the cells, and documents only where [shelf.Count] does.
func (s *shelf[T]) CountCells(
	ctx context.Context, q inventory.Query, in inventory.Cells, by ...inventory.Attr,
) ([]inventory.CellGroup, error) {
	q.After, q.Limit = "", 0
	if err := inventory.CheckCells(q, in, by); err != nil {
		return nil, s.fail("count", "", err)
	}
	if q.Area != nil || !s.countable(q) {
		return inventory.GroupCells(s.Find(ctx, in.Query(q)), in, by)
	}
	if _, points := s.table.(places); !points {
		return []inventory.CellGroup{}, nil // surfaces stand in no cell
	}
	c := cellCounting[T]{counting: counting[T]{shelf: s, query: q, by: by}, in: in}
	err := s.store.read(ctx, func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error { return c.run(conn) })
	})
	return c.cells.Groups(), s.fail("count", "", err)
}

// cellCounting is one run of CountCells, without documents.
type cellCounting[T inventory.Record] struct {
	counting[T]

	in    inventory.Cells
	cells inventory.CellTally
	// The rows that were seen last and are not yet in cells: neighbours mostly have the same cell and values.
	rows   int
	cell   int64
	values []string
}

func (c *cellCounting[T]) run(conn *sqlite.Conn) error {
	statements, err := c.statements(conn)
	if err != nil {
		return err
	}
	order := hilbertOrder
	if c.bySquares() {
		order = squareOrder
	}
	c.values = make([]string, len(c.by))
	for _, one := range statements {
		if err := one.run(conn, func(row *sqlite.Stmt) bool { c.see(row, order); return true }); err != nil {
			return err
		}
	}
	c.flush()
	return nil
}

// bySquares tells that what is counted by squares says everything.
func (c *cellCounting[T]) bySquares() bool {
	known := func(attr inventory.Attr) bool { return slices.Contains(grouped(), attr) }
	return c.in.Order <= squareOrder &&
		!slices.ContainsFunc(c.by, func(attr inventory.Attr) bool { return !known(attr) }) &&
		!slices.ContainsFunc(c.query.Where, func(w inventory.Condition) bool { return !known(w.Attr) })
}

// statements select a number of rows, their cell or square, and their values of the attributes.
func (c *cellCounting[T]) statements(conn *sqlite.Conn) ([]statement, error) {
	if c.bySquares() {
		columns := append([]string{"t.rows", "t.square"}, c.columns()...)
		met, _ := conditions(c.query.Where, -1)
		var all []statement
		for _, run := range c.squares() {
			in := filter{text: "t.square BETWEEN ? AND ?", args: []any{run.first, run.last}}
			where := both(in, met)
			all = append(all, statement{
				text:    "SELECT " + strings.Join(columns, ", ") + " FROM " + c.table.name() + "_squares t WHERE " + where.text,
				args:    where.args,
				passing: passing(c.query.Where),
			})
		}
		return all, nil
	}
	q := c.query
	q.Area = c.in.Bound().Pad(-borderDeg)
	from, err := c.source(conn, q)
	if err != nil {
		return nil, err
	}
	return from.selects(strings.Join(append([]string{"1", "t.cell"}, c.columns()...), ", "), c.query.Where, filter{}), nil
}

// squares are the runs of squares in which the cells are.
func (c *cellCounting[T]) squares() []span {
	finer := squareOrder - c.in.Order
	low := inventory.Cell{Column: c.in.West << finer, Row: c.in.South << finer}
	high := inventory.Cell{Column: (c.in.East+1)<<finer - 1, Row: (c.in.North+1)<<finer - 1}
	return runs(low, high, squareOrder)
}

// borderDeg is how far inside the border of a cell its last cells of the finest grid are looked for, degrees: much less than
// one of these.
const borderDeg = 1e-9

// see counts a row; the order is that of its cell.
func (c *cellCounting[T]) see(row *sqlite.Stmt, order int) {
	cell := row.ColumnInt64(1)
	if cell < 0 {
		return
	}
	cell >>= 2 * (order - c.in.Order)
	same := cell == c.cell
	for i := range c.values {
		same = same && row.ColumnText(2+i) == c.values[i]
	}
	if !same {
		c.flush()
		c.cell = cell
		for i := range c.values {
			c.values[i] = row.ColumnText(2 + i)
		}
	}
	c.rows += row.ColumnInt(0)
}

// flush counts the rows that were seen last.
func (c *cellCounting[T]) flush() {
	if at := unhilbert(c.cell, c.in.Order); c.rows > 0 && c.in.Hold(at) {
		c.cells.Add(c.rows, at, c.values...)
	}
	c.rows = 0
}
