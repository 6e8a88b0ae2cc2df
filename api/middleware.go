package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	requestIDHeader = "X-Request-Id"
	requestIDKey    = "vigie.requestId"
)

var requestIDPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// identify gives every request an identifier: the client's when it is a plain word, a new one otherwise.
func identify(c *gin.Context) {
	id := c.GetHeader(requestIDHeader)
	if !requestIDPattern.MatchString(id) {
		id = string(inventory.NewID())
	}
	c.Set(requestIDKey, id)
	c.Header(requestIDHeader, id)
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// access logs one line per request. It leaves the query out: what is searched for is nobody's business.
func (s *server) access(c *gin.Context) {
	start := time.Now()
	c.Next()
	s.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
		slog.String("requestId", requestID(c)),
		slog.String("method", c.Request.Method),
		slog.String("path", c.Request.URL.Path),
		slog.Int("status", c.Writer.Status()),
		slog.Int("bytes", max(c.Writer.Size(), 0)),
		slog.Duration("took", time.Since(start)),
		slog.String("remote", s.origin(c).address.String()))
}

// recover turns a panic into an internal error.
func (s *server) recover(c *gin.Context) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(fault)
		}
		s.fail(c, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
	}()
	c.Next()
}

// secure sets the headers that keep a browser from guessing, embedding, sharing or keeping what it is given.
func (s *server) secure(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("Cross-Origin-Resource-Policy", "same-origin")
	c.Header("Cross-Origin-Opener-Policy", "same-origin")
	c.Header("Cache-Control", "no-store")
	if c.Request.TLS != nil || s.origin(c).proxied {
		c.Header("Strict-Transport-Security", "max-age=31536000") // RFC 6797; a year
	}
	policy := "default-src 'none'; style-src 'unsafe-inline'; "
	if strings.HasPrefix(c.Request.URL.Path, swaggerPath) {
		// The user interface is the program's own; what it shows has styles in its elements, its scripts stand apart.
		policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
		c.Header("Cache-Control", "no-cache")
	}
	c.Header("Content-Security-Policy", policy+"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

// frame ends the connection after a request that came in chunks. One that had a length as well, by which a proxy may have read
// it, cannot be told from others here; what follows it must not be read as another request (RFC 9112, section 6.1).
func frame(c *gin.Context) {
	if len(c.Request.TransferEncoding) > 0 {
		c.Header("Connection", "close")
	}
}

// guard refuses what another web site makes a browser send: requests for a host name that is not this machine's, which
// is how a page whose name resolves to the loopback address would arrive, and changes that come from another origin.
func (s *server) guard(c *gin.Context) {
	if from := s.origin(c); len(s.config.Proxies) > 0 && c.Request.TLS == nil && !from.proxied && !from.address.IsLoopback() {
		s.fail(c, refuse(kindMisdirected, "clear HTTP is spoken to the proxies of this server alone: ask one of them"))
		return
	}
	if !isLocalHost(c.Request.Host) && !s.isOwnHost(c.Request.Host) {
		s.fail(c, refuse(kindMisdirected, "this name is not one of the server's"))
		return
	}
	if err := s.sites.lets(c.Request); err != nil {
		s.fail(c, &refusal{kind: kindCrossOrigin, detail: "a browser may only change data from this site, or from one that the server was told", cause: err})
	}
}

// isOwnHost tells whether a Host header is one of the names that the server was given.
func (s *server) isOwnHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return slices.ContainsFunc(s.config.Hosts, func(own string) bool { return strings.EqualFold(own, host) })
}

// isLocalHost tells whether a Host header names this machine: localhost (RFC 6761) or a loopback address.
func isLocalHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// limit gives a request its deadlines: to be sent, to be answered, to be read. Reading a file and what judges or computes take
// as long as an answer may; a file has longer to come once it is known whose it is.
func (s *server) limit(c *gin.Context) {
	patience := s.config.Patience
	computes := []string{assessmentsPath, auditsPath, simulatePath, recommendationsPath, importsPath, importUndoPath}
	path := c.FullPath()
	switch {
	case path == exportsPath, path == jobEventsPath, path == importEventsPath,
		c.Request.Method == http.MethodPost && (strings.HasSuffix(path, "/import") || slices.Contains(computes, path)):
		patience = exchangeTimeout
	case path == jobsPath+"/:id":
		patience += mostWait
		fallthrough
	default:
		writeWithin(c, patience+answerTimeout)
	}
	sending := s.config.Patience
	if c.Request.ContentLength == 0 {
		sending = patience // nothing is to come: a deadline that passes would be taken for a client that went away
	}
	readWithin(c, sending+readGrace)
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// noMethod answers a method that an address does not take: OPTIONS with the list of those it takes, any other with the
// same list and a refusal. Gin has put the others in Allow.
func noMethod(c *gin.Context) error {
	allow := c.Writer.Header().Get("Allow") + ", " + http.MethodOptions
	c.Header("Allow", allow)
	if c.Request.Method == http.MethodOptions {
		if offer(c, allow) {
			return nil
		}
		preflight(c, allow)
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return refuse(kindMethodNotAllowed, "the methods here are %s", allow)
}
