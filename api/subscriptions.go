package api

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"vigie/inventory"
)

const subscriptionsPath = "/api/v1/subscriptions"

const (
	// mostSubscriptions is how many one account may have.
	mostSubscriptions = 20
	// secretOverlap is how long the secret before still signs after it was replaced.
	secretOverlap = 24 * time.Hour
	// subscriptionSecretBytes is the length of a secret (Standard Webhooks asks for 24 to 64 bytes).
	subscriptionSecretBytes = 32
	// subscriptionSecretMark begins every secret (Standard Webhooks).
	subscriptionSecretMark = "whsec_"
)

// SubscriptionRequest asks for changes to be sent.
type SubscriptionRequest struct {
	Name string `json:"name,omitempty" example:"SIG de la métropole"`
	// URL is where they are sent: https, reached from the server, and no private address unless the server allows it.
	URL string `json:"url" example:"https://sig.example.fr/vigie"`
	// Kinds are the kinds of record; all when empty.
	Kinds []string `json:"kinds,omitempty" example:"cameras,areas"`
	// Area keeps the changes of records that were or are in it, lon, lat.
	Area inventory.Surface `json:"area,omitempty" swaggertype:"object"`
	// Batch is how many changes one request may carry, 1 to 100; above 1 it is a list.
	Batch int `json:"batch,omitempty" example:"1"`
}

// Subscription is a subscription as its owner sees it.
type Subscription struct {
	ID    inventory.ID `json:"id" swaggertype:"string" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	Owner inventory.ID `json:"owner" swaggertype:"string" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e70"`
	SubscriptionRequest
	State     inventory.SubscriptionState `json:"state" swaggertype:"string" example:"active" enums:"active,paused"`
	CreatedAt inventory.Instant           `json:"createdAt" swaggertype:"string" format:"date-time"`
	// PausedWhy and PausedAt tell why and since when nothing is sent.
	PausedWhy string             `json:"pausedWhy,omitempty"`
	PausedAt  *inventory.Instant `json:"pausedAt,omitempty" swaggertype:"string" format:"date-time"`
	// Delivered counts the changes that were taken; Attempts those of the request under way, NextAt is when the next one is made.
	Delivered   int                `json:"delivered"`
	DeliveredAt *inventory.Instant `json:"deliveredAt,omitempty" swaggertype:"string" format:"date-time"`
	Attempts    int                `json:"attempts,omitempty"`
	NextAt      *inventory.Instant `json:"nextAt,omitempty" swaggertype:"string" format:"date-time"`
	LastError   string             `json:"lastError,omitempty"`
	// Dead are the changes that were given up; DeadLost counts those that are not kept any more.
	Dead     []inventory.DeadLetter `json:"dead,omitempty"`
	DeadLost int                    `json:"deadLost,omitempty"`
	// Secret is what signs the requests. It is shown once, when it is made.
	Secret string `json:"secret,omitempty" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
}

// ReplayRequest names dead letters.
type ReplayRequest struct {
	// Events are their identifiers; all when empty.
	Events []string `json:"events,omitempty" example:"1042-0"`
}

func (s *server) subscriptionRoutes(r routes) {
	one := subscriptionsPath + "/:id"
	read, write := toRead("subscriptions"), toWrite("subscriptions")
	r.get(subscriptionsPath, read, s.listSubscriptions)
	r.on(http.MethodPost, subscriptionsPath, write, s.subscribe)
	r.get(one, read, s.getSubscription)
	r.on(http.MethodDelete, one, write, s.unsubscribe)
	r.on(http.MethodPost, one+"/pause", write, s.pauseSubscription)
	r.on(http.MethodPost, one+"/resume", write, s.resumeSubscription)
	r.on(http.MethodPost, one+"/secret", write, s.renewSubscriptionSecret)
	r.on(http.MethodPost, one+"/replay", write, s.replaySubscription)
	r.on(http.MethodPost, one+"/test", write, s.testSubscription)
}

// shownSubscription leaves out what only the server needs.
func shownSubscription(s inventory.Subscription) Subscription {
	return Subscription{
		ID: s.ID, Owner: s.Owner, State: s.State, CreatedAt: s.CreatedAt, PausedWhy: s.PausedWhy, PausedAt: s.PausedAt,
		SubscriptionRequest: SubscriptionRequest{Name: s.Name, URL: s.URL, Kinds: s.Kinds, Area: s.Area, Batch: s.Batch},
		Delivered:           s.Delivered, DeliveredAt: s.DeliveredAt, Attempts: s.Attempts, NextAt: s.NextAt, LastError: s.LastError,
		Dead: s.Dead, DeadLost: s.DeadLost,
	}
}

// listSubscriptions gives one page of subscriptions.
//
//	@Summary		List subscriptions
//	@Description	One's own; administrators see all.
//	@Tags			changes
//	@Produce		json
//	@Param			limit	query		integer	false	"Most items of the page"	default(100)	minimum(1)	maximum(1000)
//	@Param			cursor	query		string	false	"next of the page before"
//	@Success		200		{object}	Page[Subscription]
//	@Header			200		{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure		400,401,403,406,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions [get]
func (s *server) listSubscriptions(c *gin.Context) error {
	r := resource[inventory.Subscription]{server: s, path: subscriptionsPath, shelf: s.config.Store.Subscriptions()}
	return listAs(c, &r, shownSubscription)
}

// subscribe has changes sent from now on.
//
//	@Summary		Have changes sent
//	@Description	Each change that the caller may read at that moment is sent by POST as a CloudEvent 1.0 (application/cloudevents+json),
//	@Description	in order, at least once, signed (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256, Standard Webhooks).
//	@Description	The secret is in this answer and never again. Needs an account: people who signed in have none.
//	@Tags			changes
//	@Accept			json
//	@Produce		json
//	@Param			subscription	body		SubscriptionRequest	true	"What to send, and where"
//	@Param			X-Reason		header		string				false	"Why; experts and prefectures must say it"	example(contrôle 2026)
//	@Success		201				{object}	Subscription
//	@Header			201				{string}	Location	"Address of the subscription"
//	@Failure		400,401,403,404,413,415,422,428,429,503	{object}	Problem
//	@Failure		409				{object}	Problem	"The account has as many as it may have"
//	@Router			/api/v1/subscriptions [post]
func (s *server) subscribe(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	var asked SubscriptionRequest
	if err := s.decode(c, &asked); err != nil {
		return err
	}
	ctx := c.Request.Context()
	caller, _ := inventory.CallerOf(ctx)
	if err := s.maySubscribe(c, caller); err != nil {
		return err
	}
	at, err := inventory.FeedEnd(ctx, s.config.Store)
	if err != nil {
		return feedError(err)
	}
	made := inventory.Subscription{
		ID: s.config.NewID(), Name: asked.Name, Owner: caller.Account, URL: asked.URL, Kinds: asked.Kinds, Area: asked.Area, Batch: asked.Batch,
		Reason: caller.Reason, State: inventory.SubscriptionActive, CreatedAt: inventory.InstantOf(s.config.Now()),
		Secret: newSubscriptionSecret(), Position: at.String(),
	}
	if fault := s.config.Egress.urlFault(made.URL); fault != "" {
		return &inventory.InvalidError{Kind: "subscription", Key: made.ID, Faults: []inventory.Fault{{Field: "url", Reason: fault}}}
	}
	if err := inventory.Create(ctx, s.config.Store.Subscriptions(), made); err != nil {
		return err
	}
	shown := shownSubscription(made)
	showsSecret(c)
	shown.Secret = made.Secret
	c.Header("Location", subscriptionsPath+"/"+url.PathEscape(string(made.ID)))
	c.Header("Cache-Control", "no-store")
	return reply(c, http.StatusCreated, jsonType, shown)
}

// maySubscribe refuses who has no account, who does not say why and must, and who has too many.
func (s *server) maySubscribe(c *gin.Context, caller inventory.Caller) error {
	ctx := c.Request.Context()
	if s.config.Accounts == nil || caller.Account == "" {
		return feedError(inventory.ErrNoFeed)
	}
	switch _, err := s.config.Accounts.Get(ctx, caller.Account); {
	case errors.Is(err, inventory.ErrNotFound):
		return refuse(kindForbidden, "a subscription is of an account, with an API key: who signed in has none")
	case err != nil:
		return err
	case mustExplain(caller) && caller.Reason == "":
		return refuse(kindReasonRequired, "say why, with %s: it is written into the journal", reasonHeader)
	}
	own := inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{string(caller.Account)}}}}
	n, err := inventory.Count(ctx, s.config.Store.Subscriptions(), own)
	if err == nil && n >= mostSubscriptions {
		return &refusal{kind: kindAlreadyExists, detail: "the account has as many subscriptions as it may have: remove one"}
	}
	return err
}

func newSubscriptionSecret() string {
	secret := make([]byte, subscriptionSecretBytes)
	_, _ = rand.Read(secret) // never fails: it ends the program instead
	return subscriptionSecretMark + base64.StdEncoding.EncodeToString(secret)
}

// getSubscription gives one subscription.
//
//	@Summary		Read a subscription
//	@Description	With what is under way, and the dead letters.
//	@Tags			changes
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the subscription"
//	@Success		200	{object}	Subscription
//	@Failure		400,401,403,404,406,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id} [get]
func (s *server) getSubscription(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	found, err := s.config.Store.Subscriptions().Get(c.Request.Context(), inventory.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return ok(c, shownSubscription(found))
}

// unsubscribe removes a subscription.
//
//	@Summary	Remove a subscription
//	@Tags		changes
//	@Produce	json
//	@Param		id	path	string	true	"Identifier of the subscription"
//	@Success	204	"Removed: nothing more is sent, but a request under way"
//	@Failure	400,401,403,404,429,503	{object}	Problem
//	@Router		/api/v1/subscriptions/{id} [delete]
func (s *server) unsubscribe(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	if err := s.config.Store.Subscriptions().Delete(c.Request.Context(), inventory.ID(c.Param("id")), nil); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// pauseSubscription stops the sending.
//
//	@Summary		Pause a subscription
//	@Description	Changes are kept for it for 30 days.
//	@Tags			changes
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the subscription"
//	@Success		200	{object}	Subscription
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id}/pause [post]
func (s *server) pauseSubscription(c *gin.Context) error {
	return s.editSubscription(c, func(sub *inventory.Subscription) error {
		sub.Pause(s.config.Now(), "paused by a request")
		return nil
	})
}

// resumeSubscription lets the sending go on.
//
//	@Summary		Resume a subscription
//	@Description	It goes on where it stopped, at once.
//	@Tags			changes
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the subscription"
//	@Success		200	{object}	Subscription
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id}/resume [post]
func (s *server) resumeSubscription(c *gin.Context) error {
	return s.editSubscription(c, func(sub *inventory.Subscription) error {
		sub.Resume()
		return nil
	})
}

// renewSubscriptionSecret makes a new secret.
//
//	@Summary		Renew the secret of a subscription
//	@Description	Requests are signed with the new one and, for 24 hours, with the one before. The new one is in this answer and
//	@Description	never again.
//	@Tags			changes
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the subscription"
//	@Success		200	{object}	Subscription
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id}/secret [post]
func (s *server) renewSubscriptionSecret(c *gin.Context) error {
	secret := newSubscriptionSecret()
	until := inventory.InstantOf(s.config.Now().Add(secretOverlap))
	c.Header("Cache-Control", "no-store")
	return s.editSubscription(c, func(sub *inventory.Subscription) error {
		sub.Previous, sub.PreviousUntil, sub.Secret = sub.Secret, &until, secret
		return nil
	}, func(shown *Subscription) {
		showsSecret(c)
		shown.Secret = secret
	})
}

// replaySubscription has dead letters sent again.
//
//	@Summary		Send dead letters again
//	@Description	Each is tried once; one that is not taken stays. What the owner may not read any more is not sent.
//	@Tags			changes
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string			true	"Identifier of the subscription"
//	@Param			letters	body		ReplayRequest	true	"Which ones"
//	@Success		200		{object}	Subscription
//	@Failure		400,401,403,404,413,415,422,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id}/replay [post]
func (s *server) replaySubscription(c *gin.Context) error {
	var asked ReplayRequest
	if err := s.decode(c, &asked); err != nil {
		return err
	}
	return s.editSubscription(c, func(sub *inventory.Subscription) error {
		for i := range sub.Dead {
			if len(asked.Events) == 0 || slices.Contains(asked.Events, sub.Dead[i].Event) {
				sub.Dead[i].Replay = true
			}
		}
		return nil
	})
}

// editSubscription changes a subscription and answers with it. finish, where there is one, completes the answer.
func (s *server) editSubscription(c *gin.Context, edit func(*inventory.Subscription) error, finish ...func(*Subscription)) error {
	if err := noParams(c); err != nil {
		return err
	}
	edited, err := s.config.Store.Subscriptions().Update(c.Request.Context(), inventory.ID(c.Param("id")), edit)
	if err != nil {
		return err
	}
	shown := shownSubscription(edited)
	for _, f := range finish {
		f(&shown)
	}
	return ok(c, shown)
}

// testSubscription sends an event that tells of nothing.
//
//	@Summary		Send a test event
//	@Description	At once, signed as all others; the answer tells what the receiver said. It changes nothing of what is to be sent.
//	@Tags			changes
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the subscription"
//	@Success		200	{object}	DeliveryReport
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Router			/api/v1/subscriptions/{id}/test [post]
func (s *server) testSubscription(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	found, err := s.config.Store.Subscriptions().Get(c.Request.Context(), inventory.ID(c.Param("id")))
	if err != nil {
		return err
	}
	now := s.config.Now()
	event := testEvent(found, now)
	return ok(c, s.sender.send(c.Request.Context(), found, "test-"+string(s.config.NewID()), []CloudEvent{event}, now))
}

// areaOf is the area of a subscription; nil for everywhere.
func areaOf(s inventory.Subscription) orb.Geometry {
	if len(s.Area) == 0 {
		return nil
	}
	return orb.MultiPolygon(s.Area)
}
