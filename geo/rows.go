package geo

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// Rows are the rows of a table, in order. They are never written into: the coverage that [Coverage.Replace] gives shares
// with the one before the rows that did not change, so that it need not copy ten thousand of them.
type Rows[T any] struct {
	count int
	pages [][]T
}

// pageRows is how many rows are copied when one of them changes.
const pageRows = 16

func newRows[T any](rows []T) Rows[T] {
	return Rows[T]{len(rows), slices.Collect(slices.Chunk(rows, pageRows))}
}

// Len is the number of rows.
func (r Rows[T]) Len() int { return r.count }

// At is row k, from 0 on.
func (r Rows[T]) At(k int) T { return r.pages[k/pageRows][k%pageRows] }

// All are the rows with their numbers.
func (r Rows[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for k := range r.count {
			if !yield(k, r.At(k)) {
				return
			}
		}
	}
}

// MarshalJSON writes the rows as a list.
func (r Rows[T]) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(slices.Concat(r.pages...))
	if err != nil {
		return nil, fmt.Errorf("rows: %w", err)
	}
	return text, nil
}

// draft is rows that are being changed, page by page.
type draft[T any] struct {
	rows Rows[T]
	own  map[int]bool // pages that are no longer those of other rows
}

func newDraft[T any](r Rows[T]) draft[T] {
	return draft[T]{Rows[T]{r.count, slices.Clone(r.pages)}, map[int]bool{}}
}

// row is a row to write into.
func (d draft[T]) row(k int32) *T {
	page := int(k) / pageRows
	if !d.own[page] {
		d.own[page], d.rows.pages[page] = true, slices.Clone(d.rows.pages[page])
	}
	return &d.rows.pages[page][k%pageRows]
}
