package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/spf13/pflag"

	"vigie/api"
	"vigie/inventory"
)

// changesConfig is what becomes of changes.
type changesConfig struct {
	// None keeps none; Allow are the networks to which they may be sent beside public ones.
	None  bool
	Allow []string
}

func (c *changesConfig) flags(flags *pflag.FlagSet) {
	c.noneFlag(flags)
	flags.StringSliceVar(&c.Allow, "webhook-allow", nil,
		"`networks` beside public ones to which changes may be sent, as 10.0.0.0/8: private and local addresses are refused otherwise, and http")
}

// noneFlag is for whatever writes.
func (c *changesConfig) noneFlag(flags *pflag.FlagSet) {
	flags.BoolVar(&c.None, "no-changes", false,
		"keep nothing of what the records were before: whoever follows the changes must then read all records again")
}

func (c *changesConfig) faults() (faults []string) {
	for _, text := range c.Allow {
		if _, err := parseNetwork(text); err != nil {
			faults = append(faults, fmt.Sprintf("--webhook-allow %q is neither an address nor a network", text))
		}
	}
	return faults
}

func (c *changesConfig) egress() api.Egress {
	var networks []netip.Prefix
	for _, text := range c.Allow {
		if network, err := parseNetwork(text); err == nil { // faults has looked at the others
			networks = append(networks, network)
		}
	}
	return api.Egress{Allow: networks}
}

// changesSweep is how often changes that are too old are taken out.
const changesSweep = time.Hour

// sweepChanges takes out the changes that are too old, now and then.
func sweepChanges(ctx context.Context, log *slog.Logger, journal *inventory.Journal) {
	for {
		_, err := journal.PurgeChanges(ctx, time.Now().Add(-inventory.ChangesKept))
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "changes that are too old were not removed", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(changesSweep):
		}
	}
}

// deliverChanges sends changes to those who subscribed to them, until the context is done. wait waits until nothing is sent any
// more.
func deliverChanges(ctx context.Context, delivery *api.Delivery, journal *inventory.Journal) (wait func()) {
	done := make(chan struct{})
	go sweepChanges(ctx, delivery.Logger, journal)
	go func() {
		defer close(done)
		delivery.Run(ctx)
	}()
	return func() { <-done }
}
