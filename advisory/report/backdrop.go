package report

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Buildings is a backdrop of the obstacles in the store that meet the perimeter of an assessment or a recommendation.
func Buildings(ctx context.Context, store inventory.Store, of inventory.Record) (Backdrop, error) {
	var under Backdrop
	for building, err := range store.Obstacles().Find(ctx, inventory.Query{Area: of.Shape()}) {
		if err != nil {
			return under, fmt.Errorf("read the buildings of a map: %w", err)
		}
		under.Buildings = append(under.Buildings, orb.MultiPolygon(building.Geometry))
	}
	return under, nil
}
