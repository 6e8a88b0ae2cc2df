package api

import (
	"context"
	"iter"
	"reflect"
	"strings"

	"vigie/api/cql"
	"vigie/inventory"
)

// geometryName is how filters name the geometry of a feature.
const geometryName = "geometry"

// records is a layer of the records of a shelf.
type records[T inventory.Record] struct {
	of     *resource[T]
	leaves map[string][]int
	attrs  map[string]inventory.Attr
}

// recordsOf makes a collection of a kind of record.
func recordsOf[T inventory.Record](of *resource[T], title, description string) collection {
	of.prepare()
	l := records[T]{of: of, leaves: map[string][]int{}, attrs: map[string]inventory.Attr{}}
	types := cql.Queryables{geometryName: cql.Geometry}
	for _, field := range leavesOf(reflect.TypeFor[T](), "", nil) {
		types[field.name], l.leaves[field.name] = field.kind, field.index
	}
	for _, attr := range of.filters.attrs {
		types[string(attr)], l.attrs[string(attr)] = cql.String, attr
	}
	if _, dated := l.attrs[string(inventory.AttrUpdated)]; dated {
		types[string(inventory.AttrUpdated)] = cql.Timestamp
	}
	return collection{
		id: of.kind(), title: title, description: description, kind: of.kind(), types: types, attrs: l.attrs,
		layer: l, editor: edits[T]{of},
	}
}

// leaf is a field of a record that has one value, under the name that leads to it in JSON, as "mounting.heightM".
type leaf struct {
	name  string
	kind  cql.Type
	index []int
}

// leavesOf are the leaves of a type; lists and tables have none.
func leavesOf(t reflect.Type, under string, index []int) (leaves []leaf) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		at := append(append([]int{}, index...), i)
		kind, isLeaf := leafType(field.Type)
		switch {
		case isLeaf:
			leaves = append(leaves, leaf{under + name, kind, at})
		case field.Type.Kind() == reflect.Struct:
			leaves = append(leaves, leavesOf(field.Type, under+name+".", at)...)
		}
	}
	return leaves
}

func leafType(t reflect.Type) (cql.Type, bool) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[inventory.Date]():
		return cql.Date, true
	case t == reflect.TypeFor[inventory.Instant]():
		return cql.Timestamp, true
	case t.Kind() == reflect.String:
		return cql.String, true
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Int:
		return cql.Number, true
	case t.Kind() == reflect.Bool:
		return cql.Boolean, true
	}
	return "", false
}

// value is that of a leaf; nil when it is not known: empty, where the record would not write it.
func (l records[T]) value(record T, name string) any {
	if name == geometryName {
		return record.Shape()
	}
	if attr, indexed := l.attrs[name]; indexed {
		if text, known := record.Attributes()[attr]; known {
			return text
		}
		return nil
	}
	v := reflect.ValueOf(record).FieldByIndex(l.leaves[name])
	known := v.Kind() == reflect.Pointer // a plain zero is not written
	if known {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if instant, is := v.Interface().(inventory.Instant); is {
		return instant.String()
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Float64:
		return v.Float()
	case reflect.Int:
		if known || v.Int() != 0 {
			return float64(v.Int())
		}
	case reflect.String:
		if v.Len() > 0 {
			return v.String()
		}
	}
	return nil
}

func (l records[T]) item(record T) item {
	return item{
		at:     record.Key(),
		values: func(name string) any { return l.value(record, name) },
		show:   func() (Feature, error) { return l.of.feature(record) },
		tag:    func() string { return etag(record) },
	}
}

func (l records[T]) find(ctx context.Context, query inventory.Query) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for record, err := range l.of.shelf.Find(ctx, query) {
			if err != nil {
				yield(item{}, err)
				return
			}
			if !yield(l.item(record), nil) {
				return
			}
		}
	}
}

func (l records[T]) get(ctx context.Context, id inventory.ID) (item, error) {
	record, err := l.of.shelf.Get(ctx, id)
	return l.item(record), err
}

func (l records[T]) count(ctx context.Context, query inventory.Query) (n int, known bool, err error) {
	n, err = inventory.Count(ctx, l.of.shelf, query)
	return n, true, err
}
