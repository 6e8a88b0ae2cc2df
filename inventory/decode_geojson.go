package inventory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const tallNote = "the third coordinate is left out"

// geojsonDecoder reads a feature collection, features or geometries that follow one another (newline-delimited, or
// with the record separators of RFC 8142), or an array of them. It holds one feature at a time.
type geojsonDecoder struct {
	jsonRows
	readers *featureReaders
	// records tells that plain objects in an array are rows, as those of a kind that has no place.
	records bool
	// crs is the name in the last "crs" member of a collection (GeoJSON 2008 §3).
	crs string
}

// decodeGeoJSON gives every feature to yield, in order, and stops at its first error. The coordinate system is known
// at the end only: the member that names it may come after the features.
func decodeGeoJSON(source io.Reader, kind Kind, yield func(row) error) (crs string, err error) {
	d := &geojsonDecoder{jsonRows: readJSONRows(source, nil), readers: newFeatureReaders(), records: kind == KindEquipment}
	err = d.readers.rows(d.cut, yield)
	return d.crs, err
}

// cut gives every feature to the readers.
func (d *geojsonDecoder) cut() error {
	return d.read(d.object, d.element, func() error {
		if _, err := d.json.value(); err != nil {
			return err
		}
		return errors.New("a GeoJSON object is needed")
	})
}

func (d *geojsonDecoder) giveFeature(f feature, line int) error {
	d.rank++
	return d.readers.give(f, cmp.Or(line, d.rank))
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

// object reads a collection, whose features go by one after the other, or a feature or geometry of its own.
func (d *geojsonDecoder) object() error {
	line := d.lines.lineAt(d.json.offset() + 1)
	var f feature
	collection := false
	err := d.json.members(func(name string) error {
		switch name {
		case "features":
			collection = true
			if b, err := d.json.next(); err == nil && b != '[' {
				return errors.New(`"features" is not an array`)
			} else if err != nil {
				return err
			}
			return d.json.elements(d.element)
		case "type", "id", "geometry", "properties", "coordinates":
			value, err := d.json.value()
			f.member(name, bytes.Clone(value))
			return err
		case "crs":
			return d.decodeCRS()
		}
		return d.json.skip(0)
	})
	if err != nil || collection || textOf(f.kind) == "FeatureCollection" {
		return err
	}
	return d.giveFeature(f, line)
}

// element reads an element of a list of features.
func (d *geojsonDecoder) element() error {
	value, err := d.json.value()
	if err != nil {
		return err
	}
	var f feature
	d.json.eachMember(value, f.member)
	d.lines.lineAt(d.json.offset()) // forget the lines that are behind
	if d.records && textOf(f.kind) != "Feature" {
		f = feature{kind: []byte(`"Feature"`), properties: value}
	}
	return d.giveFeature(f, 0)
}

// decodeCRS reads the "crs" member: a name, the address of a definition, or the older {"type":"EPSG","code":n}. What is
// of another type than expected is left empty.
func (d *geojsonDecoder) decodeCRS() error {
	value, err := d.json.value()
	if err != nil {
		return err
	}
	var member struct {
		Properties struct {
			Name string      `json:"name"`
			Href string      `json:"href"`
			Code json.Number `json:"code"`
		} `json:"properties"`
	}
	mismatch := (*json.UnmarshalTypeError)(nil)
	if err := json.Unmarshal(value, &member); err != nil && !errors.As(err, &mismatch) {
		return fmt.Errorf("crs: %w", err)
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
func (f feature) row(line int, leaves *leafReader) row {
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
			cells, err := leaves.read()
			if err != nil {
				r.fault = err.Error()
				return r
			}
			r.cells = cells
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
