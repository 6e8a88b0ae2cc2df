package inventory

import (
	"iter"
	"slices"
	"strings"
)

// merge gives the records of several sequences in the order of their keys, each once. It stops at the first error.
func merge[T Record](parts []iter.Seq2[T, error]) iter.Seq2[T, error] {
	switch len(parts) {
	case 0:
		return func(func(T, error) bool) {}
	case 1:
		return parts[0]
	}
	return func(yield func(T, error) bool) {
		heads := make([]*head[T], 0, len(parts))
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for _, part := range parts {
			h := newHead(part)
			heads = append(heads, h)
			h.advance()
		}
		for {
			first := slices.MinFunc(heads, byHead[T])
			if !first.more || !yield(first.record, first.err) || first.err != nil {
				return
			}
			for key, i := first.record.Key(), 0; i < len(heads); i++ {
				for h := heads[i]; h.more && h.err == nil && h.record.Key() == key; {
					h.advance()
				}
			}
		}
	}
}

// head is where the reading of a sequence is.
type head[T Record] struct {
	next   func() (T, error, bool)
	stop   func()
	record T
	err    error
	more   bool
}

func newHead[T Record](of iter.Seq2[T, error]) *head[T] {
	h := &head[T]{}
	h.next, h.stop = iter.Pull2(of)
	return h
}

func (h *head[T]) advance() { h.record, h.err, h.more = h.next() }

// byHead orders heads by their keys: errors come first, what is at its end last.
func byHead[T Record](a, b *head[T]) int {
	rank := func(h *head[T]) int {
		switch {
		case !h.more:
			return 2
		case h.err != nil:
			return 0
		}
		return 1
	}
	if byRank := rank(a) - rank(b); byRank != 0 || rank(a) != 1 {
		return byRank
	}
	return strings.Compare(string(a.record.Key()), string(b.record.Key()))
}
