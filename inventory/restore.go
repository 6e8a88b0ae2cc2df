package inventory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrNotEmpty refuses to restore into a store that holds records.
var ErrNotEmpty = errors.New("the store holds records already")

// mostFaulty is how many invalid records of an archive are told.
const mostFaulty = 20

// Archive is an archive that was read whole and found sound.
type Archive struct {
	// Manifest tells what is in it.
	Manifest ArchiveManifest
	file     io.ReadSeeker
	release  func() error
}

// OpenArchive reads an archive that [Backup] wrote, from its first byte to its last, and checks all of it: every sum,
// every record, their order. Nothing can be restored from one that is not sound: that is an [*ArchiveError], or
// [ErrLaterArchive]. Records that this version finds invalid are told together, 20 at most, each an [*InvalidError].
//
// A source that cannot be sought is kept in a temporary file, which Close removes. progress, when not nil, is called
// with the number of bytes read so far.
func OpenArchive(ctx context.Context, source io.Reader, progress func(bytes int64)) (*Archive, error) {
	a := &Archive{release: func() error { return nil }}
	if err := a.keep(ctx, source); err != nil {
		return nil, errors.Join(fmt.Errorf("read the archive: %w", err), a.Close())
	}
	if err := a.check(ctx, progress); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close removes the temporary file when there is one.
func (a *Archive) Close() error {
	if err := a.release(); err != nil {
		return fmt.Errorf("remove the temporary file: %w", err)
	}
	return nil
}

// keep makes sure that the archive can be read more than once.
func (a *Archive) keep(ctx context.Context, source io.Reader) error {
	if seeker, ok := source.(io.ReadSeeker); ok {
		if _, err := seeker.Seek(0, io.SeekStart); err == nil {
			a.file = seeker
			return nil
		}
	}
	file, err := os.CreateTemp("", "vigie-restore-*") // for its owner only
	if err != nil {
		return err
	}
	a.file, a.release = file, func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }
	_, err = io.Copy(file, &cancellableReader{ctx: ctx, source: source})
	return err
}

// open begins to read from the start.
func (a *Archive) open(ctx context.Context, progress func(bytes int64)) (*archiveReader, error) {
	if _, err := a.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return newArchiveReader(&cancellableReader{ctx: ctx, source: a.file, progress: progress})
}

func (a *Archive) check(ctx context.Context, progress func(bytes int64)) error {
	reader, err := a.open(ctx, progress)
	if err != nil {
		return err
	}
	var faults []error
	for _, kind := range recordKinds() {
		if err := checkKind(ctx, reader, kind, &faults); err != nil {
			return err
		}
	}
	if err := reader.end(); err != nil {
		return err
	}
	a.Manifest = reader.manifest
	return errors.Join(faults...)
}

// checkKind reads all records of a kind, and gathers those that are invalid.
func checkKind(ctx context.Context, reader *archiveReader, kind recordKind, faults *[]error) error {
	records := newSequence(ctx, reader.records(ctx, kind))
	defer records.stop()
	for {
		e, err := records.peek()
		if errors.Is(err, errOutOfOrder) {
			return &ArchiveError{Err: fmt.Errorf("%s: %w", kind.name, err)}
		}
		if e == nil || err != nil {
			return err
		}
		records.pass()
		if err := e.record.Validate(); err != nil && len(*faults) < mostFaulty {
			*faults = append(*faults, err)
		}
	}
}

// RestoreOptions says how to restore.
type RestoreOptions struct {
	// Force restores into a store that holds records: those that the archive lacks stay, those that differ from the
	// archive's are replaced by them. It also continues a restore that was interrupted.
	Force bool
	// Progress, when not nil, is called with how many steps of how many are done; a record is two steps.
	Progress func(done, total int)
}

// Restore stores every record of the archive and then compares the store with the archive: a [MismatchError] says that
// they are not the same. The store must be empty, or options.Force set; otherwise it is [ErrNotEmpty] and nothing is
// stored. When it fails or ctx is cancelled, the report says what was stored until then.
func (a *Archive) Restore(ctx context.Context, store Store, options RestoreOptions) (CopyReport, error) {
	if !options.Force {
		empty, err := isEmpty(ctx, store)
		if err != nil {
			return CopyReport{}, fmt.Errorf("look into the store: %w", err)
		}
		if !empty {
			return CopyReport{}, fmt.Errorf("nothing was restored: %w", ErrNotEmpty)
		}
	}
	c := &copying{
		to:        store,
		open:      func(ctx context.Context) (origin, error) { return a.open(ctx, nil) },
		merge:     options.Force,
		progress:  options.Progress,
		countFrom: func(context.Context) (int, error) { return a.Manifest.Records(), nil },
	}
	return c.run(ctx, false)
}
