package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// wrong is a request that nobody should send.
type wrong struct {
	method, path, body string
	headers            []string
}

// wrongRequests are of every kind: too long, too deep, forged, cut off, of another format.
func wrongRequests() []wrong {
	long := strings.Repeat("x", 40<<10)
	deep := strings.Repeat("[", 5000)
	json := []string{"Content-Type", "application/json"}
	get := func(path string, headers ...string) wrong { return wrong{http.MethodGet, path, "", headers} }
	post := func(path, body string, headers ...string) wrong { return wrong{http.MethodPost, path, body, headers} }
	requests := []wrong{
		get("/nothing/" + long), get("/api/v1/cameras/%00"), get("/api/v1/cameras/%ff%fe"), get("/api/v1/cameras?" + long),
		get("/api/v1/cameras?limit=-1"), get("/api/v1/cameras?limit=1e9"), get("/api/v1/cameras?cursor=AAAAAAAAAAAAAAAA"),
		get("/api/v1/cameras?cursor=" + long), get("/api/v1/cameras?bbox=NaN,0,1,Inf"), get("/api/v1/cameras?bbox=9,9,1,1"),
		get("/api/v1/cameras?holder=" + strings.Repeat("a,", 5000)), get("/api/v1/cameras?updatedFrom=yesterday"), get("/api/v1/cameras?%zz"),
		get("/api/v1/counts/cameras?by=nothing"), get("/api/v1/journal?cursor=x"),
		get("/ogc/collections/nothing/items"), get("/ogc/collections/cameras/items?filter-lang=sql&filter=1"),
		get("/ogc/collections/cameras/items?filter=" + strings.Repeat("(", 3000)), get("/ogc/collections/cameras/items?filter=NOT%20"),
		get("/ogc/collections/cameras/items?filter-lang=cql2-json&filter=" + strings.Repeat("%5B", 3000)),
		get("/ogc/collections/cameras/items?filter=S_INTERSECTS(location,POLYGON((0%200,1%201,0%201,1%200,0%200)))"),
		get("/ogc/collections/cameras/items?crs=EPSG:1"), get("/ogc/collections/cameras/items?datetime=../.."),
		get("/api/v1/cameras", "Accept", "audio/basic"),
		get("/api/v1/cameras", "Authorization", "Bearer vigie_x_y"), get("/api/v1/cameras", "Authorization", "Bearer a.b.c"),
		get("/api/v1/cameras", "Authorization", "Bearer "+long), get("/api/v1/cameras", "Authorization", "Basic eDp5"),
		get("/auth/callback?code=x&state=y", "Cookie", "vigie_session="+long[:4000]),
		post("/api/v1/cameras", "{", json...), post("/api/v1/cameras", deep, json...), post("/api/v1/cameras", `{"a":1,"a":2}`, json...),
		post("/api/v1/cameras", `{"location":{"type":"Point","coordinates":[1e999,0]}}`, json...), post("/api/v1/cameras", "\xff\xfe", json...),
		post("/api/v1/cameras", strings.Repeat(" ", 9<<20), json...), post("/api/v1/cameras", "{}", "Content-Type", "text/plain"),
		post("/api/v1/cameras", "{}", "Content-Type", "application/json", "Content-Encoding", "gzip"),
		post("/api/v1/areas", `{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[1,0],[0,0]]]}}`, json...),
		post("/api/v1/assessments", `{"perimeter":{"type":"Polygon","coordinates":[[]]}}`, json...), post("/api/v1/assessments", `{"commune":"00000"}`, json...),
		post("/api/v1/audits", `{"deployment":"none","at":"2026-13-41"}`, json...),
		{http.MethodPut, "/api/v1/cameras/c1", "{}", json}, {http.MethodDelete, "/api/v1/cameras/c1", "", nil},
		{http.MethodPatch, "/api/v1/cameras/c1", "{}", json}, {"BREW", "/api/v1/cameras", "", nil},
		{http.MethodPut, "/api/v1/cameras/c1", "{}", append([]string{"If-Match", `"` + long + `"`}, json...)},
	}
	for media, body := range map[string]string{
		"application/geo+json": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":`, "text/csv": "a,b\n\"", "application/zip": "PK\x03\x04" + long,
		"application/vnd.google-earth.kml+xml": "<kml><Document>" + strings.Repeat("<Folder>", 2000),
	} {
		requests = append(requests, post("/api/v1/cameras/import?holder=ville", body, "Content-Type", media))
	}
	return requests
}

var sizePattern = regexp.MustCompile(`(?m)^(go_goroutines|process_resident_memory_bytes|process_open_fds) (\S+)$`)

// sizes are what a server says of itself.
func sizes(t *testing.T, c *client) map[string]float64 {
	t.Helper()
	got := c.ask(http.MethodGet, "/metrics", "")
	found := map[string]float64{}
	for _, line := range sizePattern.FindAllStringSubmatch(got.body, -1) {
		n, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		found[line[1]] = n
	}
	if len(found) != 3 {
		t.Fatalf("the server tells %v of itself: %d %.200s", found, got.status, got.body)
	}
	return found
}

// sendWrong has some clients send each wrong request so often. Each answer must be whole and say that the request is wrong.
func sendWrong(t *testing.T, p *process, key string, times int) {
	t.Helper()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			c := newClient(p, key)
			for range times {
				for _, w := range wrongRequests() {
					got := c.ask(w.method, w.path, w.body, w.headers...)
					if got.unanswered == nil && (got.status < 400 || got.status >= 500 || got.cut != nil) {
						t.Errorf("%s %.80s %.60q: %d %.200s (%v)", w.method, w.path, w.body, got.status, got.body, got.cut)
					}
				}
				hangUp(t, p)
			}
			c.http.CloseIdleConnections()
		})
	}
	group.Wait()
}

// hangUp sends what is no HTTP, and halves of requests, and goes away.
func hangUp(t *testing.T, p *process) {
	t.Helper()
	for _, text := range []string{
		"", "\x16\x03\x01\x02\x00", "GET / HTTP/9.9\r\n\r\n", "GET /api/v1/cameras HTTP/1.1\r\nHost: loc", "POST /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
		"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("y", 100<<10) + "\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nzz\r\n",
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(connection, text)
		_ = connection.Close()
	}
}

// TestWrongRequestsLeaveNothing sends thousands of wrong requests: each is told what is wrong with it, and the server is as large
// afterwards as it was when it had seen each of them a few times.
func TestWrongRequestsLeaveNothing(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	key := keyPattern.FindString(s.must(t, "key", "create", "--name", "essai", "--role", "admin").stdout)
	p := startProcess(t, s, "serve", "--addr", "127.0.0.1:0", "--rate", "0")
	c := newClient(p, key)
	sendWrong(t, p, key, 2)
	before := sizes(t, c)
	sendWrong(t, p, key, 9)
	after := sizes(t, c)
	for range 100 { // connections that were given up end when the server notices
		if after = sizes(t, c); after["go_goroutines"] <= before["go_goroutines"]+2 && after["process_open_fds"] <= before["process_open_fds"]+2 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	for what, grown := range map[string]float64{"go_goroutines": 2, "process_open_fds": 2, "process_resident_memory_bytes": 64 << 20} {
		if after[what] > before[what]+grown {
			t.Errorf("%s: %v before, %v after", what, before[what], after[what])
		}
	}
	t.Log(fmt.Sprint("before ", before, ", after ", after))
	if strings.Contains(p.stderr.String(), "panic") {
		t.Errorf("the server panicked:\n%.3000s", p.stderr)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
