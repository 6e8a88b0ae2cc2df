package main

import (
	"context"
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
		Short: "Remove the candidates of a set, or of one import",
		Long: `Undo removes candidates: where cameras could be put. --set names those that were imported together, --import the
identifier that the report of an import tells. Cameras and other records stay.`,
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
		faults = append(faults, "--set or --import is needed: which candidates are to go?")
	}
	return faults
}

func (a *app) undo(ctx context.Context, _ []string) error {
	c := a.config.Undo
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		count, err := inventory.ForgetCandidates(ctx, store, inventory.ForgetOptions{
			Set: inventory.ID(c.Set), Import: inventory.ID(c.Import), DryRun: c.DryRun,
		})
		if err != nil {
			return err
		}
		return a.output("-", func(out io.Writer) error {
			p := printer{out: out}
			if c.DryRun {
				p.linef("Essai à blanc : rien n'est retiré / dry run: nothing is removed")
			}
			p.linef("Retirés / removed             %d", count)
			return p.err
		})
	})
}
