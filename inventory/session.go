package inventory

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/paulmach/orb"
)

// Session is the stay of a person who signed in with an identity provider. What it may do is that of its start.
type Session struct {
	// ID is the SHA-256 of the secret that the person's browser has; the secret is not kept.
	ID ID `json:"id"`
	// Person is the identifier of whoever signed in (see [PersonID]), as the journal names it; Name is for people.
	Person ID     `json:"person"`
	Name   string `json:"name,omitempty"`
	Role   Role   `json:"role"`
	// Holder, Departments, Mandates and Scopes are as those of an [Account].
	Holder      ID        `json:"holder,omitempty"`
	Departments []string  `json:"departments,omitempty"`
	Mandates    []Mandate `json:"mandates,omitempty"`
	Scopes      []Scope   `json:"scopes,omitempty"`
	StartedAt   Instant   `json:"startedAt"`
	// EndsAt is when it ends whatever happens, LapsesAt when it ends if it is not used before.
	EndsAt   Instant `json:"endsAt"`
	LapsesAt Instant `json:"lapsesAt"`
}

// PersonID is the identifier of a person: always the same for the same subject (sub) of the same identity provider (iss,
// OpenID Connect Core 1.0, section 5.7), and telling neither name nor address.
func PersonID(issuer, subject string) ID { return DeriveID("person", issuer, subject) }

// Key is the session's identifier.
func (s Session) Key() ID { return s.ID }

// Shape is nil: a session has no place.
func (s Session) Shape() orb.Geometry { return nil }

// Attributes are the holder, and the role as category.
func (s Session) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(s.Holder))
	attributes.set(AttrCategory, string(s.Role))
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (s Session) Validate() error {
	var f faults
	f.id("id", s.ID)
	f.id("person", s.Person)
	s.checkRights(&f)
	for _, at := range []struct {
		field string
		is    Instant
	}{{"startedAt", s.StartedAt}, {"endsAt", s.EndsAt}, {"lapsesAt", s.LapsesAt}} {
		if at.is.IsZero() {
			f.add(at.field, "is missing")
		}
	}
	return f.err("session", s.ID)
}

// RightsFaults tells everything that is wrong with the role and what goes with it, whoever's the session will be.
func (s Session) RightsFaults() []Fault {
	var f faults
	s.checkRights(&f)
	return f
}

func (s Session) checkRights(f *faults) {
	if s.Role == "" {
		f.add("role", "is missing")
		return
	}
	oneOf(f, "role", s.Role, Roles()...)
	f.reference("holder", s.Holder)
	s.account().checkRole(f)
	f.departments("departments", s.Departments)
	for i, m := range s.Mandates {
		m.check(f, "mandates["+strconv.Itoa(i)+"].")
	}
	eachOf(f, "scopes", s.Scopes, Scopes())
}

// account is one with the same rights.
func (s Session) account() Account {
	return Account{
		ID: s.Person, Role: s.Role, Holder: s.Holder, Departments: s.Departments, Mandates: s.Mandates, Scopes: s.Scopes,
	}
}

// Caller is the person as a caller, on a day.
func (s Session) Caller(day Date) Caller { return s.account().Caller(day) }

// NewSecret gives the session a new secret, and with it its identifier; it cannot be had again.
func (s *Session) NewSecret() (secret string) {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	secret = base64.RawURLEncoding.EncodeToString(random)
	s.ID = SessionID(secret)
	return secret
}

// SessionID is the identifier of the session that has a secret.
func SessionID(secret string) ID { return ID(hashSecret(secret)) }

// Use says that the session is used at a moment: it lapses after so long, and ends when it ends.
func (s *Session) Use(now time.Time, idle time.Duration) {
	s.LapsesAt = InstantOf(now.Add(idle))
	if s.EndsAt.Before(s.LapsesAt.Time) {
		s.LapsesAt = s.EndsAt
	}
}

// Lives tells whether the session has neither ended nor lapsed.
//
// One that began in the future is not alive: a clock that was set back must not make it last longer than it may.
func (s Session) Lives(now time.Time) bool {
	return !now.Add(clocksApart).Before(s.StartedAt.Time) && now.Before(s.EndsAt.Time) && now.Before(s.LapsesAt.Time)
}

// clocksApart is how far the clocks of two servers of one store may be apart.
const clocksApart = time.Minute

// RemoveSessions takes out the sessions that drop tells, and counts them. One that is gone meanwhile does not count.
func RemoveSessions(ctx context.Context, sessions Shelf[Session], drop func(Session) bool) (removed int, err error) {
	all, err := All(ctx, sessions, Query{})
	if err != nil {
		return 0, fmt.Errorf("sessions: %w", err)
	}
	for _, session := range all {
		if !drop(session) {
			continue
		}
		switch err := sessions.Delete(ctx, session.ID, nil); {
		case err == nil:
			removed++
		case !errors.Is(err, ErrNotFound):
			return removed, fmt.Errorf("sessions: %w", err)
		}
	}
	return removed, nil
}
