package advisory

import "github.com/goccy/go-yaml/ast"

// PlanParams are the dated parameters of recommendations.
type PlanParams struct {
	// InteriorPxM is the density from which on the inside of a dwelling is taken to be shown where its walls are in view,
	// px/m. RefusedMaskPct is what part of its field masks may take from a camera before it is no longer what it was for,
	// percent.
	InteriorPxM, RefusedMaskPct Sourced[float64]
	// FarthestM is how far away equipment may count as seeing what is wanted, metres; equipment that would count farther is
	// set for the shortest of TargetDistancesM only, which are those that optics are set for where a need tells none.
	FarthestM        Sourced[float64]
	TargetDistancesM Sourced[[]float64]
	// PrioritySharePct and CriticalSharePct are what is to be seen of an area, and of a critical one, for which a need is told
	// without a share, percent; CriticalTimes by how many cameras a critical area is to be seen.
	PrioritySharePct, CriticalSharePct Sourced[float64]
	CriticalTimes                      Sourced[int]
	// MoveM is how far an existing camera may be moved instead of buying one, metres; LensFieldsDeg the horizontal fields of
	// lenses that are tried on it, degrees; LeastGainPct what part of the ground that is missing a measure must give to be
	// worth its works, percent.
	MoveM, LeastGainPct Sourced[float64]
	LensFieldsDeg       Sourced[[]float64]
	// StepM is the distance between generated places, metres, Bearings in how many directions each could look; CornerDeg by how
	// much a façade turns at a corner from which two walls can be seen along, degrees.
	StepM, CornerDeg Sourced[float64]
	Bearings         Sourced[int]
}

// planParams reads the part "plan" of params.yaml.
func (p *page) planParams(n ast.Node) PlanParams {
	var f PlanParams
	p.object(n,
		field{key: "interiorPxM", read: into(p, &f.InteriorPxM, p.numbers(1, 10_000))},
		field{key: "refusedMaskPct", read: into(p, &f.RefusedMaskPct, p.numbers(0, 100))},
		field{key: "farthestM", read: into(p, &f.FarthestM, p.numbers(1, 3000))},
		field{key: "targetDistancesM", read: into(p, &f.TargetDistancesM, p.ladder)},
		field{key: "prioritySharePct", read: into(p, &f.PrioritySharePct, p.numbers(1, 100))},
		field{key: "criticalSharePct", read: into(p, &f.CriticalSharePct, p.numbers(1, 100))},
		field{key: "criticalTimes", read: into(p, &f.CriticalTimes, p.wholes(1, 100))},
		field{key: "moveM", read: into(p, &f.MoveM, p.numbers(0, 100))},
		field{key: "leastGainPct", read: into(p, &f.LeastGainPct, p.numbers(0, 100))},
		field{key: "lensFieldsDeg", read: into(p, &f.LensFieldsDeg, p.ladder)},
		field{key: "stepM", read: into(p, &f.StepM, p.numbers(1, 10_000))},
		field{key: "bearings", read: into(p, &f.Bearings, p.wholes(1, 72))},
		field{key: "cornerDeg", read: into(p, &f.CornerDeg, p.numbers(1, 180))},
	)
	return f
}
