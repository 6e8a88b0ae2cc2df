package inventory

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// fieldPath leads from a record to one of its fields, as its JSON names it: "mounting.heightM",
// "heads[0].bearingDeg", "extra.Nom". What follows "extra." is one key, whatever it holds.
type fieldPath struct {
	text  string
	steps []pathStep
	leaf  leafKind
}

// pathStep goes one level down: to a field of a structure, an element of a list or a key of a map.
type pathStep struct {
	number int
	key    string
	into   reflect.Kind // Struct, Slice or Map
}

// leafKind is what the text of a field must be.
type leafKind int

const (
	leafText leafKind = iota
	leafNumber
	leafWhole
	leafBool
	leafDate
	leafInstant
)

// maxElements bounds the lists that a path can reach into: no camera has more heads, purposes or assumptions.
const maxElements = 256

// pathTo compiles the path of a field of a record type. A place is no field: it is the geometry of the row.
func pathTo(record reflect.Type, text string) (fieldPath, error) {
	path := fieldPath{text: text}
	at, rest := record, text
	for {
		at = pointed(at)
		if leaf, ok := leafOf(at); ok {
			path.leaf = leaf
			if rest != "" {
				return path, fmt.Errorf("%q goes beyond a field", text)
			}
			return path, nil
		}
		step, next, remaining, ok := stepInto(at, rest)
		if !ok {
			return path, fmt.Errorf("%q is not a field", text)
		}
		path.steps, at, rest = append(path.steps, step), next, remaining
	}
}

func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func leafOf(t reflect.Type) (leafKind, bool) {
	switch {
	case t == reflect.TypeFor[Instant]():
		return leafInstant, true
	case t == reflect.TypeFor[Date]():
		return leafDate, true
	case t.Kind() == reflect.String:
		return leafText, true
	case t.Kind() == reflect.Float64:
		return leafNumber, true
	case t.Kind() == reflect.Int:
		return leafWhole, true
	case t.Kind() == reflect.Bool:
		return leafBool, true
	}
	return 0, false
}

// stepInto reads the first step of a path into a value of type t; ok is false when there is no such thing.
func stepInto(t reflect.Type, path string) (step pathStep, next reflect.Type, rest string, ok bool) {
	switch t.Kind() {
	case reflect.Struct:
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		for i := range t.NumField() {
			if jsonName(t.Field(i)) == path[:end] {
				return pathStep{number: i, into: reflect.Struct}, t.Field(i).Type, strings.TrimPrefix(path[end:], "."), true
			}
		}
	case reflect.Slice:
		inside, after, found := strings.Cut(strings.TrimPrefix(path, "["), "]")
		number, err := strconv.Atoi(inside)
		if found && path[0] == '[' && err == nil && number >= 0 && number < maxElements {
			return pathStep{number: number, into: reflect.Slice}, t.Elem(), strings.TrimPrefix(after, "."), true
		}
	case reflect.Map:
		return pathStep{key: path, into: reflect.Map}, t.Elem(), "", path != ""
	}
	return pathStep{}, nil, "", false
}

// jsonName is the name of a field in JSON.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// set gives the field its value. The text is exact: a number with a decimal point, true or false, RFC 3339.
func (p fieldPath) set(record reflect.Value, text string) error {
	at := record
	for _, step := range p.steps {
		at = allocated(at)
		switch step.into {
		case reflect.Struct:
			at = at.Field(step.number)
		case reflect.Slice:
			for at.Len() <= step.number {
				at.Set(reflect.Append(at, reflect.Zero(at.Type().Elem())))
			}
			at = at.Index(step.number)
		case reflect.Map:
			if at.IsNil() {
				at.Set(reflect.MakeMap(at.Type()))
			}
			at.SetMapIndex(reflect.ValueOf(step.key), reflect.ValueOf(text))
			return nil
		}
	}
	return p.setLeaf(allocated(at), text)
}

// allocated is what a pointer points to, made when there is nothing.
func allocated(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem()
}

func (p fieldPath) setLeaf(at reflect.Value, text string) error {
	switch p.leaf {
	case leafNumber:
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("%q is not a number", text)
		}
		at.SetFloat(value)
	case leafWhole:
		value, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		at.SetInt(int64(value))
	case leafBool:
		value, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		at.SetBool(value)
	case leafInstant:
		value, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("%q is not an instant of RFC 3339", text)
		}
		at.Set(reflect.ValueOf(InstantOf(value)))
	default:
		at.SetString(text)
	}
	return nil
}
