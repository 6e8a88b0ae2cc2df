// Package sqlite keeps an inventory in one SQLite file, without a server: the default store of Vigie.
//
// Records are JSON documents; beside each one stand its attributes and its place, which the indexes use. Indexes
// propose, [inventory.Query.Matches] disposes. Places are indexed along a Hilbert curve, extents in an R*Tree.
//
// One connection writes, one transaction at a time; several others read meanwhile (write-ahead log), and one brings what
// was written from the log into the file. An acknowledged change survives a crash of the process and a power cut: see [Open].
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"zombiezen.com/go/sqlite"

	"vigie/inventory"
)

// ErrClosed says that the store was closed.
var ErrClosed = errors.New("store is closed")

// Store is an inventory in a SQLite file.
type Store struct {
	path string
	// file is the one that was opened: what stands at the path may become another.
	file            fs.FileInfo
	writer, readers *pool
	folding         folding
	spare           spareMemory // the writer's
	limits          limits

	// Shelves are held as interfaces: whoever compiles something with a Store would compile the shelves of all kinds again.
	holders     inventory.Shelf[inventory.Holder]
	deployments inventory.Shelf[inventory.Deployment]
	cameras     inventory.Shelf[inventory.Camera]
	areas       inventory.Shelf[inventory.Area]
	obstacles   inventory.Shelf[inventory.Obstacle]
	assessments inventory.Shelf[inventory.Assessment]
	audits      inventory.Shelf[inventory.Audit]
	answers     inventory.Shelf[inventory.FindingAnswer]
	candidates  inventory.Shelf[inventory.Candidate]
	recommended inventory.Shelf[inventory.Recommendation]
	equipment   inventory.Shelf[inventory.Equipment]
	accounts    inventory.Shelf[inventory.Account]
	sessions    inventory.Shelf[inventory.Session]
	conventions inventory.Shelf[inventory.Convention]
	journal     inventory.Shelf[inventory.Entry]
	jobs        inventory.Shelf[inventory.Job]
	blobs       inventory.Shelf[inventory.Blob]
	changes     inventory.Shelf[inventory.Change]
	subscribed  inventory.Shelf[inventory.Subscription]

	// version is the file's as the writer saw it last (see [Store.notice]); others counts the times it was another one.
	version int
	others  atomic.Uint64
	keys    atomic.Pointer[keyIndex] // as the writer left it last; nil when it does not know

	mu     sync.Mutex // guards closed, and busy against growing once it is set
	closed bool
	busy   sync.WaitGroup
}

var (
	_ inventory.Store         = (*Store)(nil)
	_ inventory.Transactional = (*Store)(nil)
)

// setUp makes the shelves.
func (s *Store) setUp() *Store {
	s.holders = newShelf[inventory.Holder](s, "holder", newExtents("holders"))
	s.deployments = newShelf[inventory.Deployment](s, "deployment", newExtents("deployments"))
	s.cameras = newShelf[inventory.Camera](s, "camera", newPlaces("cameras"))
	s.areas = newShelf[inventory.Area](s, "area", newExtents("areas"))
	s.obstacles = newShelf[inventory.Obstacle](s, "obstacle", newExtents("obstacles"))
	s.assessments = newShelf[inventory.Assessment](s, "assessment", newExtents("assessments"))
	s.audits = newShelf[inventory.Audit](s, "audit", newExtents("audits"))
	s.answers = newShelf[inventory.FindingAnswer](s, "answer", newExtents("answers"))
	s.candidates = newShelf[inventory.Candidate](s, "candidate", newExtents("candidates"))
	s.recommended = newShelf[inventory.Recommendation](s, "recommendation", newExtents("recommendations"))
	s.equipment = newShelf[inventory.Equipment](s, "equipment", newExtents("equipment"))
	s.accounts = newShelf[inventory.Account](s, "account", newExtents("accounts"))
	s.sessions = newShelf[inventory.Session](s, "session", newExtents("sessions"))
	s.conventions = newShelf[inventory.Convention](s, "convention", newExtents("conventions"))
	s.journal = newShelf[inventory.Entry](s, "journal", newExtents("journal"))
	s.jobs = newShelf[inventory.Job](s, "job", newExtents("jobs"))
	s.blobs = newShelf[inventory.Blob](s, "blob", newExtents("blobs"))
	s.changes = newShelf[inventory.Change](s, "change", newExtents("changes"))
	s.subscribed = newShelf[inventory.Subscription](s, "subscription", newExtents("subscriptions"))
	return s
}

// Holders is the shelf of holders.
func (s *Store) Holders() inventory.Shelf[inventory.Holder] { return s.holders }

// Deployments is the shelf of deployments.
func (s *Store) Deployments() inventory.Shelf[inventory.Deployment] { return s.deployments }

// Cameras is the shelf of cameras.
func (s *Store) Cameras() inventory.Shelf[inventory.Camera] { return s.cameras }

// Areas is the shelf of areas.
func (s *Store) Areas() inventory.Shelf[inventory.Area] { return s.areas }

// Obstacles is the shelf of obstacles.
func (s *Store) Obstacles() inventory.Shelf[inventory.Obstacle] { return s.obstacles }

// Assessments is the shelf of assessments.
func (s *Store) Assessments() inventory.Shelf[inventory.Assessment] { return s.assessments }

// Audits is the shelf of audits.
func (s *Store) Audits() inventory.Shelf[inventory.Audit] { return s.audits }

// Answers is the shelf of answers to findings.
func (s *Store) Answers() inventory.Shelf[inventory.FindingAnswer] { return s.answers }

// Candidates is the shelf of candidates.
func (s *Store) Candidates() inventory.Shelf[inventory.Candidate] { return s.candidates }

// Recommendations is the shelf of recommendations.
func (s *Store) Recommendations() inventory.Shelf[inventory.Recommendation] { return s.recommended }

// Equipment is the shelf of models of catalogues.
func (s *Store) Equipment() inventory.Shelf[inventory.Equipment] { return s.equipment }

// Accounts is the shelf of accounts.
func (s *Store) Accounts() inventory.Shelf[inventory.Account] { return s.accounts }

// Sessions is the shelf of sessions.
func (s *Store) Sessions() inventory.Shelf[inventory.Session] { return s.sessions }

// Conventions is the shelf of conventions.
func (s *Store) Conventions() inventory.Shelf[inventory.Convention] { return s.conventions }

// Journal is the shelf of the lines of the journal.
func (s *Store) Journal() inventory.Shelf[inventory.Entry] { return s.journal }

// Jobs is the shelf of jobs.
func (s *Store) Jobs() inventory.Shelf[inventory.Job] { return s.jobs }

// Blobs is the shelf of blobs.
func (s *Store) Blobs() inventory.Shelf[inventory.Blob] { return s.blobs }

// Changes is the shelf of what the lines of the journal changed.
func (s *Store) Changes() inventory.Shelf[inventory.Change] { return s.changes }

// Subscriptions is the shelf of subscriptions to changes.
func (s *Store) Subscriptions() inventory.Shelf[inventory.Subscription] { return s.subscribed }

// Transactional is true: each Put is one transaction.
func (s *Store) Transactional() bool { return true }

// Ping returns nil when the file can be read and is where it was; otherwise an error that is [inventory.ErrUnavailable].
func (s *Store) Ping(ctx context.Context) error {
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		_, err := pragma(conn, "user_version")
		return err
	})
	if err != nil {
		return fmt.Errorf("ping %s: %w", s.path, err)
	}
	return nil
}

// Close waits for the reads and writes under way, then gives the file back. Later calls of the store fail with
// [ErrClosed], and so does the next page of a Find that is still being looped over.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.folding.stop()
	s.busy.Wait()
	// The writer last: the last connection to go folds the write-ahead log into the file, and must be able to write.
	if err := errors.Join(s.folding.pool.Close(), s.readers.Close(), s.writer.Close()); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// begin announces a piece of work that Close must wait for.
func (s *Store) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.busy.Add(1)
	return nil
}

// read runs do on a connection that only reads. What do asks in several statements may change between them.
func (s *Store) read(ctx context.Context, do func(*sqlite.Conn) error) error {
	return s.with(ctx, s.readers, do)
}

// snapshot runs do so that all its statements see the file in one state.
func snapshot(conn *sqlite.Conn, do func() error) (err error) {
	if err := execute(conn, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if !conn.AutocommitEnabled() {
			conn.SetInterrupt(nil) // a cancelled context must not keep the transaction open
			err = errors.Join(err, execute(conn, "ROLLBACK"))
		}
	}()
	return do()
}

// write runs do in a transaction, alone among writers: all of it is stored, or nothing when it fails.
func (s *Store) write(ctx context.Context, do func(*sqlite.Conn) error) error {
	return s.with(ctx, s.writer, func(conn *sqlite.Conn) error { return s.transact(conn, do) })
}

// transact runs do in a transaction of the writer, as all that is written to the file is.
func (s *Store) transact(writer *sqlite.Conn, do func(*sqlite.Conn) error) error {
	defer s.folding.ask()
	return transact(writer, func(conn *sqlite.Conn) error {
		if err := s.notice(conn); err != nil {
			return err
		}
		if err := s.spare.renew(conn); err != nil {
			return err
		}
		return do(conn)
	})
}

// notice learns whether another program has written to the file since the writer last looked. What this program writes,
// always by the same connection, does not count: https://www.sqlite.org/pragma.html#pragma_data_version.
func (s *Store) notice(writer *sqlite.Conn) error {
	version := 0
	err := statement{text: "PRAGMA data_version"}.run(writer, func(row *sqlite.Stmt) bool {
		version = row.ColumnInt(0)
		return true
	})
	if err == nil && version != s.version {
		s.version = version
		s.others.Add(1)
	}
	return err
}

func (s *Store) with(ctx context.Context, from *pool, do func(*sqlite.Conn) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.busy.Done()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.inPlace(); err != nil {
		return err
	}
	conn, err := from.Take(ctx)
	if err != nil {
		return classify(cancellation(ctx, err))
	}
	defer from.Put(conn)
	return classify(cancellation(ctx, do(conn)))
}

// inPlace is nil while the file that was opened stands where it was. Once it was taken away, SQLite would go on writing to it,
// and nobody would find what it wrote; connections that are made later would read another.
func (s *Store) inPlace() error {
	there, err := os.Stat(s.path)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", inventory.ErrUnavailable, err)
	case !os.SameFile(s.file, there):
		return fmt.Errorf("%w: %s is another file than the one that was opened", inventory.ErrUnavailable, s.path)
	}
	return nil
}

// classify adds to an error of SQLite what it means: [inventory.ErrFull] or [inventory.ErrUnavailable]. Nothing was stored
// then. Result codes: https://www.sqlite.org/rescode.html.
func classify(err error) error {
	if err == nil {
		return nil
	}
	away := []sqlite.ResultCode{
		sqlite.ResultBusy, sqlite.ResultLocked, sqlite.ResultReadOnly, sqlite.ResultIOErr, sqlite.ResultCantOpen, sqlite.ResultPerm,
	}
	switch code := sqlite.ErrCode(err).ToPrimary(); {
	case code == sqlite.ResultFull:
		return fmt.Errorf("%w: %w", inventory.ErrFull, err)
	case slices.Contains(away, code):
		return fmt.Errorf("%w: %w", inventory.ErrUnavailable, err)
	}
	return err
}

// cancellation gives the reason of the context in place of the interruption that it caused.
func cancellation(ctx context.Context, err error) error {
	if ctx.Err() != nil && sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt {
		return ctx.Err()
	}
	return err
}

// transact commits what do does, or rolls it back when it fails or panics.
func transact(conn *sqlite.Conn, do func(*sqlite.Conn) error) (err error) {
	if err := execute(conn, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if conn.AutocommitEnabled() {
			return // committed, or rolled back by SQLite itself
		}
		conn.SetInterrupt(nil) // a cancelled context must not keep the transaction open
		err = errors.Join(err, execute(conn, "ROLLBACK"))
	}()
	if err := do(conn); err != nil {
		return err
	}
	if err := execute(conn, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
