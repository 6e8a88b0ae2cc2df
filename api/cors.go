package api

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// anySite is the word for every web site, whose pages come with a key and never with a session.
const anySite = "*"

// originPattern is an origin of the web as browsers write it.
var originPattern = regexp.MustCompile(`^(https?)://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$`)

// CheckOrigin returns nil for an origin as browsers write it (RFC 6454, section 6.2), such as https://carte.ville.fr, and for *.
func CheckOrigin(origin string) error {
	parts := originPattern.FindStringSubmatch(origin)
	switch {
	case origin == anySite:
		return nil
	case parts == nil:
		return fmt.Errorf("%q is not the origin of a web site as browsers write it: https://carte.ville.fr, in small letters, without a path", origin)
	case parts[1] == "https" && parts[2] == ":443", parts[1] == "http" && parts[2] == ":80":
		return fmt.Errorf("%q names the port that is meant without: %s", origin, strings.TrimSuffix(origin, parts[2]))
	}
	return nil
}

// sites are the other web sites whose pages may ask, and what keeps those of the rest out.
type sites struct {
	listed []string
	any    bool
	guard  *http.CrossOriginProtection
}

// newSites reads the list of the configuration. A server without accounts has no wildcard: each page of the web could change
// everything.
func newSites(origins []string, open bool) (*sites, error) {
	s := &sites{guard: http.NewCrossOriginProtection()}
	for _, origin := range origins {
		err := CheckOrigin(origin)
		switch {
		case err != nil:
		case origin != anySite:
			s.listed = append(s.listed, origin)
			err = s.guard.AddTrustedOrigin(origin)
		case open:
			err = errors.New("every web site may not ask where nobody needs a key")
		default:
			s.any = true
		}
		if err != nil {
			return nil, fmt.Errorf("api: origins: %w", err)
		}
	}
	return s, nil
}

// lists tells whether the page that makes a request is of a site that was named.
func (s *sites) lists(r *http.Request) bool {
	sent := r.Header.Values("Origin")
	return len(sent) == 1 && slices.Contains(s.listed, sent[0])
}

// lets tells a request that no page can make in somebody's name: of this site, of one that was named, or, where every site may
// ask, with a key, which no browser sends by itself.
func (s *sites) lets(r *http.Request) error {
	if s.any && len(r.Header.Values("Authorization")) == 1 {
		return nil
	}
	return s.guard.Check(r)
}

// The headers that pages of other sites may send and see, beside those that all may (Fetch standard, sections 2.2.2 and 2.2.6).
const (
	sentAcross = "Authorization, Content-Type, Content-Crs, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Reason, X-Request-Id"
	seenAcross = "Content-Crs, Deprecation, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-Id"
	// preflightS is how long a browser remembers what it may send, seconds.
	preflightS = "600"
)

// share tells a browser which pages may see the answer. A session is for pages of sites that were named.
func (s *server) share(c *gin.Context) {
	if len(s.sites.listed) == 0 && !s.sites.any {
		return
	}
	vary(c, "Origin")
	switch {
	case s.sites.lists(c.Request):
		c.Header("Access-Control-Allow-Origin", c.GetHeader("Origin"))
		c.Header("Access-Control-Allow-Credentials", "true")
	case s.sites.any && c.GetHeader("Origin") != "":
		c.Header("Access-Control-Allow-Origin", anySite)
	default:
		return
	}
	c.Header("Access-Control-Expose-Headers", seenAcross)
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers what a browser asks before it lets a page of another site send a request: the methods of the address.
func preflight(c *gin.Context, allow string) {
	if c.GetHeader("Access-Control-Request-Method") == "" || c.Writer.Header().Get("Access-Control-Allow-Origin") == "" {
		return
	}
	vary(c, "Access-Control-Request-Method", "Access-Control-Request-Headers")
	c.Header("Access-Control-Allow-Methods", allow)
	c.Header("Access-Control-Allow-Headers", sentAcross)
	c.Header("Access-Control-Max-Age", preflightS)
}
