package api_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"vigie/api"
)

// TestServeDrains: told to stop while a request is under way, the server answers it before it ends, and takes no new one.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(t.Context())
	ln := listen(t)
	ended := make(chan error, 1)
	go func() {
		ended <- api.Serve(ctx, ln, api.Service{Handler: handler, Logger: slog.New(slog.DiscardHandler)})
	}()
	answered := make(chan string, 1)
	go func() { answered <- fetch(ctx, "http://"+ln.Addr().String()) }()
	<-begun
	stop()
	select {
	case err := <-ended:
		t.Fatalf("ended with a request under way: %v", err)
	default:
	}
	for refused := false; !refused; { // the listener closes first, then the requests under way are waited for
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", ln.Addr().String())
		if refused = err != nil; !refused {
			_ = conn.Close()
		}
	}
	close(finish)
	if text := <-answered; text != "done" {
		t.Errorf("the request under way got %q", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	var config net.ListenConfig
	ln, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// fetch gives the body of an answer, or the error as text.
func fetch(ctx context.Context, url string) string {
	asked, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestServeTellsWhyItEnds(t *testing.T) {
	t.Parallel()
	ln := listen(t)
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	err := api.Serve(t.Context(), ln, api.Service{Handler: http.NotFoundHandler(), Logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), ln.Addr().String()) {
		t.Errorf("a closed listener gives %v", err)
	}
}

// elsewhere is a listener that says it is on an address of the network.
type elsewhere struct {
	net.Listener
	closed bool
}

func (*elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 8080} }

func (e *elsewhere) Close() error {
	e.closed = true
	return e.Listener.Close()
}

// TestServeChecksItsListener: what counts is the address that is listened on, not the name it was made from.
func TestServeChecksItsListener(t *testing.T) {
	t.Parallel()
	ln := &elsewhere{Listener: listen(t)}
	err := api.Serve(t.Context(), ln, api.Service{Handler: http.NotFoundHandler(), Logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "192.0.2.1:8080") || !ln.closed {
		t.Errorf("a listener on the network gives %v, and closed is %v", err, ln.closed)
	}
}

func TestCheckLoopback(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:8080":           "",
		"127.8.9.10:0":             "",
		"[::1]:8080":               "",
		"[::ffff:127.0.0.1]:8080":  "",
		"localhost:8080":           "",
		"LocalHost:0":              "",
		"127.0.0.1:65535":          "",
		"127.0.0.1:65536":          `port "65536" is not a number from 0 to 65535`,
		"127.0.0.1:-1":             `port "-1"`,
		"127.0.0.1:http":           `port "http"`,
		"127.0.0.1:":               `port ""`,
		":8080":                    "use 127.0.0.1:8080",
		"0.0.0.0:8080":             "use 127.0.0.1:8080",
		"[::]:443":                 "use 127.0.0.1:443",
		"192.0.2.1:80":             "can be reached from other machines",
		"[fe80::1%eth0]:80":        "can be reached from other machines",
		"8080":                     "is not host:port",
		"host.invalid:80":          `"host.invalid" is neither a loopback address nor localhost: use 127.0.0.1:80`,
		"ip6-localhost:80":         "neither a loopback address nor localhost",
		"127.0.0.1.evil.invalid:1": "evil.invalid",
	} {
		err := api.CheckLoopback(addr)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s gives %v, want %q", addr, err, want)
		}
	}
}
