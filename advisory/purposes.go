package advisory

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"vigie/geo"
	"vigie/inventory"
)

// PurposeName names a lawful purpose.
type PurposeName struct {
	Code inventory.Purpose
	Name Sourced[inventory.Text]
}

func (p *page) purposeNames(n ast.Node) []PurposeName {
	var names []PurposeName
	p.list(n, func(n ast.Node) {
		var one PurposeName
		p.object(n,
			field{key: "code", read: func(n ast.Node) { one.Code = word(p, n, inventory.Purposes()...) }},
			field{key: "name", read: func(n ast.Node) { one.Name.Value = p.bilingual(n) }},
			field{key: "source", read: func(n ast.Node) { one.Name.Source = p.text(n) }},
			field{key: "verified", read: func(n ast.Node) { one.Name.Verified = p.verified(n) }},
		)
		if slices.ContainsFunc(names, func(other PurposeName) bool { return other.Code == one.Code }) {
			p.fault(placeOf(n), "the purpose %q is there twice", one.Code)
		}
		names = append(names, one)
	})
	return names
}

// purpose is the heads of a study that serve one purpose, by their ranks in the scene.
type purpose struct {
	code    inventory.Purpose // empty when the purposes of the heads are unknown
	name    inventory.Text
	heads   []int
	cameras int
}

// purposes are those that some head serves, in the order of the book, and those of which nothing is known.
func (s study) purposes(sights []sight) []purpose {
	known := append(slices.Clone(s.params.Purposes), PurposeName{Name: Sourced[inventory.Text]{
		Value: inventory.Text{FR: "Finalité inconnue", EN: "Unknown purpose"},
	}})
	var purposes []purpose
	for _, name := range known {
		p, rank := purpose{code: name.Code, name: name.Name.Value}, 0
		for _, v := range sights {
			before := len(p.heads)
			for _, served := range v.purposes {
				if slices.Contains(served, name.Code) || name.Code == "" && len(served) == 0 {
					p.heads = append(p.heads, rank)
				}
				rank++
			}
			if len(p.heads) > before {
				p.cameras++
			}
		}
		if len(p.heads) > 0 {
			purposes = append(purposes, p)
		}
	}
	return purposes
}

// byPurpose gives the figures of each purpose.
func (s study) byPurpose(purposes []purpose, coverage geo.Coverage) []inventory.PurposeResult {
	results := []inventory.PurposeResult{}
	for k, p := range purposes {
		results = append(results, inventory.PurposeResult{
			Purpose: p.code, Name: p.name, Cameras: p.cameras,
			Levels: s.levels(coverage.GroundM2, coverage.Subsets[k].Levels),
		})
	}
	return results
}
