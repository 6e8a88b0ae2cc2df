package sqlite

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
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
	c := candidate{id: row.ColumnText(0), row: row.ColumnInt64(1)}
	c.head = headOf(c.id)
	if row.ColumnCount() > 2 && s.size < s.bytes {
		c.doc = row.ColumnText(2)
		s.size += len(c.doc)
		s.see(c.doc)
	}
	c.rank = s.added
	s.added++
	if s.kept = append(s.kept, c); len(s.kept) == 2*s.most {
		s.sorted()
	}
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
	// earlyChunk is how many documents are handed to the goroutine that reads them at once.
	earlyChunk = 32
	// mostEarly is how many documents are read early at most. When there are more, that was in vain.
	mostEarly = 2048
)

// early reads the documents of candidates while an index still proposes others, in a goroutine of its own.
type early[T inventory.Record] struct {
	chunk   []string
	work    chan []string // nil before the first chunk is full
	most    int           // documents
	added   int
	records [][]T // of the chunks, in the order of the candidates
	failed  error
	reading sync.WaitGroup
}

// add takes the document of the next candidate.
func (e *early[T]) add(doc string) {
	if e.added++; e.added > e.most {
		return
	}
	if e.chunk = append(e.chunk, doc); len(e.chunk) < earlyChunk {
		return
	}
	if e.work == nil {
		work := make(chan []string, mostEarly/earlyChunk)
		e.work = work
		e.reading.Go(func() {
			for docs := range work {
				e.read(docs)
			}
		})
	}
	e.work <- e.chunk
	e.chunk = make([]string, 0, earlyChunk)
}

func (e *early[T]) read(docs []string) {
	records := make([]T, len(docs))
	e.failed = cmp.Or(e.failed, decodeAll(docs, records))
	e.records = append(e.records, records)
}

// wait ends the reading. The documents that are left are read here.
func (e *early[T]) wait() {
	if e.work != nil {
		close(e.work)
		e.work = nil
	}
	e.reading.Wait()
	if len(e.chunk) > 0 && e.added <= e.most {
		e.read(e.chunk)
	}
	e.chunk = nil
}

// complete tells that the records of all candidates were read.
func (e *early[T]) complete(found []candidate) bool {
	return e.added > 0 && e.added == len(found) && e.added <= e.most
}

// give hands the records over that match, in the order of the candidates.
func (e *early[T]) give(ctx context.Context, feed *inventory.Feed[T], found []candidate) error {
	for _, c := range found {
		if e.failed != nil {
			return e.failed
		}
		one := e.records[c.rank/earlyChunk][c.rank%earlyChunk:][:1]
		if err := feed.Give(ctx, one); err != nil || feed.Left == 0 {
			return err
		}
	}
	return nil
}
