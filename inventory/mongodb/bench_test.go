package mongodb_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

func BenchmarkStore(b *testing.B) {
	mongodbtest.Address(b)
	inventorytest.Bench(b, harness(), rawCollection(b))
}

// rawCollection is a collection of the same documents with the same indexes, in a database of its own, by the bare
// driver. Inserting tells how far the import is from the driver; the documents are made before.
func rawCollection(b *testing.B) inventorytest.Raw {
	b.Helper()
	location := mongodbtest.NewDatabase(b)
	if err := open(b, location).Close(); err != nil { // it makes the indexes
		b.Fatal(err)
	}
	at, err := url.Parse(location)
	if err != nil {
		b.Fatal(err)
	}
	client := connect(b, location)
	b.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	collection := client.Database(strings.TrimPrefix(at.Path, "/")).Collection("cameras")
	var documents []any
	return inventorytest.Raw{
		Prepare: func(cameras []inventory.Camera) error {
			documents = documents[:0]
			for _, c := range cameras {
				_, raw, err := mongodb.ThereAndBack(c)
				if err != nil {
					return err
				}
				documents = append(documents, raw)
			}
			return nil
		},
		Insert: func(ctx context.Context) error {
			_, err := collection.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
			return err
		},
		Box: func(ctx context.Context, box orb.Bound) (int, error) {
			return rawFind(ctx, collection, inside(box), options.Find())
		},
		Page: func(ctx context.Context, after inventory.ID, limit int) (int, error) {
			return rawFind(ctx, collection, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: string(after)}}}},
				options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
		},
	}
}

// inside is the query of what meets the polygon that stands for a box in the index.
func inside(box orb.Bound) bson.D {
	ring, _ := mongodb.Around(box)
	positions := bson.A{}
	for _, p := range ring {
		positions = append(positions, bson.A{p.Lon(), p.Lat()})
	}
	polygon := bson.D{{Key: "type", Value: "Polygon"}, {Key: "coordinates", Value: bson.A{positions}}}
	return bson.D{{Key: "location", Value: bson.D{{Key: "$geoIntersects", Value: bson.D{{Key: "$geometry", Value: polygon}}}}}}
}

func rawFind(
	ctx context.Context, collection *mongo.Collection, filter bson.D, how *options.FindOptionsBuilder,
) (int, error) {
	cursor, err := collection.Find(ctx, filter, how.SetBatchSize(1000))
	if err != nil {
		return 0, err
	}
	var documents []bson.Raw
	if err := cursor.All(ctx, &documents); err != nil {
		return 0, err
	}
	return len(documents), nil
}
