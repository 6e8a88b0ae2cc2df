package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	keyHeader = "Idempotency-Key"
	// mostKey is how long the header of a key is, bytes: 255 characters in quotes.
	mostKey = 257
	// replayedHeader marks an answer that was given before.
	replayedHeader = "Idempotency-Replayed"
	// answersKept is how long the answer of a key is kept.
	answersKept = 24 * time.Hour
	// claimGrace is how much longer than its request a claim holds: the answer is written meanwhile.
	claimGrace = 10 * time.Second
	// keepTimeout bounds keeping an answer, or giving a key back.
	keepTimeout = 5 * time.Second
	// underWayS is when to ask again for the answer of a request that is under way, seconds.
	underWayS = 1
	// mostRecorded is how long an answer may be, bytes, to be kept; what is longer goes out as it comes.
	mostRecorded = 16 << 20
	// mostUnread is how much of a body, bytes, may follow what the handler read of it.
	mostUnread = 64 << 10
)

// keyPattern is a key as clients write it: a string of structured fields (RFC 8941, section 3.3.3), or the same without quotes.
var keyPattern = regexp.MustCompile(`^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([A-Za-z0-9._:-]{1,255}))$`)

// keyForm says how a key is written.
const keyForm = "must be one string of 1 to 255 characters, without spaces, as \"8e03978e-40d5-43dd-bc93-6894a57f9324\""

// idempotencyKey is the key of a request; empty when it has none.
func idempotencyKey(c *gin.Context) (string, error) {
	sent := c.Request.Header.Values(keyHeader)
	if len(sent) == 0 {
		return "", nil
	}
	parts := keyPattern.FindStringSubmatch(sent[0])
	if len(sent) > 1 || parts == nil {
		return "", refuseFaults([]Fault{{In: "header", Field: keyHeader, Reason: keyForm}})
	}
	return parts[1] + parts[2], nil
}

// onlyOnce makes a handler that answers a request with a key one time, and the same again as long as its answer is kept, whichever
// server of the store is asked (draft-ietf-httpapi-idempotency-key-header-07). Without a key it is the handler itself.
func (s *server) onlyOnce(h handler) handler {
	return func(c *gin.Context) error {
		key, err := idempotencyKey(c)
		if err != nil {
			return err
		}
		if key == "" {
			return h(c)
		}
		caller, _ := inventory.CallerOf(c.Request.Context())
		claim := newClaim(caller.Account, key)
		asked := fingerprint(c, caller)
		kept, err := s.claim(c.Request.Context(), claim)
		switch {
		case errors.Is(err, errUnderWay):
			c.Header("Retry-After", strconv.Itoa(underWayS))
			return err
		case err != nil:
			return err
		case kept != nil:
			return s.replay(c, claim, kept, asked)
		}
		return s.record(c, claim, asked, h)
	}
}

// claim takes the key for a request; kept is what is kept of one that was answered before.
func (s *server) claim(ctx context.Context, claim claim) (kept []byte, err error) {
	ctx = inventory.WithCaller(ctx, inventory.LocalCaller()) // nobody else may look at blobs
	blobs, now := s.config.Store.Blobs(), s.config.Now()
	mine := claim.blob(claimMedia, claim.token, now.Add(timeLeft(ctx)+claimGrace))
	err = inventory.Create(ctx, blobs, mine)
	if !errors.Is(err, inventory.ErrExists) {
		return nil, err
	}
	_, err = blobs.Update(ctx, mine.ID, func(stored *inventory.Blob) error {
		kept = nil
		switch {
		case !now.Before(stored.ExpiresAt.Time):
			*stored = mine
			return nil
		case stored.Media == claimMedia:
			return errUnderWay
		}
		kept = stored.Data
		return errKept
	})
	switch {
	case errors.Is(err, errKept):
		return kept, nil
	case errors.Is(err, inventory.ErrNotFound), errors.Is(err, inventory.ErrConflict):
		return nil, errUnderWay // it was taken away this moment
	}
	return nil, err
}

// errUnderWay and errKept end the look at a key that somebody has.
var (
	errUnderWay = refuse(kindUnderWay, "a request with this key is being answered: ask again in %d s", underWayS)
	errKept     = errors.New("the answer is kept")
)

// timeLeft is how long a request may still take.
func timeLeft(ctx context.Context) time.Duration {
	if deadline, bound := ctx.Deadline(); bound {
		return time.Until(deadline)
	}
	return exchangeTimeout
}

// record has the handler answer, keeps the answer before anybody sees its end, and gives the key back where it is not to be kept.
func (s *server) record(c *gin.Context, claim claim, asked *question, h handler) error {
	open := c.Writer
	recorder := &recorder{ResponseWriter: open}
	c.Writer = recorder
	settled := false
	defer func() {
		c.Writer = open
		if !settled {
			s.release(c, claim) // after a panic
		}
	}()
	if err := h(c); err != nil {
		s.fail(c, err)
	}
	settled = true
	if answer, ok := recorder.answer(c); ok && asked.whole() {
		answer.Asked = asked.sum()
		s.keep(c, claim, answer)
	} else {
		s.release(c, claim)
	}
	return recorder.send()
}

// keep keeps an answer. That it could not be kept is no reason to withhold it: the claim lapses.
func (s *server) keep(c *gin.Context, claim claim, answer keptAnswer) {
	data, err := claim.seal(s.encoders, answer)
	if err == nil && len(data) > inventory.MostBlobBytes {
		answer.Headers, answer.Body, answer.Withheld = locationOnly(answer.Headers), nil, true
		data, err = claim.seal(s.encoders, answer)
	}
	if err == nil {
		err = s.settle(c, func(ctx context.Context, blobs inventory.Shelf[inventory.Blob]) error {
			_, err := blobs.Update(ctx, claim.id, func(stored *inventory.Blob) error {
				if err := claim.holds(*stored); err != nil {
					return err
				}
				*stored = claim.blob(answerMedia, data, s.config.Now().Add(answersKept))
				return nil
			})
			return err
		})
	}
	if err != nil {
		s.log.WarnContext(c.Request.Context(), "an answer was not kept for its "+keyHeader,
			slog.String("requestId", requestID(c)), slog.Any("error", err))
	}
}

// release gives a key back, so that the request can be made again.
func (s *server) release(c *gin.Context, claim claim) {
	err := s.settle(c, func(ctx context.Context, blobs inventory.Shelf[inventory.Blob]) error {
		return blobs.Delete(ctx, claim.id, claim.holds)
	})
	if err != nil && !errors.Is(err, inventory.ErrNotFound) && !errors.Is(err, inventory.ErrConflict) {
		s.log.WarnContext(c.Request.Context(), "an "+keyHeader+" was not given back", slog.String("requestId", requestID(c)), slog.Any("error", err))
	}
}

// settle does the last thing with a key, even if the client is gone.
func (s *server) settle(c *gin.Context, do func(context.Context, inventory.Shelf[inventory.Blob]) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), keepTimeout)
	defer cancel()
	return do(inventory.WithCaller(ctx, inventory.LocalCaller()), s.config.Store.Blobs())
}

// replay gives the answer that was kept, if it was to the same request.
func (s *server) replay(c *gin.Context, claim claim, kept []byte, asked *question) error {
	answer, err := claim.open(kept)
	if err != nil {
		return err
	}
	if err := asked.read(c, s.config.MaxImportBytes); err != nil {
		return bodyError(err)
	}
	if asked.sum() != answer.Asked {
		return refuse(kindKeyReused, "this key came with another request, or your rights have changed since: take a new one")
	}
	for name, values := range answer.Headers {
		c.Writer.Header()[name] = values
	}
	c.Header(replayedHeader, "true")
	if answer.Withheld {
		return refuse(kindAlreadyExists,
			"a request with this key was answered %d, and the answer is not kept: it is large, or shows a secret once", answer.Status)
	}
	c.Status(answer.Status)
	return sendWhole(c.Writer, answer.Body)
}

// sendWhole writes an answer whose status and headers are set.
func sendWhole(to gin.ResponseWriter, body []byte) error {
	if len(body) == 0 {
		to.WriteHeaderNow()
		return nil
	}
	_, err := to.Write(body)
	return err
}

// question is what a request asks, read on its way to whoever answers it.
type question struct {
	body io.ReadCloser
	hash hash.Hash
	err  error
}

// fingerprint begins the fingerprint of a request: of its address, its body, the headers that say how to read it, and the rights
// of whoever asks, for an answer is for them alone.
func fingerprint(c *gin.Context, caller inventory.Caller) *question {
	caller.What, caller.Reason, caller.Day = "", "", ""
	rights, err := json.Marshal(caller)
	a := &question{body: c.Request.Body, hash: sha256.New(), err: err}
	for _, part := range []string{
		c.Request.Method, c.Request.URL.Path, c.Request.URL.RawQuery, header(c, "Content-Type"), header(c, "Content-Crs"), string(rights),
	} {
		_, _ = fmt.Fprintf(a.hash, "%d:%s\n", len(part), part) // a hash takes everything
	}
	c.Request.Body = a
	return a
}

// Read reads the body.
func (a *question) Read(into []byte) (int, error) {
	n, err := a.body.Read(into)
	_, _ = a.hash.Write(into[:n]) // a hash takes everything
	a.err = err
	return n, err
}

// Close closes the body.
func (a *question) Close() error { return a.body.Close() }

// whole tells whether the body was read to its end: what was refused before is refused again, or not, when it is asked again.
func (a *question) whole() bool {
	if a.err == nil {
		_, _ = io.CopyN(io.Discard, a, mostUnread) // whether it came to the end is all that counts
	}
	return errors.Is(a.err, io.EOF)
}

// read reads the body to its end, for its fingerprint alone.
func (a *question) read(c *gin.Context, most int64) error {
	_, err := io.Copy(io.Discard, http.MaxBytesReader(c.Writer, a, most))
	return err
}

func (a *question) sum() string { return hex.EncodeToString(a.hash.Sum(nil)) }

// recorder holds an answer back until it is kept.
type recorder struct {
	gin.ResponseWriter
	body    bytes.Buffer
	written bool
	open    bool // the answer is too long to be held back
}

// Written tells whether anything was written, even if it is still held back.
func (r *recorder) Written() bool { return r.written || r.ResponseWriter.Written() }

// Write holds text back.
func (r *recorder) Write(text []byte) (int, error) {
	r.written = true
	if r.open {
		return r.ResponseWriter.Write(text)
	}
	r.body.Write(text)
	if r.body.Len() > mostRecorded {
		r.Flush()
	}
	return len(text), nil
}

// WriteString is Write.
func (r *recorder) WriteString(text string) (int, error) { return r.Write([]byte(text)) }

// WriteHeaderNow holds the status back.
func (r *recorder) WriteHeaderNow() { r.written = true }

// Flush gives up holding the answer back.
func (r *recorder) Flush() {
	if !r.open {
		r.open = true
		_, _ = r.ResponseWriter.Write(r.body.Bytes()) // the next write says so, too
		r.body.Reset()
	}
	r.ResponseWriter.Flush()
}

// Unwrap gives what controls the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// answer is what is to be kept; ok is false for what another attempt may change: our own faults, quotas, and who went away.
func (r *recorder) answer(c *gin.Context) (answer keptAnswer, ok bool) {
	status := r.Status()
	if r.open || !isKept(status) {
		return answer, false
	}
	answer = keptAnswer{Status: status, Headers: http.Header{}, Body: r.body.Bytes()}
	for _, name := range []string{"Content-Type", "Content-Crs", "Content-Language", "ETag", "Link", "Location"} {
		if values := r.Header().Values(name); len(values) > 0 {
			answer.Headers[http.CanonicalHeaderKey(name)] = values
		}
	}
	if c.GetBool(secretShownKey) {
		answer.Headers, answer.Body, answer.Withheld = locationOnly(answer.Headers), nil, true
	}
	return answer, true
}

// isKept tells whether answers with a status are kept: not those that another attempt may change.
func isKept(status int) bool {
	return status < http.StatusInternalServerError && status != http.StatusTooManyRequests && status != statusClientClosedRequest
}

// locationOnly leaves of the headers of an answer where its record is.
func locationOnly(headers http.Header) http.Header {
	if place := headers.Get("Location"); place != "" {
		return http.Header{"Location": {place}}
	}
	return http.Header{}
}

// send gives what was held back.
func (r *recorder) send() error {
	if r.open {
		return nil
	}
	return sendWhole(r.ResponseWriter, r.body.Bytes())
}
