package geo

import "math/bits"

// sieve finds, among the edges of a part of a chunk, those near a box: bit k of a set stands for edge first+k, and there
// are no more than chunkEdges of them. Both ways the box of the part is cut into strips.
type sieve struct {
	box            box
	shiftX, shiftY uint
	// from are the edges that begin in a strip or before it, to those that end in it or after it.
	fromX, toX, fromY, toY [strips]uint64
}

const strips = 32

// fill takes edges, given by their vertices, whose box is known.
func (s *sieve) fill(over box, vertices []vertex) {
	s.box = over
	s.shiftX, s.shiftY = stripShift(over.x0, over.x1), stripShift(over.y0, over.y1)
	clear(s.fromX[:])
	clear(s.toX[:])
	clear(s.fromY[:])
	clear(s.toY[:])
	for k := range len(vertices) - 1 {
		b, bit := edgeBox(vertices[k], vertices[k+1]), uint64(1)<<k
		s.fromX[s.column(b.x0)] |= bit
		s.toX[s.column(b.x1)] |= bit
		s.fromY[s.row(b.y0)] |= bit
		s.toY[s.row(b.y1)] |= bit
	}
	for k := 1; k < strips; k++ {
		s.fromX[k] |= s.fromX[k-1]
		s.fromY[k] |= s.fromY[k-1]
		s.toX[strips-1-k] |= s.toX[strips-k]
		s.toY[strips-1-k] |= s.toY[strips-k]
	}
}

// stripShift tells by how many bits to shift what lies between two numbers, so that there is a strip for each.
func stripShift(from, to int32) uint {
	return uint(max(0, bits.Len32(uint32(to-from))-bits.Len32(strips-1)))
}

func (s *sieve) column(x int32) uint32 { return uint32(x-s.box.x0) >> s.shiftX % strips }

func (s *sieve) row(y int32) uint32 { return uint32(y-s.box.y0) >> s.shiftY % strips }

// near is the edges whose boxes may meet a box that meets theirs all together.
func (s *sieve) near(b box) uint64 {
	b = b.clip(s.box)
	return s.fromX[s.column(b.x1)] & s.toX[s.column(b.x0)] & s.fromY[s.row(b.y1)] & s.toY[s.row(b.y0)]
}
