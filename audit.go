package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/advisory"
	"vigie/inventory"
)

// auditConfig is the audit that the user asks for.
type auditConfig struct {
	Name                              string
	Deployment, Holder, Area, Commune string
	At, Scale, Format                 string
	NoGeometry, Keep, All             bool
	// Verdicts, Severities and Rules are what is shown of the findings, all when empty.
	Verdicts, Severities, Rules []string
	// Files are read in place of the store.
	Holders, Deployments, Cameras, Areas, Obstacles string
	CamerasCRS, AreasCRS, ObstaclesCRS, Key         string
	// Answer is what is answered to a finding.
	Answer answerConfig
}

// bothScales asks for the verdicts by every level scale of the book.
const bothScales = "both"

func (a *app) auditCommand() *cobra.Command {
	c := &a.config.Audit
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Judge a deployment, a holder, an area or a commune by the rules in force",
		Long: `Audit judges a deployment with its cameras, all that a holder has, or what stands in an area or a commune, by the rules
in force on a day. Every finding names its rule, the edition read, the values that led to it and what is missing; an
unknown fact never passes. It prints the breaches and what is not known, the gravest first; --all adds the rest.

It works on the store, or with --deployments and --cameras on files, which leaves the store alone. --keep puts the audit
into the store, to answer its findings and to compare it.`,
		Example: `  vigie audit --deployment demo-centre-ville --store sqlite:town.db
  vigie audit --commune 34172 --at 2026-11-21 --scale both --format json
  vigie audit --deployments systems.json --holders holders.json --cameras cameras.geojson --deployment city`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	a.bookFlag(flags)
	flags.StringVar(&c.Name, "name", "", "`title` of the audit")
	flags.StringVar(&c.Deployment, "deployment", "", "`identifier` of the deployment to audit")
	flags.StringVar(&c.Holder, "holder", "", "`identifier` of the holder to audit")
	flags.StringVar(&c.Area, "area", "", "`identifier` of the area to audit")
	flags.StringVar(&c.Commune, "commune", "", "INSEE `code` of the commune to audit")
	a.dayFlags(flags, &c.At, &c.Scale, "level `scale` (default: the rulebook's); both for the verdicts by every scale")
	flags.StringVar(&c.Format, "format", "table", "`format` of the result: table, json or geojson (the places of what was judged)")
	flags.BoolVar(&c.NoGeometry, "no-geometry", false, "leave out what takes the coverage engine: it is then unknown")
	flags.BoolVar(&c.Keep, "keep", false, "keep the audit in the store")
	flags.BoolVar(&c.All, "all", false, "show what passes and what does not apply, too")
	flags.StringSliceVar(&c.Verdicts, "verdict", nil, "show only findings of these `verdicts`: FAIL, UNKNOWN, PASS, NOT_APPLICABLE")
	flags.StringSliceVar(&c.Severities, "severity", nil, "show only findings of these `severities`: BLOCKER, MAJOR, MINOR, INFO")
	flags.StringSliceVar(&c.Rules, "rule", nil, "show only findings of these rules: their `identifiers`")
	a.auditFileFlags(flags)
	a.bind(cmd, action{faults: a.auditFaults, do: a.audit})
	cmd.AddCommand(a.auditAnswerCommand(), a.auditCompareCommand())
	return cmd
}

// dayFlags are those of the commands that judge as of a day.
func (a *app) dayFlags(flags *pflag.FlagSet, at, scale *string, scaleHelp string) {
	flags.StringVar(at, "at", "", "`day` of the judgement, as 2026-11-21 (default: today)")
	flags.StringVar(scale, "scale", "", scaleHelp)
}

func dayFaults(at string) []string {
	if at != "" && !inventory.Date(at).Valid() {
		return []string{"--at needs a day as 2026-11-21"}
	}
	return nil
}

// dayOf is the day that a flag names, else today.
func dayOf(at string) inventory.Date {
	if at == "" {
		at = time.Now().Format(time.DateOnly)
	}
	return inventory.Date(at)
}

func (a *app) auditFaults([]string) []string {
	c := a.config.Audit
	faults := dayFaults(c.At)
	faults = append(faults, oneOf("format", c.Format, "table", "json", "geojson")...)
	faults = append(faults, c.shownFaults()...)
	subjects := len(nonEmpty([]string{c.Deployment, c.Holder, c.Area, c.Commune}))
	if subjects != 1 {
		faults = append(faults, "exactly one of --deployment, --holder, --area and --commune must say what to audit")
	}
	if !c.ofFiles() {
		return append(append(a.storeFaults(), faults...), c.idleFileFaults()...)
	}
	if c.Keep {
		faults = append(faults, "--keep needs a store: an audit of files is not kept")
	}
	return append(faults, c.fileFaults()...)
}

func (a *app) audit(ctx context.Context, _ []string) error {
	run := func(store inventory.Store) error { return a.auditStore(ctx, store) }
	switch c := a.config.Audit; {
	case c.ofFiles():
		return a.withAuditFiles(ctx, run)
	default:
		return a.withExistingStore(ctx, a.config.Store, run)
	}
}

// auditStore makes one audit, keeps it when asked to, and prints it.
func (a *app) auditStore(ctx context.Context, store inventory.Store) error {
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return err
	}
	c := a.config.Audit
	audit, err := advisor.Audit(ctx, c.request(advisor.Book))
	if err != nil {
		return err
	}
	if c.Keep {
		if err := keepAudit(ctx, store, audit); err != nil {
			return err
		}
	}
	answered, err := advisor.Answers(ctx, audit)
	if err != nil {
		return err
	}
	return a.output("-", func(out io.Writer) error {
		switch c.Format {
		case "json":
			return json.NewEncoder(out).Encode(c.only(audit))
		case "geojson":
			return auditGeoJSON(ctx, out, store, c.only(audit))
		}
		return printAudit(out, audit, answered, c.tells)
	})
}

// request says what the flags ask.
func (c auditConfig) request(book *advisory.Book) inventory.AuditRequest {
	request := inventory.AuditRequest{
		Name: c.Name, Deployment: inventory.ID(c.Deployment), Holder: inventory.ID(c.Holder), Area: inventory.ID(c.Area),
		Commune: c.Commune, At: dayOf(c.At), Scale: c.Scale, WithoutGeometry: c.NoGeometry,
	}
	if c.Scale != bothScales {
		return request
	}
	request.Scale = book.Params.DefaultScale.Value
	for _, scale := range book.Scales {
		if scale.ID != request.Scale {
			request.AlsoScales = append(request.AlsoScales, scale.ID)
		}
	}
	return request
}

// keepAudit stores an audit; made again from the same facts by the same book it is the same record.
func keepAudit(ctx context.Context, store inventory.Store, audit inventory.Audit) error {
	now := inventory.InstantOf(time.Now())
	audit.Provenance = inventory.Provenance{Source: "vigie audit", UpdatedAt: &now}
	if err := store.Audits().Put(ctx, audit); err != nil {
		return fmt.Errorf("keep the audit: %w", err)
	}
	return nil
}
