package inventory

import (
	"bytes"
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
	d.json.UseNumber()
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

// feature has the members of a GeoJSON object that matter here.
type feature struct {
	Type        string          `json:"type"`
	ID          json.RawMessage `json:"id"`
	Geometry    json.RawMessage `json:"geometry"`
	Properties  json.RawMessage `json:"properties"`
	Coordinates json.RawMessage `json:"coordinates"`
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
		case "type":
			err = d.decode(&f.Type)
		case "id":
			err = d.decode(&f.ID)
		case "geometry":
			err = d.decode(&f.Geometry)
		case "properties":
			err = d.decode(&f.Properties)
		case "coordinates":
			err = d.decode(&f.Coordinates)
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
	if collection || f.Type == "FeatureCollection" {
		return nil
	}
	d.rank++
	return d.yield(f.row(line))
}

// decode reads one value. One of another type than expected is left empty: the row will say what it lacks.
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
		var f feature
		if err := d.decode(&f); err != nil {
			return err
		}
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
	geometry := struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}{f.Type, f.Coordinates}
	if f.Type == "Feature" {
		r.id = scalarText(f.ID)
		if r.cells, r.fault = properties(f.Properties); r.fault != "" {
			return r
		}
		if len(f.Geometry) == 0 || string(f.Geometry) == "null" {
			r.shapeless = "the feature has no geometry"
			return r
		}
		geometry.Type, geometry.Coordinates = "", nil
		if err := json.Unmarshal(f.Geometry, &geometry); err != nil {
			r.shapeless = "the geometry is not a GeoJSON geometry"
			return r
		}
	} else if f.Coordinates == nil {
		r.fault = fmt.Sprintf("a GeoJSON Feature is needed, not %.40q", f.Type)
		return r
	}
	shape, tall, err := geometryOf(geometry.Type, geometry.Coordinates)
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

// scalarText is the text of a JSON string or number, empty for anything else.
func scalarText(raw json.RawMessage) string {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return ""
	}
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// properties gives the leaves of the "properties" object, each under its path: "mounting.heightM", "tags[0]".
func properties(raw json.RawMessage) (cells []cell, fault string) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, ""
	}
	var members orderedMembers
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, "the properties are not an object"
	}
	if err := members.object(decoder, ""); err != nil {
		return nil, "the properties cannot be read: " + err.Error()
	}
	return members.cells, ""
}

// orderedMembers gathers leaves in the order of the text.
type orderedMembers struct{ cells []cell }

func (m *orderedMembers) object(decoder *json.Decoder, path string) error {
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		member := fmt.Sprint(name)
		if path != "" {
			member = path + "." + member
		}
		if err := m.value(decoder, member); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func (m *orderedMembers) array(decoder *json.Decoder, path string) error {
	for i := 0; decoder.More(); i++ {
		if err := m.value(decoder, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func (m *orderedMembers) value(decoder *json.Decoder, path string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return m.object(decoder, path)
		}
		return m.array(decoder, path)
	case string:
		m.cells = append(m.cells, cell{path, v})
	case json.Number:
		m.cells = append(m.cells, cell{path, v.String()})
	case bool:
		m.cells = append(m.cells, cell{path, fmt.Sprint(v)})
	}
	return nil
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
