package main

import (
	"context"
	"log/slog"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/sqlite"
)

// logStore logs what the store is. It never tells the address, which may hold a password.
func logStore(ctx context.Context, log *slog.Logger, store inventory.Store) {
	switch store := store.(type) {
	case *sqlite.Store:
		log.InfoContext(ctx, "store", "engine", "sqlite", "library", sqlite.LibraryVersion)
	case *mongodb.Store:
		logMongoDB(ctx, log, store)
	}
}

// logMongoDB also warns when the server does not check documents: Vigie does, other programs may not.
func logMongoDB(ctx context.Context, log *slog.Logger, store *mongodb.Store) {
	about, err := store.About(ctx)
	if err != nil {
		log.WarnContext(ctx, "the MongoDB server does not say what it is", "place", about.Place, "error", err)
		return
	}
	log.InfoContext(ctx, "store", "engine", "mongodb", "place", about.Place, "server", about.Server,
		"driver", moduleVersion(mongoDriver), "validators", about.Validates)
	if !about.Validates {
		log.WarnContext(ctx, "the MongoDB server leaves validators aside: what other programs write is not checked", "place", about.Place)
	}
}
