package advisory

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/inventory"
)

// cameraBill is what one camera takes at its place: itself, its support, its trench, its link, its power, its light. What
// is behind several cameras is in the bill of the project.
func (b *Book) cameraBill(o equipmentOption, at inventory.Date) ([]inventory.BillLine, inventory.Range, *refusal) {
	p := purse{book: b, at: at}
	need, asked := o.need, specifications(o.specs)
	p.buy(o.profile.Article, float64(o.housings), asked.rules("forms")...)
	p.companions(o.profile, asked)
	p.support(o.profile, need)
	p.way(o.profile, need, asked)
	p.supply(need, asked)
	if asked.wants("surgeProtection") {
		p.buy(articleSurge, 1, asked.rules("surgeProtection")...)
	}
	if o.lamp {
		p.buy(articleLamp, float64(len(o.heads)), asked.rules("irRangeM")...)
	}
	if asked.atLeast("sceneLux") != nil {
		p.buy(articleLight, 1, asked.rules("sceneLux")...)
	}
	p.buy(articleLicence, float64(len(o.heads)))
	p.buy(articleSign, 1, asked.rules("signs")...)
	p.buy(articleAcceptance, 1)
	if len(p.missing) > 0 {
		return nil, inventory.Range{}, refuse(byProfile,
			fmt.Sprintf("aucun prix au %s pour %s", string(at), strings.Join(p.missing, ", ")),
			fmt.Sprintf("no price on %s for %s", string(at), strings.Join(p.missing, ", ")))
	}
	return p.lines, totalOf(p.lines), nil
}

// supply is what feeds a camera that the street lighting leaves without current by day: a battery where no permanent
// circuit can be had, else that circuit.
func (p *purse) supply(need inventory.Need, asked specifications) {
	hours := asked.atLeast("batteryH")
	switch {
	case hours != nil:
		p.buy(articleBattery, math.Ceil(*hours/batteryH), asked.rules("batteryH")...)
	case asked.wants("permanentCircuit") && (need.PermanentPower == nil || !*need.PermanentPower):
		p.buy(articleCircuit, 1, asked.rules("permanentCircuit")...)
	}
}

// batteryH is what the battery of the book holds, hours.
const batteryH = 16.0

// companions are the cameras of other classes that the rules put beside it, each the cheapest of its class.
func (p *purse) companions(profile Profile, asked specifications) {
	spec := asked.named("companions")
	if spec == nil {
		return
	}
	for _, form := range spec.AllOf {
		best := ""
		var least float64
		for _, other := range p.book.Profiles {
			price, known := p.book.Article(other.Article, p.at)
			if string(other.Form) == form && known && (best == "" || price.EUR.High < least) {
				best, least = other.Article, price.EUR.High
			}
		}
		if best != "" && form != string(profile.Form) {
			p.buy(best, 1, spec.Rules...)
			p.buy(articleLicence, 1, spec.Rules...)
		}
	}
}

// support is what carries the camera: a mast that is put up, a wall, or what is there already. A mast that is moved brings
// its own, and indoors the camera is fixed with its setting.
func (p *purse) support(profile Profile, need inventory.Need) {
	switch {
	case profile.Form == FormDeployable, need.Outdoor != nil && !*need.Outdoor:
	case need.Support == "pole" || need.Support == "mast":
		p.buy(articleMast, 1)
	case need.Support == "wall" || need.Support == "facade" || need.Support == "ceiling":
		p.buy(articleFacade, 1)
	default:
		p.buy(articleExisting, 1)
	}
}

// way is how the camera is joined to its node: fibre in a trench, or radio where the rules have nothing else.
func (p *purse) way(profile Profile, need inventory.Need, asked specifications) {
	if link := asked.named("cameraLink"); link != nil && len(link.OneOf) > 0 && len(intersection(link.OneOf, []string{"fibre", "copper"})) == 0 {
		article := articleCellular
		switch {
		case slices.Contains(link.OneOf, "radio_5ghz_point_to_point"):
			article = articleRadio
		case slices.Contains(link.OneOf, "licensed_radio"):
			article = articleLicensed
		}
		p.buy(article, 1, link.Rules...)
		return
	}
	if profile.Form == FormDeployable || need.TrenchM == nil {
		return
	}
	if need.PavedTrench == nil || *need.PavedTrench {
		p.buy(articleTrenchPaved, *need.TrenchM)
	} else {
		p.buy(articleTrenchSoft, *need.TrenchM)
	}
	p.buy(articleFibre, *need.TrenchM)
	if asked.wants("antiVandalConduit") && need.MountHeightM != nil {
		p.buy(articleConduit, *need.MountHeightM, asked.rules("antiVandalConduit")...)
	}
}
