package main

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"time"

	"vigie/inventory"
)

// localCaller is the person at this machine, as the journal names it: by no account, with the command and the name that the
// system knows it by.
func (a *app) localCaller(command string) inventory.Caller {
	caller := inventory.LocalCaller()
	caller.What, caller.Reason = command, userName()
	return caller
}

func userName() string {
	if found, err := user.Current(); err == nil {
		return found.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// told makes what is done with a store, through the encryption of its secret fields and, where the store has a journal, told
// there.
func (a *app) told(ctx context.Context, use func(inventory.Store) error) func(inventory.Store) error {
	return func(raw inventory.Store) error {
		store, err := a.sealed(ctx, raw)
		if err != nil {
			return err
		}
		kept, err := inventory.HasJournal(ctx, raw)
		switch {
		case err != nil:
			return err
		case !kept:
			return use(store)
		}
		return a.useTold(ctx, store, use)
	}
}

// useTold uses a store whose journal tells of every write.
func (a *app) useTold(ctx context.Context, store inventory.Store, use func(inventory.Store) error) error {
	journal, err := inventory.OpenJournal(ctx, store, time.Now)
	if err != nil {
		return err
	}
	if a.config.Serve.Changes.None {
		journal.KeepNoChanges()
	}
	return use(inventory.Guard(store, journal))
}

// withAccounts is withStore for work on accounts: from the first one on there is a journal.
func (a *app) withAccounts(ctx context.Context, use func(inventory.Store) error) error {
	return a.with(ctx, a.config.Store, openStore, func(raw inventory.Store) error { return a.useTold(ctx, raw, use) })
}

// withExistingAccounts is withAccounts for a store that is there.
func (a *app) withExistingAccounts(ctx context.Context, use func(inventory.Store) error) error {
	return a.with(ctx, a.config.Store, openExistingStore, func(raw inventory.Store) error { return a.useTold(ctx, raw, use) })
}

// tellJournal adds a line to the journal of a store that has one, about what is done with the whole store.
func (a *app) tellJournal(ctx context.Context, store inventory.Store, line inventory.Entry) error {
	kept, err := inventory.HasJournal(ctx, store)
	if err != nil || !kept {
		return err
	}
	journal, err := inventory.OpenJournal(ctx, store, time.Now)
	if err != nil {
		return err
	}
	caller, _ := inventory.CallerOf(ctx)
	line.Role, line.What, line.Reason = caller.Role, caller.What, caller.Reason
	_, err = journal.Append(ctx, line)
	return err
}
