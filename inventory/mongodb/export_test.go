package mongodb

import (
	"fmt"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
)

// Around is the ring, lon, lat, that stands for a box in a 2dsphere index.
func Around(box orb.Bound) (ring orb.Ring, ok bool) {
	polygon, ok := around(box)
	if !ok {
		return nil, false
	}
	text, err := bson.Marshal(polygon)
	if err != nil {
		panic(fmt.Sprintf("a polygon that is no BSON: %v", err))
	}
	positions, err := bson.Raw(text).Lookup("coordinates", "0").Array().Values()
	if err != nil {
		panic(fmt.Sprintf("a polygon without positions: %v", err))
	}
	for _, p := range positions {
		position, err := p.Array().Values()
		if err != nil {
			panic(fmt.Sprintf("a position without numbers: %v", err))
		}
		ring = append(ring, orb.Point{position[0].Double(), position[1].Double()})
	}
	return ring, true
}

// ThereAndBack writes a record as a document and reads it again.
func ThereAndBack[T inventory.Record](record T) (T, bson.Raw, error) {
	t := table{collection: "tests"}
	if _, placed := any(record).(inventory.Camera); placed {
		t.placed = "location"
	}
	m, err := newMapping[T](t)
	if err != nil {
		return record, nil, err
	}
	doc, err := m.write(record)
	if err != nil {
		return record, nil, err
	}
	back, _, err := m.read(doc.raw)
	return back, doc.raw, err
}

// Escape and Unescape make any text a key of BSON, and back.
func Escape(key string) string   { return escape(key) }
func Unescape(key string) string { return unescape(key) }

// SchemaOf is what the server is asked to check of the documents of a kind.
func SchemaOf[T inventory.Record]() (bson.D, error) {
	m, err := newMapping[T](table{collection: "tests"})
	return m.schema(), err
}

// LargeFields are the paths of the fields that brief forms of studies and of plans lack.
func LargeFields() (studies, plans []string) { return largeInStudies(), largeInPlans() }
