package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// undoConfig is what the user wants to be without.
type undoConfig struct {
	Set, Import string
	DryRun      bool
}

func (a *app) undoCommand() *cobra.Command {
	c := &a.config.Undo
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Take one import back, or remove the candidates of a set",
		Long: `Undo takes back what one import did, of the last thirty days: --import is the identifier that its report tells. What it
added is removed, what it changed or retired is as it was; a record that somebody changed since is told and left as it is, and
the exit code is then 4. Of an older import, and with --set, it removes candidates: where cameras could be put.`,
		Example: `  vigie undo --set street-lights --dry-run
  vigie undo --import 0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&c.Set, "set", "", "`name` of the candidates together, as street-lights")
	flags.StringVar(&c.Import, "import", "", "`identifier` of the import that brought them")
	flags.BoolVar(&c.DryRun, "dry-run", false, "count, and remove nothing")
	return a.bind(cmd, action{faults: a.undoFaults, do: a.undo})
}

func (a *app) undoFaults([]string) []string {
	faults := a.storeFaults()
	if a.config.Undo.Set == "" && a.config.Undo.Import == "" {
		faults = append(faults, "--set or --import is needed: what is to be undone?")
	}
	return faults
}

func (a *app) undo(ctx context.Context, _ []string) error {
	c := a.config.Undo
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		if c.Set == "" {
			err := a.undoImport(ctx, store)
			if !errors.Is(err, inventory.ErrNotFound) {
				return err
			} // an import that kept no trail, whose candidates can still be told by it
		}
		count, err := inventory.ForgetCandidates(ctx, store, inventory.ForgetOptions{
			Set: inventory.ID(c.Set), Import: inventory.ID(c.Import), DryRun: c.DryRun,
		})
		if err != nil {
			return err
		}
		return a.output("-", func(out io.Writer) error {
			p := printer{out: out}
			p.trial(c.DryRun)
			p.linef("Retirés / removed             %d", count)
			return p.err
		})
	})
}

// undoImport takes an import back that kept a trail.
func (a *app) undoImport(ctx context.Context, store inventory.Store) error {
	c := a.config.Undo
	options := inventory.UndoOptions{Import: inventory.ID(c.Import), DryRun: c.DryRun}
	report, err := inventory.UndoImport(ctx, store, store.Blobs(), options)
	if err != nil {
		return err
	}
	if err := a.output("-", func(out io.Writer) error { return printUndo(out, report) }); err != nil || report.Conflicts == 0 {
		return err
	}
	return &failure{code: exitRejected, cause: fmt.Errorf("import %s: %d records were changed since, and are left as they are",
		report.Import, report.Conflicts)}
}

// printUndo tells what was taken back, French first.
func printUndo(out io.Writer, report inventory.UndoReport) error {
	p := printer{out: out}
	p.trial(report.DryRun)
	p.linef("Retirés / removed             %d", report.Removed)
	p.linef("Rétablis / restored           %d", report.Restored)
	p.linef("Déjà faits / undone already   %d", report.Undone)
	p.linef("Conflits / conflicts          %d", report.Conflicts)
	for i, conflict := range report.Conflicting {
		if i == rejectsShown {
			p.linef("  … et %d de plus / and %d more", report.Conflicts-i, report.Conflicts-i)
			break
		}
		p.linef("  - %s %s: %s", conflict.Record, conflict.Key, conflict.Reason)
	}
	return p.err
}

// trial says that nothing is done.
func (p *printer) trial(dryRun bool) {
	if dryRun {
		p.linef("Essai à blanc : rien n'est retiré / dry run: nothing is removed")
	}
}
