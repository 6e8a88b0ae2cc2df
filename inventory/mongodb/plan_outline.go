package mongodb

import (
	"fmt"
	"reflect"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"vigie/inventory"
)

// outlinePlan writes a GeoJSON geometry of any kind that an outline may have (RFC 7946, section 3.1).
type outlinePlan struct{}

func (outlinePlan) write(w bson.ValueWriter, v reflect.Value) error {
	outline, ok := v.Interface().(inventory.Outline)
	if !ok {
		return fmt.Errorf("a %s is no outline", v.Type())
	}
	switch shape := outline.Geometry.(type) {
	case nil:
		return w.WriteNull()
	case orb.Point:
		return writeGeometry(w, "Point", func(coordinates bson.ValueWriter) error { return writePosition(coordinates, shape) })
	case orb.LineString:
		return writeGeometry(w, "LineString", func(coordinates bson.ValueWriter) error { return writePath(coordinates, shape) })
	case orb.MultiLineString:
		return writeGeometry(w, "MultiLineString", func(coordinates bson.ValueWriter) error {
			return writeList(coordinates, len(shape), func(item bson.ValueWriter, i int) error { return writePath(item, shape[i]) })
		})
	case orb.Polygon:
		return surfacePlan{}.write(w, reflect.ValueOf(inventory.Surface{shape}))
	case orb.MultiPolygon:
		return surfacePlan{}.write(w, reflect.ValueOf(inventory.Surface(shape)))
	}
	return fmt.Errorf("an outline is no %s", outline.GeoJSONType())
}

func writePath(w bson.ValueWriter, path orb.LineString) error {
	return writeList(w, len(path), func(item bson.ValueWriter, i int) error { return writePosition(item, path[i]) })
}

func (outlinePlan) read(r bsoncore.Value, v reflect.Value) error {
	var shape orb.Geometry
	kind := ""
	err := readObject(r, func(name []byte, value bsoncore.Value) (err error) {
		switch string(name) {
		case "type":
			var ok bool
			kind, ok = value.StringValueOK()
			return expect(ok, value, "a text")
		case "coordinates":
			shape, err = readShape(kind, value)
		}
		return err
	})
	v.Set(reflect.ValueOf(inventory.Outline{Geometry: shape}))
	return err
}

func readShape(kind string, coordinates bsoncore.Value) (orb.Geometry, error) {
	switch kind {
	case "Point":
		var p orb.Point
		err := readPosition(coordinates, &p)
		return p, err
	case "LineString":
		return readPath(coordinates)
	case "MultiLineString":
		lines := orb.MultiLineString{}
		err := readList(coordinates, func(item bsoncore.Value) error {
			line, err := readPath(item)
			lines = append(lines, line)
			return err
		})
		return lines, err
	case "Polygon":
		var polygon orb.Polygon
		err := readPolygon(coordinates, &polygon)
		return polygon, err
	case "MultiPolygon":
		polygons := orb.MultiPolygon{}
		err := readList(coordinates, func(item bsoncore.Value) error {
			polygons = append(polygons, nil)
			return readPolygon(item, &polygons[len(polygons)-1])
		})
		return polygons, err
	}
	return nil, fmt.Errorf("geometry of type %q is no outline", kind)
}

func readPath(r bsoncore.Value) (orb.LineString, error) {
	path := orb.LineString{}
	err := readList(r, func(item bsoncore.Value) error {
		path = append(path, orb.Point{})
		return readPosition(item, &path[len(path)-1])
	})
	return path, err
}

func (outlinePlan) schema(inList bool) bson.D {
	if inList {
		return bsonType("object")
	}
	path := listSchema(positionSchema(), 2)
	polygon := listSchema(listSchema(positionSchema(), 4), 1)
	return bson.D{{Key: "oneOf", Value: bson.A{
		geometrySchema(positionSchema(), "Point"), geometrySchema(path, "LineString"),
		geometrySchema(listSchema(path, 1), "MultiLineString"),
		geometrySchema(polygon, "Polygon"), geometrySchema(listSchema(polygon, 1), "MultiPolygon"),
	}}}
}
