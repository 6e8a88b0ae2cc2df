package api

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"vigie/inventory"
)

// People says how people are let in beside API keys: with tokens of an identity provider (OpenID Connect), and by signing in
// with it in a browser.
type People struct {
	// Issuer is the provider's name, to the letter as its tokens have it: an https address, or http on this machine.
	Issuer string
	// Audience is what a bearer token must be for; empty takes no bearer tokens. It is not ClientID, for which identity tokens are.
	Audience string
	// ClientID is what the provider knows this service as; empty lets nobody sign in. ClientSecret is empty for a client that the
	// provider trusts by its address alone, which PKCE protects.
	ClientID, ClientSecret string
	// Scopes are asked for beside openid, where the provider gives the claims of Roles for them only.
	Scopes []string
	// Roles say whom claims make of somebody.
	Roles RoleMap
	// Sessions are where those who signed in are remembered: all servers of one store know them.
	Sessions inventory.Shelf[inventory.Session]
	// Idle and Lifetime are how long a session lasts unused, and at most; 0 means an hour and ten.
	Idle, Lifetime time.Duration
	// Transport carries requests to the provider; nil is net/http's.
	Transport http.RoundTripper
}

const (
	defaultIdle     = time.Hour
	defaultLifetime = 10 * time.Hour
)

func (p People) complete() (People, error) {
	var missing []error
	if p.Audience == "" && p.ClientID == "" {
		missing = append(missing, errors.New("api: people have neither an audience nor a client"))
	}
	if p.Audience != "" && p.Audience == p.ClientID {
		missing = append(missing, errors.New("api: the audience of tokens is the client itself: identity tokens would open the API"))
	}
	if p.Sessions == nil {
		missing = append(missing, errors.New("api: people have no sessions"))
	}
	if err := CheckIssuer(p.Issuer); err != nil {
		missing = append(missing, err)
	}
	if err := p.Roles.Check(); err != nil {
		missing = append(missing, err)
	}
	p.Idle = cmp.Or(p.Idle, defaultIdle)
	p.Lifetime = cmp.Or(p.Lifetime, defaultLifetime)
	return p, errors.Join(missing...)
}

// people let those in whom an identity provider knows.
type people struct {
	People
	provider *provider
	now      func() time.Time
	log      *slog.Logger
}

// newPeople is nil when nobody is to be let in so.
func newPeople(c Config) (*people, error) {
	if c.People == nil {
		return nil, nil //nolint:nilnil // there are no people, which is no error
	}
	complete, err := c.People.complete()
	if err != nil {
		return nil, err
	}
	return &people{People: complete, provider: newProvider(complete, c), now: c.Now, log: c.Logger}, nil
}
