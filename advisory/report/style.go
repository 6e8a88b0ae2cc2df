package report

import "vigie/inventory"

// The drawing's measures, pixels.
const (
	widthPx      = 1200.0
	marginPx     = 20.0
	mapWidthPx   = 820.0
	mapMinPx     = 700.0
	mapMaxPx     = 940.0
	mapPaddingPx = 34.0
	panelX       = marginPx + mapWidthPx + 30
	panelWidthPx = widthPx - marginPx - panelX
)

// levelColour is the colour of the n-th of so many levels, from the least dense: from pale green to dark blue, in
// steps that grow darker for every eye, colour-blind or not, and on paper without colours.
func levelColour(n, levels int) string {
	steps := []string{"#a5dcc8", "#74c7c5", "#48adc6", "#2f8dbd", "#2469a6", "#1f4885", "#162a5a"}
	if levels <= 1 {
		return steps[3]
	}
	return steps[n*(len(steps)-1)/(levels-1)]
}

// outline is how an area of interest is drawn: colours of M. Okabe and K. Ito's palette for the colour blind, with a
// dash of its own each, so that a print in grey can be read too.
type outline struct{ colour, dash string }

func outlineOf(v inventory.Verdict) outline {
	switch v {
	case inventory.NothingRequired, inventory.Undecided:
	case inventory.Reached:
		return outline{colour: "#00795a"}
	case inventory.ReachableOnly:
		return outline{colour: "#b87400", dash: "6 3"}
	case inventory.NotReached:
		return outline{colour: "#c2410c", dash: "2 2"}
	}
	return outline{colour: "#55585c", dash: "1 3"}
}

const styleSheet = `<style>
text{font-family:"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;fill:#1d2733}
.kicker{font-size:11px;letter-spacing:1.6px;fill:#5a6673}
.title{font-size:25px;font-weight:700}
.sub{font-size:13px;fill:#414d5a}
.big{font-size:46px;font-weight:700}
.unit{font-size:22px;font-weight:700}
.head{font-size:12px;font-weight:700}
.cell{font-size:12.5px}
.num{font-size:12.5px;text-anchor:end}
.col{font-size:10.5px;fill:#5a6673;text-anchor:end}
.note{font-size:11.5px;fill:#414d5a}
.small{font-size:10px;fill:#5a6673}
.name{font-size:11.5px;font-weight:600;text-anchor:middle;stroke:#fff;stroke-width:3.2px;stroke-linejoin:round;paint-order:stroke}
.rank{font-size:9.5px;font-weight:700;text-anchor:middle;fill:#7a1d10}
.scale{font-size:11px;text-anchor:middle;stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.north{font-size:13px;font-weight:700;text-anchor:middle}
</style>`

// hatching is the pattern of unseen ground.
const hatching = `<pattern id="blind" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
	`<rect width="7" height="7" fill="#fcf4ee"/><path d="M0 0V7" stroke="#f0d3c3" stroke-width="1.5"/></pattern>`
