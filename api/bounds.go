package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// What one request may ask for, in one place; docs/api.md tells it. What a record may be is bounded where records are
// (see inventory.MostPositions), what files may be where they are read, what a study may take where it is made.
const (
	defaultPatience       = 30 * time.Second
	defaultMaxBodyBytes   = 8 << 20
	defaultMaxImportBytes = 256 << 20

	// readHeaderTimeout is how long a client may take to say what it wants.
	readHeaderTimeout = 10 * time.Second
	// exchangeTimeout bounds reading a file and, apart, writing an answer: an import of the largest size at 300 kB/s.
	exchangeTimeout = 15 * time.Minute
	// readGrace is how much longer than the patience a client may send: when the two end together, a request that waits for the
	// store would be taken for one whose client went away.
	readGrace = 5 * time.Second
	// answerTimeout bounds writing any other answer, after the patience: a page of the largest size at 150 kB/s.
	answerTimeout = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	// maxHeaderBytes bounds the first line and the headers.
	maxHeaderBytes = 64 << 10

	defaultLimit = 100
	maxLimit     = 1000
	// maxPageBytes ends a page of large records before its limit.
	maxPageBytes = 16 << 20
	// maxValues bounds how many values one parameter may have.
	maxValues = 200

	// maxNesting bounds how deep lists and objects of a body may stand in one another: a multipolygon in a record takes eight.
	maxNesting = 32
	// maxFaults bounds how many faults of one body are told.
	maxFaults = 100
)

// readWithin gives the client so long to send its body. Where connections have no deadlines, as in some tests, there is none.
func readWithin(c *gin.Context, patience time.Duration) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(patience))
}

// writeWithin gives the client so long to take the answer.
func writeWithin(c *gin.Context, patience time.Duration) {
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(patience))
}

// structureFaults tells where JSON text, which is well formed, is nested too deep or has a name twice in one object: of two
// readers one would take the first and the other the last.
func structureFaults(text []byte) []Fault {
	w := structure{text: text}
	w.walk()
	return w.faults
}

// structure walks over JSON text.
type structure struct {
	text   []byte
	open   []map[string]bool // the names so far of each object that is open; nil for a list
	faults []Fault
}

func (w *structure) fault(at int, reason string, args ...any) {
	reason = fmt.Sprintf(reason, args...) + fmt.Sprintf(", at byte %d", at)
	w.faults = append(w.faults, Fault{In: "body", Reason: reason})
}

func (w *structure) walk() {
	for at := 0; at < len(w.text) && len(w.faults) < maxFaults; at++ {
		switch w.text[at] {
		case '{':
			w.open = append(w.open, map[string]bool{})
		case '[':
			w.open = append(w.open, nil)
		case '}', ']':
			w.open = w.open[:len(w.open)-1]
		case '"':
			at = w.word(at)
		}
		if len(w.open) > maxNesting {
			w.fault(at, "is nested more than %d deep", maxNesting)
			return
		}
	}
}

// word passes over a string and gives where it ends. One that a colon follows is a name.
func (w *structure) word(at int) int {
	start := at
	for at++; w.text[at] != '"'; at++ {
		if w.text[at] == '\\' {
			at++
		}
	}
	rest := bytes.TrimLeft(w.text[at+1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != ':' {
		return at
	}
	var name string
	if err := json.Unmarshal(w.text[start:at+1], &name); err != nil {
		return at // cannot be: the text is well formed
	}
	names := w.open[len(w.open)-1]
	if names[name] {
		w.fault(start, "has %.60q twice in one object", name)
	}
	names[name] = true
	return at
}
