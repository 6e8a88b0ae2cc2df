package advisory

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// offer is equipment that the search may put somewhere: an option of the book, with what it is for.
type offer struct {
	equipmentOption
	// on is the same offer as each kind of footing takes it; what is not there is refused on it.
	on map[footing]*offer
	// pxM is the largest distance × density of its heads, px: how far it sees at one pixel per metre.
	pxM float64
	// rank tells apart offers of one profile.
	rank int
	// storageTB is what its streams take on disks, TB, shareEUR what it adds to all that cameras share, euros.
	storageTB, shareEUR float64
}

// footing is what a camera stands on, and what feeds it: what decides on works beside the camera itself.
type footing struct {
	support string
	power   inventory.PowerSource
}

// eur is the middle of what an option costs, euros without tax.
func (o equipmentOption) eur() float64 { return middle(o.costEUR) }

// mostOffers bounds the kinds of equipment that the search tries at every place, so that tens of thousands of places stay
// within memory.
const mostOffers = 4

// offers are the ways to equip for what is wanted on some footings, the needs that weigh most first.
func (u *undertaking) offers(footings []footing) ([]offer, error) {
	wants := slices.Clone(u.wants)
	slices.SortStableFunc(wants, func(a, b want) int {
		return cmp.Or(compareFlags(b.Share > 0, a.Share > 0), cmp.Compare(b.Weight, a.Weight))
	})
	var all []offer
	var refused error
	tried := map[string]bool{}
	for _, w := range wants {
		for k, distanceM := range u.distancesM(w.need) {
			need := w.need
			need.Area, need.TargetDistanceM = "", &distanceM
			name := fmt.Sprint(need.Site, need.Level, *need.DensityPxM, need.Period, distanceM, need.Critical != nil && *need.Critical)
			if tried[name] {
				continue
			}
			tried[name] = true
			o, err := u.offer(need, footings)
			if err != nil {
				refused = cmp.Or(refused, err)
				continue
			}
			if k > 0 && o.pxM/u.lowestWanted() > u.params.Plan.FarthestM.Value {
				continue
			}
			if !slices.ContainsFunc(all, func(b offer) bool { return b.profile.ID == o.profile.ID && sameOptics(b.heads, o.heads) }) {
				o.name(len(all) + 1)
				all = append(all, o)
			}
			if len(all) == mostOffers {
				return all, nil
			}
		}
	}
	if len(all) == 0 {
		return nil, cmp.Or(refused, error(&geo.BindingError{Constraint: geo.ByDemands, Reason: "nothing is to be seen"}))
	}
	return all, nil
}

// name gives an offer its rank, on every footing.
func (o *offer) name(rank int) {
	o.rank = rank
	for _, there := range o.on {
		there.rank = rank
	}
}

// offer is the best way to meet a need on some footings.
func (u *undertaking) offer(need inventory.Need, footings []footing) (offer, error) {
	var best offer
	var refused error
	for _, f := range footings {
		there := need
		there.Support, there.PowerSource = cmp.Or(need.Support, f.support), cmp.Or(need.PowerSource, f.power)
		options, _, err := u.advisor.Book.options(there, u.project, u.asked.At, u.asked.Profiles)
		if err != nil {
			refused = cmp.Or(refused, err)
			continue
		}
		if best.on == nil {
			best = offer{equipmentOption: options[0], on: map[footing]*offer{}, pxM: u.pxM(options[0])}
		}
		if i := slices.IndexFunc(options, func(o equipmentOption) bool { return o.profile.ID == best.profile.ID }); i >= 0 {
			book, tb := u.advisor.Book, u.advisor.Book.storageTB(options[i], u.project, u.asked.At)
			best.on[f] = &offer{
				equipmentOption: options[i], pxM: best.pxM, storageTB: tb, shareEUR: book.shareEUR(len(options[i].heads), tb, u.project, u.asked.At),
			}
		}
	}
	if best.on == nil {
		return best, refused
	}
	return best, nil
}

// pxM is how far the heads of an option see at one pixel per metre, at best.
func (u *undertaking) pxM(o equipmentOption) float64 {
	best := 0.0
	for _, h := range o.heads {
		if m, err := u.sensor(h, nil).MaxDistanceM(1); err == nil {
			best = max(best, m)
		}
	}
	return best
}

func sameOptics(a, b []inventory.Head) bool {
	return slices.EqualFunc(a, b, func(a, b inventory.Head) bool {
		return same(a.HFOVDeg, b.HFOVDeg) && same(a.RecordedWidthPx, b.RecordedWidthPx) && same(a.FocalMM, b.FocalMM) && a.Kind == b.Kind
	})
}

func same[V comparable](a, b *V) bool { return a == b || a != nil && b != nil && *a == *b }

// distancesM are those that optics are set for, metres: that of the need, else the usual ones.
func (u *undertaking) distancesM(need inventory.Need) []float64 {
	if need.TargetDistanceM != nil {
		return []float64{*need.TargetDistanceM}
	}
	return u.params.Plan.TargetDistancesM.Value
}

// compareFlags orders false before true.
func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// mountM is how high the lens is put at a place, metres: as the option was set for, no higher than the support allows.
func (o offer) mountM(s spot) float64 {
	m := *o.need.MountHeightM
	if s.heightM != nil && *s.heightM > 0 {
		m = min(m, *s.heightM)
	}
	return m
}

// headsAt are the heads of an offer, the axis of the camera in one direction.
func (o offer) headsAt(bearingDeg float64) []inventory.Head {
	heads := slices.Clone(o.heads)
	for i := range heads {
		h := &heads[i]
		axisDeg := roundBearing(bearingDeg + o.offsetsDeg[i])
		h.BearingDeg = &axisDeg
		h.SceneLuxNight = cmp.Or(h.SceneLuxNight, o.need.SceneLuxNight)
		h.NightUse = new(o.need.Period != inventory.Day)
	}
	return heads
}

// bearings are the directions in which an offer is tried; one that sees all round is tried in one.
func (o offer) bearings(n int) []float64 {
	whole := 0.0
	for _, h := range o.heads {
		if h.HFOVDeg != nil {
			whole += *h.HFOVDeg
		}
	}
	if whole >= 360 {
		n = 1
	}
	all := make([]float64, n)
	for k := range all {
		all[k] = 360 * float64(k) / float64(n)
	}
	return all
}

// roundBearing brings a bearing between 0 and 360 degrees, to a hundredth.
func roundBearing(deg float64) float64 {
	deg = math.Mod(math.Round(deg*100)/100, 360)
	if deg < 0 {
		deg += 360
	}
	return math.Abs(deg)
}
