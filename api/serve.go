package api

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// drainTimeout is how long requests under way may take when the server is told to stop.
const drainTimeout = 15 * time.Second

// Service is what is served, and to whom.
type Service struct {
	Handler http.Handler
	Logger  *slog.Logger
	// Reachable lets other machines reach the listener: the handler has accounts.
	Reachable bool
	// HeaderPatience is how long a client may take to say what it wants; 0 means 10 s.
	HeaderPatience time.Duration
	// TLS is nil for a service in clear: on this machine, or behind a proxy that speaks TLS for it.
	TLS *tls.Config
}

// Serve refuses a listener that other machines can reach (see [CheckLoopback]), whatever name it was made from, unless the
// service is for them. Otherwise it answers until ctx ends, then closes the listener, takes leave of the clients that have a
// connection and waits for the requests under way (15 s at most). It returns nil after such an end, and the error that made it
// stop otherwise.
func Serve(ctx context.Context, ln net.Listener, service Service) error {
	logger := service.Logger
	if !service.Reachable {
		if err := CheckLoopback(ln.Addr().String()); err != nil {
			return errors.Join(err, ln.Close())
		}
	}
	clients := &leave{}
	server := &http.Server{
		Handler:           clients.handler(service.Handler),
		ConnState:         clients.count,
		TLSConfig:         service.TLS,
		ReadHeaderTimeout: cmp.Or(service.HeaderPatience, readHeaderTimeout),
		ReadTimeout:       exchangeTimeout,
		WriteTimeout:      exchangeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() {
		if service.TLS == nil {
			stopped <- server.Serve(ln)
			return
		}
		stopped <- server.ServeTLS(ln, "", "")
	}()
	select {
	case err := <-stopped:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	err := ln.Close()
	<-stopped // of the listener
	ctx = context.WithoutCancel(ctx)
	clients.say(ctx)
	return errors.Join(err, drain(ctx, server, logger))
}

func drain(ctx context.Context, server *http.Server, logger *slog.Logger) error {
	logger.InfoContext(ctx, "stopping: waiting for the requests under way", slog.Duration("atMost", drainTimeout))
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop serving: requests were cut off: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// CheckLoopback returns nil when a listening address (host:port) is reached from this machine only, and says what to
// write instead otherwise. It is the rule for a server without accounts: whoever reaches it may read and change
// everything. The host is a loopback address or localhost (RFC 6761), no other name, whose address could change between
// the check and its use; the port is a number from 0 to 65535.
func CheckLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q is not host:port: %w", addr, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("address %q: port %q is not a number from 0 to 65535", addr, port)
	}
	if strings.EqualFold(host, "localhost") {
		return nil
	}
	if host == "" {
		return fmt.Errorf("address %q listens on every network, and everybody there could change everything: use 127.0.0.1:%s, or --access keys",
			addr, port)
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("address %q: %q is neither a loopback address nor localhost: use 127.0.0.1:%s", addr, host, port)
	}
	if !address.Unmap().IsLoopback() {
		return fmt.Errorf("address %q can be reached from other machines, and everybody there could change everything: use 127.0.0.1:%s, or --access keys",
			addr, port)
	}
	return nil
}
