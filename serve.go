package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"syscall"

	"github.com/spf13/cobra"

	"vigie/api"
	"vigie/inventory"
)

const defaultAddr = "127.0.0.1:8080"

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API on the store",
		Long: `Serve answers the HTTP API on the store until it is interrupted, then finishes the requests under way.

It listens on a loopback address only: anybody who reaches the API may read and change everything.
Port 0 lets the system choose one, which is printed.`,
		Example: "  vigie serve --store sqlite:/var/lib/vigie/vigie.db --addr 127.0.0.1:8080",
		Args:    atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	a.bookFlag(flags)
	flags.StringVar(&a.config.Addr, "addr", defaultAddr, "`host:port` to serve on")
	return a.bind(cmd, action{faults: a.serveFaults, do: a.serve})
}

func (a *app) serveFaults([]string) []string {
	return append(a.storeFaults(), addrFaults(a.config.Addr)...)
}

// addrFaults refuses an address that other machines can reach.
func addrFaults(addr string) []string {
	if err := api.CheckLoopback(addr); err != nil {
		return []string{"--addr: " + err.Error()}
	}
	return nil
}

func (a *app) serve(ctx context.Context, _ []string) error {
	return a.withStore(ctx, a.config.Store, func(store inventory.Store) error { return a.serveStore(ctx, store) })
}

// serveStore answers until ctx is cancelled, which is how a server ends well.
func (a *app) serveStore(ctx context.Context, store inventory.Store) error {
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	logStore(ctx, log, store)
	handler, err := api.New(api.Config{ //nolint:contextcheck // making a handler waits for nothing
		Store:   store,
		Advisor: advisor,
		Version: softwareVersion(),
		Logger:  log,
	})
	if err != nil {
		return err
	}
	listener, err := listen(ctx, a.config.Addr)
	if err != nil {
		return err
	}
	if faults := addrFaults(listener.Addr().String()); len(faults) > 0 { // localhost may lead elsewhere
		return errors.Join(misconfigured("vigie serve", faults), listener.Close())
	}
	if err := a.announce(listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return api.Serve(ctx, listener, handler, log)
}

// listen takes the address, or says what to do when another program has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, usage("%s is in use by another program; choose another address with --addr, or 127.0.0.1:0", addr)
	}
	return listener, err
}

// announce prints the addresses to open.
func (a *app) announce(addr net.Addr) error {
	p := printer{out: a.stdout}
	p.linef("Vigie répond / Vigie answers (Ctrl-C pour arrêter / to stop):")
	for _, page := range []struct{ path, what string }{
		{"/", "accueil / start page"},
		{"/swagger/index.html", "essayer l'API / try the API"},
		{"/openapi.json", "description OpenAPI / OpenAPI description"},
		{"/api/v1/cameras", "caméras / cameras"},
	} {
		p.linef("  http://%s%-22s %s", addr, page.path, page.what)
	}
	return p.err
}
