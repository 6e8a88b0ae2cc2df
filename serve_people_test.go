package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const peopleRoles = `
rules:
  - claim: groups
    values: [chief]
    role: admin
`

// TestPeopleOfAServer has somebody sign in to a running server, finds out who it was, and ends the session while it runs.
func TestPeopleOfAServer(t *testing.T) {
	issuer := os.Getenv("VIGIE_TEST_OIDC")
	if issuer == "" && strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "oidc") {
		t.Fatal("VIGIE_TEST_REQUIRE asks for an identity provider, and VIGIE_TEST_OIDC names none")
	}
	if issuer == "" {
		t.Skip("SKIPPED: VIGIE_TEST_OIDC names no identity provider (scripts/oidc up)")
	}
	s := newShell(t)
	s.must(t, "key", "create", "--name", "SIG", "--role", "admin")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // a port that the provider can be told of before
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	id, secret := register(t, issuer, base)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, s, "serve", "--addr", strings.TrimPrefix(base, "http://"), "--oidc-issuer", issuer, "--oidc-client-id", id,
		"--oidc-client-secret-file", s.file(t, "secret", secret+"\n"), "--oidc-roles", s.file(t, "roles.yaml", peopleRoles), "--oidc-scope", "groups")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	me := signInAs(t, client, base+"/auth/login?returnTo=/api/v1/me", "camille.chief")
	person := strings.Fields(s.must(t, "session", "person", "--oidc-issuer", issuer, "camille.chief").stdout)[0]
	if !strings.Contains(me, `"id":"`+person+`"`) || !strings.Contains(me, `"role":"admin"`) {
		t.Errorf("%s is told %s", person, me)
	}
	s.must(t, "session", "list").want(t, exitDone, person, "admin")
	s.must(t, "session", "revoke", person).want(t, exitDone, "ended  1")
	if text := fetchText(t, client, base+"/api/v1/me"); !strings.Contains(text, "/problems/unauthenticated") {
		t.Errorf("after the session was ended: %s", text)
	}
	s.must(t, "journal", "export").want(t, exitDone, `"deed":"sign_in"`, `"account":"`+person+`"`)
	s.must(t, "journal", "verify")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	if text := p.stderr.String(); strings.Contains(text, secret) || strings.Contains(text, "camille") {
		t.Errorf("the log tells a secret or a name:\n%s", text)
	}
}

// register makes a client of the provider whose people come back to an address.
func register(t *testing.T, issuer, base string) (id, secret string) {
	t.Helper()
	body := `{"redirect_uris":["` + base + `/auth/callback"],"post_logout_redirect_uris":["` + base + `/"]}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, issuer+"/reg", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.NewDecoder(response.Body).Decode(&client); err != nil || client.Secret == "" {
		t.Fatalf("the provider registers no client: %s (%v)", response.Status, err)
	}
	return client.ID, client.Secret
}

var (
	providerForm  = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)
	providerField = regexp.MustCompile(`name="(prompt)"[^>]*value="([^"]*)"`)
)

// signInAs goes through the forms of the provider and gives the text of the page at their end.
func signInAs(t *testing.T, client *http.Client, address, name string) string {
	t.Helper()
	text := fetchText(t, client, address)
	for range 5 {
		form := providerForm.FindStringSubmatch(text)
		if form == nil {
			return text
		}
		values := url.Values{"login": {name}, "password": {"anything"}}
		for _, field := range providerField.FindAllStringSubmatch(text, -1) {
			values.Set(field[1], field[2])
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form[1], strings.NewReader(values.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		text = answerText(t, client, request)
	}
	t.Fatalf("the provider shows one form after the other: %s", text)
	return ""
}

func fetchText(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answerText(t, client, request)
}

func answerText(t *testing.T, client *http.Client, request *http.Request) string {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPeopleFlags: every fault of the flags, and of the file of roles, is told at once, before anything is served.
func TestPeopleFlags(t *testing.T) {
	s := newShell(t)
	s.run(t, "serve", "--oidc-client-id", "vigie").want(t, exitUsage, "mean nothing without --oidc-issuer")
	s.run(t, "serve", "--access", "keys", "--oidc-issuer", "https://id.example.fr", "--oidc-client-id", "vigie", "--oidc-audience", "vigie").
		want(t, exitUsage, "--oidc-audience must not be --oidc-client-id")
	s.run(t, "serve", "--access", "open", "--oidc-issuer", "http://id.example.fr", "--session-idle", "1s").want(t, exitUsage,
		"--access keys", "neither https nor on this machine", "--oidc-audience", "--oidc-roles", "--session-idle")
	roles := s.file(t, "roles.yaml", "rules:\n- {claim: '', values: [a], role: boss}\n- {claim: g, values: [b], role: holder_reader, holders: x}\n- {claim: g, values: [b], role: prefecture, departments: ['99999']}\n")
	s.run(t, "serve", "--oidc-issuer", "https://id.example.fr", "--oidc-audience", "vigie", "--oidc-roles", roles).want(t, exitRefused,
		"rules[1].holders")
	roles = s.file(t, "roles.yaml", "rules:\n- {claim: '', values: [a], role: boss}\n- {claim: g, values: [b], role: holder_reader}\n- {claim: g, values: [b], role: prefecture, departments: ['99999']}\n")
	s.run(t, "serve", "--oidc-issuer", "https://id.example.fr", "--oidc-audience", "vigie", "--oidc-roles", roles).want(t, exitRefused,
		"rules[0].claim: is missing", `rules[0].role`, "rules[1].holder: is missing", "rules[2].departments[0]", "rules[2].values[0]")
	s.run(t, "session", "person", "--oidc-issuer", "id.example.fr").want(t, exitUsage, "not an address")
}
