package mongodb

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"vigie/inventory"
)

// plan is how values of one Go type are written as BSON. It follows the JSON of the records: the same names, the same
// fields left out, null where JSON has null; but instants are BSON dates, and places GeoJSON objects.
type plan interface {
	write(w bson.ValueWriter, v reflect.Value) error
	// read sets v, which is zero. It never sees a null.
	read(r bsoncore.Value, v reflect.Value) error
	// schema is what the server checks, see https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/.
	// Inside lists it is short: some servers take 10 kB for a collection.
	schema(inList bool) bson.D
}

// planOf makes the plan of a type.
func planOf(t reflect.Type) (plan, error) {
	switch t {
	case reflect.TypeFor[inventory.Instant]():
		return instantPlan{}, nil
	case reflect.TypeFor[inventory.Point]():
		return pointPlan{}, nil
	case reflect.TypeFor[inventory.Surface]():
		return surfacePlan{}, nil
	case reflect.TypeFor[inventory.Outline]():
		return outlinePlan{}, nil
	case reflect.TypeFor[json.RawMessage]():
		return rawPlan{}, nil
	case reflect.TypeFor[[]byte]():
		return bytesPlan{}, nil
	}
	own := reflect.TypeFor[json.Marshaler]()
	if t.Kind() != reflect.Pointer && (t.Implements(own) || reflect.PointerTo(t).Implements(own)) {
		return nil, fmt.Errorf("type %s writes JSON of its own: it needs a plan of its own", t)
	}
	switch t.Kind() {
	case reflect.Struct:
		return structPlanOf(t)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return containerPlanOf(t)
	case reflect.String:
		return textPlan{}, nil
	case reflect.Bool:
		return flagPlan{}, nil
	case reflect.Int:
		return wholePlan{}, nil
	case reflect.Float64:
		return numberPlan{}, nil
	}
	return nil, fmt.Errorf("no plan to write a %s as BSON", t)
}

func containerPlanOf(t reflect.Type) (plan, error) {
	inner, err := planOf(t.Elem())
	switch {
	case err != nil:
		return nil, err
	case t.Kind() == reflect.Pointer:
		return pointerPlan{inner}, nil
	case t.Kind() == reflect.Slice:
		return listPlan{inner}, nil
	case t.Key().Kind() != reflect.String:
		return nil, fmt.Errorf("no plan to write a %s as BSON: its keys are not text", t)
	}
	return mapPlan{inner}, nil
}

// readInto reads a value with a plan; null leaves v zero.
func readInto(p plan, r bsoncore.Value, v reflect.Value) error {
	if r.Type == bsoncore.TypeNull {
		return nil
	}
	return p.read(r, v)
}

type textPlan struct{}

func (textPlan) write(w bson.ValueWriter, v reflect.Value) error {
	return w.WriteString(text(v.String()))
}

func (textPlan) read(r bsoncore.Value, v reflect.Value) error {
	s, ok := r.StringValueOK()
	v.SetString(s)
	return expect(ok, r, "a text")
}

func (textPlan) schema(bool) bson.D { return bsonType("string") }

// text is s as JSON would give it back: U+FFFD in place of each byte that is not UTF-8. BSON has only UTF-8.
func text(s string) string { return strings.Map(func(r rune) rune { return r }, s) }

type flagPlan struct{}

func (flagPlan) write(w bson.ValueWriter, v reflect.Value) error { return w.WriteBoolean(v.Bool()) }

func (flagPlan) read(r bsoncore.Value, v reflect.Value) error {
	b, ok := r.BooleanOK()
	v.SetBool(b)
	return expect(ok, r, "true or false")
}

func (flagPlan) schema(bool) bson.D { return bsonType("bool") }

type wholePlan struct{}

func (wholePlan) write(w bson.ValueWriter, v reflect.Value) error {
	if n := v.Int(); n >= math.MinInt32 && n <= math.MaxInt32 {
		return w.WriteInt32(int32(n))
	}
	return w.WriteInt64(v.Int())
}

func (wholePlan) read(r bsoncore.Value, v reflect.Value) error {
	x, err := number(r)
	if err == nil && x != math.Trunc(x) {
		err = fmt.Errorf("%v is not a whole number", x)
	}
	v.SetInt(int64(x))
	return err
}

func (wholePlan) schema(bool) bson.D { return numberSchema() }

type numberPlan struct{}

func (numberPlan) write(w bson.ValueWriter, v reflect.Value) error { return w.WriteDouble(v.Float()) }

func (numberPlan) read(r bsoncore.Value, v reflect.Value) error {
	x, err := number(r)
	v.SetFloat(x)
	return err
}

func (numberPlan) schema(bool) bson.D { return numberSchema() }

// numberSchema are the types that number reads. The alias "number" would take decimals, which no float64 holds, and is
// unknown to some servers.
func numberSchema() bson.D { return bson.D{{Key: "bsonType", Value: bson.A{"double", "int", "long"}}} }

// number reads a number of any type: whoever edits a document by hand may have made a whole number of a decimal one.
func number(r bsoncore.Value) (float64, error) {
	if n, ok := r.Int32OK(); ok {
		return float64(n), nil
	}
	if n, ok := r.Int64OK(); ok {
		return float64(n), nil
	}
	x, ok := r.DoubleOK()
	return x, expect(ok, r, "a number")
}

// expect is an error unless the value was what was expected.
func expect(ok bool, r bsoncore.Value, what string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s was expected, not a BSON %s", what, r.Type)
}

type pointerPlan struct{ to plan }

func (p pointerPlan) write(w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	return p.to.write(w, v.Elem())
}

func (p pointerPlan) read(r bsoncore.Value, v reflect.Value) error {
	v.Set(reflect.New(v.Type().Elem()))
	return p.to.read(r, v.Elem())
}

func (p pointerPlan) schema(inList bool) bson.D { return p.to.schema(inList) }

type listPlan struct{ of plan }

func (p listPlan) write(w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	return writeList(w, v.Len(), func(item bson.ValueWriter, i int) error { return p.of.write(item, v.Index(i)) })
}

func (p listPlan) read(r bsoncore.Value, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return readList(r, func(item bsoncore.Value) error {
		one := reflect.New(v.Type().Elem()).Elem()
		if err := readInto(p.of, item, one); err != nil {
			return fmt.Errorf("[%d]: %w", v.Len(), err)
		}
		v.Set(reflect.Append(v, one))
		return nil
	})
}

func (p listPlan) schema(bool) bson.D {
	return bson.D{{Key: "bsonType", Value: bson.A{"array", "null"}}, {Key: "items", Value: p.of.schema(true)}}
}

func bsonType(name string) bson.D { return bson.D{{Key: "bsonType", Value: name}} }

func writeList(w bson.ValueWriter, n int, write func(item bson.ValueWriter, i int) error) error {
	list, err := w.WriteArray()
	if err != nil {
		return err
	}
	for i := range n {
		item, err := list.WriteArrayElement()
		if err != nil {
			return err
		}
		if err := write(item, i); err != nil {
			return err
		}
	}
	return list.WriteArrayEnd()
}
