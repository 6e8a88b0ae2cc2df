package recordjson

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A writer appends the JSON of v, which is addressable, to a text. What it has no quick way for it leaves to encoding/json.
type writer func(text []byte, v reflect.Value) ([]byte, error)

func writerOf(t reflect.Type) writer {
	switch {
	case reflect.PointerTo(t).Implements(reflect.TypeFor[Appender]()):
		return writeOwn
	case t.Kind() == reflect.Pointer && t.Implements(reflect.TypeFor[Appender]()):
		return orNull(func(text []byte, v reflect.Value) ([]byte, error) { return writeOwn(text, v.Elem()) })
	case isOwn(t):
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
		if members, plain := membersOf(t); plain {
			return structWriter(members)
		}
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

// isOwn tells a type that says itself how it is written.
func isOwn(t reflect.Type) bool {
	for _, own := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(own) || reflect.PointerTo(t).Implements(own) {
			return true
		}
	}
	return false
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

// writeOwn has the type write its JSON itself.
func writeOwn(text []byte, v reflect.Value) ([]byte, error) {
	own, _ := v.Addr().Interface().(Appender)
	return own.AppendJSON(text)
}

// member is a field of a structure and the text before its value.
type member struct {
	name, head string // head is "name":
	rank       int
	write      writer
	// absent tells that a field is left out.
	absent func(reflect.Value) bool
}

// membersOf are the members of a structure, in the order of its fields; plain is false where only encoding/json knows them all.
func membersOf(t reflect.Type) (members []member, plain bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || !field.IsExported() || name == "" || name == "-" {
			return nil, false
		}
		m := member{name: name, head: strconv.Quote(name) + ":", rank: i, write: writerOf(field.Type)}
		switch options {
		case "":
			m.absent = func(reflect.Value) bool { return false }
		case "omitempty":
			m.absent = emptiness(field.Type)
		case "omitzero":
			m.absent = reflect.Value.IsZero
			if _, own := reflect.PointerTo(field.Type).MethodByName("IsZero"); own {
				return nil, false
			}
		default:
			return nil, false
		}
		members = append(members, m)
	}
	return members, true
}

func structWriter(members []member) writer {
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
		if text, err = AppendText(text, key); err != nil {
			return nil, err
		}
		if text, err = AppendText(append(text, ':'), words[key]); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

func writeText(text []byte, v reflect.Value) ([]byte, error) { return AppendText(text, v.String()) }

func writeNumber(text []byte, v reflect.Value) ([]byte, error) { return AppendNumber(text, v.Float()) }
