package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// maxBadges is how many gaps bear their rank on the map.
const maxBadges = 10

// leastGapM2 is the surface below which a gap is no place that a person could go to, square metres.
const leastGapM2 = 10.0

// box is a rectangle of the drawing that holds a text or a symbol.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

func boxAround(at orb.Point, halfWide, halfHigh float64) box {
	return box{at[0] - halfWide, at[1] - halfHigh, at[0] + halfWide, at[1] + halfHigh}
}

// free tells whether a box lies on the map, on no name, and on no camera unless it may.
func (m *townMap) free(b box, onCameras bool) bool {
	if b.x0 < marginPx+4 || b.x1 > marginPx+mapWidthPx-4 || b.y0 < marginPx+4 || b.y1 > marginPx+m.heightPx-4 {
		return false
	}
	return !slices.ContainsFunc(m.taken, b.meets) && (onCameras || !slices.ContainsFunc(m.dots, b.meets))
}

// settle takes the first of the places where a text or a symbol has room: beside the cameras, or else over them.
func (m *townMap) settle(places []orb.Point, halfWide, halfHigh float64) (orb.Point, bool) {
	for _, onCameras := range []bool{false, true} {
		for _, at := range places {
			if b := boxAround(at, halfWide, halfHigh); m.free(b, onCameras) {
				m.taken = append(m.taken, b)
				return at, true
			}
		}
	}
	return orb.Point{}, false
}

// labels writes the names of the areas and the ranks of the first gaps, the weightiest first, where there is room: a
// name that finds none is left out, and is in the table.
func (m *townMap) labels() {
	m.keepCorners()
	m.badges()
	areas := slices.Clone(m.r.Areas)
	slices.SortStableFunc(areas, func(a, b inventory.AreaResult) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.GroundM2, a.GroundM2), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range areas {
		m.name(a)
	}
}

// keepCorners keeps the places of the north arrow and of the scale bar.
func (m *townMap) keepCorners() {
	right, bottom := marginPx+mapWidthPx, marginPx+m.heightPx
	m.taken = append(m.taken, box{right - 50, marginPx, right, marginPx + 72}, box{right - 250, bottom - 44, right, bottom})
}

// badges writes the ranks of the first gaps, in them or beside them.
func (m *townMap) badges() {
	const radius, aside = 8.5, 14.0
	for _, g := range m.r.Gaps[:min(len(m.r.Gaps), maxBadges)] {
		if g.AreaM2 < leastGapM2 {
			continue
		}
		at := m.pen.at(orb.Point(g.Inside))
		places := []orb.Point{at}
		for eighth := range 8 {
			sin, cos := math.Sincos(float64(eighth) * math.Pi / 4)
			places = append(places, orb.Point{at[0] + aside*sin, at[1] - aside*cos})
		}
		if place, found := m.settle(places, radius, radius); found {
			badge(&m.sheet, place, g.Rank)
		}
	}
}

func badge(s *sheet, at orb.Point, rank int) {
	s.drawf(`<circle cx="%s" cy="%s" r="8" fill="#fff" stroke="#b3402b" stroke-width="1.2"/>`, px(at[0]), px(at[1]))
	s.words(at[0], at[1]+3.4, "rank", fmt.Sprint(rank))
}

// name writes the name of an area beside, over or under it.
func (m *townMap) name(a inventory.AreaResult) {
	const sizePx, halfHigh = 11.5, 7.0
	bound := orb.MultiPolygon(a.Geometry).Bound()
	low, high := m.pen.at(bound.Min), m.pen.at(bound.Max)
	half := textWidth(a.Name, sizePx)/2 + 3
	middle := orb.Point{(low[0] + high[0]) / 2, (low[1] + high[1]) / 2}
	candidates := []orb.Point{
		{middle[0], high[1] - halfHigh - 2},
		{middle[0], low[1] + halfHigh + 3},
		{high[0] + half + 3, middle[1]},
		{low[0] - half - 3, middle[1]},
		middle,
		{high[0] + half, high[1] - halfHigh},
		{low[0] - half, high[1] - halfHigh},
		{high[0] + half, low[1] + halfHigh},
		{low[0] - half, low[1] + halfHigh},
	}
	if at, found := m.settle(candidates, half, halfHigh); found {
		m.drawf(`<text x="%s" y="%s" class="name" style="fill:%s">%s</text>`,
			px(at[0]), px(at[1]+4), outlineOf(a.Verdict).colour, escape(a.Name))
	}
}
