package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Formats are all formats that are read, in the order in which they are told.
func Formats() []Format {
	return []Format{FormatGeoJSON, FormatCSV, FormatShapefile, FormatKML, FormatOSM}
}

// rows gives every row of the file.
func (s *sourceFile) rows(ctx context.Context, options ImportOptions, pass int, to rowTaker) error {
	if zipped := options.Format == FormatShapefile; zipped != s.zipped && options.Format != FormatKML {
		return &FileError{Err: fmt.Errorf("the file is %s zip archive, which is not how %s comes",
			map[bool]string{true: "a", false: "not a"}[s.zipped], options.Format)}
	}
	yield := func(r row) error { return to.take(ctx, r) }
	switch options.Format {
	case FormatShapefile:
		return s.shapefileRows(ctx, options, pass, to)
	case FormatKML:
		return s.kmlRows(ctx, options, pass, to)
	default:
		return s.textRows(ctx, options, pass, yield, to)
	}
}

// textRows gives every row of a text.
func (s *sourceFile) textRows(
	ctx context.Context, options ImportOptions, pass int, yield func(row) error, to rowTaker,
) error {
	text, err := s.text(ctx, pass)
	if err != nil {
		return err
	}
	switch options.Format {
	case FormatGeoJSON:
		crs, err := decodeGeoJSON(text, options.Kind, yield)
		to.about(crs, nil)
		return err
	case FormatOSM:
		notes, err := decodeOSM(text, options.Kind, yield)
		to.about("CRS84", nil, notes...)
		return err
	default:
		d, err := decodeCSV(text, options.Mapping, yield)
		if d != nil {
			to.about("", d.names, d.notes()...)
		}
		return err
	}
}

// sniffedBytes is how much of a file is looked at to tell its format.
const sniffedBytes = 4 << 10

// format tells the format of a file by how it begins, and of an archive by what is in it.
func (s *sourceFile) format(ctx context.Context) (Format, error) {
	if s.zipped {
		return s.archiveFormat(ctx)
	}
	text, err := s.text(ctx, surveyPass)
	if err != nil {
		return "", err
	}
	head := make([]byte, sniffedBytes)
	n, err := io.ReadFull(text, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read the file: %w", err)
	}
	head = bytes.TrimLeft(head[:n], " \t\r\n\x1e")
	switch {
	case bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0a}): // the number of a .shp file: 9994
		return "", &FileError{Err: errors.New("a shapefile is imported as one zip archive of its parts: .shp, .shx, .dbf, .prj")}
	case len(head) > 0 && (head[0] == '{' || head[0] == '['):
		return FormatOfJSON(head), nil
	case len(head) > 0 && head[0] == '<':
		return FormatKML, nil
	}
	return FormatCSV, nil
}

// FormatOfJSON tells elements of OpenStreetMap from GeoJSON by how the text begins.
func FormatOfJSON(head []byte) Format {
	if osmJSON.Match(bytes.TrimLeft(head, "\ufeff \t\r\n")) {
		return FormatOSM
	}
	return FormatGeoJSON
}

// osmJSON is how an answer of Overpass begins, or an array of its elements.
var osmJSON = regexp.MustCompile(`^(?:\{[^{}]*"(?:osm3s|elements)"\s*:|\[\s*\{[^{}]*"type"\s*:\s*"(?:node|way|relation)")`)
