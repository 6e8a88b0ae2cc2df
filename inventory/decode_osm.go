package inventory

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// osmLicence is that of all data of OpenStreetMap (https://www.openstreetmap.org/copyright).
const osmLicence = "ODbL 1.0"

// osmDecoder reads the elements of OpenStreetMap as Overpass writes them in JSON
// (https://dev.overpass-api.de/output_formats.html#json), in their object or as a bare array. It holds one at a time.
type osmDecoder struct {
	jsonRows
	// cameras tells that surveillance tags become heads.
	cameras  bool
	names    pathNames
	untagged int // nodes that say nothing but where a line bends
}

// decodeOSM gives every element to yield, in order, and stops at its first error. Nodes without a tag are the bends of
// lines, not things: they are only counted, in the notes.
func decodeOSM(source io.Reader, kind Kind, yield func(row) error) (notes []string, err error) {
	d := &osmDecoder{jsonRows: readJSONRows(source, yield), cameras: kind == KindCameras, names: pathNames{}}
	err = d.read(d.object, d.element, func() error { return errors.New("elements of OpenStreetMap are needed") })
	if err != nil {
		return nil, err
	}
	return d.notes(), nil
}

func (d *osmDecoder) notes() []string {
	if d.untagged == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d nodes without tags are the bends of lines and make no row", d.untagged)}
}

// object reads the answer of Overpass. Its remark tells that the server gave up, and that elements are missing.
func (d *osmDecoder) object() error {
	found := false
	err := d.json.members(func(name string) error {
		switch name {
		case "elements":
			found = true
			if b, err := d.json.next(); err != nil {
				return err
			} else if b != '[' {
				return errors.New(`"elements" is not an array`)
			}
			return d.json.elements(d.element)
		case "remark":
			value, err := d.json.value()
			if err == nil {
				err = fmt.Errorf("the server did not finish its answer: %.200s", textOf(value))
			}
			return err
		}
		return d.json.skip(0)
	})
	if err == nil && !found {
		err = errors.New(`"elements" is missing`)
	}
	return err
}

// element reads a node, way or relation.
func (d *osmDecoder) element() error {
	value, err := d.json.value()
	if err != nil {
		return err
	}
	d.rank++
	d.lines.lineAt(d.json.offset()) // forget the lines that are behind
	var e osmElement
	if !(&jsonText{text: value}).members(e.member) {
		return d.give(row{line: d.rank, fault: "a node, way or relation is needed"})
	}
	if e.kind == "node" && len(e.tags) == 0 {
		d.untagged++
		return nil
	}
	return d.give(e.row(d))
}

// osmElement has the members of an element that matter here; what is JSON is nil when missing.
type osmElement struct {
	kind, id string
	lat, lon []byte
	tags     []osmTag
	// centre, path and members are what "out center" and "out geom" add.
	centre, path, members []byte
}

type osmTag struct{ name, value string }

func (e *osmElement) member(name string, value []byte) {
	switch name {
	case "type":
		e.kind = textOf(value)
	case "id":
		e.id = textOf(value)
	case "lat":
		e.lat = value
	case "lon":
		e.lon = value
	case "center":
		e.centre = value
	case "geometry":
		e.path = value
	case "members":
		e.members = value
	case "tags":
		(&jsonText{text: value}).members(func(name string, value []byte) {
			if text := textOf(value); text != "" {
				e.tags = append(e.tags, osmTag{name, text})
			}
		})
	}
}

// tag is the value of a tag, empty without it.
func (e *osmElement) tag(name string) string {
	for _, t := range e.tags {
		if t.name == name {
			return t.value
		}
	}
	return ""
}

func (e *osmElement) row(d *osmDecoder) row {
	r := row{line: d.rank}
	switch e.kind {
	case "node", "way", "relation":
	default:
		r.fault = fmt.Sprintf("a node, way or relation is needed, not %.40q", e.kind)
		return r
	}
	if _, err := strconv.ParseInt(e.id, 10, 64); err != nil {
		r.fault = fmt.Sprintf("the %s has no identifier", e.kind)
		return r
	}
	r.id = e.kind + "/" + e.id
	if d.cameras {
		d.camera(e, &r)
	} else {
		for _, t := range e.tags {
			r.cells = append(r.cells, d.cell(t.name, t.value))
		}
	}
	shape, err := e.shape()
	if err != nil {
		r.shapeless = err.Error()
	} else {
		r.shape = shape
	}
	return r
}

func (d *osmDecoder) cell(name, text string) cell { return cell{d.names.of([]byte(name)), text} }

// shape is where an element is: the place of a node, the line or surface of a way, the surface of a relation; what has
// no geometry of its own in the file is where its centre is.
func (e *osmElement) shape() (orb.Geometry, error) {
	switch {
	case e.kind == "node":
		return osmPoint(e.lat, e.lon)
	case e.kind == "way" && e.path != nil:
		path, err := osmPath(e.path)
		if err != nil {
			return nil, err
		}
		if e.surface(path) {
			return orb.Polygon{orb.Ring(path)}, nil
		}
		return path, nil
	case e.kind == "relation" && e.members != nil && e.centre == nil:
		return osmSurface(e.members)
	case e.centre != nil:
		lat, lon := osmPlace(e.centre)
		return osmPoint(lat, lon)
	}
	return nil, fmt.Errorf(`the %s has no geometry in the file: ask Overpass for "out geom" or "out center"`, e.kind)
}

// surface tells whether a way that ends where it began surrounds something: a road, a wall or a rail does not, unless
// it says so (https://wiki.openstreetmap.org/wiki/Key:area).
func (e *osmElement) surface(path orb.LineString) bool {
	if len(path) < 4 || path[0] != path[len(path)-1] {
		return false
	}
	switch e.tag("area") {
	case "yes":
		return true
	case "no":
		return false
	}
	if e.tag("area:highway") != "" {
		return true // the surface of a street (https://wiki.openstreetmap.org/wiki/Key:area:highway)
	}
	return e.tag("highway") == "" && e.tag("barrier") == "" && e.tag("railway") == ""
}

// osmPlace are the two coordinates of an object that has them.
func osmPlace(object []byte) (lat, lon []byte) {
	(&jsonText{text: object}).members(func(name string, value []byte) {
		switch name {
		case "lat":
			lat = value
		case "lon":
			lon = value
		}
	})
	return lat, lon
}

func osmPoint(lat, lon []byte) (orb.Point, error) {
	if lat == nil || lon == nil {
		return orb.Point{}, errors.New("no coordinates: lat or lon is missing")
	}
	y, errY := strconv.ParseFloat(string(lat), 64)
	x, errX := strconv.ParseFloat(string(lon), 64)
	if err := errors.Join(errY, errX); err != nil || math.IsNaN(x+y) {
		return orb.Point{}, fmt.Errorf("lat %.20q or lon %.20q is not a number", lat, lon)
	}
	return orb.Point{x, y}, nil
}

// osmPath reads a list of places. Overpass writes null for the places outside the box it was asked for.
func osmPath(list []byte) (orb.LineString, error) {
	j := &jsonText{text: list}
	if !j.accept('[') {
		return nil, errors.New("the geometry is not a list of places")
	}
	var path orb.LineString
	for j.at < len(j.text) && !j.accept(']') {
		j.space()
		start := j.at
		j.skip()
		lat, lon := osmPlace(j.text[start:j.at])
		p, err := osmPoint(lat, lon)
		if err != nil {
			return nil, fmt.Errorf("a place of the geometry is missing: %w", err)
		}
		path = append(path, p)
		j.accept(',')
	}
	if len(path) < 2 {
		return nil, errors.New("the geometry has less than two places")
	}
	return path, nil
}
