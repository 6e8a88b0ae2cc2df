package report

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"vigie/inventory"
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
	p.gaps()
	p.origin(m.heightPx)
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
	p.words(panelX, p.down(21), "sub", surface(p.r.GroundM2)+" à surveiller · "+count(len(p.r.Cameras), "caméra comptée", "caméras comptées"))
}

func (p *panel) headline() {
	level, known := gapLevel(p.r)
	if !known {
		return
	}
	y := p.down(58)
	seen := number(level.SeenPct, 2)
	p.drawf(`<text x="%s" y="%s"><tspan class="big">%s</tspan><tspan class="unit">%s%%</tspan></text>`, px(panelX), px(y), seen, space)
	p.words(panelX, p.down(21), "sub", fmt.Sprintf("du sol vu au niveau « %s »,", level.Name.FR))
	p.words(panelX, p.down(18), "sub", fmt.Sprintf("dont %s en permanence ; %s non vu.", percent(level.PermanentPct), percent(level.BlindPct)))
}

func (p *panel) section(name string) {
	y := p.down(32)
	p.drawf(`<path d="M%s %sh%s" stroke="#d4d8dc"/>`, px(panelX), px(y-18), px(panelWidthPx))
	p.words(panelX, y, "head", name)
}

func (p *panel) levels() {
	p.section("Ce qui est vu, niveau par niveau")
	right := panelX + panelWidthPx
	y := p.down(17)
	p.words(right-170, y, "col", "px/m")
	p.words(right-114, y, "col", "vu")
	p.words(right-57, y, "col", "permanent")
	p.words(right, y, "col", "de nuit")
	for i, l := range p.r.Levels {
		y := p.down(20)
		p.drawf(`<rect x="%s" y="%s" width="18" height="12" fill="%s" fill-opacity="%v" stroke="#8b949d" stroke-width=".6"/>`,
			px(panelX), px(y-10), levelColour(i, len(p.r.Levels)), coverageOpacity)
		p.words(panelX+26, y, "cell", l.Name.FR)
		p.words(right-170, y, "num", density(l.DensityPxM))
		p.words(right-114, y, "num", percent(l.SeenPct))
		p.words(right-57, y, "num", percent(l.PermanentPct))
		p.words(right, y, "num", byNight(p.r, i))
	}
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
		p.drawf(`<rect x="%s" y="%s" width="18" height="12" fill="%s" fill-opacity=".08" %s/>`, px(panelX), px(y-10), o.colour, o.stroke())
		p.words(panelX+26, y, "cell", fmt.Sprintf("%s : %d", verdict(v), n))
	}
}

func (p *panel) symbols() {
	p.section("Légende")
	if len(p.r.Gaps) > 0 {
		y := p.down(21)
		p.drawf(`<rect x="%s" y="%s" width="18" height="12" fill="url(#blind)" stroke="#8b949d" stroke-width=".6"/>`, px(panelX), px(y-10))
		p.words(panelX+26, y, "cell", fmt.Sprintf("Lacune : non vu au niveau « %s »", levelName(p.r, p.r.GapLevel)))
	}
	for _, assumed := range []bool{false, true} {
		if !anyCamera(p.r, assumed) {
			continue
		}
		y, text := p.down(21), "Caméra"
		if assumed {
			text = "Caméra d’optique supposée"
		}
		p.drawf(`<circle cx="%s" cy="%s" r="3.6" %s/>`, px(panelX+9), px(y-4), cameraStyle(assumed))
		p.words(panelX+26, y, "cell", text)
	}
}

// maxGapLines is how many gaps the panel tells more about.
const maxGapLines = 5

// gaps lists the first gaps, by the rank that they bear on the map.
func (p *panel) gaps() {
	first := p.r.Gaps[:min(len(p.r.Gaps), maxGapLines)]
	if len(first) == 0 || first[0].AreaM2 < leastGapM2 {
		return
	}
	p.section("Premières lacunes")
	for _, g := range first {
		if g.AreaM2 < leastGapM2 {
			continue
		}
		y := p.down(21)
		badge(&p.sheet, orb.Point{panelX + 9, y - 4}, g.Rank)
		p.words(panelX+94, y, "num", surface(g.AreaM2))
		p.words(panelX+106, y, "cell", cut(whereabouts(g), 32))
	}
}

// whereabouts names a gap by the first area of interest that it meets, else by what is near.
func whereabouts(g inventory.Gap) string {
	switch {
	case len(g.Places) > 1:
		return fmt.Sprintf("%s (+%d)", cut(g.Places[0], 27), len(g.Places)-1)
	case len(g.Places) == 1:
		return g.Places[0]
	case g.Near != "":
		return g.Near
	}
	return fmt.Sprintf("lat. %s, lon. %s", number(g.Inside[1], 4), number(g.Inside[0], 4))
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return strings.TrimRight(string(letters[:most-1]), " ") + "…"
}

func anyCamera(r inventory.AssessmentResult, assumed bool) bool {
	for _, c := range r.Cameras {
		if c.Assumed == assumed {
			return true
		}
	}
	return false
}

// origin says how far the figures can be trusted, as fully as the map's height allows, and what made them.
func (p *panel) origin(heightPx float64) {
	p.section(p.caution())
	const lineWidth, footPx = 54, 50
	p.down(4)
	for _, w := range p.r.Warnings {
		lines := wrap(w.Text.FR, lineWidth)
		if p.bottom+float64(len(lines))*14+footPx > heightPx {
			break
		}
		for i, line := range lines {
			if i == 0 {
				p.words(panelX, p.down(15), "note", "• "+line)
				continue
			}
			p.words(panelX+8, p.down(14), "note", line)
		}
	}
	p.bottom = max(p.bottom+8, heightPx-30)
	p.words(panelX, p.down(14), "small", "Échelle "+p.r.Scale+" · cible à "+number(p.r.TargetHeightM, 1)+space+"m du sol")
	p.words(panelX, p.down(14), "small", edition(p.r))
}

func (p *panel) caution() string {
	if len(p.r.Assumptions)+len(p.r.Warnings) == 0 {
		return "Sans hypothèse ni réserve"
	}
	return fmt.Sprintf("À citer avec %s et %s",
		count(len(p.r.Assumptions), "hypothèse", "hypothèses"), count(len(p.r.Warnings), "réserve", "réserves"))
}
