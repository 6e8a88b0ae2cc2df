package api_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
)

const (
	commonConf   = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/"
	featuresConf = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
)

// TestOGCFeatures runs the abstract tests of OGC API – Common and of OGC API – Features, part 1.
func TestOGCFeatures(t *testing.T) { runSuites(t, slices.Concat(commonClasses(), featuresClasses())) }

// commonClasses are those of OGC API – Common, part 1.
func commonClasses() []conformance {
	return []conformance{{standard: "OGC 19-072", uri: commonConf + "core", tests: []abstractTest{
		{"/conf/core/http", "/req/core/http", testHTTP},
		{"/conf/core/query-param-capitalization", "/req/core/query-param-capitalization", testCapitals},
		{"/conf/core/query-param-list-delimiter", "/req/core/query-param-list-delimiter", testDelimiter},
		{"/conf/core/query-param-list-escape", "/req/core/query-param-list-escape", testEscape},
		{"/conf/core/query-param-value-boolean", "/req/core/query-param-value-boolean", testBooleans},
		{"/conf/core/query-param-value-special", "/req/core/query-param-value-special", testSpecialValues},
	}}}
}

// featuresClasses are those of OGC API – Features, part 1.
func featuresClasses() []conformance {
	const standard = "OGC 17-069r4"
	return []conformance{
		{standard: standard, uri: featuresConf + "core", tests: []abstractTest{
			{"/conf/core/http", "/req/core/http", testHTTP},
			{"/conf/core/crs84", "/req/core/crs84", testCRS84},
			{"/conf/core/root-op", "/req/core/root-op", testRoot},
			{"/conf/core/root-success", "/req/core/root-success", testRoot},
			{"/conf/core/conformance-op", "/req/core/conformance-op", declared(featuresConf + "core")},
			{"/conf/core/conformance-success", "/req/core/conformance-success", declared(featuresConf + "core")},
			{"/conf/core/api-definition-op", "/req/core/api-definition-op", testDefinition},
			{"/conf/core/api-definition-success", "/req/core/api-definition-success", testDefinition},
			{"/conf/core/fc-md-op", "/req/core/fc-md-op", testCollections},
			{"/conf/core/fc-md-success", "/req/core/fc-md-success", testCollections},
			{"/conf/core/fc-md-links", "/req/core/fc-md-links", testCollectionsLinks},
			{"/conf/core/fc-md-items", "/req/core/fc-md-items", testCollections},
			{"/conf/core/fc-md-items-links", "/req/core/fc-md-items-links", testItemsLinks},
			{"/conf/core/fc-md-extent", "/req/core/fc-md-extent", testExtent},
			{"/conf/core/sfc-md-op", "/req/core/sfc-md-op", testCollection},
			{"/conf/core/sfc-md-success", "/req/core/sfc-md-success", testCollection},
			{"/conf/core/fc-op", "/req/core/fc-op", testPages},
			{"/conf/core/fc-bbox-definition", "/req/core/fc-bbox-definition", testBoxDefinition},
			{"/conf/core/fc-bbox-response", "/req/core/fc-bbox-response", testBoxes},
			{"/conf/core/fc-limit-definition", "/req/core/fc-limit-definition", testLimitDefinition},
			{"/conf/core/fc-limit-response", "/req/core/fc-limit-response", testLimits},
			{"/conf/core/fc-time-definition", "/req/core/fc-time-definition", testTimeDefinition},
			{"/conf/core/fc-time-response", "/req/core/fc-time-response", testTimes},
			{"/conf/core/query-param-invalid", "/req/core/query-param-invalid", testInvalidParameters},
			{"/conf/core/query-param-unknown", "/req/core/query-param-unknown", testUnknownParameters},
			{"/conf/core/fc-response", "/req/core/fc-response", testPages},
			{"/conf/core/fc-links", "/req/core/fc-links", testPageLinks},
			{"/conf/core/fc-timeStamp", "/req/core/fc-timeStamp", testTimeStamps},
			{"/conf/core/fc-numberMatched", "/req/core/fc-numberMatched", testNumbers},
			{"/conf/core/fc-numberReturned", "/req/core/fc-numberReturned", testNumbers},
			{"/conf/core/f-op", "/req/core/f-op", testFeature},
			{"/conf/core/f-success", "/req/core/f-success", testFeature},
			{"/conf/core/f-links", "/req/core/f-links", testFeature},
		}},
		{standard: standard, uri: featuresConf + "geojson", tests: []abstractTest{
			{"/conf/geojson/definition", "/req/geojson/definition", testGeoJSONDefinition},
			{"/conf/geojson/content", "/req/geojson/content", testGeoJSONContent},
		}},
		{standard: standard, uri: featuresConf + "html", tests: []abstractTest{
			{"/conf/html/definition", "/req/html/definition", testHTML},
			{"/conf/html/content", "/req/html/content", testHTML},
		}},
		{standard: standard, uri: featuresConf + "oas30", tests: []abstractTest{
			{"/conf/oas30/completeness", "/req/oas30/completeness", testDescribedAnswers},
			{"/conf/oas30/exceptions-codes", "/req/oas30/exceptions-codes", testDescribedAnswers},
			{"/conf/oas30/definition-1", "/req/oas30/oas-definition-1", testDefinition},
			{"/conf/oas30/definition-2", "/req/oas30/oas-definition-2", testDefinition},
			{"/conf/oas30/oas-impl", "/req/oas30/oas-impl", testDescribedAnswers},
			{"/conf/oas30/security", "/req/oas30/security", testDescribedSecurity},
		}},
	}
}

func testHTTP(s *suite) {
	answer, _ := s.get("/ogc")
	if !answer.ProtoAtLeast(1, 1) {
		s.Errorf("answered in %s", answer.Proto)
	}
	s.refused(http.StatusNotFound, "/ogc/nothing")
	if answer, body := request(s.T, "POST", s.base+"/ogc", sendJSON, "{}"); answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") == "" {
		s.Errorf("POST: %d %s", answer.StatusCode, body)
	}
}

// testCapitals: names of parameters count to the letter.
func testCapitals(s *suite) {
	for _, query := range []string{"limit=1", "bbox=3,43,4,44", "datetime=2022-01-01T00:00:00Z", "crs=" + url.QueryEscape(crs84), "filter=TRUE", "f=json"} {
		s.get(itemsOf("cameras") + "?" + query)
		turned := strings.Map(func(r rune) rune {
			if unicode.IsLower(r) {
				return unicode.ToUpper(r)
			}
			return unicode.ToLower(r)
		}, strings.SplitN(query, "=", 2)[0])
		s.refused(http.StatusBadRequest, itemsOf("cameras")+"?"+turned+query[strings.Index(query, "="):])
	}
}

// testDelimiter: the numbers of a box, the one list that a parameter takes, have commas between them.
func testDelimiter(s *suite) {
	s.get(itemsOf("cameras") + "?bbox=3,43,4,44")
	for _, delimiter := range []string{"%20", "%3B", "%7C", "+"} {
		s.refused(http.StatusBadRequest, itemsOf("cameras")+"?bbox="+strings.Join([]string{"3", "43", "4", "44"}, delimiter))
	}
}

func testEscape(s *suite) {
	s.same("commas that are escaped", s.found("cameras", "bbox", "3.8,43.55,3.84,43.59"), s.foundAt("cameras", "bbox=3.8%2C43.55%2C3.84%2C43.59"))
	want := idsWhere(func(c inventory.Camera) bool { return c.Name == "place de la Comédie" })
	s.same("spaces that are escaped", s.foundAt("cameras", "name=place%20de%20la%20Com%C3%A9die"), want)
	s.same("spaces as plus signs", s.foundAt("cameras", "name=place+de+la+Com%C3%A9die"), want)
}

func (s *suite) foundAt(collection, query string) []string {
	s.Helper()
	_, page := s.get(itemsOf(collection) + "?limit=1000&" + query)
	ids := idsOf(page)
	slices.Sort(ids)
	return ids
}

func testBooleans(s *suite) {
	for _, value := range []bool{true, false} {
		want := idsWhere(func(c inventory.Camera) bool { return c.Critical != nil && *c.Critical == value })
		s.same("critical", s.found("cameras", "critical", text(value)), want)
	}
	for _, value := range []string{"True", "1", "yes", ""} {
		s.refused(http.StatusBadRequest, itemsOf("cameras")+"?critical="+value)
	}
}

func testSpecialValues(s *suite) {
	for _, value := range []string{"NaN", "Inf", "-Infinity", "%00", "%FF"} {
		s.refused(http.StatusBadRequest, itemsOf("cameras")+"?bbox=3,43,4,"+value)
	}
}

// testCRS84: without a parameter that names another system, coordinates are longitude, latitude of WGS 84.
func testCRS84(s *suite) {
	answer, page := s.get(itemsOf("cameras") + "?limit=1000")
	if told := answer.Header.Get("Content-Crs"); told != "" && told != "<"+crs84+">" {
		s.Errorf("Content-Crs %q", told)
	}
	places := map[string]any{}
	for _, f := range page["features"].([]any) {
		places[text(member(f.(map[string]any), "id"))] = member(f.(map[string]any), "geometry.coordinates")
	}
	for _, camera := range surveyed() {
		if camera.Location != nil && text(places[string(camera.ID)]) != text(camera.Location[:]) {
			s.Errorf("%s stands at %v, not at %v", camera.ID, places[string(camera.ID)], *camera.Location)
		}
	}
}

func testRoot(s *suite) {
	answer, landing := s.get("/ogc")
	if answer.Header.Get("Content-Type") != "application/json" {
		s.Errorf("landing page of type %s", answer.Header.Get("Content-Type"))
	}
	s.linksTo("landing page", landing, "service-desc", "application/vnd.oai.openapi+json;version=3.0")
	for _, relation := range []string{"conformance", "data", "self"} {
		s.linksTo("landing page", landing, relation, "application/json")
		s.get(linkOf(landing, relation, "application/json"))
	}
	s.linksTo("landing page", landing, "alternate", "text/html")
	s.linksTo("landing page", landing, "service-doc", "text/html")
}

func testDefinition(s *suite) {
	const mediaType = "application/vnd.oai.openapi+json;version=3.0"
	_, landing := s.get("/ogc")
	answer, _ := s.get(linkOf(landing, "service-desc", mediaType))
	if told := answer.Header.Get("Content-Type"); told != mediaType {
		s.Errorf("definition of type %s", told)
	}
	if version := s.document().OpenAPI; !strings.HasPrefix(version, "3.0.") {
		s.Errorf("OpenAPI %s", version)
	}
}

func testCollections(s *suite) {
	answer, list := s.get("/ogc/collections")
	if answer.Header.Get("Content-Type") != "application/json" || len(s.collections) == 0 {
		s.Errorf("collections: %v", list)
	}
	s.each(func(id string, about map[string]any) {
		if id == "" || about["title"] == "" || about["itemType"] != "feature" {
			s.Errorf("collection %v", about)
		}
	})
}

func testCollectionsLinks(s *suite) {
	_, list := s.get("/ogc/collections")
	s.linksTo("collections", list, "self", "application/json")
	s.linksTo("collections", list, "alternate", "text/html")
}

func testItemsLinks(s *suite) {
	s.each(func(id string, about map[string]any) {
		s.linksTo(id, about, "items", "application/geo+json", "text/html")
		if at := linkOf(about, "items", "application/geo+json"); !strings.HasPrefix(at, s.base+itemsOf(id)) {
			s.Errorf("%s: items at %s", id, at)
		}
	})
}

// testExtent: the extent of a collection holds all its features.
func testExtent(s *suite) {
	s.each(func(id string, about map[string]any) {
		boxes, _ := member(about, "extent.spatial.bbox").([]any)
		if len(boxes) == 0 {
			s.Fatalf("%s: extent %v", id, about["extent"])
		}
		whole := boxes[0].([]any)
		for _, f := range s.features(id) {
			if f.Geometry == nil {
				continue
			}
			b := f.Geometry.Bound()
			if b.Min[0] < whole[0].(float64) || b.Min[1] < whole[1].(float64) || b.Max[0] > whole[2].(float64) || b.Max[1] > whole[3].(float64) {
				s.Errorf("%s: %v lies at %v, not within %v", id, f.ID, b, whole)
			}
		}
	})
}

// features are those of a collection, as a GeoJSON reader that is not ours reads them.
func (s *suite) features(collection string, query ...string) []*geojson.Feature {
	s.Helper()
	_, body := request(s.T, "GET", s.base+itemsOf(collection)+"?limit=1000&"+encoded(query), nil, "")
	read, err := geojson.UnmarshalFeatureCollection([]byte(body))
	if err != nil {
		s.Fatal(err)
	}
	return read.Features
}

func testCollection(s *suite) {
	s.each(func(id string, about map[string]any) {
		_, alone := s.get("/ogc/collections/" + id)
		if a, b := text(alone), text(about); a != b {
			s.Errorf("%s alone, %s in the list", a, b)
		}
		s.linksTo(id, alone, "self", "application/json")
		s.linksTo(id, alone, "alternate", "text/html")
	})
	s.refused(http.StatusNotFound, "/ogc/collections/nothing")
}

func testPages(s *suite) {
	s.each(func(id string, _ map[string]any) {
		answer, page := s.get(itemsOf(id))
		features, isList := page["features"].([]any)
		if page["type"] != "FeatureCollection" || !isList || answer.Header.Get("Content-Type") != "application/geo+json" {
			s.Errorf("%s: %v", id, page)
		}
		if len(features) == 0 {
			s.Errorf("%s: no feature to hold to anything", id)
		}
		for _, f := range features {
			if one := f.(map[string]any); one["type"] != "Feature" || text(one["id"]) == "" {
				s.Errorf("%s: %v", id, one)
			}
		}
	})
	s.refused(http.StatusNotFound, itemsOf("nothing"))
}

func testBoxDefinition(s *suite) {
	box := s.parameter("bbox")
	schema := box.Schema.Value
	if box.Required || box.Style != "form" || box.Explode == nil || *box.Explode || !schema.Type.Is("array") ||
		schema.MinItems != 4 || schema.MaxItems == nil || *schema.MaxItems != 6 || !schema.Items.Value.Type.Is("number") {
		s.Errorf("bbox is %+v of %+v", box, schema)
	}
}

// testBoxes: a box gives what meets it, its border included. What has no place (a camera that somebody wears) it does not give,
// where the requirement would have it given with every box: see docs/guide-integrator.md.
func testBoxes(s *suite) {
	for _, box := range rectangles() {
		want := idsWhere(func(c inventory.Camera) bool {
			return c.Location != nil && box.bound().Contains(orb.Point(*c.Location))
		})
		s.same("cameras in "+box.text(), s.found("cameras", "bbox", box.text()), want)
		s.same("areas in "+box.text(), s.found("areas", "bbox", box.text()), rectanglesWhere(box.meets))
	}
	s.same("cameras about the date line", s.found("cameras", "bbox", "170,-10,-170,10"), nil)
	s.same("cameras in a box with heights", s.found("cameras", "bbox", "3.7,43.5,-10,4,43.8,10000"), s.found("cameras", "filter", "geometry IS NOT NULL"))
}

func testLimitDefinition(s *suite) {
	limit := s.parameter("limit")
	if limit.Required || limit.Style != "" && limit.Style != "form" || !limit.Schema.Value.Type.Is("integer") {
		s.Errorf("limit is %+v of %+v", limit, limit.Schema.Value)
	}
}

func testLimits(s *suite) {
	s.each(func(id string, _ map[string]any) {
		all := len(s.found(id))
		for limit, want := range map[string]int{"1": min(1, all), "2": min(2, all), "1000": all, "1000000": all} {
			if n := len(idsOf(s.items(id, "limit", limit))); n != want {
				s.Errorf("%s: %d features with limit=%s, want %d", id, n, limit, want)
			}
		}
	})
}

func testTimeDefinition(s *suite) {
	if datetime := s.parameter("datetime"); datetime.Required || !datetime.Schema.Value.Type.Is("string") {
		s.Errorf("datetime is %+v", datetime)
	}
}

// testTimes: a moment, and intervals that are open at either end, by two dots and by nothing; what has no time is always given.
func testTimes(s *suite) {
	first, last := time.Date(2022, 4, 14, 14, 48, 45, 0, time.UTC), time.Date(2022, 4, 14, 14, 48, 47, 0, time.UTC)
	from, to := first.Format(time.RFC3339), last.Format(time.RFC3339)
	for datetime, keep := range map[string]func(at time.Time) bool{
		from:                    func(at time.Time) bool { return at.Equal(first) },
		from + "/" + to:         func(at time.Time) bool { return !at.Before(first) && !at.After(last) },
		"../" + to:              func(at time.Time) bool { return !at.After(last) },
		"/" + to:                func(at time.Time) bool { return !at.After(last) },
		from + "/..":            func(at time.Time) bool { return !at.Before(first) },
		from + "/":              func(at time.Time) bool { return !at.Before(first) },
		"2099-01-01/..":         func(time.Time) bool { return false },
		"2022-04-14/2022-04-14": func(at time.Time) bool { return at.Format(time.DateOnly) == "2022-04-14" },
	} {
		want := idsWhere(func(c inventory.Camera) bool { return keep(c.Provenance.UpdatedAt.Time) })
		s.same(datetime, s.found("cameras", "datetime", datetime), want)
	}
	s.each(func(id string, _ map[string]any) { s.same(id, s.found(id, "datetime", "1900-01-01/.."), s.found(id)) })
}

func testInvalidParameters(s *suite) {
	s.each(func(id string, _ map[string]any) {
		for _, query := range []string{
			"limit=0", "limit=-1", "limit=x", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=0,0,1,91", "bbox=0,0,181,1", "bbox=0,10,1,5", "datetime=x", "datetime=..%2F..",
			"datetime=2026-12-01T00:00:00Z%2F2026-11-01T00:00:00Z", "f=xml", "limit=1&limit=2",
		} {
			s.refused(http.StatusBadRequest, itemsOf(id)+"?"+query)
		}
	})
}

func testUnknownParameters(s *suite) {
	for _, path := range []string{"/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/cameras", itemsOf("cameras"), itemsOf("cameras") + "/c00"} {
		s.refused(http.StatusBadRequest, path+"?unheard-of=1")
	}
}

// testPageLinks: a page leads to itself, to its other form, and to the next page until every feature was given once.
func testPageLinks(s *suite) {
	s.each(func(id string, _ map[string]any) {
		_, whole := s.get(itemsOf(id) + "?limit=1000")
		s.linksTo(id, whole, "self", "application/geo+json")
		s.linksTo(id, whole, "alternate", "text/html")
		if next := linkOf(whole, "next", ""); next != "" {
			s.Errorf("%s: more follows the last page, at %s", id, next)
		}
		var seen []string
		for path := itemsOf(id) + "?limit=7"; path != ""; {
			_, page := s.get(path)
			seen = append(seen, idsOf(page)...)
			path = linkOf(page, "next", "application/geo+json")
		}
		s.same(id+" page by page", seen, idsOf(whole))
	})
}

func testTimeStamps(s *suite) {
	s.each(func(id string, _ map[string]any) {
		if _, err := time.Parse(time.RFC3339, text(s.items(id)["timeStamp"])); err != nil {
			s.Errorf("%s: %v", id, err)
		}
	})
}

func testNumbers(s *suite) {
	s.each(func(id string, _ map[string]any) {
		for _, query := range [][]string{{}, {"bbox", "3.8,43.5,3.9,43.7"}, {"filter", "geometry IS NULL"}} {
			all := len(s.found(id, query...))
			for _, limit := range []string{"1000", "3"} {
				page := s.items(id, append(slices.Clone(query), "limit", limit)...)
				if n := int(page["numberReturned"].(float64)); n != len(idsOf(page)) {
					s.Errorf("%s %v: %d features are told of, %d are there", id, query, n, len(idsOf(page)))
				}
				if n, told := page["numberMatched"].(float64); told && int(n) != all {
					s.Errorf("%s %v: %v match, %d are found", id, query, n, all)
				}
			}
		}
	})
}

func testFeature(s *suite) {
	s.each(func(id string, _ map[string]any) {
		for _, f := range s.items(id, "limit", "3")["features"].([]any) {
			listed := f.(map[string]any)
			answer, one := s.get(itemsOf(id) + "/" + url.PathEscape(text(listed["id"])))
			if answer.Header.Get("Content-Type") != "application/geo+json" {
				s.Errorf("%s: %s", id, answer.Header.Get("Content-Type"))
			}
			s.linksTo(id, one, "self", "application/geo+json")
			s.linksTo(id, one, "alternate", "text/html")
			s.linksTo(id, one, "collection", "application/json")
			for _, name := range []string{"type", "id", "geometry", "properties"} {
				if a, b := text(one[name]), text(listed[name]); a != b {
					s.Errorf("%s: %s is %s alone, %s in the page", id, name, a, b)
				}
			}
		}
		s.refused(http.StatusNotFound, itemsOf(id)+"/nothing")
	})
}

func testGeoJSONDefinition(s *suite) {
	s.each(func(id string, _ map[string]any) {
		first := idsOf(s.items(id, "limit", "1"))[0]
		for _, path := range []string{itemsOf(id), itemsOf(id) + "/" + url.PathEscape(first)} {
			if answer, _ := got(s.T, s.base+path, geoJSON); answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/geo+json" {
				s.Errorf("%s: %d, %s", path, answer.StatusCode, answer.Header.Get("Content-Type"))
			}
		}
	})
}

// testGeoJSONContent: pages and features are GeoJSON (RFC 7946) whose geometries another reader reads.
func testGeoJSONContent(s *suite) {
	s.each(func(id string, _ map[string]any) {
		if read, told := s.features(id), s.items(id, "limit", "1000"); len(read) != len(idsOf(told)) || told["links"] == nil {
			s.Errorf("%s: %d features are read of %d", id, len(read), len(idsOf(told)))
		}
		for _, f := range s.items(id, "limit", "1000")["features"].([]any) {
			one := f.(map[string]any)
			if geometry, has := one["geometry"]; !has || one["properties"] == nil || geometry != nil && member(one, "geometry.coordinates") == nil {
				s.Errorf("%s: %v", id, one)
			}
		}
	})
}

// testHTML: every page is there as an HTML 5 document whose elements are closed.
func testHTML(s *suite) {
	paths := []string{"/ogc", "/ogc/conformance", "/ogc/collections"}
	s.each(func(id string, _ map[string]any) {
		first := idsOf(s.items(id, "limit", "1"))[0]
		paths = append(paths, "/ogc/collections/"+id, itemsOf(id), itemsOf(id)+"/"+url.PathEscape(first))
	})
	for _, path := range paths {
		answer, body := request(s.T, "GET", s.base+path, map[string]string{"Accept": "text/html"}, "")
		if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || !strings.HasPrefix(strings.ToLower(body), "<!doctype html>") {
			s.Errorf("%s: %d, %s, %.100s", path, answer.StatusCode, answer.Header.Get("Content-Type"), body)
		}
		checkHTML(s.T, path, body)
	}
}

func checkHTML(t *testing.T, path, body string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(body))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var elements []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if begin, is := token.(xml.StartElement); is {
			elements = append(elements, begin.Name.Local)
		}
	}
	for _, needed := range []string{"html", "head", "title", "body"} {
		if !slices.Contains(elements, needed) {
			t.Errorf("%s: no %s in %q", path, needed, elements)
		}
	}
}

// testDescribedAnswers: what each operation answers, well or not, is in the description.
func testDescribedAnswers(s *suite) {
	document := s.document()
	for path, asked := range map[string][]string{
		"/ogc": {"/ogc", "/ogc?x=1", "/ogc?f=html"}, "/ogc/conformance": {"/ogc/conformance", "/ogc/conformance?x=1"}, "/ogc/collections": {"/ogc/collections", "/ogc/collections?x=1"},
		"/ogc/collections/{collection}":            {"/ogc/collections/cameras", "/ogc/collections/x", "/ogc/collections/cameras?x=1"},
		"/ogc/collections/{collection}/queryables": {"/ogc/collections/cameras/queryables", "/ogc/collections/x/queryables", "/ogc/collections/cameras/queryables?x=1"},
		itemsOf("{collection}"):                    {itemsOf("cameras"), itemsOf("x"), itemsOf("cameras") + "?limit=x", itemsOf("cameras") + "?f=html"},
		itemsOf("{collection}") + "/{id}":          {itemsOf("cameras") + "/c00", itemsOf("cameras") + "/x", itemsOf("cameras") + "/c00?x=1"},
	} {
		operations := document.Paths.Value(path)
		if operations == nil {
			s.Errorf("%s is not described", path)
			continue
		}
		for _, one := range asked {
			answer, _ := request(s.T, "GET", s.base+one, nil, "")
			response := operations.Get.Responses.Status(answer.StatusCode)
			mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
			if response == nil || response.Value.Content.Get(mediaType) == nil {
				s.Errorf("%s: %d as %s is not described", one, answer.StatusCode, mediaType)
			}
		}
	}
}

// testDescribedSecurity: the description says how a caller of a server with keys tells who it is, and where it must.
func testDescribedSecurity(s *suite) {
	document := s.document()
	reading := document.Paths.Value(itemsOf("{collection}")).Get
	if len(document.Components.SecuritySchemes) == 0 || reading.Security == nil || len(*reading.Security) == 0 {
		s.Errorf("described are the ways %v, and for reading %v", document.Components.SecuritySchemes, reading.Security)
	}
	answer, body := request(s.T, "GET", guardedServer(s.T, openSQLite(s.T))+itemsOf("cameras"), nil, "")
	if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == "" || reading.Responses.Status(http.StatusUnauthorized) == nil {
		s.Errorf("without a key: %d %s", answer.StatusCode, body)
	}
}
