package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// errNoPerimeter refuses to draw a study without ground.
var errNoPerimeter = errors.New("the assessment has no perimeter to draw")

// Map draws the assessment as SVG 1.1: perimeter, coverage by level, gaps, areas, cameras, scale bar, north, legend in
// French. North is up; the projection is the one the figures were computed in, so that the scale bar is true.
func Map(out io.Writer, a inventory.Assessment, under Backdrop) error {
	m, err := newMap(a)
	if err != nil {
		return fmt.Errorf("draw map: %w", err)
	}
	panel := m.panel()
	height := marginPx + max(m.heightPx, panel.bottom) + marginPx
	m.framed("Étude de couverture : "+title(a), height, panel.Bytes(), func() {
		m.ground(under)
		m.coverage()
		m.border()
		m.areas()
		m.cameras()
		m.labels()
	})
	if _, err := out.Write(m.Bytes()); err != nil {
		return fmt.Errorf("draw map: %w", err)
	}
	return nil
}

// framed writes the whole drawing: its title, what layers draw of the town inside a frame, and the panel beside it.
func (m *townMap) framed(name string, heightPx float64, panel []byte, layers func()) {
	m.drawf(`<?xml version="1.0" encoding="UTF-8"?>`)
	m.drawf(`<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="%s" height="%s" viewBox="0 0 %s %s">`,
		px(widthPx), px(heightPx), px(widthPx), px(heightPx))
	m.drawf("<title>%s</title>", escape(name))
	m.drawf("%s", styleSheet)
	m.drawf(`<defs>%s<clipPath id="frame"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath></defs>`,
		hatching, px(marginPx), px(marginPx), px(mapWidthPx), px(m.heightPx))
	m.drawf(`<rect width="%s" height="%s" fill="#fff"/>`, px(widthPx), px(heightPx))
	m.drawf(`<rect x="%s" y="%s" width="%s" height="%s" fill="#f3f4f2"/>`, px(marginPx), px(marginPx), px(mapWidthPx), px(m.heightPx))
	m.drawf(`<g clip-path="url(#frame)">`)
	layers()
	m.drawf("</g>")
	m.scaleBar()
	m.north()
	m.drawf(`<rect x="%s" y="%s" width="%s" height="%s" fill="none" stroke="#c9cdd1"/>`,
		px(marginPx), px(marginPx), px(mapWidthPx), px(m.heightPx))
	m.drawf("%s", bytes.TrimSpace(panel))
	m.drawf("</svg>")
}

// townMap is a map being drawn.
type townMap struct {
	sheet
	pen      pen
	a        inventory.Assessment
	r        inventory.AssessmentResult
	heightPx float64
	// taken are the places of names and symbols, dots those of cameras.
	taken, dots []box
}

// newMap fits the perimeter into the drawing.
func newMap(a inventory.Assessment) (*townMap, error) {
	perimeter := orb.MultiPolygon(a.Result.Perimeter)
	if len(perimeter) == 0 {
		return nil, errNoPerimeter
	}
	frame, err := geo.NewFrame(perimeter.Bound().Center())
	if err != nil {
		return nil, err
	}
	local := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, polygon := range perimeter {
		for _, ring := range polygon {
			for _, at := range ring {
				local = local.Extend(frame.ToLocal(at))
			}
		}
	}
	widthM, heightM := max(1, local.Max[0]-local.Min[0]), max(1, local.Max[1]-local.Min[1])
	pxPerM := min((mapWidthPx-2*mapPaddingPx)/widthM, (mapMaxPx-2*mapPaddingPx)/heightM)
	m := &townMap{a: a, r: a.Result, heightPx: max(mapMinPx, heightM*pxPerM+2*mapPaddingPx)}
	middle := local.Center()
	m.pen = pen{
		frame: frame, pxPerM: pxPerM,
		x0: marginPx + mapWidthPx/2 - middle[0]*pxPerM,
		y0: marginPx + m.heightPx/2 + middle[1]*pxPerM,
	}
	return m, nil
}

// ground draws what is under the coverage: the perimeter, hatched where unseen, and the backdrop.
func (m *townMap) ground(under Backdrop) {
	m.path(m.pen.shape(orb.MultiPolygon(m.r.Perimeter)), `fill="#fff"`)
	m.path(m.gaps(), `fill="url(#blind)" fill-rule="evenodd"`)
	m.path(m.shapes(under.Water), `fill="#cfe2ec" fill-rule="evenodd"`)
	m.path(m.lines(under.Streets),
		fmt.Sprintf(`fill="none" stroke="#fff" stroke-width="%s" stroke-linecap="round" stroke-linejoin="round"`, px(m.streetPx())))
	rails := m.lines(under.Rails)
	m.path(rails, `fill="none" stroke="#8f979e" stroke-width="1.6"`)
	m.path(rails, `fill="none" stroke="#fff" stroke-width=".8" stroke-dasharray="5 5"`)
	m.path(m.shapes(under.Buildings), `fill="#d3cdc8" fill-rule="evenodd"`)
}

// shapes writes the surfaces that are large enough to be seen.
func (m *townMap) shapes(surfaces []orb.MultiPolygon) string {
	const leastPx = 1.2
	var out strings.Builder
	for _, s := range surfaces {
		bound := s.Bound()
		low, high := m.pen.at(bound.Min), m.pen.at(bound.Max)
		if max(high[0]-low[0], low[1]-high[1]) >= leastPx {
			out.WriteString(m.pen.shape(s))
		}
	}
	return out.String()
}

func (m *townMap) lines(lines []orb.LineString) string {
	var out strings.Builder
	for _, l := range lines {
		if line := m.pen.line(l); len(line) > 1 {
			writePath(&out, line)
		}
	}
	return out.String()
}

// streetPx is how thick a street is drawn: as six metres, between a hair and a ribbon.
func (m *townMap) streetPx() float64 { return min(4, max(0.5, 6*m.pen.pxPerM)) }

// gaps is the unseen ground as path data.
func (m *townMap) gaps() string {
	var out strings.Builder
	for _, g := range m.r.Gaps {
		out.WriteString(m.pen.shape(orb.MultiPolygon(g.Geometry)))
	}
	return out.String()
}

// coverageOpacity lets streets and buildings show through.
const coverageOpacity = 0.82

// coverage draws the seen ground, each level over the one before, and a line round all of it.
func (m *townMap) coverage() {
	m.drawf(`<g opacity="%v" fill-rule="evenodd">`, coverageOpacity)
	for i, s := range m.r.Seen {
		m.path(m.pen.shape(orb.MultiPolygon(s.Geometry)), fmt.Sprintf(`fill="%s"`, levelColour(i, len(m.r.Seen))))
	}
	m.drawf("</g>")
	if len(m.r.Seen) > 0 {
		m.path(m.pen.shape(orb.MultiPolygon(m.r.Seen[0].Geometry)), `fill="none" stroke="#2b8a83" stroke-width=".7"`)
	}
}

func (m *townMap) border() {
	m.path(m.pen.shape(orb.MultiPolygon(m.r.Perimeter)), `fill="none" stroke="#1d2733" stroke-width="1.8" stroke-linejoin="round"`)
}

func (m *townMap) areas() {
	for _, a := range m.r.Areas {
		data, o := m.pen.shape(orb.MultiPolygon(a.Geometry)), outlineOf(a.Verdict)
		m.path(data, `fill="none" stroke="#fff" stroke-width="4" stroke-opacity=".75"`)
		m.path(data, fmt.Sprintf(`fill="%s" fill-opacity=".08" %s`, o.colour, o.stroke()))
	}
}

func (o outline) stroke() string {
	if o.dash == "" {
		return fmt.Sprintf(`stroke="%s" stroke-width="2.2"`, o.colour)
	}
	return fmt.Sprintf(`stroke="%s" stroke-width="2.2" stroke-dasharray="%s"`, o.colour, o.dash)
}

// cameraPx is the radius of a camera's symbol: smaller on the map of a large town, and where there are many.
func (m *townMap) cameraPx() float64 {
	px := min(3.5, 1.5+6*m.pen.pxPerM)
	if len(m.r.Cameras) > 1000 {
		px = min(px, 1.2)
	}
	return px
}

func (m *townMap) cameras() {
	for _, c := range m.r.Cameras {
		at := m.pen.at(orb.Point(c.Location))
		m.drawf(`<circle cx="%s" cy="%s" r="%s" %s/>`, px(at[0]), px(at[1]), px(m.cameraPx()), cameraStyle(c.Assumed))
		m.dots = append(m.dots, boxAround(at, m.cameraPx(), m.cameraPx()))
	}
}

// cameraStyle is a full dot for a camera whose optics are known, a ring for one whose optics are supposed.
func cameraStyle(assumed bool) string {
	if assumed {
		return `fill="#fff" stroke="#111820" stroke-width="1.1"`
	}
	return `fill="#111820" stroke="#fff" stroke-width=".8"`
}

// scaleBar draws a round number of metres.
func (m *townMap) scaleBar() {
	const wantPx = 170
	step := roundMetres(wantPx / m.pen.pxPerM)
	long := step * m.pen.pxPerM
	x, y := marginPx+mapWidthPx-30-long, marginPx+m.heightPx-18
	for i := range 4 {
		fill := "#fff"
		if i%2 == 0 {
			fill = "#1d2733"
		}
		m.drawf(`<rect x="%s" y="%s" width="%s" height="5" fill="%s" stroke="#1d2733" stroke-width=".8"/>`,
			px(x+float64(i)*long/4), px(y), px(long/4), fill)
	}
	m.words(x, y-5, "scale", "0")
	m.words(x+long/2, y-5, "scale", length(step/2))
	m.words(x+long, y-5, "scale", length(step))
}

// roundMetres is the greatest 1, 2 or 5 times a power of ten that is not above m.
func roundMetres(m float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(m)))
	for _, step := range []float64{5, 2} {
		if step*power <= m {
			return step * power
		}
	}
	return power
}

func (m *townMap) north() {
	x, y := marginPx+mapWidthPx-28, marginPx+50.0
	m.drawf(`<path d="M%s %sl9 30-9-7-9 7z" fill="#1d2733" stroke="#fff"/>`, px(x), px(y-32))
	m.words(x, y+14, "north", "N")
}
