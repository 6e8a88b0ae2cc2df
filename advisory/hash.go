package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"vigie/inventory"
)

// hash is the SHA-256 of everything a study depends on: the software, the book, the request and the facts of every
// record read, in the order of their keys, as one line of JSON each. Where a record comes from and when it was brought
// is no fact of it: the same data imported twice gives the same hash.
func (in inputs) hash(software, bookHash string, request inventory.AssessmentRequest) (string, error) {
	sum := sha256.New()
	lines := json.NewEncoder(sum)
	err := lines.Encode(struct {
		Software  string                      `json:"software"`
		Book      string                      `json:"book"`
		Request   inventory.AssessmentRequest `json:"request"`
		Places    int                         `json:"places"`
		Areas     int                         `json:"areas"`
		Cameras   int                         `json:"cameras"`
		Streets   int                         `json:"streets"`
		Ground    int                         `json:"ground"`
		Obstacles int                         `json:"obstacles"`
	}{
		software, bookHash, request, len(in.places), len(in.areas), len(in.cameras), len(in.streets), len(in.ground), len(in.obstacles),
	})
	encode := func(record any) {
		if err == nil {
			err = lines.Encode(record)
		}
	}
	for _, area := range slices.Concat(in.places, in.areas, in.streets, in.ground) {
		area.Provenance = inventory.Provenance{}
		encode(area)
	}
	for _, camera := range in.cameras {
		camera.Provenance = inventory.Provenance{}
		encode(camera)
	}
	for _, obstacle := range in.obstacles {
		obstacle.Provenance = inventory.Provenance{}
		encode(obstacle)
	}
	if err != nil {
		return "", fmt.Errorf("hash the inputs: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
