package advisory

import (
	"fmt"

	"vigie/inventory"
)

// sum is the SHA-256 of everything an audit depends on but the book: the software, the request and every record read, in
// the order of their keys, as one line of JSON each. Where a record comes from is no fact of it, see [inputs.hash].
func (d *Dossier) sum() (string, error) {
	sum := newLineSum()
	sum.add(struct {
		Software string                 `json:"software"`
		Request  inventory.AuditRequest `json:"request"`
		Counts   []int                  `json:"counts"`
	}{d.software, d.request, []int{len(d.holders), len(d.deployments), len(d.cameras), len(d.areas), len(d.computed.read)}})
	for _, holder := range d.holders {
		holder.Provenance = inventory.Provenance{}
		sum.add(holder)
	}
	for _, deployment := range d.deployments {
		deployment.Provenance = inventory.Provenance{}
		sum.add(deployment)
		sum.add(len(d.of[deployment.ID]))
		for _, camera := range d.of[deployment.ID] {
			camera.Provenance = inventory.Provenance{}
			sum.add(camera)
		}
	}
	for _, camera := range d.cameras {
		if _, there := d.of[camera.Deployment]; there && camera.Deployment != "" {
			sum.add(camera.ID)
			continue
		}
		camera.Provenance = inventory.Provenance{}
		sum.add(camera)
	}
	for _, area := range d.areas {
		area.Provenance = inventory.Provenance{}
		sum.add(area)
	}
	for _, line := range d.computed.read {
		sum.add(line)
	}
	text, err := sum.text()
	if err != nil {
		return "", fmt.Errorf("audit: %w", err)
	}
	return text, nil
}
