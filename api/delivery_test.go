package api_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

const subscriptionsURL = "/api/v1/subscriptions"

// receiver is a program that changes are sent to. It checks each request as the documentation says.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	secret   string
	events   []api.CloudEvent
	requests int
	// signatures is how many the last request bore, faults what was wrong.
	signatures int
	faults     []string
	// answer decides what it answers to the n-th request, from 1.
	answer func(n int, w http.ResponseWriter) (status int)
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: func(int, http.ResponseWriter) int { return http.StatusNoContent }}
	r.Server = httptest.NewServer(http.HandlerFunc(r.receive))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) receive(w http.ResponseWriter, asked *http.Request) {
	body, _ := io.ReadAll(asked.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	if err := r.check(asked.Header, body); err != nil {
		r.faults = append(r.faults, err.Error())
	}
	status := r.answer(r.requests, w)
	if status/100 == 2 {
		events, err := eventsIn(asked.Header.Get("Content-Type"), body)
		if err != nil {
			r.faults = append(r.faults, err.Error())
		}
		r.events = append(r.events, events...)
	}
	w.WriteHeader(status)
}

// check computes the signature anew.
func (r *receiver) check(header http.Header, body []byte) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
	if err != nil || len(key) < 24 {
		return fmt.Errorf("the secret is %q", r.secret)
	}
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(header.Get("Webhook-Id") + "." + header.Get("Webhook-Timestamp") + "." + string(body)))
	given := strings.Fields(header.Get("Webhook-Signature"))
	r.signatures = len(given)
	if !slices.Contains(given, "v1,"+base64.StdEncoding.EncodeToString(sum.Sum(nil))) || header.Get("Webhook-Id") == "" {
		return errors.New("the signature is wrong")
	}
	return nil
}

func eventsIn(media string, body []byte) (events []api.CloudEvent, err error) {
	if media == "application/cloudevents-batch+json" {
		return events, json.Unmarshal(body, &events)
	}
	events = make([]api.CloudEvent, 1)
	if err := json.Unmarshal(body, &events[0]); err != nil || media != "application/cloudevents+json" || events[0].SpecVersion != "1.0" {
		return nil, fmt.Errorf("a body of type %s: %s", media, body)
	}
	return events, nil
}

// subjects are what the events were about, and whether anything was wrong is told.
func (r *receiver) subjects(t *testing.T) (subjects []string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, fault := range r.faults {
		t.Error(fault)
	}
	for _, event := range r.events {
		subjects = append(subjects, strings.TrimPrefix(event.Type, "vigie.")+" "+event.Subject)
	}
	return subjects
}

// post is a server whose changes are sent.
type post struct {
	raw  inventory.Store
	base string
	root map[string]string
}

func newPost(t *testing.T, raw inventory.Store) post {
	t.Helper()
	c := guardedConfig(t, raw)
	c.Egress, c.Now = loopback(), time.Now
	journal, err := inventory.OpenJournal(t.Context(), raw, time.Now) // of the time of those who deliver
	if err != nil {
		t.Fatal(err)
	}
	c.Store, c.Journal = inventory.Guard(raw, journal), journal
	root := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "Content-Type", "application/json")
	return post{raw, serve(t, c), root}
}

func loopback() api.Egress {
	return api.Egress{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
}

// run sends changes until stop is called, as one of several servers does.
func (p post) run(t *testing.T) (stop func()) {
	t.Helper()
	journal, err := inventory.OpenJournal(t.Context(), p.raw, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	delivery := api.Delivery{
		Store: inventory.Guard(p.raw, journal), Subscriptions: p.raw.Subscriptions(), Accounts: p.raw.Accounts(), Journal: journal,
		Egress: loopback(), Logger: slog.New(slog.DiscardHandler), Every: 10 * time.Millisecond, Retry: time.Millisecond,
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		delivery.Run(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// subscribe makes a subscription and gives its identifier.
func (p post) subscribe(t *testing.T, to *receiver, headers map[string]string, more string) string {
	t.Helper()
	answer, body := request(t, http.MethodPost, p.base+subscriptionsURL, headers, `{"url":"`+to.URL+`/hook"`+more+`}`)
	var made api.Subscription
	if err := json.Unmarshal([]byte(body), &made); err != nil || answer.StatusCode != http.StatusCreated || made.Secret == "" {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	to.secret = made.Secret
	return string(made.ID)
}

func (p post) holder(t *testing.T, name string) {
	t.Helper()
	answer, body := request(t, http.MethodPost, p.base+"/api/v1/holders", p.root, `{"id":"`+name+`","name":"`+name+`","kind":"local_authority"}`)
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
}

func (p post) subscription(t *testing.T, id string) (s api.Subscription) {
	t.Helper()
	answer, body := request(t, http.MethodGet, p.base+subscriptionsURL+"/"+id, p.root, "")
	if err := json.Unmarshal([]byte(body), &s); err != nil || answer.StatusCode != http.StatusOK || s.Secret != "" || strings.Contains(body, "whsec_") {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	return s
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestDelivery: two servers send each change to a receiver that often fails, in order, at least once, also after one and both
// of them were stopped.
func TestDelivery(t *testing.T) { onEachStore(t, testDelivery) }

func testDelivery(t *testing.T, open opener) {
	p, to := newPost(t, open(t)), newReceiver(t)
	to.answer = func(n int, w http.ResponseWriter) int {
		if n%3 == 0 {
			w.Header().Set("Retry-After", "0")
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}
	id := p.subscribe(t, to, p.root, `,"kinds":["holders"]`)
	var want []string
	add := func(from, until int) {
		for i := from; i < until; i++ {
			name := fmt.Sprintf("h%02d", i)
			p.holder(t, name)
			want = append(want, "holders.create holders/"+name)
		}
	}
	first, second := p.run(t), p.run(t)
	add(0, 6)
	first()
	add(6, 10)
	second()
	add(10, 14)
	p.run(t)
	add(14, 16)
	eventually(t, "all are delivered", func() bool { return p.subscription(t, id).Delivered >= len(want) })
	got := to.subjects(t)
	if once := slices.Compact(slices.Clone(got)); !slices.Equal(once, want) { // again only at once after itself
		t.Errorf("sent\n%v\nnot\n%v", got, want)
	}
	if lines := linesOf(t, p.raw, "changes"); !slices.ContainsFunc(lines, func(l inventory.Entry) bool { return strings.Contains(l.What, id) }) {
		t.Error("the journal does not tell what was sent")
	}
}

// TestSlowReceiver: one that does not answer holds up nobody else.
func TestSlowReceiver(t *testing.T) {
	t.Parallel()
	p, slow, quick := newPost(t, openSQLite(t)), newReceiver(t), newReceiver(t)
	asked, release := make(chan struct{}), make(chan struct{})
	slow.answer = func(n int, _ http.ResponseWriter) int {
		if n == 1 {
			close(asked)
			<-release
		}
		return http.StatusNoContent
	}
	late, id := p.subscribe(t, slow, p.root, ""), p.subscribe(t, quick, p.root, "")
	p.run(t)
	p.holder(t, "a")
	<-asked
	p.holder(t, "b")
	eventually(t, "the quick one has both", func() bool { return p.subscription(t, id).Delivered == 2 })
	if s := p.subscription(t, late); s.Delivered != 0 || s.Attempts != 0 {
		t.Errorf("only once the slow one was done with: %+v", s)
	}
	close(release)
	eventually(t, "the slow one has both", func() bool { return p.subscription(t, late).Delivered == 2 })
	if got := slow.subjects(t); !slices.Equal(got, []string{"holders.create holders/a", "holders.create holders/b"}) {
		t.Errorf("sent to the slow one: %v", got)
	}
}

// TestDeadLetters: what a receiver does not take becomes a dead letter, which can be sent again; one that takes nothing is not
// bothered any more.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	p, to := newPost(t, openSQLite(t)), newReceiver(t)
	to.answer = func(int, http.ResponseWriter) int { return http.StatusInternalServerError }
	id := p.subscribe(t, to, p.root, "")
	p.run(t)
	for _, name := range []string{"a", "b", "c", "d"} {
		p.holder(t, name)
	}
	eventually(t, "it is paused", func() bool { return p.subscription(t, id).State == inventory.SubscriptionPaused })
	paused := p.subscription(t, id)
	if len(paused.Dead) != 3 || paused.Dead[0].Attempts != 8 || paused.Dead[0].Error != "500 Internal Server Error" || paused.PausedWhy == "" {
		t.Errorf("paused: %+v", paused)
	}
	to.mu.Lock()
	if to.requests != 24 {
		t.Errorf("%d requests were made", to.requests)
	}
	to.answer = func(int, http.ResponseWriter) int { return http.StatusOK }
	to.mu.Unlock()
	one := subscriptionsURL + "/" + id
	runAll(t, p.base, []scenario{
		{name: "replay one", method: "POST", url: one + "/replay", headers: p.root, body: `{"events":["` + paused.Dead[1].Event + `"]}`, status: 200, has: []string{`"replay":true`}},
		{name: "resume", method: "POST", url: one + "/resume", headers: p.root, status: 200, has: []string{`"state":"active"`}},
	})
	eventually(t, "the rest is delivered", func() bool { return p.subscription(t, id).Delivered == 2 })
	runAll(t, p.base, []scenario{{name: "replay all", method: "POST", url: one + "/replay", headers: p.root, body: `{}`, status: 200}})
	eventually(t, "all are delivered", func() bool { s := p.subscription(t, id); return s.Delivered == 4 && len(s.Dead) == 0 })
	if got := to.subjects(t); !slices.Equal(got, []string{"holders.create holders/b", "holders.create holders/d", "holders.create holders/a", "holders.create holders/c"}) {
		t.Errorf("sent %v", got)
	}
}

// TestSubscriptions: one's own, to where it is allowed, what its owner may read, as long as its account is good.
func TestSubscriptions(t *testing.T) { onEachStore(t, testSubscriptions) }

func testSubscriptions(t *testing.T, open opener) {
	p, to := newPost(t, open(t)), newReceiver(t)
	account := inventory.Account{ID: "south", Role: inventory.RoleHolderReader, Holder: "south"}
	south := with(keyOf(t, p.raw, account), "Content-Type", "application/json")
	north := with(keyOf(t, p.raw, inventory.Account{Role: inventory.RoleHolderReader, Holder: "north"}), "Content-Type", "application/json")
	expert := with(keyOf(t, p.raw, inventory.Account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Departments: []string{"34"}}}}), "Content-Type", "application/json")
	id := p.subscribe(t, to, south, `,"batch":10,"area":{"type":"Polygon","coordinates":[[[3,43],[4,43],[4,44],[3,44],[3,43]]]}`)
	one := subscriptionsURL + "/" + id
	private := `{"url":"https://169.254.169.254/latest"}`
	runAll(t, p.base, []scenario{
		{name: "own", method: "GET", url: subscriptionsURL, headers: south, status: 200, has: []string{id}, hasNot: []string{"whsec_"}},
		{name: "not of others", method: "GET", url: subscriptionsURL, headers: north, status: 200, hasNot: []string{id}},
		{name: "not read by others", method: "GET", url: one, headers: north, status: 404},
		{name: "not removed by others", method: "DELETE", url: one, headers: north, status: 404},
		{name: "private", method: "POST", url: subscriptionsURL, headers: south, body: private, status: 422, has: []string{`"field":"url"`}},
		{name: "no address", method: "POST", url: subscriptionsURL, headers: south, body: `{"url":"ftp://x"}`, status: 422},
		{name: "unknown kind", method: "POST", url: subscriptionsURL, headers: south, body: `{"url":"https://example.org","kinds":["accounts"]}`, status: 422},
		{name: "unknown field", method: "POST", url: subscriptionsURL, headers: south, body: `{"url":"https://example.org","secret":"x"}`, status: 400},
		{name: "no reason", method: "POST", url: subscriptionsURL, headers: expert, body: `{"url":"https://example.org"}`, status: 428},
		{name: "test", method: "POST", url: one + "/test", headers: south, status: 200, has: []string{`"taken":true`}},
		{name: "renew", method: "POST", url: one + "/secret", headers: south, status: 200, has: []string{"whsec_"}},
		{name: "test with both", method: "POST", url: one + "/test", headers: south, status: 200, has: []string{`"taken":true`}},
	})
	to.mu.Lock()
	if to.signatures != 2 { // the secret before still opens
		t.Errorf("%d signatures", to.signatures)
	}
	to.mu.Unlock()
	p.run(t)
	camera := func(id, holder string, lon float64) {
		t.Helper()
		body := fmt.Sprintf(`{"id":%q,"holder":%q,"category":"fixed","location":{"type":"Point","coordinates":[%v,43.6]}}`, id, holder, lon)
		if answer, text := request(t, http.MethodPost, p.base+"/api/v1/cameras", p.root, body); answer.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", answer.StatusCode, text)
		}
	}
	camera("foreign", "north", 3.9)
	camera("far", "south", 5)
	camera("own", "south", 3.9)
	eventually(t, "it is delivered", func() bool { return p.subscription(t, id).Delivered == 1 })
	if got := to.subjects(t); !slices.Equal(got, []string{"test ", "test ", "cameras.create cameras/own"}) {
		t.Errorf("sent %v", got)
	}
	if _, err := p.raw.Accounts().Update(t.Context(), "south", func(a *inventory.Account) error {
		now := inventory.InstantOf(time.Now())
		a.RevokedAt = &now
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	camera("late", "south", 3.9)
	eventually(t, "it is paused", func() bool { return strings.Contains(p.subscription(t, id).PausedWhy, "revoked") })
	if got := to.subjects(t); len(got) != 3 {
		t.Errorf("sent to a revoked account: %v", got)
	}
	runAll(t, p.base, []scenario{
		{name: "removed", method: "DELETE", url: one, headers: p.root, status: 204},
		{name: "gone", method: "GET", url: one, headers: p.root, status: 404},
	})
}
