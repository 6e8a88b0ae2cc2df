package advisory

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"vigie/geo"
	"vigie/inventory"
)

// Scale is a level scale: named pixel densities.
type Scale struct {
	// ID is as "iec-62676-4-2025".
	ID   string
	Name inventory.Text
	// Standard names the published text.
	Standard string
	// ValidFrom and ValidTo bound its validity; empty when unknown or open.
	ValidFrom, ValidTo inventory.Date
	// Levels are in the order of increasing density.
	Levels []ScaleLevel
}

// ScaleLevel is one step of a scale.
type ScaleLevel struct {
	Code string
	Name inventory.Text
	// Use says what an image of the level is good for.
	Use inventory.Text
	// Density is the least pixel density of the level at the target, px/m.
	Density Sourced[float64]
}

// Level gives the level with a code, and its rank in the scale.
func (s Scale) Level(code string) (rank int, known bool) {
	rank = slices.IndexFunc(s.Levels, func(l ScaleLevel) bool { return l.Code == code })
	return rank, rank >= 0
}

// GeoLevels are the thresholds of the scale, as geo.Cover wants them.
func (s Scale) GeoLevels() []geo.Level {
	levels := make([]geo.Level, len(s.Levels))
	for i, l := range s.Levels {
		levels[i] = geo.Level{Code: l.Code, DensityPxM: l.Density.Value}
	}
	return levels
}

// codes lists the levels of the scale, for messages.
func (s Scale) codes() string {
	codes := make([]string, len(s.Levels))
	for i, l := range s.Levels {
		codes[i] = l.Code
	}
	return strings.Join(codes, ", ")
}

// scales reads scales.yaml.
func (p *page) scales() []Scale {
	return named(p, "scale", p.scale, func(s Scale) string { return s.ID })
}

func (p *page) scale(n ast.Node) Scale {
	var s Scale
	p.object(n,
		field{key: "id", read: func(n ast.Node) { s.ID = p.text(n) }},
		field{key: "name", read: func(n ast.Node) { s.Name = p.bilingual(n) }},
		field{key: "standard", read: func(n ast.Node) { s.Standard = p.text(n) }},
		field{key: "validFrom", read: func(n ast.Node) { s.ValidFrom = p.date(n) }, optional: true},
		field{key: "validTo", read: func(n ast.Node) { s.ValidTo = p.date(n) }, optional: true},
		field{key: "levels", read: func(n ast.Node) { p.levels(n, &s) }},
	)
	return s
}

func (p *page) levels(n ast.Node, s *Scale) {
	p.list(n, func(n ast.Node) {
		l := p.level(n)
		if _, twice := s.Level(l.Code); twice {
			p.fault(placeOf(n), "the level %q is there twice", l.Code)
		}
		if k := len(s.Levels); k > 0 && l.Density.Value <= s.Levels[k-1].Density.Value {
			p.fault(placeOf(n), "the density of %q must be greater than that of %q before it", l.Code, s.Levels[k-1].Code)
		}
		s.Levels = append(s.Levels, l)
	})
}

func (p *page) level(n ast.Node) ScaleLevel {
	var l ScaleLevel
	p.object(n,
		field{key: "code", read: func(n ast.Node) { l.Code = p.text(n) }},
		field{key: "name", read: func(n ast.Node) { l.Name = p.bilingual(n) }},
		field{key: "use", read: func(n ast.Node) { l.Use = p.bilingual(n) }},
		field{key: "densityPxM", read: func(n ast.Node) { l.Density.Value = p.number(n, 0.1, 100_000) }},
		field{key: "source", read: func(n ast.Node) { l.Density.Source = p.text(n) }},
		field{key: "verified", read: func(n ast.Node) { l.Density.Verified = p.verified(n) }},
	)
	return l
}

func (p *page) verified(n ast.Node) Verified {
	return word(p, n, VerifiedYes, VerifiedSecondary, Unverified, Practice)
}
