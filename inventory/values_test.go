package inventory_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
)

// TestInstantOrder: the texts of instants are in the order of the instants, in whatever zone they were made.
func TestInstantOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		at := time.UnixMilli(r.Int64N(4_000_000_000_000)).In(time.FixedZone("", r.IntN(28*3600)-14*3600))
		other := at.Add(time.Duration(r.Int64N(int64(10 * time.Second)))).In(time.FixedZone("", r.IntN(3600)))
		a, b := inventory.InstantOf(at), inventory.InstantOf(other)
		if a.Before(b.Time) != (a.String() < b.String()) || a.Equal(b.Time) != (a.String() == b.String()) {
			t.Fatalf("%v and %v are written %s and %s", at, other, a, b)
		}
	}
}

func TestInstantJSON(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-10-25T02:30:00+02:00"`:           `"2026-10-25T00:30:00.000Z"`,
		`"2026-10-25T02:30:00+01:00"`:           `"2026-10-25T01:30:00.000Z"`,
		`"2026-11-21T12:00:00.999999999Z"`:      `"2026-11-21T12:00:00.999Z"`,
		`"1969-12-31T23:59:59.9999Z"`:           `"1969-12-31T23:59:59.999Z"`,
		`"2026-11-21T23:59:59.123456789-11:30"`: `"2026-11-22T11:29:59.123Z"`,
	} {
		var i inventory.Instant
		if err := json.Unmarshal([]byte(text), &i); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		got, err := json.Marshal(i)
		if string(got) != want || err != nil {
			t.Errorf("%s is written %s (%v), not %s", text, got, err, want)
		}
		var again inventory.Instant
		if err := json.Unmarshal(got, &again); err != nil || again != i {
			t.Errorf("%s is read back as %v, %v", got, again, err)
		}
	}
	for _, text := range []string{`"yesterday"`, `12`, `"2026-11-21"`, `"2026-02-30T00:00:00Z"`} {
		var i inventory.Instant
		if err := json.Unmarshal([]byte(text), &i); err == nil {
			t.Errorf("%s was read as %v", text, i)
		}
	}
}

func TestDateValid(t *testing.T) {
	for date, want := range map[inventory.Date]bool{
		"2026-11-21": true, "2024-02-29": true, "2026-02-29": false, "": false, "2026-1-2": false, "21/11/2026": false,
		"2026-11-21T00:00:00Z": false,
	} {
		if date.Valid() != want {
			t.Errorf("%q is valid: %t", date, date.Valid())
		}
	}
}

func TestPointJSON(t *testing.T) {
	var p inventory.Point
	if err := json.Unmarshal([]byte(`{"type":"Point","coordinates":[3.876716123456789,43.608970987654324]}`), &p); err != nil {
		t.Fatal(err)
	}
	if p != (inventory.Point{3.876716123456789, 43.608970987654324}) {
		t.Errorf("the point is %v", p)
	}
	if text, err := json.Marshal(p); string(text) != `{"type":"Point","coordinates":[3.876716123456789,43.608970987654324]}` || err != nil {
		t.Errorf("the point is written %s, %v", text, err)
	}
	for _, text := range []string{`{"type":"LineString","coordinates":[[1,2],[3,4]]}`, `[1,2]`, `"x"`, `{}`} {
		if err := json.Unmarshal([]byte(text), &p); err == nil {
			t.Errorf("%s was read as the point %v", text, p)
		}
	}
}

func TestSurfaceJSON(t *testing.T) {
	square := inventory.Surface{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}
	for text, want := range map[string]inventory.Surface{
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`:                                    square,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[0,0],[1,0],[1,1],[0,0]]]]}`: {square[0], square[0]},
		`null`: nil,
	} {
		var s inventory.Surface
		if err := json.Unmarshal([]byte(text), &s); err != nil || !reflect.DeepEqual(s, want) {
			t.Errorf("%s is read as %v, %v", text, s, err)
		}
		if got, err := json.Marshal(want); string(got) != text || err != nil {
			t.Errorf("%v is written %s, %v", want, got, err)
		}
	}
	one := `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`
	var s inventory.Surface
	if err := json.Unmarshal([]byte(one), &s); err != nil || !reflect.DeepEqual(s, square) {
		t.Errorf("a multipolygon of one is read as %v, %v", s, err)
	}
	for _, text := range []string{`{"type":"Point","coordinates":[1,2]}`, `{"type":"Polygon","coordinates":[[1,2]]}`, `{}`, `"x"`} {
		if err := json.Unmarshal([]byte(text), &s); err == nil {
			t.Errorf("%s was read as %v", text, s)
		}
	}
}

// TestGeometryOfRecords keeps all that it is given, or refuses it.
func TestGeometryOfRecords(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"Point","coordinates":[2,48],"bbox":[2,48,2,48]}`:                       "",
		`{"coordinates":[2,48],"type":"Point"}`:                                          "",
		`{"type":"Point","coordinates":[2,48],"foo":1}`:                                  `"foo" is not a member`,
		`{"type":"Point","coordinates":[2,48],"crs":{"type":"name"}}`:                    `"crs" is not a member`,
		`{"Type":"Point","coordinates":[2,48]}`:                                          `"Type" is not a member`,
		`{"type":"Point","coordinates":[2,48,35.5]}`:                                     "altitude",
		`{"type":"Point","coordinates":[2,48,35.5,1]}`:                                   "altitude",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1,3],[0,0]]]}`:                 "altitude",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"properties":null}`: `"properties" is not a member`,
	} {
		var into any = new(inventory.Point)
		if strings.Contains(text, "Polygon") {
			into = new(inventory.Surface)
		}
		err := json.Unmarshal([]byte(text), into)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestPointJSONNumbers: the numbers of a point are written as encoding/json writes them.
func TestPointJSONNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 5000 {
		p := inventory.Point{(r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(40)-20)), float64(r.IntN(181) - 90)}
		got, err := json.Marshal(p)
		numbers, failed := json.Marshal([2]float64(p))
		if want := `{"type":"Point","coordinates":` + string(numbers) + `}`; string(got) != want || err != nil || failed != nil {
			t.Fatalf("%s, %v, not %s", got, err, want)
		}
	}
}
