package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/advisory"
	"vigie/inventory"
)

// campaignConfig is the campaign, or the simulation, that the user asks for.
type campaignConfig struct {
	Department, Commune, Holder    string
	Regime, HolderKind, HolderType string
	At, Scale                      string
	Geometry                       bool
	Record, Out, Format            string
	// With, Limits, WithAt and WithScale are what a simulation changes.
	With, WithAt, WithScale string
	Limits                  []string
}

func (a *app) campaignCommand() *cobra.Command {
	c := &a.config.Campaign
	cmd := &cobra.Command{
		Use:   "campaign",
		Short: "Judge many deployments by the rules in force: of a département, of a type of holder, or all",
		Long: `Campaign judges deployments one after the other, with their holders, cameras and places to watch, by what the records say.
--geometry adds what the coverage engine tells, as in the audit of each; it takes much longer. It prints the verdicts by rule;
--format json adds them by type of holder, --out writes what was found of each deployment, one line of JSON each, in the order
of their keys.

--record names a file that remembers where the campaign stands: the same command goes on from there after it was
interrupted, and comes to the same end.`,
		Example: `  vigie campaign --department 34 --at 2026-11-21
  vigie campaign --holder-type trader --record traders.json --out traders.jsonl`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.selectionFlags(flags)
	a.dayFlags(flags, &c.At, &c.Scale, "level `scale` (default: the rulebook's)")
	flags.BoolVar(&c.Geometry, "geometry", false, "work out what each camera sees, as an audit does")
	flags.StringVar(&c.Record, "record", "", "`file` that remembers where the campaign stands")
	flags.StringVar(&c.Out, "out", "", "`file` to write what was found of each deployment to (JSON lines)")
	flags.StringVar(&c.Format, "format", "table", "`format` of the statistics: table or json")
	return a.bind(cmd, action{faults: a.campaignFaults, do: a.campaign})
}

// selectionFlags are those of the commands that judge many deployments.
func (a *app) selectionFlags(flags *pflag.FlagSet) {
	c := &a.config.Campaign
	a.storeFlags(flags)
	a.bookFlag(flags)
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	flags.StringVar(&c.Department, "department", "", "only deployments of a département: its INSEE `code`")
	flags.StringVar(&c.Commune, "commune", "", "only deployments of a commune: its INSEE `code`")
	flags.StringVar(&c.Holder, "holder", "", "only deployments of a holder: its `identifier`")
	flags.StringVar(&c.Regime, "regime", "", "only deployments under a `body` of law, as csi_public_way")
	flags.StringVar(&c.HolderKind, "holder-kind", "", "only deployments of a `family` of holders, as local_authority")
	flags.StringVar(&c.HolderType, "holder-type", "", "only deployments of a `type` of holders, as trader")
}

func (a *app) campaignFaults([]string) []string {
	c := a.config.Campaign
	return append(append(a.selectionFaults(), dayFaults(c.At)...), oneOf("format", c.Format, "table", "json")...)
}

func (a *app) selectionFaults() []string {
	c := a.config.Campaign
	faults := a.storeFaults()
	faults = append(faults, oneOf("regime", c.Regime, append(words(inventory.Regimes()), "")...)...)
	faults = append(faults, oneOf("holder-kind", c.HolderKind, append(words(inventory.HolderKinds()), "")...)...)
	return append(faults, oneOf("holder-type", c.HolderType, append(words(inventory.HolderTypes()), "")...)...)
}

func (c campaignConfig) selection() advisory.Selection {
	return advisory.Selection{
		Department: c.Department, Commune: c.Commune, Holder: inventory.ID(c.Holder), Regime: inventory.Regime(c.Regime),
		HolderKind: inventory.HolderKind(c.HolderKind), HolderType: inventory.HolderType(c.HolderType),
	}
}

func (a *app) campaign(ctx context.Context, _ []string) error {
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		advisor, err := a.newAdvisor(store)
		if err != nil {
			return err
		}
		c := a.config.Campaign
		log, err := openCampaign(c.Record, c.Out, advisory.CampaignRequest{
			Selection: c.selection(), At: dayOf(c.At), Scale: c.Scale, Geometry: c.Geometry,
		})
		if err != nil {
			return err
		}
		record, err := a.runCampaign(ctx, advisor, log)
		if err = errors.Join(err, log.close()); err != nil {
			return err
		}
		return a.output("-", func(out io.Writer) error {
			if c.Format == "json" {
				return writeJSON(out, record)
			}
			return printCampaign(out, record)
		})
	})
}

// runCampaign judges, and keeps where it stands when it is interrupted.
func (a *app) runCampaign(ctx context.Context, advisor advisory.Advisor, log *campaignLog) (advisory.CampaignRecord, error) {
	update, finish := a.progressOf("campagne / campaign")
	defer finish()
	record, err := advisor.Campaign(ctx, log.Record, advisory.CampaignOptions{Each: log.write, Keep: log.keep, Progress: update})
	switch {
	case errors.Is(err, advisory.ErrCampaignChanged):
		return record, refused("%s: %w: begin again with another --record", a.config.Campaign.Record, err)
	case errors.Is(err, context.Canceled) && log.name != "":
		return record, errors.Join(&failure{code: exitInterrupted, cause: fmt.Errorf(
			"interrupted: %d deployments were judged; the same command goes on from there", record.Deployments)}, log.keep(record))
	}
	return record, err
}

// printCampaign tells the statistics to a person: the rules that are broken most, first by severity.
func printCampaign(out io.Writer, record advisory.CampaignRecord) error {
	p := printer{out: out}
	p.linef("Campagne au / campaign on %s, livre / book %s", string(record.Request.At), record.Book)
	p.linef("Systèmes / deployments  %d", record.Deployments)
	p.linef("Caméras / cameras       %d", record.Cameras)
	if p.err != nil {
		return p.err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	t := printer{out: table}
	t.linef("Règle / rule\tGravité / severity\tÉcarts / fail\tInconnus / unknown\tConformes / pass\tSans objet / n. a.\tIntitulé / title")
	for _, severity := range advisory.Severities() {
		for _, r := range record.Rules {
			if r.Severity == severity {
				t.linef("%s\t%s\t%d\t%d\t%d\t%d\t%s", r.Rule, r.Severity, r.Fail, r.Unknown, r.Pass, r.NotApplicable, r.Title.FR)
			}
		}
	}
	if t.err == nil {
		t.err = table.Flush()
	}
	return t.err
}
