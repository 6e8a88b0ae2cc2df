package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"vigie/advisory"
	"vigie/inventory"
)

func (a *app) simulateCommand() *cobra.Command {
	c := &a.config.Campaign
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Tell which verdicts would change with another book, limit, day or level scale",
		Long: `Simulate judges deployments twice, as campaign does: as things are, and with another book (--with), other limits
(--limit), on another day (--with-at) or by another level scale (--with-scale). It prints every verdict that changes, in
the order of the keys of the deployments, and stores nothing.`,
		Example: `  vigie simulate --with prefecture --department 34
  vigie simulate --limit clockDriftS=0.5 --format json`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.selectionFlags(flags)
	a.dayFlags(flags, &c.At, &c.Scale, "level `scale` (default: the rulebook's)")
	flags.StringVar(&c.With, "with", "", "the other book: its `folder` (default: that of --book)")
	flags.StringArrayVar(&c.Limits, "limit", nil, "another `name=value` of a limit, as clockDriftS=0.5; may be given several times")
	flags.StringVar(&c.WithAt, "with-at", "", "the other `day` (default: that of --at)")
	flags.StringVar(&c.WithScale, "with-scale", "", "the other level `scale` (default: that of --scale)")
	flags.StringVar(&c.Format, "format", "table", "`format` of the result: table, or json: a line for each verdict that changes, then one that counts")
	return a.bind(cmd, action{faults: a.simulateFaults, do: a.simulate})
}

func (a *app) simulateFaults([]string) []string {
	c := a.config.Campaign
	faults := append(append(a.selectionFaults(), dayFaults(c.At)...), oneOf("format", c.Format, "table", "json")...)
	if c.WithAt != "" && !inventory.Date(c.WithAt).Valid() {
		faults = append(faults, "--with-at needs a day as 2026-11-21")
	}
	for _, limit := range c.Limits {
		if name, _ := splitPair(limit); name == "" {
			faults = append(faults, fmt.Sprintf("--limit %q is not name=value", limit))
		}
	}
	if c.With == "" && c.WithAt == "" && c.WithScale == "" && len(c.Limits) == 0 {
		faults = append(faults, "--with, --limit, --with-at or --with-scale must say what to change")
	}
	return faults
}

func (a *app) simulate(ctx context.Context, _ []string) error {
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		advisor, err := a.newAdvisor(store)
		if err != nil {
			return err
		}
		before, after, err := a.config.Campaign.sessions(advisor.Book)
		if err != nil {
			return err
		}
		return a.output("-", func(out io.Writer) error {
			p := flipPrinter{printer: printer{out: out}, json: a.config.Campaign.Format == "json"}
			sum, err := advisor.Simulate(ctx, a.config.Campaign.selection(), before, after, p.flip)
			if err != nil {
				return err
			}
			return p.sum(sum)
		})
	})
}

// sessions are how things are judged, and how they would be.
func (c campaignConfig) sessions(book *advisory.Book) (before, after *advisory.Session, err error) {
	other := book
	if c.With != "" {
		if other, err = openBook(c.With); err != nil {
			return nil, nil, err
		}
	}
	limits := map[string]string{}
	for _, limit := range c.Limits {
		name, value := splitPair(limit)
		limits[name] = value
	}
	if len(limits) > 0 {
		if other, err = other.WithLimits(limits); err != nil {
			return nil, nil, err
		}
	}
	if before, err = onDay(book, c.At, c.Scale); err != nil {
		return nil, nil, err
	}
	at, scale := c.At, c.Scale
	if c.WithAt != "" {
		at = c.WithAt
	}
	if c.WithScale != "" {
		scale = c.WithScale
	}
	after, err = onDay(other, at, scale)
	return before, after, err
}

// onDay opens a book; a scale that it does not have is input refused.
func onDay(book *advisory.Book, at, scale string) (*advisory.Session, error) {
	session, err := book.On(dayOf(at), scale)
	if err != nil {
		return nil, refused("%w", err)
	}
	return session, nil
}

// flipPrinter prints verdicts that change, one after the other.
type flipPrinter struct {
	printer
	json bool
}

func (p *flipPrinter) flip(f advisory.Flip) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(f)
	}
	p.linef("%s  %s  %s  %s → %s", f.Deployment, f.Subject.Key(), f.Rule, flipLabel(f.Before), flipLabel(f.After))
	return p.err
}

// flipLabel is a verdict, a dash where the rule is not judged.
func flipLabel(v *advisory.FlipVerdict) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%s (%s)", verdictLabel(v.Verdict), v.Severity)
}

func (p *flipPrinter) sum(sum advisory.Simulation) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(map[string]advisory.Simulation{"simulation": sum})
	}
	p.linef("Verdicts changés / changed verdicts     %d sur / of %d", sum.Flips, sum.Verdicts)
	p.linef("Systèmes concernés / deployments        %d sur / of %d", sum.Flipped, sum.Deployments)
	if p.err != nil || len(sum.Rules) == 0 {
		return p.err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	t := printer{out: table}
	t.linef("Règle / rule\tAvant / before\tAprès / after\tNombre / number")
	for _, r := range sum.Rules {
		t.linef("%s\t%s\t%s\t%d", r.Rule, oneLine(verdictLabel(r.Before)), oneLine(verdictLabel(r.After)), r.Count)
	}
	if t.err == nil {
		t.err = table.Flush()
	}
	return t.err
}
