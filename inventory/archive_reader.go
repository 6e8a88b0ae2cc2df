package inventory

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"slices"
)

// archiveReader reads an archive from its start to its end: the kinds in their order, then the manifest, to which
// everything before is held.
type archiveReader struct {
	gzip   *gzip.Reader
	tar    *tar.Reader
	header ArchiveHeader
	next   string // the file that was begun and not read yet; empty at the end
	read   []ArchivedKind
	// manifest is known at the end.
	manifest ArchiveManifest
}

// newArchiveReader reads the header, and refuses what is no archive or one of a later version.
func newArchiveReader(source io.Reader) (*archiveReader, error) {
	uncompressed, err := gzip.NewReader(bufio.NewReaderSize(source, readAhead))
	if err != nil {
		return nil, damaged("", err)
	}
	r := &archiveReader{gzip: uncompressed, tar: tar.NewReader(uncompressed)}
	if err := r.advance(); err != nil {
		return nil, err
	}
	if r.next != headerName {
		return nil, &ArchiveError{File: r.next, Err: errors.New("this is no backup of Vigie: such a one begins with " + headerName)}
	}
	if err := r.readHeader(); err != nil {
		return nil, err
	}
	return r, r.advance()
}

// readHeader looks at the version before anything else, which may be new.
func (r *archiveReader) readHeader() error {
	text, err := r.text()
	if err != nil {
		return err
	}
	var about struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	switch err := json.Unmarshal(text, &about); {
	case err != nil:
		return &ArchiveError{File: headerName, Err: err}
	case about.Format != archiveFormat:
		return &ArchiveError{File: headerName, Err: fmt.Errorf("the format is %q, not %q", about.Format, archiveFormat)}
	case about.Version > archiveVersion:
		return fmt.Errorf("%w: its format is version %d, this program knows %d", ErrLaterArchive, about.Version, archiveVersion)
	case about.Version < 1:
		return &ArchiveError{File: headerName, Err: fmt.Errorf("version %d is none", about.Version)}
	}
	if err := json.Unmarshal(text, &r.header); err != nil {
		return &ArchiveError{File: headerName, Err: err}
	}
	return nil
}

// advance begins the next file. Nothing of an archive is ever written under its own name, yet a name that would lead
// elsewhere, a link or a folder tell that Vigie did not make it.
func (r *archiveReader) advance() error {
	header, err := r.tar.Next()
	if errors.Is(err, io.EOF) {
		r.next = ""
		return nil
	}
	if err != nil {
		return damaged(r.next, err)
	}
	if header.Typeflag != tar.TypeReg {
		return &ArchiveError{File: header.Name, Err: errors.New("is not a regular file")}
	}
	r.next = header.Name
	return nil
}

// text is the whole of a small file.
func (r *archiveReader) text() ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r.tar, mostManifest+1))
	if err != nil {
		return nil, damaged(r.next, err)
	}
	if len(text) > mostManifest {
		return nil, &ArchiveError{File: r.next, Err: fmt.Errorf("is larger than %d bytes", mostManifest)}
	}
	return text, nil
}

// records gives the records of one kind. Kinds are to be asked for in the order of [recordKinds], each read to its end.
func (r *archiveReader) records(_ context.Context, kind recordKind) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		read := ArchivedKind{Kind: kind.name, Files: []ArchivedFile{}}
		all := sha256.New()
		for r.next == chunkName(kind.name, len(read.Files)+1) {
			chunk := newChunkReader(r, all)
			for record, err := range chunk.records(kind) {
				if !yield(record, err) || err != nil {
					return
				}
			}
			read.Files = append(read.Files, chunk.read)
			read.Records += chunk.read.Records
			if err := r.advance(); err != nil {
				yield(nil, err)
				return
			}
		}
		read.SHA256 = hex.EncodeToString(all.Sum(nil))
		r.read = append(r.read, read)
	}
}

// end reads the manifest, once all kinds were read.
func (r *archiveReader) end() error {
	switch {
	case r.next == "":
		return &ArchiveError{Err: fmt.Errorf("it ends before %s: it was cut short", manifestName)}
	case r.next != manifestName:
		return &ArchiveError{File: r.next, Err: errors.New("has no place here: it is of an unknown kind, or out of order")}
	}
	text, err := r.text()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &r.manifest); err != nil {
		return &ArchiveError{File: manifestName, Err: err}
	}
	if err := r.judge(); err != nil {
		return &ArchiveError{File: manifestName, Err: err}
	}
	if err := r.advance(); err != nil {
		return err
	}
	if r.next != "" {
		return &ArchiveError{File: r.next, Err: errors.New("comes after the end")}
	}
	return r.drain()
}

// judge holds what was read to the manifest.
func (r *archiveReader) judge() error {
	if r.manifest.ArchiveHeader != r.header {
		return errors.New("its header is not the one at the start")
	}
	r.completeKinds()
	if len(r.manifest.Kinds) != len(r.read) {
		return fmt.Errorf("it has %d kinds of records, not %d", len(r.manifest.Kinds), len(r.read))
	}
	for i, told := range r.manifest.Kinds {
		if read := r.read[i]; !told.equal(read) {
			return fmt.Errorf("the %s are not those that were written: %d records with SHA-256 %s, where it tells %d with %s",
				read.Kind, read.Records, read.SHA256, told.Records, told.SHA256)
		}
	}
	return nil
}

// firstKinds is how many kinds the first archives had: those before the audits.
const firstKinds = 6

// completeKinds adds the kinds that came later to the manifest of an archive that was made before them.
func (r *archiveReader) completeKinds() {
	for n := len(r.manifest.Kinds); n >= firstKinds && n < len(r.read) && len(r.read[n].Files) == 0; n++ {
		r.manifest.Kinds = append(r.manifest.Kinds, r.read[n])
	}
}

// drain reads the padding, after which gzip's own checksum stands.
func (r *archiveReader) drain() error {
	padding := make([]byte, 4096)
	for {
		n, err := r.gzip.Read(padding)
		if slices.ContainsFunc(padding[:n], func(b byte) bool { return b != 0 }) {
			return &ArchiveError{Err: errors.New("something follows its end")}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged("", err)
		}
	}
}

// chunkReader reads one file of records.
type chunkReader struct {
	lines *bufio.Scanner
	hash  hash.Hash
	read  ArchivedFile
}

// newChunkReader reads the file that is next, and adds its text to all.
func newChunkReader(r *archiveReader, all io.Writer) *chunkReader {
	c := &chunkReader{hash: sha256.New(), read: ArchivedFile{Name: r.next}}
	c.lines = bufio.NewScanner(io.TeeReader(r.tar, io.MultiWriter(c.hash, all, (*byteCount)(&c.read.Bytes))))
	c.lines.Buffer(make([]byte, readAhead), mostLine)
	return c
}

func (c *chunkReader) records(kind recordKind) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for c.lines.Scan() {
			c.read.Records++
			record, err := kind.read(c.lines.Bytes())
			if err != nil {
				yield(nil, &ArchiveError{File: c.read.Name, Line: c.read.Records, Err: err})
				return
			}
			if !yield(record, nil) {
				return
			}
		}
		if err := c.lines.Err(); err != nil {
			yield(nil, damaged(c.read.Name, err))
			return
		}
		c.read.SHA256 = hex.EncodeToString(c.hash.Sum(nil))
	}
}

// byteCount counts what is written to it.
type byteCount int64

func (n *byteCount) Write(p []byte) (int, error) {
	*n += byteCount(len(p))
	return len(p), nil
}

// damaged says that bytes are not those that were written; a reading that was stopped is no damage.
func damaged(file string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &ArchiveError{File: file, Err: fmt.Errorf("it is damaged, cut short, or no backup at all: %w", err)}
}
