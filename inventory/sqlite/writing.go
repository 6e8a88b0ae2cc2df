package sqlite

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/inventory"
)

// A writer appends the JSON of v, which is addressable, to a text: the same bytes as encoding/json, several times
// quicker. What it has no quick way for it leaves to encoding/json.
type writer func(text []byte, v reflect.Value) ([]byte, error)

// documentOf is the JSON of a record, which is made in room.
func documentOf[T inventory.Record](write writer, record *T, room *[]byte) (string, error) {
	text, err := write((*room)[:0], reflect.ValueOf(record).Elem())
	if err != nil {
		return "", err
	}
	*room = text
	return string(text), nil
}

// usualDocument is longer than most documents, bytes.
const usualDocument = 1024

func writerOf(t reflect.Type) writer {
	switch t {
	case reflect.TypeFor[inventory.Point](), reflect.TypeFor[inventory.Instant]():
		return writeOwn
	case reflect.TypeFor[*inventory.Point](), reflect.TypeFor[*inventory.Instant]():
		return orNull(func(text []byte, v reflect.Value) ([]byte, error) { return writeOwn(text, v.Elem()) })
	}
	if t.Implements(reflect.TypeFor[json.Marshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()) {
		return writeAny
	}
	switch t.Kind() {
	case reflect.String:
		return writeText
	case reflect.Bool:
		return func(text []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(text, v.Bool()), nil }
	case reflect.Int:
		return func(text []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(text, v.Int(), 10), nil }
	case reflect.Float64:
		return writeNumber
	case reflect.Struct:
		return structWriter(t)
	case reflect.Pointer:
		inner := writerOf(t.Elem())
		return orNull(func(text []byte, v reflect.Value) ([]byte, error) { return inner(text, v.Elem()) })
	case reflect.Slice:
		return listWriter(t)
	case reflect.Map:
		if t == reflect.TypeFor[map[string]string]() {
			return orNull(writeWords)
		}
	}
	return writeAny
}

func orNull(write writer) writer {
	return func(text []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(text, "null"...), nil
		}
		return write(text, v)
	}
}

// writeAny leaves the value to encoding/json.
func writeAny(text []byte, v reflect.Value) ([]byte, error) {
	own, err := json.Marshal(v.Addr().Interface())
	return append(text, own...), err
}

// writeOwn has the type write its JSON itself, which is as short as it can be.
func writeOwn(text []byte, v reflect.Value) ([]byte, error) {
	own, _ := v.Addr().Interface().(json.Marshaler)
	json, err := own.MarshalJSON()
	return append(text, json...), err
}

// member is a field of a structure and the text before its value.
type member struct {
	head  string // "name":
	rank  int
	write writer
	// absent tells that a field is left out.
	absent func(reflect.Value) bool
}

func structWriter(t reflect.Type) writer {
	members := make([]member, 0, t.NumField())
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || !field.IsExported() || name == "" || name == "-" {
			return writeAny
		}
		m := member{head: strconv.Quote(name) + ":", rank: i, write: writerOf(field.Type)}
		switch options {
		case "":
			m.absent = func(reflect.Value) bool { return false }
		case "omitempty":
			m.absent = emptiness(field.Type)
		case "omitzero":
			m.absent = reflect.Value.IsZero
			if _, own := field.Type.MethodByName("IsZero"); own {
				return writeAny
			}
		default:
			return writeAny
		}
		members = append(members, m)
	}
	return func(text []byte, v reflect.Value) (_ []byte, err error) {
		text = append(text, '{')
		start := len(text)
		for i := range members {
			m := &members[i]
			field := v.Field(m.rank)
			if m.absent(field) {
				continue
			}
			if len(text) > start {
				text = append(text, ',')
			}
			if text, err = m.write(append(text, m.head...), field); err != nil {
				return nil, err
			}
		}
		return append(text, '}'), nil
	}
}

// emptiness is what "omitempty" leaves out: https://pkg.go.dev/encoding/json#Marshal.
func emptiness(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return reflect.Value.IsNil
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return func(v reflect.Value) bool { return v.Len() == 0 }
	case reflect.Struct:
		return func(reflect.Value) bool { return false }
	}
	return reflect.Value.IsZero
}

func listWriter(t reflect.Type) writer {
	if t.Elem().Kind() == reflect.Uint8 {
		return writeAny
	}
	item := writerOf(t.Elem())
	return orNull(func(text []byte, v reflect.Value) (_ []byte, err error) {
		text = append(text, '[')
		for i := range v.Len() {
			if i > 0 {
				text = append(text, ',')
			}
			if text, err = item(text, v.Index(i)); err != nil {
				return nil, err
			}
		}
		return append(text, ']'), nil
	})
}

// writeWords writes a map in the order of its keys.
func writeWords(text []byte, v reflect.Value) (_ []byte, err error) {
	words, _ := v.Interface().(map[string]string)
	keys := make([]string, 0, len(words))
	for key := range words {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	text = append(text, '{')
	for i, key := range keys {
		if i > 0 {
			text = append(text, ',')
		}
		if text, err = appendText(text, key); err != nil {
			return nil, err
		}
		if text, err = appendText(append(text, ':'), words[key]); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

func writeText(text []byte, v reflect.Value) ([]byte, error) { return appendText(text, v.String()) }

func appendText(text []byte, value string) ([]byte, error) {
	if plain(value) {
		return append(append(append(text, '"'), value...), '"'), nil
	}
	own, err := json.Marshal(value)
	return append(text, own...), err
}

// plain tells a text that stands for itself in JSON, as encoding/json writes it: nothing to be escaped, there or in HTML.
func plain(text string) bool {
	ascii := true
	for i := range len(text) {
		switch b := text[i]; {
		case b < ' ' || b == '"' || b == '\\' || b == '<' || b == '>' || b == '&':
			return false
		case b >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(text) && !strings.ContainsAny(text, "\u2028\u2029")
}

// writeNumber writes as encoding/json does, which has exponents for very large and very small numbers only.
func writeNumber(text []byte, v reflect.Value) ([]byte, error) {
	x := v.Float()
	if size := math.Abs(x); x == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(text, x, 'f', -1, 64), nil
	}
	own, err := json.Marshal(x)
	return append(text, bytes.TrimSpace(own)...), err
}
