package inventory

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// fieldTree is a field of the records of one type, or a structure, a list or a map of such. It grows with the records that it
// walks, so that what is to be known of a field is found out once, however many records have it.
type fieldTree struct {
	path string       // that of a [fieldPath]
	into reflect.Kind // Struct, Slice or Map; of a field Invalid
	leaf leafKind     // of a field

	members  []memberTree          // of a structure
	elements []*fieldTree          // of a list, as many as the longest had
	entries  map[string]*fieldTree // of a map

	found  bool // an export has a column for the field
	column int
}

// memberTree is a member of a structure.
type memberTree struct {
	*fieldTree // nil until a record has it
	name       string
	rank       int
	omitted    bool // when it is zero
}

func newFieldTree(path string, t reflect.Type) *fieldTree {
	t = pointed(t)
	if leaf, ok := leafOf(t); ok {
		return &fieldTree{path: path, leaf: leaf}
	}
	tree := &fieldTree{path: path, into: t.Kind()}
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			field := t.Field(i)
			if name := jsonName(field); name != "" && !isPlace(pointed(field.Type)) {
				omitted := strings.Contains(field.Tag.Get("json"), ",omit")
				tree.members = append(tree.members, memberTree{name: name, rank: i, omitted: omitted})
			}
		}
	}
	return tree
}

// isPlace tells the types of places, which are no fields.
func isPlace(t reflect.Type) bool {
	return t == reflect.TypeFor[Point]() || t == reflect.TypeFor[Surface]() || t == reflect.TypeFor[Outline]()
}

// each gives every field of a record that has a value, so that [fieldPath.set] with its path and its text makes the same
// record.
func (f *fieldTree) each(v reflect.Value, yield func(field *fieldTree, value reflect.Value)) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch f.into {
	case reflect.Struct:
		for i := range f.members {
			m := &f.members[i]
			value := v.Field(m.rank)
			if m.omitted && value.IsZero() {
				continue
			}
			if m.fieldTree == nil {
				m.fieldTree = newFieldTree(strings.TrimPrefix(f.path+"."+m.name, "."), value.Type())
			}
			m.each(value, yield)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if i == len(f.elements) {
				f.elements = append(f.elements, newFieldTree(fmt.Sprintf("%s[%d]", f.path, i), v.Type().Elem()))
			}
			f.elements[i].each(v.Index(i), yield)
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			f.entry(entry.Key().String(), v.Type().Elem()).each(entry.Value(), yield)
		}
	case reflect.Invalid:
		if v.Kind() != reflect.String || v.Len() > 0 {
			yield(f, v)
		}
	}
}

func (f *fieldTree) entry(key string, t reflect.Type) *fieldTree {
	if f.entries == nil {
		f.entries = map[string]*fieldTree{}
	}
	if f.entries[key] == nil {
		f.entries[key] = newFieldTree(f.path+"."+key, t)
	}
	return f.entries[key]
}

// forgetEntries forgets the entries of the maps: a tree that walks any number of records grows with all keys that they have.
func (f *fieldTree) forgetEntries() {
	f.entries = nil
	for _, m := range f.members {
		if m.fieldTree != nil {
			m.forgetEntries()
		}
	}
	for _, element := range f.elements {
		element.forgetEntries()
	}
}

// number gives each field that was found its column, in the order in which the types declare them, after those of the header.
func (f *fieldTree) number(header []string) []string {
	if f.found {
		f.column = len(header)
		return append(header, f.path)
	}
	for _, m := range f.members {
		if m.fieldTree != nil {
			header = m.number(header)
		}
	}
	for _, element := range f.elements {
		header = element.number(header)
	}
	for _, key := range sortedKeys(f.entries) {
		header = f.entries[key].number(header)
	}
	return header
}

// text is the value of a field as text.
func (f *fieldTree) text(v reflect.Value) string {
	switch f.leaf {
	case leafNumber:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case leafWhole:
		return strconv.FormatInt(v.Int(), 10)
	case leafBool:
		return strconv.FormatBool(v.Bool())
	case leafInstant:
		instant, _ := v.Interface().(Instant)
		return instant.String()
	case leafText, leafDate:
	}
	return v.String()
}
