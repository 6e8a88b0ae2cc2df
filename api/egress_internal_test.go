package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestEgress: requests go to public addresses by https, and elsewhere only where it is allowed.
func TestEgress(t *testing.T) {
	allow := Egress{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd12::/16")}}
	for address, want := range map[string]struct{ public, allowed bool }{
		"8.8.8.8": {true, true}, "2a00:1450:4007:80c::200e": {true, true}, "::ffff:8.8.8.8": {true, true},
		"127.0.0.1": {}, "127.8.9.10": {}, "::1": {}, "0.0.0.0": {}, "::": {}, "10.0.0.1": {}, "172.16.5.4": {}, "172.31.255.255": {},
		"192.168.1.1": {}, "169.254.169.254": {}, "fe80::1": {}, "fe80::1%eth0": {}, "100.64.0.1": {}, "100.127.255.254": {},
		"224.0.0.1": {}, "ff02::1": {}, "255.255.255.255": {}, "240.0.0.1": {}, "198.18.0.1": {}, "192.0.0.8": {}, "192.0.2.5": {},
		"::ffff:127.0.0.1": {}, "::ffff:169.254.169.254": {}, "::ffff:10.0.0.1": {}, "::127.0.0.1": {},
		"64:ff9b::7f00:1": {}, "64:ff9b::808:808": {}, "64:ff9b:1::a00:1": {}, "2002:7f00:1::": {}, "2001:0:53aa::1": {}, "fc00::1": {}, "fec0::1": {},
		"2001:db8::1": {}, "100::1": {},
		"10.1.2.3": {false, true}, "::ffff:10.1.2.3": {false, true}, "fd12::5": {false, true}, "10.2.0.1": {false, false},
	} {
		to := netip.MustParseAddr(address)
		if got := (Egress{}).allows(to, false); got != want.public {
			t.Errorf("%s is allowed: %t", address, got)
		}
		if got := allow.allows(to, false); got != want.allowed {
			t.Errorf("%s is allowed where networks are: %t", address, got)
		}
		if (Egress{}).allows(to, true) || allow.allows(to, true) != (want.allowed && !want.public) {
			t.Errorf("%s is allowed without encryption", address)
		}
	}
	for text, wrong := range map[string]bool{
		"https://example.org/": false, "http://example.org/": true, "https://127.0.0.1/": true, "https://[::1]:8443/": true, "https://[::ffff:10.0.0.1]/": true,
	} {
		if fault := (Egress{}).urlFault(text); (fault != "") != wrong {
			t.Errorf("%s: %q", text, fault)
		}
	}
}

// TestEgressClient: names are judged by what they lead to when they are connected to, redirects are not followed, and the proxy
// of the environment is not used.
func TestEgressClient(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	asked := 0
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(receiver.Close)
	port := receiver.URL[strings.LastIndexByte(receiver.URL, ':'):]
	get := func(e Egress, address string) (int, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := e.client().Do(request)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	for _, host := range []string{"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		for _, scheme := range []string{"http://", "https://"} {
			if status, err := get(Egress{}, scheme+host+port); err == nil {
				t.Errorf("%s%s answered %d", scheme, host, status)
			}
		}
	}
	if asked > 0 {
		t.Errorf("%d requests arrived", asked)
	}
	local := Egress{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if status, err := get(local, "http://127.0.0.1"+port); status != http.StatusTemporaryRedirect || err != nil || asked != 1 {
		t.Errorf("where it is allowed: %d %v, after %d requests", status, err, asked)
	}
}
