package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"vigie/geo"
)

// pen carries lon, lat to drawing units (CSS pixels, y downwards).
type pen struct {
	frame geo.Frame
	// pxPerM is the scale; x0, y0 the drawing position of the frame's origin.
	pxPerM, x0, y0 float64
}

func (p pen) at(lonLat orb.Point) orb.Point {
	local := p.frame.ToLocal(lonLat)
	return orb.Point{p.x0 + local[0]*p.pxPerM, p.y0 - local[1]*p.pxPerM}
}

// A drawing is written to a tenth of a pixel: what is smaller is left out.
const (
	grain       = 0.1
	leastAreaPx = 0.02 // rings with less surface than this, in square pixels, are left out
)

// shape writes a surface as path data; empty when nothing of it can be seen.
func (p pen) shape(s orb.MultiPolygon) string {
	var out strings.Builder
	for _, polygon := range s {
		for _, ring := range polygon {
			p.ring(&out, ring)
		}
	}
	return out.String()
}

func (p pen) ring(out *strings.Builder, ring orb.Ring) {
	line := p.line(orb.LineString(ring))
	if len(line) < 4 || math.Abs(twiceArea(line))/2 < leastAreaPx {
		return
	}
	writePath(out, line[:len(line)-1])
	out.WriteByte('z')
}

// line is a line in drawing units, without the points that make no visible difference.
func (p pen) line(line orb.LineString) orb.LineString {
	drawn := make(orb.LineString, len(line))
	for i, at := range line {
		drawn[i] = p.at(at)
	}
	return simplify.DouglasPeucker(grain).LineString(drawn)
}

func twiceArea(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += line[i-1][0]*line[i][1] - line[i][0]*line[i-1][1]
	}
	return sum
}

// writePath writes a move and relative lines, in tenths of a pixel.
func writePath(out *strings.Builder, line orb.LineString) {
	x, y := tenths(line[0][0]), tenths(line[0][1])
	out.WriteString("M" + decimal(x, false) + decimal(y, true) + "l")
	first := true
	for _, at := range line[1:] {
		nx, ny := tenths(at[0]), tenths(at[1])
		if nx == x && ny == y {
			continue
		}
		out.WriteString(decimal(nx-x, !first))
		out.WriteString(decimal(ny-y, true))
		x, y, first = nx, ny, false
	}
	if first {
		out.WriteString("0 0")
	}
}

func tenths(v float64) int { return int(math.Round(v * 10)) }

// decimal writes tenths as short as SVG allows; follows tells that a number stands just before.
func decimal(tenths int, follows bool) string {
	sign := ""
	if tenths < 0 {
		sign, tenths = "-", -tenths
	} else if follows {
		sign = " "
	}
	if tenths%10 == 0 {
		return fmt.Sprintf("%s%d", sign, tenths/10)
	}
	if tenths < 10 {
		return fmt.Sprintf("%s.%d", sign, tenths)
	}
	return fmt.Sprintf("%s%d.%d", sign, tenths/10, tenths%10)
}

// sheet is the SVG text being written.
type sheet struct{ bytes.Buffer }

// drawf writes one line of SVG.
func (s *sheet) drawf(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// path writes a path when there is something to draw.
func (s *sheet) path(data, attributes string) {
	if data != "" {
		s.drawf(`<path d="%s" %s/>`, data, attributes)
	}
}

// words writes a line of text.
func (s *sheet) words(x, y float64, class, text string) {
	s.drawf(`<text x="%s" y="%s" class="%s">%s</text>`, px(x), px(y), class, escape(text))
}

func px(v float64) string { return strings.TrimSpace(decimal(tenths(v), false)) }

// escape makes a text safe in XML; what XML 1.0 cannot hold becomes U+FFFD.
func escape(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		return "" // a bytes.Buffer does not fail
	}
	return out.String()
}

// textWidth estimates the width of a text in a usual sans-serif face, pixels.
func textWidth(text string, sizePx float64) float64 {
	ems := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljI.,;:'’|! ()", r):
			ems += 0.32
		case strings.ContainsRune("mwMW—", r):
			ems += 0.88
		case r >= 'A' && r <= 'Z':
			ems += 0.68
		default:
			ems += 0.57
		}
	}
	return ems * sizePx
}
