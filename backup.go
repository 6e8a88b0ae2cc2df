package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// backupConfig is where the user wants the archive.
type backupConfig struct{ Out string }

func (a *app) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup --out FILE|-",
		Short: "Write every record of the store to one archive",
		Long: `Backup writes one archive of the whole store, which restore reads into a store of either engine: a tar file
compressed with gzip, of newline-delimited JSON and a manifest with the SHA-256 of every kind of record.

The file appears under its name only when it is complete, and only its owner may read it. The store may be in use
meanwhile: each record is in the archive whole, but two of them may be of two moments.`,
		Example: `  vigie backup --out vigie-2026-11-22.tar.gz
  vigie backup --store mongodb://localhost/vigie --out - | ssh safe 'cat > vigie.tar.gz'`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&a.config.Backup.Out, "out", "", "`file` to write, - for the standard output")
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	return a.bind(cmd, action{faults: a.backupFaults, do: a.backup})
}

func (a *app) backupFaults([]string) []string {
	faults, out := a.storeFaults(), a.config.Backup.Out
	switch {
	case out == "":
		faults = append(faults, "--out is needed: the file to write, or - for the standard output")
	case out == "-" && isTerminal(a.stdout):
		faults = append(faults, "--out -: the standard output is a terminal, and an archive is no text")
	case sameFile(a.config.Store, out):
		faults = append(faults, "--out is the file of the store itself")
	}
	return faults
}

func (a *app) backup(ctx context.Context, _ []string) error {
	return a.withExistingRawStore(ctx, a.config.Store, func(store inventory.Store) error {
		if err := a.tellJournal(ctx, store, inventory.Entry{Deed: inventory.DeedRead}); err != nil {
			return err
		}
		update, finish := a.progressOf("backup")
		defer finish()
		var manifest inventory.ArchiveManifest
		err := a.output(a.config.Backup.Out, func(out io.Writer) (err error) {
			manifest, err = inventory.Backup(ctx, store, out, inventory.BackupOptions{Software: softwareVersion(), Progress: update})
			return err
		})
		if err != nil {
			return err
		}
		finish()
		return a.tellBackup(manifest)
	})
}

// tellBackup prints what is in the archive: to stderr when the archive itself went to stdout.
func (a *app) tellBackup(manifest inventory.ArchiveManifest) error {
	if a.config.Backup.Out == "-" {
		return printArchive(a.stderr, manifest)
	}
	if err := printArchive(a.stdout, manifest); err != nil {
		return err
	}
	p := printer{out: a.stdout}
	p.linef("Écrit / written  %s", a.config.Backup.Out)
	return p.err
}
