package inventory

import (
	"context"
	"fmt"
	"slices"
)

// kindSecrets is what the scopes of secret fields are of: no kind of record, but a part of several.
const kindSecrets = "secrets"

// secretReach is of which records, among those that it may read or change, the caller may see or change the secret fields.
// Administrators may of all; those who edit a holder's records of these; a program of those it reaches, with the scope; an
// expert may see them within the mandates that say so. What an audit tells is what its author saw, and may keep.
func (c Caller) secretReach(action Action, kind string) reach {
	if kind == kindAudits {
		action = Read
	}
	switch c.Role {
	case RoleAdmin:
		return reach{all: true}
	case RoleHolderEditor:
		return reach{clauses: c.own(kind)}
	case RoleIntegrator:
		switch {
		case !slices.Contains(c.Scopes, ScopeOf(kindSecrets, action)):
			return reach{}
		case c.Holder == "":
			return reach{all: true}
		}
		return reach{clauses: c.own(kind)}
	case RoleExpert:
		if action == Write {
			return reach{}
		}
		open := c
		open.Mandates = slices.DeleteFunc(slices.Clone(c.Mandates), func(m Mandate) bool { return !m.Secrets })
		clauses := open.granted(kind)
		if kind == kindAudits && len(clauses) > 0 {
			clauses = append(clauses, c.own(kind)...)
		}
		return reach{clauses: clauses}
	case RolePrefecture, RoleHolderReader, RoleAccessAuditor:
	}
	return reach{}
}

// secretsOf is what the caller of a context may do with the secret fields of a kind: nothing when nobody said who asks.
func secretsOf(ctx context.Context, action Action, kind string) reach {
	caller, known := CallerOf(ctx)
	if !known {
		return reach{}
	}
	return caller.secretReach(action, kind)
}

// noSecrets refuses secrets of somebody who may not change them.
func noSecrets(kind string, id ID) error {
	return fmt.Errorf("write the secret fields of %s %q, without the scope %s: %w", kind, id, ScopeOf(kindSecrets, Write), ErrForbidden)
}
