package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const filteringConf = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"

// TestOGCFiltering runs the abstract tests of OGC API – Features, part 3.
func TestOGCFiltering(t *testing.T) { runSuites(t, filteringClasses()) }

// filteringClasses are those of OGC API – Features, part 3.
func filteringClasses() []conformance {
	const standard = "OGC 19-079r2"
	return []conformance{
		{standard: standard, uri: filteringConf + "queryables", tests: []abstractTest{
			{"/conf/queryables/get-conformance", "", declared(filteringConf + "queryables")},
			{"/conf/queryables/get-collections", "", testCollections},
			{"/conf/queryables/get-queryables", "/req/queryables/get-queryables-op, /req/queryables/get-queryables-response", testQueryables},
			{"/conf/queryables/get-collection", "/req/queryables/queryables-link", testQueryablesLink},
			{"/conf/queryables/expression-construction", "/req/queryables/expression-construction", testUnknownQueryables},
		}},
		{standard: standard, uri: filteringConf + "queryables-query-parameters", tests: []abstractTest{
			{"/conf/queryables-query-parameters/get-conformance", "", declared(filteringConf + "queryables-query-parameters")},
			{"/conf/queryables-query-parameters/parameters", "/req/queryables-query-parameters/parameters", testQueryablesAsParameters},
		}},
		{standard: standard, uri: filteringConf + "filter", tests: []abstractTest{
			{"/conf/filter/get-conformance", "", declared(filteringConf + "filter")},
			{"/conf/filter/filter-param", "/req/filter/filter-param, /req/filter/filter-lang-param, /req/filter/response", testFilterParameter},
			{"/conf/filter/filter-lang-default", "/req/filter/filter-lang-param", testFilterLanguage},
			{"/conf/filter/expression-construction", "/req/filter/expression-construction", testUnknownQueryables},
			{"/conf/filter/filter-crs-wgs84", "/req/filter/filter-crs-wgs84", testFilterCRS84},
			{"/conf/filter/filter-crs-param", "/req/filter/filter-crs-param", testFilterSystems},
			{"/conf/filter/mixing-expressions", "/req/filter/mixing-expressions", testMixed},
		}},
		{standard: standard, uri: filteringConf + "features-filter", tests: []abstractTest{
			{"/conf/features-filter/get-conformance", "", declared(filteringConf + "features-filter")},
			{"/conf/features-filter/filter-on-items", "/req/features-filter/filter-param", testFilterOnItems},
		}},
	}
}

// queryables are those of a collection, each with its schema.
func (s *suite) queryables(collection string) map[string]map[string]any {
	s.Helper()
	_, schema := s.get("/ogc/collections/" + collection + "/queryables")
	properties, _ := schema["properties"].(map[string]any)
	named := map[string]map[string]any{}
	for name, about := range properties {
		named[name] = about.(map[string]any)
	}
	return named
}

func testQueryables(s *suite) {
	s.each(func(id string, _ map[string]any) {
		path := "/ogc/collections/" + id + "/queryables"
		answer, schema := got(s.T, s.base+path, map[string]string{"Accept": "application/schema+json"})
		drafts := []any{"https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema"}
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/schema+json" || !slices.Contains(drafts, schema["$schema"]) ||
			schema["$id"] != s.base+path || schema["type"] != "object" || len(s.queryables(id)) == 0 {
			s.Errorf("%s: %d, %s, %v", id, answer.StatusCode, answer.Header.Get("Content-Type"), schema)
		}
	})
	s.refused(http.StatusNotFound, "/ogc/collections/nothing/queryables")
}

func testQueryablesLink(s *suite) {
	s.each(func(id string, _ map[string]any) {
		_, about := s.get("/ogc/collections/" + id)
		if at := linkOf(about, "http://www.opengis.net/def/rel/ogc/1.0/queryables", ""); at != s.base+"/ogc/collections/"+id+"/queryables" {
			s.Errorf("%s: queryables at %q", id, at)
		}
	})
}

func testUnknownQueryables(s *suite) {
	s.each(func(id string, _ map[string]any) {
		for _, language := range []string{"cql2-text", "cql2-json"} {
			filter := "this_is_not_a_queryable IS NULL"
			if language == "cql2-json" {
				filter = `{"op":"isNull","args":[{"property":"this_is_not_a_queryable"}]}`
			}
			s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"filter-lang", language, "filter", filter}))
		}
	})
}

// testQueryablesAsParameters: each queryable with a simple value is a parameter that keeps the features with this value.
func testQueryablesAsParameters(s *suite) {
	s.each(func(id string, _ map[string]any) {
		for name, schema := range s.queryables(id) {
			value, simple := map[string]string{"string": "in_service", "number": "4.5", "boolean": "true"}[text(schema["type"])]
			if schema["format"] != nil {
				value = map[string]string{"date": "2022-04-14", "date-time": "2022-04-14T14:48:46Z"}[text(schema["format"])]
			}
			if !simple {
				continue
			}
			s.same(id+" by "+name, s.found(id, name, value), s.found(id, "filter", equality(name, value, schema)))
		}
	})
	s.refused(http.StatusBadRequest, itemsOf("cameras")+"?mounting.heightM=tall")
}

// equality is a filter that a property has a value.
func equality(name, value string, schema map[string]any) string {
	switch {
	case schema["format"] == "date":
		value = "DATE('" + value + "')"
	case schema["format"] == "date-time":
		value = "TIMESTAMP('" + value + "')"
	case schema["type"] == "string":
		value = "'" + value + "'"
	}
	return `"` + name + `" = ` + value
}

func testFilterParameter(s *suite) {
	s.each(func(id string, _ map[string]any) {
		all := s.found(id)
		for name := range s.queryables(id) {
			null, known := s.found(id, "filter-lang", "cql2-text", "filter", name+" IS NULL"), s.found(id, "filter-lang", "cql2-text", "filter", name+" IS NOT NULL")
			both := slices.Concat(null, known)
			slices.Sort(both)
			s.same(id+": "+name+" unknown and known", both, all)
		}
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"filter-lang", "cql2-text", "filter", "THIS IS NOT A FILTER"}))
	})
}

func testFilterLanguage(s *suite) {
	s.each(func(id string, _ map[string]any) {
		s.same(id, s.found(id, "filter", "geometry IS NULL"), s.found(id, "filter-lang", "cql2-text", "filter", "geometry IS NULL"))
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"filter", "THIS IS NOT A FILTER"}))
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"filter", "geometry IS NULL", "filter-lang", "cql2-json"}))
	})
}

// placed are the features of a collection that have a place: all that a spatial filter can give.
func (s *suite) placed(collection string) []string {
	s.Helper()
	return s.found(collection, "filter", "geometry IS NOT NULL")
}

func testFilterCRS84(s *suite) {
	s.each(func(id string, _ map[string]any) {
		s.same(id, s.found(id, "filter", "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))"), s.placed(id))
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"filter", "S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))"}))
	})
}

func testFilterSystems(s *suite) {
	for _, system := range nearSystems() {
		for _, r := range rectangles()[:5] {
			for _, collection := range []string{"cameras", "areas"} {
				want := s.found(collection, "filter", "S_INTERSECTS(geometry,BBOX("+boxIn(s.T, r, crs84)+"))")
				box := boxIn(s.T, r, system)
				s.same(collection+" in "+system, s.found(collection, "filter", "S_INTERSECTS(geometry,BBOX("+box+"))", "filter-crs", system), want)
				inJSON := `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[` + box + `]}]}`
				s.same(collection+" in "+system, s.found(collection, "filter", inJSON, "filter-crs", system, "filter-lang", "cql2-json"), want)
			}
		}
	}
	s.each(func(id string, _ map[string]any) {
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{
			"filter-crs", "http://www.opengis.net/def/crs/OGC/0/does_not_exist", "filter", "S_INTERSECTS(geometry,BBOX(3,43,4,44))",
		}))
	})
}

// testMixed: a filter, a box, a time and a parameter all hold.
func testMixed(s *suite) {
	const everywhere = "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))"
	s.each(func(id string, _ map[string]any) {
		s.same(id, s.found(id, "filter", everywhere, "bbox", "-180,-90,180,90"), s.placed(id))
		s.same(id+" elsewhere", s.found(id, "filter", everywhere, "bbox", "-100,-60,-90,-50"), nil)
	})
	near := s.found("cameras", "bbox", rectangles()[3].text(), "filter", "critical = TRUE", "status", "planned", "datetime", "2022-01-01T00:00:00Z/..")
	want := s.found("cameras", "filter", "S_INTERSECTS(geometry,BBOX("+rectangles()[3].text()+")) AND critical = TRUE AND status = 'planned' AND updated >= TIMESTAMP('2022-01-01T00:00:00Z')")
	s.same("all of it", near, want)
}

// testFilterOnItems: the parameters of filters are those of the features of every collection, and are described.
func testFilterOnItems(s *suite) {
	for _, name := range []string{"filter", "filter-lang", "filter-crs"} {
		if s.parameter(name).Required {
			s.Errorf("%s is required", name)
		}
	}
	s.each(func(id string, _ map[string]any) {
		page := s.items(id, "filter", "TRUE")
		self, err := url.Parse(linkOf(page, "self", "application/geo+json"))
		if err != nil || self.Query().Get("filter") != "TRUE" || !strings.HasSuffix(self.Path, itemsOf(id)) {
			s.Errorf("%s: the page calls itself %v, %v", id, self, err)
		}
	})
}
