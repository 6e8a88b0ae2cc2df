package inventory

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// kmlShapes gathers the geometries of a placemark by their kinds.
type kmlShapes struct {
	points   orb.MultiPoint
	lines    orb.MultiLineString
	polygons orb.MultiPolygon
	tall     bool
	fault    string
}

// geometry reads the geometry that has begun into the row.
func (d *kmlDecoder) geometry(start xml.StartElement, r *row) error {
	var shapes kmlShapes
	if err := d.shapes(start, &shapes); err != nil {
		return err
	}
	if r.shape != nil {
		r.shape, r.shapeless = nil, "the placemark has more than one geometry"
		return nil
	}
	if r.shape, r.shapeless = shapes.one(); shapes.tall && r.shape != nil {
		r.notes = append(r.notes, tallNote)
	}
	return nil
}

// one is the geometry that all of them make, or the reason why there is none.
func (s *kmlShapes) one() (shape orb.Geometry, reason string) {
	kinds := 0
	for _, count := range []int{len(s.points), len(s.lines), len(s.polygons)} {
		kinds += min(count, 1)
	}
	switch {
	case s.fault != "":
		return nil, s.fault
	case kinds == 0:
		return nil, "the geometry is empty"
	case kinds > 1:
		return nil, "points, lines and polygons in one MultiGeometry are not read"
	case len(s.points) == 1:
		return s.points[0], ""
	case len(s.points) > 1:
		return s.points, ""
	case len(s.lines) == 1:
		return s.lines[0], ""
	case len(s.lines) > 1:
		return s.lines, ""
	case len(s.polygons) == 1:
		return s.polygons[0], ""
	}
	return s.polygons, ""
}

// shapes reads a geometry, which may hold others.
func (d *kmlDecoder) shapes(start xml.StartElement, to *kmlShapes) error {
	switch start.Name.Local {
	case "MultiGeometry":
		return d.children(func(inside xml.StartElement) error { return d.shapes(inside, to) })
	case "Point":
		return d.coordinates(to, func(path orb.LineString) {
			if len(path) != 1 {
				to.fault = fmt.Sprintf("a Point has one position, not %d", len(path))
				return
			}
			to.points = append(to.points, path[0])
		})
	case "LineString", "LinearRing":
		return d.coordinates(to, func(path orb.LineString) {
			if len(path) < 2 {
				to.fault = "a line has two positions or more"
				return
			}
			to.lines = append(to.lines, path)
		})
	case "Polygon":
		return d.polygon(to)
	}
	to.fault = fmt.Sprintf("geometry type %.40q is not read", start.Name.Local)
	return d.skip()
}

// polygon reads an outline and its holes, in either order.
func (d *kmlDecoder) polygon(to *kmlShapes) error {
	var outline orb.Ring
	var holes []orb.Ring
	err := d.children(func(start xml.StartElement) error {
		outer := start.Name.Local == "outerBoundaryIs"
		if !outer && start.Name.Local != "innerBoundaryIs" {
			return d.skip()
		}
		return d.children(func(ring xml.StartElement) error {
			if ring.Name.Local != "LinearRing" {
				return d.skip()
			}
			return d.coordinates(to, func(path orb.LineString) {
				if outer {
					outline = orb.Ring(path)
				} else {
					holes = append(holes, orb.Ring(path))
				}
			})
		})
	})
	if err != nil {
		return err
	}
	if len(outline) == 0 {
		to.fault = "a polygon has no outline"
		return nil
	}
	to.polygons = append(to.polygons, append(orb.Polygon{outline}, holes...))
	return nil
}

// coordinates reads the positions of the element that has begun, and passes over the rest of it.
func (d *kmlDecoder) coordinates(to *kmlShapes, take func(orb.LineString)) error {
	return d.children(func(start xml.StartElement) error {
		if start.Name.Local != "coordinates" {
			return d.skip()
		}
		text, err := d.text()
		if err != nil {
			return err
		}
		path, tall, fault := kmlPath(text)
		if fault != "" {
			to.fault = fault
			return nil
		}
		to.tall = to.tall || tall
		take(path)
		return nil
	})
}

// kmlPath reads "lon,lat[,altitude]", separated by white space. tall tells an altitude that is not 0.
func kmlPath(text string) (path orb.LineString, tall bool, fault string) {
	for tuple := range strings.FieldsSeq(text) {
		parts := strings.Split(tuple, ",")
		var p [3]float64
		sound := len(parts) == 2 || len(parts) == 3
		for i, part := range parts[:min(len(parts), 3)] {
			value, err := strconv.ParseFloat(part, 64)
			sound, p[i] = sound && err == nil && !math.IsNaN(value) && !math.IsInf(value, 0), value
		}
		if !sound {
			return nil, false, fmt.Sprintf("%.40q is not lon,lat or lon,lat,altitude", tuple)
		}
		path, tall = append(path, orb.Point{p[0], p[1]}), tall || p[2] != 0
	}
	return path, tall, ""
}
