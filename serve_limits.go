package main

import (
	"fmt"
	"net/netip"

	"github.com/spf13/pflag"

	"vigie/api"
)

// limitsConfig is how much a server lets one caller ask, and whose word it takes for who asks.
type limitsConfig struct {
	// Rate is in requests a second, Quota in requests a day; 0 bounds nothing.
	Rate         float64
	Burst, Quota int
	// Proxies are the addresses or networks of the proxies that speak TLS for the server.
	Proxies []string
}

// The limits of a key without flags: a page of a thousand cameras every fiftieth of a second, day and night, is a million
// cameras read two hundred times.
const (
	defaultRate  = 50
	defaultBurst = 200
	defaultQuota = 200_000
)

func (c *limitsConfig) flags(flags *pflag.FlagSet) {
	flags.StringSliceVar(&c.Proxies, "behind-proxy", nil,
		"`addresses` or networks of proxies that speak TLS for the server, as 10.0.0.5,10.1.0.0/24: clear HTTP is spoken to them alone")
	flags.Float64Var(&c.Rate, "rate", defaultRate, "requests a `second` that a key may make in the long run, and an address four times; 0 for any number")
	flags.IntVar(&c.Burst, "burst", defaultBurst, "requests that a key may make at once, `number`")
	flags.IntVar(&c.Quota, "quota", defaultQuota, "requests a `day` (UTC) that a key may make; 0 for any number")
}

func (c *limitsConfig) faults() (faults []string) {
	if !(c.Rate >= 0 && c.Rate <= 1e6) {
		faults = append(faults, fmt.Sprintf("--rate %v is not between 0 and 1000000", c.Rate))
	}
	if c.Burst < 1 || c.Burst > 1e6 {
		faults = append(faults, fmt.Sprintf("--burst %d is not between 1 and 1000000", c.Burst))
	}
	if c.Quota < 0 {
		faults = append(faults, fmt.Sprintf("--quota %d is negative", c.Quota))
	}
	for _, text := range c.Proxies {
		if _, err := parseNetwork(text); err != nil {
			faults = append(faults, fmt.Sprintf("--behind-proxy %q is neither an address nor a network", text))
		}
	}
	return faults
}

func (c *limitsConfig) proxies() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range c.Proxies {
		if network, err := parseNetwork(text); err == nil { // faults has looked at the others
			networks = append(networks, network)
		}
	}
	return networks
}

// rates are those of a server that knows who asks; without keys there is one caller, who is at the machine.
func (c *limitsConfig) rates(keys bool) api.Rates {
	if !keys {
		return api.Rates{}
	}
	return api.Rates{PerSecond: c.Rate, Burst: c.Burst, PerDay: c.Quota}
}

// parseNetwork reads 10.1.0.0/24, or an address, which is a network of its own.
func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}
