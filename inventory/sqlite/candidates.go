package sqlite

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// candidate is a record that an index proposes: its key, its row, and its document when there were few.
type candidate struct {
	id   string
	head uint64 // the first bytes of the id, which nearly always tell two apart
	row  int64
	doc  string
	rank int // how many were proposed before it
}

// smallest keeps the candidates with the smallest keys, and their documents as long as all of them fit in a page.
type smallest struct {
	most, bytes int // how many candidates, and bytes of their documents, to keep at most
	kept        []candidate
	more        bool
	size, added int              // bytes of the documents kept, and how many candidates there were
	see         func(doc string) // is given each document that is kept
}

// add keeps a row of id, n and perhaps doc.
func (s *smallest) add(row *sqlite.Stmt) {
	c := candidate{row: row.ColumnInt64(1), rank: s.added}
	if row.ColumnCount() > 2 && s.size < s.bytes {
		c.doc = row.ColumnText(2)
		c.id = keyIn(c.doc)
		s.size += len(c.doc)
		s.see(c.doc)
	}
	if c.id == "" {
		c.id = row.ColumnText(0)
	}
	c.head = headOf(c.id)
	s.added++
	if s.kept = append(s.kept, c); len(s.kept) == 2*s.most {
		s.sorted()
	}
}

// keyIn is the key at the beginning of a document, which has nothing to be escaped; empty when it is not there.
func keyIn(doc string) string {
	rest, found := strings.CutPrefix(doc, `{"id":"`)
	key, _, ended := strings.Cut(rest, `"`)
	if !found || !ended {
		return ""
	}
	return key
}

// headOf is the number whose order is that of the first eight bytes of the id.
func headOf(id string) uint64 {
	var head [8]byte
	copy(head[:], id)
	return binary.BigEndian.Uint64(head[:])
}

// sorted puts the candidates in order. It sorts numbers, which are moved with less ado than texts.
func (s *smallest) sorted() []candidate {
	type place struct {
		head uint64
		at   int
	}
	places := make([]place, len(s.kept))
	for at, c := range s.kept {
		places[at] = place{c.head, at}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return cmp.Compare(s.kept[a.at].id, s.kept[b.at].id)
	})
	if len(places) > s.most {
		places, s.more = places[:s.most], true
	}
	kept := make([]candidate, len(places))
	for i, p := range places {
		kept[i] = s.kept[p.at]
	}
	s.kept = kept
	return kept
}

const (
	// earlyChunk is how many documents are read at once by one goroutine.
	earlyChunk = 16
	// mostEarly is how many documents are read early at most. When there are more, that was in vain.
	mostEarly = 2048
)

// early reads the documents of candidates while an index still proposes others, in a goroutine of its own; at the end both
// goroutines read what is left.
type early[T inventory.Record] struct {
	most    int // documents
	added   int
	spare   *sync.Pool     // of chunks
	chunks  []*chunk[T]    // in the order of the candidates
	work    chan *chunk[T] // those that are full; nil before the first one is
	reading sync.WaitGroup
}

// chunk is some documents and, once they are read, their records.
type chunk[T inventory.Record] struct {
	docs    []string
	records [earlyChunk]T
	failed  error
}

func (c *chunk[T]) read() { c.failed = decodeAll(c.docs, c.records[:]) }

// chunk is an empty one.
func (e *early[T]) chunk() *chunk[T] {
	if c, again := e.spare.Get().(*chunk[T]); again {
		return c
	}
	return &chunk[T]{docs: make([]string, 0, earlyChunk)}
}

// release gives the chunks back, empty.
func (e *early[T]) release() {
	for _, c := range e.chunks {
		clear(c.docs)
		*c = chunk[T]{docs: c.docs[:0]}
		e.spare.Put(c)
	}
	e.chunks = nil
}

// add takes the document of the next candidate.
func (e *early[T]) add(doc string) {
	if e.added++; e.added > e.most {
		return
	}
	if e.added%earlyChunk == 1 {
		e.chunks = append(e.chunks, e.chunk())
	}
	last := e.chunks[len(e.chunks)-1]
	if last.docs = append(last.docs, doc); len(last.docs) < earlyChunk {
		return
	}
	if e.work == nil {
		e.work = make(chan *chunk[T], mostEarly/earlyChunk)
		e.reading.Go(func() {
			for c := range e.work {
				c.read()
			}
		})
	}
	e.work <- last
}

// wait ends the reading. It helps, unless all was in vain.
func (e *early[T]) wait() {
	useful := e.added <= e.most
	if useful && e.added%earlyChunk > 0 {
		e.chunks[len(e.chunks)-1].read()
	}
	if e.work != nil {
		close(e.work)
		for c := range e.work {
			if useful {
				c.read()
			}
		}
	}
	e.reading.Wait()
}

// complete tells that the records of all candidates were read.
func (e *early[T]) complete(found []candidate) bool {
	return e.added > 0 && e.added == len(found) && e.added <= e.most
}

// give hands the records over that match, in the order of the candidates.
func (e *early[T]) give(ctx context.Context, feed *inventory.Feed[T], found []candidate) error {
	defer e.release()
	for _, c := range found {
		from := e.chunks[c.rank/earlyChunk]
		if from.failed != nil {
			return from.failed
		}
		if err := feed.Give(ctx, from.records[c.rank%earlyChunk:][:1]); err != nil || feed.Left == 0 {
			return err
		}
	}
	return nil
}
