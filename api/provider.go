package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

const (
	// providerTimeout bounds one request to the identity provider, mostProviderBytes its answer.
	providerTimeout   = 5 * time.Second
	mostProviderBytes = 1 << 20
	// keysFresh is how long a key that the provider has withdrawn may still be believed, keysStale for how long when the provider
	// does not answer; addressesFresh how long its addresses are believed without asking.
	keysFresh      = 10 * time.Minute
	keysStale      = time.Hour
	addressesFresh = time.Hour
	addressesStale = 24 * time.Hour
	// providerPause is how often the provider is asked at most for one document, whatever tokens come.
	providerPause = 10 * time.Second
)

// provider is an identity provider, of which nothing is known until somebody needs it.
type provider struct {
	issuer    string
	client    *http.Client
	now       func() time.Time
	addresses *remembered[addresses]
	keys      *remembered[[]jose.JSONWebKey]
}

// addresses are what a provider tells of itself (OpenID Connect Discovery 1.0, section 3).
type addresses struct {
	endpoint oauth2.Endpoint
	Keys     string `json:"jwks_uri"`
	// EndSession is where people sign out of the provider itself (OpenID Connect RP-Initiated Logout 1.0), if there is one.
	EndSession string `json:"end_session_endpoint"`
	// NamesItself tells that the provider says in its answers who it is (RFC 9207).
	NamesItself bool `json:"authorization_response_iss_parameter_supported"`
	// Authentications are the ways in which a client proves who it is.
	Authentications []string `json:"token_endpoint_auth_methods_supported"`
}

// errProviderDown is for people; keys need no provider.
var errProviderDown = &refusal{
	kind:   kindNotReady,
	detail: "the identity provider does not answer, so nobody can be recognised by it: try again later; API keys are not concerned",
}

// errRedirected refuses to follow a provider to another place.
var errRedirected = errors.New("redirects are not followed")

func newProvider(p People, c Config) *provider {
	transport := p.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	made := &provider{issuer: p.Issuer, now: c.Now, client: &http.Client{
		Transport:     bounded{transport},
		Timeout:       providerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirected },
	}}
	made.addresses = &remembered[addresses]{
		read: logged(c.Logger, "addresses", made.discover), now: c.Now, fresh: addressesFresh, stale: addressesStale, pause: providerPause,
	}
	made.keys = &remembered[[]jose.JSONWebKey]{
		read: logged(c.Logger, "keys", made.readKeys), now: c.Now, fresh: keysFresh, stale: keysStale, pause: providerPause,
	}
	return made
}

// logged tells the log that a document of the provider could not be read.
func logged[T any](log *slog.Logger, what string, read func(context.Context) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		document, err := read(ctx)
		if err != nil {
			log.WarnContext(ctx, "the identity provider cannot be read", slog.String("document", what), slog.Any("error", err))
		}
		return document, err
	}
}

// known gives the provider's addresses. The error is errProviderDown with its cause.
func (p *provider) known(ctx context.Context) (addresses, error) {
	found, err := p.addresses.get(ctx, func(addresses) bool { return true })
	return found, providerError(err)
}

func providerError(err error) error {
	if err == nil {
		return nil
	}
	return &refusal{kind: errProviderDown.kind, detail: errProviderDown.detail, cause: err}
}

// discover reads the provider's description, whose issuer must be the one that was named.
func (p *provider) discover(ctx context.Context) (addresses, error) {
	var found addresses
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), providerTimeout)
	defer cancel()
	described, err := oidc.NewProvider(ctx, p.issuer)
	if err != nil {
		return found, err
	}
	if err := described.Claims(&found); err != nil {
		return found, fmt.Errorf("description of %s: %w", p.issuer, err)
	}
	found.endpoint = described.Endpoint()
	found.endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(found.Authentications) > 0 && !slices.Contains(found.Authentications, "client_secret_basic") {
		found.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return found, found.check()
}

// check refuses addresses that would send secrets, or people, over a network in clear.
func (a addresses) check() error {
	var faults []error
	for name, address := range map[string]string{
		"jwks_uri": a.Keys, "authorization_endpoint": a.endpoint.AuthURL, "token_endpoint": a.endpoint.TokenURL,
	} {
		if err := checkAddress(address); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	}
	if a.EndSession != "" {
		if err := checkAddress(a.EndSession); err != nil {
			faults = append(faults, fmt.Errorf("end_session_endpoint: %w", err))
		}
	}
	return errors.Join(faults...)
}

// CheckIssuer returns nil for the name of an identity provider: an https address, or an http one on this machine, without query
// and fragment (OpenID Connect Discovery 1.0, section 3).
func CheckIssuer(issuer string) error {
	if err := checkAddress(issuer); err != nil {
		return fmt.Errorf("issuer %w", err)
	}
	if at, err := url.Parse(issuer); err != nil || at.RawQuery != "" || at.Fragment != "" || at.User != nil {
		return fmt.Errorf("issuer %q has a query, a fragment or a user", issuer)
	}
	return nil
}

func checkAddress(address string) error {
	at, err := url.Parse(address)
	switch {
	case err != nil || at.Host == "":
		return fmt.Errorf("%q is not an address", address)
	case at.Scheme == "https" || at.Scheme == "http" && isLocalHost(at.Host):
		return nil
	}
	return fmt.Errorf("%q is neither https nor on this machine", address)
}

// readKeys reads the keys with which the provider signs. Those of other uses, and those that no one may use to check a
// signature here, are left out.
func (p *provider) readKeys(ctx context.Context) ([]jose.JSONWebKey, error) {
	found, err := p.known(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := p.readJSON(ctx, found.Keys, &set); err != nil {
		return nil, err
	}
	keys := []jose.JSONWebKey{}
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if err := json.Unmarshal(text, &key); err == nil && signs(key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s has no key that is used here", found.Keys)
	}
	return keys, nil
}

func (p *provider) readJSON(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", jsonType)
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	return nil
}

// bounded carries requests whose answers are no longer than mostProviderBytes.
type bounded struct{ carrier http.RoundTripper }

// RoundTrip is that of the carrier.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.carrier.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, mostProviderBytes)
	return response, nil
}
