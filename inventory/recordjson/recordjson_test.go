package recordjson_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"reflect"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/recordjson"
)

// TestWriters: what is written has the bytes that encoding/json writes, for every kind, with every field, and for values at
// random in all of them.
func TestWriters(t *testing.T) {
	t.Parallel()
	writesAlike(t, inventorytest.FullHolder())
	writesAlike(t, inventorytest.FullDeployment())
	writesAlike(t, inventorytest.FullCamera())
	writesAlike(t, inventorytest.FullMobileCamera())
	writesAlike(t, inventorytest.FullArea())
	writesAlike(t, inventorytest.FullObstacle())
	writesAlike(t, inventorytest.FullAssessment())
	writesAlike(t, inventory.Candidate{ID: "c"})
	writesAlike(t, ownName{Name: "<&>", Inner: inner{Kind: "k"}})
	cameras := writers[inventory.Camera]{recordjson.Of[inventory.Camera](), recordjson.MembersOf[inventory.Camera]("id", "location")}
	for camera := range inventorytest.France(500) {
		cameras.writesOne(t, camera)
	}
}

// inner is embedded, so that only encoding/json knows the members of what has it.
type inner struct {
	Kind string `json:"kind"`
}

type ownName struct {
	inner
	ID    string    `json:"id"`
	Name  string    `json:"name,omitempty"`
	Inner inner     `json:"inner,omitzero"`
	Since time.Time `json:"since"`
	Host  net.IP    `json:"host"`
}

func writesAlike[T any](t *testing.T, record T) {
	t.Helper()
	w := writers[T]{recordjson.Of[T](), recordjson.MembersOf[T]("id", "location")}
	w.writesOne(t, record)
	w.writesOne(t, *new(T))
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		v := reflect.New(reflect.TypeFor[T]()).Elem()
		fillRandomly(r, v, 0)
		random, _ := v.Interface().(T)
		w.writesOne(t, random)
	}
}

// writers are those of a type, whole and without some members.
type writers[T any] struct{ whole, members recordjson.Writer[T] }

// writesOne compares the whole and the members, and sees that what was there before stays.
func (w writers[T]) writesOne(t *testing.T, record T) {
	t.Helper()
	want, failure := json.Marshal(record)
	for _, write := range []recordjson.Writer[T]{w.whole, {}} {
		got, err := write.Append([]byte("before"), &record)
		if (err == nil) != (failure == nil) || err == nil && string(got) != "before"+string(want) {
			t.Fatalf("%s, %v\nis written as\n%s, %v", want, failure, got, err)
		}
	}
	if failure != nil {
		return
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(want, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "id")
	delete(members, "location")
	want, failure = json.Marshal(members)
	got, err := w.members.Append(nil, &record)
	if err != nil || failure != nil || string(got) != string(want) {
		t.Fatalf("the members\n%s, %v\nare written as\n%s, %v", want, failure, got, err)
	}
}

// TestGeometries: geometries have the bytes that package geojson writes.
func TestGeometries(t *testing.T) {
	t.Parallel()
	ring := orb.Ring{{-1.5, 2e-7}, {1e21, 0.1}, {math.Copysign(0, -1), 123456.789}, {-1.5, 2e-7}}
	for _, shape := range []orb.Geometry{
		nil, orb.Point{3.9, 43.6}, orb.Point{math.NaN(), 0}, orb.Point{0, math.Inf(1)}, orb.Polygon{ring, ring}, orb.Polygon(nil),
		orb.Polygon{nil, {}}, orb.Polygon{{{0, math.NaN()}}}, orb.MultiPolygon{{ring}, {ring, ring}}, orb.MultiPolygon{}, orb.MultiPolygon(nil),
		orb.MultiPolygon{nil}, orb.LineString{{1, 2}, {3, 4}}, orb.MultiPoint{{1, 2}}, orb.MultiLineString{{{1, 2}, {3, 4}}},
		orb.Collection{orb.Point{1, 2}}, ring, ring.Bound(),
	} {
		want, failure := json.Marshal(geojson.NewGeometry(shape))
		got, err := recordjson.AppendGeometry([]byte("before"), shape)
		if (err == nil) != (failure == nil) || err == nil && string(got) != "before"+string(want) {
			t.Errorf("%s, %v\nis written as\n%s, %v", want, failure, got, err)
		}
	}
}

// fillRandomly gives v a value of its type, deep ones nothing.
func fillRandomly(r *rand.Rand, v reflect.Value, depth int) {
	if depth > 12 || r.IntN(4) == 0 {
		return
	}
	switch at := v.Addr().Interface().(type) {
	case *inventory.Instant:
		*at = inventory.InstantOf(time.UnixMilli(r.Int64N(1 << 41)))
		return
	case *inventory.Point:
		*at = inventory.Point{randomNumber(r), randomNumber(r)}
		return
	case *inventory.Surface:
		*at = inventory.Surface{orb.Polygon{{{0, 0}, {1, randomNumber(r)}, {1, 1}, {0, 0}}}}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(randomText(r))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(r.Int64N(2000) - 1000)
	case reflect.Float64:
		v.SetFloat(randomNumber(r))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillRandomly(r, v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			fillRandomly(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if v.Type().Key().Kind() == reflect.String && v.Type().Elem().Kind() == reflect.String {
			for range r.IntN(4) {
				v.SetMapIndex(reflect.ValueOf(randomText(r)).Convert(v.Type().Key()), reflect.ValueOf(randomText(r)).Convert(v.Type().Elem()))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillRandomly(r, v.Field(i), depth+1)
			}
		}
	}
}

func randomNumber(r *rand.Rand) float64 {
	switch r.IntN(6) {
	case 0:
		return float64(r.IntN(400))
	case 1:
		return math.Ldexp(r.Float64()-0.5, r.IntN(200)-100)
	case 2:
		return []float64{0, math.Copysign(0, -1), 1e-6, 9.9e-7, 1e21, 9.9e20, math.NaN(), math.Inf(1)}[r.IntN(8)]
	}
	return r.NormFloat64() * 100
}

func randomText(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return fmt.Sprintf("rue %d", r.IntN(100))
	}
	pieces := []string{"é", "\"", "\\", "<b>", "&", "\u2028", "\u2029", "\xff", "\x00", "\n", "a", "œ", "𝄞", "\x7f", "\ufffd", "/"}
	text := ""
	for range r.IntN(5) {
		text += pieces[r.IntN(len(pieces))]
	}
	return text
}
