package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// The tests of this file and of attack_*_test.go attack a server as it faces a network: accounts, guard and journal are on.

// asked is all that an answer tells, apart from the identifier that was asked for and from what every answer has of its own.
func asked(t *testing.T, method, address string, headers map[string]string, body string, id inventory.ID) string {
	t.Helper()
	headers = with(headers, "X-Request-Id", "same")
	answer, text := request(t, method, address, headers, body)
	var told []string
	for name, values := range answer.Header {
		if name != "Date" && name != "Content-Length" {
			told = append(told, name+": "+strings.Join(values, ", "))
		}
	}
	slices.Sort(told)
	told = append(told, text)
	return fmt.Sprintf("%d %s", answer.StatusCode, strings.ReplaceAll(strings.Join(told, "\n"), string(id), "ID"))
}

// callersOfSouth are all who have a part of the store only, none of which is north's.
func callersOfSouth(t *testing.T, raw inventory.Store) map[string]map[string]string {
	t.Helper()
	callers := map[string]map[string]string{}
	for name, account := range map[string]inventory.Account{
		"editor":     {Role: inventory.RoleHolderEditor, Holder: "south"},
		"reader":     {Role: inventory.RoleHolderReader, Holder: "south"},
		"integrator": {Role: inventory.RoleIntegrator, Holder: "south", Scopes: inventory.Scopes()},
		"expert":     {Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"south"}}}},
		"prefecture": {Role: inventory.RolePrefecture, Departments: []string{"59"}},
	} {
		callers[name] = with(keyOf(t, raw, account), "X-Reason", "control")
	}
	return callers
}

// TestAttackEnumeration looks for records of somebody else by their identifiers: by reading, changing and removing them, by
// conditions, and by making records that would have the same. Nothing differs from identifiers of nothing.
func TestAttackEnumeration(t *testing.T) { onEachStore(t, testAttackEnumeration) }

func testAttackEnumeration(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	theirs := recordsOf(t, raw, "north")
	recordsOf(t, raw, "south")
	before := storedRecords(t, raw)
	for name, key := range callersOfSouth(t, raw) {
		for path, taken := range theirs {
			for _, condition := range []map[string]string{
				{}, {"If-Match": "*"}, {"If-None-Match": "*"}, {"If-Match": `"0f"`}, {"Accept": "application/geo+json"}, {"Accept": "image/svg+xml"},
			} {
				headers := maps.Clone(key)
				maps.Copy(headers, condition)
				headers["Content-Type"] = "application/json"
				for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "POST"} {
					ask := func(id inventory.ID) string {
						address := base + path + "/" + string(id)
						if method == "POST" {
							address = base + path
						}
						return asked(t, method, address, headers, bodyFor(path, "", id), id)
					}
					if there, absent := ask(taken), ask("nothing-is-here"); there != absent {
						t.Errorf("%s, %s %s, %v:\n%s\nand of what is not there:\n%s", name, method, path, condition, there, absent)
					}
				}
			}
		}
	}
	for id, tag := range storedRecords(t, raw) {
		if before[id] != tag && id != "nothing-is-here" {
			t.Errorf("%s has changed, or is new", id)
		}
	}
}

// storedRecords are the tags of all cameras, areas, deployments and holders.
func storedRecords(t *testing.T, raw inventory.Store) map[inventory.ID]string {
	t.Helper()
	tags := map[inventory.ID]string{}
	for camera, err := range raw.Cameras().Find(t.Context(), inventory.Query{}) {
		keepTag(t, tags, camera, err)
	}
	for area, err := range raw.Areas().Find(t.Context(), inventory.Query{}) {
		keepTag(t, tags, area, err)
	}
	for deployment, err := range raw.Deployments().Find(t.Context(), inventory.Query{}) {
		keepTag(t, tags, deployment, err)
	}
	for holder, err := range raw.Holders().Find(t.Context(), inventory.Query{}) {
		keepTag(t, tags, holder, err)
	}
	return tags
}

func keepTag[T inventory.Record](t *testing.T, tags map[inventory.ID]string, record T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	tags[record.Key()] = inventory.Tag(record)
}

// TestAttackTakenIdentifiers: a holder may choose identifiers that begin with its own, as often as it likes, and no other; in
// an imported file neither.
func TestAttackTakenIdentifiers(t *testing.T) { onEachStore(t, testAttackTakenIdentifiers) }

func testAttackTakenIdentifiers(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "north")
	recordsOf(t, raw, "south")
	recordsOf(t, raw, "south:east") // a holder whose identifier begins as another's
	editor := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
	fresh := with(editor, "If-None-Match", "*")
	camera := func(id string) string { return bodyFor("/cameras", "", inventory.ID(id)) }
	mine, again := "/api/v1/cameras/south:c1", with(editor, "If-Match", "*")
	runAll(t, base, []scenario{
		{name: "own", method: "PUT", url: mine, headers: fresh, body: camera("south:c1"), status: 201, replies: map[string]string{"Location": mine}},
		{name: "own, once more", method: "PUT", url: mine, headers: fresh, body: camera("south:c1"), status: 412},
		{name: "own, replaced", method: "PUT", url: mine, headers: again, body: camera("south:c1"), status: 200},
		{name: "own, replaced again", method: "PUT", url: mine, headers: again, body: camera("south:c1"), status: 200},
		{name: "own, posted", method: "POST", url: "/api/v1/cameras", headers: editor, body: camera("south:c1"), status: 409},
		{name: "none", method: "POST", url: "/api/v1/cameras", headers: editor, body: camera(""), status: 201},
		{name: "of a holder that begins alike", method: "POST", url: "/api/v1/cameras", headers: editor, body: camera("south:east:c1"), status: 422, has: []string{`"pointer":"/id"`, `as \"south:1\"`}},
		{name: "of another", method: "POST", url: "/api/v1/cameras", headers: editor, body: camera("north:c1"), status: 422},
		{name: "of nobody", method: "PUT", url: "/api/v1/cameras/c1", headers: fresh, body: camera("c1"), status: 422},
		{name: "nothing after the colon", method: "POST", url: "/api/v1/cameras", headers: editor, body: camera("south:"), status: 422},
		{name: "one that was there keeps its own", method: "PUT", url: "/api/v1/cameras/camera-south", headers: again, body: camera("camera-south"), status: 200},
	})
	file := func(id inventory.ID) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[3.9,43.6]},"properties":` +
			`{"vigie":"camera/1","id":"` + string(id) + `","holder":"south","category":"fixed"}}]}`
	}
	for _, address := range []string{"/api/v1/cameras/import?holder=south", "/api/v1/cameras/import?holder=south&dryRun=true"} {
		ask := func(id inventory.ID) string {
			answer, text := request(t, "POST", base+address, editor, file(id))
			return fmt.Sprint(answer.StatusCode, importID.ReplaceAllString(strings.ReplaceAll(text, string(id), "ID"), "IMPORT"))
		}
		taken, free := ask("camera-north"), ask("nothing-is-here")
		if taken != free || !strings.Contains(taken, "must begin with") {
			t.Errorf("%s: a taken identifier:\n%s\nand a free one:\n%s", address, taken, free)
		}
	}
	if stolen, err := raw.Cameras().Get(t.Context(), "camera-north"); err != nil || stolen.Holder != "north" {
		t.Errorf("the camera of north is %+v (%v)", stolen, err)
	}
}

// importID is what every report of an import has of its own.
var importID = regexp.MustCompile(`"import":"[^"]*"|"requestId":"[^"]*"`)

// sealed is a cursor as the server would make it: its checksum is no secret.
func sealed(address string, after inventory.ID) string {
	sum := sha256.Sum256([]byte(address + "\x00" + string(after)))
	return base64.RawURLEncoding.EncodeToString(append(sum[:8], after...))
}

// TestAttackCursors: a cursor that was changed, or is of another list, is refused; one that is forged well gives nothing that
// the list would not.
func TestAttackCursors(t *testing.T) { onEachStore(t, testAttackCursors) }

func testAttackCursors(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	for i := range 6 {
		camera := inventory.Camera{ID: inventory.ID(fmt.Sprintf("c%d", i)), Holder: []inventory.ID{"south", "north"}[i%2], Category: inventory.Fixed, Location: &inventory.Point{3.9, 43.6}}
		if err := raw.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
	}
	key := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	const list = "/api/v1/cameras"
	good := sealed(list+"?", "c0")
	scenario{name: "as it was given", method: "GET", url: list + "?limit=1&cursor=" + good, headers: key, status: 200, has: []string{`"c2"`, `"next":"` + sealed(list+"?", "c2")}}.run(t, base)
	tampered := []string{"", "=", good + "=", good + "A", good[:len(good)-1], "../" + good, strings.Repeat("A", 60_000), url.QueryEscape(good + "\x00"), sealed(list+"?holder=north", "c0"), sealed("/api/v1/areas?", "c0"), sealed(list+"?cursor=", "c0")}
	for i := range good {
		tampered = append(tampered, good[:i]+string(good[i]^1)+good[i+1:])
	}
	for _, cursor := range tampered {
		answer, body := request(t, "GET", base+list+"?cursor="+url.QueryEscape(cursor), key, "")
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("cursor %.80q: %d %s", cursor, answer.StatusCode, body)
		}
	}
	for _, after := range []inventory.ID{"c1", "c", "\x00", "' OR 1=1 --", `{"$gt":""}`, "\xff\xff", inventory.ID(strings.Repeat("a", 5000))} {
		answer, body := request(t, "GET", base+list+"?cursor="+sealed(list+"?", after), key, "")
		if answer.StatusCode >= 500 || strings.Contains(body, "north") {
			t.Errorf("a cursor forged after %q: %d %s", after, answer.StatusCode, body)
		}
	}
}

// TestAttackTags: only the very tag of the record lets it be changed.
func TestAttackTags(t *testing.T) { onEachStore(t, testAttackTags) }

func testAttackTags(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	recordsOf(t, raw, "north")
	key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
	const address = "/api/v1/cameras/camera-south"
	answer, _ := request(t, "GET", base+address, key, "")
	tag := answer.Header.Get("ETag")
	north, err := raw.Cameras().Get(t.Context(), "camera-north")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		"W/" + tag, strings.Trim(tag, `"`), strings.ToUpper(tag), tag[:len(tag)-2] + `"`, `"` + tag + `"`, `""`, "**", `"*"`, `"` + inventory.Tag(north) + `"`,
		strings.Repeat(`"x",`, 10_000) + `"y"`, tag + "x", "'" + strings.Trim(tag, `"`) + "'",
	} {
		for _, method := range []string{"PUT", "DELETE"} {
			body := bodyFor("/cameras", "", "camera-south")
			answer, text := request(t, method, base+address, with(key, "If-Match", wrong), body)
			if answer.StatusCode != http.StatusPreconditionFailed {
				t.Errorf("%s with %.80s: %d %s", method, wrong, answer.StatusCode, text)
			}
		}
	}
	scenario{name: "with both conditions nothing is made", method: "PUT", url: address, headers: with(with(key, "If-Match", "*"), "If-None-Match", "*"), body: bodyFor("/cameras", "", "camera-south"), status: 422}.run(t, base)
	scenario{method: "GET", url: address, headers: with(key, "If-None-Match", tag), status: 304}.run(t, base)
}

// TestAttackMassAssignment: a client sets no field that is the server's, or somebody else's, to set.
func TestAttackMassAssignment(t *testing.T) { onEachStore(t, testAttackMassAssignment) }

func testAttackMassAssignment(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	recordsOf(t, raw, "north")
	key := with(keyOf(t, raw, inventory.Account{ID: "editor", Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
	body := func(more string) string {
		return `{"holder":"south","category":"fixed","location":{"type":"Point","coordinates":[3.9,43.6]}` + more + `}`
	}
	for _, field := range []string{"role", "secretHash", "owner", "account", "scopes", "_id", "$set", "ID", "Holder", "__proto__", "tag", "createdBy"} {
		scenario{name: field, method: "POST", url: "/api/v1/cameras", headers: key, body: body(`,"` + field + `":"admin"`), status: 400, has: []string{"is not a field that exists here"}}.run(t, base)
	}
	surface := `"perimeter":{"type":"Polygon","coordinates":[[[3.89,43.59],[3.91,43.59],[3.91,43.61],[3.89,43.59]]]}`
	for _, field := range []string{`"owner":"north"`, `"id":"study-north"`, `"result":{}`, `"provenance":{}`} {
		scenario{name: field, method: "POST", url: "/api/v1/assessments", headers: key, body: "{" + surface + "," + field + "}", status: 400}.run(t, base)
	}
	runAll(t, base, []scenario{
		{name: "for another", method: "POST", url: "/api/v1/cameras", headers: key, body: strings.Replace(body(""), "south", "north", 1), status: 403},
		{name: "given away", method: "PUT", url: "/api/v1/cameras/camera-south", headers: with(key, "If-Match", "*"), body: strings.Replace(body(""), "south", "north", 1), status: 403},
		{name: "another identifier than the address", method: "PUT", url: "/api/v1/cameras/camera-south", headers: with(key, "If-Match", "*"), body: body(`,"id":"camera-north"`), status: 422},
		{name: "to be another holder", method: "POST", url: "/api/v1/holders", headers: key, body: `{"id":"north","name":"x","kind":"local_authority"}`, status: 403},
		{name: "a new holder", method: "POST", url: "/api/v1/holders", headers: key, body: `{"id":"newcomer","name":"x","kind":"local_authority"}`, status: 403},
		{name: "accounts have no address", method: "GET", url: "/api/v1/accounts", headers: key, status: 404},
	})
	_, text := request(t, "POST", base+"/api/v1/cameras", key, body(`,"provenance":{"import":"northern","row":7,"updatedAt":"1999-01-01T00:00:00Z","source":"plan"}`))
	for _, want := range []string{`"source":"plan"`, `"updatedAt":"2026-11-21T08:30:00.000Z"`} {
		if !strings.Contains(text, want) || strings.Contains(text, "northern") || strings.Contains(text, `"row"`) {
			t.Errorf("no %s, or what only an import says, in %s", want, text)
		}
	}
}

// TestAttackQueries: what is searched for is a value, whatever it looks like; what is no parameter is refused.
func TestAttackQueries(t *testing.T) { onEachStore(t, testAttackQueries) }

func testAttackQueries(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	recordsOf(t, raw, "north")
	key := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	evil := []string{
		"' OR 1=1 --", `" OR ""="`, "'; DROP TABLE cameras; --", "x' UNION SELECT document FROM accounts --", `{"$ne":null}`, "$where", "$gt", "%", "_", "*", ".*",
		"north%00", "\x00", "north\n", "ｎorth", strings.Repeat("x", 10_000), "1; sleep(9)", "../accounts", "north' /*", "{{7*7}}", "\xff\xfe",
	}
	for _, name := range []string{"holder", "deployment", "category", "status", "commune", "department", "import"} {
		for _, value := range evil {
			for _, list := range []string{"/api/v1/cameras?", "/api/v1/counts/cameras?by=holder&"} {
				answer, body := request(t, "GET", base+list+name+"="+url.QueryEscape(value), key, "")
				if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusBadRequest || strings.Contains(body, `"camera-`) || strings.Contains(body, `"count":1`) {
					t.Errorf("%s%s=%q: %d %s", list, name, value, answer.StatusCode, body)
				}
			}
		}
	}
	for _, query := range []string{
		"sort=holder", "order=desc", "fields=secretHash", "$where=1", "holder[$ne]=x", "holder[]=north", "where[holder]=north", "filter=1=1", "limit=-1", "limit=1e9", "limit=0x10", "limit=1001",
		"bbox=-181,0,1,1", "bbox=NaN,0,1,1", "bbox=1,0,Inf,1", "bbox=1e400,0,1,1", "bbox=0,0,1", "bbox=0,0,1,1,1", "updatedFrom=now()", "holder=south&holder=north", "holder=%zz", "holder=;x",
		"holder=" + strings.Repeat("a,", 200) + "a", "category=" + strings.Repeat(",", 5000),
	} {
		scenario{name: query[:min(len(query), 40)], method: "GET", url: "/api/v1/cameras?" + query, headers: key, status: 400}.run(t, base)
	}
	for _, by := range []string{"holder)%20FROM%20accounts--", "$holder", "secretHash", "holder,holder", "document", "holder.name"} {
		scenario{name: by, method: "GET", url: "/api/v1/counts/cameras?by=" + by, headers: key, status: 400}.run(t, base)
	}
	scenario{name: "as many values as are read", method: "GET", url: "/api/v1/cameras?holder=south" + strings.Repeat(",north", 199), headers: key, status: 200, has: []string{"camera-south"}, hasNot: []string{"camera-north"}}.run(t, base)
}

// TestAttackPaths: an identifier is no path, and the user interface gives its own files only.
func TestAttackPaths(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "If-None-Match", "*")
	for _, id := range []string{
		"..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2faccounts", "..%5c..%5cwindows", "....%2f%2f", "%00", "c1%00.json", "c1%0d%0aSet-Cookie:x=1", "%c0%ae%c0%ae%2f", "~root", "file:%2f%2f%2fetc%2fpasswd",
		strings.Repeat("a", 129), strings.Repeat("%41", 5000), "C:%5cx", "..;", "%252e%252e%252f",
	} {
		for _, method := range []string{"GET", "PUT"} {
			answer, text := request(t, method, base+"/api/v1/cameras/"+id, with(key, "Content-Type", "application/json"), `{"holder":"x","category":"fixed","location":{"type":"Point","coordinates":[3.9,43.6]}}`)
			if !slices.Contains([]int{404, 422, 400}, answer.StatusCode) || strings.Contains(text, "root:") || len(answer.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s %.80s: %d %.200s", method, id, answer.StatusCode, text)
			}
		}
	}
	for _, file := range []string{"..%2fapi.go", "../api.go", "%2e%2e/%2e%2e/go.mod", "..%5c..%5cgo.mod", "/etc/passwd", "%2fetc%2fpasswd", "index.html%00", "./././../x", "doc.json/../../x"} {
		answer, text := request(t, "GET", base+"/swagger/"+file, nil, "")
		if answer.StatusCode != http.StatusNotFound && answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("/swagger/%s: %d %.100s", file, answer.StatusCode, text)
		}
	}
	for _, layer := range []string{"../../../etc/passwd", "/etc/passwd", "http://127.0.0.1/"} {
		csv := "nom,longitude,latitude\nA,3.9,43.6\n"
		answer, text := request(t, "POST", base+"/api/v1/cameras/import?dryRun=true&holder=x&layer="+url.QueryEscape(layer)+"&source="+url.QueryEscape(layer)+"&crs="+url.QueryEscape(layer), map[string]string{"Authorization": key["Authorization"], "Content-Type": "text/csv"}, csv)
		if answer.StatusCode >= 500 || strings.Contains(text, "root:") {
			t.Errorf("layer %s: %d %s", layer, answer.StatusCode, text)
		}
	}
}
