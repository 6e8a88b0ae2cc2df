package api

import (
	"bytes"
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
	if c.Writer.Header().Get("ETag") != "" {
		c.Data(http.StatusOK, mediaType, text)
		return nil
	}
	return giveTagged(c, mediaType, text, tagOf(text))
}

// giveAsOf is give of a text that says when it was made. Its tag is weak: another moment makes the same answer.
func giveAsOf(c *gin.Context, mediaType string, text []byte, moment string) error {
	before, after, _ := bytes.Cut(text, []byte(moment))
	return giveTagged(c, mediaType, text, "W/"+tagOf(before, after))
}

func giveTagged(c *gin.Context, mediaType string, text []byte, tag string) error {
	if isRead(c) {
		c.Header("ETag", tag)
		if unchanged(header(c, "If-None-Match"), tag) {
			return notModified(c)
		}
	}
	c.Data(http.StatusOK, mediaType, text)
	return nil
}

// tagOf is the strong tag of a text, given in one part or more.
func tagOf(parts ...[]byte) string {
	sum := sha256.New()
	for _, part := range parts {
		_, _ = sum.Write(part) // never fails
	}
	return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
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
	tag = strings.TrimPrefix(tag, "W/")
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
