package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// load is how a server is asked.
type load struct {
	base, ogc, collection string
	ogcOnly, noTotals     bool
	clients               int
	warm, lasts, pause    time.Duration
	pid                   int
	keys                  struct{ reader, expert, admin string }

	client *http.Client
	shares []share
}

// answered is one request that was answered, or was not.
type answered struct {
	kind     kind
	took     time.Duration
	bytes    int
	features int
	err      error
}

// caller is who asks: by which key, with which reason, about which places.
type caller struct {
	key, reason string
	places      places
}

// run asks for as long as is said, and prints what came of it.
func (l *load) run(ctx context.Context, cameras int) error {
	found := findPlaces(cameras)
	callers := []caller{
		{l.keys.reader, "", found.reader},
		{l.keys.expert, "essai de charge", found.expert},
		{l.keys.reader, "", found.reader},
		{l.keys.expert, "essai de charge", found.expert},
		{l.keys.admin, "", found.admin},
	}
	l.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: l.clients, DisableCompression: true}}
	if l.collection == "" {
		l.collection = "cameras"
	}
	l.shares = mix(l.ogcOnly, l.serves(ctx, callers[0], tileAt(found.reader.spots[0].at, 14)))
	if l.noTotals {
		l.shares = slices.DeleteFunc(l.shares, func(s share) bool { return s.kind == kindTotal })
	}
	if err := l.try(ctx, callers); err != nil {
		return err
	}
	server := watch(l.pid)
	start := time.Now().Add(l.warm)
	end := start.Add(l.lasts)
	all := make([][]answered, l.clients)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() { all[i] = l.asking(ctx, i, callers[i%len(callers)], start, end) })
	}
	time.Sleep(time.Until(start))
	server.begin()
	group.Wait()
	server.end()
	return l.tell(os.Stdout, all, server)
}

// serves tells whether the server knows an address at all.
func (l *load) serves(ctx context.Context, by caller, path string) bool {
	_, err := l.ask(ctx, by, path)
	return err == nil
}

// try asks for one thing of each kind by each caller, so that a server without the cameras, or a key without the right, is
// told at once.
func (l *load) try(ctx context.Context, callers []caller) error {
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // G404: the same requests every time
	for i, by := range callers {
		for _, s := range l.shares {
			path := l.address(s.kind, r, by.places, "")
			if _, err := l.ask(ctx, by, path); err != nil {
				return fmt.Errorf("caller %d, %s: %w", i, path, err)
			}
		}
	}
	return nil
}

// asking is what one client does. What it asked before the start, or had no answer to at the end, does not count.
func (l *load) asking(ctx context.Context, i int, by caller, start, end time.Time) (done []answered) {
	r := rand.New(rand.NewPCG(uint64(i), 7)) //nolint:gosec // G404,G115: the same requests every time
	next := ""
	for time.Now().Before(end) {
		k := choose(r, l.shares)
		from := time.Now()
		body, err := l.ask(ctx, by, l.address(k, r, by.places, next))
		one := answered{kind: k, took: time.Since(from), bytes: len(body), err: err}
		if k == kindPage {
			next = nextPage(body)
		}
		if k == kindBox {
			one.features = featuresIn(body)
		}
		if from.After(start) {
			done = append(done, one)
		}
		time.Sleep(l.pause)
	}
	return done
}

// ask sends a request and reads its answer whole. Any status but 200, and JSON that is cut off, is an error.
func (l *load) ask(ctx context.Context, by caller, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
	if err != nil {
		return nil, err
	}
	if by.key != "" {
		request.Header.Set("Authorization", "Bearer "+by.key)
	}
	if by.reason != "" {
		request.Header.Set("X-Reason", by.reason)
	}
	response, err := l.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNoContent { // a tile may be empty
		return nil, fmt.Errorf("%s: %.200s", response.Status, body)
	}
	if strings.Contains(response.Header.Get("Content-Type"), "json") && !bytes.HasSuffix(bytes.TrimSpace(body), []byte("}")) {
		return nil, fmt.Errorf("the answer of %d bytes is cut off", len(body))
	}
	return body, nil
}

var cursorPattern = regexp.MustCompile(`"next":("[^"]*")\}?\s*$`)

// nextPage is the address of the page after a page of a list; empty after the last one.
func nextPage(body []byte) string {
	found := cursorPattern.FindSubmatch(body[max(0, len(body)-512):])
	if found == nil {
		return ""
	}
	var cursor string
	if json.Unmarshal(found[1], &cursor) != nil {
		return ""
	}
	return "/api/v1/cameras?limit=100&cursor=" + cursor
}

// featuresIn is how many features a GeoJSON text has.
func featuresIn(body []byte) int {
	return bytes.Count(body, []byte(`"type":"Feature",`)) + bytes.Count(body, []byte(`"type": "Feature",`))
}
