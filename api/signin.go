package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gin-gonic/gin"
	"golang.org/x/oauth2"

	"vigie/inventory"
)

const (
	loginPath    = "/auth/login"
	callbackPath = "/auth/callback"
	logoutPath   = "/auth/logout"
)

const (
	// signInCookie binds a sign-in that is under way to the browser that began it, for signInTime at most.
	signInCookie = "vigie_signin"
	signInTime   = 10 * time.Minute
	// mostReturn is the length of an address to return to, bytes: it is kept in a cookie, which has 4096.
	mostReturn = 1024
)

var errNoSignIn = &refusal{kind: kindNotFound, detail: "nobody signs in here: no identity provider is configured"}

// errSignIn says that a sign-in did not come about; the log has the reason.
var errSignIn = &refusal{
	kind:   kindForbidden,
	detail: "the sign-in was not begun in this browser, or is too old, or was done already: begin anew at " + loginPath,
}

func (s *server) peopleRoutes(r routes) {
	r.get(mePath, recognised(), s.me)
	r.on(http.MethodGet, loginPath, public(), s.login)
	r.on(http.MethodGet, callbackPath, public(), s.callback)
	r.on(http.MethodPost, logoutPath, public(), s.logout)
}

// signIn is a sign-in under way. The secret, which only the browser has, gives three words that tell nothing of one another:
// what the provider must bring back, what it must sign, and what proves that the code is ours (RFC 7636).
type signIn struct{ secret, returnTo string }

func newSignIn(returnTo string) signIn {
	random := make([]byte, sha256.Size)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	return signIn{secret: base64.RawURLEncoding.EncodeToString(random), returnTo: returnTo}
}

// readSignIn takes the value of a cookie apart.
func readSignIn(cookie string) (signIn, bool) {
	secret, returnTo, ok := strings.Cut(cookie, ".")
	path, err := base64.RawURLEncoding.DecodeString(returnTo)
	return signIn{secret: secret, returnTo: string(path)}, ok && err == nil && secret != "" && isLocalPath(string(path))
}

func (s signIn) cookie() string {
	return s.secret + "." + base64.RawURLEncoding.EncodeToString([]byte(s.returnTo))
}

func (s signIn) word(use string) string {
	sum := sha256.Sum256([]byte(use + "\x00" + s.secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s signIn) state() string    { return s.word("state") }
func (s signIn) nonce() string    { return s.word("nonce") }
func (s signIn) verifier() string { return s.word("verifier") }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// localPath is a path on this server: browsers take // and /\ for the name of another one, and leave tabs and line ends out.
var localPath = regexp.MustCompile(`^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$`)

func isLocalPath(path string) bool { return len(path) <= mostReturn && localPath.MatchString(path) }

// login sends a browser to the identity provider.
//
//	@Summary		Sign in
//	@Description	Sends the browser to the identity provider, by authorisation code with PKCE (RFC 7636, S256).
//	@Tags			people
//	@Produce		json
//	@Param			returnTo	query	string	false	"Where to go afterwards, a path of this server"	default(/)	example(/api/v1/me)
//	@Success		303			"The identity provider"
//	@Header			303			{string}	Location	"Where people sign in"
//	@Header			303			{string}	Set-Cookie	"What the browser must show when it comes back"
//	@Failure		400,404,429,503	{object}	Problem
//	@Router			/auth/login [get]
func (s *server) login(c *gin.Context) error {
	p := readParams(c)
	returnTo, given := p.text("returnTo")
	switch {
	case !given:
		returnTo = "/"
	case !isLocalPath(returnTo):
		p.fault("returnTo", "is not a path of this server")
	}
	if err := p.done(); err != nil {
		return err
	}
	client, _, err := s.client(c)
	if err != nil {
		return err
	}
	begun := newSignIn(returnTo)
	s.remember(c, signInCookie, begun.cookie(), signInTime)
	c.Redirect(http.StatusSeeOther, client.AuthCodeURL(begun.state(), oidc.Nonce(begun.nonce()), oauth2.S256ChallengeOption(begun.verifier())))
	return nil
}

// client is this server as the provider knows it, and what the provider tells of itself.
func (s *server) client(c *gin.Context) (*oauth2.Config, addresses, error) {
	if s.people == nil || s.people.ClientID == "" {
		return nil, addresses{}, errNoSignIn
	}
	found, err := s.people.provider.known(c.Request.Context())
	if err != nil {
		return nil, found, err
	}
	if s.people.ClientSecret == "" {
		found.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: s.people.ClientID, ClientSecret: s.people.ClientSecret, Endpoint: found.endpoint,
		RedirectURL: s.site(c) + callbackPath, Scopes: append([]string{oidc.ScopeOpenID}, s.people.Scopes...),
	}, found, nil
}

// site is the address of this server as the browser knows it. The host is one of the server's own: see guard.
func (s *server) site(c *gin.Context) string {
	if s.veiled(c) {
		return "https://" + c.Request.Host
	}
	return "http://" + c.Request.Host
}

// callback receives a person whom the identity provider sends back, and begins a session.
//
//	@Summary		Come back from the identity provider
//	@Description	Only the browser that began the sign-in is let in. The session is new, whatever cookie the browser had.
//	@Description	Parameters that are not listed are passed over: providers add some of their own.
//	@Tags			people
//	@Produce		json
//	@Param			state	query	string	true	"What was sent to the provider"
//	@Param			code	query	string	false	"The authorisation code"
//	@Param			error	query	string	false	"Why there is none"	example(access_denied)
//	@Param			iss		query	string	false	"The provider (RFC 9207)"
//	@Success		303		"Where the sign-in was begun"
//	@Header			303		{string}	Set-Cookie	"The session"
//	@Failure		400,403,404,429,503	{object}	Problem
//	@Router			/auth/callback [get]
func (s *server) callback(c *gin.Context) error {
	p := readParams(c)
	answer := answered{}
	answer.state, _ = p.text("state")
	answer.code, _ = p.text("code")
	answer.fault, _ = p.text("error")
	answer.issuer, _ = p.text("iss")
	p.known = append(p.known, "error_description", "error_uri", "session_state")
	if err := refuseFaults(p.faults); err != nil {
		return err
	}
	address := s.origin(c).key()
	if err := s.take(c, s.rations.failures, address, 0); err != nil {
		return err
	}
	client, found, err := s.client(c)
	if err != nil {
		return err
	}
	begun, ok := readSignIn(s.cookie(c, signInCookie))
	s.remember(c, signInCookie, "", 0) // a sign-in is tried once
	err = answer.check(begun, ok, s.people.Issuer, found.NamesItself)
	if err == nil {
		err = s.enter(c, client, begun, answer.code)
	}
	if err != nil {
		if problem(err).Status == http.StatusForbidden {
			_ = s.take(c, s.rations.failures, address, 1) // the refusal stands
		}
		return err
	}
	c.Redirect(http.StatusSeeOther, begun.returnTo)
	return nil
}

// answered is what the provider sends with the browser.
type answered struct{ state, code, fault, issuer string }

// wordPattern is an error code (RFC 6749, section 4.1.2.1), which may be shown.
var wordPattern = regexp.MustCompile(`^[a-z_]{1,60}$`)

// check holds the answer against the sign-in that was begun in this browser, if one was.
func (a answered) check(begun signIn, ok bool, issuer string, namesItself bool) error {
	switch {
	case !ok || !same(a.state, begun.state()):
		return errSignIn
	case a.issuer != issuer && (a.issuer != "" || namesItself):
		return &refusal{kind: errSignIn.kind, detail: errSignIn.detail, cause: errors.New("the answer is another provider's")}
	case wordPattern.MatchString(a.fault):
		return refuse(kindForbidden, "the identity provider does not let you in: %s", a.fault)
	case a.code == "":
		return refuse(kindForbidden, "the identity provider does not let you in, and does not say why")
	}
	return nil
}

// enter finds out whom a code is about, ends the session that the browser had, and begins one.
func (s *server) enter(c *gin.Context, client *oauth2.Config, begun signIn, code string) error {
	ctx := c.Request.Context()
	person, err := s.people.redeem(ctx, client, begun, code)
	if err != nil {
		return err
	}
	if err := s.end(ctx, s.cookie(c, sessionCookie)); err != nil {
		return err
	}
	secret, err := s.begin(ctx, person)
	if err != nil {
		return err
	}
	s.remember(c, sessionCookie, secret, 0)
	return nil
}

// redeem exchanges a code for the rights of a person. The error is errProviderDown, errSignIn or errNoRole.
func (p *people) redeem(ctx context.Context, client *oauth2.Config, begun signIn, code string) (inventory.Session, error) {
	none := inventory.Session{}
	exchange, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.provider.client), providerTimeout)
	defer cancel()
	token, err := client.Exchange(exchange, code, oauth2.VerifierOption(begun.verifier()))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return none, p.notSignedIn(ctx, err)
	case err != nil:
		return none, providerError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	said, err := p.provider.verify(ctx, raw, p.ClientID)
	switch {
	case errors.Is(err, errUnread):
		return none, err
	case err != nil:
		return none, p.notSignedIn(ctx, err)
	}
	if nonce, _ := said["nonce"].(string); !same(nonce, begun.nonce()) {
		return none, p.notSignedIn(ctx, errors.New("the token is of another sign-in"))
	}
	if party, there := said["azp"]; there && party != p.ClientID { // OpenID Connect Core 1.0, section 3.1.3.7
		return none, p.notSignedIn(ctx, errors.New("the token was made for another client"))
	}
	return p.person(ctx, said)
}

func (p *people) notSignedIn(ctx context.Context, cause error) error {
	p.log.WarnContext(ctx, "a sign-in is refused", "error", cause)
	return errSignIn
}

// logout ends a session.
//
//	@Summary		Sign out
//	@Description	Ends the session, for all servers of the store, and sends the browser to where it signs out of the identity
//	@Description	provider, if the provider has such a place.
//	@Tags			people
//	@Produce		json
//	@Success		303	"The identity provider, or the start page"
//	@Header			303	{string}	Location	"Where to sign out of the provider"
//	@Failure		400,403,404,429,503	{object}	Problem
//	@Router			/auth/logout [post]
func (s *server) logout(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	if s.people == nil || s.people.ClientID == "" {
		return errNoSignIn
	}
	secret := s.cookie(c, sessionCookie)
	if secret != "" && !fromOwnPages(c.Request) {
		return errElsewhere
	}
	if err := s.end(c.Request.Context(), secret); err != nil {
		return err
	}
	s.remember(c, sessionCookie, "", 0)
	target := "/"
	if found, err := s.people.provider.known(c.Request.Context()); err == nil && found.EndSession != "" && secret != "" {
		target = s.farewell(c, found.EndSession)
	}
	c.Redirect(http.StatusSeeOther, target)
	return nil
}

// farewell is where a person signs out of the provider, and comes back from (OpenID Connect RP-Initiated Logout 1.0, section 2).
func (s *server) farewell(c *gin.Context, endSession string) string {
	at, err := url.Parse(endSession)
	if err != nil {
		return "/" // cannot be: it was checked when it was read
	}
	query := at.Query()
	query.Set("client_id", s.people.ClientID)
	query.Set("post_logout_redirect_uri", s.site(c)+"/")
	at.RawQuery = query.Encode()
	return at.String()
}
