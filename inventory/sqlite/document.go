package sqlite

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Documents are read again and again, and were written from the same types: no white space, the fields in their order,
// known names. A reader takes such a text in one pass, many times quicker than encoding/json and without reflection; at
// anything else it gives up, and encoding/json reads the document.

// document is a text in JSON, how far it is read, and whether its reader gave up. Before each field, what comes next is
// the brace that opens the object, or the comma after the field before.
type document struct {
	text string
	at   int
	mark byte // that brace or comma
	next byte // the first letter of the field's name, when there is a field
	gone bool
	// Values that records point to are taken out of pieces of memory.
	numbers  []float64
	counts   []int
	flags    []bool
	points   []inventory.Point
	instants []inventory.Instant
	// moment is the instant that was read last, as a text, and when its value: documents of one import have the same.
	moment string
	when   time.Time
}

// pieceValues is how many values a piece of memory has for records to point to. Whoever keeps one of them keeps the piece.
const pieceValues = 16

// kept is a place for a value, in a piece of memory that has room for others.
func kept[V any](piece *[]V, value V) *V {
	if len(*piece) == 0 {
		*piece = make([]V, pieceValues)
	}
	place := &(*piece)[0]
	*piece = (*piece)[1:]
	*place = value
	return place
}

// begin begins to read a text.
func (d *document) begin(text string) { d.text, d.at, d.gone = text, 0, false }

// giveUp leaves nothing to read, so that whatever is read next is not there.
func (d *document) giveUp() { d.text, d.at, d.next, d.gone = "", 0, 0, true }

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
	d.mark = '{'
	d.look()
}

func (d *document) close() {
	if d.mark == '{' {
		d.need('{')
	}
	d.need('}')
	d.mark = ','
	d.look()
}

// look sees what follows a value, or comes first in an object.
func (d *document) look() {
	d.next = 0
	if len(d.text)-d.at > 2 {
		d.next = d.text[d.at+2]
	}
}

// begins tells that the name of the next field may be this one. Most fields of most records are unknown: this is all that
// is asked for them, without a call.
func (d *document) begins(name string) bool { return d.next == name[0] }

// field passes over the name of a field, when that is what comes next.
func (d *document) field(name string) bool {
	rest, end := d.text[d.at:], 2+len(name)
	if end+2 > len(rest) || rest[end] != '"' || rest[2:end] != name || rest[0] != d.mark || rest[1] != '"' || rest[end+1] != ':' {
		return false
	}
	d.at += end + 2
	d.mark = ','
	return true
}

// key reads the identifier of the record. It is a copy: who gathers keys does not hold all the documents for them.
func (d *document) key(to *inventory.ID) {
	if d.field("id") {
		*to = inventory.ID(strings.Clone(d.quoted()))
		d.look()
	}
}

// words, flag, number and count read a field that is a text, or a value that may be unknown.
func words[W ~string](d *document, name string, to *W) {
	if d.begins(name) {
		knownWords(d, name, to)
	}
}

func knownWords[W ~string](d *document, name string, to *W) {
	if d.field(name) {
		*to = W(d.quoted())
		d.look()
	}
}

func (d *document) flag(name string, to **bool) {
	if d.begins(name) {
		d.knownFlag(name, to)
	}
}

func (d *document) knownFlag(name string, to **bool) {
	if d.field(name) {
		value := d.skip("true")
		if !value && !d.skip("false") {
			d.giveUp()
		}
		*to = kept(&d.flags, value)
		d.look()
	}
}

func (d *document) number(name string, to **float64) {
	if d.begins(name) {
		d.knownNumber(name, to)
	}
}

func (d *document) knownNumber(name string, to **float64) {
	if d.field(name) {
		*to = kept(&d.numbers, d.float())
		d.look()
	}
}

func (d *document) count(name string, to **int) {
	if d.begins(name) {
		d.knownCount(name, to)
	}
}

func (d *document) knownCount(name string, to **int) {
	if d.field(name) {
		*to = kept(&d.counts, d.integer())
		d.look()
	}
}

// rank and exact read a field that is a number and always known.
func (d *document) rank(name string, to *int) {
	if d.field(name) {
		*to = d.integer()
		d.look()
	}
}

func (d *document) exact(name string, to *float64) {
	if d.field(name) {
		*to = d.float()
		d.look()
	}
}

// list reads a field that is a list, in which each reads an element.
func list[E any](d *document, name string, to *[]E, each func(*document, *E)) {
	if !d.field(name) {
		return
	}
	d.need('[')
	var first [1]E // most lists have one
	elements := first[:]
	each(d, &elements[0])
	for d.skip(",") {
		elements = append(elements, *new(E))
		each(d, &elements[len(elements)-1])
	}
	d.need(']')
	d.look()
	*to = elements
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
	d.look()
}

// instant reads a field that is an instant, as [inventory.Instant.String] writes it.
func (d *document) instant(name string, to **inventory.Instant) {
	if !d.field(name) {
		return
	}
	if text := d.quoted(); text == "" || text != d.moment {
		value, ok := moment(text)
		if !ok {
			d.giveUp()
			return
		}
		d.moment, d.when = text, value
	}
	*to = kept(&d.instants, inventory.Instant{Time: d.when})
	d.look()
}

// point reads a field that is a GeoJSON Point.
func (d *document) point(name string, to **inventory.Point) {
	if !d.field(name) {
		return
	}
	if !d.skip(`{"type":"Point","coordinates":`) {
		d.giveUp()
	}
	*to = kept(&d.points, inventory.Point(d.position()))
	d.need('}')
	d.look()
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
	d.look()
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

// plain are the characters that stand for themselves within a text, but those beyond ASCII.
var plain = func() (all [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		all[b] = b != '"' && b != '\\'
	}
	return all
}()

// quoted reads a text. It is a part of the document, not a copy, when no character of it is escaped.
func (d *document) quoted() string {
	d.need('"')
	rest, end := d.text[d.at:], 0
	for end < len(rest) && plain[rest[end]] {
		end++
	}
	if end < len(rest) && rest[end] == '"' {
		d.at += end + 1
		return rest[:end]
	}
	return d.unusual(rest, end)
}

// unusual reads a text of which the first characters are known to be plain. What is not UTF-8 is left to encoding/json, as is
// whatever is escaped.
func (d *document) unusual(rest string, known int) string {
	escaped := false
	for end := known; end < len(rest) && rest[end] >= ' '; end++ {
		switch rest[end] {
		case '\\':
			escaped = true
			end++
		case '"':
			start := d.at
			d.at += end + 1
			if escaped || !utf8.ValidString(rest[known:end]) {
				return d.decoded(d.text[start-1 : d.at])
			}
			return rest[:end]
		}
	}
	d.giveUp()
	return ""
}

// decoded is what encoding/json makes of a text in quotes.
func (d *document) decoded(quoted string) (text string) {
	if json.Unmarshal([]byte(quoted), &text) != nil {
		d.giveUp()
	}
	return text
}
