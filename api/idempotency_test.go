package api_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/inventory"
)

const anyKey = `"8e03978e-40d5-43dd-bc93-6894a57f9324"`

func keyed(headers map[string]string, key string) map[string]string {
	return with(with(headers, "Content-Type", "application/json"), "Idempotency-Key", key)
}

// TestOnlyOnce: a request with a key is done once, whichever of two servers of a store is asked; the answer is the same again,
// byte for byte, for a day. Another request with the key is refused, and so is the same one while it is under way.
func TestOnlyOnce(t *testing.T) { onEachStore(t, testOnlyOnce) }

func testOnlyOnce(t *testing.T, open opener) {
	raw := open(t)
	now, mu := clock(), sync.Mutex{}
	c := guardedConfig(t, raw)
	c.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	bases := []string{serve(t, c), serve(t, c)}
	editor := keyOf(t, raw, inventory.Account{ID: "editor", Role: inventory.RoleHolderEditor, Holder: "south"})
	other := keyOf(t, raw, inventory.Account{ID: "other", Role: inventory.RoleHolderEditor, Holder: "north"})
	const camera = `{"holder":"south","category":"fixed","name":"secret-of-the-camera","location":{"type":"Point","coordinates":[3.9,43.6]}}`
	first, made := request(t, "POST", bases[0]+"/api/v1/cameras", keyed(editor, anyKey), camera)
	if first.StatusCode != http.StatusCreated || first.Header.Get("Idempotency-Replayed") != "" {
		t.Fatalf("%d %v %s", first.StatusCode, first.Header, made)
	}
	for _, base := range bases {
		again, body := request(t, "POST", base+"/api/v1/cameras", keyed(editor, strings.Trim(anyKey, `"`)), camera)
		if again.StatusCode != http.StatusCreated || body != made || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%d %v %s", again.StatusCode, again.Header, body)
		}
		for _, name := range []string{"Location", "ETag", "Content-Type"} {
			if again.Header.Get(name) != first.Header.Get(name) {
				t.Errorf("%s is %q, was %q", name, again.Header.Get(name), first.Header.Get(name))
			}
		}
		for name, s := range map[string]scenario{
			"another body":      {url: "/api/v1/cameras", headers: keyed(editor, anyKey), body: strings.Replace(camera, "fixed", "dome", 1)},
			"another address":   {url: "/api/v1/areas", headers: keyed(editor, anyKey), body: camera},
			"another parameter": {url: "/api/v1/cameras?x=1", headers: keyed(editor, anyKey), body: camera},
		} {
			s.name, s.method, s.status, s.has = name, "POST", http.StatusUnprocessableEntity, []string{"/problems/key-reused"}
			s.run(t, base)
		}
	}
	scenario{method: "POST", url: "/api/v1/cameras", headers: keyed(other, anyKey), body: strings.Replace(camera, "south", "north", 1), status: 201, replies: map[string]string{"Idempotency-Replayed": ""}}.run(t, bases[0])
	checkKept(t, raw, 2, anyKey, "secret-of-the-camera", "8e03978e")
	if n := countOf(t, raw.Cameras()); n != 2 {
		t.Errorf("%d cameras", n)
	}
	mu.Lock()
	now = now.Add(24*time.Hour + time.Second)
	mu.Unlock()
	scenario{method: "POST", url: "/api/v1/cameras", headers: keyed(editor, anyKey), body: camera, status: 201, replies: map[string]string{"Idempotency-Replayed": ""}}.run(t, bases[1])
	if n := countOf(t, raw.Cameras()); n != 3 {
		t.Errorf("%d cameras after a day", n)
	}
}

func countOf[T inventory.Record](t *testing.T, shelf inventory.Shelf[T]) int {
	t.Helper()
	all, err := inventory.All(t.Context(), shelf, inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// checkKept looks for words in what the store keeps of answers, which nobody else may open.
func checkKept(t *testing.T, store inventory.Store, n int, words ...string) {
	t.Helper()
	blobs, err := inventory.All(t.Context(), store.Blobs(), inventory.Query{})
	if err != nil || len(blobs) != n {
		t.Fatalf("%d blobs, want %d (%v)", len(blobs), n, err)
	}
	for _, blob := range blobs {
		for _, word := range words {
			if bytes.Contains(blob.Data, []byte(word)) || strings.Contains(string(blob.ID), word) {
				t.Errorf("%q stands in the clear in %s", word, blob.ID)
			}
		}
	}
}

// TestOneAtATime: of many that send one request at once to two servers, one has it done; the others wait or get the same answer.
func TestOneAtATime(t *testing.T) { onEachStore(t, testOneAtATime) }

func testOneAtATime(t *testing.T, open opener) {
	store := open(t)
	bases := []string{serve(t, config(t, store)), serve(t, config(t, store))}
	var all sync.WaitGroup
	statuses := make(chan string, 16)
	for i := range cap(statuses) {
		all.Go(func() {
			answer, body := request(t, "POST", bases[i%2]+"/api/v1/holders", keyed(nil, anyKey), `{"name":"one","kind":"private"}`)
			switch answer.StatusCode {
			case http.StatusCreated:
				statuses <- body
			case http.StatusConflict:
				if answer.Header.Get("Retry-After") != "1" || !strings.Contains(body, "/problems/under-way") {
					t.Errorf("%v %s", answer.Header, body)
				}
				statuses <- ""
			default:
				t.Errorf("%d %s", answer.StatusCode, body)
				statuses <- ""
			}
		})
	}
	all.Wait()
	close(statuses)
	made := map[string]bool{}
	for body := range statuses {
		made[body] = true
	}
	delete(made, "")
	if n := countOf(t, store.Holders()); len(made) != 1 || n != 1 {
		t.Errorf("%d answers, %d holders", len(made), n)
	}
}

// TestNotKept: what another attempt may change is not kept: our own faults, and what was refused before it was read. What the
// request itself is to blame for is kept.
func TestNotKept(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	c := config(t, store)
	trouble := errors.New("trouble")
	c.Advisor = troubled{trouble: func() error { return trouble }}
	base := serve(t, c)
	study := scenario{method: "POST", url: studiesURL, headers: keyed(nil, anyKey), body: `{"commune":"34172"}`, status: 500}
	study.run(t, base)
	trouble = inventory.ErrUnavailable
	study.status = http.StatusServiceUnavailable
	study.run(t, base)
	trouble = inventory.ErrNotFound
	study.status = http.StatusUnprocessableEntity
	study.run(t, base)
	trouble = inventory.ErrUnavailable
	study.replies = map[string]string{"Idempotency-Replayed": "true"}
	study.run(t, base)
	upload := scenario{method: "POST", url: "/api/v1/holders", headers: with(keyed(nil, "other"), "Content-Type", "text/odd"), body: strings.Repeat(" ", 1<<20), status: 415}
	upload.run(t, base)
	upload.headers, upload.body, upload.status = keyed(nil, "other"), `{"name":"one","kind":"private"}`, 201
	upload.run(t, base)
}

// TestKeysThatAreNone: what is no key is refused before anything is done; a key means nothing to what is done once anyway.
func TestKeysThatAreNone(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	base := serve(t, config(t, store))
	for _, key := range []string{
		"", `""`, " ", `"a`, `a"`, `"a" "b"`, "a b", "a,b", `"a\"b"`, `"é"`, "'a'", strings.Repeat("k", 256), strings.Repeat("k", 10_000), `"` + strings.Repeat("k", 10_000) + `"`,
		`"a";b=1`, "../../etc", "a\tb",
	} {
		scenario{name: key, method: "POST", url: "/api/v1/holders", headers: keyed(nil, key), body: `{"name":"one","kind":"private"}`, status: 400, has: []string{`"field":"Idempotency-Key"`}}.run(t, base)
	}
	if n := countOf(t, store.Holders()); n != 0 {
		t.Errorf("%d holders", n)
	}
	for _, key := range []string{strings.Repeat("k", 255), `"` + strings.Repeat("~", 255) + `"`, "a", "A.b-c_d:e"} {
		scenario{name: key, method: "POST", url: "/api/v1/holders", headers: keyed(nil, key), body: `{"name":"one","kind":"private"}`, status: 201}.run(t, base)
	}
	scenario{method: "GET", url: "/api/v1/holders", headers: keyed(nil, "a"), status: 200, replies: map[string]string{"Idempotency-Replayed": ""}}.run(t, base)
}

// TestRightsOfKeptAnswers: an answer is kept for the rights that it was given to.
func TestRightsOfKeptAnswers(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	account := inventory.Account{ID: "someone", Role: inventory.RoleAdmin}
	headers := keyOf(t, raw, account)
	body := `{"name":"one","kind":"private"}`
	scenario{method: "POST", url: "/api/v1/holders", headers: keyed(headers, anyKey), body: body, status: 201}.run(t, base)
	if _, err := raw.Accounts().Update(context.WithoutCancel(t.Context()), account.ID, func(a *inventory.Account) error {
		a.Role, a.Scopes = inventory.RoleIntegrator, inventory.Scopes()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	scenario{method: "POST", url: "/api/v1/holders", headers: keyed(headers, anyKey), body: body, status: 422, has: []string{"/problems/key-reused"}}.run(t, base)
}

// TestKeptAnswerIsTold: a read that is given again is a line of the journal again, and given to who may read.
func TestKeptAnswerIsTold(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	editor := keyOf(t, raw, inventory.Account{ID: "editor", Role: inventory.RoleHolderEditor, Holder: "south"})
	ask := scenario{method: "POST", url: "/api/v1/audits/simulate", headers: keyed(editor, anyKey), body: `{"at":"2026-11-19","change":{"at":"2026-11-21"}}`, status: 200}
	ask.run(t, base)
	before := countOf(t, raw.Journal())
	ask.replies = map[string]string{"Idempotency-Replayed": "true"}
	ask.run(t, base)
	if after := countOf(t, raw.Journal()); after != before+1 {
		t.Errorf("%d lines, then %d", before, after)
	}
}

// TestPackedReplay: an answer that is given again is packed for who asks again, not for who asked first.
func TestPackedReplay(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, openSQLite(t)))
	body := `{"name":"` + strings.Repeat("very long ", 25) + `","kind":"private","type":"` + "" + `"}`
	body = strings.Replace(body, `,"type":""`, "", 1)
	asked := keyed(nil, anyKey)
	var tags []string
	for _, coding := range []string{"gzip", "identity", "zstd"} {
		headers := maps.Clone(asked)
		headers["Accept-Encoding"] = coding
		answer, text := request(t, "POST", base+"/api/v1/holders", headers, body)
		if answer.StatusCode != http.StatusCreated || !strings.Contains(unpack(t, answer.Header.Get("Content-Encoding"), text), "long very") {
			t.Errorf("%s: %d %v %s", coding, answer.StatusCode, answer.Header, text)
		}
		tag, _, _ := strings.Cut(strings.Trim(answer.Header.Get("ETag"), `"`), "+")
		tags = append(tags, tag)
	}
	if tags[0] != tags[1] || tags[1] != tags[2] {
		t.Errorf("the tags are %v", tags)
	}
}
