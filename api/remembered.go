package api

import (
	"context"
	"errors"
	"sync"
	"time"
)

// remembered is a document of somebody else's server, which is read when it is needed and kept for a while.
type remembered[T any] struct {
	read func(ctx context.Context) (T, error)
	now  func() time.Time
	// fresh is how long the document is as good as new, stale how long it serves when it cannot be read again, pause how long
	// after one attempt the next may come, whoever asks.
	fresh, stale, pause time.Duration

	reading sync.Mutex // held while it is read

	mu              sync.Mutex
	document        T
	readAt, triedAt time.Time
	failure         error // of the last attempt
}

// errUnread says that a document could not be read and none is remembered that would do.
var errUnread = errors.New("cannot be read")

// get gives the document, which is read again when it is old or does not serve. One that does not serve may be given: it is the
// newest. The error is errUnread, with its cause.
func (r *remembered[T]) get(ctx context.Context, serves func(T) bool) (T, error) {
	if document, ok := r.recall(serves); ok {
		return document, nil
	}
	r.reading.Lock()
	defer r.reading.Unlock()
	if document, ok := r.recall(serves); ok { // somebody read it meanwhile
		return document, nil
	}
	if r.attempt() {
		// Whoever asked may go away; the document is for others as well.
		document, err := r.read(context.WithoutCancel(ctx))
		r.keep(document, err)
	}
	return r.newest(serves)
}

// recall gives the document where it does and need not be read now.
func (r *remembered[T]) recall(serves func(T) bool) (document T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	age := now.Sub(r.readAt).Abs() // a clock that was set back makes nothing young
	if r.readAt.IsZero() || age >= r.stale || age >= r.fresh && now.Sub(r.triedAt).Abs() >= r.pause {
		return document, false
	}
	return r.document, serves(r.document)
}

// attempt tells whether the document may be read now, and notes that it is.
func (r *remembered[T]) attempt() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if !r.triedAt.IsZero() && now.Sub(r.triedAt).Abs() < r.pause {
		return false
	}
	r.triedAt = now
	return true
}

func (r *remembered[T]) keep(document T, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure = err; err == nil {
		r.document, r.readAt = document, r.now()
	}
}

func (r *remembered[T]) newest(serves func(T) bool) (document T, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	usable := !r.readAt.IsZero() && r.now().Sub(r.readAt).Abs() < r.stale
	if usable && (r.failure == nil || serves(r.document)) {
		return r.document, nil
	}
	return document, errors.Join(errUnread, r.failure)
}
