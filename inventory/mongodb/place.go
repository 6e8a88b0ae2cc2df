package mongodb

import (
	"math"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
)

const (
	// longestEdgeDeg is the longest edge along a parallel that is given to the server, in degrees.
	longestEdgeDeg = 1.0
	// widestDeg is the widest box that a 2dsphere index is asked for: a ring that is narrower than half the world
	// bounds less than a hemisphere, and the server takes the smaller side of a ring.
	widestDeg = 170.0
	// highestDeg is the highest latitude of such a box: its corners must not meet at a pole.
	highestDeg = 89.0
	// largestDeg is the width and the height of the largest box that an index proposes for, degrees: from some 8° on, indexes of
	// DocumentDB lose places in the middle of the polygon. Larger boxes hold so much that they are better read by keys.
	largestDeg = 4.0
	// leastPadDeg makes up for rounding, for servers that use the ellipsoid, and for boxes without a width: 1 m.
	leastPadDeg = 1e-5
)

// bulgeDeg is how far a great circle may leave a parallel between two points of it that are widthDeg apart, degrees,
// whatever the latitude φ.
//
// The circle is farthest where it crosses the middle meridian, at φm with tan φm = tan φ / cos h, h being half the
// width (Napier's rule in the right-angled triangle of that point, an end and the pole). φm − φ, as a function of φ, is
// greatest where tan φ = √cos h, and there sin(φm − φ) = (1 − cos h) / (1 + cos h) = tan²(h/2).
//
// On WGS 84 a geodesic leaves the parallel a little more or less, by the order of the flattening (1/298): 2 % are added.
func bulgeDeg(widthDeg float64) float64 {
	tan := math.Tan(widthDeg / 4 * math.Pi / 180)
	return 1.02 * math.Asin(tan*tan) * 180 / math.Pi
}

// around is a GeoJSON Polygon that holds every point of the box on the sphere, where the edges of polygons are geodesics
// and not straight lines in lon, lat; ok is false when there is none that a 2dsphere index can use.
func around(box orb.Bound) (polygon bson.D, ok bool) {
	edges := math.Max(1, math.Ceil((box.Right()-box.Left()+2*leastPadDeg)/longestEdgeDeg))
	padded := box.Pad(leastPadDeg)
	padded.Min[1] -= bulgeDeg((padded.Right() - padded.Left()) / edges)
	padded.Max[1] += bulgeDeg((padded.Right() - padded.Left()) / edges)
	width := padded.Right() - padded.Left()
	if width > widestDeg || padded.Bottom() < -highestDeg || padded.Top() > highestDeg {
		return nil, false
	}
	var ring bson.A
	for i := 0.0; i <= edges; i++ {
		ring = append(ring, position(padded.Left()+width*i/edges, padded.Bottom()))
	}
	for i := edges; i >= 0; i-- {
		ring = append(ring, position(padded.Left()+width*i/edges, padded.Top()))
	}
	ring = append(ring, ring[0])
	return bson.D{{Key: "type", Value: "Polygon"}, {Key: "coordinates", Value: bson.A{ring}}}, true
}

// position is a GeoJSON position; a longitude beyond the antimeridian is brought back, for the server knows −180 to 180.
func position(lon, lat float64) bson.A {
	if math.Abs(lon) > 180 {
		lon = math.Remainder(lon, 360)
	}
	return bson.A{lon, lat}
}

// table is how the documents of one kind lie in their collection.
type table struct {
	collection string
	// placed tells that every shape is a point, and in which field; an empty one, that shapes are surfaces.
	placed string
	// large are the paths of the fields that brief forms lack.
	large []string
}

const (
	// fieldAround is a polygon around the bounding box of a surface, which stands for it in the 2dsphere index: the
	// index refuses many a polygon that Vigie takes (repeated positions, rings that touch themselves).
	fieldAround = fieldIndex + ".around"
	// fieldBox is that box itself: west, south, east, north, degrees.
	fieldBox = fieldIndex + ".box"
	// fieldWide is true for a box that has no polygon around it.
	fieldWide = fieldIndex + ".wide"
)

// shapeField is the field that has the 2dsphere index.
func (t table) shapeField() string {
	if t.placed != "" {
		return t.placed
	}
	return fieldAround
}

// indexed is the field index of a document.
func (t table) indexed(attributes inventory.Attributes, shape orb.Geometry) bson.D {
	fields := bson.D{}
	for _, attr := range inventory.Attrs() {
		if value, known := attributes[attr]; known {
			fields = append(fields, bson.E{Key: string(attr), Value: text(value)})
		}
	}
	if t.placed != "" || shape == nil || shape.Bound().IsEmpty() {
		return fields
	}
	box := shape.Bound()
	fields = append(fields, bson.E{Key: "box", Value: bson.A{box.Left(), box.Bottom(), box.Right(), box.Top()}})
	if polygon, ok := around(box); ok {
		return append(fields, bson.E{Key: "around", Value: polygon})
	}
	return append(fields, bson.E{Key: "wide", Value: true})
}

// near are filters that together propose every document whose shape meets the box, each by an index of its own; none
// when the index cannot be asked for that box.
func (t table) near(box orb.Bound) []bson.D {
	polygon, ok := around(box)
	if large := max(box.Right()-box.Left(), box.Top()-box.Bottom()) > largestDeg; large || !ok {
		return nil
	}
	geometry := bson.D{{Key: "$geometry", Value: polygon}}
	filters := []bson.D{{{Key: t.shapeField(), Value: bson.D{{Key: "$geoIntersects", Value: geometry}}}}}
	if t.placed == "" {
		filters = append(filters, bson.D{{Key: fieldWide, Value: true}})
	}
	return filters
}

// meets keeps the documents whose bounding box meets the box, exactly, without an index.
func (t table) meets(box orb.Bound) bson.D {
	if t.placed != "" {
		at := t.placed + ".coordinates."
		return bson.D{
			{Key: at + "0", Value: bson.D{{Key: "$gte", Value: box.Left()}, {Key: "$lte", Value: box.Right()}}},
			{Key: at + "1", Value: bson.D{{Key: "$gte", Value: box.Bottom()}, {Key: "$lte", Value: box.Top()}}},
		}
	}
	return bson.D{
		{Key: fieldBox + ".0", Value: bson.D{{Key: "$lte", Value: box.Right()}}},
		{Key: fieldBox + ".1", Value: bson.D{{Key: "$lte", Value: box.Top()}}},
		{Key: fieldBox + ".2", Value: bson.D{{Key: "$gte", Value: box.Left()}}},
		{Key: fieldBox + ".3", Value: bson.D{{Key: "$gte", Value: box.Bottom()}}},
	}
}
