package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"vigie/inventory"
)

// The measures of a curve, pixels.
const (
	curveWidthPx, curveHeightPx               = 760.0, 420.0
	curveLeft, curveRight, curveTop, curveLow = 70.0, 30.0, 84.0, 60.0
)

// PlanCurve draws how much of what is demanded is seen by how many cameras, as SVG 1.1. Legend in French.
func PlanCurve(out io.Writer, r inventory.Recommendation) error {
	c := newCurve(r)
	c.drawf(`<?xml version="1.0" encoding="UTF-8"?>`)
	c.drawf(`<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="%s" height="%s" viewBox="0 0 %s %s">`,
		px(curveWidthPx), px(curveHeightPx), px(curveWidthPx), px(curveHeightPx))
	c.drawf("<title>%s</title>", escape("Part vue selon le nombre de caméras : "+planTitle(r)))
	c.drawf("%s", styleSheet)
	c.drawf(`<rect width="%s" height="%s" fill="#fff"/>`, px(curveWidthPx), px(curveHeightPx))
	c.words(marginPx, 30, "kicker", "CE QUE RAPPORTE CHAQUE CAMÉRA")
	c.words(marginPx, 54, "head", planTitle(r))
	c.axes()
	c.line(r.Result.Curve)
	c.drawf("</svg>")
	if _, err := out.Write(c.Bytes()); err != nil {
		return fmt.Errorf("draw curve: %w", err)
	}
	return nil
}

// curve is a diagram being drawn: cameras to the right, percent upwards.
type curve struct {
	sheet
	cameras, topPct float64
}

func newCurve(r inventory.Recommendation) *curve {
	c := &curve{cameras: 1, topPct: 0.1}
	for _, t := range r.Result.Curve {
		c.cameras, c.topPct = max(c.cameras, float64(t.Cameras)), max(c.topPct, t.SharePct)
	}
	c.topPct = min(100, c.topPct*1.05)
	return c
}

func (c *curve) x(cameras float64) float64 {
	return curveLeft + cameras/c.cameras*(curveWidthPx-curveLeft-curveRight)
}

func (c *curve) y(pct float64) float64 {
	return curveHeightPx - curveLow - pct/c.topPct*(curveHeightPx-curveTop-curveLow)
}

func (c *curve) axes() {
	step := roundMetres(c.topPct / 4)
	for pct := 0.0; pct <= c.topPct+1e-9; pct += step {
		y := c.y(pct)
		c.drawf(`<path d="M%s %sH%s" stroke="#e3e6e9"/>`, px(curveLeft), px(y), px(curveWidthPx-curveRight))
		c.words(curveLeft-8, y+4, "col", strings.TrimSuffix(number(pct, 2), ",00")+space+"%")
	}
	each := max(1, roundMetres(c.cameras/6))
	for n := 0.0; n <= c.cameras; n += each {
		c.words(c.x(n), curveHeightPx-curveLow+18, "scale", number(n, 0))
	}
	c.drawf(`<path d="M%s %sV%sH%s" fill="none" stroke="#1d2733"/>`, px(curveLeft), px(curveTop), px(curveHeightPx-curveLow), px(curveWidthPx-curveRight))
	c.words((curveLeft+curveWidthPx-curveRight)/2, curveHeightPx-20, "scale", "Caméras ajoutées")
	c.words(marginPx, 72, "note", "Part pondérée de ce qui est demandé et n’était pas vu")
}

func (c *curve) line(points []inventory.TradeOff) {
	var path strings.Builder
	path.WriteString("M" + px(c.x(0)) + " " + px(c.y(0)))
	for _, t := range points {
		path.WriteString("L" + px(c.x(float64(t.Cameras))) + " " + px(c.y(t.SharePct)))
	}
	c.drawf(`<path d="%s" fill="none" stroke="%s" stroke-width="2.2" stroke-linejoin="round"/>`, path.String(), addedColour)
	every := int(math.Max(1, math.Ceil(float64(len(points))/10)))
	for i, t := range points {
		if (i+1)%every != 0 && i != len(points)-1 {
			continue
		}
		x, y := c.x(float64(t.Cameras)), c.y(t.SharePct)
		c.drawf(`<circle cx="%s" cy="%s" r="3.2" fill="%s" stroke="#fff"/>`, px(x), px(y), addedColour)
		c.words(x, y-9, "scale", number(t.SharePct, 2)+space+"%")
	}
}
