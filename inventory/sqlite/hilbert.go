package sqlite

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
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
	return hilbert(column(p.Lon()), row(p.Lat()), hilbertOrder)
}

func column(lon float64) uint32 { return step((lon + 180) / 360) }

func row(lat float64) uint32 { return step((lat + 90) / 180) }

// step is the rank of a share of 0…1 among the cells of a side. It never decreases when the share grows, so that a
// place inside a box has a column and a row between those of its corners.
func step(share float64) uint32 {
	const side = 1 << hilbertOrder
	return uint32(math.Max(0, math.Min(side-1, math.Floor(share*side))))
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

// spans are runs of cells that hold every place of the box, and few others: it is covered by some 8 by 8 squares.
func spans(box orb.Bound) []span {
	west, east := column(box.Min.Lon()), column(box.Max.Lon())
	south, north := row(box.Min.Lat()), row(box.Max.Lat())
	shift := 0
	for max(east-west, north-south)>>shift > 8 {
		shift++
	}
	var runs []span
	for x := west >> shift; x <= east>>shift; x++ {
		for y := south >> shift; y <= north>>shift; y++ {
			first := hilbert(x, y, hilbertOrder-shift) << (2 * shift)
			runs = append(runs, span{first, first + 1<<(2*shift) - 1})
		}
	}
	return joined(runs)
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
