package mongodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

var (
	// ErrAddress says that the address of the server cannot be understood.
	ErrAddress = errors.New("not the address of a MongoDB server")
	// ErrNewer says that a newer version of Vigie wrote the database: this one would not understand it.
	ErrNewer = errors.New("database was written by a newer version of Vigie")
	// ErrAbsent says that the database holds no inventory of Vigie: its name may be mistyped.
	ErrAbsent = errors.New("database holds no inventory of Vigie")
)

const (
	// defaultDatabase is the database when the address names none.
	defaultDatabase = "vigie"
	// patience is how long an operation waits for a server that takes it, unless the address says
	// serverSelectionTimeoutMS or its context ends before.
	patience = 5 * time.Second
)

// Open opens the store at an address, mongodb://… or mongodb+srv://…
// (https://www.mongodb.com/docs/manual/reference/connection-string/), and brings its collections and indexes to this
// version's. Options of the address hold, but that a write is acknowledged by the majority of the servers, and that
// reads go to the one that takes the writes: an acknowledged change survives the loss of a server and is seen by the
// next read.
//
// The error says [inventory.ErrUnavailable] when no server answers, [ErrAddress] when the address is not one. No
// message holds the password.
func Open(ctx context.Context, address string) (*Store, error) {
	return open(ctx, address, func(context.Context, *Store) error { return nil })
}

// OpenExisting is Open for one who only reads: it makes nothing in a database without an inventory and fails with
// [ErrAbsent].
func OpenExisting(ctx context.Context, address string) (*Store, error) {
	return open(ctx, address, func(ctx context.Context, s *Store) error {
		version, err := s.version(ctx)
		if err == nil && version == 0 {
			err = fmt.Errorf("%s: %w", s.place, ErrAbsent)
		}
		return err
	})
}

// open opens the store unless check, which sees it before anything is made, has an objection.
func open(ctx context.Context, address string, check func(context.Context, *Store) error) (*Store, error) {
	settings, database, err := configure(address)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", addressFault(address, err))
	}
	store, err := newStore(client, database, settings.Hosts)
	if err == nil {
		err = store.Ping(ctx)
	}
	if err == nil {
		err = classify(ctx, check(ctx, store))
	}
	if err == nil {
		err = classify(ctx, store.migrate(ctx, migrations()))
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", errors.Join(err, store.Close()))
	}
	return store, nil
}

func configure(address string) (settings *options.ClientOptions, database string, err error) {
	parsed, err := connstring.ParseAndValidate(address)
	if err != nil {
		return nil, "", addressFault(address, err)
	}
	settings = options.Client().ApplyURI(address)
	if err := settings.Validate(); err != nil {
		return nil, "", addressFault(address, err)
	}
	settings.SetAppName("vigie").SetWriteConcern(writeconcern.Majority()).SetReadPreference(readpref.Primary()).SetRetryWrites(true)
	if settings.ServerSelectionTimeout == nil {
		settings.SetServerSelectionTimeout(patience)
	}
	if database = parsed.Database; database == "" {
		database = defaultDatabase
	}
	return settings, database, nil
}

// addressFault tells what is wrong with an address, unless a part of it that may be a password could be in the text.
func addressFault(address string, err error) error {
	if strings.Contains(address, "@") {
		return fmt.Errorf("%w: user and password must be percent-encoded, and the options right", ErrAddress)
	}
	return fmt.Errorf("%w: %w", ErrAddress, err)
}
