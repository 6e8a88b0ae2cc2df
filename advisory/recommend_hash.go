package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"vigie/inventory"
)

// hash is the SHA-256 of everything that a recommendation depends on: what a study does, and the request, the gap, the
// project with what is known of its holder, the catalogue, the no-camera zones and the candidates, as one line of JSON each.
func (u *undertaking) hash(software string) (string, error) {
	study, err := u.in.hash(software, u.advisor.Book.Hash, u.study.request)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	lines := json.NewEncoder(sum)
	err = lines.Encode(struct {
		Study      string                          `json:"study"`
		Request    inventory.RecommendationRequest `json:"request"`
		Gap        *inventory.Gap                  `json:"gap"`
		Project    inventory.Project               `json:"project"`
		Forbidden  int                             `json:"forbidden"`
		Candidates int                             `json:"candidates"`
		Models     []inventory.Equipment           `json:"models,omitempty"`
	}{study, u.asked, u.gap, u.project, len(u.forbidden), len(u.candidates), u.models})
	for _, area := range u.forbidden {
		area.Provenance = inventory.Provenance{}
		if err == nil {
			err = lines.Encode(area)
		}
	}
	for _, candidate := range u.candidates {
		candidate.Provenance = inventory.Provenance{}
		if err == nil {
			err = lines.Encode(candidate)
		}
	}
	if err != nil {
		return "", fmt.Errorf("hash the inputs: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
