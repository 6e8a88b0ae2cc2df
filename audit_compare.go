package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"vigie/advisory"
	"vigie/inventory"
)

func (a *app) auditCompareCommand() *cobra.Command {
	c := &a.config.Audit
	cmd := &cobra.Command{
		Use:     "compare BEFORE AFTER",
		Short:   "Tell what changed from one audit that was kept to another, and why",
		Example: "  vigie audit compare 0d7… 4b1…",
		Args:    atMost(2),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&c.Format, "format", "table", "`format` of the result: table or json")
	return a.bind(cmd, action{faults: func(args []string) []string {
		faults := append(a.storeFaults(), oneOf("format", c.Format, "table", "json")...)
		if len(args) < 2 {
			faults = append(faults, "the identifiers of two audits are needed (see vigie audit --keep)")
		}
		return faults
	}, do: a.compareAudits})
}

func (a *app) compareAudits(ctx context.Context, args []string) error {
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		var audits [2]inventory.Audit
		for i := range audits {
			var err error
			if audits[i], err = store.Audits().Get(ctx, inventory.ID(args[i])); err != nil {
				return fmt.Errorf("audit %q: %w", args[i], err)
			}
		}
		comparison := advisory.CompareAudits(audits[0], audits[1])
		return a.output("-", func(out io.Writer) error {
			if a.config.Audit.Format == "json" {
				return json.NewEncoder(out).Encode(comparison)
			}
			return printComparison(out, audits, comparison)
		})
	})
}

func printComparison(out io.Writer, audits [2]inventory.Audit, comparison inventory.AuditComparison) error {
	p := printer{out: out}
	for i, label := range []string{"Avant / before", "Après / after"} {
		p.linef("%-15s %s, %s, %s", label, audits[i].ID, string(audits[i].Request.At), audits[i].Result.Score.Summary.FR)
	}
	p.linef("Changés / changed %d, inchangés / unchanged %d", len(comparison.Changes), comparison.Unchanged)
	for _, change := range comparison.Changes {
		p.linef("%s  %s  %s → %s", change.Rule, change.Subject, stateLabel(change.Before), stateLabel(change.After))
		p.linef("  %s", bothTexts(change.Title))
		for _, cause := range change.Causes {
			p.linef("  %s", bothTexts(cause.Text))
		}
	}
	return p.err
}

// stateLabel is what a finding says, a dash where there is none.
func stateLabel(state *inventory.FindingState) string {
	if state == nil {
		return "–"
	}
	return verdictLabel(advisory.Verdict(state.Verdict)) + " (" + state.Severity + ")"
}
