package mongodb_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

// A database without an inventory is not one to read, and nothing is made in it.
func TestOpenExisting(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	_, err := mongodb.OpenExisting(t.Context(), address)
	if !errors.Is(err, mongodb.ErrAbsent) {
		t.Fatalf("OpenExisting of a database that is not there: %v", err)
	}
	if _, err := mongodb.OpenExisting(t.Context(), address); !errors.Is(err, mongodb.ErrAbsent) {
		t.Fatalf("OpenExisting made something the first time: %v", err)
	}
	closeStore(t, open(t, address))
	store, err := mongodb.OpenExisting(t.Context(), address)
	if err != nil {
		t.Fatalf("OpenExisting: %v", err)
	}
	closeStore(t, store)
}

func TestAbout(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	store := open(t, address)
	defer closeStore(t, store)
	about, err := store.About(t.Context())
	if err != nil || about.Server == "" || !strings.Contains(about.Place, "/vigie_test_") {
		t.Errorf("About: %+v, %v", about, err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if password, set := at.User.Password(); set && strings.Contains(about.Place, password) {
		t.Error("About holds the password")
	}
}
