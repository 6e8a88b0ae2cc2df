package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// year is long enough that everything which can end has ended.
const year = 365 * 24 * time.Hour

// setClock is a clock that stands, and is set as somebody likes.
type setClock struct{ at time.Time }

func (c *setClock) now() time.Time { return c.at }

// jumps are where the clock goes, one after the other.
func jumps() map[string]time.Duration {
	return map[string]time.Duration{"an hour on": time.Hour, "an hour back": -time.Hour, "ten years on": 10 * year, "twenty years back": -20 * year}
}

// clocked is a server with keys on a clock that is set.
func clocked(t *testing.T, open func(testing.TB) inventory.Store, rates api.Rates) (base string, store inventory.Store, now *setClock, key map[string]string) {
	t.Helper()
	store, now = open(t), &setClock{clock()}
	c := guardedConfig(t, store)
	journal, err := inventory.OpenJournal(t.Context(), store, now.now)
	if err != nil {
		t.Fatal(err)
	}
	c.Store, c.Journal, c.Now, c.Rates = inventory.Guard(store, journal), journal, now.now, rates
	return serve(t, c), store, now, keyOf(t, store, inventory.Account{Role: inventory.RoleAdmin})
}

// TestClockJumps sets the clock of a server on and back while it is used: records are written and read, a list goes on where it
// was, tags hold, and the journal stays one chain in the order in which things were done.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) inventory.Store{"sqlite": openSQLite, "mongodb": openMongoDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, store, now, key := clocked(t, open, api.Rates{})
			send, body := with(sendJSON, "Authorization", key["Authorization"]), `{"name":"Ville","kind":"private"}`
			for _, id := range []string{"a", "b", "c"} {
				scenario{method: "PUT", url: "/api/v1/holders/" + id, headers: with(send, "If-None-Match", "*"), body: body, status: 201}.run(t, base)
			}
			first, page := request(t, "GET", base+"/api/v1/holders?limit=1", key, "")
			var got struct{ Next string }
			if err := json.Unmarshal([]byte(page), &got); err != nil || first.StatusCode != http.StatusOK {
				t.Fatalf("%d %s", first.StatusCode, page)
			}
			one, _ := request(t, "GET", base+"/api/v1/holders/a", key, "")
			tag := one.Header.Get("ETag")
			for jump, by := range jumps() {
				now.at = clock().Add(by)
				id := "/api/v1/holders/" + string(inventory.NewID())
				runAll(t, base, []scenario{
					{name: jump + ", the page after", method: "GET", url: "/api/v1/holders?limit=1&cursor=" + url.QueryEscape(got.Next), headers: key, status: 200, has: []string{`"id":"b"`}},
					{name: jump + ", not changed", method: "GET", url: "/api/v1/holders/a", headers: with(key, "If-None-Match", tag), status: 304},
					{name: jump + ", create", method: "PUT", url: id, headers: with(send, "If-None-Match", "*"), body: body, status: 201},
					{name: jump + ", replace", method: "PUT", url: id, headers: with(send, "If-Match", "*"), body: body, status: 200, has: []string{`"updatedAt":"` + now.at.Format("2006-01-02")}},
				})
				if made, text := request(t, "POST", base+studiesURL, send, squareRequest); made.StatusCode != http.StatusOK && made.StatusCode != http.StatusCreated {
					t.Errorf("%s, a study: %d %s", jump, made.StatusCode, text)
				}
			}
			checkChain(t, store)
		})
	}
}

// checkChain wants every line of the journal after the one before it, whatever it is dated.
func checkChain(t *testing.T, store inventory.Store) {
	t.Helper()
	before := inventory.Entry{}
	for line, err := range store.Journal().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if line.Previous != before.Hash || line.Key() <= before.Key() {
			t.Errorf("line %s does not follow line %s", line.ID, before.ID)
		}
		before = line
	}
	if before.Hash == "" {
		t.Error("the journal is empty")
	}
}

// TestClockJumpsAndRates: a quota that is used up comes back after a jump at once or in its time, and never later.
func TestClockJumpsAndRates(t *testing.T) {
	t.Parallel()
	for jump, by := range jumps() {
		t.Run(jump, func(t *testing.T) {
			t.Parallel()
			base, _, now, key := clocked(t, openSQLite, api.Rates{PerSecond: 1, Burst: 3, PerDay: 100})
			ask := func() int {
				answer, _ := request(t, "GET", base+"/api/v1/me", key, "")
				return answer.StatusCode
			}
			for range 3 {
				if status := ask(); status != http.StatusOK {
					t.Fatalf("%d within the quota", status)
				}
			}
			if status := ask(); status != http.StatusTooManyRequests {
				t.Fatalf("%d beyond the quota", status)
			}
			now.at = clock().Add(by)
			_ = ask()
			for range 2 { // seconds that pass after the jump
				now.at = now.at.Add(time.Second)
			}
			if status := ask(); status != http.StatusOK {
				t.Errorf("%d two seconds after the jump", status)
			}
		})
	}
}

// TestClockJumpsAndKeys: a key that ends on a day is refused when the clock is beyond it, and good again when the clock is put
// right; a clock that is set back makes no session last longer.
func TestClockJumpsAndKeys(t *testing.T) {
	t.Parallel()
	base, store, now, _ := clocked(t, openSQLite, api.Rates{})
	key := keyOf(t, store, inventory.Account{Role: inventory.RoleAdmin, ExpiresOn: "2026-12-31"})
	for _, step := range []struct {
		by     time.Duration
		status int
	}{{0, 200}, {year, 401}, {-time.Hour, 200}, {10 * year, 401}, {-20 * year, 200}, {0, 200}} {
		now.at = clock().Add(step.by)
		scenario{method: "GET", url: "/api/v1/me", headers: key, status: step.status}.run(t, base)
	}
	session := inventory.Session{StartedAt: inventory.InstantOf(clock()), EndsAt: inventory.InstantOf(clock().Add(12 * time.Hour))}
	session.Use(clock(), time.Hour)
	for by, lives := range map[time.Duration]bool{0: true, 30 * time.Minute: true, -30 * time.Second: true, time.Hour: false, year: false, -time.Hour: false, -20 * year: false} {
		if session.Lives(clock().Add(by)) != lives {
			t.Errorf("with the clock %v on, the session lives: %v", by, !lives)
		}
	}
}
