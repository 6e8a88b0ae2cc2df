package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vigie/inventory/mongodb/mongodbtest"
)

// onEachStore runs a test of the program on a store of each engine.
func onEachStore(t *testing.T, test func(t *testing.T, s *shell, store string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := newShell(t)
		test(t, s, "sqlite:"+s.path("vigie.db"))
	})
	t.Run("mongodb", func(t *testing.T) {
		t.Parallel()
		test(t, newShell(t), mongodbtest.NewDatabase(t))
	})
}

// told is what a client was told of one request.
type told struct {
	status int
	body   string
	header http.Header
	// unanswered is why nothing came back; cut why the answer is not whole.
	unanswered, cut error
}

// client is one that keeps its connection.
type client struct {
	base, key string
	http      *http.Client
}

func newClient(p *process, key string) *client {
	return &client{base: p.base, key: key, http: &http.Client{Transport: &http.Transport{}}}
}

func (c *client) ask(method, path, body string, headers ...string) (got told) {
	request, err := http.NewRequestWithContext(context.Background(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		return told{unanswered: err}
	}
	request.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.http.Do(request)
	if err != nil {
		return told{unanswered: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return told{status: response.StatusCode, body: string(text), header: response.Header, cut: err}
}

// writer is a client that creates holders and renames them, one after the other.
type writer struct {
	*client
	name string
	// acknowledged are the names of the holders as they were answered for; doubtful those of the one request without an answer.
	acknowledged, doubtful map[string]string
}

func holderBody(name string) string { return `{"name":"` + name + `","kind":"private"}` }

// write goes on until something gets no answer, or one that is not of a success, which it gives.
func (w *writer) write(count *atomic.Int64) told {
	for i := 0; ; i++ {
		id, name, condition := fmt.Sprintf("%s-%d", w.name, i/2), "premier", "If-None-Match"
		if i%2 == 1 {
			name, condition = "second", "If-Match"
		}
		got := w.ask(http.MethodPut, "/api/v1/holders/"+id, holderBody(name), condition, "*")
		switch {
		case got.unanswered != nil:
			w.doubtful = map[string]string{id: name}
			return got
		case got.cut != nil, got.status >= 300:
			return got
		}
		w.acknowledged[id] = name
		count.Add(1)
	}
}

// writeAll has some clients write, and others read lists, until each is stopped. During is called when so many writes have been
// acknowledged.
func writeAll(t *testing.T, p *process, key string, enough int64, during func()) (writers []*writer, ends []told) {
	t.Helper()
	const clients = 6
	var acknowledged atomic.Int64
	var group sync.WaitGroup
	ends = make([]told, 2*clients)
	for i := range clients {
		w := &writer{client: newClient(p, key), name: fmt.Sprintf("w%d", i), acknowledged: map[string]string{}}
		writers = append(writers, w)
		group.Go(func() { ends[i] = w.write(&acknowledged) })
		group.Go(func() { ends[clients+i] = readOn(newClient(p, key)) })
	}
	for acknowledged.Load() < enough {
		time.Sleep(time.Millisecond)
	}
	during()
	group.Wait()
	return writers, ends
}

// readOn reads a list until it gets no whole answer.
func readOn(c *client) (got told) {
	for got.unanswered == nil && got.cut == nil && got.status < 300 {
		got = c.ask(http.MethodGet, "/api/v1/holders?limit=1000", "")
		if got.status == http.StatusOK && got.cut == nil && !json.Valid([]byte(got.body)) {
			got.cut = errors.New("half a list")
		}
	}
	return got
}

// holders are the names of the holders that a server has, all pages of them.
func holders(t *testing.T, c *client) map[string]string {
	t.Helper()
	names := map[string]string{}
	for path := "/api/v1/holders?limit=1000"; path != ""; {
		got := c.ask(http.MethodGet, path, "")
		var page struct {
			Items []struct{ ID, Name string }
			Next  string
		}
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK {
			t.Fatalf("the list is %d %.300s (%v, %v)", got.status, got.body, got.unanswered, err)
		}
		for _, one := range page.Items {
			names[one.ID] = one.Name
		}
		if path = ""; page.Next != "" {
			path = "/api/v1/holders?limit=1000&cursor=" + page.Next
		}
	}
	return names
}

// checkStored compares what is stored with what was acknowledged. What got no answer may be stored where it may.
func checkStored(t *testing.T, stored map[string]string, writers []*writer, doubt bool) {
	t.Helper()
	expected := map[string]string{}
	for _, w := range writers {
		maps.Copy(expected, w.acknowledged)
		for id, name := range w.doubtful {
			if doubt && stored[id] == name {
				expected[id] = name
			}
		}
	}
	for id, name := range expected {
		if stored[id] != name {
			t.Errorf("%s was acknowledged as %q and is %q", id, name, stored[id])
		}
	}
	for id, name := range stored {
		if _, known := expected[id]; !known {
			t.Errorf("%s is stored as %q, and nobody was told", id, name)
		}
	}
}

func startServer(t *testing.T, s *shell, store string, args ...string) *process {
	t.Helper()
	return startProcess(t, s, append([]string{"serve", "--addr", "127.0.0.1:0", "--store", store}, args...)...)
}

// TestStoppedUnderLoad stops a server while clients write and read as fast as they can. No answer is cut, each request is either
// answered or was not begun, and what is stored is what was acknowledged: no less, no more.
func TestStoppedUnderLoad(t *testing.T) {
	t.Parallel()
	onEachStore(t, func(t *testing.T, s *shell, store string) {
		t.Helper()
		p := startServer(t, s, store, "--access", "open")
		writers, ends := writeAll(t, p, "", 120, func() { _ = p.Process.Signal(syscall.SIGTERM) })
		for _, end := range ends {
			if end.cut != nil || end.status >= 300 {
				t.Errorf("a client's last answer was %d %.200s (%v)", end.status, end.body, end.cut)
			}
			if end.unanswered == nil || !errors.Is(end.unanswered, syscall.ECONNREFUSED) {
				t.Errorf("a client's last request was not refused: %v", end.unanswered)
			}
		}
		if code := p.end(t); code != exitDone {
			t.Errorf("exit code %d:\n%s", code, p.stderr)
		}
		again := startServer(t, s, store, "--access", "open")
		checkStored(t, holders(t, newClient(again, "")), writers, false)
	})
}

// TestKilledUnderLoad kills a server in the same situation, twice over on one store. What was acknowledged is there.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	onEachStore(t, func(t *testing.T, s *shell, store string) {
		t.Helper()
		key := keyPattern.FindString(s.must(t, "key", "create", "--store", store, "--name", "essai", "--role", "admin").stdout)
		for range 2 {
			p := startServer(t, s, store, "--rate", "0")
			for id := range holders(t, newClient(p, key)) { // of the round before
				if got := newClient(p, key).ask(http.MethodDelete, "/api/v1/holders/"+id, "", "If-Match", "*"); got.status != http.StatusNoContent {
					t.Fatalf("%s is not deleted: %d %s", id, got.status, got.body)
				}
			}
			writers, ends := writeAll(t, p, key, 30, func() { _ = p.Process.Kill() })
			for _, end := range ends {
				if end.unanswered == nil && end.cut == nil {
					t.Errorf("a client was answered %d %.200s", end.status, end.body)
				}
			}
			p.end(t)
			again := startServer(t, s, store, "--rate", "0")
			checkStored(t, holders(t, newClient(again, key)), writers, true)
			if err := again.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			again.end(t)
			s.must(t, "journal", "verify", "--store", store)
		}
	})
}

// TestStoreOfAServerLostAndBack takes the store of a running server away and gives it back: every request is asked to come back,
// and the server goes on without a restart.
func TestStoreOfAServerLostAndBack(t *testing.T) {
	t.Parallel()
	lose := func(t *testing.T, p *process, away, back func()) {
		t.Helper()
		c := newClient(p, "")
		create := func(id string) told {
			return c.ask(http.MethodPut, "/api/v1/holders/"+id, holderBody("Ville"), "If-None-Match", "*")
		}
		if got := create("before"); got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
		away()
		for what, got := range map[string]told{
			"write": create("lost"), "read": c.ask(http.MethodGet, "/api/v1/holders/before", ""), "ready": c.ask(http.MethodGet, "/readyz", ""),
		} {
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "/problems/not-ready") || got.header.Get("Retry-After") == "" {
				t.Errorf("%s without a store: %d %s %v", what, got.status, got.body, got.unanswered)
			}
		}
		if got := c.ask(http.MethodGet, "/healthz", ""); got.status != http.StatusOK {
			t.Errorf("alive without a store: %d %s", got.status, got.body)
		}
		back()
		got := told{}
		for range 100 { // a driver looks for its server now and then
			if got = c.ask(http.MethodGet, "/readyz", ""); got.status == http.StatusOK {
				break
			}
		}
		if got.status != http.StatusOK || create("after").status != http.StatusCreated {
			t.Errorf("the store is back, and the server is not ready: %d %s", got.status, got.body)
		}
		if names := holders(t, c); len(names) != 2 {
			t.Errorf("stored are %v", names)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := newShell(t)
		p := startServer(t, s, "sqlite:"+s.path("vigie.db"), "--access", "open")
		lose(t, p, func() { renameFile(t, s.path("vigie.db"), s.path("away")) }, func() { renameFile(t, s.path("away"), s.path("vigie.db")) })
	})
	t.Run("mongodb", func(t *testing.T) {
		t.Parallel()
		gate, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), nil)
		p := startServer(t, newShell(t), at.String(), "--access", "open")
		lose(t, p, gate.Refuse, gate.Pass)
	})
}
