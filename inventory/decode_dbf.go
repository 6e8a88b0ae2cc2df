package inventory

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// dbfReader reads the rows of a dBase table, one at a time (dBase III and IV, and the plain fields of Visual FoxPro).
type dbfReader struct {
	source  *bufio.Reader
	columns []dbfColumn
	count   int  // rows, deleted ones included
	driver  byte // the language of the texts
	record  []byte
	read    int
	text    *encoding.Decoder // nil for UTF-8
	// skipped are the columns whose values are kept elsewhere; broken counts the texts that their encoding cannot read.
	skipped []string
	broken  int
}

type dbfColumn struct {
	name       string
	kind       byte
	start, end int // in the record
}

const (
	dbfHeadBytes   = 32
	dbfColumnBytes = 32
	dbfEnd         = 0x0d // ends the columns
	dbfDeleted     = '*'
)

// openDBF reads the head of a table, whose names are still in its encoding.
func openDBF(source io.Reader) (*dbfReader, error) {
	d := &dbfReader{source: bufio.NewReaderSize(source, readAhead)}
	head := make([]byte, dbfHeadBytes)
	if _, err := io.ReadFull(d.source, head); err != nil {
		return nil, cutShort(err)
	}
	if version := head[0]; version&0x07 != 3 && version&0x07 != 4 && version&0xf8 != 0x30 {
		return nil, fmt.Errorf("is not a dBase table: it begins with %#x", version)
	}
	rows, length, width := binary.LittleEndian.Uint32(head[4:]), int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if rows > math.MaxInt32 || length < dbfHeadBytes+1 || width < 1 {
		return nil, errors.New("the head of the table makes no sense")
	}
	d.count, d.driver, d.record = int(rows), head[29], make([]byte, width)
	rest := make([]byte, length-dbfHeadBytes)
	if _, err := io.ReadFull(d.source, rest); err != nil {
		return nil, cutShort(err)
	}
	return d, d.readColumns(rest)
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("is cut short: %w", err)
	}
	return err
}

func (d *dbfReader) readColumns(head []byte) error {
	at := 1 // the mark of deletion
	for len(head) >= dbfColumnBytes && head[0] != dbfEnd {
		name, _, _ := bytes.Cut(head[:11], []byte{0})
		c := dbfColumn{name: string(name), kind: head[11], start: at, end: at + int(head[16])}
		if at = c.end; at > len(d.record) {
			return fmt.Errorf("the columns are longer than a row of %d bytes", len(d.record))
		}
		d.columns = append(d.columns, c)
		head = head[dbfColumnBytes:]
	}
	if len(d.columns) == 0 {
		return errors.New("the table has no column")
	}
	return nil
}

// useEncoding reads names and texts in an encoding, nil for UTF-8.
func (d *dbfReader) useEncoding(e encoding.Encoding) {
	if e != nil {
		d.text = e.NewDecoder()
	}
	header := make([]string, len(d.columns))
	for i, c := range d.columns {
		header[i] = d.decoded([]byte(c.name))
	}
	names, _ := columnNames(header)
	for i := range d.columns {
		c := &d.columns[i]
		if c.name = names[i]; !c.plain() {
			d.skipped = append(d.skipped, c.name)
		}
	}
}

func (d *dbfReader) names() []string {
	names := make([]string, len(d.columns))
	for i, c := range d.columns {
		names[i] = c.name
	}
	return names
}

// plain tells a column whose values stand in the row.
func (c dbfColumn) plain() bool { return strings.IndexByte("CNFDLIO+", c.kind) >= 0 }

// next reads a row: io.EOF after the last one. deleted tells one that the table only keeps until it is packed.
func (d *dbfReader) next() (cells []cell, deleted bool, err error) {
	if d.read == d.count {
		return nil, false, io.EOF
	}
	if _, err := io.ReadFull(d.source, d.record); err != nil {
		return nil, false, cutShort(err)
	}
	d.read++
	if d.record[0] == dbfDeleted {
		return nil, true, nil
	}
	for _, c := range d.columns {
		if text := d.value(c, d.record[c.start:c.end]); text != "" {
			cells = append(cells, cell{c.name, text})
		}
	}
	return cells, false, nil
}

// value is the text of a field, empty when it is unknown.
func (d *dbfReader) value(c dbfColumn, raw []byte) string {
	switch text := string(bytes.Trim(raw, " \x00")); c.kind {
	case 'C':
		return d.decoded(bytes.TrimRight(raw, " \x00"))
	case 'N', 'F':
		if strings.Trim(text, "*") == "" { // a number that does not fit
			return ""
		}
		return text
	case 'D':
		if len(text) != len("20060102") || text == "00000000" {
			return ""
		}
		return text[:4] + "-" + text[4:6] + "-" + text[6:]
	case 'L':
		switch text {
		case "T", "t", "Y", "y":
			return "true"
		case "F", "f", "N", "n":
			return "false"
		}
	case 'I', '+':
		if len(raw) == 4 {
			return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(raw)))) //nolint:gosec // as it is written
		}
	case 'O':
		if len(raw) == 8 {
			return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(raw)), 'g', -1, 64)
		}
	}
	return ""
}

// decoded is a text in UTF-8.
func (d *dbfReader) decoded(raw []byte) string {
	if ascii(raw) {
		return string(raw)
	}
	if d.text != nil {
		if text, err := d.text.Bytes(raw); err == nil {
			return string(text)
		}
	}
	for cut := range min(utf8.UTFMax, len(raw)) { // the width of the column may cut the last character
		if whole := raw[:len(raw)-cut]; utf8.Valid(whole) && (cut == 0 || !utf8.FullRune(raw[len(raw)-cut:])) {
			return string(whole)
		}
	}
	d.broken++
	return strings.ToValidUTF8(string(raw), "\ufffd")
}

func ascii(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
