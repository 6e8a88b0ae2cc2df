package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

const (
	ogcCRS = "http://www.opengis.net/def/crs/"
	crs84  = ogcCRS + "OGC/1.3/CRS84"
)

// ogcServer serves a store with three cameras, an area, and a coverage study of it.
func ogcServer(t *testing.T, open opener) string {
	t.Helper()
	base, store := newServer(t, open)
	for i, east := range []float64{3.8781, 3.8795, 3.8799} {
		camera := inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%d", i)), Holder: "h1", Category: inventory.Fixed, Status: inventory.InService,
			Name: "Caméra <" + string(rune('a'+i)) + ">", Location: &inventory.Point{east, 43.6085}, Commune: "34172",
			Mounting: inventory.Mounting{HeightM: new(4 + float64(i))},
			Heads:    []inventory.Head{{ID: "1", BearingDeg: new(90.0), HFOVDeg: new(90.0), RecordedWidthPx: new(1920), RecordedHeightPx: new(1080)}},
		}
		at := inventory.InstantOf(clock().AddDate(0, i, 0))
		camera.Provenance.UpdatedAt = &at
		if err := store.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
	}
	answer, text := request(t, "POST", base+"/api/v1/areas", sendJSON, areaBody)
	if answer.StatusCode != http.StatusCreated {
		t.Fatal(text)
	}
	answer, text = request(t, "POST", base+"/api/v1/assessments", sendJSON, `{"area":"a1"}`)
	if answer.StatusCode != http.StatusCreated {
		t.Fatal(text)
	}
	return base
}

// got is a decoded answer.
func got(t *testing.T, address string, headers map[string]string) (answer *http.Response, value map[string]any) {
	t.Helper()
	answer, text := request(t, "GET", address, headers, "")
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v in %s", address, err, text)
	}
	return answer, value
}

// idsOf are the identifiers of the features of a page, in its order.
func idsOf(value map[string]any) (ids []string) {
	features, _ := value["features"].([]any)
	for _, f := range features {
		ids = append(ids, fmt.Sprint(f.(map[string]any)["id"]))
	}
	return ids
}

func linkOf(value map[string]any, rel, mediaType string) string {
	links, _ := value["links"].([]any)
	for _, l := range links {
		one := l.(map[string]any)
		if one["rel"] == rel && strings.HasPrefix(fmt.Sprint(one["type"]), mediaType) {
			return fmt.Sprint(one["href"])
		}
	}
	return ""
}

// TestOGCCore holds the pages against the abstract tests of OGC 17-069r4, annex A.
func TestOGCCore(t *testing.T) { onEachStore(t, testOGCCore) }

func testOGCCore(t *testing.T, open opener) {
	base := ogcServer(t, open)
	t.Run("A.2.2 landing page, links to the definition, the conformance and the data", func(t *testing.T) {
		_, landing := got(t, base+"/ogc", nil)
		answer, definition := got(t, linkOf(landing, "service-desc", "application/vnd.oai.openapi+json;version=3.0"), nil)
		if answer.Header.Get("Content-Type") != "application/vnd.oai.openapi+json;version=3.0" || !strings.HasPrefix(fmt.Sprint(definition["openapi"]), "3.0") {
			t.Errorf("/req/core/root-op: definition of type %s", answer.Header.Get("Content-Type"))
		}
		_, conformance := got(t, linkOf(landing, "conformance", "application/json"), nil)
		for _, class := range []string{"core", "oas30", "html", "geojson"} {
			if !slices.Contains(conformance["conformsTo"].([]any), any("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"+class)) {
				t.Errorf("/req/core/conformance-success: %s is not declared", class)
			}
		}
	})
	t.Run("A.2.4 every collection has its links, and its items", func(t *testing.T) {
		_, list := got(t, base+"/ogc/collections", nil)
		for _, c := range list["collections"].([]any) {
			about := c.(map[string]any)
			_, alone := got(t, linkOf(about, "self", "application/json"), nil)
			if fmt.Sprint(alone) != fmt.Sprint(about) {
				t.Errorf("/req/core/sfc-md-success: %v alone, %v in the list", alone, about)
			}
			answer, items := got(t, linkOf(about, "items", "application/geo+json"), nil)
			if items["type"] != "FeatureCollection" || answer.Header.Get("Content-Type") != "application/geo+json" || linkOf(items, "self", "application/geo+json") == "" {
				t.Errorf("/req/core/fc-response: %v", items)
			}
			if returned := int(items["numberReturned"].(float64)); returned != len(idsOf(items)) {
				t.Errorf("/req/core/fc-numberReturned: %d of %v", returned, idsOf(items))
			}
			for _, id := range idsOf(items) {
				answer, one := got(t, base+"/ogc/collections/"+about["id"].(string)+"/items/"+url.PathEscape(id), nil)
				if one["type"] != "Feature" || one["id"] != id || linkOf(one, "collection", "application/json") == "" || answer.StatusCode != http.StatusOK {
					t.Errorf("/req/core/f-success: %v", one)
				}
			}
		}
	})
	items := base + "/ogc/collections/cameras/items"
	t.Run("A.2.7 parameters", func(t *testing.T) {
		for query, want := range map[string][]string{
			"": {"c0", "c1", "c2"}, "limit=2": {"c0", "c1"}, "limit=100000": {"c0", "c1", "c2"},
			"bbox=3.8782,43.6,3.8796,43.61": {"c1"}, "bbox=3.8782,43.6,0,3.8796,43.61,100": {"c1"}, "bbox=170,-10,-170,10": nil,
			"bbox=3.8781,43.6085,3.8781,43.6085": {"c0"},
			"datetime=2026-11-21T08:30:00Z":      {"c0"}, "datetime=2026-12-01T00:00:00Z/..": {"c1", "c2"}, "datetime=../2026-12-21T08:30:00Z": {"c0", "c1"},
			"datetime=/2026-11-30T00:00:00Z": {"c0"}, "datetime=2026-12-21": {"c1"},
			"name=" + url.QueryEscape("Caméra <b>"): {"c1"}, "mounting.heightM=6": {"c2"}, "status=retired": nil,
		} {
			_, page := got(t, items+"?"+query, nil)
			if ids := idsOf(page); !slices.Equal(ids, want) {
				t.Errorf("/req/core/fc-bbox, fc-time, fc-limit: %s gives %q, want %q", query, ids, want)
			}
			if n, told := page["numberMatched"].(float64); told && query != "limit=2" && int(n) != len(want) {
				t.Errorf("/req/core/fc-numberMatched: %v for %s", n, query)
			}
		}
		for _, query := range []string{
			"limit=0", "limit=x", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,10,1,5", "bbox=0,0,1,91", "datetime=x", "datetime=..%2F..", "unheard-of=1",
			"datetime=2026-12-01T00:00:00Z%2F2026-11-01T00:00:00Z", "crs=EPSG:4326", "filter=status", "filter=nothing%20%3D%201", "filter-lang=sql",
			"bbox=NaN,0,1,1", "cursor=x", "f=xml", "critical=yes", "mounting.heightM=tall",
		} {
			scenario{method: "GET", url: "/ogc/collections/cameras/items?" + query, status: 400}.run(t, base)
		}
		scenario{method: "GET", url: "/ogc/collections/nothing/items", status: 404}.run(t, base)
		scenario{method: "GET", url: "/ogc/collections/cameras/items/nothing", status: 404}.run(t, base)
	})
	t.Run("A.2.7 next links lead through everything once", func(t *testing.T) {
		var seen []string
		for address := items + "?limit=1&status=in_service"; address != ""; {
			_, page := got(t, address, nil)
			seen = append(seen, idsOf(page)...)
			address = linkOf(page, "next", "application/geo+json")
		}
		if !slices.Equal(seen, []string{"c0", "c1", "c2"}) {
			t.Errorf("/req/core/fc-links: %q", seen)
		}
	})
	t.Run("A.3 HTML", func(t *testing.T) {
		for _, path := range []string{"", "/conformance", "/collections", "/collections/cameras", "/collections/cameras/items", "/collections/cameras/items/c0"} {
			answer, text := request(t, "GET", base+"/ogc"+path, map[string]string{"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}, "")
			if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || strings.Contains(text, "Caméra <a>") {
				t.Errorf("%s: %d %s", path, answer.StatusCode, text)
			}
		}
		scenario{method: "GET", url: "/ogc/collections/cameras/items?f=html", status: 200, has: []string{"Caméra \\u003ca\\u003e", "</table>"}}.run(t, base)
	})
}

// TestOGCSystems holds coordinates against the abstract tests of OGC 18-058r1.
func TestOGCSystems(t *testing.T) {
	t.Parallel()
	base := ogcServer(t, openSQLite)
	one := base + "/ogc/collections/cameras/items/c0"
	for system, want := range map[string][2]float64{
		crs84:                  {3.8781, 43.6085},
		ogcCRS + "EPSG/0/4326": {43.6085, 3.8781},
		ogcCRS + "EPSG/0/2154": {770911.40, 6279221.79},
		ogcCRS + "EPSG/0/3857": {431708.12, 5405055.20},
	} {
		answer, f := got(t, one+"?crs="+url.QueryEscape(system), nil)
		if told := answer.Header.Get("Content-Crs"); told != "<"+system+">" {
			t.Errorf("/req/crs/ogc-crs-header: %q", told)
		}
		at := f["geometry"].(map[string]any)["coordinates"].([]any)
		for i := range want {
			if off := at[i].(float64) - want[i]; off > 1 || off < -1 {
				t.Errorf("%s: %v, want %v", system, at, want)
			}
		}
		// The place as it was told, as a box in its system and as a filter, finds the camera alone.
		x, y := at[0].(float64), at[1].(float64)
		margin := 1e-5
		if x > 1000 {
			margin = 1
		}
		box := fmt.Sprintf("%.9f,%.9f,%.9f,%.9f", x-margin, y-margin, x+margin, y+margin)
		for _, query := range []url.Values{
			{"bbox": {box}, "bbox-crs": {system}},
			{"filter": {"S_INTERSECTS(geometry, BBOX(" + box + "))"}, "filter-crs": {system}},
			{"filter": {`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[` + box + `]}]}`}, "filter-crs": {system}, "filter-lang": {"cql2-json"}},
		} {
			if _, page := got(t, base+"/ogc/collections/cameras/items?"+query.Encode(), nil); !slices.Equal(idsOf(page), []string{"c0"}) {
				t.Errorf("/req/crs/bbox-crs: %v gives %q", query, idsOf(page))
			}
		}
	}
}

// TestOGCTotal: the first page tells how many features there are on all; those that follow do not count them again.
func TestOGCTotal(t *testing.T) { onEachStore(t, testOGCTotal) }

func testOGCTotal(t *testing.T, open opener) {
	base := ogcServer(t, open)
	_, first := got(t, base+"/ogc/collections/cameras/items?limit=2", nil)
	_, last := got(t, linkOf(first, "next", "application/geo+json"), nil)
	if first["numberMatched"] != 3.0 || len(idsOf(last)) != 1 || last["numberMatched"] != nil {
		t.Errorf("%v match on the first page, %v on the last, which has %q", first["numberMatched"], last["numberMatched"], idsOf(last))
	}
}

// TestOGCFilters: filters find what they say, in the index and out of it, with and without a count.
func TestOGCFilters(t *testing.T) { onEachStore(t, testOGCFilters) }

func testOGCFilters(t *testing.T, open opener) {
	base := ogcServer(t, open)
	for filter, want := range map[string][]string{
		"status = 'in_service' AND holder = 'h1'":                          {"c0", "c1", "c2"},
		"department = '34' AND mounting.heightM > 4":                       {"c1", "c2"},
		"mounting.heightM BETWEEN 5 AND 5 OR name LIKE '%a>'":              {"c0", "c1"},
		"updated > TIMESTAMP('2026-12-01T00:00:00Z')":                      {"c1", "c2"},
		"T_BEFORE(updated, DATE('2026-12-01'))":                            {"c0"},
		"S_INTERSECTS(geometry, BBOX(3.878,43.6,3.8782,43.7))":             {"c0"},
		"S_DISJOINT(geometry, BBOX(3.878,43.6,3.8782,43.7))":               {"c1", "c2"},
		"NOT (deployment IS NULL)":                                         nil,
		"critical IS NULL AND commune IN ('34172','34001') AND id <> 'c1'": {"c0", "c2"},
	} {
		_, page := got(t, base+"/ogc/collections/cameras/items?filter="+url.QueryEscape(filter), nil)
		if ids := idsOf(page); !slices.Equal(ids, want) {
			t.Errorf("%s: %q, want %q", filter, ids, want)
		}
		if n, told := page["numberMatched"].(float64); told && int(n) != len(want) {
			t.Errorf("%s: %v are told of", filter, n)
		}
	}
	_, schema := got(t, base+"/ogc/collections/cameras/queryables", nil)
	properties := schema["properties"].(map[string]any)
	for name, kind := range map[string]string{"status": "string", "mounting.heightM": "number", "critical": "boolean"} {
		if about, _ := properties[name].(map[string]any); about["type"] != kind {
			t.Errorf("queryable %s: %v", name, about)
		}
	}
	_, study := got(t, base+"/ogc/collections/gaps/items?limit=1000", nil)
	_, large := got(t, base+"/ogc/collections/gaps/items?limit=1000&filter="+url.QueryEscape("rank = 1"), nil)
	if len(idsOf(study)) == 0 || len(idsOf(large)) != 1 || idsOf(large)[0] != idsOf(study)[0] {
		t.Errorf("gaps %q, of which first %q", idsOf(study), idsOf(large))
	}
}

// TestOGCEdits creates, replaces, changes and deletes by features (OGC 20-002), in another coordinate system.
func TestOGCEdits(t *testing.T) { onEachStore(t, testOGCEdits) }

func testOGCEdits(t *testing.T, open opener) {
	base := ogcServer(t, open)
	items := "/ogc/collections/cameras/items"
	body := `{"type":"Feature","id":"n1","geometry":{"type":"Point","coordinates":[770911.40,6279221.79]},
		"properties":{"holder":"h1","category":"fixed","name":"Neuve","mounting":{"heightM":3}}}`
	lambert := map[string]string{"Content-Type": "application/geo+json", "Content-Crs": "<" + ogcCRS + "EPSG/0/2154>"}
	runAll(t, base, []scenario{
		{name: "create", method: "POST", url: items, headers: lambert, body: body, status: 201, has: []string{`"id":"n1"`, `770911.`}, replies: map[string]string{"Location": base + items + "/n1", "ETag": "*"}},
		{name: "create twice", method: "POST", url: items, headers: lambert, body: body, status: 409},
		{name: "it is there", method: "GET", url: "/api/v1/cameras/n1", status: 200, has: []string{`[3.878`, `"Neuve"`, `"updatedAt":"2026-11-21T08:30:00.000Z"`}},
		{name: "no feature", method: "POST", url: items, headers: lambert, body: `{"type":"Point"}`, status: 400},
		{name: "no identifier", method: "POST", url: items, headers: lambert, body: `{"type":"Feature","id":["n9"],"geometry":null,"properties":{}}`, status: 400, has: []string{`"pointer":"/id"`}},
		{name: "unknown property", method: "POST", url: items, headers: lambert, body: strings.Replace(body, `"name"`, `"nom"`, 1), status: 400, has: []string{`"field":"nom"`}},
		{name: "invalid record", method: "POST", url: items, headers: lambert, body: strings.Replace(body, `"fixed"`, `"tripod"`, 1), status: 422},
		{name: "half a place", method: "POST", url: items, headers: lambert, body: strings.Replace(strings.Replace(body, "n1", "n3", 1), "[770911.40,6279221.79]", "[770911.40]", 1), status: 400},
		{name: "no place on Earth", method: "POST", url: items, headers: map[string]string{"Content-Type": "application/geo+json", "Content-Crs": "<" + ogcCRS + "EPSG/0/32631>"}, body: strings.Replace(strings.Replace(body, "n1", "n3", 1), "[770911.40,6279221.79]", "[1e300,1e300]", 1), status: 400, has: []string{"no place on Earth"}},
		{name: "a name twice in a patch", method: "PATCH", url: items + "/n1", headers: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": "*"}, body: `{"properties":{"name":"a"},"properties":{"name":"b"}}`, status: 400},
		{name: "unknown system", method: "POST", url: items, headers: with(sendJSON, "Content-Crs", "<x>"), body: body, status: 400},
		{name: "other type", method: "POST", url: items, headers: map[string]string{"Content-Type": "text/csv"}, body: body, status: 415},
		{name: "replace without a state", method: "PUT", url: items + "/n1", headers: lambert, body: body, status: 428},
		{name: "replace a stale state", method: "PUT", url: items + "/n1", headers: with(lambert, "If-Match", `"00"`), body: body, status: 412},
		{name: "replace", method: "PUT", url: items + "/n1", headers: with(lambert, "If-Match", "*"), body: strings.Replace(body, "Neuve", "Autre", 1), status: 200, has: []string{"Autre"}},
		{name: "change", method: "PATCH", url: items + "/n1", headers: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": "*"}, body: `{"properties":{"name":null,"mounting":{"heightM":5}}}`, status: 200, has: []string{`"heightM":5`}, hasNot: []string{"Autre"}},
		{name: "change a stale state", method: "PATCH", url: items + "/n1", headers: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": `"00"`}, body: `{}`, status: 412},
		{name: "change to what is none", method: "PATCH", url: items + "/n1", headers: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": "*"}, body: `{"properties":{"category":null}}`, status: 422},
		{name: "delete", method: "DELETE", url: items + "/n1", headers: map[string]string{"If-Match": "*"}, status: 204},
		{name: "deleted", method: "GET", url: items + "/n1", status: 404},
		{name: "what is computed", method: "POST", url: "/ogc/collections/gaps/items", headers: lambert, body: body, status: 405},
		{name: "put new", method: "PUT", url: items + "/n2", headers: with(lambert, "If-None-Match", "*"), body: strings.Replace(body, "n1", "n2", 1), status: 201},
	})
	answer, _ := request(t, "GET", base+items+"/n2", nil, "")
	scenario{method: "GET", url: items + "/n2", headers: map[string]string{"If-None-Match": answer.Header.Get("ETag")}, status: 304}.run(t, base)
}
