package api_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const cqlConf = "http://www.opengis.net/spec/cql2/1.0/conf/"

// TestOGCCQL runs the abstract tests of CQL2. What the suite expects of its own data is expected here of the survey, by
// conditions in Go that decide of each record (ogc_ats_oracle_test.go).
func TestOGCCQL(t *testing.T) { runSuites(t, cqlClasses()) }

// cqlClasses are those of CQL2.
func cqlClasses() []conformance {
	class := func(name string, tests ...abstractTest) conformance {
		for i := range tests {
			tests[i].name = "/conf/" + name + "/" + tests[i].name
		}
		return conformance{standard: "OGC 21-065r2", uri: cqlConf + name, tests: tests}
	}
	logical := abstractTest{"logical", "/req/basic-cql2/cql2-filter", testLogical}
	return []conformance{
		class("cql2-text", abstractTest{"validate", "all requirements", testTextForms}),
		class("cql2-json", abstractTest{"validate", "all requirements", testJSONForms}),
		class("basic-cql2",
			abstractTest{"basic-test", "", testQueryableTypes},
			abstractTest{"comparison", "/req/basic-cql2/cql2-filter, property, binary-comparison-predicate", testComparisons},
			abstractTest{"is-null", "/req/basic-cql2/null-predicate", testNulls},
			abstractTest{"boolean", "/req/basic-cql2/cql2-filter", testConstants},
			abstractTest{"test-data", "all requirements", decided(compares, nulls)}, logical),
		class("advanced-comparison-operators",
			abstractTest{"like", "/req/advanced-comparison-operators/like-predicate", testLikes},
			abstractTest{"between", "/req/advanced-comparison-operators/between-predicate", everywhere("number", "BETWEEN 0 AND 100", "between 100.0 and 1.0")},
			abstractTest{"in", "/req/advanced-comparison-operators/in-predicate", testIn},
			abstractTest{"test-data", "all requirements", decided(likes, betweens, ins)}, logical),
		class("case-insensitive-comparison",
			abstractTest{"casei", "/req/case-insensitive-comparison/casei-function", testCasei},
			abstractTest{"casei-like", "/req/case-insensitive-comparison/casei-function", testCaseiLike},
			abstractTest{"test-data", "all requirements", decided(caseis)}, logical),
		class("basic-spatial-functions",
			abstractTest{"s_intersects", "/req/basic-spatial-functions/spatial-predicate, spatial-functions, spatial-data-types", testIntersects},
			abstractTest{"test-data", "all requirements", decided(intersections)}, logical),
		class("basic-spatial-functions-plus",
			abstractTest{"s_intersects", "/req/basic-spatial-functions-plus/spatial-data-types", testIntersectsMore},
			abstractTest{"test-data", "all requirements", decided(manifold)}),
		class("spatial-functions",
			abstractTest{"s_intersects", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_INTERSECTS")},
			abstractTest{"s_disjoint", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_DISJOINT")},
			abstractTest{"s_equals", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_EQUALS")},
			abstractTest{"s_touches", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_TOUCHES")},
			abstractTest{"s_crosses", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_CROSSES")},
			abstractTest{"s_within", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_WITHIN")},
			abstractTest{"s_contains", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_CONTAINS")},
			abstractTest{"s_overlaps", "/req/spatial-functions/spatial-functions, spatial-data-types", spatially("S_OVERLAPS")},
			abstractTest{"test-data", "all requirements", decided(positions)}, logical),
		class("temporal-functions",
			abstractTest{"temporal-functions-1", "/req/temporal-functions/temporal-predicates, temporal-functions", testInstants},
			abstractTest{"temporal-functions-2", "/req/temporal-functions/temporal-predicates, temporal-functions", testIntervals},
			abstractTest{"test-data", "all requirements", decided(times)}, logical),
	}
}

// kindOf is the type of a queryable as the suite names it: string, number, boolean, date, timestamp, geometry.
func kindOf(schema map[string]any) string {
	switch schema["format"] {
	case "date":
		return "date"
	case "date-time":
		return "timestamp"
	case "geometry-any":
		return "geometry"
	}
	return text(schema["type"])
}

// eachQueryable does something with each queryable of a kind of the cameras, and with one of each other collection.
func (s *suite) eachQueryable(kind string, do func(collection, name string)) {
	s.Helper()
	s.each(func(id string, _ map[string]any) {
		named := s.queryables(id)
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if kindOf(named[name]) != kind {
				continue
			}
			if do(id, name); id != "cameras" {
				return
			}
		}
	})
}

// filtered are the features of a collection that a filter in CQL2 text keeps.
func (s *suite) filtered(collection, filter string) []string {
	s.Helper()
	return s.found(collection, "filter", filter)
}

// unfit checks that a filter is refused.
func (s *suite) unfit(collection, filter string) {
	s.Helper()
	s.refused(http.StatusBadRequest, itemsOf(collection)+"?"+encoded([]string{"filter", filter}))
}

// literals are the values that the suite compares queryables of each kind with.
func literals() map[string]string {
	return map[string]string{
		"string": "'foo'", "boolean": "true", "number": "3.14", "timestamp": "TIMESTAMP('2022-04-14T14:48:46Z')", "date": "DATE('2022-04-14')",
	}
}

func testQueryableTypes(s *suite) {
	s.each(func(id string, _ map[string]any) {
		scalar := 0
		for name, schema := range s.queryables(id) {
			kind := kindOf(schema)
			if literals()[kind] != "" {
				scalar++
			} else if kind != "geometry" {
				s.Errorf("%s: %s is of type %s", id, name, kind)
			}
		}
		if scalar == 0 {
			s.Errorf("%s has no queryable to compare", id)
		}
	})
}

func testComparisons(s *suite) {
	for kind, value := range literals() {
		s.eachQueryable(kind, func(id, name string) {
			known := s.filtered(id, name+" IS NOT NULL")
			for _, opposite := range [][2]string{{"=", "<>"}, {">", "<="}, {"<", ">="}} {
				a, b := s.filtered(id, name+" "+opposite[0]+" "+value), s.filtered(id, name+" "+opposite[1]+" "+value)
				s.apart(id+" "+name, a, b)
				s.same(id+" "+name, slices.Sorted(slices.Values(slices.Concat(a, b))), known)
			}
		})
	}
}

func testNulls(s *suite) {
	for _, kind := range []string{"string", "boolean", "number", "timestamp", "date", "geometry"} {
		s.eachQueryable(kind, func(id, name string) {
			s.apart(id+" "+name, s.filtered(id, name+" IS NULL"), s.filtered(id, name+" is not null"))
		})
	}
}

func testConstants(s *suite) {
	s.each(func(id string, _ map[string]any) {
		s.same(id, s.filtered(id, "true"), s.found(id))
		s.same(id, s.filtered(id, "false"), nil)
	})
}

func testLikes(s *suite) {
	s.eachQueryable("string", func(id, name string) {
		s.apart(id+" "+name, s.filtered(id, name+" like '_%'"), s.filtered(id, name+" like ''"))
		s.same(id+" "+name, s.filtered(id, name+" LIKE '%'"), s.filtered(id, name+" like '%%'"))
		s.filtered(id, name+` like '\%\_'`)
	})
}

// everywhere evaluates predicates about each queryable of a kind.
func everywhere(kind string, said ...string) func(s *suite) {
	return func(s *suite) {
		s.eachQueryable(kind, func(id, name string) {
			for _, one := range said {
				s.filtered(id, name+" "+one)
			}
		})
	}
}

func testIn(s *suite) {
	for kind, list := range map[string]string{
		"number": "1, 2, 3", "string": "'foo', 'bar'", "boolean": "true", "date": "DATE('2022-04-14'), DATE('2022-04-15')",
		"timestamp": "TIMESTAMP('2022-04-14T14:52:56Z'), TIMESTAMP('2022-04-14T15:52:56Z')",
	} {
		everywhere(kind, "IN ("+list+")", "not in ("+list+")")(s)
	}
}

func testCasei(s *suite) {
	s.eachQueryable("string", func(id, name string) {
		s.apart(id+" "+name, s.filtered(id, "CASEI("+name+") = casei('foo')"), s.filtered(id, "CASEI("+name+") <> casei('FOO')"))
	})
}

func testCaseiLike(s *suite) {
	s.eachQueryable("string", func(id, name string) {
		s.same(id+" "+name, s.filtered(id, "CASEI("+name+") LIKE casei('foo%')"), s.filtered(id, "CASEI("+name+") LIKE casei('FOO%')"))
	})
}

func testIntersects(s *suite) {
	s.eachQueryable("geometry", func(id, name string) {
		s.same(id, s.filtered(id, "S_INTERSECTS("+name+",BBOX(-180,-90,180,90))"), s.placed(id))
		s.filtered(id, "S_INTERSECTS("+name+",POINT(7.02 49.92))")
		s.unfit(id, "S_INTERSECTS("+name+",POINT(90 180))")
		s.same(id, s.filtered(id, "S_INTERSECTS("+name+",BBOX(-180,-90,-90,90)) AND S_INTERSECTS("+name+",BBOX(90,-90,180,90))"), nil)
	})
}

func testIntersectsMore(s *suite) {
	s.eachQueryable("geometry", func(id, name string) {
		s.unfit(id, "S_INTERSECTS("+name+",MULTIPOINT(7.02 49.92, 90 180))")
		for _, geometry := range []string{
			"LINESTRING(-180 -45, 0 -45)", "MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45))",
			"POLYGON((-180 -90, -90 -90, -90 90, -180 90, -180 -90), (-120 -50, -100 -50, -100 -40, -120 -40, -120 -50))",
			"MULTIPOLYGON(((-180 -90, -90 -90, -90 90, -180 90, -180 -90), (-120 -50, -100 -50, -100 -40, -120 -40, -120 -50)),((0 0, 10 0, 10 10, 0 10, 0 0)))",
			"GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0)))",
		} {
			s.filtered(id, "S_INTERSECTS("+name+","+geometry+")")
		}
	})
}

// spatially evaluates a spatial function of each geometry: with the whole world as a box and as a polygon, which must give the
// same, a line, points, and a place that is not on Earth, which must be refused.
func spatially(function string) func(s *suite) {
	return func(s *suite) {
		s.eachQueryable("geometry", func(id, name string) {
			said := func(geometry string) string { return function + "(" + name + "," + geometry + ")" }
			const polygon = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
			s.same(id, s.filtered(id, said("BBOX(-180,-90,180,90)")), s.filtered(id, said(polygon)))
			for _, geometry := range []string{"LINESTRING(7 50, 10 51)", "POINT(7.02 49.92)", "MULTIPOINT(7 50,10 51)"} {
				s.apart(id+" "+geometry, s.filtered(id, "S_INTERSECTS("+name+","+geometry+")"), s.filtered(id, "S_DISJOINT("+name+","+geometry+")"))
				s.filtered(id, said(geometry))
			}
			s.unfit(id, said("POINT(90 180)"))
		})
	}
}

func temporalFunctions() []string {
	return []string{
		"T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS", "T_CONTAINS", "T_DURING", "T_FINISHEDBY", "T_FINISHES", "T_MEETS", "T_METBY",
		"T_OVERLAPPEDBY", "T_OVERLAPS", "T_STARTEDBY", "T_STARTS",
	}
}

func testInstants(s *suite) {
	for kind, values := range map[string][]string{
		"timestamp": {"TIMESTAMP('2022-04-24T07:59:57Z')", "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')"},
		"date":      {"DATE('2022-04-24')", "INTERVAL('2021-01-01','2021-12-31')"},
	} {
		s.eachQueryable(kind, func(id, name string) {
			for _, value := range values {
				for _, function := range temporalFunctions()[:5] {
					s.filtered(id, function+"("+name+","+value+")")
				}
				s.apart(id+" "+name, s.filtered(id, "T_DISJOINT("+name+","+value+")"), s.filtered(id, "T_INTERSECTS("+name+","+value+")"))
			}
		})
	}
}

func testIntervals(s *suite) {
	for ends, interval := range map[string]string{
		"provenance.updatedAt,updated": "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')", "inServiceSince,maintainedOn": "INTERVAL('2021-01-01','2021-12-31')",
		"maintainedOn,cleanedOn": "INTERVAL('2021-01-01','2021-12-31')",
	} {
		for _, function := range temporalFunctions() {
			s.filtered("cameras", function+"(INTERVAL("+ends+"),"+interval+")")
		}
	}
}

// decided holds predicates, as text and as JSON, to what Go decides of each record.
func decided(lists ...func(s *suite) []predicate) func(s *suite) {
	return func(s *suite) {
		for _, list := range lists {
			for _, one := range list(s) {
				s.judge(one)
			}
		}
	}
}

func (s *suite) judge(p predicate) {
	s.Helper()
	var want []string
	for _, one := range p.of() {
		if p.holds(one) == yes {
			want = append(want, one.id)
		}
	}
	s.same(p.text, s.filtered(p.collection, p.text), want)
	s.same(p.json(s.T), s.found(p.collection, "filter-lang", "cql2-json", "filter", p.json(s.T)), want)
}

// testLogical: combinations of any four predicates mean what they say, with the third value of SQL.
func testLogical(s *suite) {
	draw := rand.New(rand.NewPCG(21, 65))
	for _, collection := range []string{"cameras", "areas"} {
		var all []predicate
		for _, list := range []func(s *suite) []predicate{compares, nulls, likes, betweens, ins, caseis, intersections, manifold, positions, times} {
			for _, one := range list(s) {
				if one.collection == collection {
					all = append(all, one)
				}
			}
		}
		for range 10 {
			pick := func() predicate { return all[draw.IntN(len(all))] }
			p1, p2, p3, p4 := pick(), pick(), pick(), pick()
			s.judge(predicate{
				collection: collection,
				text:       fmt.Sprintf("((NOT (%s) AND %s) OR (%s and NOT (%s)) or not (%s AND %s))", p1.text, p2.text, p3.text, p4.text, p1.text, p4.text),
				tree: said("or", said("and", said("not", p1.tree), p2.tree), said("and", p3.tree, said("not", p4.tree)),
					said("not", said("and", p1.tree, p4.tree))),
				holds: func(r surveyRecord) truth {
					a, b, c, d := p1.holds(r), p2.holds(r), p3.holds(r), p4.holds(r)
					return max(min(-a, b), min(c, -d), -min(a, d))
				},
			})
		}
	}
}

// testTextForms: what the grammar of CQL2 text (annex B) writes in several ways is read in each of them, and what it does not
// write is refused.
func testTextForms(s *suite) {
	for _, forms := range [][]string{
		{"status = 'planned'", `"status"='planned'`, "((status = 'planned'))", "NOT status <> 'planned'", "status IN ('planned')", "status in('planned')"},
		{"name = 'Place d''Arç'", `name = 'Place d\'Arç'`, "name LIKE 'Place d''Ar_'"},
		{"mounting.heightM = 3.14", "mounting.heightM = +3.14", "mounting.heightM = 314E-2", "mounting.heightM = 0.314e+1", "mounting.heightM BETWEEN 3.14 AND 3.14"},
		{"mounting.heightM = 0", "mounting.heightM = -0", "mounting.heightM = 0.", "mounting.heightM = .0"},
		{"critical = TRUE", "critical = true", "critical"},
		{"TRUE", "true", "NOT FALSE", "true OR false AND false"},
		{"name IS NULL", "name is null", "NOT name IS NOT NULL"},
		{"S_INTERSECTS(geometry,BBOX(3.8,43.55,3.84,43.59))", "s_intersects(geometry , BBOX(3.8,43.55,-10,3.84,43.59,9000))", "S_INTERSECTS(geometry,POLYGON((3.8 43.55,3.84 43.55,3.84 43.59,3.8 43.59,3.8 43.55)))",
			"S_INTERSECTS(geometry,POLYGON Z((3.8 43.55 0,3.84 43.55 0,3.84 43.59 0,3.8 43.59 0,3.8 43.55 0)))", "S_INTERSECTS(BBOX(3.8,43.55,3.84,43.59),geometry)"},
		{"S_INTERSECTS(geometry,MULTIPOINT(3.8 43.55,3.81 43.56))", "S_INTERSECTS(geometry,MULTIPOINT((3.8 43.55),(3.81 43.56)))", "S_INTERSECTS(geometry,POINT(3.8 43.55)) OR S_INTERSECTS(geometry,POINT Z (3.81 43.56 12.5))",
			"S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(3.8 43.55),POINT(3.81 43.56)))"},
		{"S_INTERSECTS(geometry,BBOX(170,-90,-170,90))", "S_INTERSECTS(geometry,MULTIPOLYGON(((170 -90,180 -90,180 90,170 90,170 -90)),((-180 -90,-170 -90,-170 90,-180 90,-180 -90))))"},
		{"T_DURING(updated,INTERVAL('2022-01-01T00:00:00Z','..'))", "t_after(updated,TIMESTAMP('2022-01-01T00:00:00Z'))", "updated > TIMESTAMP('2022-01-01T00:00:00.000Z')"},
	} {
		want := s.filtered("cameras", forms[0])
		for _, form := range forms[1:] {
			s.same(form, s.filtered("cameras", form), want)
		}
	}
	for _, none := range []string{
		"", "status", "status =", "= 'planned'", "status == 'planned'", "status = planned'", "status = 'planned", "status = \"planned\" AND", "(status = 'planned'", "status LIKE planned%", "status IN ()",
		"mounting.heightM = 3,14", "mounting.heightM BETWEEN 1", "name IS", "AND", "NOT", "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry,POINT(3))", "S_INTERSECTS(geometry,BBOX(1,2,3))",
		"DATE('2022-04-14')", "updated > TIMESTAMP('yesterday')", "critical = 'true'", strings.Repeat("(", 100),
	} {
		s.unfit("cameras", none)
	}
}

// testJSONForms: the forms of CQL2 JSON beside those that each predicate is asked in, and what its schema does not have.
func testJSONForms(s *suite) {
	inJSON := func(filter string) []string { return s.found("cameras", "filter-lang", "cql2-json", "filter", filter) }
	for filter, same := range map[string]string{
		`true`:  "TRUE",
		`false`: "FALSE",
		`{"op":"and","args":[true,true,{"op":"=","args":[{"property":"status"},"planned"]}]}`:                                                            "status = 'planned'",
		`{"op":"=","args":["planned",{"property":"status"}]}`:                                                                                            "status = 'planned'",
		`{"op":"between","args":[{"property":"mounting.heightM"},1,4.5]}`:                                                                                "mounting.heightM BETWEEN 1 AND 4.5",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[3.8,43.55,-10,3.84,43.59,9000]}]}`:                                                "S_INTERSECTS(geometry,BBOX(3.8,43.55,3.84,43.59))",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[170,-90,-170,90]}]}`:                                                              "S_INTERSECTS(geometry,BBOX(170,-90,-170,90))",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[3.8,43.55,12.5]}]}`:                                         "S_INTERSECTS(geometry,POINT(3.8 43.55))",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[3.8,43.55]}]}]}`: "S_INTERSECTS(geometry,POINT(3.8 43.55))",
		`{"op":"t_intersects","args":[{"property":"updated"},{"interval":["2022-01-01T00:00:00Z",".."]}]}`:                                               "T_INTERSECTS(updated,INTERVAL('2022-01-01T00:00:00Z','..'))",
		`{"op":"t_intersects","args":[{"interval":[{"property":"inServiceSince"},".."]},{"date":"2022-01-01"}]}`:                                         "T_INTERSECTS(INTERVAL(inServiceSince,'..'),DATE('2022-01-01'))",
		`{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},{"op":"casei","args":["GARE%"]}]}`:                                             "CASEI(name) LIKE CASEI('gare%')",
		`{"op":"in","args":[{"op":"casei","args":[{"property":"name"}]},[{"op":"casei","args":["BAR"]},{"op":"casei","args":["a_B"]}]]}`:                 "CASEI(name) IN (CASEI('bar'),CASEI('A_b'))",
		`{"op":"not","args":[{"op":"isNull","args":[{"property":"name"}]}]}`:                                                                             "name IS NOT NULL",
	} {
		s.same(filter, inJSON(filter), s.filtered("cameras", same))
	}
	for _, none := range []string{
		``, `{`, `null`, `"status"`, `3`, `{"op":"=","args":[{"property":"status"}]}`, `{"op":"and","args":[]}`, `{"op":"and","args":[true]}`, `{"op":"near","args":[1,2]}`, `{"op":"=","args":[{"property":"status"},"a"],"x":1}`,
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3]}]}`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[90,180]}]}`,
		`{"op":">","args":[{"property":"updated"},{"timestamp":"yesterday"}]}`, `true false`,
	} {
		s.refused(http.StatusBadRequest, itemsOf("cameras")+"?"+encoded([]string{"filter-lang", "cql2-json", "filter", none}))
	}
}
