// Package mongodbtest gives tests a database of their own on a real server, and a gate in front of the server that can
// be shut.
//
// It starts no server: the environment variable VIGIE_TEST_MONGODB names one, as scripts/mongo does. Nor does it know
// the store that is tested.
package mongodbtest

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
)

// server is the environment variable with the address of the server.
const server = "VIGIE_TEST_MONGODB"

// Address is that of the server that tests use. Without one the test is skipped, or fails when VIGIE_TEST_REQUIRE asks
// for it.
func Address(t testing.TB) *url.URL {
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

// NewDatabase is the address of a database that does not exist yet. It is dropped whole when the test ends.
func NewDatabase(t testing.TB) string {
	t.Helper()
	at := Address(t)
	at.Path = "/vigie_test_" + strings.ToLower(rand.Text())
	query := at.Query()
	if at.User != nil && query.Get("authSource") == "" {
		query.Set("authSource", "admin")
	}
	at.RawQuery = query.Encode()
	t.Cleanup(func() { drop(t, at) })
	return at.String()
}

func drop(t testing.TB, at *url.URL) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(at.String()))
	if err != nil {
		t.Errorf("connect to drop the test's database: %v", err)
		return
	}
	if err := client.Database(strings.TrimPrefix(at.Path, "/")).Drop(ctx); err != nil {
		t.Errorf("drop the test's database: %v", err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Errorf("disconnect: %v", err)
	}
}
