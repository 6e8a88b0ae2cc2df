package advisory

import (
	"context"
	"fmt"

	"vigie/geo"
	"vigie/inventory"
)

// Cameras on the public way may show neither the inside of dwellings nor, in particular, their entrances (CSI L251-3).

// maskSteps is in how many directions of a field it is looked whether masks take it.
const maskSteps = 360

// interior is the level from which on dwellings are masked.
func (s study) interior() int {
	rank, _ := s.scale.Level(s.levelAt(s.params.Plan.InteriorPxM.Value))
	return rank
}

// mask gives every proposal the masks that hide the dwellings it would show, and leaves out those that masks take from what
// they were for.
func (u *undertaking) mask(ctx context.Context, all []proposal) (kept []proposal, refused int, err error) {
	if !u.dwellings() {
		return all, 0, nil
	}
	scene := u.scene
	scene.Heads, scene.Zones, scene.Subsets = nil, nil, nil
	scene.Levels = scene.Levels[u.interior() : u.interior()+1]
	var of [][2]int // proposal and head
	for i, p := range all {
		for k, h := range u.engineHeads(p, true) {
			scene.Heads, of = append(scene.Heads, h), append(of, [2]int{i, k})
		}
	}
	found, err := geo.Privacy(ctx, scene, geo.PrivacyOptions{Options: u.options(), Unpriced: true})
	if err != nil {
		return nil, 0, fmt.Errorf("compute what is seen of dwellings: %w", err)
	}
	for _, f := range found {
		at := of[f.Head]
		p := &all[at[0]]
		if p.masks == nil {
			p.masks = make([][]inventory.Mask, len(p.offer.heads))
		}
		for _, m := range f.Levels[0].Masks {
			p.masks[at[1]] = append(p.masks[at[1]], maskOf(m.Mask))
		}
	}
	for _, p := range all {
		if p.masks != nil && 100*maskedShare(p.heads()) > u.params.Plan.RefusedMaskPct.Value {
			refused++
			continue
		}
		kept = append(kept, p)
	}
	return kept, refused, nil
}

// maskOf is a mask as a record has it: from 0 to 360 degrees.
func maskOf(m geo.Mask) inventory.Mask {
	if m.ToDeg-m.FromDeg >= 360 {
		return inventory.Mask{FromDeg: 0, ToDeg: 360}
	}
	return inventory.Mask{FromDeg: roundTo360(m.FromDeg), ToDeg: roundTo360(m.ToDeg)}
}

// dwellings tells whether any obstacle is known to be one.
func (u *undertaking) dwellings() bool {
	for _, o := range u.scene.Obstacles {
		if o.Dwelling {
			return true
		}
	}
	return false
}

// movesWithIt asks of a head that turns that its masks turn as well.
func movesWithIt(h inventory.Head) *bool {
	if panRange(h) == 0 {
		return nil
	}
	return new(true)
}

// maskedShare is the part of the fields of some heads, at rest, that their masks take.
func maskedShare(heads []inventory.Head) float64 {
	masked := 0
	for _, h := range heads {
		fieldDeg, _ := geo.Sensor{HFOVDeg: h.HFOVDeg, WidthMM: h.SensorWidthMM, FocalMM: h.FocalMM}.FieldOfView()
		if fieldDeg == nil || h.BearingDeg == nil {
			continue
		}
		for k := range maskSteps {
			deg := *h.BearingDeg + *fieldDeg*((float64(k)+0.5)/maskSteps-0.5)
			if inMasks(h.Masks, deg) {
				masked++
			}
		}
	}
	return float64(masked) / float64(max(1, len(heads)*maskSteps))
}

func inMasks(all []inventory.Mask, deg float64) bool {
	for _, m := range all {
		if width := m.ToDeg - m.FromDeg; width >= 360 || roundTo360(deg-m.FromDeg) <= roundTo360(width) {
			return true
		}
	}
	return false
}

// roundTo360 brings an angle between 0 and 360 degrees.
func roundTo360(deg float64) float64 {
	for deg < 0 {
		deg += 360
	}
	for deg >= 360 {
		deg -= 360
	}
	return deg
}

// wallsOf are the walls of dwellings that proposed cameras would have in view without their masks, level by level, by the
// rank of the proposal.
func (u *undertaking) wallsOf(ctx context.Context, chosen []proposal) ([][]inventory.WallsInView, error) {
	walls := make([][]inventory.WallsInView, len(chosen))
	for i := range walls {
		walls[i] = []inventory.WallsInView{}
	}
	if !u.dwellings() || len(chosen) == 0 {
		return walls, nil
	}
	scene := u.scene
	scene.Heads, scene.Zones = nil, nil
	var of [][2]int
	for i, p := range chosen {
		for k, h := range u.engineHeads(p, true) {
			h.Masks = nil
			scene.Heads, of = append(scene.Heads, h), append(of, [2]int{i, k})
		}
	}
	found, err := geo.Privacy(ctx, scene, geo.PrivacyOptions{Options: u.options()})
	if err != nil {
		return nil, fmt.Errorf("compute what is seen of dwellings: %w", err)
	}
	for _, f := range found {
		at := of[f.Head]
		for rank, l := range f.Levels {
			if l.FacadeM <= 0 {
				continue
			}
			w := wallsAt(l, rank)
			w.Head = chosen[at[0]].heads()[at[1]].ID
			walls[at[0]] = append(walls[at[0]], w)
		}
	}
	return walls, nil
}

// wallsAt is what a head has in view at a level, and the masks that would hide it.
func wallsAt(l geo.PrivacyLevel, rank int) inventory.WallsInView {
	w := inventory.WallsInView{Level: l.Level.Code, WallsM: l.FacadeM, Dwellings: []inventory.ID{}, Masks: []inventory.Mask{}}
	for _, d := range l.Dwellings {
		w.Dwellings = append(w.Dwellings, inventory.ID(d.Obstacle))
	}
	for _, m := range l.Masks {
		w.Masks, w.CostM2 = append(w.Masks, maskOf(m.Mask)), w.CostM2+m.CostM2[rank]
	}
	return w
}
