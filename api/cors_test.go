package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

const (
	mapSite  = "https://carte.ville.example"
	evilSite = "https://evil.example"
)

// TestOtherSites: pages of the sites that were named may ask, see what integrators need and change what their key may; those of
// other sites, whatever they call themselves, may not.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	c := guardedConfig(t, raw)
	c.Origins = []string{mapSite, "http://localhost:3000"}
	base := serve(t, c)
	key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "Content-Type", "application/json")
	for _, site := range c.Origins {
		for _, s := range []scenario{
			{method: "GET", url: "/api/v1/cameras", status: 200},
			{method: "GET", url: "/api/v1/cameras/absent", status: 404},
			{method: "POST", url: "/api/v1/holders", body: `{"name":"h","kind":"local_authority"}`, status: 201},
		} {
			s.headers = with(with(key, "Origin", site), "Sec-Fetch-Site", "cross-site")
			s.replies = map[string]string{
				"Access-Control-Allow-Origin": site, "Access-Control-Allow-Credentials": "true", "Cross-Origin-Resource-Policy": "cross-origin",
			}
			s.run(t, base)
		}
		ask := map[string]string{"Origin": site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}
		answer, _ := request(t, "OPTIONS", base+"/api/v1/cameras/c1", ask, "")
		methods, headers := answer.Header.Get("Access-Control-Allow-Methods"), answer.Header.Get("Access-Control-Allow-Headers")
		if answer.StatusCode != http.StatusNoContent || !strings.Contains(methods, "PUT") || strings.Contains(methods, "POST") || !strings.Contains(headers, "If-Match") ||
			!slices.Contains(answer.Header.Values("Vary"), "Origin") {
			t.Errorf("what may be sent: %d %v", answer.StatusCode, answer.Header)
		}
	}
	for _, site := range []string{
		evilSite, "null", "", "https://carte.ville.example.evil.example", "https://evilcarte.ville.example", "http://carte.ville.example",
		"https://carte.ville.example:8443", "https://CARTE.ville.example", "https://carte.ville.example/", "https://carte.ville.example " + evilSite, "*",
		strings.Repeat("https://carte.ville.example,", 1000), "http://localhost:3001",
	} {
		asked := with(with(key, "Origin", site), "Sec-Fetch-Site", "cross-site")
		for _, method := range []string{"GET", "OPTIONS"} {
			answer, _ := request(t, method, base+"/api/v1/cameras", with(asked, "Access-Control-Request-Method", "POST"), "")
			for name := range answer.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s from %.40q: %s", method, site, name)
				}
			}
		}
		scenario{method: "POST", url: "/api/v1/holders", headers: asked, body: "{}", status: 403, has: []string{"/problems/cross-origin"}}.run(t, base)
	}
}

// TestEverySite: where every site may ask, its pages come with a key; a session, which browsers send by themselves, is not for them.
func TestEverySite(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	c := guardedConfig(t, raw)
	c.Origins = []string{"*"}
	base := serve(t, c)
	key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "Content-Type", "application/json")
	from := map[string]string{"Origin": evilSite, "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
	scenario{method: "POST", url: "/api/v1/holders", headers: from, body: "{}", status: 403, has: []string{"/problems/cross-origin"}}.run(t, base)
	scenario{
		method: "POST", url: "/api/v1/holders", headers: with(with(key, "Origin", evilSite), "Sec-Fetch-Site", "cross-site"), body: `{"name":"h","kind":"local_authority"}`,
		status: 201, replies: map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": ""},
	}.run(t, base)
}

// TestSessionsOfOtherSites: the session of a person counts for the pages of a site that was named, and for no other.
func TestSessionsOfOtherSites(t *testing.T) {
	t.Parallel()
	for name, origins := range map[string][]string{"named": {mapSite}, "every": {"*"}, "none": nil} {
		raw := openSQLite(t)
		c := guardedConfig(t, raw)
		c.Origins = origins
		c.People = &api.People{Issuer: "https://id.example", Audience: testAudience, Roles: readRoles(t, testRoles), Sessions: raw.Sessions()}
		session := inventory.Session{Person: "person", Name: "Test", Role: inventory.RoleAdmin, StartedAt: inventory.InstantOf(clock()), EndsAt: inventory.InstantOf(clock().Add(time.Hour))}
		session.Use(clock(), time.Hour)
		secret := session.NewSecret()
		if err := inventory.Create(context.WithoutCancel(t.Context()), raw.Sessions(), session); err != nil {
			t.Fatal(err)
		}
		base := serve(t, c)
		for site, want := range map[string]int{mapSite: map[string]int{"named": 200}[name], evilSite: 0} {
			if want == 0 {
				want = http.StatusForbidden
			}
			answer, body := request(t, "GET", base+"/api/v1/me", map[string]string{
				"Origin": site, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Cookie": "vigie_session=" + secret,
			}, "")
			credentials := answer.Header.Get("Access-Control-Allow-Credentials")
			if answer.StatusCode != want || (credentials == "true") != (want == 200) || credentials != "" && answer.Header.Get("Access-Control-Allow-Origin") == "*" {
				t.Errorf("%s sites, from %s: %d %v %s", name, site, answer.StatusCode, answer.Header, body)
			}
		}
	}
}

// TestNoSuchOrigins: what is not written as browsers write it would never be met, or be met by others, and is refused at once.
func TestNoSuchOrigins(t *testing.T) {
	t.Parallel()
	c := guardedConfig(t, openSQLite(t))
	for _, origin := range []string{
		"", "carte.ville.example", "https://", "https://carte.ville.example/", "https://Carte.ville.example", "https://carte.ville.example:443",
		"http://carte.ville.example:80", "file:///tmp", "null", "https://*.ville.example", "https://u@carte.ville.example", "javascript:alert(1)", "*.ville.example",
	} {
		c.Origins = []string{origin}
		if _, err := api.New(c); err == nil {
			t.Errorf("%q is an origin", origin)
		}
	}
	c.Accounts, c.Origins = nil, []string{"*"}
	if _, err := api.New(c); err == nil {
		t.Error("every site may change everything")
	}
}
