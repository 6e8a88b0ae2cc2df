package inventory

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// csvHead is the start of a text in columns, that tells how the rest is read.
type csvHead struct {
	text   *bufio.Reader
	sample []byte // what comes next, at least a few lines
	whole  bool   // the sample is all there is
	// comma is the delimiter that the first line names, 0 when it names none; that line is passed over.
	comma rune
}

// openHead learns how lines end, and whether the first one names the delimiter.
func openHead(source io.Reader) (h csvHead, err error) {
	h.text = bufio.NewReaderSize(source, csvSampleBytes)
	if err := h.look(); err != nil {
		return h, err
	}
	if endsWithCR(h.sample) {
		h.text = bufio.NewReaderSize(&carriageReturns{source: h.text}, csvSampleBytes)
		if err := h.look(); err != nil {
			return h, err
		}
	}
	if named := separatorLine.FindSubmatch(h.sample); named != nil {
		h.comma, _ = utf8.DecodeRune(named[1])
		if _, err := h.text.Discard(len(named[0])); err != nil {
			return h, fmt.Errorf("read the file: %w", err)
		}
	}
	return h, nil
}

// separatorLine is what Excel reads, and some software writes, before the names of the columns.
var separatorLine = regexp.MustCompile(`^"?(?i:sep)=([^"\r\n\x00\x{FFFD}])"?(?:\r?\n|$)`)

// look takes a sample of what comes next.
func (h *csvHead) look() (err error) {
	h.sample, err = h.text.Peek(csvSampleBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	h.whole = err != nil
	return nil
}

// endsWithCR tells whether the first line ends with a carriage return alone, as Excel for Mac writes.
func endsWithCR(sample []byte) bool {
	var q csvQuotes
	for i, b := range sample {
		if q.pass(b); !q.open && (b == '\n' || b == '\r') {
			return b == '\r' && !bytes.HasPrefix(sample[i+1:], []byte("\n"))
		}
	}
	return false
}

// csvQuotes follows the quotes of a text in columns: one opens at the start of a field only, or again when it comes
// twice.
type csvQuotes struct {
	open bool
	last byte
}

func (q *csvQuotes) pass(b byte) {
	if b == '"' {
		atStart := q.last == 0 || strings.IndexByte(",;\t|\r\n\"", q.last) >= 0
		q.open = !q.open && atStart
	}
	q.last = b
}

// carriageReturns reads a text whose lines end with a carriage return alone as one whose lines end with a line feed.
// Those inside quotes, and those before a line feed, stay.
type carriageReturns struct {
	source *bufio.Reader
	quotes csvQuotes
}

func (c *carriageReturns) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	for i, b := range p[:n] {
		c.quotes.pass(b)
		if b == '\r' && !c.quotes.open && !c.lineFeedAfter(p[i+1:n]) {
			p[i] = '\n'
		}
	}
	return n, err
}

func (c *carriageReturns) lineFeedAfter(rest []byte) bool {
	if len(rest) == 0 {
		rest, _ = c.source.Peek(1) // an error comes back at the next reading
	}
	return bytes.HasPrefix(rest, []byte("\n"))
}
