package advisory

import (
	"sync"

	"vigie/inventory"
)

// opened holds the sessions of a book that were asked for lately: to open one takes a good part of the time of an audit. It
// may be shared by goroutines.
type opened struct {
	mutex    sync.Mutex
	sessions map[opening]*Session
}

// opening is what a session is opened on.
type opening struct {
	at    inventory.Date
	scale string
}

// mostOpened is how many sessions are held; then all are let go.
const mostOpened = 16

// get gives the session of a book, nil when it is not held.
func (o *opened) get(of *Book, on opening) *Session {
	if o == nil {
		return nil
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if s := o.sessions[on]; s != nil && s.book == of {
		return s
	}
	return nil
}

// put holds a session.
func (o *opened) put(s *Session, on opening) {
	if o == nil {
		return
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.sessions == nil || len(o.sessions) >= mostOpened {
		o.sessions = map[opening]*Session{}
	}
	o.sessions[on] = s
}
