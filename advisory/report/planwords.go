package report

import (
	"cmp"
	"fmt"
	"math"

	"vigie/inventory"
)

// planTitle is what a plan is called.
func planTitle(r inventory.Recommendation) string {
	study := ""
	if r.Request.Study != nil {
		study = r.Request.Study.Name
	}
	return cmp.Or(r.Request.Name, study, r.Result.PerimeterName, "Périmètre dessiné")
}

// planEdition says what made a plan.
func planEdition(r inventory.RecommendationResult) string {
	return fmt.Sprintf("Vigie %s · référentiel %s (%.8s) · données %.8s", r.Software, r.Book, r.BookHash, r.InputHash)
}

// planLevel is the French name of a level of a plan; its code when it has none.
func planLevel(r inventory.RecommendationResult, code string) string {
	for _, l := range r.Levels {
		if l.Code == code && l.Name.FR != "" {
			return l.Name.FR
		}
	}
	return code
}

// euros writes an amount between two bounds, to the euro.
func euros(r inventory.Range) string {
	if math.Round(r.Low) == math.Round(r.High) {
		return number(math.Round(r.Low), 0) + space + "€"
	}
	return number(math.Round(r.Low), 0) + " à " + number(math.Round(r.High), 0) + space + "€"
}

// spread writes the two bounds of percents.
func spread(r inventory.Range) string {
	if r.Low == r.High {
		return number(r.Low, 0) + space + "%"
	}
	return number(r.Low, 0) + " à " + number(r.High, 0) + space + "%"
}

// planCamera names a camera of the inventory.
func planCamera(r inventory.RecommendationResult, id inventory.ID) string {
	for _, c := range r.Marginal {
		if c.Camera == id && c.Name != "" {
			return c.Name
		}
	}
	return string(id)
}

// measureName is the French word of a measure.
func measureName(kind inventory.MeasureKind) string {
	switch kind {
	case inventory.MeasureReaim:
		return "réorienter"
	case inventory.MeasureLens:
		return "changer d’objectif"
	case inventory.MeasureMove:
		return "déplacer"
	case inventory.MeasureReplace:
		return "remplacer"
	case inventory.MeasureShare:
		return "partager"
	case inventory.MeasureLight:
		return "éclairer"
	case inventory.MeasureRemove:
		return "retirer"
	case inventory.MeasureMask:
		return "masquer"
	case inventory.MeasureKeep:
		return "garder"
	}
	return string(kind)
}

// lotName is the French name of a lot of a bill.
func lotName(b inventory.Bill, lot inventory.Lot) string {
	for _, l := range b.Lots {
		if l.Lot == lot && l.Name.FR != "" {
			return l.Name.FR
		}
	}
	return string(lot)
}

// place says where a proposed camera would stand.
func place(c inventory.ProposedCamera) string {
	switch {
	case c.Near != "":
		return c.Near
	case c.Camera.Location != nil:
		return fmt.Sprintf("%.5f, %.5f", c.Camera.Location[0], c.Camera.Location[1])
	}
	return c.Spot
}

// first is the first of some figures in the order of the levels, 0 without one.
func first(m2 []float64) float64 {
	if len(m2) == 0 {
		return 0
	}
	return m2[0]
}
