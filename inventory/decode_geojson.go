package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const tallNote = "the third coordinate is left out"

// geojsonDecoder reads a feature collection, features or geometries that follow one another (newline-delimited, or
// with the record separators of RFC 8142), or an array of them. It holds one feature at a time.
type geojsonDecoder struct {
	json  *json.Decoder
	lines *lineCounter
	yield func(row) error
	rank  int
	// crs is the name in the last "crs" member of a collection (GeoJSON 2008 §3).
	crs string
}

// decodeGeoJSON gives every feature to yield, in order, and stops at its first error. The coordinate system is known
// at the end only: the member that names it may come after the features.
func decodeGeoJSON(source io.Reader, yield func(row) error) (crs string, err error) {
	lines := &lineCounter{source: source}
	d := &geojsonDecoder{json: json.NewDecoder(lines), lines: lines, yield: yield}
	for values := 0; ; values++ {
		token, err := d.json.Token()
		switch {
		case errors.Is(err, io.EOF) && values > 0:
			return d.crs, nil
		case errors.Is(err, io.EOF):
			return "", d.unreadable(errors.New("the file is empty"))
		case err != nil:
			return "", d.unreadable(err)
		}
		switch token {
		case json.Delim('{'):
			err = d.object()
		case json.Delim('['):
			err = d.features()
		default:
			err = d.unreadable(errors.New("a GeoJSON object is needed"))
		}
		if err != nil {
			return "", err
		}
	}
}

// unreadable locates a fault of the whole file.
func (d *geojsonDecoder) unreadable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the file is cut short: %w", io.ErrUnexpectedEOF)
	}
	offset := d.json.InputOffset()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	return &FileError{Line: d.lines.lineAt(offset), Byte: offset, Rows: d.rank, Err: err}
}

// feature has the members of a GeoJSON object that matter here, as JSON; nil when missing or null.
type feature struct {
	kind, id, geometry, properties, coordinates []byte
}

// member keeps a member that matters.
func (f *feature) member(name string, value []byte) {
	if string(value) == "null" {
		return
	}
	switch name {
	case "type":
		f.kind = value
	case "id":
		f.id = value
	case "geometry":
		f.geometry = value
	case "properties":
		f.properties = value
	case "coordinates":
		f.coordinates = value
	}
}

// object reads the members of an object whose brace is open: a collection, whose features go by one after the other,
// or a feature or geometry of its own.
func (d *geojsonDecoder) object() error {
	line := d.lines.lineAt(d.json.InputOffset())
	var f feature
	collection := false
	for d.json.More() {
		name, err := d.json.Token()
		if err != nil {
			return d.unreadable(err)
		}
		switch name {
		case "features":
			collection = true
			err = d.openFeatures()
		case "type", "id", "geometry", "properties", "coordinates":
			var value json.RawMessage
			err = d.decode(&value)
			f.member(fmt.Sprint(name), value)
		case "crs":
			err = d.decodeCRS()
		default:
			err = d.skip()
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.json.Token(); err != nil {
		return d.unreadable(err)
	}
	if collection || textOf(f.kind) == "FeatureCollection" {
		return nil
	}
	d.rank++
	return d.yield(f.row(line))
}

// decode reads one value. One of another type than expected is left empty.
func (d *geojsonDecoder) decode(into any) error {
	err := d.json.Decode(into)
	if mismatch := (*json.UnmarshalTypeError)(nil); err == nil || errors.As(err, &mismatch) {
		return nil
	}
	return d.unreadable(err)
}

func (d *geojsonDecoder) openFeatures() error {
	token, err := d.json.Token()
	if err != nil {
		return d.unreadable(err)
	}
	if token != json.Delim('[') {
		return d.unreadable(errors.New(`"features" is not an array`))
	}
	return d.features()
}

// features reads the elements of an array whose bracket is open.
func (d *geojsonDecoder) features() error {
	for d.json.More() {
		var value json.RawMessage
		if err := d.decode(&value); err != nil {
			return err
		}
		var f feature
		(&jsonText{text: value}).members(f.member)
		d.rank++
		d.lines.lineAt(d.json.InputOffset()) // forget the lines that are behind
		if err := d.yield(f.row(d.rank)); err != nil {
			return err
		}
	}
	if _, err := d.json.Token(); err != nil {
		return d.unreadable(err)
	}
	return nil
}

// skip passes over one value without holding it.
func (d *geojsonDecoder) skip() error {
	for depth := 0; ; {
		token, err := d.json.Token()
		if err != nil {
			return d.unreadable(err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// decodeCRS reads the "crs" member: a name, the address of a definition, or the older {"type":"EPSG","code":n}.
func (d *geojsonDecoder) decodeCRS() error {
	var member struct {
		Properties struct {
			Name string      `json:"name"`
			Href string      `json:"href"`
			Code json.Number `json:"code"`
		} `json:"properties"`
	}
	if err := d.decode(&member); err != nil {
		return err
	}
	for _, name := range []string{member.Properties.Name, member.Properties.Href, member.Properties.Code.String()} {
		if name != "" {
			d.crs = name
			return nil
		}
	}
	return nil
}

// row reads the parts of a feature, or of a geometry that stands alone.
func (f feature) row(line int) row {
	r := row{line: line}
	kind := textOf(f.kind)
	geometry := feature{kind: f.kind, coordinates: f.coordinates}
	switch {
	case kind == "Feature":
		r.id = textOf(f.id)
		if len(f.properties) > 0 && f.properties[0] != '{' {
			r.fault = "the properties are not an object"
			return r
		}
		if len(f.properties) > 0 {
			err := (&jsonText{text: f.properties}).leaves(func(path, text string) { r.cells = append(r.cells, cell{path, text}) })
			if err != nil {
				r.fault = err.Error()
				return r
			}
		}
		if f.geometry == nil {
			r.shapeless = "the feature has no geometry"
			return r
		}
		geometry = feature{}
		(&jsonText{text: f.geometry}).members(geometry.member)
	case f.coordinates == nil:
		r.fault = fmt.Sprintf("a GeoJSON Feature is needed, not %.40q", kind)
		return r
	}
	shape, tall, err := geometryOf(textOf(geometry.kind), geometry.coordinates)
	if err != nil {
		r.shapeless = err.Error()
		return r
	}
	r.shape = shape
	if tall {
		r.notes = append(r.notes, tallNote)
	}
	return r
}

// textOf is the text of a JSON string or number, empty for anything else.
func textOf(value []byte) string {
	j := &jsonText{text: value}
	switch c := j.peek(); {
	case c == '"':
		return j.word()
	case c == '-' || c >= '0' && c <= '9':
		return string(value)
	}
	return ""
}

// lineCounter remembers where lines end in what was read through it, until lineAt has gone past them.
type lineCounter struct {
	source io.Reader
	read   int64
	ends   []int64
	line   int // lines that end before the last place asked for
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.source.Read(p)
	for i, b := range p[:n] {
		switch b {
		case '\n':
			l.ends = append(l.ends, l.read+int64(i))
		case 0x1e: // record separator, RFC 8142
			p[i] = ' '
		}
	}
	l.read += int64(n)
	return n, err
}

// lineAt is the line, from 1, of a place that is not before the last one asked for.
func (l *lineCounter) lineAt(offset int64) int {
	passed := 0
	for passed < len(l.ends) && l.ends[passed] < offset {
		passed++
	}
	l.line += passed
	l.ends = l.ends[:copy(l.ends, l.ends[passed:])]
	return l.line + 1
}
