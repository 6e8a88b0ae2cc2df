package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// draft is a record in the making.
type draft[T Record] struct {
	row
	key      string
	recordID ID
	// readable tells that the row says which record it is.
	readable bool
	record   T
	faults   faults
	// found tells that the shelf has the record already, before is what it says there, and from where it came.
	found  bool
	before string
	from   Provenance
	// whole tells that the row has the whole record, provenance included.
	whole       bool
	assumptions []string
}

// suppose notes something assumed for the row, in the report and in the record.
func (im *importer[T]) suppose(d *draft[T], text string) {
	im.notes.add(text, d.line)
	if !slices.Contains(d.assumptions, text) {
		d.assumptions = append(d.assumptions, text)
	}
}

// readRow makes a record of a row of anybody's, on top of the one that the shelf has already.
func (im *importer[T]) readRow(d *draft[T]) {
	*im.kind.parts(&d.record).id = d.recordID
	for _, c := range d.cells {
		im.readCell(d, c)
	}
	for _, note := range d.notes {
		im.suppose(d, note)
	}
	if im.missing != nil && im.kind.comesBack != nil && !im.gives(d, "status") {
		im.kind.comesBack(&d.record)
	}
	for _, assumed := range im.kind.complete(&d.record, im.options, d.line, im.keyText(d)) {
		im.suppose(d, assumed)
	}
	if im.kind.place == "" {
		return
	}
	if d.shape == nil {
		d.faults.add(im.kind.place, "%s", d.shapeless)
		return
	}
	im.place(d)
}

// keyText is the key of a row as its holder writes it, empty when it is made from the content.
func (im *importer[T]) keyText(d *draft[T]) string {
	if im.plan.key.content() {
		return ""
	}
	return d.key
}

const contentKey = "content:"

// keyOf is what identifies the row for its holder.
func (im *importer[T]) keyOf(d *draft[T]) string {
	k := im.plan.key
	if k.byID && d.id != "" {
		return d.id
	}
	for _, c := range d.cells {
		if text := strings.TrimSpace(c.text); k.name != "" && c.name == k.name && !unknownWord(text) {
			return text
		}
	}
	if !k.content() {
		d.faults.add(k.String(), "the key is missing")
		return ""
	}
	im.suppose(d, "nothing identifies the row: its identifier is made from its content, and a row that changes becomes another one")
	sum := sha256.New()
	for _, c := range d.cells {
		fmt.Fprintf(sum, "%q=%q,", c.name, c.text)
	}
	fmt.Fprintf(sum, "%v", d.shape)
	return contentKey + hex.EncodeToString(sum.Sum(nil)[:16])
}

// again tells whether a line before brought the same record.
func (im *importer[T]) again(d *draft[T]) bool {
	first, again := im.seen.line(d.recordID)
	if again {
		what, field := "key", im.plan.key.String()
		switch {
		case d.mark() != "":
			what, field = "identifier", "id"
		case im.keyText(d) == "":
			what = "content"
		}
		d.faults.add(field, "the %s of row %d comes back", what, first)
	}
	return again
}

// readCell gives one property to its field, or keeps it aside.
func (im *importer[T]) readCell(d *draft[T], c cell) {
	text := strings.TrimSpace(c.text)
	if im.plan.dropped[c.name] || unknownWord(text) {
		return
	}
	t, known := im.plan.targets[c.name]
	if !known {
		im.keepAside(d, c.name, text)
		return
	}
	exact, assumed, err := t.read(text)
	if err == nil && exact != "" {
		err = t.path.set(reflect.ValueOf(&d.record).Elem(), exact)
	}
	switch {
	case err != nil && t.doubtful:
		im.keepAside(d, c.name, text)
		im.notes.add(t.aside, d.line)
		return
	case err != nil:
		d.faults.add(t.path.text, "%.60s: %v", c.name, err)
		return
	case assumed != "":
		im.suppose(d, fmt.Sprintf("%.60s: %s", c.name, assumed))
	}
	if t.note != "" {
		im.notes.add(t.note, d.line)
	}
}

func (im *importer[T]) keepAside(d *draft[T], name, text string) {
	if name == im.plan.key.name && im.kind.keepsKey {
		return
	}
	extra := im.kind.parts(&d.record).extra
	if *extra == nil {
		*extra = map[string]string{}
	}
	(*extra)[name] = text
}

// place carries the shape to lon, lat and gives it to the record.
func (im *importer[T]) place(d *draft[T]) {
	shape := d.shape
	if d.mark() == "" && hasOrigin(shape) {
		d.faults.add(im.kind.place, "a position is exactly 0, 0, which is how files write that it is unknown")
		return
	}
	if !im.plan.crs.Geographic() {
		shape = withPoints(shape, im.plan.crs.ToLonLat)
		if at, ok := firstPoint(shape); ok && im.plan.crs.Territory != "" && !im.plan.crs.InFrance(at) {
			im.notes.add(fmt.Sprintf("the place is outside the area where %s is used", im.plan.crs.Code), d.line)
		}
	}
	assumed, reason := im.kind.setPlace(&d.record, shape)
	if reason != "" {
		d.faults.add(im.kind.place, "%s", reason)
		return
	}
	for _, text := range assumed {
		im.suppose(d, text)
	}
}
