package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"vigie/inventory"
)

// deafStore is a store whose journal takes no more lines.
type deafStore struct{ inventory.Store }

func (s deafStore) Journal() inventory.Shelf[inventory.Entry] { return deafShelf{s.Store.Journal()} }

type deafShelf struct {
	inventory.Shelf[inventory.Entry]
}

var errDeaf = errors.New("the journal hears nothing")

func (deafShelf) Put(context.Context, ...inventory.Entry) error { return errDeaf }
func (deafShelf) Create(context.Context, inventory.Entry) error { return errDeaf }

// TestUntoldIsNotGiven: of a read that the journal cannot be told of nothing is given, neither a record nor that there is one.
func TestUntoldIsNotGiven(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	recordsOf(t, raw, "south")
	base := guardedServer(t, deafStore{raw})
	key := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderReader, Holder: "south"})
	answers := map[string]bool{}
	for _, method := range []string{"GET", "HEAD"} {
		for _, address := range []string{"/api/v1/cameras", "/api/v1/cameras/camera-south", "/api/v1/cameras/absent", "/api/v1/assessments/study-south"} {
			answer, body := request(t, method, base+address, with(key, "Accept", "*/*"), "")
			if answer.StatusCode != http.StatusInternalServerError || answer.Header.Get("ETag") != "" || strings.Contains(body, `"holder"`) || strings.Contains(body, "hears") {
				t.Errorf("%s %s: %d %v %s", method, address, answer.StatusCode, answer.Header, body)
			}
			answers[method+strings.Join(answer.Header.Values("Content-Type"), ",")] = true
		}
	}
	if len(answers) != 2 {
		t.Errorf("the answers differ: %v", answers)
	}
	scenario{name: "what is not sensitive needs no line", method: "GET", url: "/api/v1/obstacles", headers: key, status: 200}.run(t, base)
}
