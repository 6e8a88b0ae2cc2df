package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"vigie/inventory"
)

// Delivery sends the changes of subscriptions, one request at a time for each, whoever of several servers does it.
type Delivery struct {
	// Store is the guarded store, from which is read what owners may read; Subscriptions those of the same store below its guard,
	// with their secrets.
	Store         inventory.Store
	Subscriptions inventory.Shelf[inventory.Subscription]
	Accounts      inventory.Shelf[inventory.Account]
	// Journal is told what is sent.
	Journal *inventory.Journal
	Egress  Egress
	Logger  *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Every is how often changes are looked for, Retry how long it takes until the first retry, each of which takes twice as
	// long; 0 means 1 s and 5 s.
	Every, Retry time.Duration

	sender sender
	worker inventory.ID
	group  sync.WaitGroup
	turns  chan struct{}
	// seen is up to where nothing was for a subscription, which is not worth a write; served are the subscriptions that have a
	// turn now.
	mu     sync.Mutex
	seen   map[inventory.ID]inventory.FeedPosition
	served map[inventory.ID]bool
}

const (
	// deliveryLease is how long a server has a subscription without saying so again: longer than a request.
	deliveryLease = 4 * deliveryTimeout
	// mostTries is how often a request is made before it is given up, mostFailures how many are given up in a row before the
	// subscription is paused.
	mostTries, mostFailures = 8, 3
	// longestRetry bounds how long a retry is put off.
	longestRetry = time.Hour
	// mostAtOnce is how many subscriptions are served at once, mostInTurn how many requests one has before others have theirs,
	// and longestTurn how long it may take to begin another.
	mostAtOnce, mostInTurn, longestTurn = 8, 20, time.Second
	// positionStep is after how many lines of the journal a position is written down though nothing was to be sent.
	positionStep = 5000
)

// Run sends until the context is done.
func (d *Delivery) Run(ctx context.Context) {
	d.setUp()
	defer d.group.Wait()
	for ctx.Err() == nil {
		if err := d.round(ctx); err != nil && ctx.Err() == nil {
			d.Logger.WarnContext(ctx, "subscriptions were not served", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(d.Every):
		}
	}
}

func (d *Delivery) setUp() {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Every == 0 {
		d.Every = time.Second
	}
	if d.Retry == 0 {
		d.Retry = 5 * time.Second
	}
	d.sender, d.worker, d.turns = newSender(d.Egress), inventory.NewID(), make(chan struct{}, mostAtOnce)
	d.seen, d.served = map[inventory.ID]inventory.FeedPosition{}, map[inventory.ID]bool{}
}

// round gives every active subscription a turn but those that still have one: a slow receiver holds nobody else up.
func (d *Delivery) round(ctx context.Context) error {
	active := inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrStatus, In: []string{string(inventory.SubscriptionActive)}}}}
	all, err := inventory.All(ctx, d.Subscriptions, active)
	if err != nil {
		return err
	}
	for _, sub := range all {
		if !d.begin(sub.ID) {
			continue
		}
		select {
		case d.turns <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		d.group.Go(func() {
			defer func() { d.end(sub.ID); <-d.turns }()
			if err := d.serve(ctx, sub); err != nil && ctx.Err() == nil {
				d.Logger.WarnContext(ctx, "a subscription was not served", slog.String("subscription", string(sub.ID)), slog.Any("error", err))
			}
		})
	}
	return nil
}

// begin gives a subscription its turn. It tells whether it had none.
func (d *Delivery) begin(id inventory.ID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.served[id] {
		return false
	}
	d.served[id] = true
	return true
}

func (d *Delivery) end(id inventory.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.served, id)
}

// errNotMine says that another server has a subscription, or that nobody may serve it now.
var errNotMine = errors.New("another server serves this subscription")

// serve sends what there is for a subscription.
func (d *Delivery) serve(ctx context.Context, sub inventory.Subscription) error {
	began := time.Now()
	for range mostInTurn {
		if time.Since(began) > longestTurn {
			return nil
		}
		if held := sub.NextAt != nil && d.Now().Before(sub.NextAt.Time); held {
			return nil
		}
		owner, err := d.owner(ctx, sub)
		if err != nil {
			return err
		}
		if owner == nil {
			return d.pause(ctx, sub, "the account was revoked, or its key has ended")
		}
		letters, err := d.next(inventory.WithCaller(ctx, *owner), sub)
		if errors.Is(err, inventory.ErrForbidden) {
			return d.pause(ctx, sub, "the account may not read changes any more")
		}
		if err != nil {
			return err
		}
		if len(letters.events) == 0 {
			return d.noted(ctx, sub, letters)
		}
		sub, err = d.deliver(ctx, sub, *owner, letters)
		if errors.Is(err, errNotMine) || errors.Is(err, inventory.ErrNotFound) {
			return nil
		}
		if err != nil || sub.State != inventory.SubscriptionActive {
			return err
		}
	}
	return nil
}

// owner is the owner as it is now; nil when its account is good no more.
func (d *Delivery) owner(ctx context.Context, sub inventory.Subscription) (*inventory.Caller, error) {
	account, err := d.Accounts.Get(ctx, sub.Owner)
	today := inventory.DateOf(d.Now())
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		return nil, nil //nolint:nilnil // gone
	case err != nil:
		return nil, err
	case !account.Usable(today):
		return nil, nil //nolint:nilnil // good no more
	}
	caller := account.Caller(today)
	caller.What, caller.Reason = "subscription "+string(sub.ID), sub.Reason
	return &caller, nil
}

// letters are what one request carries.
type letters struct {
	events []CloudEvent
	// after is the position behind them.
	after inventory.FeedPosition
	// replayed is the dead letter that this is, empty for none.
	replayed string
}

// next is what is to be sent next: a dead letter that is to be sent again, or changes.
func (d *Delivery) next(ctx context.Context, sub inventory.Subscription) (letters, error) {
	for _, dead := range sub.Dead {
		if dead.Replay {
			return d.replayed(ctx, dead)
		}
	}
	from, sound := inventory.ParseFeedPosition(sub.Position)
	d.mu.Lock()
	if seen, known := d.seen[sub.ID]; known && seen.After(from) {
		from = seen
	}
	d.mu.Unlock()
	if !sound {
		return d.resync(ctx)
	}
	page, err := inventory.ReadFeed(ctx, d.Store, from, inventory.ChangeQuery{Kinds: sub.Kinds, Area: areaOf(sub), Limit: max(1, sub.Batch)})
	if errors.Is(err, inventory.ErrFeedBroken) {
		return d.resync(ctx)
	}
	if err != nil {
		return letters{}, err
	}
	found := letters{after: page.Next}
	for _, told := range page.Items {
		found.events = append(found.events, changeEvent(from.Epoch, told))
	}
	return found, nil
}

// resync tells the receiver that it must read the lists again, and goes on from now.
func (d *Delivery) resync(ctx context.Context) (letters, error) {
	end, err := inventory.FeedEnd(ctx, d.Store)
	return letters{events: []CloudEvent{syncEvent(end, d.Now())}, after: end}, err
}

// replayed is a dead letter as its owner sees it now. One of which there is nothing to be seen any more is sent as a request to
// read the lists again.
func (d *Delivery) replayed(ctx context.Context, dead inventory.DeadLetter) (letters, error) {
	found := letters{replayed: dead.Event}
	at, err := inventory.FeedEnd(ctx, d.Store)
	if err != nil {
		return found, err
	}
	found.events = []CloudEvent{syncEvent(at, d.Now())}
	epoch := at.Epoch
	if _, err := fmt.Sscanf(dead.Event, "%d-%d", &at.Rank, &at.Place); err != nil {
		return found, nil //nolint:nilerr // it was such a request
	}
	page, err := inventory.ReadFeed(ctx, d.Store, at, inventory.ChangeQuery{Limit: 1})
	if errors.Is(err, inventory.ErrFeedBroken) {
		return found, nil
	}
	if err == nil && len(page.Items) == 1 && page.Items[0].ID == dead.Event {
		found.events[0] = changeEvent(epoch, page.Items[0])
	}
	return found, err
}

// noted keeps in mind that there was nothing up to a position.
func (d *Delivery) noted(ctx context.Context, sub inventory.Subscription, found letters) error {
	d.mu.Lock()
	d.seen[sub.ID] = found.after
	d.mu.Unlock()
	stored, _ := inventory.ParseFeedPosition(sub.Position)
	if found.after.Rank-stored.Rank < positionStep {
		return nil
	}
	_, err := d.Subscriptions.Update(ctx, sub.ID, func(s *inventory.Subscription) error {
		if s.Position == sub.Position {
			s.Position = found.after.String()
		}
		return nil
	})
	return err
}

// deliver makes one request and writes down what became of it. The subscription is taken for it, as it was read: whatever another
// server, or its owner, did meanwhile comes first.
func (d *Delivery) deliver(ctx context.Context, sub inventory.Subscription, owner inventory.Caller, found letters) (inventory.Subscription, error) {
	if err := ctx.Err(); err != nil {
		return sub, err
	}
	whole := context.WithoutCancel(ctx) // what is taken is given back
	taken, err := d.Subscriptions.Update(whole, sub.ID, func(s *inventory.Subscription) error {
		if s.Position != sub.Position || s.Attempts != sub.Attempts || len(s.Dead) != len(sub.Dead) || !s.Take(d.worker, d.Now(), deliveryLease) {
			return errNotMine
		}
		return nil
	})
	if err != nil {
		return sub, err
	}
	_, untold := d.Journal.Append(whole, inventory.Entry{
		Account: owner.Account, Role: owner.Role, Deed: inventory.DeedRead, Kind: "changes", Count: len(found.events),
		What: owner.What + " to " + taken.URL, Reason: owner.Reason,
	})
	var report DeliveryReport
	if untold == nil {
		first, last := found.events[0].ID, found.events[len(found.events)-1].ID
		report = d.sender.send(ctx, taken, fmt.Sprintf("%s.%s.%s", taken.ID, first, last), found.events, d.Now())
	}
	cut := untold != nil || ctx.Err() != nil && !report.Taken // the server stops: another one sends it again
	sub, err = d.Subscriptions.Update(whole, sub.ID, func(s *inventory.Subscription) error {
		if !s.Holds(d.worker) || s.Position != taken.Position {
			return errNotMine
		}
		if s.Worker, s.WorkerUntil = "", nil; !cut {
			d.conclude(s, found, report)
		}
		return nil
	})
	return sub, errors.Join(untold, err)
}

// conclude changes a subscription as the outcome of a request asks for.
func (d *Delivery) conclude(s *inventory.Subscription, found letters, report DeliveryReport) {
	now := inventory.InstantOf(d.Now())
	if found.replayed != "" {
		concludeReplay(s, found, report, now)
		return
	}
	s.Attempts++
	switch {
	case report.Taken:
		s.Position, s.Attempts, s.NextAt, s.Failures, s.LastError = found.after.String(), 0, nil, 0, ""
		s.Delivered += len(found.events)
		s.DeliveredAt = &now
		return
	case report.Status == http.StatusGone:
		s.LastError = report.Error
		s.Pause(now.Time, "the receiver wants no more: 410 Gone")
		return
	case s.Attempts < mostTries:
		s.LastError = report.Error
		next := inventory.InstantOf(now.Add(d.delay(s.Attempts, report.retryAfter)))
		s.NextAt = &next
		return
	}
	for _, event := range found.events {
		s.Bury(inventory.DeadLetter{Event: event.ID, At: now, Attempts: s.Attempts, Error: report.Error})
	}
	s.Position, s.Attempts, s.NextAt, s.LastError = found.after.String(), 0, nil, report.Error
	if s.Failures++; s.Failures >= mostFailures {
		s.Pause(now.Time, fmt.Sprintf("%d requests in a row were given up, the last one for: %s", s.Failures, report.Error))
	}
}

// concludeReplay keeps a dead letter that was not taken, and lets go of one that was.
func concludeReplay(s *inventory.Subscription, found letters, report DeliveryReport, now inventory.Instant) {
	for i := range s.Dead {
		if s.Dead[i].Event != found.replayed {
			continue
		}
		if report.Taken {
			s.Dead = append(s.Dead[:i:i], s.Dead[i+1:]...)
			s.Delivered++
			s.DeliveredAt = &now
			return
		}
		s.Dead[i].Replay, s.Dead[i].Error, s.Dead[i].At = false, report.Error, now
		s.Dead[i].Attempts++
		return
	}
}

// delay is how long a retry is put off: twice as long each time, a quarter more or less so that not all come at once, and
// no less than the receiver asks for.
func (d *Delivery) delay(attempts int, asked time.Duration) time.Duration {
	delay := d.Retry << (attempts - 1)
	delay += time.Duration((rand.Float64() - 0.5) / 2 * float64(delay)) //nolint:gosec // G404: no secret
	return min(max(delay, asked), longestRetry)
}

func (d *Delivery) pause(ctx context.Context, sub inventory.Subscription, why string) error {
	_, err := d.Subscriptions.Update(ctx, sub.ID, func(s *inventory.Subscription) error {
		if s.State == inventory.SubscriptionActive {
			s.Pause(d.Now(), why)
		}
		return nil
	})
	return err
}
