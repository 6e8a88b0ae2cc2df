package mongodb_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
)

// server is the address of the server that the tests use.
const server = "VIGIE_TEST_MONGODB"

// address is that of a server; without one the test is skipped, or fails when VIGIE_TEST_REQUIRE asks for it.
func address(t testing.TB) *url.URL {
	t.Helper()
	text := os.Getenv(server)
	if text == "" {
		say := t.Skip
		if strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "mongodb") {
			say = t.Fatal
		}
		say("no MongoDB server to test on: scripts/mongo up, then " + server + "=$(scripts/mongo uri)")
	}
	at, err := url.Parse(text)
	if err != nil {
		t.Fatalf("%s is not an address", server)
	}
	return at
}

// newDatabase is the address of a database that does not exist yet. It is dropped when the test ends.
func newDatabase(t testing.TB) string {
	t.Helper()
	at := address(t)
	at.Path = "/vigie_test_" + strings.ToLower(rand.Text())
	query := at.Query()
	if at.User != nil && query.Get("authSource") == "" {
		query.Set("authSource", "admin")
	}
	at.RawQuery = query.Encode()
	t.Cleanup(func() { dropDatabase(t, at) })
	return at.String()
}

func dropDatabase(t testing.TB, at *url.URL) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := connect(t, at.String())
	if err := client.Database(strings.TrimPrefix(at.Path, "/")).Drop(ctx); err != nil {
		t.Errorf("drop the test's database: %v", err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Errorf("disconnect: %v", err)
	}
}

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
		New: newDatabase,
		Open: func(t testing.TB, location string) inventory.Store {
			t.Helper()
			return open(t, location)
		},
	}
}

func TestContract(t *testing.T) {
	address(t)
	inventorytest.Run(t, harness())
}
