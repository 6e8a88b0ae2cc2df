package cql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/api/cql"
)

func queryables() cql.Queryables {
	return cql.Queryables{
		"name": cql.String, "status": cql.String, "heightM": cql.Number, "critical": cql.Boolean, "since": cql.Date,
		"until": cql.Date, "updated": cql.Timestamp, "geometry": cql.Geometry, "unknown": cql.String, "été:1": cql.String,
	}
}

// camera is a record of which the property "unknown" is not known.
func camera(property string) any {
	return map[string]any{
		"name": "Place d'Arç", "status": "in_service", "heightM": 4.5, "critical": true, "since": "2020-05-01",
		"until": "2026-05-01", "updated": "2026-11-21T08:30:00Z", "geometry": orb.Point{3.88, 43.61}, "été:1": "x",
	}[property]
}

// conditions are filters as text and as JSON, and whether the camera meets them.
func conditions() []struct {
	text, json string
	holds      bool
} {
	return []struct {
		text, json string
		holds      bool
	}{
		{`status = 'in_service'`, `{"op":"=","args":[{"property":"status"},"in_service"]}`, true},
		{`"status" <> 'in_service'`, `{"op":"<>","args":[{"property":"status"},"in_service"]}`, false},
		{`name = 'Place d''Arç'`, `{"op":"=","args":[{"property":"name"},"Place d'Arç"]}`, true},
		{`heightM >= 4.5 and heightM < +5E0`, `{"op":"and","args":[{"op":">=","args":[{"property":"heightM"},4.5]},
			{"op":"<","args":[{"property":"heightM"},5]}]}`, true},
		{`5 > heightM`, `{"op":">","args":[5,{"property":"heightM"}]}`, true},
		{`heightM > -.5 AND NOT heightM <= 4.5`, `{"op":"and","args":[{"op":">","args":[{"property":"heightM"},-0.5]},
			{"op":"not","args":[{"op":"<=","args":[{"property":"heightM"},4.5]}]}]}`, false},
		{`critical`, `{"property":"critical"}`, true},
		{`critical = FALSE`, `{"op":"=","args":[{"property":"critical"},false]}`, false},
		{`TRUE`, `true`, true},
		{`unknown = 'a' OR unknown <> 'a'`, `{"op":"or","args":[{"op":"=","args":[{"property":"unknown"},"a"]},
			{"op":"<>","args":[{"property":"unknown"},"a"]}]}`, false},
		{`NOT (unknown = 'a')`, `{"op":"not","args":[{"op":"=","args":[{"property":"unknown"},"a"]}]}`, false},
		{`unknown = 'a' OR critical`, `{"op":"or","args":[{"op":"=","args":[{"property":"unknown"},"a"]},{"property":"critical"}]}`, true},
		{`unknown IS NULL`, `{"op":"isNull","args":[{"property":"unknown"}]}`, true},
		{`name IS NOT NULL`, `{"op":"not","args":[{"op":"isNull","args":[{"property":"name"}]}]}`, true},
		{`name LIKE 'Place%'`, `{"op":"like","args":[{"property":"name"},"Place%"]}`, true},
		{`name LIKE '%d_A%ç'`, `{"op":"like","args":[{"property":"name"},"%d_A%ç"]}`, true},
		{`name LIKE 'Place\%'`, `{"op":"like","args":[{"property":"name"},"Place\\%"]}`, false},
		{`name NOT LIKE 'place%'`, `{"op":"not","args":[{"op":"like","args":[{"property":"name"},"place%"]}]}`, true},
		{`CASEI(name) LIKE casei('PLACE%')`, `{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},{"op":"casei","args":["PLACE%"]}]}`, true},
		{`heightM BETWEEN 4.5 AND 6`, `{"op":"between","args":[{"property":"heightM"},4.5,6]}`, true},
		{`heightM NOT BETWEEN 4.5 AND 6`, `{"op":"not","args":[{"op":"between","args":[{"property":"heightM"},4.5,6]}]}`, false},
		{`status IN ('planned', 'in_service')`, `{"op":"in","args":[{"property":"status"},["planned","in_service"]]}`, true},
		{`status NOT IN ('planned')`, `{"op":"not","args":[{"op":"in","args":[{"property":"status"},["planned"]]}]}`, true},
		{`(status = 'a' OR status = 'in_service') AND heightM = 4.5`, `{"op":"and","args":[{"op":"or","args":[
			{"op":"=","args":[{"property":"status"},"a"]},{"op":"=","args":[{"property":"status"},"in_service"]}]},
			{"op":"=","args":[{"property":"heightM"},4.5]}]}`, true},
		{`été:1 = 'x'`, `{"op":"=","args":[{"property":"été:1"},"x"]}`, true},
		{`since = DATE('2020-05-01')`, `{"op":"=","args":[{"property":"since"},{"date":"2020-05-01"}]}`, true},
		{`updated > TIMESTAMP('2026-11-21T09:00:00+01:00')`, `{"op":">","args":[{"property":"updated"},{"timestamp":"2026-11-21T09:00:00+01:00"}]}`, true},
		{`updated < DATE('2026-11-21')`, `{"op":"<","args":[{"property":"updated"},{"date":"2026-11-21"}]}`, false},
		{`T_AFTER(updated, DATE('2026-11-20'))`, `{"op":"t_after","args":[{"property":"updated"},{"date":"2026-11-20"}]}`, true},
		{`T_BEFORE(since, TIMESTAMP('2020-05-01T12:00:00Z'))`, `{"op":"t_before","args":[{"property":"since"},{"timestamp":"2020-05-01T12:00:00Z"}]}`, false},
		{`t_during(updated, INTERVAL('2026-01-01', '..'))`, `{"op":"t_during","args":[{"property":"updated"},{"interval":["2026-01-01",".."]}]}`, true},
		{`T_INTERSECTS(INTERVAL(since, until), DATE('2026-05-01'))`, `{"op":"t_intersects","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"date":"2026-05-01"}]}`, true},
		{`T_DISJOINT(INTERVAL(since, until), DATE('2026-05-02'))`, `{"op":"t_disjoint","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"date":"2026-05-02"}]}`, true},
		{`T_EQUALS(since, DATE('2020-05-01'))`, `{"op":"t_equals","args":[{"property":"since"},{"date":"2020-05-01"}]}`, true},
		{`T_STARTS(since, INTERVAL('2020-05-01','2020-06-01'))`, `{"op":"t_starts","args":[{"property":"since"},{"interval":["2020-05-01","2020-06-01"]}]}`, true},
		{`T_FINISHES(until, INTERVAL('2020-05-01','2026-05-01'))`, `{"op":"t_finishes","args":[{"property":"until"},{"interval":["2020-05-01","2026-05-01"]}]}`, true},
		{`T_CONTAINS(INTERVAL(since,until), INTERVAL('2021-01-01','2022-01-01'))`, `{"op":"t_contains","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"interval":["2021-01-01","2022-01-01"]}]}`, true},
		{`T_OVERLAPS(INTERVAL(since,until), INTERVAL('2021-01-01','2027-01-01'))`, `{"op":"t_overlaps","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"interval":["2021-01-01","2027-01-01"]}]}`, true},
		{`S_INTERSECTS(geometry, BBOX(3.8, 43.6, 3.9, 43.7))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[3.8,43.6,3.9,43.7]}]}`, true},
		{`S_INTERSECTS(geometry, POINT(3.88 43.61))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[3.88,43.61]}]}`, true},
		{`S_WITHIN(geometry, POLYGON((3.8 43.6, 3.9 43.6, 3.9 43.7, 3.8 43.6)))`,
			`{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[3.8,43.6],[3.9,43.6],[3.9,43.7],[3.8,43.6]]]}]}`, true},
		{`S_TOUCHES(geometry, LINESTRING(3.88 43.61, 4 44))`, `{"op":"s_touches","args":[{"property":"geometry"},{"type":"LineString","coordinates":[[3.88,43.61],[4,44]]}]}`, true},
		{`S_DISJOINT(geometry, BBOX(0, 0, 1, 1))`, `{"op":"s_disjoint","args":[{"property":"geometry"},{"bbox":[0,0,1,1]}]}`, true},
		{`T_MEETS(INTERVAL(since,until), INTERVAL('2026-05-01','2027-01-01'))`, `{"op":"t_meets","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"interval":["2026-05-01","2027-01-01"]}]}`, true},
		{`T_OVERLAPS(INTERVAL(since,until), INTERVAL('2026-05-01','2027-01-01'))`, `{"op":"t_overlaps","args":[{"interval":[{"property":"since"},{"property":"until"}]},{"interval":["2026-05-01","2027-01-01"]}]}`, false},
		{`updated <> TIMESTAMP('2026-01-01T00:00:00Z')`, `{"op":"<>","args":[{"property":"updated"},{"timestamp":"2026-01-01T00:00:00Z"}]}`, true},
		{`name = 'Place d\'Arç'`, `{"op":"=","args":[{"property":"name"},"Place d'Arç"]}`, true},
		{`S_WITHIN(geometry, MULTIPOINT(3.88 43.61, 4 44))`, `{"op":"s_within","args":[{"property":"geometry"},{"type":"MultiPoint","coordinates":[[3.88,43.61],[4,44]]}]}`, true},
		{`S_EQUALS(geometry, POINT Z (3.88 43.61 12.5))`, `{"op":"s_equals","args":[{"property":"geometry"},{"type":"Point","coordinates":[3.88,43.61,12.5]}]}`, true},
		{`S_INTERSECTS(geometry, BBOX(170, 43, -170, 44))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[170,43,-170,44]}]}`, false},
		{`S_EQUALS(geometry, POINT(3.88 43.6))`, `{"op":"s_equals","args":[{"property":"geometry"},{"type":"Point","coordinates":[3.88,43.6]}]}`, false},
		{`S_CONTAINS(BBOX(3, 43, 4, 44), geometry)`, `{"op":"s_contains","args":[{"bbox":[3,43,4,44]},{"property":"geometry"}]}`, true},
	}
}

// TestConditions: each filter means the same as text and as JSON, and the camera meets it or not.
func TestConditions(t *testing.T) {
	t.Parallel()
	for _, c := range conditions() {
		text, err := cql.ParseText(c.text, nil)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		fromJSON, err := cql.ParseJSON([]byte(c.json), nil)
		if err != nil {
			t.Errorf("%s: %v", c.json, err)
			continue
		}
		for form, filter := range map[string]cql.Filter{c.text: text, c.json: fromJSON} {
			if err := filter.Check(queryables()); err != nil {
				t.Errorf("%s: %v", form, err)
			} else if filter.Holds(camera) != c.holds {
				t.Errorf("%s: %v, want %v", form, !c.holds, c.holds)
			}
		}
		if a, b := fmt.Sprint(text.Terms()), fmt.Sprint(fromJSON.Terms()); a != b {
			t.Errorf("%s: terms %s as text, %s as JSON", c.text, a, b)
		}
	}
}

// TestTerms: what an index may look up is what must hold, and it is told whether that is all.
func TestTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`status = 'a'`:                                 "[{status [a]   <nil>}] true",
		`status = 'a' AND name = 'b'`:                  "[{status [a]   <nil>} {name [b]   <nil>}] true",
		`status IN ('a','b')`:                          "[{status [a b]   <nil>}] true",
		`status = 'a' OR status = 'b'`:                 "[{status [a b]   <nil>}] true",
		`status = 'a' OR name = 'b'`:                   "[] false",
		`NOT status = 'a'`:                             "[] false",
		`status = 'a' AND heightM > 3`:                 "[{status [a]   <nil>}] false",
		`updated >= TIMESTAMP('2026-01-01T00:00:00Z')`: "[{updated [] 2025-12-31T23:59:59Z  <nil>}] false",
		`updated <> TIMESTAMP('2026-01-01T00:00:00Z')`: "[] false",
		`S_INTERSECTS(geometry, BBOX(0,0,1,1))`:        "[{geometry []   {[0 0] [1 1]}}] true",
		`S_WITHIN(geometry, BBOX(0,0,1,1))`:            "[{geometry []   {[0 0] [1 1]}}] false",
		`S_DISJOINT(geometry, BBOX(0,0,1,1))`:          "[] false",
	} {
		filter, err := cql.ParseText(text, nil)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := fmt.Sprint(filter.Terms()); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestFaults: what cannot be read is refused with its place, what cannot be meant by its name.
func TestFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                             "at byte 1: here is the end, not a property or a value",
		`status =`:                     "at byte 9: here is the end",
		`status = 'a`:                  "at byte 10: a text has no end",
		`status = 'a' foo`:             `at byte 14: here is "foo", not the end`,
		`(status = 'a'`:                `at byte 14: here is the end, not ")"`,
		`nothing = 'a'`:                `there is no property "nothing" here: they are critical, `,
		`status = 4`:                   "a string is not compared with a number",
		`heightM LIKE 'a'`:             "LIKE takes a string, not a number",
		`name`:                         "a condition takes a boolean, not a string",
		`status NOT = 'a'`:             `here is "=", not LIKE, BETWEEN or IN`,
		`S_NEAR(geometry, POINT(1 2))`: `there is no function "S_NEAR" here`,
		`S_WITHIN(geometry)`:           "the function takes two operands, not 1",
		`S_WITHIN(name, POINT(1 2))`:   "S_WITHIN takes a geometry, not a string",
		`S_WITHIN(geometry, POINT(1))`: "not well-known text",
		`S_WITHIN(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))`: "the geometry is not valid",
		`S_WITHIN(geometry, BBOX(0,1,1,0))`:                  "the corners of a box",
		`S_WITHIN(geometry, POINT(90 180))`:                  "is not within -180, 180 and -90, 90 degrees",
		`S_WITHIN(geometry, BBOX(1e6,1e6,2e6,2e6))`:          "is not within -180, 180 and -90, 90 degrees",
		`updated > '2026-01-01'`:                             "a timestamp is not compared with a string",
		`T_AFTER(updated, DATE('2026-02-30'))`:               "is not the text of a date",
		`T_AFTER(updated, INTERVAL('x','..'))`:               `"x" is neither a day nor a moment`,
		`geometry = POINT(1 2)`:                              "a geometry is not compared by =",
		strings.Repeat("(", 100) + "TRUE":                    "nested more than 64 deep",
		strings.Repeat("CASEI(", 100) + "name":               "nested more than 64 deep",
		"status = '\xff'":                                    "the filter is not UTF-8",
		`heightM > 1e999`:                                    "is not a number",
		`a ; b`:                                              `at byte 3: ";" means nothing here`,
	} {
		filter, err := cql.ParseText(text, nil)
		if err == nil {
			err = filter.Check(queryables())
		}
		var fault *cql.Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		`{`: "is not JSON", `{} {}`: "more follows", `null`: "is neither a value",
		`{"op":"and","args":[true]}`:                                      "and takes two arguments or more",
		`{"op":"near","args":[1,2]}`:                                      `there is no operation "near" here`,
		`{"op":"and","args":[true,{"op":"=","args":[1]}]}`:                "args[1]: = takes 2 arguments, not 1",
		`{"op":"=","args":[{"property":"status"},{"date":"x"}]}`:          `args[1]: "x" is not a date`,
		`{"op":"in","args":[{"property":"status"},"a"]}`:                  "is a list of values",
		`{"op":"s_within","args":[{"property":"geometry"},{"bbox":[1]}]}`: "a box has four numbers, not 1",
	} {
		_, err := cql.ParseJSON([]byte(text), nil)
		var fault *cql.Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestCoordinates: the geometries of a filter are carried to lon, lat; the edges of a box are not taken for straight.
func TestCoordinates(t *testing.T) {
	t.Parallel()
	double := func(p orb.Point) orb.Point { return orb.Point{p[0] * 2, p[1]*2 + p[0]*(1-p[0])} }
	filter, err := cql.ParseText(`S_INTERSECTS(geometry, BBOX(0, 0, 1, 1))`, double)
	if err != nil {
		t.Fatal(err)
	}
	at := func(lon, lat float64) cql.Values { return func(string) any { return orb.Point{lon, lat} } }
	if !filter.Holds(at(1, 0.3)) || filter.Holds(at(1, 0.2)) {
		t.Error("the lower edge of the box does not bend as the coordinates do")
	}
}

// FuzzText: whatever is read is refused or decides, as text and as JSON, and never panics.
func FuzzText(f *testing.F) {
	for _, c := range conditions() {
		f.Add(c.text)
		f.Add(c.json)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if filter, err := cql.ParseText(text, nil); err == nil && filter.Check(queryables()) == nil {
			filter.Holds(camera)
			filter.Terms()
		}
		if filter, err := cql.ParseJSON([]byte(text), nil); err == nil && filter.Check(queryables()) == nil {
			filter.Holds(camera)
			filter.Terms()
		}
	})
}
