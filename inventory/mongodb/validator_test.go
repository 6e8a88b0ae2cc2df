package mongodb_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

// The server takes every full record, and refuses what no record can be, whoever writes it.
func TestValidators(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	store := open(t, address)
	defer closeStore(t, store)
	putFull(t, store)
	checks, err := store.Validates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !checks {
		t.Skip("SKIPPED: the server keeps no validators: what it would refuse is not tested")
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	client := connect(t, address)
	defer func() { _ = client.Disconnect(context.Background()) }()
	cameras := client.Database(strings.TrimPrefix(at.Path, "/")).Collection("cameras")
	for name, field := range brokenFields() {
		_, err := cameras.InsertOne(t.Context(), withField(t, field))
		if err == nil || mongo.IsDuplicateKeyError(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// brokenFields are fields that no camera can have.
func brokenFields() map[string]bson.E {
	point := func(lon, lat float64) bson.D {
		return bson.D{{Key: "type", Value: "Point"}, {Key: "coordinates", Value: bson.A{lon, lat}}}
	}
	return map[string]bson.E{
		"number as a text": {Key: "heads", Value: bson.A{bson.D{{Key: "id", Value: "1"}, {Key: "hfovDeg", Value: "wide"}}}},
		"text as a number": {Key: "name", Value: 7}, "no such longitude": {Key: "location", Value: point(180.5, 0)},
		"no such latitude": {Key: "location", Value: point(0, 90.5)}, "text as a place": {Key: "location", Value: "3.8,43.6"},
		"text as an instant": {Key: "provenance", Value: bson.D{{Key: "updatedAt", Value: "2026-01-01T00:00:00Z"}}},
		"bad key":            {Key: "_id", Value: "a b"}, "no holder": {Key: "holder", Value: nil},
	}
}

// withField is the document of a plain camera with one field that is different, or not there.
func withField(t *testing.T, field bson.E) bson.D {
	t.Helper()
	_, raw, err := mongodb.ThereAndBack(inventorytest.FullMobileCamera())
	if err != nil {
		t.Fatal(err)
	}
	var document bson.D
	if err := bson.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	changed := bson.D{}
	for _, e := range document {
		switch {
		case e.Key == field.Key:
		case e.Key == "_id":
			changed = append(changed, bson.E{Key: "_id", Value: "another"})
		default:
			changed = append(changed, e)
		}
	}
	if field.Value == nil {
		return changed
	}
	return append(changed, field)
}

func putFull(t *testing.T, store inventory.Store) {
	t.Helper()
	for kind, put := range map[string]func(context.Context) error{
		"holder":     func(ctx context.Context) error { return store.Holders().Put(ctx, inventorytest.FullHolder()) },
		"deployment": func(ctx context.Context) error { return store.Deployments().Put(ctx, inventorytest.FullDeployment()) },
		"camera": func(ctx context.Context) error {
			return store.Cameras().Put(ctx, inventorytest.FullCamera(), inventorytest.FullMobileCamera())
		},
		"area":       func(ctx context.Context) error { return store.Areas().Put(ctx, inventorytest.FullArea()) },
		"obstacle":   func(ctx context.Context) error { return store.Obstacles().Put(ctx, inventorytest.FullObstacle()) },
		"assessment": func(ctx context.Context) error { return store.Assessments().Put(ctx, inventorytest.FullAssessment()) },
		"audit":      func(ctx context.Context) error { return store.Audits().Put(ctx, inventorytest.FullAudit()) },
		"candidate":  func(ctx context.Context) error { return store.Candidates().Put(ctx, inventorytest.Candidates()...) },
		"recommendation": func(ctx context.Context) error {
			return store.Recommendations().Put(ctx, inventorytest.FullRecommendation())
		},
		"equipment": func(ctx context.Context) error { return store.Equipment().Put(ctx, inventorytest.FullEquipment()) },
		"journal":   func(ctx context.Context) error { return store.Journal().Put(ctx, inventorytest.FullEntry()) },
		"session":   func(ctx context.Context) error { return store.Sessions().Put(ctx, inventorytest.FullSession()) },
		"convention": func(ctx context.Context) error {
			return store.Conventions().Put(ctx, inventorytest.FullConvention())
		},
		"job": func(ctx context.Context) error {
			return store.Jobs().Put(ctx, inventorytest.RunningJob(), inventorytest.DoneJob())
		},
		"blob":    func(ctx context.Context) error { return store.Blobs().Put(ctx, inventorytest.FullBlob()) },
		"account": func(ctx context.Context) error { return store.Accounts().Put(ctx, inventorytest.FullAccount()) },
		"answer":  func(ctx context.Context) error { return store.Answers().Put(ctx, inventorytest.FullAnswer()) },
	} {
		if err := put(t.Context()); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
