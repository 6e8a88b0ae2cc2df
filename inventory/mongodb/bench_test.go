package mongodb_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strconv"
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
	inventorytest.Bench(b, harness())
}

// BenchmarkBesideDriver does the same work by the store and by the bare driver, with the same documents, indexes and
// server: what the store costs is the ratio of the two.
func BenchmarkBesideDriver(b *testing.B) {
	mongodbtest.Address(b)
	n := 20_000
	if text := os.Getenv(inventorytest.BenchRecords); text != "" {
		n, _ = strconv.Atoi(text)
	}
	cameras, documents := benchCameras(b, max(n, 1000))
	b.Run("put/store", func(b *testing.B) {
		eachFresh(b, len(cameras), func(store *mongodb.Store, _ *mongo.Collection) error {
			for batch := range slices.Chunk(cameras, 1000) {
				if err := store.Cameras().Put(b.Context(), batch...); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("put/driver", func(b *testing.B) {
		eachFresh(b, len(cameras), func(_ *mongodb.Store, collection *mongo.Collection) error {
			for batch := range slices.Chunk(documents, 1000) {
				if _, err := collection.InsertMany(b.Context(), batch, options.InsertMany().SetOrdered(false)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	location := mongodbtest.NewDatabase(b)
	store, collection := openBoth(b, location)
	for batch := range slices.Chunk(cameras, 1000) {
		if err := store.Cameras().Put(b.Context(), batch...); err != nil {
			b.Fatal(err)
		}
	}
	benchFinds(b, store, collection, cameras)
	if err := store.Close(); err != nil {
		b.Error(err)
	}
}

// benchFinds finds a box of 500 cameras, and pages of 1000.
func benchFinds(b *testing.B, store *mongodb.Store, collection *mongo.Collection, cameras []inventory.Camera) {
	b.Helper()
	half := 0.5
	if n := float64(len(cameras)); n > 500 {
		half = 0.5 * 500 / n // the cameras are in a strip one degree wide
	}
	box := orb.Bound{Min: orb.Point{2.5 - half, 46}, Max: orb.Point{2.5 + half, 47}}
	ring, ok := mongodb.Around(box)
	if !ok {
		b.Fatal("no polygon around the box")
	}
	positions := bson.A{}
	for _, p := range ring {
		positions = append(positions, bson.A{p.Lon(), p.Lat()})
	}
	polygon := bson.D{{Key: "type", Value: "Polygon"}, {Key: "coordinates", Value: bson.A{positions}}}
	inside := bson.D{{Key: "location", Value: bson.D{{Key: "$geoIntersects", Value: bson.D{{Key: "$geometry", Value: polygon}}}}}}
	b.Run("box of 500/store", func(b *testing.B) { benchFind(b, store, inventory.Query{Area: box}) })
	b.Run("box of 500/driver", func(b *testing.B) { benchDriver(b, collection, inside, options.Find().SetBatchSize(1000)) })
	far := cameras[len(cameras)-1].ID
	for _, c := range cameras {
		if c.ID > "d" && c.ID < far { // derived identifiers are hexadecimal: this is nine tenths of the way
			far = c.ID
		}
	}
	for name, after := range map[string]inventory.ID{"first": "", "far": far} {
		b.Run(name+" page/store", func(b *testing.B) {
			benchFind(b, store, inventory.Query{After: after, Limit: 1000})
		})
		b.Run(name+" page/driver", func(b *testing.B) {
			benchDriver(b, collection, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: string(after)}}}},
				options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(1000).SetBatchSize(1000))
		})
	}
}

func benchFind(b *testing.B, store *mongodb.Store, q inventory.Query) {
	b.Helper()
	found := 0
	for b.Loop() {
		cameras, err := inventory.All(b.Context(), store.Cameras(), q)
		if err != nil {
			b.Fatal(err)
		}
		found = len(cameras)
	}
	b.ReportMetric(float64(found), "records")
}

func benchDriver(b *testing.B, collection *mongo.Collection, filter bson.D, how *options.FindOptionsBuilder) {
	b.Helper()
	found := 0
	for b.Loop() {
		cursor, err := collection.Find(b.Context(), filter, how)
		if err != nil {
			b.Fatal(err)
		}
		var documents []bson.Raw
		if err := cursor.All(b.Context(), &documents); err != nil {
			b.Fatal(err)
		}
		found = len(documents)
	}
	b.ReportMetric(float64(found), "records")
}

// eachFresh works on a new database each time, whose making is not counted.
func eachFresh(b *testing.B, records int, work func(*mongodb.Store, *mongo.Collection) error) {
	b.Helper()
	for b.Loop() {
		b.StopTimer()
		store, collection := openBoth(b, mongodbtest.NewDatabase(b))
		b.StartTimer()
		err := work(store, collection)
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		if n, err := collection.CountDocuments(b.Context(), bson.D{}); err != nil || int(n) != records {
			b.Fatalf("%d records are there (%v), not %d", n, err, records)
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// openBoth gives the store, and the collection of its cameras by a client of its own.
func openBoth(b *testing.B, location string) (*mongodb.Store, *mongo.Collection) {
	b.Helper()
	at, err := url.Parse(location)
	if err != nil {
		b.Fatal(err)
	}
	client := connect(b, location)
	b.Cleanup(func() { _ = client.Disconnect(b.Context()) })
	return open(b, location), client.Database(strings.TrimPrefix(at.Path, "/")).Collection("cameras")
}

// benchCameras are cameras in a strip of one degree by one, with their documents.
func benchCameras(b *testing.B, n int) (cameras []inventory.Camera, documents []any) {
	b.Helper()
	r := rand.New(rand.NewPCG(9, 2026))
	for i := range n {
		c := inventorytest.FullCamera()
		c.ID = inventory.DeriveID("camera", strconv.Itoa(i))
		c.Location = &inventory.Point{2 + r.Float64(), 46 + r.Float64()}
		c.Heads, c.Extra, c.Device = c.Heads[:1], nil, inventory.Device{}
		c.Heads[0] = inventory.Head{ID: "1", Kind: inventory.HeadFixed, BearingDeg: c.Heads[0].BearingDeg, HFOVDeg: c.Heads[0].HFOVDeg}
		c.Holder = inventory.ID(fmt.Sprintf("holder:%d", i/2000))
		c.Deployment = inventory.ID(fmt.Sprintf("deployment:%d", i/200))
		_, raw, err := mongodb.ThereAndBack(c)
		if err != nil {
			b.Fatal(err)
		}
		cameras, documents = append(cameras, c), append(documents, raw)
	}
	return cameras, documents
}
