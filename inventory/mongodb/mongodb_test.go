package mongodb_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

// connect gives the bare driver.
func connect(t testing.TB, address string) *mongo.Client {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(address))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func open(t testing.TB, address string) *mongodb.Store {
	t.Helper()
	store, err := mongodb.Open(t.Context(), address)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return store
}

func harness() inventorytest.Harness {
	return inventorytest.Harness{
		New: mongodbtest.NewDatabase,
		Open: func(t testing.TB, location string) inventory.Store {
			t.Helper()
			return open(t, location)
		},
	}
}

func TestContract(t *testing.T) {
	mongodbtest.Address(t)
	inventorytest.Run(t, harness())
}
