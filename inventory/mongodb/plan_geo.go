package mongodb

import (
	"fmt"
	"reflect"
	"time"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"vigie/inventory"
)

// instantPlan writes a BSON date, which counts milliseconds as Vigie does.
type instantPlan struct{}

func (instantPlan) write(w bson.ValueWriter, v reflect.Value) error {
	instant, ok := v.Interface().(inventory.Instant)
	if !ok {
		return fmt.Errorf("a %s is no instant", v.Type())
	}
	return w.WriteDateTime(instant.UnixMilli())
}

func (instantPlan) read(r bsoncore.Value, v reflect.Value) error {
	milliseconds, ok := r.DateTimeOK()
	v.Set(reflect.ValueOf(inventory.InstantOf(time.UnixMilli(milliseconds))))
	return expect(ok, r, "a date")
}

func (instantPlan) schema(bool) bson.D { return bsonType("date") }

// pointPlan writes a GeoJSON Point (RFC 7946, section 3.1.2).
type pointPlan struct{}

func (pointPlan) write(w bson.ValueWriter, v reflect.Value) error {
	return writeGeometry(w, "Point", func(coordinates bson.ValueWriter) error {
		return writePosition(coordinates, orb.Point{v.Index(0).Float(), v.Index(1).Float()})
	})
}

func (pointPlan) read(r bsoncore.Value, v reflect.Value) error {
	var p orb.Point
	err := readGeometry(r, func(coordinates bsoncore.Value) error { return readPosition(coordinates, &p) })
	v.Index(0).SetFloat(p[0])
	v.Index(1).SetFloat(p[1])
	return err
}

func (pointPlan) schema(bool) bson.D { return geometrySchema(positionSchema(), "Point") }

// surfacePlan writes a GeoJSON Polygon when there is one polygon, a MultiPolygon otherwise (RFC 7946, sections 3.1.6
// and 3.1.7).
type surfacePlan struct{}

func (surfacePlan) write(w bson.ValueWriter, v reflect.Value) error {
	surface, ok := v.Interface().(inventory.Surface)
	switch {
	case !ok:
		return fmt.Errorf("a %s is no surface", v.Type())
	case surface == nil:
		return w.WriteNull()
	case len(surface) == 1:
		return writeGeometry(w, "Polygon", func(coordinates bson.ValueWriter) error {
			return writePolygon(coordinates, surface[0])
		})
	}
	return writeGeometry(w, "MultiPolygon", func(coordinates bson.ValueWriter) error {
		return writeList(coordinates, len(surface), func(item bson.ValueWriter, i int) error {
			return writePolygon(item, surface[i])
		})
	})
}

func (surfacePlan) read(r bsoncore.Value, v reflect.Value) error {
	surface, kind, ok := inventory.Surface{}, "", false
	err := readObject(r, func(name []byte, value bsoncore.Value) error {
		switch part := string(name); {
		case part == "type":
			kind, ok = value.StringValueOK()
			return expect(ok, value, "a text")
		case part == "coordinates" && kind == "Polygon":
			surface = inventory.Surface{nil}
			return readPolygon(value, &surface[0])
		case part == "coordinates" && kind == "MultiPolygon":
			return readList(value, func(item bsoncore.Value) error {
				surface = append(surface, nil)
				return readPolygon(item, &surface[len(surface)-1])
			})
		case part == "coordinates":
			return fmt.Errorf("geometry of type %q is no surface", kind)
		}
		return nil
	})
	v.Set(reflect.ValueOf(surface))
	return err
}

func (surfacePlan) schema(inList bool) bson.D {
	if inList {
		return bson.D{{Key: "bsonType", Value: bson.A{"object", "null"}}, {Key: "required", Value: bson.A{"type", "coordinates"}}}
	}
	ring := listSchema(positionSchema(), 4)
	polygon := listSchema(ring, 1)
	return bson.D{
		{Key: "bsonType", Value: bson.A{"object", "null"}},
		{Key: "oneOf", Value: bson.A{
			bsonType("null"), geometrySchema(polygon, "Polygon"), geometrySchema(listSchema(polygon, 0), "MultiPolygon"),
		}},
	}
}

// writeGeometry writes a GeoJSON object: its type first, so that the coordinates can be read in one pass.
func writeGeometry(w bson.ValueWriter, kind string, coordinates func(bson.ValueWriter) error) error {
	object, err := w.WriteDocument()
	if err != nil {
		return err
	}
	element, err := object.WriteDocumentElement("type")
	if err != nil {
		return err
	}
	if err := element.WriteString(kind); err != nil {
		return err
	}
	if element, err = object.WriteDocumentElement("coordinates"); err != nil {
		return err
	}
	if err := coordinates(element); err != nil {
		return err
	}
	return object.WriteDocumentEnd()
}

func writePolygon(w bson.ValueWriter, polygon orb.Polygon) error {
	return writeList(w, len(polygon), func(item bson.ValueWriter, i int) error {
		return writeList(item, len(polygon[i]), func(item bson.ValueWriter, k int) error {
			return writePosition(item, polygon[i][k])
		})
	})
}

func writePosition(w bson.ValueWriter, p orb.Point) error {
	return writeList(w, len(p), func(item bson.ValueWriter, i int) error { return item.WriteDouble(p[i]) })
}

// readGeometry gives the coordinates of a GeoJSON object to see.
func readGeometry(r bsoncore.Value, see func(coordinates bsoncore.Value) error) error {
	return readObject(r, func(name []byte, value bsoncore.Value) error {
		if string(name) == "coordinates" {
			return see(value)
		}
		return nil
	})
}

func readPolygon(r bsoncore.Value, polygon *orb.Polygon) error {
	return readList(r, func(item bsoncore.Value) error {
		var ring orb.Ring
		err := readList(item, func(item bsoncore.Value) error {
			ring = append(ring, orb.Point{})
			return readPosition(item, &ring[len(ring)-1])
		})
		*polygon = append(*polygon, ring)
		return err
	})
}

func readPosition(r bsoncore.Value, p *orb.Point) error {
	i := 0
	err := readList(r, func(item bsoncore.Value) error {
		x, err := number(item)
		if err == nil && i < len(p) {
			p[i] = x
		}
		i++
		return err
	})
	if err == nil && i < len(p) {
		return fmt.Errorf("a position has %d numbers", i)
	}
	return err
}

// positionSchema is lon, lat in degrees.
func positionSchema() bson.D {
	between := func(limit float64) bson.D {
		return append(numberSchema(), bson.E{Key: "minimum", Value: -limit}, bson.E{Key: "maximum", Value: limit})
	}
	return bson.D{
		{Key: "bsonType", Value: "array"}, {Key: "minItems", Value: 2}, {Key: "maxItems", Value: 2},
		{Key: "items", Value: bson.A{between(180), between(90)}},
	}
}

func listSchema(items bson.D, least int) bson.D {
	return bson.D{{Key: "bsonType", Value: "array"}, {Key: "minItems", Value: least}, {Key: "items", Value: items}}
}

func geometrySchema(coordinates bson.D, kind string) bson.D {
	return bson.D{
		{Key: "bsonType", Value: "object"}, {Key: "required", Value: bson.A{"type", "coordinates"}},
		{Key: "properties", Value: bson.D{
			{Key: "type", Value: bson.D{{Key: "enum", Value: bson.A{kind}}}},
			{Key: "coordinates", Value: coordinates},
		}},
	}
}
