package inventorytest

import (
	"strings"

	"vigie/inventory"
)

// FullAccount is a valid account in which every field is known, but those that its role has not.
func FullAccount() inventory.Account {
	at := fullProvenance().UpdatedAt
	return inventory.Account{
		ID: "account:1", Name: text, Role: inventory.RoleExpert,
		Mandates: []inventory.Mandate{{
			Area: fullSurface(), Departments: []string{"34", "2A"}, Holders: []inventory.ID{"holder:1"}, Secrets: true,
			Disclosure: inventory.DisclosureExact,
			From:       "2026-01-01", To: "2026-12-31",
		}},
		SecretHash: strings.Repeat("0f", 32), PreviousHash: strings.Repeat("0e", 32), PreviousUntil: at, ExpiresOn: "2027-01-01", RevokedAt: at, LastUsedAt: at,
		Provenance: fullProvenance(),
	}
}

// FullEntry is a valid line of a journal in which every field is known.
func FullEntry() inventory.Entry {
	line := inventory.Entry{
		ID: "0000000000000017", At: *fullProvenance().UpdatedAt, Account: "account:1", Role: inventory.RoleExpert,
		Deed: inventory.DeedUpdate, Kind: "cameras", Record: "camera:1", Count: 1, Before: strings.Repeat("0a", 16),
		After: strings.Repeat("0b", 16), What: "/api/v1/cameras/camera:1 " + text, Reason: text, Undoes: "0000000000000016",
		Previous: strings.Repeat("0c", 32),
	}
	return line.Sealed()
}

// FullSession is a valid session in which every field is known, but those that its role has not.
func FullSession() inventory.Session {
	at := *fullProvenance().UpdatedAt
	return inventory.Session{
		ID: "session:1", Person: "person:1", Name: text, Role: inventory.RoleExpert, Mandates: FullAccount().Mandates,
		StartedAt: at, EndsAt: at, LapsesAt: at,
	}
}

// FullConvention is a valid convention in which every field is known, but those that go without the others.
func FullConvention() inventory.Convention {
	return inventory.Convention{
		ID: "convention:1", Kind: "coordination_agreement", Holder: "holder:1", With: inventory.Party{Holder: "holder:2"}, Purpose: text,
		Deployments: []inventory.ID{"deployment:1", "deployment:2"}, Disclosure: inventory.DisclosureStreet, Counted: true,
		From: "2026-01-01", To: "2026-12-31", Reference: text,
		Signatures: []inventory.Signature{
			{Capacity: "mayor", By: text, On: "2025-12-01"}, {Capacity: "prefect", By: text, On: "2025-12-02"},
			{Capacity: "prosecutor", By: text, On: "2025-12-03"},
		},
		WithdrawnAt: fullProvenance().UpdatedAt, Provenance: fullProvenance(),
	}
}
