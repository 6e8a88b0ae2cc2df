package sqlite_test

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory/sqlite"
)

// TestHilbertIsACurve: every cell has its own rank, and cells of following ranks are neighbours.
func TestHilbertIsACurve(t *testing.T) {
	for order := 1; order <= 6; order++ {
		side := uint32(1) << order
		at := map[int64][2]int{}
		for x := range side {
			for y := range side {
				at[sqlite.Hilbert(x, y, order)] = [2]int{int(x), int(y)}
			}
		}
		for rank := int64(1); rank < int64(side)*int64(side); rank++ {
			a, there := at[rank-1]
			b, too := at[rank]
			if dx, dy := b[0]-a[0], b[1]-a[1]; !there || !too || dx*dx+dy*dy != 1 {
				t.Fatalf("order %d: rank %d is at %v, the next at %v", order, rank-1, a, b)
			}
		}
	}
}

// TestHilbertPrefix: the rank in a coarser square begins the rank in a finer one.
func TestHilbertPrefix(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		x, y, shift := r.Uint32N(1<<24), r.Uint32N(1<<24), r.IntN(24)
		if fine, coarse := sqlite.Hilbert(x, y, 24), sqlite.Hilbert(x>>shift, y>>shift, 24-shift); fine>>(2*shift) != coarse {
			t.Fatalf("%d, %d: %d does not begin with %d", x, y, fine, coarse)
		}
	}
}

// TestUnhilbert: the cell of the rank of a cell is that cell.
func TestUnhilbert(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 10_000 {
		order := 1 + r.IntN(24)
		x, y := r.Uint32N(1<<order), r.Uint32N(1<<order)
		if at := sqlite.Unhilbert(sqlite.Hilbert(x, y, order), order); at.Column != x || at.Row != y {
			t.Fatalf("order %d: %d, %d comes back as %v", order, x, y, at)
		}
	}
}

// TestSpansHoldTheirBox: every place of a box, its corners above all, is in one run, and the runs are few and sorted.
func TestSpansHoldTheirBox(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		size := 360 * r.Float64() * r.Float64() * r.Float64()
		west, south := -180+360*r.Float64(), -90+180*r.Float64()
		east, north := min(180, west+size), min(90, south+size*r.Float64())
		runs := sqlite.Spans(west, south, east, north)
		if len(runs) > 81 {
			t.Fatalf("%d runs", len(runs))
		}
		for i, run := range runs {
			if run[0] > run[1] || i > 0 && runs[i-1][1]+1 >= run[0] {
				t.Fatalf("run %d of %v", i, runs)
			}
		}
		for _, p := range []orb.Point{
			{west, south}, {west, north}, {east, south}, {east, north},
			{west + (east-west)*r.Float64(), south + (north-south)*r.Float64()},
		} {
			if !held(runs, sqlite.CellOf(p)) {
				t.Fatalf("%v is in no run of the box %v %v %v %v", p, west, south, east, north)
			}
		}
	}
}

func held(runs [][2]int64, cell int64) bool {
	for _, run := range runs {
		if run[0] <= cell && cell <= run[1] {
			return true
		}
	}
	return false
}
