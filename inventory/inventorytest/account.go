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
			Area: fullSurface(), Departments: []string{"34", "2A"}, Holders: []inventory.ID{"holder:1"},
			From: "2026-01-01", To: "2026-12-31",
		}},
		SecretHash: strings.Repeat("0f", 32), ExpiresOn: "2027-01-01", RevokedAt: at, LastUsedAt: at,
		Provenance: fullProvenance(),
	}
}
