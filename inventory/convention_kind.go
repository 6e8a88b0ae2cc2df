package inventory

import (
	"slices"
	"time"
)

// ConventionKind is by what law something is shared.
type ConventionKind string

// ConventionKinds are all kinds of convention, see [ConventionModels].
func ConventionKinds() []ConventionKind {
	var all []ConventionKind
	for _, model := range ConventionModels() {
		all = append(all, model.Kind)
	}
	return all
}

// Article is a text that a kind of convention rests on.
type Article struct {
	Reference string `json:"reference"`
	// Edition is the version that was read.
	Edition string `json:"edition"`
	// Verified is yes when the text itself was read, secondary when what others say of it was.
	Verified string `json:"verified"`
}

// ConventionModel is what a kind of convention is: its texts, and who signs it.
type ConventionModel struct {
	Kind ConventionKind `json:"kind"`
	Name Text           `json:"name"`
	// Articles are the texts.
	Articles []Article `json:"articles"`
	// Signers must all have signed, and there must be LeastSignatures.
	Signers         []Capacity `json:"signers"`
	LeastSignatures int        `json:"leastSignatures"`
	// MostYears is the longest it lasts, years; 0 where the texts set no limit.
	MostYears int `json:"mostYears,omitempty"`
}

// csi is the Code de la sécurité intérieure as it was read.
func csi(articles ...string) []Article {
	all := make([]Article, len(articles))
	for i, article := range articles {
		all[i] = Article{Reference: "CSI, art. " + article, Edition: "CSI, version consolidée au 3 avril 2026", Verified: "yes"}
	}
	return all
}

// ConventionModels are all kinds of convention, with their texts.
func ConventionModels() []ConventionModel {
	return []ConventionModel{
		{
			Kind: "image_sharing_decision", Articles: csi("L252-3"), Signers: []Capacity{"prefect"}, LeastSignatures: 1,
			Name: Text{FR: "Décision préfectorale de transmission des images", EN: "Prefect's decision to share images"},
		},
		{
			Kind: "coordination_agreement", Articles: csi("L512-4", "L512-5", "L512-6", "R512-5", "R512-6"),
			Signers: []Capacity{"mayor", "prefect", "prosecutor"}, LeastSignatures: 3,
			Name: Text{
				FR: "Convention de coordination de la police municipale et des forces de sécurité de l’État",
				EN: "Coordination agreement of the municipal police and the forces of the State",
			},
		},
		{
			Kind: "equipment_sharing", LeastSignatures: 2, Signers: []Capacity{"mayor"},
			Articles: append(csi("L132-14", "L132-14-1"), Article{
				Reference: "Instruction TERB2205640J du 4 mars 2022", Edition: "4 mars 2022", Verified: "secondary",
			}),
			Name: Text{FR: "Mutualisation d’équipements entre communes", EN: "Sharing of equipment between communes"},
		},
		{
			Kind: "public_authority_access", Articles: csi("R253-3"), LeastSignatures: 2, Signers: []Capacity{},
			Name: Text{FR: "Accès d’agents d’une autre autorité publique", EN: "Access of agents of another public authority"},
		},
		{
			Kind: "antiterrorism_funding", Articles: csi("L223-8", "R223-2"), Signers: []Capacity{"mayor", "prefect"}, LeastSignatures: 2,
			MostYears: 5,
			Name: Text{
				FR: "Convention de financement d’un système demandé contre le terrorisme", EN: "Funding of a system asked for against terrorism",
			},
		},
		{
			Kind: "residential_images", Signers: []Capacity{"manager", "prefect"}, LeastSignatures: 2, MostYears: 1,
			Articles: []Article{
				{Reference: "CSI, art. L272-2", Edition: "CSI, version consolidée au 3 avril 2026", Verified: "secondary"},
				{Reference: "CCH, art. R127-8 (décret 2012-112 du 27 janvier 2012)", Edition: "27 janvier 2012", Verified: "secondary"},
			},
			Name: Text{
				FR: "Transmission des images des parties communes d’un immeuble", EN: "Sharing of the images of the common parts of a building",
			},
		},
		{
			Kind: "crisis_solidarity", Signers: []Capacity{"minister"}, LeastSignatures: 2,
			Articles: []Article{{
				Reference: "Charte de solidarité en situation d’exception, 16 mars 2017 (ministère de l’intérieur, CICS)",
				Edition:   "16 mars 2017", Verified: "secondary",
			}},
			Name: Text{FR: "Solidarité en situation d’exception", EN: "Solidarity in exceptional situations"},
		},
	}
}

// model is that of a kind; empty for one that is none.
func (k ConventionKind) model() ConventionModel {
	models := ConventionModels()
	if i := slices.IndexFunc(models, func(m ConventionModel) bool { return m.Kind == k }); i >= 0 {
		return models[i]
	}
	return ConventionModel{}
}

// plusYears is the same day some years later.
func (d Date) plusYears(years int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return DateOf(t.AddDate(years, 0, 0))
}
