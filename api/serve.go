package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

const (
	// readHeaderTimeout is how long a client may take to say what it wants.
	readHeaderTimeout = 10 * time.Second
	// exchangeTimeout bounds reading a body and, apart, writing an answer: an import of the largest size at 300 kB/s.
	exchangeTimeout = 15 * time.Minute
	idleTimeout     = 2 * time.Minute
	// drainTimeout is how long requests under way may take when the server is told to stop.
	drainTimeout   = 15 * time.Second
	maxHeaderBytes = 64 << 10
)

// Serve answers on the listener until ctx ends, then takes no new request, waits for those under way (15 s at most)
// and closes the listener. It returns nil after such an end, and the error that made it stop otherwise.
func Serve(ctx context.Context, ln net.Listener, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       exchangeTimeout,
		WriteTimeout:      exchangeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ln) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	return drain(context.WithoutCancel(ctx), server, logger)
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

// lookupTimeout is how long a host name may take to resolve.
const lookupTimeout = 5 * time.Second

// CheckLoopback returns nil when a listening address (host:port) is reached from this machine only, and says what to
// write instead otherwise. It is the rule until access control comes: whoever reaches the server may read and change
// everything. Every address of a host name must be a loopback address.
func CheckLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q is not host:port: %w", addr, err)
	}
	if host == "" {
		return fmt.Errorf("address %q listens on every network, and there is no access control yet: use 127.0.0.1:%s",
			addr, port)
	}
	addresses, err := resolve(host)
	if err != nil {
		return fmt.Errorf("address %q: %w", addr, err)
	}
	for _, a := range addresses {
		if !a.Unmap().IsLoopback() {
			return fmt.Errorf(
				"address %q (%s) can be reached from other machines, and there is no access control yet: use 127.0.0.1:%s",
				addr, a, port)
		}
	}
	return nil
}

func resolve(host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addresses) == 0 {
		err = fmt.Errorf("host %q has no address", host)
	}
	return addresses, err
}
