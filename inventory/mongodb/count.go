package mongodb

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/geo"
	"vigie/inventory"
)

// Count counts the records that the query matches. The server counts when its filters say the whole query; the places
// of cameras are read, and nothing else of them, for an area that is no box; other records are read one by one.
func (s *shelf[T]) Count(ctx context.Context, q inventory.Query) (n int, err error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return 0, s.fail(ctx, "count", "", err)
	}
	filter, exact := s.counted(q)
	switch {
	case !exact:
		return inventory.CountFound(s.Find(ctx, q))
	case inShape(q):
		var groups []inventory.Group
		groups, err = s.groupPlaces(ctx, q, filter, nil)
		for _, group := range groups {
			n += group.Count
		}
	default:
		var all int64
		all, err = s.documents.CountDocuments(ctx, filter)
		n = int(all)
	}
	return n, s.fail(ctx, "count", "", err)
}

// CountBy counts the records that the query matches by their values of some attributes; see [shelf.Count].
func (s *shelf[T]) CountBy(ctx context.Context, q inventory.Query, by ...inventory.Attr) (groups []inventory.Group, err error) {
	q.After, q.Limit = "", 0
	if err := errors.Join(q.Validate(), inventory.CheckGroups(by)); err != nil {
		return nil, s.fail(ctx, "count", "", err)
	}
	filter, exact := s.counted(q)
	switch {
	case !exact:
		return inventory.GroupFound(s.Find(ctx, q), by)
	case inShape(q):
		groups, err = s.groupPlaces(ctx, q, filter, by)
	default:
		groups, err = s.group(ctx, filter, by)
	}
	return groups, s.fail(ctx, "count", "", err)
}

// counted is the filter of what is to be counted; exact tells that it says the whole query, but for an area of places
// that is no box.
func (s *shelf[T]) counted(q inventory.Query) (filter bson.D, exact bool) {
	where, exact := conditions(q.Where)
	if q.Area == nil {
		return all(where...), exact
	}
	box, t := q.Area.Bound(), s.mapping.table
	return all(slices.Concat(t.near(box), where, []bson.D{t.meets(box)})...), exact && t.placed != ""
}

// inShape tells that each place is to be held against the area.
func inShape(q inventory.Query) bool {
	_, box := q.Area.(orb.Bound)
	return q.Area != nil && !box
}

// group has the server count.
func (s *shelf[T]) group(ctx context.Context, filter bson.D, by []inventory.Attr) ([]inventory.Group, error) {
	key := bson.D{}
	for i, attr := range by {
		key = append(key, bson.E{Key: "v" + strconv.Itoa(i), Value: "$" + path(attr)})
	}
	cursor, err := s.documents.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: filter}},
		bson.D{{Key: "$group", Value: bson.D{{Key: fieldID, Value: key}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
	if err != nil {
		return nil, err
	}
	var tally inventory.Tally
	values := make([]string, len(by))
	for cursor.Next(ctx) {
		for i := range by {
			values[i], _ = cursor.Current.Lookup(fieldID, "v"+strconv.Itoa(i)).StringValueOK() // nothing is unknown
		}
		n, ok := cursor.Current.Lookup("n").AsInt64OK()
		if !ok {
			return nil, cmp.Or(cursor.Close(ctx), errors.New("the server counted no number"))
		}
		tally.Add(int(n), values...)
	}
	return tally.Groups(), cmp.Or(cursor.Err(), cursor.Close(ctx))
}

// groupPlaces reads the places and the attributes of what the filter keeps, and counts what is in the area.
func (s *shelf[T]) groupPlaces(
	ctx context.Context, q inventory.Query, filter bson.D, by []inventory.Attr,
) ([]inventory.Group, error) {
	at := s.mapping.table.placed
	wanted := bson.D{{Key: fieldID, Value: 0}, {Key: at + ".coordinates", Value: 1}}
	for _, attr := range by {
		if !slices.ContainsFunc(wanted, func(e bson.E) bool { return e.Key == path(attr) }) {
			wanted = append(wanted, bson.E{Key: path(attr), Value: 1})
		}
	}
	cursor, err := s.documents.Find(ctx, filter, options.Find().SetProjection(wanted).SetBatchSize(mostCandidates))
	if err != nil {
		return nil, err
	}
	var tally inventory.Tally
	values := make([]string, len(by))
	for cursor.Next(ctx) {
		var found orb.Point
		for axis, index := range []string{"0", "1"} {
			found[axis], _ = cursor.Current.Lookup(at, "coordinates", index).AsFloat64OK()
		}
		if !geo.Intersects(q.Area, found) {
			continue
		}
		for i, attr := range by {
			values[i], _ = cursor.Current.Lookup(fieldIndex, string(attr)).StringValueOK()
		}
		tally.Add(1, values...)
	}
	return tally.Groups(), cmp.Or(cursor.Err(), cursor.Close(ctx))
}
