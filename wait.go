package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"vigie/inventory"
)

// firstPause and longestPause bound the time between two tries to open a store, which doubles.
const firstPause, longestPause = 250 * time.Millisecond, 5 * time.Second

func (a *app) waitFlag(flags *pflag.FlagSet) {
	flags.DurationVar(&a.config.Wait, "wait", 0, "how long, as 30s or 2m, to try again while the store does not answer")
}

func (a *app) waitFaults() []string {
	if a.config.Wait < 0 {
		return []string{fmt.Sprintf("--wait %s must not be negative", a.config.Wait)}
	}
	return nil
}

// await opens a store, and tries again while it does not answer, for as long as --wait says. A try that is under way
// then is not cut short: it may be making the indexes of a large store.
func (a *app) await(ctx context.Context, address string, open storeOpener) (inventory.Store, error) {
	start := time.Now()
	store, err := open(ctx, address)
	if !errors.Is(err, inventory.ErrUnavailable) || a.config.Wait == 0 {
		return store, err
	}
	fmt.Fprintf(a.stderr, "vigie: waiting up to %s for the store: %v\n", a.config.Wait, err)
	for pause := firstPause; errors.Is(err, inventory.ErrUnavailable); pause = min(2*pause, longestPause) {
		left := a.config.Wait - time.Since(start)
		if left <= 0 {
			return nil, fmt.Errorf("given up after %s: %w", a.config.Wait, err)
		}
		if err := sleep(ctx, min(pause, left)); err != nil {
			return nil, err
		}
		store, err = open(ctx, address)
	}
	return store, err
}

// sleep waits, or gives the reason why ctx ended before.
func sleep(ctx context.Context, pause time.Duration) error {
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
