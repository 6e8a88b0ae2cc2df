package geo

import "math"

// box is a rectangle, borders included.
type box struct{ x0, y0, x1, y1 int32 }

// nothing meets no box; everything meets every box but nothing.
var (
	nothing    = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	everything = box{math.MinInt32, math.MinInt32, math.MaxInt32, math.MaxInt32}
)

func (b box) with(v vertex) box {
	return box{min(b.x0, v.x), min(b.y0, v.y), max(b.x1, v.x), max(b.y1, v.y)}
}

// hull is the smallest box round both.
func (b box) hull(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

func (b box) clip(o box) box {
	return box{max(b.x0, o.x0), max(b.y0, o.y0), min(b.x1, o.x1), min(b.y1, o.y1)}
}

func (b box) meets(o box) bool { return b.reach(o) >= 0 }

// reach is negative when two boxes do not meet: without a branch, which would be taken or not at random.
func (b box) reach(o box) int64 {
	return (int64(o.x1) - int64(b.x0)) | (int64(b.x1) - int64(o.x0)) | (int64(o.y1) - int64(b.y0)) | (int64(b.y1) - int64(o.y0))
}

func (b box) holds(v vertex) bool {
	return v.x >= b.x0 && v.x <= b.x1 && v.y >= b.y0 && v.y <= b.y1
}

func (b box) middle() vertex { return vertex{b.x0/2 + b.x1/2, b.y0/2 + b.y1/2} }

func (b box) empty() bool { return b.x0 > b.x1 || b.y0 > b.y1 }

// size is the longer side.
func (b box) size() int64 {
	return max(int64(b.x1)-int64(b.x0), int64(b.y1)-int64(b.y0))
}

func edgeBox(a, b vertex) box {
	return box{min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y)}
}

func boxOf(vertices []vertex) box {
	b := nothing
	for _, v := range vertices {
		b = b.with(v)
	}
	return b
}

// lattice is square cells over a box; what lies beyond it belongs to the cells at its rim.
type lattice struct {
	over          box
	size          int64
	columns, rows int32
}

// newLattice takes cells of a size or the power of two times it that gives no more than most.
func newLattice(over box, size, most int64) lattice {
	width, height := int64(over.x1)-int64(over.x0)+1, int64(over.y1)-int64(over.y0)+1
	for (width/size+1)*(height/size+1) > most {
		size *= 2
	}
	return lattice{over, size, int32(width/size) + 1, int32(height/size) + 1}
}

func (l lattice) count() int { return int(l.columns) * int(l.rows) }

func (l lattice) column(x int32) int32 {
	return int32((int64(min(max(x, l.over.x0), l.over.x1)) - int64(l.over.x0)) / l.size)
}

func (l lattice) row(y int32) int32 {
	return int32((int64(min(max(y, l.over.y0), l.over.y1)) - int64(l.over.y0)) / l.size)
}

func (l lattice) cell(v vertex) int32 { return l.row(v.y)*l.columns + l.column(v.x) }

// middle is a place inside a cell.
func (l lattice) middle(column, row int32) vertex {
	return vertex{
		int32(min(int64(l.over.x0)+int64(column)*l.size+l.size/2, int64(l.over.x1))),
		int32(min(int64(l.over.y0)+int64(row)*l.size+l.size/2, int64(l.over.y1))),
	}
}

// patch is a rectangle of cells.
type patch struct{ c0, r0, c1, r1 int32 }

func (l lattice) patch(b box) patch {
	return patch{l.column(b.x0), l.row(b.y0), l.column(b.x1), l.row(b.y1)}
}

// buckets are lists of numbers, all in one slice: list k is items[start[k]:start[k+1]].
type buckets struct{ start, items []int32 }

func (b buckets) list(k int32) []int32 { return b.items[b.start[k]:b.start[k+1]] }

// sort puts the numbers 0 … count−1 in the lists of the cells that their boxes meet; a box of nothing in none.
func (l lattice) sort(count int, boxOf func(k int) box) buckets {
	b := buckets{start: make([]int32, l.count()+1)}
	patches := make([]patch, count)
	for k := range patches {
		p := patch{c1: -1, r1: -1}
		if own := boxOf(k); own != nothing {
			p = l.patch(own)
		}
		patches[k] = p
		for r := p.r0; r <= p.r1; r++ {
			for c := p.c0; c <= p.c1; c++ {
				b.start[r*l.columns+c]++
			}
		}
	}
	b.open()
	for k := count - 1; k >= 0; k-- {
		p := patches[k]
		for r := p.r0; r <= p.r1; r++ {
			for c := p.c0; c <= p.c1; c++ {
				b.start[r*l.columns+c]--
				b.items[b.start[r*l.columns+c]] = int32(k)
			}
		}
	}
	return b
}

// open makes room for lists whose lengths are in start; the lists are then filled from their ends.
func (b *buckets) open() {
	sum := int32(0)
	for k, n := range b.start {
		sum += n
		b.start[k] = sum
	}
	b.items = make([]int32, sum)
}

// latecomers are lists of numbers by cell that grow, most of them empty; nil has none.
type latecomers struct {
	rank  []int32 // by cell: of its list, from 1 on, or 0
	lists [][]int32
}

func newLatecomers(l lattice) *latecomers {
	return &latecomers{rank: make([]int32, l.count()), lists: make([][]int32, 1)}
}

func (c *latecomers) list(cell int32) []int32 {
	if c == nil {
		return nil
	}
	return c.lists[c.rank[cell]]
}

// add puts a number in the lists of the cells that a box meets.
func (c *latecomers) add(l lattice, b box, number int32) {
	p := l.patch(b)
	for row := p.r0; row <= p.r1; row++ {
		for column := p.c0; column <= p.c1; column++ {
			rank := &c.rank[row*l.columns+column]
			if *rank == 0 {
				*rank, c.lists = int32(len(c.lists)), append(c.lists, nil)
			}
			c.lists[*rank] = append(c.lists[*rank], number)
		}
	}
}
