package inventory

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// MaxCellOrder is the order of the finest grid of cells: some 2.4 m by 1.2 m at the equator.
const MaxCellOrder = 24

// mostCells bounds the cells that are counted at once.
const mostCells = 1 << 16

// Cell is one cell of a grid: that of an order lays the world out in 2^order columns from west to east, which share lon −180…180
// evenly, and as many rows from south to north, which share lat −90…90.
type Cell struct{ Column, Row uint32 }

// CellOf is the cell of a place, lon, lat, in the grid of an order. A place on a border is east and north of it, but at the end of
// the world. The cell in a coarser grid is that in a finer one without its last bits.
func CellOf(at orb.Point, order int) Cell {
	return Cell{step((at.Lon()+180)/360, order), step((at.Lat()+90)/180, order)}
}

// step is the rank of a share of 0…1 among the cells of a side. It never decreases when the share grows, so that a place inside
// a box has a column and a row between those of its corners.
func step(share float64, order int) uint32 {
	side := float64(uint32(1) << order)
	return uint32(math.Max(0, math.Min(side-1, math.Floor(share*side))))
}

// Cells is a box of cells of the grid of an order, from a column and a row to others, all four included.
type Cells struct {
	Order                    int
	West, South, East, North uint32
}

// Bound is the ground of the cells, degrees.
func (c Cells) Bound() orb.Bound {
	width, height := c.cellDeg()
	return orb.Bound{
		Min: orb.Point{float64(c.West)*width - 180, float64(c.South)*height - 90},
		Max: orb.Point{float64(c.East+1)*width - 180, float64(c.North+1)*height - 90},
	}
}

// Middle is the middle of a cell, lon, lat.
func (c Cells) Middle(of Cell) orb.Point {
	width, height := c.cellDeg()
	return orb.Point{(float64(of.Column)+0.5)*width - 180, (float64(of.Row)+0.5)*height - 90}
}

// cellDeg is the size of a cell, degrees.
func (c Cells) cellDeg() (width, height float64) {
	side := float64(uint32(1) << c.Order)
	return 360 / side, 180 / side
}

// Hold tells whether a cell is one of them.
func (c Cells) Hold(one Cell) bool {
	return one.Column >= c.West && one.Column <= c.East && one.Row >= c.South && one.Row <= c.North
}

// Validate returns nil or an *InvalidError.
func (c Cells) Validate() error {
	var f faults
	if c.Order < 0 || c.Order > MaxCellOrder {
		f.add("cells.order", "must be 0 to %d", MaxCellOrder)
		return f.err("query", "")
	}
	side := uint32(1) << c.Order
	if c.West > c.East || c.South > c.North || c.East >= side || c.North >= side {
		f.add("cells", "are no box of the grid of order %d", c.Order)
	} else if n := uint64(c.East-c.West+1) * uint64(c.North-c.South+1); n > mostCells {
		f.add("cells", "are %d, more than the %d that are counted at once", n, mostCells)
	}
	return f.err("query", "")
}

// paddingDeg is more than rounding moves a place that lies on the border of a cell, degrees.
const paddingDeg = 1e-9

// Query is the query with an area in which every record of the cells is; one that has an area already is left as it is.
func (c Cells) Query(q Query) Query {
	q.After, q.Limit = "", 0
	if q.Area == nil {
		q.Area = c.Bound().Pad(paddingDeg)
	}
	return q
}

// CellGroup is how many records stand in one cell and have the same values of the attributes that were asked for.
type CellGroup struct {
	Cell Cell
	// Values are in the order in which the attributes were asked for; an unknown one is empty.
	Values []string
	Count  int
}

// CellCounter is a shelf that counts by cells without reading every record.
type CellCounter interface {
	// CountCells counts the records that the query matches and whose shape is a point in one of the cells, by these and by their
	// values of some attributes, eight at most. No group is empty; they are in the order of their rows, columns and values.
	// After and Limit are ignored.
	CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error)
}

// CountCells counts the records of a shelf by cells, by its [CellCounter] when it has one.
func CountCells[T Record](ctx context.Context, shelf Shelf[T], q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	q.After, q.Limit = "", 0
	if counter, ok := shelf.(CellCounter); ok {
		return counter.CountCells(ctx, q, in, by...)
	}
	if err := CheckCells(q, in, by); err != nil {
		return nil, err
	}
	return GroupCells(shelf.Find(ctx, in.Query(q)), in, by)
}

// CheckCells returns nil, or an *InvalidError when records cannot be counted like this.
func CheckCells(q Query, in Cells, by []Attr) error {
	err := errors.Join(q.Validate(), in.Validate())
	if len(by) > 0 {
		err = errors.Join(err, CheckGroups(by))
	}
	return err
}

// GroupCells counts the records of a Find one by one, by cells.
func GroupCells[T Record](found iter.Seq2[T, error], in Cells, by []Attr) ([]CellGroup, error) {
	var tally CellTally
	for record, err := range found {
		if err != nil {
			return nil, err
		}
		tally.note(record, in, by)
	}
	return tally.Groups(), nil
}

// CellTally adds up groups of cells. Its zero value is empty.
type CellTally struct{ counts map[cellKey]*CellGroup }

type cellKey struct {
	cell   Cell
	values [8]string
}

// Add counts n more records of a cell with these values, eight at most.
func (t *CellTally) Add(n int, cell Cell, values ...string) {
	key := cellKey{cell: cell}
	copy(key.values[:], values)
	group, known := t.counts[key]
	if !known {
		if t.counts == nil {
			t.counts = map[cellKey]*CellGroup{}
		}
		group = &CellGroup{Cell: cell, Values: slices.Clone(values)}
		t.counts[key] = group
	}
	group.Count += n
}

// note counts a record, if it stands in one of the cells.
func (t *CellTally) note(record Record, in Cells, by []Attr) {
	at, placed := record.Shape().(orb.Point)
	if !placed {
		return
	}
	cell := CellOf(at, in.Order)
	if !in.Hold(cell) {
		return
	}
	attributes, values := record.Attributes(), make([]string, len(by))
	for i, attr := range by {
		values[i] = attributes[attr]
	}
	t.Add(1, cell, values...)
}

// Groups are those that have records, in the order of their rows, columns and values.
func (t *CellTally) Groups() []CellGroup {
	groups := make([]CellGroup, 0, len(t.counts))
	for _, group := range slices.SortedFunc(maps.Values(t.counts), func(a, b *CellGroup) int {
		return cmp.Or(cmp.Compare(a.Cell.Row, b.Cell.Row), cmp.Compare(a.Cell.Column, b.Cell.Column), slices.Compare(a.Values, b.Values))
	}) {
		groups = append(groups, *group)
	}
	return groups
}
