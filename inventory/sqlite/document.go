package sqlite

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Documents are read again and again, and were written from the same types: no white space, the fields in their order,
// known names. A reader takes such a text in one pass, many times quicker than encoding/json and without reflection; at
// anything else it gives up, and encoding/json reads the document.

// document is a text in JSON, how far it is read, and whether its reader gave up.
type document struct {
	text string
	at   int
	// first tells that the next field is the first of its object.
	first bool
	gone  bool
}

// giveUp leaves nothing to read, so that whatever is read next is not there.
func (d *document) giveUp() { *d = document{gone: true} }

// whole tells that the text was read to its end.
func (d *document) whole() bool { return !d.gone && d.at == len(d.text) }

// peek is the next byte, 0 at the end.
func (d *document) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

// need passes over a byte that must be there.
func (d *document) need(b byte) {
	if d.peek() != b {
		d.giveUp()
		return
	}
	d.at++
}

// skip passes over a text when it is there.
func (d *document) skip(text string) bool {
	if !strings.HasPrefix(d.text[d.at:], text) {
		return false
	}
	d.at += len(text)
	return true
}

func (d *document) open() {
	d.need('{')
	d.first = true
}

func (d *document) close() {
	d.need('}')
	d.first = false
}

// field passes over the name of a field, when that is what comes next.
func (d *document) field(name string) bool {
	at := d.at
	if !d.first {
		if d.peek() != ',' {
			return false
		}
		at++
	}
	end := at + len(name) + 3 // two quotes and a colon
	if end > len(d.text) || d.text[at+1:end-2] != name || d.text[at] != '"' || d.text[end-2:end] != `":` {
		return false
	}
	d.at, d.first = end, false
	return true
}

// words reads a field that is a text.
func words[W ~string](d *document, name string, to *W) {
	if d.field(name) {
		*to = W(d.quoted())
	}
}

// key reads the identifier of the record. It is a copy: who gathers keys does not hold all the documents for them.
func (d *document) key(to *inventory.ID) {
	words(d, "id", to)
	*to = inventory.ID(strings.Clone(string(*to)))
}

// flag, number and count read a field that may be unknown.
func (d *document) flag(name string, to **bool) {
	if d.field(name) {
		value := d.skip("true")
		if !value && !d.skip("false") {
			d.giveUp()
		}
		*to = &value
	}
}

func (d *document) number(name string, to **float64) {
	if d.field(name) {
		value := d.float()
		*to = &value
	}
}

func (d *document) count(name string, to **int) {
	if d.field(name) {
		value := d.integer()
		*to = &value
	}
}

// list reads a field that is a list, in which each reads an element.
func list[E any](d *document, name string, to *[]E, each func(*document, *E)) {
	if !d.field(name) {
		return
	}
	d.need('[')
	for again := true; again; again = d.skip(",") {
		*to = append(*to, *new(E))
		each(d, &(*to)[len(*to)-1])
	}
	d.need(']')
}

// word reads an element that is a text.
func word[W ~string](d *document, to *W) { *to = W(d.quoted()) }

// extra reads a field that is a table of texts.
func (d *document) extra(name string, to *map[string]string) {
	if !d.field(name) {
		return
	}
	d.need('{')
	*to = map[string]string{}
	for again := true; again && !d.gone; again = d.skip(",") {
		key := d.quoted()
		d.need(':')
		(*to)[key] = d.quoted()
	}
	d.need('}')
}

// instant reads a field that is an instant.
func (d *document) instant(name string, to **inventory.Instant) {
	if !d.field(name) {
		return
	}
	start := d.at
	d.quoted()
	value := new(inventory.Instant)
	if d.gone || value.UnmarshalJSON([]byte(d.text[start:d.at])) != nil {
		d.giveUp()
	}
	*to = value
}

// point reads a field that is a GeoJSON Point.
func (d *document) point(name string, to **inventory.Point) {
	if !d.field(name) {
		return
	}
	if !d.skip(`{"type":"Point","coordinates":`) {
		d.giveUp()
	}
	value := inventory.Point(d.position())
	d.need('}')
	*to = &value
}

// surface reads a field that is a GeoJSON Polygon or MultiPolygon.
func (d *document) surface(name string, to *inventory.Surface) {
	switch {
	case !d.field(name):
	case d.skip(`{"type":"Polygon","coordinates":`):
		*to = inventory.Surface{polygon(d)}
		d.need('}')
	case d.skip(`{"type":"MultiPolygon","coordinates":`):
		*to = bracketed(d, 1, polygon)
		d.need('}')
	default:
		d.giveUp()
	}
}

func polygon(d *document) orb.Polygon { return bracketed(d, 1, ring) }

func ring(d *document) orb.Ring {
	points, _, _ := strings.Cut(d.text[d.at:], "]]")
	return bracketed(d, strings.Count(points, "[")-1, (*document).position)
}

// bracketed reads a list that is not empty, of some expected elements.
func bracketed[E any](d *document, expected int, each func(*document) E) []E {
	elements := make([]E, 0, max(expected, 1))
	d.need('[')
	for again := true; again; again = d.skip(",") {
		elements = append(elements, each(d))
	}
	d.need(']')
	return elements
}

func (d *document) position() (p orb.Point) {
	d.need('[')
	p[0] = d.float()
	d.need(',')
	p[1] = d.float()
	d.need(']')
	return p
}

// quoted reads a text. It is a part of the document, not a copy, when no character of it is escaped.
func (d *document) quoted() string {
	d.need('"')
	start, plain, ascii := d.at, true, true
	for ; d.at < len(d.text); d.at++ {
		switch b := d.text[d.at]; {
		case b == '"':
			d.at++
			return d.unquoted(start-1, plain, ascii)
		case b == '\\':
			plain = false
			d.at++
		case b < ' ':
			d.giveUp()
			return ""
		case b >= utf8.RuneSelf:
			ascii = false
		}
	}
	d.giveUp()
	return ""
}

// unquoted is the text that begins at a quote and ends before the next byte. What is not UTF-8 is left to encoding/json,
// as is whatever is escaped.
func (d *document) unquoted(start int, plain, ascii bool) string {
	raw := d.text[start:d.at]
	if plain && (ascii || utf8.ValidString(raw)) {
		return raw[1 : len(raw)-1]
	}
	var text string
	if json.Unmarshal([]byte(raw), &text) != nil {
		d.giveUp()
	}
	return text
}

// integer reads a number that has neither a fraction nor an exponent.
func (d *document) integer() int {
	value, err := strconv.Atoi(d.digits())
	if err != nil {
		d.giveUp()
	}
	return value
}

// float reads a number.
func (d *document) float() float64 {
	value, err := strconv.ParseFloat(d.digits(), 64)
	if err != nil {
		d.giveUp()
	}
	return value
}

// digits passes over a number (RFC 8259 §6); nothing when there is none.
func (d *document) digits() string {
	start := d.at
	d.skip("-")
	first := d.peek()
	some := d.run()
	if some > 1 && first == '0' {
		return ""
	}
	if d.skip(".") {
		some = min(some, d.run())
	}
	if d.skip("e") || d.skip("E") {
		if !d.skip("-") {
			d.skip("+")
		}
		some = min(some, d.run())
	}
	if some == 0 {
		return ""
	}
	return d.text[start:d.at]
}

// run passes over the digits 0 to 9 and counts them.
func (d *document) run() (n int) {
	for b := d.peek(); b >= '0' && b <= '9'; b = d.peek() {
		d.at++
		n++
	}
	return n
}
