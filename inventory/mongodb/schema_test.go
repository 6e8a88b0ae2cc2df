package mongodb_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
)

// TestSchemas: the schemas given to the server take every full record and refuse what no record can be, whatever the
// server does with them. See TestValidators for one that has them checked.
func TestSchemas(t *testing.T) {
	takes(t, inventorytest.FullHolder())
	takes(t, inventorytest.FullDeployment())
	takes(t, inventorytest.FullCamera())
	takes(t, inventorytest.FullMobileCamera())
	takes(t, inventorytest.FullArea())
	takes(t, inventorytest.FullObstacle())
	takes(t, inventorytest.FullAssessment())
	takes(t, inventorytest.FullAudit())
	takes(t, inventorytest.FullAnswer())
	for _, candidate := range inventorytest.Candidates() {
		takes(t, candidate)
	}
	takes(t, inventorytest.FullRecommendation())
	takes(t, inventorytest.FullEquipment())
	takes(t, inventorytest.FullAccount())
	takes(t, inventorytest.FullSession())
	takes(t, inventorytest.FullConvention())
	takes(t, inventorytest.FullEntry())
	takes(t, inventorytest.FullChange())
	takes(t, inventorytest.FullSubscription())
	takes(t, inventorytest.FullJob())
	takes(t, inventorytest.FullBlob())
	schema, err := mongodb.SchemaOf[inventory.Camera]()
	if err != nil {
		t.Fatal(err)
	}
	for name, field := range brokenFields() {
		if refusal(plain(t, schema), plain(t, withField(t, field))) == "" {
			t.Errorf("%s is taken", name)
		}
	}
	if why := refusal(plain(t, schema), plain(t, withField(t, bson.E{Key: "name", Value: "changed"}))); why != "" {
		t.Errorf("a sound document is refused: %s", why)
	}
}

func takes[T inventory.Record](t *testing.T, record T) {
	t.Helper()
	schema, err := mongodb.SchemaOf[T]()
	if err != nil {
		t.Fatal(err)
	}
	_, raw, err := mongodb.ThereAndBack(record)
	if err != nil {
		t.Fatal(err)
	}
	if why := refusal(plain(t, schema), plain(t, raw)); why != "" {
		t.Errorf("a full %T is refused: %s", record, why)
	}
}

// plain is a document as maps and slices.
func plain(t *testing.T, document any) bson.M {
	t.Helper()
	raw, err := bson.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	decoder := bson.NewDecoder(bson.NewDocumentReader(bytes.NewReader(raw)))
	decoder.DefaultDocumentM()
	var m bson.M
	if err := decoder.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// refusal is why a value does not fit a schema, empty when it does. It knows the keywords that the schemas of Vigie
// use, and no other: https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/.
func refusal(schema bson.M, value any) string {
	for keyword, wanted := range schema {
		if why := refusalBy(keyword, wanted, value); why != "" {
			return why
		}
	}
	return ""
}

func refusalBy(keyword string, wanted, value any) string {
	object, _ := value.(bson.M)
	list, isList := value.(bson.A)
	number, isNumber := asNumber(value)
	limit, _ := asNumber(wanted)
	text, isText := value.(string)
	var fits bool
	switch keyword {
	case "bsonType":
		fits = slices.Contains(asList(wanted), any(typeOf(value)))
	case "enum":
		fits = slices.Contains(asList(wanted), value)
	case "pattern":
		fits = !isText || regexp.MustCompile(wanted.(string)).MatchString(text)
	case "minimum":
		fits = !isNumber || number >= limit
	case "maximum":
		fits = !isNumber || number <= limit
	case "minItems":
		fits = !isList || len(list) >= int(limit)
	case "maxItems":
		fits = !isList || len(list) <= int(limit)
	case "required":
		fits = object == nil || !slices.ContainsFunc(asList(wanted), func(name any) bool { return !has(object, name) })
	case "properties":
		return refusedMember(wanted.(bson.M), object)
	case "items":
		return refusedItem(wanted, list)
	case "oneOf":
		good := 0
		for _, schema := range asList(wanted) {
			if refusal(schema.(bson.M), value) == "" {
				good++
			}
		}
		fits = good == 1
	default:
		return "unknown keyword " + keyword
	}
	if !fits {
		return fmt.Sprintf("%.80v does not fit %s %.80v", value, keyword, wanted)
	}
	return ""
}

func refusedMember(schemas, object bson.M) string {
	for name, schema := range schemas {
		if !has(object, name) {
			continue
		}
		if why := refusal(schema.(bson.M), object[name]); why != "" {
			return name + ": " + why
		}
	}
	return ""
}

// refusedItem: one schema is for every item, a list of them for one item each.
func refusedItem(wanted any, list bson.A) string {
	each, single := wanted.(bson.M)
	for i, item := range list {
		schema := each
		if !single {
			schema = asList(wanted)[i].(bson.M)
		}
		if why := refusal(schema, item); why != "" {
			return fmt.Sprintf("[%d] %s", i, why)
		}
	}
	return ""
}

func has(object bson.M, name any) bool {
	_, there := object[name.(string)]
	return there
}

func asList(value any) bson.A {
	if list, ok := value.(bson.A); ok {
		return list
	}
	return bson.A{value}
}

func asNumber(value any) (float64, bool) {
	switch n := value.(type) {
	case int32:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "bool"
	case int32:
		return "int"
	case int64:
		return "long"
	case float64:
		return "double"
	case bson.DateTime:
		return "date"
	case bson.ObjectID:
		return "objectId"
	case bson.Binary:
		return "binData"
	case bson.M:
		return "object"
	case bson.A:
		return "array"
	}
	return fmt.Sprintf("%T", value)
}
