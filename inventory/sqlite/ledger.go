package sqlite

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// blockRows is how many rows with consecutive numbers share their terms.
const blockRows = 64

// described are the values of the attributes of a record, in the order of [inventory.Attrs]; empty when unknown.
type described [8]string

// ranks are where attributes stand among the described ones.
func ranks(attrs []inventory.Attr) []int {
	found := make([]int, len(attrs))
	for i, attr := range attrs {
		found[i] = slices.Index(inventory.Attrs(), attr)
	}
	return found
}

// termAttrs are the attributes whose values a ledger keeps as terms.
func termAttrs() []inventory.Attr {
	return []inventory.Attr{
		inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune, inventory.AttrDepartment,
		inventory.AttrImport, inventory.AttrUpdated,
	}
}

// grouped are the attributes by whose values, taken together, a ledger counts.
func grouped() []inventory.Attr {
	return []inventory.Attr{inventory.AttrDepartment, inventory.AttrHolder, inventory.AttrCategory, inventory.AttrStatus}
}

// term says that some row of a block has a value of an attribute.
type term struct {
	attr  inventory.Attr
	value string
	block int64
}

// group is the values of the grouped attributes.
type group [4]string

// squareOrder is the order of the squares by which a ledger counts, squareShift what it takes from a cell.
const squareOrder, squareShift = 12, 2 * (hilbertOrder - 12)

// squareGroup is a group of the rows of one square; of those without a place it is nowhere.
type squareGroup struct {
	square int64
	group  group
}

// ledger gathers what one transaction does to the attributes of a table, and then brings up to date what the file keeps
// of many rows at once:
//
//   - TABLE_terms: the values that an attribute has in each block of rows. Cameras come town by town, and those that lie
//     next to each other share most values: an index of single rows would have some ten times more entries.
//   - TABLE_groups: how many rows have each group of values.
//   - TABLE_squares: the same for the rows of each square of the map.
//
// All are exact: a term or a group is there as long as a row has it.
type ledger struct {
	table          string
	added, removed terms
	groups         map[group]int
	squares        map[squareGroup]int
	grouped        []int // the ranks of the grouped attributes
}

// terms are gathered row by row.
type terms struct {
	attrs []inventory.Attr
	ranks []int
	last  []term // of each attribute: the next row mostly has the same
	all   map[term]bool
}

func newLedger(table string) *ledger {
	return &ledger{table: table, added: newTerms(), removed: newTerms(), groups: map[group]int{}, squares: map[squareGroup]int{}, grouped: ranks(grouped())}
}

func newTerms() terms {
	attrs := termAttrs()
	return terms{attrs: attrs, ranks: ranks(attrs), last: make([]term, len(attrs)), all: map[term]bool{}}
}

func (t *terms) note(block int64, attributes *described) {
	for i, attr := range t.attrs {
		one := term{attr, attributes[t.ranks[i]], block}
		if one.value != "" && one != t.last[i] {
			t.last[i], t.all[one] = one, true
		}
	}
}

// sorted are the terms in the order in which the file has them.
func (t *terms) sorted() []term {
	return slices.SortedFunc(maps.Keys(t.all), func(a, b term) int {
		return cmp.Or(cmp.Compare(a.attr, b.attr), cmp.Compare(a.value, b.value), cmp.Compare(a.block, b.block))
	})
}

// add notes that row n is there, in a cell and with these attributes.
func (l *ledger) add(n, cell int64, attributes *described) {
	l.added.note(n/blockRows, attributes)
	l.tally(cell, attributes, 1)
}

// remove notes that row n is no longer there, or no longer in this cell and with these attributes.
func (l *ledger) remove(n, cell int64, attributes *described) {
	l.removed.note(n/blockRows, attributes)
	l.tally(cell, attributes, -1)
}

func (l *ledger) tally(cell int64, attributes *described, rows int) {
	g := l.group(attributes)
	l.groups[g] += rows
	l.squares[squareGroup{cell >> squareShift, g}] += rows
}

func (l *ledger) group(attributes *described) (g group) {
	for i, rank := range l.grouped {
		g[i] = attributes[rank]
	}
	return g
}

// read finds the row of an id.
func (l *ledger) read(conn *sqlite.Conn, id string) (n, cell int64, attributes described, err error) {
	err = inventory.ErrNotFound
	query := fmt.Sprintf("SELECT n, cell, %s FROM %s WHERE id = ?", strings.Join(attrColumns(), ", "), l.table)
	failed := run(conn, query, func(key *values) { key.text(id) }, func(row *sqlite.Stmt) bool {
		n, cell, attributes = describedRow(row)
		err = nil
		return true
	})
	return n, cell, attributes, cmp.Or(failed, err)
}

// describedRow reads the number, the cell and the attributes of a row.
func describedRow(row *sqlite.Stmt) (n, cell int64, attributes described) {
	for i := range attributes {
		attributes[i] = row.ColumnText(2 + i)
	}
	return row.ColumnInt64(0), row.ColumnInt64(1), attributes
}

func attrColumns() (columns []string) {
	for _, attr := range inventory.Attrs() {
		columns = append(columns, string(attr))
	}
	return columns
}

// close writes what has changed, when the rows are stored.
func (l *ledger) close(conn *sqlite.Conn) error {
	for _, t := range l.added.sorted() {
		if err := l.insert(conn, t); err != nil {
			return err
		}
	}
	for _, t := range l.removed.sorted() {
		if !l.added.all[t] {
			if err := l.clean(conn, t); err != nil {
				return err
			}
		}
	}
	for _, g := range slices.SortedFunc(maps.Keys(l.groups), func(a, b group) int { return slices.Compare(a[:], b[:]) }) {
		if err := l.count(conn, g, l.groups[g]); err != nil {
			return err
		}
	}
	return l.closeSquares(conn)
}

// closeSquares writes the counts of squares.
func (l *ledger) closeSquares(conn *sqlite.Conn) error {
	order := slices.SortedFunc(maps.Keys(l.squares), func(a, b squareGroup) int {
		return cmp.Or(cmp.Compare(a.square, b.square), slices.Compare(a.group[:], b.group[:]))
	})
	for _, s := range order {
		if err := l.countSquare(conn, s, l.squares[s]); err != nil {
			return err
		}
	}
	return nil
}

func (t term) bind(row *values) {
	row.text(string(t.attr))
	row.text(t.value)
	row.integer(t.block)
}

func (l *ledger) insert(conn *sqlite.Conn, t term) error {
	return change(conn, "INSERT INTO "+l.table+"_terms (attr, value, block) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", t.bind)
}

// clean takes a term away that no row of its block has any more.
func (l *ledger) clean(conn *sqlite.Conn, t term) error {
	text := fmt.Sprintf(`DELETE FROM %s_terms WHERE attr = ? AND value = ? AND block = ?
AND NOT EXISTS (SELECT 1 FROM %s t WHERE %s AND t.%s = ?)`, l.table, l.table, inBlock("?3"), t.attr)
	return change(conn, text, func(row *values) { t.bind(row); row.text(t.value) })
}

// inBlock keeps the rows t of a block.
func inBlock(block string) string {
	return fmt.Sprintf("t.n BETWEEN %s * %d AND %s * %d + %d", block, blockRows, block, blockRows, blockRows-1)
}

// count adds to the number of rows of a group, which goes when it has none.
func (l *ledger) count(conn *sqlite.Conn, g group, rows int) error {
	if rows == 0 {
		return nil
	}
	same := strings.Join(groupColumns(), " IS ? AND ") + " IS ?"
	bind := func(row *values) {
		row.integer(int64(rows))
		g.bind(row)
	}
	if err := change(conn, "UPDATE "+l.table+"_groups SET rows = rows + ? WHERE "+same, bind); err != nil {
		return err
	}
	switch {
	case conn.Changes() == 0:
		return change(conn, fmt.Sprintf("INSERT INTO %s_groups (rows, %s) VALUES (?, ?, ?, ?, ?)",
			l.table, strings.Join(groupColumns(), ", ")), bind)
	case rows < 0:
		return change(conn, "DELETE FROM "+l.table+"_groups WHERE "+same+" AND rows = 0", g.bind)
	}
	return nil
}

// countSquare adds to the number of rows of a group in a square, which goes when it has none.
func (l *ledger) countSquare(conn *sqlite.Conn, s squareGroup, rows int) error {
	if rows == 0 {
		return nil
	}
	same := "square = ? AND " + strings.Join(groupColumns(), " IS ? AND ") + " IS ?"
	bind := func(row *values) {
		row.integer(int64(rows))
		s.bind(row)
	}
	if err := change(conn, "UPDATE "+l.table+"_squares SET rows = rows + ? WHERE "+same, bind); err != nil {
		return err
	}
	switch {
	case conn.Changes() == 0:
		return change(conn, fmt.Sprintf("INSERT INTO %s_squares (rows, square, %s) VALUES (?, ?, ?, ?, ?, ?)",
			l.table, strings.Join(groupColumns(), ", ")), bind)
	case rows < 0:
		return change(conn, "DELETE FROM "+l.table+"_squares WHERE "+same+" AND rows = 0", s.bind)
	}
	return nil
}

func (s squareGroup) bind(row *values) {
	row.integer(s.square)
	s.group.bind(row)
}

func (g group) bind(row *values) {
	for _, value := range g {
		row.textOrNull(value)
	}
}

func groupColumns() (columns []string) {
	for _, attr := range grouped() {
		columns = append(columns, string(attr))
	}
	return columns
}

// termRows are the rows that fulfil a condition on an attribute that has terms, by their blocks.
func termRows(table string, c inventory.Condition) rows {
	value := condition(c, "x.value")
	return rows{
		from: fmt.Sprintf("%s_terms x CROSS JOIN %s t", table, table),
		filter: filter{
			text: fmt.Sprintf("x.attr = ? AND %s AND %s AND t.%s = x.value", value.text, inBlock("x.block"), c.Attr),
			args: append([]any{string(c.Attr)}, value.args...),
		},
	}
}

// termBlocks keeps the rows of the blocks in which some row fulfils the condition.
func termBlocks(table string, c inventory.Condition) filter {
	value := condition(c, "x.value")
	return filter{
		text: fmt.Sprintf("t.n / %d IN (SELECT x.block FROM %s_terms x WHERE x.attr = ? AND %s)", blockRows, table, value.text),
		args: append([]any{string(c.Attr)}, value.args...),
	}
}
