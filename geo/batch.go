package geo

import "slices"

// section is the edges first … last−1 of a chunk, to be walked.
type section struct {
	chunk
	number int32 // of the chunk when it is walked as a whole, or else −1
	edge   int32 // where its edges begin, in the batch
	goesOn bool  // from where the section before ended
}

// Of legs that a goroutine takes at a time: the more, the more crossings are found once for both edges; the fewer, the
// more evenly the work is shared out.
const (
	leastBatch, mostBatch = 64, 512
	leastBatches          = 16
)

// growTo makes room for so many chunks.
func (w *walker) growTo(chunks int) {
	more := chunks - len(w.whole)
	w.stamp = append(w.stamp, make([]int32, more)...)
	w.whole = append(w.whole, slices.Repeat([]int32{-1}, more)...)
}

// enlist adds a leg to the batch; the parts of it outside the roof, if there is one.
func (w *walker) enlist(l leg) {
	for c := l.first; c < l.last; c++ {
		chunk := &w.a.chunks[c]
		switch {
		case !chunk.box.meets(w.a.limit):
		case w.roof != nil && chunk.item < w.a.covers:
			w.enlistOutside(c)
		default:
			w.enlistPart(c, chunk.first, chunk.last)
		}
	}
}

// enlistOutside adds the parts of a chunk outside the roof.
func (w *walker) enlistOutside(c int32) {
	chunk := &w.a.chunks[c]
	if w.roof.coversBox(chunk.box) {
		return
	}
	from := chunk.first // of the part that is open
	end := func(e int32) {
		if e > from {
			w.enlistPart(c, from, e)
		}
	}
	for k := chunk.firstCourse; k < chunk.lastCourse; k++ {
		course := w.a.courses[k]
		if w.roof.coversBox(w.a.reaches[k]) {
			end(course.first)
			from = course.last
			continue
		}
		for e := course.first; e < course.last; e++ {
			if w.roof.coversEdge(w.a.vertices[e], w.a.vertices[e+1]) {
				end(e)
				from = e + 1
			}
		}
	}
	end(chunk.last)
}

// enlistPart adds edges first … last−1 of a chunk.
func (w *walker) enlistPart(c, first, last int32) {
	s := section{chunk: w.a.chunks[c], number: -1}
	if n := len(w.batch); n > 0 {
		before := &w.batch[n-1]
		s.edge = before.edge + before.last - before.first
		s.goesOn = before.ring == s.ring && before.last == first
	}
	if first == s.first && last == s.last {
		s.number, w.whole[c] = c, s.edge
	} else {
		s.first, s.last, s.box = first, last, boxOf(w.a.vertices[first:last+1])
	}
	w.batch = append(w.batch, s)
}
