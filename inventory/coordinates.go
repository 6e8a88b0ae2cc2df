package inventory

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// coordinateText reads the "coordinates" of a GeoJSON geometry (RFC 7946 §3.1.1), whose JSON is known to be well
// formed. It is strict where a generic reader is not: a position needs two numbers, and null is not zero.
type coordinateText struct {
	jsonText
	tall bool // a position had a third number, which is dropped
}

// geometryOf reads the coordinates of a type of geometry.
func geometryOf(kind string, coordinates []byte) (shape orb.Geometry, tall bool, err error) {
	if len(coordinates) == 0 {
		return nil, false, fmt.Errorf("the %s has no coordinates", kind)
	}
	c := &coordinateText{jsonText: jsonText{text: coordinates}}
	switch kind {
	case "Point":
		shape, err = position(c)
	case "MultiPoint":
		shape, err = geometryList[orb.MultiPoint](c, position)
	case "LineString":
		shape, err = lineString(c)
	case "MultiLineString":
		shape, err = geometryList[orb.MultiLineString](c, lineString)
	case "Polygon":
		shape, err = polygon(c)
	case "MultiPolygon":
		shape, err = geometryList[orb.MultiPolygon](c, polygon)
	default:
		return nil, false, fmt.Errorf("geometry type %q is not read", kind)
	}
	if err != nil {
		return nil, false, fmt.Errorf("coordinates of the %s: %w", kind, err)
	}
	return shape, c.tall, nil
}

func lineString(c *coordinateText) (orb.LineString, error) {
	return geometryList[orb.LineString](c, position)
}
func ring(c *coordinateText) (orb.Ring, error) { return geometryList[orb.Ring](c, position) }
func polygon(c *coordinateText) (orb.Polygon, error) {
	return geometryList[orb.Polygon](c, ring)
}

// geometryList reads a list of parts.
func geometryList[L ~[]P, P any](c *coordinateText, part func(*coordinateText) (P, error)) (L, error) {
	if !c.accept('[') {
		return nil, errors.New("a list is missing")
	}
	list := L{}
	if c.accept(']') {
		return list, nil
	}
	for {
		p, err := part(c)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
		if c.accept(']') {
			return list, nil
		}
		if !c.accept(',') {
			return nil, errors.New("a list is not closed")
		}
	}
}

func position(c *coordinateText) (orb.Point, error) {
	numbers, err := geometryList[[]float64](c, number)
	switch {
	case err != nil:
		return orb.Point{}, err
	case len(numbers) < 2:
		return orb.Point{}, errors.New("a position needs two numbers")
	}
	c.tall = c.tall || len(numbers) > 2
	return orb.Point{numbers[0], numbers[1]}, nil
}

func number(c *coordinateText) (float64, error) {
	text := c.literal()
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, fmt.Errorf("%.20q is not a number", text)
	}
	return value, nil
}

// withPoints is the shape with every point carried by move; it makes a new shape.
func withPoints(shape orb.Geometry, move func(orb.Point) orb.Point) orb.Geometry {
	switch s := shape.(type) {
	case orb.Point:
		return move(s)
	case orb.MultiPoint:
		return moved(s, move)
	case orb.LineString:
		return moved(s, move)
	case orb.MultiLineString:
		lines := make(orb.MultiLineString, len(s))
		for i, line := range s {
			lines[i] = moved(line, move)
		}
		return lines
	case orb.Polygon:
		return movedPolygon(s, move)
	case orb.MultiPolygon:
		polygons := make(orb.MultiPolygon, len(s))
		for i, p := range s {
			polygons[i] = movedPolygon(p, move)
		}
		return polygons
	}
	return shape
}

func movedPolygon(p orb.Polygon, move func(orb.Point) orb.Point) orb.Polygon {
	rings := make(orb.Polygon, len(p))
	for i, r := range p {
		rings[i] = moved(r, move)
	}
	return rings
}

func moved[L ~[]orb.Point](points L, move func(orb.Point) orb.Point) L {
	list := make(L, len(points))
	for i, p := range points {
		list[i] = move(p)
	}
	return list
}
