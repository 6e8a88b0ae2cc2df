package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

// behindGate is a server on a MongoDB store that reaches its database by a gate.
func behindGate(t *testing.T, patience time.Duration) (*mongodbtest.Gate, string) {
	t.Helper()
	gate, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), nil)
	store, err := mongodb.Open(t.Context(), at.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		gate.Pass()
		_ = store.Close()
	})
	c := config(t, store)
	c.Patience = patience
	return gate, serve(t, c)
}

// everyUse is a request of each kind that needs the store.
func everyUse() []scenario {
	match := with(sendJSON, "If-Match", "*")
	return []scenario{
		{name: "ready", method: "GET", url: "/readyz"},
		{name: "get", method: "GET", url: "/api/v1/cameras/c1"},
		{name: "list", method: "GET", url: "/api/v1/cameras"},
		{name: "list in a box", method: "GET", url: "/api/v1/cameras?bbox=3,43,4,44", headers: geoJSON},
		{name: "create", method: "POST", url: "/api/v1/cameras", headers: sendJSON, body: cameraBody},
		{name: "replace", method: "PUT", url: "/api/v1/cameras/c1", headers: match, body: cameraBody},
		{name: "delete", method: "DELETE", url: "/api/v1/cameras/c1", headers: match},
		{name: "studies", method: "GET", url: studiesURL},
	}
}

// longUse are the requests that may take longer than others.
func longUse() []scenario {
	return []scenario{
		{name: "import", method: "POST", url: importURL + "&key=Nom", headers: sendJSON, body: degreesFile},
		{name: "audit", method: "POST", url: auditsURL, headers: sendJSON, body: auditRequest},
		{name: "simulation", method: "POST", url: auditsURL + "/simulate", headers: sendJSON, body: `{"at":"2026-11-21","change":{"at":"2027-11-21"}}`},
		{name: "study", method: "POST", url: studiesURL, headers: sendJSON, body: squareRequest},
	}
}

// allUnavailable sends requests together: each must be told to come back later.
func allUnavailable(t *testing.T, base string, requests []scenario) {
	t.Helper()
	var group sync.WaitGroup
	for _, s := range requests {
		s.status, s.has = http.StatusServiceUnavailable, []string{`"type":"/problems/not-ready"`}
		s.replies = map[string]string{"Retry-After": "5"}
		group.Go(func() { s.check(t, base) })
	}
	group.Wait()
}

// ready asks until the server is ready again; a server that never is fails the test.
func ready(t *testing.T, base string) {
	t.Helper()
	for range 50 {
		if answer, _ := request(t, http.MethodGet, base+"/readyz", nil, ""); answer.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the store is back and the server is not ready")
}

// TestStoreLostAndBack: without its store the server is alive and not ready, and asks every client to come back; once
// the store is back it goes on, without a restart.
func TestStoreLostAndBack(t *testing.T) {
	t.Parallel()
	gate, base := behindGate(t, 0)
	for round := range 2 {
		one := fmt.Sprintf("/api/v1/holders/h%d", round)
		create := scenario{method: "PUT", url: one, headers: with(sendJSON, "If-None-Match", "*"), body: `{"name":"Ville","kind":"private"}`, status: 201}
		create.run(t, base)
		gate.Refuse()
		allUnavailable(t, base, append(everyUse(), longUse()...))
		scenario{method: "GET", url: "/healthz", status: 200}.run(t, base)
		gate.Pass()
		ready(t, base)
		scenario{method: "GET", url: one, status: 200}.run(t, base)
	}
	scenario{method: "GET", url: "/api/v1/cameras", status: 200, has: []string{`{"items":[]}`}}.run(t, base)
}

// TestAcknowledgedIsStored: clients write while the store goes away and comes back. What was answered 201 is there, and
// what was not was answered 503.
func TestAcknowledgedIsStored(t *testing.T) {
	t.Parallel()
	const writers, writes = 4, 60
	gate, base := behindGate(t, 0)
	var acknowledged sync.Map
	var answered, refused atomic.Int32
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for i := range writes {
				one := fmt.Sprintf("/api/v1/holders/h%d-%d", writer, i)
				answer, body := request(t, http.MethodPut, base+one, with(sendJSON, "If-None-Match", "*"), `{"name":"Ville","kind":"private"}`)
				switch answer.StatusCode {
				case http.StatusCreated:
					acknowledged.Store(one, true)
				case http.StatusServiceUnavailable:
					refused.Add(1)
				default:
					t.Errorf("%s: %d %s", one, answer.StatusCode, body)
				}
				switch answered.Add(1) {
				case writers * writes / 4:
					gate.Refuse()
				case writers*writes/4 + 2*writers:
					gate.Pass()
				}
			}
		})
	}
	group.Wait()
	ready(t, base)
	stored := 0
	acknowledged.Range(func(one, _ any) bool {
		stored++
		scenario{method: "GET", url: one.(string), status: 200}.run(t, base)
		return true
	})
	if refused.Load() == 0 || stored < writers*writes/2 {
		t.Errorf("%d writes were made and %d refused: the store did not go away, or did not come back", stored, refused.Load())
	}
}

// TestSlowStore: a store that does not answer makes nobody wait for longer than the server's patience.
func TestSlowStore(t *testing.T) {
	t.Parallel()
	gate, base := behindGate(t, 300*time.Millisecond)
	for range 2 {
		gate.Stall()
		allUnavailable(t, base, everyUse())
		gate.Pass()
		ready(t, base)
		scenario{method: "GET", url: "/api/v1/cameras?limit=1", status: 200}.run(t, base)
	}
}

// TestRecordTooLargeForTheStore: MongoDB keeps no record of more than 16 MiB, and the client is told so.
func TestRecordTooLargeForTheStore(t *testing.T) {
	t.Parallel()
	base, _ := newServer(t, openMongoDB)
	file := strings.Replace(degreesFile, `"Nom":"A"`, `"Nom":"A","note":"`+strings.Repeat("n", 17<<20)+`"`, 1)
	runAll(t, base, []scenario{
		{name: "import", method: "POST", url: importURL + "&key=Nom", headers: sendJSON, body: file, status: 413, has: []string{"/problems/too-large", "larger than the store keeps"}},
		{name: "nothing is stored", method: "GET", url: "/api/v1/cameras", status: 200, has: []string{`{"items":[]}`}},
	})
}
