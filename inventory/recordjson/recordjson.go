// Package recordjson writes records as JSON: the same bytes as encoding/json, several times quicker, since what is to be done
// with each field of a type is found out once. It does not read, and it knows no record.
package recordjson

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Appender appends its JSON to a text. It writes what its MarshalJSON gives, without a space.
type Appender interface {
	AppendJSON(text []byte) ([]byte, error)
}

// Writer writes values of one type. Several goroutines may use it at once. The zero Writer leaves all to encoding/json.
type Writer[T any] struct{ write writer }

// Of makes the writer of a type.
func Of[T any]() Writer[T] { return Writer[T]{writerOf(reflect.TypeFor[T]())} }

// MembersOf makes a writer of a structure with its members in the order of their names, as encoding/json writes a map, but
// those without.
func MembersOf[T any](without ...string) Writer[T] {
	t := reflect.TypeFor[T]()
	members, plain := membersOf(t)
	if !plain || isOwn(t) {
		return Writer[T]{func(text []byte, v reflect.Value) ([]byte, error) { return appendMembers(text, v, without) }}
	}
	members = slices.DeleteFunc(members, func(m member) bool { return slices.Contains(without, m.name) })
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return Writer[T]{structWriter(members)}
}

// Append appends the JSON of a value to a text. Its error is that of encoding/json, for what has no JSON.
func (w Writer[T]) Append(text []byte, value *T) ([]byte, error) {
	v := reflect.ValueOf(value).Elem()
	if w.write == nil {
		return writeAny(text, v)
	}
	return w.write(text, v)
}

// appendMembers is the way of [MembersOf] for types that say themselves how they are written.
func appendMembers(text []byte, v reflect.Value, without []string) ([]byte, error) {
	whole, err := writeAny(nil, v)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(whole, &members); err != nil {
		return nil, err
	}
	for _, name := range without {
		delete(members, name)
	}
	kept, err := json.Marshal(members)
	return append(text, kept...), err
}

// AppendText appends a text as encoding/json does, which escapes what HTML would take for its own and replaces what is not UTF-8.
func AppendText(text []byte, value string) ([]byte, error) {
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

// AppendNumber appends a number as encoding/json does, which has exponents for very large and very small ones only. What is no
// number is an error.
func AppendNumber(text []byte, x float64) ([]byte, error) {
	if size := math.Abs(x); x == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(text, x, 'f', -1, 64), nil
	}
	own, err := json.Marshal(x)
	return append(text, own...), err
}
