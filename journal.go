package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// journalConfig is what to do with the journal.
type journalConfig struct {
	Out  string
	Hash string
}

func (a *app) journalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Verify, export or purge the journal of who wrote and read what",
		Long: `The journal of a server with --access keys has a line for every write and every look at cameras, systems, studies and audits.
Each line has the hash of the one before: one that is altered, taken out or put in is named by verify.`,
		Example: "  vigie journal verify\n  vigie journal export > journal.ndjson\n  vigie journal purge",
		Args:    atMost(0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.journalVerifyCommand(), a.journalExportCommand(), a.journalPurgeCommand())
	return cmd
}

func (a *app) journalVerifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Name every line that was altered, taken out or put in",
		Long: `Verify reads the whole journal. It prints the rank and the hash of the last line: write them down elsewhere, since lines cut off
at the end leave no other trace. With --hash it says whether a line with that hash is still there.`,
		Args: atMost(0),
	}
	a.storeFlags(cmd.Flags())
	cmd.Flags().StringVar(&a.config.Journal.Hash, "hash", "", "`hash` that the last line had at an earlier check")
	return a.bind(cmd, action{faults: func([]string) []string { return a.storeFaults() }, do: a.verifyJournal})
}

func (a *app) verifyJournal(ctx context.Context, _ []string) error {
	return a.withExistingRawStore(ctx, a.config.Store, func(store inventory.Store) error {
		report, err := inventory.VerifyJournal(ctx, store, a.config.Journal.Hash)
		if err != nil {
			return err
		}
		p := printer{out: a.stdout}
		p.linef("Lignes / lines  %d, de / from %s à / to %s", report.Lines, report.First, report.Last)
		p.linef("Dernière empreinte / last hash  %s", report.Hash)
		if p.err != nil || len(report.Faults) == 0 {
			return p.err
		}
		wrong := &failure{code: exitRefused, cause: errors.New("the journal is not what was written")}
		for _, fault := range report.Faults {
			wrong.details = append(wrong.details, string(fault.Line)+": "+fault.Reason)
		}
		return wrong
	})
}

func (a *app) journalExportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the journal as newline-delimited JSON",
		Args:  atMost(0),
	}
	a.storeFlags(cmd.Flags())
	cmd.Flags().StringVar(&a.config.Journal.Out, "out", "-", "`file` to write, - for the standard output")
	return a.bind(cmd, action{faults: func([]string) []string { return a.storeFaults() }, do: a.exportJournal})
}

func (a *app) exportJournal(ctx context.Context, _ []string) error {
	return a.withExistingRawStore(ctx, a.config.Store, func(store inventory.Store) error {
		return a.output(a.config.Journal.Out, func(out io.Writer) error {
			encoder := json.NewEncoder(out)
			for line, err := range store.Journal().Find(ctx, inventory.Query{}) {
				if err != nil {
					return err
				}
				if err := encoder.Encode(line); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// keptYears is how long lines of the journal are kept (CNIL, deliberation 2021-122 on logging, which lets them be kept for
// three years where the purpose asks for it; not read again for this edition).
const keptYears = 3

func (a *app) journalPurgeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "purge",
		Short: "Take out the lines that are older than three years",
		Long: `Purge takes out the lines that are older than three years, and writes a line that tells so: what remains can still be verified.
Export them before.`,
		Args: atMost(0),
	}
	a.storeFlags(cmd.Flags())
	return a.bind(cmd, action{faults: func([]string) []string { return a.storeFaults() }, do: a.purgeJournal})
}

func (a *app) purgeJournal(ctx context.Context, _ []string) error {
	return a.withExistingRawStore(ctx, a.config.Store, func(store inventory.Store) error {
		journal, err := inventory.OpenJournal(ctx, store, time.Now)
		if err != nil {
			return err
		}
		purged, err := journal.Purge(ctx, time.Now().AddDate(-keptYears, 0, 0))
		if err != nil {
			return err
		}
		p := printer{out: a.stdout}
		p.linef("Lignes retirées / lines taken out  %d", purged)
		return p.err
	})
}
