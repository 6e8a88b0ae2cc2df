package inventory

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// BackupOptions says how to write an archive.
type BackupOptions struct {
	// Software is the version of the program.
	Software string
	// Now tells the time; time.Now when nil.
	Now func() time.Time
	// Progress, when not nil, is called with how many of how many records are written.
	Progress func(done, total int)
}

// Backup writes every record of the store into one archive, in constant memory: what [OpenArchive] reads.
//
// Other programs may go on writing to the store. Each record is in the archive whole, as it was at one moment; one that
// is added, changed or deleted meanwhile may be in it in either state, and two records may be of two moments. What was
// in the store before and is left alone is in it exactly once.
func Backup(ctx context.Context, store Store, out io.Writer, options BackupOptions) (ArchiveManifest, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	w := newArchiveWriter(out, ArchiveHeader{
		Format: archiveFormat, Version: archiveVersion, Software: options.Software, Created: InstantOf(options.Now()),
	})
	if options.Progress != nil {
		total, err := countAll(ctx, store)
		if err != nil {
			return w.manifest, fmt.Errorf("backup: count the records: %w", err)
		}
		w.progress = func(done int) { options.Progress(done, max(done, total)) }
	}
	if err := w.backup(ctx, store); err != nil {
		return w.manifest, fmt.Errorf("backup: %w", err)
	}
	return w.manifest, nil
}

// archiveWriter writes an archive.
type archiveWriter struct {
	gzip     *gzip.Writer
	tar      *tar.Writer
	manifest ArchiveManifest
	progress func(done int)
	done     int
	chunk    bytes.Buffer
	records  int // of the chunk
}

// newArchiveWriter compresses lightly: three times as quick as gzip's usual effort, for archives a fifth larger.
func newArchiveWriter(out io.Writer, header ArchiveHeader) *archiveWriter {
	compressed, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil { // the level is one that there is
		compressed = gzip.NewWriter(out)
	}
	return &archiveWriter{gzip: compressed, tar: tar.NewWriter(compressed), manifest: ArchiveManifest{ArchiveHeader: header}}
}

func (w *archiveWriter) backup(ctx context.Context, store Store) error {
	if err := w.json(headerName, w.manifest.ArchiveHeader); err != nil {
		return err
	}
	for _, kind := range recordKinds() {
		if err := w.kind(ctx, kind, store); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	if err := w.json(manifestName, w.manifest); err != nil {
		return err
	}
	return errors.Join(w.tar.Close(), w.gzip.Close())
}

// kind writes the files of one kind.
func (w *archiveWriter) kind(ctx context.Context, kind recordKind, store Store) error {
	written := ArchivedKind{Kind: kind.name, Files: []ArchivedFile{}}
	all := newSumming()
	records := newSequence(ctx, kind.find(ctx, store, Query{}))
	defer records.stop()
	for {
		e, err := records.peek()
		if err != nil {
			return err
		}
		if e == nil {
			break
		}
		if len(e.text) >= mostLine {
			return fmt.Errorf("%q has %d bytes, more than an archive takes", e.record.Key(), len(e.text))
		}
		records.pass()
		all.add(e)
		w.add(e)
		if w.chunk.Len() >= chunkBytes {
			if err := w.flush(&written); err != nil {
				return err
			}
		}
	}
	if err := w.flush(&written); err != nil {
		return err
	}
	written.Sum = all.sum()
	w.manifest.Kinds = append(w.manifest.Kinds, written)
	return nil
}

func (w *archiveWriter) add(e *entry) {
	w.chunk.Write(e.text)
	w.chunk.WriteByte('\n')
	w.records++
	if w.done++; w.progress != nil && w.done%aheadRecords == 0 {
		w.progress(w.done)
	}
}

// flush writes what was gathered as the next file of the kind.
func (w *archiveWriter) flush(kind *ArchivedKind) error {
	if w.records == 0 {
		return nil
	}
	text := w.chunk.Bytes()
	hash := sha256.Sum256(text)
	file := ArchivedFile{
		Name: chunkName(kind.Kind, len(kind.Files)+1), Bytes: int64(len(text)), Sum: Sum{w.records, hex.EncodeToString(hash[:])},
	}
	kind.Files = append(kind.Files, file)
	err := w.file(file.Name, text)
	w.chunk.Reset()
	w.records = 0
	return err
}

func (w *archiveWriter) json(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.file(name, append(text, '\n'))
}

func (w *archiveWriter) file(name string, text []byte) error {
	err := w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600,
		ModTime: w.manifest.Created.Time.Truncate(time.Second), Format: tar.FormatUSTAR,
	})
	if err != nil {
		return err
	}
	_, err = w.tar.Write(text)
	return err
}
