package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An archive is a tar file compressed with gzip, so that any system opens it. It holds, in this order:
//
//	vigie-backup/vigie.json              what this is, its version, the software, the instant: an [ArchiveHeader]
//	vigie-backup/holders-000001.ndjson   the records of a kind, one JSON a line, in the order of their keys, in
//	vigie-backup/holders-000002.ndjson   files of some megabytes; the kinds in the order of recordKinds
//	…
//	vigie-backup/manifest.json           numbers of records and SHA-256 of every kind and file: an [ArchiveManifest]
//
// The manifest is last, because only then it is known; an archive that was cut short has none and is refused. The same
// records, instant and software make the same bytes.

const (
	archiveFormat = "vigie-backup"
	// archiveVersion is that of the format; a program reads its own and the ones before.
	archiveVersion = 1
	archiveFolder  = archiveFormat + "/"
	headerName     = archiveFolder + "vigie.json"
	manifestName   = archiveFolder + "manifest.json"
	// chunkBytes is how much text makes a file of an archive; one record more may be in it.
	chunkBytes = 4 << 20
	// mostLine bounds the text of one record, mostManifest that of the header and of the manifest, bytes.
	mostLine, mostManifest = 64 << 20, 64 << 20
)

// ErrLaterArchive says that an archive is of a version that this program does not know.
var ErrLaterArchive = errors.New("the archive was written by a newer version of Vigie")

// ArchiveHeader is the first file of an archive.
type ArchiveHeader struct {
	// Format is "vigie-backup", Version the edition of the format.
	Format  string `json:"format"`
	Version int    `json:"version"`
	// Software is the version of the program that wrote it.
	Software string `json:"software"`
	// Created is when the writing began.
	Created Instant `json:"created"`
}

// ArchiveManifest is the last file of an archive.
type ArchiveManifest struct {
	ArchiveHeader
	// Kinds are all kinds, also those without a record.
	Kinds []ArchivedKind `json:"kinds"`
}

// Records counts the records of all kinds.
func (m ArchiveManifest) Records() int {
	n := 0
	for _, kind := range m.Kinds {
		n += kind.Records
	}
	return n
}

// ArchivedKind sums the records of one kind: those of its files one after the other.
type ArchivedKind struct {
	Kind string `json:"kind"`
	Sum
	Files []ArchivedFile `json:"files"`
}

// ArchivedFile sums one file of records.
type ArchivedFile struct {
	Name string `json:"name"`
	// Bytes is its size.
	Bytes int64 `json:"bytes"`
	Sum
}

func (k ArchivedKind) equal(other ArchivedKind) bool {
	return k.Kind == other.Kind && k.Sum == other.Sum && slices.Equal(k.Files, other.Files)
}

func chunkName(kind string, n int) string {
	return fmt.Sprintf("%s%s-%06d.ndjson", archiveFolder, kind, n)
}

// ArchiveError is a fault of an archive, of which nothing is stored.
type ArchiveError struct {
	// File is the one in the archive that is at fault, empty when it is the archive itself; Line, from 1, is 0 when it
	// is the whole file.
	File string
	Line int
	Err  error
}

// Error says where and what.
func (e *ArchiveError) Error() string {
	var where strings.Builder
	where.WriteString("archive")
	if e.File != "" {
		fmt.Fprintf(&where, ", %s", e.File)
	}
	if e.Line > 0 {
		fmt.Fprintf(&where, ", line %d", e.Line)
	}
	return where.String() + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *ArchiveError) Unwrap() error { return e.Err }
