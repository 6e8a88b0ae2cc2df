package main

import "testing"

// TestLimitsFaults: limits that bound nothing sensible are refused, all at once, before anything is served.
func TestLimitsFaults(t *testing.T) {
	s := newShell(t)
	s.run(t, "serve", "--access", "keys", "--addr", "127.0.0.1:0", "--rate", "-1", "--burst", "0", "--quota", "-2",
		"--behind-proxy", "10.0.0.300,10.1.0.0/24,proxy.example", "--access", "open", "--cors-origin", "https://Carte.example,*").want(t, exitUsage,
		`--cors-origin: "https://Carte.example"`, "--cors-origin: * needs keys", "--rate -1", "--burst 0", "--quota -2", `--behind-proxy "10.0.0.300"`, `--behind-proxy "proxy.example"`)
	s.run(t, "serve", "--access", "keys", "--addr", "0.0.0.0:0", "--rate", "NaN").want(t, exitUsage, "--rate NaN", "in clear")
	for text, want := range map[string]string{
		"10.0.0.5": "10.0.0.5/32", "10.1.2.3/16": "10.1.0.0/16", "::ffff:10.0.0.5": "10.0.0.5/32", "2001:db8::1": "2001:db8::1/128",
	} {
		if network, err := parseNetwork(text); err != nil || network.String() != want {
			t.Errorf("%s is %v (%v), want %s", text, network, err, want)
		}
	}
}
