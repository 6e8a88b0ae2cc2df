package mongodbtest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Gate stands between a store and the server, on the loopback interface. It lets everything through until told
// otherwise, and may be told at any time.
type Gate struct {
	listener net.Listener
	server   string

	mu      sync.Mutex
	refuses bool
	open    chan struct{} // closed while answers pass
	pipes   map[net.Conn]bool
}

// NewGate makes a gate in front of the server of an address, and gives the address of the gate, by which a store waits
// 0.7 s at most for a server. With a certificate the gate speaks TLS to the store.
func NewGate(t testing.TB, address string, certificate *tls.Certificate) (*Gate, *url.URL) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{listener: listener, server: at.Host, open: make(chan struct{}), pipes: map[net.Conn]bool{}}
	close(g.open)
	at.Host = listener.Addr().String()
	query := at.Query()
	query.Set("directConnection", "true")
	query.Set("serverSelectionTimeoutMS", "700")
	query.Set("heartbeatFrequencyMS", "500")
	at.RawQuery = query.Encode()
	if certificate != nil {
		g.listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12})
	}
	go g.serve(context.WithoutCancel(t.Context()))
	t.Cleanup(func() {
		g.Refuse()
		_ = g.listener.Close()
	})
	return g, at
}

// Pass lets everything through again, answers held back first.
func (g *Gate) Pass() { g.be(false, false) }

// Refuse cuts the connections that there are and takes no other: the server is gone.
func (g *Gate) Refuse() { g.be(true, false) }

// Stall takes everything and lets no answer through: the server is slow.
func (g *Gate) Stall() { g.be(false, true) }

func (g *Gate) be(refuses, stalls bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuses = refuses
	if refuses {
		for conn := range g.pipes {
			_ = conn.Close()
		}
	}
	select {
	case <-g.open:
		if stalls {
			g.open = make(chan struct{})
		}
	default:
		if !stalls {
			close(g.open)
		}
	}
}

func (g *Gate) serve(ctx context.Context) {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		go g.pass(ctx, conn)
	}
}

// enter notes a connection, unless the gate refuses it.
func (g *Gate) enter(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.refuses {
		g.pipes[conn] = true
	}
	return !g.refuses
}

func (g *Gate) leave(conn net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.pipes, conn)
	_ = conn.Close()
}

// answers is closed when answers may pass.
func (g *Gate) answers() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

func (g *Gate) pass(ctx context.Context, conn net.Conn) {
	defer g.leave(conn)
	if !g.enter(conn) {
		return
	}
	server, err := new(net.Dialer).DialContext(ctx, "tcp", g.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		_, _ = io.Copy(server, conn)
		_ = server.Close()
	}()
	answers := make([]byte, 64<<10)
	for {
		n, err := server.Read(answers)
		if err != nil {
			return
		}
		<-g.answers()
		if _, err := conn.Write(answers[:n]); err != nil {
			return
		}
	}
}
