package mongodb

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// structPlan writes the exported fields under the names of their JSON.
type structPlan struct {
	fields []field
	named  map[string]int // ranks in fields
}

// field is a field of a struct.
type field struct {
	name string
	at   int
	plan plan
	omit omission
}

func structPlanOf(t reflect.Type) (*structPlan, error) {
	p := &structPlan{named: map[string]int{}}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || f.Anonymous {
			return nil, fmt.Errorf("field %s.%s has no name in JSON", t, f.Name)
		}
		inner, err := planOf(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		omit := omission(options)
		if omit != never && omit != whenZero && omit != whenEmpty {
			return nil, fmt.Errorf("%s.%s: no plan for the option %q of a JSON tag", t, f.Name, options)
		}
		p.named[name] = len(p.fields)
		p.fields = append(p.fields, field{name: name, at: i, plan: inner, omit: omit})
	}
	return p, nil
}

// omission is the option of a JSON tag that says when a field is left out: see https://pkg.go.dev/encoding/json#Marshal.
type omission string

const (
	never     omission = ""
	whenZero  omission = "omitzero"
	whenEmpty omission = "omitempty"
)

func (o omission) leavesOut(v reflect.Value) bool {
	switch o {
	case whenZero:
		return v.IsZero()
	case whenEmpty:
		if k := v.Kind(); k == reflect.Slice || k == reflect.Map {
			return v.Len() == 0
		}
		return v.Kind() != reflect.Struct && v.IsZero()
	case never:
	}
	return false
}

func (p *structPlan) write(w bson.ValueWriter, v reflect.Value) error {
	object, err := w.WriteDocument()
	if err != nil {
		return err
	}
	if err := p.writeFields(object, v); err != nil {
		return err
	}
	return object.WriteDocumentEnd()
}

func (p *structPlan) writeFields(object bson.DocumentWriter, v reflect.Value) error {
	for _, f := range p.fields {
		value := v.Field(f.at)
		if f.omit.leavesOut(value) {
			continue
		}
		element, err := object.WriteDocumentElement(f.name)
		if err != nil {
			return err
		}
		if err := f.plan.write(element, value); err != nil {
			return err
		}
	}
	return nil
}

func (p *structPlan) read(r bsoncore.Value, v reflect.Value) error {
	return readObject(r, func(name []byte, value bsoncore.Value) error { return p.readField(name, value, v) })
}

// readField reads the field of that name; others than the struct's are passed over, as JSON has it.
func (p *structPlan) readField(name []byte, r bsoncore.Value, v reflect.Value) error {
	rank, known := p.named[string(name)]
	if !known {
		return nil
	}
	if err := readInto(p.fields[rank].plan, r, v.Field(p.fields[rank].at)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (p *structPlan) schema(inList bool) bson.D {
	properties, required := bson.D{}, bson.A{}
	for _, f := range p.fields {
		properties = append(properties, bson.E{Key: f.name, Value: f.plan.schema(inList)})
		if f.omit == never && !inList {
			required = append(required, f.name)
		}
	}
	schema := append(bsonType("object"), bson.E{Key: "properties", Value: properties})
	if len(required) > 0 { // the server refuses an empty list
		schema = append(schema, bson.E{Key: "required", Value: required})
	}
	return schema
}

// mapPlan writes a map from texts as an object, in the order of its keys.
type mapPlan struct{ of plan }

func (p mapPlan) write(w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	object, err := w.WriteDocument()
	if err != nil {
		return err
	}
	values := make(map[string]reflect.Value, v.Len())
	for key, value := range v.Seq2() {
		values[escape(text(key.String()))] = value
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		element, err := object.WriteDocumentElement(key)
		if err != nil {
			return err
		}
		if err := p.of.write(element, values[key]); err != nil {
			return err
		}
	}
	return object.WriteDocumentEnd()
}

func (p mapPlan) read(r bsoncore.Value, v reflect.Value) error {
	v.Set(reflect.MakeMap(v.Type()))
	return readObject(r, func(name []byte, value bsoncore.Value) error {
		one := reflect.New(v.Type().Elem()).Elem()
		if err := readInto(p.of, value, one); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		v.SetMapIndex(reflect.ValueOf(unescape(string(name))).Convert(v.Type().Key()), one)
		return nil
	})
}

func (p mapPlan) schema(bool) bson.D {
	return bson.D{{Key: "bsonType", Value: bson.A{"object", "null"}}}
}

const (
	noKey   = "%" // an empty key
	special = "%.$\x00"
)

// escape makes a key that may be any text one that queries can name: dots and dollars mean something in a path, and a
// BSON key cannot hold the byte 0. They are written as in a URL (RFC 3986, section 2.1).
func escape(key string) string {
	if key == "" {
		return noKey
	}
	if !strings.ContainsAny(key, special) {
		return key
	}
	var b strings.Builder
	for i := range len(key) {
		if strings.IndexByte(special, key[i]) >= 0 {
			fmt.Fprintf(&b, "%%%02X", key[i])
		} else {
			b.WriteByte(key[i])
		}
	}
	return b.String()
}

func unescape(key string) string {
	if key == noKey {
		return ""
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(key, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		code, err := strconv.ParseUint(after[:min(2, len(after))], 16, 8)
		if err != nil || len(after) < 2 { // written by another hand
			b.WriteByte('%')
			key = after
			continue
		}
		b.WriteByte(byte(code))
		key = after[2:]
	}
}

// readObject gives each element of an object to see.
func readObject(r bsoncore.Value, see func(name []byte, value bsoncore.Value) error) error {
	if r.Type != bsoncore.TypeEmbeddedDocument {
		return expect(false, r, "an object")
	}
	return readElements(r.Data, see)
}

// readList gives each item of a list to see.
func readList(r bsoncore.Value, see func(item bsoncore.Value) error) error {
	if r.Type != bsoncore.TypeArray {
		return expect(false, r, "a list")
	}
	return readElements(r.Data, func(_ []byte, item bsoncore.Value) error { return see(item) })
}

var errBroken = errors.New("broken BSON")

// readElements walks through a document: its length in four bytes, its elements and a zero
// (https://bsonspec.org/spec.html).
func readElements(document []byte, see func(name []byte, value bsoncore.Value) error) error {
	length, rest, ok := bsoncore.ReadLength(document)
	if !ok || int(length) != len(document) || len(rest) == 0 {
		return errBroken
	}
	for rest = rest[:len(rest)-1]; len(rest) > 0; {
		var element bsoncore.Element
		if element, rest, ok = bsoncore.ReadElement(rest); !ok {
			return errBroken
		}
		value, err := element.ValueErr()
		if err != nil {
			return err
		}
		if err := see(element.KeyBytes(), value); err != nil {
			return err
		}
	}
	return nil
}
