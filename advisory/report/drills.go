package report

import (
	"bytes"
	"cmp"
	"fmt"

	"vigie/inventory"
)

const (
	// maxLossRows is how many losses of each kind a table shows, maxDoubtRows how many doubts.
	maxLossRows, maxDoubtRows = 3, 5
	// maxWallRows is how many cameras with walls of dwellings in view a table shows.
	maxWallRows = 10
)

// purposeTable tells what the cameras of each purpose see at the level of the gaps; nothing when no purpose is known.
func purposeTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	rows, known := grid{{"Finalité", "Caméras", "Vu", "En permanence"}}, false
	for _, p := range r.Purposes {
		name := p.Name.FR
		if p.Purpose != "" {
			name, known = string(p.Purpose)+" · "+name, true
		}
		for _, l := range p.Levels {
			if l.Code == r.GapLevel {
				rows = append(rows, []string{name, number(float64(p.Cameras), 0), percent(l.SeenPct), percent(l.PermanentPct)})
			}
		}
	}
	if known {
		fmt.Fprintf(out, "\nFinalité par finalité, au niveau « %s »\n", levelName(r, r.GapLevel))
		rows.write(out, "lrrr")
	}
}

// lossTable tells what is lost at the level of the gaps when something goes away, the worst first.
func lossTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	rows, shown := grid{{"Si l’on perd", "", "Caméras", "Plus vu par personne", ""}}, map[inventory.LossKind]int{}
	for _, loss := range r.Losses {
		if shown[loss.Kind]++; shown[loss.Kind] > maxLossRows {
			continue
		}
		for _, l := range loss.Levels {
			if l.Level == r.GapLevel {
				rows = append(rows, []string{lossName(loss.Kind), loss.Member, number(float64(loss.Cameras), 0), surface(l.LostM2), percent(l.LostPct)})
			}
		}
	}
	if len(rows) > 1 {
		fmt.Fprintf(out, "\nExercice de panne, au niveau « %s »\n", levelName(r, r.GapLevel))
		rows.write(out, "llrrr")
	}
}

// lossName is the French word of what goes away.
func lossName(kind inventory.LossKind) string {
	switch kind {
	case inventory.LossOfCamera:
		return "la caméra"
	case inventory.LossOfMast:
		return "le mât"
	case inventory.LossOfDeployment:
		return "le système"
	case inventory.LossOfHolder:
		return "le détenteur"
	}
	return string(kind)
}

// uncertaintyTables tell how sure the figures are, and what would make them surer.
func uncertaintyTables(out *bytes.Buffer, r inventory.AssessmentResult) {
	u := r.Uncertainty
	if u == nil {
		return
	}
	rows := grid{{"Niveau", "Vu : de", "médiane", "à", "En permanence : de", "médiane", "à"}}
	for _, l := range u.Levels {
		rows = append(rows, []string{
			levelName(r, l.Level), percent(l.Seen.P10Pct), percent(l.Seen.P50Pct), percent(l.Seen.P90Pct),
			percent(l.Permanent.P10Pct), percent(l.Permanent.P50Pct), percent(l.Permanent.P90Pct),
		})
	}
	fmt.Fprintf(out, "\nCertitude : huit tirages sur dix de %s (graine %d) sont entre ces bornes\n", number(float64(u.Draws), 0), u.Seed)
	rows.write(out, "lrrrrrr")
	bullet(out, "Une caméra d’orientation inconnue regarde, à chaque tirage, dans une direction tirée au sort.")
	for _, d := range u.Doubts[:min(len(u.Doubts), maxDoubtRows)] {
		bullet(out, fmt.Sprintf("%s de « %s » : jusqu’à %s point d’écart en permanence au niveau « %s »",
			factName(d.Fact), cameraName(r, d.Camera), number(d.SpanPct, 2), levelName(r, r.GapLevel)))
	}
}

// cameraName is the name of a camera, or the holder's own reference, or its identifier.
func cameraName(r inventory.AssessmentResult, id inventory.ID) string {
	for _, c := range r.Cameras {
		if c.ID == id {
			return cmp.Or(c.Name, c.ExternalID, string(id))
		}
	}
	return string(id)
}

// factName is the French word of a fact in doubt.
func factName(fact string) string {
	switch fact {
	case "bearing":
		return "orientation"
	case "height":
		return "hauteur"
	case "position":
		return "position"
	}
	return fact
}

// wallTable tells which cameras see walls of dwellings at the level of the gaps.
func wallTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	rows := grid{{"Caméra", "Façades d’habitations en vue", "Logements", "Masques", "Sol perdu par les masques"}}
	for _, w := range r.WallsInView {
		if w.Level == r.GapLevel && len(rows) <= maxWallRows {
			rows = append(rows, []string{
				cameraName(r, w.Camera), length(w.WallsM), number(float64(len(w.Dwellings)), 0), number(float64(len(w.Masks)), 0), surface(w.CostM2),
			})
		}
	}
	if len(rows) > 1 {
		fmt.Fprintf(out, "\nVie privée, au niveau « %s » (CSI L251-3)\n", levelName(r, r.GapLevel))
		rows.write(out, "lrrrr")
	}
}
