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
	attributes inventory.Attributes
	doc        string
}

// table is how the records of one kind lie in the file. In every query the table is called t, and has the columns id
// and doc, and one for each attribute.
type table interface {
	// name is the table's.
	name() string
	// at is the column that, with the id, leads straight to a row.
	at() string
	// inOrder tells that the index of the attribute gives the records of one value in the order of their ids.
	inOrder(attr inventory.Attr) bool
	// put stores an entry in place of the one that has its id.
	put(conn *sqlite.Conn, e entry) error
	// remove takes the entry away.
	remove(conn *sqlite.Conn, id string) error
	// near are the rows that the spatial index proposes for a box: no row whose shape meets the box is left out.
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

// places keeps points, clustered by the Hilbert cell of their place.
type places struct{ table, insert string }

func newPlaces(name string) places {
	return places{table: name, insert: insertion(name, "cell", "id", "lon", "lat")}
}

func (p places) name() string { return p.table }

func (p places) at() string { return "cell" }

// inOrder: the other attributes of places, which many records share, have indexes in the order of the cells: they grow
// where the table does, and an import does not touch the whole of them with each batch.
func (p places) inOrder(attr inventory.Attr) bool {
	switch attr {
	case inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune, inventory.AttrDepartment:
		return true
	}
	return false
}

func (p places) put(conn *sqlite.Conn, e entry) error {
	put := statement{text: p.insert, args: make([]any, 0, 4+len(inventory.Attrs())+1)}
	switch shape := e.shape.(type) {
	case nil:
		put.args = append(put.args, nowhere, e.id, nil, nil)
	case orb.Point:
		put.args = append(put.args, cellOf(shape), e.id, shape.Lon(), shape.Lat())
	default:
		return fmt.Errorf("%s keeps points, not a %s", p.table, shape.GeoJSONType())
	}
	put.args = e.values(put.args)
	return put.change(conn)
}

func (p places) remove(conn *sqlite.Conn, id string) error {
	return statement{text: "DELETE FROM " + p.table + " WHERE id = ?", args: []any{id}}.change(conn)
}

func (p places) near(box orb.Bound) []rows {
	inside := p.meets(box)
	var parts []rows
	for _, run := range spans(box) {
		parts = append(parts, rows{from: p.table + " t", filter: filter{
			text: "t.cell BETWEEN ? AND ? AND " + inside.text,
			args: append([]any{run.first, run.last}, inside.args...),
		}})
	}
	return parts
}

func (p places) meets(box orb.Bound) filter {
	return filter{
		text: "t.lon BETWEEN ? AND ? AND t.lat BETWEEN ? AND ?",
		args: []any{box.Left(), box.Right(), box.Bottom(), box.Top()},
	}
}

// extents keeps surfaces, with an R*Tree of their bounding boxes beside them.
type extents struct{ table, insert string }

func newExtents(name string) extents {
	return extents{table: name, insert: insertion(name, "id", "west", "south", "east", "north") + " RETURNING n"}
}

func (x extents) name() string { return x.table }

func (x extents) at() string { return "n" }

func (x extents) inOrder(inventory.Attr) bool { return true }

func (x extents) put(conn *sqlite.Conn, e entry) error {
	args := []any{e.id, nil, nil, nil, nil}
	box, placed := boundOf(e.shape)
	if placed {
		args = []any{e.id, box.Left(), box.Bottom(), box.Right(), box.Top()}
	}
	put := statement{text: x.insert, args: e.values(args)}
	var n int64
	if err := put.run(conn, func(row *sqlite.Stmt) bool { n = row.ColumnInt64(0); return true }); err != nil {
		return err
	}
	return x.index(conn, n, box, placed)
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
	exact := x.meets(box)
	return []rows{{
		from: x.table + "_extent r CROSS JOIN " + x.table + " t ON t.n = r.n",
		filter: filter{
			text: strings.ReplaceAll(exact.text, "t.", "r.") + " AND " + exact.text,
			args: append(exact.args, exact.args...),
		},
	}}
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

// insertion writes an entry over the one that has its id: the table's own columns, then those of [entry.values].
func insertion(name string, columns ...string) string {
	for _, attr := range inventory.Attrs() {
		columns = append(columns, string(attr))
	}
	columns = append(columns, "doc")
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = excluded." + c
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s) ON CONFLICT (id) DO UPDATE SET %s",
		name, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1), strings.Join(set, ", "))
}

// values appends the values of the columns that every table has.
func (e entry) values(to []any) []any {
	for _, attr := range inventory.Attrs() {
		if value, known := e.attributes[attr]; known {
			to = append(to, stored(value))
		} else {
			to = append(to, nil)
		}
	}
	return append(to, e.doc)
}

// stored is a text as the document holds it: JSON has U+FFFD for a byte that is not UTF-8.
func stored(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}
