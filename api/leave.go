package api

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// farewell is how long a server that stops goes on answering what comes by connections that are there, each answer asking the
// client to close its own. After it idle connections are closed, and what a client sends at that moment gets no answer.
const farewell = 500 * time.Millisecond

// leave is how a server takes leave of its clients.
type leave struct {
	leaving atomic.Bool
	open    atomic.Int64 // connections
}

// handler adds to each answer that the connection ends, once the server leaves (RFC 9112, section 9.6).
func (l *leave) handler(answers http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		answers.ServeHTTP(w, r)
	})
}

// count follows the connections.
func (l *leave) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		l.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		l.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

// say waits until every client has closed its connection, or for the farewell.
func (l *leave) say(ctx context.Context) {
	l.leaving.Store(true)
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	for l.open.Load() > 0 && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}
