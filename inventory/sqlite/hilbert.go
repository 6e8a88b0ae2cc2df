package sqlite

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Places are sorted along a Hilbert curve (D. Hilbert, Math. Ann. 38, 1891), which keeps neighbours near each other:
// the cells of a box are a few runs of consecutive numbers. The curve runs over a square of 2^hilbertOrder cells a
// side laid over lon −180…180 and lat −90…90; a cell is about 2.4 m by 1.2 m at the equator.
const hilbertOrder = 24

// nowhere is the cell of a record without a place.
const nowhere = -1

// span is a run of consecutive cells, both ends included.
type span struct{ first, last int64 }

// cellOf is the cell of a place.
func cellOf(p orb.Point) int64 {
	at := inventory.CellOf(p, hilbertOrder)
	return hilbert(at.Column, at.Row, hilbertOrder)
}

// hilbert is the rank along the curve of the cell x, y of a square of 2^order cells a side. The rank in a coarser
// square is the beginning of the rank in a finer one.
func hilbert(x, y uint32, order int) int64 {
	var rank int64
	for bit := order - 1; bit >= 0; bit-- {
		right, up := x>>bit&1, y>>bit&1
		rank = rank<<2 | int64(3*right^up)
		if up == 0 { // the quarters at the bottom are turned
			if right == 1 {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return rank
}

// unhilbert is the cell whose rank along the curve of a square of 2^order cells a side this is.
func unhilbert(rank int64, order int) inventory.Cell {
	var x, y uint32
	for bit := range order { // from the smallest square to the largest
		quarter := rank >> (2 * bit) & 3
		right := uint32(quarter >> 1)   //nolint:gosec // G115: 0 or 1
		up := uint32(quarter&1) ^ right //nolint:gosec // G115: 0 or 1
		if up == 0 {
			x, y = y, x
			if right == 1 {
				side := uint32(1)<<bit - 1
				x, y = ^x&side, ^y&side
			}
		}
		x, y = x|right<<bit, y|up<<bit
	}
	return inventory.Cell{Column: x, Row: y}
}

// spans are runs of cells that hold every place of the box, and few others.
func spans(box orb.Bound) []span {
	return runs(inventory.CellOf(box.Min, hilbertOrder), inventory.CellOf(box.Max, hilbertOrder), hilbertOrder)
}

// runs are those of the ranks of a box of cells of an order, and few others: it is covered by some 8 by 8 squares.
func runs(low, high inventory.Cell, order int) []span {
	shift := 0
	for max(high.Column-low.Column, high.Row-low.Row)>>shift > 8 {
		shift++
	}
	var all []span
	for x := low.Column >> shift; x <= high.Column>>shift; x++ {
		for y := low.Row >> shift; y <= high.Row>>shift; y++ {
			first := hilbert(x, y, order-shift) << (2 * shift)
			all = append(all, span{first, first + 1<<(2*shift) - 1})
		}
	}
	return joined(all)
}

// joined sorts the runs and makes one of those that follow each other.
func joined(runs []span) []span {
	slices.SortFunc(runs, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	out := runs[:1]
	for _, next := range runs[1:] {
		if last := &out[len(out)-1]; last.last+1 == next.first {
			last.last = next.last
		} else {
			out = append(out, next)
		}
	}
	return out
}
