package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"vigie/api"
	"vigie/inventory"
)

// realProvider is the address of an identity provider, a process of its own. Without one the test is skipped, or fails where
// one is required.
func realProvider(t *testing.T) string {
	t.Helper()
	address := os.Getenv("VIGIE_TEST_OIDC")
	if address == "" && strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "oidc") {
		t.Fatal("VIGIE_TEST_REQUIRE asks for an identity provider, and VIGIE_TEST_OIDC names none")
	}
	if address == "" {
		t.Skip("SKIPPED: VIGIE_TEST_OIDC names no identity provider (scripts/oidc up)")
	}
	return address
}

// registered makes a client of the provider that people come back to at these addresses; private ones get a secret.
func registered(t *testing.T, issuer string, private bool, back ...string) (id, secret string) {
	t.Helper()
	asked := map[string]any{"redirect_uris": []string{}, "post_logout_redirect_uris": []string{}}
	var callbacks, farewells []string
	for _, base := range back {
		callbacks, farewells = append(callbacks, base+"/auth/callback"), append(farewells, base+"/")
	}
	asked["redirect_uris"], asked["post_logout_redirect_uris"] = callbacks, farewells
	if !private {
		asked["token_endpoint_auth_method"] = "none"
	}
	body, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	answer, text := request(t, http.MethodPost, issuer+"/reg", sendJSON, string(body))
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.Unmarshal([]byte(text), &client); err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("the provider registers no client: %s %s", answer.Status, text)
	}
	return client.ID, client.Secret
}

const (
	testAudience = "https://vigie.test/"
	testRoles    = `
rules:
  - {claim: groups, values: [root, chief], role: admin}
  - {claim: groups, values: [town], role: holder_editor, holder: south}
  - {claim: groups, values: [mandated], role: expert, mandates: [{departments: ["34"], from: "2026-01-01", to: "2999-01-01"}]}
`
)

func readRoles(t *testing.T, text string) api.RoleMap {
	t.Helper()
	roles, err := api.ReadRoles([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

// offsetClock is the real time, as far ahead as somebody moved it.
type offsetClock struct{ ahead atomic.Int64 }

func (o *offsetClock) now() time.Time          { return time.Now().Add(time.Duration(o.ahead.Load())) }
func (o *offsetClock) advance(d time.Duration) { o.ahead.Add(int64(d)) }

// replicas are servers of one store, where people sign in with the real provider.
type replicas struct {
	issuer  string
	store   inventory.Store
	clock   offsetClock
	servers []*httptest.Server
}

func (r *replicas) base(i int) string { return r.servers[i].URL }

// startReplicas starts two servers for people, who come from a browser that trusts their certificates where they speak TLS.
func startReplicas(t *testing.T, store inventory.Store, private, secure bool) *replicas {
	t.Helper()
	r := &replicas{issuer: realProvider(t), store: store}
	var bases []string
	for range 2 {
		server := httptest.NewUnstartedServer(nil)
		scheme := "http://"
		if secure {
			scheme = "https://"
		}
		bases = append(bases, scheme+server.Listener.Addr().String())
		r.servers = append(r.servers, server)
	}
	id, secret := registered(t, r.issuer, private, bases...)
	for _, server := range r.servers {
		c := guardedConfig(t, store)
		c.Now = r.clock.now
		c.People = &api.People{
			Issuer: r.issuer, Audience: testAudience, ClientID: id, ClientSecret: secret, Scopes: []string{"profile", "groups"},
			Roles: readRoles(t, testRoles), Sessions: store.Sessions(),
		}
		handler, err := api.New(c)
		if err != nil {
			t.Fatal(err)
		}
		server.Config.Handler = handler
		if secure {
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(server.Close)
	}
	return r
}

// browser keeps cookies and follows redirects, as a person's does.
type browser struct {
	t *testing.T
	*http.Client
}

func (r *replicas) browser(t *testing.T) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := r.servers[0].Client()
	return browser{t, &http.Client{Jar: jar, Transport: client.Transport}}
}

// page is what a browser shows.
type page struct {
	status int
	at     *url.URL
	header http.Header
	text   string
}

func (b browser) do(method, address string, headers map[string]string, body string) page {
	b.t.Helper()
	asked, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, value := range headers {
		asked.Header.Set(name, value)
	}
	answer, err := b.Do(asked)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var text bytes.Buffer
	if _, err := io.Copy(&text, answer.Body); err != nil {
		b.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Request.URL, answer.Header, text.String()}
}

func (b browser) get(address string) page { return b.do(http.MethodGet, address, nil, "") }

// stopAt makes the browser show a redirect to a path instead of following it.
func (b browser) stopAt(path string) {
	b.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
		if next.URL.Path == path {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

var (
	formAction = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)
	formField  = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
)

// authenticate goes through the forms of the provider, name and consent, to where it sends the browser afterwards.
func (b browser) authenticate(shown page, name string) page {
	b.t.Helper()
	for range 5 {
		action := formAction.FindStringSubmatch(shown.text)
		if action == nil {
			return shown
		}
		target, err := shown.at.Parse(html.UnescapeString(action[1]))
		if err != nil {
			b.t.Fatal(err)
		}
		values := url.Values{"login": {name}, "password": {"anything"}}
		for _, field := range formField.FindAllStringSubmatch(shown.text, -1) {
			values.Set(field[1], html.UnescapeString(field[2]))
		}
		shown = b.do(http.MethodPost, target.String(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, values.Encode())
	}
	b.t.Fatalf("the provider shows one form after the other: %s", shown.text)
	return shown
}

// signIn signs a person in and ends at returnTo.
func (b browser) signIn(base, name, returnTo string) page {
	b.t.Helper()
	return b.authenticate(b.get(base+"/auth/login?returnTo="+url.QueryEscape(returnTo)), name)
}

// cookies are those that the browser has for a server, by name.
func (b browser) cookies(base string) map[string]string {
	b.t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		b.t.Fatal(err)
	}
	found := map[string]string{}
	for _, cookie := range b.Jar.Cookies(at) {
		found[cookie.Name] = cookie.Value
	}
	return found
}

// accessToken has the provider issue a token for an audience to a program of a person's own, and the identity token beside it.
func accessToken(t *testing.T, issuer, name, audience string) (access, identity string) {
	t.Helper()
	const back = "http://127.0.0.1:1" // nobody listens there: the browser stops before
	id, _ := registered(t, issuer, false, back)
	client := oauth2.Config{
		ClientID: id, RedirectURL: back + "/auth/callback", Scopes: []string{"openid", "groups"},
		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/auth", TokenURL: issuer + "/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	verifier := oauth2.GenerateVerifier()
	resource := oauth2.SetAuthURLParam("resource", audience)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{t, &http.Client{Jar: jar}}
	b.stopAt("/auth/callback")
	shown := b.authenticate(b.get(client.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier), resource)), name)
	at, err := url.Parse(shown.header.Get("Location"))
	if err != nil || at.Query().Get("code") == "" {
		t.Fatalf("no code comes back: %d %s %s (%v)", shown.status, shown.at, shown.text, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	token, err := client.Exchange(ctx, at.Query().Get("code"), oauth2.VerifierOption(verifier), resource)
	if err != nil {
		t.Fatal(err)
	}
	identity, _ = token.Extra("id_token").(string)
	return token.AccessToken, identity
}
