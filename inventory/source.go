package inventory

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sourceFile is the file of an import, which is read more than once: to learn its encoding, to survey it, to import
// it. A source that cannot be sought is kept in a temporary file meanwhile.
type sourceFile struct {
	file     io.ReadSeeker
	size     int64
	encoding encoding.Encoding // nil for UTF-8
	marked   bool              // a byte order mark comes before UTF-8
	zipped   bool              // a zip archive
	note     string            // how the text is read, when not plain UTF-8
	progress func(bytes int64)
}

// openSource makes a source ready; release gives its temporary file back.
func openSource(ctx context.Context, source io.Reader) (s *sourceFile, release func() error, err error) {
	release = func() error { return nil }
	s = &sourceFile{}
	if seeker, ok := source.(io.ReadSeeker); ok {
		if _, err := seeker.Seek(0, io.SeekStart); err == nil {
			s.file = seeker
		}
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "vigie-import-*")
		if err != nil {
			return nil, release, fmt.Errorf("make room to read the file twice: %w", err)
		}
		release = func() error { return errors.Join(file.Close(), os.Remove(file.Name())) }
		if _, err := io.Copy(file, &cancellableReader{ctx: ctx, source: source}); err != nil {
			return nil, release, fmt.Errorf("read the file: %w", err)
		}
		s.file = file
	}
	return s, release, s.detect(ctx)
}

// detect learns the size and the encoding: an archive has none of its own; a byte order mark says it; a text that is
// valid UTF-8 is UTF-8; anything else is taken for what an XML text says that it is, or for Windows-1252, which holds
// Latin-1.
func (s *sourceFile) detect(ctx context.Context) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	check := &utf8Check{valid: true}
	size, err := io.Copy(check, &cancellableReader{ctx: ctx, source: s.file})
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	s.size = size
	switch {
	case bytes.HasPrefix(check.head, []byte("PK\x03\x04")), bytes.HasPrefix(check.head, []byte("PK\x05\x06")):
		s.zipped = true
	case bytes.HasPrefix(check.head, []byte{0xff, 0xfe}), bytes.HasPrefix(check.head, []byte{0xfe, 0xff}):
		s.encoding = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
		s.note = "the text is read as UTF-16"
	case check.valid && len(check.rest) == 0:
		s.marked = bytes.HasPrefix(check.head, []byte("\ufeff"))
	default:
		s.encoding = charmap.Windows1252
		s.note = "the text is not UTF-8 and is read as Windows-1252 (Latin-1)"
		if declared := xmlDeclaration.FindSubmatch(check.head); declared != nil {
			if e, known := namedEncoding(string(declared[1])); known && e != nil {
				s.encoding, s.note = e, fmt.Sprintf("the text is read as %.40q, as it says", declared[1])
			}
		}
	}
	return nil
}

// xmlDeclaration names the encoding of an XML text (XML 1.0, §4.3.3).
var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// text opens the file from its start, as UTF-8 without byte order mark, for one of the passes.
func (s *sourceFile) text(ctx context.Context, pass int) (io.Reader, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	counted := &cancellableReader{ctx: ctx, source: s.file}
	if s.progress != nil {
		counted.progress = func(read int64) { s.progress((int64(pass)*s.size + read) / passes) }
	}
	text := bufio.NewReaderSize(counted, readAhead)
	if s.encoding != nil {
		return transform.NewReader(text, s.encoding.NewDecoder()), nil
	}
	if s.marked {
		if _, err := text.Discard(len("\ufeff")); err != nil {
			return nil, fmt.Errorf("read the file: %w", err)
		}
	}
	return text, nil
}

const readAhead = 64 << 10

// passes is how many times the text is read: survey, import.
const passes = 2

// cancellableReader stops when its context does, and tells how much was read.
type cancellableReader struct {
	ctx      context.Context //nolint:containedctx // an io.Reader is called without one
	source   io.Reader
	read     int64
	progress func(bytes int64)
}

func (r *cancellableReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.source.Read(p)
	r.read += int64(n)
	if r.progress != nil {
		r.progress(r.read)
	}
	return n, err
}

// headBytes is how much of a file tells its encoding.
const headBytes = 200

// utf8Check is written the whole file, and keeps what it needs to know its encoding.
type utf8Check struct {
	head, rest []byte
	valid      bool
}

func (u *utf8Check) Write(p []byte) (int, error) {
	if missing := headBytes - len(u.head); missing > 0 {
		u.head = append(u.head, p[:min(missing, len(p))]...)
	}
	if !u.valid {
		return len(p), nil
	}
	text := slices.Concat(u.rest, p)
	whole := len(text)
	for back := 1; back <= min(utf8.UTFMax-1, len(text)); back++ { // a character may be cut at the end
		if utf8.RuneStart(text[len(text)-back]) {
			if !utf8.FullRune(text[len(text)-back:]) {
				whole = len(text) - back
			}
			break
		}
	}
	u.valid = utf8.Valid(text[:whole])
	u.rest = append([]byte(nil), text[whole:]...)
	return len(p), nil
}
