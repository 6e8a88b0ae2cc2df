package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"vigie/inventory"
	"vigie/inventory/mongodb"
)

// copyConfig is what the user wants copied.
type copyConfig struct {
	From, To string
	Merge    bool
}

func (a *app) copyCommand() *cobra.Command {
	c := &a.config.Copy
	cmd := &cobra.Command{
		Use:   "copy --from STORE --to STORE",
		Short: "Copy every record of a store into another one, of either engine",
		Long: `Copy carries holders, deployments, cameras, areas, obstacles and assessments from one store into another, then
reads both again and compares them by number and by SHA-256. It fails when they are not the same, and names the first
record that differs.

What the destination has already is passed over: a copy that was interrupted is continued by the same command. A
destination that holds anything else, a record that the source lacks or that differs from the source's, is refused
before anything is stored. With --merge such records are taken into account instead: the first stay, the second are
replaced by the source's.

Records that others change during the copy may make the comparison fail: stop them, or run the copy again.`,
		Example: `  vigie copy --from sqlite:vigie.db --to mongodb://localhost/vigie
  vigie copy --from mongodb://localhost/vigie --to sqlite:vigie.db`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	flags.StringVar(&c.From, "from", "", "`address` of the store to read: sqlite:PATH or mongodb://HOST/DATABASE")
	flags.StringVar(&c.To, "to", "", "`address` of the store to write, made when it is new")
	flags.BoolVar(&c.Merge, "merge", false, "write into a store that holds other records: the source's replace those of the same key")
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	a.waitFlag(flags)
	return a.bind(cmd, action{faults: a.copyFaults, do: a.copy})
}

func (a *app) copyFaults([]string) []string {
	c := a.config.Copy
	faults := append(addressFaults("from", c.From), addressFaults("to", c.To)...)
	if len(faults) == 0 && (c.From == c.To || sameFile(c.From, c.To)) {
		faults = append(faults, "--from and --to are the same store")
	}
	return append(faults, a.waitFaults()...)
}

// sameFile tells whether two addresses lead to the same file, by whatever name.
func sameFile(from, to string) bool {
	first, err := os.Stat(strings.TrimPrefix(from, "sqlite:"))
	if err != nil {
		return false
	}
	second, err := os.Stat(strings.TrimPrefix(to, "sqlite:"))
	return err == nil && os.SameFile(first, second)
}

func (a *app) copy(ctx context.Context, _ []string) error {
	c := a.config.Copy
	return a.withExistingRawStore(ctx, c.From, func(from inventory.Store) error {
		return a.withRawStore(ctx, c.To, func(to inventory.Store) error {
			if sameDatabase(from, to) {
				return usage("--from and --to are the same store")
			}
			return a.copyStore(ctx, from, to)
		})
	})
}

func sameDatabase(from, to inventory.Store) bool {
	first, mongo := from.(*mongodb.Store)
	second, both := to.(*mongodb.Store)
	return mongo && both && first.Same(second)
}

func (a *app) copyStore(ctx context.Context, from, to inventory.Store) error {
	if err := a.tellJournal(ctx, from, inventory.Entry{Deed: inventory.DeedRead}); err != nil {
		return err
	}
	update, finish := a.progressOf("copy")
	report, err := inventory.Copy(ctx, from, to, inventory.CopyOptions{Merge: a.config.Copy.Merge, Progress: update})
	finish()
	var occupied *inventory.OccupiedError
	if errors.As(err, &occupied) {
		return refused("%w; with --merge the first stay and the second are replaced", err)
	}
	return a.tellCopy(report, err, "the same command again does the rest")
}

// tellCopy prints what was copied, as soon as there is something to compare, and gives the error; rest says how to go
// on after an interruption.
func (a *app) tellCopy(report inventory.CopyReport, err error, rest string) error {
	var mismatch *inventory.MismatchError
	switch {
	case errors.Is(err, context.Canceled):
		return &failure{code: exitInterrupted, cause: fmt.Errorf("interrupted: %d records were stored; %s", report.Stored(), rest)}
	case err == nil, errors.As(err, &mismatch):
		return errors.Join(err, a.output("-", func(out io.Writer) error { return printCopy(out, report, err == nil) }))
	case report.Stored() > 0:
		return fmt.Errorf("%w\n%d records were stored; %s", err, report.Stored(), rest)
	}
	return err
}
