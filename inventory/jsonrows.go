package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// jsonRows is what the decoders of JSON share: where they read, what they give, and how many rows they have met.
type jsonRows struct {
	json  *jsonStream
	lines *lineCounter
	yield func(row) error
	rank  int
}

func readJSONRows(source io.Reader, yield func(row) error) jsonRows {
	lines := &lineCounter{source: source}
	return jsonRows{json: newJSONStream(lines), lines: lines, yield: yield}
}

// read hands every object to object, the elements of every array to element, and anything else to other; its error is
// that of yield, or a *FileError.
func (d *jsonRows) read(object, element, other func() error) error {
	for values := 0; ; values++ {
		b, err := d.json.next()
		switch {
		case errors.Is(err, io.EOF) && values > 0:
			return nil
		case errors.Is(err, io.EOF):
			err = errors.New("the file is empty")
		case err != nil:
		case b == '{':
			err = object()
		case b == '[':
			err = d.json.elements(element)
		default:
			err = other()
		}
		if err != nil {
			return d.unreadable(err)
		}
	}
}

// stopped is an error of yield, which is no fault of the file.
type stopped struct{ error }

func (d *jsonRows) give(r row) error {
	if err := d.yield(r); err != nil {
		return stopped{err}
	}
	return nil
}

// unreadable locates a fault of the whole file.
func (d *jsonRows) unreadable(err error) error {
	if yielded := (stopped{}); errors.As(err, &yielded) {
		return yielded.error
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the file is cut short: %w", io.ErrUnexpectedEOF)
	}
	offset := d.json.offset()
	return &FileError{Line: d.lines.lineAt(offset), Byte: offset, Rows: d.rank, Err: err}
}

// lineCounter remembers where lines end in what was read through it, until lineAt has gone past them.
type lineCounter struct {
	source io.Reader
	read   int64
	ends   []int64
	line   int // lines that end before the last place asked for
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.source.Read(p)
	eachByte(p[:n], '\n', func(at int) { l.ends = append(l.ends, l.read+int64(at)) })
	eachByte(p[:n], 0x1e, func(at int) { p[at] = ' ' }) // record separator, RFC 8142
	l.read += int64(n)
	return n, err
}

// eachByte gives every place of a byte in a text.
func eachByte(text []byte, b byte, yield func(at int)) {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], b)
		if next < 0 {
			return
		}
		at += next
		yield(at)
	}
}

// lineAt is the line, from 1, of a place that is not before the last one asked for.
func (l *lineCounter) lineAt(offset int64) int {
	passed := 0
	for passed < len(l.ends) && l.ends[passed] < offset {
		passed++
	}
	l.line += passed
	l.ends = l.ends[:copy(l.ends, l.ends[passed:])]
	return l.line + 1
}
