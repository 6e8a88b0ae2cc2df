package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/api"
	"vigie/inventory"
)

const defaultAddr = "127.0.0.1:8080"

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API on the store",
		Long: `Serve answers the HTTP API on the store until it is interrupted, then finishes the requests under way.

Every request needs an API key (see vigie key create), whose role says what may be read and changed. A server whose store has
no account prints a link, good once and for a quarter of an hour from this machine only, that makes the first administrator's
key. It may listen on a network, with a certificate or behind a proxy that speaks TLS for it. With --oidc-issuer people are let
in as well: with tokens of an identity provider, or by signing in with it at /auth/login.
With --access open it listens on a loopback address only: anybody who reaches the API may read and change everything.
Port 0 lets the system choose one, which is printed.`,
		Example: `  vigie serve --store sqlite:/var/lib/vigie/vigie.db --addr 127.0.0.1:8080
  vigie serve --addr 0.0.0.0:443 --host vigie.example.fr --tls-cert vigie.pem --tls-key vigie.key`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	a.bookFlag(flags)
	flags.StringVar(&a.config.Addr, "addr", defaultAddr, "`host:port` to serve on")
	c := &a.config.Serve
	a.accessFlag(flags)
	flags.BoolVar(&c.SilentReads, "silent-reads", false, "keep reads out of the journal but those of experts and prefectures")
	flags.StringSliceVar(&c.Hosts, "host", nil, "`names` under which the server is reached, beside localhost")
	flags.StringSliceVar(&c.Origins, "cors-origin", nil,
		"other web `sites` whose pages may ask, as https://carte.ville.fr, with a key or a session of this server; * for every site, with a key")
	flags.StringVar(&c.Certificate, "tls-cert", "", "PEM `file` of the certificate and its chain; read again when it changes")
	flags.StringVar(&c.PrivateKey, "tls-key", "", "PEM `file` of its private key")
	c.Limits.flags(flags)
	c.People.flags(flags)
	c.Changes.flags(flags)
	return a.bind(cmd, action{faults: a.serveFaults, do: a.serve})
}

// accessFlag binds who is let in: nothing is open unless it is said.
func (a *app) accessFlag(flags *pflag.FlagSet) {
	flags.StringVar(&a.config.Serve.Access, "access", accessKeys,
		"who is let in: who has a `key` (keys), or whoever reaches this machine's own address (open)")
}

// The words of --access.
const (
	accessOpen = "open"
	accessKeys = "keys"
)

// serveConfig is whom a server answers, and how.
type serveConfig struct {
	Access                  string
	Hosts, Origins          []string
	Certificate, PrivateKey string
	SilentReads             bool
	Limits                  limitsConfig
	People                  peopleConfig
	Changes                 changesConfig
}

func (a *app) serveFaults([]string) []string {
	c := a.config.Serve
	faults := append(a.storeFaults(), oneOf("access", c.Access, accessOpen, accessKeys)...)
	if (c.Certificate == "") != (c.PrivateKey == "") {
		faults = append(faults, "--tls-cert and --tls-key go together")
	}
	faults = append(faults, c.Limits.faults()...)
	faults = append(faults, originFaults(c)...)
	faults = append(faults, c.People.faults(c.Access)...)
	faults = append(faults, c.Changes.faults()...)
	if c.Access != accessKeys {
		return append(faults, addrFaults(a.config.Addr)...)
	}
	if api.CheckLoopback(a.config.Addr) != nil && c.Certificate == "" && len(c.Limits.Proxies) == 0 {
		faults = append(faults, "--addr "+a.config.Addr+" can be reached from other machines: keys would cross the network in clear; "+
			"give --tls-cert and --tls-key, or --behind-proxy")
	}
	return faults
}

// originFaults refuses what is no other web site, and every site where nobody needs a key.
func originFaults(c serveConfig) (faults []string) {
	for _, origin := range c.Origins {
		if err := api.CheckOrigin(origin); err != nil {
			faults = append(faults, "--cors-origin: "+err.Error())
		}
		if origin == "*" && c.Access != accessKeys {
			faults = append(faults, "--cors-origin: * needs keys: with --access open, every page of the web could change everything")
		}
	}
	return faults
}

// addrFaults refuses an address that other machines can reach.
func addrFaults(addr string) []string {
	if err := api.CheckLoopback(addr); err != nil {
		return []string{"--addr: " + err.Error()}
	}
	return nil
}

func (a *app) serve(ctx context.Context, _ []string) error {
	return a.withRawStore(ctx, a.config.Store, func(store inventory.Store) error { return a.serveStore(ctx, store) })
}

// serveStore answers until ctx is cancelled, which is how a server ends well.
func (a *app) serveStore(ctx context.Context, store inventory.Store) error {
	keys := a.config.Serve.Access == accessKeys
	var accounts inventory.Shelf[inventory.Account]
	if keys {
		accounts = store.Accounts()
	}
	var certificate *tls.Config
	var err error
	if a.config.Serve.Certificate != "" {
		certificate, err = api.TLSFiles(a.config.Serve.Certificate, a.config.Serve.PrivateKey)
	}
	if err != nil {
		return refused("%w", err)
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	logStore(ctx, log, store)
	journal, err := servedJournal(ctx, log, store, keys)
	if err != nil {
		return err
	}
	invitation, code, err := newInvitation(ctx, store, keys)
	if err != nil {
		return err
	}
	if store, err = a.sealedServed(ctx, log, store); err != nil {
		return err
	}
	people, err := a.servedPeople(ctx, log, store)
	if err != nil {
		return err
	}
	if people != nil {
		go sweepSessions(ctx, log, people.Sessions)
	}
	go sweepExpired(ctx, log, store)
	below := store
	store = inventory.Guard(store, journal) // whatever the handlers and the advisor read and write from here on
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return err
	}
	handler, err := api.New(api.Config{ //nolint:contextcheck // making a handler waits for nothing
		Store:    store,
		Advisor:  advisor,
		Profiles: advisor.Book.Profiles,
		Accounts: accounts, Invitation: invitation, People: people,
		Journal: journal, SilentReads: a.config.Serve.SilentReads,
		Hosts:   a.config.Serve.Hosts,
		Origins: a.config.Serve.Origins,
		Proxies: a.config.Serve.Limits.proxies(),
		Rates:   a.config.Serve.Limits.rates(keys),
		Egress:  a.config.Serve.Changes.egress(),
		Version: softwareVersion(),
		Logger:  log,

		Importing: new(importMemory).begin,
	})
	if err != nil {
		return err
	}
	if journal != nil {
		if a.config.Serve.Changes.None {
			journal.KeepNoChanges()
		}
		ctx, stop := context.WithCancel(ctx)
		wait := deliverChanges(ctx, &api.Delivery{
			Store: store, Subscriptions: below.Subscriptions(), Accounts: accounts, Journal: journal, Egress: a.config.Serve.Changes.egress(),
			Logger: log,
		}, journal)
		defer func() { stop(); wait() }()
	}
	listener, err := listen(ctx, a.config.Addr)
	if err != nil {
		return err
	}
	if faults := addrFaults(listener.Addr().String()); !keys && len(faults) > 0 { // localhost may lead elsewhere
		return errors.Join(misconfigured("vigie serve", faults), listener.Close())
	}
	if err := errors.Join(a.announce(listener.Addr()), a.invite(listener.Addr(), code)); err != nil {
		return errors.Join(err, listener.Close())
	}
	return answer(ctx, listener, handler, api.Service{Logger: log, Reachable: keys, TLS: certificate})
}

// journalGrace is older than any write that can still be under way, and how often the journal is looked at.
const journalGrace = 2 * time.Minute

// repairJournal looks now and then whether the journal tells of writes that came to nothing.
func repairJournal(ctx context.Context, log *slog.Logger, journal *inventory.Journal, store inventory.Store) {
	for {
		repaired, err := journal.Repair(ctx, store, journalGrace)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.WarnContext(ctx, "the journal was not looked at", slog.Any("error", err))
		case repaired > 0:
			log.WarnContext(ctx, "writes that came to nothing are told as undone", slog.Int("lines", repaired))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(journalGrace):
		}
	}
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
	scheme := "http"
	if a.config.Serve.Certificate != "" {
		scheme = "https"
	}
	for _, page := range []struct{ path, what string }{
		{"/", "accueil / start page"},
		{"/swagger/index.html", "essayer l'API / try the API"},
		{"/openapi.json", "description OpenAPI / OpenAPI description"},
		{"/api/v1/cameras", "caméras / cameras"},
	} {
		p.linef("  %s://%s%-22s %s", scheme, addr, page.path, page.what)
	}
	return p.err
}
