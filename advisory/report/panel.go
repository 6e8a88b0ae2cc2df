package report

import (
	"fmt"

	"vigie/inventory"

	"github.com/paulmach/orb"
)

// panel is the column beside the map: title, headline, levels, legend, origin.
type panel struct {
	sheet
	r      inventory.AssessmentResult
	bottom float64 // of what was written, below the margin
}

func (m *townMap) panel() *panel {
	p := &panel{r: m.r, bottom: 10}
	p.heading(m.a)
	p.headline()
	p.levels()
	p.places()
	p.symbols()
	p.origin()
	return p
}

// down moves by so many pixels and gives the new line.
func (p *panel) down(px float64) float64 {
	p.bottom += px
	return marginPx + p.bottom
}

func (p *panel) heading(a inventory.Assessment) {
	p.words(panelX, p.down(2), "kicker", "ÉTUDE DE COUVERTURE")
	for _, line := range wrap(title(a), 22) {
		p.words(panelX, p.down(29), "title", line)
	}
	p.words(panelX, p.down(21), "sub", surface(p.r.GroundM2)+" · "+count(len(p.r.Cameras), "caméra comptée", "caméras comptées"))
}

func (p *panel) headline() {
	level, known := gapLevel(p.r)
	if !known {
		return
	}
	y := p.down(58)
	seen := number(level.SeenPct, 2)
	p.draw(`<text x="%s" y="%s"><tspan class="big">%s</tspan><tspan class="unit">%s%%</tspan></text>`, px(panelX), px(y), seen, space)
	p.words(panelX, p.down(20), "sub", fmt.Sprintf("du périmètre vu au niveau « %s » (%s)", level.Name.FR, density(level.DensityPxM)))
	p.words(panelX, p.down(18), "sub", fmt.Sprintf("dont %s en permanence ; %s non vu", percent(level.PermanentPct), percent(level.BlindPct)))
}

func (p *panel) section(name string) {
	y := p.down(32)
	p.draw(`<path d="M%s %sh%s" stroke="#d4d8dc"/>`, px(panelX), px(y-18), px(panelWidthPx))
	p.words(panelX, y, "head", name)
}

func (p *panel) levels() {
	p.section("Ce qui est vu, niveau par niveau")
	right := panelX + panelWidthPx
	y := p.down(17)
	p.words(right-172, y, "col", "px/m")
	p.words(right-92, y, "col", "vu")
	p.words(right, y, "col", "en permanence")
	for i, l := range p.r.Levels {
		y := p.down(20)
		p.draw(`<rect x="%s" y="%s" width="18" height="12" fill="%s" fill-opacity="%v" stroke="#8b949d" stroke-width=".6"/>`,
			px(panelX), px(y-10), levelColour(i, len(p.r.Levels)), coverageOpacity)
		p.words(panelX+26, y, "cell", l.Name.FR)
		p.words(right-172, y, "num", number(l.DensityPxM, decimalsOf(l.DensityPxM)))
		p.words(right-92, y, "num", percent(l.SeenPct))
		p.words(right, y, "num", percent(l.PermanentPct))
	}
}

func decimalsOf(v float64) int {
	if v == float64(int(v)) {
		return 0
	}
	return 1
}

// places counts the areas of interest by verdict.
func (p *panel) places() {
	if len(p.r.Areas) == 0 {
		return
	}
	p.section("Lieux à couvrir")
	for _, v := range verdicts() {
		n := 0
		for _, a := range p.r.Areas {
			if a.Verdict == v {
				n++
			}
		}
		if n == 0 {
			continue
		}
		y, o := p.down(20), outlineOf(v)
		p.draw(`<rect x="%s" y="%s" width="18" height="12" fill="%s" fill-opacity=".08" %s/>`, px(panelX), px(y-10), o.colour, o.stroke())
		p.words(panelX+26, y, "cell", fmt.Sprintf("%s : %d", verdict(v), n))
	}
}

func (p *panel) symbols() {
	p.section("Légende")
	if len(p.r.Gaps) > 0 {
		y := p.down(21)
		p.draw(`<rect x="%s" y="%s" width="18" height="12" fill="url(#blind)" stroke="#8b949d" stroke-width=".6"/>`, px(panelX), px(y-10))
		p.words(panelX+26, y, "cell", fmt.Sprintf("Lacune : non vu au niveau « %s »", levelName(p.r, p.r.GapLevel)))
		y = p.down(21)
		badge(&p.sheet, orb.Point{panelX + 9, y - 4}, 1)
		p.words(panelX+26, y, "cell", fmt.Sprintf("Rang des %d premières lacunes", min(len(p.r.Gaps), maxBadges)))
	}
	for _, assumed := range []bool{false, true} {
		if !anyCamera(p.r, assumed) {
			continue
		}
		y, text := p.down(21), "Caméra"
		if assumed {
			text = "Caméra d’optique supposée"
		}
		p.draw(`<circle cx="%s" cy="%s" r="3.6" %s/>`, px(panelX+9), px(y-4), cameraStyle(assumed))
		p.words(panelX+26, y, "cell", text)
	}
}

func anyCamera(r inventory.AssessmentResult, assumed bool) bool {
	for _, c := range r.Cameras {
		if c.Assumed == assumed {
			return true
		}
	}
	return false
}

// origin says how far the figures can be trusted, and what made them.
func (p *panel) origin() {
	p.down(18)
	for _, line := range wrap(p.caution(), 54) {
		p.words(panelX, p.down(15), "note", line)
	}
	p.down(8)
	for _, line := range []string{
		"Échelle " + p.r.Scale + " · cible à " + number(p.r.TargetHeightM, 1) + space + "m du sol",
		edition(p.r),
	} {
		p.words(panelX, p.down(14), "small", line)
	}
}

func (p *panel) caution() string {
	if len(p.r.Assumptions)+len(p.r.Warnings) == 0 {
		return "Aucune hypothèse ni réserve n’accompagne ces chiffres."
	}
	return fmt.Sprintf("À citer avec %s et %s, détaillées dans l’étude.",
		count(len(p.r.Assumptions), "hypothèse", "hypothèses"), count(len(p.r.Warnings), "réserve", "réserves"))
}
