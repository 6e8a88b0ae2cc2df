// Package report draws an assessment: a map (SVG), a table (text), layers (GeoJSON); and a recommendation: the same, a curve
// (SVG), a bill of quantities (CSV) and the specification of a call for tenders (Markdown). What it writes is in French, for
// officials; it computes no figure, it only rounds the ones it is given. The same assessment gives the same bytes.
package report

import "github.com/paulmach/orb"

// Backdrop is what a map shows under the coverage, lon, lat; it changes no figure.
type Backdrop struct {
	Water     []orb.MultiPolygon
	Buildings []orb.MultiPolygon
	Streets   []orb.LineString
	Rails     []orb.LineString
}
