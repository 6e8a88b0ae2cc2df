package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// Egress is where the server sends requests by itself, to addresses that clients give: to public addresses by https, and to
// the networks of Allow, private ones for instance, by http as well.
type Egress struct{ Allow []netip.Prefix }

// errUnsent says that an address is none to which the server sends requests.
var errUnsent = errors.New("the address is private, local or reserved: the server must allow its network")

// reserved are networks that lead to no other machine of the public Internet, beside those that netip knows: the registries of
// special-purpose addresses (IANA, RFC 6890), with the forms of IPv6 that hold an IPv4 address (mapped are unmapped first).
func reserved() []netip.Prefix {
	texts := []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16",
		"3fff::/20", "5f00::/16", "fec0::/10",
	}
	networks := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		networks[i] = netip.MustParsePrefix(text)
	}
	return networks
}

// allows tells whether a request may go to an address.
func (e Egress) allows(to netip.Addr, unencrypted bool) bool {
	to = to.Unmap().WithZone("")
	within := func(network netip.Prefix) bool { return network.Contains(to) }
	if slices.ContainsFunc(e.Allow, within) {
		return true
	}
	public := to.IsGlobalUnicast() && !to.IsPrivate() && !slices.ContainsFunc(reserved(), within)
	return public && !unencrypted
}

// urlFault is what is wrong with an address that a client gives, as far as can be told without asking anybody; empty for nothing.
func (e Egress) urlFault(text string) string {
	at, err := url.Parse(text)
	if err != nil {
		return "" // the record says so
	}
	if at.Scheme == "http" && len(e.Allow) == 0 {
		return "is not https"
	}
	if to, err := netip.ParseAddr(at.Hostname()); err == nil && !e.allows(to, at.Scheme == "http") {
		return errUnsent.Error()
	}
	return ""
}

type clearKey struct{}

const (
	connectTimeout = 5 * time.Second
	// deliveryTimeout bounds a request, its answer included.
	deliveryTimeout = 15 * time.Second
	// mostAnswer is how much of an answer is read, bytes.
	mostAnswer = 16 << 10
)

// client makes requests to where it is allowed. Every address is looked at when it is connected to, after its name was resolved:
// a name that leads elsewhere the second time leads nowhere. No redirect is followed, no proxy of the environment is used.
func (e Egress) client() *http.Client {
	dialer := &net.Dialer{Timeout: connectTimeout, ControlContext: e.control}
	return &http.Client{
		Timeout:       deliveryTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &clearMarker{&http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			ResponseHeaderTimeout:  deliveryTimeout,
			MaxResponseHeaderBytes: mostAnswer,
			DisableKeepAlives:      true,
			ForceAttemptHTTP2:      true,
		}},
	}
}

// clearMarker tells the dialer which requests are not encrypted.
type clearMarker struct{ next http.RoundTripper }

// RoundTrip is that of [http.RoundTripper].
func (m *clearMarker) RoundTrip(r *http.Request) (*http.Response, error) {
	return m.next.RoundTrip(r.WithContext(context.WithValue(r.Context(), clearKey{}, r.URL.Scheme != "https")))
}

// control refuses a connection before it is made.
func (e Egress) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	unencrypted, _ := ctx.Value(clearKey{}).(bool)
	if err != nil || network != "tcp4" && network != "tcp6" || !e.allows(to.Addr(), unencrypted) {
		return fmt.Errorf("connect: %w", errUnsent)
	}
	return nil
}
