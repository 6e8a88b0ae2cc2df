package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/sqlite"
)

const storeHelp = "`address` of the store: sqlite:PATH or mongodb://HOST/DATABASE"

// storeFlags binds the store that a command works on, and how long to wait for it.
func (a *app) storeFlags(flags *pflag.FlagSet) {
	flags.StringVar(&a.config.Store, "store", defaultStore(a.env, "vigie.db"), storeHelp)
	flags.StringVar(&a.config.SecretKeyFile, "secret-key-file", "", "`file` of the keys of the secret fields (see vigie secrets)")
	a.waitFlag(flags)
}

func (a *app) storeFaults() []string {
	return append(addressFaults("store", a.config.Store), a.waitFaults()...)
}

// addressFaults says what is wrong with an address. What follows its kind may hold a password: it is not repeated.
func addressFaults(flag, address string) []string {
	kind, path, _ := strings.Cut(address, ":")
	switch {
	case address == "" && flag == "store":
		return []string{"--store is needed: no home folder to keep a default store in"}
	case address == "":
		return []string{fmt.Sprintf("--%s is needed: the address of a store, sqlite:PATH or mongodb://HOST/DATABASE", flag)}
	case kind == "mongodb", kind == "mongodb+srv":
		return nil
	case kind != "sqlite":
		return []string{fmt.Sprintf("--%s: a store of kind %q is not known; known: sqlite:PATH, mongodb://HOST/DATABASE", flag, kind)}
	case path == "":
		return []string{fmt.Sprintf("--%s: sqlite: names no file; write sqlite:PATH", flag)}
	}
	return nil
}

// storeOpener opens the store at an address whose form is right. The caller closes it.
type storeOpener func(ctx context.Context, address string) (inventory.Store, error)

// openStore opens the store that an address names, and makes it when it is new.
func openStore(ctx context.Context, address string) (inventory.Store, error) {
	if path, file := strings.CutPrefix(address, "sqlite:"); file {
		return openSQLite(ctx, path)
	}
	return openMongoDB(ctx, address, mongodb.Open)
}

// openExistingStore opens a store to read: one that is not there, because its address is mistyped, is an error, see
// isAbsent, and is not made.
func openExistingStore(ctx context.Context, address string) (inventory.Store, error) {
	path, file := strings.CutPrefix(address, "sqlite:")
	if !file {
		return openMongoDB(ctx, address, mongodb.OpenExisting)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no store at %s: %w", path, fs.ErrNotExist)
	}
	return openSQLite(ctx, path)
}

// isAbsent tells whether a store could not be opened because there is none.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, mongodb.ErrAbsent)
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
func openMongoDB(
	ctx context.Context, address string, open func(context.Context, string) (*mongodb.Store, error),
) (inventory.Store, error) {
	store, err := open(ctx, address)
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
func (a *app) withStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	return a.with(ctx, address, openStore, a.told(ctx, use))
}

// withExistingStore is withStore for commands that only read: a mistyped address is an error, not a new empty store.
func (a *app) withExistingStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	return a.with(ctx, address, openExistingStore, a.told(ctx, use))
}

// withRawStore is withStore for what is not of records one by one: whole stores are copied as they are, with what is
// encrypted in them.
func (a *app) withRawStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	return a.with(ctx, address, openStore, use)
}

// withExistingRawStore is withRawStore for a store that is there.
func (a *app) withExistingRawStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	return a.with(ctx, address, openExistingStore, use)
}

// withTrialStore is withStore for work that stores nothing: a store that is not there is not made, an empty one that is
// removed afterwards takes its place.
func (a *app) withTrialStore(ctx context.Context, address string, use func(inventory.Store) error) error {
	store, err := a.await(ctx, address, openExistingStore)
	if isAbsent(err) {
		return withScratchStore(ctx, use)
	}
	return useStore(store, err, a.told(ctx, use))
}

func (a *app) with(ctx context.Context, address string, open storeOpener, use func(inventory.Store) error) error {
	store, err := a.await(ctx, address, open)
	return useStore(store, err, use)
}

// useStore uses a store that was opened, or not, and closes it.
func useStore(store inventory.Store, err error, use func(inventory.Store) error) error {
	if err != nil {
		return err
	}
	return errors.Join(use(store), store.Close())
}

// withScratchStore gives a store that is removed afterwards.
func withScratchStore(ctx context.Context, use func(inventory.Store) error) error {
	folder, err := os.MkdirTemp("", "vigie-")
	if err != nil {
		return fmt.Errorf("scratch store: %w", err)
	}
	store, err := openSQLite(ctx, filepath.Join(folder, "scratch.db"))
	return errors.Join(useStore(store, err, use), os.RemoveAll(folder))
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
