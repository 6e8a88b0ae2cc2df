package advisory

import (
	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Assumption is an assumption profile: the neutral class of equipment that stands for a camera whose facts are unknown.
// It has no bearing: the direction of a camera is never supposed. A nil value is not supposed either.
type Assumption struct {
	// ID is as "dome-ptz-2mp".
	ID                string
	Name, Description inventory.Text
	Kind              inventory.HeadKind
	// HFOVDeg and VFOVDeg are fields of view, PanRangeDeg how far round it can turn, TiltDeg the angle of the axis
	// below the horizon, all in degrees.
	HFOVDeg     Sourced[float64]
	VFOVDeg     *Sourced[float64]
	PanRangeDeg Sourced[float64]
	TiltDeg     *Sourced[float64]
	// RecordedWidthPx is the width of the recorded stream, pixels.
	RecordedWidthPx Sourced[int]
	// MountHeightM is the height of the lens above the ground, metres.
	MountHeightM Sourced[float64]
}

func (p *page) assumption() Assumption {
	if p.root == nil {
		return Assumption{}
	}
	var f Assumption
	number := func(n ast.Node, low, high float64) Sourced[float64] {
		return sourced(p, n, func(n ast.Node) float64 { return p.number(n, low, high) })
	}
	perhaps := func(into **Sourced[float64], low, high float64) func(ast.Node) {
		return func(n ast.Node) {
			value := number(n, low, high)
			*into = &value
		}
	}
	p.object(p.root,
		field{key: "id", read: func(n ast.Node) { f.ID = p.text(n) }},
		field{key: "name", read: func(n ast.Node) { f.Name = p.bilingual(n) }},
		field{key: "description", read: func(n ast.Node) { f.Description = p.bilingual(n) }},
		field{key: "kind", read: func(n ast.Node) {
			f.Kind = word(p, n, inventory.HeadFixed, inventory.HeadPTZ, inventory.HeadThermal)
		}},
		field{key: "hfovDeg", read: func(n ast.Node) { f.HFOVDeg = number(n, 0.1, 360) }},
		field{key: "vfovDeg", read: perhaps(&f.VFOVDeg, 0.1, 180), optional: true},
		field{key: "panRangeDeg", read: func(n ast.Node) { f.PanRangeDeg = number(n, 0, 360) }},
		field{key: "tiltDeg", read: perhaps(&f.TiltDeg, -90, 90), optional: true},
		field{key: "recordedWidthPx", read: func(n ast.Node) {
			f.RecordedWidthPx = sourced(p, n, func(n ast.Node) int { return p.whole(n, 1, 100_000) })
		}},
		field{key: "mountHeightM", read: func(n ast.Node) { f.MountHeightM = number(n, 0, 500) }},
	)
	return f
}
