package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Role is what a caller is to the inventory. It decides what may be read and changed, see [Guard].
type Role string

// The roles.
const (
	// RoleAdmin reads and changes everything.
	RoleAdmin Role = "admin"
	// RoleExpert, of the ministry's delegate, reads what his mandates name, and makes studies and audits of it.
	RoleExpert Role = "expert"
	// RolePrefecture reads the records of its départements, and makes audits of them.
	RolePrefecture Role = "prefecture"
	// RoleHolderEditor reads and changes what its holder has; RoleHolderReader reads it.
	RoleHolderEditor Role = "holder_editor"
	RoleHolderReader Role = "holder_reader"
	// RoleIntegrator is a program: it reads and changes the kinds of its scopes, of one holder when it has one.
	RoleIntegrator Role = "integrator"
	// RoleAccessAuditor reads the journal, and nothing else.
	RoleAccessAuditor Role = "access_auditor"
)

// Roles are all roles.
func Roles() []Role {
	return []Role{RoleAdmin, RoleExpert, RolePrefecture, RoleHolderEditor, RoleHolderReader, RoleIntegrator, RoleAccessAuditor}
}

// Action is what is done with a kind of record.
type Action string

// The actions.
const (
	Read  Action = "read"
	Write Action = "write"
)

// Scope is one action on one kind of record, as "cameras:write".
type Scope string

// ScopeOf is the scope of an action on a kind, as "cameras".
func ScopeOf(kind string, action Action) Scope { return Scope(kind + ":" + string(action)) }

// Scopes are all scopes that an integrator can have: every kind but the accounts, the sessions and the journal. Conventions
// are read: people sign them.
func Scopes() []Scope {
	var all []Scope
	for _, kind := range recordKinds() {
		if !slices.Contains([]string{kindAccounts, kindSessions, kindJournal}, kind.name) {
			all = append(all, ScopeOf(kind.name, Read))
			if kind.name != kindConventions {
				all = append(all, ScopeOf(kind.name, Write))
			}
		}
	}
	return append(all, ScopeOf(kindSecrets, Read), ScopeOf(kindSecrets, Write))
}

// Mandate (mandat) is what an expert may look at, and when. A record is in it when it is in the surface, in one of the
// départements, or of one of the holders.
type Mandate struct {
	// Area is a surface, lon, lat. It gives what has a place: cameras, areas, obstacles and candidates.
	Area Surface `json:"area,omitempty"`
	// Departments are INSEE codes.
	Departments []string `json:"departments,omitempty"`
	Holders     []ID     `json:"holders,omitempty"`
	// Disclosure is how exactly cameras are seen; exact when empty. A mandate that is not exact gives nothing but cameras.
	Disclosure Disclosure `json:"disclosure,omitempty"`
	// Secrets tells that the secret fields of the records may be seen as well (see [SecretFields]).
	Secrets bool `json:"secrets,omitempty"`
	// From and To are the first and the last day; empty is open.
	From Date `json:"from,omitempty"`
	To   Date `json:"to,omitempty"`
}

// inForce tells whether a mandate holds on a day.
func (m Mandate) inForce(day Date) bool { return day >= m.From && (m.To == "" || day <= m.To) }

func (m Mandate) check(f *faults, at string) {
	if len(m.Area)+len(m.Departments)+len(m.Holders) == 0 {
		f.add(strings.TrimSuffix(at, "."), "names no area, no département and no holder")
	}
	if len(m.Area) > 0 {
		f.geometry(at+"area", orb.MultiPolygon(m.Area))
	}
	for i, id := range m.Holders {
		f.id(fmt.Sprintf("%sholders[%d]", at, i), id)
	}
	f.departments(at+"departments", m.Departments)
	oneOf(f, at+"disclosure", m.Disclosure, Disclosures()...)
	f.date(at+"from", m.From)
	f.date(at+"to", m.To)
	if m.To != "" && m.To < m.From {
		f.add(at+"to", "is before from")
	}
}

func (f *faults) departments(field string, codes []string) {
	for i, code := range codes {
		if !isDepartment(code) {
			f.add(fmt.Sprintf("%s[%d]", field, i), "%q is not an INSEE département code", code)
		}
	}
}

// Caller is who asks, as far as access is concerned.
type Caller struct {
	// Account is the identifier of the account; empty for the person at the machine itself.
	Account ID
	Role    Role
	// Holder is that of the holder roles, and of an integrator who has only one.
	Holder ID
	// Departments are those of a prefecture.
	Departments []string
	Mandates    []Mandate
	Scopes      []Scope
	// Day is today: mandates and conventions hold or not by it.
	Day Date
	// What and Reason are what the journal tells of whatever the caller writes, beside who it is: from where, and why.
	What, Reason string
}

// LocalCaller is the person at the machine itself, who may do everything.
func LocalCaller() Caller { return Caller{Role: RoleAdmin} }

// For is whose the studies are that the caller makes: its holder's, or its own.
func (c Caller) For() ID {
	if c.Holder != "" || c.Account == "" {
		return c.Holder
	}
	return c.Account
}

// territories are what the caller may look at beyond what is its own.
func (c Caller) territories() []Mandate {
	switch c.Role {
	case RolePrefecture:
		return []Mandate{{Departments: c.Departments}}
	case RoleExpert:
		return slices.DeleteFunc(slices.Clone(c.Mandates), func(m Mandate) bool { return !m.inForce(c.Day) })
	case RoleAdmin, RoleHolderEditor, RoleHolderReader, RoleIntegrator, RoleAccessAuditor:
	}
	return nil
}

// parties are those as whom the caller gets what conventions share.
func (c Caller) parties() []string {
	var all []string
	if c.Holder != "" {
		all = append(all, Party{Holder: c.Holder}.String())
	}
	if c.Account != "" {
		all = append(all, Party{Account: c.Account}.String())
	}
	if c.Role == RolePrefecture {
		for _, code := range c.Departments {
			all = append(all, Party{Department: code}.String())
		}
	}
	return all
}

type callerKey struct{}

// WithCaller says in a context who asks.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// CallerOf tells who asks; known is false when nobody said.
func CallerOf(ctx context.Context) (caller Caller, known bool) {
	caller, known = ctx.Value(callerKey{}).(Caller)
	return caller, known
}
