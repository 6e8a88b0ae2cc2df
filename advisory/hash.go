package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"

	"vigie/inventory"
)

// hash is the SHA-256 of everything a study depends on: the software, the book, the request and the facts of every
// record read, in the order of their keys, as one line of JSON each. Where a record comes from and when it was brought
// is no fact of it: the same data imported twice gives the same hash.
func (in inputs) hash(software, bookHash string, request inventory.AssessmentRequest) (string, error) {
	sum := newLineSum()
	sum.add(struct {
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
	for _, area := range slices.Concat(in.places, in.areas, in.streets, in.ground) {
		area.Provenance = inventory.Provenance{}
		sum.add(area)
	}
	for _, camera := range in.cameras {
		camera.Provenance = inventory.Provenance{}
		sum.add(camera)
	}
	for _, obstacle := range in.obstacles {
		obstacle.Provenance = inventory.Provenance{}
		sum.add(obstacle)
	}
	return sum.text()
}

// lineSum is the SHA-256 of values, as one line of JSON each.
type lineSum struct {
	hash  hash.Hash
	lines *json.Encoder
	err   error
}

func newLineSum() *lineSum {
	sum := sha256.New()
	return &lineSum{hash: sum, lines: json.NewEncoder(sum)}
}

// add adds a value; after an error it does nothing.
func (s *lineSum) add(value any) {
	if s.err == nil {
		s.err = s.lines.Encode(value)
	}
}

// text is the sum in hexadecimal, or the first error.
func (s *lineSum) text() (string, error) {
	if s.err != nil {
		return "", fmt.Errorf("hash the inputs: %w", s.err)
	}
	return hex.EncodeToString(s.hash.Sum(nil)), nil
}
