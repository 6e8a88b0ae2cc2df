package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
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
func TestOneWinner(t *testing.T) {
	t.Parallel()
	base, _ := newServer(t)
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
