package sqlite

import (
	"cmp"
	"fmt"
	"slices"
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

// table is how the records of one kind lie in the file. In every query the table is called t, and has the columns n (the
// number of the row), id and doc, and one for each attribute.
type table interface {
	// name is the table's.
	name() string
	// inOrder tells that the index of the attribute gives the records of one value in the order of their ids.
	inOrder(attr inventory.Attr) bool
	// arrange puts entries in the order in which they are best stored, without those that a later one replaces.
	arrange(entries []entry) []entry
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

// places keeps points, with an index of the Hilbert cells of their places.
type places struct{ table, insert string }

func newPlaces(name string) places {
	return places{table: name, insert: insertion(name, "cell", "id", "lon", "lat")}
}

func (p places) name() string { return p.table }

// inOrder: the indexes of the import and of the last change, which many records share, are in the order of the rows.
func (p places) inOrder(attr inventory.Attr) bool {
	return slices.Contains([]inventory.Attr{
		inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune, inventory.AttrDepartment,
	}, attr)
}

// arrange sorts by cells: neighbours then lie in the same pages, of the table and of its index.
func (p places) arrange(entries []entry) []entry {
	if len(entries) < 2 {
		return entries
	}
	type placed struct {
		cell int64
		rank int
	}
	again, order := make(map[string]bool, len(entries)), make([]placed, 0, len(entries))
	for rank := len(entries) - 1; rank >= 0; rank-- {
		if e := entries[rank]; !again[e.id] {
			again[e.id] = true
			order = append(order, placed{e.cell(), rank})
		}
	}
	slices.SortFunc(order, func(a, b placed) int { return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.rank, b.rank)) })
	sorted := make([]entry, len(order))
	for i, at := range order {
		sorted[i] = entries[at.rank]
	}
	return sorted
}

// cell is the Hilbert cell of a point.
func (e entry) cell() int64 {
	if point, ok := e.shape.(orb.Point); ok {
		return cellOf(point)
	}
	return nowhere
}

func (p places) put(conn *sqlite.Conn, e entry) error {
	point, placed := e.shape.(orb.Point)
	if !placed && e.shape != nil {
		return fmt.Errorf("%s keeps points, not a %s", p.table, e.shape.GeoJSONType())
	}
	return change(conn, p.insert, func(row *values) {
		row.integer(e.cell())
		row.text(e.id)
		if placed {
			row.number(point.Lon())
			row.number(point.Lat())
		} else {
			row.nulls(2)
		}
		e.bind(row)
	})
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

func (x extents) inOrder(inventory.Attr) bool { return true }

func (x extents) arrange(entries []entry) []entry { return entries }

func (x extents) put(conn *sqlite.Conn, e entry) error {
	box, placed := boundOf(e.shape)
	var n int64
	err := run(conn, x.insert, func(row *values) {
		row.text(e.id)
		if placed {
			row.number(box.Left())
			row.number(box.Bottom())
			row.number(box.Right())
			row.number(box.Top())
		} else {
			row.nulls(4)
		}
		e.bind(row)
	}, func(row *sqlite.Stmt) bool { n = row.ColumnInt64(0); return true })
	if err != nil {
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

// insertion writes an entry over the one that has its id: the table's own columns, then those of [entry.bind].
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

// bind gives the values of the columns that every table has.
func (e entry) bind(row *values) {
	for _, attr := range inventory.Attrs() {
		if value, known := e.attributes[attr]; known {
			row.text(stored(value))
		} else {
			row.nulls(1)
		}
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
