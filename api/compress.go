package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// The content codings spoken, the best first (RFC 9110, section 8.4.1; RFC 8878).
const (
	zstdCoding = "zstd"
	gzipCoding = "gzip"
)

const (
	// leastPacked is how long an answer is, bytes, before packing it saves a packet.
	leastPacked = 1024
	// gzipLevel costs a third of the processor time of level 6 on a page of cameras, for as few bytes: see docs/performance.md.
	gzipLevel = 3
	// zstdWindow bounds what an encoder, and a reader, remembers: bytes. RFC 9659, section 3, allows 8 MiB.
	zstdWindow = 512 << 10
)

// encoder packs what is written to it.
type encoder interface {
	io.WriteCloser
	Flush() error
	Reset(to io.Writer)
}

// encoders keeps encoders from one answer for the next, by their coding.
type encoders map[string]*sync.Pool

func newEncoders() encoders {
	return encoders{
		gzipCoding: {New: func() any {
			made, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails for other levels only
			return made
		}},
		zstdCoding: {New: func() any {
			made, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
				zstd.WithWindowSize(zstdWindow), zstd.WithLowerEncoderMem(true)) // fails for other options only
			return made
		}},
	}
}

// take gives an encoder that writes to a place.
func (e encoders) take(coding string, to io.Writer) encoder {
	made := e[coding].Get().(encoder) //nolint:forcetypeassert // nothing else is put there
	made.Reset(to)
	return made
}

// packed is a text in fewer bytes, and unpacked the text again: an error for what was not packed so, or is longer than most bytes.
func (e encoders) packed(text []byte) ([]byte, error) {
	var out bytes.Buffer
	to := e.take(zstdCoding, &out)
	_, err := to.Write(text)
	err = errors.Join(err, to.Close())
	e.give(zstdCoding, to)
	return out.Bytes(), err
}

func unpacked(data []byte, most uint64) ([]byte, error) {
	reader, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(most))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.DecodeAll(data, nil)
}

// give takes an encoder back.
func (e encoders) give(coding string, used encoder) {
	used.Reset(nil)
	e[coding].Put(used)
}

// pack has answers packed that are worth it, in the coding that the client likes best. A packed answer has a tag of its own, as
// it has bytes of its own (RFC 9110, section 8.8.3.3); conditions that name it mean the answer itself.
func (s *server) pack(c *gin.Context) {
	held := header(c, "If-None-Match")
	for _, name := range []string{"If-Match", "If-None-Match"} {
		for i, condition := range c.Request.Header[name] {
			c.Request.Header[name][i] = unpackedTags.Replace(condition)
		}
	}
	open := c.Writer
	packed := &packedWriter{
		ResponseWriter: open, context: c, encoders: s.encoders, held: held, coding: coding(header(c, "Accept-Encoding")),
	}
	c.Writer = packed
	c.Next() // an answer that a panic cuts off is not ended as if it were whole
	packed.finish()
	c.Writer = open
}

// unpackedTags takes the coding out of the tags of packed answers.
var unpackedTags = strings.NewReplacer("+"+gzipCoding+`"`, `"`, "+"+zstdCoding+`"`, `"`)

// packedTag is the tag of an answer once it is packed.
func packedTag(tag, coding string) string { return strings.TrimSuffix(tag, `"`) + "+" + coding + `"` }

// coding chooses among what an Accept-Encoding header takes (RFC 9110, section 12.5.3); empty is none.
func coding(accept string) string {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(accept, ",") {
		name, parameters, weighed := strings.Cut(item, ";")
		weight := 1.0
		if weighed {
			text, isWeight := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q=")
			if weight = 0; isWeight {
				weight = parseWeight(text)
			}
		}
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case zstdCoding, gzipCoding, "identity", "*":
			weights[name] = weight
		case "x-gzip":
			weights[gzipCoding] = weight
		}
	}
	best, most := "", weights["identity"]
	for _, name := range []string{zstdCoding, gzipCoding} {
		weight, named := weights[name]
		if !named {
			weight = weights["*"]
		}
		if weight > most || weight == most && weight > 0 && best == "" {
			best, most = name, weight
		}
	}
	return best
}

// isPackable tells the formats that become smaller. Events are not: each is to arrive by itself.
func isPackable(mediaType string) bool {
	name, _, err := mime.ParseMediaType(mediaType)
	if err != nil || name == "text/event-stream" {
		return false
	}
	return strings.HasPrefix(name, "text/") || strings.HasSuffix(name, "json") || strings.HasSuffix(name, "xml") ||
		slices.Contains([]string{"application/javascript", "application/vnd.mapbox-vector-tile", "application/x-ndjson", "application/yaml"}, name)
}

const secretShownKey = "vigie.secretShown"

// showsSecret says that the answer tells a secret that is told once. It is not packed, lest its length tell something of the
// secret, and not kept for those who ask again.
func showsSecret(c *gin.Context) { c.Set(secretShownKey, true) }

// packedWriter packs an answer on its way out, unless it turns out not to be worth it.
type packedWriter struct {
	gin.ResponseWriter
	context  *gin.Context
	encoders encoders
	held     string // the tags that the client has, as it wrote them
	coding   string // empty for none

	start   []byte // what was written before it is decided
	decided bool
	encoder encoder // nil for an answer as it is
	mute    bool    // the answer to HEAD, packed: it has no body
}

// Written tells whether anything was written, even if it is still held back.
func (w *packedWriter) Written() bool { return len(w.start) > 0 || w.ResponseWriter.Written() }

// Write holds a beginning back until it is long enough to be packed.
func (w *packedWriter) Write(text []byte) (int, error) {
	if !w.decided {
		if len(w.start)+len(text) < leastPacked {
			w.start = append(w.start, text...)
			return len(text), nil
		}
		if err := w.decide(true); err != nil {
			return 0, err
		}
	}
	return w.write(text)
}

// WriteString is Write.
func (w *packedWriter) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

func (w *packedWriter) write(text []byte) (int, error) {
	switch {
	case w.mute:
		return len(text), nil
	case w.encoder != nil:
		return w.encoder.Write(text)
	}
	return w.ResponseWriter.Write(text)
}

// WriteHeaderNow writes the status and the headers of an answer that has no body, or whose body comes bit by bit.
func (w *packedWriter) WriteHeaderNow() {
	if !w.decided {
		_ = w.decide(false) // fails for what was held back only
	}
	w.ResponseWriter.WriteHeaderNow()
}

// Flush sends what is written. What is flushed before it was long enough to be packed comes as it is.
func (w *packedWriter) Flush() {
	if !w.decided {
		_ = w.decide(false) // the client is gone, as the next write says
	}
	if w.encoder != nil {
		_ = w.encoder.Flush() // as above
	}
	w.ResponseWriter.Flush()
}

// Unwrap gives what controls the connection.
func (w *packedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// decide says in the headers whether the answer is packed, and writes what was held back.
func (w *packedWriter) decide(long bool) error {
	w.decided = true
	headers := w.Header()
	if w.Status() == http.StatusNotModified {
		w.heldTag(headers)
		return nil
	}
	if isPackable(headers.Get("Content-Type")) {
		vary(w.context, "Accept-Encoding")
		if long && w.coding != "" && w.mayPack(headers) {
			w.begin(headers)
		}
	}
	if len(w.start) == 0 {
		return nil
	}
	_, err := w.write(w.start)
	w.start = nil
	return err
}

// mayPack tells an answer that is whole, packed by nobody else, and without a secret.
func (w *packedWriter) mayPack(headers http.Header) bool {
	return headers.Get("Content-Encoding") == "" && headers.Get("Content-Range") == "" && headers.Get("Set-Cookie") == "" &&
		!w.context.GetBool(secretShownKey)
}

// saysLong tells an answer to HEAD of which nothing is written, but whose length says that it would be packed.
func (w *packedWriter) saysLong() bool {
	length, err := strconv.Atoi(w.Header().Get("Content-Length"))
	return err == nil && length >= leastPacked && w.context.Request.Method == http.MethodHead
}

func (w *packedWriter) begin(headers http.Header) {
	headers.Set("Content-Encoding", w.coding)
	headers.Del("Content-Length")
	if tag := headers.Get("ETag"); strings.HasPrefix(tag, `"`) {
		headers.Set("ETag", packedTag(tag, w.coding))
	}
	if w.context.Request.Method == http.MethodHead {
		w.mute = true
		return
	}
	w.encoder = w.encoders.take(w.coding, w.ResponseWriter)
}

// heldTag gives an answer that did not change the tag by which the client has it.
func (w *packedWriter) heldTag(headers http.Header) {
	tag := headers.Get("ETag")
	for _, coding := range []string{w.coding, zstdCoding, gzipCoding} {
		if packed := packedTag(tag, coding); tag != "" && coding != "" && strings.Contains(w.held, packed) {
			headers.Set("ETag", packed)
			return
		}
	}
}

// finish ends the answer.
func (w *packedWriter) finish() {
	if !w.decided {
		_ = w.decide(w.saysLong()) // the client is gone, and there is nobody to tell
	}
	if w.mute {
		w.ResponseWriter.WriteHeaderNow()
	}
	if w.encoder == nil {
		return
	}
	_ = w.encoder.Close() // as above
	w.encoders.give(w.coding, w.encoder)
}
