package inventory

import "github.com/paulmach/orb"

// Session is the stay of a person who signed in with an identity provider. What it may do is that of its start.
type Session struct {
	// ID is the SHA-256 of the secret that the person's browser has.
	ID ID `json:"id"`
	// Person is the identifier of whoever signed in, as the journal names it; Name is for people.
	Person ID     `json:"person"`
	Name   string `json:"name,omitempty"`
	Role   Role   `json:"role"`
	// Holder, Departments, Mandates and Scopes are as those of an [Account].
	Holder      ID        `json:"holder,omitempty"`
	Departments []string  `json:"departments,omitempty"`
	Mandates    []Mandate `json:"mandates,omitempty"`
	Scopes      []Scope   `json:"scopes,omitempty"`
	StartedAt   Instant   `json:"startedAt"`
	EndsAt      Instant   `json:"endsAt"`
}

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
	oneOf(&f, "role", s.Role, Roles()...)
	if s.Role == "" {
		f.add("role", "is missing")
	}
	return f.err("session", s.ID)
}
