package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Colours of a plan, beside those of a study.
const (
	beforeColour = "#74c7c5" // seen already
	newColour    = "#f2b134" // newly seen
	addedColour  = "#9a1b6b" // a proposed camera
)

// PlanMap draws a recommendation as SVG 1.1: what is seen before and after, what stays unseen, the areas with their verdict
// after, the existing cameras, and the proposed ones with their fields and ranks. Legend in French.
func PlanMap(out io.Writer, r inventory.Recommendation, under Backdrop) error {
	m, err := newPlanMap(r)
	if err != nil {
		return fmt.Errorf("draw plan: %w", err)
	}
	panel := m.panel()
	height := marginPx + max(m.heightPx, panel.bottom) + marginPx
	m.framed("Préconisation : "+planTitle(r), height, panel.Bytes(), func() {
		m.ground(under)
		m.gains()
		m.border()
		m.fields()
		m.areas()
		m.cameras()
		m.proposed()
		m.r.Gaps = nil // the hatching is drawn; no gap bears a rank
		m.labels()
	})
	if _, err := out.Write(m.Bytes()); err != nil {
		return fmt.Errorf("draw plan: %w", err)
	}
	return nil
}

// planMap is a map of a plan being drawn.
type planMap struct {
	*townMap
	plan inventory.Recommendation
}

// newPlanMap takes for the map of a town what a plan has of it.
func newPlanMap(r inventory.Recommendation) (planMap, error) {
	drawing := r.Result.Drawing
	shown := inventory.AssessmentResult{
		Perimeter: r.Result.Perimeter, Gaps: []inventory.Gap{{Geometry: r.Result.Perimeter}},
	}
	for _, c := range drawing.Existing {
		shown.Cameras = append(shown.Cameras, inventory.CameraResult{ID: c.Camera, Name: c.Name, Location: c.Location, Assumed: c.Assumed})
	}
	shapes := map[inventory.ID]inventory.Surface{}
	for _, a := range drawing.Areas {
		shapes[a.ID] = a.Geometry
	}
	for _, a := range r.Result.Areas {
		shown.Areas = append(shown.Areas, inventory.AreaResult{
			ID: a.ID, Name: a.Name, Geometry: shapes[a.ID], Verdict: a.After, GroundM2: a.GroundM2,
		})
	}
	m, err := newMap(inventory.Assessment{Result: shown})
	return planMap{m, r}, err
}

// gains draws what is seen after the plan, and over it what is seen already.
func (m planMap) gains() {
	drawing := m.plan.Result.Drawing
	m.drawf(`<g opacity="%v" fill-rule="evenodd">`, coverageOpacity)
	m.path(m.pen.shape(orb.MultiPolygon(drawing.SeenAfter)), fmt.Sprintf(`fill="%s"`, newColour))
	m.path(m.pen.shape(orb.MultiPolygon(drawing.SeenBefore)), fmt.Sprintf(`fill="%s"`, beforeColour))
	m.drawf("</g>")
}

// fields outlines what the heads of the proposed cameras can see if nothing hides it, at the need that they serve.
func (m planMap) fields() {
	for _, c := range m.plan.Result.Cameras {
		for _, field := range fieldsOf(c) {
			m.path(m.field(field), fmt.Sprintf(`fill="%s" fill-opacity=".10" stroke="%s" stroke-width=".9"`, addedColour, addedColour))
		}
	}
}

// field is a sector as path data.
func (m planMap) field(f field) string {
	var out strings.Builder
	ring := orb.LineString(f.ring(m.pen.frame.ToLocal(f.at)))
	for i, local := range ring {
		ring[i] = orb.Point{m.pen.x0 + local[0]*m.pen.pxPerM, m.pen.y0 - local[1]*m.pen.pxPerM}
	}
	writePath(&out, ring)
	out.WriteByte('z')
	return out.String()
}

// proposed draws the proposed cameras with their ranks.
func (m planMap) proposed() {
	for i, c := range m.plan.Result.Cameras {
		if c.Camera.Location == nil {
			continue
		}
		at := m.pen.at(orb.Point(*c.Camera.Location))
		m.drawf(`<circle cx="%s" cy="%s" r="4.2" fill="%s" stroke="#fff" stroke-width="1"/>`, px(at[0]), px(at[1]), addedColour)
		m.dots = append(m.dots, boxAround(at, 4.2, 4.2))
		const radius, aside = 8.5, 13.0
		var places []orb.Point
		for eighth := range 8 {
			sin, cos := math.Sincos(float64(eighth) * math.Pi / 4)
			places = append(places, orb.Point{at[0] + aside*sin, at[1] - aside*cos})
		}
		if place, found := m.settle(places, radius, radius); found {
			planBadge(&m.sheet, place, i+1)
		}
	}
}

func planBadge(s *sheet, at orb.Point, rank int) {
	s.drawf(`<circle cx="%s" cy="%s" r="8" fill="#fff" stroke="%s" stroke-width="1.2"/>`, px(at[0]), px(at[1]), addedColour)
	s.drawf(`<text x="%s" y="%s" class="rank" style="fill:%s">%d</text>`, px(at[0]), px(at[1]+3.4), addedColour, rank)
}
