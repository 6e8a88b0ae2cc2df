package advisory

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// groupings say which cameras go away together in a failure drill. Single cameras need none: what only one sees is its
// exclusive surface.
func groupings(sights []sight) []geo.Grouping {
	kinds := []struct {
		kind   inventory.LossKind
		member func(inventory.Camera) string
	}{
		{inventory.LossOfMast, mast},
		{inventory.LossOfDeployment, func(c inventory.Camera) string { return string(c.Deployment) }},
		{inventory.LossOfHolder, func(c inventory.Camera) string { return string(c.Holder) }},
	}
	groupings := make([]geo.Grouping, len(kinds))
	for i, k := range kinds {
		groupings[i] = geo.Grouping{ID: string(k.kind), Members: map[string]string{}}
		for _, v := range sights {
			if member := k.member(v.camera); member != "" {
				groupings[i].Members[string(v.camera.ID)] = member
			}
		}
	}
	return groupings
}

// mast names what carries a camera: as its record does, else by its place to 0.1 m.
func mast(c inventory.Camera) string {
	if c.Mounting.Mast != "" {
		return c.Mounting.Mast
	}
	return fmt.Sprintf("%.6f, %.6f", c.Location[0], c.Location[1])
}

// losses ranks what is lost with each member of the groupings, the worst of each kind first. A mast with one camera is
// that camera's own affair, and so is a member without which nothing is lost.
func losses(coverage geo.Coverage) []inventory.Loss {
	losses := []inventory.Loss{}
	for _, l := range coverage.Losses.All() {
		kind := inventory.LossKind(l.Grouping)
		if kind == inventory.LossOfMast && l.Cameras < 2 || slices.Max(append(l.LostM2, 0)) <= 0 {
			continue
		}
		loss := inventory.Loss{Kind: kind, Member: l.Member, Cameras: l.Cameras}
		for i, m2 := range l.LostM2 {
			loss.Levels = append(loss.Levels, inventory.LevelLoss{
				Level: coverage.Levels[i].Level.Code, LostM2: m2, LostPct: percentUp(m2, coverage.GroundM2),
			})
		}
		losses = append(losses, loss)
	}
	slices.SortStableFunc(losses, func(a, b inventory.Loss) int {
		if a.Kind != b.Kind {
			return 0 // the groupings are in order already
		}
		return cmp.Compare(b.Levels[0].LostM2, a.Levels[0].LostM2)
	})
	return losses
}

// percentUp is a share in percent, rounded up to 0.01: a loss is not made smaller than it is.
func percentUp(partM2, wholeM2 float64) float64 {
	if wholeM2 <= 0 {
		return 0
	}
	return math.Ceil(min(1, max(0, partM2/wholeM2-geometryShare))*10_000) / 100
}
