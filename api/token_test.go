package api_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"vigie/api"
	"vigie/inventory"
)

// TestRealTokens: the tokens that a real provider issues for this service open it, with each signature; those for another
// service, and those that only tell a client who somebody is, do not.
func TestRealTokens(t *testing.T) {
	t.Parallel()
	issuer, store := realProvider(t), openSQLite(t)
	for _, algorithm := range []string{"RS256", "ES256", "EdDSA"} {
		audience := testAudience + "?alg=" + algorithm
		c := guardedConfig(t, store)
		c.Now = time.Now
		c.People = &api.People{Issuer: issuer, Audience: audience, Roles: readRoles(t, testRoles), Sessions: store.Sessions()}
		base := serve(t, c)
		access, identity := accessToken(t, issuer, "alix.mandated", audience)
		key := map[string]string{"Authorization": "Bearer " + access}
		person := string(inventory.PersonID(issuer, "alix.mandated"))
		runAll(t, base, []scenario{
			{name: algorithm, method: "GET", url: "/api/v1/me", headers: key, status: 200, has: []string{`"by":"token"`, `"role":"expert"`, person}},
			{name: algorithm + ", no reason", method: "GET", url: "/api/v1/cameras", headers: key, status: 428},
			{name: algorithm + ", cameras", method: "GET", url: "/api/v1/cameras", headers: with(key, "X-Reason", "audit"), status: 200},
			{name: algorithm + ", identity token", method: "GET", url: "/api/v1/me", headers: map[string]string{"Authorization": "Bearer " + identity}, status: 401},
			{name: algorithm + ", tampered", method: "GET", url: "/api/v1/me", headers: map[string]string{"Authorization": "Bearer " + tampered(t, access)}, status: 401},
			{name: "nobody signs in", method: "GET", url: "/auth/login", status: 404},
		})
	}
	c := guardedConfig(t, store)
	c.Now = time.Now
	c.People = &api.People{Issuer: issuer, Audience: testAudience, Roles: readRoles(t, testRoles), Sessions: store.Sessions()}
	base := serve(t, c)
	other, _ := accessToken(t, issuer, "alix.root", "https://other.test/")
	stranger, _ := accessToken(t, issuer, "alix.nothing", testAudience)
	scenario{name: "for another", method: "GET", url: "/api/v1/me", headers: map[string]string{"Authorization": "Bearer " + other}, status: 401}.run(t, base)
	scenario{name: "no role", method: "GET", url: "/api/v1/me", headers: map[string]string{"Authorization": "Bearer " + stranger}, status: 403, has: []string{"no role here"}}.run(t, base)
}

// tampered makes somebody else of the subject of a token, and leaves the signature.
func tampered(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(payload), "mandated", "root")
	if changed == string(payload) {
		t.Fatalf("nothing to tamper with in %s", payload)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(changed))
	return strings.Join(parts, ".")
}

// forge is a provider whose tokens and keys are whatever a test wants. It has what no real provider would give away.
type forge struct {
	*httptest.Server
	mu          sync.Mutex
	keys        []jose.JSONWebKey
	description map[string]any
	down        atomic.Bool
	reads       atomic.Int32 // of the keys
}

func newForge(t *testing.T, keys ...jose.JSONWebKey) *forge {
	t.Helper()
	f := &forge{}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	f.description = map[string]any{
		"issuer": f.URL, "jwks_uri": f.URL + "/keys", "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"none", "HS256", "RS256"},
	}
	f.publish(keys...)
	return f
}

// publish puts keys in the place of those that were there; of a pair, the public one.
func (f *forge) publish(keys ...jose.JSONWebKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys = nil
	for _, key := range keys {
		public := key.Public()
		public.Use = "sig"
		f.keys = append(f.keys, public)
	}
}

func (f *forge) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case f.down.Load():
		http.Error(w, "on fire", http.StatusInternalServerError)
	case r.URL.Path == "/keys":
		f.reads.Add(1)
		answerJSON(w, jose.JSONWebKeySet{Keys: f.keys})
	case r.URL.Path == "/.well-known/openid-configuration":
		answerJSON(w, f.description)
	default:
		http.NotFound(w, r)
	}
}

func rsaKey(t *testing.T, id string, bits int) jose.JSONWebKey {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: "RS256"}
}

// issue signs claims.
func issue(t *testing.T, algorithm jose.SignatureAlgorithm, key any, id string, claims map[string]any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if id != "" {
		options = options.WithHeader("kid", id)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// unsigned is a token with whatever header, and a signature of nothing.
func unsigned(t *testing.T, header string, claims map[string]any) string {
	t.Helper()
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode(text) + "."
}

// but is claims with some of them changed, or left out (nil).
func but(claims map[string]any, changes map[string]any) map[string]any {
	changed := maps.Clone(claims)
	maps.Copy(changed, changes)
	maps.DeleteFunc(changed, func(_ string, value any) bool { return value == nil })
	return changed
}

// forged serves people of a forge at the moment of an offset clock.
func forged(t *testing.T, f *forge, now *offsetClock) string {
	t.Helper()
	store := openSQLite(t)
	c := guardedConfig(t, store)
	c.Now = now.now
	c.People = &api.People{Issuer: f.URL, Audience: testAudience, ClientID: "vigie", Roles: readRoles(t, testRoles), Sessions: store.Sessions()}
	return serve(t, c)
}

func soundClaims(f *forge, now time.Time) map[string]any {
	return map[string]any{
		"iss": f.URL, "sub": "alix", "aud": testAudience, "exp": now.Add(10 * time.Minute).Unix(), "iat": now.Unix(), "nbf": now.Unix(),
		"groups": []string{"root"},
	}
}

// TestForgedTokens: of tokens that differ in one thing from a sound one, those that must not be let in are not, and nothing is
// said of why.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	good := rsaKey(t, "good", 2048)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ed, ec, weak := jose.JSONWebKey{Key: edKey, KeyID: "ed"}, jose.JSONWebKey{Key: ecKey, KeyID: "ec"}, rsaKey(t, "weak", 1024)
	f := newForge(t, good, ed, ec, weak)
	now := &offsetClock{}
	base := forged(t, f, now)
	at, sound := now.now(), soundClaims(f, now.now())
	rs256 := func(changes map[string]any) string {
		return issue(t, jose.RS256, good.Key, "good", but(sound, changes))
	}
	stranger := rsaKey(t, "stranger", 2048)
	publicDER, err := x509.MarshalPKIXPublicKey(good.Public().Key.(crypto.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	publicJSON, err := good.Public().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	valid := rs256(nil)
	cut := strings.LastIndexByte(valid, '.')
	for name, one := range map[string]struct {
		token  string
		status int
	}{
		"sound":                      {valid, 200},
		"sound, EdDSA":               {issue(t, jose.EdDSA, edKey, "ed", sound), 200},
		"sound, ES256":               {issue(t, jose.ES256, ecKey, "ec", sound), 200},
		"sound, no kid":              {issue(t, jose.RS256, good.Key, "", sound), 200},
		"for several":                {rs256(map[string]any{"aud": []string{"other", testAudience}}), 200},
		"expired within the skew":    {rs256(map[string]any{"exp": at.Add(-30 * time.Second).Unix()}), 200},
		"of soon within the skew":    {rs256(map[string]any{"nbf": at.Add(30 * time.Second).Unix(), "iat": at.Add(30 * time.Second).Unix()}), 200},
		"no role":                    {rs256(map[string]any{"groups": []string{"roots"}}), 403},
		"role of another type":       {rs256(map[string]any{"groups": map[string]any{"root": true}}), 403},
		"another audience":           {rs256(map[string]any{"aud": "https://other.test/"}), 401},
		"audience almost":            {rs256(map[string]any{"aud": strings.TrimSuffix(testAudience, "/")}), 401},
		"the client as audience":     {rs256(map[string]any{"aud": "vigie"}), 401},
		"no audience":                {rs256(map[string]any{"aud": nil}), 401},
		"another issuer":             {rs256(map[string]any{"iss": "https://id.example.fr"}), 401},
		"issuer almost":              {rs256(map[string]any{"iss": f.URL + "/"}), 401},
		"no issuer":                  {rs256(map[string]any{"iss": nil}), 401},
		"expired":                    {rs256(map[string]any{"exp": at.Add(-2 * time.Minute).Unix()}), 401},
		"never expires":              {rs256(map[string]any{"exp": nil}), 401},
		"expires in words":           {rs256(map[string]any{"exp": "tomorrow"}), 401},
		"not yet valid":              {rs256(map[string]any{"nbf": at.Add(3 * time.Minute).Unix()}), 401},
		"of the future":              {rs256(map[string]any{"iat": at.Add(3 * time.Minute).Unix()}), 401},
		"no subject":                 {rs256(map[string]any{"sub": nil}), 401},
		"endless subject":            {rs256(map[string]any{"sub": strings.Repeat("x", 256)}), 401},
		"alg none":                   {unsigned(t, `{"alg":"none"}`, sound), 401},
		"alg None, kid":              {unsigned(t, `{"alg":"None","kid":"good"}`, sound), 401},
		"no alg":                     {unsigned(t, `{"kid":"good"}`, sound), 401},
		"no signature":               {valid[:cut+1], 401},
		"signature of another":       {valid[:cut] + rs256(map[string]any{"sub": "other"})[strings.LastIndexByte(rs256(map[string]any{"sub": "other"}), '.'):], 401},
		"tampered":                   {tampered(t, issue(t, jose.RS256, good.Key, "good", but(sound, map[string]any{"groups": []string{"mandated"}}))), 401},
		"HS256 with the public key":  {issue(t, jose.HS256, publicDER, "good", sound), 401},
		"HS256 with the key as JSON": {issue(t, jose.HS256, publicJSON, "good", sound), 401},
		"another algorithm's key":    {issue(t, jose.RS512, good.Key, "good", sound), 401},
		"weak key":                   {issue(t, jose.RS256, weak.Key, "weak", sound), 401},
		"a stranger's key":           {issue(t, jose.RS256, stranger.Key, "good", sound), 401},
		"unknown kid":                {issue(t, jose.RS256, stranger.Key, "stranger", sound), 401},
		"its own key in the header":  {ownKey(t, stranger, sound), 401},
		"JSON serialisation":         {`{"payload":"e30","signatures":[]}`, 401},
		"too long":                   {valid + strings.Repeat("A", 40_000), 401},
	} {
		answer, text := request(t, "GET", base+"/api/v1/me", map[string]string{"Authorization": "Bearer " + one.token}, "")
		if answer.StatusCode != one.status {
			t.Errorf("%s: %d %s", name, answer.StatusCode, text)
		}
		if one.status == 401 && !strings.Contains(text, `"detail":"the token is not valid here, or not any more"`) {
			t.Errorf("%s: the answer tells why, or something else: %s", name, text)
		}
	}
}

// ownKey is a token that brings the key of whoever made it.
func ownKey(t *testing.T, key jose.JSONWebKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key.Key}, &jose.SignerOptions{EmbedJWK: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// TestKeyRotation: a new key is read when the first token of it comes; unknown keys make the provider be asked once in a while,
// however many come; a key that was withdrawn is not believed for long.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	old, young := rsaKey(t, "old", 2048), rsaKey(t, "young", 2048)
	f := newForge(t, old)
	now := &offsetClock{}
	base := forged(t, f, now)
	status := func(key jose.JSONWebKey, id string) int {
		claims := soundClaims(f, now.now())
		answer, _ := request(t, "GET", base+"/api/v1/me", map[string]string{"Authorization": "Bearer " + issue(t, jose.RS256, key.Key, id, claims)}, "")
		return answer.StatusCode
	}
	for range 5 {
		if got := status(old, "old"); got != http.StatusOK {
			t.Fatalf("the key of the start: %d", got)
		}
	}
	if reads := f.reads.Load(); reads != 1 {
		t.Errorf("the keys are read %d times for five tokens", reads)
	}
	now.advance(11 * time.Second)
	for i := range 20 {
		if got := status(young, fmt.Sprint("unknown", i)); got != http.StatusUnauthorized {
			t.Fatalf("an unknown key: %d", got)
		}
	}
	if reads := f.reads.Load(); reads != 2 {
		t.Errorf("the keys are read %d times, once of which for twenty unknown ones", reads)
	}
	f.publish(young)
	now.advance(11 * time.Second)
	if got := status(young, "young"); got != http.StatusOK {
		t.Errorf("the new key: %d", got)
	}
	if got := status(old, "old"); got != http.StatusUnauthorized {
		t.Errorf("the key that was withdrawn: %d", got)
	}
	f.publish(old)
	now.advance(11 * time.Minute)
	if got := status(young, "young"); got != http.StatusUnauthorized {
		t.Errorf("a key that was withdrawn eleven minutes ago: %d", got)
	}
}

// TestProviderDown: without the provider people are told so, keys open as before, and people are let in as soon as it is back.
// For a while its last keys do.
func TestProviderDown(t *testing.T) {
	t.Parallel()
	key := rsaKey(t, "good", 2048)
	f := newForge(t, key)
	f.down.Store(true)
	now := &offsetClock{}
	store := openSQLite(t)
	c := guardedConfig(t, store)
	c.Now = now.now
	c.People = &api.People{Issuer: f.URL, Audience: testAudience, ClientID: "vigie", Roles: readRoles(t, testRoles), Sessions: store.Sessions()}
	base := serve(t, c)
	account := keyOf(t, store, inventory.Account{Role: inventory.RoleAdmin})
	token := func() map[string]string {
		return map[string]string{"Authorization": "Bearer " + issue(t, jose.RS256, key.Key, "good", soundClaims(f, now.now()))}
	}
	away := scenario{name: "away", method: "GET", url: "/api/v1/me", status: 503, has: []string{"the identity provider does not answer", "API keys are not concerned"}, hasNot: []string{"fire", f.URL}, replies: map[string]string{"Retry-After": "*"}}
	there := scenario{name: "there", method: "GET", url: "/api/v1/me", status: 200}
	expect := func(s scenario, headers map[string]string) {
		t.Helper()
		s.headers = headers
		s.run(t, base)
	}
	expect(away, token())
	expect(there, account)
	scenario{name: "sign in", method: "GET", url: "/auth/login", status: 503}.run(t, base)
	f.down.Store(false)
	now.advance(11 * time.Second)
	expect(there, token())
	f.down.Store(true)
	now.advance(30 * time.Minute)
	expect(there, token())
	now.advance(31 * time.Minute)
	expect(away, token())
	expect(there, account)
	f.down.Store(false)
	now.advance(11 * time.Second)
	expect(there, token())
}

// TestProviderThatIsWrong: a provider that is another one, that would have secrets cross a network in clear, that leads elsewhere
// or that never ends is not believed.
func TestProviderThatIsWrong(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"another issuer":   {"issuer": "https://id.example.fr"},
		"keys in clear":    {"jwks_uri": "http://id.example.fr/keys"},
		"token in clear":   {"token_endpoint": "http://id.example.fr/token"},
		"logout in clear":  {"end_session_endpoint": "http://id.example.fr/end"},
		"endless":          {"padding": strings.Repeat("x", 1<<20)},
		"keys are nowhere": {"jwks_uri": "/keys"},
	} {
		f := newForge(t, rsaKey(t, "good", 2048))
		f.description = but(f.description, change)
		now := &offsetClock{}
		scenario{name: name, method: "GET", url: "/auth/login", status: 503, replies: map[string]string{"Set-Cookie": ""}}.run(t, forged(t, f, now))
	}
	f := newForge(t, rsaKey(t, "good", 2048))
	now := &offsetClock{}
	answer, text := request(t, "GET", forged(t, f, now)+"/auth/login?returnTo=/x", nil, "")
	target, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s (%v)", answer.StatusCode, text, err)
	}
	asked := target.Query()
	if asked.Get("code_challenge_method") != "S256" || len(asked.Get("code_challenge")) != 43 || len(asked.Get("state")) != 43 || len(asked.Get("nonce")) != 43 ||
		asked.Get("scope") != "openid" || strings.Contains(answer.Header.Get("Set-Cookie"), asked.Get("state")) {
		t.Errorf("sent to %s with %s", target, answer.Header.Get("Set-Cookie"))
	}
}

// answerJSON writes a value; what cannot be written is an answer that nobody can read.
func answerJSON(w http.ResponseWriter, value any) {
	if err := json.NewEncoder(w).Encode(value); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
