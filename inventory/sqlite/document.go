package sqlite

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Documents are read again and again, and were written by json.Marshal from the same types: no white space, the fields
// in their order, known names. A reader takes such a text in one pass, several times quicker than encoding/json; at
// anything else it gives up, and encoding/json reads the document.

// reader sets v, which is zero, from the next value of the document. It returns false where it gives up.
type reader func(d *document, v reflect.Value) bool

// readerOf makes the reader of a type, or nil for one that it does not know.
func readerOf(t reflect.Type) reader {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return readOwn
	}
	switch t.Kind() {
	case reflect.String:
		return readText
	case reflect.Bool:
		return readFlag
	case reflect.Int:
		return readWhole
	case reflect.Float64:
		return readNumber
	case reflect.Struct:
		return structReader(t)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return containerReader(t)
	}
	return nil
}

func containerReader(t reflect.Type) reader {
	inner := readerOf(t.Elem())
	switch {
	case inner == nil:
		return nil
	case t.Kind() == reflect.Pointer:
		return orNull(func(d *document, v reflect.Value) bool {
			v.Set(reflect.New(t.Elem()))
			return inner(d, v.Elem())
		})
	case t.Kind() == reflect.Slice:
		return orNull(func(d *document, v reflect.Value) bool { return d.list(v, inner) })
	case t.Key().Kind() != reflect.String:
		return nil
	}
	return orNull(func(d *document, v reflect.Value) bool { return d.object(v, inner) })
}

func orNull(read reader) reader {
	return func(d *document, v reflect.Value) bool { return d.accept("null") || read(d, v) }
}

// member is a field of a structure by the text before its value.
type member struct {
	head string // "name":
	rank int
	read reader
}

func structReader(t reflect.Type) reader {
	members := make([]member, 0, t.NumField())
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		read := readerOf(field.Type)
		if field.Anonymous || !field.IsExported() || name == "" || name == "-" || strings.Contains(options, "string") || read == nil {
			return nil
		}
		members = append(members, member{head: strconv.Quote(name) + ":", rank: i, read: read})
	}
	return func(d *document, v reflect.Value) bool {
		if !d.accept("{") {
			return false
		}
		first := true
		for _, m := range members {
			start := d.at
			if !first && !d.accept(",") {
				break
			}
			if !d.accept(m.head) {
				d.at = start
				continue
			}
			if first = false; !m.read(d, v.Field(m.rank)) {
				return false
			}
		}
		return d.accept("}")
	}
}

// document is a text in JSON, and how far it is read.
type document struct {
	text []byte
	at   int
}

func (d *document) accept(text string) bool {
	if len(d.text)-d.at < len(text) || string(d.text[d.at:d.at+len(text)]) != text {
		return false
	}
	d.at += len(text)
	return true
}

func (d *document) list(v reflect.Value, item reader) bool {
	if !d.accept("[") {
		return false
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 1))
	for n := 0; !d.accept("]"); n++ {
		if n > 0 && !d.accept(",") {
			return false
		}
		v.Grow(1)
		v.SetLen(n + 1)
		v.Index(n).SetZero()
		if !item(d, v.Index(n)) {
			return false
		}
	}
	return true
}

func (d *document) object(v reflect.Value, value reader) bool {
	if !d.accept("{") {
		return false
	}
	v.Set(reflect.MakeMap(v.Type()))
	for n := 0; !d.accept("}"); n++ {
		key, one := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if n > 0 && !d.accept(",") || !readText(d, key) || !d.accept(":") || !value(d, one) {
			return false
		}
		v.SetMapIndex(key, one)
	}
	return true
}

func readText(d *document, v reflect.Value) bool {
	raw, plain := d.quoted()
	if raw == nil {
		return false
	}
	if plain {
		v.SetString(string(raw[1 : len(raw)-1]))
		return true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	v.SetString(text)
	return err == nil
}

// quoted passes over a text with its quotes, nil when there is none; plain tells that it stands for itself.
func (d *document) quoted() (raw []byte, plain bool) {
	if !d.accept(`"`) {
		return nil, false
	}
	start, ascii := d.at-1, true
	plain = true
	for ; d.at < len(d.text); d.at++ {
		switch b := d.text[d.at]; {
		case b == '"':
			d.at++
			raw = d.text[start:d.at]
			return raw, plain && (ascii || utf8.Valid(raw))
		case b == '\\':
			plain = false
			d.at++
		case b < ' ':
			return nil, false
		case b >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

func readFlag(d *document, v reflect.Value) bool {
	yes := d.accept("true")
	v.SetBool(yes)
	return yes || d.accept("false")
}

func readWhole(d *document, v reflect.Value) bool {
	n, err := strconv.ParseInt(string(d.digits()), 10, 64)
	v.SetInt(n)
	return err == nil
}

func readNumber(d *document, v reflect.Value) bool {
	x, err := strconv.ParseFloat(string(d.digits()), 64)
	v.SetFloat(x)
	return err == nil
}

// digits passes over a number (RFC 8259 §6); nothing when there is none.
func (d *document) digits() []byte {
	start := d.at
	d.accept("-")
	whole := d.at
	some := d.run()
	if some > 1 && d.text[whole] == '0' {
		return nil
	}
	if d.accept(".") {
		some = min(some, d.run())
	}
	if d.accept("e") || d.accept("E") {
		if !d.accept("-") {
			d.accept("+")
		}
		some = min(some, d.run())
	}
	if some == 0 {
		return nil
	}
	return d.text[start:d.at]
}

// run passes over the digits 0 to 9 and counts them.
func (d *document) run() (n int) {
	for d.at < len(d.text) && d.text[d.at] >= '0' && d.text[d.at] <= '9' {
		d.at++
		n++
	}
	return n
}

// readOwn has the type read its JSON itself.
func readOwn(d *document, v reflect.Value) bool {
	start := d.at
	if !d.skip() {
		return false
	}
	raw := d.text[start:d.at]
	own, ok := v.Addr().Interface().(json.Unmarshaler)
	return ok && !bytes.Equal(raw, []byte("null")) && json.Valid(raw) && own.UnmarshalJSON(raw) == nil
}

// skip passes over one value.
func (d *document) skip() bool {
	for depth := 0; d.at < len(d.text); {
		switch d.text[d.at] {
		case '"':
			if raw, _ := d.quoted(); raw == nil {
				return false
			}
		case '{', '[':
			depth++
			d.at++
		case '}', ']':
			depth--
			d.at++
		case ',', ':':
			d.at++
		default:
			if d.digits() == nil && !d.accept("true") && !d.accept("false") && !d.accept("null") {
				return false
			}
		}
		if depth == 0 {
			return true
		}
	}
	return false
}
