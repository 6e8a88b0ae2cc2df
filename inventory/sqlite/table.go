package sqlite

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// entry is a record as a table holds it.
type entry struct {
	id         string
	shape      orb.Geometry
	attributes described
	doc        string
	brief      string // empty when the record has no brief form
}

// table is how the records of one kind lie in the file. In every query the table is called t, and has the columns n (the
// number of the row), id and doc, and one for each attribute.
type table interface {
	// name is the table's.
	name() string
	// inOrder tells that the index of the attribute gives the records of one value in the order of their ids.
	inOrder(attr inventory.Attr) bool
	// having are the rows that the index of an attribute proposes for a condition on it: none that fulfils it is left out.
	having(c inventory.Condition) rows
	// blocks keeps the rows that may fulfil a condition, by their numbers alone.
	blocks(c inventory.Condition) filter
	// create stores entries whose ids are free, or gives inventory.ErrExists, of which the transaction must not be kept.
	create(conn *sqlite.Conn, entries ...entry) error
	// put stores each entry in place of the one that has its id.
	put(conn *sqlite.Conn, entries ...entry) error
	// remove takes the entry away.
	remove(conn *sqlite.Conn, id string) error
	// near are the rows that the spatial index alone proposes for a box: no row whose shape meets the box is left out.
	near(box orb.Bound) []rows
	// meets keeps the rows whose bounding box meets the box, without an index.
	meets(box orb.Bound) filter
}

// rows are a part of a table.
type rows struct {
	from string
	filter
}

// filter is a condition in SQL and the arguments of its question marks.
type filter struct {
	text string
	args []any
}

// extents keeps surfaces, with an R*Tree of their bounding boxes beside them.
type extents struct{ table, add, replace string }

func newExtents(name string) extents {
	insert := insertion(name, "id", "west", "south", "east", "north")
	return extents{table: name, add: insert.orNothing(), replace: insert.orUpdate() + " RETURNING n"}
}

func (x extents) name() string { return x.table }

func (x extents) inOrder(inventory.Attr) bool { return true }

func (x extents) having(inventory.Condition) rows { return rows{from: x.table + " t"} }

func (x extents) blocks(inventory.Condition) filter { return filter{} }

func (x extents) put(conn *sqlite.Conn, entries ...entry) error {
	for _, e := range entries {
		if err := x.putOne(conn, e); err != nil {
			return err
		}
	}
	return nil
}

func (x extents) putOne(conn *sqlite.Conn, e entry) error {
	var n int64
	err := run(conn, x.replace, e.bindExtent, func(row *sqlite.Stmt) bool { n = row.ColumnInt64(0); return true })
	if err != nil {
		return err
	}
	if err := x.abbreviate(conn, n, e.brief); err != nil {
		return err
	}
	box, placed := boundOf(e.shape)
	return x.index(conn, n, box, placed)
}

func (x extents) create(conn *sqlite.Conn, entries ...entry) error {
	for _, e := range entries {
		if err := x.createOne(conn, e); err != nil {
			return err
		}
	}
	return nil
}

// createOne asks nothing back, and does not touch the R*Tree for what has no place: a line of the journal is stored this way for
// every reading.
func (x extents) createOne(conn *sqlite.Conn, e entry) error {
	if err := change(conn, x.add, e.bindExtent); err != nil {
		return err
	}
	if conn.Changes() == 0 {
		return inventory.ErrExists
	}
	n := conn.LastInsertRowID()
	if err := x.abbreviate(conn, n, e.brief); err != nil {
		return err
	}
	if box, placed := boundOf(e.shape); placed {
		return x.index(conn, n, box, placed)
	}
	return nil
}

// bindExtent gives the values of all columns.
func (e entry) bindExtent(row *values) {
	row.text(e.id)
	if box, placed := boundOf(e.shape); placed {
		row.number(box.Left())
		row.number(box.Bottom())
		row.number(box.Right())
		row.number(box.Top())
	} else {
		row.nulls(4)
	}
	e.bind(row)
}

// abbreviate writes the brief form of row n, when it has one.
func (x extents) abbreviate(conn *sqlite.Conn, n int64, brief string) error {
	if brief == "" {
		return nil
	}
	return change(conn, "INSERT OR REPLACE INTO "+x.table+"_brief (n, doc) VALUES (?, ?)", func(row *values) {
		row.integer(n)
		row.text(brief)
	})
}

// index writes the bounding box of row n. The R*Tree keeps 32-bit numbers and rounds them outwards, so that it never
// misses a row: https://www.sqlite.org/rtree.html §3.3 "Roundoff error".
func (x extents) index(conn *sqlite.Conn, n int64, box orb.Bound, placed bool) error {
	if !placed {
		return statement{text: "DELETE FROM " + x.table + "_extent WHERE n = ?", args: []any{n}}.change(conn)
	}
	return statement{
		text: "INSERT OR REPLACE INTO " + x.table + "_extent (n, west, east, south, north) VALUES (?, ?, ?, ?, ?)",
		args: []any{n, box.Left(), box.Right(), box.Bottom(), box.Top()},
	}.change(conn)
}

func (x extents) remove(conn *sqlite.Conn, id string) error {
	from := statement{text: "DELETE FROM " + x.table + " WHERE id = ? RETURNING n", args: []any{id}}
	var n int64
	if err := from.run(conn, func(row *sqlite.Stmt) bool { n = row.ColumnInt64(0); return true }); err != nil {
		return err
	}
	return x.index(conn, n, orb.Bound{}, false)
}

func (x extents) near(box orb.Bound) []rows {
	meets := x.meets(box)
	meets.text = strings.ReplaceAll(meets.text, "t.", "r.")
	return []rows{{from: x.table + "_extent r CROSS JOIN " + x.table + " t ON t.n = r.n", filter: meets}}
}

func (x extents) meets(box orb.Bound) filter {
	return filter{
		text: "t.west <= ? AND t.east >= ? AND t.south <= ? AND t.north >= ?",
		args: []any{box.Right(), box.Left(), box.Top(), box.Bottom()},
	}
}

// boundOf is the bounding box of a shape, when it has one.
func boundOf(shape orb.Geometry) (orb.Bound, bool) {
	if shape == nil {
		return orb.Bound{}, false
	}
	box := shape.Bound()
	return box, !box.IsEmpty()
}

// insert is how an entry is written: the table's own columns, then those of [entry.bind].
type insert struct {
	table   string
	columns []string
}

func insertion(table string, own ...string) insert {
	return insert{table, append(append(own, attrColumns()...), "doc")}
}

// alone fails where an entry has the id.
func (i insert) alone() string {
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", i.table, strings.Join(i.columns, ", "), strings.Repeat(", ?", len(i.columns)-1))
}

// orNothing leaves the entry that has the id as it is.
func (i insert) orNothing() string { return i.alone() + " ON CONFLICT (id) DO NOTHING" }

// orUpdate writes over the entry that has the id.
func (i insert) orUpdate() string {
	set := make([]string, len(i.columns))
	for at, column := range i.columns {
		set[at] = column + " = excluded." + column
	}
	return i.alone() + " ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
}

// bind gives the values of the columns that every table has.
func (e entry) bind(row *values) {
	for _, value := range e.attributes {
		row.textOrNull(value)
	}
	row.text(e.doc)
}

// stored is a text as the document holds it: JSON has U+FFFD for a byte that is not UTF-8.
func stored(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}
