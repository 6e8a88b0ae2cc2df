package advisory

import (
	"context"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// mostCandidates bounds the cameras among which the search chooses: a place counts as often as there are kinds of
// equipment and directions. So many take less than 200 MB.
const mostCandidates = 60_000

// proposal is a camera that could be put somewhere. There are very many: what they have in common is held once.
type proposal struct {
	spot       *spot
	offer      *offer
	bearingDeg float64
	// masks are those of each head; nil for none.
	masks [][]inventory.Mask
}

// mountM is how high its lens is put, metres.
func (p proposal) mountM() float64 { return p.offer.mountM(*p.spot) }

// heads are its heads as a record has them.
func (p proposal) heads() []inventory.Head {
	heads := p.offer.headsAt(p.bearingDeg)
	for i, all := range p.masks {
		if len(all) > 0 {
			heads[i].Masks, heads[i].PrivacyMask, heads[i].MaskFollows = all, new(true), movesWithIt(heads[i])
		}
	}
	return heads
}

// maskedDeg is how wide its masks are, of all heads, degrees.
func (p proposal) maskedDeg() float64 {
	sum := 0.0
	for _, masks := range p.masks {
		for _, m := range masks {
			sum += math.Mod(m.ToDeg-m.FromDeg+360, 360)
		}
	}
	return sum
}

// id is its name in the scene: no record can have one with a slash.
func (p proposal) id() string {
	return fmt.Sprintf("%s/%s/%d/%g", p.spot.ID, p.offer.profile.ID, p.offer.rank, p.bearingDeg)
}

// proposals are the cameras among which the search chooses. With very many places, only those are kept from which one wide
// look sees most, together, of what is wanted.
func (u *undertaking) proposals(ctx context.Context, spots []spot, offers []offer) ([]proposal, error) {
	reachM, n := 0.0, 0
	for _, o := range offers {
		reachM = max(reachM, o.pxM/u.lowestWanted())
		n += len(o.bearings(u.bearings()))
	}
	before := len(spots)
	spots = u.within(spots, min(reachM, geo.MaxReachM))
	if far := before - len(spots); far > 0 {
		u.assume("spots_far", fr(far, "emplacement est trop loin", "emplacements sont trop loin")+" de tout ce qui est à voir, et n’est pas étudié.",
			en(far, "place is too far", "places are too far")+" from all that is to be seen, and not looked at.")
	}
	if most := max(1, mostCandidates/max(n, 1)); len(spots) > most {
		var err error
		if spots, err = u.shortlist(ctx, spots, offers, most); err != nil {
			return nil, err
		}
	}
	all := make([]proposal, 0, len(spots)*n)
	for i := range spots {
		for k := range offers {
			there, held := offers[k].on[spots[i].footing]
			if !held {
				continue
			}
			for _, bearing := range there.bearings(u.bearings()) {
				all = append(all, proposal{spot: &spots[i], offer: there, bearingDeg: bearing})
			}
		}
	}
	return all, nil
}

func (u *undertaking) bearings() int {
	if n := u.asked.Spots.Bearings; n > 0 {
		return n
	}
	return u.params.Plan.Bearings.Value
}

// lowestWanted is the lowest density that is wanted, px/m.
func (u *undertaking) lowestWanted() float64 {
	lowest := math.Inf(1)
	for _, w := range u.wants {
		if rank, known := u.scale.Level(w.Level); known {
			lowest = min(lowest, u.scale.Levels[rank].Density.Value)
		}
	}
	return lowest
}

// shortlist keeps the spots from which a look all round, as far as the best of the equipment sees, shows most together.
func (u *undertaking) shortlist(ctx context.Context, spots []spot, offers []offer, most int) ([]spot, error) {
	pxM, nightM := 0.0, 0.0
	for _, o := range offers {
		pxM = max(pxM, o.pxM)
		for _, h := range o.heads {
			if m := nightReachM(h); m != nil {
				nightM = max(nightM, *m)
			}
		}
	}
	hDeg, px := 360.0, int(pxM*2*math.Pi)
	looks := make([]geo.Candidate, len(spots))
	for i, s := range spots {
		head := geo.Head{
			At: s.At, NightReachM: &nightM,
			Sensor: geo.Sensor{HFOVDeg: &hDeg, RecordedWidthPx: &px, MountHeightM: new(offers[0].mountM(s)), TargetHeightM: u.targetHeightM},
		}
		looks[i] = geo.Candidate{ID: s.ID + "/all-round", Heads: []geo.Head{head}}
	}
	options := u.placing(purchase{count: most})
	for i := range options.Demands {
		d := &options.Demands[i]
		d.Share, d.Times = 0, max(1, d.Times)+1 // one place more for everything, so that there is a choice
	}
	options.MaxDwellingM, options.CellM = nil, 2*options.CellM // a wide look needs no fine squares
	ranks, err := geo.Shortlist(ctx, u.scene, looks, options, most)
	if err != nil {
		return nil, err
	}
	slices.Sort(ranks)
	kept := make([]spot, 0, len(ranks))
	for _, k := range ranks {
		kept = append(kept, spots[k])
	}
	u.assume("spots_thinned",
		fmt.Sprintf("Parmi %s emplacements à portée, les %s d’où l’on voit le plus, ensemble, par un regard tout autour, sont étudiés ; "+
			"la preuve porte sur ceux-là.", grouped(len(spots), "\u00a0"), grouped(len(kept), "\u00a0")),
		fmt.Sprintf("Of %s places within reach, the %s from which most is seen together, by one look all round, are looked at; "+
			"the proof is about these.", grouped(len(spots), ","), grouped(len(kept), ",")))
	return kept, nil
}

// engineHeads are the heads of a proposal for the engine. What a moving head can be turned to see is no reason to put it there:
// it counts as it stands at rest.
func (u *undertaking) engineHeads(p proposal, turning bool) []geo.Head {
	own, mountM := p.heads(), p.mountM()
	heads := make([]geo.Head, len(own))
	for i, h := range own {
		heads[i] = geo.Head{
			Camera: p.id(), At: p.spot.At, BearingDeg: h.BearingDeg, Sensor: u.sensor(h, &mountM),
			Masks: masks(h), NightReachM: nightReachM(h),
		}
		if turning {
			heads[i].PanRangeDeg = panRange(h)
		}
	}
	return heads
}

// candidatesOf are the proposals as the engine wants them.
func (u *undertaking) candidatesOf(all []proposal) []geo.Candidate {
	candidates := make([]geo.Candidate, len(all))
	for i, p := range all {
		candidates[i] = geo.Candidate{ID: p.id(), Support: p.spot.ID, Heads: u.engineHeads(p, false), CostEUR: u.priceEUR(p)}
	}
	return candidates
}

// placing is what is asked of the engine, which may spend so much.
func (u *undertaking) placing(may purchase) geo.Placing {
	p := geo.Placing{
		Options: u.options(), Count: may.count, BudgetEUR: may.budgetEUR, SpacingM: u.asked.SpacingM,
		MaxDwellingM: u.asked.MaxDwellingM, Removal: u.asked.Removal, CellM: u.cellM(),
	}
	if may.again {
		p.Effort.BoundRounds = -1
	}
	for _, w := range u.wants {
		p.Demands = append(p.Demands, w.Demand)
	}
	for _, area := range u.forbidden {
		p.Forbidden = append(p.Forbidden, geo.Zone{ID: string(area.ID), Shape: mapped(area.Geometry)})
	}
	return p
}

// leastCellM is the side of the squares on which the search looks at the ground of a town, metres; mostSquares how many
// there are of them at most, so that the ground of a city stays within memory.
const (
	leastCellM  = 4.0
	mostSquares = 800_000
)

// cellM is the side of the squares for the ground that is there, metres.
func (u *undertaking) cellM() float64 {
	return max(leastCellM, math.Sqrt(u.before.GroundM2/mostSquares))
}
