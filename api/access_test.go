package api_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/advisory"
	"vigie/api"
	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// guardedServer serves a store to those who have a key.
func guardedServer(t *testing.T, raw inventory.Store) string {
	t.Helper()
	return serve(t, guardedConfig(t, raw))
}

func guardedConfig(t testing.TB, raw inventory.Store) api.Config {
	t.Helper()
	c := config(t, raw)
	journal, err := inventory.OpenJournal(t.Context(), raw, clock)
	if err != nil {
		t.Fatal(err)
	}
	c.Store, c.Accounts, c.Journal = inventory.Guard(raw, journal), raw.Accounts(), journal
	advisor, ok := c.Advisor.(advisory.Advisor)
	if !ok {
		t.Fatal("not an advisor of the house")
	}
	advisor.Store = c.Store
	c.Advisor = advisor
	return c
}

// keyOf makes an account and gives the header that its requests carry.
func keyOf(t testing.TB, store inventory.Store, account inventory.Account) map[string]string {
	t.Helper()
	if account.ID == "" {
		account.ID = inventory.NewID()
	}
	account.Name = "test"
	key := account.NewSecret()
	if err := store.Accounts().Put(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"Authorization": "Bearer " + key}
}

// accountsOfAllRoles are one of each, of one holder where a role has one.
func accountsOfAllRoles() map[inventory.Role]inventory.Account {
	return map[inventory.Role]inventory.Account{
		inventory.RoleAdmin:         {Role: inventory.RoleAdmin},
		inventory.RoleExpert:        {Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Departments: []string{"34"}}}},
		inventory.RolePrefecture:    {Role: inventory.RolePrefecture, Departments: []string{"34"}},
		inventory.RoleHolderEditor:  {Role: inventory.RoleHolderEditor, Holder: "south"},
		inventory.RoleHolderReader:  {Role: inventory.RoleHolderReader, Holder: "south"},
		inventory.RoleAccessAuditor: {Role: inventory.RoleAccessAuditor},
		inventory.RoleIntegrator:    {Role: inventory.RoleIntegrator, Scopes: inventory.Scopes()},
	}
}

// rights is who may use each route, by role; "everybody" needs no key. Every route is here, and no other.
func rights() map[string]string {
	const (
		readers  = "admin expert holder_editor holder_reader integrator prefecture"
		judges   = "admin expert holder_editor integrator prefecture"
		editors  = "admin holder_editor integrator"
		keepers  = "admin integrator"
		signers  = "admin holder_editor"
		anybody  = "everybody"
		onlyRoot = "admin"
	)
	table := map[string]string{
		"GET /": anybody, "GET /healthz": anybody, "GET /readyz": anybody, "GET /openapi.json": anybody, "GET /swagger/*file": anybody,
		"GET /first-key": anybody, "POST /first-key": anybody, // with a code, from the machine itself
		"GET /problems": anybody, "GET /problems/:kind": anybody,
		"GET /auth/login": anybody, "GET /auth/callback": anybody, "POST /auth/logout": anybody,
		"GET /api/v1/me":                                readers + " access_auditor",
		"GET /api/v1/journal":                           "admin access_auditor",
		"GET /api/v1/changes":                           readers,
		"GET /api/v1/subscriptions":                     readers,
		"POST /api/v1/subscriptions":                    readers,
		"GET /api/v1/subscriptions/:id":                 readers,
		"DELETE /api/v1/subscriptions/:id":              readers,
		"POST /api/v1/subscriptions/:id/pause":          readers,
		"POST /api/v1/subscriptions/:id/resume":         readers,
		"POST /api/v1/subscriptions/:id/secret":         readers,
		"POST /api/v1/subscriptions/:id/replay":         readers,
		"POST /api/v1/subscriptions/:id/test":           readers,
		"GET /metrics":                                  onlyRoot,
		"GET /api/v1/exports":                           readers,
		"POST /api/v1/imports":                          editors,
		"GET /api/v1/imports/:id":                       readers,
		"GET /api/v1/imports/:id/rows":                  readers,
		"GET /api/v1/imports/:id/events":                readers,
		"DELETE /api/v1/imports/:id":                    judges,
		"POST /api/v1/imports/:id/undo":                 judges,
		"GET /api/v1/imports/:id/undo":                  readers,
		"GET /api/v1/counts/cameras":                    readers,
		"GET /api/v1/candidate-sets":                    readers,
		"GET /api/v1/jobs":                              readers,
		"GET /api/v1/jobs/:id":                          readers,
		"GET /api/v1/jobs/:id/events":                   readers,
		"DELETE /api/v1/jobs/:id":                       judges,
		"GET /api/v1/assessments":                       readers,
		"POST /api/v1/assessments":                      judges,
		"GET /api/v1/assessments/:id":                   readers,
		"POST /api/v1/assessments/:id/explain":          readers,
		"GET /api/v1/audits":                            readers,
		"POST /api/v1/audits":                           judges,
		"POST /api/v1/audits/simulate":                  judges,
		"GET /api/v1/audits/:id":                        readers,
		"GET /api/v1/audits/:id/findings":               readers,
		"GET /api/v1/audits/:id/comparison":             readers,
		"POST /api/v1/audits/:id/answers":               judges,
		"GET /api/v1/recommendations":                   readers,
		"POST /api/v1/recommendations":                  judges,
		"GET /api/v1/recommendations/:id":               readers,
		"GET /api/v1/recommendations/:id/plan":          readers,
		"GET /api/v1/recommendations/:id/bill":          readers,
		"GET /api/v1/recommendations/:id/specification": readers,
		"GET /api/v1/profiles":                          readers,
		"GET /api/v1/convention-kinds":                  readers,
		"GET /api/v1/counts/shared-cameras":             readers,
		"GET /api/v1/conventions":                       readers,
		"GET /api/v1/conventions/:id":                   readers,
		"POST /api/v1/conventions":                      signers,
		"PUT /api/v1/conventions/:id":                   signers,
		"DELETE /api/v1/conventions/:id":                signers,
		"GET /ogc":                                      anybody, "GET /ogc/conformance": anybody, "GET /ogc/api": anybody, "GET /ogc/collections": anybody,
		"GET /ogc/collections/:collection":              anybody,
		"GET /ogc/collections/:collection/queryables":   anybody,
		"GET /ogc/collections/:collection/items":        readers,
		"GET /ogc/collections/:collection/items/:id":    readers,
		"POST /ogc/collections/:collection/items":       editors,
		"PUT /ogc/collections/:collection/items/:id":    editors,
		"PATCH /ogc/collections/:collection/items/:id":  editors,
		"DELETE /ogc/collections/:collection/items/:id": editors,
		"GET /tiles/:collection/tilejson.json":          readers,
		"GET /tiles/:collection/:z/:x/:y.mvt":           readers,
	}
	for kind, writers := range map[string]string{
		"cameras": editors, "deployments": editors, "holders": editors, "areas": editors, "obstacles": keepers, "candidates": keepers,
		"equipment": keepers,
	} {
		path := "/api/v1/" + kind
		table["GET "+path], table["GET "+path+"/:id"] = readers, readers
		for _, route := range []string{"POST " + path, "PUT " + path + "/:id", "DELETE " + path + "/:id"} {
			table[route] = writers
		}
		if kind != "deployments" && kind != "holders" {
			table["POST "+path+"/import"] = writers
		}
	}
	table["DELETE /api/v1/candidates"] = keepers
	return table
}

// TestEveryRouteAndRole asks every route as every role: who may not is told so, whatever is asked for, and nobody gets
// anything without a key. A route that is not in the table fails.
func TestEveryRouteAndRole(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	headers := map[string]map[string]string{"nobody": {}}
	for role, account := range accountsOfAllRoles() {
		headers[string(role)] = keyOf(t, raw, account)
	}
	routes, err := api.Routes(guardedConfig(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	table, seen := rights(), map[string]bool{}
	for _, route := range routes {
		name := strings.Replace(route.Method, http.MethodHead, http.MethodGet, 1) + " " + route.Path
		allowed, listed := table[name]
		if seen[name] = true; !listed {
			t.Errorf("%s: nobody said who may use it", name)
			continue
		}
		url := base + strings.NewReplacer(":id", "absent", ":collection", "cameras", "*file", "index.html").Replace(route.Path)
		for role, key := range headers {
			asked := maps.Clone(key)
			maps.Copy(asked, map[string]string{"Content-Type": "application/json", "If-Match": "*", "X-Reason": "test"})
			answer, body := request(t, route.Method, url, asked, "{}")
			want := 0
			switch {
			case allowed == "everybody" || slices.Contains(strings.Fields(allowed), role):
			case role == "nobody":
				want = http.StatusUnauthorized
			default:
				want = http.StatusForbidden
			}
			got := answer.StatusCode
			if got != http.StatusUnauthorized && got != http.StatusForbidden {
				got = 0
			}
			if got != want || answer.StatusCode >= 500 {
				t.Errorf("%s %s as %s: %d %s", route.Method, route.Path, role, answer.StatusCode, body)
			}
		}
	}
	for name := range table {
		if !seen[name] {
			t.Errorf("%s is listed and not there", name)
		}
	}
}

// TestTwoHolders sets one holder against the records of another, on every route with an identifier: each answer is the
// one that an identifier of nothing gets, and nothing changes.
func TestTwoHolders(t *testing.T) { onEachStore(t, testTwoHolders) }

func testTwoHolders(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	key := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	theirs := recordsOf(t, raw, "north")
	ours := recordsOf(t, raw, "south")
	named := workOf(t, raw, "north")
	maps.Copy(named, theirs)
	for path, id := range named {
		for _, sub := range []string{
			"", "/findings", "/comparison?with=x", "/explain", "/answers", "/plan", "/bill", "/events", "/rows", "/undo", "/secret", "/pause",
			"/resume", "/replay", "/test",
		} {
			for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
				headers := maps.Clone(key)
				maps.Copy(headers, map[string]string{"Content-Type": "application/json", "If-Match": "*", "X-Request-Id": "same"})
				ask := func(id inventory.ID) string {
					answer, body := request(t, method, base+path+"/"+string(id)+sub, headers, bodyFor(path, sub, id))
					body = strings.ReplaceAll(body, string(id), "ID")
					return fmt.Sprintf("%d %s", answer.StatusCode, body)
				}
				if there, absent := ask(id), ask("nothing-is-here"); there != absent {
					t.Errorf("%s %s/%s%s: %s\nand of what is not there: %s", method, path, id, sub, there, absent)
				}
			}
		}
	}
	for path, id := range ours {
		answer, body := request(t, "GET", base+path+"/"+string(id), key, "")
		list, items := request(t, "GET", base+path+"?limit=1000", key, "")
		if answer.StatusCode != http.StatusOK || list.StatusCode != http.StatusOK || !strings.Contains(items, string(id)) || strings.Contains(items, string(theirs[path])) {
			t.Errorf("%s: own record: %d %s; list: %s", path, answer.StatusCode, body, items)
		}
	}
	for _, drawn := range []string{"coverage", "gaps"} {
		url := "/tiles/" + drawn + "/10/523/374.mvt?assessment="
		there, text := request(t, "GET", base+url+string(theirs["/api/v1/assessments"]), with(key, "X-Request-Id", "same"), "")
		absent, none := request(t, "GET", base+url+"nothing-is-here", with(key, "X-Request-Id", "same"), "")
		if there.StatusCode != http.StatusNotFound || absent.StatusCode != http.StatusNotFound || text != none {
			t.Errorf("tiles of the %s of others: %d %s; of nothing: %d %s", drawn, there.StatusCode, text, absent.StatusCode, none)
		}
	}
	scenario{method: "GET", url: "/api/v1/counts/cameras?by=holder", headers: key, status: 200, has: []string{`"south"`, `"count":1`}, hasNot: []string{"north"}}.run(t, base)
	for _, holder := range []inventory.ID{"north", "south"} {
		if camera, err := raw.Cameras().Get(t.Context(), "camera-"+holder); err != nil || camera.Holder != holder || camera.Name != "" {
			t.Errorf("the camera of %s is %+v (%v)", holder, camera, err)
		}
	}
}

// recordsOf stores one record of a holder of each kind that has holders, and gives them by the paths of their kinds.
func recordsOf(t *testing.T, store inventory.Store, holder inventory.ID) map[string]inventory.ID {
	t.Helper()
	ctx := t.Context()
	deployment, area := inventorytest.FullDeployment(), inventorytest.FullArea()
	deployment.ID, deployment.Holder = "deployment-"+holder, holder
	at := inventory.Point{3.9, 43.6}
	camera := inventory.Camera{ID: "camera-" + holder, Holder: holder, Category: inventory.Fixed, Location: &at}
	area.ID, area.Holder, area.Category = "area-"+holder, holder, inventory.AreaPriority
	study, audit := inventorytest.FullAssessment(), inventorytest.FullAudit()
	study.ID, study.Owner = "study-"+holder, holder
	audit.ID, audit.Owner, audit.Result.Subject.Holder = "audit-"+holder, holder, holder
	convention := agreed("convention-"+holder, holder, func(c *inventory.Convention) { c.With = inventory.Party{Holder: "partner"} })
	err := errors.Join(
		store.Holders().Put(ctx, inventory.Holder{ID: holder, Name: string(holder), Kind: inventory.HolderKinds()[0]}),
		store.Deployments().Put(ctx, deployment), store.Cameras().Put(ctx, camera), store.Areas().Put(ctx, area),
		store.Assessments().Put(ctx, study), store.Audits().Put(ctx, audit), store.Conventions().Put(ctx, convention))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]inventory.ID{
		"/api/v1/holders": holder, "/api/v1/deployments": deployment.ID, "/api/v1/cameras": camera.ID, "/api/v1/areas": area.ID,
		"/api/v1/assessments": study.ID, "/api/v1/audits": audit.ID, conventionsURL: convention.ID,
	}
}

// workOf stores a job, an import and a subscription of a holder, which are asked for by their identifiers.
func workOf(t *testing.T, store inventory.Store, holder inventory.ID) map[string]inventory.ID {
	t.Helper()
	job, imported, subscription := inventorytest.RunningJob(), inventorytest.DoneJob(), inventorytest.FullSubscription()
	job.ID, job.Owner = "job-"+holder, holder
	imported.ID, imported.Owner, imported.Kind = "import-"+holder, holder, inventory.JobImport
	subscription.ID, subscription.Owner = "subscription-"+holder, "account-of-"+holder
	ctx := t.Context()
	err := errors.Join(store.Jobs().Put(ctx, job, imported), store.Subscriptions().Put(ctx, subscription))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]inventory.ID{"/api/v1/jobs": job.ID, importsURL: imported.ID, subscriptionsURL: subscription.ID}
}

// bodyFor is a body that the route would take, of a record that the caller may have.
func bodyFor(path, sub string, id inventory.ID) string {
	switch {
	case sub == "/explain":
		return `{"at":{"type":"Point","coordinates":[3.9,43.6]}}`
	case sub == "/answers":
		return `{"rule":"AUD-L02","subject":"deployment:x","status":"fixed","author":"a","text":"t","on":"2026-11-22"}`
	case strings.HasSuffix(path, "/cameras"):
		named := ""
		if id != "" {
			named = `"id":"` + string(id) + `",`
		}
		return `{` + named + `"holder":"south","category":"fixed","name":"taken","location":{"type":"Point","coordinates":[3.9,43.6]}}`
	}
	return "{}"
}

// TestKeys: what is no key, or none any more, opens nothing, and all look alike.
func TestKeys(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	good := keyOf(t, raw, inventory.Account{ID: "good", Role: inventory.RoleAdmin, ExpiresOn: inventory.DateOf(clock())})
	revokedAt := inventory.InstantOf(clock())
	bad := map[string]string{
		"none": "", "no scheme": good["Authorization"][7:], "another scheme": "Basic " + good["Authorization"][7:],
		"another secret": good["Authorization"] + "x", "shorter": good["Authorization"][:len(good["Authorization"])-1],
		"another account": strings.Replace(good["Authorization"], "good", "god", 1), "nothing": "Bearer ", "dots": "Bearer vigie_..", "path": "Bearer vigie_../../good.x",
		"revoked": keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin, RevokedAt: &revokedAt})["Authorization"],
		"expired": keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin, ExpiresOn: inventory.DateOf(clock().Add(-24 * time.Hour))})["Authorization"],
	}
	for name, header := range bad {
		scenario{name: name, method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Authorization": header}, status: 401, has: []string{"/problems/unauthenticated"}, hasNot: []string{"revoked", "expired"}, replies: map[string]string{"WWW-Authenticate": `Bearer realm="vigie"`}}.run(t, base)
	}
	scenario{method: "GET", url: "/api/v1/cameras", headers: good, status: 200}.run(t, base)
	account, err := raw.Accounts().Get(t.Context(), "good")
	if err != nil || account.LastUsedAt == nil || !account.LastUsedAt.Equal(clock()) {
		t.Errorf("last used at %v (%v)", account.LastUsedAt, err)
	}
	scenario{method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Host": "vigie.example"}, status: 421}.run(t, base)
	c := guardedConfig(t, raw)
	c.Hosts = []string{"vigie.example"}
	scenario{method: "GET", url: "/api/v1/cameras", headers: with(good, "Host", "Vigie.example:443"), status: 200}.run(t, serve(t, c))
}

// TestStudiesOfTwoHolders: the same question of two holders is two studies, each of the cameras that its holder may see.
func TestStudiesOfTwoHolders(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "north")
	recordsOf(t, raw, "south")
	body := `{"perimeter":{"type":"MultiPolygon","coordinates":[[[[3.89,43.59],[3.91,43.59],[3.91,43.61],[3.89,43.61],[3.89,43.59]]]]},"assume":"dome-ptz-2mp"}`
	places := map[string]bool{}
	for _, holder := range []inventory.ID{"north", "south"} {
		key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: holder}), "Content-Type", "application/json")
		for _, status := range []int{201, 200} {
			answer, text := request(t, "POST", base+"/api/v1/assessments", key, body)
			if answer.StatusCode != status || !strings.Contains(text, `"camera-`+string(holder)+`"`) || strings.Count(text, `"camera-`) != 1 {
				t.Errorf("%s: %d, and not the holder's own camera alone: %s", holder, answer.StatusCode, text)
			}
			places[answer.Header.Get("Location")] = true
		}
	}
	if len(places) != 2 {
		t.Errorf("the studies are at %v", places)
	}
}

// TestComputingIsReading: what is computed gives away as much as what is read, so that an expert says why, and it is a line of the
// journal; a reason in ISO 8859-1 is understood.
func TestComputingIsReading(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	expert := keyOf(t, raw, inventory.Account{ID: "expert", Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"south"}}}})
	expert = with(expert, "Content-Type", "application/json")
	var all []scenario
	for _, url := range []string{"/api/v1/audits", "/api/v1/audits/simulate", "/api/v1/assessments", "/api/v1/audits/audit-south/answers"} {
		all = append(all, scenario{name: url, method: "POST", url: url, headers: expert, body: bodyFor("", "", ""), status: 428, has: []string{"X-Reason"}})
	}
	all = append(all, scenario{name: "simulate", method: "POST", url: "/api/v1/audits/simulate", headers: with(expert, "X-Reason", "contr\xf4le 12"), body: `{"at":"2026-11-19","change":{"at":"2026-11-21"}}`, status: 200},
		scenario{name: "audit", method: "POST", url: "/api/v1/audits", headers: with(expert, "X-Reason", "contrôle 13"), body: `{"deployment":"deployment-south","at":"2026-11-21"}`, status: 201})
	runAll(t, base, all)
	lines, err := inventory.All(t.Context(), raw.Journal(), inventory.Query{})
	if err != nil || len(lines) != 3 {
		t.Fatalf("%+v (%v)", lines, err)
	}
	said := map[string]int{}
	for _, line := range lines {
		said[string(line.Deed)+": "+line.What+": "+line.Reason]++
	}
	for _, want := range []string{
		"read: POST /api/v1/audits/simulate: contrôle 12", "read: POST /api/v1/audits: contrôle 13", "create: POST /api/v1/audits: contrôle 13",
	} {
		if said[want] != 1 {
			t.Errorf("no line %q in %v", want, said)
		}
	}
	if report, err := inventory.VerifyJournal(t.Context(), raw, ""); err != nil || len(report.Faults) > 0 {
		t.Errorf("%+v (%v)", report, err)
	}
}

// TestJournalOverHTTP: looks and writes are lines of the journal, with who and why; an expert must say why; the auditor of
// accesses reads the journal and nothing else.
func TestJournalOverHTTP(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	editor := keyOf(t, raw, inventory.Account{ID: "editor", Role: inventory.RoleHolderEditor, Holder: "south"})
	expert := keyOf(t, raw, inventory.Account{ID: "expert", Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"south"}}}})
	auditor := keyOf(t, raw, inventory.Account{ID: "auditor", Role: inventory.RoleAccessAuditor})
	runAll(t, base, []scenario{
		{name: "editor looks", method: "GET", url: "/api/v1/cameras?holder=south", headers: editor, status: 200},
		{name: "no reason", method: "GET", url: "/api/v1/cameras/camera-south", headers: expert, status: 428, has: []string{"X-Reason"}},
		{name: "endless reason", method: "GET", url: "/api/v1/cameras/camera-south", headers: with(expert, "X-Reason", strings.Repeat("x", 501)), status: 400},
		{name: "reason", method: "GET", url: "/api/v1/cameras/camera-south", headers: with(expert, "X-Reason", "audit 2026-114"), status: 200},
		{name: "public references need none", method: "GET", url: "/api/v1/obstacles", headers: expert, status: 200},
		{name: "write", method: "DELETE", url: "/api/v1/cameras/camera-south", headers: with(editor, "If-Match", "*"), status: 204},
		{name: "auditor, cameras", method: "GET", url: "/api/v1/cameras", headers: auditor, status: 403},
		{name: "expert, journal", method: "GET", url: "/api/v1/journal", headers: with(expert, "X-Reason", "curious"), status: 403},
		{name: "nobody writes it", method: "DELETE", url: "/api/v1/journal/0000000000000001", headers: auditor, status: 404},
		{name: "auditor", method: "GET", url: "/api/v1/journal", headers: auditor, status: 200, has: []string{
			`"account":"editor","role":"holder_editor","deed":"read","kind":"cameras","what":"GET /api/v1/cameras?holder=south"`,
			`"reason":"audit 2026-114"`, `"deed":"delete","kind":"cameras","record":"camera-south"`,
		}, hasNot: []string{"curious", `"rank":4`, "0000000000000004"}},
		{name: "auditor, some", method: "GET", url: "/api/v1/journal?account=expert&deed=read", headers: auditor, status: 200, has: []string{"camera-south"}, hasNot: []string{"editor"}},
	})
	report, err := inventory.VerifyJournal(t.Context(), raw, "")
	if err != nil || len(report.Faults) > 0 || report.Lines != 3 {
		t.Errorf("%+v (%v)", report, err)
	}
}
