package sqlite

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// places keeps points, with an index of the Hilbert cells of their places, and a [ledger] of their attributes.
type places struct {
	table string
	// creation stores a row, whose id is new or the statement fails; add stores it if its id is new, and nothing otherwise;
	// replace stores it in place of the one with its id.
	creation, add, replace string
}

func newPlaces(name string) places {
	insert := insertion(name, "cell", "id", "lon", "lat")
	return places{table: name, creation: insert.alone(), add: insert.orNothing(), replace: insert.orUpdate()}
}

func (p places) name() string { return p.table }

// inOrder: the attributes are indexed by blocks of rows.
func (p places) inOrder(inventory.Attr) bool { return false }

func (p places) having(c inventory.Condition) rows {
	if slices.Contains(termAttrs(), c.Attr) {
		return termRows(p.table, c)
	}
	return rows{from: p.table + " t"}
}

func (p places) blocks(c inventory.Condition) filter {
	if slices.Contains(termAttrs(), c.Attr) {
		return termBlocks(p.table, c)
	}
	return filter{}
}

func (p places) put(conn *sqlite.Conn, entries ...entry) error {
	changes := newLedger(p.table)
	for _, e := range arranged(entries) {
		if err := p.putOne(conn, e, changes); err != nil {
			return err
		}
	}
	return changes.close(conn)
}

func (p places) create(conn *sqlite.Conn, entries ...entry) error {
	changes := newLedger(p.table)
	for _, e := range arranged(entries) {
		_, err := p.addOne(conn, p.creation, e, changes)
		if sqlite.ErrCode(err) == sqlite.ResultConstraintUnique {
			return inventory.ErrExists
		}
		if err != nil {
			return err
		}
	}
	return changes.close(conn)
}

// addOne stores an entry by one of the statements.
func (p places) addOne(conn *sqlite.Conn, statement string, e entry, changes *ledger) (added bool, err error) {
	if _, placed := e.shape.(orb.Point); !placed && e.shape != nil {
		return false, fmt.Errorf("%s keeps points, not a %s", p.table, e.shape.GeoJSONType())
	}
	if err := change(conn, statement, e.bindPlace); err != nil {
		return false, err
	}
	if conn.Changes() == 0 {
		return false, nil
	}
	changes.add(conn.LastInsertRowID(), e.cell(), &e.attributes)
	return true, nil
}

func (p places) putOne(conn *sqlite.Conn, e entry, changes *ledger) error {
	if added, err := p.addOne(conn, p.add, e, changes); added || err != nil {
		return err
	}
	n, cell, before, err := changes.read(conn, e.id)
	if err != nil {
		return err
	}
	changes.remove(n, cell, &before)
	changes.add(n, e.cell(), &e.attributes)
	return change(conn, p.replace, e.bindPlace)
}

// bindPlace gives the values of all columns.
func (e entry) bindPlace(row *values) {
	point, placed := e.shape.(orb.Point)
	row.integer(e.cell())
	row.text(e.id)
	if placed {
		row.number(point.Lon())
		row.number(point.Lat())
	} else {
		row.nulls(2)
	}
	e.bind(row)
}

func (p places) remove(conn *sqlite.Conn, id string) error {
	changes := newLedger(p.table)
	n, cell, before, err := changes.read(conn, id)
	if err != nil {
		return err
	}
	changes.remove(n, cell, &before)
	if err := p.removeRow(conn, n); err != nil {
		return err
	}
	return changes.close(conn)
}

func (p places) removeRow(conn *sqlite.Conn, n int64) error {
	return statement{text: "DELETE FROM " + p.table + " WHERE n = ?", args: []any{n}}.change(conn)
}

// arranged are entries by cells, so that neighbours lie in the same pages of the table and of its index, without those
// that a later one replaces.
func arranged(entries []entry) []entry {
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

func (p places) near(box orb.Bound) []rows {
	var parts []rows
	for _, run := range spans(box) {
		parts = append(parts, rows{from: p.table + " t", filter: filter{
			text: "t.cell BETWEEN ? AND ?", args: []any{run.first, run.last},
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
