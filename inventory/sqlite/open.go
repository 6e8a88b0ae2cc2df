package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"zombiezen.com/go/sqlite"
)

var (
	// ErrNewer says that a newer version of Vigie wrote the database: this one would not understand it.
	ErrNewer = errors.New("database was written by a newer version of Vigie")
	// ErrNotVigie says that the file is not a database of Vigie.
	ErrNotVigie = errors.New("not a Vigie database")
)

// busyTimeout is how long to wait for another process that is writing.
const busyTimeout = 10 * time.Second

// logPages is how long the write-ahead log grows before the writer itself folds it into the file, and whoever stores
// something meanwhile waits, in pages of 4 KiB: long enough that [Store.keepFolding] comes first but in an import, and
// that a page changed by many of its batches is folded once.
const logPages = 8192

// Open opens the store in the file, which is created when it is not there, and brings it to this version's schema.
// It fails with [ErrNewer], [ErrNotVigie], or the reason why the file cannot be written.
//
// A change is on the disk when the call that made it returns (synchronous=FULL: one fsync of the log per
// transaction), so that a power cut loses nothing acknowledged. NORMAL would be quicker for single edits, and would
// keep the file sound too, but the last edits before a power cut could be lost: those are what somebody just typed.
// Imports put thousands of records in a transaction and do not feel the difference.
func Open(ctx context.Context, path string) (*Store, error) {
	store, err := open(ctx, path, migrations())
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return store, nil
}

func open(ctx context.Context, path string, steps []migration) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	if err := whileBusy(ctx, func() error { return prepareFile(ctx, path, steps) }); err != nil {
		return nil, err
	}
	writer, err := newPool(path, 1, configureWriter)
	if err != nil {
		return nil, err
	}
	readers, err := newPool(path, max(4, runtime.GOMAXPROCS(0)), configureReader)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	folder, err := newPool(path, 1, configureFolder)
	if err != nil {
		return nil, errors.Join(err, readers.Close(), writer.Close())
	}
	file, err := os.Stat(path)
	if err != nil {
		return nil, errors.Join(err, folder.Close(), readers.Close(), writer.Close())
	}
	store := &Store{path: path, file: file, writer: writer, readers: readers, limits: usualLimits()}
	store.startFolding(folder)
	return store.setUp(), nil
}

// create makes an empty file, that its owner alone may read: where cameras stand is sensitive. A file that exists is
// left to SQLite: opening and closing it here would drop the locks of this process on it.
func create(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: not a regular file", ErrNotVigie)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the store is where the user says
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was quicker
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// whileBusy tries again while another process holds the file, for as long as [busyTimeout]. SQLite itself does not wait
// where two that wait could wait for each other: of several that turn a new file to a write-ahead log at one instant,
// all but one are told at once that it is locked.
func whileBusy(ctx context.Context, try func() error) error {
	for end := time.Now().Add(busyTimeout); ; {
		err := try()
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// prepareFile makes sure that the file is a database of Vigie at this version, without touching any other file.
func prepareFile(ctx context.Context, path string, steps []migration) (err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetInterrupt(ctx.Done())
	conn.SetBusyTimeout(busyTimeout)
	version := 0
	err = snapshot(conn, func() (err error) { // one moment: another process may be making the file
		version, err = identify(conn)
		return err
	})
	switch {
	case sqlite.ErrCode(err).ToPrimary() == sqlite.ResultNotADB:
		return fmt.Errorf("%w: not a SQLite file", ErrNotVigie)
	case err != nil:
		return cancellation(ctx, err)
	case version > len(steps):
		return fmt.Errorf("%w: its schema is version %d, this program knows %d", ErrNewer, version, len(steps))
	}
	if err := execute(conn, "PRAGMA journal_mode = wal"); err != nil {
		return cancellation(ctx, err)
	}
	return cancellation(ctx, migrate(conn, steps))
}

func configureWriter(conn *sqlite.Conn) error {
	return configure(conn, "PRAGMA foreign_keys = on", "PRAGMA synchronous = full", "PRAGMA cache_size = -16384",
		fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", logPages))
}

func configureReader(conn *sqlite.Conn) error {
	return configure(conn, "PRAGMA query_only = on", "PRAGMA cache_size = -16384")
}

func configure(conn *sqlite.Conn, pragmas ...string) error {
	conn.SetBusyTimeout(busyTimeout) // first: the pragmas may already have to wait
	for _, text := range pragmas {
		if err := execute(conn, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}
