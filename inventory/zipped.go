package inventory

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	// mostContentsBytes bounds what is read of an archive to learn what is in it.
	mostContentsBytes = 8 << 20
	// mostPartBytes bounds one part of an archive: no part of a shapefile is larger, for its lengths have 32 bits.
	mostPartBytes = 4 << 30
	// mostSmallBytes is what a part may have whatever the archive has; beyond it, it may be mostInflation times as long as
	// it is in the archive. Tables with empty columns shrink by a hundred, what is made to fill a disk by a thousand.
	mostSmallBytes = 256 << 20
	mostInflation  = 200
)

// zipSource reads an archive for one of the passes. It stops when its context does, and tells how much was read.
type zipSource struct {
	ctx      context.Context //nolint:containedctx // an io.ReaderAt is called without one
	file     io.ReadSeeker
	left     int64 // bytes that may still be read
	read     int64
	progress func(bytes int64)
}

var errLongContents = errors.New("the archive's table of contents is too long")

// ReadAt has only one caller at a time.
func (z *zipSource) ReadAt(p []byte, at int64) (n int, err error) {
	if err := z.ctx.Err(); err != nil {
		return 0, err
	}
	if z.left -= int64(len(p)); z.left < 0 {
		return 0, errLongContents
	}
	if file, ok := z.file.(io.ReaderAt); ok {
		n, err = file.ReadAt(p, at)
	} else if _, err = z.file.Seek(at, io.SeekStart); err == nil {
		if n, err = io.ReadFull(z.file, p); errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
	}
	z.read += int64(n)
	if z.progress != nil {
		z.progress(z.read)
	}
	return n, err
}

// archive opens the file as a zip archive, for one of the passes.
func (s *sourceFile) archive(ctx context.Context, pass int) (*zip.Reader, error) {
	source := &zipSource{ctx: ctx, file: s.file, left: mostContentsBytes}
	archive, err := zip.NewReader(source, s.size)
	if err != nil {
		if cause := ctx.Err(); cause != nil {
			return nil, cause
		}
		return nil, &FileError{Err: fmt.Errorf("the zip archive cannot be read: %w", err)}
	}
	source.left = 1 << 62 // what is read now is bounded part by part
	if s.progress != nil {
		source.progress = func(read int64) { s.progress((int64(pass)*s.size + min(read, s.size)) / passes) }
	}
	return archive, nil
}

// parts are the files of an archive, without folders and without what macOS adds.
func parts(archive *zip.Reader) []*zip.File {
	return slices.DeleteFunc(slices.Clone(archive.File), func(f *zip.File) bool {
		return strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasPrefix(path.Base(f.Name), "._")
	})
}

func partNames(files []*zip.File) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	return names
}

// extension is that of a part, in lower case.
func extension(name string) string { return strings.ToLower(path.Ext(name)) }

// archiveFormat tells what is in an archive.
func (s *sourceFile) archiveFormat(ctx context.Context) (Format, error) {
	archive, err := s.archive(ctx, surveyPass)
	if err != nil {
		return "", err
	}
	files := parts(archive)
	for _, known := range []struct {
		extension string
		format    Format
	}{{".shp", FormatShapefile}, {".dbf", FormatShapefile}, {".kml", FormatKML}} {
		if slices.ContainsFunc(files, func(f *zip.File) bool { return extension(f.Name) == known.extension }) {
			return known.format, nil
		}
	}
	return "", &FileError{Err: fmt.Errorf("the archive has neither a shapefile (.shp) nor a .kml: it has %s",
		quotedList(partNames(files)))}
}

// openPart opens a part of an archive, which gives no more than the archive says that it has.
func openPart(f *zip.File) (io.ReadCloser, error) {
	switch size, packed := f.UncompressedSize64, f.CompressedSize64; {
	case f.Flags&1 != 0:
		return nil, fmt.Errorf("%q is encrypted", f.Name)
	case size > mostPartBytes, size > mostSmallBytes && size/mostInflation > packed:
		return nil, fmt.Errorf("%q would be %d bytes long, too many for the %d that it has in the archive", f.Name, size, packed)
	}
	part, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%q: %w", f.Name, err)
	}
	return &boundedPart{part: part, name: f.Name, left: int64(f.UncompressedSize64)}, nil //nolint:gosec // bounded above
}

// boundedPart is a part of an archive that stops where the archive says that it does.
type boundedPart struct {
	part io.ReadCloser
	name string
	left int64
}

func (b *boundedPart) Read(p []byte) (int, error) {
	n, err := b.part.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("%q is longer than the archive says", b.name)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%q: %w", b.name, err)
	}
	return n, err
}

func (b *boundedPart) Close() error { return b.part.Close() }

// readPart is a short part of an archive, whole.
func readPart(f *zip.File, most int64) (text []byte, err error) {
	part, err := openPart(f)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	text, err = io.ReadAll(io.LimitReader(part, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("%q is longer than %d bytes", f.Name, most)
	}
	return text, err
}
