package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

const systemsConf = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"

// TestOGCCoordinates runs the abstract tests of OGC API – Features, part 2.
func TestOGCCoordinates(t *testing.T) { runSuites(t, systemsClasses()) }

// systemsClasses are those of OGC API – Features, part 2.
func systemsClasses() []conformance {
	return []conformance{{standard: "OGC 18-058r1", uri: systemsConf + "crs", tests: []abstractTest{
		{"/conf/crs/crs-uri", "/req/crs/crs-uri, /req/crs/fc-md-crs-list A, /req/crs/fc-md-storageCrs, /req/crs/fc-md-crs-list-global", testSystemNames},
		{"/conf/crs/default-crs", "/req/crs/fc-md-crs-list B", testDefaultSystem},
		{"/conf/crs/storageCrs", "/req/crs/fc-md-storageCrs-valid-value", testStorageSystem},
		{"/conf/crs/crs-parameter", "/req/crs/fc-crs-definition, /req/crs/fc-crs-valid-value B, /req/crs/ogc-crs-header, /req/crs/geojson", testSystems},
		{"/conf/crs/crs-parameter-default", "/req/crs/fc-crs-default-value, /req/crs/ogc-crs-header-value", testSystemByDefault},
		{"/conf/crs/crs-parameter-invalid", "/req/crs/fc-crs-valid-value A", testUnknownSystem},
		{"/conf/crs/crs-parameter-transform", "/req/crs/fc-crs-action", testCarried},
		{"/conf/crs/bbox-crs-parameter", "/req/crs/fc-bbox-crs-definition, /req/crs/bbox-crs-action", testBoxSystems},
		{"/conf/crs/bbox-crs-parameter-default", "/req/crs/fc-bbox-crs-default-value", testBoxSystemByDefault},
		{"/conf/crs/bbox-crs-parameter-invalid", "/req/crs/fc-bbox-crs-valid-value", testUnknownBoxSystem},
	}}}
}

// systems are those that a collection lists.
func systemsOf(about map[string]any) (list []string) {
	names, _ := about["crs"].([]any)
	for _, name := range names {
		list = append(list, text(name))
	}
	return list
}

func testSystemNames(s *suite) {
	_, whole := s.get("/ogc/collections")
	for _, about := range append(slices.Clone(s.collections), whole) {
		for _, name := range append(systemsOf(about), strings.Fields(text(about["storageCrs"]))...) {
			u, err := url.Parse(name)
			if name == "<nil>" && about["id"] == nil {
				continue // the list itself keeps nothing
			}
			if parts := strings.Split(strings.Trim(u.Path, "/"), "/"); err != nil || u.Scheme != "http" || u.Host != "www.opengis.net" || len(parts) != 5 || parts[0] != "def" || parts[1] != "crs" {
				s.Errorf("%v: %q names no system (OGC 09-048r5)", about["id"], name)
			}
		}
	}
}

func testDefaultSystem(s *suite) {
	s.each(func(id string, about map[string]any) {
		if !slices.Contains(systemsOf(about), crs84) {
			s.Errorf("%s lists %q", id, systemsOf(about))
		}
	})
}

func testStorageSystem(s *suite) {
	s.each(func(id string, about map[string]any) {
		if !slices.Contains(systemsOf(about), text(about["storageCrs"])) {
			s.Errorf("%s is stored in %v and lists %q", id, about["storageCrs"], systemsOf(about))
		}
	})
}

// testSystems: features and pages are given in every system that is listed, and say so.
func testSystems(s *suite) {
	s.each(func(id string, about map[string]any) {
		first := idsOf(s.items(id, "limit", "1"))[0]
		for _, system := range systemsOf(about) {
			for _, path := range []string{itemsOf(id), itemsOf(id) + "/" + url.PathEscape(first)} {
				answer, value := s.get(path + "?" + encoded([]string{"crs", system}))
				if told := answer.Header.Get("Content-Crs"); told != "<"+system+">" || !strings.HasPrefix(text(value["type"]), "Feature") {
					s.Errorf("%s in %s: Content-Crs %q, %v", path, system, told, value["type"])
				}
			}
		}
	})
}

func testSystemByDefault(s *suite) {
	s.each(func(id string, _ map[string]any) {
		answer, page := s.get(itemsOf(id))
		_, named := s.get(itemsOf(id) + "?" + encoded([]string{"crs", crs84}))
		if told := answer.Header.Get("Content-Crs"); told != "<"+crs84+">" || text(page["features"]) != text(named["features"]) {
			s.Errorf("%s: Content-Crs %q; with crs it gives %v", id, told, named["features"])
		}
	})
}

func testUnknownSystem(s *suite) {
	s.each(func(id string, _ map[string]any) {
		first := idsOf(s.items(id, "limit", "1"))[0]
		for _, path := range []string{itemsOf(id), itemsOf(id) + "/" + url.PathEscape(first)} {
			for _, system := range []string{"http://www.opengis.net/def/crs/OGC/0/does_not_exist", "EPSG:4326", ogcCRS + "EPSG/0/999999"} {
				s.refused(http.StatusBadRequest, path+"?"+encoded([]string{"crs", system}))
			}
		}
	})
}

// axes carries points from lon, lat to a system with its axes in their order, by the projections of geo, which have tests of
// their own against EPSG.
func axes(t *testing.T, system string) func(orb.Point) orb.Point {
	t.Helper()
	if system == crs84 {
		return func(p orb.Point) orb.Point { return p }
	}
	crs, known := geo.FindCRS("EPSG:" + system[strings.LastIndex(system, "/")+1:])
	if !known {
		t.Fatalf("geo does not know %s", system)
	}
	return func(p orb.Point) orb.Point {
		if p = crs.FromLonLat(p); crs.Geographic() {
			return orb.Point{p[1], p[0]}
		}
		return p
	}
}

// testCarried: coordinates in a system are those of the same place, for what lies where the system is for.
func testCarried(s *suite) {
	for _, system := range nearSystems() {
		to := axes(s.T, system)
		for i, f := range s.features("cameras", "crs", system) {
			at := surveyed()[i].Location
			if at == nil || f.Geometry == nil {
				if (at == nil) != (f.Geometry == nil) {
					s.Errorf("%s in %s: %v", f.ID, system, f.Geometry)
				}
				continue
			}
			if want, has := to(orb.Point(*at)), f.Geometry.(orb.Point); distance(has, want) > 1e-6*max(1, distance(want, orb.Point{})) {
				s.Errorf("%s in %s: %v, want %v", f.ID, system, has, want)
			}
		}
	}
}

func distance(a, b orb.Point) float64 { return max(a[0]-b[0], b[0]-a[0]) + max(a[1]-b[1], b[1]-a[1]) }

// nearSystems are systems that are made for where the survey lies.
func nearSystems() []string {
	return []string{crs84, ogcCRS + "EPSG/0/4326", ogcCRS + "EPSG/0/2154", ogcCRS + "EPSG/0/3857", ogcCRS + "EPSG/0/32631"}
}

// boxIn is a box about a rectangle's inner points in a system, as its four numbers: the ground between the grid's lines.
func boxIn(t *testing.T, r rectangle, system string) string {
	t.Helper()
	to, inner := axes(t, system), r.bound().Pad(-0.004)
	a, b := to(inner.Min), to(inner.Max)
	return fmt.Sprintf("%.9f,%.9f,%.9f,%.9f", min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
}

// testBoxSystems: a box in another system finds what the same box finds in longitude and latitude.
func testBoxSystems(s *suite) {
	for _, system := range nearSystems() {
		for _, r := range rectangles()[:5] {
			for _, collection := range []string{"cameras", "areas"} {
				want := s.found(collection, "bbox", boxIn(s.T, r, crs84))
				s.same(collection+" in "+system, s.found(collection, "bbox", boxIn(s.T, r, system), "bbox-crs", system), want)
			}
		}
	}
}

func testBoxSystemByDefault(s *suite) {
	for _, r := range rectangles() {
		s.same(r.text(), s.found("cameras", "bbox", r.text()), s.found("cameras", "bbox", r.text(), "bbox-crs", crs84))
	}
}

func testUnknownBoxSystem(s *suite) {
	s.each(func(id string, _ map[string]any) {
		s.refused(http.StatusBadRequest, itemsOf(id)+"?"+encoded([]string{"bbox", "1,2,3,4", "bbox-crs", "http://www.opengis.net/def/crs/OGC/0/does_not_exist"}))
	})
}
