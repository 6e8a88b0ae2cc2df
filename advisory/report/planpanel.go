package report

import (
	"fmt"

	"vigie/inventory"
)

// planPanel is the column beside the map of a plan: title, headline, levels, places, legend, money, origin.
type planPanel struct {
	panel
	plan inventory.Recommendation
}

func (m planMap) panel() *planPanel {
	p := &planPanel{panel: panel{r: m.r, bottom: 10}, plan: m.plan}
	p.heading()
	p.headline()
	p.levels()
	p.places()
	p.legend()
	p.money()
	p.origin(m.heightPx)
	return p
}

func (p *planPanel) heading() {
	p.words(panelX, p.down(2), "kicker", "PRÉCONISATION")
	for _, line := range wrap(planTitle(p.plan), 22) {
		p.words(panelX, p.down(29), "title", line)
	}
	p.words(panelX, p.down(21), "sub", surface(p.plan.Result.GroundM2)+" à surveiller · "+
		count(len(p.plan.Result.Drawing.Existing), "caméra existante", "caméras existantes"))
}

func (p *planPanel) headline() {
	y := p.down(58)
	added := len(p.plan.Result.Cameras)
	p.drawf(`<text x="%s" y="%s"><tspan class="big">+%d</tspan><tspan class="unit">%s%s</tspan></text>`,
		px(panelX), px(y), added, space, map[bool]string{true: "caméras", false: "caméra"}[added > 1])
	if proofs := p.plan.Result.Proofs; len(proofs) > 0 { // the table has them all
		for _, line := range wrap(proofs[0].Text.FR, 54) {
			p.words(panelX, p.down(17), "sub", line)
		}
	}
}

func (p *planPanel) levels() {
	p.section("Ce qui est vu, avant et après")
	right := panelX + panelWidthPx
	y := p.down(17)
	p.words(right-170, y, "col", "px/m")
	p.words(right-114, y, "col", "avant")
	p.words(right-57, y, "col", "après")
	p.words(right, y, "col", "de nuit")
	for _, l := range p.plan.Result.Levels {
		y := p.down(20)
		p.words(panelX, y, "cell", l.Name.FR)
		p.words(right-170, y, "num", density(l.DensityPxM))
		p.words(right-114, y, "num", percent(l.BeforePct))
		p.words(right-57, y, "num", percent(l.AfterPct))
		p.words(right, y, "num", percent(l.NightAfterPct))
	}
}

// places counts the areas of interest by verdict, before and after.
func (p *planPanel) places() {
	if len(p.plan.Result.Areas) == 0 {
		return
	}
	p.section("Lieux à couvrir")
	for _, v := range verdicts() {
		before, after := 0, 0
		for _, a := range p.plan.Result.Areas {
			if a.Before == v {
				before++
			}
			if a.After == v {
				after++
			}
		}
		if before+after == 0 {
			continue
		}
		y, o := p.down(20), outlineOf(v)
		p.drawf(`<rect x="%s" y="%s" width="18" height="12" fill="%s" fill-opacity=".08" %s/>`, px(panelX), px(y-10), o.colour, o.stroke())
		p.words(panelX+26, y, "cell", fmt.Sprintf("%s : %d avant, %d après", verdict(v), before, after))
	}
}

func (p *planPanel) legend() {
	p.section("Légende")
	level := planLevel(p.plan.Result, p.plan.Result.Drawing.Level)
	for _, swatch := range []struct{ fill, text string }{
		{beforeColour, "Déjà vu au niveau « " + level + " »"},
		{newColour, "Nouvellement vu"},
		{"url(#blind)", "Non vu"},
	} {
		y := p.down(21)
		p.drawf(`<rect x="%s" y="%s" width="18" height="12" fill="%s" stroke="#8b949d" stroke-width=".6"/>`, px(panelX), px(y-10), swatch.fill)
		p.words(panelX+26, y, "cell", swatch.text)
	}
	y := p.down(21)
	p.drawf(`<circle cx="%s" cy="%s" r="3.6" %s/>`, px(panelX+9), px(y-4), cameraStyle(false))
	p.words(panelX+26, y, "cell", "Caméra existante (anneau : optique supposée)")
	y = p.down(21)
	p.drawf(`<circle cx="%s" cy="%s" r="4.2" fill="%s"/>`, px(panelX+9), px(y-4), addedColour)
	p.words(panelX+26, y, "cell", "Caméra proposée, son rang et son champ")
}

func (p *planPanel) money() {
	bill := p.plan.Result.Bill
	if len(bill.Lines) == 0 {
		return
	}
	p.section("Coût, hors taxes")
	p.words(panelX, p.down(19), "cell", "Investissement : "+euros(bill.TotalEUR))
	p.words(panelX, p.down(19), "cell", "Chaque année : "+euros(bill.YearlyEUR))
	if s := p.plan.Result.Subsidy; s != nil {
		p.words(panelX, p.down(19), "cell", "Aide publique estimée : "+euros(s.TotalEUR))
	}
}

// origin says what the reader must know first, as fully as the map's height allows, and what made the plan.
func (p *planPanel) origin(heightPx float64) {
	r := p.plan.Result
	p.section(fmt.Sprintf("À citer avec %s et %s",
		count(len(r.Assumptions), "hypothèse", "hypothèses"), count(len(r.Warnings), "réserve", "réserves")))
	const lineWidth, footPx = 54, 50
	for _, w := range r.Warnings {
		lines := wrap("• "+w.Text.FR, lineWidth)
		if p.bottom+float64(len(lines))*14+footPx > heightPx {
			break
		}
		for _, line := range lines {
			p.words(panelX, p.down(14), "note", line)
		}
	}
	p.bottom = max(p.bottom+8, heightPx-30)
	p.words(panelX, p.down(14), "small", "Échelle "+r.Scale+" · prix et règles au "+string(p.plan.Request.At))
	p.words(panelX, p.down(14), "small", planEdition(r))
}
