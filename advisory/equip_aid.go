package advisory

import (
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// The funds of costs.yaml: that for the prevention of crime, and that for the equipment of rural communes.
const (
	fundMain  = "fipd"
	fundOther = "detr"
)

// grant is what public aid there can be: the terms of the main fund, those of the others, and the costs that count.
type grant struct {
	terms       Subsidy
	other       Span
	otherSource string
	cap         float64
	eligible    inventory.Range
	rate        Span
	rateSource  string
	cameras     int
}

// aid estimates public aid: base = min(eligible cost, ceiling × cameras), times the rate, with other funds, all together
// capped. It is nil, with the reason as a warning, where there is none or where it cannot be told.
func (b *Book) aid(
	cameras []inventory.ProposedCamera, project inventory.Project, bill inventory.Bill, at inventory.Date,
) (*inventory.Subsidy, []inventory.Warning) {
	if len(cameras) == 0 {
		return nil, nil
	}
	g, why := b.grant(cameras, project, bill, at)
	if why != nil {
		return nil, []inventory.Warning{{Code: "no_subsidy", Text: *why}}
	}
	s := g.estimate(bill.TotalEUR)
	var warnings []inventory.Warning
	if g.terms.Caveat != nil {
		warnings = append(warnings, inventory.Warning{Code: "subsidy_terms", Text: *g.terms.Caveat})
	}
	if _, current, _ := b.Subsidy(fundMain, project.Department, at); !current {
		warnings = append(warnings, inventory.Warning{Code: "subsidy_year", Text: text(
			"Subvention estimée aux conditions de la dernière année connue : celles de l’année sont à demander à la préfecture.",
			"Subsidy estimated on the terms of the last year that is known: ask the prefecture for those of the year.")})
	}
	return &s, warnings
}

// grant gathers the terms, or says why there is no aid.
func (b *Book) grant(cameras []inventory.ProposedCamera, project inventory.Project, bill inventory.Bill, at inventory.Date) (grant, *inventory.Text) {
	none := func(fr, en string) (grant, *inventory.Text) { return grant{}, &inventory.Text{FR: fr, EN: en} }
	terms, _, known := b.Subsidy(fundMain, project.Department, at)
	switch {
	case !known:
		return none("Subvention inconnue : le livre n’a pas de conditions à cette date.", "Unknown subsidy: the book has no terms for that day.")
	case project.HolderType == "":
		return none("Subvention inconnue : la nature du détenteur n’est pas connue.", "Unknown subsidy: the type of the holder is not known.")
	case !slices.Contains(terms.Holders, project.HolderType):
		return none(fmt.Sprintf("Pas de subvention : ce détenteur n’est pas de ceux que le fonds aide (%s).", terms.Source),
			fmt.Sprintf("No subsidy: the fund does not help a holder of this type (%s).", terms.Source))
	}
	g := grant{terms: terms, cap: 100, rate: terms.RatePct, rateSource: terms.Source + mark(terms.Verified)}
	for _, l := range bill.Lots {
		if slices.Contains(terms.Lots, l.Lot) {
			g.eligible = plus(g.eligible, l.CostEUR)
		}
	}
	for _, c := range cameras {
		if c.Need.FilmsPublicWay == nil || *c.Need.FilmsPublicWay {
			g.cameras++
		}
	}
	if terms.CapPct != nil {
		g.cap = *terms.CapPct
	}
	if terms.MinimumEUR != nil && g.eligible.High < *terms.MinimumEUR {
		return none(fmt.Sprintf("Pas de subvention : un dossier est d’au moins %s € (%s).", grouped(whole(*terms.MinimumEUR), "\u00a0"), terms.Source),
			fmt.Sprintf("No subsidy: a file is of at least €%s (%s).", grouped(whole(*terms.MinimumEUR), ","), terms.Source))
	}
	if g.cameras == 0 {
		return none("Pas de subvention : aucune caméra ne filme la voie publique.", "No subsidy: no camera films the public way.")
	}
	if project.SubsidyRatePct != nil {
		g.rate, g.rateSource = Span{*project.SubsidyRatePct, *project.SubsidyRatePct}, "taux indiqué par la préfecture"
	}
	b.otherFunds(&g, project, at)
	return g, nil
}

// otherFunds are from nothing, since they are not due, to the highest rate; what the prefecture told when it did.
func (b *Book) otherFunds(g *grant, project inventory.Project, at inventory.Date) {
	if project.OtherAidPct != nil {
		g.other, g.otherSource = Span{*project.OtherAidPct, *project.OtherAidPct}, "taux indiqué par la préfecture"
		return
	}
	terms, _, known := b.Subsidy(fundOther, project.Department, at)
	if known && slices.Contains(terms.Holders, project.HolderType) {
		g.other, g.otherSource = Span{0, terms.RatePct.High}, terms.Source+mark(terms.Verified)
	}
}

// base is what of a cost counts, euros.
func (g grant) base(costEUR float64) float64 {
	if g.terms.CeilingEUR == nil {
		return costEUR
	}
	return min(costEUR, *g.terms.CeilingEUR*float64(g.cameras))
}

// given is what the main fund and the others give of a cost at two rates, percent: other aid gives way to the cap.
func (g grant) given(costEUR, ratePct, otherPct float64) (main, other float64) {
	most := costEUR * g.cap / 100
	main = min(g.base(costEUR)*ratePct/100, most)
	return math.Round(main), math.Round(min(costEUR*otherPct/100, most-main))
}

// estimate is the aid from the least that can be expected to the most, and what is left of the whole cost.
func (g grant) estimate(totalEUR inventory.Range) inventory.Subsidy {
	low, high := g.eligible.Low, g.eligible.High
	s := inventory.Subsidy{BaseEUR: inventory.Range{Low: math.Round(g.base(low)), High: math.Round(g.base(high))}, RatePct: inventory.Range(g.rate)}
	s.AmountEUR.Low, s.OtherEUR.Low = g.given(low, g.rate.Low, g.other.Low)
	s.AmountEUR.High, s.OtherEUR.High = g.given(high, g.rate.High, g.other.High)
	s.TotalEUR = plus(s.AmountEUR, s.OtherEUR)
	most, mostOther := g.given(low, g.rate.High, g.other.High)
	least, leastOther := g.given(high, g.rate.Low, g.other.Low)
	s.HolderEUR = inventory.Range{Low: totalEUR.Low - most - mostOther, High: totalEUR.High - least - leastOther}
	step := func(fr, en, formula string, value float64, source string) {
		s.Steps = append(s.Steps, inventory.Step{Name: text(fr, en), Formula: formula, Value: value, Unit: "€", Source: source})
	}
	source := g.terms.Source + mark(g.terms.Verified)
	step("Coût éligible au plus", "Eligible cost at most", fmt.Sprintf("Σ lots %v", g.terms.Lots), high, source)
	if g.terms.CeilingEUR != nil {
		step("Base au plus", "Base at most", fmt.Sprintf("min(%.0f ; %.0f × %d)", high, *g.terms.CeilingEUR, g.cameras), s.BaseEUR.High, source)
	}
	step("Subvention au plus", "Subsidy at most", fmt.Sprintf("%.0f × %v %%", s.BaseEUR.High, g.rate.High), s.AmountEUR.High, g.rateSource)
	step("Autres aides au plus", "Other aid at most", fmt.Sprintf("min(%.0f × %v %% ; %v %% × %.0f − %.0f)", high, g.other.High, g.cap, high, s.AmountEUR.High),
		s.OtherEUR.High, g.otherSource)
	step("Reste à charge au moins", "Left to the holder at least", fmt.Sprintf("%.0f − %.0f", totalEUR.Low, most+mostOther), s.HolderEUR.Low, source)
	step("Reste à charge au plus", "Left to the holder at most", fmt.Sprintf("%.0f − %.0f", totalEUR.High, least+leastOther), s.HolderEUR.High, source)
	return s
}

// aidFacts tell the rules what aid there can be.
func (b *Book) aidFacts(facts Facts, cameras []inventory.ProposedCamera, project inventory.Project, bill inventory.Bill, at inventory.Date) {
	g, why := b.grant(cameras, project, bill, at)
	if why != nil {
		return
	}
	facts["project.eligibleEur"], facts["project.subsidyPct"], facts["project.aidCapPct"] = g.eligible.High, g.rate.High, g.cap
	if g.terms.CeilingEUR != nil {
		facts["project.subsidyCeilingEur"] = *g.terms.CeilingEUR
	}
}
