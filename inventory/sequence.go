package inventory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// entry is a record with its text: the JSON that encoding/json makes of it. Two records are the same when their texts
// are.
type entry struct {
	record Record
	text   []byte
}

func entryOf(record Record) (entry, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return entry{}, fmt.Errorf("write %q as JSON: %w", record.Key(), err)
	}
	return entry{record, text}, nil
}

const (
	// aheadRecords and aheadBytes bound what a sequence reads in one go; two such batches wait at most.
	aheadRecords, aheadBytes = 256, 1 << 20
	aheadBatches             = 2
)

// errOutOfOrder says that keys come back, or not in their order.
var errOutOfOrder = errors.New("the keys are not in order")

// sequence gives entries in the order of their keys. A goroutine of its own reads some of them ahead, so that two
// sequences that are compared are read side by side.
type sequence struct {
	batches chan []entry
	batch   []entry
	err     error // why the reading ended; to be looked at once batches is closed
	cancel  context.CancelFunc
}

// newSequence begins to read; stop ends it, and must be called.
func newSequence(ctx context.Context, records iter.Seq2[Record, error]) *sequence {
	ctx, cancel := context.WithCancel(ctx)
	s := &sequence{batches: make(chan []entry, aheadBatches), cancel: cancel}
	go func() {
		defer close(s.batches)
		s.err = s.read(ctx, records)
	}()
	return s
}

func (s *sequence) read(ctx context.Context, records iter.Seq2[Record, error]) error {
	var (
		last  ID
		batch []entry
		size  int
	)
	for record, err := range records {
		if err != nil {
			return err
		}
		e, err := entryOf(record)
		if err != nil {
			return err
		}
		if record.Key() <= last {
			return fmt.Errorf("%w: %q comes after %q", errOutOfOrder, record.Key(), last)
		}
		last, batch, size = record.Key(), append(batch, e), size+len(e.text)
		if len(batch) < aheadRecords && size < aheadBytes {
			continue
		}
		if err := s.send(ctx, batch); err != nil {
			return err
		}
		batch, size = nil, 0
	}
	return s.send(ctx, batch)
}

func (s *sequence) send(ctx context.Context, batch []entry) error {
	select {
	case s.batches <- batch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// peek is the next entry; nil at the end.
func (s *sequence) peek() (*entry, error) {
	for len(s.batch) == 0 {
		batch, more := <-s.batches
		if !more {
			return nil, s.err
		}
		s.batch = batch
	}
	return &s.batch[0], nil
}

// pass goes on to the entry after the next.
func (s *sequence) pass() { s.batch = s.batch[1:] }

// stop ends the reading and waits until it has ended.
func (s *sequence) stop() {
	s.cancel()
	for range s.batches {
		continue // what was read ahead is dropped
	}
}

// join walks along two sequences at once and gives every key once, in order, with the entry of each side that has it:
// nil for a side that lacks it.
func join(left, right *sequence, visit func(left, right *entry) error) error {
	for {
		a, err := left.peek()
		if err != nil {
			return err
		}
		b, err := right.peek()
		if err != nil {
			return err
		}
		switch {
		case a == nil && b == nil:
			return nil
		case b == nil || a != nil && a.record.Key() < b.record.Key():
			b = nil
			left.pass()
		case a == nil || b.record.Key() < a.record.Key():
			a = nil
			right.pass()
		default:
			left.pass()
			right.pass()
		}
		if err := visit(a, b); err != nil {
			return err
		}
	}
}
