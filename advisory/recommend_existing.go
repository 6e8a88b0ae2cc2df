package advisory

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// replaceOld looks for the existing cameras that the rules would renew, and what a new one in their place would give.
func (u *undertaking) replaceOld(ctx context.Context) error {
	for k, v := range u.sights {
		if u.camera != nil && v.camera.ID != u.camera.ID || !v.inside || !u.owns(v.camera) || len(v.heads) == 0 {
			continue
		}
		rules, why, err := u.renewal(v.camera)
		if err != nil {
			return err
		}
		if len(rules) == 0 {
			continue
		}
		m, err := u.renewed(ctx, k)
		if err != nil {
			return err
		}
		m.Rules, m.Why, m.Taken = rules, why, false
		u.measures = append(u.measures, m)
	}
	return nil
}

// renewal are the rules that would renew a camera, and what they say.
func (u *undertaking) renewal(camera inventory.Camera) (rules []string, why inventory.Text, err error) {
	for _, h := range camera.Heads {
		c := Case{Camera: camera, Head: h}
		advice, err := u.advisor.Book.Advise(inventory.SubjectCamera, c.Facts(inventory.SubjectCamera), u.asked.At)
		if err != nil {
			return nil, why, err
		}
		for _, a := range advice {
			if a.Verdict == string(VerdictApplies) && !slices.Contains(rules, a.Rule) {
				rules, why = append(rules, a.Rule), a.Text
			}
		}
	}
	return rules, why, nil
}

// renewed is what new equipment would give in the place of a camera, looking where it does: the first that the book would
// choose, and when the camera is asked about, the best of all. Of a camera that turns only the rule is told.
func (u *undertaking) renewed(ctx context.Context, k int) (inventory.Measure, error) {
	v := u.sights[k]
	m := inventory.Measure{Kind: inventory.MeasureReplace, Camera: v.camera.ID, GainM2: make([]float64, len(u.now.Levels))}
	at := spot{
		Spot: geo.Spot{ID: string(v.camera.ID), At: v.heads[0].At}, heightM: v.camera.Mounting.HeightM,
		footing: footing{v.camera.Mounting.Support, v.camera.Mounting.PowerSource},
	}
	offers, err := u.offers([]footing{at.footing})
	var binding *geo.BindingError
	switch {
	case errors.As(err, &binding), err == nil && !lookingOneWay(v.heads[0]):
		return m, nil
	case err != nil:
		return m, err
	case u.camera == nil:
		offers = offers[:1]
	}
	before, best := u.now, math.Inf(-1)
	for _, o := range offers {
		p := proposal{spot: &at, offer: &o, bearingDeg: *v.heads[0].BearingDeg}
		seen, err := u.now.Replace(ctx, string(v.camera.ID), u.engineHeads(p, true))
		if err != nil {
			return m, fmt.Errorf("try a new camera: %w", err)
		}
		if gain := u.gain(before, seen); gain > best {
			best = gain
			m.GainM2, m.Set, m.Head, m.CostEUR = gains(before, seen), &p.heads()[0], p.heads()[0].ID, new(o.costEUR)
		}
	}
	return m, u.putBack(ctx, v)
}

// shared tells of the cameras of other holders that alone see some of the areas of interest: they count already, provided
// that their images are shared.
func (u *undertaking) shared() {
	if u.project.Holder == "" || u.camera != nil {
		return
	}
	alone := map[string][]float64{}
	for _, c := range u.now.Cameras.All() {
		alone[c.Camera] = c.ExclusiveM2
	}
	agreed := map[inventory.ID]bool{} // one agreement for all cameras of a holder
	for _, v := range u.sights {
		only := alone[string(v.camera.ID)]
		if u.owns(v.camera) || len(only) == 0 || only[u.gapRank] <= 0 {
			continue
		}
		area, reaches := u.seenBy(v)
		if !reaches {
			continue
		}
		var costEUR *inventory.Range
		if !agreed[v.camera.Holder] {
			costEUR, agreed[v.camera.Holder] = u.priceOf(articleShare), true
		}
		u.measures = append(u.measures, inventory.Measure{
			Kind: inventory.MeasureShare, Camera: v.camera.ID, Area: area, GainM2: slices.Clone(only), Taken: true, Rules: []string{"REC-41"},
			CostEUR: costEUR,
			Why: inventory.Text{
				FR: "Une caméra d’un autre détenteur voit déjà ce sol, qu’elle est seule à voir : il est compté ; " +
					"le partage des images est à convenir (CSI L252-3).",
				EN: "A camera of another holder sees this ground already, and alone does: it is counted; sharing its images is to be agreed (CSI L252-3).",
			},
		})
	}
}

// seenBy is an area that a camera may reach.
func (u *undertaking) seenBy(v sight) (inventory.ID, bool) {
	for _, w := range u.wants {
		if w.area >= 0 && u.mayReach(v, w.Zone) {
			return u.in.areas[w.area].ID, true
		}
	}
	return "", false
}

// mayReach tells whether a camera may see ground of a zone.
func (u *undertaking) mayReach(v sight, zone string) bool {
	for _, h := range v.heads {
		_, farM, err := h.Sensor.Reach(u.lowestWanted())
		frame, bad := geo.NewFrame(h.At)
		if err == nil && bad == nil && boxDistanceM(localBox(frame, u.zoneShape(zone))) <= math.Min(farM, geo.MaxReachM) {
			return true
		}
	}
	return false
}

// lit tells of the areas that are seen enough by day and not by night, and what light would give there: every camera that may
// see the area is tried with it. The plan does not count on light, which is another contract.
func (u *undertaking) lit(ctx context.Context) error {
	for _, w := range u.wants {
		if !w.Night || w.area < 0 {
			continue
		}
		day := w
		day.Night = false
		groundM2, byNightM2 := w.seen(u.now)
		_, byDayM2 := day.seen(u.now)
		if byDayM2-byNightM2 <= 0.01*groundM2 {
			continue
		}
		gainM2, err := u.lighted(ctx, w.Zone)
		if err != nil {
			return err
		}
		m := inventory.Measure{
			Kind: inventory.MeasureLight, Area: u.in.areas[w.area].ID, GainM2: gainM2, Rules: []string{"REC-24"},
			CostEUR: u.priceOf(articleLight),
			Why: inventory.Text{
				FR: "Ce sol est vu de jour et non de nuit : l’éclairer le rendrait aux caméras en place ; " +
					"à comparer au coût de caméras à infrarouge, après étude d’éclairement.",
				EN: "This ground is seen by day and not by night: light would give it back to the cameras that are there; " +
					"to be compared with cameras with infrared, after a study of the lighting.",
			},
		}
		u.measures = append(u.measures, m)
	}
	return nil
}

// lighted is what more is seen of a zone by night when it is lit, in the order of the levels, m².
func (u *undertaking) lighted(ctx context.Context, zone string) ([]float64, error) {
	before, now := u.now, u.now
	var tried []sight
	for _, v := range u.sights {
		if len(v.heads) == 0 || !u.mayReach(v, zone) {
			continue
		}
		heads := slices.Clone(v.heads)
		for i := range heads {
			heads[i].NightReachM = new(float64(geo.MaxReachM))
		}
		var err error
		if now, err = now.Replace(ctx, string(v.camera.ID), heads); err != nil {
			return nil, fmt.Errorf("try with light: %w", err)
		}
		tried = append(tried, v)
	}
	m2 := nightGains(before, now, zone)
	for _, v := range tried {
		var err error
		if now, err = now.Replace(ctx, string(v.camera.ID), v.heads); err != nil {
			return nil, fmt.Errorf("put back as it was: %w", err)
		}
	}
	u.now = now
	return m2, nil
}

// nightGains is what is newly seen of a zone by night, in the order of the levels, m².
func nightGains(before, after geo.Coverage, zone string) []float64 {
	m2 := make([]float64, len(before.Levels))
	for k, z := range after.Zones {
		for i := range z.Night {
			if z.ID == zone {
				m2[i] = max(0, z.Night[i].SeenM2-before.Zones[k].Night[i].SeenM2)
			}
		}
	}
	return m2
}

// removals tells of the existing cameras that can all go once the plan is there.
func (u *undertaking) removals() {
	if u.plan == nil {
		return
	}
	for _, id := range u.plan.Removable {
		u.measures = append(u.measures, inventory.Measure{
			Kind: inventory.MeasureRemove, Camera: inventory.ID(id), GainM2: make([]float64, len(u.before.Levels)), Rules: []string{"REC-42"},
			CostEUR: u.priceOf(articleRemoval),
			Why: inventory.Text{
				FR: "Avec le plan, la retirer ne change rien à ce qui est vu, de jour comme de nuit ; la décision revient au détenteur.",
				EN: "With the plan, nothing of what is seen by day or by night changes when it goes; the decision is the holder’s.",
			},
		})
	}
}

// The articles of costs.yaml that are the price of a measure.
const (
	articleReaim   = "reaim"
	articleLens    = "lens_change"
	articleMove    = "move_camera"
	articleShare   = "share_agreement"
	articleRemoval = "removal"
)

// priceOf is that of an article on the day of the advice; nil where the book has none.
func (u *undertaking) priceOf(article string) *inventory.Range {
	a, known := u.advisor.Book.Article(article, u.asked.At)
	if !known {
		return nil
	}
	return &a.EUR
}
