package mongodb_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
)

// A document is what its users expect: BSON dates, GeoJSON, numbers, objects in lists, and no JSON text.
func TestDocument(t *testing.T) {
	_, raw, err := mongodb.ThereAndBack(inventorytest.FullCamera())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bson.Type{
		"_id": bson.TypeString, "revision": bson.TypeObjectID, "index.department": bson.TypeString,
		"location.type": bson.TypeString, "location.coordinates.0": bson.TypeDouble,
		"heads.0.bearingDeg": bson.TypeDouble, "heads.0.recordedWidthPx": bson.TypeInt32,
		"provenance.updatedAt": bson.TypeDateTime, "mounting.outdoor": bson.TypeBoolean, "extra": bson.TypeEmbeddedDocument,
	} {
		if got := raw.Lookup(split(path)...).Type; got != want {
			t.Errorf("%s is a %s, not a %s", path, got, want)
		}
	}
	if _, err := raw.LookupErr("id"); err == nil {
		t.Error("the key is there twice")
	}
	_, raw, err = mongodb.ThereAndBack(inventorytest.FullArea())
	if kind := raw.Lookup("geometry", "type").StringValue(); err != nil || kind != "MultiPolygon" {
		t.Errorf("the geometry is a %s (%v)", kind, err)
	}
	plain := inventory.Holder{ID: "a", Name: "b", Kind: inventory.Ministry}
	_, raw, err = mongodb.ThereAndBack(plain)
	if elements, _ := raw.Elements(); err != nil || len(elements) != 5 {
		t.Errorf("a plain holder is %v (%v): what is unknown is left out", raw, err)
	}
}

func split(path string) []string {
	var parts []string
	part := ""
	for _, r := range path + "." {
		if r == '.' {
			parts, part = append(parts, part), ""
			continue
		}
		part += string(r)
	}
	return parts
}

// What JSON tells apart, documents do: nil and empty lists, −0, the first instants; and what it cannot hold is the same.
func TestSameAsJSON(t *testing.T) {
	a := inventorytest.FullAssessment()
	a.Result.Gaps, a.Result.Warnings = nil, []inventory.Warning{}
	a.Result.Levels[0].AtLeastM2, a.Result.Levels[0].SeenM2 = nil, math.Copysign(0, -1)
	a.Result.Areas[0].Levels[0].AtLeastM2 = []float64{}
	a.Provenance.UpdatedAt = &inventory.Instant{}
	a.Request.Name = "a\xffb\xc3("
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var want inventory.Assessment
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	back, _, err := mongodb.ThereAndBack(a)
	if err != nil || inventory.Tag(back) != inventory.Tag(want) || !reflect.DeepEqual(back, want) {
		t.Errorf("%+v (%v) is not what JSON gives, %+v", back, err, want)
	}
	if back.Result.Gaps != nil || back.Result.Warnings == nil || back.Request.Name != "a\ufffdb\ufffd(" {
		t.Errorf("gaps %v, warnings %v, name %q", back.Result.Gaps, back.Result.Warnings, back.Request.Name)
	}
	for _, at := range []time.Time{{}, time.UnixMilli(-1), time.UnixMilli(-999_999_999_999), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)} {
		c := inventorytest.FullCamera()
		c.Provenance.UpdatedAt = &inventory.Instant{Time: at}
		if back, _, err := mongodb.ThereAndBack(c); err != nil || !back.Provenance.UpdatedAt.Equal(inventory.InstantOf(at).Time) {
			t.Errorf("%v came back as %v (%v)", at, back.Provenance.UpdatedAt, err)
		}
	}
}

// Any text may be a key of what a source says besides.
func TestKeys(t *testing.T) {
	extra := map[string]string{}
	for _, key := range []string{"", "%", "%%", "%2E", "a.b", "$set", "\x00", "a\x00b", "é", "%zz", ".", "$", "100 %", "nature"} {
		extra[key] = "value of " + key
		if got := mongodb.Unescape(mongodb.Escape(key)); got != key {
			t.Errorf("%q came back as %q", key, got)
		}
	}
	for key, want := range map[string]string{"nature": "nature", "100 %": "100 %25", "a.b": "a%2Eb", "": "%"} {
		if got := mongodb.Escape(key); got != want {
			t.Errorf("%q is written %q", key, got)
		}
	}
	for key, want := range map[string]string{"50 %": "50 %", "%x": "%x", "%4": "%4"} { // by another hand
		if got := mongodb.Unescape(key); got != want {
			t.Errorf("%q is read as %q", key, got)
		}
	}
	c := inventorytest.FullCamera()
	c.Extra = extra
	if back, _, err := mongodb.ThereAndBack(c); err != nil || !reflect.DeepEqual(back.Extra, extra) {
		t.Errorf("%q came back as %q (%v)", extra, back.Extra, err)
	}
}
