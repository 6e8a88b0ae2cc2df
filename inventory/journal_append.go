package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// mostLines is how many lines of the journal are written together at most.
const mostLines = 256

// waitingLine is a line that somebody waits for.
type waitingLine struct {
	ctx  context.Context //nolint:containedctx // of the caller who waits, and goes when it ends
	line Entry
	err  error
	done chan struct{} // closed when the line is written, or err tells why not
}

// Append adds a line after the last one and returns it with its rank and its hashes. A line of another program that comes
// between is read, and the place after it taken. What a client wrote is kept as a store gives it back, or else the hash would
// not be that of the line: what is not UTF-8 in What and Reason is replaced by U+FFFD, and a Record that no record can have is
// left out.
//
// Lines that come while others are being written are written together, after them, in the order in which they came: each is
// in the store when Append returns, and one wait for the disk serves all. A context that ends takes a line back that is not
// being written yet.
func (j *Journal) Append(ctx context.Context, line Entry) (Entry, error) {
	line.What, line.Reason = strings.ToValidUTF8(line.What, "\uFFFD"), strings.ToValidUTF8(line.Reason, "\uFFFD")
	if line.Record != "" && !line.Record.wellFormed() {
		line.Record = ""
	}
	w := &waitingLine{ctx: ctx, line: line, done: make(chan struct{})}
	j.wait(w)
	select {
	case <-w.done:
	case <-ctx.Done():
		if j.takeBack(w) {
			return Entry{}, fmt.Errorf("journal: %w", ctx.Err())
		}
		<-w.done
	}
	if w.err != nil {
		return Entry{}, fmt.Errorf("journal: %w", w.err)
	}
	return w.line, nil
}

// wait puts a line behind those that wait, and has somebody write them.
func (j *Journal) wait(w *waitingLine) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, w)
	if !j.writing {
		j.writing = true
		go j.writeWaiting()
	}
}

// takeBack removes a line that is not being written yet.
func (j *Journal) takeBack(w *waitingLine) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, other := range j.waiting {
		if other == w {
			j.waiting = append(j.waiting[:i:i], j.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// writeWaiting writes the lines that wait until there are none.
func (j *Journal) writeWaiting() {
	for {
		group := j.next()
		if len(group) == 0 {
			return
		}
		ctx, cancel := untilAllEnd(group)
		j.write(ctx, group)
		cancel()
	}
}

// next takes the lines that wait; there is no writer any more when there are none.
func (j *Journal) next() []*waitingLine {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := min(len(j.waiting), mostLines)
	group := j.waiting[:n]
	j.waiting = slices.Clone(j.waiting[n:])
	j.writing = n > 0
	return group
}

// write writes lines after the last one, which is read again when somebody else has written meanwhile. Where one line is the
// trouble each is written alone.
func (j *Journal) write(ctx context.Context, group []*waitingLine) {
	for len(group) > 0 {
		lines := j.chained(group)
		stored, err := CreateAll(ctx, j.lines, lines...)
		if stored > 0 {
			j.reached(lines[stored-1])
		}
		for i, w := range group[:stored] {
			w.line = lines[i]
			close(w.done)
		}
		group = group[stored:]
		if errors.Is(err, ErrExists) {
			err = j.leap(ctx)
		}
		switch {
		case err == nil:
		case len(group) > 1 && isRefusal(err):
			for i := range group {
				j.write(ctx, group[i:i+1])
			}
			return
		default:
			for _, w := range group {
				w.err = err
				close(w.done)
			}
			return
		}
	}
}

// chained are the lines with their ranks and hashes, each after the one before.
func (j *Journal) chained(group []*waitingLine) []Entry {
	lines, last := make([]Entry, len(group)), j.end()
	for i, w := range group {
		line := w.line
		line.ID, line.Previous = rankID(last.rank()+1), last.Hash
		line.At = InstantOf(j.now())
		last = line.Sealed()
		lines[i] = last
	}
	return lines
}

// end is the last line that is known.
func (j *Journal) end() Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// reached remembers the last line that is known, unless a later one is by now.
func (j *Journal) reached(line Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if line.rank() > j.last.rank() {
		j.last = line
	}
}

// untilAllEnd is a context that ends when those of all lines have ended: what several wait for is not given up for one.
func untilAllEnd(group []*waitingLine) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(group[0].ctx))
	var left atomic.Int64
	left.Store(int64(len(group)))
	stops := make([]func() bool, len(group))
	for i, w := range group {
		stops[i] = context.AfterFunc(w.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}
