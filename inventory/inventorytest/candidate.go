package inventorytest

import (
	"github.com/paulmach/orb"

	"vigie/inventory"
)

// FullCandidate is a valid candidate in which every field is known.
func FullCandidate() inventory.Candidate {
	return inventory.Candidate{
		ID: "candidate:1", Set: "street-lights", Kind: "lantern", Name: text, Commune: "34172", Department: "34",
		Geometry: inventory.Outline{Geometry: orb.Point{3.1, -43.100000000000001}}, HeightM: known(0.0),
		Provenance: fullProvenance(), Extra: map[string]string{"usage": text},
	}
}

// Candidates are the same, one of each geometry that a candidate may have.
func Candidates() []inventory.Candidate {
	line := orb.LineString{{3, 43}, {3.1, 43.1}, {3.2, 43}}
	surface := orb.MultiPolygon(fullSurface())
	var all []inventory.Candidate
	for i, shape := range []orb.Geometry{
		orb.Point{3.1, -43.100000000000001}, line, orb.MultiLineString{line, {{4, 44}, {4.1, 44}}}, surface[0], surface,
	} {
		candidate := FullCandidate()
		candidate.ID = inventory.ID("candidate:" + string(rune('1'+i)))
		candidate.Geometry.Geometry = shape
		all = append(all, candidate)
	}
	return all
}
