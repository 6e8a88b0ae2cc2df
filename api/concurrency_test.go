package api_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

const clients = 20

// together sends the same number of requests at once and counts the statuses of the answers.
func together(t *testing.T, send func(i int) *http.Response) map[int]int {
	t.Helper()
	var mutex sync.Mutex
	var group sync.WaitGroup
	statuses := map[int]int{}
	start := make(chan struct{})
	for i := range clients {
		group.Go(func() {
			<-start
			answer := send(i)
			mutex.Lock()
			defer mutex.Unlock()
			statuses[answer.StatusCode]++
		})
	}
	close(start)
	group.Wait()
	return statuses
}

func wantStatuses(t *testing.T, got map[int]int, winner, loser int) {
	t.Helper()
	if got[winner] != 1 || got[loser] != clients-1 {
		t.Errorf("statuses %v, want one %d and %d times %d", got, winner, clients-1, loser)
	}
}

// TestOneWinner: of many changes based on the same state, exactly one is made.
func TestOneWinner(t *testing.T) { onEachStore(t, testOneWinner) }

func testOneWinner(t *testing.T, open opener) {
	base, _ := newServer(t, open)
	list := base + "/api/v1/holders"
	created := together(t, func(int) *http.Response {
		answer, _ := request(t, http.MethodPost, list, sendJSON, holderBody)
		return answer
	})
	wantStatuses(t, created, http.StatusCreated, http.StatusConflict)
	tag := tagOf(t, list+"/h1")
	replaced := together(t, func(i int) *http.Response {
		body := fmt.Sprintf(`{"id":"h1","name":"Ville %d","kind":"local_authority"}`, i)
		answer, _ := request(t, http.MethodPut, list+"/h1", with(sendJSON, "If-Match", tag), body)
		return answer
	})
	wantStatuses(t, replaced, http.StatusOK, http.StatusPreconditionFailed)
	made := together(t, func(int) *http.Response {
		body := `{"name":"Neuve","kind":"private"}`
		answer, _ := request(t, http.MethodPut, list+"/h2", with(sendJSON, "If-None-Match", "*"), body)
		return answer
	})
	wantStatuses(t, made, http.StatusCreated, http.StatusPreconditionFailed)
	tag = tagOf(t, list+"/h1")
	deleted := together(t, func(int) *http.Response {
		answer, _ := request(t, http.MethodDelete, list+"/h1", map[string]string{"If-Match": tag}, "")
		return answer
	})
	wantStatuses(t, deleted, http.StatusNoContent, http.StatusNotFound)
}

// TestReplicasCreateOnce: of clients that create one record at once through two replicas, one is told that it did.
func TestReplicasCreateOnce(t *testing.T) { onEachStore(t, testReplicasCreateOnce) }

func testReplicasCreateOnce(t *testing.T, open opener) {
	first, store := newServer(t, open)
	replicas := []string{first, serve(t, config(t, store))}
	for round := range 5 {
		body := strings.Replace(holderBody, `"h1"`, fmt.Sprintf(`"h-%d"`, round), 1)
		created := together(t, func(i int) *http.Response {
			answer, _ := request(t, http.MethodPost, replicas[i%2]+"/api/v1/holders", sendJSON, body)
			return answer
		})
		wantStatuses(t, created, http.StatusCreated, http.StatusConflict)
	}
}

// waiting is an advisor whose studies tell that they have begun and wait to be released, or for their client to leave.
type waiting struct {
	api.Advisor
	begun   chan struct{}
	release chan struct{}
}

func (w waiting) Assess(ctx context.Context, _ inventory.AssessmentRequest) (inventory.Assessment, error) {
	w.begun <- struct{}{}
	select {
	case <-w.release:
		return inventory.Assessment{}, inventory.ErrNotFound
	case <-ctx.Done():
		return inventory.Assessment{}, ctx.Err()
	}
}

// TestStudiesWaitTheirTurn: as many studies are computed at once as there are processors; one more waits, and is not
// begun when its client has left.
func TestStudiesWaitTheirTurn(t *testing.T) {
	t.Parallel()
	atOnce := runtime.GOMAXPROCS(0)
	c := config(t, openSQLite(t))
	advisor := waiting{Advisor: c.Advisor, begun: make(chan struct{}, 2*atOnce+1), release: make(chan struct{})}
	c.Advisor = advisor
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) int {
		asked := httptest.NewRequestWithContext(ctx, http.MethodPost, studiesURL, strings.NewReader(`{"commune":"34172"}`))
		asked.Host = "localhost"
		asked.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, asked)
		return answer.Code
	}
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			if got := ask(t.Context()); got != http.StatusUnprocessableEntity {
				t.Errorf("a study under way is answered %d", got)
			}
		})
	}
	for range atOnce {
		<-advisor.begun
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if got := ask(left); got != 499 || len(advisor.begun) != 0 {
		t.Errorf("a study too many is answered %d, and %d began", got, len(advisor.begun))
	}
	close(advisor.release)
	group.Wait()
	if got := ask(t.Context()); got != http.StatusUnprocessableEntity {
		t.Errorf("a study after the others is answered %d", got)
	}
}

// heldShelf is the cameras of a store that tell when everything is asked for, and then wait to be released.
type heldShelf struct {
	inventory.Shelf[inventory.Camera]
	begun, release chan struct{}
}

func (s heldShelf) Find(ctx context.Context, q inventory.Query) iter.Seq2[inventory.Camera, error] {
	if q.Area == nil && len(q.Where) == 0 {
		s.begun <- struct{}{}
		<-s.release
	}
	return s.Shelf.Find(ctx, q)
}

type heldStore struct {
	inventory.Store
	cameras heldShelf
}

func (s heldStore) Cameras() inventory.Shelf[inventory.Camera] { return s.cameras }

// TestWideReadsWait: of those who read everything as many go on at once as there are processors; others wait for them, no longer
// than the server's patience. Who asks for a place, a commune or a camera does not wait.
func TestWideReadsWait(t *testing.T) {
	t.Parallel()
	atOnce := runtime.GOMAXPROCS(0)
	store := openSQLite(t)
	held := heldShelf{Shelf: store.Cameras(), begun: make(chan struct{}, 8*atOnce), release: make(chan struct{})}
	c := config(t, heldStore{Store: store, cameras: held})
	c.Patience = 500 * time.Millisecond
	base := serveFreely(t, c)
	wide := []string{"/api/v1/cameras", "/ogc/collections/cameras/items?f=json"}
	var group sync.WaitGroup
	for i := range atOnce { // they are answered when they are released, which is too late
		group.Go(func() { scenario{method: "GET", url: wide[i%len(wide)], status: 503}.run(t, base) })
		<-held.begun
	}
	runAll(t, base, []scenario{
		{name: "a place", method: "GET", url: "/api/v1/cameras?bbox=3.8,43.6,3.9,43.7", status: 200},
		{name: "features of a place", method: "GET", url: "/ogc/collections/cameras/items?f=json&bbox=3.8,43.6,3.9,43.7", status: 200},
		{name: "a commune", method: "GET", url: "/api/v1/cameras?commune=34172", status: 200},
		{name: "counts of a place", method: "GET", url: "/api/v1/counts/cameras?by=status&bbox=3.8,43.6,3.9,43.7", status: 200},
		{name: "a tile of a town", method: "GET", url: "/tiles/cameras/14/8368/5954.mvt", status: 200},
		{name: "a camera", method: "GET", url: "/api/v1/cameras/none", status: 404},
	})
	var late sync.WaitGroup
	for _, url := range append(wide, "/api/v1/counts/cameras?by=status", "/tiles/cameras/5/16/11.mvt", "/api/v1/cameras?bbox=-5,41,10,51") {
		late.Go(func() {
			scenario{method: "GET", url: url, status: 503, has: []string{"/problems/not-ready"}}.run(t, base)
		})
	}
	late.Wait()
	if len(held.begun) != 0 {
		t.Errorf("%d reads of everything too many began", len(held.begun))
	}
	close(held.release)
	group.Wait()
	scenario{method: "GET", url: wide[0], status: 200}.run(t, base)
}
