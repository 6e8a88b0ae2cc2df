package mongodb

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
)

var _ inventory.CellCounter = (*shelf[inventory.Camera])(nil)

// CountCells counts places by cells of the map. The server counts when its filters say the whole query, as [shelf.Count] has it.
func (s *shelf[T]) CountCells(
	ctx context.Context, q inventory.Query, in inventory.Cells, by ...inventory.Attr,
) (groups []inventory.CellGroup, err error) {
	q.After, q.Limit = "", 0
	if err := inventory.CheckCells(q, in, by); err != nil {
		return nil, s.fail(ctx, "count", "", err)
	}
	given := q.Area != nil
	q = in.Query(q)
	filter, exact := s.counted(q)
	if given || !exact {
		return inventory.GroupCells(s.Find(ctx, q), in, by)
	}
	groups, err = s.groupCells(ctx, filter, in, by)
	return groups, s.fail(ctx, "count", "", err)
}

// groupCells has the server count by cells. It computes the column and the row as [inventory.CellOf] does, but for the end of
// the world, and in the same floating-point numbers.
func (s *shelf[T]) groupCells(
	ctx context.Context, filter bson.D, in inventory.Cells, by []inventory.Attr,
) ([]inventory.CellGroup, error) {
	key := bson.D{
		{Key: "x", Value: s.stepOf(0, 180, in.Order)}, {Key: "y", Value: s.stepOf(1, 90, in.Order)},
	}
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
	var tally inventory.CellTally
	values := make([]string, len(by))
	last := float64(uint32(1)<<in.Order) - 1
	for cursor.Next(ctx) {
		group := cursor.Current.Lookup(fieldID).Document()
		x, okX := group.Lookup("x").AsFloat64OK()
		y, okY := group.Lookup("y").AsFloat64OK()
		n, okN := cursor.Current.Lookup("n").AsInt64OK()
		if !okX || !okY || !okN {
			return nil, cmp.Or(cursor.Close(ctx), errors.New("the server counted no number"))
		}
		cell := inventory.Cell{Column: uint32(min(x, last)), Row: uint32(min(y, last))}
		if !in.Hold(cell) {
			continue
		}
		for i := range by {
			values[i], _ = group.Lookup("v" + strconv.Itoa(i)).StringValueOK() // nothing is unknown
		}
		tally.Add(int(n), cell, values...)
	}
	return tally.Groups(), cmp.Or(cursor.Err(), cursor.Close(ctx))
}

// stepOf is an expression for the rank of a coordinate, which goes from minus to plus half degrees, among the cells of a side.
func (s *shelf[T]) stepOf(axis int, half float64, order int) bson.D {
	coordinate := bson.D{{Key: "$arrayElemAt", Value: bson.A{"$" + s.mapping.table.placed + ".coordinates", axis}}}
	share := bson.D{{Key: "$divide", Value: bson.A{bson.D{{Key: "$add", Value: bson.A{coordinate, half}}}, 2 * half}}}
	return bson.D{{Key: "$floor", Value: bson.D{{Key: "$multiply", Value: bson.A{share, float64(uint32(1) << order)}}}}}
}
