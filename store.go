package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/sqlite"
)

const storeHelp = "`address` of the store: sqlite:PATH or mongodb://HOST/DATABASE"

// openStore opens the store that an address names, and makes it when it is new. The caller closes it.
func openStore(ctx context.Context, address string) (inventory.Store, error) {
	if faults := storeFaults(address); len(faults) > 0 {
		return nil, usage("%s", faults[0])
	}
	switch kind, path, _ := strings.Cut(address, ":"); kind {
	case "mongodb", "mongodb+srv":
		return openMongoDB(ctx, address)
	default:
		return openSQLite(ctx, path)
	}
}

// storeFaults says what is wrong with an address. What follows its kind may hold a password: it is not repeated.
func storeFaults(address string) []string {
	kind, path, _ := strings.Cut(address, ":")
	switch {
	case address == "":
		return []string{"--store is needed: no home folder to keep a default store in"}
	case kind == "mongodb", kind == "mongodb+srv":
		return nil
	case kind != "sqlite":
		return []string{fmt.Sprintf("--store: a store of kind %q is not known; known: sqlite:PATH, mongodb://HOST/DATABASE", kind)}
	case path == "":
		return []string{"--store: sqlite: names no file; write sqlite:PATH"}
	}
	return nil
}

// openSQLite makes the folder when it is missing, for its owner only: cameras are nobody else's business.
func openSQLite(ctx context.Context, path string) (inventory.Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	store, err := sqlite.Open(ctx, path)
	switch {
	case errors.Is(err, sqlite.ErrNewer), errors.Is(err, sqlite.ErrNotVigie):
		return nil, refused("%w", err)
	case err != nil:
		return nil, err // it names the file; a nil *sqlite.Store would not be a nil inventory.Store
	}
	return store, nil
}

// openMongoDB never repeats the address, which may hold a password.
func openMongoDB(ctx context.Context, address string) (inventory.Store, error) {
	store, err := mongodb.Open(ctx, address)
	switch {
	case errors.Is(err, mongodb.ErrAddress):
		return nil, usage("%w", err)
	case errors.Is(err, mongodb.ErrNewer), errors.Is(err, mongodb.ErrRefused):
		return nil, refused("%w", err)
	case err != nil:
		return nil, err
	}
	return store, nil
}

// withStore opens a store, uses it and closes it.
func withStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	store, err := openStore(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(use(store), store.Close())
}

// withExistingStore is withStore for commands that only read: a mistyped path is an error, not a new empty store.
func withExistingStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	if path, absent := absentStore(address); absent {
		return fmt.Errorf("no store at %s: %w", path, fs.ErrNotExist)
	}
	return withStore(ctx, address, use)
}

// withTrialStore is withStore for work that stores nothing: a store that is not there is not made, an empty one that is
// removed afterwards takes its place.
func withTrialStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	if _, absent := absentStore(address); absent {
		return withScratchStore(ctx, use)
	}
	return withStore(ctx, address, use)
}

// absentStore tells whether the file of a store is not there. A server is never absent.
func absentStore(address string) (path string, absent bool) {
	path, file := strings.CutPrefix(address, "sqlite:")
	if !file || path == "" {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, fs.ErrNotExist)
}

// withScratchStore gives a store that is removed afterwards.
func withScratchStore(ctx context.Context, use func(inventory.Store) error) error {
	folder, err := os.MkdirTemp("", "vigie-")
	if err != nil {
		return fmt.Errorf("scratch store: %w", err)
	}
	err = withStore(ctx, "sqlite:"+filepath.Join(folder, "scratch.db"), use)
	return errors.Join(err, os.RemoveAll(folder))
}

// defaultStore is a file of the user's data folder (XDG Base Directory Specification); empty when there is no such
// folder.
func defaultStore(env func(string) string, file string) string {
	data := env("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // the specification asks to ignore a relative one
		home := env("HOME")
		if home == "" {
			return ""
		}
		data = filepath.Join(home, ".local", "share")
	}
	return "sqlite:" + filepath.Join(data, "vigie", file)
}
