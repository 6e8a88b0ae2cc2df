package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// sessionCookie is the name of the cookie that holds the secret of a session.
const sessionCookie = "vigie_session"

// stay is what is known of a caller beside the rights, for people to read.
type stay struct {
	by   string
	name string
	// session is the identifier of the session, if there is one.
	session inventory.ID
	// endsAt is when the session ends, nil for none.
	endsAt *inventory.Instant
}

const stayKey = "vigie.stay"

// The ways in which a caller is recognised.
const (
	byMachine = "machine"
	byKey     = "key"
	byToken   = "token"
	bySession = "session"
)

var (
	errNoSession = &refusal{kind: kindUnauthenticated, detail: "you are not signed in, or not any more: sign in at " + loginPath}
	errElsewhere = &refusal{kind: kindCrossOrigin, detail: "a session counts for requests from the pages of this site alone"}
)

// guest is the caller of a session, whose secret a cookie holds. Every request asks the store: a session that was ended is
// over for all servers at once.
func (s *server) guest(c *gin.Context) (inventory.Caller, error) {
	secret := s.cookie(c, sessionCookie)
	if secret == "" {
		return inventory.Caller{}, errNoKey
	}
	if !s.sites.lists(c.Request) && !fromOwnPages(c.Request) {
		return inventory.Caller{}, errElsewhere
	}
	ctx, now := c.Request.Context(), s.config.Now()
	session, err := s.people.Sessions.Get(ctx, inventory.SessionID(secret))
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		return inventory.Caller{}, errNoSession
	case err != nil:
		return inventory.Caller{}, err
	case !session.Lives(now):
		return inventory.Caller{}, errNoSession
	}
	s.people.use(ctx, session, now)
	c.Set(stayKey, stay{by: bySession, name: session.Name, session: session.ID, endsAt: &session.EndsAt})
	return session.Caller(s.today()), nil
}

// fromOwnPages tells a request that a page of this site makes, or the person in the address bar, or who follows a link to a page,
// as the way back from the identity provider ends: it only shows the page to that person. Browsers say so in
// Sec-Fetch-Site (W3C Fetch Metadata, section 2.3), old ones in the Origin of what changes something; a change about which
// neither speaks is not believed to come from here. That Origin is this site's was checked for every request: see guard.
func fromOwnPages(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return true
	case "none":
		return isSafe(r.Method)
	case "":
		return isSafe(r.Method) || r.Header.Get("Origin") != ""
	case "cross-site", "same-site":
		return isSafe(r.Method) && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	}
	return false
}

// isSafe tells a method that changes nothing.
func isSafe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// stepsOfIdle is how many times a session is written while it might lapse: not every request is worth a write.
const stepsOfIdle = 12

// use notes that a session is used. That it could not be noted is no reason to send the person away.
func (p *people) use(ctx context.Context, session inventory.Session, now time.Time) {
	later := session
	later.Use(now, p.Idle)
	if later.LapsesAt.Sub(session.LapsesAt.Time) < p.Idle/stepsOfIdle {
		return
	}
	_, err := p.Sessions.Update(ctx, session.ID, func(stored *inventory.Session) error {
		stored.Use(now, p.Idle)
		return nil
	})
	if err != nil && !errors.Is(err, inventory.ErrNotFound) {
		p.log.WarnContext(ctx, "the use of a session was not noted", slog.String("person", string(session.Person)), slog.Any("error", err))
	}
}

// begin stores a new session for a person and gives its secret.
func (s *server) begin(ctx context.Context, session inventory.Session) (secret string, err error) {
	now := s.config.Now()
	session.StartedAt, session.EndsAt = inventory.InstantOf(now), inventory.InstantOf(now.Add(s.people.Lifetime))
	session.Use(now, s.people.Idle)
	secret = session.NewSecret()
	if err := s.note(ctx, session, inventory.DeedSignIn); err != nil {
		return "", err
	}
	return secret, inventory.Create(ctx, s.people.Sessions, session)
}

// end takes out the session of a secret, if there is one.
func (s *server) end(ctx context.Context, secret string) error {
	if secret == "" {
		return nil
	}
	session, err := s.people.Sessions.Get(ctx, inventory.SessionID(secret))
	if err == nil {
		if err := s.note(ctx, session, inventory.DeedSignOut); err != nil {
			return err
		}
		err = s.people.Sessions.Delete(ctx, session.ID, nil)
	}
	if errors.Is(err, inventory.ErrNotFound) {
		return nil
	}
	return err
}

// note writes into the journal that a person comes or goes.
func (s *server) note(ctx context.Context, session inventory.Session, deed inventory.Deed) error {
	if s.config.Journal == nil {
		return nil
	}
	_, err := s.config.Journal.Append(ctx, inventory.Entry{Account: session.Person, Role: session.Role, Deed: deed, Kind: "sessions"})
	return err
}

// veiled tells that nobody reads along between the browser and this server, or the proxy before it.
func (s *server) veiled(c *gin.Context) bool { return c.Request.TLS != nil || s.origin(c).proxied }

// cookieName is how the browser knows a cookie. The mark __Host- keeps any other host from setting it (RFC 6265bis, section
// 4.1.3.2); it needs TLS.
func (s *server) cookieName(c *gin.Context, name string) string {
	if s.veiled(c) {
		return "__Host-" + name
	}
	return name
}

// cookie is what the browser remembers; empty when there is none, or several, of which one is not ours.
func (s *server) cookie(c *gin.Context, name string) string {
	cookies := c.Request.CookiesNamed(s.cookieName(c, name))
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

// remember has the browser keep a value, for so long or until it is closed (0), out of reach of scripts and of other sites'
// requests but for following a link. An empty value makes it forget.
func (s *server) remember(c *gin.Context, name, value string, lifetime time.Duration) {
	cookie := &http.Cookie{
		Name: s.cookieName(c, name), Value: value, Path: "/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, Secure: s.veiled(c), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}
