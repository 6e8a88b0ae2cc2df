package advisory

import (
	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Params are the dated parameters of coverage studies and of recommendations.
type Params struct {
	// DefaultScale is the identifier of the scale of a request that names none.
	DefaultScale Sourced[string]
	// TargetHeightM is the height of what is to be seen above the ground, metres.
	TargetHeightM Sourced[float64]
	// Statuses are the states of the cameras that count when the request names none; an empty one is a camera whose
	// state is unknown.
	Statuses Sourced[[]inventory.Status]
	// BearingToleranceDeg, HeightToleranceM and PositionToleranceM are how far a recorded bearing, height and place may
	// be from the truth when the record does not say; MapToleranceM the same for the map.
	BearingToleranceDeg, HeightToleranceM, PositionToleranceM, MapToleranceM Sourced[float64]
	// StreetSearchM is how far from a gap a street or an address may lie to name it, metres.
	StreetSearchM Sourced[float64]
	// Purposes name the lawful purposes.
	Purposes []PurposeName
	// MaxGaps is how many gaps a study lists.
	MaxGaps Sourced[int]
	// SeverityWeights are what a rule weighs in the score of an audit, in the order of [Severities].
	SeverityWeights Sourced[[]float64]
	// TargetDepthPct is how far before and behind its distance the target of a head reaches, percent of that distance.
	TargetDepthPct Sourced[float64]
	// Plan are those of recommendations.
	Plan PlanParams
}

// unknownStatus is how the book writes the state of a camera that has none.
const unknownStatus = "unknown"

// params reads params.yaml, and tells where it names the default scale.
func (p *page) params() (edition string, all Params, defaultScale place) {
	if p.root == nil {
		return "", Params{}, place{}
	}
	bounded := func(into *Sourced[float64], low, high float64) func(ast.Node) {
		return func(n ast.Node) { *into = sourced(p, n, func(n ast.Node) float64 { return p.number(n, low, high) }) }
	}
	readParams := func(n ast.Node) {
		p.object(n,
			field{key: "defaultScale", read: func(n ast.Node) {
				all.DefaultScale = sourced(p, n, func(n ast.Node) string {
					defaultScale = placeOf(n)
					return p.text(n)
				})
			}},
			field{key: "targetHeightM", read: bounded(&all.TargetHeightM, 0, 50)},
			field{key: "statuses", read: func(n ast.Node) { all.Statuses = sourced(p, n, p.statuses) }},
			field{key: "bearingToleranceDeg", read: bounded(&all.BearingToleranceDeg, 0, 180)},
			field{key: "heightToleranceM", read: bounded(&all.HeightToleranceM, 0, 100)},
			field{key: "positionToleranceM", read: bounded(&all.PositionToleranceM, 0, 10_000)},
			field{key: "mapToleranceM", read: bounded(&all.MapToleranceM, 0, 1000)},
			field{key: "streetSearchM", read: bounded(&all.StreetSearchM, 0, 10_000)},
			field{key: "maxGaps", read: func(n ast.Node) {
				all.MaxGaps = sourced(p, n, func(n ast.Node) int { return p.whole(n, 1, 100_000) })
			}},
			field{key: "severityWeights", read: func(n ast.Node) { all.SeverityWeights = sourced(p, n, p.weights) }},
			field{key: "targetDepthPct", read: bounded(&all.TargetDepthPct, 0.1, 90)},
			field{key: "plan", read: func(n ast.Node) { all.Plan = p.planParams(n) }},
		)
	}
	p.object(p.root,
		field{key: "edition", read: func(n ast.Node) { edition = p.text(n) }},
		field{key: "params", read: readParams},
		field{key: "purposes", read: func(n ast.Node) { all.Purposes = p.purposeNames(n) }},
	)
	return edition, all, defaultScale
}

func (p *page) statuses(n ast.Node) []inventory.Status {
	var statuses []inventory.Status
	known := append(inventory.Statuses(), unknownStatus)
	p.list(n, func(n ast.Node) {
		s := word(p, n, known...)
		if s == unknownStatus {
			s = ""
		}
		statuses = append(statuses, s)
	})
	return statuses
}

// weights reads one weight for each severity.
func (p *page) weights(n ast.Node) []float64 {
	var weights []float64
	p.list(n, func(n ast.Node) { weights = append(weights, p.number(n, 0, 1000)) })
	if len(weights) != len(Severities()) {
		p.fault(placeOf(n), "must be %d weights, one for each of %q", len(Severities()), Severities())
	}
	return weights
}

// severityWeights are the weights by severity.
func (all Params) severityWeights() map[string]float64 {
	weights := map[string]float64{}
	for i, severity := range Severities() {
		weights[string(severity)] = all.SeverityWeights.Value[i]
	}
	return weights
}

// sourced reads a value with its origin.
func sourced[V any](p *page, n ast.Node, read func(ast.Node) V) Sourced[V] {
	var s Sourced[V]
	p.object(n,
		field{key: "value", read: func(n ast.Node) { s.Value = read(n) }},
		field{key: "source", read: func(n ast.Node) { s.Source = p.text(n) }},
		field{key: "verified", read: func(n ast.Node) { s.Verified = p.verified(n) }},
		field{key: "validFrom", read: func(n ast.Node) { s.ValidFrom = p.date(n) }, optional: true},
	)
	return s
}
