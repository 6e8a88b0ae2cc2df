package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// tell has a handler read records, and the journal told of it meanwhile. Not a byte of the answer is written before the line is
// in the journal: what cannot be told is not given.
func (s *server) tell(c *gin.Context, caller inventory.Caller, kind string, h handler) error {
	line, err := s.line(c, caller, kind)
	if err != nil {
		return err
	}
	if line == nil {
		return h(c)
	}
	told := make(chan error, 1)
	ctx := c.Request.Context()
	go func() {
		_, err := s.config.Journal.Append(ctx, *line)
		told <- err
	}()
	open := c.Writer
	held := &heldWriter{ResponseWriter: open, told: told}
	c.Writer = held
	defer func() {
		c.Writer = open
		_ = held.release() // after a panic, too
	}()
	err = h(c)
	if untold := held.release(); untold != nil {
		for _, name := range []string{"Content-Type", "ETag", "Link", "Location", "Vary"} { // they tell of records
			open.Header().Del(name)
		}
		return untold
	}
	return err
}

// heldWriter holds an answer back until the journal has been told.
type heldWriter struct {
	gin.ResponseWriter
	told     <-chan error
	released bool
	untold   error
}

// release waits for the journal. Its error is that the line was not written.
func (w *heldWriter) release() error {
	if !w.released {
		w.released, w.untold = true, <-w.told
	}
	return w.untold
}

// Write writes when the journal has been told.
func (w *heldWriter) Write(text []byte) (int, error) {
	if err := w.release(); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(text)
}

// WriteString is Write.
func (w *heldWriter) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// WriteHeaderNow writes the status and the headers when the journal has been told.
func (w *heldWriter) WriteHeaderNow() {
	if w.release() == nil {
		w.ResponseWriter.WriteHeaderNow()
	}
}

// Flush sends what is written when the journal has been told.
func (w *heldWriter) Flush() {
	if w.release() == nil {
		w.ResponseWriter.Flush()
	}
}

// Unwrap gives what controls the connection.
func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
