package main

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// answer answers and does jobs until ctx ends or the service fails. Jobs that are not done then are given back to the store.
func answer(ctx context.Context, listener net.Listener, handler *api.Handler, service api.Service) error {
	ctx, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()
	workers.Go(func() { handler.Work(ctx) })
	service.Handler = handler
	return api.Serve(ctx, listener, service)
}

// expirySweep is how often jobs and blobs that have expired are taken out of the store.
const expirySweep = 15 * time.Minute

// sweepExpired takes them out, now and then.
func sweepExpired(ctx context.Context, log *slog.Logger, store inventory.Store) {
	for {
		jobs, blobs, err := inventory.Sweep(ctx, store, time.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			log.WarnContext(ctx, "what has expired was not removed", slog.Any("error", err))
		case jobs+blobs > 0:
			log.InfoContext(ctx, "what has expired was removed", slog.Int("jobs", jobs), slog.Int("blobs", blobs))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(expirySweep):
		}
	}
}
