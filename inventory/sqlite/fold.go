package sqlite

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
)

// foldPause is the pause between two times that the log is folded: short enough that there is never much to do.
const foldPause = 500 * time.Millisecond

// folding is the work beside the writer that copies what the write-ahead log holds into the file, so that nobody who
// stores something has to wait for it.
type folding struct {
	pool   *pool         // one connection
	asked  chan struct{} // holds one when something was written since the log was folded
	cancel context.CancelFunc
	ended  chan struct{} // closed when the work has stopped
}

// ask says that something was written.
func (f folding) ask() {
	select {
	case f.asked <- struct{}{}:
	default: // was asked already
	}
}

// stop ends the work, in the middle of a log too, and waits until it has.
func (f folding) stop() {
	f.cancel()
	<-f.ended
}

// startFolding lets the store fold its log by this connection, until it is closed.
func (s *Store) startFolding(by *pool) {
	ctx, cancel := context.WithCancel(context.Background())
	s.folding = folding{pool: by, asked: make(chan struct{}, 1), cancel: cancel, ended: make(chan struct{})}
	go s.keepFolding(ctx)
}

// keepFolding folds the log whenever something was written, until the context ends. A checkpoint of this kind waits for
// nobody and nobody waits for it: https://www.sqlite.org/c3ref/wal_checkpoint_v2.html. What it cannot fold, because the
// disk is full, somebody still reads an older state or another program is folding, stays in the log, where it is as
// safe, and is folded the next time; that is why its error is not looked at.
func (s *Store) keepFolding(ctx context.Context) {
	defer close(s.folding.ended)
	for {
		select {
		case <-s.folding.asked:
		case <-ctx.Done():
			return
		}
		_ = s.with(ctx, s.folding.pool, func(conn *sqlite.Conn) error {
			return execute(conn, "PRAGMA wal_checkpoint(passive)")
		})
		select {
		case <-time.After(foldPause):
		case <-ctx.Done():
			return
		}
	}
}

// configureFolder makes a connection that folds the log: what it has copied is on the disk before the log may be
// written from its beginning again.
func configureFolder(conn *sqlite.Conn) error {
	return configure(conn, "PRAGMA synchronous = full")
}
