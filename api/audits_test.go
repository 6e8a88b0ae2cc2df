package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"vigie/api"
	"vigie/inventory"
)

const (
	auditsURL = "/api/v1/audits"
	// expired is a deployment whose authorisation ended the day before the audit.
	expired      = `{"id":"d9","name":"Centre","holder":"h1","regime":"csi_public_way","commune":"34172","authorisation":{"status":"granted","number":"2021-1","grantedOn":"2021-11-20","expiresOn":"2026-11-20","provisional":false}}`
	auditRequest = `{"deployment":"d9","at":"2026-11-21"}`
)

// audited is a server on a store with a holder, a deployment, a camera and an audit of the deployment.
func audited(t *testing.T, open opener) (base, location string, audit inventory.Audit) {
	t.Helper()
	base, _ = newServer(t, open)
	for url, body := range map[string]string{"holders": holderBody, "deployments": expired, "cameras": strings.Replace(cameraBody, `"id":"c1"`, `"id":"c1","deployment":"d9"`, 1)} {
		scenario{method: "POST", url: "/api/v1/" + url, headers: sendJSON, body: body, status: 201}.run(t, base)
	}
	answer, body := request(t, http.MethodPost, base+auditsURL, sendJSON, auditRequest)
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	readJSON(t, body, &audit)
	return base, answer.Header.Get("Location"), audit
}

func readJSON(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func readFindings(t *testing.T, url string) api.FindingGroups {
	t.Helper()
	answer, body := request(t, http.MethodGet, url, nil, "")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	var groups api.FindingGroups
	readJSON(t, body, &groups)
	return groups
}

// countFindings is how many findings there are, one subject at a time.
func countFindings(groups api.FindingGroups) (n int) {
	for _, group := range groups.Groups {
		for _, f := range group.Findings {
			n += len(f.Subjects)
		}
	}
	return n
}

// TestAuditIsMadeOnce: the same request gives the same audit, another day another one; it is listed and found by what it
// is about.
func TestAuditIsMadeOnce(t *testing.T) { onEachStore(t, testAuditIsMadeOnce) }

func testAuditIsMadeOnce(t *testing.T, open opener) {
	base, location, audit := audited(t, open)
	id := string(audit.ID)
	runAll(t, base, []scenario{
		{name: "again", method: "POST", url: auditsURL, headers: sendJSON, body: auditRequest, status: 200, has: []string{id}, replies: map[string]string{"Location": location, "ETag": "*"}},
		{name: "another day", method: "POST", url: auditsURL, headers: sendJSON, body: `{"deployment":"d9","at":"2021-12-01"}`, status: 201, hasNot: []string{id}},
		{name: "whole", method: "GET", url: location, status: 200, has: []string{id, `"bookHash":`, `"AUD-L02"`}, replies: map[string]string{"ETag": "*"}},
		{name: "list", method: "GET", url: auditsURL + "?category=deployment&holder=h1", status: 200, has: []string{id, `"scorePct"`}, hasNot: []string{`"findings"`}},
		{name: "list of others", method: "GET", url: auditsURL + "?holder=h2", status: 200, has: []string{`{"items":[]}`}},
		{name: "no such filter", method: "GET", url: auditsURL + "?bbox=1,2,3,4", status: 400},
		{name: "not there", method: "GET", url: auditsURL + "/none", status: 404},
		{name: "no such deployment", method: "POST", url: auditsURL, headers: sendJSON, body: `{"deployment":"d7","at":"2026-11-21"}`, status: 422, has: []string{"/problems/unknown-subject"}},
		{name: "two subjects and no day", method: "POST", url: auditsURL, headers: sendJSON, body: `{"deployment":"d9","holder":"h1"}`, status: 422, has: []string{`"field":"deployment"`, `"field":"at"`}},
		{name: "no such field", method: "POST", url: auditsURL, headers: sendJSON, body: `{"deploiement":"d9"}`, status: 400, has: []string{`"field":"deploiement"`}},
		{name: "no change of an audit", method: "PUT", url: location, headers: sendJSON, body: "{}", status: 405},
	})
}

// TestFindings: the expired authorisation is a finding with its rule, filters keep what they say, and together they keep
// all.
func TestFindings(t *testing.T) { onEachStore(t, testFindings) }

func testFindings(t *testing.T, open opener) {
	base, location, _ := audited(t, open)
	all := readFindings(t, base+location+"/findings")
	sum := 0
	for _, verdict := range []string{"PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"} {
		sum += countFindings(readFindings(t, base+location+"/findings?verdict="+verdict))
	}
	if total := countFindings(all); total < 100 || sum != total {
		t.Errorf("%d findings, and %d by their verdicts", total, sum)
	}
	found := readFindings(t, base+location+"/findings?rule=AUD-L02&verdict=FAIL&severity=BLOCKER,MAJOR&subject=deployment:d9")
	if countFindings(found) != 1 {
		t.Fatalf("%+v", found)
	}
	f := found.Groups[0].Findings[0]
	if f.Rule != "AUD-L02" || f.Text.ID != f.Rule || f.Text.Reference == "" || f.Text.Remedy.FR == "" || len(f.Evidence) == 0 {
		t.Errorf("%+v", f)
	}
	runAll(t, base, []scenario{
		{name: "no such verdict", method: "GET", url: location + "/findings?verdict=MAYBE&status=lost&colour=red", status: 400, has: []string{`"field":"verdict"`, `"field":"status"`, `"field":"colour"`}},
		{name: "of no audit", method: "GET", url: auditsURL + "/none/findings", status: 404},
	})
}

// TestFindingsAreAnswered: an answer shows with its finding, in this audit and in the next, and the last one counts; a
// finding that changed since is open again, and says why.
func TestFindingsAreAnswered(t *testing.T) { onEachStore(t, testFindingsAreAnswered) }

func testFindingsAreAnswered(t *testing.T, open opener) {
	base, location, _ := audited(t, open)
	answer := func(status, text string) scenario {
		return scenario{name: text, method: "POST", url: location + "/answers", headers: sendJSON, status: 201,
			body: `{"rule":"AUD-L02","subject":"deployment:d9","status":"` + status + `","author":"DPM","text":"` + text + `"}`}
	}
	first := answer("contested", "Reçu")
	first.has = []string{`"on":"2026-11-21"`, `"updatedAt":"2026-11-21T08:30:00.000Z"`}
	wrong := answer("lost", "?")
	wrong.status, wrong.has = 422, []string{`"field":"status"`}
	nobody := scenario{name: "no such finding", method: "POST", url: location + "/answers", headers: sendJSON, status: 422,
		body: `{"rule":"AUD-L02","subject":"camera:c7","status":"fixed","author":"DPM","text":"x"}`, has: []string{"/problems/unknown-subject"}}
	runAll(t, base, []scenario{first, answer("justified", "Renouvellement en cours"), wrong, nobody})
	if n := countFindings(readFindings(t, base+location+"/findings?status=justified")); n != 1 {
		t.Errorf("%d findings are justified", n)
	}
	found := readFindings(t, base+location+"/findings?rule=AUD-L02")
	answers := found.Groups[0].Findings[0].Answers
	if len(answers) != 1 || len(answers[0].Answers) != 2 || answers[0].Answers[0].Text != "Renouvellement en cours" || answers[0].Changed {
		t.Errorf("%+v", answers)
	}
	renewed := strings.NewReplacer("2021-11-20", "2026-11-20", "2026-11-20", "2031-11-20").Replace(expired)
	scenario{method: "PUT", url: "/api/v1/deployments/d9", headers: with(sendJSON, "If-Match", "*"), body: renewed, status: 200}.run(t, base)
	again, body := request(t, http.MethodPost, base+auditsURL, sendJSON, auditRequest)
	later := again.Header.Get("Location")
	if again.StatusCode != http.StatusCreated || later == location {
		t.Fatalf("%d %s", again.StatusCode, body)
	}
	changed := readFindings(t, base+later+"/findings?rule=AUD-L02").Groups[0].Findings[0]
	if a := changed.Answers; changed.Verdict != "PASS" || len(a) != 1 || !a[0].Changed || a[0].Status != inventory.AnswerOpen || len(a[0].Causes) == 0 {
		t.Errorf("%+v", changed)
	}
	before := location[len(auditsURL)+1:]
	runAll(t, base, []scenario{
		{name: "comparison", method: "GET", url: later + "/comparison?with=" + before, status: 200, has: []string{`"rule":"AUD-L02"`, `"before":"2021-11-20"`, `"after":"2026-11-20"`, `"kind":"fact"`}},
		{name: "with itself", method: "GET", url: later + "/comparison?with=" + later[len(auditsURL)+1:], status: 200, has: []string{`"changes":[]`}},
		{name: "with none", method: "GET", url: later + "/comparison?with=none", status: 422, has: []string{"/problems/unknown-subject"}},
		{name: "with nothing", method: "GET", url: later + "/comparison", status: 400, has: []string{`"field":"with"`}},
	})
}

// TestSimulate: a stricter limit, another day and a local rule flip verdicts; nothing is stored; what is wrong with a book
// is told with its place.
func TestSimulate(t *testing.T) { onEachStore(t, testSimulate) }

func testSimulate(t *testing.T, open opener) {
	base, _, _ := audited(t, open)
	simulate := func(name, body string, status int, has ...string) scenario {
		return scenario{name: name, method: "POST", url: auditsURL + "/simulate", headers: sendJSON, body: body, status: status, has: has}
	}
	runAll(t, base, []scenario{
		simulate("day", `{"at":"2026-11-19","change":{"at":"2026-11-21"}}`, 200, `"rule":"AUD-L02"`, `"deployments":1`, `"flipped":1`),
		simulate("none of them", `{"at":"2026-11-19","department":"75","change":{"at":"2026-11-21"}}`, 200, `"changes":[]`, `"deployments":0`),
		simulate("limit of the book", `{"at":"2025-11-21","change":{"limits":{"renewalMonths":"36"}}}`, 200, `"deployments":1`),
		simulate("nothing", `{"at":"2026-11-19","change":{}}`, 422, `"field":"change"`),
		simulate("all wrong", `{"at":"soon","holderKind":"owl","change":{"limits":{"colour":"1","renewalMonths":"many"},"files":{"rules/X.yaml":"id: [","../x":""}}}`, 422,
			`"field":"at"`, `"field":"holderKind"`, `change.files[`),
		simulate("wrong limits", `{"at":"2026-11-21","change":{"limits":{"colour":"1","renewalMonths":"many"}}}`, 422, `"field":"change.limits.colour"`, `"field":"change.limits.renewalMonths"`),
		simulate("wrong rule", `{"at":"2026-11-21","change":{"files":{"rules/X.yaml":"id: AUD-X01\nkolour: 3\n"}}}`, 422, `"field":"change.files[rules/X.yaml]"`, "line 2"),
		{name: "limit", method: "POST", url: auditsURL + "/simulate?limit=1", headers: sendJSON, body: `{"at":"2021-11-19","change":{"at":"2027-11-21"}}`, status: 200, has: []string{`"cut":true`}},
		{name: "read", method: "GET", url: auditsURL + "/simulate", status: 404},
	})
}
