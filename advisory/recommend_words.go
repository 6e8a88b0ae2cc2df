package advisory

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"vigie/geo"
	"vigie/inventory"
)

// proofs tell how far the plan can be from the best.
func proofs(all []geo.Proof) []inventory.PlanProof {
	out := []inventory.PlanProof{}
	for _, p := range all {
		out = append(out, inventory.PlanProof{
			Measure: string(p.Measure), Reached: p.Reached, Bound: p.Bound, GapPct: math.Max(0, p.Gap) * 100, Text: proofText(p),
		})
	}
	return out
}

// proofText says a proof in words.
func proofText(p geo.Proof) inventory.Text {
	switch p.Measure {
	case geo.LeastCameras:
		n, bound := int(math.Round(p.Reached)), int(math.Ceil(p.Bound-1e-9))
		if n <= bound {
			return inventory.Text{
				FR: fr(n, "caméra", "caméras") + " ; aucun plan sur ces emplacements n’en demande moins.",
				EN: en(n, "camera", "cameras") + "; no plan on these places takes fewer.",
			}
		}
		return inventory.Text{
			FR: fr(n, "caméra", "caméras") + fmt.Sprintf(" ; aucun plan sur ces emplacements n’en demande moins de %d.", bound),
			EN: en(n, "camera", "cameras") + fmt.Sprintf("; no plan on these places takes fewer than %d.", bound),
		}
	case geo.LeastCost:
		return inventory.Text{
			FR: fmt.Sprintf("%s € d’équipement, de pose et de parts communes ; aucun plan sur ces emplacements ne coûte moins de %s €.",
				grouped(whole(p.Reached), "\u00a0"), grouped(whole(p.Bound), "\u00a0")),
			EN: fmt.Sprintf("€%s of equipment, works and shares of what is common; no plan on these places costs less than €%s.",
				grouped(whole(p.Reached), ","), grouped(whole(p.Bound), ",")),
		}
	case geo.MostGround:
	}
	gap := strconv.FormatFloat(math.Ceil(math.Max(0, p.Gap)*10_000)/100, 'f', -1, 64)
	if gap == "0" {
		return inventory.Text{
			FR: "Le plan voit autant que le meilleur possible sur ces emplacements.", EN: "The plan sees as much as the best possible on these places.",
		}
	}
	return inventory.Text{
		FR: "Le plan est à " + strings.Replace(gap, ".", ",", 1) + " % au plus du meilleur possible sur ces emplacements.",
		EN: "The plan is within " + gap + " % of the best possible on these places.",
	}
}

func whole(v float64) int { return int(math.Round(v)) }

// curve is how much could be had with fewer. Where the search counted cameras, the money is that of the first ones chosen.
func (u *undertaking) curve(p geo.Placement) []inventory.TradeOff {
	out := []inventory.TradeOff{}
	counted, fixedEUR := 0, u.fixedEUR()
	if len(p.Proofs) > 0 && p.Proofs[0].Measure == geo.LeastCameras {
		counted = whole(p.Proofs[0].Reached)
	}
	for _, point := range p.Curve {
		t := inventory.TradeOff{Cameras: point.Cameras, CostEUR: point.CostEUR, SharePct: math.Floor(point.Share*10_000) / 100}
		if point.Cameras <= min(counted, len(p.Chosen)) {
			t.CostEUR = 0
			for _, one := range p.Chosen[:point.Cameras] {
				t.CostEUR += one.CostEUR
			}
		}
		t.CostEUR = math.Round(t.CostEUR + fixedEUR)
		out = append(out, t)
	}
	return out
}

// suppose lists what was supposed of every recommendation.
func (u *undertaking) suppose() {
	if u.plan == nil {
		return
	}
	u.assume("squares",
		fmt.Sprintf("La recherche regarde le sol par carrés de %s m ; les chiffres du plan sont recalculés exactement.",
			frNumber(math.Round(u.plan.CellM*10)/10)),
		fmt.Sprintf("The search looks at the ground in squares of %v m; the figures of the plan are computed again, exactly.", math.Round(u.plan.CellM*10)/10))
	u.assume("at_rest", "Une caméra motorisée est placée pour ce qu’elle voit au repos, non pour ce qu’elle pourrait voir en tournant.",
		"A motorised camera is placed for what it sees at rest, not for what it could be turned to see.")
	if u.dwellings() {
		level := u.scale.Levels[u.interior()]
		u.assume("interior",
			fmt.Sprintf("L’intérieur d’un logement est tenu pour montré dès que sa façade est vue au niveau « %s » (%s px/m) : "+
				"ces directions sont masquées. La loi ne donne pas de chiffre.",
				level.Name.FR, frNumber(level.Density.Value)),
			fmt.Sprintf("The inside of a dwelling is taken to be shown where its wall is seen at the level “%s” (%v px/m): "+
				"these directions are masked. The law gives no figure.",
				level.Name.EN, level.Density.Value))
	}
}
