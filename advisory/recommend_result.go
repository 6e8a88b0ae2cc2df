package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// result puts the answer together.
func (u *undertaking) result(ctx context.Context) (inventory.RecommendationResult, error) {
	u.removals()
	areas, err := u.areaGains(ctx)
	if err != nil {
		return inventory.RecommendationResult{}, err
	}
	if u.plan == nil {
		if err := u.price(ctx); err != nil {
			return inventory.RecommendationResult{}, err
		}
	}
	u.suppose()
	phases := []inventory.Phase{}
	if u.plan != nil {
		phases = u.phases()
	}
	billed := u.billed
	w := warnings{}
	w.cameras(u.sights)
	w.ground(u.study, u.in)
	w.scale(u.scale)
	result := inventory.RecommendationResult{
		Scale: u.scale.ID, Perimeter: surface(u.in.perimeter), GroundM2: u.before.GroundM2,
		Levels: u.levelGains(), Areas: areas, Drawing: u.drawing(), Measures: u.measures, Cameras: u.proposed, Proofs: []inventory.PlanProof{},
		Curve: []inventory.TradeOff{}, Marginal: u.marginal(), Advice: billed.advice, Phases: phases,
		Bill: billed.bill, Subsidy: billed.subsidy, Network: billed.network, Specification: []inventory.SpecificationSection{},
		Assumptions: slices.Concat(u.assumptions, u.assumed(u.sights)), Warnings: slices.Concat(u.warnings, billed.warnings, w),
	}
	if len(u.in.places) > 0 {
		result.PerimeterName = u.in.places[0].Name
	}
	if result.Measures == nil {
		result.Measures = []inventory.Measure{}
	}
	if p := u.plan; p != nil {
		result.Proofs, result.Curve, result.Spots = proofs(p.Proofs), u.curve(p.Placement), p.count()
	}
	return result, nil
}

// existing is how many cameras the project's holder has already, as told, else as the study counts them.
func (u *undertaking) existing() int {
	if u.project.Cameras != nil {
		return *u.project.Cameras
	}
	n := 0
	for _, v := range u.sights {
		if v.inside && u.owns(v.camera) {
			n++
		}
	}
	return n
}

// count tells how many places there were, and what ruled others out.
func (p *plan) count() inventory.SpotCount {
	x := p.Excluded
	return inventory.SpotCount{
		Spots: p.places, Candidates: p.cameras, Forbidden: x.Forbidden, Spacing: x.Spacing, Inside: x.Inside,
		Dwellings: x.Dwellings + p.refused, Blind: x.Blind, CellM: p.CellM,
	}
}

// levelGains are what is seen before and after.
func (u *undertaking) levelGains() []inventory.LevelGain {
	after := u.after()
	ground := u.before.GroundM2
	day, later := u.levels(ground, u.before.Levels), u.levels(ground, after.Levels)
	night, laterNight := u.levels(ground, u.before.Night), u.levels(ground, after.Night)
	gains := make([]inventory.LevelGain, len(day))
	for i, l := range day {
		gains[i] = inventory.LevelGain{
			Code: l.Code, Name: l.Name, DensityPxM: l.DensityPxM,
			BeforeM2: l.SeenM2, AfterM2: later[i].SeenM2, BeforePct: l.SeenPct, AfterPct: later[i].SeenPct,
			NightBeforeM2: night[i].SeenM2, NightAfterM2: laterNight[i].SeenM2,
			NightBeforePct: night[i].SeenPct, NightAfterPct: laterNight[i].SeenPct,
		}
	}
	return gains
}

// areaGains are what becomes of the areas of interest; those that only touch the perimeter are left out.
func (u *undertaking) areaGains(ctx context.Context) ([]inventory.AreaGain, error) {
	before, err := u.study.areas(ctx, u.in, u.before, unknownByNight(u.sights))
	if err != nil {
		return nil, err
	}
	after, err := u.study.areas(ctx, u.in, u.after(), unknownByNight(u.sights))
	if err != nil {
		return nil, err
	}
	gains := []inventory.AreaGain{}
	for i, was := range before.results {
		is := after.results[i]
		rank := slices.IndexFunc(u.in.areas, func(a inventory.Area) bool { return a.ID == was.ID })
		gain := inventory.AreaGain{
			ID: was.ID, Name: was.Name, Kind: was.Kind, Requirement: was.Requirement, Need: u.needs[rank], GroundM2: was.GroundM2,
			BeforePct: was.ReachedPct, AfterPct: is.ReachedPct, Before: was.Verdict, After: is.Verdict, Times: 1,
		}
		for _, w := range u.wants {
			if w.area == rank {
				gain.Times = max(1, w.Times)
			}
		}
		gains = append(gains, gain)
	}
	return gains, nil
}

// marginal are the existing cameras with what they alone see, the least worth first.
func (u *undertaking) marginal() []inventory.MarginalCamera {
	named := map[string]inventory.Camera{}
	for _, v := range u.sights {
		named[string(v.camera.ID)] = v.camera
	}
	all := []inventory.MarginalCamera{}
	for _, c := range u.after().Cameras.All() {
		camera, there := named[c.Camera]
		if !there {
			continue
		}
		all = append(all, inventory.MarginalCamera{
			Camera: camera.ID, Name: cmp.Or(camera.Name, camera.ExternalID), ExclusiveM2: slices.Clone(c.ExclusiveM2),
			Removable: u.plan != nil && slices.Contains(u.plan.Removable, c.Camera),
		})
	}
	slices.SortStableFunc(all, func(a, b inventory.MarginalCamera) int {
		return cmp.Compare(a.ExclusiveM2[u.gapRank], b.ExclusiveM2[u.gapRank])
	})
	return all
}

// cameras are the proposed cameras as records, with what is asked of them.
func (u *undertaking) cameras(ctx context.Context) ([]inventory.ProposedCamera, error) {
	out := []inventory.ProposedCamera{}
	if u.plan == nil || len(u.plan.chosen) == 0 {
		return out, nil
	}
	walls, err := u.wallsOf(ctx, u.plan.chosen)
	if err != nil {
		return nil, err
	}
	near, err := newGazetteer(u.in, u.params.StreetSearchM.Value)
	if err != nil {
		return nil, err
	}
	session, err := u.advisor.Book.On(u.asked.At, u.scale.ID)
	if err != nil {
		return nil, err
	}
	alone := map[string][]float64{}
	for _, c := range u.plan.after.Cameras.All() {
		alone[c.Camera] = c.ExclusiveM2
	}
	for i, p := range u.plan.chosen {
		one := u.record(p, walls[i])
		chosen := u.plan.Chosen[i]
		one.Camera.Name = fmt.Sprintf("Proposition %d", i+1)
		one.Near, _, _ = near.find(p.spot.At)
		one.AddsM2, one.ExclusiveM2, one.Phase = chosen.AddsM2, slices.Clone(alone[p.id()]), 1
		u.specify(&one, p)
		u.advisor.Book.billMasks(&one, u.asked.At)
		one.Models = append(one.Models, u.modelsFor(one)...)
		if err := u.comply(session, one.Camera); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// record is the record that a proposal would be.
func (u *undertaking) record(p proposal, walls []inventory.WallsInView) inventory.ProposedCamera {
	need := u.serves(p)
	at := inventory.Point(p.spot.At)
	id := inventory.DeriveID("proposed camera", p.id())
	camera := inventory.Camera{
		ID: id, Holder: cmp.Or(u.project.Holder, "unknown"), Category: inventory.Fixed, Status: inventory.Planned, Location: &at,
		Commune: u.study.request.Commune, Department: u.project.Department, FilmsPublicWay: need.FilmsPublicWay,
		Mounting: inventory.Mounting{
			Support: p.spot.support, HeightM: new(p.mountM()), Outdoor: need.Outdoor, Reachable: need.Reachable, PowerSource: p.spot.power,
		},
		Heads: p.heads(), Critical: need.Critical,
	}
	for i := range camera.Heads {
		camera.Heads[i].Purposes, camera.Heads[i].Aims = need.Purposes, []inventory.Aim{need.Aim}
	}
	u.settleDwellings(&camera, walls)
	for i := range walls {
		walls[i].Camera = id
	}
	return inventory.ProposedCamera{
		Camera: camera, Spot: p.spot.ID, Profile: p.offer.profile.ID, Need: u.needAt(p, need, walls), Walls: walls,
		Advice: []inventory.Advice{}, Specifications: []inventory.Specification{}, Rejected: []inventory.Alternative{}, Models: []inventory.ProposedModel{},
		Optics: slices.Clone(p.offer.optics), Bill: []inventory.BillLine{}, CostEUR: p.offer.costEUR,
	}
}

// needAt is a need with what is known once a camera has its place.
func (u *undertaking) needAt(p proposal, need inventory.Need, walls []inventory.WallsInView) inventory.Need {
	if far := u.farthest(p, need); need.TargetDistanceM == nil && far > 0 {
		need.TargetDistanceM = new(tenths(far))
	}
	need.MountHeightM = new(p.mountM())
	need.Support = cmp.Or(need.Support, p.spot.support)
	need.PowerSource = cmp.Or(need.PowerSource, p.spot.power)
	if u.usesKnown() {
		inView := len(walls) > 0
		need.DwellingInView = &inView
	}
	return need
}

// specify asks the book what the place takes, and keeps its advice on the equipment that was chosen.
func (u *undertaking) specify(one *inventory.ProposedCamera, p proposal) {
	one.Advice, one.Specifications, one.Bill = p.offer.advice, p.offer.specs, p.offer.bill
	options, rejected, err := u.advisor.Book.options(one.Need, u.project, u.asked.At, u.asked.Profiles)
	one.Rejected = append(one.Rejected, rejected...)
	if err != nil {
		u.warnings.add("need_not_met_there",
			one.Camera.Name+" : au plus loin de ce qu’elle sert, aucun matériel ne tient le besoin ; "+
				"la part vue au niveau voulu est celle des chiffres.",
			one.Camera.Name+": at the farthest of what it serves no equipment meets the need; "+
				"what is seen at the level wanted is what the figures say.")
		return
	}
	for _, o := range options {
		if o.profile.ID == p.offer.profile.ID {
			one.Advice, one.Specifications, one.Bill, one.CostEUR = o.advice, o.specs, o.bill, o.costEUR
		}
	}
}

// tenths rounds to a tenth.
func tenths(v float64) float64 { return math.Round(v*10) / 10 }
