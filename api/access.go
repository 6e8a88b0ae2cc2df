package api

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// need is what a route asks of whoever comes: nothing, to be somebody, or to have a right to a kind of record. Which
// records of the kind is not known here: the store itself is guarded (see inventory.Guard).
type need struct {
	public bool
	// action is empty where it is enough to be somebody.
	action inventory.Action
	kind   string
	// kindOf tells the kind where the address decides.
	kindOf func(*gin.Context) (string, error)
}

// of is the kind of record that a request is about.
func (n need) of(c *gin.Context) (string, error) {
	if n.kindOf == nil {
		return n.kind, nil
	}
	return n.kindOf(c)
}

// public is the need of what everybody may see: that the service is there, and how to speak to it.
func public() need { return need{public: true} }

// recognised is the need of what is for everybody who is let in, whoever it is.
func recognised() need { return need{} }

func toRead(kind string) need  { return need{action: inventory.Read, kind: kind} }
func toWrite(kind string) need { return need{action: inventory.Write, kind: kind} }

// administration is the need of what only administrators may see.
func administration() need { return toRead("accounts") }

// admitted makes a handler that first finds out who asks, and whether this is for them.
func (s *server) admitted(n need, h handler) handler {
	if n.public {
		return h
	}
	return func(c *gin.Context) error {
		caller, err := s.known(c)
		if err != nil {
			return err
		}
		kind, err := n.of(c)
		if err != nil {
			return err
		}
		if n.action != "" && !caller.May(n.action, kind) {
			return refuse(kindForbidden, "the role %s may not %s %s", caller.Role, n.action, kind)
		}
		caller.What, caller.Reason = whatOf(c), cut(reasonOf(c), mostReason)
		c.Request = c.Request.WithContext(inventory.WithCaller(c.Request.Context(), caller))
		if n.action == inventory.Read || n.kindOf == nil && isStudy(kind) {
			return s.tell(c, caller, kind, h)
		}
		return h(c)
	}
}

// errNoKey and errWrongKey tell as little as possible: a key that was revoked and one that never was look the same.
var (
	errNoKey    = &refusal{kind: kindUnauthenticated, detail: "send an API key: Authorization: Bearer vigie_…, or sign in where people may"}
	errWrongKey = &refusal{kind: kindUnauthenticated, detail: "the API key is not valid, or not any more"}
)

// caller finds out who asks: the account of the API key, the person of the token or of the session; without accounts, the
// person at this machine.
func (s *server) caller(c *gin.Context) (inventory.Caller, error) {
	if s.config.Accounts == nil {
		return inventory.LocalCaller(), nil
	}
	header := c.GetHeader("Authorization")
	if header == "" && s.people != nil {
		return s.guest(c)
	}
	scheme, key, _ := strings.Cut(header, " ")
	if key = strings.TrimSpace(key); key == "" || !strings.EqualFold(scheme, "Bearer") {
		return inventory.Caller{}, errNoKey
	}
	if id, secret, ok := inventory.ReadKey(key); ok {
		return s.keyholder(c.Request.Context(), id, secret)
	}
	if s.people == nil {
		return inventory.Caller{}, errWrongKey
	}
	person, err := s.people.bearer(c.Request.Context(), key)
	if err != nil {
		return inventory.Caller{}, err
	}
	c.Set(stayKey, stay{by: byToken, name: person.Name})
	return person.Caller(s.today()), nil
}

func (s *server) today() inventory.Date { return inventory.DateOf(s.config.Now()) }

// keyholder is the caller of an API key.
func (s *server) keyholder(ctx context.Context, id inventory.ID, secret string) (inventory.Caller, error) {
	account, err := s.config.Accounts.Get(ctx, id)
	now, today := s.config.Now(), s.today()
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		return inventory.Caller{}, errWrongKey
	case err != nil:
		return inventory.Caller{}, err
	case !account.OpensAt(secret, now) || !account.Usable(today):
		return inventory.Caller{}, errWrongKey
	}
	s.used(ctx, account, now)
	return account.Caller(today), nil
}

// useStep is how exactly the last use of a key is known: not every request is worth a write.
const useStep = 15 * time.Minute

// used notes that a key was used. That it could not be noted is no reason to send its owner away.
func (s *server) used(ctx context.Context, account inventory.Account, now time.Time) {
	if last := account.LastUsedAt; last != nil && now.Sub(last.Time).Abs() < useStep { // the clock may have been set back
		return
	}
	at := inventory.InstantOf(now)
	_, err := s.config.Accounts.Update(ctx, account.ID, func(a *inventory.Account) error {
		a.LastUsedAt = &at
		return nil
	})
	if err != nil {
		s.log.WarnContext(ctx, "the use of a key was not noted", slog.String("account", string(account.ID)), slog.Any("error", err))
	}
}

// own gives a study to whom it is made for, under an identifier of its own: the same study of two holders is two records.
func own(ctx context.Context, id, owner *inventory.ID) {
	caller, _ := inventory.CallerOf(ctx)
	if *owner = caller.For(); *owner != "" {
		*id = inventory.DeriveID(string(*id), string(*owner))
	}
}
