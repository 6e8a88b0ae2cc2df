package sqlite

import (
	"fmt"
	"strings"

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
type places string

func (p places) name() string { return string(p) }

func (p places) at() string { return "cell" }

func (p places) put(conn *sqlite.Conn, e entry) error {
	args := []any{nowhere, e.id, nil, nil}
	switch shape := e.shape.(type) {
	case nil:
	case orb.Point:
		args = []any{cellOf(shape), e.id, shape.Lon(), shape.Lat()}
	default:
		return fmt.Errorf("%s keeps points, not a %s", p, shape.GeoJSONType())
	}
	return insert(string(p), "cell, id, lon, lat", e, args).change(conn)
}

func (p places) remove(conn *sqlite.Conn, id string) error {
	return statement{text: "DELETE FROM " + string(p) + " WHERE id = ?", args: []any{id}}.change(conn)
}

func (p places) near(box orb.Bound) []rows {
	inside := p.meets(box)
	var parts []rows
	for _, run := range spans(box) {
		parts = append(parts, rows{from: string(p) + " t", filter: filter{
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
type extents string

func (x extents) name() string { return string(x) }

func (x extents) at() string { return "n" }

func (x extents) put(conn *sqlite.Conn, e entry) error {
	args := []any{e.id, nil, nil, nil, nil}
	box, placed := boundOf(e.shape)
	if placed {
		args = []any{e.id, box.Left(), box.Bottom(), box.Right(), box.Top()}
	}
	put := insert(string(x), "id, west, south, east, north", e, args)
	put.text += " RETURNING n"
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
		return statement{text: "DELETE FROM " + string(x) + "_extent WHERE n = ?", args: []any{n}}.change(conn)
	}
	return statement{
		text: "INSERT OR REPLACE INTO " + string(x) + "_extent (n, west, east, south, north) VALUES (?, ?, ?, ?, ?)",
		args: []any{n, box.Left(), box.Right(), box.Bottom(), box.Top()},
	}.change(conn)
}

func (x extents) remove(conn *sqlite.Conn, id string) error {
	from := statement{text: "DELETE FROM " + string(x) + " WHERE id = ? RETURNING n", args: []any{id}}
	var n int64
	if err := from.run(conn, func(row *sqlite.Stmt) bool { n = row.ColumnInt64(0); return true }); err != nil {
		return err
	}
	return x.index(conn, n, orb.Bound{}, false)
}

func (x extents) near(box orb.Bound) []rows {
	exact := x.meets(box)
	return []rows{{
		from: string(x) + "_extent r CROSS JOIN " + string(x) + " t ON t.n = r.n",
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

// insert writes an entry over the one that has its id. The key columns and their arguments are the table's own.
func insert(name, keys string, e entry, args []any) statement {
	columns := strings.Split(keys, ", ")
	for _, attr := range inventory.Attrs() {
		columns = append(columns, string(attr))
		if value, known := e.attributes[attr]; known {
			args = append(args, stored(value))
		} else {
			args = append(args, nil)
		}
	}
	columns = append(columns, "doc")
	args = append(args, e.doc)
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = excluded." + c
	}
	return statement{
		text: fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s) ON CONFLICT (id) DO UPDATE SET %s",
			name, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1), strings.Join(set, ", ")),
		args: args,
	}
}

// stored is a text as the document holds it: JSON has U+FFFD for a byte that is not UTF-8.
func stored(text string) string { return string([]rune(text)) }
