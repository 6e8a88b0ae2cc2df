package mongodb_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// gate stands between a store and the server, on the loopback interface, and can be shut.
type gate struct {
	listener net.Listener
	server   string

	mu    sync.Mutex
	mood  mood
	pipes map[net.Conn]bool
}

type mood int

const (
	passing mood = iota
	refusing
	stalling // takes everything and answers nothing
)

// newGate makes a gate in front of the server of an address, and gives the address of the gate. With a certificate it
// speaks TLS to the store.
func newGate(t testing.TB, address string, certificate *tls.Certificate) (*gate, *url.URL) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: listener, server: at.Host, pipes: map[net.Conn]bool{}}
	at.Host = listener.Addr().String()
	query := at.Query()
	query.Set("directConnection", "true")
	query.Set("serverSelectionTimeoutMS", "700")
	query.Set("heartbeatFrequencyMS", "500")
	at.RawQuery = query.Encode()
	if certificate != nil {
		g.listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*certificate}})
	}
	go g.serve()
	t.Cleanup(func() {
		g.be(refusing)
		_ = g.listener.Close()
	})
	return g, at
}

func (g *gate) serve() {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		go g.pass(conn)
	}
}

// be changes the mood. Shutting the gate cuts the connections that there are.
func (g *gate) be(m mood) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mood = m
	for conn := range g.pipes {
		if m == refusing {
			_ = conn.Close()
		}
	}
}

func (g *gate) is(m mood) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mood == m
}

func (g *gate) pass(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if g.is(refusing) {
		return
	}
	server, err := net.Dial("tcp", g.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	g.mu.Lock()
	g.pipes[conn] = true
	g.mu.Unlock()
	go func() { _, _ = io.Copy(server, conn); _ = server.Close() }()
	answers := make([]byte, 64<<10)
	for {
		n, err := server.Read(answers)
		if err != nil {
			return
		}
		for g.is(stalling) {
			time.Sleep(5 * time.Millisecond)
		}
		if _, err := conn.Write(answers[:n]); err != nil {
			return
		}
	}
}

// privateCA makes an authority of its own, in a file, and a certificate of 127.0.0.1 that it signed.
func privateCA(t testing.TB) (file string, certificate *tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
