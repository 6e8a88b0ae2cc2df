package report

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// maxModelRows is how many models the table of a class of equipment shows.
const maxModelRows = 5

// modelTable tells which models of the catalogue would do, class by class; a model is listed with the cameras for which it
// does, the one that does for most first.
func modelTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	rows := grid{{"Matériel", "Modèle du catalogue", "Caméras", "Prix HT", "Chiffres", "À demander"}}
	for _, profile := range profilesOf(r.Cameras) {
		models, ranks := modelsOf(r.Cameras, profile)
		for _, m := range models[:min(len(models), maxModelRows)] {
			price, checked := "–", "vérifiés"
			if m.PriceEUR != nil {
				price = number(*m.PriceEUR, 0) + space + "€"
			}
			if m.Unverified {
				checked = "non vérifiés"
			}
			if len(m.Doubts) > 0 {
				checked += ", douteux"
			}
			rows = append(rows, []string{
				profile, cut(m.Manufacturer+" "+m.Reference, 40), strings.Join(ranks[m.ID], " "), price, checked, count(len(m.Untold), "valeur", "valeurs"),
			})
		}
	}
	if len(rows) == 1 {
		return
	}
	fmt.Fprintf(out, "\nModèles du catalogue qui conviennent (le cahier des clauses n’en nomme aucun)\n")
	rows.write(out, "lllrll")
}

// profilesOf are the classes of equipment, in the order in which the first of each is bought.
func profilesOf(cameras []inventory.ProposedCamera) []string {
	var all []string
	for _, c := range cameras {
		if !slices.Contains(all, c.Profile) {
			all = append(all, c.Profile)
		}
	}
	return all
}

// modelsOf are the models that do for cameras of a class, with the ranks of these cameras, from 1: those of most cameras
// first, then in the order in which a camera lists them.
func modelsOf(cameras []inventory.ProposedCamera, profile string) (models []inventory.ProposedModel, ranks map[inventory.ID][]string) {
	ranks = map[inventory.ID][]string{}
	for i, c := range cameras {
		if c.Profile != profile {
			continue
		}
		for _, m := range c.Models {
			if ranks[m.ID] == nil {
				models = append(models, m)
			}
			ranks[m.ID] = append(ranks[m.ID], strconv.Itoa(i+1))
		}
	}
	slices.SortStableFunc(models, func(a, b inventory.ProposedModel) int { return len(ranks[b.ID]) - len(ranks[a.ID]) })
	return models, ranks
}
