package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"vigie/inventory"
)

// sum is the SHA-256 of everything an audit depends on but the book: the software, the request and every record read, in
// the order of their keys, as one line of JSON each. Where a record comes from is no fact of it, see [inputs.hash].
func (d *Dossier) sum() (string, error) {
	sum := sha256.New()
	lines := json.NewEncoder(sum)
	var err error
	encode := func(record any) {
		if err == nil {
			err = lines.Encode(record)
		}
	}
	encode(struct {
		Software string                 `json:"software"`
		Request  inventory.AuditRequest `json:"request"`
		Counts   []int                  `json:"counts"`
	}{d.software, d.request, []int{len(d.holders), len(d.deployments), len(d.cameras), len(d.areas), len(d.computed.read)}})
	for _, holder := range d.holders {
		holder.Provenance = inventory.Provenance{}
		encode(holder)
	}
	for _, deployment := range d.deployments {
		deployment.Provenance = inventory.Provenance{}
		encode(deployment)
		encode(len(d.of[deployment.ID]))
		for _, camera := range d.of[deployment.ID] {
			camera.Provenance = inventory.Provenance{}
			encode(camera)
		}
	}
	for _, camera := range d.cameras {
		if _, there := d.of[camera.Deployment]; there && camera.Deployment != "" {
			encode(camera.ID)
			continue
		}
		camera.Provenance = inventory.Provenance{}
		encode(camera)
	}
	for _, area := range d.areas {
		area.Provenance = inventory.Provenance{}
		encode(area)
	}
	for _, line := range d.computed.read {
		encode(line)
	}
	if err != nil {
		return "", fmt.Errorf("audit: hash the inputs: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
