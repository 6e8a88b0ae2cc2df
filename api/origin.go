package api

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	originKey       = "vigie.origin"
	forwardedHeader = "X-Forwarded-For"
)

// origin is where a request comes from.
type origin struct {
	// address is the client's, as far as can be known.
	address netip.Addr
	// proxied tells that a named proxy sent it.
	proxied bool
}

// subnetBits is the part of an IPv6 address that is a customer's: the rest is theirs to choose from (RFC 6177, section 2).
const subnetBits = 64

// key is what the requests of an address are counted by: the address, of IPv6 its /64.
func (o origin) key() string {
	if o.address.Is6() {
		if subnet, err := o.address.Prefix(subnetBits); err == nil {
			return subnet.String()
		}
	}
	return o.address.String()
}

// trace finds out where a request comes from. What X-Forwarded-For says is believed from the right, as far as named proxies
// wrote it: each adds the address that it saw, and whoever was there first may have written anything. No other header of that
// sort is read.
func (s *server) trace(c *gin.Context) {
	peer := parseAddress(c.Request.RemoteAddr)
	from := origin{address: peer, proxied: s.isProxy(peer)}
	told := c.Request.Header.Values(forwardedHeader)
	if len(told) > 0 && !from.proxied {
		s.unnamed.Do(func() {
			s.log.WarnContext(c.Request.Context(), "a proxy that was not named sends "+forwardedHeader+": it is not believed",
				slog.String("proxy", peer.String()))
		})
	}
	hops := strings.Split(strings.Join(told, ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.isProxy(from.address) {
			break
		}
		before := parseAddress(strings.TrimSpace(hop))
		if !before.IsValid() {
			break
		}
		from.address = before
	}
	c.Set(originKey, from)
}

func (s *server) origin(c *gin.Context) origin {
	from, _ := c.Value(originKey).(origin)
	return from
}

func (s *server) isProxy(address netip.Addr) bool {
	return slices.ContainsFunc(s.config.Proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// parseAddress reads an address, with or without a port; the zero address for what is none.
func parseAddress(text string) netip.Addr {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone("")
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}
