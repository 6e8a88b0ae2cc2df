package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// restoreConfig says how to restore.
type restoreConfig struct{ Force, DryRun bool }

func (a *app) restoreCommand() *cobra.Command {
	c := &a.config.Restore
	cmd := &cobra.Command{
		Use:   "restore FILE|-",
		Short: "Bring an archive of backup into an empty store",
		Long: `Restore reads the whole archive first and checks every sum and every record; one that is damaged, cut short or of a
newer version is refused before anything is stored. Then it stores the records, and compares the store with the archive.

The store is made when it is new, and must be empty. With --force it may hold records: those that the archive lacks
stay, those that differ from the archive's are replaced by them. A restore that was interrupted is continued by the
same command with --force.`,
		Example: `  vigie restore --store sqlite:vigie.db vigie-2026-11-22.tar.gz
  vigie restore --dry-run vigie-2026-11-22.tar.gz`,
		Args: atMost(1),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.BoolVar(&c.Force, "force", false, "restore into a store that holds records: the archive's replace those of the same key")
	flags.BoolVar(&c.DryRun, "dry-run", false, "check the archive and tell what is in it; open no store")
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	return a.bind(cmd, action{faults: a.restoreFaults, do: a.restore})
}

func (a *app) restoreFaults(args []string) []string {
	var faults []string
	if !a.config.Restore.DryRun {
		faults = a.storeFaults()
	}
	if len(args) == 0 {
		faults = append(faults, "a FILE is needed, or - for the standard input")
	}
	return faults
}

func (a *app) restore(ctx context.Context, args []string) error {
	return a.withInput(args[0], func(source input) error {
		archive, err := a.openArchive(ctx, source)
		if err != nil {
			return err
		}
		if a.config.Restore.DryRun {
			return errors.Join(printArchive(a.stdout, archive.Manifest), archive.Close())
		}
		err = a.withRawStore(ctx, a.config.Store, func(store inventory.Store) error { return a.restoreInto(ctx, store, archive) })
		return errors.Join(err, archive.Close())
	})
}

// openArchive checks the archive with a progress bar.
func (a *app) openArchive(ctx context.Context, source input) (*inventory.Archive, error) {
	update, finish := a.progress("check "+source.name, source.size)
	defer finish()
	return inventory.OpenArchive(ctx, source.Reader, update)
}

func (a *app) restoreInto(ctx context.Context, store inventory.Store, archive *inventory.Archive) error {
	update, finish := a.progressOf("restore")
	report, err := archive.Restore(ctx, store, inventory.RestoreOptions{Force: a.config.Restore.Force, Progress: update})
	finish()
	if stored := report.Stored(); stored > 0 {
		err = errors.Join(err, a.tellJournal(ctx, store, inventory.Entry{Deed: inventory.DeedPut, Count: stored}))
	}
	if errors.Is(err, inventory.ErrNotEmpty) {
		return refused("%w; with --force they stay, unless the archive has another one of the same key, which replaces it", err)
	}
	return a.tellCopy(report, err, "the same command with --force does the rest")
}
