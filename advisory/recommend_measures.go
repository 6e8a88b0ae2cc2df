package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// Before a new camera is proposed it is looked whether an existing one can do, turned or with another lens (rules REC-40
// and REC-41 of the book).

const (
	// turns is in how many directions an existing camera is tried; mostTurned how many cameras are, the ones nearest to
	// what is missing first.
	turns, mostTurned = 24, 40
)

// trial is a way to set a camera that was tried.
type trial struct {
	kind  inventory.MeasureKind
	head  int
	set   inventory.Head
	heads []geo.Head
	gain  float64
	seen  geo.Coverage
	// moveTo is where the camera is moved to, lon, lat; nil where it stays. It is then set as it was.
	moveTo *orb.Point
}

// measure looks for what can be had without a new camera, and takes what is worth it, one camera after another.
func (u *undertaking) measure(ctx context.Context) error {
	for _, k := range u.turnable() {
		if err := u.tryCamera(ctx, k); err != nil {
			return err
		}
	}
	if err := u.replaceOld(ctx); err != nil {
		return err
	}
	u.shared()
	if err := u.lit(ctx); err != nil {
		return err
	}
	if u.camera != nil && len(u.measures) == 0 {
		u.measures = append(u.measures, inventory.Measure{
			Kind: inventory.MeasureKeep, Camera: u.camera.ID, GainM2: make([]float64, len(u.before.Levels)), Taken: true,
			Why: inventory.Text{
				FR: "Aucune autre orientation ni autre objectif ne fait mieux : la caméra est à conserver telle quelle.",
				EN: "No other bearing and no other lens does better: the camera is to be kept as it is.",
			},
			Rules: []string{"REC-40"},
		})
	}
	slices.SortStableFunc(u.measures, func(a, b inventory.Measure) int {
		return cmp.Or(compareFlags(b.Taken, a.Taken), cmp.Compare(b.GainM2[u.gapRank], a.GainM2[u.gapRank]))
	})
	return nil
}

// turnable are the existing cameras to try, as ranks among the sights: those of the holder that look one way, the ones
// nearest to what is missing first.
func (u *undertaking) turnable() []int {
	type near struct {
		rank int
		m    float64
	}
	var all []near
	for k, v := range u.sights {
		if u.camera != nil && v.camera.ID != u.camera.ID || !u.owns(v.camera) || !slices.ContainsFunc(v.heads, lookingOneWay) {
			continue
		}
		if m, reaches := u.nearest(v); reaches {
			all = append(all, near{k, m})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.m, b.m) })
	ranks := make([]int, 0, len(all))
	for _, n := range all[:min(len(all), mostTurned)] {
		ranks = append(ranks, n.rank)
	}
	return ranks
}

// owns tells whether a camera is the project's holder's; anybody's when no holder is named.
func (u *undertaking) owns(c inventory.Camera) bool {
	return u.project.Holder == "" || c.Holder == u.project.Holder
}

func lookingOneWay(h geo.Head) bool { return h.PanRangeDeg == 0 && h.BearingDeg != nil }

// nearest is how far a camera is from what is wanted and not yet seen, and whether it may reach it, metres.
func (u *undertaking) nearest(v sight) (m float64, reaches bool) {
	frame, err := geo.NewFrame(v.heads[0].At)
	if err != nil {
		return 0, false
	}
	m = math.Inf(1)
	for _, w := range u.aims() {
		groundM2, seenM2 := w.seen(u.now)
		if missing := groundM2 - seenM2; missing <= 0 || w.Share > 0 && seenM2 >= w.Share*groundM2 {
			continue
		}
		if w.Zone == "" {
			return 0, true
		}
		for _, polygon := range u.zoneShape(w.Zone) {
			m = math.Min(m, boxDistanceM(localBox(frame, orb.MultiPolygon{polygon})))
		}
	}
	farM := 0.0
	for _, h := range v.heads {
		if _, reachM, err := h.Sensor.Reach(u.lowestWanted()); err == nil {
			farM = math.Max(farM, math.Min(reachM, geo.MaxReachM))
		}
	}
	return m, m <= farM*2 // another lens sees farther
}

// boxDistanceM is how far a box is from the origin, metres.
func boxDistanceM(b orb.Bound) float64 {
	dx := math.Max(0, math.Max(b.Min[0], -b.Max[0]))
	dy := math.Max(0, math.Max(b.Min[1], -b.Max[1]))
	return math.Hypot(dx, dy)
}

// tryCamera turns the heads of a camera and changes their lenses, one head at a time, or moves it, and takes what is best if it
// is worth its works; where that is refused, the best of another kind.
func (u *undertaking) tryCamera(ctx context.Context, k int) error {
	v := u.sights[k]
	var best []trial // of each kind
	start, moved := u.now, false
	for i, h := range v.heads {
		if !lookingOneWay(h) {
			continue
		}
		trials := u.trials(v, i)
		if !moved {
			trials, moved = append(trials, u.moves(v, i)...), true
		}
		for _, t := range trials {
			seen, err := u.now.Replace(ctx, string(v.camera.ID), t.heads)
			if err != nil {
				return fmt.Errorf("try another setting: %w", err)
			}
			t.seen, t.gain = seen, u.gain(start, seen)
			if i := slices.IndexFunc(best, func(b trial) bool { return b.kind == t.kind }); i < 0 {
				best = append(best, t)
			} else if t.beats(best[i]) {
				best[i] = t
			}
		}
	}
	leastM2 := u.missing() * u.params.Plan.LeastGainPct.Value / 100
	best = slices.DeleteFunc(best, func(t trial) bool { return t.gain <= leastM2 })
	for _, t := range byGain(best) {
		if taken, err := u.take(ctx, k, start, t); taken || err != nil {
			return err
		}
	}
	return u.putBack(ctx, v)
}

// beats tells that a trial gains more than another, by more than figures err.
func (t trial) beats(other trial) bool {
	return t.gain > other.gain*(1+geometryShare)+geometryShare
}

// byGain orders trials so that none stands after one that it beats; else they stay as they are.
func byGain(trials []trial) []trial {
	var ordered []trial
	for len(trials) > 0 {
		best := 0
		for i, t := range trials {
			if t.beats(trials[best]) {
				best = i
			}
		}
		ordered, trials = append(ordered, trials[best]), slices.Delete(trials, best, best+1)
	}
	return ordered
}

// putBack sets a camera as it was.
func (u *undertaking) putBack(ctx context.Context, v sight) (err error) {
	u.now, err = u.now.Replace(ctx, string(v.camera.ID), v.heads)
	return err
}

// trials are the ways to set head i of a camera.
func (u *undertaking) trials(v sight, i int) []trial {
	var all []trial
	rank := u.headRank(v, i)
	if rank < 0 {
		return nil
	}
	own := v.camera.Heads[rank]
	add := func(kind inventory.MeasureKind, set inventory.Head) {
		heads := slices.Clone(v.heads)
		heads[i].BearingDeg, heads[i].Sensor = set.BearingDeg, u.sensor(set, heads[i].Sensor.MountHeightM)
		heads[i].Masks = masks(set)
		all = append(all, trial{kind: kind, head: i, set: set, heads: heads})
	}
	for n := 1; n < turns; n++ {
		set := own
		set.HFOVDeg, set.VFOVDeg = v.heads[i].Sensor.HFOVDeg, v.heads[i].Sensor.VFOVDeg
		set.RecordedWidthPx, set.Masks = v.heads[i].Sensor.RecordedWidthPx, nil
		set.BearingDeg = new(roundBearing(*v.heads[i].BearingDeg + 360*float64(n)/turns))
		add(inventory.MeasureReaim, set)
	}
	if own.Kind != inventory.HeadThermal {
		for _, deg := range u.params.Plan.LensFieldsDeg.Value {
			add(inventory.MeasureLens, withLens(own, v.heads[i].Sensor, deg))
		}
	}
	return all
}

// headRank is the rank among the camera's own heads of head i of the engine; −1 when it has none of its own.
func (u *undertaking) headRank(v sight, i int) int {
	return slices.IndexFunc(v.camera.Heads, func(h inventory.Head) bool { return h.ID == v.ids[i] })
}

// withLens is a head with a lens of another horizontal field, degrees: the vertical one follows it, and so does the focal
// length where the sensor is known.
func withLens(h inventory.Head, sensor geo.Sensor, hDeg float64) inventory.Head {
	half := func(deg float64) float64 { return math.Tan(deg / 2 * math.Pi / 180) }
	wasDeg, wasVDeg := sensor.FieldOfView()
	h.RecordedWidthPx = sensor.RecordedWidthPx
	if wasDeg != nil && wasVDeg != nil && *wasDeg < 180 {
		deg := 2 * math.Atan(half(*wasVDeg)*half(hDeg)/half(*wasDeg)) * 180 / math.Pi
		h.VFOVDeg = &deg
	}
	h.HFOVDeg = &hDeg
	if sensor.WidthMM != nil {
		focalMM := math.Round(*sensor.WidthMM/(2*half(hDeg))*10) / 10
		h.FocalMM = &focalMM
	}
	return h
}

// take keeps a setting of a camera, unless it shows more of dwellings than before or the budget does not pay for it.
func (u *undertaking) take(ctx context.Context, k int, before geo.Coverage, best trial) (taken bool, err error) {
	v := u.sights[k]
	m := inventory.Measure{
		Kind: best.kind, Camera: v.camera.ID, Head: v.ids[best.head], Set: &best.set, GainM2: gains(before, best.seen), Rules: []string{"REC-41"},
	}
	if best.moveTo != nil {
		m.Head, m.Set, m.MoveTo = "", nil, new(inventory.Point(*best.moveTo))
	}
	moreWalls, err := u.moreDwellings(ctx, v.heads, best.heads)
	if err != nil {
		return false, err
	}
	m.Taken, m.Why, m.CostEUR = true, takenWhy(best.kind), u.priceOf(measureArticles()[best.kind])
	switch {
	case moreWalls:
		m.Taken, m.Why = false, inventory.Text{
			FR: "Écartée : davantage de façades de logements seraient en vue (CSI L251-3).",
			EN: "Not taken: more walls of dwellings would be in view (CSI L251-3).",
		}
	case u.beyondBudget(m):
		m.Taken, m.Why = false, inventory.Text{FR: "Écartée : le budget ne la paie plus.", EN: "Not taken: the budget no longer pays for it."}
	}
	u.measures = append(u.measures, m)
	if !m.Taken {
		return false, nil
	}
	if u.now, err = u.now.Replace(ctx, string(v.camera.ID), best.heads); err != nil {
		return false, fmt.Errorf("take a measure: %w", err)
	}
	u.sights[k].heads = best.heads
	u.replaceInScene(string(v.camera.ID), best.heads)
	return true, nil
}

func takenWhy(kind inventory.MeasureKind) inventory.Text {
	if kind == inventory.MeasureMove {
		return inventory.Text{
			FR: "La déplacer de quelques mètres le long de sa façade couvre davantage sans nouvelle caméra ; le dossier d’autorisation est à mettre à jour.",
			EN: "Moving it by a few metres along its wall covers more without a new camera; the authorisation file is to be updated.",
		}
	}
	if kind == inventory.MeasureLens {
		return inventory.Text{
			FR: "Changer d’objectif couvre davantage sans nouvelle caméra.", EN: "Another lens covers more without a new camera.",
		}
	}
	return inventory.Text{
		FR: "Réorienter couvre davantage sans nouvelle caméra ; le dossier d’autorisation est à mettre à jour.",
		EN: "Turning it covers more without a new camera; the authorisation file is to be updated.",
	}
}

// replaceInScene sets the heads of a camera in the scene.
func (u *undertaking) replaceInScene(camera string, heads []geo.Head) {
	u.scene.Heads = slices.Clone(u.scene.Heads)
	k := 0
	for i, h := range u.scene.Heads {
		if h.Camera == camera {
			u.scene.Heads[i], k = heads[k], k+1
		}
	}
}

// gains is the ground that is newly seen, in the order of the levels, m².
func gains(before, after geo.Coverage) []float64 {
	m2 := make([]float64, len(after.Levels))
	for i := range m2 {
		m2[i] = after.Levels[i].SeenM2 - before.Levels[i].SeenM2
	}
	return m2
}

// moreDwellings tells whether the heads of a camera would show more walls of dwellings, close enough to tell what is inside.
func (u *undertaking) moreDwellings(ctx context.Context, was, would []geo.Head) (bool, error) {
	if !u.dwellings() {
		return false, nil
	}
	scene := u.scene
	scene.Heads, scene.Zones, scene.Subsets = slices.Concat(was, would), nil, nil
	scene.Levels = scene.Levels[u.interior() : u.interior()+1]
	found, err := geo.Privacy(ctx, scene, geo.PrivacyOptions{Options: u.options(), Unpriced: true})
	if err != nil {
		return false, fmt.Errorf("compute what is seen of dwellings: %w", err)
	}
	var beforeM, afterM float64
	for _, f := range found {
		if f.Head < len(was) {
			beforeM += f.Levels[0].FacadeM
		} else {
			afterM += f.Levels[0].FacadeM
		}
	}
	return afterM > beforeM+0.5, nil
}
