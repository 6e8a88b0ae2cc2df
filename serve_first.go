package main

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// servedJournal is the journal of a server with keys, and of a store that has one already; nil for another.
func servedJournal(ctx context.Context, log *slog.Logger, store inventory.Store, keys bool) (*inventory.Journal, error) {
	kept, err := inventory.HasJournal(ctx, store)
	if err != nil || !kept && !keys {
		return nil, err
	}
	journal, err := inventory.OpenJournal(ctx, store, time.Now)
	if err != nil {
		return nil, err
	}
	go repairJournal(ctx, log, journal, store)
	return journal, nil
}

// newInvitation makes the invitation of the first administrator, where a server with keys has no account to let in.
func newInvitation(ctx context.Context, store inventory.Store, keys bool) (invitation *api.Invitation, code string, err error) {
	if !keys {
		return nil, "", nil
	}
	for _, err := range store.Accounts().Find(ctx, inventory.Query{Limit: 1}) {
		return nil, "", err
	}
	invitation, code = api.NewInvitation(time.Now())
	return invitation, code, nil
}

// invite prints the link that makes the first administrator's key, or the command that does where the machine itself cannot
// reach the server.
func (a *app) invite(addr net.Addr, code string) error {
	if code == "" {
		return nil
	}
	p := printer{out: a.stdout}
	p.linef("Aucun compte encore : première clé d’administrateur / no account yet: first administrator's key")
	host := loopbackOf(addr)
	if host == "" {
		p.linef("  vigie key create --role admin --name …")
		return p.err
	}
	scheme := "http"
	if a.config.Serve.Certificate != "" {
		scheme = "https"
	}
	link := url.URL{Scheme: scheme, Host: host, Path: api.FirstKeyPath, RawQuery: url.Values{"code": {code}}.Encode()}
	p.linef("  %s", link.String())
	p.linef("  (une fois, 15 minutes, depuis cette machine / once, 15 minutes, from this machine)")
	return p.err
}

// loopbackOf is under which address this machine itself reaches a server; empty when it does not.
func loopbackOf(addr net.Addr) string {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return ""
	}
	switch host := at.Addr().Unmap(); {
	case host.IsUnspecified():
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(at.Port())))
	case !host.IsLoopback():
		return ""
	}
	return addr.String()
}

// sealedServed is a store whose secret fields are encrypted, and a warning when they are and the key is not here.
func (a *app) sealedServed(ctx context.Context, log *slog.Logger, raw inventory.Store) (inventory.Store, error) {
	missing, err := inventory.CheckSecretKeys(ctx, raw, nil)
	if err != nil {
		return nil, err
	}
	if keys, err := a.secretKeys(); err == nil && keys == nil && len(missing) > 0 {
		log.WarnContext(ctx, "secret fields are encrypted and their key is not given: they are neither shown nor changed", slog.Any("keys", missing))
	}
	return a.sealed(ctx, raw)
}
