package advisory

import (
	"context"
	"fmt"

	"vigie/geo"
	"vigie/inventory"
)

// wallsInView finds the walls of dwellings in view, when that is asked for, level by level and head by head.
func (s study) wallsInView(ctx context.Context, scene geo.Scene, sights []sight) ([]inventory.WallsInView, error) {
	if !s.request.Privacy {
		return nil, nil
	}
	findings, err := geo.Privacy(ctx, scene, geo.PrivacyOptions{Options: s.options()})
	if err != nil {
		return nil, fmt.Errorf("compute what is seen of dwellings: %w", err)
	}
	heads := headsOf(sights)
	walls := []inventory.WallsInView{}
	for _, f := range findings {
		for rank, l := range f.Levels {
			if l.FacadeM <= 0 {
				continue
			}
			w := inventory.WallsInView{
				Camera: heads[f.Head].camera.ID, Head: heads[f.Head].id, Level: l.Level.Code, WallsM: l.FacadeM,
				Dwellings: []inventory.ID{}, Masks: []inventory.Mask{},
			}
			for _, d := range l.Dwellings {
				w.Dwellings = append(w.Dwellings, inventory.ID(d.Obstacle))
			}
			for _, m := range l.Masks {
				w.Masks, w.CostM2 = append(w.Masks, inventory.Mask(m.Mask)), w.CostM2+m.CostM2[rank]
			}
			walls = append(walls, w)
		}
	}
	return walls, nil
}
