// Package report draws an assessment: a map, a table, GeoJSON layers.
package report

import (
	"io"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// Backdrop is what a map shows under the coverage, lon, lat; it changes no figure.
type Backdrop struct {
	Buildings []orb.MultiPolygon
	Streets   []orb.LineString
}

// Map draws the assessment as SVG: perimeter, coverage by level, gaps, areas, cameras, scale bar, north, legend in
// French.
func Map(out io.Writer, a inventory.Assessment, under Backdrop) error { panic("to be written") }

// Table writes the figures as plain text, in French, for a terminal.
func Table(out io.Writer, a inventory.Assessment) error { panic("to be written") }

// CoverageGeoJSON writes one feature per level with the seen ground, one per area and one per camera, lon, lat.
func CoverageGeoJSON(out io.Writer, a inventory.Assessment) error { panic("to be written") }

// GapsGeoJSON writes one feature per ranked gap, lon, lat.
func GapsGeoJSON(out io.Writer, a inventory.Assessment) error { panic("to be written") }
