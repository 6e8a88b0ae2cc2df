package mongodb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"vigie/inventory"
)

const (
	fieldID = "_id"
	// fieldRevision differs after each write, so that an edit can tell whether another came between.
	fieldRevision = "revision"
	// fieldIndex holds what the indexes use, derived from the record each time it is written.
	fieldIndex = "index"
	// keyID is the name of the key in the JSON of every record.
	keyID = "id"
)

// mapping writes the records of one kind as documents, and reads them.
type mapping[T inventory.Record] struct {
	plan  *structPlan
	body  *structPlan // the plan without the key, which documents have as _id
	table table
}

func newMapping[T inventory.Record](t table) (mapping[T], error) {
	plan, err := structPlanOf(reflect.TypeFor[T]())
	if err != nil {
		return mapping[T]{}, fmt.Errorf("kind %s: %w", t.collection, err)
	}
	if _, known := plan.named[keyID]; !known {
		return mapping[T]{}, fmt.Errorf("kind %s: no field %q", t.collection, keyID)
	}
	isKey := func(f field) bool { return f.name == keyID }
	body := &structPlan{fields: slices.DeleteFunc(slices.Clone(plan.fields), isKey)}
	return mapping[T]{plan: plan, body: body, table: t}, nil
}

// document is a record as the server keeps it.
type document struct {
	id         string
	department any // the indexed one; nil when it is unknown
	raw        bson.Raw
}

// write makes the document of a record, with a new revision.
func (m mapping[T]) write(record T) (document, error) {
	var text bytes.Buffer
	attributes := record.Attributes()
	doc := document{id: string(record.Key())}
	if department, known := attributes[inventory.AttrDepartment]; known {
		doc.department = department
	}
	head, err := bson.Marshal(bson.D{
		{Key: fieldID, Value: doc.id},
		{Key: fieldRevision, Value: bson.NewObjectID()},
		{Key: fieldIndex, Value: m.table.indexed(attributes, record.Shape())},
	})
	if err != nil {
		return doc, fmt.Errorf("write %q as BSON: %w", doc.id, err)
	}
	object, err := bson.NewDocumentWriter(&text).WriteDocument()
	if err != nil {
		return doc, err
	}
	if err := m.body.writeFields(object, reflect.ValueOf(record)); err != nil {
		return doc, fmt.Errorf("write %q as BSON: %w", doc.id, err)
	}
	if err := object.WriteDocumentEnd(); err != nil {
		return doc, err
	}
	doc.raw = joined(head, text.Bytes())
	return doc, nil
}

// joined is the document with the elements of both. A document is its length in four bytes, its elements and a zero
// (https://bsonspec.org/spec.html).
func joined(head, tail bson.Raw) bson.Raw {
	all := slices.Concat(head[:len(head)-1], tail[4:])
	binary.LittleEndian.PutUint32(all, uint32(len(all))) //nolint:gosec // a document that is too large is refused
	return all
}

// schema is what the server checks before it takes a document of the kind.
func (m mapping[T]) schema() bson.D {
	schema := m.body.schema(false)
	for i, e := range schema {
		if properties, ok := e.Value.(bson.D); ok && e.Key == "properties" {
			schema[i].Value = append(bson.D{
				{Key: fieldID, Value: bson.D{{Key: "bsonType", Value: "string"}, {Key: "pattern", Value: "^[A-Za-z0-9._:-]{1,128}$"}}},
				{Key: fieldRevision, Value: bsonType("objectId")},
				{Key: fieldIndex, Value: bsonType("object")},
			}, properties...)
		}
		if required, ok := e.Value.(bson.A); ok && e.Key == "required" {
			schema[i].Value = append(bson.A{fieldID, fieldRevision, fieldIndex}, required...)
		}
	}
	return schema
}

// read makes the record of a document again.
func (m mapping[T]) read(raw bson.Raw) (record T, revision bson.ObjectID, err error) {
	value := reflect.ValueOf(&record).Elem()
	err = readElements(raw, func(name []byte, r bsoncore.Value) error {
		switch string(name) {
		case fieldID:
			return m.plan.readField([]byte(keyID), r, value)
		case fieldRevision:
			id, ok := r.ObjectIDOK()
			revision = id
			return expect(ok, r, "an object identifier")
		case fieldIndex:
			return nil
		}
		return m.plan.readField(name, r, value)
	})
	if err != nil {
		var none T
		return none, revision, fmt.Errorf("read document %v: %w", raw.Lookup(fieldID), err)
	}
	return record, revision, nil
}
