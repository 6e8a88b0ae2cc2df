package api_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// handClock is a clock that is put forward by hand.
type handClock struct{ passed atomic.Int64 }

func (h *handClock) now() time.Time           { return clock().Add(time.Duration(h.passed.Load())) }
func (h *handClock) forward(by time.Duration) { h.passed.Add(int64(by)) }

// rationedServer serves an empty store with keys, rates and this machine as a proxy, and gives the headers of an administrator.
func rationedServer(t *testing.T, rates api.Rates) (base string, admin map[string]string, hands *handClock) {
	t.Helper()
	raw := openSQLite(t)
	c := guardedConfig(t, raw)
	hands = &handClock{}
	c.Now, c.Rates = hands.now, rates
	c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	return serve(t, c), keyOf(t, raw, inventory.Account{ID: "admin", Role: inventory.RoleAdmin}), hands
}

const holdersURL = "/api/v1/holders"

func from(headers map[string]string, address string) map[string]string {
	return with(headers, "X-Forwarded-For", address)
}

// expect asks for the holders and holds the status of the answer against one.
func expect(t *testing.T, base string, headers map[string]string, status int) *http.Response {
	t.Helper()
	answer, body := request(t, "GET", base+holdersURL, headers, "")
	if answer.StatusCode != status {
		t.Errorf("as %v: %d, want %d: %s", headers, answer.StatusCode, status, body)
	}
	if status == http.StatusTooManyRequests {
		checkProblem(t, answer, body)
	}
	return answer
}

// TestRateOfAKey: so many at once, then as fast as they come back, wherever the key is used.
func TestRateOfAKey(t *testing.T) {
	t.Parallel()
	base, admin, hands := rationedServer(t, api.Rates{PerSecond: 2, Burst: 3})
	for i, left := range []int{2, 1, 0} {
		answer := expect(t, base, from(admin, fmt.Sprintf("192.0.2.%d", i)), 200)
		if got, want := answer.Header.Get("Ratelimit"), fmt.Sprintf(`"address";r=11;t=1, "account";r=%d;t=%d`, left, (i+2)/2); got != want {
			t.Errorf("RateLimit: %s, want %s", got, want)
		}
		if got, want := answer.Header.Get("Ratelimit-Policy"), `"address";q=12;w=2, "account";q=3;w=2`; got != want {
			t.Errorf("RateLimit-Policy: %s, want %s", got, want)
		}
	}
	scenario{method: "GET", url: holdersURL, headers: from(admin, "192.0.2.9"), status: 429, has: []string{"/problems/too-many-requests", `"violated-policies":["account"]`}, replies: map[string]string{"Retry-After": "2"}}.run(t, base)
	hands.forward(500 * time.Millisecond)
	expect(t, base, admin, 200)
	expect(t, base, admin, 429)
	hands.forward(time.Hour)
	for range 3 {
		expect(t, base, admin, 200)
	}
	expect(t, base, admin, 429)
}

// TestQuotaOfADay: it is given anew at midnight, UTC.
func TestQuotaOfADay(t *testing.T) {
	t.Parallel()
	base, admin, hands := rationedServer(t, api.Rates{PerDay: 2}) // the clock stands at half past eight
	expect(t, base, admin, 200)
	expect(t, base, admin, 200)
	if after := expect(t, base, admin, 429).Header.Get("Retry-After"); after != "55800" {
		t.Errorf("Retry-After: %s", after)
	}
	hands.forward(15*time.Hour + 29*time.Minute)
	expect(t, base, admin, 429)
	hands.forward(time.Minute)
	expect(t, base, admin, 200)
}

// TestRateOfAnAddress: an address has four times the rate of a key, whatever it asks for and as whom; of IPv6 all addresses of
// a customer are one. That the service is alive and ready is told to all, always.
func TestRateOfAnAddress(t *testing.T) {
	t.Parallel()
	base, _, _ := rationedServer(t, api.Rates{PerSecond: 1, Burst: 1})
	for _, addresses := range [][]string{
		{"192.0.2.1", "192.0.2.1:4711", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80"},
		{"2001:db8:1:2::1", "2001:db8:1:2::2", "[2001:db8:1:2:ffff::]", "[2001:db8:1:2:3::]:443"},
		{"2001:db8:1:3::1", "2001:db8:1:3::1", "2001:db8:1:3::1", "2001:db8:1:3::1"},
	} {
		for _, address := range addresses {
			expect(t, base, from(nil, address), 401)
		}
		expect(t, base, from(nil, addresses[0]), 429)
		scenario{method: "GET", url: "/nowhere", headers: from(nil, addresses[1]), status: 429}.run(t, base)
		for range 10 {
			scenario{method: "GET", url: "/healthz", headers: from(nil, addresses[0]), status: 200, replies: map[string]string{"RateLimit": ""}}.run(t, base)
			scenario{method: "GET", url: "/readyz", headers: from(nil, addresses[0]), status: 200}.run(t, base)
		}
	}
}

// TestWrongCredentials: whoever sends thirty wrong ones is not listened to for a while, whatever comes next; others are.
func TestWrongCredentials(t *testing.T) {
	t.Parallel()
	base, admin, hands := rationedServer(t, api.Rates{PerSecond: 1000, Burst: 1000})
	guesser, neighbour := "192.0.2.1", "192.0.2.2"
	for i := range 30 {
		guess := map[string]string{"Authorization": fmt.Sprintf("Bearer vigie_admin.%d", i)}
		expect(t, base, from(guess, guesser), 401)
		expect(t, base, from(nil, guesser), 401) // nothing was sent, so nothing was wrong
	}
	scenario{method: "GET", url: holdersURL, headers: from(admin, guesser), status: 429, has: []string{`"violated-policies":["failures"]`}, replies: map[string]string{"Retry-After": "300"}}.run(t, base)
	expect(t, base, from(admin, neighbour), 200)
	hands.forward(10 * time.Second)
	expect(t, base, from(admin, guesser), 200)
	expect(t, base, from(map[string]string{"Authorization": "Bearer guess"}, guesser), 401)
	expect(t, base, from(admin, guesser), 429)
}

// TestForwardedFor: an address is believed as far as named proxies wrote it, and no other header says any.
func TestForwardedFor(t *testing.T) {
	t.Parallel()
	base, _, _ := rationedServer(t, api.Rates{PerSecond: 1, Burst: 1})
	asks := func(headers map[string]string, status int) { t.Helper(); expect(t, base, headers, status) }
	victim := "198.51.100.7"
	for i := range 4 { // what the client itself wrote before the proxy did changes nothing
		asks(from(nil, fmt.Sprintf("203.0.113.%d, %s", i, victim)), 401)
	}
	asks(from(nil, "203.0.113.99, "+victim), 429)
	asks(from(nil, victim+", 127.0.0.1"), 429)            // the proxy behind the proxy
	asks(from(nil, victim+",127.0.0.2 , 127.0.0.1"), 429) // and two of them
	asks(from(nil, victim+", 203.0.113.50"), 401)         // the last one that no proxy has is the client
	for i := range 4 {
		asks(with(from(nil, "what?"), "Forwarded", fmt.Sprintf("for=203.0.113.%d", i)), 401) // none: the proxy itself
	}
	asks(with(with(nil, "X-Real-Ip", "203.0.113.60"), "True-Client-Ip", "203.0.113.61"), 429)
}

// TestUnnamedProxy: whoever is no named proxy says nothing of where others come from.
func TestUnnamedProxy(t *testing.T) {
	t.Parallel()
	c := guardedConfig(t, openSQLite(t))
	c.Rates = api.Rates{PerSecond: 1, Burst: 1}
	base := serve(t, c)
	for i := range 4 {
		expect(t, base, from(nil, fmt.Sprintf("203.0.113.%d", i)), 401)
	}
	expect(t, base, from(nil, "203.0.113.99"), 429)
}

// TestRationsTogether: of many requests at once as many are answered as the quota has.
func TestRationsTogether(t *testing.T) {
	t.Parallel()
	base, admin, _ := rationedServer(t, api.Rates{PerSecond: 1, Burst: 20})
	var all sync.WaitGroup
	var answered atomic.Int32
	for range 40 {
		all.Go(func() {
			asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+holdersURL, http.NoBody)
			if err != nil {
				t.Error(err)
				return
			}
			asked.Header.Set("Authorization", admin["Authorization"])
			answer, err := http.DefaultTransport.RoundTrip(asked)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				answered.Add(1)
			}
		})
	}
	all.Wait()
	if answered.Load() != 20 {
		t.Errorf("%d of 40 are answered, want 20", answered.Load())
	}
}
