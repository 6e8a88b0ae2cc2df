package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// etag is the strong entity tag of a record as HTTP writes it.
func etag[T inventory.Record](record T) string { return `"` + inventory.Tag(record) + `"` }

// give answers 200 with a text under a strong tag made of its bytes, or only says that the client has it already. An answer that
// has a tag keeps it.
func give(c *gin.Context, mediaType string, text []byte) error {
	if isRead(c) && c.Writer.Header().Get("ETag") == "" {
		sum := sha256.Sum256(text)
		tag := `"` + hex.EncodeToString(sum[:16]) + `"`
		c.Header("ETag", tag)
		if unchanged(header(c, "If-None-Match"), tag) {
			return notModified(c)
		}
	}
	c.Data(http.StatusOK, mediaType, text)
	return nil
}

// notModified says that the client has the answer already (RFC 9110, section 15.4.5).
func notModified(c *gin.Context) error {
	c.Status(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
	return nil
}

func header(c *gin.Context, name string) string {
	return strings.Join(c.Request.Header.Values(name), ",")
}

// matches tells whether If-Match names the tag (strong comparison, RFC 9110 §13.1.1).
func matches(condition, tag string) bool {
	for candidate := range strings.SplitSeq(condition, ",") {
		if candidate = strings.TrimSpace(candidate); candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// unchanged tells whether If-None-Match names the tag (weak comparison, RFC 9110 §13.1.2).
func unchanged(condition, tag string) bool {
	for candidate := range strings.SplitSeq(condition, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// onlyIf is the check of a change: it keeps a record that is not in the state that If-Match names.
func onlyIf[T inventory.Record](condition string) func(T) error {
	return func(stored T) error {
		if !matches(condition, etag(stored)) {
			return inventory.ErrConflict
		}
		return nil
	}
}
