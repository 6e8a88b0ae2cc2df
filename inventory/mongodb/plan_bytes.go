package mongodb

import (
	"encoding/json"
	"fmt"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// bytesPlan writes bytes as binary data.
type bytesPlan struct{}

func (bytesPlan) write(w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	return w.WriteBinary(v.Bytes())
}

func (bytesPlan) read(r bsoncore.Value, v reflect.Value) error {
	_, data, ok := r.BinaryOK()
	v.SetBytes(append([]byte{}, data...)) // the memory of the message serves again
	return expect(ok, r, "binary data")
}

func (bytesPlan) schema(bool) bson.D {
	return bson.D{{Key: "bsonType", Value: bson.A{"binData", "null"}}}
}

// rawPlan writes JSON of any sort as its text: as an object its names could not all be written, nor its numbers come back to the
// letter.
type rawPlan struct{}

func (rawPlan) write(w bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return w.WriteNull()
	}
	compact, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return w.WriteString(string(compact))
}

func (rawPlan) read(r bsoncore.Value, v reflect.Value) error {
	text, ok := r.StringValueOK()
	v.SetBytes([]byte(text))
	return expect(ok, r, "JSON as a text")
}

func (rawPlan) schema(bool) bson.D {
	return bson.D{{Key: "bsonType", Value: bson.A{"string", "null"}}}
}
