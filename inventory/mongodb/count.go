package mongodb

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/geo"
	"vigie/inventory"
)

// Count counts the records that the query matches. The server counts when its filters say the whole query; the places
// of cameras are read, and nothing else of them, for an area that is no box; other records are read one by one.
func (s *shelf[T]) Count(ctx context.Context, q inventory.Query) (int, error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return 0, s.fail(ctx, "count", "", err)
	}
	where, exact := conditions(q.Where)
	placed := s.mapping.table.placed != ""
	var n int
	var err error
	switch _, box := q.Area.(orb.Bound); {
	case !exact, q.Area != nil && !placed:
		return s.countOneByOne(ctx, q)
	case q.Area == nil:
		n, err = s.countAll(ctx, all(where...))
	case box:
		n, err = s.countAll(ctx, s.inBox(q.Area.Bound(), where))
	default:
		n, err = s.countPlaces(ctx, q.Area, s.inBox(q.Area.Bound(), where))
	}
	return n, s.fail(ctx, "count", "", err)
}

// inBox is the filter of points in a box, exactly.
func (s *shelf[T]) inBox(box orb.Bound, where []bson.D) bson.D {
	filters := slices.Concat(s.mapping.table.near(box), where, []bson.D{s.mapping.table.meets(box)})
	return all(filters...)
}

func (s *shelf[T]) countAll(ctx context.Context, filter bson.D) (int, error) {
	n, err := s.documents.CountDocuments(ctx, filter)
	return int(n), err
}

func (s *shelf[T]) countPlaces(ctx context.Context, area orb.Geometry, filter bson.D) (n int, err error) {
	at := s.mapping.table.placed
	cursor, err := s.documents.Find(ctx, filter, options.Find().
		SetProjection(bson.D{{Key: fieldID, Value: 0}, {Key: at + ".coordinates", Value: 1}}).SetBatchSize(mostCandidates))
	if err != nil {
		return 0, err
	}
	for cursor.Next(ctx) {
		var found orb.Point
		for axis, index := range []string{"0", "1"} {
			found[axis], _ = cursor.Current.Lookup(at, "coordinates", index).AsFloat64OK()
		}
		if geo.Intersects(area, found) {
			n++
		}
	}
	return n, cmp.Or(cursor.Err(), cursor.Close(ctx))
}

func (s *shelf[T]) countOneByOne(ctx context.Context, q inventory.Query) (int, error) {
	n := 0
	for _, err := range s.Find(ctx, q) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
