package inventory

import (
	"fmt"
	"net/url"
	"time"

	"github.com/paulmach/orb"
)

// SubscriptionState is whether changes are sent.
type SubscriptionState string

// The states of a subscription.
const (
	SubscriptionActive SubscriptionState = "active"
	SubscriptionPaused SubscriptionState = "paused"
)

// SubscriptionStates are both.
func SubscriptionStates() []SubscriptionState {
	return []SubscriptionState{SubscriptionActive, SubscriptionPaused}
}

// Bounds of a subscription.
const (
	// MostSubscriptionBatch is how many changes one request carries at most.
	MostSubscriptionBatch = 100
	// MostDeadLetters is how many a subscription keeps; of more, the oldest go.
	MostDeadLetters = 200
)

// Subscription (abonnement) has the changes of records sent to an address as they happen. What is sent is what its owner may
// read at that moment.
type Subscription struct {
	ID   ID     `json:"id"`
	Name string `json:"name,omitempty"`
	// Owner is the account.
	Owner ID `json:"owner"`
	// URL is where changes are sent, by POST.
	URL string `json:"url"`
	// Kinds are the kinds of record; all when empty. Area keeps the changes of records that are or were in it, lon, lat.
	Kinds []string `json:"kinds,omitempty"`
	Area  Surface  `json:"area,omitempty"`
	// Batch is how many changes one request may carry; 0 is one, which is then no list.
	Batch int `json:"batch,omitempty"`
	// Reason is why the owner has them sent, as the journal tells it.
	Reason    string            `json:"reason,omitempty"`
	State     SubscriptionState `json:"state"`
	CreatedAt Instant           `json:"createdAt"`
	// PausedWhy says why nothing is sent.
	PausedWhy string   `json:"pausedWhy,omitempty"`
	PausedAt  *Instant `json:"pausedAt,omitempty"`

	// Secret signs what is sent; Previous too, until PreviousUntil, so that the receiver can change over.
	Secret        string   `json:"secret,omitempty"`
	Previous      string   `json:"previous,omitempty"`
	PreviousUntil *Instant `json:"previousUntil,omitempty"`
	// Sealed is the secrets, encrypted.
	Sealed string `json:"sealed,omitempty"`

	// Position is up to where changes were sent, see [FeedPosition].
	Position string `json:"position"`
	// Worker sends them until WorkerUntil, and nobody else.
	Worker      ID       `json:"worker,omitempty"`
	WorkerUntil *Instant `json:"workerUntil,omitempty"`
	// Attempts counts those of the request under way, NextAt is when the next one is made.
	Attempts int      `json:"attempts,omitempty"`
	NextAt   *Instant `json:"nextAt,omitempty"`
	// Delivered counts the changes that the receiver took; DeliveredAt is when it took the last. LastError is what was wrong with
	// the last request that it did not take.
	Delivered   int      `json:"delivered,omitempty"`
	DeliveredAt *Instant `json:"deliveredAt,omitempty"`
	LastError   string   `json:"lastError,omitempty"`
	// Failures counts the requests in a row that were given up.
	Failures int `json:"failures,omitempty"`
	// Dead are the changes that were given up, the oldest first; DeadLost counts those that are not kept.
	Dead     []DeadLetter `json:"dead,omitempty"`
	DeadLost int          `json:"deadLost,omitempty"`
}

// DeadLetter (lettre morte) is a change that the receiver did not take.
type DeadLetter struct {
	// Event is the identifier of the change, see [ToldChange].
	Event    string  `json:"event"`
	At       Instant `json:"at"`
	Attempts int     `json:"attempts"`
	Error    string  `json:"error"`
	// Replay asks for it to be sent again.
	Replay bool `json:"replay,omitempty"`
}

// Key is the identifier.
func (s Subscription) Key() ID { return s.ID }

// Shape is nil: what it is about is no place of its own.
func (s Subscription) Shape() orb.Geometry { return nil }

// Attributes are the owner as holder, and the state.
func (s Subscription) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(s.Owner))
	a.set(AttrStatus, string(s.State))
	a.set(AttrUpdated, s.CreatedAt.String())
	return a
}

// Validate returns nil or an *InvalidError with every fault. Whether the address may be asked is not known here.
func (s Subscription) Validate() error {
	var f faults
	f.id("id", s.ID)
	f.id("owner", s.Owner)
	if at, err := url.Parse(s.URL); err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		f.add("url", "is not an address https://…")
	} else if at.User != nil || at.Fragment != "" {
		f.add("url", "has a name, a password or a fragment")
	}
	if len(s.URL) > 2000 {
		f.add("url", "has more than 2000 bytes")
	}
	for i, kind := range s.Kinds {
		oneOf(&f, fmt.Sprintf("kinds[%d]", i), kind, ChangeKinds()...)
	}
	if len(s.Area) > 0 {
		f.geometry("area", orb.MultiPolygon(s.Area))
	}
	if s.Batch < 0 || s.Batch > MostSubscriptionBatch {
		f.add("batch", "is not between 1 and %d", MostSubscriptionBatch)
	}
	if len(s.Name) > 200 {
		f.add("name", "has more than 200 bytes")
	}
	oneOf(&f, "state", s.State, SubscriptionStates()...)
	return f.err("subscription", s.ID)
}

// subscriptionSecrets are what [Seal] encrypts of a subscription.
func subscriptionSecrets() secrets[Subscription] {
	return secrets[Subscription]{
		kind: kindSubscriptions,
		fields: []secretField[Subscription]{
			{"secret", "signs what is sent, so that somebody else could", func(s *Subscription) any { return &s.Secret }},
			{"previous", "signs what is sent, so that somebody else could", func(s *Subscription) any { return &s.Previous }},
		},
		sealed: func(s *Subscription) *string { return &s.Sealed },
	}
}

// Take gives an active subscription to a worker for a while. It tells whether it did: another one may have it, or it waits.
func (s *Subscription) Take(worker ID, now time.Time, lease time.Duration) bool {
	held := s.Worker != "" && s.Worker != worker && s.WorkerUntil != nil && now.Before(s.WorkerUntil.Time)
	if s.State != SubscriptionActive || held || s.NextAt != nil && now.Before(s.NextAt.Time) {
		return false
	}
	until := InstantOf(now.Add(lease))
	s.Worker, s.WorkerUntil = worker, &until
	return true
}

// Holds tells whether the worker has the subscription.
func (s *Subscription) Holds(worker ID) bool {
	return s.State == SubscriptionActive && s.Worker == worker
}

// Pause stops the sending, and says why.
func (s *Subscription) Pause(now time.Time, why string) {
	at := InstantOf(now)
	s.State, s.PausedWhy, s.PausedAt, s.Worker, s.WorkerUntil = SubscriptionPaused, why, &at, "", nil
}

// Resume lets the sending go on where it stopped, at once.
func (s *Subscription) Resume() {
	s.State, s.PausedWhy, s.PausedAt, s.NextAt, s.Attempts, s.Failures = SubscriptionActive, "", nil, nil, 0, 0
}

// Bury keeps changes that the receiver did not take.
func (s *Subscription) Bury(letters ...DeadLetter) {
	s.Dead = append(s.Dead, letters...)
	if over := len(s.Dead) - MostDeadLetters; over > 0 {
		s.Dead, s.DeadLost = s.Dead[over:], s.DeadLost+over
	}
}
