package advisory

import (
	"cmp"

	"vigie/inventory"
)

// drawing is what a map of the plan shows, at the level of the gaps.
func (u *undertaking) drawing() inventory.PlanDrawing {
	d := inventory.PlanDrawing{
		Level:      u.scale.Levels[u.gapRank].Code,
		SeenBefore: surface(u.before.Levels[u.gapRank].Seen), SeenAfter: surface(u.after().Levels[u.gapRank].Seen),
		Existing: []inventory.DrawnCamera{}, Areas: []inventory.DrawnArea{},
	}
	counts := map[string]bool{}
	for _, c := range u.before.Cameras.All() {
		counts[c.Camera] = true
	}
	for _, v := range u.sights {
		if v.camera.Location != nil && counts[string(v.camera.ID)] {
			d.Existing = append(d.Existing, inventory.DrawnCamera{
				Camera: v.camera.ID, Name: cmp.Or(v.camera.Name, v.camera.ExternalID), Location: *v.camera.Location, Assumed: v.supposes(opticsAssumed),
			})
		}
	}
	for _, area := range u.in.areas {
		d.Areas = append(d.Areas, inventory.DrawnArea{ID: area.ID, Geometry: area.Geometry})
	}
	return d
}
