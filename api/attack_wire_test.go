package api_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// dial opens a connection to a server and sends a text on it.
func dial(t *testing.T, base, text string) net.Conn {
	t.Helper()
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return connection
}

// statuses are those of all answers that come on a connection until it is closed, or says nothing more for a moment.
func statuses(t *testing.T, connection net.Conn) (codes []int, bodies string) {
	t.Helper()
	_ = connection.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	reader := bufio.NewReader(connection)
	for {
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return codes, bodies
		}
		text, _ := io.ReadAll(answer.Body)
		codes, bodies = append(codes, answer.StatusCode), bodies+string(text)
	}
}

// TestAttackFraming: where a request ends is never doubtful. One that a proxy could have read otherwise is refused, or ends the
// connection, so that what follows it is not taken for the next one.
func TestAttackFraming(t *testing.T) {
	t.Parallel()
	base := guardedServer(t, openSQLite(t))
	hidden := "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
	post := "POST /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\n"
	for name, text := range map[string]string{
		"length and chunks":           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"chunks and length":           post + "Transfer-Encoding: chunked\r\nContent-Length: 500\r\n\r\n0\r\n\r\n" + hidden,
		"two lengths":                 post + "Content-Length: 0\r\nContent-Length: 50\r\n\r\n" + hidden,
		"a list of lengths":           post + "Content-Length: 0, 50\r\n\r\n" + hidden,
		"a signed length":             post + "Content-Length: +0\r\n\r\n" + hidden,
		"a length below nothing":      post + "Content-Length: -1\r\n\r\n" + hidden,
		"chunks, written strangely":   post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"chunks, not last":            post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
		"chunks twice":                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"a blank before the colon":    post + "Content-Length : 0\r\n\r\n" + hidden,
		"a chunk of a strange length": post + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + hidden,
		"a chunk longer than it is":   post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n" + hidden,
		"two hosts":                   "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
		"no host":                     "GET /api/v1/cameras HTTP/1.1\r\n\r\n",
		"a host with a path":          "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost/evil\r\n\r\n",
		"a host of another":           "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n",
		"a host that ends as one":     "GET /api/v1/cameras HTTP/1.1\r\nHost: evil-localhost\r\n\r\n",
		"an address of another":       "GET http://evil.example/api/v1/cameras HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"another host, forwarded":     "GET /api/v1/cameras HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n\r\n",
		"a line end in a header":      "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nX-A: b\rc\r\n\r\n",
		"a zero in a header":          "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nX-A: b\x00c\r\n\r\n",
		"another protocol":            "GET /api/v1/cameras HTTP/3.0\r\nHost: localhost\r\n\r\n",
		"no protocol":                 "GET /api/v1/cameras\r\n\r\n",
		"headers beyond all measure":  "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", 2<<20) + "\r\n\r\n",
		"a tunnel":                    "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
		"a trace":                     "TRACE /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n",
		"another method, hidden":      "POST /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n",
		"another address, hidden":     "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nX-Original-URL: /openapi.json\r\nX-Rewrite-URL: /openapi.json\r\n\r\n",
	} {
		codes, bodies := statuses(t, dial(t, base, text))
		if len(codes) > 1 || len(codes) == 1 && codes[0] < 400 || strings.Contains(bodies, `"openapi"`) || strings.Contains(bodies, "Bearer x") {
			t.Errorf("%s: %v %.200s", name, codes, bodies)
		}
	}
}

// TestAttackKeys: no key opens anything but as its own, in its own place.
func TestAttackKeys(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	admin := keyOf(t, raw, inventory.Account{ID: "admin", Role: inventory.RoleAdmin})["Authorization"]
	reader := keyOf(t, raw, inventory.Account{ID: "reader", Role: inventory.RoleHolderReader, Holder: "south"})["Authorization"]
	account, err := raw.Accounts().Get(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(reader, "reader.")
	bare := strings.TrimPrefix(admin, "Bearer ")
	for name, header := range map[string]string{
		"the secret of another account":  "Bearer vigie_admin." + secret,
		"the hash instead of the secret": "Bearer vigie_admin." + account.SecretHash,
		"no secret":                      "Bearer vigie_admin.",
		"two secrets":                    "Bearer vigie_admin." + secret + "." + strings.TrimPrefix(bare, "vigie_admin."),
		"two keys":                       admin + ", " + reader,
		"two keys with a blank":          admin + " " + bare,
		"a list of schemes":              "Basic x, " + admin,
		"another case":                   "Bearer " + strings.ToUpper(bare),
		"a zero":                         admin + "%00",
		"a wildcard":                     "Bearer vigie_*." + secret,
		"an operator":                    `Bearer vigie_{"$gt":""}.` + secret,
		"a path":                         "Bearer vigie_../admin." + secret,
		"a token without signature":      "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGUiOiJhZG1pbiJ9.",
		"a very long one":                "Bearer vigie_admin." + strings.Repeat("x", 60_000),
	} {
		scenario{name: name, method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Authorization": header}, status: 401}.run(t, base)
	}
	runAll(t, base, []scenario{
		{name: "in the query", method: "GET", url: "/api/v1/cameras?access_token=" + bare + "&key=" + bare, status: 401},
		{name: "as the user of the address", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Authorization": "Basic YWRtaW46" + bare}, status: 401},
		{name: "as a cookie", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Cookie": "key=" + bare + "; Authorization=" + admin}, status: 401},
		{name: "in other headers", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"X-Api-Key": bare, "Proxy-Authorization": admin, "X-Forwarded-User": "admin", "X-Remote-User": "admin"}, status: 401},
		{name: "a reader with the words of an administrator", method: "GET", url: "/metrics", headers: map[string]string{"Authorization": reader, "X-Role": "admin", "X-Account": "admin"}, status: 403},
		{name: "the scheme in another case", method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Authorization": "bEARER " + bare}, status: 200},
	})
	twice := "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + reader + "\r\nAuthorization: " + admin + "\r\n\r\n"
	if codes, bodies := statuses(t, dial(t, base, twice)); len(codes) != 1 || codes[0] != http.StatusUnauthorized {
		t.Errorf("two keys in two headers: %v %.200s", codes, bodies)
	}
}

// TestAttackProxies: clear HTTP is spoken to named proxies and to this machine; that a proxy speaks TLS is told to browsers.
func TestAttackProxies(t *testing.T) {
	t.Parallel()
	const https = "max-age=31536000"
	c := guardedConfig(t, openSQLite(t))
	c.Hosts = []string{"vigie.example"}
	named := func(network string) string {
		c.Proxies = []netip.Prefix{netip.MustParsePrefix(network)}
		return serve(t, c)
	}
	through, beside := named("127.0.0.0/8"), named("192.0.2.0/24")
	scenario{name: "through", method: "GET", url: "/healthz", headers: from(nil, "203.0.113.1"), status: 200, replies: map[string]string{"Strict-Transport-Security": https}}.run(t, through)
	scenario{name: "another host, through", method: "GET", url: "/healthz", headers: map[string]string{"Host": "evil.example", "X-Forwarded-Host": "vigie.example"}, status: 421}.run(t, through)
	scenario{name: "from this machine", method: "GET", url: "/healthz", headers: from(nil, "192.0.2.1"), status: 200, replies: map[string]string{"Strict-Transport-Security": ""}}.run(t, beside)
	scenario{name: "that it was TLS", method: "GET", url: "/healthz", headers: map[string]string{"X-Forwarded-Proto": "https", "Front-End-Https": "on"}, status: 200, replies: map[string]string{"Strict-Transport-Security": ""}}.run(t, beside)
}

// TestSecurityHeaders: every answer has them, whatever it is; only what is public may be kept.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	admin := keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})
	common := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Access-Control-Allow-Origin": "", "Server": "", "X-Powered-By": "", "Set-Cookie": "",
	}
	closed := "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	for _, test := range []struct {
		method, url   string
		headers       map[string]string
		status        int
		kept, content string
	}{
		{"GET", "/", nil, 200, "no-store", closed},
		{"GET", "/healthz", nil, 200, "no-store", closed},
		{"GET", "/api/v1/cameras", nil, 401, "no-store", closed},
		{"GET", "/api/v1/cameras", admin, 200, "no-store", closed},
		{"HEAD", "/api/v1/cameras", admin, 200, "no-store", closed},
		{"GET", "/api/v1/cameras/x", admin, 404, "no-store", closed},
		{"OPTIONS", "/api/v1/cameras", nil, 204, "no-store", closed},
		{"GET", "/metrics", admin, 200, "no-store", closed},
		{"GET", "/nowhere", nil, 404, "no-store", closed},
		{"GET", "/healthz", map[string]string{"Host": "evil.example"}, 421, "no-store", closed},
		{"POST", "/api/v1/cameras", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403, "no-store", closed},
		{"GET", "/swagger/index.html", nil, 200, "no-cache", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	} {
		replies := map[string]string{"Cache-Control": test.kept, "Content-Security-Policy": test.content, "Strict-Transport-Security": ""}
		for name, value := range common {
			replies[name] = value
		}
		scenario{name: test.url, method: test.method, url: test.url, headers: test.headers, status: test.status, replies: replies}.run(t, base)
	}
	_, page := request(t, "GET", base+"/swagger/index.html", nil, "")
	scripts := strings.Split(page, "<script")[1:]
	if len(scripts) == 0 {
		t.Error("the page has no script")
	}
	for _, script := range scripts {
		if !strings.HasPrefix(strings.TrimSpace(script), "src=") {
			t.Errorf("a script stands in the page, which the policy forbids: %.100s", script)
		}
	}
}

// TestSlowClients: a client that takes its time to say what it wants, or to send a body, is cut off; the time for a file begins
// only when it is known whose it is.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	c := guardedConfig(t, raw)
	c.Patience = 300 * time.Millisecond
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ln := listen(t)
	ended := make(chan error, 1)
	go func() {
		ended <- api.Serve(ctx, ln, api.Service{Handler: handler, Logger: slog.New(slog.DiscardHandler), HeaderPatience: 300 * time.Millisecond})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	key := "Authorization: " + keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})["Authorization"] + "\r\n"
	host := " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	for name, test := range map[string]struct{ text, status string }{
		"headers without end":      {"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n", ""},
		"nothing at all":           {"", ""},
		"a body without end":       {"POST /api/v1/cameras" + host + key + "Content-Length: 50\r\n\r\n{", "400"},
		"chunks without end":       {"POST /api/v1/cameras" + host + key + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "400"},
		"a file of nobody's":       {"POST /api/v1/cameras/import?holder=x" + host + "Content-Length: 50\r\n\r\n{", "401"},
		"a body that nobody reads": {"GET /api/v1/cameras" + host + key + "Content-Length: 50\r\n\r\n{", "200"},
	} {
		t.Run(name, func(t *testing.T) {
			connection := dial(t, "http://"+ln.Addr().String(), test.text)
			_ = connection.SetReadDeadline(time.Now().Add(time.Minute)) // a server that waits for ever fails, late
			text, err := io.ReadAll(connection)
			if errors.Is(err, os.ErrDeadlineExceeded) || !strings.HasPrefix(string(text), strings.TrimSuffix("HTTP/1.1 "+test.status, "HTTP/1.1 ")) {
				t.Errorf("%v: %.300s", err, text)
			}
		})
	}
}
