package api_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vigie/api"
	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// walk asks every route of a server once, HEAD as well as GET. The store holds one record of each kind, under one identifier.
func walk(t *testing.T, each func(method, route, url string)) {
	t.Helper()
	store := oneOfEach(t)
	base := serveFreely(t, config(t, store)) // texts of these records have forms that no description foresees
	routes, err := api.Routes(config(t, store))
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer(":id", "one", ":collection", "cameras", "*file", "doc.json", ":kind", "stale", ":z", "5", ":x", "16", ":y.mvt", "11.mvt")
	for _, route := range routes {
		each(route.Method, route.Path, base+filled.Replace(route.Path))
	}
}

// oneOfEach opens a store with a record of each kind that has routes, all of the identifier "one".
func oneOfEach(t *testing.T) inventory.Store {
	t.Helper()
	store, ctx := openSQLite(t), t.Context()
	holder, deployment, camera := inventorytest.FullHolder(), inventorytest.FullDeployment(), inventorytest.FullCamera()
	area, obstacle, candidate := inventorytest.FullArea(), inventorytest.FullObstacle(), inventorytest.FullCandidate()
	equipment, study, audit := inventorytest.FullEquipment(), inventorytest.FullAssessment(), inventorytest.FullAudit()
	plan, convention := inventorytest.FullRecommendation(), agreed("one", "south", func(c *inventory.Convention) { c.With = inventory.Party{Holder: "partner"} })
	job := inventorytest.FullJob()
	for _, id := range []*inventory.ID{
		&holder.ID, &deployment.ID, &camera.ID, &area.ID, &obstacle.ID, &candidate.ID, &equipment.ID, &study.ID, &audit.ID, &plan.ID, &job.ID,
	} {
		*id = "one"
	}
	err := errors.Join(
		store.Holders().Put(ctx, holder), store.Deployments().Put(ctx, deployment), store.Cameras().Put(ctx, camera),
		store.Areas().Put(ctx, area), store.Obstacles().Put(ctx, obstacle), store.Candidates().Put(ctx, candidate),
		store.Equipment().Put(ctx, equipment), store.Assessments().Put(ctx, study), store.Audits().Put(ctx, audit),
		store.Recommendations().Put(ctx, plan), store.Conventions().Put(ctx, convention), store.Jobs().Put(ctx, job))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// TestNoRouteTakesUnknownParameters: each route refuses a parameter that it does not know, before it looks for anything.
func TestNoRouteTakesUnknownParameters(t *testing.T) {
	t.Parallel()
	walk(t, func(method, route, url string) {
		if route == "/auth/callback" || strings.HasPrefix(route, "/api/v1/imports/") || strings.HasPrefix(route, "/api/v1/subscriptions/") {
			return // identity providers send what they like (RFC 6749, section 4.1.2); no import and no subscription is there
		}
		headers := map[string]string{"Content-Type": "application/json", "If-Match": "*"}
		answer, body := request(t, method, url+"?no-such-parameter=1", headers, "{}")
		if answer.StatusCode != http.StatusBadRequest || method != http.MethodHead && !strings.Contains(body, `"field":"no-such-parameter"`) {
			t.Errorf("%s %s takes an unknown parameter: %d %.200s", method, route, answer.StatusCode, body)
		}
	})
}

// TestNoRouteTakesUnknownFields: each route that reads JSON refuses a member that it does not know.
func TestNoRouteTakesUnknownFields(t *testing.T) {
	t.Parallel()
	walk(t, func(method, route, url string) {
		changes := method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
		if file := strings.Contains(route, "/import"); !changes || file || strings.HasPrefix(route, "/api/v1/subscriptions") || route == "/first-key" || route == "/auth/logout" {
			return // a file, a form, nothing
		}
		kind, body := "application/json", `{"noSuchMember":1}`
		if strings.HasPrefix(route, "/ogc") {
			kind, body = "application/geo+json", `{"noSuchMember":1,"type":"Feature","properties":{}}`
		}
		answer, body := request(t, method, url, map[string]string{"Content-Type": kind, "If-Match": "*"}, body)
		if answer.StatusCode != http.StatusBadRequest || !strings.Contains(body, `"pointer":"/noSuchMember"`) {
			t.Errorf("%s %s takes an unknown member: %d %.300s", method, route, answer.StatusCode, body)
		}
	})
}

// TestEveryReadHasATag: what a GET gives has a tag, the same for HEAD, and who has it already is told so. Addresses that
// ask for more than the walk knows are filled in here.
func TestEveryReadHasATag(t *testing.T) {
	t.Parallel()
	queries := map[string]string{
		"/api/v1/counts/cameras": "?by=holder", "/api/v1/audits/:id/comparison": "?with=one",
	}
	untagged := []string{"/metrics", "/first-key", "/auth/login", "/auth/callback", "/api/v1/journal"} // figures, forms; no journal here
	walk(t, func(method, route, url string) {
		stream := strings.HasSuffix(route, "/events") || strings.HasPrefix(route, "/api/v1/imports") || strings.HasSuffix(route, "/exports") ||
			strings.HasPrefix(route, "/api/v1/changes") || strings.HasPrefix(route, "/api/v1/subscriptions")
		if method != http.MethodGet && method != http.MethodHead || slices.Contains(untagged, route) || stream {
			return // with tests of their own: imports are jobs, the feed needs a journal and subscriptions an account
		}
		url += queries[route]
		first, body := request(t, method, url, nil, "")
		tag := first.Header.Get("ETag")
		if first.StatusCode != http.StatusOK || !strings.HasPrefix(strings.TrimPrefix(tag, "W/"), `"`) {
			t.Errorf("%s %s: %d, tag %q %.200s", method, route, first.StatusCode, tag, body)
			return
		}
		for _, condition := range []string{tag, "W/" + strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
			again, rest := request(t, method, url, map[string]string{"If-None-Match": condition}, "")
			if again.StatusCode != http.StatusNotModified || rest != "" || condition != "*" && again.Header.Get("ETag") != tag {
				t.Errorf("%s %s if none matches %s: %d, tag %q %.200s", method, route, condition, again.StatusCode, again.Header.Get("ETag"), rest)
			}
		}
		if other, _ := request(t, method, url, map[string]string{"If-None-Match": `"other"`}, ""); other.StatusCode != http.StatusOK {
			t.Errorf("%s %s if none matches another: %d", method, route, other.StatusCode)
		}
	})
}
