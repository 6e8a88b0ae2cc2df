package advisory

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie/inventory"
)

//go:embed book
var bookFiles embed.FS

// Verified says how far a value of the book was checked against its source.
type Verified string

// The marks of verification.
const (
	// VerifiedYes: read in the source named.
	VerifiedYes Verified = "yes"
	// VerifiedSecondary: found only in a third party's document, not in the official text.
	VerifiedSecondary Verified = "secondary"
	// Unverified: from memory, or from a source that could not be opened.
	Unverified Verified = "unverified"
	// Practice: an engineering habit without normative force.
	Practice Verified = "practice"
)

// Sourced is a value with its origin.
type Sourced[V any] struct {
	Value    V
	Source   string
	Verified Verified
	// ValidFrom is the first day of the value; empty when it has no known beginning.
	ValidFrom inventory.Date
}

// Book is the rulebook: level scales, assumption profiles, parameters. It is never changed after it was loaded, and
// may be shared by goroutines.
type Book struct {
	// Edition names the edition, as "2026-11".
	Edition string
	// Hash is the SHA-256 of all files of the book, their names included, in hexadecimal.
	Hash string
	// Scales and Profiles are in the order of their identifiers.
	Scales   []Scale
	Profiles []Profile
	Params   Params
}

// Scale gives the level scale with an identifier.
func (b *Book) Scale(id string) (Scale, bool) {
	i := slices.IndexFunc(b.Scales, func(s Scale) bool { return s.ID == id })
	if i < 0 {
		return Scale{}, false
	}
	return b.Scales[i], true
}

// Profile gives the assumption profile with an identifier.
func (b *Book) Profile(id string) (Profile, bool) {
	i := slices.IndexFunc(b.Profiles, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return Profile{}, false
	}
	return b.Profiles[i], true
}

// LoadBook reads the embedded book. Every fault of the whole book is listed at once, with file, line and column.
func LoadBook() (*Book, error) {
	files, err := fs.Sub(bookFiles, "book")
	if err != nil {
		return nil, fmt.Errorf("rulebook: %w", err)
	}
	return Load(files)
}

// Load reads a book from its files: scales.yaml, params.yaml and profiles/*.yaml. The error joins one *BookError for
// every fault of the whole book.
func Load(files fs.FS) (*Book, error) {
	names, err := fileNames(files)
	if err != nil {
		return nil, fmt.Errorf("rulebook: %w", err)
	}
	loading := loader{book: &Book{}, sum: sha256.New()}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("rulebook: %w", err)
		}
		loading.add(name, text)
	}
	loading.conclude(names)
	if len(loading.faults) > 0 {
		return nil, fmt.Errorf("rulebook: %w", errors.Join(loading.faults...))
	}
	loading.book.Hash = hex.EncodeToString(loading.sum.Sum(nil))
	return loading.book, nil
}

// fileNames lists every file of the book, in the order of their names.
func fileNames(files fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// loader gathers a book and its faults, file by file.
type loader struct {
	book   *Book
	sum    hash.Hash
	faults []error
	// defaultScale is where params.yaml names the default scale.
	defaultScale place
}

func (l *loader) add(name string, text []byte) {
	fmt.Fprintf(l.sum, "%s\x00%d\x00%s", name, len(text), text)
	p := &page{file: name}
	switch {
	case name == "scales.yaml":
		l.book.Scales = p.scales(text)
	case name == "params.yaml":
		l.book.Edition, l.book.Params, l.defaultScale = p.params(text)
	case path.Dir(name) == "profiles" && path.Ext(name) == ".yaml":
		profile := p.profile(text)
		if want := strings.TrimSuffix(path.Base(name), ".yaml"); profile.ID != "" && profile.ID != want {
			p.fault(place{1, 1}, "the profile %q must be in a file of its name", profile.ID)
		}
		l.book.Profiles = append(l.book.Profiles, profile)
	default:
		p.fault(place{}, "is not a file of the book: scales.yaml, params.yaml or profiles/*.yaml")
	}
	l.faults = append(l.faults, p.faults...)
}

// conclude checks what takes several files.
func (l *loader) conclude(names []string) {
	for _, needed := range []string{"scales.yaml", "params.yaml"} {
		if !slices.Contains(names, needed) {
			l.faults = append(l.faults, &BookError{File: needed, Reason: "the file is missing"})
		}
	}
	id := l.book.Params.DefaultScale.Value
	if _, known := l.book.Scale(id); !known && id != "" && len(l.book.Scales) > 0 {
		l.faults = append(l.faults, &BookError{
			File: "params.yaml", Line: l.defaultScale.line, Column: l.defaultScale.column,
			Reason: fmt.Sprintf("%q is not a scale of scales.yaml", id),
		})
	}
	slices.SortFunc(l.book.Profiles, func(a, b Profile) int { return strings.Compare(a.ID, b.ID) })
}
