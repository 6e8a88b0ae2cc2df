package inventory

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/transform"
)

const (
	// mostKMLDepth is how deep elements may be nested.
	mostKMLDepth = 64
	// mostPlacemarkBytes bounds what lies between the beginning of a placemark and its end.
	mostPlacemarkBytes = 64 << 20
)

// kmlDecoder reads the placemarks of a KML document (OGC 07-147r2), one at a time. What is on other computers, and what
// only tells how things are drawn, is passed over.
type kmlDecoder struct {
	xml     *xml.Decoder
	source  *meteredReader
	yield   func(row) error
	rank    int
	depth   int
	folders []string // the names of the folders around
	links   int      // to documents elsewhere
	names   pathNames
}

// decodeKML gives every placemark to yield, in order, and stops at its first error. charset reads a text that is not in
// UTF-8.
func decodeKML(source io.Reader, charset charsetReader, yield func(row) error) (notes []string, err error) {
	metered := &meteredReader{source: source}
	metered.refill()
	d := &kmlDecoder{xml: xml.NewDecoder(metered), source: metered, yield: yield, names: pathNames{}}
	d.xml.CharsetReader = charset
	if err := d.document(); err != nil {
		return nil, d.unreadable(err)
	}
	if d.links > 0 {
		notes = append(notes, fmt.Sprintf("%d links to documents elsewhere are not followed", d.links))
	}
	return notes, nil
}

// charsetReader makes UTF-8 of a text in the encoding that it names.
type charsetReader = func(name string, text io.Reader) (io.Reader, error)

// declaredCharset takes the encoding that the text names.
func declaredCharset(name string, text io.Reader) (io.Reader, error) {
	e, known := namedEncoding(name)
	switch {
	case !known:
		return nil, fmt.Errorf("the encoding %.40q is not known", name)
	case e == nil:
		return text, nil
	}
	return transform.NewReader(text, e.NewDecoder()), nil
}

// readCharset is of a text that was made UTF-8 before.
func readCharset(_ string, text io.Reader) (io.Reader, error) { return text, nil }

// unreadable locates a fault of the whole file.
func (d *kmlDecoder) unreadable(err error) error {
	if yielded := (stopped{}); errors.As(err, &yielded) {
		return yielded.error
	}
	syntax := (*xml.SyntaxError)(nil)
	switch {
	case errors.Is(err, io.EOF), errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		err = fmt.Errorf("the file is cut short: %w", io.ErrUnexpectedEOF)
	case errors.As(err, &syntax):
		err = errors.New(syntax.Msg)
	}
	line, _ := d.xml.InputPos()
	return &FileError{Line: line, Byte: d.xml.InputOffset(), Rows: d.rank, Err: err}
}

// token is the next one that matters: the begin or the end of an element, or text.
func (d *kmlDecoder) token() (xml.Token, error) {
	token, err := d.xml.Token()
	switch token.(type) {
	case xml.StartElement:
		if d.depth++; d.depth > mostKMLDepth {
			return nil, fmt.Errorf("elements are nested more than %d deep", mostKMLDepth)
		}
	case xml.EndElement:
		d.depth--
	}
	return token, err
}

// document goes through the folders of the file.
func (d *kmlDecoder) document() error {
	found := false
	for {
		d.source.refill()
		token, err := d.token()
		if errors.Is(err, io.EOF) && found {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "kml" && !container(start.Name.Local) && start.Name.Local != "Placemark" {
			return fmt.Errorf("a KML document is needed, not %.40q", start.Name.Local)
		}
		found = true
		if start.Name.Local == "Placemark" {
			err = d.placemark(start)
		} else {
			err = d.container(start)
		}
		if err != nil {
			return err
		}
	}
}

func container(name string) bool { return name == "Folder" || name == "Document" }

// container reads a folder or document, with what is in it.
func (d *kmlDecoder) container(around xml.StartElement) error {
	above := len(d.folders)
	if around.Name.Local == "Folder" {
		d.folders = append(d.folders, "")
	}
	for {
		d.source.refill()
		token, err := d.token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			d.folders = d.folders[:above]
			return nil
		case xml.StartElement:
			switch name := t.Name.Local; {
			case name == "Placemark":
				err = d.placemark(t)
			case container(name):
				err = d.container(t)
			case name == "name" && len(d.folders) > above:
				d.folders[above], err = d.text()
			default:
				if name == "NetworkLink" {
					d.links++
				}
				err = d.skip()
			}
		}
		if err != nil {
			return err
		}
	}
}

// skip passes over the element that has begun.
func (d *kmlDecoder) skip() error {
	for outside := d.depth - 1; d.depth > outside; {
		d.source.refill()
		if _, err := d.token(); err != nil {
			return err
		}
	}
	return nil
}

// text is what the element that has begun says, without the elements in it.
func (d *kmlDecoder) text() (string, error) {
	var text strings.Builder
	for outside := d.depth - 1; d.depth > outside; {
		token, err := d.token()
		if err != nil {
			return "", err
		}
		if characters, ok := token.(xml.CharData); ok && d.depth == outside+1 {
			text.Write(characters)
		}
	}
	return strings.TrimSpace(text.String()), nil
}

// children gives every element inside the one that has begun; each must read it to its end.
func (d *kmlDecoder) children(each func(xml.StartElement) error) error {
	for {
		token, err := d.token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := each(t); err != nil {
				return err
			}
		}
	}
}

func attribute(of xml.StartElement, name string) string {
	at := slices.IndexFunc(of.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if at < 0 {
		return ""
	}
	return of.Attr[at].Value
}

// placemark reads one placemark: its own texts first, then the data that others put in it.
func (d *kmlDecoder) placemark(start xml.StartElement) error {
	d.rank++
	r := row{line: d.rank, id: attribute(start, "id"), shapeless: "the placemark has no geometry"}
	var own, data []cell
	err := d.children(func(start xml.StartElement) error {
		switch name := start.Name.Local; name {
		case "name", "description", "address", "phoneNumber", "Snippet", "styleUrl":
			text, err := d.text()
			if text != "" && name != "styleUrl" {
				own = append(own, cell{name, text})
			}
			return err
		case "ExtendedData":
			return d.extendedData(&data)
		case "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry":
			return d.geometry(start, &r)
		case "Model", "Track", "MultiTrack":
			r.shapeless = fmt.Sprintf("geometry type %q is not read", name)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if folders := slices.DeleteFunc(slices.Clone(d.folders), func(name string) bool { return name == "" }); len(folders) > 0 {
		own = append(own, cell{"folder", strings.Join(folders, " / ")})
	}
	r.cells = joinCells(data, own)
	if err := d.yield(r); err != nil {
		return stopped{err}
	}
	return nil
}

// joinCells adds the texts of the placemark itself to its data; one of the same name has another name then, or is left out
// when it says the same.
func joinCells(data, own []cell) []cell {
	cells := data
	for _, c := range own {
		at := slices.IndexFunc(data, func(other cell) bool { return other.name == c.name })
		switch {
		case at < 0:
			cells = append(cells, c)
		case data[at].text != c.text:
			cells = append(cells, cell{"Placemark " + c.name, c.text})
		}
	}
	return cells
}

// extendedData reads Data, which has no type, and SchemaData, whose types change nothing.
func (d *kmlDecoder) extendedData(cells *[]cell) error {
	return d.children(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "Data":
			return d.children(func(inside xml.StartElement) error {
				text, err := d.text()
				if inside.Name.Local == "value" {
					d.keep(cells, attribute(start, "name"), text)
				}
				return err
			})
		case "SchemaData":
			return d.children(func(inside xml.StartElement) error {
				text, err := d.text()
				if inside.Name.Local == "SimpleData" {
					d.keep(cells, attribute(inside, "name"), text)
				}
				return err
			})
		}
		return d.skip()
	})
}

// keep adds a cell; the first of a name stays.
func (d *kmlDecoder) keep(cells *[]cell, name, text string) {
	if name == "" || text == "" || len(name) > maxPathBytes ||
		slices.ContainsFunc(*cells, func(c cell) bool { return c.name == name }) {
		return
	}
	*cells = append(*cells, cell{d.names.of([]byte(name)), text})
}

// meteredReader reads mostPlacemarkBytes at most until it is refilled, so that no text is too long to be held.
type meteredReader struct {
	source io.Reader
	left   int64
}

var errLongElement = fmt.Errorf("an element is longer than %d bytes", mostPlacemarkBytes)

func (m *meteredReader) refill() { m.left = mostPlacemarkBytes }

func (m *meteredReader) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLongElement
	}
	n, err := m.source.Read(p)
	m.left -= int64(n)
	return n, err
}

// kmlRows gives every placemark of a KML, or of the document in a KMZ.
func (s *sourceFile) kmlRows(ctx context.Context, _ ImportOptions, pass int, to rowTaker) (err error) {
	yield := func(r row) error { return to.take(ctx, r) }
	if !s.zipped {
		text, err := s.text(ctx, pass)
		if err != nil {
			return err
		}
		notes, err := decodeKML(text, readCharset, yield)
		to.about("CRS84", nil, notes...)
		return err
	}
	archive, err := s.archive(ctx, pass)
	if err != nil {
		return err
	}
	f, others, err := kmzDocument(archive)
	if err != nil {
		return &FileError{Err: err}
	}
	part, err := openPart(f)
	if err != nil {
		return &FileError{Err: err}
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	notes, err := decodeKML(part, declaredCharset, yield)
	if err == nil && s.progress != nil {
		s.progress(int64(pass+1) * s.size / passes)
	}
	if others > 0 {
		notes = append(notes, fmt.Sprintf("%d more KML documents in the archive are not read: %q is its main one", others, f.Name))
	}
	to.about("CRS84", nil, notes...)
	return err
}

// kmzDocument is the main document of a KMZ: doc.kml, or the first KML at the root, or the first one
// (OGC 07-147r2, annex C).
func kmzDocument(archive *zip.Reader) (main *zip.File, others int, err error) {
	files := parts(archive)
	documents := slices.DeleteFunc(slices.Clone(files), func(f *zip.File) bool { return extension(f.Name) != ".kml" })
	if len(documents) == 0 {
		return nil, 0, fmt.Errorf("the archive has no .kml: it has %s", quotedList(partNames(files)))
	}
	main = documents[0]
	for _, better := range []func(name string) bool{
		func(name string) bool { return path.Base(name) == name },
		func(name string) bool { return strings.EqualFold(name, "doc.kml") },
	} {
		if at := slices.IndexFunc(documents, func(f *zip.File) bool { return better(f.Name) }); at >= 0 {
			main = documents[at]
		}
	}
	return main, len(documents) - 1, nil
}
