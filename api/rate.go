package api

import (
	"container/list"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// Rates bound how often one caller may ask. The zero value bounds nothing.
type Rates struct {
	// PerSecond is how many requests a second an account may make in the long run, Burst how many at once. An address may make
	// four times as many, for several people work behind one. 0 is any number.
	PerSecond float64
	Burst     int
	// PerDay is how many requests an account may make from one midnight to the next, UTC; 0 is any number.
	PerDay int
}

const (
	// perAddress is how many accounts may use their rates from one address.
	perAddress = 4
	// failuresAtOnce is how many wrong credentials an address may send at once, failuresPerSecond how many in the long run.
	failuresAtOnce    = 30
	failuresPerSecond = 0.1
	// mostPartitions is how many addresses, and how many accounts, are remembered: 10 MB of each. The one that asked longest ago
	// is forgotten first.
	mostPartitions = 1 << 16
)

// policy is a bound on the requests of each partition, an account or an address. Its quota flows back at a rate, or is given
// anew at midnight when there is none.
type policy struct {
	name      string
	quota     int
	perSecond float64
}

const secondsADay = 24 * 60 * 60

// windowS is how long the quota lasts, seconds.
func (p policy) windowS() int {
	if p.perSecond == 0 {
		return secondsADay
	}
	return int(math.Ceil(float64(p.quota) / p.perSecond))
}

// now is what is left of a quota of which some was left at a moment before.
func (p policy) now(left float64, then, now time.Time) float64 {
	switch passed := now.Sub(then).Seconds(); {
	case p.perSecond > 0:
		return min(float64(p.quota), left+max(passed, 0)*p.perSecond)
	case now.Unix()/secondsADay != then.Unix()/secondsADay:
		return float64(p.quota)
	}
	return left
}

// fullInS is when the whole quota will be there again, seconds, rounded up.
func (p policy) fullInS(left float64, now time.Time) int {
	if p.perSecond == 0 {
		return int(secondsADay - now.Unix()%secondsADay)
	}
	return max(1, int(math.Ceil((float64(p.quota)-left)/p.perSecond)))
}

// standing is how far a partition is with a policy.
type standing struct {
	policy policy
	left   int
	fullIn int // seconds
}

// partitions are how far each account or address is with one policy. No more than most of them are remembered.
type partitions struct {
	policy policy
	most   int

	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List // of *partition, the last to ask first
}

type partition struct {
	key  string
	left float64
	at   time.Time
}

func newPartitions(p policy, most int) *partitions {
	return &partitions{policy: p, most: most, known: map[string]*list.Element{}, order: list.New()}
}

// take takes so many requests out of the quota of a partition; ok is false when they are not there, and nothing is taken.
func (p *partitions) take(key string, requests int, now time.Time) (s standing, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.partition(key, now)
	one.left, one.at = p.policy.now(one.left, one.at, now), now
	if ok = one.left >= float64(max(requests, 1)); ok {
		one.left -= float64(requests)
	}
	return standing{policy: p.policy, left: int(one.left), fullIn: p.policy.fullInS(one.left, now)}, ok
}

// partition finds one, or makes it and forgets another.
func (p *partitions) partition(key string, now time.Time) *partition {
	if element, known := p.known[key]; known {
		p.order.MoveToFront(element)
		return element.Value.(*partition) //nolint:forcetypeassert // nothing else is put there
	}
	if p.order.Len() >= p.most {
		oldest := p.order.Back()
		delete(p.known, p.order.Remove(oldest).(*partition).key) //nolint:forcetypeassert // as above
	}
	one := &partition{key: key, left: float64(p.policy.quota), at: now}
	p.known[key] = p.order.PushFront(one)
	return one
}

// rations are all that bounds how often somebody may ask.
type rations struct {
	accounts, days, addresses, failures *partitions // nil bounds nothing
}

func newRations(r Rates) *rations {
	rations := &rations{}
	if r.PerSecond > 0 {
		burst := max(r.Burst, 1)
		rations.accounts = newPartitions(policy{"account", burst, r.PerSecond}, mostPartitions)
		rations.addresses = newPartitions(policy{"address", perAddress * burst, perAddress * r.PerSecond}, mostPartitions)
		rations.failures = newPartitions(policy{"failures", failuresAtOnce, failuresPerSecond}, mostPartitions)
	}
	if r.PerDay > 0 {
		rations.days = newPartitions(policy{"day", r.PerDay, 0}, mostPartitions)
	}
	return rations
}

// rationed holds a request to what its address may ask. That the service is alive and ready is told to everybody, always.
func (s *server) rationed(c *gin.Context) {
	if path := c.FullPath(); path == alivePath || path == readyPath {
		return
	}
	if err := s.take(c, s.rations.addresses, s.origin(c).key(), 1); err != nil {
		s.fail(c, err)
	}
}

// errTwoKeys says that a request comes as two: a proxy may have looked at the one, and Vigie at the other.
var errTwoKeys = &refusal{kind: kindUnauthenticated, detail: "send one Authorization header"}

// known finds out who asks and holds them to what they may ask. An address that sent too many wrong credentials is not
// listened to for a while, whichever it sends.
func (s *server) known(c *gin.Context) (inventory.Caller, error) {
	sent := c.Request.Header.Values("Authorization")
	address, tries := s.origin(c).key(), len(sent) > 0
	if tries {
		if err := s.take(c, s.rations.failures, address, 0); err != nil {
			return inventory.Caller{}, err
		}
	}
	if len(sent) > 1 {
		return inventory.Caller{}, errTwoKeys
	}
	caller, err := s.caller(c)
	if err != nil {
		if tries && problem(err).Status == http.StatusUnauthorized {
			_ = s.take(c, s.rations.failures, address, 1) // the refusal stands
		}
		return caller, err
	}
	if caller.Account == "" {
		return caller, nil
	}
	for _, bound := range []*partitions{s.rations.accounts, s.rations.days} {
		if err := s.take(c, bound, string(caller.Account), 1); err != nil {
			return caller, err
		}
	}
	return caller, nil
}

// take takes requests out of a quota, tells in the answer what is left, and refuses when that is not enough.
func (s *server) take(c *gin.Context, from *partitions, key string, requests int) error {
	if from == nil {
		return nil
	}
	standing, ok := from.take(key, requests, s.config.Now())
	if ok && from == s.rations.failures {
		return nil // those who send no wrong ones need not know
	}
	tellQuota(c, standing)
	if ok {
		return nil
	}
	c.Header("Retry-After", strconv.Itoa(standing.fullIn))
	return exhausted(standing.policy.name, "the quota %q, %d requests, is used up: ask again in %d s",
		standing.policy.name, standing.policy.quota, standing.fullIn)
}

// tellQuota writes a policy and what is left of it into the answer (draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4).
func tellQuota(c *gin.Context, s standing) {
	add := func(name, item string) {
		if before := c.Writer.Header().Get(name); before != "" {
			item = strings.Join([]string{before, item}, ", ")
		}
		c.Header(name, item)
	}
	add("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", s.policy.name, s.policy.quota, s.policy.windowS()))
	add("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", s.policy.name, s.left, s.fullIn))
}
