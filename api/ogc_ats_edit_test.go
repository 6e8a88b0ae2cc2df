package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const editingConf = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"

// TestOGCEditing runs the abstract tests of OGC API – Features, part 4.
func TestOGCEditing(t *testing.T) { runSuites(t, editingClasses()) }

// editingClasses are those of OGC API – Features, part 4. Its tests of what is not declared (GML, JSON-FG, schemas, a server
// without coordinate systems) are not here.
func editingClasses() []conformance {
	const standard = "OGC 20-002"
	return []conformance{
		{standard: standard, uri: editingConf + "create-replace-delete", tests: []abstractTest{
			{"/conf/create-replace-delete/options", "/req/core/methods, /req/create-replace-delete/options-op, options-response, options-accept-post", testOptions},
			{"/conf/create-replace-delete/create", "/req/create-replace-delete/post-op, post-body, post-response, post-response-rid", testCreate},
			{"/conf/create-replace-delete/create-content-type", "/req/create-replace-delete/post-content-type", testCreateWithoutType},
			{"/conf/create-replace-delete/replace", "/req/create-replace-delete/put-op, put-body, put-response", testReplace},
			{"/conf/create-replace-delete/replace-content-type", "/req/create-replace-delete/put-content-type", testReplaceWithoutType},
			{"/conf/create-replace-delete/replace-rid", "/req/create-replace-delete/put-rid", testReplaceOther},
			{"/conf/create-replace-delete/replace-exceptions", "/req/create-replace-delete/put-rid-exception", testReplaceNothing},
			{"/conf/create-replace-delete/delete", "/req/create-replace-delete/delete-op, delete-response", testDelete},
		}},
		{standard: standard, uri: editingConf + "update", tests: []abstractTest{
			{"/conf/update/options", "/req/update/methods, /req/update/options-accept-patch", testOptions},
			{"/conf/update/update", "/req/update/update-patch-op, update-patch-body, update-patch-response", testUpdate},
			{"/conf/update/update-content-type", "/req/update/patch-content-type", testUpdateWithoutType},
			{"/conf/update/update-rid", "/req/update/rid", testUpdateOther},
		}},
		{standard: standard, uri: editingConf + "optimistic-locking-etags", tests: []abstractTest{
			{"/conf/optimistic-locking-etags/get-etag", "/req/optimistic-locking-etags/get-etag-response", testTags},
			{"/conf/optimistic-locking-etags/replace", "/req/optimistic-locking-etags/ifmatch-put-op, ifmatch-put-eval, put-etag-response", testReplaceLocked},
			{"/conf/optimistic-locking-etags/update", "/req/optimistic-locking-etags/ifmatch-patch-op, ifmatch-patch-eval, patch-etag-response", testUpdateLocked},
			{"/conf/optimistic-locking-etags/delete", "/req/optimistic-locking-etags/ifmatch-delete-op, ifmatch-delete-eval", testDeleteLocked},
		}},
		{standard: standard, uri: editingConf + "features", tests: []abstractTest{
			{"/conf/features/endpoints", "/req/features/resources-endpoint, /req/features/resource-endpoint", testEndpoints},
			{"/conf/features/put-create", "/req/features/collection-endpoint", testPutCreates},
			{"/conf/features/crs", "/req/features/content-crs-header, /req/features/default-crs, /req/features/crs-other-crs", testEditInSystems},
			{"/conf/features/geojson", "/req/features/geojson-create-replace", testReplaceOther},
			{"/conf/features/json-merge-patch", "/req/features/update-json-merge-patch", testUpdate},
		}},
	}
}

var (
	sendFeature = map[string]string{"Content-Type": "application/geo+json"}
	sendPatch   = map[string]string{"Content-Type": "application/merge-patch+json"}
)

// newCamera is a feature for the collection of cameras; without an identifier when id is empty.
func newCamera(id, name string) string {
	member := ""
	if id != "" {
		member = `"id":"` + id + `",`
	}
	return `{"type":"Feature",` + member + `"geometry":{"type":"Point","coordinates":[3.8781,43.6085]},"properties":{"holder":"h1","category":"fixed","name":"` + name + `","mounting":{"heightM":3}}}`
}

// ask sends a body and gives the status, the headers and the text of the answer.
func (s *suite) ask(method, path string, headers map[string]string, body string) (status int, header http.Header, text string) {
	s.Helper()
	answer, text := request(s.T, method, s.address(path), headers, body)
	return answer.StatusCode, answer.Header, text
}

// edited sends a body that must be taken with a status, and gives the headers of the answer.
func (s *suite) edited(want int, method, path string, headers map[string]string, body string) http.Header {
	s.Helper()
	status, header, text := s.ask(method, path, headers, body)
	if status != want {
		s.Fatalf("%s %s: %d, want %d: %s", method, path, status, want, text)
	}
	return header
}

// held gives the path of a new camera of a name, and its tag.
func (s *suite) held(name string) (path, tag string) {
	s.Helper()
	path = s.edited(http.StatusCreated, "POST", itemsOf("cameras"), sendFeature, newCamera("", name)).Get("Location")
	return path, s.tag(path)
}

func (s *suite) tag(path string) string {
	s.Helper()
	answer, _ := s.get(path)
	return answer.Header.Get("ETag")
}

// is checks a property of the feature at a path.
func (s *suite) is(path, property string, want any) {
	s.Helper()
	if _, f := s.get(path); member(f, property) != want {
		s.Errorf("%s: %s is %v, want %v", path, property, member(f, property), want)
	}
}

// mutable are the collections whose features can be changed.
func (s *suite) mutable(do func(id string)) {
	s.each(func(id string, _ map[string]any) {
		if id != "coverage" && id != "gaps" {
			do(id)
		}
	})
}

func testOptions(s *suite) {
	s.each(func(id string, _ map[string]any) {
		computed := id == "coverage" || id == "gaps"
		first := idsOf(s.items(id, "limit", "1"))[0]
		for path, methods := range map[string][]string{itemsOf(id): {"POST"}, itemsOf(id) + "/" + first: {"PUT", "PATCH", "DELETE"}} {
			header := s.edited(http.StatusOK, "OPTIONS", path, nil, "")
			allowed := strings.Split(header.Get("Allow"), ", ")
			for _, method := range methods {
				if slices.Contains(allowed, method) == computed {
					s.Errorf("%s allows %q", path, allowed)
				}
			}
			takes, accepts := slices.Contains(allowed, "POST"), header.Get("Accept-Post") == "application/geo+json, application/json"
			patched, patches := slices.Contains(allowed, "PATCH"), header.Get("Accept-Patch") == "application/merge-patch+json, application/geo+json"
			if takes != accepts || patched != patches {
				s.Errorf("%s allows %q and takes %q, %q", path, allowed, header.Get("Accept-Post"), header.Get("Accept-Patch"))
			}
		}
	})
}

func testCreate(s *suite) {
	before := s.found("cameras")
	for _, id := range []string{"", "named"} {
		at := s.edited(http.StatusCreated, "POST", itemsOf("cameras"), sendFeature, newCamera(id, "Neuve")).Get("Location")
		_, f := s.get(at)
		if slices.Contains(before, text(f["id"])) || id != "" && f["id"] != id || !strings.HasSuffix(at, "/"+text(f["id"])) || member(f, "properties.name") != "Neuve" {
			s.Errorf("at %s is %v", at, f)
		}
	}
	if n := len(s.found("cameras")); n != len(before)+2 {
		s.Errorf("%d cameras, there were %d", n, len(before))
	}
}

func testCreateWithoutType(s *suite) {
	s.edited(http.StatusBadRequest, "POST", itemsOf("cameras"), nil, newCamera("", "Neuve"))
}

func testReplace(s *suite) {
	path, tag := s.held("Neuve")
	s.edited(http.StatusOK, "PUT", path, with(sendFeature, "If-Match", tag), newCamera("", "Autre"))
	s.is(path, "properties.name", "Autre")
}

func testReplaceWithoutType(s *suite) {
	path, tag := s.held("Neuve")
	s.edited(http.StatusBadRequest, "PUT", path, map[string]string{"If-Match": tag}, newCamera("", "Autre"))
	s.is(path, "properties.name", "Neuve")
}

// testReplaceOther: a body with the identifier of another feature is refused, and neither is changed.
func testReplaceOther(s *suite) {
	path, tag := s.held("Neuve")
	status, _, body := s.ask("PUT", path, with(sendFeature, "If-Match", tag), newCamera("c01", "Autre"))
	if status < 400 || status > 499 {
		s.Errorf("%d %s", status, body)
	}
	s.is(path, "properties.name", "Neuve")
	s.is(itemsOf("cameras")+"/c01", "properties.name", surveyed()[1].Name)
}

// testReplaceNothing: PUT where nothing is creates, unless a state is named that should be there.
func testReplaceNothing(s *suite) {
	path := itemsOf("cameras") + "/put-1"
	s.edited(http.StatusCreated, "PUT", path, sendFeature, newCamera("", "Neuve"))
	s.is(path, "properties.name", "Neuve")
	other := itemsOf("cameras") + "/put-2"
	s.edited(http.StatusPreconditionFailed, "PUT", other, with(sendFeature, "If-Match", `"xyz"`), newCamera("", "Neuve"))
	s.refused(http.StatusNotFound, other)
}

func testDelete(s *suite) {
	path, tag := s.held("Neuve")
	s.edited(http.StatusNoContent, "DELETE", path, map[string]string{"If-Match": tag}, "")
	s.refused(http.StatusNotFound, path)
}

// testUpdate: a merge patch changes a property, adds one, takes one away and moves the feature; the rest stays.
func testUpdate(s *suite) {
	path, tag := s.held("Neuve")
	_, before := s.get(path)
	patch := `{"geometry":{"type":"Point","coordinates":[3.9,43.7]},"properties":{"name":"Autre","address":"1 rue","mounting":{"heightM":null}}}`
	s.edited(http.StatusOK, "PATCH", path, with(sendPatch, "If-Match", tag), patch)
	_, after := s.get(path)
	for name, want := range map[string]any{
		"properties.name": "Autre", "properties.address": "1 rue", "properties.mounting.heightM": nil,
		"properties.category": member(before, "properties.category"), "properties.holder": member(before, "properties.holder"), "id": before["id"],
	} {
		if member(after, name) != want {
			s.Errorf("%s is %v, want %v", name, member(after, name), want)
		}
	}
	if at := text(member(after, "geometry.coordinates")); at != "[3.9 43.7]" {
		s.Errorf("moved to %s", at)
	}
}

func testUpdateWithoutType(s *suite) {
	path, tag := s.held("Neuve")
	s.edited(http.StatusBadRequest, "PATCH", path, map[string]string{"If-Match": tag}, `{"properties":{"name":"Autre"}}`)
	s.is(path, "properties.name", "Neuve")
}

// testUpdateOther: a patch does not give a feature another identifier.
func testUpdateOther(s *suite) {
	path, tag := s.held("Neuve")
	for _, patch := range []string{`{"id":"c01"}`, `{"properties":{"id":"c01"}}`} {
		if status, _, body := s.ask("PATCH", path, with(sendPatch, "If-Match", tag), patch); status < 400 || status > 499 {
			s.Errorf("%s: %d %s", patch, status, body)
		}
	}
	s.is(path, "properties.name", "Neuve")
}

func testTags(s *suite) {
	s.mutable(func(id string) {
		for _, one := range idsOf(s.items(id, "limit", "3")) {
			if tag := s.tag(itemsOf(id) + "/" + one); len(tag) < 3 || !strings.HasPrefix(tag, `"`) || !strings.HasSuffix(tag, `"`) {
				s.Errorf("%s %s: ETag %s", id, one, tag)
			}
		}
	})
}

// locked sends the same change for a stale state, for the present one and for none.
func (s *suite) locked(method string, headers map[string]string, body string) {
	s.Helper()
	path, tag := s.held("Neuve")
	s.edited(http.StatusPreconditionFailed, method, path, with(headers, "If-Match", `"0"`), body)
	s.is(path, "properties.name", "Neuve")
	if now := s.edited(http.StatusOK, method, path, with(headers, "If-Match", tag), body).Get("ETag"); now == tag || now != s.tag(path) {
		s.Errorf("ETag %s after %s", now, tag)
	}
	s.is(path, "properties.name", "Autre")
	s.edited(http.StatusPreconditionRequired, method, path, headers, body)
}

func testReplaceLocked(s *suite) { s.locked("PUT", sendFeature, newCamera("", "Autre")) }
func testUpdateLocked(s *suite)  { s.locked("PATCH", sendPatch, `{"properties":{"name":"Autre"}}`) }

func testDeleteLocked(s *suite) {
	path, tag := s.held("Neuve")
	s.edited(http.StatusPreconditionFailed, "DELETE", path, map[string]string{"If-Match": `"0"`}, "")
	s.is(path, "properties.name", "Neuve")
	s.edited(http.StatusPreconditionRequired, "DELETE", path, nil, "")
	s.edited(http.StatusNoContent, "DELETE", path, map[string]string{"If-Match": tag}, "")
	s.refused(http.StatusNotFound, path)
}

// testEndpoints: what is changed is a feature of a collection, at the address under which it is read.
func testEndpoints(s *suite) {
	s.mutable(func(id string) {
		first := s.items(id, "limit", "1")["features"].([]any)[0].(map[string]any)
		path := itemsOf(id) + "/" + text(first["id"])
		tag := s.tag(path)
		s.edited(http.StatusOK, "PATCH", path, with(sendPatch, "If-Match", tag), `{"properties":{"provenance":{"source":"essai"}}}`)
		s.is(path, "properties.provenance.source", "essai")
	})
}

func testPutCreates(s *suite) {
	s.mutable(func(id string) {
		_, about := s.get("/ogc/collections/" + id)
		for _, one := range append(slices.Clone(s.collections), about) {
			if one["id"] == id && one["supportsNonAutogeneratedResourceIds"] != true {
				s.Errorf("%s does not say that PUT creates: %v", id, one["supportsNonAutogeneratedResourceIds"])
			}
		}
	})
	path := itemsOf("cameras") + "/put-3"
	s.edited(http.StatusCreated, "PUT", path, sendFeature, newCamera("", "Neuve"))
	s.is(path, "id", "put-3")
}

// testEditInSystems: the same place sent in two systems is the same place; a system that is not listed is refused.
func testEditInSystems(s *suite) {
	plain := s.edited(http.StatusCreated, "POST", itemsOf("cameras"), sendFeature, newCamera("", "Neuve")).Get("Location")
	var f map[string]any
	if err := json.Unmarshal([]byte(newCamera("", "Neuve")), &f); err != nil {
		s.Fatal(err)
	}
	for _, system := range nearSystems() {
		at := axes(s.T, system)([2]float64{3.8781, 43.6085})
		f["geometry"] = map[string]any{"type": "Point", "coordinates": at[:]}
		body, err := json.Marshal(f)
		if err != nil {
			s.Fatal(err)
		}
		header := s.edited(http.StatusCreated, "POST", itemsOf("cameras"), with(sendFeature, "Content-Crs", "<"+system+">"), string(body))
		s.near(plain, header.Get("Location"), system)
	}
	s.edited(http.StatusBadRequest, "POST", itemsOf("cameras"), with(sendFeature, "Content-Crs", "<http://www.opengis.net/def/crs/OGC/0/does_not_exist>"), newCamera("", "Neuve"))
}

// near checks that two features stand at one place, in the coordinates of a system.
func (s *suite) near(a, b, system string) {
	s.Helper()
	var at [2][2]float64
	for i, path := range []string{a, b} {
		_, f := s.get(path + "?" + encoded([]string{"crs", system}))
		coordinates := member(f, "geometry.coordinates").([]any)
		at[i] = [2]float64{coordinates[0].(float64), coordinates[1].(float64)}
	}
	if distance(at[0], at[1]) > 1e-8*max(1, distance(at[0], [2]float64{})) {
		s.Errorf("%v and %v in %s", at[0], at[1], system)
	}
}
