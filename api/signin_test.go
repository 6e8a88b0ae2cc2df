package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
)

// TestPeopleSignIn: a person signs in at one server and is known to the other, and the journal tells who it was; what the
// person signs out of at one is over at both.
func TestPeopleSignIn(t *testing.T) { onEachStore(t, testPeopleSignIn) }

func testPeopleSignIn(t *testing.T, open opener) {
	r := startReplicas(t, open(t), true, false)
	recordsOf(t, r.store, "south")
	recordsOf(t, r.store, "north")
	b := r.browser(t)
	shown := b.signIn(r.base(0), "camille.town", "/api/v1/me")
	person := inventory.PersonID(r.issuer, "camille.town")
	for _, want := range []string{string(person), `"name":"Prénom camille"`, `"by":"session"`, `"role":"holder_editor"`, `"holder":"south"`, `"cameras:write"`, `"endsAt":"`} {
		if !strings.Contains(shown.text, want) {
			t.Errorf("no %s in %s: %d %s", want, shown.at, shown.status, shown.text)
		}
	}
	if strings.Contains(shown.text, "accounts") || shown.at.Path != "/api/v1/me" {
		t.Errorf("%s %s", shown.at, shown.text)
	}
	secret := b.cookies(r.base(0))["vigie_session"]
	if len(secret) != 43 || b.cookies(r.base(0))["vigie_signin"] != "" {
		t.Errorf("the cookies are %v", b.cookies(r.base(0)))
	}
	list := b.get(r.base(1) + "/api/v1/cameras")
	if list.status != http.StatusOK || !strings.Contains(list.text, "camera-south") || strings.Contains(list.text, "camera-north") {
		t.Errorf("the other server shows %d %s", list.status, list.text)
	}
	stored, err := r.store.Sessions().Get(t.Context(), inventory.SessionID(secret))
	if err != nil || stored.Person != person || strings.Contains(string(stored.ID), secret) {
		t.Errorf("stored is %+v (%v)", stored, err)
	}
	if left := b.do(http.MethodPost, r.base(1)+"/auth/logout", nil, ""); left.status != http.StatusForbidden {
		t.Errorf("a page of nobody knows where signs out: %d", left.status)
	}
	b.stopAt("/session/end")
	left := b.do(http.MethodPost, r.base(1)+"/auth/logout", map[string]string{"Sec-Fetch-Site": "same-origin"}, "")
	target, err := url.Parse(left.header.Get("Location"))
	if err != nil || left.status != http.StatusSeeOther || target.Path != "/session/end" || target.Query().Get("post_logout_redirect_uri") != r.base(1)+"/" {
		t.Errorf("signed out to %s: %d %s", target, left.status, left.text)
	}
	if goodbye := b.get(target.String()); goodbye.status != http.StatusOK || !strings.Contains(goodbye.text, "<form") {
		t.Errorf("the provider does not know the way back: %d %s", goodbye.status, goodbye.text)
	}
	replayed := map[string]string{"Cookie": "vigie_session=" + secret}
	for i := range r.servers {
		scenario{name: "replayed", method: "GET", url: "/api/v1/cameras", headers: replayed, status: 401}.run(t, r.base(i))
		if b.cookies(r.base(i))["vigie_session"] != "" {
			t.Error("the browser keeps the session")
		}
	}
	lines, err := inventory.All(t.Context(), r.store.Journal(), inventory.Query{})
	if err != nil || len(lines) != 3 || lines[0].Deed != inventory.DeedSignIn || lines[2].Deed != inventory.DeedSignOut {
		t.Fatalf("the journal has %+v (%v)", lines, err)
	}
	for _, line := range lines {
		if line.Account != person {
			t.Errorf("%s is not told of %s: %+v", line.Deed, person, line)
		}
	}
}

// TestSessionCookie: with TLS no other host can set the cookie, no script can read it, and no other site's page uses it.
func TestSessionCookie(t *testing.T) {
	t.Parallel()
	r := startReplicas(t, openSQLite(t), false, true)
	b := r.browser(t)
	b.stopAt("/done")
	shown := b.signIn(r.base(0), "alix.root", "/done")
	var set []string
	for _, cookie := range shown.header.Values("Set-Cookie") {
		if strings.HasPrefix(cookie, "__Host-vigie_session=") {
			set = append(set, cookie)
		}
	}
	if len(set) != 1 {
		t.Fatalf("%s sets %q: %s", shown.at, shown.header.Values("Set-Cookie"), shown.text)
	}
	for _, want := range []string{"; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"} {
		if !strings.Contains(set[0], want) {
			t.Errorf("no %q in %q", want, set[0])
		}
	}
	const holder = `{"id":"ville","name":"Ville","kind":"local_authority"}`
	followed := map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
	for name, one := range map[string]struct {
		method, path string
		headers      map[string]string
		status       int
	}{
		"read by hand":                {"GET", "/api/v1/holders", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"read by an old browser":      {"GET", "/api/v1/holders", nil, 200},
		"read for another site":       {"GET", "/api/v1/holders", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"read for a sister site":      {"GET", "/api/v1/holders", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"link from another site":      {"GET", "/api/v1/holders", with(followed, "Sec-Fetch-Site", "cross-site"), 200},
		"link from a sister site":     {"GET", "/api/v1/holders", with(followed, "Sec-Fetch-Site", "same-site"), 200},
		"in another site's frame":     {"GET", "/api/v1/holders", with(with(followed, "Sec-Fetch-Site", "cross-site"), "Sec-Fetch-Dest", "iframe"), 403},
		"form of another site":        {"POST", "/api/v1/holders", with(followed, "Sec-Fetch-Site", "cross-site"), 403},
		"change for another site":     {"POST", "/api/v1/holders", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"change by another origin":    {"POST", "/api/v1/holders", map[string]string{"Origin": "https://evil.example"}, 403},
		"change without an origin":    {"POST", "/api/v1/holders", nil, 403},
		"change from the address bar": {"POST", "/api/v1/holders", map[string]string{"Sec-Fetch-Site": "none"}, 403},
		"another scheme's cookie":     {"GET", "/api/v1/holders", map[string]string{"Cookie": "vigie_session=x"}, 200},
	} {
		answer := b.do(one.method, r.base(0)+one.path, with(one.headers, "Content-Type", "application/json"), holder)
		if answer.status != one.status {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
	changed := b.do("POST", r.base(0)+"/api/v1/holders", map[string]string{"Origin": r.base(0), "Content-Type": "application/json"}, holder)
	if changed.status != http.StatusCreated {
		t.Errorf("a change of the page's own: %d %s", changed.status, changed.text)
	}
}

// TestSessionFixation: a session that somebody put into the browser is not the one that the person gets, and the one that the
// person had is over.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	r := startReplicas(t, openSQLite(t), true, false)
	b := r.browser(t)
	at, err := url.Parse(r.base(0))
	if err != nil {
		t.Fatal(err)
	}
	planted := strings.Repeat("a", 43)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: "vigie_session", Value: planted, Path: "/"}})
	if shown := b.signIn(r.base(0), "camille.town", "/api/v1/me"); shown.status != http.StatusOK {
		t.Fatalf("%s: %d %s", shown.at, shown.status, shown.text)
	}
	first := b.cookies(r.base(0))["vigie_session"]
	if shown := b.signIn(r.base(1), "camille.town", "/api/v1/me"); shown.status != http.StatusOK {
		t.Fatalf("%s: %d %s", shown.at, shown.status, shown.text)
	}
	second := b.cookies(r.base(0))["vigie_session"]
	if first == planted || second == first || second == "" {
		t.Errorf("the session keeps its secret: %q, %q, %q", planted, first, second)
	}
	for secret, status := range map[string]int{planted: 401, first: 401, second: 200} {
		scenario{method: "GET", url: "/api/v1/cameras", headers: map[string]string{"Cookie": "vigie_session=" + secret}, status: status}.run(t, r.base(0))
	}
	two := map[string]string{"Cookie": "vigie_session=" + second + "; vigie_session=" + planted}
	scenario{name: "two cookies", method: "GET", url: "/api/v1/cameras", headers: two, status: 401}.run(t, r.base(0))
}

// TestLoginCSRF: the answer of the provider counts once, and only in the browser that began the sign-in.
func TestLoginCSRF(t *testing.T) {
	t.Parallel()
	r := startReplicas(t, openSQLite(t), true, false)
	attacker := r.browser(t)
	attacker.stopAt("/auth/callback")
	callback := attacker.signIn(r.base(0), "mallory.root", "/api/v1/me").header.Get("Location")
	if !strings.Contains(callback, "code=") {
		t.Fatalf("the provider sends the browser to %q", callback)
	}
	victim := r.browser(t)
	if shown := victim.get(callback); shown.status != http.StatusForbidden {
		t.Errorf("a browser that began nothing: %d %s", shown.status, shown.text)
	}
	victim.stopAt("/auth")
	victim.get(r.base(0) + "/auth/login") // the victim is about to sign in
	if shown := victim.get(callback); shown.status != http.StatusForbidden {
		t.Errorf("a browser that began something else: %d %s", shown.status, shown.text)
	}
	changed := strings.Replace(callback, "iss=", "iss=https%3A%2F%2Fevil.example%2F", 1)
	mixed := r.browser(t)
	mixed.Jar = attacker.Jar
	if shown := mixed.get(changed); shown.status != http.StatusForbidden || len(victim.cookies(r.base(0))["vigie_session"]) > 0 {
		t.Errorf("the answer of another provider: %d %s", shown.status, shown.text)
	}
	own := r.browser(t)
	own.stopAt("/auth/callback")
	callback = own.signIn(r.base(0), "mallory.root", "/api/v1/me").header.Get("Location")
	own.CheckRedirect = nil
	if shown := own.get(callback); shown.status != http.StatusOK {
		t.Errorf("the browser that began: %d %s", shown.status, shown.text)
	}
	if shown := own.get(callback); shown.status != http.StatusForbidden {
		t.Errorf("a second time: %d %s", shown.status, shown.text)
	}
	if sessions, err := inventory.All(t.Context(), r.store.Sessions(), inventory.Query{}); err != nil || len(sessions) != 1 {
		t.Errorf("there are %d sessions (%v)", len(sessions), err)
	}
}

// TestSignInThatIsRefused: whoever has no role, cancels, or wants to go elsewhere afterwards, gets no session.
func TestSignInThatIsRefused(t *testing.T) {
	t.Parallel()
	r := startReplicas(t, openSQLite(t), false, false)
	b := r.browser(t)
	if shown := b.signIn(r.base(0), "stranger.nothing", "/"); shown.status != http.StatusForbidden || !strings.Contains(shown.text, "have no role here") {
		t.Errorf("a stranger: %d %s", shown.status, shown.text)
	}
	cancelled := r.browser(t)
	form := cancelled.get(r.base(0) + "/auth/login")
	if shown := cancelled.get(form.at.String() + "/abort"); shown.status != http.StatusForbidden || !strings.Contains(shown.text, "access_denied") {
		t.Errorf("cancelled: %d %s %s", shown.status, shown.at, shown.text)
	}
	for _, elsewhere := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, `/a\..\b`, "/\t/evil.example", "evil.example", "javascript:alert(1)", "/" + strings.Repeat("x", 1024), "/%0d%0aSet-Cookie:x"} {
		scenario{name: elsewhere, method: "GET", url: "/auth/login?returnTo=" + url.QueryEscape(elsewhere), status: wantReturn(elsewhere)}.run(t, r.base(0))
	}
	runAll(t, r.base(0), []scenario{
		{name: "unheard of", method: "GET", url: "/auth/login?next=/", status: 400},
		{name: "nothing", method: "GET", url: "/auth/callback", status: 403},
		{name: "made up", method: "GET", url: "/auth/callback?state=x&code=y", headers: map[string]string{"Cookie": "vigie_signin=x.Lw"}, status: 403},
		{name: "twice", method: "GET", url: "/auth/callback?state=x&state=y", status: 400},
		{name: "sign out by a link", method: "GET", url: "/auth/logout", status: 405},
		{name: "signed out already", method: "POST", url: "/auth/logout", status: 303, replies: map[string]string{"Location": "/"}},
	})
	if sessions, err := inventory.All(t.Context(), r.store.Sessions(), inventory.Query{}); err != nil || len(sessions) != 0 {
		t.Errorf("there are %d sessions (%v)", len(sessions), err)
	}
}

// wantReturn is what becomes of an address: one that is written with escapes stays a path of this server.
func wantReturn(address string) int {
	if strings.HasPrefix(address, "/%") {
		return http.StatusSeeOther
	}
	return http.StatusBadRequest
}

// TestSessionsEnd: a session ends when it is not used, at the latest after its lifetime, and at once when it is taken out of the
// store; what has ended is removed.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	r := startReplicas(t, openSQLite(t), true, false)
	begin := func(name string) (browser, func() int) {
		b := r.browser(t)
		if shown := b.signIn(r.base(0), name, "/api/v1/me"); shown.status != http.StatusOK {
			t.Fatalf("%s: %d %s", shown.at, shown.status, shown.text)
		}
		return b, func() int { return b.get(r.base(1) + "/api/v1/me").status }
	}
	_, idle := begin("idle.town")
	_, busy := begin("busy.town")
	for hour := time.Duration(0); hour < 9*time.Hour+30*time.Minute; hour += 50 * time.Minute {
		if status := busy(); status != http.StatusOK {
			t.Fatalf("the session that is used: %d after %v", status, hour)
		}
		r.clock.advance(50 * time.Minute)
	}
	if status := idle(); status != http.StatusUnauthorized {
		t.Errorf("the session that is not used: %d", status)
	}
	if status := busy(); status != http.StatusUnauthorized {
		t.Errorf("the session after ten hours: %d", status)
	}
	removed, err := inventory.RemoveSessions(t.Context(), r.store.Sessions(), func(s inventory.Session) bool { return !s.Lives(r.clock.now()) })
	if err != nil || removed != 2 {
		t.Errorf("%d are removed (%v)", removed, err)
	}
	r.clock.advance(time.Until(r.clock.now()) * -1)
	_, revoked := begin("revoked.town")
	person := inventory.PersonID(r.issuer, "revoked.town")
	before := revoked()
	removed, err = inventory.RemoveSessions(t.Context(), r.store.Sessions(), func(s inventory.Session) bool { return s.Person == person })
	if after := revoked(); before != http.StatusOK || after != http.StatusUnauthorized || removed != 1 || err != nil {
		t.Errorf("the session that is taken back: %d, then %d; %d removed (%v)", before, after, removed, err)
	}
}
