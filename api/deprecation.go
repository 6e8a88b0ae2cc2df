package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// deprecation says that a route will go, since when that is said, and what to use instead. docs/api.md tells the policy.
type deprecation struct {
	// Since is the day on which it was announced, Until the day from which the route may be gone.
	Since, Until time.Time
	// Successor is the path of what replaces it; empty for nothing.
	Successor string
}

// deprecated marks the routes that are registered through what it gives.
func (r routes) deprecated(d deprecation) routes {
	r.deprecation = &d
	return r
}

// announced makes a handler whose answers, refusals too, say that the route will go (RFC 9745, section 2; RFC 8594, section 3).
func (d deprecation) announced(h gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Deprecation", fmt.Sprintf("@%d", d.Since.Unix()))
		c.Header("Sunset", d.Until.UTC().Format(http.TimeFormat))
		headers := c.Writer.Header()
		headers.Add("Link", "<"+openAPIPath+`>; rel="deprecation"; type="application/json"`)
		if d.Successor != "" {
			headers.Add("Link", "<"+d.Successor+`>; rel="successor-version"`)
		}
		h(c)
	}
}
